//! Orders that are taken back, and the device told not to begin them.

use super::super::keys::order_key;
use super::super::{count_up, wire_time};
use super::MINUTE;
use super::made::{bad, counter};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::id::{AssetId, PlanId};
use holdpoint_store::Reader;
use holdpoint_store::agent::{AgentLine, AgentOrder, NewOrder};
use holdpoint_wire::command::{Command, StopWork};
use holdpoint_wire::envelope::{Signer, sign};
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::order::{Needs, Order, WayBack, Window};
use holdpoint_wire::text::{Id, Words};

/// An order that was asked back stays open for so long after its end: what its device has done of it may come late.
const HEARD_FOR: i64 = 7 * 24 * 60 * MINUTE;

/// Orders for which no step waits any more are asked back: the device is told not to begin them, and what it says of them is still
/// heard. One of which nothing was heard for long is closed.
pub(super) fn withdraw_orphans(app: &App) -> Result<(), AppError> {
    let before = app.now().plus_micros(-HEARD_FOR);
    let orphaned = app.store().read(|r| r.orphaned_agent_orders(before))?;
    if orphaned.is_empty() {
        return Ok(());
    }
    let caller = Caller::system("agents' orders");
    let why = "its step does not wait for it any more";
    let committed = app.store().change(&app.intent(&caller, "agent.withdraw", why), |c| {
        let at = c.at();
        for order in &orphaned {
            c.about("order", &order.name);
            if order.stop_at.is_some() || order.expires_at < before {
                c.withdraw_agent_order(&order.name, why)?;
                continue;
            }
            if let Some(agent) = c.agent_of(order.asset)?
                && let Ok(stop) = stop(c, (&agent, order), (why, at))?
            {
                // One after the other: each has the next number of its device.
                c.put_agent_orders(&[kept(&stop, &order_key(app, agent.site)?, order.asset)])?;
            }
            c.gate_of_agent_order(&order.name, Some(why), None)?;
            c.stop_agent_order(&order.name)?;
        }
        count_up(c)
    })?;
    app.agents().counted(committed.value, orphaned.iter().map(|order| order.asset));
    Ok(())
}

/// Whether an order stands open for a step of which its device has not told that it was about to act.
pub(crate) fn is_unbegun_by_device(r: &mut Reader<'_>, plan: PlanId, step: u32) -> Result<bool, AppError> {
    let orders = r.agent_orders_of_step(plan, step)?;
    let open: Vec<_> = orders.into_iter().filter(|order| order.closed_at.is_none()).collect();
    for order in &open {
        if r.agent_events(&order.name)?.iter().any(|event| event.outcome == "intended") {
            return Ok(false);
        }
    }
    Ok(!open.is_empty())
}

/// An order that does nothing itself and says whether another one may begin.
pub(super) fn about_another(
    r: &mut Reader<'_>,
    (agent, of): (&AgentLine, &AgentOrder),
    (command, until): (impl FnOnce(Id) -> Command, Moment),
    at: Moment,
) -> Result<Result<Order, String>, AppError> {
    let counter = counter(r, of.asset, at)?;
    let until = wire_time(until);
    let ids = (|| {
        Ok::<_, holdpoint_wire::text::BadText>((
            Id::new(agent.site.to_string())?,
            Id::new(of.asset.to_string())?,
            Id::new(of.name.as_str())?,
        ))
    })();
    let (site, asset, order) = match ids {
        Ok(ids) => ids,
        Err(why) => return Ok(Err(bad(why))),
    };
    let command = command(order);
    let word = command.name().as_str().split('.').next().unwrap_or_default();
    let name = match Id::new(format!("{asset}.{word}.{counter}")) {
        Ok(name) => name,
        Err(why) => return Ok(Err(bad(why))),
    };
    let unnamed = Id::new("none").expect("letters");
    Ok(Ok(Order {
        version: VersionOne,
        site,
        order: name,
        asset,
        counter,
        patch: unnamed,
        image_version: 0,
        issued_at: wire_time(at),
        expires_at: until,
        window: Window {
            starts_at: wire_time(at.plus_micros(-MINUTE)),
            last_start_at: until,
            ends_at: until,
        },
        artifacts: Vec::new(),
        command,
        needs: Needs::default(),
        notice: None,
        way_back: WayBack::Kept,
    }))
}

/// An order that says that another one must not begin.
pub(super) fn stop(
    r: &mut Reader<'_>,
    (agent, of): (&AgentLine, &AgentOrder),
    (why, at): (&str, Moment),
) -> Result<Result<Order, String>, AppError> {
    let until = of.expires_at.max(at).plus_micros(60 * MINUTE);
    let command = |order| Command::Stop(StopWork { order, why: Words::cut(why) });
    about_another(r, (agent, of), (command, until), at)
}

/// A signed order as it is kept, that belongs to no step.
pub(super) fn kept(order: &Order, key: &Signer, asset: AssetId) -> NewOrder {
    NewOrder {
        asset,
        counter: order.counter,
        name: order.order.to_string(),
        of: None,
        command: order.command.name().as_str().to_owned(),
        envelope: String::from_utf8(message::write(&sign(order, &[key]))).expect("JSON is UTF-8"),
        expires_at: Moment::from_micros(order.expires_at.0),
        renewed: None,
    }
}
