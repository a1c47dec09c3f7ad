//! Windows: what is taken, what is refused in words, and what they come to over a change of the clock.

use crate::support::{code, worlds};
use crate::{cast, ground, saturdays};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::windows::{self, Horizon, NewWindow, ReachNamed, SlotQuery};
use holdpoint_domain::window::WindowKind;
use holdpoint_engine::calendar::ClockChange;

#[test]
fn a_window_is_made_changed_and_ended_and_never_written_over_unseen() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let made = windows::create(app, &cast.engineer, &saturdays(), "agreed").unwrap();
        let id = made.window.id.to_string();
        assert_eq!((made.revision, made.reach_name.as_str()), (1, "North"));
        assert_eq!(code(windows::create(app, &cast.engineer, &saturdays(), "again")), "name-taken");
        assert_eq!(code(windows::create(app, &cast.viewer, &saturdays(), "")), "not-allowed");
        let longer = NewWindow { minutes: 600, ..saturdays() };
        let changed = windows::edit(app, &cast.engineer, &id, (&longer, Some(1)), "more time").unwrap();
        assert_eq!(changed.revision, 2);
        let late = windows::edit(app, &cast.planner, &id, (&saturdays(), Some(1)), "unseen");
        assert_eq!(code(late), "precondition-failed");
        assert_eq!(code(windows::end(app, &cast.engineer, &id, "")), "text");
        windows::end(app, &cast.engineer, &id, "production moved").unwrap();
        assert_eq!(code(windows::edit(app, &cast.engineer, &id, (&longer, None), "")), "window-ended");
        windows::create(app, &cast.engineer, &saturdays(), "anew").unwrap();
        let all = windows::list(app, &cast.viewer, &ListQuery::everything(10, app.now())).unwrap();
        assert_eq!(all.count.value, 2, "an ended window stays");
    }
}

#[test]
fn what_cannot_be_is_refused_in_words() {
    for world in worlds() {
        let cast = cast(&world);
        let refused = |change: &dyn Fn(&mut NewWindow)| {
            let mut new = saturdays();
            change(&mut new);
            code(windows::create(&world.app, &cast.engineer, &new, ""))
        };
        assert_eq!(refused(&|new| new.first = "2026-11-07T22:00Z".to_owned()), "wall-time");
        assert_eq!(refused(&|new| new.first = "Saturday".to_owned()), "wall-time");
        assert_eq!(refused(&|new| new.rule = "FREQ=HOURLY".to_owned()), "schedule");
        assert_eq!(refused(&|new| new.minutes = 0), "schedule");
        let never = |new: &mut NewWindow| new.rule = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30".to_owned();
        assert_eq!(refused(&never), "never-occurs");
        let left_out = |new: &mut NewWindow| {
            new.rule = String::new();
            new.left_out = vec![new.first.clone()];
        };
        assert_eq!(refused(&left_out), "never-occurs");
        assert_eq!(refused(&|new| new.people = Some(0)), "people");
        assert_eq!(refused(&|new| new.name = " ".to_owned()), "name");
        assert_eq!(refused(&|new| new.reach = ReachNamed::Everywhere), "reach");
        assert_eq!(refused(&|new| new.reach = ReachNamed::Zone("Z9".to_owned())), "not-found");
        assert_eq!(refused(&|new| new.time_zone = Some("Mars/Olympus".to_owned())), "time-zone");
        assert_eq!(refused(&|new| new.added = vec!["x".to_owned(); 3]), "wall-time");
    }
}

#[test]
fn what_the_clock_does_to_a_window_is_said_before_somebody_counts_on_it() {
    let world = worlds().remove(0);
    let cast = cast(&world);
    let remarks = |change: &dyn Fn(&mut NewWindow)| {
        let mut new = NewWindow { first: "2026-11-08T02:15".to_owned(), minutes: 30, ..saturdays() };
        change(&mut new);
        let made = windows::create(&world.app, &cast.engineer, &new, "").unwrap();
        windows::end(&world.app, &cast.engineer, &made.window.id.to_string(), "a try").unwrap();
        windows::remarks(&made.window, world.app.now())
    };
    let found = remarks(&|_| {});
    assert!(found[0].starts_with("The clock skips") && found[0].contains("2027-03-28 02:15"), "{found:?}");
    assert!(found[1].contains("2027-10-31 02:15 twice"), "{found:?}");
    assert!(remarks(&|new| new.first = "2026-11-07T22:00".to_owned()).is_empty());
    let past = remarks(&|new| {
        new.first = "2026-10-03T22:00".to_owned();
        new.rule = "FREQ=WEEKLY;COUNT=2".to_owned();
    });
    assert_eq!(past, ["It gives no time any more: its last ended at 2026-10-10T20:30:00Z."]);
}

