//! The shape of an advisory's impact: which assets, where, why, and what is not known.

use holdpoint_app::advisories::AdvisoryImpact;
use holdpoint_app::advisories::outlook::{FixWord, Outlook, WindowFact};
use holdpoint_app::approval::card::standing_by_day;
use holdpoint_app::store::impact::{ImpactRow, ZoneImpact};
use holdpoint_domain::Moment;
use holdpoint_domain::id::AssetId;
use holdpoint_domain::matching::confidence_words;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

use super::advisory_views::{AdvisoryLineView, VerdictCounts};
use super::lists::CountView;
use super::pressing_views::PressingView;
use super::text::said;

/// What an advisory means in one zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ZoneImpactView {
    /// The site's name; `null`: assets that stand on no site.
    pub site: Option<String>,
    /// The site.
    pub site_id: Option<String>,
    /// The zone's name; `null`: assets in no zone.
    pub zone: Option<String>,
    /// The zone.
    pub zone_id: Option<String>,
    /// Purdue level of the zone.
    pub purdue_level: Option<String>,
    /// Affected assets.
    pub yes: u64,
    /// Assets of which it cannot be said.
    pub unknown: u64,
    /// Assets that are not affected.
    pub no: u64,
}

impl From<ZoneImpact> for ZoneImpactView {
    fn from(zone: ZoneImpact) -> Self {
        Self {
            site: zone.site,
            site_id: zone.site_id.map(|id| id.to_string()),
            zone: zone.zone,
            zone_id: zone.zone_id.map(|id| id.to_string()),
            purdue_level: zone.purdue_level.map(|level| level.word().to_owned()),
            yes: zone.counts.yes,
            unknown: zone.counts.unknown,
            no: zone.counts.no,
        }
    }
}

/// What an advisory means for one asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImpactAssetView {
    /// The asset.
    pub asset_id: String,
    /// Its tag.
    pub asset_tag: String,
    /// Its name.
    pub name: Option<String>,
    /// Its site's name.
    pub site: Option<String>,
    /// Its zone's name.
    pub zone: Option<String>,
    /// Its vendor as its source writes it.
    pub vendor: Option<String>,
    /// Its product as its source writes it.
    pub product: Option<String>,
    /// `yes`, `unknown` or `no`: the worst of its matches.
    pub verdict: String,
    /// `confirmed`, `likely`, `possible` or `version_unknown`.
    pub confidence: String,
    /// The same for people, with what is open: `Product confirmed, version or condition unknown`.
    pub confidence_words: String,
    /// What recognised the product.
    pub rung: String,
    /// The version that is installed.
    pub installed_version: Option<String>,
    /// What the advisory says, as written.
    pub expression: String,
    /// The publisher's words on fixes.
    pub fixed_in: Vec<String>,
    /// CVEs, else other ids.
    pub vulnerabilities: Vec<String>,
    /// Ids of its matches; each can be explained.
    pub match_ids: Vec<String>,
    /// Why, in one sentence.
    pub why: String,
    /// How it goes on; `null`: it is not affected, or this speaks of a past moment.
    pub outlook: Option<ImpactOutlookView>,
}

/// How it goes on with an asset that an advisory touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImpactOutlook)]
pub struct ImpactOutlookView {
    /// The patches that would fix it there, with the supplier's word; empty: no source lists one.
    pub patches: Vec<ImpactPatchView>,
    /// When work may begin there next: `next` (on `window_on`), `none_ahead`, or `none_set`: nobody has set a window that
    /// reaches it.
    pub window: String,
    /// The day of the next window.
    pub window_on: Option<String>,
}

/// A patch that would fix what an advisory speaks of, and the supplier's word on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImpactPatch)]
pub struct ImpactPatchView {
    /// The patch.
    pub patch: String,
    /// The supplier's state for what the asset runs; `null`: none is known or understood.
    pub supplier_state: Option<String>,
    /// The same in words.
    pub supplier: String,
    /// On what a yes depends.
    pub conditions: Vec<String>,
    /// Who says so and where; `null`: nobody.
    pub said_by: Option<String>,
}

