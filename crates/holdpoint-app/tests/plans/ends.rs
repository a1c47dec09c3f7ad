//! How plans go on and end: what is not planned twice, who opens a hold point and when, what one person alone cannot lose, what stops
//! a patch, and what an ended plan leaves behind. The hand on the hosts is played.

use crate::support::{LITTLE, World, code, worlds};
use crate::{Cast, authorise, both_servers, cast, ground, submitted};
use holdpoint_app::execution::{self, CheckWritten, Left, NewLine, Question, Said};
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::{App, AppError, Caller, inventory, planning};
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Deed, ErrorClass, Observed, Outcome};
use holdpoint_domain::id::PlanId;
use holdpoint_domain::plan::life::{PlanState, PlanWord};

const MINUTE: i64 = 60_000_000;

/// Hosts that are reached; nobody goes there, because the hand is played.
pub(crate) fn reached(world: &World, cast: &Cast, tags: &[&str]) {
    let query = ListQuery::everything(100, world.app.now());
    let assets = inventory::list(&world.app, &Caller::operator("test"), &query).unwrap().items;
    for asset in assets.iter().filter(|one| tags.contains(&one.asset.tag.as_str())) {
        let line = NewLine {
            address: format!("{}.plant.example", asset.asset.tag),
            port: 1,
            account: "engineer".into(),
            fingerprint: format!("SHA256:{:A<43}", asset.asset.tag.replace('-', "")),
            rights: "sudo".into(),
            note: String::new(),
        };
        execution::put_line(&world.app, &cast.engineer, asset.asset.id, Some(&line), "").unwrap();
    }
}

/// Of every step that waits for the operator's word about its restart, somebody says that nothing has to be restarted; whether there
/// was one.
pub(crate) fn nothing_restarts(app: &App, by: &Caller) -> bool {
    let mut said = false;
    for (line, _) in execution::open(app, by).unwrap() {
        let id = line.id.to_string();
        for step in execution::show(app, by, &id).unwrap().steps {
            if step.state == "awaiting_restart" && step.wait_for.as_deref() == Some("operator") {
                let none = Said::Restart(execution::RestartWord::None);
                execution::say(app, by, (&id, step.number), &none, "").unwrap();
                said = true;
            }
        }
    }
    said
}

/// Released and begun; restarts are the program's.
pub(crate) fn begun(world: &World, cast: &Cast, id: &str) -> PlanId {
    begun_by(world, cast, &cast.engineer, id)
}

fn begun_by(world: &World, cast: &Cast, by: &Caller, id: &str) -> PlanId {
    let app = &world.app;
    plans::release(app, &cast.approver, id, "go").unwrap();
    let shown = execution::begin(app, by, id, "the shift knows").unwrap();
    for step in &shown.steps {
        let automatic = Said::Restart(execution::RestartWord::Automatic);
        execution::say(app, &cast.engineer, (id, step.number), &automatic, "").unwrap();
    }
    shown.line.id
}

