//! What an asset's own serial number settles, and what a document's fix keeps open, from the file to the explanation.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_app::edge::{FixedClock, SeededRandom};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::store::matches::MatchLine;
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller, intake, matching};
use holdpoint_domain::Moment;
use holdpoint_domain::matching::Verdict;
use holdpoint_testkit::postgres;
use serde_json::json;
use std::sync::Arc;

const NOW: Moment = Moment::from_micros(1_790_000_000_000_000);

fn document(vendor: &str, product: &str, version: &str, serials: &[&str], fix: &str) -> Vec<u8> {
    let date = "2026-01-01T00:00:00Z";
    let mut listed = json!({"name": format!("{vendor} {product}"), "product_id": "P1"});
    if !serials.is_empty() {
        listed["product_identification_helper"] = json!({"serial_numbers": serials});
    }
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
        "product_tree": {"branches": [{"category": "vendor", "name": vendor, "branches": [
            {"category": "product_name", "name": product, "branches": [
                {"category": "product_version_range", "name": version, "product": listed}]}]}]},
        "vulnerabilities": [{
            "cve": "CVE-2026-0001", "notes": [{"category": "description", "text": "A flaw."}],
            "product_status": {"known_affected": ["P1"]},
            "remediations": [{"category": "vendor_fix", "details": fix, "product_ids": ["P1"]}]
        }]
    })
    .to_string()
    .into_bytes()
}

/// Each asset's verdict, and what its own facts settle, with every explanation replayed.
fn said(document: Vec<u8>, assets: &str) -> Vec<(String, Verdict, Option<Verdict>)> {
    said_in(&Location::Memory, document, assets)
}

