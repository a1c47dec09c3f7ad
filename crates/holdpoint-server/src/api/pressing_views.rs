//! How pressing the open findings of an advisory or an asset are, as lists show it.
//!
//! The surprise: ranking speaks of now. Asked as of a moment in the past, all three are `null`: not told, which is not "none".

use std::collections::BTreeMap;

use holdpoint_app::ranking::read::{self, PressingCount};
use holdpoint_app::store::asset::StoredAsset;
use holdpoint_app::{App, AppError, Caller};
use holdpoint_domain::Moment;
use holdpoint_domain::clock::{Calendar, until};
use holdpoint_domain::id::AdvisoryId;
use holdpoint_domain::ranking::policy::Lane;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::finding_views::ClockStateView;

/// The clock that runs out first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EarliestClock)]
pub struct EarliestClockView {
    /// The clock.
    pub clock: String,
    /// The last day in time, at the asset's site.
    pub due: String,
    /// How it stands today.
    pub state: ClockStateView,
}

/// Open findings in one lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = LaneFindings)]
pub struct LaneFindingsView {
    /// The lane.
    pub lane: String,
    /// Findings.
    pub findings: u64,
    /// Of them, those that are late.
    pub late: u64,
    /// Of them, those of which it cannot be said whether the asset is touched.
    pub unknown: u64,
}

/// How pressing the open findings are, as ranked now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Pressing)]
pub struct PressingView {
    /// The most pressing lane of its open findings; `null`: none stands open, or `lanes` is not told.
    pub lane: Option<String>,
    /// Which clock of its open findings runs out first.
    pub earliest_clock: Option<EarliestClockView>,
    /// Its open findings by lane, the most pressing first; `null`: not told of the moment that was asked for.
    pub lanes: Option<Vec<LaneFindingsView>>,
}

impl PressingView {
    /// The views of these assets, in their order.
    ///
    /// # Errors
    /// As [`read::pressing_of_assets`].
    pub fn of_assets(
        app: &App,
        caller: &Caller,
        assets: &[StoredAsset],
        as_of: Moment,
    ) -> Result<Vec<Self>, AppError> {
        if as_of != Moment::OPEN {
            return Ok(vec![Self::default(); assets.len()]);
        }
        let numbers: Vec<i64> = assets.iter().map(|one| one.number).collect();
        let mut found = read::pressing_of_assets(app, caller, &numbers)?;
        let one = |number| Self::of(found.remove(number).unwrap_or_default(), app.now());
        Ok(numbers.iter().map(one).collect())
    }

    /// The views of these advisories, in their order, cut to the caller's sites.
    ///
    /// # Errors
    /// As [`read::pressing_of_advisories`].
    pub fn of_advisories(
        app: &App,
        caller: &Caller,
        advisories: &[AdvisoryId],
        as_of: Moment,
    ) -> Result<Vec<Self>, AppError> {
        if as_of != Moment::OPEN {
            return Ok(vec![Self::default(); advisories.len()]);
        }
        let mut found = read::pressing_of_advisories(app, caller, advisories)?;
        let one = |id| Self::of(found.remove(id).unwrap_or_default(), app.now());
        Ok(advisories.iter().map(one).collect())
    }

    /// The view of one advisory.
    ///
    /// # Errors
    /// As [`read::pressing_of_advisories`].
    pub fn of_advisory(
        app: &App,
        caller: &Caller,
        advisory: AdvisoryId,
        as_of: Moment,
    ) -> Result<Self, AppError> {
        Ok(Self::of_advisories(app, caller, &[advisory], as_of)?.pop().unwrap_or_default())
    }

    /// The view of counts as of a moment.
    pub(super) fn of(counts: Vec<PressingCount>, now: Moment) -> Self {
        let earliest = counts.iter().min_by_key(|one| one.earliest).map(|one| {
            let calendar = Calendar::named(&one.time_zone);
            let due = calendar.day(one.earliest.plus_micros(-1));
            EarliestClockView {
                clock: one.clock.word().to_owned(),
                due: due.to_string(),
                state: until(calendar.day(now), due).into(),
            }
        });
        let mut by_lane: BTreeMap<Lane, LaneFindingsView> = BTreeMap::new();
        for one in counts {
            let lane = by_lane.entry(one.lane).or_insert_with(|| LaneFindingsView {
                lane: one.lane.word().to_owned(),
                findings: 0,
                late: 0,
                unknown: 0,
            });
            lane.findings += one.findings;
            lane.late += one.late;
            lane.unknown += one.unknown;
        }
        let lanes: Vec<LaneFindingsView> = by_lane.into_values().rev().collect();
        Self { lane: lanes.first().map(|one| one.lane.clone()), earliest_clock: earliest, lanes: Some(lanes) }
    }

    /// The lane and the earliest clock in words, for tables; `?` where it is not told, which is not "nothing open".
    #[must_use]
    pub fn words(&self) -> (String, String) {
        let none = if self.lanes.is_some() { "nothing open" } else { "?" };
        let clock = self.earliest_clock.as_ref();
        (
            self.lane.clone().unwrap_or_else(|| none.to_owned()),
            clock.map_or_else(|| none.to_owned(), |one| format!("{} {}", one.clock, one.state.words)),
        )
    }
}
