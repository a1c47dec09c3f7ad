//! Orders that a device may not have begun yet: asked back when their gate shuts, renewed while the process permits them.
//!
//! The surprise: an order that is asked back stands open until its device has answered. Whether it had begun is the device's to say;
//! what nobody has begun is no failure, and its step stands again where it stood before.

use super::super::count_up;
use super::super::keys::order_key;
use super::SECOND;
use super::withdraw::{about_another, kept, stop};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::id::SiteId;
use holdpoint_store::Change;
use holdpoint_store::agent::{AgentOrder, NewOrder};
use holdpoint_wire::command::{Command, GoodUntilWork};
use holdpoint_wire::envelope::Signer;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// An order is renewed when its device gains so much by it.
const WORTH_IT: i64 = 30 * SECOND;

/// The keys of sites, each read once.
struct Keys<'a> {
    app: &'a App,
    known: HashMap<SiteId, Signer>,
}

impl Keys<'_> {
    fn of(&mut self, site: SiteId) -> Result<&Signer, AppError> {
        Ok(match self.known.entry(site) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(order_key(self.app, site)?),
        })
    }
}

/// Tells devices that they must not begin orders whose gate has shut.
pub(super) fn stop_shut(app: &App) -> Result<(), AppError> {
    let shut = app.store().read(|r| r.shut_agent_orders())?;
    tell(app, ("agent.stop", "its gate has shut"), &shut, |c, of, keys| {
        let at = c.at();
        let why = of.shut.as_deref().unwrap_or("it must not begin any more");
        let made = match c.agent_of(of.asset)? {
            Some(agent) => match stop(c, (&agent, of), (why, at))? {
                Ok(order) => Some(kept(&order, keys.of(agent.site)?, of.asset)),
                Err(_) => None,
            },
            None => None,
        };
        c.stop_agent_order(&of.name)?;
        Ok(made)
    })
}

/// Tells devices that they may begin until later, because the process still permits it.
pub(super) fn renew(app: &App) -> Result<(), AppError> {
    let running_out = app.store().read(|r| r.agent_orders_running_out())?;
    let worth = |of: &AgentOrder| {
        new_end(of).zip(of.last_start_at).is_some_and(|(end, last)| end.since(last) >= WORTH_IT)
    };
    let worth_it: Vec<AgentOrder> = running_out.into_iter().filter(worth).collect();
    tell(app, ("agent.renew", "the process still permits it"), &worth_it, |c, of, keys| {
        let at = c.at();
        let (Some(agent), Some(until)) = (c.agent_of(of.asset)?, new_end(of)) else { return Ok(None) };
        let work = |order| {
            let until = super::super::wire_time(until);
            Command::GoodUntil(GoodUntilWork { order, until })
        };
        let Ok(order) = about_another(c, (&agent, of), (work, until), at)? else { return Ok(None) };
        c.renew_agent_order(&of.name, until)?;
        Ok(Some(kept(&order, keys.of(agent.site)?, of.asset)))
    })
}

/// Until when an order may begin now, never after its latest start.
fn new_end(of: &AgentOrder) -> Option<Moment> {
    Some(of.good_until?.min(of.latest_start_at?))
}

/// One change over orders, each of which its device is told something about.
fn tell(
    app: &App,
    (action, why): (&str, &str),
    orders: &[AgentOrder],
    make: impl Fn(&mut Change<'_>, &AgentOrder, &mut Keys<'_>) -> Result<Option<NewOrder>, AppError>,
) -> Result<(), AppError> {
    if orders.is_empty() {
        return Ok(());
    }
    let caller = Caller::system("agents' orders");
    let committed = app.store().change(&app.intent(&caller, action, why), |c| {
        let mut keys = Keys { app, known: HashMap::new() };
        for of in orders {
            // One after the other: each has the next number of its device.
            let made = make(c, of, &mut keys)?;
            c.put_agent_orders(made.as_slice())?;
            c.about("order", &of.name);
        }
        count_up(c)
    })?;
    app.agents().counted(committed.value, orders.iter().map(|order| order.asset));
    Ok(())
}
