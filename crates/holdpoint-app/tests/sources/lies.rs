//! A provider that lies: what cannot be proven goes to quarantine with its reason, and the others are taken.

use crate::support::{LIMIT, Plant, advisory, advisory_of, caller, counts, documents, settings};
use holdpoint_app::advisories;
use holdpoint_app::intake::files;
use holdpoint_app::sources::{self, NewProvider};
use holdpoint_domain::advisory::{CheckResult, SignatureState};
use holdpoint_testkit::web::{CsafProvider, Fault, Forms, ProviderOptions};
use std::time::Duration;

const DOCUMENT: &str = "/csaf/white/2024/val-2.json";

fn beside(ending: &str) -> String {
    format!("{DOCUMENT}{ending}")
}

#[test]
fn what_is_not_proven_goes_to_quarantine_with_its_reason_and_the_others_are_taken() {
    let cases = [
        (beside(".sha256"), Fault::WrongDigest, "hash-mismatch"),
        (beside(".sha256"), Fault::Html, "hash-unreadable"),
        (beside(".sha*"), Fault::Status(404), "hash-missing"),
        (beside(".sha*"), Fault::Status(500), "hash-not-fetched"),
        (beside(".asc"), Fault::OtherKey, "unknown-key"),
        (beside(".asc"), Fault::OtherDocument, "signature-mismatch"),
        (beside(".asc"), Fault::Status(404), "signature-missing"),
        (beside(".asc"), Fault::Status(503), "signature-not-fetched"),
        (beside(".asc"), Fault::Html, "not-a-signature"),
        (DOCUMENT.to_owned(), Fault::ChangedByte, "hash-mismatch"),
        (DOCUMENT.to_owned(), Fault::Html, "hash-mismatch"),
    ];
    for (path, fault, code) in cases {
        let server = CsafProvider::start(documents(5));
        server.set_fault(&path, fault.clone());
        let plant = Plant::of(&server);
        let check = plant.check();
        assert_eq!(counts(&check), [5, 4, 0, 0, 1], "{fault:?} at {path}: {}", check.message);
        assert_eq!(plant.held(), [("val-2.json".to_owned(), code.to_owned())], "{fault:?} at {path}");
        assert!(check.message.contains("`val-2.json`") && check.message.contains(code), "{}", check.message);
        assert_eq!(plant.advisories(), 4);

        // It is not put there twice, and told each time.
        let again = plant.check();
        assert_eq!((again.result, counts(&again)), (CheckResult::None, [5, 0, 0, 4, 1]), "{}", again.message);
        assert_eq!(plant.quarantine().len(), 1);

        // Once the publisher has put it right, it is believed.
        server.clear_faults();
        let right = plant.check();
        assert_eq!((right.result, counts(&right)), (CheckResult::New, [5, 1, 0, 4, 0]), "{}", right.message);
        if !path.ends_with(".json") {
            let ended = plant.quarantine()[0].released.clone().expect("these bytes were proven");
            assert_eq!(ended.by, caller().actor.name());
        }
    }
}

#[test]
fn what_does_not_come_is_named_and_asked_for_again() {
    let pause = Duration::from_millis(500);
    let cases = [
        (Fault::Redirect("https://elsewhere.example/val-2.json".to_owned()), "redirect"),
        (Fault::Truncated { after: 40, times: 99 }, "broke off"),
        (Fault::TruncatedChunks { after: 40 }, "broke off"),
        (Fault::Drip { bytes: 1, pause }, "too slow"),
        (Fault::Silence, "too slow"),
        (Fault::Endless, "larger than the limit"),
        (Fault::HugeLength(LIMIT * 1_000_000), "larger than the limit"),
        (Fault::GzipBomb { unpacked: 64 * 1024 * 1024 }, "larger than the limit"),
        (Fault::Status(404), "there is nothing at"),
        (Fault::Status(403), "is not given to us"),
        (Fault::Status(500), "(status 500)"),
    ];
    for (fault, words) in cases {
        let server = CsafProvider::start(documents(3));
        server.set_fault(DOCUMENT, fault.clone());
        let plant = Plant::of(&server);
        let check = plant.check();
        assert_eq!(
            (check.result, counts(&check)),
            (CheckResult::Failed, [3, 2, 0, 0, 0]),
            "{fault:?}: {}",
            check.message
        );
        let words = if words == "redirect" { "sends us on to" } else { words };
        assert!(
            check.message.contains(words) && check.message.contains("val-2.json"),
            "{fault:?}: {}",
            check.message
        );
        assert_eq!(plant.quarantine(), []);
        server.clear_faults();
        let right = plant.check();
        assert_eq!((right.result, counts(&right)), (CheckResult::New, [3, 1, 0, 2, 0]), "{}", right.message);
    }
}

