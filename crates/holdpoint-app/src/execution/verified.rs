//! What stays of a step that was verified: the new baseline of its asset, and how long the work took.
//!
//! The surprise: of work by hand the minutes are those that its result tells, because readings come in when somebody has time; and
//! its baseline is the firmware that somebody read, over what the former baseline knows besides.

use super::{later, snapshot};
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use holdpoint_domain::execution::{Deed, Event, StepRun, StepState};
use holdpoint_domain::id::{AssetId, PlanId};
use holdpoint_domain::plan::ground::{LONGEST_WORK_MINUTES, WorkObservation};
use holdpoint_domain::snapshot::Snapshot;
use holdpoint_engine::verification::Promise;
use holdpoint_store::Change;
use holdpoint_store::execution::StepLine;
use std::collections::BTreeMap;

const MINUTE: i64 = 60_000_000;
/// The part of a snapshot's system that is the firmware of a device.
pub(super) const FIRMWARE: &str = "firmware";

/// Keeps what is to be kept when a step came from one state to another.
pub(super) fn remember(
    c: &mut Change<'_>,
    plan: PlanId,
    (run, after): (&StepRun, &StepRun),
) -> Result<(), AppError> {
    match (&run.state, &after.state) {
        (StepState::Verifying { .. }, StepState::Verified { .. }) => {
            baseline(c, plan, after.number)?;
            duration(c, plan, after.number)
        }
        (StepState::Rechecking { .. }, StepState::Done { .. }) => baseline(c, plan, after.number),
        _ => Ok(()),
    }
}

/// What the look read is what the asset is to be from now on.
fn baseline(c: &mut Change<'_>, plan: PlanId, number: u32) -> Result<(), AppError> {
    let words = c.words_of_step(plan, number)?;
    let word = |kind: &str| words.get(kind).map(|word| word.body.as_str());
    let (Some(read), Some(promise)) = (word("after"), word("promise")) else { return Ok(()) };
    let before = word("before").map(snapshot::read).unwrap_or_default();
    let mut promise = snapshot::read_promise(promise);
    promise.extend(word(later::WORD).map(snapshot::read_promise).unwrap_or_default());
    let promise = snapshot::with_architecture(&before, &snapshot::read(read), promise);
    let Some(line) = c.step_line(plan, number)? else { return Ok(()) };
    keep(c, (plan, number), line.asset, (promise, snapshot::read(read)))
}

/// Keeps what was promised and read, over what the former baseline knows besides. What stands open closes only where all of
/// the former baseline was read again: a look at the firmware says nothing of the software.
fn keep(
    c: &mut Change<'_>,
    step: (PlanId, u32),
    asset: AssetId,
    (promise, read): (Promise, Snapshot),
) -> Result<(), AppError> {
    let former = c.asset_baseline(asset)?;
    let was = former.as_ref().map(|one| snapshot::read(&one.body)).unwrap_or_default();
    if read.reads_all_of(&was) {
        c.close_drifts_of(asset)?;
        c.put_asset_baseline(step, asset, (&snapshot::write_promise(&promise), &snapshot::write(&read)))?;
        return Ok(());
    }
    let mut promised = former.map(|one| snapshot::read_promise(&one.promise)).unwrap_or_default();
    promised.extend(promise);
    let whole = snapshot::write(&read.over(was));
    c.put_asset_baseline(step, asset, (&snapshot::write_promise(&promised), &whole))?;
    Ok(())
}

/// From the intent to install to the first good look, for the planner to learn from.
fn duration(c: &mut Change<'_>, plan: PlanId, number: u32) -> Result<(), AppError> {
    let begun = c.step_events(plan, number)?.into_iter().find_map(|kept| match kept.event {
        Event::Intended { deed: Deed::Install, attempt } => Some(attempt.intended_at),
        _ => None,
    });
    let line = c.step_line(plan, number)?;
    let (Some(begun), Some(line)) = (begun, line) else { return Ok(()) };
    let at = c.at();
    took(c, &line, (begun, at))
}

/// Writes down how long the work of a step took.
pub(crate) fn took(
    c: &mut Change<'_>,
    line: &StepLine,
    (begun, done): (Moment, Moment),
) -> Result<(), AppError> {
    let Some(asset) = c.asset(line.asset, Moment::OPEN)? else { return Ok(()) };
    let at = c.at();
    let minutes = u32::try_from(done.since(begun).max(0) / MINUTE).unwrap_or(LONGEST_WORK_MINUTES);
    let seen = WorkObservation {
        patch: line.patch.clone(),
        asset: line.asset,
        kind: asset.asset.value(Field::Kind).and_then(|word| word.parse().ok()),
        product: asset.asset.value(Field::Product).unwrap_or_default().to_owned(),
        work_minutes: minutes.saturating_add(1).min(LONGEST_WORK_MINUTES),
        undo_minutes: None,
        at,
    };
    c.put_work_observation(&seen, "Holdpoint")?;
    Ok(())
}

/// The firmware that somebody read is what the asset is to run from now on.
pub(crate) fn read_by_hand(
    c: &mut Change<'_>,
    plan: PlanId,
    line: &StepLine,
    firmware: &str,
) -> Result<(), AppError> {
    let system = BTreeMap::from([(FIRMWARE.to_owned(), firmware.to_owned())]);
    let read = Snapshot { system: Some(system), ..Snapshot::default() };
    keep(c, (plan, line.number), line.asset, (Promise::new(), read))
}
