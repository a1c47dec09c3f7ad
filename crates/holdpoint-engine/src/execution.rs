//! What comes next in a plan that is being carried out: the events to write now, and what everything else waits for.
//!
//! Lives here: the rules between a released plan and a deed on an asset. Does not live here: the states (the domain's
//! `execution`), the doing, and the calendar, whose answer for this moment is a fact here. The surprise: nothing is
//! remembered from one turn to the next. Each turn looks at what stands and what is wanted, so a turn that is lost harms
//! nothing. A turn that somebody else overtook must not be written: its events go in together, on the version of the plan
//! that it looked at, or not at all.

mod facts;
mod gate;
mod overdue;
mod progress;
mod stop;
mod tally;

pub use facts::{
    Approval, BackupBy, HoldFacts, Interlock, Left, Limits, Operator, PlanFacts, Release, RestartRule, Room,
    StepFacts, Supplier, good_until, holds_of,
};
pub use stop::{Stop, StopReach, open_before};

use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Applied, Deed, Event, StepRun};
use holdpoint_domain::words::UnknownWord;
use std::collections::BTreeMap;
use std::fmt;

/// What to do now, and what the rest waits for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use = "a turn is nothing until its events are written"]
pub struct Turn {
    /// Events to write, each on its step, in this order. An intent is written before its deed is begun.
    pub events: Vec<(u32, Event)>,
    /// What each step waits for, that has no event and is not over.
    pub waits: Vec<Wait>,
    /// What is stopped, and why.
    pub stops: Vec<Stop>,
    /// What is overdue, by step, as a clause.
    pub overdue: BTreeMap<u32, String>,
    /// Whether deeds that were intended may still begin, by step: a device that was told may not have begun.
    pub gates: BTreeMap<u32, Gate>,
    /// What people who have begun a step have to hear of, by step, as a clause.
    pub halts: BTreeMap<u32, String>,
}

/// Whether a deed that was intended may still begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// It may.
    Open {
        /// Until when by what the process says; `None`: the process is not asked.
        good_until: Option<Moment>,
    },
    /// It may not any more.
    Shut {
        /// Why not, as a clause.
        why: String,
    },
}

/// Why a step does not move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The step.
    pub step: u32,
    /// What it waits for.
    pub for_what: WaitFor,
    /// In words, as a clause.
    pub why: String,
    /// When it changes by itself, when that is known.
    pub until: Option<Moment>,
}

/// What a step can wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaitFor {
    /// The plan is not released, or was taken back.
    Release,
    /// The plan, the wave, the group or the patch is stopped.
    Stop,
    /// A person or a check has paused the plan.
    Pause,
    /// The patch is not Effective for this asset any more.
    Approval,
    /// The supplier's word stands against it.
    Supplier,
    /// A hold point is closed.
    HoldPoint,
    /// Its time has not come, or there is no room in the window.
    Window,
    /// A freeze.
    Freeze,
    /// An earlier step or wave.
    Earlier,
    /// The redundancy group can lose no more.
    Group,
    /// People or places in the window.
    Capacity,
    /// The process does not permit it.
    Interlock,
    /// What was read of the process is not of this moment: it is asked now.
    Signal,
    /// The operator has not agreed, or has postponed it.
    Operator,
    /// Preflight or the backup is not as the policy wants it.
    Proof,
    /// The deed needs a permission that is withheld.
    Permission,
    /// The outcome of a deed.
    Outcome,
    /// The time until the next try.
    BackOff,
    /// Soaking.
    Soak,
    /// A person has it.
    Person,
}

impl WaitFor {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Release,
        Self::Stop,
        Self::Pause,
        Self::Approval,
        Self::Supplier,
        Self::HoldPoint,
        Self::Window,
        Self::Freeze,
        Self::Earlier,
        Self::Group,
        Self::Capacity,
        Self::Interlock,
        Self::Signal,
        Self::Operator,
        Self::Proof,
        Self::Permission,
        Self::Outcome,
        Self::BackOff,
        Self::Soak,
        Self::Person,
    ];

    /// Its fixed word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Stop => "stop",
            Self::Pause => "pause",
            Self::Approval => "approval",
            Self::Supplier => "supplier",
            Self::HoldPoint => "hold_point",
            Self::Window => "window",
            Self::Freeze => "freeze",
            Self::Earlier => "earlier",
            Self::Group => "group",
            Self::Capacity => "capacity",
            Self::Interlock => "interlock",
            Self::Signal => "signal",
            Self::Operator => "operator",
            Self::Proof => "proof",
            Self::Permission => "permission",
            Self::Outcome => "outcome",
            Self::BackOff => "back_off",
            Self::Soak => "soak",
            Self::Person => "person",
        }
    }
}

