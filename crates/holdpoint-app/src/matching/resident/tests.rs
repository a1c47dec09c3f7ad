//! However facts arrive, in whatever order and through whichever process, the matches are those of a rebuild.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::{Merging, Resident};
use crate::edge::Clock;
use crate::edge::{FixedClock, SeededRandom};
use crate::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use crate::matching::{self, MatchCounts};
use crate::{App, AppSettings, Caller, intake};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::matching::Verdict;
use holdpoint_store::matches::{MatchLine, SettledBy};
use holdpoint_store::page::ListQuery;
use holdpoint_store::remediation::Narrow;
use holdpoint_store::{Location, Store};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A document about three of five valves, which ones and which versions by its number and revision. Some speak of serial
/// numbers only, and some say of one exact version inside of a range that it is not affected, or is.
fn document(number: u64, revision: u64) -> Vec<u8> {
    let date = "2026-01-01T00:00:00Z";
    let products: Vec<u64> = (0..3).map(|step| (number + step + revision) % 5).collect();
    let branches: Vec<Value> = products
        .iter()
        .enumerate()
        .map(|(at, product)| {
            let mut range = json!({"name": "Acme Valve", "product_id": format!("P{at}")});
            if (number + revision + *product).is_multiple_of(3) {
                range["product_identification_helper"] = json!({"serial_numbers": [format!("SN1000{}", revision % 3)]});
            }
            json!({"category": "product_name", "name": format!("Valve {product}2"), "branches": [
                {"category": "product_version_range", "name": format!("vers:intdot/<{}", 1 + (number + revision) % 4),
                 "product": range},
                {"category": "product_version", "name": ((number + revision) % 3).to_string(),
                 "product": {"name": "Acme Valve, exactly", "product_id": format!("X{at}")}}]})
        })
        .collect();
    let (ranges, exact) = (["P0", "P1", "P2"], ["X0", "X1", "X2"]);
    let status = match (number + revision) % 4 {
        0 => json!({"known_affected": ranges, "known_not_affected": exact}),
        1 => json!({"known_affected": exact, "known_not_affected": ranges}),
        2 => json!({"known_affected": ranges, "fixed": exact}),
        _ => json!({"known_affected": ["P0", "P1", "P2", "X0"], "known_not_affected": ["X1", "X2"]}),
    };
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
            "product_status": status,
            "remediations": [{"category": "none_available", "details": "None.", "product_ids": ["P0", "P1", "P2"]}]
        }]
    })
    .to_string()
    .into_bytes()
}

