//! Steps that people carry out: the sheet, what comes back, and what a fresh reading says.

use crate::support::{World, code, worlds};
use crate::{Cast, cast, ground, saturdays, submitted};
use holdpoint_app::execution::{self, Said};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::windows::NewWindow;
use holdpoint_app::work_orders::{self, Entered, Reading, ResultBody, WorkOrder};
use holdpoint_app::{inventory, planning, plans};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use holdpoint_domain::execution::{Deed, Event, Observed, Outcome};
use holdpoint_domain::filter::Filter;
use holdpoint_domain::window::WindowKind;
use holdpoint_domain::work_order::{ResultWay, WorkOrderState};

const MINUTE: i64 = 60_000_000;

/// A plan of both servers, begun; its id.
pub(crate) fn begun(world: &World, cast: &Cast) -> String {
    ground(world, cast);
    let id = submitted(world, cast);
    plans::release(&world.app, &cast.approver, &id, "go").unwrap();
    execution::begin(&world.app, &cast.engineer, &id, "the shift knows").unwrap();
    id
}

pub(crate) fn clock_to(world: &World, at: Moment) {
    world.clock.advance_micros(at.since(world.app.now()));
}

fn state(world: &World, cast: &Cast, id: &str, step: usize) -> String {
    execution::work(&world.app).unwrap();
    execution::show(&world.app, &cast.viewer, id).unwrap().steps[step - 1].state.clone()
}

fn result(order: &WorkOrder, word: &str, (began, done): (Moment, Moment)) -> ResultBody {
    ResultBody {
        code: order.code.clone(),
        word: word.to_owned(),
        restart: "done".to_owned(),
        what: if word == "installed" { String::new() } else { "the medium could not be read".to_owned() },
        began_at: began.to_string(),
        done_at: done.to_string(),
        done_by: "K. Technician".to_owned(),
        lines: vec![work_orders::LineResult {
            part: "work".into(),
            number: 4,
            done: true,
            value: "2".into(),
        }],
    }
}

pub(crate) fn entered(body: &ResultBody) -> Entered<'_> {
    Entered { body, way: ResultWay::Entered, looked_at: None }
}

pub(crate) fn reading(world: &World, observed: Observed) -> Reading {
    Reading {
        observed,
        read: "shown in the system's properties".to_owned(),
        firmware: None,
        read_at: world.app.now(),
    }
}