#[test]
fn a_passing_trouble_is_passed_over() {
    let server = CsafProvider::start(documents(3));
    server.set_fault(DOCUMENT, Fault::StatusTimes { status: 503, times: 1 });
    server.set_fault("*.asc", Fault::AskToWait { seconds: 2, times: 1 });
    let plant = Plant::of(&server);
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [3, 3, 0, 0, 0]), "{}", check.message);
}

#[test]
fn a_server_that_goes_away_is_not_asked_for_every_document() {
    let server = CsafProvider::start(documents(60));
    server.set_fault("/csaf/white/2024/*", Fault::Status(500));
    let plant = Plant::of(&server);
    let check = plant.check();
    assert_eq!((check.result, check.counts.read), (CheckResult::Failed, 10));
    assert!(check.message.contains("10 documents in a row"), "{}", check.message);
}

#[test]
fn a_feed_that_lies_about_places_is_not_followed() {
    let own = "https://localhost";
    let entry = |url: &str| {
        format!(
            r#"{{"id":"X","title":"x","link":[],"published":"2024-01-01T00:00:00Z",
            "updated":"2024-01-01T00:00:00Z","content":{{"type":"application/json","src":"{url}"}},
            "format":{{"schema":"x","version":"2.0"}}}}"#
        )
    };
    let server = CsafProvider::start(documents(1));
    let good = server.url("/csaf/white/2024/val-1.json");
    let urls = [
        "https://evil.example/a.json",
        "http://localhost/a.json",
        "https://10.0.0.1/a.json",
        "file:///etc/passwd",
        own,
        good.as_str(),
    ];
    let entries: Vec<String> = urls.iter().map(|url| entry(url)).collect();
    let feed = format!(
        r#"{{"feed":{{"id":"f","title":"f","link":[],"updated":"2024-01-01T00:00:00Z","category":[
        {{"scheme":"urn:ietf:params:rolie:category:information-type","term":"csaf"}}],"entry":[{}]}}}}"#,
        entries.join(",")
    );
    server.set_fault(
        "*/feed-tlp-white.json",
        Fault::Replace { bytes: feed.into_bytes(), content_type: "application/json".to_owned() },
    );
    let plant = Plant::of(&server);
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::Failed, [1, 1, 0, 0, 0]), "{}", check.message);
    for url in &urls[..5] {
        assert!(check.message.contains(url), "{url}: {}", check.message);
    }
}

#[test]
fn names_of_a_list_do_not_leave_their_folder() {
    let options =
        ProviderOptions { documents: documents(1), forms: Forms::Directory, ..ProviderOptions::default() };
    let server = CsafProvider::start_with(options);
    let list = "\"../../secret.json\",\"2024-01-01T00:00:00Z\"\n\"https://evil.example/a.json\",\"2024-01-01T00:00:00Z\"\n\
                \"%2e%2e/secret.json\",\"2024-01-01T00:00:00Z\"\n\"2024/val-1.json\",\"2024-01-01T00:00:00Z\"\n";
    server.set_fault(
        "*/changes.csv",
        Fault::Replace { bytes: list.into(), content_type: "text/csv".to_owned() },
    );
    let plant = Plant::of(&server);
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::Failed, [1, 1, 0, 0, 0]), "{}", check.message);
    assert!(
        check.message.contains("secret.json") && check.message.contains("evil.example"),
        "{}",
        check.message
    );
    assert!(!server.requests().iter().any(|one| one.path.contains("secret")));
}

