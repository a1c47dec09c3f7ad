//! The way back of an asset that works, as a person wants it.
//!
//! The surprise: it is new work. What is broken goes back at once; what works goes back only where an installation could begin, and on
//! the word of somebody who has no hand in the plan.

use super::later;
use super::saying::part_of;
use crate::App;
use crate::approval::baselines::conflict;
use crate::error::AppError;
use crate::plans::whole;
use holdpoint_domain::execution::{Deed, Event, Observed, Outcome, StepRun, StepState};
use holdpoint_domain::plan::ChangePlan;
use holdpoint_domain::signature::Person;
use holdpoint_engine::execution::{self as engine, WaitFor};
use holdpoint_store::Change;
use holdpoint_store::plan::PlanLine;

/// The kind of the word that is kept where an asset works.
const KIND: &str = "back_wanted";

/// Refuses what may not go back now; remembers that its asset works.
pub(super) fn wanted(
    app: &App,
    c: &mut Change<'_>,
    (line, plan, by): (&PlanLine, &ChangePlan, &Person),
    (run, why): (&StepRun, &str),
) -> Result<(), AppError> {
    if !works(c, line, run)? {
        return Ok(());
    }
    if let Some(part) = part_of(c, (line, by), run.number)? {
        let what = format!("{} {part}, and what works is not taken out of work on that word alone", by.name);
        return Err(conflict("four-eyes", what, "ask a person who has no hand in the plan to say it"));
    }
    let now = c.at();
    let (_, body) = whole(c, line.id)?;
    let gathered = super::facts::gather(app, c, (line, plan, &body), now)?;
    let mut facts = gathered.of(plan, now);
    facts.laid_over.extend(later::over(&c.later_steps(line.id, run.number)?).map(|what| (run.number, what)));
    if let Some(wait) = engine::against_going_back(&facts, run.number) {
        let remedy = match wait.for_what {
            WaitFor::Earlier => "take that back first, or end the step and do it by hand",
            WaitFor::Group => "go back one after the other, when another member is back",
            _ => "what works can wait for that; say it again then, or end the step and do it by hand",
        };
        return Err(conflict(wait.for_what.word(), wait.why, remedy));
    }
    c.say_of_step(line.id, run.number, KIND, (&by.name, why))?;
    Ok(())
}

/// Whether nothing that was heard of an asset says that it is broken: then its way back is new work.
fn works(c: &mut Change<'_>, line: &PlanLine, run: &StepRun) -> Result<bool, AppError> {
    let said_so = match &run.state {
        StepState::AwaitingRestart { .. }
        | StepState::ToVerify { doubt: None, .. }
        | StepState::Verified { .. } => return Ok(true),
        // A person says that it is installed.
        StepState::ToVerify { doubt: Some(_), .. } => true,
        StepState::ByHand { .. } => false,
        _ => return Ok(false),
    };
    let events = c.step_events(line.id, run.number)?.into_iter().map(|kept| kept.event);
    let mut heard = events.rev().filter_map(|event| went_well(&event));
    Ok(heard.next().unwrap_or(said_so))
}

/// What an event tells of the asset: that the work is on it, or that something is wrong. `None`: nothing of it, as a look that
/// failed.
fn went_well(event: &Event) -> Option<bool> {
    match event {
        Event::Ended { outcome: Outcome::NotBegun { .. } | Outcome::Refused { .. }, .. } => None,
        Event::Ended { deed: Deed::Install | Deed::Restart, outcome, .. } => {
            Some(matches!(outcome, Outcome::Succeeded | Outcome::NotDone { .. } | Outcome::NotTold { .. }))
        }
        Event::Ended { deed: Deed::Verify | Deed::Recheck, outcome: Outcome::Seen(seen), .. } => {
            Some(matches!(seen, Observed::AsPromised | Observed::NotRestarted { .. }))
        }
        _ => None,
    }
}
