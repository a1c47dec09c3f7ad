//! Calendars of others: real shapes, cut-off ones, hostile ones; and what we write reads back the same.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use holdpoint_domain::Moment;
use holdpoint_domain::window::{Length, ZoneName};
use holdpoint_formats::calendar::{CalendarEvent, MAX_BYTES, MAX_EVENTS, Published, read, write};
use proptest::prelude::*;

fn berlin() -> ZoneName {
    "Europe/Berlin".parse().unwrap()
}

fn wrapped(body: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", body.replace('\n', "\r\n"))
}

fn event(lines: &str) -> Result<CalendarEvent, String> {
    let text = wrapped(&format!("BEGIN:VEVENT\nUID:1@plant\nSUMMARY:Night\n{lines}\nEND:VEVENT\n"));
    let mut parsed = read(text.as_bytes(), &berlin()).unwrap();
    parsed.value.pop().ok_or_else(|| parsed.warnings[0].message.clone())
}

#[test]
fn a_weekly_night_with_a_zone_of_its_own_is_read() {
    let text = wrapped(
        "BEGIN:VTIMEZONE\nTZID:Plant time\nX-LIC-LOCATION:Europe/Helsinki\nBEGIN:STANDARD\nDTSTART:19701025T040000\n\
         END:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:night-1\nSUMMARY:Weekly ni\n ght\\, line A\n\
         CATEGORIES:Maintenance,Line A\nDTSTART;TZID=\"Plant time\":20260307T220000\n\
         DTEND;TZID=\"Plant time\":20260308T060000\nRRULE:FREQ=WEEKLY;BYDAY=SA\n\
         EXDATE;TZID=\"Plant time\":20260314T220000\nBEGIN:VALARM\nTRIGGER:-PT15M\nEND:VALARM\nEND:VEVENT\n\
         BEGIN:VTODO\nUID:x\nEND:VTODO\n",
    );
    let parsed = read(text.as_bytes(), &berlin()).unwrap();
    let one = &parsed.value[0];
    assert_eq!(one.summary, "Weekly night, line A");
    assert_eq!(one.categories, ["MAINTENANCE", "LINE A"]);
    assert_eq!(one.schedule.zone().as_str(), "Europe/Helsinki");
    assert_eq!(one.schedule.length(), Length::Exact { minutes: 480 });
    assert_eq!(one.schedule.left_out().len(), 1);
    assert_eq!(parsed.warnings.len(), 1, "{:?}", parsed.warnings);
    assert_eq!(parsed.warnings[0].code, "ics-other-component");
}

#[test]
fn days_durations_utc_and_floating_times_are_told_apart() {
    let days = event("DTSTART;VALUE=DATE:20260701\nDTEND;VALUE=DATE:20260705").unwrap();
    assert_eq!(days.schedule.length(), Length::Wall { minutes: 4 * 1440 });
    assert_eq!(
        event("DTSTART;VALUE=DATE:20260701").unwrap().schedule.length(),
        Length::Wall { minutes: 1440 }
    );
    let long = event("DTSTART:20260701T220000\nDURATION:PT8H30M").unwrap();
    assert_eq!((long.schedule.zone(), long.schedule.length()), (&berlin(), Length::Exact { minutes: 510 }));
    let week = event("DTSTART:20260701T220000Z\nDURATION:P1W").unwrap();
    assert_eq!(
        (week.schedule.zone().as_str(), week.schedule.length()),
        ("UTC", Length::Wall { minutes: 10_080 })
    );
    // Over the change of the clock, an end on the clock is an hour less.
    let spring = event("DTSTART:20260328T220000\nDTEND:20260329T060000").unwrap();
    assert_eq!(spring.schedule.length(), Length::Exact { minutes: 420 });
    let vendor =
        event("DTSTART;TZID=/vendor.example/2026/Europe/Paris:20260701T220000\nDURATION:PT1H").unwrap();
    assert_eq!(vendor.schedule.zone().as_str(), "Europe/Paris");
}

#[test]
fn a_moved_occurrence_leaves_its_series_and_stands_alone() {
    let text = wrapped(
        "BEGIN:VEVENT\nUID:s\nDTSTART:20260703T220000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:s\nRECURRENCE-ID:20260710T220000\nDTSTART:20260711T200000\nDURATION:PT2H\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:t\nSTATUS:CANCELLED\nDTSTART:20260703T220000\nDURATION:PT2H\nEND:VEVENT\n",
    );
    let parsed = read(text.as_bytes(), &berlin()).unwrap();
    let uids: Vec<(&str, bool)> = parsed.value.iter().map(|one| (one.uid.as_str(), one.cancelled)).collect();
    assert_eq!(uids, [("s", false), ("s/20260710T220000", false), ("t", true)]);
    assert_eq!(parsed.value[0].schedule.left_out().iter().next().unwrap().to_string(), "2026-07-10T22:00:00");
}

#[test]
fn what_would_be_read_by_half_is_left_out_with_the_reason() {
    for (lines, why) in [
        ("DURATION:PT1H", "no DTSTART"),
        ("DTSTART:20260701T220000", "neither an end nor a duration"),
        ("DTSTART;TZID=W. Europe Standard Time:20260701T220000\nDURATION:PT1H", "none of the IANA database"),
        ("DTSTART:20260701T220000\nDTEND:20260701T210000", "does not end after its start"),
        ("DTSTART:20260701T220000\nDURATION:-PT1H", "no duration"),
        ("DTSTART:20260701T220000\nDURATION:PT", "does not end after its start"),
        ("DTSTART:20260732T220000\nDURATION:PT1H", "no time"),
        ("DTSTART:20260701T220000\nDURATION:PT1H\nRRULE:FREQ=HOURLY", "not supported"),
        ("DTSTART:20260701T220000\nDURATION:PT1H\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY", "more than one rule"),
        ("DTSTART:20260701T220000\nDURATION:PT1H\nEXRULE:FREQ=DAILY", "EXRULE"),
        ("DTSTART:20260701T220000\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20260702T220000/PT1H", "periods"),
        ("DTSTART;VALUE=DATE:20260701\nDTEND:20260702T000000", "a day and its end is not"),
    ] {
        let said = event(lines).unwrap_err();
        assert!(said.contains(why), "{lines}: {said}");
    }
}

