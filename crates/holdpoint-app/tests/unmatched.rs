//! Assets that no advisory speaks of are listed with the reason, and leave the list with their first line.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_app::edge::{FixedClock, SeededRandom};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run, unmatched};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller, intake};
use holdpoint_domain::Moment;
use holdpoint_domain::matching::NoLine;
use serde_json::json;
use std::sync::Arc;

const NOW: Moment = Moment::from_micros(1_790_000_000_000_000);

const ASSETS: &str = "asset_tag,vendor,product,firmware_version\n\
    A-1,Acme,Valve 12,1\n\
    A-2,Acme,Valve 12,9\n\
    A-3,Acme,Boiler 7000,1\n\
    A-4,Acme,PLC,1\n\
    A-5,Nobody,Valve 12-7,1\n\
    A-6,,Press 9,1\n\
    A-7,Acme,,\n";

fn document(id: &str, vendor: &str, product: &str) -> Vec<u8> {
    stating(id, (vendor, product, "vers:intdot/<2"), "known_affected")
}

fn stating(id: &str, (vendor, product, version): (&str, &str, &str), status: &str) -> Vec<u8> {
    let date = "2026-01-01T00:00:00Z";
    json!({
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.0", "title": product,
            "publisher": {"category": "other", "name": "Test", "namespace": "https://test.example"},
            "notes": [{"category": "summary", "text": "A test document."}],
            "references": [{"category": "self", "summary": "Itself", "url": "https://test.example/a.json"}],
            "tracking": {"id": id, "status": "final", "version": "1", "initial_release_date": date,
                "current_release_date": date,
                "revision_history": [{"date": date, "number": "1", "summary": "First."}]}
        },
        "product_tree": {"branches": [{"category": "vendor", "name": vendor, "branches": [
            {"category": "product_name", "name": product, "branches": [
                {"category": "product_version_range", "name": version,
                 "product": {"name": product, "product_id": "P1"}}]}]}]},
        "vulnerabilities": [{
            "cve": "CVE-2026-0001", "notes": [{"category": "description", "text": "A flaw."}],
            "product_status": {status: ["P1"]},
            "remediations": [{"category": "none_available", "details": "None.", "product_ids": ["P1"]}]
        }]
    })
    .to_string()
    .into_bytes()
}

fn listed(app: &App, reason: Option<NoLine>) -> Vec<(String, NoLine)> {
    let query = ListQuery::everything(1000, app.now());
    let found = unmatched::list(app, &Caller::operator("tester"), &query, reason).unwrap();
    assert_eq!(found.count.value, found.items.len() as u64);
    found.items.into_iter().map(|row| (row.asset.asset.tag, row.reason)).collect()
}

fn app_with(assets: &str) -> App {
    let store = Store::open(&Location::Memory).unwrap();
    let random = Arc::new(SeededRandom::new(7));
    let app = App::new(store, Arc::new(FixedClock::new(NOW)), random, AppSettings::default());
    let request = ImportRequest {
        name: "assets.csv",
        bytes: assets.as_bytes(),
        kind: ImportKind::Assets,
        run: Run::Apply,
        mode: Mode::AllOrNothing,
        table: holdpoint_app::inventory::TableChoice::default(),
        mapping: MappingChoice::Known,
        remember_as: None,
        asset: None,
        reason: "",
    };
    inventory::import(&app, &Caller::operator("tester"), &request).unwrap();
    app
}