#[test]
fn a_step_on_paper_is_told_and_verified_by_readings_alone() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = begun(&world, &cast);
        assert_eq!(code(work_orders::issue(app, &cast.viewer, (&id, 1), "", "")), "not-allowed");
        let order = work_orders::issue(app, &cast.engineer, (&id, 1), "K. Technician", "no line").unwrap();
        assert_eq!((order.line.revision, order.line.state), (1, WorkOrderState::Issued));
        assert!(order.stale.is_empty() && order.sheet.work.len() > 4, "{:?}", order.sheet);
        let same = work_orders::issue(app, &cast.engineer, (&id, 1), "K. Technician", "again").unwrap();
        assert_eq!(same.line.revision, 1, "nothing changed, so there is no other revision");
        let listed = work_orders::list(app, &cast.viewer, &ListQuery::everything(9, app.now())).unwrap();
        assert_eq!(listed.items.len(), 1);
        let start = order.line.start;
        assert_eq!(code(work_orders::begin(app, &cast.engineer, &order.code, &[1, 2, 3, 4, 5])), "not-now");
        clock_to(&world, start);
        assert_eq!(state(&world, &cast, &id, 1), "waiting", "the program leaves it alone");
        assert_eq!(code(work_orders::begin(app, &cast.engineer, &order.code, &[1])), "not-ticked");
        let running = work_orders::begin(app, &cast.engineer, &order.code, &[1, 2, 3, 4, 5]).unwrap();
        assert_eq!(running.line.state, WorkOrderState::Begun);
        assert_eq!(state(&world, &cast, &id, 1), "installing");
        world.clock.advance_micros(20 * MINUTE);
        let body = result(&order, "installed", (start, app.now()));
        let told = work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap();
        assert_eq!(told.line.state, WorkOrderState::Told);
        assert_eq!(state(&world, &cast, &id, 1), "to_verify", "told is not verified");
        let twice = work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap();
        assert_eq!(twice.results.len(), 1, "the same result twice is one");
        let old = Reading { read_at: start, ..reading(&world, Observed::AsPromised) };
        assert_eq!(code(work_orders::observe(app, &cast.engineer, &order.code, &old)), "read_at");
        let fresh = reading(&world, Observed::AsPromised);
        work_orders::observe(app, &cast.engineer, &order.code, &fresh).unwrap();
        assert_eq!(state(&world, &cast, &id, 1), "verified");
        assert_eq!(
            code(work_orders::observe(app, &cast.engineer, &order.code, &fresh)),
            "not-now",
            "it soaks"
        );
        world.days_pass(4);
        let after = reading(&world, Observed::AsPromised);
        let closed = work_orders::observe(app, &cast.engineer, &order.code, &after).unwrap();
        assert_eq!(closed.line.state, WorkOrderState::Closed);
        assert_eq!(state(&world, &cast, &id, 1), "done");
        let file = work_orders::attach(app, &cast.engineer, &order.code, "plate.jpg", b"jpeg").unwrap();
        assert_eq!(work_orders::file_bytes(app, &cast.viewer, &order.code, 1).unwrap(), b"jpeg");
        assert_eq!(file.size_bytes, 4);
    }
}

#[test]
fn work_that_began_too_early_by_its_own_word_is_told_though_the_screen_let_it_begin() {
    let both =
        [true, false].into_iter().flat_map(|early| worlds().into_iter().map(move |world| (world, early)));
    for (world, early) in both {
        let cast = cast(&world);
        let app = &world.app;
        let id = begun(&world, &cast);
        let order = work_orders::issue(app, &cast.engineer, (&id, 1), "K. Technician", "no line").unwrap();
        let start = order.line.start;
        clock_to(&world, start.plus_micros(MINUTE));
        work_orders::begin(app, &cast.engineer, &order.code, &[1, 2, 3, 4, 5]).unwrap();
        world.clock.advance_micros(20 * MINUTE);
        let began = start.plus_micros(if early { -30_000_000 } else { 30_000_000 });
        work_orders::enter(
            app,
            &cast.engineer,
            &entered(&result(&order, "installed", (began, app.now()))),
            "",
        )
        .unwrap();
        let paused = execution::show(app, &cast.viewer, &id).unwrap().run.paused;
        match paused {
            Some(why) => assert!(early && why.contains("before its planned start"), "{why}"),
            None => assert!(!early, "it began before its window and nobody says so"),
        }
    }
}