#[test]
fn hostile_and_cut_off_files_are_refused_or_read_without_harm() {
    let refused = |bytes: &[u8]| read(bytes, &berlin()).unwrap_err().code;
    assert_eq!(refused(b"hello"), "not-icalendar");
    assert_eq!(refused(&[0xff, 0xfe]), "not-utf8");
    assert_eq!(refused(&vec![b' '; MAX_BYTES + 1]), "too-large");
    let many = "BEGIN:VEVENT\nEND:VEVENT\n".repeat(MAX_EVENTS + 1);
    assert_eq!(refused(wrapped(&many).as_bytes()), "too-many-events");
    let deep = "BEGIN:VEVENT\n".repeat(1_000);
    assert!(read(wrapped(&deep).as_bytes(), &berlin()).unwrap().value.is_empty());
    let cut = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20260701T220000\nDURATION:PT1H\nRRULE:FREQ=WEE";
    let parsed = read(cut.as_bytes(), &berlin()).unwrap();
    assert!(parsed.value.is_empty(), "half an event is none");
    assert_eq!(parsed.warnings[0].code, "ics-cut-off");
}

#[test]
fn what_is_written_reads_back() {
    let schedule = event(
        "DTSTART:20260307T220000\nDURATION:PT8H\nRRULE:FREQ=MONTHLY;BYDAY=2SA\nEXDATE:20260411T220000\n\
         RDATE:20260501T220000",
    )
    .unwrap()
    .schedule;
    let long = "Grüße an die Leitwarte; bitte vorher anrufen, Nummer 4711. ".repeat(4);
    let events = [
        Published::Window {
            uid: "w1".into(),
            summary: "Night, line A".into(),
            description: long.clone(),
            category: "MAINTENANCE".into(),
            schedule: Box::new(schedule.clone()),
        },
        Published::Step {
            uid: "s1".into(),
            summary: "KB1 on SRV-1".into(),
            description: String::new(),
            from: "2026-03-07T21:00:00Z".parse::<Moment>().unwrap(),
            to: "2026-03-07T22:30:00Z".parse::<Moment>().unwrap(),
        },
    ];
    let text = write("North", "2026-03-01".parse().unwrap(), &events);
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let defined = text.matches("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n").count();
    assert_eq!(defined, 1, "what is named is defined, once: {text}");
    let parsed = read(text.as_bytes(), &berlin()).unwrap();
    assert_eq!(parsed.warnings, []);
    assert_eq!((&parsed.value[0].schedule, parsed.value[0].description.as_str()), (&schedule, long.trim()));
    assert_eq!(parsed.value[1].schedule.length(), Length::Exact { minutes: 90 });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn nothing_makes_the_reader_panic(body in "[A-Z:;=\"/0-9TZP\\-+ \n\\\\é]{0,400}") {
        let text = wrapped(&format!("BEGIN:VEVENT\nUID:1\nDTSTART:20260701T220000\n{body}\nEND:VEVENT\n"));
        drop(read(text.as_bytes(), &berlin()));
        drop(read(body.as_bytes(), &berlin()));
    }
}

#[test]
fn the_end_of_a_published_rule_is_in_utc_and_reads_back_as_the_same_time_on_the_clock() {
    for (lines, zone, until) in [
        // Summer and winter; a date alone ends with that day.
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260901T000000Z", "Europe/Berlin", "20260901T000000Z"),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261201T120000", "Europe/Berlin", "20261201T110000Z"),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260901", "Europe/Berlin", "20260901T215959Z"),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260901", "UTC", "20260901T235959Z"),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260901", "Pacific/Kiritimati", "20260901T095959Z"),
        // Shown twice, and not at all: the last start before it, at 22:00 of the day before.
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261025T023000", "Europe/Berlin", "20261024T200000Z"),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260329T023000", "Europe/Berlin", "20260328T210000Z"),
    ] {
        let zone: ZoneName = zone.parse().unwrap();
        let body = format!(
            "BEGIN:VEVENT\nUID:1\nSUMMARY:N\nDTSTART:20260302T220000\nDURATION:PT2H\n{lines}\nEND:VEVENT\n"
        );
        let schedule = read(wrapped(&body).as_bytes(), &zone).unwrap().value.pop().unwrap().schedule;
        let window = Published::Window {
            uid: "w1".into(),
            summary: "Night".into(),
            description: String::new(),
            category: "MAINTENANCE".into(),
            schedule: Box::new(schedule.clone()),
        };
        let text = write("North", "2026-03-01".parse().unwrap(), &[window]).replace("\r\n ", "");
        let rule = text.lines().find(|line| line.contains("UNTIL=")).unwrap();
        assert_eq!(rule, format!("RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL={until}"), "{lines} {zone}");
        let back = read(text.as_bytes(), &berlin()).unwrap();
        assert_eq!(back.warnings, []);
        let ends = |of: &holdpoint_domain::window::Schedule| of.recurrence().unwrap().end;
        let same = ends(&back.value[0].schedule) == ends(&schedule);
        assert_eq!(same, !until.ends_with("4T200000Z") && !until.ends_with("8T210000Z"), "{lines} {zone}");
    }
}
