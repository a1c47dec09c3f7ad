//! What was ordered and not begun: it is asked back when its gate shuts, and good only for as long as the process permits it.

use crate::agents::{GOOD, Site, site};
use holdpoint_app::execution::{self, CheckWritten, Said};
use holdpoint_app::store::execution::KeptEvent;
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::{planning, plans};
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::execution::{Deed, Event, Outcome};
use holdpoint_domain::plan::ground::{Asked, WorkAsks, WorkProfile};
use holdpoint_wire::progress::{Outcome as Told, Step};

const ENGINES: [&str; 2] = ["sqlite", "postgres"];
const SECOND: i64 = 1_000_000;

/// One device; the process has to permit what is done on it, if that is asked.
fn ready(engine: &'static str, asks_permit: bool) -> Site {
    ready_with(site(engine, 1), asks_permit)
}

fn ready_with(site: Site, asks_permit: bool) -> Site {
    site.approve(&[GOOD]);
    if asks_permit {
        let profiles = planning::profiles(&site.world.app, &site.cast.viewer).unwrap();
        let profile = profiles.into_iter().find(|one| one.kind == Some(AssetKind::Server)).unwrap();
        let profile = WorkProfile { asks: WorkAsks { permit: Asked::Yes, ..WorkAsks::default() }, ..profile };
        planning::put_profile(&site.world.app, &site.cast.engineer, &profile, "the shift wants it").unwrap();
    }
    site
}

/// One device that has its order and does not begin it.
fn held(engine: &'static str, asks_permit: bool) -> (Site, String) {
    held_of(site(engine, 1), asks_permit)
}

/// The first device of a site has its order and does not begin it.
fn held_of(site: Site, asks_permit: bool) -> (Site, String) {
    let mut site = ready_with(site, asks_permit);
    let id = site.begun(GOOD);
    site.devices[0].lazy = true;
    site.clock_to_start(&id, 1);
    site.pass(60);
    if asks_permit {
        permit(&site, &id);
    }
    site.pass(120);
    assert_eq!(site.lines(&id)[0].0, "installing", "{:?}", site.lines(&id));
    assert_eq!(site.devices[0].held.len(), 1);
    (site, id)
}

fn permit(site: &Site, id: &str) {
    let said = Said::Permitted { until: None, what: "the mill stands".into() };
    execution::say(&site.world.app, &site.cast.engineer, (id, 1), &said, "").unwrap();
}

/// What is said of installations that nobody began.
fn not_begun(site: &Site, id: &str) -> Vec<String> {
    let (events, _) = execution::step(&site.world.app, &site.cast.viewer, id, 1).unwrap();
    let of = |event: Event| match event {
        Event::Ended { deed: Deed::Install, outcome: Outcome::NotBegun { what }, .. } => Some(what),
        _ => None,
    };
    events.into_iter().filter_map(|kept| of(kept.event)).collect()
}

#[test]
fn an_order_that_was_not_begun_is_asked_back_when_its_plan_is_paused_and_ordered_anew_after_it() {
    for engine in ENGINES {
        let (mut site, id) = held(engine, false);
        let app = site.world.app.clone();
        execution::pause(&app, &site.cast.engineer, &id, Some("an alarm stands")).unwrap();
        site.pass(60);
        assert!(site.devices[0].held.is_empty(), "the device let it be");
        let lines = site.lines(&id);
        assert_eq!(lines[0].0, "staged", "nothing was changed, and nothing failed: {lines:?}");
        assert!(lines[0].1.contains("an alarm stands"), "{lines:?}");
        let said = not_begun(&site, &id);
        assert!(said.len() == 1 && said[0].contains("told not to begin"), "{said:?}");
        site.devices[0].lazy = false;
        site.pass(120);
        assert_eq!(site.devices[0].version, "1.0", "while it is paused nothing begins");
        execution::pause(&app, &site.cast.engineer, &id, None).unwrap();
        site.pass(180);
        assert_eq!(site.lines(&id)[0].0, "verified", "{:?}", site.lines(&id));
        let last = site.devices[0].acts.last().unwrap();
        assert!(last.ends_with(".install.2"), "a new order, never the same one twice: {last}");
    }
}