#[test]
fn a_proven_document_that_is_no_advisory_is_held_and_not_fetched_again() {
    let mut all = documents(2);
    all.push(("2024/broken.json".to_owned(), br#"{"document": {"title": "half"}}"#.to_vec()));
    let server = CsafProvider::start(all);
    let plant = Plant::of(&server);
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [3, 2, 0, 0, 1]), "{}", check.message);
    assert_eq!(plant.held().len(), 1);
    assert_eq!(counts(&plant.check()), [3, 0, 0, 3, 0]);
    assert_eq!(plant.held().len(), 1);
}

#[test]
fn one_provider_does_not_rewrite_what_another_said() {
    let elsewhere = advisory_of("https://other.example", "OTH-1", "As its publisher says");
    let forged = advisory_of("https://other.example", "OTH-1", "Nothing to see here");
    let mirrored = advisory_of("https://other.example", "OTH-2", "Mirrored");
    let server = CsafProvider::start(vec![
        ("2024/oth-1.json".to_owned(), forged),
        ("2024/oth-2.json".to_owned(), mirrored),
        ("2024/wrong-name.json".to_owned(), advisory("VAL-1", "Under another name")),
    ]);
    let plant = Plant::of(&server);
    files::import_bytes(&plant.app, &caller(), "oth-1.json", elsewhere, "").unwrap();
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [3, 2, 0, 0, 1]), "{}", check.message);
    assert_eq!(plant.held(), [("oth-1.json".to_owned(), "foreign-publisher".to_owned())]);
    let codes = |id: &str| -> Vec<String> {
        let detail = advisories::get(&plant.app, &caller(), id, plant.app.now()).unwrap();
        detail.advisory.warnings.into_iter().map(|warning| warning.code).collect()
    };
    assert!(codes("OTH-2").contains(&"csaf-other-publisher".to_owned()));
    assert!(codes("VAL-1").contains(&"csaf-file-name".to_owned()));
    // What it brought itself it may change.
    server.put_document("2024/oth-2.json", advisory_of("https://other.example", "OTH-2", "Mirrored anew"));
    assert_eq!(counts(&plant.check()), [3, 0, 1, 1, 1]);
}

#[test]
fn what_a_person_took_on_their_word_does_not_come_back_to_quarantine() {
    let server = CsafProvider::start(documents(2));
    server.set_fault(&beside(".asc"), Fault::OtherKey);
    let plant = Plant::of(&server);
    plant.check();
    let held = plant.quarantine()[0].id.to_string();
    sources::release(&plant.app, &caller(), &held, "the publisher confirmed it by telephone").unwrap();
    assert_eq!(plant.advisories(), 2);
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::None, [2, 0, 0, 2, 0]), "{}", check.message);
    assert!(check.message.contains("`val-2.json` is here already, and still"), "{}", check.message);
    assert_eq!((plant.held(), plant.quarantine().len()), (Vec::new(), 1));
}

/// Metadata of a provider that promises nothing.
fn without_promise(server: &CsafProvider, distribution: &str, keys: &str) -> Fault {
    let metadata = format!(
        r#"{{"canonical_url":"{}","distributions":[{distribution}],"last_updated":"2024-01-01T00:00:00Z",
        "list_on_CSAF_aggregators":true,"mirror_on_CSAF_aggregators":true,"metadata_version":"2.0",
        "public_openpgp_keys":[{keys}],"role":"csaf_provider",
        "publisher":{{"category":"vendor","name":"Valves","namespace":"https://publisher.example"}}}}"#,
        server.metadata_url(),
    );
    Fault::Replace { bytes: metadata.into_bytes(), content_type: "application/json".to_owned() }
}

