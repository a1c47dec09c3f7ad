//! Lifting what stopped a deployment, by two persons: one asks and names every step that failed, a second one agrees.
//!
//! The surprise: nothing is tried again by that. The steps that failed stay as they are until a person says otherwise; only the
//! others may begin, and the next failure stops the deployment anew.

use super::saying::{accepted, part_of};
use super::{facts, stop_words, telling};
use crate::App;
use crate::access_check::Caller;
use crate::approval::{accountable, baselines::conflict, refused, signer};
use crate::error::AppError;
use crate::planning::invalid;
use crate::plans::{find_in, whole};
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::signature::{Person, written};
use holdpoint_engine::execution::next_turn;
use holdpoint_store::Change;
use holdpoint_store::execution::{Lift, LiftState, NewLift, PlanRun};
use holdpoint_store::plan::PlanLine;
use serde_json::json;
use std::collections::BTreeSet;

/// Asks that a stopped deployment goes on. `steps` names every step that failed and that nobody has accepted.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason, or when other steps failed than were
/// named; [`AppError::Conflict`] when nothing is stopped.
pub fn ask_lift(
    app: &App,
    caller: &Caller,
    (id, steps): (&str, &[u32]),
    reason: &str,
) -> Result<Lift, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let committed = app.store().change(&app.intent(caller, "deployment.ask_lift", reason), |c| {
        let (line, run) = stopped_plan(c, caller, (id, &reach), Permission::WritePlans)?;
        let by = accountable(caller)?;
        let reason = written("reason why the deployment may go on", reason).map_err(refused)?;
        let stops = stops(app, c, &line)?;
        let failed = failed(c, &line)?;
        let named: BTreeSet<u32> = steps.iter().copied().collect();
        must_name(&failed, &named)?;
        if stops.is_empty() || failed.is_empty() {
            let what = format!("no failed step of plan {} stops it", line.number);
            let remedy = "look at what its steps wait for; a failure in another plan is accepted there";
            return Err(conflict("nothing-stopped", what, remedy));
        }
        let steps: Vec<u32> = failed.into_iter().collect();
        let stops = stops.join("\n");
        c.put_lift(line.id, &NewLift { steps: &steps, stops: &stops, reason: &reason, by: &by })?;
        telling::tell_lift(app, c, (&line, &run), (&by, &reason))?;
        c.about("plan", line.id);
        c.detail("steps", json!(steps));
        c.detail("stops", json!(stops));
        last(c, &line)
    })?;
    Ok(committed.value)
}

/// A second person agrees: the named steps stop the deployment no longer.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when nobody asked, when other steps have failed since, or
/// for whoever asked, drafted or began the plan, or had a hand in one of the steps.
pub fn agree_lift(app: &App, caller: &Caller, id: &str, note: &str) -> Result<Lift, AppError> {
    let reach = caller.require(Permission::Approve)?;
    let committed = app.store().change(&app.intent(caller, "deployment.lift", note), |c| {
        let (line, _) = stopped_plan(c, caller, (id, &reach), Permission::Approve)?;
        let by = signer(caller)?;
        let lift = open_lift(c, &line)?;
        second_person(c, (&line, &by), &lift)?;
        let now: Vec<u32> = failed(c, &line)?.into_iter().collect();
        if now != lift.steps {
            let what = format!(
                "{} asked for {}, and what failed and is not accepted now is {}",
                lift.asked_by.name,
                shown(&lift.steps),
                shown(&now)
            );
            return Err(conflict("lift-stale", what, "ask anew, with the steps that failed by now"));
        }
        c.decide_lift(line.id, LiftState::Lifted, (&by.name, note.trim()))?;
        let body = format!("asked by {}: {}", lift.asked_by.name, lift.reason);
        for step in &lift.steps {
            c.say_of_step(line.id, *step, "lifted", (&by.name, &body))?;
        }
        c.plan_turned(line.id)?;
        c.about("plan", line.id);
        c.detail("steps", json!(lift.steps));
        c.detail("asked_by", json!(lift.asked_by.name));
        last(c, &line)
    })?;
    Ok(committed.value)
}