#[test]
fn firmware_that_was_read_by_hand_is_held_against_later_inventories() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = begun(&world, &cast);
        let order = work_orders::issue(app, &cast.engineer, (&id, 1), "", "").unwrap();
        clock_to(&world, order.line.start);
        work_orders::begin(app, &cast.engineer, &order.code, &[1, 2, 3, 4, 5]).unwrap();
        world.clock.advance_micros(20 * MINUTE);
        let body = result(&order, "installed", (order.line.start, app.now()));
        work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap();
        world.clock.advance_micros(300 * MINUTE);
        let fresh = reading(&world, Observed::AsPromised);
        let two_lines = Reading { firmware: Some("V2.1\nV2.2".into()), ..fresh.clone() };
        assert_eq!(code(work_orders::observe(app, &cast.engineer, &order.code, &two_lines)), "firmware");
        let read = Reading { firmware: Some("V2.10.0".into()), ..fresh };
        work_orders::observe(app, &cast.engineer, &order.code, &read).unwrap();
        let known = inventory::get(app, &cast.viewer, &order.line.tag, Moment::OPEN).unwrap();
        let seen = &known.asset.fields[&Field::FirmwareVersion];
        assert_eq!((seen.value.as_str(), seen.observed_at), ("V2.10.0", read.read_at));
        assert_eq!(seen.source, format!("person a.weber, by work order {}", order.line.number));
        let learned = planning::observations(app, &cast.viewer).unwrap();
        assert_eq!(learned[0].work_minutes, 21, "as the result tells, not when somebody read it");
        assert_eq!(execution::sweep(app, 0).unwrap().1, 0, "nobody has looked since");
        let tag = &order.line.tag;
        world.days_pass(1);
        world.import(&format!("asset_tag,firmware_version\n{tag},2.10\n"));
        assert_eq!(execution::sweep(app, 0).unwrap().1, 0, "the same version in another spelling");
        world.days_pass(1);
        world.import(&format!("asset_tag,firmware_version\n{tag},V2.9.4\n"));
        assert_eq!(execution::sweep(app, 0).unwrap().1, 1);
        assert_eq!(execution::sweep(app, 0).unwrap().1, 0, "told once");
        let query = ListQuery::everything(9, app.now());
        let drift = execution::drifts(app, &cast.viewer, None, &query).unwrap();
        assert_eq!(drift.items[0].what, "firmware V2.10.0 is V2.9.4 now");
    }
}

#[test]
fn firmware_that_is_not_what_was_promised_is_in_the_inventory_and_verifies_nothing() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = begun(&world, &cast);
        let order = work_orders::issue(app, &cast.engineer, (&id, 1), "", "").unwrap();
        clock_to(&world, order.line.start);
        work_orders::begin(app, &cast.engineer, &order.code, &[1, 2, 3, 4, 5]).unwrap();
        world.clock.advance_micros(20 * MINUTE);
        let body = result(&order, "installed", (order.line.start, app.now()));
        work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap();
        let other = Observed::Otherwise { what: "it is the release before".into() };
        let read = Reading { firmware: Some("V1.9".into()), ..reading(&world, other) };
        work_orders::observe(app, &cast.engineer, &order.code, &read).unwrap();
        let known = inventory::get(app, &cast.viewer, &order.line.tag, Moment::OPEN).unwrap();
        assert_eq!(known.asset.fields[&Field::FirmwareVersion].value, "V1.9", "the asset shows it");
        assert_ne!(state(&world, &cast, &id, 1), "verified");
        assert_eq!(execution::sweep(app, 0).unwrap().1, 0, "it is nobody's baseline");
    }
}

#[test]
fn a_line_that_the_sheet_does_not_have_is_refused_and_what_nobody_told_is_not_told() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = begun(&world, &cast);
        let order = work_orders::issue(app, &cast.engineer, (&id, 1), "", "").unwrap();
        clock_to(&world, order.line.start);
        let one = |part: &str, number, done, value: &str| work_orders::LineResult {
            part: part.into(),
            number,
            done,
            value: value.into(),
        };
        let told = |lines: Vec<work_orders::LineResult>| {
            let body = ResultBody { lines, ..result(&order, "installed", (order.line.start, app.now())) };
            work_orders::enter(app, &cast.engineer, &entered(&body), "")
        };
        for (part, number) in [("work", 999), ("before", 99), ("work", 0), ("after", 1)] {
            assert_eq!(code(told(vec![one(part, number, true, "")])), "lines", "{part} {number}");
        }
        let before = |number: u32| one("before", number, number != 3, "");
        let mut all = lines(&order, &[]);
        all.extend([before(1), before(3)]);
        assert_eq!(told(all).unwrap().line.state, WorkOrderState::Told);
        let (events, _) = execution::step(app, &cast.viewer, &id, 1).unwrap();
        let of_backup = events
            .iter()
            .filter(|one| matches!(one.event, Event::Ended { deed: Deed::Backup, .. }))
            .filter_map(|one| one.evidence.clone());
        let of_backup: Vec<String> = of_backup.collect();
        assert!(!of_backup.is_empty());
        let ended = |of: Deed| {
            events.iter().find_map(|one| match &one.event {
                Event::Ended { deed, outcome, .. } if *deed == of => Some(outcome.clone()),
                _ => None,
            })
        };
        assert!(
            matches!(ended(Deed::Backup), Some(Outcome::NotDone { what }) if what.contains("K. Technician"))
        );
        assert!(
            matches!(ended(Deed::Preflight), Some(Outcome::NotTold { what }) if what.contains("control room"))
        );
        assert_eq!(
            ended(Deed::Stage),
            Some(Outcome::NotTold { what: "the sheet asks nothing of it".into() })
        );
        for evidence in of_backup {
            assert!(evidence.contains("A backup was made, and it was read back: NOT done"), "{evidence}");
            assert!(evidence.contains("the process permits the work: not told"), "{evidence}");
            assert!(evidence.contains("the plate: done"), "{evidence}");
        }
    }
}

