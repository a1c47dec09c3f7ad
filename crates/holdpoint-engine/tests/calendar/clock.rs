//! Nights on which the clock changes, in the zones of several continents.

use super::{all, period, schedule, texts};
use holdpoint_domain::window::Length;
use holdpoint_engine::calendar::ClockChange;

#[test]
fn a_saturday_night_is_an_hour_shorter_in_spring_and_longer_in_autumn() {
    let nights = schedule(
        "Europe/Berlin",
        "2026-03-21T22:00:00",
        Length::Wall { minutes: 480 },
        Some("FREQ=WEEKLY;BYDAY=SA"),
    );
    assert_eq!(
        texts(&all(&nights, period("2026-03-20T00:00:00Z", "2026-04-06T00:00:00Z"))),
        [
            "2026-03-21T21:00:00Z 2026-03-22T05:00:00Z",
            "2026-03-28T21:00:00Z 2026-03-29T04:00:00Z",
            "2026-04-04T20:00:00Z 2026-04-05T04:00:00Z",
        ]
    );
    assert_eq!(
        texts(&all(&nights, period("2026-10-24T00:00:00Z", "2026-10-26T00:00:00Z"))),
        ["2026-10-24T20:00:00Z 2026-10-25T05:00:00Z"]
    );
}

#[test]
fn an_exact_length_does_not_follow_the_clock() {
    let nights = schedule(
        "Europe/Berlin",
        "2026-03-28T22:00:00",
        Length::Exact { minutes: 480 },
        Some("FREQ=WEEKLY;COUNT=1"),
    );
    assert_eq!(
        texts(&all(&nights, period("2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z"))),
        ["2026-03-28T21:00:00Z 2026-03-29T05:00:00Z"]
    );
}

#[test]
fn a_start_that_the_clock_skips_is_read_with_the_offset_before() {
    let daily = schedule(
        "Europe/Berlin",
        "2026-03-28T02:30:00",
        Length::Wall { minutes: 120 },
        Some("FREQ=DAILY;COUNT=3"),
    );
    let found = all(&daily, period("2026-03-27T00:00:00Z", "2026-04-01T00:00:00Z"));
    assert_eq!(
        texts(&found),
        [
            "2026-03-28T01:30:00Z 2026-03-28T03:30:00Z",
            "2026-03-29T01:30:00Z 2026-03-29T02:30:00Z",
            "2026-03-30T00:30:00Z 2026-03-30T02:30:00Z",
        ]
    );
    let changes: Vec<ClockChange> = found.iter().map(|item| item.at_start).collect();
    assert_eq!(changes, [ClockChange::None, ClockChange::Skipped, ClockChange::None]);
}

#[test]
fn a_window_that_begins_and_ends_in_the_skipped_hour_keeps_its_length() {
    // Both ends are moved by the same hour.
    let once = schedule("Europe/Berlin", "2026-03-29T02:10:00", Length::Wall { minutes: 30 }, None);
    let found = all(&once, period("2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z"));
    assert_eq!(texts(&found), ["2026-03-29T01:10:00Z 2026-03-29T01:40:00Z"]);
    assert_eq!(found[0].at_end, ClockChange::Skipped);
}

#[test]
fn a_window_whose_end_lies_behind_the_jump_before_its_moved_start_does_not_happen() {
    // 02:45 is read as 03:45, and 03:15 exists: the end would come before the start.
    let once = schedule("Europe/Berlin", "2026-03-29T02:45:00", Length::Wall { minutes: 30 }, None);
    assert!(all(&once, period("2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z")).is_empty());
}

#[test]
fn a_start_that_comes_twice_is_the_first() {
    let once = schedule("America/New_York", "2026-11-01T01:30:00", Length::Exact { minutes: 60 }, None);
    let found = all(&once, period("2026-10-31T00:00:00Z", "2026-11-02T00:00:00Z"));
    assert_eq!(texts(&found), ["2026-11-01T05:30:00Z 2026-11-01T06:30:00Z"]);
    assert_eq!(found[0].at_start, ClockChange::Twice);
}

#[test]
fn zones_with_half_hours_and_southern_summers() {
    let lord_howe =
        schedule("Australia/Lord_Howe", "2026-04-04T23:00:00", Length::Wall { minutes: 240 }, None);
    // Lord Howe turns its clock by half an hour: from +11:00 to +10:30 at 02:00 on 5 April.
    assert_eq!(
        texts(&all(&lord_howe, period("2026-04-03T00:00:00Z", "2026-04-06T00:00:00Z"))),
        ["2026-04-04T12:00:00Z 2026-04-04T16:30:00Z"]
    );
    let kolkata = schedule("Asia/Kolkata", "2026-06-01T22:00:00", Length::Wall { minutes: 60 }, None);
    assert_eq!(
        texts(&all(&kolkata, period("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"))),
        ["2026-06-01T16:30:00Z 2026-06-01T17:30:00Z"]
    );
}

#[test]
fn a_window_that_began_before_the_period_is_in_it() {
    let turnaround = schedule("UTC", "2026-05-01T00:00:00", Length::Exact { minutes: 30 * 24 * 60 }, None);
    assert_eq!(all(&turnaround, period("2026-05-29T00:00:00Z", "2026-05-29T01:00:00Z")).len(), 1);
    assert_eq!(all(&turnaround, period("2026-05-31T00:00:00Z", "2026-06-01T00:00:00Z")).len(), 0);
    let daily = schedule("UTC", "2020-01-01T20:00:00", Length::Exact { minutes: 600 }, Some("FREQ=DAILY"));
    assert_eq!(all(&daily, period("2026-05-29T00:00:00Z", "2026-05-29T01:00:00Z")).len(), 1);
}

#[test]
fn a_rule_that_never_comes_ends() {
    let never = schedule(
        "UTC",
        "2026-01-01T00:00:00",
        Length::Exact { minutes: 60 },
        Some("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    );
    assert!(all(&never, period("2026-01-01T00:00:00Z", "2400-01-01T00:00:00Z")).is_empty());
}
