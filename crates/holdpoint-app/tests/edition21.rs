//! A document of CSAF 2.1, from the file to the answer: numbers mean whole numbers, and what is new clears nothing.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_app::edge::{FixedClock, SeededRandom};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller, intake, matching};
use holdpoint_domain::Moment;
use serde_json::json;
use std::sync::Arc;

const ASSETS: &str = "asset_tag,vendor,product,order_number,firmware_version\n\
    A-1,Acme,Valve,6ES7511-1AK02-0AB0,1\n\
    A-2,Acme,Valve,6ES7511-1AK02-0AB0,3\n\
    A-3,Acme,Drive,DR-77,1\n\
    A-4,Acme,Pump,,1\n";

fn document(number: &str) -> Vec<u8> {
    let date = "2026-01-01T00:00:00Z";
    let leaf = |name: &str, version: &str, id: &str, numbers: &[&str]| {
        let mut product = json!({"name": name, "product_id": id});
        if !numbers.is_empty() {
            product["product_identification_helper"] = json!({"model_numbers": numbers});
        }
        json!({"category": "product_name", "name": name, "branches": [
            {"category": "product_version_range", "name": version, "product": product}]})
    };
    json!({
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.1", "title": "Valve",
            "distribution": {"tlp": {"label": "CLEAR"}},
            "publisher": {"category": "vendor", "name": "Acme", "namespace": "https://acme.example"},
            "tracking": {"id": "ACME-1", "status": "final", "version": "1", "initial_release_date": date,
                "current_release_date": date, "revision_history": [{"date": date, "number": "1", "summary": "First."}]}
        },
        "product_tree": {"branches": [{"category": "vendor", "name": "Acme", "branches": [
            leaf("Valve", "vers:intdot/<2", "P1", &[number]),
            leaf("Drive", "vers:all/*", "P2", &["DR-77"]),
            leaf("Pump", "vers:all/*", "P3", &[])]}]},
        "vulnerabilities": [{
            "cve": "CVE-2026-0001",
            "product_status": {"known_affected": ["P1", "P2"], "unknown": ["P3"]},
            "remediations": [{"category": "fix_planned", "details": "In May.", "product_ids": ["P1", "P2"]}]
        }]
    })
    .to_string()
    .into_bytes()
}

/// Of each asset what is said of it: verdict and rung.
fn said(number: &str) -> Vec<String> {
    let store = Store::open(&Location::Memory).unwrap();
    let clock = Arc::new(FixedClock::new(Moment::from_micros(1_790_000_000_000_000)));
    let app = App::new(store, clock, Arc::new(SeededRandom::new(7)), AppSettings::default());
    let caller = Caller::operator("tester");
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
    let report = intake::files::import_bytes(&app, &caller, "acme-1.json", document(number), "").unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let lines = matching::list(&app, &caller, &ListQuery::everything(100, app.now())).unwrap();
    let mut found: Vec<String> =
        lines.items.iter().map(|line| format!("{} {} {}", line.asset_tag, line.verdict, line.rung)).collect();
    found.sort();
    found
}

#[test]
fn a_whole_number_is_recognised_and_its_version_decides() {
    let expected =
        ["A-1 yes order_number", "A-2 no order_number", "A-3 yes order_number", "A-4 unknown name"];
    assert_eq!(said("6ES7511-1AK02-0AB0"), expected);
    assert_eq!(said("6ES7511-1AK02-*"), expected, "a wildcard says that more may follow");
}

#[test]
fn a_number_that_ours_goes_on_from_is_a_question_in_this_edition() {
    let expected = ["A-1 unknown candidate", "A-2 no candidate", "A-3 yes order_number", "A-4 unknown name"];
    assert_eq!(said("6ES7511-1AK02"), expected);
}