#[test]
fn a_firmware_that_contradicts_the_promise_verifies_nothing() {
    const FIRMWARE: &str = "Acme Controller V2.10.0";
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        crate::authorise(&world, &cast, FIRMWARE);
        ground(&world, &cast);
        let proposal = crate::both_servers(&[FIRMWARE]);
        let id = plans::propose(app, &cast.engineer, &proposal).unwrap().plans[0].id.to_string();
        plans::submit(app, &cast.planner, &id, "ready").unwrap();
        plans::release(app, &cast.approver, &id, "go").unwrap();
        execution::begin(app, &cast.engineer, &id, "the shift knows").unwrap();
        let order = work_orders::issue(app, &cast.engineer, (&id, 1), "", "").unwrap();
        clock_to(&world, order.line.start);
        let body = result(&order, "installed", (order.line.start, app.now()));
        work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap();
        let read = |observed, firmware: &str| {
            let read = Reading { firmware: Some(firmware.into()), ..reading(&world, observed) };
            work_orders::observe(app, &cast.engineer, &order.code, &read)
        };
        for other in ["1.0.0", "V2.10.1", "9.9-not-2.10.0", "unreadable"] {
            let refused = read(Observed::AsPromised, other).unwrap_err();
            assert_eq!(refused.code(), "firmware", "{other}");
            assert!(refused.to_string().contains("promises V2.10.0"), "{refused}");
        }
        assert_eq!(code(read(Observed::AsBefore, "2.10.0")), "firmware");
        assert_ne!(state(&world, &cast, &id, 1), "verified");
        let known = inventory::get(app, &cast.viewer, &order.line.tag, Moment::OPEN).unwrap();
        let kept = known.asset.fields.get(&Field::FirmwareVersion).map(|one| one.value.clone());
        assert_ne!(kept.as_deref(), Some("1.0.0"), "what was refused is kept nowhere");
        read(Observed::AsPromised, "2.10").unwrap();
        assert_eq!(state(&world, &cast, &id, 1), "verified", "the same version in another spelling");
    }
}

#[test]
fn a_sheet_that_is_old_is_refused_with_what_changed() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = begun(&world, &cast);
        let first = work_orders::issue(app, &cast.engineer, (&id, 1), "", "").unwrap();
        world.import(&format!("asset_tag,location\n{},Cabinet 7\n", first.line.tag));
        let seen = work_orders::show(app, &cast.viewer, &first.code).unwrap();
        assert_eq!(seen.stale, ["location: Cabinet 7 is new"]);
        clock_to(&world, first.line.start);
        assert_eq!(
            code(work_orders::begin(app, &cast.engineer, &first.code, &[1, 2, 3, 4, 5])),
            "stale-sheet"
        );
        let second = work_orders::issue(app, &cast.engineer, (&id, 1), "", "moved").unwrap();
        assert_eq!(second.line.revision, 2);
        world.clock.advance_micros(20 * MINUTE);
        let body = result(&first, "installed", (first.line.start, app.now()));
        let refused = work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap_err();
        assert_eq!(refused.code(), "stale-sheet");
        assert!(refused.to_string().contains("location: Cabinet 7 is new"), "{refused}");
        let looked = Entered { looked_at: Some(2), ..entered(&body) };
        let told = work_orders::enter(app, &cast.engineer, &looked, "").unwrap();
        assert_eq!(told.results[0].revision, 1);
        let forged =
            ResultBody { code: first.code.replace(&first.code[first.code.len() - 4..], "0000"), ..body };
        assert_eq!(code(work_orders::enter(app, &cast.engineer, &entered(&forged), "")), "code");
    }
}

