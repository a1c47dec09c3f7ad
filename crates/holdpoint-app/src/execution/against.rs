//! Work on paper that nobody asked for on the screen: what stood against it when it began, and the pause that follows.
//!
//! The surprise: what was done is a fact and is taken. That something stood against it is said loudly, and nothing else of the
//! plan begins by itself until a person lets it go on.

use super::{facts, telling};
use crate::App;
use crate::error::AppError;
use crate::plans::whole;
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Footing, StepState};
use holdpoint_domain::id::PlanId;
use holdpoint_engine::execution::{PlanFacts, against_beginning};
use holdpoint_store::Change;

/// Everything that would have kept a person from beginning a step at a moment; `None`: nothing, or the step was in work already.
pub(crate) fn against(
    app: &App,
    c: &mut Change<'_>,
    (plan, number): (PlanId, u32),
    began: Moment,
) -> Result<Option<String>, AppError> {
    let missing = || AppError::NotFound { noun: "plan", id: plan.to_string() };
    let line = c.change_plan(plan)?.ok_or_else(missing)?;
    let (whole, body) = whole(c, plan)?;
    let gathered = facts::gather(app, c, (&line, &whole, &body), began)?;
    if gathered.run(number).is_none_or(|run| run.state.footing() != Footing::Untouched) {
        return Ok(None);
    }
    let mut facts = gathered.of(&whole, began);
    as_it_stood(&mut facts, number, began);
    // The pause that an earlier result brought is this program's own: it stands for that result, and hides nothing of this one.
    if gathered.told_against_at().is_some() {
        facts.paused = None;
    }
    let stood = against_beginning(&facts, number);
    Ok((!stood.is_empty()).then(|| stood.join("; ")))
}

/// The step stands before the gate, and what was said later was not said yet.
fn as_it_stood(facts: &mut PlanFacts<'_>, number: u32, began: Moment) {
    for step in &mut facts.steps {
        if step.run.number != number {
            continue;
        }
        step.withheld.clear();
        step.run.last_failure = None;
        step.run.state = StepState::Staged { at: began };
        for hold in &mut step.holds {
            hold.opened_at = hold.opened_at.filter(|at| *at <= began);
        }
    }
    let asset = facts.plan.steps.iter().find(|step| step.number == number).map(|step| step.asset);
    for group in &mut facts.groups {
        group.out_now.retain(|out| Some(*out) != asset);
    }
}

/// Pauses a plan because of work that something stood against, and tells people.
pub(crate) fn pause_against(app: &App, c: &mut Change<'_>, plan: PlanId, what: &str) -> Result<(), AppError> {
    let missing = || AppError::NotFound { noun: "deployment", id: plan.to_string() };
    let line = c.change_plan(plan)?.ok_or_else(missing)?;
    let run = c.plan_run(plan)?.ok_or_else(missing)?;
    let why = format!("a result told at {}: {what}", c.at());
    // A pause that stood before stands for its own reason, whenever the work began.
    let told_at = if run.paused.is_none() { Some(c.at()) } else { run.told_against_at };
    let paused = run.paused.as_ref().map_or_else(|| why.clone(), |stands| format!("{stands}; {why}"));
    c.pause_plan(plan, Some(&paused), told_at)?;
    telling::tell_against(app, c, (&line, &run), &why)?;
    Ok(())
}
