//! What a person at the device can ask of the agent: how it stands, its journal, a yes, not now, the clock is right.
//!
//! Here: questions that need no lock and words to the agent that runs. Not here: any command line; the program `holdpoint`
//! and the small one of this room have their own.

use crate::agent::Enrolled;
use crate::error::{Result, Trouble};
use crate::journal::{self, Line};
use crate::ledger::Ledger;
use crate::settings::Settings;
use crate::state::read_at_most;
use holdpoint_wire::moment::Moment;
use holdpoint_wire::progress::{Outcome, Step};
use serde::Serialize;

/// How the agent stands.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// Who the device is; `None` before enrolment.
    pub enrolled: Option<Enrolled>,
    /// The orders it knows, newest last.
    pub orders: Vec<OrderStatus>,
    /// Events that the server does not have yet.
    pub n_undelivered: usize,
    /// The highest number of an order that was seen.
    pub counter: u64,
    /// The highest version of an image that was seen.
    pub image_version: u64,
}

/// How an order stands.
#[derive(Debug, Clone, Serialize)]
pub struct OrderStatus {
    /// Its id.
    pub order: String,
    /// The patch.
    pub patch: String,
    /// The template.
    pub command: &'static str,
    /// When it may begin.
    pub starts_at: Moment,
    /// When it must have begun.
    pub last_start_at: Moment,
    /// How it ended; `None` while it is open.
    pub closed: Option<Outcome>,
    /// An act that was begun and has no outcome yet.
    pub open: Option<Step>,
    /// What it waits for.
    pub waits_for: String,
}

/// Looks how the agent stands, without disturbing one that runs.
///
/// # Errors
/// When the records cannot be read or do not hold.
pub fn status(settings: &Settings) -> Result<Status> {
    let enrolled = read_at_most(&settings.state.join("enrolled.json"), 64 * 1024)?;
    let enrolled = enrolled
        .map(|bytes| serde_json::from_slice(&bytes))
        .transpose()
        .map_err(|error| Trouble::Records(format!("`enrolled.json` cannot be read: {error}")))?;
    let ledger = Ledger::of(&lines(settings)?);
    let order = |held: &crate::ledger::HeldOrder| OrderStatus {
        order: held.order.order.to_string(),
        patch: held.order.patch.to_string(),
        command: held.order.command.name().as_str(),
        starts_at: held.order.window.starts_at,
        last_start_at: held.order.window.last_start_at,
        closed: held.closed,
        open: held.open.as_ref().map(|open| open.step),
        waits_for: held.waits_for.clone(),
    };
    Ok(Status {
        enrolled,
        orders: ledger.orders.values().map(order).collect(),
        n_undelivered: ledger.undelivered.len(),
        counter: ledger.seen.counter,
        image_version: ledger.seen.image_version,
    })
}

/// All lines of the journal; none when there is no journal yet.
///
/// # Errors
/// When it cannot be read, or was changed.
pub fn lines(settings: &Settings) -> Result<Vec<Line>> {
    let path = settings.state.join("journal.jsonl");
    if path.exists() { journal::read(&path) } else { Ok(Vec::new()) }
}

/// Looks at everything on the device; needs no enrolment and writes nothing but the agent's empty folder.
///
/// # Errors
/// When the agent's folder cannot be used.
pub fn inventory(settings: &Settings) -> Result<holdpoint_wire::inventory::Inventory> {
    let folder = std::env::temp_dir().join(format!("holdpoint-agent-{}", std::process::id()));
    let state = crate::state::StateFolder::open(&folder)?;
    let seen = crate::facts::inventory(
        crate::hand::Bench { settings, state: &state },
        &std::collections::BTreeSet::new(),
        crate::edge::now(),
    );
    drop(state);
    std::fs::remove_dir_all(&folder).map_err(Trouble::system("take away", &folder))?;
    Ok(seen)
}
