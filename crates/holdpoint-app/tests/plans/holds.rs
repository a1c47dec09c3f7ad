//! What stands between a released plan and a device: hold points of a whole wave, the word of the process, a signature, a line.

use crate::ends::{begun, clock_to, done, good, hands, opened, proposed, reached, start_of, states};
use crate::support::{LITTLE, World, code, worlds};
use crate::{Cast, both_servers, cast, ground, profile, submitted};
use holdpoint_app::execution::{self, NewLine, Said};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::{Caller, inventory, planning, plans, work_orders};
use holdpoint_domain::execution::Observed;
use holdpoint_domain::id::AssetId;
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::WorkProfile;
use holdpoint_domain::work_order::ResultWay;

const MINUTE: i64 = 60_000_000;

/// A plan of three servers, begun: a pilot, and a wave of two behind its hold point.
fn pilot_and_two(world: &World, cast: &Cast, by_hand: &[&str]) -> String {
    world.grows(&format!("{}SRV-4,North,Z2,server,Acme,Historian,{LITTLE}\n", crate::support::COLUMNS));
    ground(world, cast);
    let tags = ["SRV-1", "SRV-2", "SRV-4"];
    let by_program: Vec<&str> = tags.into_iter().filter(|tag| !by_hand.contains(tag)).collect();
    reached(world, cast, &by_program);
    let mut wanted = both_servers(&["KB5000001"]);
    wanted.assets.push("SRV-4".to_owned());
    let (id, steps) = proposed(world, &cast.engineer, &wanted);
    assert_eq!(steps, 3);
    plans::submit(&world.app, &cast.planner, &id, "").unwrap();
    begun(world, cast, &id);
    let plan = execution::overview(&world.app, &cast.viewer, &id).unwrap().plan;
    assert_eq!(plan.waves.iter().map(|wave| wave.steps.clone()).collect::<Vec<_>>(), [vec![1], vec![2, 3]]);
    assert_eq!(plan.holds.iter().map(|hold| hold.before).collect::<Vec<_>>(), [2]);
    id
}

#[test]
fn a_closed_hold_point_holds_every_step_of_its_wave() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = pilot_and_two(&world, &cast, &[]);
        done(&world, &cast, &id, 1);
        let plan = execution::overview(app, &cast.viewer, &id).unwrap().line.plan;
        for step in [2, 3] {
            clock_to(&world, start_of(&world, &cast, &id, step));
            hands(&world, plan, good);
            assert_eq!(states(&world, &cast, &id)[1..], ["staged", "staged"], "at the start of {step}");
        }
        let shown = execution::show(app, &cast.viewer, &id).unwrap();
        for step in &shown.steps[1..] {
            let why = step.wait_why.clone().unwrap_or_default();
            assert!(why.starts_with("engineer opens it when there is: wave 1"), "{}: {why}", step.number);
        }
        // Both steps show it; it is opened where it stands, once, and holds neither any more.
        for step in [2, 3] {
            let shown = execution::step_shown(app, &cast.viewer, &id, step).unwrap();
            assert_eq!(
                shown.holds.iter().map(|hold| (hold.before, hold.number)).collect::<Vec<_>>(),
                [(2, 1)]
            );
            assert!(shown.fitting.iter().any(|one| one.word == "open_hold"), "{step}");
        }
        let elsewhere = opened(&world, &cast.planner, &id, 3).unwrap_err();
        assert_eq!(elsewhere.code(), "hold-of-wave");
        assert!(elsewhere.to_string().contains("before step 2"), "{elsewhere}");
        opened(&world, &cast.planner, &id, 2).unwrap();
        hands(&world, plan, good);
        assert_eq!(states(&world, &cast, &id)[2], "verified", "its night is now");
    }
}

#[test]
fn the_hold_point_of_a_wave_opens_though_the_step_that_it_stands_before_was_ended() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = pilot_and_two(&world, &cast, &[]);
        done(&world, &cast, &id, 1);
        let end = Said::Ended { why: "its line must run".into() };
        execution::say(app, &cast.engineer, (&id, 2), &end, "").unwrap();
        opened(&world, &cast.planner, &id, 2).unwrap();
        // Whoever begins one step of the wave again looks again, for the whole wave.
        execution::say(app, &cast.engineer, (&id, 2), &Said::Retried, "the line stands").unwrap();
        let shown = execution::step_shown(app, &cast.viewer, &id, 3).unwrap();
        assert!(shown.holds[0].opened.is_none(), "{:?}", shown.holds);
    }
}

