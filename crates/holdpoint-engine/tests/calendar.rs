//! The calendar: rules against another implementation, changes of the clock, freezes, and slots.

#[path = "calendar/clock.rs"]
mod clock;
#[path = "calendar/oracle.rs"]
mod oracle;
#[path = "calendar/slots.rs"]
mod slots;

use holdpoint_domain::Moment;
use holdpoint_domain::recurrence::Recurrence;
use holdpoint_domain::window::{Length, Schedule, ZoneName};
use holdpoint_engine::calendar::{Occurrence, Period, occurrences};
use std::collections::BTreeSet;

/// A moment from RFC 3339.
fn at(text: &str) -> Moment {
    text.parse().expect(text)
}

/// A period from two texts.
fn period(from: &str, to: &str) -> Period {
    Period::new(at(from), at(to)).expect("a period holds time")
}

/// A schedule in a zone, with a rule or once.
fn schedule(zone: &str, first: &str, length: Length, rule: Option<&str>) -> Schedule {
    let zone: ZoneName = zone.parse().expect(zone);
    let rule = rule.map(|rule| Recurrence::read(rule, &zone.rules()).expect(rule));
    Schedule::new(zone, first.parse().expect(first), length, rule, BTreeSet::new(), BTreeSet::new())
        .expect("a schedule")
}

/// Starts and ends as texts in UTC.
fn texts(items: &[Occurrence]) -> Vec<String> {
    items.iter().map(|item| format!("{} {}", item.period.from(), item.period.to())).collect()
}

/// All occurrences that touch a period.
fn all(schedule: &Schedule, within: Period) -> Vec<Occurrence> {
    let found = occurrences(schedule, within, 10_000);
    assert!(!found.cut, "the test's limit was too small");
    found.items
}