fn import_asset(app: &App, tag: u64, (product, version): (u64, u64), serial: u64) {
    let serial = if serial == 0 { String::new() } else { format!("SN1000{serial}") };
    let table = format!(
        "asset_tag,vendor,product,firmware_version,serial_number\nV-{tag},Acme,Valve {product}2,{version},{serial}\n"
    );
    let request = ImportRequest {
        name: "assets.csv",
        bytes: table.as_bytes(),
        kind: ImportKind::Auto,
        run: Run::Apply,
        mode: Mode::AllOrNothing,
        table: crate::inventory::TableChoice::default(),
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
    let mut seen = Vec::new();
    for step in 0..60 {
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
            import_asset(app, steps.below(9), (steps.below(5), steps.below(4)), steps.below(4));
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
        if step % 4 == 3 {
            seen.push((clock.now(), numbers_agree(&fresh, &caller, Moment::OPEN)));
        }
    }
    explanations_replay(&apps[0], &caller);
    for (at, numbers) in &seen {
        assert_eq!(numbers_agree(&apps[0], &caller, *at), *numbers, "as of {at}");
    }
    let settled = |by: usize| seen.iter().any(|(_, numbers)| numbers[by] > 0);
    assert!(settled(2) && settled(3), "serial numbers and more exact statements settled something");
    assert!(apps[0].resident().documents.load_full().unwrap().segments.len() > 1, "segments were kept apart");
    let open = apps[0].store().read(|r| r.all_open_matches()).unwrap();
    assert!(open.len() > 20, "{} matches", open.len());
}

/// Every number that is counted equals the number of the lines that it counts; gives what is settled by what.
fn numbers_agree(app: &App, caller: &Caller, as_of: Moment) -> [usize; 4] {
    let query = |filter: &str| ListQuery {
        filter: Filter::parse(filter).unwrap(),
        as_of,
        ..ListQuery::everything(200, Moment::OPEN)
    };
    let lines = matching::list(app, caller, &query("")).unwrap().items;
    for verdict in ["yes", "unknown", "no"] {
        let found = matching::list(app, caller, &query(&format!("verdict:{verdict}"))).unwrap().items;
        let counted = lines.iter().filter(|line| line.verdict.word() == verdict).count();
        assert_eq!(found.len(), counted, "{verdict}");
    }
    let worst = |lines: &mut dyn Iterator<Item = &MatchLine>| {
        lines.map(|line| line.verdict).min_by_key(|verdict| match verdict {
            Verdict::Yes => 0,
            Verdict::Unknown => 1,
            Verdict::No => 2,
        })
    };
    let advisories: BTreeSet<&str> = lines.iter().map(|line| line.advisory.as_str()).collect();
    let tags: BTreeSet<&str> = lines.iter().map(|line| line.asset_tag.as_str()).collect();
    let listed = app.store().read(|r| r.advisories(&query(""))).unwrap().items;
    for advisory in advisories {
        let of = |tag: &str, verdict| {
            let mut own = lines.iter().filter(|line| line.advisory == advisory && line.asset_tag == tag);
            worst(&mut own) == Some(verdict)
        };
        let count = |verdict| tags.iter().filter(|tag| of(tag, verdict)).count() as u64;
        let (yes, unknown) = (count(Verdict::Yes), count(Verdict::Unknown));
        let line = listed.iter().find(|line| line.tracking_id == advisory).unwrap();
        assert_eq!((line.assets.yes, line.assets.unknown), (yes, unknown), "{advisory}");
        let impact = app.store().read(|r| r.impact(line.id, as_of, &Reach::Everywhere)).unwrap().unwrap();
        assert_eq!((impact.totals.yes, impact.totals.unknown), (yes, unknown), "impact of {advisory}");
        let rows = app.store().read(|r| r.impact_rows(line.id, &query(""))).unwrap().items;
        for row in rows.iter().filter(|row| row.verdict != Verdict::No) {
            assert!(of(&row.asset_tag, row.verdict), "{advisory} and {}: {}", row.asset_tag, row.why);
            assert!(!row.line_ids.is_empty(), "{advisory} and {}", row.asset_tag);
        }
        let narrow = Narrow::Advisory(line.id);
        let work = app.store().read(|r| r.remediation_lines(narrow, &query(""))).unwrap().items;
        assert_eq!(work.len() as u64, yes + unknown, "work on {advisory}");
        assert!(work.iter().all(|one| of(&one.asset_tag, one.verdict)), "work on {advisory}");
    }
    if as_of == Moment::OPEN {
        // That list also counts what is open of products that are stated to be cleared.
        let all = query("status:known_affected,known_not_affected,fixed");
        let all = matching::list(app, caller, &all).unwrap().items;
        vulnerability_agrees(app, &all, &worst);
    }
    let settled = |by| lines.iter().filter(|line| line.settled_by == by).count();
    [lines.len(), settled(SettledBy::Configuration), settled(SettledBy::Asset), settled(SettledBy::Statement)]
}

/// Every line is explained from the facts as it is stored, whatever settled it.
fn explanations_replay(app: &App, caller: &Caller) {
    let query = ListQuery::everything(200, Moment::OPEN);
    for line in matching::list(app, caller, &query).unwrap().items {
        let found = matching::explain::explain(app, caller, &line.id.to_string(), Moment::OPEN).unwrap();
        assert_eq!(found.replay, matching::explain::Replay::Same, "{:?} {}", line.settled_by, line.why);
        let wanted = match line.settled_by {
            SettledBy::Configuration => continue,
            SettledBy::Asset => "this asset alone",
            SettledBy::Statement => "statement",
        };
        let rows = found.explanation.evidence.iter().filter(|row| row.test == wanted);
        assert!(rows.count() > 0, "{wanted}: {}", line.why);
    }
}

/// The numbers of assets in the list of vulnerabilities are those of the lines.
fn vulnerability_agrees(
    app: &App,
    lines: &[MatchLine],
    worst: &dyn Fn(&mut dyn Iterator<Item = &MatchLine>) -> Option<Verdict>,
) {
    let query = ListQuery::everything(200, Moment::OPEN);
    let listed = app.store().read(|r| r.vulnerability_list(&query)).unwrap().items;
    let Some(line) = listed.first() else { return };
    let tags: BTreeSet<&str> = lines.iter().map(|line| line.asset_tag.as_str()).collect();
    let count = |verdict| {
        let is =
            |tag: &&&str| worst(&mut lines.iter().filter(|line| line.asset_tag == **tag)) == Some(verdict);
        tags.iter().filter(is).count() as u64
    };
    assert_eq!((line.assets_yes, line.assets_unknown), (count(Verdict::Yes), count(Verdict::Unknown)));
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
