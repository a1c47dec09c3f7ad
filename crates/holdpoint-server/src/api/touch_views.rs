//! The shapes of "this vulnerability touches that asset": every source's answer, and the explanation by replay.

use holdpoint_app::applicability::judge::{SourceAnswer, VexSaid};
use holdpoint_app::vulnerabilities::ReadAt;
use holdpoint_app::vulnerabilities::touch::{AssetVulnerability, Explained, TouchedAsset, Voice};
use holdpoint_domain::asset::Field;
use holdpoint_domain::component::Component;
use holdpoint_domain::intelligence::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::text::said;
use super::threat_views::ThreatFactsView;

/// One source's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Voice)]
pub struct VoiceView {
    /// `advisory`, the kind of a feed, or `feeds` where they were not asked one by one.
    pub source: String,
    /// The advisory's id, or who speaks within the feed.
    pub by: Option<String>,
    /// `yes`, `no` or `unknown`.
    pub verdict: String,
    /// Why, in one sentence.
    pub why: Option<String>,
}

impl From<Voice> for VoiceView {
    fn from(voice: Voice) -> Self {
        Self {
            by: said(&voice.by),
            why: said(&voice.why),
            verdict: voice.verdict.word().to_owned(),
            source: voice.source,
        }
    }
}

/// An asset that a vulnerability touches, may touch, or was said to touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TouchedAsset)]
pub struct TouchedAssetView {
    /// The asset.
    pub asset_id: String,
    /// Its tag.
    pub asset_tag: String,
    /// Its name.
    pub asset_name: Option<String>,
    /// Site's name.
    pub site: Option<String>,
    /// Zone's name.
    pub zone: Option<String>,
    /// Vendor.
    pub vendor: Option<String>,
    /// Product.
    pub product: Option<String>,
    /// Firmware version.
    pub firmware_version: Option<String>,
    /// The worst of all answers: `yes`, `unknown` or `no`.
    pub verdict: String,
    /// Every source's answer.
    pub voices: Vec<VoiceView>,
}

impl From<TouchedAsset> for TouchedAssetView {
    fn from(touched: TouchedAsset) -> Self {
        let value = |field| touched.asset.asset.value(field).map(str::to_owned);
        Self {
            asset_id: touched.asset.asset.id.to_string(),
            asset_tag: touched.asset.asset.tag.clone(),
            asset_name: value(Field::Name),
            site: value(Field::Site),
            zone: value(Field::Zone),
            vendor: value(Field::Vendor),
            product: value(Field::Product),
            firmware_version: value(Field::FirmwareVersion),
            verdict: touched.verdict.word().to_owned(),
            voices: touched.voices.into_iter().map(Into::into).collect(),
        }
    }
}

/// A vulnerability of an asset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = AssetVulnerability)]
pub struct AssetVulnerabilityView {
    /// CVE, else another source's id.
    pub reference: String,
    /// The worst of all answers: `yes`, `unknown` or `no`.
    pub verdict: String,
    /// What is known of the threat.
    pub threat: Option<ThreatFactsView>,
    /// Who says so.
    pub voices: Vec<VoiceView>,
}

impl AssetVulnerabilityView {
    /// The view, with the age of the catalogues.
    #[must_use]
    pub fn of(one: AssetVulnerability, read_at: &ReadAt) -> Self {
        Self {
            verdict: one.verdict.word().to_owned(),
            threat: one.threat.as_ref().map(|threat| ThreatFactsView::of(threat, read_at)),
            voices: one.voices.into_iter().map(Into::into).collect(),
            reference: one.reference,
        }
    }
}

/// How one leaf of a condition came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeafView {
    /// The way through the tree.
    pub path: String,
    /// `vulnerable`, or `platform` for the ground on which another product is vulnerable.
    pub role: String,
    /// The product and the versions, as written.
    pub asked: String,
    /// The component of the asset that decided; `null`: none has that name.
    pub component: Option<String>,
    /// Its version as compared; `null`: not known.
    pub version: Option<String>,
    /// `yes`, `no` or `unknown`.
    pub result: String,
    /// Why.
    pub why: String,
}

/// A VEX statement that speaks of the components that decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VexSaidView {
    /// Who says so; `null`: the document does not say.
    pub author: Option<String>,
    /// The document.
    pub document: String,
    /// Status in CSAF's words.
    pub status: String,
    /// Why not affected.
    pub justification: Option<String>,
    /// The product as it names it.
    pub product: String,
    /// `clears`: it names exactly the version that a range caught; `contradicts`: the answer is unknown;
    /// `not_trusted`: it is only claimed, because nobody here trusts its author, so that it changes nothing of what others
    /// say; `agrees`.
    pub effect: String,
}

impl From<VexSaid> for VexSaidView {
    fn from(one: VexSaid) -> Self {
        Self {
            author: said(&one.author),
            status: one.status.word().to_owned(),
            justification: said(&one.justification),
            effect: one.effect.word().to_owned(),
            document: one.document,
            product: one.product,
        }
    }
}

/// What one feed says of the asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourceAnswerView {
    /// The kind of the feed.
    pub source: String,
    /// Who speaks within it.
    pub by: Option<String>,
    /// What its conditions alone say.
    pub stated: String,
    /// What is left of it beside VEX.
    pub verdict: String,
    /// Leaf by leaf.
    pub leaves: Vec<LeafView>,
    /// What VEX documents say of the same components.
    pub vex: Vec<VexSaidView>,
}

fn component_words(component: &Component) -> String {
    let parts = [&component.vendor, &component.product, &component.version];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
}

fn answer(source: SourceAnswer, components: &[Component]) -> SourceAnswerView {
    SourceAnswerView {
        source: source.source.word().to_owned(),
        by: said(&source.by),
        stated: source.stated.word().to_owned(),
        verdict: source.verdict.word().to_owned(),
        leaves: source
            .leaves
            .into_iter()
            .map(|leaf| LeafView {
                role: match leaf.role {
                    Role::Vulnerable => "vulnerable",
                    Role::Platform => "platform",
                }
                .to_owned(),
                component: leaf.component.and_then(|at| components.get(at)).map(component_words),
                version: said(&leaf.version),
                result: leaf.truth.word().to_owned(),
                path: leaf.path,
                asked: leaf.asked,
                why: leaf.why,
            })
            .collect(),
        vex: source.vex.into_iter().map(Into::into).collect(),
    }
}

/// Everything that decides about one asset and one vulnerability, by replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = VulnerabilityExplanation)]
pub struct VulnerabilityExplanationView {
    /// The asset's tag.
    pub asset_tag: String,
    /// The worst of all answers: `yes`, `unknown` or `no`.
    pub verdict: String,
    /// What advisories say.
    pub advisories: Vec<VoiceView>,
    /// What feeds say, with VEX beside them.
    pub feeds: Vec<SourceAnswerView>,
    /// Set when the record's conditions are too large for the index.
    pub left_out: Option<String>,
}

impl From<Explained> for VulnerabilityExplanationView {
    fn from(explained: Explained) -> Self {
        let components = explained.components;
        let advisories = explained.advisories.into_iter().map(|touch| VoiceView {
            source: "advisory".to_owned(),
            by: Some(touch.advisory),
            verdict: touch.verdict.word().to_owned(),
            why: said(&touch.why),
        });
        Self {
            asset_tag: explained.asset.asset.tag,
            verdict: explained.verdict.word().to_owned(),
            advisories: advisories.collect(),
            feeds: explained.judged.sources.into_iter().map(|one| answer(one, &components)).collect(),
            left_out: explained.left_out,
        }
    }
}