#[test]
fn a_device_that_refuses_its_order_has_nothing_to_go_back_from_and_a_person_has_it() {
    for engine in ENGINES {
        for (said, rule) in [
            ((Step::Admission, Told::Refused), "hash_not_in_image"),
            ((Step::Order, Told::Refused), "patch_not_approved"),
            ((Step::Order, Told::NotDone), "disk_full"),
        ] {
            let (mut site, id) = held_of(site(engine, 2), false);
            site.devices[0].refuses(&site.world, said, rule);
            site.pass(120);
            let lines = site.lines(&id);
            assert_eq!(lines[0].0, "aborted", "{engine} {rule}: {lines:?}");
            let (events, _) = execution::step(&site.world.app, &site.cast.viewer, &id, 1).unwrap();
            let refused = events.iter().find_map(|kept| match &kept.event {
                Event::Ended { outcome: Outcome::Refused { what }, .. } => Some(what.clone()),
                _ => None,
            });
            assert!(refused.as_ref().is_some_and(|what| what.contains(rule)), "{rule}: {events:?}");
            let went_back = |kept: &KeptEvent| matches!(kept.event, Event::Intended { deed: Deed::Undo, .. });
            assert!(!events.iter().any(went_back), "{rule}: {events:?}");
            let shown = execution::show(&site.world.app, &site.cast.viewer, &id).unwrap();
            assert!(!shown.stops.is_empty(), "the plan stands until somebody has looked at it");
            assert_eq!((site.devices[0].version.as_str(), site.devices[0].acts.len()), ("1.0", 0));
            assert!(site.devices[1].acts.is_empty(), "and nothing else of it begins");
            // Whoever has looked lets it be tried again, with a new order.
            execution::say(&site.world.app, &site.cast.engineer, (&id, 1), &Said::Retried, "").unwrap();
            site.pass(240);
            assert_eq!(site.lines(&id)[0].0, "verified", "{:?}", site.lines(&id));
        }
    }
}

#[test]
fn what_a_device_without_its_records_refuses_is_looked_at_and_not_called_not_begun() {
    for engine in ENGINES {
        let (mut site, id) = held(engine, false);
        site.devices[0].refuses(&site.world, (Step::Admission, Told::Refused), "counter_replayed");
        site.pass(120);
        let lines = site.lines(&id);
        assert_eq!(lines[0].0, "rolled_back", "a fresh look shows that nothing has changed: {lines:?}");
    }
}

#[test]
fn a_restart_counts_when_the_device_names_another_start_and_not_by_its_word_alone() {
    for engine in ENGINES {
        for (stays_up, state, said) in [
            (false, "verified", "was started again since the installation"),
            (true, "by_hand", "it runs since before"),
        ] {
            let mut site = ready(engine, false);
            let now = site.world.app.now().micros();
            site.devices[0].start = Some(("one".into(), now - 3_600 * SECOND));
            site.devices[0].stays_up = stays_up;
            let id = site.begun(GOOD);
            let automatic = Said::Restart(execution::RestartWord::Automatic);
            execution::say(&site.world.app, &site.cast.engineer, (&id, 1), &automatic, "").unwrap();
            site.clock_to_start(&id, 1);
            site.pass(600);
            let lines = site.lines(&id);
            assert_eq!(lines[0].0, state, "{engine}: {lines:?}");
            assert!(site.devices[0].acts.iter().any(|act| act.contains(".restart.")), "it was ordered");
            let (events, _) = execution::step(&site.world.app, &site.cast.viewer, &id, 1).unwrap();
            let evidence: Vec<String> = events.iter().filter_map(|kept| kept.evidence.clone()).collect();
            assert!(
                format!("{evidence:?} {events:?} {lines:?}").contains(said),
                "{engine} {said}: {events:?}"
            );
        }
    }
}

#[test]
fn an_order_is_good_for_a_short_time_and_renewed_while_the_process_permits_it() {
    for engine in ENGINES {
        let (mut site, id) = held(engine, true);
        let now = |site: &Site| site.world.app.now();
        let device = &site.devices[0];
        let window = device.held[0].order().window;
        let told = device.good_until.unwrap_or(window.last_start_at).0 - now(&site).micros();
        assert!((0..=90 * SECOND).contains(&told), "good for {told} microseconds");
        let before = device.good_until;
        permit(&site, &id);
        site.pass(120);
        let until = site.devices[0].good_until;
        assert!(until > before, "it was renewed: {before:?}, {until:?}");
        assert!(until.unwrap().0 - now(&site).micros() <= 90 * SECOND);
        // Cut off, it begins while it may, and not a moment later.
        site.world.clock.advance_micros(91 * SECOND);
        let world = &site.world;
        assert_eq!(site.devices[0].wake(world), Err("too_late"));
        permit(&site, &id);
        site.pass(30);
        let said = not_begun(&site, &id);
        assert!(said.len() == 1 && said[0].contains("did not begin in time"), "{said:?}");
        site.pass(240);
        assert_eq!(site.lines(&id)[0].0, "verified", "{:?}", site.lines(&id));
    }
}