#[test]
fn each_reason_has_its_own_count_and_rows() {
    let app = app_with(
        "asset_tag,vendor,product,firmware_version\n\
        B-1,Acme,Valve 12,1\n\
        B-2,Acme,Fan 300,1\n\
        B-3,Acme,Fan 400,1\n\
        B-4,Acme,Pump 77 Plus,1\n\
        B-5,Acme,Mixer 500,1\n\
        B-6,Acme,Dryer 600,\n\
        B-7,Acme,Boiler 7000,1\n\
        B-8,,Press 9,1\n\
        B-9,Acme,Studio V17,V16 Update 2\n",
    );
    let caller = Caller::operator("tester");
    let all = "vers:all/*";
    for (at, (product, version, status)) in [
        ("Valve 12", "vers:intdot/<2", "known_affected"),
        ("Fan 300", all, "known_not_affected"),
        ("Fan 400", all, "under_investigation"),
        ("Pump 77", all, "known_affected"),
        ("Mixer 500", "see the table in the manual, rev. c", "known_affected"),
        ("Dryer 600", "vers:intdot/<2", "known_affected"),
        ("Studio V17", all, "known_not_affected"),
    ]
    .into_iter()
    .enumerate()
    {
        let bytes = stating(&format!("TEST-{at}"), ("Acme", product, version), status);
        let report =
            intake::files::import_bytes(&app, &caller, &format!("test-{at}.json"), bytes, "").unwrap();
        assert!(report.problems.is_empty(), "{:?}", report.problems);
    }
    let expected = [
        ("B-2", NoLine::NamedCleared),
        ("B-3", NoLine::OnlyInvestigated),
        ("B-4", NoLine::OnlyCandidates),
        ("B-5", NoLine::OnlyNotUnderstood),
        ("B-6", NoLine::OnlyVersionOpen),
        ("B-7", NoLine::NoProductNear),
        ("B-8", NoLine::NoVendor),
        // Its name says the release that is cleared, and its version another one.
        ("B-9", NoLine::Resembles),
    ];
    for (tag, reason) in expected {
        assert_eq!(listed(&app, Some(reason)), [(tag.to_owned(), reason)], "{reason}");
    }
    let without: Vec<String> = listed(&app, None).into_iter().map(|(tag, _)| tag).collect();
    assert_eq!(without, ["B-2", "B-7", "B-8", "B-9"], "lines that are open are lines");
    let all = inventory::list(&app, &caller, &ListQuery::everything(10, app.now())).unwrap().items;
    let silent = unmatched::without_line(&app, &caller, &all, Moment::OPEN).unwrap();
    let silent: Vec<&str> =
        all.iter().zip(silent).filter(|(_, is)| *is).map(|(asset, _)| asset.asset.tag.as_str()).collect();
    assert_eq!(silent, without, "asset by asset as in the list");
    let unspoken = unmatched::unspoken(&app, &caller).unwrap();
    assert_eq!((unspoken.all, unspoken.not_compared), (4, 1), "B-8 has no vendor");
    let counts = unmatched::counts(&app, &caller, &ListQuery::everything(10, app.now())).unwrap();
    assert_eq!(counts.len(), NoLine::ALL.len(), "also where there is none");
    for counted in counts {
        let named = expected.iter().filter(|(_, reason)| *reason == counted.reason).count();
        assert_eq!(counted.assets, named as u64, "{}", counted.reason);
    }
}

#[test]
fn assets_without_a_line_are_a_work_list_with_reasons() {
    let store = Store::open(&Location::Memory).unwrap();
    let random = Arc::new(SeededRandom::new(7));
    let app = App::new(store, Arc::new(FixedClock::new(NOW)), random, AppSettings::default());
    let caller = Caller::operator("tester");
    intake::files::import_bytes(&app, &caller, "test-1.json", document("TEST-1", "Acme", "Valve 12"), "")
        .unwrap();
    let request = ImportRequest {
        name: "assets.csv",
        bytes: ASSETS.as_bytes(),
        kind: ImportKind::Assets,
        run: Run::Apply,
        mode: Mode::AllOrNothing,
        table: holdpoint_app::inventory::TableChoice::default(),
        mapping: MappingChoice::Known,
        remember_as: None,
        asset: None,
        reason: "",
    };
    inventory::import(&app, &caller, &request).unwrap();
    let expected = [
        ("A-3", NoLine::NoProductNear),
        ("A-4", NoLine::NameTooGeneral),
        ("A-5", NoLine::VendorUnknown),
        ("A-6", NoLine::NoVendor),
        ("A-7", NoLine::NoName),
    ];
    let expected: Vec<(String, NoLine)> =
        expected.into_iter().map(|(tag, reason)| (tag.to_owned(), reason)).collect();
    assert_eq!(listed(&app, None), expected, "an excluded version is a line");
    for row in &expected {
        assert_eq!(listed(&app, Some(row.1)), std::slice::from_ref(row));
    }
    intake::files::import_bytes(&app, &caller, "test-2.json", document("TEST-2", "Acme", "Boiler 7000"), "")
        .unwrap();
    assert_eq!(listed(&app, None), expected[1..], "its first line takes an asset off the list");
}
