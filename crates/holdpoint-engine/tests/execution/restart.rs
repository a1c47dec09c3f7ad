//! The restart is work of its own: what is asked before an installation is asked again before it.

use super::plant::MINUTE;
use super::simulator::{one_step, turn_of};
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Applied, Attempt, Deed, Event, Outcome, StepRun, StepState};
use holdpoint_engine::execution::{
    Approval, Interlock, Operator, PlanFacts, Release, RestartRule, Room, Supplier, WaitFor,
};
use std::collections::{BTreeMap, BTreeSet};

/// A step that was installed five minutes ago, in a plant in which nothing is against its restart.
fn installed(now: Moment) -> StepRun {
    let mut run = StepRun::new(1);
    for deed in [Deed::Stage, Deed::Preflight, Deed::Backup, Deed::Install] {
        let at = now.plus_micros(-5 * MINUTE);
        let attempt = Attempt { number: 1, intended_at: at, deadline: now };
        for event in [
            Event::Intended { deed, attempt },
            Event::Ended { deed, attempt: 1, at, outcome: Outcome::Succeeded },
        ] {
            let Ok(Applied::Changed(after)) = run.after(&event) else { panic!("{event:?} on {run:?}") };
            run = after;
        }
    }
    assert!(matches!(run.state, StepState::AwaitingRestart { .. }));
    run
}