impl fmt::Display for WaitFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl std::str::FromStr for WaitFor {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|value| value.word() == text).ok_or_else(|| UnknownWord {
            text: text.chars().take(64).collect(),
            noun: "reason to wait",
            allowed: Self::ALL.iter().map(|value| value.word()).collect::<Vec<_>>().join(", "),
        })
    }
}

/// What keeps a step that works with its patch from being taken out of work, by a person who wants the way back: the redundancy
/// group, what is stopped or paused, the window. `None`: nothing does.
#[must_use]
pub fn against_going_back(facts: &PlanFacts<'_>, number: u32) -> Option<Wait> {
    let stops = stop::stops(facts);
    let runs: Vec<StepRun> = facts.steps.iter().map(|step| step.run.clone()).collect();
    let tally = tally::Tally::new(facts, &runs);
    let index = tally.place(number)?;
    let planned = tally.planned(number)?;
    let look = progress::Look { facts, stops: &stops, runs: &runs, tally: &tally, index };
    gate::against_going_back(&look, planned)
}

/// Everything that stands against beginning a step at this moment, as clauses; empty: nothing does.
#[must_use]
pub fn against_beginning(facts: &PlanFacts<'_>, number: u32) -> Vec<String> {
    let stops = stop::stops(facts);
    let runs: Vec<StepRun> = facts.steps.iter().map(|step| step.run.clone()).collect();
    let tally = tally::Tally::new(facts, &runs);
    let (Some(index), Some(planned)) = (tally.place(number), tally.planned(number)) else {
        // A gate that says nothing has not let it through.
        return vec!["the plan has no such step, so nobody can tell what stood against it".to_owned()];
    };
    let look = progress::Look { facts, stops: &stops, runs: &runs, tally: &tally, index };
    let missed = look.missed(planned);
    missed.into_iter().chain(gate::every(&look, planned).into_iter().map(|wait| wait.why)).collect()
}

/// What comes next, for every step of a plan.
///
/// The same facts give the same turn. Steps are looked at in the order of their numbers, and each sees what the ones before
/// it take: two steps of one turn never take the same last place.
pub fn next_turn(facts: &PlanFacts<'_>) -> Turn {
    let stops = stop::stops(facts);
    let mut turn = Turn::default();
    let mut runs: Vec<StepRun> = facts.steps.iter().map(|step| step.run.clone()).collect();
    let mut tally = tally::Tally::new(facts, &runs);
    for index in 0..facts.steps.len() {
        let look = progress::Look { facts, stops: &stops, runs: &runs, tally: &tally, index };
        match look.next() {
            progress::Next::Over => {}
            progress::Next::Wait(wait) => turn.waits.push(wait),
            progress::Next::Write(event) => {
                let Some(run) = runs.get_mut(index) else { continue };
                match run.after(&event) {
                    Ok(Applied::Changed(after)) => {
                        turn.events.push((after.number, event));
                        tally.moved(run, &after);
                        *run = after;
                    }
                    // The rules here and the states of the domain agree; a test walks all pairs.
                    Ok(Applied::Already | Applied::Late(_)) => {}
                    Err(refused) => turn.waits.push(Wait {
                        step: refused.step,
                        for_what: WaitFor::Person,
                        why: refused.to_string(),
                        until: None,
                    }),
                }
            }
        }
    }
    let waits: BTreeMap<u32, &Wait> = turn.waits.iter().map(|wait| (wait.step, wait)).collect();
    let late = runs.iter().filter_map(|run| {
        let (planned, wait) = (tally.planned(run.number), waits.get(&run.number).copied());
        Some((run.number, overdue::overdue(run, planned, wait, (&facts.limits, facts.now))?))
    });
    turn.overdue = late.collect();
    gates(&mut turn, facts, &stops, (&runs, &tally));
    turn.stops = stops;
    turn
}

/// Of each step in which a deed is intended that changes the asset: whether it may still begin, and what whoever began it must hear.
fn gates(
    turn: &mut Turn,
    facts: &PlanFacts<'_>,
    stops: &[Stop],
    (runs, tally): (&[StepRun], &tally::Tally<'_>),
) {
    for (index, run) in runs.iter().enumerate() {
        let Some((deed, _)) = run.state.open_attempt().filter(|(deed, _)| deed.changes_the_asset()) else {
            continue;
        };
        let (Some(planned), Some(step)) = (tally.planned(run.number), facts.steps.get(index)) else {
            continue;
        };
        let look = progress::Look { facts, stops, runs, tally, index };
        let is_asked = deed != Deed::Undo || step.back_from_work;
        let process = (&step.interlock, &step.signal, step.permit_ends);
        let gate = match gate::still(&look, planned, deed) {
            Some(wait) => Gate::Shut { why: wait.why },
            None => {
                Gate::Open { good_until: good_until(process, &facts.limits, facts.now).filter(|_| is_asked) }
            }
        };
        turn.gates.insert(run.number, gate);
        turn.halts.extend(gate::halt(&look, planned).map(|wait| (run.number, wait.why)));
    }
}