#[test]
fn every_sheet_of_a_held_wave_names_its_hold_point_and_work_behind_it_is_worked_against() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = pilot_and_two(&world, &cast, &["SRV-1", "SRV-2", "SRV-4"]);
        for step in [2, 3] {
            let order = work_orders::issue(app, &cast.engineer, (&id, step), "", "").unwrap();
            let named =
                order.sheet.before.iter().filter(|line| line.what.starts_with("Hold point, opened by"));
            assert_eq!(named.count(), 1, "step {step}: {:?}", order.sheet.before);
            if step == 2 {
                continue;
            }
            clock_to(&world, order.line.start);
            let body = work_orders::ResultBody {
                code: order.code.clone(),
                word: "installed".into(),
                restart: "done".into(),
                what: String::new(),
                began_at: order.line.start.to_string(),
                done_at: app.now().to_string(),
                done_by: "K. Technician".into(),
                lines: Vec::new(),
            };
            let entered = work_orders::Entered { body: &body, way: ResultWay::Entered, looked_at: None };
            work_orders::enter(app, &cast.engineer, &entered, "").unwrap();
            let paused = execution::show(app, &cast.viewer, &id).unwrap().run.paused.unwrap_or_default();
            assert!(paused.contains("engineer opens it when there is"), "{paused}");
            let read = work_orders::Reading {
                observed: Observed::AsPromised,
                read: "shown in its properties".into(),
                firmware: None,
                read_at: app.now(),
            };
            work_orders::observe(app, &cast.engineer, &order.code, &read).unwrap();
        }
    }
}

#[test]
fn a_permission_ends_when_it_was_said_to_and_keeps_its_words() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = pilot_and_two(&world, &cast, &[]);
        let plan = execution::overview(app, &cast.viewer, &id).unwrap().line.plan;
        let say = |word: &str, text: &str, until| {
            let said = Said::read(word, text, None, until)?;
            execution::say(app, &cast.engineer, (&id, 1), &said, "")
        };
        say("want_permit", "", None).unwrap();
        clock_to(&world, start_of(&world, &cast, &id, 1));
        let soon = app.now().plus_micros(2 * MINUTE);
        assert_eq!(code(say("permit", "", Some(app.now()))), "until", "it is over already");
        assert_eq!(code(say("permit", "", Some(app.now().plus_micros(25 * 60 * MINUTE)))), "until");
        assert_eq!(code(say("end", "the mill runs", Some(soon))), "until", "no word drops what it is told");
        assert!(Said::read("permit", "", Some(1), None).is_err(), "a permission opens no hold point");
        say("permit", "only until the mill starts", Some(soon)).unwrap();
        let shown = execution::step_shown(app, &cast.viewer, &id, 1).unwrap();
        assert_eq!(shown.words["permit"].body, format!("permitted until {soon}: only until the mill starts"));
        world.clock.advance_micros(2 * MINUTE);
        hands(&world, plan, good);
        let shown = execution::step_shown(app, &cast.viewer, &id, 1).unwrap();
        let why =
            execution::show(app, &cast.viewer, &id).unwrap().steps[0].wait_why.clone().unwrap_or_default();
        assert!(why.contains("permitted it until") && why.contains("that is over"), "{why}: {:?}", shown.run);
        say("permit", "the mill stands", None).unwrap();
        hands(&world, plan, good);
        assert_eq!(states(&world, &cast, &id)[0], "verified");
    }
}

/// The profile of servers without a way back.
fn without(signed_by: &str) -> WorkProfile {
    let reason = "the maker knows no downgrade".to_owned();
    WorkProfile { way_back: Some(WayBack::None { signed_by: signed_by.to_owned(), reason }), ..profile() }
}

#[test]
fn no_way_back_is_signed_by_whoever_says_it_and_by_nobody_else() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        ground(&world, &cast);
        let put = |who: &Caller, signed_by: &str| planning::put_profile(app, who, &without(signed_by), "");
        for name in ["l.okafor", "Nobody Atall", "a.weber", ""] {
            assert_eq!(code(put(&cast.engineer, name)), "not-allowed", "{name}: whoever plans does not sign");
        }
        assert_eq!(code(put(&cast.approver, "m.ruiz")), "signed-by-another");
        assert_eq!(code(put(&cast.admin, "")), "administrator");
        assert!(put(&Caller::operator("test"), "").is_err(), "nobody in particular signs nothing");
        let kept = put(&cast.approver, "").unwrap();
        let named = Some(WayBack::None {
            signed_by: "l.okafor".into(),
            reason: "the maker knows no downgrade".into(),
        });
        assert_eq!(kept.way_back, named);
        assert!(planning::profiles(app, &cast.viewer).unwrap().contains(&kept));
        let id = submitted(&world, &cast);
        let text = plans::export(app, &cast.viewer, &id).unwrap();
        assert!(text.contains("NO WAY BACK, signed by l.okafor"), "{text}");
        // Whoever signed it drafts no plan that counts on it.
        plans::withdraw(app, &cast.engineer, &id, "the next round").unwrap();
        put(&cast.both, "t.kern").unwrap();
        let own = plans::propose(app, &cast.both, &both_servers(&["KB5000001"]));
        assert_eq!(code(own), "four-eyes");
        // A name under which nobody signed counts as nothing said.
        let forged = app.store().change(&app.intent(&cast.engineer, "test", ""), |c| {
            c.put_work_profile(&without("m.ruiz"), "a.weber")?;
            Ok::<_, holdpoint_app::AppError>(())
        });
        forged.unwrap();
        assert!(planning::profiles(app, &cast.viewer).unwrap().iter().all(|one| one.way_back.is_none()));
    }
}

