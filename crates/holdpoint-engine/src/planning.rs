//! Planning: ready work, windows and people become one immutable change plan, and the report of what waits and for what.
//!
//! Lives here: which wave an asset belongs to, where each step goes, and how far the result is from the best that could be.
//! Does not live here: whether the plan holds (`plan_check` looks at it as a stranger and shares no code with this), or
//! whether work is allowed at all (that comes in as a fact). The surprise: a plan is a greedy one and says so. Work takes its place by
//! one of three orders; all are tried, the plan that leaves least exposure is kept, and a bound is printed that no plan
//! can be better than.
//!
//! The same facts give the same plan, byte for byte: nothing depends on the order of the input, on a clock or on chance.

mod bound;
mod durations;
mod facts;
mod ledger;
mod report;
mod room;
mod text;
mod waves;

pub use bound::Exposure;
pub use durations::{Known, WorkKind, known_duration};
pub use facts::{AssetFacts, AssetRole, Door, Facts, GroupFacts, Missing, PlanningRules, Proof, Work};
pub use report::{Remark, Wait, WaitCause, WaitReport};
pub use text::{by_person_text, cause_text, plan_text, remark_text, report_text};

use holdpoint_domain::id::PlanId;
use holdpoint_domain::plan::ChangePlan;

use ledger::Ledger;
use room::Room;
use waves::Precedence;

/// A plan with everything that a person must see beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The plan; it may be empty.
    pub plan: ChangePlan,
    /// What waits, and for what.
    pub waits: WaitReport,
    /// The exposure that is left over, and the bound.
    pub exposure: Exposure,
}

/// Makes a plan of all work that is ready.
///
/// Work that is not ready, or has no place before the end of the horizon, stands in the report with every reason.
#[must_use]
pub fn make_plan(facts: &Facts, id: PlanId) -> Planned {
    let room = Room::new(facts);
    let mut start = Ledger::new(facts, &room);
    let sorted = waves::sort_out(facts, &room, &mut start);
    let mut best: Option<(Ledger<'_>, Exposure)> = None;
    for precedence in Precedence::ALL {
        let mut ledger = start.clone();
        waves::place_all(facts, &sorted, &mut ledger, precedence);
        let exposure = bound::exposure(facts, &room, &sorted, &ledger);
        if best.as_ref().is_none_or(|(_, known)| exposure.is_better_than(known)) {
            best = Some((ledger, exposure));
        }
    }
    let (ledger, exposure) = best.unwrap_or((start, Exposure { planned: 0.0, bound: 0.0, work: 0 }));
    let (plan, waits) = ledger.finish(facts, id, &sorted);
    Planned { plan, waits, exposure }
}
