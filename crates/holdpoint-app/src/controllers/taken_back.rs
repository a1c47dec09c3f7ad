//! Offers that are taken back: their gate has shut before the device fetched anything, or nobody waits for them any more.
//!
//! The surprise: what a person has ended is taken back whatever the device has fetched, and its answer is still taken. Whether it
//! had begun is the device's to say.

use super::count_up;
use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use holdpoint_domain::execution::Deed;
use holdpoint_domain::id::PlanId;
use holdpoint_store::controller::ControllerAction;
use holdpoint_store::{Change, Reader};
use serde_json::json;

/// What its device is not told any more, when no step waits for it.
const ORPHANED: &str = "its step does not wait for it any more";

/// Takes actions back that may not begin any more: of a gate that has shut those of which the device has fetched and told nothing,
/// and all for which no step waits.
pub(super) fn settle(app: &App) -> Result<(), AppError> {
    let (shut, orphaned) = reading(app, |r| {
        let mut shut = Vec::new();
        for action in r.shut_controller_actions()? {
            if is_untouched(r, &action)? {
                shut.push(action);
            }
        }
        Ok((shut, r.orphaned_controller_actions()?))
    })?;
    take(app, "its gate has shut", &shut, None)?;
    take(app, ORPHANED, &orphaned, Some(ORPHANED))
}

fn take(app: &App, reason: &str, actions: &[ControllerAction], why: Option<&str>) -> Result<(), AppError> {
    if actions.is_empty() {
        return Ok(());
    }
    let caller = Caller::system("controllers' actions");
    let committed = app.store().change(&app.intent(&caller, "controller.take_back", reason), |c| {
        for action in actions {
            stop(c, action, why)?;
        }
        count_up(c)
    })?;
    app.controllers().counted(committed.value, actions.iter().map(|action| action.controller));
    Ok(())
}

fn stop(c: &mut Change<'_>, action: &ControllerAction, why: Option<&str>) -> Result<(), AppError> {
    if let Some(why) = why {
        c.gate_of_controller_action(action.number, Some(why))?;
    }
    c.stop_controller_action(action.number)?;
    c.detail("action", json!(action.number));
    c.detail("why", json!(why.or(action.shut.as_deref())));
    Ok(())
}

/// What the controllers of a step are to be told after a change.
#[must_use]
pub(crate) struct TakenBack {
    generation: u64,
    controllers: Vec<i64>,
}

impl TakenBack {
    /// To be called when the change is written: their devices are told so when they ask next.
    pub(crate) fn written(self, app: &App) {
        app.controllers().counted(self.generation, self.controllers);
    }
}

/// Takes back what a step's device is offered; `None`: nothing is.
pub(crate) fn of_step(
    c: &mut Change<'_>,
    (plan, step): (PlanId, u32),
    why: &str,
) -> Result<Option<TakenBack>, AppError> {
    let offered = c.controller_actions_of_step(plan, step)?;
    for action in &offered {
        stop(c, action, Some(why))?;
    }
    let controllers: Vec<i64> = offered.iter().map(|action| action.controller).collect();
    Ok(if controllers.is_empty() { None } else { Some(TakenBack { generation: count_up(c)?, controllers }) })
}

/// Whether a device has fetched nothing of an action and told nothing of it, as far as this server knows.
fn is_untouched(r: &mut Reader<'_>, action: &ControllerAction) -> Result<bool, AppError> {
    let fetched = r.controller_given(action.number)?.iter().any(|given| !given.spans.is_empty());
    Ok(!fetched && r.controller_statuses(action.number, 1)?.is_empty())
}

/// Whether something is offered for a step of which its device has fetched and told nothing.
pub(crate) fn is_untouched_by_device(r: &mut Reader<'_>, plan: PlanId, step: u32) -> Result<bool, AppError> {
    let offered = r.controller_actions_of_step(plan, step)?;
    for action in &offered {
        if !is_untouched(r, action)? {
            return Ok(false);
        }
    }
    Ok(!offered.is_empty())
}

/// Whether a step still waits for what becomes of an action; one that belongs to no step is nobody's to end.
pub(super) fn is_awaited(r: &mut Reader<'_>, action: &ControllerAction) -> Result<bool, AppError> {
    let Some((plan, step, _, attempt)) = &action.of else { return Ok(true) };
    let open = r.step_run(*plan, *step)?.and_then(|run| run.state.open_attempt());
    Ok(open.is_some_and(|(deed, open)| deed == Deed::Install && open.number == *attempt))
}
