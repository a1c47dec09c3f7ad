//! Rules as text: what is read, what is refused, and that writing and reading again changes nothing.

use super::{NoRecurrence, Recurrence, RuleEnd};
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").expect("the bundled time zones hold it")
}

fn read(text: &str) -> Result<Recurrence, NoRecurrence> {
    Recurrence::read(text, &berlin())
}

#[test]
fn canonical_texts_come_back_as_they_were() {
    for text in [
        "FREQ=DAILY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU",
        "FREQ=MONTHLY;COUNT=12;BYDAY=2TU",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=-1",
        "FREQ=WEEKLY;UNTIL=20261231T220000;BYDAY=SA;WKST=SU",
    ] {
        assert_eq!(read(text).expect(text).to_string(), text);
    }
}

#[test]
fn an_end_in_utc_is_turned_into_wall_time() {
    let rule = read("FREQ=DAILY;UNTIL=20260701T200000Z").expect("a rule");
    assert_eq!(rule.end, RuleEnd::Until("2026-07-01T22:00:00".parse().expect("a wall time")));
    let day = read("FREQ=DAILY;UNTIL=20260701").expect("a rule");
    assert_eq!(day.end, RuleEnd::Until("2026-07-01T23:59:59".parse().expect("a wall time")));
}

#[test]
fn what_is_not_followed_is_refused_by_name() {
    for (text, part) in [
        ("FREQ=HOURLY", "FREQ=HOURLY"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO"),
        ("FREQ=YEARLY;BYYEARDAY=100", "BYYEARDAY"),
        ("FREQ=DAILY;BYHOUR=9", "BYHOUR"),
    ] {
        assert_eq!(read(text), Err(NoRecurrence::NotSupported { part: part.to_owned() }), "{text}");
    }
}

#[test]
fn what_cannot_be_is_refused() {
    for text in [
        "",
        "DAILY",
        "FREQ=SOMETIMES",
        "INTERVAL=2",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=4;UNTIL=20261231",
        "FREQ=DAILY;COUNT=4;COUNT=5",
        "FREQ=WEEKLY;BYDAY=2SA",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYDAY=0SA",
        "FREQ=MONTHLY;BYDAY=54SA",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTH=13",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=MONTHLY;BYDAY=é",
        "FREQ=DAILY;UNTIL=20260230",
        "FREQ=DAILY;UNTIL=2026-12-31",
        "FREQ=DAILY;X-MINE=1",
    ] {
        assert!(read(text).is_err(), "{text} was taken");
    }
    let long = format!("FREQ=DAILY;BYMONTHDAY={}", vec!["1"; 600].join(","));
    assert!(read(&long).is_err());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}") {
        drop(read(&text));
    }

    #[test]
    fn what_was_read_is_read_again_as_the_same(
        parts in proptest::sample::subsequence(
            vec!["INTERVAL=3", "BYMONTH=1,12", "BYMONTHDAY=1,-1", "BYDAY=1MO,-1FR,SU", "BYSETPOS=2,-1", "WKST=TH", "COUNT=7"], 0..=7),
        frequency in proptest::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    ) {
        let mut text = format!("FREQ={frequency}");
        for part in parts {
            text.push(';');
            text.push_str(part);
        }
        if let Ok(rule) = read(&text) {
            prop_assert_eq!(read(&rule.to_string()), Ok(rule));
        }
    }
}
