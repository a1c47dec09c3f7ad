//! Freezes win over windows, and work fits only with its undo.

use super::{at, period, schedule};
use holdpoint_domain::id::WindowId;
use holdpoint_domain::window::{Capacity, Length, Window, WindowKind, WindowReach};
use holdpoint_engine::calendar::{
    Booking, NoSlot, OpenSpan, Period, SlotRequest, find_slot, last_safe_start, open_time,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::num::NonZeroU16;

fn id(number: u8) -> WindowId {
    WindowId::from_bytes([number; 16])
}

fn window(number: u8, kind: WindowKind, first: &str, minutes: u32, rule: Option<&str>) -> Window {
    Window {
        id: id(number),
        name: format!("window {number}"),
        kind,
        reach: WindowReach::Everywhere,
        schedule: schedule("UTC", first, Length::Exact { minutes }, rule),
        capacity: Capacity::default(),
        note: String::new(),
    }
}

fn request(work: u32, undo: u32, not_before: &str) -> SlotRequest {
    SlotRequest {
        work_minutes: work,
        undo_minutes: undo,
        margin_minutes: 0,
        people: 1,
        not_before: at(not_before),
    }
}

#[test]
fn a_freeze_cuts_a_window_and_can_take_all_of_it() {
    let windows = [
        window(1, WindowKind::Maintenance, "2026-12-19T20:00:00", 480, Some("FREQ=WEEKLY;COUNT=3")),
        window(2, WindowKind::Freeze, "2026-12-19T22:00:00", 60, None),
        window(3, WindowKind::Freeze, "2026-12-24T00:00:00", 7 * 24 * 60, None),
    ];
    let open = open_time(&windows, period("2026-12-01T00:00:00Z", "2027-02-01T00:00:00Z"), 100);
    let spans: Vec<String> =
        open.spans.iter().map(|span| format!("{} {}", span.period.from(), span.period.to())).collect();
    assert_eq!(
        spans,
        [
            "2026-12-19T20:00:00Z 2026-12-19T22:00:00Z",
            "2026-12-19T23:00:00Z 2026-12-20T04:00:00Z",
            "2027-01-02T20:00:00Z 2027-01-03T04:00:00Z",
        ]
    );
    assert_eq!(open.spans[0].cut_by, [id(2)]);
    assert_eq!(open.frozen.len(), 1);
    assert_eq!(open.frozen[0].cut_by, [id(3)]);
}

#[test]
fn a_freeze_with_more_occurrences_than_are_looked_at_freezes_the_rest() {
    let windows = [
        window(1, WindowKind::Maintenance, "2026-01-01T20:00:00", 60, Some("FREQ=MONTHLY")),
        window(2, WindowKind::Freeze, "2026-01-01T00:00:00", 1, Some("FREQ=DAILY")),
    ];
    let open = open_time(&windows, period("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z"), 40);
    assert_eq!(open.cut, [id(2)]);
    // Only January and February lie before the last freeze that is known.
    assert_eq!(open.spans.len(), 2);
    assert_eq!(open.frozen.len(), 10);
}

#[test]
fn the_last_safe_start_leaves_time_for_the_undo_and_the_margin() {
    let night = period("2026-11-22T22:00:00Z", "2026-11-23T06:00:00Z");
    let work = SlotRequest { margin_minutes: 30, ..request(90, 60, "2026-11-01") };
    assert_eq!(last_safe_start(night, &work), Some(at("2026-11-23T03:00:00Z")));
    assert_eq!(last_safe_start(night, &request(400, 81, "2026-11-01")), None);
    assert_eq!(last_safe_start(night, &request(400, 80, "2026-11-01")), Some(night.from()));
}

fn span(number: u8, from: &str, to: &str) -> OpenSpan {
    let period = period(from, to);
    OpenSpan { window: id(number), period, occurrence: period, cut_by: Vec::new() }
}

fn people(number: u8, people: u16, steps: u16) -> (WindowId, Capacity) {
    (id(number), Capacity { people: NonZeroU16::new(people), steps: NonZeroU16::new(steps) })
}

#[test]
fn a_slot_waits_for_people_and_says_why_there_is_none() {
    let spans = [
        span(1, "2026-11-21T22:00:00Z", "2026-11-21T23:00:00Z"),
        span(2, "2026-11-22T22:00:00Z", "2026-11-23T06:00:00Z"),
        span(3, "2026-11-28T22:00:00Z", "2026-11-29T06:00:00Z"),
    ];
    let capacities = BTreeMap::from([people(2, 2, 9), people(3, 1, 9)]);
    let booked =
        Booking { window: id(2), period: period("2026-11-22T22:00:00Z", "2026-11-23T01:00:00Z"), people: 1 };
    let two = SlotRequest { people: 2, ..request(120, 60, "2026-11-01") };
    let slot = find_slot(&spans, &capacities, &[booked], &two).expect("a slot");
    assert_eq!((slot.window, slot.start), (id(2), at("2026-11-23T01:00:00Z")));
    assert_eq!(slot.last_safe_start, at("2026-11-23T03:00:00Z"));

    let long = SlotRequest { people: 2, ..request(300, 60, "2026-11-01") };
    let reasons = find_slot(&spans, &capacities, &[booked], &long).expect_err("no slot");
    assert!(matches!(reasons[0], NoSlot::TooShort { minutes: 60, needed: 360, .. }), "{reasons:?}");
    assert!(matches!(reasons[1], NoSlot::Booked { bookings: 1, .. }), "{reasons:?}");
    assert!(matches!(reasons[2], NoSlot::TooFewPeople { people: 1, .. }), "{reasons:?}");
    let late = find_slot(&spans, &capacities, &[], &request(10, 10, "2027-01-01")).expect_err("all is over");
    assert!(late.iter().all(|reason| matches!(reason, NoSlot::Over { .. })));
}

#[test]
fn overlapping_windows_give_the_earliest_start_of_all() {
    let spans = [
        span(1, "2026-11-22T20:00:00Z", "2026-11-23T06:00:00Z"),
        span(2, "2026-11-22T21:00:00Z", "2026-11-23T06:00:00Z"),
    ];
    let capacities = BTreeMap::from([people(1, 5, 1), people(2, 5, 1)]);
    let booked =
        Booking { window: id(1), period: period("2026-11-22T20:00:00Z", "2026-11-22T23:00:00Z"), people: 1 };
    let slot = find_slot(&spans, &capacities, &[booked], &request(60, 0, "2026-11-01")).expect("a slot");
    assert_eq!((slot.window, slot.start), (id(2), at("2026-11-22T21:00:00Z")));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is booked one after the other, no window ever holds more people or steps than it has, nothing begins too
    /// late to be undone, and nothing lies in a freeze.
    #[test]
    fn booking_one_after_the_other_never_overfills(
        jobs in proptest::collection::vec((1..200_u32, 0..100_u32, 1..4_u16), 1..40),
        (heads, steps) in (1..5_u16, 1..4_u16),
        freeze_hour in 0..23_u32,
    ) {
        let windows = [
            window(1, WindowKind::Maintenance, "2026-11-01T20:00:00", 480, Some("FREQ=DAILY;COUNT=5")),
            window(2, WindowKind::Freeze, &format!("2026-11-02T{freeze_hour:02}:00:00"), 120, None),
        ];
        let open = open_time(&windows, period("2026-11-01T00:00:00Z", "2026-11-10T00:00:00Z"), 100);
        let freeze = period(&format!("2026-11-02T{freeze_hour:02}:00:00Z"), "2026-11-09T00:00:00Z").from();
        let freeze = Period::new(freeze, freeze.plus_micros(120 * 60_000_000)).expect("two hours");
        let capacities = BTreeMap::from([people(1, heads, steps)]);
        let mut booked: Vec<Booking> = Vec::new();
        for (work, undo, people) in jobs {
            let job = SlotRequest { people, ..request(work, undo, "2026-11-01") };
            let Ok(slot) = find_slot(&open.spans, &capacities, &booked, &job) else { continue };
            let taken = Period::new(slot.start, slot.start.plus_micros(job.whole_minutes() * 60_000_000)).expect("time");
            prop_assert!(!taken.touches(freeze));
            prop_assert!(open.spans.iter().any(|span| span.period.from() <= taken.from() && taken.to() <= span.period.to()));
            prop_assert!(slot.start <= slot.last_safe_start);
            booked.push(Booking { window: slot.window, period: taken, people });
        }
        for moment in booked.iter().map(|booking| booking.period.from()) {
            let now: Vec<_> = booked.iter().filter(|b| b.period.from() <= moment && moment < b.period.to()).collect();
            prop_assert!(now.len() <= usize::from(steps));
            prop_assert!(now.iter().map(|b| u32::from(b.people)).sum::<u32>() <= u32::from(heads));
        }
    }
}
