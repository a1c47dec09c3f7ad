//! What the agent knows after reading its journal: which orders it holds, how far each is, what was not delivered.
//!
//! Here: the fold over the lines. Not here: any file, and any decision what to do next (`work`).

use crate::journal::{Entry, Line};
use holdpoint_wire::admit::Seen;
use holdpoint_wire::command::Command;
use holdpoint_wire::envelope::Envelope;
use holdpoint_wire::message;
use holdpoint_wire::moment::Moment;
use holdpoint_wire::order::Order;
use holdpoint_wire::progress::{Event, Outcome, Step};
use holdpoint_wire::text::Id;
use std::collections::BTreeMap;

/// Everything that follows from the journal.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// The name of the journal.
    pub journal: Option<Id>,
    /// The highest numbers seen.
    pub seen: Seen,
    /// The orders that were let in, by their counter.
    pub orders: BTreeMap<u64, HeldOrder>,
    /// Events that the server does not have yet, oldest first.
    pub undelivered: Vec<Event>,
}

/// An intent without an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAct {
    /// Which step.
    pub step: Step,
    /// The start of the system in which it was intended.
    pub mark: Option<String>,
    /// When.
    pub at: Moment,
}

/// An order with how far it is.
#[derive(Debug, Clone)]
pub struct HeldOrder {
    /// The order as it came.
    pub envelope: Envelope,
    /// The order, read.
    pub order: Order,
    /// The attempt that runs, from 1.
    pub attempt: u32,
    /// What became of each step last.
    pub steps: BTreeMap<Step, Outcome>,
    /// An act that was about to begin and has no outcome.
    pub open: Option<OpenAct>,
    /// How often somebody put it off, and until when.
    pub postponed: (u8, Option<Moment>),
    /// Since people were told: from when it may begin.
    pub told_until: Option<Moment>,
    /// What it waits for, as the last event said.
    pub waits_for: String,
    /// How it ended.
    pub closed: Option<Outcome>,
}

impl Ledger {
    /// Folds lines.
    #[must_use]
    pub fn of(lines: &[Line]) -> Self {
        let mut ledger = Self::default();
        lines.iter().for_each(|line| ledger.take(line));
        ledger
    }

    /// Takes one more line.
    pub fn take(&mut self, line: &Line) {
        match &line.entry {
            Entry::Began { journal } => self.journal = Some(journal.clone()),
            Entry::Torn { .. } => {}
            Entry::Held { envelope } => self.hold(envelope),
            Entry::Seen { counter, image_version, time } => {
                self.seen.counter = self.seen.counter.max(*counter);
                self.seen.image_version = self.seen.image_version.max(*image_version);
                self.seen.time = self.seen.time.max(*time);
            }
            Entry::Delivered { through } => self.undelivered.retain(|event| event.seq > *through),
            Entry::ClockCorrected { time, .. } => self.seen.time = *time,
            Entry::Event { .. } => self.take_event(line),
        }
    }

    /// What was let in once can be read again; what cannot is left to the server, which sees no event for it.
    fn hold(&mut self, envelope: &Envelope) {
        let Ok(order) = message::read::<Order>(envelope.text.as_bytes()) else { return };
        let held = HeldOrder {
            envelope: envelope.clone(),
            attempt: 1,
            steps: BTreeMap::new(),
            open: None,
            postponed: (0, None),
            told_until: None,
            waits_for: String::new(),
            closed: None,
            order,
        };
        self.seen.counter = self.seen.counter.max(held.order.counter);
        self.orders.insert(held.order.counter, held);
    }

    /// Whether what an order did was begun to be taken back.
    #[must_use]
    pub fn was_taken_back(&self, order: &Id) -> bool {
        self.orders.values().any(|held| {
            let of =
                if let Command::WayBack(work) = &held.order.command { &work.of } else { &held.order.order };
            let is_of = of == order;
            let is_open = held.open.as_ref().is_some_and(|open| open.step == Step::WayBack);
            is_of && (is_open || held.steps.contains_key(&Step::WayBack))
        })
    }

    fn take_event(&mut self, line: &Line) {
        let Entry::Event { order, attempt, step, outcome, rule, words, mark, until } = &line.entry else {
            return;
        };
        self.undelivered.push(Event {
            order: order.clone(),
            attempt: *attempt,
            step: *step,
            seq: line.seq,
            at: line.at,
            outcome: *outcome,
            rule: rule.clone(),
            words: words.clone(),
        });
        let held = self.orders.values_mut().find(|held| Some(&held.order.order) == order.as_ref());
        if let Some(held) = held {
            held.attempt = *attempt;
            if *outcome == Outcome::Intended {
                held.open = Some(OpenAct { step: *step, mark: mark.clone(), at: line.at });
            } else {
                held.take(*step, *outcome, *until);
            }
            held.waits_for = if *outcome == Outcome::Waiting { rule.clone() } else { String::new() };
        }
    }

    /// The order of this id.
    #[must_use]
    pub fn order(&self, id: &Id) -> Option<&HeldOrder> {
        self.orders.values().find(|held| held.order.order == *id)
    }

    /// Until when an order may begin besides what it says itself, as later orders said that were let in.
    #[must_use]
    pub fn good_until(&self, id: &Id) -> Option<Moment> {
        let said = self.orders.values().filter_map(|held| match &held.order.command {
            Command::GoodUntil(work) if work.order == *id => Some(work.until),
            _ => None,
        });
        said.max()
    }

    /// The oldest order that is not closed: one after the other, never two at once.
    #[must_use]
    pub fn next_open(&self) -> Option<&HeldOrder> {
        self.orders.values().find(|held| held.closed.is_none())
    }
}

impl HeldOrder {
    fn take(&mut self, step: Step, outcome: Outcome, until: Option<Moment>) {
        match (step, outcome) {
            (Step::Order, _) => self.closed = Some(outcome),
            (Step::Notice, Outcome::Waiting) => self.told_until = self.told_until.max(until),
            (_, Outcome::Waiting | Outcome::Intended) => {}
            (_, Outcome::Postponed) => self.postponed = (self.postponed.0.saturating_add(1), until),
            (
                _,
                Outcome::Done
                | Outcome::NotDone
                | Outcome::Failed
                | Outcome::Unknown
                | Outcome::Refused
                | Outcome::Confirmed
                | Outcome::Stopped,
            ) => {
                self.steps.insert(step, outcome);
                self.open = None;
            }
        }
    }

    /// Whether its act was begun, whatever became of it.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        let acts = [Step::Install, Step::Restart, Step::WayBack, Step::Verify];
        self.open.is_some() || acts.iter().any(|step| self.steps.contains_key(step))
    }

    /// Whether a step is done.
    #[must_use]
    pub fn is_done(&self, step: Step) -> bool {
        self.steps.get(&step) == Some(&Outcome::Done)
    }
}
