//! Checks that are cut off: what was taken in stays, and the next check goes on from there.

use crate::support::{Plant, asked, counts, documents};
use holdpoint_app::sources::retrieve::{Visit, visit};
use holdpoint_domain::advisory::CheckResult;
use holdpoint_testkit::web::CsafProvider;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Says yes so many times, then does what it is given.
fn after(
    turns: usize,
    then: impl Fn() -> bool + Send + Sync + 'static,
) -> Arc<dyn Fn() -> bool + Send + Sync> {
    let left = AtomicUsize::new(turns);
    Arc::new(move || {
        let more = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        more || then()
    })
}

fn downloads(server: &CsafProvider) -> usize {
    let whole = |one: &holdpoint_testkit::web::SeenRequest| {
        one.path.ends_with(".json") && one.path.contains("/2024/")
    };
    server.requests().iter().filter(|one| whole(one) && one.if_none_match.is_none()).count()
}

#[test]
fn a_crash_loses_at_most_a_batch() {
    let server = CsafProvider::start(documents(10));
    let mut plant = Plant::of(&server);
    plant.conduct.go_on = after(8, || panic!("the power went"));
    let crashed = catch_unwind(AssertUnwindSafe(|| {
        let call = Visit { provider: plant.provider.id, reason: "", conduct: &plant.conduct };
        visit(&plant.app, &crate::support::caller(), call)
    }));
    assert!(crashed.is_err());
    // Two batches of three were committed; two documents were fetched and lost.
    assert_eq!((plant.advisories(), downloads(&server), plant.log().len()), (6, 8, 0));
    plant.conduct.go_on = Arc::new(|| true);
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [10, 4, 0, 6, 0]), "{}", check.message);
    assert_eq!(downloads(&server), 12);
    assert_eq!(asked(&server, "/csaf/white/2024/val-1.json.asc"), 1);
}

#[test]
fn a_check_that_is_told_to_stop_keeps_all_and_says_so() {
    let server = CsafProvider::start(documents(10));
    let mut plant = Plant::of(&server);
    plant.conduct.go_on = after(5, || false);
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::Failed, [5, 5, 0, 0, 0]), "{}", check.message);
    assert!(
        check.message.contains("told to stop") && check.message.contains("goes on where"),
        "{}",
        check.message
    );
    plant.conduct.go_on = Arc::new(|| true);
    assert_eq!(counts(&plant.check()), [10, 5, 0, 5, 0]);
    assert_eq!(downloads(&server), 10);
}
