//! Attacks on the release: by the author, by people who may not, of a stale plan, twice at once.

use crate::support::{code, worlds};
use crate::{Cast, cast, draft, ground, profile, submitted};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::{Caller, planning, plans};
use holdpoint_domain::plan::life::PlanWord;

fn word(world: &crate::support::World, cast: &Cast, id: &str) -> PlanWord {
    plans::show(&world.app, &cast.viewer, id).unwrap().line.state.word()
}

#[test]
fn nobody_releases_their_own_work_and_nobody_without_the_right_releases_any() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        let app = &world.app;
        let id = draft(&world, &cast.both).unwrap().plans[0].id.to_string();
        assert_eq!(code(plans::release(app, &cast.approver, &id, "")), "plan-state", "nobody has asked");
        plans::submit(app, &cast.engineer, &id, "").unwrap();
        assert_eq!(code(plans::release(app, &cast.both, &id, "")), "four-eyes", "the author");
        assert_eq!(code(plans::release(app, &cast.engineer, &id, "")), "not-allowed", "no approver");
        assert_eq!(code(plans::release(app, &cast.viewer, &id, "")), "not-allowed");
        assert_eq!(code(plans::release(app, &cast.admin, &id, "")), "administrator");
        assert_eq!(code(plans::release(app, &Caller::operator("root"), &id, "")), "not-allowed");
        assert_eq!(word(&world, &cast, &id), PlanWord::Submitted);
        plans::withdraw(app, &cast.engineer, &id, "the next round").unwrap();
        // Handing the pen round does not help: who submitted cannot release either.
        let id = draft(&world, &cast.engineer).unwrap().plans[0].id.to_string();
        plans::submit(app, &cast.both, &id, "").unwrap();
        assert_eq!(code(plans::release(app, &cast.both, &id, "")), "four-eyes", "the submitter");
        assert_eq!(code(plans::submit(app, &cast.planner, &id, "")), "plan-state");
        assert_eq!(code(plans::propose(app, &cast.viewer, &crate::both_servers(&[]))), "not-allowed");
        assert_eq!(
            code(plans::propose(app, &Caller::operator("root"), &crate::both_servers(&[]))),
            "not-allowed"
        );
        assert_eq!(code(plans::submit(app, &cast.viewer, &id, "")), "not-allowed");
        assert_eq!(code(plans::withdraw(app, &cast.viewer, &id, "no")), "not-allowed");
    }
}

#[test]
fn of_many_releases_at_once_one_counts() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        let id = submitted(&world, &cast);
        let done = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for who in [&cast.approver, &cast.second, &cast.both, &cast.approver, &cast.second] {
                let (world, id, done) = (&world, &id, &done);
                scope.spawn(move || {
                    if plans::release(&world.app, who, id, "go").is_ok() {
                        done.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(done.load(std::sync::atomic::Ordering::SeqCst), 1, "on {}", world.engine);
        let events = plans::show(&world.app, &cast.viewer, &id).unwrap().events;
        assert_eq!(events.iter().filter(|event| event.state == PlanWord::Released).count(), 1);
    }
}

#[test]
fn a_release_and_a_change_of_what_it_counts_on_do_not_pass_each_other() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        for round in 0..6 {
            let id = submitted(&world, &cast);
            std::thread::scope(|scope| {
                let (world, cast, id) = (&world, &cast, &id);
                scope.spawn(move || drop(plans::release(&world.app, &cast.approver, id, "go")));
                scope.spawn(move || {
                    let mut other = profile();
                    other.work_minutes = 61 + round;
                    planning::put_profile(&world.app, &cast.engineer, &other, "").unwrap();
                });
            });
            // Whichever was first: a released plan was released on the ground of that moment.
            let events = plans::show(&world.app, &cast.viewer, &id).unwrap().events;
            let log = holdpoint_app::audit::list(
                &world.app,
                &Caller::operator("test"),
                &ListQuery::everything(20, world.app.now()),
            )
            .unwrap();
            let place = |action: &str| log.items.iter().position(|one| one.action == action);
            if events.iter().any(|event| event.state == PlanWord::Released) {
                assert!(place("plan.release") > place("planning.profile"), "the newest first");
            }
            plans::withdraw(&world.app, &cast.engineer, &id, "the next round").unwrap();
        }
    }
}

#[test]
fn two_plans_for_the_same_place_are_not_both_released() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        // Two drafts of the same work: neither holds a place yet, so both want the same one.
        let one = draft(&world, &cast.engineer).unwrap().plans[0].id.to_string();
        let other = draft(&world, &cast.engineer).unwrap().plans[0].id.to_string();
        for id in [&one, &other] {
            plans::submit(&world.app, &cast.planner, id, "").unwrap();
        }
        plans::release(&world.app, &cast.approver, &one, "go").unwrap();
        let refused = plans::release(&world.app, &cast.approver, &other, "go").unwrap_err();
        assert_eq!(refused.code(), "plan-stale");
        assert!(
            refused.to_string().contains("for plan 1, in which it stands and which is released"),
            "{refused}"
        );
        assert_eq!(word(&world, &cast, &other), PlanWord::Submitted);
    }
}
