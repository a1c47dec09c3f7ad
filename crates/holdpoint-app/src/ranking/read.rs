//! Reading ranked findings: lists, one with its reasons, clocks.

use super::doing;
use super::world::World;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::clock::{Calendar, ClockState, until};
use holdpoint_domain::id::AdvisoryId;
use holdpoint_domain::ranking::fact::VulnerabilityFacts;
use holdpoint_engine::priority::Case;
use holdpoint_engine::priority::explain::{Priority, explain};
use holdpoint_store::StoreError;
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::ranking::finding::{FindingEvent, StoredFinding, StoredRank};
use holdpoint_store::ranking::list::{FindingLine, LaneCount, Standing};
use holdpoint_store::ranking::word::StoredWord;
use std::collections::HashMap;

pub use holdpoint_engine::priority::explain::{Certainty, Question};
pub use holdpoint_engine::priority::gate::{Candidate, GateAnswer, OwnerWord, PatchWord, Way};
pub use holdpoint_engine::priority::instead::ControlOption;
pub use holdpoint_store::ranking::pressing::PressingCount;
pub use jiff::civil::Date;

/// One page of findings.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(
    app: &App,
    caller: &Caller,
    standing: Standing,
    query: &ListQuery,
) -> Result<Paged<FindingLine>, AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    Ok(app.store().read(|r| r.ranked_findings(standing, &query))?)
}

/// Visits every finding that a query finds, in bounded memory.
///
/// # Errors
/// As [`list`], and what the visitor gives.
pub fn each(
    app: &App,
    caller: &Caller,
    standing: Standing,
    query: &ListQuery,
    mut visit: impl FnMut(FindingLine) -> Result<(), StoreError>,
) -> Result<(), AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    Ok(app.store().read(|r| r.ranked_findings_each(standing, &query, &mut visit))?)
}

/// How many findings stand open in each lane, by the clock that runs out first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn counts(app: &App, caller: &Caller) -> Result<Vec<LaneCount>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.finding_counts(app.now(), &reach))?)
}

/// How pressing the open findings of these assets are; an asset without any is left out.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn pressing_of_assets(
    app: &App,
    caller: &Caller,
    assets: &[i64],
) -> Result<HashMap<i64, Vec<PressingCount>>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.pressing_of_assets(assets, app.now()))?)
}

/// How pressing the open findings of these advisories are, on assets within the caller's sites.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn pressing_of_advisories(
    app: &App,
    caller: &Caller,
    advisories: &[AdvisoryId],
) -> Result<HashMap<AdvisoryId, Vec<PressingCount>>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.pressing_of_advisories(advisories, &reach, app.now()))?)
}

/// The last day in time and how it stands today, at the asset's site.
#[must_use]
pub fn due(app: &App, line: &FindingLine) -> (Date, ClockState) {
    due_on(app.now(), line)
}

/// The same as of a moment.
#[must_use]
pub fn due_on(now: holdpoint_domain::Moment, line: &FindingLine) -> (Date, ClockState) {
    let calendar = Calendar::named(&line.time_zone);
    let day = calendar.day(line.due_at.plus_micros(-1));
    (day, until(calendar.day(now), day))
}

/// A finding with its reasons, its past and people's words on it.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The finding.
    pub line: FindingLine,
    /// Why it is ranked as it is, from the facts of now.
    pub priority: Priority,
    /// Today at the asset's site.
    pub today: Date,
    /// What changed its outcome.
    pub events: Vec<FindingEvent>,
    /// People's words that were ever on it.
    pub words: Vec<StoredWord>,
}

/// Explains a finding.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn explained(app: &App, caller: &Caller, number: i64) -> Result<Explained, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let now = app.now();
    let missing = || AppError::NotFound { noun: "finding", id: number.to_string() };
    let line = app.store().read(|r| r.ranked_finding(number, &reach))?.ok_or_else(missing)?;
    let doing = doing::of(app, caller, &line)?;
    let found = app.store().read(|r| {
        let mut world = World::read(r, now)?;
        let assets = r.ranked_assets(Some(&[line.asset_no]))?;
        let Some(asset) = world.ready(r, assets)?.into_iter().next() else { return Ok(None) };
        let mut facts = r.ranking_facts(Some(&[line.vulnerability_no]))?;
        let facts = facts.remove(&line.vulnerability_no).unwrap_or_else(VulnerabilityFacts::unknown);
        let facts = world.heard(facts);
        let progress = world.progress(&finding(&line), &facts, asset.site);
        let words = world.words_on(line.vulnerability_no, line.asset_no);
        let controls = world.controls_on(line.vulnerability_no, &asset);
        let priority = explain(
            &Case {
                vulnerability: &facts,
                asset: &asset.facts,
                overrides: &words,
                controls: &controls,
                policy: world.policy(asset.site),
                progress,
                at: now,
            },
            &doing,
        );
        let today = world.calendar(asset.site).day(now);
        let events = r.finding_events(number)?;
        let words = r.words_on(line.vulnerability_no, line.asset_no)?;
        Ok(Some(Explained { line, priority, today, events, words }))
    })?;
    found.ok_or_else(missing)
}

/// The number of the finding of a vulnerability on an asset, by the names that people use.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn number_of(app: &App, caller: &Caller, vulnerability: &str, asset: &str) -> Result<i64, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let found = app.store().read(|r| {
        let Some(known) = r.asset_by_tag(asset, holdpoint_domain::Moment::OPEN)? else { return Ok(None) };
        if !reach.covers(known.site) {
            return Ok(None);
        }
        let numbers = r.vulnerability_numbers_of(std::iter::once(vulnerability))?;
        let Some(vulnerability_no) = numbers.get(vulnerability) else { return Ok(None) };
        r.finding_number(known.number, *vulnerability_no)
    })?;
    found.ok_or_else(|| AppError::NotFound { noun: "finding", id: format!("{vulnerability} on {asset}") })
}

pub(super) fn finding(line: &FindingLine) -> StoredFinding {
    StoredFinding {
        number: line.number,
        vulnerability_no: line.vulnerability_no,
        asset_no: line.asset_no,
        opened_at: line.opened_at,
        closed_at: line.closed_at,
        verdict: line.verdict,
        evaluated_at: line.evaluated_at,
        planned_at: line.planned_at,
        plan_again_at: line.plan_again_at,
        reported_at: line.reported_at,
        rank: StoredRank {
            lane: line.lane,
            outcome: line.outcome,
            range: line.range,
            order: 0,
            due_at: line.due_at,
            due_clock: line.due_clock,
            policy_version: line.policy_version,
        },
    }
}
