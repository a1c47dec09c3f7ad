//! What an asset's own serial number settles is said in its explanation, though its configuration leaves it open.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_app::edge::{FixedClock, SeededRandom};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::store::matches::MatchLine;
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller, intake, matching};
use holdpoint_domain::Moment;
use holdpoint_domain::matching::Verdict;
use serde_json::json;
use std::sync::Arc;

const NOW: Moment = Moment::from_micros(1_790_000_000_000_000);

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
                 "product": {"name": "Acme Valve 12", "product_id": "P1",
                    "product_identification_helper": {"serial_numbers": ["SN100234"]}}}]}]}]},
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
fn a_serial_number_settles_the_answer_for_its_asset() {
    let store = Store::open(&Location::Memory).unwrap();
    let random = Arc::new(SeededRandom::new(7));
    let app = App::new(store, Arc::new(FixedClock::new(NOW)), random, AppSettings::default());
    let caller = Caller::operator("tester");
    intake::files::import_bytes(&app, &caller, "test-1.json", document(), "").unwrap();
    let request = ImportRequest {
        name: "assets.csv",
        bytes: b"asset_tag,vendor,product,firmware_version,serial_number\n\
            V-1,Acme,Valve 12,1,SN100234\nV-2,Acme,Valve 12,1,SN999999\nV-3,Acme,Valve 12,1,\n",
        kind: ImportKind::Assets,
        run: Run::Apply,
        mode: Mode::AllOrNothing,
        mapping: MappingChoice::Known,
        remember_as: None,
        asset: None,
        reason: "",
    };
    inventory::import(&app, &caller, &request).unwrap();
    let said = |app: &App| -> Vec<(String, Verdict, Option<Verdict>)> {
        let lines = matching::list(app, &caller, &ListQuery::everything(9, NOW)).unwrap().items;
        let one = |line: &MatchLine| {
            let id = line.id.to_string();
            let explained = matching::explain::explain(app, &caller, &id, Moment::OPEN).unwrap();
            assert_eq!(explained.replay, matching::explain::Replay::Same, "{}", line.why);
            let row = explained.explanation.evidence.into_iter().find(|row| row.test == "this asset alone");
            (line.asset_tag.clone(), line.verdict, row.map(|row| row.result))
        };
        lines.iter().map(one).collect()
    };
    let of = |tag: &str, verdict, alone| (tag.to_owned(), verdict, alone);
    assert_eq!(
        said(&app),
        [
            of("V-1", Verdict::Yes, Some(Verdict::Yes)),
            of("V-2", Verdict::No, Some(Verdict::No)),
            of("V-3", Verdict::Unknown, None)
        ]
    );
}