#[test]
fn what_is_asked_outside_stands_in_a_plan_before_anybody_releases_it() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        reached(&world, &cast, &["SRV-1", "SRV-2"]);
        let app = &world.app;
        let place = |place: u16| Question::Modbus {
            address: "127.0.0.1".into(),
            port: 1,
            unit: 1,
            table: "coil".into(),
            place,
            value: 1,
        };
        let put = |id: &str, name: &str| {
            let new = CheckWritten { name: name.into(), before: "step".into(), question: place(5) };
            execution::put_check(app, &cast.engineer, id, &new, "agreed with the shift")
        };
        let names = |id: &str| -> Vec<String> {
            let shown = plans::show(app, &cast.approver, id).unwrap();
            shown.checks.into_iter().map(|(kept, _)| kept.check.name).collect()
        };
        let draft = crate::draft(&world, &cast.engineer).unwrap().plans[0].id.to_string();
        put(&draft, "mill stands").unwrap();
        put(&draft, "a slip of the pen").unwrap();
        // Of a draft nobody has seen anything yet.
        execution::remove_check(app, &cast.engineer, (&draft, 2), "a slip").unwrap();
        plans::submit(app, &cast.engineer, &draft, "").unwrap();
        assert_eq!(names(&draft), ["mill stands"]);
        let early = execution::remove_check(app, &cast.engineer, (&draft, 1), "it disturbs me");
        assert_eq!(code(early), "four-eyes");
        let plan = begun(&world, &cast, &draft);
        clock_to(&world, start_of(&world, &cast, &draft, 1).plus_micros(MINUTE));
        hands(&world, plan, good);
        assert_eq!(states(&world, &cast, &draft)[0], "staged", "nothing behind it begins");
        // Planning again does not rid anybody of it.
        let again = plans::again(app, &cast.engineer, &draft, "with the facts of now").unwrap().plans[0]
            .id
            .to_string();
        assert_eq!(names(&again), ["mill stands"]);
        let early = execution::remove_check(app, &cast.engineer, (&again, 1), "it disturbs me");
        assert_eq!(code(early), "four-eyes");
        plans::withdraw(app, &cast.engineer, &again, "another time").unwrap();
        plans::withdraw(app, &cast.engineer, &draft, "another time").unwrap();
        assert_eq!(code(put(&draft, "too late")), "plan-state");
    }
}

/// A plan of both servers, begun.
fn both(world: &World, cast: &Cast) -> String {
    ground(world, cast);
    reached(world, cast, &["SRV-1", "SRV-2"]);
    let id = submitted(world, cast);
    begun(world, cast, &id);
    id
}

pub(crate) fn states(world: &World, cast: &Cast, id: &str) -> Vec<String> {
    let shown = execution::show(&world.app, &cast.viewer, id).unwrap();
    shown.steps.into_iter().map(|step| step.state).collect()
}

pub(crate) fn start_of(world: &World, cast: &Cast, id: &str, step: usize) -> Moment {
    execution::show(&world.app, &cast.viewer, id).unwrap().steps[step - 1].start
}

pub(crate) fn clock_to(world: &World, at: Moment) {
    world.clock.advance_micros(at.since(world.app.now()));
}

/// What the turns of this moment hand out ends as it is told.
pub(crate) fn hands(world: &World, plan: PlanId, ends: impl Fn(Deed) -> Outcome) {
    for _ in 0..20 {
        let turned = execution::turn(&world.app, plan, 9).unwrap();
        if turned.moved == 0 {
            return;
        }
        for one in turned.hand_outs {
            let outcome = ends(one.deed);
            let which = (one.deed, one.attempt.number);
            execution::report(&world.app, plan, one.step, which, (outcome, Left::default())).unwrap();
        }
    }
}

pub(crate) fn good(deed: Deed) -> Outcome {
    match deed {
        Deed::Verify | Deed::Recheck => Outcome::Seen(Observed::AsPromised),
        Deed::VerifyUndo => Outcome::Seen(Observed::AsBefore),
        Deed::Stage | Deed::Preflight | Deed::Backup | Deed::Install | Deed::Restart | Deed::Undo => {
            Outcome::Succeeded
        }
    }
}

pub(crate) fn id_of(world: &World, cast: &Cast, id: &str) -> PlanId {
    plans::show(&world.app, &cast.viewer, id).unwrap().line.id
}

/// Brings a step to its end and past its soak.
pub(crate) fn done(world: &World, cast: &Cast, id: &str, step: usize) {
    let plan = id_of(world, cast, id);
    clock_to(world, start_of(world, cast, id, step));
    hands(world, plan, good);
    world.days_pass(4);
    hands(world, plan, good);
    assert_eq!(states(world, cast, id)[step - 1], "done");
}

pub(crate) fn opened(world: &World, who: &Caller, id: &str, step: u32) -> Result<(), AppError> {
    let said = Said::HoldOpened { hold: 1, evidence: "the pilot ran for a week, nothing was seen".into() };
    execution::say(&world.app, who, (id, step), &said, "").map(drop)
}

