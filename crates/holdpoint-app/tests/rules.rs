//! Matches that another program's rules made are found when the database is opened, and made anew.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_app::edge::{FixedClock, SeededRandom};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::store::{Intent, Location, Store, StoreError};
use holdpoint_app::{App, AppSettings, Caller, intake, matching};
use holdpoint_domain::Moment;
use holdpoint_domain::actor::{Actor, Via};
use serde_json::json;
use std::sync::Arc;

fn document() -> Vec<u8> {
    let date = "2026-01-01T00:00:00Z";
    json!({
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.0", "title": "Valve",
            "publisher": {"category": "other", "name": "Test", "namespace": "https://test.example"},
            "notes": [{"category": "summary", "text": "A test document."}],
            "references": [{"category": "self", "summary": "Itself", "url": "https://test.example/a.json"}],
            "tracking": {"id": "TEST-1", "status": "final", "version": "1", "initial_release_date": date,
                "current_release_date": date,
                "revision_history": [{"date": date, "number": "1", "summary": "First."}]}
        },
        "product_tree": {"branches": [{"category": "vendor", "name": "Acme", "branches": [
            {"category": "product_name", "name": "Valve 12", "branches": [
                {"category": "product_version_range", "name": "vers:intdot/<2",
                 "product": {"name": "Acme Valve 12", "product_id": "P1"}}]}]}]},
        "vulnerabilities": [{
            "cve": "CVE-2026-0001", "notes": [{"category": "description", "text": "A flaw."}],
            "product_status": {"known_affected": ["P1"]},
            "remediations": [{"category": "none_available", "details": "None.", "product_ids": ["P1"]}]
        }]
    })
    .to_string()
    .into_bytes()
}

#[test]
fn matches_made_by_other_rules_are_made_anew_once() {
    let store = Store::open(&Location::Memory).unwrap();
    let clock = Arc::new(FixedClock::new(Moment::from_micros(1_790_000_000_000_000)));
    let app = App::new(store, clock.clone(), Arc::new(SeededRandom::new(7)), AppSettings::default());
    assert_eq!(matching::keep_current(&app).unwrap(), None, "an empty database has nothing to make anew");
    let caller = Caller::operator("tester");
    intake::files::import_bytes(&app, &caller, "test-1.json", document(), "").unwrap();
    let request = ImportRequest {
        name: "assets.csv",
        bytes: b"asset_tag,vendor,product,firmware_version\nV-1,Acme,Valve 12,1\n",
        kind: ImportKind::Auto,
        run: Run::Apply,
        mode: Mode::AllOrNothing,
        table: holdpoint_app::inventory::TableChoice::default(),
        mapping: MappingChoice::Known,
        remember_as: None,
        asset: None,
        reason: "",
    };
    assert_eq!(inventory::import(&app, &caller, &request).unwrap().matches.unwrap().opened, 1);
    assert_eq!(matching::keep_current(&app).unwrap(), None);

    // As another program would have left it: other rules, and a match that they closed.
    clock.advance_micros(1_000_000);
    let intent = Intent {
        actor: Actor::System { job: "test".into() },
        via: Via::Job,
        action: "test".into(),
        reason: String::new(),
        at: Moment::from_micros(1_790_000_001_000_000),
    };
    app.store()
        .change(&intent, |c| {
            c.put_setting("matching.rules", &json!(0))?;
            let open: Vec<i64> = c.all_open_matches()?.iter().map(|row| row.match_no).collect();
            c.close_matches(&open, intent.at)?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    clock.advance_micros(1_000_000);
    assert_eq!(matching::keep_current(&app).unwrap().unwrap().opened, 1);
    assert_eq!(matching::keep_current(&app).unwrap(), None, "once is enough");
}