fn asset(world: &World, tag: &str) -> AssetId {
    let query = ListQuery::everything(100, world.app.now());
    let found = inventory::list(&world.app, &Caller::operator("test"), &query).unwrap().items;
    found.iter().find(|line| line.asset.tag == tag).unwrap().asset.id
}

fn line(address: &str, letter: &str, note: &str) -> NewLine {
    NewLine {
        address: address.into(),
        port: 22,
        account: "engineer".into(),
        fingerprint: format!("SHA256:{}", letter.repeat(43)),
        rights: "sudo".into(),
        note: note.into(),
    }
}

#[test]
fn one_host_is_not_two_assets_unless_a_person_says_so() {
    for world in worlds() {
        let cast = cast(&world);
        let (one, other) = (asset(&world, "SRV-1"), asset(&world, "SRV-2"));
        let put = |asset, line: &NewLine| {
            execution::put_line(&world.app, &cast.engineer, asset, Some(line), "it has no agent")
        };
        put(one, &line("10.0.0.7", "A", "read at the machine")).unwrap();
        put(one, &line("10.0.0.7", "A", "written anew")).unwrap();
        for (line, same) in [
            (line("10.0.0.7", "B", ""), "address"),
            (line("10.0.0.8", "A", ""), "key"),
            (line("10.0.0.7", "A", "same device as SRV-9: both names stand on it"), "another name"),
        ] {
            let refused = put(other, &line).unwrap_err();
            assert_eq!(refused.code(), "line-of-another", "{same}");
            assert!(refused.to_string().contains("SRV-1"), "{refused}");
        }
        put(other, &line("SRV-1.plant.example", "C", "")).unwrap();
        assert_eq!(
            code(put(one, &line("srv-1.PLANT.example.", "D", ""))),
            "line-of-another",
            "the same name"
        );
        put(one, &line("10.0.0.7", "A", "read at the machine")).unwrap();
        for same in ["::ffff:10.0.0.7", "[::FFFF:10.0.0.7]", "10.0.0.7."] {
            assert_eq!(code(put(other, &line(same, "E", ""))), "line-of-another", "{same}");
        }
        for odd in [
            "10.0.0.07",
            "010.0.0.7",
            "10.7",
            "167772167",
            "0x0a000007",
            "10.0.0.0x7",
            "10.0.0.256",
            ":7",
            "[fe80",
        ] {
            assert_eq!(code(put(other, &line(odd, "E", ""))), "address", "{odd}");
        }
        for good in ["fe80::1%eth0", "[2001:db8::7]", "plc-7.plant.example", "7.plant"] {
            put(other, &line(good, "E", "")).unwrap();
        }
        put(other, &line("10.0.0.7", "A", "same device as SRV-1: two roles on one host")).unwrap();
    }
}

#[test]
fn a_line_that_was_written_anew_since_the_release_lets_nothing_begin() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = pilot_and_two(&world, &cast, &[]);
        let plan = execution::overview(app, &cast.viewer, &id).unwrap().line.plan;
        let before = execution::line_of(app, &cast.viewer, asset(&world, "SRV-1")).unwrap().unwrap();
        let other = line("10.9.9.9", "Z", "it was moved");
        let at = execution::overview(app, &cast.viewer, &id).unwrap().plan.steps[0].asset;
        execution::put_line(app, &cast.engineer, at, Some(&other), "").unwrap();
        clock_to(&world, start_of(&world, &cast, &id, 1));
        hands(&world, plan, good);
        let shown = execution::show(app, &cast.viewer, &id).unwrap();
        assert_eq!(shown.steps[0].state, "staged");
        let why = shown.steps[0].wait_why.clone().unwrap_or_default();
        assert!(why.contains("propose the plan anew") && why.contains("10.9.9.9"), "{why}");
        assert!(!before.address.is_empty());
        let stale = plans::check(app, &cast.viewer, &id).unwrap().stale;
        assert!(stale.iter().any(|one| one.kind == "line"), "{stale:?}");
    }
}