/// What the step waits for when something of the plant is changed; `None`: the restart is intended.
fn waits(change: impl Fn(&mut PlanFacts<'_>)) -> Option<(WaitFor, String)> {
    let world = one_step();
    let mut facts = turn_of(&world);
    facts.steps[0].run = installed(world.now);
    facts.steps[0].restart = RestartRule::Automatic;
    facts.steps[0].room = Room::Open { until: world.now.plus_micros(300 * MINUTE) };
    change(&mut facts);
    let turn = holdpoint_engine::execution::next_turn(&facts);
    match turn.events.as_slice() {
        [] => turn.waits.first().map(|wait| (wait.for_what, wait.why.clone())),
        [(1, Event::Intended { deed: Deed::Restart, attempt })] => {
            let lasts = attempt.deadline.since(attempt.intended_at) / MINUTE;
            assert!((10..=30).contains(&lasts), "{lasts}");
            None
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_restart_is_held_by_everything_that_holds_an_installation() {
    let now = one_step().now;
    let later = |minutes: i64| now.plus_micros(minutes * MINUTE);
    let held = |change: &dyn Fn(&mut PlanFacts<'_>)| waits(change).expect("it waits").0;
    assert_eq!(waits(|_| {}), None, "nothing is against it");
    assert_eq!(held(&|f| f.release = Release::Withdrawn { why: "x".into() }), WaitFor::Release);
    assert_eq!(held(&|f| f.paused = Some("x".into())), WaitFor::Pause);
    let fallen = || Approval::NotEffective { what: "rejected".into() };
    assert_eq!(held(&|f| f.steps[0].approval = fallen()), WaitFor::Approval);
    assert_eq!(held(&|f| f.steps[0].approval = Approval::Unknown { what: "x".into() }), WaitFor::Approval);
    let against = || Supplier::Against { word: "no".into(), overridden_until: None };
    assert_eq!(held(&|f| f.steps[0].supplier = against()), WaitFor::Supplier);
    assert_eq!(held(&|f| f.steps[0].room = Room::Frozen { until: later(60) }), WaitFor::Freeze);
    assert_eq!(held(&|f| f.steps[0].room = Room::Closed { opens: None }), WaitFor::Window);
    assert_eq!(held(&|f| f.in_work_elsewhere = BTreeSet::from([f.plan.steps[0].asset])), WaitFor::Earlier);
    assert_eq!(
        held(&|f| f.groups[0].out_now = BTreeSet::from([holdpoint_domain::id::AssetId::from_bytes([9; 16])])),
        WaitFor::Group
    );
    let other = |n: u8| (holdpoint_domain::id::AssetId::from_bytes([n; 16]), format!("B-{n} is not heard"));
    let unheard =
        |f: &mut PlanFacts<'_>| f.silent = BTreeMap::from([("pair".into(), BTreeMap::from([other(9)]))]);
    let (held_by, why) = waits(unheard).expect("it waits");
    assert_eq!(held_by, WaitFor::Group);
    assert_eq!(why, "`pair` can lose 1, and with this one 2 would be out, counting B-9 is not heard");
    // What is out already is not counted twice, and another group's member not at all.
    let twice = |f: &mut PlanFacts<'_>| {
        unheard(f);
        f.groups[0].may_lose = Some(2);
        f.groups[0].out_now = BTreeSet::from([other(9).0]);
    };
    assert_eq!(waits(twice), None);
    assert_eq!(waits(|f| f.silent = BTreeMap::from([("line".into(), BTreeMap::from([other(9)]))])), None);
    let itself = |f: &mut PlanFacts<'_>| {
        let own = BTreeMap::from([(f.plan.steps[0].asset, "x".to_owned())]);
        f.silent = BTreeMap::from([("pair".into(), own)]);
    };
    assert_eq!(waits(itself), None, "what is not heard of the asset itself is no matter of its group");
    let refused = || Interlock::Refused { what: "the mill runs".into() };
    assert_eq!(held(&|f| f.steps[0].interlock = refused()), WaitFor::Interlock);
    assert_eq!(held(&|f| f.steps[0].interlock = Interlock::Permitted { at: later(-6) }), WaitFor::Interlock);
    assert_eq!(waits(|f| f.steps[0].interlock = Interlock::Permitted { at: later(-4) }), None);
    // Its own people and its own place are no reason against it.
    let window = one_step().plan.steps[0].window;
    let left = |people, steps| holdpoint_engine::execution::Left { people: Some(people), steps: Some(steps) };
    assert_eq!(waits(|f| f.left = BTreeMap::from([(window, left(1, 1))])), None);
    assert_eq!(held(&|f| f.left = BTreeMap::from([(window, left(0, 0))])), WaitFor::Capacity);
}

#[test]
fn a_word_about_the_restart_is_no_pass_and_its_length_counts() {
    let now = one_step().now;
    let until = |minutes: i64| Room::Open { until: now.plus_micros(minutes * MINUTE) };
    let agreed = RestartRule::OperatorAgrees(Operator::Agreed);
    let found = waits(|f| {
        f.steps[0].restart = agreed.clone();
        f.steps[0].room = Room::Frozen { until: now.plus_micros(MINUTE) };
    });
    assert_eq!(found.map(|(why, _)| why), Some(WaitFor::Freeze), "the operator's word opens no freeze");
    // Sixty minutes of work, five of them gone: at most thirty for the restart and twenty for the undo; the margin may go.
    assert_eq!(waits(|f| f.steps[0].room = until(50)), None);
    let (held, why) = waits(|f| f.steps[0].room = until(49)).expect("it waits");
    assert_eq!(held, WaitFor::Window);
    assert!(why.starts_with("the restart and undo would last until"), "{why}");
}

#[test]
fn what_cannot_restart_is_overdue_with_its_reason_and_goes_to_a_person() {
    let world = one_step();
    let later = |hours: i64| {
        let mut facts = turn_of(&world);
        facts.steps[0].run = installed(world.now);
        facts.steps[0].restart = RestartRule::Automatic;
        facts.now = world.now.plus_micros(hours * 60 * MINUTE);
        facts.steps[0].room = Room::Frozen { until: facts.now.plus_micros(MINUTE) };
        holdpoint_engine::execution::next_turn(&facts)
    };
    assert!(later(3).overdue.is_empty() && later(3).events.is_empty());
    let said = later(5).overdue.remove(&1).expect("overdue");
    assert!(said.contains("not restarted, and waits: a freeze stands"), "{said}");
    let turn = later(9);
    let [(1, Event::Stopped { why, .. })] = turn.events.as_slice() else { panic!("{turn:?}") };
    assert!(why.contains("installed and not restarted") && why.contains("a freeze stands"), "{why}");
}