fn waits(world: &World, cast: &Cast, id: &str) -> Vec<(String, String)> {
    let query = ListQuery::everything(100, world.app.now());
    let found = plans::waits(&world.app, &cast.viewer, id, &query).unwrap();
    found.items.into_iter().map(|one| (one.cause, one.why)).collect()
}

/// A draft, with its number of steps.
pub(crate) fn proposed(world: &World, who: &Caller, proposal: &Proposal) -> (String, u64) {
    let plan = plans::propose(&world.app, who, proposal).unwrap().plans.remove(0);
    (plan.id.to_string(), plan.steps)
}

#[test]
fn a_hold_point_opens_when_the_wave_before_is_over_and_by_another_hand_than_the_author_s() {
    for world in worlds() {
        let cast = cast(&world);
        let id = both(&world, &cast);
        let fitting = |step| execution::step_shown(&world.app, &cast.viewer, &id, step).unwrap().fitting;
        let refused = opened(&world, &cast.planner, &id, 2).unwrap_err();
        assert_eq!(refused.code(), "wave-before");
        assert!(
            refused.to_string().contains("wave 1 of KB5000001 is not over: 1 steps are not"),
            "{refused}"
        );
        assert!(fitting(2).iter().all(|one| one.word != "open_hold"), "nothing is offered that is refused");
        let plan = id_of(&world, &cast, &id);
        clock_to(&world, start_of(&world, &cast, &id, 1));
        hands(&world, plan, good);
        assert_eq!(states(&world, &cast, &id)[0], "verified");
        assert_eq!(code(opened(&world, &cast.planner, &id, 2)), "wave-before", "it soaks");
        world.days_pass(4);
        hands(&world, plan, good);
        assert_eq!(states(&world, &cast, &id)[0], "done");
        assert_eq!(code(opened(&world, &cast.engineer, &id, 2)), "four-eyes", "the author");
        assert!(fitting(2).iter().any(|one| one.word == "open_hold"));
        opened(&world, &cast.planner, &id, 2).unwrap();
    }
}

#[test]
fn a_wave_that_ended_without_one_good_step_is_no_evidence() {
    let world = &worlds()[0];
    let cast = cast(world);
    let id = both(world, &cast);
    let end = Said::Ended { why: "not this week".into() };
    execution::say(&world.app, &cast.engineer, (&id, 1), &end, "").unwrap();
    let refused = opened(world, &cast.planner, &id, 2).unwrap_err();
    assert!(refused.to_string().contains("not one step ended well"), "{refused}");
}

#[test]
fn work_that_stands_in_another_plan_or_was_done_is_not_planned_again() {
    for world in worlds() {
        let cast = cast(&world);
        let id = both(&world, &cast);
        let (second, steps) = proposed(&world, &cast.planner, &both_servers(&["KB5000001"]));
        let stands = "for plan 1, in which it stands and which is released".to_owned();
        assert_eq!(steps, 0);
        assert_eq!(waits(&world, &cast, &second), vec![("elsewhere".to_owned(), stands); 2]);
        done(&world, &cast, &id, 1);
        opened(&world, &cast.planner, &id, 2).unwrap();
        let plan = id_of(&world, &cast, &id);
        clock_to(&world, start_of(&world, &cast, &id, 2));
        hands(&world, plan, |deed| match deed {
            Deed::Verify => Outcome::Failed { class: ErrorClass::Busy, what: "no answer".into() },
            other => good(other),
        });
        let (third, steps) = proposed(&world, &cast.planner, &both_servers(&["KB5000001"]));
        assert_eq!(steps, 0);
        let found = waits(&world, &cast, &third);
        assert!(
            found[0].0 == "need" && found[0].1.starts_with("for nothing: plan 1 did it, verified "),
            "{found:?}"
        );
        assert_eq!(found[1].1, "for plan 1, by which it is in work");
        // What the plan itself holds is no obstacle when it is proposed anew; what it has in hand is.
        let anew = plans::again(&world.app, &cast.planner, &id, "the window moved").unwrap().plans.remove(0);
        assert_eq!(anew.steps, 0);
    }
}

