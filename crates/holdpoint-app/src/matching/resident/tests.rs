//! However facts arrive, in whatever order and through whichever process, the matches are those of a rebuild.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::{Merging, Resident};
use crate::edge::{FixedClock, SeededRandom};
use crate::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use crate::matching::{self, MatchCounts};
use crate::{App, AppSettings, Caller, intake};
use holdpoint_domain::Moment;
use holdpoint_store::{Location, Store};
use serde_json::{Value, json};
use std::sync::Arc;

/// A document about three of five valves, which ones and which versions by its number and revision.
fn document(number: u64, revision: u64) -> Vec<u8> {
    let date = "2026-01-01T00:00:00Z";
    let products: Vec<u64> = (0..3).map(|step| (number + step + revision) % 5).collect();
    let branches: Vec<Value> = products
        .iter()
        .enumerate()
        .map(|(at, product)| {
            json!({"category": "product_name", "name": format!("Valve {product}2"), "branches": [
                {"category": "product_version_range", "name": format!("vers:intdot/<{}", 1 + (number + revision) % 4),
                 "product": {"name": "Acme Valve", "product_id": format!("P{at}")}}]})
        })
        .collect();
    json!({
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.0", "title": "Valve",
            "publisher": {"category": "other", "name": "Test", "namespace": "https://test.example"},
            "notes": [{"category": "summary", "text": "A test document."}],
            "references": [{"category": "self", "summary": "Itself", "url": "https://test.example/a.json"}],
            "tracking": {"id": format!("TEST-{number}"), "status": "final", "version": revision.to_string(),
                "initial_release_date": date, "current_release_date": date,
                "revision_history": (1..=revision).map(|number| json!(
                    {"date": date, "number": number.to_string(), "summary": "Changed."})).collect::<Vec<_>>()}
        },
        "product_tree": {"branches": [{"category": "vendor", "name": "Acme", "branches": branches}]},
        "vulnerabilities": [{
            "cve": "CVE-2026-0001", "notes": [{"category": "description", "text": "A flaw."}],
            "product_status": {"known_affected": ["P0", "P1", "P2"]},
            "remediations": [{"category": "none_available", "details": "None.", "product_ids": ["P0", "P1", "P2"]}]
        }]
    })
    .to_string()
    .into_bytes()
}

fn import_asset(app: &App, tag: u64, product: u64, version: u64) {
    let table =
        format!("asset_tag,vendor,product,firmware_version\nV-{tag},Acme,Valve {product}2,{version}\n");
    let request = ImportRequest {
        name: "assets.csv",
        bytes: table.as_bytes(),
        kind: ImportKind::Auto,
        run: Run::Apply,
        mode: Mode::AllOrNothing,
        mapping: MappingChoice::Known,
        remember_as: None,
        asset: None,
        reason: "",
    };
    inventory::import(app, &Caller::operator("tester"), &request).unwrap();
}

/// Small numbers in an order that looks like none, always the same.
struct Steps(u64);

impl Steps {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn facts_arrive_in_any_order(location: &Location) {
    let clock = Arc::new(FixedClock::new(Moment::from_micros(1_790_000_000_000_000)));
    let app = |seed, merging| {
        let store = Store::open(location).unwrap();
        let app = App::new(store, clock.clone(), Arc::new(SeededRandom::new(seed)), AppSettings::default());
        app.with_resident(Resident { merging, ..Resident::default() })
    };
    // Two processes on one database: one that merges hardly ever, one that merges always.
    let apps = [app(1, Merging { small: 0, times: 1 }), app(2, Merging::default())];
    let caller = Caller::operator("tester");
    let mut steps = Steps(11);
    let mut revisions = [0_u64; 6];
    for _ in 0..60 {
        clock.advance_micros(1_000_000);
        let app = &apps[usize::from(steps.below(2) == 1)];
        if steps.below(2) == 0 {
            let number = steps.below(6);
            let revision = &mut revisions[usize::try_from(number).unwrap()];
            *revision += 1;
            let bytes = document(number, *revision);
            let report = intake::files::import_bytes(app, &caller, "test.json", bytes, "").unwrap();
            assert!(report.problems.is_empty(), "{:?}", report.problems);
        } else {
            import_asset(app, steps.below(9), steps.below(5), steps.below(4));
        }
        clock.advance_micros(1_000_000);
        let fresh = crate::App::new(
            Store::open(location).unwrap(),
            clock.clone(),
            Arc::new(SeededRandom::new(3)),
            AppSettings::default(),
        );
        let counts = matching::rebuild(&fresh, &caller, "").unwrap();
        assert_eq!(counts, MatchCounts::default(), "a rebuild finds nothing to change");
    }
    assert!(apps[0].resident().documents.load_full().unwrap().segments.len() > 1, "segments were kept apart");
    let open = apps[0].store().read(|r| r.all_open_matches()).unwrap();
    assert!(open.len() > 20, "{} matches", open.len());
}

#[test]
fn on_sqlite_matches_are_those_of_a_rebuild() {
    let folder = tempfile::tempdir().unwrap();
    facts_arrive_in_any_order(&Location::Sqlite(folder.path().join("test.db")));
}

#[test]
fn on_postgresql_matches_are_those_of_a_rebuild() {
    let database = holdpoint_testkit::postgres::database();
    facts_arrive_in_any_order(&Location::parse(&database.url()).unwrap());
}