#[test]
fn a_start_that_is_named_and_is_none_is_told() {
    let world = &worlds()[0];
    let cast = cast(world);
    let remarks = |name: &str, first: &str, rule: &str, left_out: &[&str]| {
        let new = NewWindow {
            name: name.to_owned(),
            first: first.to_owned(),
            minutes: 120,
            rule: rule.to_owned(),
            added: vec!["2027-01-05T22:00".to_owned()],
            left_out: left_out.iter().map(|one| (*one).to_owned()).collect(),
            ..saturdays()
        };
        let made = windows::create(&world.app, &cast.engineer, &new, "agreed").unwrap();
        windows::remarks(&made.window, world.app.now())
    };
    // Monday the 14th at 22:00 is a start, at 21:00 is none; one that was added is one, too.
    let weekly = "FREQ=WEEKLY;BYDAY=MO";
    let good = ["2026-12-14T22:00", "2027-01-05T22:00"];
    assert_eq!(remarks("A", "2026-11-30T22:00", weekly, &good), Vec::<String>::new());
    let told = remarks("B", "2026-11-30T22:00", weekly, &["2026-12-14T21:00", "2026-12-14T22:00"]);
    assert!(matches!(&told[..], [one] if one.contains("2026-12-14 21:00 is left out")), "{told:?}");
    let after_its_end = remarks("C", "2026-11-30T22:00", "FREQ=WEEKLY;COUNT=2", &["2026-12-21T22:00"]);
    assert!(matches!(&after_its_end[..], [one] if one.contains("none of its starts")), "{after_its_end:?}");
    // The first of December is a Tuesday.
    let told = remarks("D", "2026-12-01T22:00", "FREQ=WEEKLY;BYDAY=SA;COUNT=3", &[]);
    assert!(
        matches!(&told[..], [one] if one.contains("does not give the first start, 2026-12-01 22:00")),
        "{told:?}"
    );
}

#[test]
fn over_the_change_of_the_clock_the_wall_time_stays_and_a_freeze_wins() {
    for world in worlds() {
        let cast = cast(&world);
        let night = NewWindow { first: "2026-10-24T23:00".to_owned(), minutes: 360, ..saturdays() };
        windows::create(&world.app, &cast.engineer, &night, "").unwrap();
        let freeze = NewWindow {
            name: "Holidays".to_owned(),
            kind: WindowKind::Freeze,
            reach: ReachNamed::Everywhere,
            time_zone: Some("UTC".to_owned()),
            first: "2026-10-31T23:30".to_owned(),
            minutes: 60,
            rule: String::new(),
            people: None,
            steps: None,
            ..saturdays()
        };
        windows::create(&world.app, &holdpoint_app::Caller::operator("root"), &freeze, "").unwrap();
        let horizon =
            Horizon { from: Some("2026-10-24".parse().unwrap()), to: Some("2026-11-02".parse().unwrap()) };
        let found = windows::calendar(&world.app, &cast.viewer, Some("North"), horizon).unwrap();
        let nights: Vec<_> =
            found.entries.iter().filter(|one| one.wall_start.starts_with("2026-10-24")).collect();
        assert_eq!(nights[0].to.since(nights[0].from) / 3_600_000_000, 7, "the clock goes back that night");
        assert_eq!((nights[0].at_start, nights[0].at_end), (ClockChange::None, ClockChange::None));
        let lost: Vec<i64> = found.entries.iter().map(|one| one.lost_minutes).collect();
        assert_eq!(lost.iter().filter(|lost| **lost == -60).count(), 1, "and the calendar says so: {lost:?}");
        assert!(lost.iter().all(|lost| matches!(lost, 0 | -60)), "{lost:?}");
        let cut = found.entries.iter().find(|one| !one.cut_by.is_empty()).unwrap();
        assert_eq!((cut.cut_by.as_slice(), cut.open.len()), (&["Holidays".to_owned()][..], 2));
    }
}

#[test]
fn a_slot_is_found_or_every_reason_is_given() {
    for world in worlds() {
        let cast = cast(&world);
        let ask = |work_minutes| SlotQuery {
            asset: "SRV-1".to_owned(),
            work_minutes,
            undo_minutes: 60,
            margin_minutes: None,
            people: 1,
            not_before: None,
            days: 14,
        };
        let none = windows::find_slot(&world.app, &cast.viewer, &ask(60)).unwrap();
        assert_eq!(none.reasons, ["no window reaches the asset in that time"]);
        ground(&world, &cast);
        let found = windows::find_slot(&world.app, &cast.viewer, &ask(60)).unwrap();
        let (slot, name) = found.slot.unwrap();
        assert_eq!(
            (slot.start.to_string().as_str(), name.as_str()),
            ("2026-11-07T21:00:00Z", "Saturday night")
        );
        assert_eq!(slot.last_safe_start.to_string(), "2026-11-08T02:30:00Z");
        let long = windows::find_slot(&world.app, &cast.viewer, &ask(600)).unwrap();
        assert_eq!(long.reasons.len(), 2, "{:?}", long.reasons);
        assert!(long.reasons[0].contains("has 480 minutes, and work, undo and margin take 690"));
    }
}
