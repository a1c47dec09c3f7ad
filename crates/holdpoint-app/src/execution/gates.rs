//! Whether what devices were told to do may still begin, as each turn sees it, and until when by what the process says.
//!
//! The surprise: nothing is decided here. A device that was told may have begun long ago, so an order whose gate shuts is asked back by
//! whoever gave it (`agents`, `controllers`), and the step stands where it stood until the device has answered.

use super::{checks, permit, telling};
use crate::App;
use holdpoint_domain::Moment;
use holdpoint_domain::id::PlanId;
use holdpoint_domain::plan::{ChangePlan, PlannedStep};
use holdpoint_domain::work_order::WorkOrderState;
use holdpoint_engine::execution::{Gate, Limits, Turn, good_until as engine_good_until};
use holdpoint_store::execution::{KeptCheck, Served, Word};
use holdpoint_store::plan::PlanLine;
use holdpoint_store::{Change, StoreError};

/// So much later is worth writing down.
const WORTH_IT: i64 = 30_000_000;

/// Keeps the gates of a turn beside the orders and actions that stand open. Gives how many of them changed.
pub(super) fn note(
    c: &mut Change<'_>,
    (plan, served): (PlanId, &Served),
    turn: &Turn,
) -> Result<usize, StoreError> {
    let mut changed = 0;
    if turn.gates.keys().any(|step| served.by_agent.contains(step)) {
        for order in c.gates_of_agent_orders(plan)? {
            let Some(gate) = turn.gates.get(&order.step) else { continue };
            let (shut, good_until) = said(gate);
            let good_until = good_until.filter(|_| order.last_start_at.is_some());
            if order.shut.as_deref() != shut || is_news(order.good_until, good_until) {
                c.gate_of_agent_order(&order.name, shut, good_until)?;
                changed += 1;
            }
        }
    }
    if turn.gates.keys().any(|step| served.by_controller.contains(step)) {
        for action in c.controller_actions_of_plan(plan)? {
            let step = action.of.as_ref().map(|(_, step, _, _)| *step);
            let Some(gate) = step.and_then(|step| turn.gates.get(&step)) else { continue };
            let (shut, _) = said(gate);
            if action.shut.as_deref() != shut {
                c.gate_of_controller_action(action.number, shut)?;
                changed += 1;
            }
        }
    }
    Ok(changed)
}

/// Keeps what stands against work on paper that was begun, and tells people of it once it does. Gives how many orders changed.
pub(super) fn halt(
    app: &App,
    c: &mut Change<'_>,
    (line, on_paper): (&PlanLine, bool),
    turn: &Turn,
) -> Result<usize, StoreError> {
    let mut changed = 0;
    if !on_paper {
        return Ok(changed);
    }
    for order in c.work_orders_of(line.id)? {
        if order.state != WorkOrderState::Begun || !turn.gates.contains_key(&order.step) {
            continue;
        }
        let why = turn.halts.get(&order.step).map(String::as_str);
        if order.halt.as_ref().map(|(why, _)| why.as_str()) == why {
            continue;
        }
        c.halt_work_order(order.id, why)?;
        changed += 1;
        if let (Some(why), Some(run)) = (why, c.plan_run(line.id)?) {
            telling::tell_halt(app, c, (line, &run), (&order, why))?;
        }
    }
    Ok(changed)
}

/// Whether until when something may begin is worth writing down: with each second it is a little later.
fn is_news(was: Option<Moment>, is: Option<Moment>) -> bool {
    match (was, is) {
        (Some(was), Some(is)) => is < was || is.since(was) >= WORTH_IT,
        (None, Some(_)) => true,
        (_, None) => false,
    }
}

fn said(gate: &Gate) -> (Option<&str>, Option<Moment>) {
    match gate {
        Gate::Open { good_until } => (None, *good_until),
        Gate::Shut { why } => (Some(why), None),
    }
}

/// Says beside a wait for an outcome that the device was told not to begin.
pub(super) fn word(turn: &mut Turn, served: &Served) {
    for wait in &mut turn.waits {
        let by_device = served.by_agent.contains(&wait.step) || served.by_controller.contains(&wait.step);
        if let Some(Gate::Shut { why }) = turn.gates.get(&wait.step).filter(|_| by_device) {
            wait.why = format!("{}; the device is told not to begin, unless it has: {why}", wait.why);
        }
    }
}

/// Until when a device may begin a step by what the process says now; `None`: it is not asked.
pub(crate) fn good_until(
    permit: Option<&Word>,
    asked: &[KeptCheck],
    (plan, planned): (&ChangePlan, &PlannedStep),
    now: Moment,
) -> Option<Moment> {
    let said = checks::interlock(permit::interlock(permit, now), asked, (plan, planned));
    let process = (&said, &checks::signal(asked), permit.and_then(permit::ends));
    engine_good_until(process, &Limits::default(), now)
}