#[test]
fn what_failed_or_was_not_done_goes_to_a_person_or_ends() {
    let world = &worlds()[0];
    let cast = cast(world);
    let app = &world.app;
    let id = begun(world, &cast);
    let order = work_orders::issue(app, &cast.engineer, (&id, 1), "", "").unwrap();
    let nothing = ResultBody { what: String::new(), ..result(&order, "failed", (app.now(), app.now())) };
    assert_eq!(code(work_orders::enter(app, &cast.engineer, &entered(&nothing), "")), "what");
    clock_to(world, order.line.start);
    let body = result(&order, "went_back", (order.line.start, app.now()));
    work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap();
    assert_eq!(state(world, &cast, &id, 1), "to_verify_undo");
    let before = reading(world, Observed::AsBefore);
    let closed = work_orders::observe(app, &cast.engineer, &order.code, &before).unwrap();
    assert_eq!(closed.line.state, WorkOrderState::Closed);
    assert_eq!(state(world, &cast, &id, 1), "rolled_back");
    let other = work_orders::issue(app, &cast.engineer, (&id, 2), "", "").unwrap();
    assert_eq!(code(work_orders::void(app, &cast.engineer, &other.code, "")), "text");
    work_orders::void(app, &cast.engineer, &other.code, "the agent works again").unwrap();
    let again = work_orders::issue(app, &cast.engineer, (&id, 2), "", "").unwrap();
    assert_eq!((again.line.revision, &again.code), (1, &other.code), "the same content is the same sheet");
    let named = work_orders::issue(app, &cast.engineer, (&id, 2), "K. Technician", "").unwrap();
    assert_eq!((named.line.revision, named.line.technician.as_str()), (1, "K. Technician"));
    let body = result(&again, "not_done", (app.now(), app.now()));
    let closed = work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap();
    assert_eq!(closed.line.state, WorkOrderState::Closed);
    assert_eq!(state(world, &cast, &id, 2), "aborted");
}

#[test]
fn a_sheet_that_is_out_when_its_step_ends_is_withdrawn_and_takes_nothing() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = begun(&world, &cast);
        let order = work_orders::issue(app, &cast.engineer, (&id, 1), "", "").unwrap();
        let other = work_orders::issue(app, &cast.engineer, (&id, 2), "", "").unwrap();
        work_orders::void(app, &cast.engineer, &other.code, "the agent works again").unwrap();
        clock_to(&world, order.line.start);
        for step in [1, 2] {
            let ended = Said::Ended { why: "the line must run".into() };
            execution::say(app, &cast.engineer, (&id, step), &ended, "").unwrap();
        }
        let shown = work_orders::show(app, &cast.viewer, &order.code).unwrap();
        assert_eq!(shown.line.state, WorkOrderState::Withdrawn);
        let query = ListQuery {
            filter: Filter::parse("state:withdrawn").unwrap(),
            ..ListQuery::everything(9, app.now())
        };
        assert_eq!(work_orders::list(app, &cast.viewer, &query).unwrap().items.len(), 1);
        let refused = work_orders::begin(app, &cast.engineer, &order.code, &[1, 2, 3, 4, 5]).unwrap_err();
        assert!(refused.to_string().contains("put the sheet away"), "{refused}");
        let body = result(&order, "installed", (order.line.start, app.now()));
        let refused = work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap_err();
        assert!(refused.to_string().contains("ended without work order"), "{refused}");
        assert_eq!(code(work_orders::void(app, &cast.engineer, &order.code, "late")), "work-order-state");
        let issue = |step| code(work_orders::issue(app, &cast.engineer, (&id, step), "", ""));
        assert_eq!((issue(1), issue(2)), ("work-order-state".into(), "step-state".into()));
        execution::say(app, &cast.engineer, (&id, 1), &Said::Retried, "the line stands").unwrap();
        let again = work_orders::show(app, &cast.viewer, &order.code).unwrap();
        assert_eq!(again.line.state, WorkOrderState::Issued, "a step that begins again has its sheet again");
    }
}

