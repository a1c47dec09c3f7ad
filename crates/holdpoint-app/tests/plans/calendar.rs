//! Calendars that come in and go out.

use crate::cast;
use crate::support::{code, worlds};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::windows::{self, Titles};
use holdpoint_domain::window::WindowKind;

const FILE: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:outage-7\r\nSUMMARY:Spring outage\r\n\
    CATEGORIES:Outage\r\nDTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261205\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

#[test]
fn a_calendar_changes_nothing_until_a_planner_takes_exactly_what_was_shown() {
    for world in worlds() {
        let cast = cast(&world);
        let take = |who: &holdpoint_app::Caller, text: &str, accept: Option<&str>| {
            let file = windows::CalendarFile {
                site: "North",
                kind: WindowKind::Maintenance,
                bytes: text.as_bytes(),
                accept,
                reason: "the plan of the year",
            };
            windows::import(&world.app, who, &file)
        };
        let shown = take(&cast.engineer, FILE, None).unwrap();
        assert_eq!((shown.changes[0].what, shown.accepted), ("new", false));
        assert!(
            windows::list(&world.app, &cast.viewer, &ListQuery::everything(9, world.app.now()))
                .unwrap()
                .items
                .is_empty()
        );
        assert_eq!(code(take(&cast.viewer, FILE, Some(&shown.mark))), "not-allowed");
        assert_eq!(code(take(&cast.engineer, FILE, Some("0000"))), "calendar-changed");
        assert!(take(&cast.engineer, FILE, Some(&shown.mark)).unwrap().accepted);
        assert_eq!(take(&cast.engineer, FILE, None).unwrap().changes[0].what, "same");
        let moved = FILE.replace("20261205", "20261206");
        let change = take(&cast.engineer, &moved, None).unwrap();
        assert_eq!(change.changes[0].what, "changed");
        assert_eq!(
            code(take(&cast.engineer, &moved, Some(&shown.mark))),
            "calendar-changed",
            "the mark of another file"
        );
        take(&cast.engineer, &moved, Some(&change.mark)).unwrap();
        let gone = moved.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY");
        let end = take(&cast.engineer, &gone, None).unwrap();
        assert_eq!(end.changes[0].what, "cancelled");
        let text = windows::publish(&world.app, &cast.viewer, Some("North")).unwrap();
        assert!(text.contains("SUMMARY:Spring outage") && text.contains("CATEGORIES:OUTAGE"), "{text}");
        take(&cast.engineer, &gone, Some(&end.mark)).unwrap();
        let all = windows::list(&world.app, &cast.viewer, &ListQuery::everything(9, world.app.now()))
            .unwrap()
            .items;
        assert_ne!(all[0].ended_at, holdpoint_domain::Moment::OPEN);
    }
}

#[test]
fn our_own_calendar_is_known_again_when_it_comes_back() {
    for world in worlds() {
        let cast = cast(&world);
        crate::ground(&world, &cast);
        crate::submitted(&world, &cast);
        let take = |text: &str, accept: Option<&str>| {
            let file = windows::CalendarFile {
                site: "North",
                kind: WindowKind::Maintenance,
                bytes: text.as_bytes(),
                accept,
                reason: "the plan of the year",
            };
            windows::import(&world.app, &cast.engineer, &file).unwrap()
        };
        let text = windows::publish(&world.app, &cast.viewer, Some("North")).unwrap();
        assert!(text.contains("UID:window-") && text.contains("UID:plan-"), "{text}");
        assert!(text.contains("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"), "{text}");
        let same = take(&text, None);
        let what: Vec<&str> = same.changes.iter().map(|change| change.what).collect();
        assert_eq!(what, ["same"], "{same:?}");
        let told = |code: &str| same.warnings.iter().filter(|one| one.code == code).count();
        assert_eq!(told("ics-own-event"), 2, "no step of a plan is taken for a window: {:?}", same.warnings);
        let renamed = text.replace("SUMMARY:Saturday night", "SUMMARY:Night shift");
        let changed = take(&renamed, None);
        assert_eq!(changed.changes[0].what, "changed");
        assert!(take(&renamed, Some(&changed.mark)).accepted);
        let all = ListQuery::everything(9, world.app.now());
        let all = windows::list(&world.app, &cast.viewer, &all).unwrap().items;
        assert_eq!((all.len(), all[0].window.name.as_str()), (1, "Night shift"), "it is the same window");
        assert_eq!(take(&renamed, None).changes[0].what, "same");
    }
}

#[test]
fn an_address_of_a_calendar_shows_what_its_owner_may_see_until_it_is_revoked() {
    for world in worlds() {
        let cast = cast(&world);
        windows::create(&world.app, &cast.engineer, &crate::saturdays(), "agreed").unwrap();
        let (open, secret) =
            windows::open_address(&world.app, &cast.viewer, ("shift office", Some("North"), Titles::Shown))
                .unwrap();
        let (_, hidden) =
            windows::open_address(&world.app, &cast.viewer, ("canteen", None, Titles::Hidden)).unwrap();
        let read = |secret: &str| windows::read_address(&world.app, secret).unwrap();
        let text = read(secret.reveal()).unwrap();
        assert!(text.contains("SUMMARY:Saturday night") && text.contains("X-WR-CALNAME:North"), "{text}");
        let text = read(hidden.reveal()).unwrap();
        assert!(text.contains("SUMMARY:maintenance") && !text.contains("control room"), "{text}");
        assert_eq!(read("hp_cal_00"), None);
        assert_eq!(windows::addresses(&world.app, &cast.viewer).unwrap().len(), 2);
        assert!(windows::addresses(&world.app, &cast.engineer).unwrap().is_empty());
        let id = open.id.to_string();
        assert_eq!(code(windows::revoke_address(&world.app, &cast.engineer, &id)), "not-found");
        windows::revoke_address(&world.app, &cast.viewer, &id).unwrap();
        assert_eq!(read(secret.reveal()), None);
        assert!(read(hidden.reveal()).is_some());
    }
}
