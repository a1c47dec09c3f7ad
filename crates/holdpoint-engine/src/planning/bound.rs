//! How much exposure a plan leaves, and a bound that no plan can be better than.
//!
//! Exposure is weight times hours from now until the work is done, summed over all work with a place. The bound gives every
//! piece of work the earliest place that it could have if it were alone in the plant: no other work, no full windows, no
//! group, nothing that it needs; only its own windows and the waves of its patch. Real plans lie above it.

use holdpoint_domain::Moment;
use std::collections::BTreeMap;

use super::facts::{Facts, Work};
use super::ledger::{Fate, Ledger, MICROS_PER_MINUTE, whole_micros};
use super::room::Room;
use super::waves::Sorted;

/// Exposure of a plan, in weight times hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposure {
    /// What the plan leaves.
    pub planned: f64,
    /// What every plan of the same work leaves at least.
    pub bound: f64,
    /// How many pieces of work are counted.
    pub work: usize,
}

impl Exposure {
    /// How far the plan lies above the bound, in percent; `None` when there is nothing to compare.
    #[must_use]
    pub fn gap_percent(&self) -> Option<f64> {
        (self.bound > 0.0).then(|| (self.planned / self.bound - 1.0) * 100.0)
    }
}

impl Exposure {
    /// More work with a place comes first, then less exposure. A sum is rounded by the order in which the facts lie, so a
    /// difference that rounding can make is none: otherwise two plans that are equally good would be chosen by that order.
    pub(super) fn is_better_than(&self, other: &Self) -> bool {
        const ROUNDING: f64 = 1e-9;
        let less = other.planned - self.planned;
        self.work > other.work || (self.work == other.work && less > ROUNDING * other.planned.abs())
    }
}

pub(super) fn exposure(facts: &Facts, room: &Room<'_>, sorted: &Sorted<'_>, ledger: &Ledger<'_>) -> Exposure {
    let earliest = earliest_ends(facts, room, sorted, ledger);
    let mut exposure = Exposure { planned: 0.0, bound: 0.0, work: 0 };
    for (place, work) in facts.work.iter().enumerate() {
        let Fate::Placed(found) = ledger.fate(place) else { continue };
        exposure.work += 1;
        exposure.planned += weighed(facts, work, found.end);
        exposure.bound += weighed(facts, work, earliest.get(&place).copied().unwrap_or(facts.now));
    }
    exposure
}

#[expect(
    clippy::cast_precision_loss,
    reason = "hours of a plan lie far below 2^52 microseconds times the weight"
)]
fn weighed(facts: &Facts, work: &Work, end: Moment) -> f64 {
    let hours = end.since(facts.now).max(0) as f64 / (60.0 * MICROS_PER_MINUTE as f64);
    f64::from(work.weight) * hours
}

/// For every placed piece of work an end that it cannot be earlier than.
fn earliest_ends(
    facts: &Facts,
    room: &Room<'_>,
    sorted: &Sorted<'_>,
    ledger: &Ledger<'_>,
) -> BTreeMap<usize, Moment> {
    let mut ends: BTreeMap<usize, Moment> = BTreeMap::new();
    let soak = i64::from(facts.rules.soak_minutes) * MICROS_PER_MINUTE;
    for patch in &sorted.patches {
        let mut from = facts.earliest();
        for (_, places) in &patch.waves {
            let mut last = None;
            for place in places.iter().filter(|place| matches!(ledger.fate(**place), Fate::Placed(_))) {
                let end = alone(facts, room, *place, from);
                last = last.max(Some(end));
                ends.insert(*place, end);
            }
            if let Some(last) = last {
                from = from.max(last.plus_micros(soak));
            }
        }
    }
    ends
}

/// The earliest end of a piece of work that has the plant for itself.
fn alone(facts: &Facts, room: &Room<'_>, place: usize, from: Moment) -> Moment {
    let work = &facts.work[place];
    let (Some(open), Some(whole), Some(estimate)) =
        (room.of(work.asset), whole_micros(facts, work), work.estimate)
    else {
        return from;
    };
    let starts = open.spans.iter().filter_map(|span| {
        let start = span.period.from().max(from);
        (start <= span.period.to().plus_micros(-whole)).then_some(start)
    });
    let start = starts.min().unwrap_or(from);
    start.plus_micros(i64::from(estimate.work_minutes) * MICROS_PER_MINUTE)
}
