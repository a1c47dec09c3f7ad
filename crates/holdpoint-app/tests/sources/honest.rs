//! A provider that does as it should: everything is taken once, and every change is found.

use crate::support::{Plant, advisory, asked, caller, counts, documents, settings};
use holdpoint_app::sources::{self, NewProvider};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{advisories, audit};
use holdpoint_domain::advisory::{CheckResult, SignatureState};
use holdpoint_testkit::web::{CsafProvider, Forms, ProviderOptions};

#[test]
fn the_first_check_takes_all_and_the_second_finds_nothing_and_says_so() {
    let server = CsafProvider::start(documents(7));
    let plant = Plant::of(&server);
    let first = plant.check();
    assert_eq!((first.result, counts(&first)), (CheckResult::New, [7, 7, 0, 0, 0]), "{}", first.message);
    assert_eq!(first.message, "");
    let revision = &advisories::revisions(&plant.app, &caller(), "VAL-3").unwrap()[0];
    assert_eq!(revision.signature, SignatureState::Verified { fingerprint: server.fingerprint() });
    assert_eq!(revision.source, format!("provider {}", server.url("/csaf/white/2024/val-3.json")));

    let before = server.requests().len();
    let second = plant.check();
    assert_eq!((second.result, counts(&second)), (CheckResult::None, [7, 0, 0, 7, 0]), "{}", second.message);
    let asked: Vec<_> = server.requests().split_off(before);
    assert!(
        !asked.iter().any(|one| one.path.ends_with(".asc") && !one.path.contains("key")),
        "nothing is proven twice"
    );
    let documents = asked.iter().filter(|one| one.path.starts_with("/csaf/white/2024/"));
    assert!(documents.into_iter().all(|one| one.if_none_match.is_some()));

    assert_eq!(plant.log(), [second.clone(), first]);
    assert_eq!(sources::providers(&plant.app, &caller()).unwrap()[0].last_check, Some(second));
    let actions = actions(&plant);
    assert_eq!(actions.iter().filter(|action| *action == "source.check").count(), 2);
}

fn actions(plant: &Plant) -> Vec<String> {
    let query = ListQuery::everything(100, plant.app.now());
    audit::list(&plant.app, &caller(), &query).unwrap().items.into_iter().map(|entry| entry.action).collect()
}

#[test]
fn changes_are_found_also_silent_ones() {
    let server = CsafProvider::start(documents(4));
    let plant = Plant::of(&server);
    plant.check();
    // The same version and the same dates, other words.
    server.put_document("2024/val-2.json", advisory("VAL-2", "A valve unit trusts everybody, and more"));
    server.put_document("2024/val-9.json", advisory("VAL-9", "Another one"));
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [5, 1, 1, 3, 0]), "{}", check.message);
    assert_eq!(advisories::revisions(&plant.app, &caller(), "VAL-2").unwrap().len(), 2);
}

#[test]
fn a_server_whose_marks_lie_is_found_out_within_a_week() {
    let server = CsafProvider::start(documents(2));
    let plant = Plant::of(&server);
    plant.check();
    server.put_document("2024/val-2.json", advisory("VAL-2", "Changed behind an old mark"));
    // What a cache that never looks again would say.
    let stale = holdpoint_testkit::web::Fault::StatusTimes { status: 304, times: 1 };
    server.set_fault("/csaf/white/2024/val-2.json", stale);
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::None, [2, 0, 0, 2, 0]), "{}", check.message);
    server.clear_faults();
    plant.clock.advance_micros(8 * crate::support::DAY);
    let before = server.requests().len();
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [2, 0, 1, 1, 0]), "{}", check.message);
    let asked = server.requests().split_off(before);
    assert!(asked.iter().filter(|one| one.path.ends_with(".json")).all(|one| one.if_none_match.is_none()));
    // The week begins anew for the one that was as before.
    let before = server.requests().len();
    assert_eq!(counts(&plant.check()), [2, 0, 0, 2, 0]);
    let asked = server.requests().split_off(before);
    assert!(asked.iter().filter(|one| one.path.contains("/2024/")).all(|one| one.if_none_match.is_some()));
}

#[test]
fn both_forms_lead_to_the_same_and_feeds_are_preferred() {
    for forms in [Forms::Rolie, Forms::Directory, Forms::Both] {
        let server = CsafProvider::start_with(ProviderOptions {
            documents: documents(5),
            forms,
            ..ProviderOptions::default()
        });
        let plant = Plant::of(&server);
        let check = plant.check();
        assert_eq!(counts(&check), [5, 5, 0, 0, 0], "{forms:?}: {}", check.message);
        let (feed, changes) =
            (asked(&server, "/csaf/white/feed-tlp-white.json"), asked(&server, "/csaf/white/changes.csv"));
        let expected = match forms {
            Forms::Rolie | Forms::Both => (1, 0),
            Forms::Directory => (0, 1),
        };
        assert_eq!((feed, changes), expected);
        assert_eq!(counts(&plant.check()), [5, 0, 0, 5, 0], "{forms:?}");
    }
}

#[test]
fn a_folder_without_a_list_of_changes_is_read_by_its_index() {
    let options =
        ProviderOptions { documents: documents(3), forms: Forms::Directory, ..ProviderOptions::default() };
    let server = CsafProvider::start_with(options);
    server.set_fault("*/changes.csv", holdpoint_testkit::web::Fault::Status(404));
    let plant = Plant::of(&server);
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [3, 3, 0, 0, 0]), "{}", check.message);
    assert!(check.message.contains("`index.txt` was read instead"), "{}", check.message);
}

#[test]
fn on_postgresql_it_is_the_same() {
    let database = holdpoint_testkit::postgres::database();
    let store = Store::open(&Location::parse(&database.url()).unwrap()).unwrap();
    let server = CsafProvider::start(documents(4));
    let new =
        NewProvider { name: "valves".to_owned(), address: server.metadata_url(), ..NewProvider::default() };
    let plant = Plant::in_store(store, settings(&server), new);
    assert_eq!(counts(&plant.check()), [4, 4, 0, 0, 0]);
    server.put_document("2024/val-1.json", advisory("VAL-1", "Changed"));
    assert_eq!(counts(&plant.check()), [4, 0, 1, 3, 0]);
    assert_eq!(plant.log().len(), 2);
}