#[test]
fn what_a_provider_of_no_role_announces_must_hold_when_it_is_there() {
    let server = CsafProvider::start(documents(4));
    let feed = format!(
        r#"{{"rolie":{{"feeds":[{{"tlp_label":"WHITE","url":"{}"}}]}}}}"#,
        server.url("/csaf/white/feed-tlp-white.json")
    );
    let key = format!(r#"{{"url":"{}"}}"#, server.url("/csaf/openpgp/key.asc"));
    server.set_fault("*/provider-metadata.json", without_promise(&server, &feed, &key));
    server.set_fault("*val-1.json.asc", Fault::OtherDocument);
    server.set_fault("*val-2.json.sha256", Fault::WrongDigest);
    server.set_fault("*val-3.json.*", Fault::Status(404));
    let plant = Plant::of(&server);
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [4, 2, 0, 0, 2]), "{}", check.message);
    let held = [("val-1.json", "signature-mismatch"), ("val-2.json", "hash-mismatch")];
    assert_eq!(plant.held(), held.map(|(name, code)| (name.to_owned(), code.to_owned())));
    let state = |id| advisories::revisions(&plant.app, &caller(), id).unwrap()[0].signature.clone();
    assert_eq!(state("VAL-3"), SignatureState::Absent);
    assert_eq!(state("VAL-4"), SignatureState::Verified { fingerprint: server.fingerprint() });
    assert!(check.message.contains("announces a signature that is not there"), "{}", check.message);

    // Without a key nobody can look, and that is said.
    server.clear_faults();
    server.set_fault("*/provider-metadata.json", without_promise(&server, &feed, ""));
    let plant = Plant::of(&server);
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [4, 4, 0, 0, 0]), "{}", check.message);
    let line = advisories::revisions(&plant.app, &caller(), "VAL-1").unwrap().remove(0);
    assert_eq!(line.signature, SignatureState::NotChecked);
    assert!(check.message.contains("announces no key"), "{}", check.message);
}

#[test]
fn pinned_keys_ask_for_signatures_but_not_for_hashes_that_nobody_promised() {
    let options =
        ProviderOptions { documents: documents(3), forms: Forms::Directory, ..ProviderOptions::default() };
    let server = CsafProvider::start_with(options);
    let folder = format!(r#"{{"directory_url":"{}"}}"#, server.url("/csaf/white/"));
    let key = format!(r#"{{"url":"{}"}}"#, server.url("/csaf/openpgp/key.asc"));
    server.set_fault("*/provider-metadata.json", without_promise(&server, &folder, &key));
    server.set_fault("*.sha*", Fault::Status(404));
    server.set_fault("*val-2.json.asc", Fault::Status(404));
    let address = server.metadata_url();
    let fingerprints = vec![server.fingerprint()];
    let new = NewProvider { name: "pinned".to_owned(), address, fingerprints, ..NewProvider::default() };
    let plant = Plant::with(settings(&server), new);
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [3, 2, 0, 0, 1]), "{}", check.message);
    assert_eq!(plant.held(), [("val-2.json".to_owned(), "signature-missing".to_owned())]);
}

#[test]
fn a_provider_of_no_role_is_taken_without_signatures_and_says_so_once() {
    let options =
        ProviderOptions { documents: documents(3), forms: Forms::Directory, ..ProviderOptions::default() };
    let server = CsafProvider::start_with(options);
    let folder = format!(r#"{{"directory_url":"{}"}}"#, server.url("/csaf/white/"));
    server.set_fault("*/provider-metadata.json", without_promise(&server, &folder, ""));
    let plant = Plant::of(&server);
    let check = plant.check();
    assert_eq!((check.result, counts(&check)), (CheckResult::New, [3, 3, 0, 0, 0]), "{}", check.message);
    assert_eq!(check.message.matches("not signed").count(), 1);
    // Pinned keys demand signatures, whatever the role; this provider announces no key.
    let pinned = NewProvider {
        name: "pinned".to_owned(),
        address: server.metadata_url(),
        fingerprints: vec![server.fingerprint()],
        ..NewProvider::default()
    };
    let plant = Plant::with(settings(&server), pinned);
    let check = plant.check();
    assert_eq!((check.result, check.counts.read), (CheckResult::Failed, 0), "{}", check.message);
}
