//! Spoiled plans: one promise broken at a time, and the checker names it.

use super::script;
use holdpoint_domain::id::{PlanId, WindowId};
use holdpoint_domain::plan::{ChangePlan, HoldKind, HoldRole, WaveKind};
use holdpoint_engine::plan_check::{Promise, check_plan};
use holdpoint_engine::planning::{Facts, make_plan};

const PLANT: &str = "
now 2026-11-20T08:00:00Z until 2027-02-01T00:00:00Z zone UTC
rules pilots 1 wave 2 soak 1440 margin 30
window W maintenance line 2026-11-21T22:00:00 for 480 rule FREQ=DAILY people 2 steps 2
freeze X everywhere 2026-12-20T00:00:00 for 20160
group pumps may-lose 1
asset T zone line test-bed
asset A zone line matters minor group pumps
asset B zone line matters minor group pumps
asset C zone line matters major
work 1 P on T takes 60 undo 60
work 2 P on A takes 60 undo 60
work 3 P on B takes 60 undo 60
work 4 P on C takes 60 undo 60
work 5 Q on C takes 30 undo 30 needs 4 proven
";

fn plant() -> (Facts, ChangePlan) {
    let facts = script::read(PLANT).facts;
    let plan = make_plan(&facts, PlanId::from_bytes([1; 16])).plan;
    assert_eq!(plan.steps.len(), 5);
    assert_eq!(check_plan(&facts, &plan), []);
    (facts, plan)
}

/// Moves a step with all its times.
fn shift(plan: &mut ChangePlan, index: usize, minutes: i64) {
    let step = &mut plan.steps[index];
    for at in [&mut step.start, &mut step.end, &mut step.free_at] {
        *at = at.plus_micros(minutes * 60_000_000);
    }
}

#[test]
fn each_broken_promise_is_named() {
    type Spoil = fn(&mut Facts, &mut ChangePlan);
    let spoils: [(&str, Promise, Spoil); 24] = [
        ("a number is wrong", Promise::Form, |_, plan| plan.steps[1].number = 7),
        ("a step is in two waves", Promise::Form, |_, plan| {
            let first = plan.steps[0].number;
            plan.waves[1].steps.push(first);
        }),
        ("a step is in no wave", Promise::Form, |_, plan| plan.waves[1].steps.clear()),
        ("nobody wants the work", Promise::Work, |facts, _| facts.work.truncate(4)),
        ("the work lacks something", Promise::Work, |facts, _| {
            facts.work[0].missing.push(holdpoint_engine::planning::Missing {
                what: "an Effective entry".to_owned(),
                from: "an approver".to_owned(),
            });
        }),
        ("the duration is made up", Promise::Work, |_, plan| plan.steps[0].estimate.work_minutes = 59),
        ("the undo is forgotten", Promise::Work, |_, plan| plan.steps[0].free_at = plan.steps[0].end),
        ("the way back is another", Promise::Work, |facts, _| facts.work[1].way_back = None),
        ("nothing leads to an asset that is to go back by itself", Promise::Work, |facts, _| {
            facts.assets[0].door = holdpoint_engine::planning::Door::Nothing;
        }),
        ("its client has no way back that can be ordered", Promise::Work, |facts, _| {
            facts.assets[0].door = holdpoint_engine::planning::Door::Device;
        }),
        ("fewer people than it takes", Promise::Work, |facts, _| facts.work[1].people = 2),
        ("it starts in the past", Promise::Work, |facts, plan| facts.now = plan.steps[0].end),
        ("it starts before the window", Promise::Window, |_, plan| shift(plan, 0, -60)),
        ("it ends behind the window", Promise::Window, |_, plan| shift(plan, 0, 420)),
        ("another window", Promise::Window, |_, plan| plan.steps[0].window = WindowId::from_bytes([77; 16])),
        ("a last safe start that is not safe", Promise::Window, |_, plan| {
            plan.steps[0].last_safe_start = plan.steps[0].last_safe_start.plus_micros(60_000_000);
        }),
        ("a freeze", Promise::Freeze, |facts, _| {
            facts.windows[1].schedule = script::read(
                "now 2026-11-20T08:00:00Z until 2027-02-01T00:00:00Z zone UTC\nfreeze X everywhere 2026-11-21T00:00:00 for 2880",
            )
            .facts
            .windows
            .remove(0)
            .schedule;
        }),
        ("the group loses two", Promise::Group, |facts, _| {
            let c = facts.assets[3].id;
            facts.groups[0].out_now.insert(c);
        }),
        ("the group is not said", Promise::Group, |facts, _| facts.groups[0].may_lose = None),
        ("too few people", Promise::Capacity, |facts, plan| {
            let step = &plan.steps[0];
            let period = holdpoint_engine::calendar::Period::new(step.start, step.end).expect("time");
            facts.booked.push(holdpoint_engine::calendar::Booking { window: step.window, period, people: 2 });
        }),
        ("what is needed comes later", Promise::Needs, |facts, _| facts.work[3].needs.push(5)),
        ("no time to soak", Promise::Waves, |facts, _| facts.rules.soak_minutes = 1_000_000),
        ("a wave of another kind", Promise::Waves, |_, plan| plan.waves[0].kind = WaveKind::Rollout),
        ("nobody looks", Promise::Holds, |_, plan| plan.holds.clear()),
    ];
    for (name, promise, spoil) in spoils {
        let (mut facts, mut plan) = plant();
        spoil(&mut facts, &mut plan);
        let found = check_plan(&facts, &plan);
        assert!(found.iter().any(|violation| violation.promise == promise), "{name}: {found:#?}");
    }
}

