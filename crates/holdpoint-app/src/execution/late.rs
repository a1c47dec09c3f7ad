//! What a device tells of work that a person has ended meanwhile.
//!
//! The surprise: nothing follows from it by itself. The step stands where a person has put it; what the device says is kept beside
//! it as an event, and people are told, because whoever went to the asset believed to have it alone.

use super::{Report, telling};
use crate::App;
use crate::error::AppError;
use holdpoint_domain::execution::{Event, Outcome, StepRun};
use holdpoint_store::Change;

/// Tells people of an outcome that came after its step was ended; of what nobody began there is nothing to tell.
pub(super) fn tell(app: &App, c: &mut Change<'_>, (one, run): (&Report, &StepRun)) -> Result<(), AppError> {
    let (deed, attempt) = one.deed;
    let said = match &one.outcome {
        Outcome::Succeeded => "that it succeeded".to_owned(),
        Outcome::Failed { what, .. } => format!("that it failed ({what})"),
        Outcome::Unknown { what } => format!("what nobody can judge: {what}"),
        Outcome::Seen(_)
        | Outcome::NotDone { .. }
        | Outcome::NotBegun { .. }
        | Outcome::Refused { .. }
        | Outcome::NotTold { .. } => return Ok(()),
    };
    if !deed.changes_the_asset() {
        return Ok(());
    }
    let events = c.step_events(one.plan, one.step)?;
    let intended = |event: &Event| matches!(event, Event::Intended { deed: own, attempt: of } if *own == deed && of.number == attempt);
    let ended = events.iter().skip_while(|kept| !intended(&kept.event)).find_map(|kept| match &kept.event {
        Event::Stopped { at, why } => Some((*at, kept.by.clone(), why.clone())),
        _ => None,
    });
    let Some((at, by, why)) = ended else { return Ok(()) };
    let Some(line) = c.change_plan(one.plan)? else { return Ok(()) };
    let Some(begun) = c.plan_run(one.plan)? else { return Ok(()) };
    let tag = c.step_line(one.plan, one.step)?.map(|step| step.tag).unwrap_or_default();
    let (step, state) = (one.step, run.state.word());
    let what = format!(
        "step {step} on `{tag}` was ended at {at} ({why}), and its device says of {deed}, attempt {attempt}, {said}"
    );
    telling::tell_late(app, c, (&line, &begun), (&by, &what, state.word()))?;
    Ok(())
}
