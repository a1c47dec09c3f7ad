//! What a new generation means: findings opened, closed and changed, each with its cause.
//!
//! Both generations keep configurations by rising number and findings by rising reference, so the difference is one
//! merge. The surprise: an event speaks of a configuration as long as assets stay in it, and of an asset only when
//! the asset itself came, went, or has another configuration now.

use super::build::Fleet;
use super::findings::{Finding, Findings};
use crate::applicability::packed::place;
use crate::applicability::{Catalogue, Truth};
use std::cmp::Ordering;

/// One state of the world.
#[derive(Debug, Clone, Copy)]
pub struct Generation<'a> {
    /// The records.
    pub catalogue: &'a Catalogue,
    /// The inventory.
    pub fleet: &'a Fleet,
    /// What follows.
    pub findings: &'a Findings,
}

/// Whom an event concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A configuration, and with it every asset that had it before and has it now. The caller's number.
    Configuration(i64),
    /// One asset. The caller's number.
    Asset(i64),
}

/// A record, in whichever catalogue still has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordAt {
    /// Its number in the new catalogue.
    New(u32),
    /// Its number in the old catalogue; the new one does not have it.
    Old(u32),
}

/// Why something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The record is new.
    RecordAdded,
    /// The record is gone or was withdrawn.
    RecordRemoved,
    /// The record says something else now.
    RecordChanged,
    /// The asset is new, or has another configuration.
    InventoryChanged,
    /// Neither record nor inventory changed: the program's rules did.
    RulesChanged,
}

/// A difference. `before` and `now` are never both absent and never equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// Whom it concerns.
    pub subject: Subject,
    /// Which record.
    pub record: RecordAt,
    /// The answer before; `None`: no finding.
    pub before: Option<Truth>,
    /// The answer now; `None`: no finding.
    pub now: Option<Truth>,
    /// Why.
    pub cause: Cause,
}

/// Everything that is different, sorted by subject (configurations first) and reference.
#[must_use]
pub fn difference(old: Generation<'_>, new: Generation<'_>) -> Vec<Event> {
    let merge = Merge { old, new, ranks: Ranks::of(old.catalogue, new.catalogue) };
    let mut events = Vec::new();
    let (before, now) = (&old.fleet.configuration_numbers, &new.fleet.configuration_numbers);
    for pair in Pairs::of(before, now) {
        if let (Some(before), Some(now)) = pair {
            let subject = Subject::Configuration(new.fleet.configuration_numbers[now as usize]);
            // A configuration that no asset kept has nobody to tell.
            if !new.fleet.assets_of(now).is_empty() && !old.fleet.assets_of(before).is_empty() {
                merge.lists(subject, Some(before), Some(now), None, &mut events);
            }
        }
    }
    let (of_old, of_new) = (homes(old.fleet), homes(new.fleet));
    let numbers = |homes: &[(i64, u32)]| homes.iter().map(|(asset, _)| *asset).collect::<Vec<_>>();
    for (before, now) in Pairs::of(&numbers(&of_old), &numbers(&of_new)) {
        let (before, now) = (before.map(|at| of_old[at as usize]), now.map(|at| of_new[at as usize]));
        let old_number = before.map(|(_, home)| old.fleet.configuration_number(home));
        let new_number = now.map(|(_, home)| new.fleet.configuration_number(home));
        if let (Some((asset, _)), true) = (before.or(now), old_number != new_number) {
            let (before, now) = (before.map(|(_, home)| home), now.map(|(_, home)| home));
            let cause = Some(Cause::InventoryChanged);
            merge.lists(Subject::Asset(asset), before, now, cause, &mut events);
        }
    }
    events
}

/// Each asset's number with the place of its configuration, by number.
fn homes(fleet: &Fleet) -> Vec<(i64, u32)> {
    let mut of_place = Vec::with_capacity(fleet.assets());
    for configuration in 0..place(fleet.configurations()) {
        let assets = fleet.assets_of(configuration);
        of_place.extend(std::iter::repeat_n(configuration, assets.len()));
    }
    let home = |at: &u32| (fleet.asset_numbers[*at as usize], of_place[*at as usize]);
    fleet.asset_order.iter().map(home).collect()
}

/// Ranks of the records of two catalogues in one order.
struct Ranks {
    old: Vec<u32>,
    new: Vec<u32>,
    /// For each old record its number in the new catalogue.
    kept: Vec<Option<u32>>,
    /// For each new record its number in the old catalogue.
    known: Vec<Option<u32>>,
}