fn said_in(location: &Location, document: Vec<u8>, assets: &str) -> Vec<(String, Verdict, Option<Verdict>)> {
    let store = Store::open(location).unwrap();
    let random = Arc::new(SeededRandom::new(7));
    let app = App::new(store, Arc::new(FixedClock::new(NOW)), random, AppSettings::default());
    let caller = Caller::operator("tester");
    intake::files::import_bytes(&app, &caller, "test-1.json", document, "").unwrap();
    let table = format!("asset_tag,vendor,product,firmware_version,serial_number\n{assets}");
    let request = ImportRequest {
        name: "assets.csv",
        bytes: table.as_bytes(),
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
    let lines = matching::list(&app, &caller, &ListQuery::everything(100, NOW)).unwrap().items;
    let one = |line: &MatchLine| {
        let id = line.id.to_string();
        for as_of in [Moment::OPEN, NOW] {
            let explained = matching::explain::explain(&app, &caller, &id, as_of).unwrap();
            assert_eq!(explained.replay, matching::explain::Replay::Same, "{}", line.why);
        }
        let explained = matching::explain::explain(&app, &caller, &id, Moment::OPEN).unwrap();
        let row = explained.explanation.evidence.into_iter().find(|row| row.test == "this asset alone");
        (line.asset_tag.clone(), line.verdict, row.map(|row| row.result))
    };
    let mut found: Vec<_> = lines.iter().map(one).collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

fn of(tag: &str, verdict: Verdict, alone: Option<Verdict>) -> (String, Verdict, Option<Verdict>) {
    (tag.to_owned(), verdict, alone)
}

/// Two versions of a valve, and what is said of them under two vulnerabilities.
fn train(first: &serde_json::Value, second: &serde_json::Value) -> Vec<u8> {
    let text = document("Acme", "Valve 12", "vers:intdot/<2", &[], "Ask.");
    let mut train: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let version = |name: &str, id: &str| json!({"category": "product_version", "name": name, "product": {"name": id, "product_id": id}});
    train["product_tree"]["branches"][0]["branches"][0]["branches"] =
        json!([version("1.0", "P1"), version("1.5", "P2")]);
    let mut flaws = vec![train["vulnerabilities"][0].clone(); 2];
    for (at, status) in [first, second].into_iter().enumerate() {
        flaws[at]["cve"] = json!(format!("CVE-2026-000{at}"));
        flaws[at]["product_status"] = status.clone();
    }
    train["vulnerabilities"] = json!(flaws);
    train.to_string().into_bytes()
}

#[test]
fn the_first_and_the_last_affected_version_of_one_flaw_are_a_span_and_of_two_flaws_are_not() {
    let assets = "T-0,Acme,Valve 12,0.9,\nT-1,Acme,Valve 12,1.2,\nT-2,Acme,Valve 12,1.7,\n";
    let span = json!({"first_affected": ["P1"], "last_affected": ["P2"]});
    let is_yes = |found: &[(String, Verdict, Option<Verdict>)], tag: &str| -> Vec<bool> {
        found.iter().filter(|one| one.0 == tag).map(|one| one.1 == Verdict::Yes).collect()
    };
    let database = postgres::database();
    let folder = tempfile::tempdir().unwrap();
    let places = |name: &str| {
        let file = Location::Sqlite(folder.path().join(format!("{name}.sqlite")));
        [file, Location::Memory]
    };
    let found = said_in(&Location::Postgres(database.url()), train(&span, &span), assets);
    for place in places("span") {
        assert_eq!(said_in(&place, train(&span, &span), assets), found, "both databases say the same");
    }
    assert_eq!(is_yes(&found, "T-1"), [true; 4]);
    assert!(found.iter().all(|one| one.1 != Verdict::No), "{found:?}");
    assert_eq!(is_yes(&found, "T-0"), [false; 4], "outside stays open");
    assert_eq!(is_yes(&found, "T-2"), [false; 4]);
    for (name, other) in [
        ("part", json!({"first_affected": ["P1"]})),
        ("more", json!({"known_affected": ["P1"], "fixed": ["P2"]})),
        ("crossed", json!({"known_affected": ["P1"], "last_affected": ["P2"]})),
    ] {
        for place in places(name) {
            let found = said_in(&place, train(&span, &other), assets);
            assert!(is_yes(&found, "T-1").contains(&false), "{name}: {found:?}");
        }
    }
}

#[test]
fn a_serial_number_settles_the_answer_for_its_asset() {
    let known = document("Acme", "Valve 12", "vers:intdot/<2", &["SN100234"], "Ask.");
    let assets = "V-1,Acme,Valve 12,1,SN100234\nV-2,Acme,Valve 12,1,SN999999\nV-3,Acme,Valve 12,1,\n";
    assert_eq!(
        said(known, assets),
        [
            of("V-1", Verdict::Yes, Some(Verdict::Yes)),
            of("V-2", Verdict::No, Some(Verdict::No)),
            of("V-3", Verdict::Unknown, None)
        ]
    );
}

#[test]
fn the_first_digits_of_a_serial_number_are_a_condition_with_and_without_a_version() {
    let (vendor, product) = ("Mitsubishi Electric", "MELSEC-Q Series Q03UDECPU");
    let assets = [
        ("1", "", "26061A12345"),
        ("2", "", "26062A12345"),
        ("3", "", ""),
        ("4", "1.2", "26061A12345"),
        ("5", "1.2", "27001A12345"),
        ("6", "", "see plate"),
    ];
    let rows = assets.map(|(tag, version, serial)| format!("{tag},{vendor},{product},{version},{serial}\n"));
    for text in [
        "<=The_first_5_digits_of_serial_No._\"26061\"",
        "The first 5 digits of serial number 26061 or prior",
        "5 digits of serial number <= 26061",
    ] {
        let known = document(vendor, product, text, &[], "Update.");
        assert_eq!(
            said(known, &rows.concat()),
            [
                of("1", Verdict::Yes, Some(Verdict::Yes)),
                of("2", Verdict::No, Some(Verdict::No)),
                of("3", Verdict::Unknown, None),
                of("4", Verdict::Yes, Some(Verdict::Yes)),
                of("5", Verdict::No, Some(Verdict::No)),
                of("6", Verdict::Unknown, None)
            ],
            "{text}"
        );
    }
}

#[test]
fn a_version_before_the_fix_is_open_where_single_versions_are_listed() {
    let fix =
        "Controller 5480: v33.017, v34.014 and later. See https://example.com/v99.1 or call 1.800.722.9377.";
    let known = document("Acme", "Controller 5480", "v.32.011", &[], fix);
    let assets: String = ["32.011", "33.011", "33.017", "34.011", "35.001"]
        .iter()
        .map(|version| format!("{version},Acme,Controller 5480,{version},\n"))
        .collect();
    assert_eq!(
        said(known, &assets),
        [
            of("32.011", Verdict::Yes, None),
            of("33.011", Verdict::Unknown, None),
            of("33.017", Verdict::No, None),
            of("34.011", Verdict::Unknown, None),
            of("35.001", Verdict::No, None)
        ]
    );
}

#[test]
fn a_proposed_mapping_is_taken_as_it_was_printed() {
    use holdpoint_domain::asset::Field;
    let words: Vec<&str> = Field::ALL.iter().map(|field| field.word()).collect();
    let whole = format!("tag no;{}\n", words.join(";"));
    let tables = [
        "name;vendor;product;firmware_version\nV-1;Acme;Valve 12;1\n".to_owned(),
        "Hersteller;Typ;FW Stand;Anlagenkennzeichen;Bemerkung\nAcme;Valve 12;1;V-1;x\n".to_owned(),
        "hostname;software name;software version\nV-1;Reader;1.2\n".to_owned(),
        format!("{whole}V-1{}\n", ";".repeat(words.len())),
    ];
    for table in tables {
        let store = Store::open(&Location::Memory).unwrap();
        let random = Arc::new(SeededRandom::new(7));
        let app = App::new(store, Arc::new(FixedClock::new(NOW)), random, AppSettings::default());
        let caller = Caller::operator("tester");
        let request = |mapping| ImportRequest {
            name: "assets.csv",
            bytes: table.as_bytes(),
            kind: ImportKind::Auto,
            run: Run::Dry,
            mode: Mode::AllOrNothing,
            table: holdpoint_app::inventory::TableChoice::default(),
            mapping,
            remember_as: None,
            asset: None,
            reason: "",
        };
        let proposed = inventory::import(&app, &caller, &request(MappingChoice::Known)).unwrap();
        if !proposed.mapping_needed {
            continue;
        }
        let columns =
            proposed.columns.iter().filter_map(|column| Some((column.column.clone(), column.field.clone()?)));
        let chosen = MappingChoice::Columns(columns.collect());
        let taken = inventory::import(&app, &caller, &request(chosen));
        let taken = taken.unwrap_or_else(|error| panic!("{table}: {error}"));
        assert!(!taken.mapping_needed, "{table}");
        let fields = |report: &holdpoint_app::inventory::InventoryReport| -> Vec<Option<String>> {
            report.columns.iter().map(|column| column.field.clone()).collect()
        };
        assert_eq!(fields(&taken), fields(&proposed), "{table}");
    }
}
