//! From nothing said to a released plan, with the text that people read.

use crate::support::{code, worlds};
use crate::{authorise, both_servers, cast, draft, ground, profile, saturdays, submitted};
use holdpoint_app::planning::{self, NewObservation};
use holdpoint_app::plans;
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::windows;
use holdpoint_domain::plan::life::PlanWord;

const EXPORT: &str = "\
Change plan 1: Servers of North
North, times of Europe/Berlin. Made on Mon 2026-11-02 09:00 CET by a.weber: monthly round
Draft: nobody has asked for its release.

Pilot wave 1 of KB5000001: the first failure stops everything
    1. SRV-1  Sat 2026-11-07 22:00 CET, done by 23:00, last safe start 03:45  (Saturday night; 60 min as somebody estimated, undo 45 min; back by hand: restore the image of the evening)
HOLD until the engineer sees: wave 1 of KB5000001 is done, verified on every asset, and has run 4320 minutes without a fault
Rollout wave 2 of KB5000001: the first failure stops everything
    2. SRV-2  Sat 2026-11-14 22:00 CET, done by 23:00, last safe start 03:45  (Saturday night; 60 min as somebody estimated, undo 45 min; back by hand: restore the image of the evening)
Exposure left: 436 weight-hours over 2 steps; no plan can be below 436 (0.0 % above it).

What waits, and for what
KB5000009 on SRV-1 waits: for approval in baseline Servers: nobody has decided on this patch (from the approvers)
KB5000009 on SRV-2 waits: for approval in baseline Servers: nobody has decided on this patch (from the approvers)
Nothing starts before Mon 2026-11-02 10:00 CET: 60 minutes are kept for the release.
Looked at until Fri 2027-01-01 09:00 CET.
";

#[test]
fn what_lacks_anything_waits_and_says_for_what() {
    for world in worlds() {
        let cast = cast(&world);
        let proposed =
            plans::propose(&world.app, &cast.engineer, &both_servers(&["KB5000001", "KB5000009"])).unwrap();
        let plan = &proposed.plans[0];
        assert_eq!((plan.steps, plan.waits), (0, 4), "nothing is left out silently");
        let query = ListQuery::everything(100, world.app.now());
        let waits = plans::waits(&world.app, &cast.viewer, &plan.id.to_string(), &query).unwrap();
        let first: Vec<&str> = waits.items.iter().map(|wait| wait.why.as_str()).take(2).collect();
        assert_eq!(
            first,
            [
                "for somebody to say how long it takes; for a way back, or a signed word that there is none",
                "for approval in baseline Servers: nobody has decided on this patch (from the approvers); \
                 for somebody to say how long it takes; for a way back, or a signed word that there is none",
            ]
        );
        assert_eq!(code(plans::submit(&world.app, &cast.engineer, &plan.id.to_string(), "")), "plan-empty");
    }
}

#[test]
fn a_plan_is_drafted_read_submitted_and_released_by_a_third_person() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        let proposed =
            plans::propose(&world.app, &cast.engineer, &both_servers(&["KB5000001", "KB5000009"])).unwrap();
        let id = proposed.plans[0].id.to_string();
        assert_eq!(plans::export(&world.app, &cast.viewer, "1").unwrap(), EXPORT, "on {}", world.engine);
        let shown = plans::show(&world.app, &cast.viewer, &id).unwrap();
        assert_eq!((shown.plan.waves.len(), shown.plan.holds.len()), (2, 1));
        assert!(plans::check(&world.app, &cast.viewer, &id).unwrap().holds());
        let line = plans::submit(&world.app, &cast.planner, &id, "ready").unwrap();
        assert_eq!(line.state.word(), PlanWord::Submitted);
        let line = plans::release(&world.app, &cast.approver, &id, "go").unwrap();
        assert_eq!(line.state.word(), PlanWord::Released);
        let events = plans::show(&world.app, &cast.viewer, &id).unwrap().events;
        let words: Vec<&str> = events.iter().map(|event| event.state.word()).collect();
        assert_eq!(words, ["draft", "submitted", "released"]);
        // Released steps hold their places: other work goes elsewhere.
        authorise(&world, &cast, "KB5000002");
        let other = plans::propose(&world.app, &cast.engineer, &both_servers(&["KB5000002"])).unwrap();
        let first = other.plans[0].first_start.unwrap();
        assert!(first >= shown.plan.steps[0].free_at, "{first} beside {}", shown.plan.steps[0].start);
        let calendar = windows::calendar(
            &world.app,
            &cast.viewer,
            Some("North"),
            windows::Horizon { from: None, to: None },
        );
        let calendar = calendar.unwrap();
        assert_eq!((calendar.entries[0].steps, calendar.entries[0].booked_minutes), (1, 135));
        assert_eq!(calendar.entries[0].room_minutes, Some(480));
    }
}

