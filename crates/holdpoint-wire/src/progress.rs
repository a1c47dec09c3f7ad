//! What a device reports of its work, event by event.
//!
//! Here: the events and the answer to them. Not here: how they are kept until they are delivered. Each event has the
//! number of its line in the device's journal, so one that is told twice is known as the same.

use crate::message::{Message, VersionOne, at_most};
use crate::moment::Moment;
use crate::text::{Id, Words};
use serde::{Deserialize, Serialize};

/// A part of the work on an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Is the order obeyed at all?
    Admission,
    /// People at the device are told, may put it off, may have to say yes.
    Notice,
    /// Does everything hold that must hold before?
    Preflight,
    /// The files are brought and their hashes looked at.
    Fetch,
    /// What is needed for the way back is there and proven.
    Backup,
    /// The act itself.
    Install,
    /// The restart.
    Restart,
    /// A fresh look at what is there now.
    Verify,
    /// What was there before is brought back.
    WayBack,
    /// A look at everything.
    Inventory,
    /// The order as a whole.
    Order,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is about to begin; written before anything is done.
    Intended,
    /// Done, as the facts say.
    Done,
    /// Not done, as the facts say; nothing was changed.
    NotDone,
    /// It was tried and did not succeed; the words say what is there now.
    Failed,
    /// Nobody can tell. It is never taken for done or not done.
    Unknown,
    /// It waits; the words say for what.
    Waiting,
    /// Refused by a rule; the words say which.
    Refused,
    /// Somebody at the device put it off.
    Postponed,
    /// Somebody at the device said yes.
    Confirmed,
    /// Ended because another order said so.
    Stopped,
}

/// One event. `(order, attempt, step, seq)` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The order, when it is about one whose id could be read.
    pub order: Option<Id>,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// Which part of the work.
    pub step: Step,
    /// The number of the line in the journal of the device; it rises and never comes again.
    pub seq: u64,
    /// What the device's clock said.
    pub at: Moment,
    /// What became of it.
    pub outcome: Outcome,
    /// A stable name of the reason, for programs; empty when there is none.
    pub rule: String,
    /// For people.
    pub words: Words,
}

/// Events in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Always 1.
    pub version: VersionOne,
    /// Names the journal: a device whose records were lost begins a new one, and the server then knows.
    pub journal: Id,
    /// The events.
    pub events: Vec<Event>,
}

/// The server has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgressAnswer {
    /// Always 1.
    pub version: VersionOne,
    /// All events up to this number are kept by the server.
    pub kept_through: u64,
}

impl Message for Progress {
    const KIND: &'static str = "report of progress";
    /// 200 events with words of at most 2,000 bytes.
    const LIMIT_BYTES: usize = 1024 * 1024;

    fn check(&self) -> Result<(), String> {
        at_most("events", self.events.len(), 200)?;
        if self.events.windows(2).any(|pair| pair[0].seq >= pair[1].seq) {
            return Err("the numbers of the events do not rise".to_owned());
        }
        self.events.iter().try_for_each(Event::check)
    }
}

impl Event {
    fn check(&self) -> Result<(), String> {
        at_most("bytes of a rule's name", self.rule.len(), 64)?;
        if self.rule.chars().any(char::is_control) {
            return Err("the name of a rule has a control letter".to_owned());
        }
        // The server counts with a sign; a number beyond that would be kept as another one.
        if i64::try_from(self.seq).is_err() {
            return Err(format!("event number {} is larger than any journal grows", self.seq));
        }
        Ok(())
    }
}

impl Message for ProgressAnswer {
    const KIND: &'static str = "answer to a report of progress";
    /// One number.
    const LIMIT_BYTES: usize = 4 * 1024;
}
