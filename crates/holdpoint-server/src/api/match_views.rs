//! The shapes of matches and of their explanations.

use holdpoint_app::matching::explain::{ExplainedMatch, RawPlace, Replay};
use holdpoint_app::store::matches::{MatchLine, SettledBy};
use holdpoint_domain::matching::{Evidence, confidence_words};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::advisory_views::RemediationView;
use super::remediation_views::ProbabilityView;
use super::text::{hex, said};
use super::threat_views::{ThreatFactsView, Threats};

/// One asset, one product of an advisory, one vulnerability, and the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Match)]
pub struct MatchView {
    /// Its id, for the explanation.
    pub id: String,
    /// The publisher's id of the advisory.
    pub advisory: String,
    /// The advisory.
    pub advisory_id: String,
    /// The publisher's name.
    pub publisher: String,
    /// The publisher's version of the advisory.
    pub revision: String,
    /// The document's id of the product.
    pub product_id: String,
    /// CVE, else another id; empty when the document names none for the product.
    pub vulnerability: String,
    /// The asset's tag.
    pub asset_tag: String,
    /// The asset.
    pub asset_id: String,
    /// The asset's name.
    pub asset_name: Option<String>,
    /// Site's name.
    pub site: Option<String>,
    /// Zone's name.
    pub zone: Option<String>,
    /// The asset's vendor.
    pub vendor: Option<String>,
    /// The asset's product.
    pub product: Option<String>,
    /// `yes`, `no` or `unknown`.
    pub verdict: String,
    /// `confirmed`, `likely`, `possible` or `version_unknown`.
    pub confidence: String,
    /// The same for people, with what is open: `Product confirmed, version or condition unknown`.
    pub confidence_words: String,
    /// What recognised the product.
    pub rung: String,
    /// The probability that stands for this class of match, with its reason.
    pub probability: ProbabilityView,
    /// What the document says, as written.
    pub expression: String,
    /// Why, in one sentence.
    pub why: String,
    /// What the document says of the product, for example `known_affected`; `null`: nothing.
    pub status: Option<String>,
    /// What settled the answer: the `configuration`, the `asset` by its own serial number or hardware revision, or another
    /// `statement` of the same document.
    pub settled_by: String,
    /// What feeds say of the threat by the vulnerability; `null`: nothing is known of it.
    pub threat: Option<ThreatFactsView>,
}

impl MatchView {
    /// The view of a line, with what is known of the threat.
    #[must_use]
    pub fn of(line: MatchLine, threats: &Threats) -> Self {
        let threat = threats.by(&line.vulnerability);
        Self { threat, ..line.into() }
    }
}

impl From<MatchLine> for MatchView {
    fn from(line: MatchLine) -> Self {
        Self {
            id: line.id.to_string(),
            probability: ProbabilityView::of(line.verdict, line.confidence, line.rung),
            advisory: line.advisory,
            advisory_id: line.advisory_id.to_string(),
            publisher: line.publisher,
            revision: line.revision,
            product_id: line.product_id,
            vulnerability: line.vulnerability,
            asset_tag: line.asset_tag,
            asset_id: line.asset_id.to_string(),
            asset_name: said(&line.asset_name),
            site: line.site,
            zone: line.zone,
            vendor: said(&line.vendor),
            product: said(&line.product),
            verdict: line.verdict.word().to_owned(),
            confidence: line.confidence.word().to_owned(),
            confidence_words: confidence_words(line.verdict, line.confidence).to_owned(),
            rung: line.rung.word().to_owned(),
            expression: line.expression,
            why: line.why,
            status: line.status.map(|status| status.word().to_owned()),
            settled_by: match line.settled_by {
                SettledBy::Configuration => "configuration",
                SettledBy::Asset => "asset",
                SettledBy::Statement => "statement",
            }
            .to_owned(),
            threat: None,
        }
    }
}

/// One row of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceView {
    /// What was tested.
    pub test: String,
    /// The asset's side, as written; `null`: not known.
    pub asset_value: Option<String>,
    /// The document's side, as written; `null`: not said.
    pub advisory_value: Option<String>,
    /// JSON pointer to the document's side.
    pub advisory_pointer: String,
    /// `yes`, `no` or `unknown`.
    pub result: String,
    /// Why, when the two values do not say it themselves.
    pub note: String,
}

impl From<Evidence> for EvidenceView {
    fn from(row: Evidence) -> Self {
        Self {
            test: row.test,
            asset_value: said(&row.asset_value),
            advisory_value: said(&row.advisory_value),
            advisory_pointer: row.advisory_pointer,
            result: row.result.word().to_owned(),
            note: row.note,
        }
    }
}

/// A place in the document, and what stands there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RawPlaceView {
    /// JSON pointer.
    pub pointer: String,
    /// The JSON there; `null` when it is too long or the pointer leads nowhere.
    pub value: serde_json::Value,
}

/// Where the raw facts of a match are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RawFactsView {
    /// Address of the document's bytes.
    pub advisory_raw: String,
    /// SHA-256 of them.
    pub sha256: String,
    /// The places that decided.
    pub pointers: Vec<RawPlaceView>,
    /// Address of the asset.
    pub asset: String,
}

/// Why a match says what it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Explanation)]
pub struct ExplanationView {
    /// The match.
    #[serde(rename = "match")]
    pub line: MatchView,
    /// The answer in one sentence.
    pub sentence: String,
    /// The evidence, in the order of the tests.
    pub evidence: Vec<EvidenceView>,
    /// What would change the answer.
    pub what_would_change_it: Vec<String>,
    /// `same`, or `different` when the program's rules changed since the match was stored.
    pub replay: String,
    /// What the document offers.
    pub remediations: Vec<RemediationView>,
    /// The raw facts.
    pub raw: RawFactsView,
}

impl From<ExplainedMatch> for ExplanationView {
    fn from(explained: ExplainedMatch) -> Self {
        let line = &explained.line;
        let place =
            |place: RawPlace| RawPlaceView { pointer: place.pointer, value: place.value.unwrap_or_default() };
        let raw = RawFactsView {
            advisory_raw: format!(
                "/api/v1/advisories/{}/raw?revision={}",
                line.advisory_id, line.revision_id
            ),
            sha256: hex(&line.raw_sha256),
            pointers: explained.raw.into_iter().map(place).collect(),
            asset: format!("/api/v1/assets/{}", line.asset_id),
        };
        Self {
            sentence: explained.explanation.decision.why,
            evidence: explained.explanation.evidence.into_iter().map(Into::into).collect(),
            what_would_change_it: explained.explanation.what_would_change_it,
            replay: match explained.replay {
                Replay::Same => "same".to_owned(),
                Replay::Different => "different".to_owned(),
            },
            remediations: explained.remediations.into_iter().map(Into::into).collect(),
            raw,
            line: explained.line.into(),
        }
    }
}