impl From<Outlook> for ImpactOutlookView {
    fn from(one: Outlook) -> Self {
        let (window, window_on) = match one.window {
            WindowFact::Next(day) => ("next", Some(day.to_string())),
            WindowFact::NoneAhead => ("none_ahead", None),
            WindowFact::Unknown => ("none_set", None),
        };
        let patches = one.patches.into_iter().map(Into::into).collect();
        Self { patches, window: window.to_owned(), window_on }
    }
}

impl From<FixWord> for ImpactPatchView {
    fn from(one: FixWord) -> Self {
        Self {
            patch: one.patch,
            supplier_state: one.supplier.state().map(|state| state.word().to_owned()),
            supplier: standing_by_day(&one.supplier),
            conditions: one.supplier.conditions().to_vec(),
            said_by: said(&one.said_by),
        }
    }
}

impl ImpactAssetView {
    fn of(row: ImpactRow, outlook: Option<Outlook>) -> Self {
        Self {
            outlook: outlook.map(Into::into),
            asset_id: row.asset_id.to_string(),
            asset_tag: row.asset_tag,
            name: said(&row.asset_name),
            site: row.site,
            zone: row.zone,
            vendor: said(&row.vendor),
            product: said(&row.product),
            verdict: row.verdict.word().to_owned(),
            confidence: row.confidence.word().to_owned(),
            confidence_words: confidence_words(row.verdict, row.confidence).to_owned(),
            rung: row.rung.word().to_owned(),
            installed_version: said(&row.installed_version),
            expression: row.expression,
            fixed_in: row.fixed_in,
            vulnerabilities: row.vulnerabilities,
            match_ids: row.line_ids.iter().map(ToString::to_string).collect(),
            why: row.why,
        }
    }
}

/// What is not known, so that a zero is not taken for a no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImpactGapsView {
    /// Assets whose version nobody has said.
    pub assets_without_version: u64,
    /// Version expressions of the advisory that were not understood.
    pub expressions_not_understood: u64,
}

/// What an advisory means for the plant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Impact)]
pub struct ImpactView {
    /// The advisory.
    pub advisory: AdvisoryLineView,
    /// The moment of which this speaks.
    pub as_of: String,
    /// Assets by verdict, the sum of all zones.
    pub totals: VerdictCounts,
    /// By zone.
    pub zones: Vec<ZoneImpactView>,
    /// Asset by asset, one page: affected first, then unknown, then not affected.
    pub assets: Vec<ImpactAssetView>,
    /// The cursor of the next page of assets; `null`: this is the last.
    pub next: Option<String>,
    /// How many assets the filter leaves on all pages together.
    pub count: CountView,
    /// What is not known.
    pub gaps: ImpactGapsView,
}

impl ImpactView {
    /// The view of an impact with one page of its assets, as of that moment.
    #[must_use]
    pub fn of(
        found: AdvisoryImpact,
        as_of: Moment,
        pressing: PressingView,
        mut outlooks: HashMap<AssetId, Outlook>,
    ) -> Self {
        let AdvisoryImpact { line, impact, rows } = found;
        Self {
            advisory: AdvisoryLineView::of(line, pressing),
            as_of: as_of.to_string(),
            totals: impact.totals.into(),
            zones: impact.zones.into_iter().map(Into::into).collect(),
            assets: rows
                .items
                .into_iter()
                .map(|row| {
                    let outlook = outlooks.remove(&row.asset_id);
                    ImpactAssetView::of(row, outlook)
                })
                .collect(),
            next: rows.next,
            count: CountView { value: rows.count.value, exact: rows.count.exact },
            gaps: ImpactGapsView {
                assets_without_version: impact.gaps.assets_without_version,
                expressions_not_understood: impact.gaps.expressions_not_understood,
            },
        }
    }
}
