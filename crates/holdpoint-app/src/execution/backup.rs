//! A person's word of a backup, where nothing of this program can make or read one: on devices with a client of their own.
//!
//! The surprise: the word is asked for before anything begins, and it is a word: whoever said it, when and where the backup lies
//! stands in the evidence, and nobody else saw it.

use crate::approval::{baselines::conflict, refused};
use crate::error::AppError;
use holdpoint_domain::execution::{Footing, StepRun};
use holdpoint_domain::plan::{ChangePlan, PlannedStep, WayBack};
use holdpoint_domain::signature::written;
use holdpoint_engine::execution::BackupBy;
use holdpoint_store::Change;
use holdpoint_store::execution::{Served, Word};
use holdpoint_store::plan::PlanLine;
use std::collections::BTreeMap;

/// Who answers for the backup of a step; `on_paper`: a work order is out for it, and its sheet asks.
pub(super) fn by(
    (planned, on_paper): (&PlannedStep, bool),
    served: &Served,
    words: &BTreeMap<&str, &Word>,
) -> BackupBy {
    match &planned.way_back {
        WayBack::ByHand { .. } if served.by_controller.contains(&planned.number) && !on_paper => {
            BackupBy::Person { told_at: words.get("backup").map(|word| word.at) }
        }
        WayBack::ByHand { .. } | WayBack::Automatic { .. } | WayBack::None { .. } => BackupBy::ItsHand,
    }
}

/// Refuses a word of a backup that nobody asks for, comes too late, or says nothing.
pub(super) fn wanted(
    c: &mut Change<'_>,
    (line, plan): (&PlanLine, &ChangePlan),
    run: &StepRun,
    what: &str,
) -> Result<(), AppError> {
    written("place of the backup", what).map_err(refused)?;
    if run.state.footing() != Footing::Untouched {
        let state = run.state.word();
        let what = format!("the step is {state}, so a backup of what was before cannot be made any more");
        return Err(conflict("step-state", what, "look at the step, and say what fits"));
    }
    let served = c.steps_served(line.id)?;
    let planned = plan.steps.iter().find(|step| step.number == run.number);
    let asked =
        planned.is_some_and(|planned| by((planned, false), &served, &BTreeMap::new()) != BackupBy::ItsHand);
    if asked {
        return Ok(());
    }
    let what =
        "the backup of this step is made and proven by whoever carries it out, or there is no way back";
    Err(conflict("backup-not-asked", what.to_owned(), "nothing needs to be said"))
}
