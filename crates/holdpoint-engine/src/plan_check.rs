//! The plan checker: looks at a plan as a stranger would, and says what is wrong with it.
//!
//! Lives here: every promise that a plan makes, checked against the facts. Does not live here: a line of the planner. Both
//! read the same facts and the same calendar rules, and share no code besides. The surprise: it checks plans that people have
//! written too, so it trusts no number in the plan: each is worked out again.

mod order;
mod room;

use holdpoint_domain::plan::ChangePlan;
use std::fmt;

use crate::planning::Facts;

/// Something that is wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The step, by number; 0 when it concerns the plan as a whole.
    pub step: u32,
    /// Which promise is broken.
    pub promise: Promise,
    /// What was found, as a sentence without a full stop.
    pub what: String,
}

/// What a plan promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// Steps are numbered from 1 in the order of their starts, and each belongs to one wave.
    Form,
    /// Every step is work that is wanted and allowed, with the duration, people and way back of the facts.
    Work,
    /// Every step lies inside one occurrence of a window that reaches the asset, undo and margin included.
    Window,
    /// No step touches a freeze.
    Freeze,
    /// An asset is in one piece of work at a time.
    Asset,
    /// A redundancy group never misses more members than it can lose.
    Group,
    /// A window never holds more people or steps than it has.
    Capacity,
    /// What is needed is done and free before.
    Needs,
    /// Test, pilot, then the rest from what matters least; each wave soaks.
    Waves,
    /// Before every wave but the first stands a hold point, and before every step whose asset may carry traces.
    Holds,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.step == 0 {
            write!(f, "the plan: {}", self.what)
        } else {
            write!(f, "step {}: {}", self.step, self.what)
        }
    }
}

/// Everything that is wrong with a plan, sorted by step; empty: it holds.
#[must_use]
pub fn check_plan(facts: &Facts, plan: &ChangePlan) -> Vec<Violation> {
    let mut found = Vec::new();
    order::check_form(plan, &mut found);
    order::check_work(facts, plan, &mut found);
    order::check_needs(facts, plan, &mut found);
    order::check_waves(facts, plan, &mut found);
    order::check_holds(facts, plan, &mut found);
    room::check_windows(facts, plan, &mut found);
    room::check_assets(facts, plan, &mut found);
    room::check_groups(facts, plan, &mut found);
    room::check_capacity(facts, plan, &mut found);
    found.sort_unstable();
    found.dedup();
    found
}

fn note(found: &mut Vec<Violation>, step: u32, promise: Promise, what: impl Into<String>) {
    found.push(Violation { step, promise, what: what.into() });
}