#[test]
fn a_plan_ends_says_how_frees_its_places_and_what_is_left_is_planned_anew() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = both(&world, &cast);
        done(&world, &cast, &id, 1);
        assert_eq!(execution::end_finished(app).unwrap(), 0, "one step is open");
        let second = start_of(&world, &cast, &id, 2);
        execution::end(app, &cast.planner, &id, "the outage moved").unwrap();
        assert_eq!(execution::end_finished(app).unwrap(), 1);
        assert_eq!(execution::end_finished(app).unwrap(), 0, "once");
        let line = plans::show(app, &cast.viewer, &id).unwrap().line;
        let PlanState::Ended { released, steps, .. } = &line.state else { panic!("{:?}", line.state) };
        assert_eq!((released.by.name.as_str(), steps.done, steps.aborted), ("l.okafor", 1, 1));
        let text = plans::export(app, &cast.viewer, &id).unwrap();
        assert!(
            text.contains("1 steps are done, 0 went back, 1 ended before anything was changed"),
            "{text}"
        );
        assert_eq!(code(plans::withdraw(app, &cast.planner, &id, "too late")), "plan-state");
        assert_eq!(code(execution::begin(app, &cast.engineer, &id, "")), "plan-not-released");
        assert_eq!(code(execution::say(app, &cast.planner, (&id, 2), &Said::Retried, "")), "plan-state");
        let fits = execution::step_shown(app, &cast.viewer, &id, 2).unwrap().fitting;
        assert!(fits.iter().all(|one| one.word != "retry"));
        // The place of the step that was ended is free for the same work, and the other is done.
        let anew = plans::again(app, &cast.planner, &id, "what is left").unwrap().plans.remove(0);
        assert_eq!((anew.steps, anew.waits, anew.first_start), (1, 1, Some(second)));
        assert_eq!(anew.replaces, None);
        plans::submit(app, &cast.planner, &anew.id.to_string(), "").unwrap();
        plans::release(app, &cast.approver, &anew.id.to_string(), "go").unwrap();
        assert_eq!(plans::show(app, &cast.viewer, &id).unwrap().line.state.word(), PlanWord::Ended);
    }
}

#[test]
fn a_plan_proposed_while_a_window_is_open_leaves_time_for_its_release() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        ground(&world, &cast);
        clock_to(&world, "2026-11-07T22:00:00Z".parse().unwrap());
        let none = Proposal { lead_minutes: Some(0), ..both_servers(&["KB5000001"]) };
        assert_eq!(code(plans::propose(app, &cast.engineer, &none)), "lead_minutes");
        let at_once = Proposal { lead_minutes: Some(1), ..both_servers(&["KB5000001"]) };
        let (hurried, _) = proposed(&world, &cast.engineer, &at_once);
        let (usual, _) = proposed(&world, &cast.engineer, &both_servers(&["KB5000001"]));
        let first = |id: &str| plans::show(app, &cast.viewer, id).unwrap().line.first_start.unwrap();
        assert_eq!(first(&hurried), app.now().plus_micros(MINUTE));
        assert_eq!(first(&usual), app.now().plus_micros(60 * MINUTE));
        world.clock.advance_micros(20 * MINUTE);
        assert_eq!(code(plans::submit(app, &cast.planner, &hurried, "")), "plan-check", "it is late already");
        plans::submit(app, &cast.planner, &usual, "").unwrap();
        plans::release(app, &cast.approver, &usual, "go").unwrap();
        let endless = Proposal { lead_minutes: Some(1_000_000), ..both_servers(&["KB5000001"]) };
        assert_eq!(code(plans::propose(app, &cast.engineer, &endless)), "lead_minutes");
    }
}

/// Three servers of one group that can lose one, the last two of them soaking.
fn group_of_three(world: &World, cast: &Cast) -> String {
    world.grows(&format!("{}SRV-4,North,Z2,server,Acme,Historian,{LITTLE}\n", crate::support::COLUMNS));
    world.import("asset_tag,redundancy_group\nSRV-1,historian\nSRV-2,historian\nSRV-4,historian\n");
    planning::put_group(&world.app, &cast.engineer, "North", ("historian", 1, "P&ID 7"), "").unwrap();
    ground(world, cast);
    reached(world, cast, &["SRV-1", "SRV-2", "SRV-4"]);
    let mut wanted = both_servers(&["KB5000001"]);
    wanted.assets.push("SRV-4".to_owned());
    let (id, steps) = proposed(world, &cast.engineer, &wanted);
    assert_eq!(steps, 3);
    plans::submit(&world.app, &cast.planner, &id, "").unwrap();
    begun_by(world, cast, &cast.both, &id);
    id
}

