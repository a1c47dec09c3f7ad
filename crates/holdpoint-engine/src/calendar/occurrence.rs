//! Occurrences: a schedule's wall times become moments.
//!
//! The surprise, and the rule of RFC 5545, section 3.3.5: a start that the clock skips in spring is read with the offset
//! before the change, so 02:30 becomes 03:30; a start that the clock shows twice in autumn is the first of the two. An
//! end of the same kind is read the same way.

use holdpoint_domain::Moment;
use holdpoint_domain::recurrence::RuleEnd;
use holdpoint_domain::window::{Length, Schedule};
use jiff::ToSpan;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use std::collections::BTreeSet;

use super::open::Period;
use super::recur::Days;

/// What the clock did at a wall time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockChange {
    /// Nothing: the wall time exists once.
    None,
    /// The clock went forward and skipped it; it was read with the offset before.
    Skipped,
    /// The clock went back and showed it twice; it is the first.
    Twice,
}

/// One time that a schedule gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The start on the clock of the schedule's zone.
    pub wall_start: DateTime,
    /// What the clock does at the start.
    pub at_start: ClockChange,
    /// What the clock does at the end; only for lengths on the clock.
    pub at_end: ClockChange,
    /// From when to when.
    pub period: Period,
}

/// The occurrences of a schedule that touch a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrences {
    /// In order of their starts.
    pub items: Vec<Occurrence>,
    /// Whether there are more than the limit allowed; the caller says so.
    pub cut: bool,
}

/// The occurrences that touch `within`, at most `limit`.
///
/// An occurrence that begins before the period and ends in it is among them. Wall times whose length the calendar cannot
/// hold (years before 1 or after 9999) are left out.
#[must_use]
pub fn occurrences(schedule: &Schedule, within: Period, limit: usize) -> Occurrences {
    let zone = schedule.zone().rules();
    let mut items = Vec::new();
    let mut cut = false;
    for wall in Starts::new(schedule, &zone, within) {
        let Some(occurrence) = place(schedule, wall, &zone) else { continue };
        if occurrence.period.from() >= within.to() {
            break;
        }
        if occurrence.period.to() <= within.from() {
            continue;
        }
        if items.len() == limit {
            cut = true;
            break;
        }
        items.push(occurrence);
    }
    Occurrences { items, cut }
}

/// The wall times of all starts in order, those of the rule and the single ones.
pub(super) struct Starts<'a> {
    schedule: &'a Schedule,
    days: Option<Days<'a>>,
    until: Option<DateTime>,
    left: Option<u32>,
    next_of_rule: Option<DateTime>,
    single: std::collections::btree_set::IntoIter<DateTime>,
    next_single: Option<DateTime>,
}

impl<'a> Starts<'a> {
    pub(super) fn new(schedule: &'a Schedule, zone: &TimeZone, within: Period) -> Self {
        let first = schedule.first();
        let rule = schedule.recurrence();
        let from = wall_before(zone, within.from(), schedule.length());
        let days = rule.map(|rule| match (rule.end, from) {
            (RuleEnd::Never | RuleEnd::Until(_), Some(from)) => Days::near(rule, first.date(), from.date()),
            (RuleEnd::Never | RuleEnd::Until(_), None) | (RuleEnd::Count(_), _) => {
                Days::new(rule, first.date())
            }
        });
        let mut singles: BTreeSet<DateTime> = schedule.added().clone();
        if rule.is_none() {
            singles.insert(first);
        }
        let (until, left) = match rule.map(|rule| rule.end) {
            Some(RuleEnd::Until(until)) => (Some(until), None),
            Some(RuleEnd::Count(count)) => (None, Some(count)),
            Some(RuleEnd::Never) | None => (None, None),
        };
        let mut single = singles.into_iter();
        let next_single = single.next();
        let mut starts = Self { schedule, days, until, left, next_of_rule: None, single, next_single };
        starts.next_of_rule = starts.step();
        starts
    }

    /// The next start of the rule, counted and ended as the rule says.
    fn step(&mut self) -> Option<DateTime> {
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(1)?;
        }
        let day = self.days.as_mut()?.next()?;
        let wall = day.to_datetime(self.schedule.first().time());
        (self.until.is_none_or(|until| wall <= until)).then_some(wall)
    }
}

impl Iterator for Starts<'_> {
    type Item = DateTime;

    fn next(&mut self) -> Option<DateTime> {
        loop {
            let wall = match (self.next_of_rule, self.next_single) {
                (None, None) => return None,
                (Some(rule), Some(single)) if rule == single => {
                    self.next_single = self.single.next();
                    continue;
                }
                (Some(rule), single) if single.is_none_or(|single| rule < single) => {
                    self.next_of_rule = self.step();
                    rule
                }
                (_, Some(single)) => {
                    self.next_single = self.single.next();
                    single
                }
                (Some(rule), None) => rule,
            };
            if !self.schedule.left_out().contains(&wall) {
                return Some(wall);
            }
        }
    }
}

/// A wall time that lies surely before every start whose occurrence can reach `from`.
fn wall_before(zone: &TimeZone, from: Moment, length: Length) -> Option<DateTime> {
    let at = jiff::Timestamp::from_microsecond(from.micros()).ok()?;
    // Two days more than the length: no zone moves its clock by more than a day.
    zone.to_datetime(at).checked_sub(i64::from(length.minutes()).minutes()).ok()?.checked_sub(2.days()).ok()
}

pub(super) fn place(schedule: &Schedule, wall_start: DateTime, zone: &TimeZone) -> Option<Occurrence> {
    let (from, at_start) = resolve(zone, wall_start)?;
    let (to, at_end) = match schedule.length() {
        Length::Exact { minutes } => (from.plus_micros(i64::from(minutes) * 60_000_000), ClockChange::None),
        Length::Wall { minutes } => {
            let wall_end = wall_start.checked_add(i64::from(minutes).minutes()).ok()?;
            resolve(zone, wall_end)?
        }
    };
    // A short window whose start is skipped can end at the moment at which it starts: it does not happen that night.
    let period = Period::new(from, to)?;
    Some(Occurrence { wall_start, at_start, at_end, period })
}

fn resolve(zone: &TimeZone, wall: DateTime) -> Option<(Moment, ClockChange)> {
    let ambiguous = zone.to_ambiguous_timestamp(wall);
    let change = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => ClockChange::None,
        AmbiguousOffset::Gap { .. } => ClockChange::Skipped,
        AmbiguousOffset::Fold { .. } => ClockChange::Twice,
    };
    let at = ambiguous.compatible().ok()?;
    Some((Moment::from_micros(at.as_microsecond()), change))
}