#[test]
fn an_order_is_asked_back_when_the_permission_grows_old_or_is_taken_back() {
    for engine in ENGINES {
        let (mut site, id) = held(engine, true);
        site.pass(360);
        assert!(site.devices[0].held.is_empty(), "five minutes after it was said: {:?}", site.lines(&id));
        assert!(not_begun(&site, &id)[0].contains("too old"), "{:?}", not_begun(&site, &id));
        permit(&site, &id);
        site.pass(120);
        assert_eq!(site.devices[0].held.len(), 1, "{:?}", site.lines(&id));
        let refused = Said::PermitRefused { why: "the mill starts".into() };
        execution::say(&site.world.app, &site.cast.engineer, (&id, 1), &refused, "").unwrap();
        site.pass(60);
        assert!(site.devices[0].held.is_empty());
        let lines = site.lines(&id);
        assert!(lines[0].0 == "staged" && lines[0].1.contains("the mill starts"), "{lines:?}");
    }
}

#[test]
fn a_plan_tells_in_its_text_what_is_asked_before_its_steps() {
    for engine in ENGINES {
        let (site, id) = held(engine, true);
        let app = &site.world.app;
        let text = |site: &Site| plans::export(&site.world.app, &site.cast.viewer, &id).unwrap();
        assert!(text(&site).contains("PERMIT by a person's word"), "{}", text(&site));
        assert!(text(&site).contains("the process must permit step 1\n") && !text(&site).contains("CHECK"));
        let question = execution::Question::Modbus {
            address: "127.0.0.1".into(),
            port: 1,
            unit: 7,
            table: "discrete_input".into(),
            place: 4,
            value: 1,
        };
        let check = CheckWritten { name: "mill stands".into(), before: "step".into(), question };
        execution::put_check(app, &site.cast.planner, &id, &check, "the shift wants it").unwrap();
        let said = "discrete input 4 of unit 7 at 127.0.0.1:1 must be 1; not asked yet";
        assert!(text(&site).contains("CHECK before every step: `mill stands`"), "{}", text(&site));
        assert!(text(&site).contains(said), "{}", text(&site));
        let plan = execution::overview(app, &site.cast.viewer, &id).unwrap().line.plan;
        execution::ask_outside(app, plan).unwrap();
        assert!(text(&site).contains("must be 1; unknown on "), "{}", text(&site));
    }
}

#[test]
fn a_device_whose_clock_is_off_begins_nothing_that_is_permitted_for_a_minute() {
    for (engine, asks_permit) in [("sqlite", true), ("postgres", true), ("sqlite", false)] {
        let mut site = ready(engine, asks_permit);
        site.devices[0].behind_s = 45;
        let id = site.begun(GOOD);
        site.clock_to_start(&id, 1);
        if asks_permit {
            permit(&site, &id);
        }
        site.pass(120);
        let lines = site.lines(&id);
        let said = lines[0].1.contains("clock is off by about 45 s, and 30 s are borne");
        assert_eq!((said, site.devices[0].acts.is_empty()), (asks_permit, asks_permit), "{lines:?}");
    }
}

#[test]
fn an_order_whose_step_or_deployment_a_person_ends_is_asked_back_and_what_was_done_is_told() {
    for engine in ENGINES {
        for whole in [false, true] {
            let (mut site, id) = held(engine, false);
            let app = site.world.app.clone();
            if whole {
                execution::end(&app, &site.cast.engineer, &id, "somebody works there").unwrap();
            } else {
                let end = Said::Ended { why: "somebody works there".into() };
                execution::say(&app, &site.cast.engineer, (&id, 1), &end, "").unwrap();
            }
            assert_eq!(site.lines(&id)[0].0, "by_hand");
            site.pass(60);
            assert!(site.devices[0].held.is_empty(), "the device let it be");
            let said = not_begun(&site, &id);
            assert!(said.len() == 1 && said[0].contains("told not to begin"), "{said:?}");
            assert_eq!((site.lines(&id)[0].0.as_str(), site.devices[0].version.as_str()), ("by_hand", "1.0"));
        }
        // One that has begun before it hears of the end: what it did is an event and a notice, and nothing follows from it.
        let (mut site, id) = held(engine, false);
        let app = site.world.app.clone();
        let end = Said::Ended { why: "somebody works there".into() };
        execution::say(&app, &site.cast.engineer, (&id, 1), &end, "").unwrap();
        site.devices[0].wake(&site.world).unwrap();
        site.pass(120);
        assert_eq!((site.lines(&id)[0].0.as_str(), site.devices[0].version.as_str()), ("by_hand", "1.1"));
        let (events, _) = execution::step(&app, &site.cast.viewer, &id, 1).unwrap();
        let done = |kept: &KeptEvent| {
            matches!(kept.event, Event::Ended { deed: Deed::Install, outcome: Outcome::Succeeded, .. })
        };
        assert!(events.iter().any(done), "{events:?}");
        let query = ListQuery::everything(20, app.now());
        let told = holdpoint_app::notices::list(&app, &site.cast.engineer, &query).unwrap().items;
        let late = told.iter().filter(|one| one.text.contains("was ended at")).count();
        assert_eq!(late, 1, "{told:?}");
    }
}