#[test]
fn one_person_alone_does_not_take_a_whole_group_out_of_work() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        let id = group_of_three(&world, &cast);
        let plan = id_of(&world, &cast, &id);
        let writers = plans::show(app, &cast.viewer, &id).unwrap().writers;
        assert_eq!(writers["historian"].0, "a.weber", "whoever releases it sees who wrote the number");
        done(&world, &cast, &id, 1);
        opened(&world, &cast.planner, &id, 2).unwrap();
        // Another number is written while the plan is carried out: nobody has released it on that ground.
        let lose = |most| {
            planning::put_group(
                app,
                &cast.engineer,
                "North",
                ("historian", most, "P&ID 7"),
                "a pump was added",
            )
        };
        lose(2).unwrap();
        clock_to(&world, start_of(&world, &cast, &id, 2));
        hands(&world, plan, good);
        let shown = execution::show(app, &cast.viewer, &id).unwrap();
        let why = shown.steps[1].wait_why.clone().unwrap_or_default();
        assert!(why.contains("`historian` can lose 1 then and can lose 2 now"), "{why}");
        lose(1).unwrap();
        // Leaving the group does not help either.
        world.grows("asset_tag,redundancy_group\nSRV-2,another\n");
        hands(&world, plan, good);
        let shown = execution::show(app, &cast.viewer, &id).unwrap();
        let why = shown.steps[1].wait_why.clone().unwrap_or_default();
        assert!(why.contains("SRV-2 was in `historian` and is in `another`"), "{why}");
        world.grows("asset_tag,redundancy_group\nSRV-2,historian\n");
        for step in [2, 3] {
            clock_to(&world, start_of(&world, &cast, &id, step).max(app.now()));
            hands(&world, plan, good);
        }
        assert_eq!(states(&world, &cast, &id)[1..], ["verified", "verified"]);
        let back = |step| {
            let said = Said::BackWanted { why: "the trend looks odd".into() };
            code(execution::say(app, &cast.planner, (&id, step), &said, "").map(|run| run.state.word()))
        };
        let want = Said::BackWanted { why: "it disturbs me".into() };
        for part in [&cast.engineer, &cast.both] {
            assert_eq!(
                code(execution::say(app, part, (&id, 2), &want, "")),
                "four-eyes",
                "a hand in the plan"
            );
        }
        execution::pause(app, &cast.planner, &id, Some("the mill runs")).unwrap();
        assert_eq!(back(2), "pause", "what works can wait");
        execution::pause(app, &cast.planner, &id, None).unwrap();
        assert!(back(2).starts_with("done"), "one can be lost");
        assert_eq!(back(3), "group", "and not a second one");
        // In a person's hands it is still one that works.
        hands(&world, plan, good);
        assert_eq!(states(&world, &cast, &id)[1], "by_hand");
        assert_eq!(code(execution::say(app, &cast.engineer, (&id, 2), &want, "")), "four-eyes");
        let accept = Said::FailureAccepted { why: "it is nothing".into() };
        assert_eq!(code(execution::say(app, &cast.engineer, (&id, 2), &accept, "")), "four-eyes");
        assert_eq!(code(execution::say(app, &cast.both, (&id, 2), &accept, "")), "four-eyes", "who began it");
        execution::say(app, &cast.planner, (&id, 2), &accept, "").unwrap();
    }
}