impl Ranks {
    fn of(old: &Catalogue, new: &Catalogue) -> Self {
        let mut made = Self { old: Vec::new(), new: Vec::new(), kept: Vec::new(), known: Vec::new() };
        let (mut a, mut b, mut rank) = (0_u32, 0_u32, 0);
        while (a as usize) < old.len() || (b as usize) < new.len() {
            let order = match ((a as usize) < old.len(), (b as usize) < new.len()) {
                (true, true) => old.reference(a).cmp(new.reference(b)),
                (true, false) => Ordering::Less,
                (false, _) => Ordering::Greater,
            };
            if order != Ordering::Greater {
                made.old.push(rank);
                made.kept.push((order == Ordering::Equal).then_some(b));
            }
            if order != Ordering::Less {
                made.new.push(rank);
                made.known.push((order == Ordering::Equal).then_some(a));
            }
            a += u32::from(order != Ordering::Greater);
            b += u32::from(order != Ordering::Less);
            rank += 1;
        }
        made
    }
}

/// Two rising lists side by side.
struct Pairs<'a> {
    old: &'a [i64],
    new: &'a [i64],
    at: (usize, usize),
}

impl<'a> Pairs<'a> {
    fn of(old: &'a [i64], new: &'a [i64]) -> Self {
        Self { old, new, at: (0, 0) }
    }
}

impl Iterator for Pairs<'_> {
    type Item = (Option<u32>, Option<u32>);

    fn next(&mut self) -> Option<Self::Item> {
        let (a, b) = (self.old.get(self.at.0), self.new.get(self.at.1));
        let order = match (a, b) {
            (None, None) => return None,
            (Some(a), Some(b)) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
        };
        let pair = (
            (order != Ordering::Greater).then(|| place(self.at.0)),
            (order != Ordering::Less).then(|| place(self.at.1)),
        );
        self.at.0 += usize::from(pair.0.is_some());
        self.at.1 += usize::from(pair.1.is_some());
        Some(pair)
    }
}

struct Merge<'a> {
    old: Generation<'a>,
    new: Generation<'a>,
    ranks: Ranks,
}

impl Merge<'_> {
    fn lists(
        &self,
        subject: Subject,
        before: Option<u32>,
        now: Option<u32>,
        cause: Option<Cause>,
        events: &mut Vec<Event>,
    ) {
        let of = |findings: &Findings, at: Option<u32>| {
            at.map_or(Vec::new(), |at| findings.of_configuration(at).to_vec()) //
        };
        let (before, now) = (of(self.old.findings, before), of(self.new.findings, now));
        let (mut a, mut b) = (0, 0);
        loop {
            let (left, right) = (before.get(a).copied(), now.get(b).copied());
            let order = match (left, right) {
                (None, None) => return,
                (Some(left), Some(right)) => self.rank_old(left).cmp(&self.rank_new(right)),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
            };
            let left = left.filter(|_| order != Ordering::Greater);
            let right = right.filter(|_| order != Ordering::Less);
            a += usize::from(left.is_some());
            b += usize::from(right.is_some());
            let (was, is) = (left.map(Finding::truth), right.map(Finding::truth));
            if was != is {
                let (record, known) = self.record(left, right);
                let cause = cause.unwrap_or(known);
                events.push(Event { subject, record, before: was, now: is, cause });
            }
        }
    }

    fn rank_old(&self, finding: Finding) -> u32 {
        self.ranks.old[finding.record() as usize]
    }

    fn rank_new(&self, finding: Finding) -> u32 {
        self.ranks.new[finding.record() as usize]
    }

    /// The record of a difference, and what happened to it.
    fn record(&self, left: Option<Finding>, right: Option<Finding>) -> (RecordAt, Cause) {
        let new = right
            .map(Finding::record)
            .or_else(|| left.and_then(|left| self.ranks.kept[left.record() as usize]));
        let Some(new) = new else {
            let old = left.map_or(0, Finding::record);
            return (RecordAt::Old(old), Cause::RecordRemoved);
        };
        let cause = match self.ranks.known[new as usize] {
            None => Cause::RecordAdded,
            Some(old) if self.old.catalogue.fingerprint(old) != self.new.catalogue.fingerprint(new) => {
                Cause::RecordChanged
            }
            Some(_) => Cause::RulesChanged,
        };
        (RecordAt::New(new), cause)
    }
}
