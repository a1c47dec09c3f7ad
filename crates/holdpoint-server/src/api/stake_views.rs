//! What a decision leaves open or closes, as cards show it: how pressing it is, and what is on offer instead.

use super::approval_views::StandingView;
use super::card_views::{WayView, way};
use super::finding_views::ClockStateView;
use super::pressing_views::PressingView;
use super::text::said;
use holdpoint_app::approval::stake::{Offer, Offers, Stake};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How pressing the open findings are that a decision is about, on its assets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CardStake)]
pub struct StakeView {
    /// Its open findings by lane, and the clock that runs out first.
    pub pressing: PressingView,
    /// The first of them in the queue; `null`: none stands open on assets that the reader sees.
    pub first: Option<StakeFindingView>,
}

/// The most pressing finding that a decision is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CardFinding)]
pub struct StakeFindingView {
    /// Its number.
    pub id: String,
    /// The vulnerability.
    pub vulnerability: String,
    /// The asset.
    pub asset_tag: String,
    /// `now`, `next-window`, `next-outage` or `accept`.
    pub lane: String,
    /// `immediate`, `out-of-cycle`, `scheduled` or `defer`.
    pub outcome: String,
    /// The least pressing outcome that is possible.
    pub lowest: String,
    /// The most pressing outcome that is possible.
    pub highest: String,
    /// The clock that runs out first.
    pub clock: String,
    /// The last day in time, at the asset's site.
    pub due: String,
    /// How that clock stands today.
    pub clock_state: ClockStateView,
    /// Whether it is exploited as ranking counts it: `yes`, `no` or `unknown`.
    pub exploited: String,
    /// Who says so; `null`: nobody does.
    pub exploited_by: Option<String>,
    /// The highest base score, in tenths; `null`: unknown.
    pub base_tenths: Option<u32>,
}

impl From<Stake> for StakeView {
    fn from(one: Stake) -> Self {
        let due = one.due();
        let first = one.first.zip(due).map(|(line, (day, state))| StakeFindingView {
            id: line.number.to_string(),
            vulnerability: line.vulnerability,
            asset_tag: line.asset_tag,
            lane: line.lane.word().to_owned(),
            outcome: line.outcome.word().to_owned(),
            lowest: line.range.lowest().word().to_owned(),
            highest: line.range.highest().word().to_owned(),
            clock: line.due_clock.word().to_owned(),
            due: day.to_string(),
            clock_state: state.into(),
            exploited: line.exploited.word().to_owned(),
            exploited_by: said(&line.exploited_by),
            base_tenths: line.max_base_tenths,
        });
        Self { pressing: PressingView::of(one.counts, one.now), first }
    }
}

/// What is said in place of [`StakeView::words`] where no vulnerability is known that a decision is about.
pub const NOTHING_KNOWN: &str =
    "open findings: nobody can say, because no source names a vulnerability that it is about\n";

impl StakeView {
    /// In words, a line each: the first finding, and how many there are.
    #[must_use]
    pub fn words(&self) -> String {
        let Some(first) = &self.first else {
            return "open findings: none on assets that you see\n".to_owned();
        };
        let span = if first.lowest == first.highest {
            String::new()
        } else {
            format!(" (from {} to {}, as inputs are unknown)", first.lowest, first.highest)
        };
        let score = first.base_tenths.map_or("no base score".to_owned(), |tenths| {
            format!("base score {}.{}", tenths / 10, tenths % 10)
        });
        let by = first.exploited_by.as_deref().map(|who| format!(", says {who}")).unwrap_or_default();
        let lanes = self.pressing.lanes.iter().flatten();
        let lanes: Vec<String> = lanes.map(|one| format!("{} {}", one.findings, one.lane)).collect();
        let clock = self
            .pressing
            .earliest_clock
            .as_ref()
            .map(|one| format!("\nruns out first: {} by {}, {}", one.due, one.clock, one.state.words));
        format!(
            "most pressing: {} on {}: {}, {}{span}; {score}; exploited: {}{by}\nopen findings: {}{}\n",
            first.vulnerability,
            first.asset_tag,
            first.lane,
            first.outcome,
            first.exploited,
            lanes.join(", "),
            clock.unwrap_or_default(),
        )
    }
}

/// What an exemption leaves uninstalled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PatchOffers)]
pub struct OffersView {
    /// The first patches, by name; empty: no source names one.
    pub patches: Vec<OfferView>,
    /// How many more there are.
    pub more: u64,
}

/// A patch that could be installed instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PatchOffer)]
pub struct OfferView {
    /// The patch.
    pub patch: String,
    /// What suppliers say of it, for what the exemption is on.
    pub supplier: StandingView,
    /// How it stands in the baselines that decided on it, of the first five; empty: nobody has decided anything.
    pub decided: Vec<OfferStateView>,
    /// What the work costs, by kind of asset; empty: nobody has written it down.
    pub ways: Vec<WayView>,
}

/// How a patch stands in one baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PatchOfferState)]
pub struct OfferStateView {
    /// The baseline.
    pub baseline: String,
    /// `in_internal_test`, `not_authorized`, `authorized` or `effective`.
    pub state: String,
    /// Whether a hold is on it.
    pub on_hold: bool,
}

impl From<Offers> for OffersView {
    fn from(one: Offers) -> Self {
        Self { patches: one.patches.into_iter().map(Into::into).collect(), more: one.more }
    }
}

impl From<Offer> for OfferView {
    fn from(one: Offer) -> Self {
        let decided = one.decided.into_iter().map(|(baseline, state, on_hold)| OfferStateView {
            baseline,
            state: state.word().to_owned(),
            on_hold,
        });
        Self {
            patch: one.patch,
            supplier: (&one.standing).into(),
            decided: decided.collect(),
            ways: one.ways.into_iter().map(way).collect(),
        }
    }
}

impl OffersView {
    /// In words, a line for each patch.
    #[must_use]
    pub fn words(&self) -> String {
        if self.patches.is_empty() {
            return "on offer: no source names a patch against it\n".to_owned();
        }
        let mut text: String = self.patches.iter().map(OfferView::words).collect();
        if self.more > 0 {
            text.push_str(&format!("on offer: {} more\n", self.more));
        }
        text
    }
}

impl OfferView {
    fn words(&self) -> String {
        let decided = self.decided.iter().map(|one| {
            let hold = if one.on_hold { ", on hold" } else { "" };
            format!("{} in {}{hold}", one.state, one.baseline)
        });
        let decided: Vec<String> = decided.collect();
        let decided =
            if decided.is_empty() { "nobody has decided on it".to_owned() } else { decided.join(", ") };
        let ways = self.ways.iter().map(|one| {
            let kind = one.kind.as_deref().map(|kind| format!("{kind}: ")).unwrap_or_default();
            format!("{kind}work {} min, undo {} min", one.work_minutes, one.undo_minutes)
        });
        let ways: Vec<String> = ways.collect();
        let ways = if ways.is_empty() {
            "nobody has said how long the work takes".to_owned()
        } else {
            ways.join(", ")
        };
        format!("on offer: {}; supplier: {}; {decided}; {ways}\n", self.patch, self.supplier.text)
    }
}