/// Every line of the sheet's work, ticked.
pub(crate) fn ticked(order: &WorkOrder) -> Vec<work_orders::LineResult> {
    lines(order, &[])
}

/// Every line of the sheet's work, ticked but for those named.
fn lines(order: &WorkOrder, open: &[u32]) -> Vec<work_orders::LineResult> {
    let line = |one: &work_orders::SheetLine| work_orders::LineResult {
        part: "work".into(),
        number: one.number,
        done: !open.contains(&one.number),
        value: String::new(),
    };
    order.sheet.work.iter().map(line).collect()
}

#[test]
fn what_is_not_ticked_is_not_installed() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = begun(&world, &cast);
        let order = work_orders::issue(app, &cast.engineer, (&id, 1), "", "").unwrap();
        clock_to(&world, order.line.start);
        let told = |word: &str, lines: Vec<work_orders::LineResult>| {
            let body = ResultBody { lines, ..result(&order, word, (order.line.start, app.now())) };
            work_orders::enter(app, &cast.engineer, &entered(&body), "")
        };
        assert_eq!(code(told("installed", lines(&order, &[1, 2, 3, 4, 5, 6]))), "lines");
        let refused = told("installed", lines(&order, &[2])).unwrap_err();
        assert!(refused.to_string().contains("line 2 of the work is not ticked"), "{refused}");
        let some = lines(&order, &[]).into_iter().filter(|line| line.number != 5).collect();
        assert_eq!(code(told("installed", some)), "lines", "one was left out");
        let both = lines(&order, &[]).into_iter().chain(lines(&order, &[3])).collect();
        assert_eq!(code(told("installed", both)), "lines", "ticked and not ticked");
        assert_eq!(told("installed", lines(&order, &[])).unwrap().line.state, WorkOrderState::Told);
    }
}

#[test]
fn work_and_readings_from_before_the_sheet_are_refused() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = begun(&world, &cast);
        let order = work_orders::issue(app, &cast.engineer, (&id, 1), "", "").unwrap();
        let long_ago: Moment = "2020-01-01T00:00:00Z".parse().unwrap();
        let told = |times| {
            let body = result(&order, "installed", times);
            work_orders::enter(app, &cast.engineer, &entered(&body), "")
        };
        assert_eq!(code(told((long_ago, long_ago))), "began_at");
        assert_eq!(code(told((long_ago, app.now()))), "began_at");
        clock_to(&world, order.line.start);
        work_orders::begin(app, &cast.engineer, &order.code, &[1, 2, 3, 4, 5]).unwrap();
        let before = order.line.start.plus_micros(-10 * MINUTE);
        assert_eq!(code(told((before, before))), "done_at", "it ended before it was begun");
        let near = order.line.start.plus_micros(-4 * MINUTE);
        assert_eq!(told((near, near)).unwrap().line.state, WorkOrderState::Told, "clocks differ");
        let old = Reading { read_at: long_ago, ..reading(&world, Observed::AsPromised) };
        assert_eq!(code(work_orders::observe(app, &cast.engineer, &order.code, &old)), "read_at");
    }
}

