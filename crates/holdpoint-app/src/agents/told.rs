//! What agents tell of their work, kept once each, many agents in one change.
//!
//! The surprise: the outcome of a step is not written here. An order that is closed by its event is settled afterwards
//! (`orders`), so that a report is answered as soon as it is on the disk.

use super::count_up;
use super::resident::Known;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::id::AssetId;
use holdpoint_store::Change;
use holdpoint_store::agent::{DeviceEvent, OrderClosing};
use holdpoint_wire::progress::{Event, Outcome, Progress, Step};
use serde_json::json;
use std::sync::Arc;

/// A report and who sent it.
#[derive(Debug, Clone)]
pub struct ToldBy {
    /// The agent, by its certificate.
    pub who: Arc<Known>,
    /// What it tells.
    pub progress: Progress,
}

impl ToldBy {
    /// How many events it holds.
    #[must_use]
    pub fn progress_len(&self) -> usize {
        self.progress.events.len()
    }
}

/// Refusals that pass by themselves or with a person at the device: the order stays open.
const PASSING: [&str; 4] = ["clock_went_back", "clock_behind", "image_too_old", "not_yet"];

/// Keeps reports of many agents in one change; gives up to which number each is kept.
///
/// # Errors
/// [`AppError::Store`]: then nothing of it is kept, and nobody may be answered.
pub fn keep_events(app: &App, batch: &[ToldBy]) -> Result<Vec<u64>, AppError> {
    let caller = Caller::system("agents' door");
    let committed = app.store().change(&app.intent(&caller, "agent.events", ""), |c| {
        let (mut n_new, mut closed, mut heard) = (0, Vec::new(), Vec::new());
        for told in batch {
            let new = keep_one(c, told)?;
            if new.n_events > 0 {
                n_new += new.n_events;
                heard.push(told.who.asset);
            }
            if new.closed {
                closed.push(told.who.asset);
                c.about("asset", &told.who.tag);
            }
        }
        if n_new == 0 {
            c.nothing_to_do();
            return Ok((None, closed));
        }
        c.agents_heard(&heard)?;
        c.detail("agents", json!(heard.len()));
        c.detail("events", json!(n_new));
        let generation = if closed.is_empty() { None } else { Some(count_up(c)?) };
        Ok::<_, AppError>((generation, closed))
    })?;
    if let (Some(generation), closed) = committed.value {
        app.agents().counted(generation, closed);
    }
    Ok(batch.iter().map(|told| told.progress.events.last().map_or(0, |event| event.seq)).collect())
}

struct Kept {
    n_events: u64,
    closed: bool,
}

fn keep_one(c: &mut Change<'_>, told: &ToldBy) -> Result<Kept, AppError> {
    let ToldBy { who, progress } = told;
    let at = c.at();
    let events: Vec<DeviceEvent> =
        progress.events.iter().map(|event| kept(progress.journal.as_str(), event, at)).collect();
    let n_events = c.put_agent_events(who.asset, &events)?;
    if n_events == 0 {
        return Ok(Kept { n_events, closed: false });
    }
    journal(c, who, progress.journal.as_str())?;
    let mut closed = false;
    for event in &progress.events {
        if let Some(closing) = closing(event) {
            closed |= close(c, who.asset, &closing)?;
        }
    }
    Ok(Kept { n_events, closed })
}

fn close(c: &mut Change<'_>, asset: AssetId, closing: &OrderClosing) -> Result<bool, AppError> {
    Ok(c.close_agent_order(asset, closing)?)
}

/// A device that comes with a journal of another name has lost its records; a person must look.
fn journal(c: &mut Change<'_>, who: &Known, name: &str) -> Result<(), AppError> {
    let Some(line) = c.agent_of(who.asset)? else { return Ok(()) };
    match line.journal.as_deref() {
        Some(known) if known == name => {}
        Some(_) => {
            let at = c.at();
            c.agent_journal(who.asset, name, Some(at))?;
            c.about("asset", &who.tag);
            c.detail("records_lost", json!(who.tag));
        }
        None => c.agent_journal(who.asset, name, None)?,
    }
    Ok(())
}

fn kept(journal: &str, event: &Event, heard_at: Moment) -> DeviceEvent {
    DeviceEvent {
        journal: journal.to_owned(),
        seq: event.seq,
        order: event.order.as_ref().map(ToString::to_string),
        attempt: event.attempt,
        part: step_word(event.step).to_owned(),
        outcome: outcome_word(event.outcome).to_owned(),
        at: Moment::from_micros(event.at.0),
        rule: event.rule.clone(),
        words: event.words.to_string(),
        heard_at,
    }
}

/// Whether the event ends its order, and how.
fn closing(event: &Event) -> Option<OrderClosing> {
    let name = event.order.as_ref()?.to_string();
    let ends = match (event.step, event.outcome) {
        (Step::Order, _) => true,
        (Step::Admission, Outcome::Refused) => !PASSING.contains(&event.rule.as_str()),
        _ => false,
    };
    let rule = if event.rule.is_empty() { String::new() } else { format!(" ({})", event.rule) };
    ends.then(|| OrderClosing {
        name,
        outcome: outcome_word(event.outcome).to_owned(),
        words: format!("{}{rule}", event.words),
        device_at: Moment::from_micros(event.at.0),
    })
}

const fn step_word(step: Step) -> &'static str {
    match step {
        Step::Admission => "admission",
        Step::Notice => "notice",
        Step::Preflight => "preflight",
        Step::Fetch => "fetch",
        Step::Backup => "backup",
        Step::Install => "install",
        Step::Restart => "restart",
        Step::Verify => "verify",
        Step::WayBack => "way_back",
        Step::Inventory => "inventory",
        Step::Order => "order",
    }
}

const fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Intended => "intended",
        Outcome::Done => "done",
        Outcome::NotDone => "not_done",
        Outcome::Failed => "failed",
        Outcome::Unknown => "unknown",
        Outcome::Waiting => "waiting",
        Outcome::Refused => "refused",
        Outcome::Postponed => "postponed",
        Outcome::Confirmed => "confirmed",
        Outcome::Stopped => "stopped",
    }
}