/// A second person refuses, with a reason; whoever asked may take it back so, too.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason; [`AppError::Conflict`] when nobody asked.
pub fn refuse_lift(app: &App, caller: &Caller, id: &str, why: &str) -> Result<Lift, AppError> {
    // Whoever asked may plan, whoever else refuses may approve: nobody else is told what stands there.
    caller.require_one_of(&[Permission::WritePlans, Permission::Approve])?;
    let reach = caller.require(Permission::ReadPlant)?;
    if why.trim().is_empty() {
        return Err(invalid("reason", "it is refused for a reason", "say why"));
    }
    let committed = app.store().change(&app.intent(caller, "deployment.refuse_lift", why), |c| {
        let line = find_in(c, id, &reach)?;
        let by = accountable(caller)?;
        let lift = open_lift(c, &line)?;
        if by.account != lift.asked_by.account {
            caller.require_at(Permission::Approve, Some(line.site))?;
        }
        c.decide_lift(line.id, LiftState::Refused, (&by.name, why.trim()))?;
        c.about("plan", line.id);
        c.detail("steps", json!(lift.steps));
        last(c, &line)
    })?;
    Ok(committed.value)
}

fn stopped_plan(
    c: &mut Change<'_>,
    caller: &Caller,
    (id, reach): (&str, &Reach),
    needed: Permission,
) -> Result<(PlanLine, PlanRun), AppError> {
    let line = find_in(c, id, reach)?;
    caller.require_at(needed, Some(line.site))?;
    let missing = || AppError::NotFound { noun: "deployment", id: id.chars().take(64).collect() };
    let run = c.plan_run(line.id)?.ok_or_else(missing)?;
    Ok((line, run))
}

/// What is stopped now, in words.
fn stops(app: &App, c: &mut Change<'_>, line: &PlanLine) -> Result<Vec<String>, AppError> {
    let (plan, body) = whole(c, line.id)?;
    let now = c.at();
    let gathered = facts::gather(app, c, (line, &plan, &body), now)?;
    Ok(next_turn(&gathered.of(&plan, now)).stops.iter().map(stop_words).collect())
}

/// The steps that failed and that nobody has accepted.
fn failed(c: &mut Change<'_>, line: &PlanLine) -> Result<BTreeSet<u32>, AppError> {
    let accepted = accepted(&c.step_words(line.id)?);
    let runs = c.step_runs(line.id)?;
    let failed = runs.into_iter().filter(|(number, run)| run.has_failed() && !accepted.contains(number));
    Ok(failed.map(|(number, _)| number).collect())
}

/// Whoever asks has looked at every failure, and at nothing else.
fn must_name(failed: &BTreeSet<u32>, named: &BTreeSet<u32>) -> Result<(), AppError> {
    let left_out: Vec<u32> = failed.difference(named).copied().collect();
    if !left_out.is_empty() {
        let what = format!("{} failed, too, and nobody has accepted that", shown(&left_out));
        return Err(invalid("steps", what, "look at them, and name every step that failed"));
    }
    let more: Vec<u32> = named.difference(failed).copied().collect();
    if !more.is_empty() {
        let what = format!("{} did not fail, or somebody has accepted that already", shown(&more));
        return Err(invalid("steps", what, "name the steps that failed, and no other"));
    }
    Ok(())
}

fn shown(steps: &[u32]) -> String {
    match steps {
        [] => "no step".to_owned(),
        [one] => format!("step {one}"),
        all => format!("steps {}", all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    }
}

fn open_lift(c: &mut Change<'_>, line: &PlanLine) -> Result<Lift, AppError> {
    let lift = c.last_lift(line.id)?.filter(|lift| lift.state == LiftState::Asked);
    lift.ok_or_else(|| {
        let what = format!("nobody waits for a second person on plan {}", line.number);
        conflict("lift-not-asked", what, "ask first, and name the steps that failed")
    })
}

fn second_person(c: &mut Change<'_>, (line, by): (&PlanLine, &Person), lift: &Lift) -> Result<(), AppError> {
    let remedy = "ask another person who may release plans";
    if by.account == lift.asked_by.account {
        let what = format!("{} asked, and nobody agrees with themselves", by.name);
        return Err(conflict("four-eyes", what, remedy));
    }
    for step in &lift.steps {
        if let Some(part) = part_of(c, (line, by), *step)? {
            let what = format!("{} {part}, so a person without a part in it has to agree", by.name);
            return Err(conflict("four-eyes", what, remedy));
        }
    }
    Ok(())
}

fn last(c: &mut Change<'_>, line: &PlanLine) -> Result<Lift, AppError> {
    c.last_lift(line.id)?.ok_or_else(|| AppError::NotFound { noun: "lift", id: line.number.to_string() })
}