/// A plan of one server, begun.
fn of_one(world: &World, cast: &Cast, tag: &str, patch: &str) -> String {
    let wanted = Proposal { assets: vec![tag.to_owned()], ..both_servers(&[patch]) };
    let (id, steps) = proposed(world, &cast.engineer, &wanted);
    assert_eq!(steps, 1, "{:?}", waits(world, cast, &id));
    plans::submit(&world.app, &cast.planner, &id, "").unwrap();
    begun(world, cast, &id);
    id
}

#[test]
fn what_nobody_reached_or_a_person_ended_counts_against_no_patch_and_an_accepted_failure_no_more() {
    for world in worlds() {
        let cast = cast(&world);
        let app = &world.app;
        ground(&world, &cast);
        authorise(&world, &cast, "KB5000002");
        for number in 5..=9 {
            let row = format!("SRV-{number},North,Z2,server,Acme,Historian,{LITTLE}\n");
            world.grows(&format!("{}{row}", crate::support::COLUMNS));
        }
        reached(&world, &cast, &["SRV-5", "SRV-6", "SRV-7", "SRV-8", "SRV-9"]);
        let stops = |id: &str| {
            let shown = execution::show(app, &cast.viewer, id).unwrap();
            shown.stops.iter().map(execution::stop_words).collect::<Vec<_>>()
        };
        // Two hosts that nobody reached, ended by a person.
        for tag in ["SRV-5", "SRV-6"] {
            let id = of_one(&world, &cast, tag, "KB5000001");
            clock_to(&world, start_of(&world, &cast, &id, 1));
            hands(&world, id_of(&world, &cast, &id), |deed| match deed {
                Deed::Preflight => {
                    Outcome::Failed { class: ErrorClass::Unreachable, what: "no route".into() }
                }
                other => good(other),
            });
            let end = Said::Ended { why: "it is scrapped".into() };
            execution::say(app, &cast.engineer, (&id, 1), &end, "").unwrap();
        }
        let free = of_one(&world, &cast, "SRV-9", "KB5000001");
        assert!(stops(&free).is_empty(), "{:?}", stops(&free));
        // Two installations that failed.
        let mut failed = Vec::new();
        for tag in ["SRV-7", "SRV-8"] {
            let id = of_one(&world, &cast, tag, "KB5000002");
            clock_to(&world, start_of(&world, &cast, &id, 1));
            hands(&world, id_of(&world, &cast, &id), |deed| match deed {
                Deed::Install => Outcome::Failed { class: ErrorClass::Broken, what: "exit code 1".into() },
                other => good(other),
            });
            failed.push(id);
        }
        let held = of_one(&world, &cast, "SRV-9", "KB5000002");
        let found = stops(&held);
        assert!(found[0].contains("KB5000002 failed 2 times, 2 of them in other plans"), "{found:?}");
        assert!(found[0].contains("plan 4, step 1; plan 5, step 1"), "{found:?}");
        let accept = Said::FailureAccepted { why: "the disk of that host was broken".into() };
        execution::say(app, &cast.planner, (&failed[0], 1), &accept, "seen at the machine").unwrap();
        assert!(stops(&held).is_empty(), "one failure is left: {:?}", stops(&held));
    }
}

#[test]
fn a_step_to_whose_asset_nothing_leads_is_left_alone_and_says_so() {
    let world = &worlds()[0];
    let cast = cast(world);
    ground(world, &cast);
    let id = submitted(world, &cast);
    let plan = begun(world, &cast, &id);
    clock_to(world, start_of(world, &cast, &id, 1));
    hands(world, plan, good);
    let shown = execution::show(&world.app, &cast.viewer, &id).unwrap();
    assert_eq!(shown.steps[0].state, "waiting");
    let why = shown.steps[0].wait_why.clone().unwrap_or_default();
    assert!(why.contains("enrol an agent, issue a work order, or write its line"), "{why}");
    // The release was for no host in particular, so a line that somebody writes now is none of it.
    reached(world, &cast, &["SRV-1", "SRV-2"]);
    hands(world, plan, good);
    let shown = execution::show(&world.app, &cast.viewer, &id).unwrap();
    let why = shown.steps[0].wait_why.clone().unwrap_or_default();
    assert!(why.contains("was `no line` and is") && why.contains("propose the plan anew"), "{why}");
}