#[test]
fn a_sheet_that_nobody_issued_anew_is_stale_all_the_same() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = begun(&world, &cast);
        let order = work_orders::issue(app, &cast.engineer, (&id, 1), "", "").unwrap();
        clock_to(&world, order.line.start);
        world.import(&format!("asset_tag,location\n{},Cabinet 7\n", order.line.tag));
        let body = result(&order, "installed", (order.line.start, app.now()));
        let refused = work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap_err();
        assert_eq!(refused.code(), "stale-sheet");
        assert!(refused.to_string().contains("location: Cabinet 7 is new"), "{refused}");
        let other = Entered { looked_at: Some(2), ..entered(&body) };
        assert_eq!(code(work_orders::enter(app, &cast.engineer, &other, "")), "stale-sheet");
        let looked = Entered { looked_at: Some(1), ..entered(&body) };
        let told = work_orders::enter(app, &cast.engineer, &looked, "").unwrap();
        assert_eq!(told.line.state, WorkOrderState::Told);
    }
}

#[test]
fn a_voided_order_says_so() {
    let world = &worlds()[0];
    let cast = cast(world);
    let app = &world.app;
    let id = begun(world, &cast);
    let order = work_orders::issue(app, &cast.engineer, (&id, 1), "", "").unwrap();
    work_orders::void(app, &cast.engineer, &order.code, "the agent works again").unwrap();
    let body = result(&order, "installed", (app.now(), app.now()));
    let told = work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap_err().to_string();
    let read = reading(world, Observed::AsPromised);
    let seen = work_orders::observe(app, &cast.engineer, &order.code, &read).unwrap_err().to_string();
    for said in [told, seen] {
        assert!(said.contains("was voided") && !said.contains("has its result"), "{said}");
    }
}

#[test]
fn work_that_something_stood_against_is_taken_and_stops_the_plan_loudly() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = begun(&world, &cast);
        let order = work_orders::issue(app, &cast.engineer, (&id, 2), "", "").unwrap();
        clock_to(&world, order.line.start);
        let body = result(&order, "installed", (order.line.start, app.now()));
        let told = work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap();
        assert_eq!(told.line.state, WorkOrderState::Told, "a fact is taken");
        let (events, _) = execution::step(app, &cast.viewer, &id, 2).unwrap();
        let evidence = events.iter().filter_map(|one| one.evidence.as_deref()).next_back().unwrap();
        assert!(evidence.contains("worked against: engineer opens it when"), "{evidence}");
        assert!(
            evidence.contains("; wave 1 of KB5000001 is not over"),
            "every reason stands there: {evidence}"
        );
        let paused = execution::show(app, &cast.viewer, &id).unwrap().run.paused.unwrap();
        assert!(paused.contains("work order 1 was worked against: engineer opens it"), "{paused}");
        let query = ListQuery::everything(9, app.now());
        let notices = holdpoint_app::notices::list(app, &cast.approver, &query).unwrap().items;
        assert!(notices.iter().any(|one| one.text.contains("worked against")), "{notices:?}");
        assert_eq!(state(&world, &cast, &id, 1), "waiting", "nothing else begins by itself");
        let fresh = reading(&world, Observed::AsPromised);
        work_orders::observe(app, &cast.engineer, &order.code, &fresh).unwrap();
        assert_eq!(state(&world, &cast, &id, 2), "verified", "what was done is looked at");
    }
}

#[test]
fn work_before_its_time_or_after_a_withdrawal_is_told_as_such_and_in_time_is_not() {
    for (early, withdrawn, said) in [
        (false, false, None),
        (true, false, Some("its planned start has not come")),
        (false, true, Some("the release was taken back")),
    ] {
        let world = &worlds()[0];
        let cast = cast(world);
        let app = &world.app;
        let id = begun(world, &cast);
        let order = work_orders::issue(app, &cast.engineer, (&id, 1), "", "").unwrap();
        if !early {
            clock_to(world, order.line.start);
        }
        let began = app.now();
        if withdrawn {
            plans::withdraw(app, &cast.engineer, &id, "the shift objects").unwrap();
            world.clock.advance_micros(MINUTE);
        }
        let times = if withdrawn { (app.now(), app.now()) } else { (began, app.now()) };
        let body = result(&order, "installed", times);
        work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap();
        let paused = execution::show(app, &cast.viewer, &id).unwrap().run.paused;
        match said {
            Some(said) => assert!(paused.as_ref().is_some_and(|why| why.contains(said)), "{paused:?}"),
            None => assert_eq!(paused, None),
        }
    }
}