#[test]
fn a_changed_input_makes_a_plan_stale_and_it_says_which() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        let id = submitted(&world, &cast);
        let mut other = profile();
        other.work_minutes = 90;
        planning::put_profile(&world.app, &cast.engineer, &other, "measured by hand").unwrap();
        let report = plans::check(&world.app, &cast.viewer, &id).unwrap();
        let kinds: Vec<(&str, &str)> =
            report.stale.iter().map(|one| (one.kind.as_str(), one.what.as_str())).collect();
        assert_eq!(kinds, [("duration", "KB5000001 on SRV-1"), ("duration", "KB5000001 on SRV-2")]);
        assert_eq!(report.stale[0].is.as_deref(), Some("90 + 45 min, declared, 1 people"));
        assert_eq!(code(plans::release(&world.app, &cast.approver, &id, "go")), "plan-stale");
        // A new plan takes its place, and the old one says so.
        let mut again = both_servers(&["KB5000001"]);
        again.replaces = Some(id.clone());
        let new = plans::propose(&world.app, &cast.planner, &again).unwrap().plans.remove(0);
        assert_eq!(
            plans::show(&world.app, &cast.viewer, &id).unwrap().line.state.word(),
            PlanWord::Superseded
        );
        plans::submit(&world.app, &cast.engineer, &new.id.to_string(), "").unwrap();
        plans::release(&world.app, &cast.approver, &new.id.to_string(), "go").unwrap();
    }
}

#[test]
fn a_new_freeze_and_an_approval_that_falls_stop_a_plan() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        let id = submitted(&world, &cast);
        let freeze = windows::NewWindow {
            name: "Audit week".to_owned(),
            kind: holdpoint_domain::window::WindowKind::Freeze,
            first: "2026-11-07T00:00".to_owned(),
            minutes: 3 * 24 * 60,
            rule: String::new(),
            people: None,
            steps: None,
            ..saturdays()
        };
        let frozen = windows::create(&world.app, &cast.engineer, &freeze, "auditors are here").unwrap();
        let report = plans::check(&world.app, &cast.viewer, &id).unwrap();
        assert_eq!(report.stale[0].kind, "freeze");
        assert!(report.findings.iter().any(|one| one.promise == "freeze"), "{:?}", report.findings);
        assert_eq!(code(plans::release(&world.app, &cast.approver, &id, "go")), "plan-stale");
        windows::end(&world.app, &cast.engineer, &frozen.window.id.to_string(), "they left").unwrap();
        assert!(plans::check(&world.app, &cast.viewer, &id).unwrap().holds(), "as it was before");
        let hold = holdpoint_app::approval::baselines::EntryDeed::Hold;
        holdpoint_app::approval::baselines::act(
            &world.app,
            &cast.engineer,
            "Servers",
            "KB5000001",
            hold,
            "adverse report",
        )
        .unwrap();
        let report = plans::check(&world.app, &cast.viewer, &id).unwrap();
        assert!(report.stale.iter().all(|one| one.kind == "approval"), "{:?}", report.stale);
        assert_eq!(code(plans::release(&world.app, &cast.approver, &id, "go")), "plan-stale");
        assert_eq!(code(plans::reject(&world.app, &cast.approver, &id, "")), "text");
        plans::reject(&world.app, &cast.approver, &id, "the patch is on hold").unwrap();
    }
}

#[test]
fn durations_that_were_measured_often_enough_count() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        for minutes in [30, 32, 34, 36, 38] {
            let new = NewObservation {
                patch: "KB5000001".to_owned(),
                asset: "SRV-3".to_owned(),
                work_minutes: minutes,
                undo_minutes: None,
                at: None,
            };
            planning::observe(&world.app, &cast.engineer, &new, "").unwrap();
        }
        let plan = draft(&world, &cast.engineer).unwrap().plans.remove(0);
        let query = ListQuery::everything(10, world.app.now());
        let steps = plans::steps(&world.app, &cast.viewer, &plan.id.to_string(), &query).unwrap();
        let step = &steps.items[0];
        assert_eq!((step.step.estimate.work_minutes, step.step.estimate.undo_minutes), (38, 45));
        assert_eq!(
            step.why,
            "measured 5 times on Historian, nine of ten took no longer; undo as somebody wrote down"
        );
    }
}

#[test]
fn a_redundancy_group_of_which_nobody_spoke_waits_and_then_goes_one_by_one() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        world.import("asset_tag,redundancy_group\nSRV-1,historian\nSRV-2,historian\n");
        let plan = draft(&world, &cast.engineer).unwrap().plans.remove(0);
        assert_eq!((plan.steps, plan.waits), (0, 2));
        let groups = planning::groups(&world.app, &cast.viewer).unwrap();
        assert_eq!((groups[0].members.len(), groups[0].said.is_none()), (2, true));
        planning::put_group(&world.app, &cast.engineer, "North", ("historian", 1, "P&ID 7"), "").unwrap();
        let plan = draft(&world, &cast.engineer).unwrap().plans.remove(0);
        assert_eq!((plan.steps, plan.waits), (2, 0));
    }
}