#[test]
fn the_same_asset_in_two_steps_at_once_is_named() {
    let (facts, mut plan) = plant();
    let first = plan.steps.iter().position(|step| step.patch == "Q").expect("the second patch");
    let other =
        plan.steps.iter().find(|step| step.patch == "P" && step.asset == plan.steps[first].asset).cloned();
    let other = other.expect("the first patch on the same asset");
    let step = &mut plan.steps[first];
    (step.start, step.end) = (other.start, other.start.plus_micros(30 * 60_000_000));
    step.free_at = step.end.plus_micros(60 * 60_000_000);
    let found = check_plan(&facts, &plan);
    assert!(found.iter().any(|violation| violation.promise == Promise::Asset), "{found:#?}");
}

/// The planner asks for the traces of an asset before it is changed, and the stranger misses them when they are forgotten.
#[test]
fn traces_are_asked_for_before_the_asset_is_changed() {
    let mut facts = script::read(PLANT).facts;
    let own = facts.work.iter().position(|work| work.number == 4).expect("work 4");
    facts.work[own].traces = Some("BOD 26-04".to_owned());
    let plan = make_plan(&facts, PlanId::from_bytes([1; 16])).plan;
    assert_eq!(check_plan(&facts, &plan), []);
    let (asset, patch) = (facts.work[own].asset, facts.work[own].patch.clone());
    let step = plan.steps.iter().find(|step| step.asset == asset && step.patch == patch).expect("its step");
    let asked: Vec<_> = plan.holds.iter().filter(|hold| hold.kind == HoldKind::Traces).collect();
    assert_eq!(asked.len(), 1, "{:?}", plan.holds);
    assert_eq!((asked[0].before, asked[0].opened_by), (step.number, HoldRole::Approver));
    assert!(asked[0].evidence.contains("BOD 26-04"), "{}", asked[0].evidence);
    type Spoil = fn(&mut ChangePlan);
    let spoils: [Spoil; 4] = [
        |plan| plan.holds.retain(|hold| hold.kind != HoldKind::Traces),
        |plan| plan.holds.iter_mut().for_each(|hold| hold.kind = HoldKind::Wave),
        |plan| plan.holds.iter_mut().for_each(|hold| hold.opened_by = HoldRole::Engineer),
        |plan| {
            plan.holds
                .iter_mut()
                .filter(|hold| hold.kind == HoldKind::Traces)
                .for_each(|hold| hold.before = 1)
        },
    ];
    for spoil in spoils {
        let mut spoiled = plan.clone();
        spoil(&mut spoiled);
        let found = check_plan(&facts, &spoiled);
        assert!(
            found.iter().any(|one| one.promise == Promise::Holds && one.step == step.number),
            "{:?}: {found:?}",
            spoiled.holds
        );
    }
}