#[test]
fn what_comes_to_stand_against_work_that_was_begun_is_told_and_the_sheet_stays_as_it_was_issued() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = begun(&world, &cast);
        let order = work_orders::issue(app, &cast.engineer, (&id, 1), "K. Technician", "no line").unwrap();
        clock_to(&world, order.line.start);
        work_orders::begin(app, &cast.engineer, &order.code, &[1, 2, 3, 4, 5]).unwrap();
        let seen = || {
            execution::work(app).unwrap();
            work_orders::show(app, &cast.viewer, "1").unwrap()
        };
        assert_eq!(seen().line.halt, None);
        let query = |filter: &str| {
            let filter = Filter::parse(filter).unwrap();
            let query = ListQuery { filter, ..ListQuery::everything(9, app.now()) };
            work_orders::list(app, &cast.viewer, &query).unwrap().items.len()
        };
        assert_eq!(query("halt~freeze"), 0);
        let freeze = NewWindow {
            name: "The grid is short".to_owned(),
            kind: WindowKind::Freeze,
            first: first_of(app.now()),
            minutes: 60,
            rule: String::new(),
            people: None,
            steps: None,
            ..saturdays()
        };
        holdpoint_app::windows::create(app, &cast.engineer, &freeze, "the dispatcher called").unwrap();
        let halted = seen();
        let (why, since) = halted.line.halt.clone().expect("it is told");
        assert_eq!((why.as_str(), since), ("a freeze stands", app.now()));
        assert_eq!(halted.sheet, order.sheet, "what is in somebody's hand says what it said");
        assert_eq!((halted.line.revision, halted.line.state), (1, WorkOrderState::Begun));
        assert_eq!(query("halt~freeze"), 1);
        let told = |who| {
            let query = ListQuery::everything(9, app.now());
            let all = holdpoint_app::notices::list(app, who, &query).unwrap().items;
            all.into_iter().filter(|one| one.text.contains("the work was begun, and now a freeze")).count()
        };
        seen();
        assert_eq!(told(&cast.engineer), 1, "once");
        holdpoint_app::windows::end(app, &cast.engineer, "The grid is short", "it is over").unwrap();
        assert_eq!(seen().line.halt, None);
        let refused = Said::PermitRefused { why: "the mill starts".into() };
        execution::say(app, &cast.engineer, (&id, 1), &refused, "").unwrap();
        let (why, _) = seen().line.halt.expect("it is told");
        assert_eq!(why, "the process does not permit it: the mill starts");
        // A permission that grows old while people work is no such thing.
        let permitted = Said::Permitted { until: None, what: String::new() };
        execution::say(app, &cast.engineer, (&id, 1), &permitted, "").unwrap();
        world.clock.advance_micros(8 * MINUTE);
        assert_eq!(seen().line.halt, None);
        execution::say(app, &cast.engineer, (&id, 1), &refused, "").unwrap();
        assert!(seen().line.halt.is_some());
        let body = result(&order, "installed", (order.line.start, app.now()));
        work_orders::enter(app, &cast.engineer, &entered(&body), "").unwrap();
        assert_eq!(seen().line.halt, None, "what was done is told");
    }
}

/// The minute of a moment at the plant, as windows are written.
fn first_of(at: Moment) -> String {
    let text = at.plus_micros(60 * MINUTE).to_string();
    text.get(..16).unwrap().to_owned()
}
