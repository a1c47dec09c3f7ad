//! An invented plant of Acme's devices, and documents about them.

use holdpoint_app::edge::{FixedClock, SeededRandom};
use holdpoint_app::intake::{self, ImportReport};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::remediation::{self, SetOutcome, SetRequest, Within};
use holdpoint_app::store::page::{ListQuery, Page, Sort};
use holdpoint_app::store::remediation::RemediationLine;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller, advisories};
use holdpoint_connectors::fetch::FetchSettings;
use holdpoint_domain::Moment;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::remediation::RemediationState;
use holdpoint_testkit::postgres;
use serde_json::{Value, json};
use std::sync::Arc;

/// A second, in microseconds.
pub const SECOND: i64 = 1_000_000;

pub struct Plant {
    pub engine: &'static str,
    pub app: App,
    pub clock: Arc<FixedClock>,
    _folder: Option<tempfile::TempDir>,
    _database: Option<postgres::Database>,
}

/// An empty plant on each engine.
pub fn plants() -> Vec<Plant> {
    plants_with(&FetchSettings::default())
}

pub fn plants_with(fetch: &FetchSettings) -> Vec<Plant> {
    let folder = tempfile::tempdir().unwrap();
    let file = Location::Sqlite(folder.path().join("plant.db"));
    let database = postgres::database();
    let server = Location::parse(&database.url()).unwrap();
    let plant = |engine, location: &Location, folder, database| {
        let clock = Arc::new(FixedClock::new(Moment::from_micros(1_790_000_000_000_000)));
        let settings = AppSettings { fetch: fetch.clone(), ..AppSettings::default() };
        let random = Arc::new(SeededRandom::new(7));
        let app = App::new(Store::open(location).unwrap(), clock.clone(), random, settings);
        Plant { engine, app, clock, _folder: folder, _database: database }
    };
    vec![plant("sqlite", &file, Some(folder), None), plant("postgres", &server, None, Some(database))]
}

pub fn me() -> Caller {
    Caller::operator("a.weber")
}

/// Two valves that are affected, one that is not, one of which the version is not known, and a pump.
pub const DEVICES: &str = "asset_tag,site,vendor,product,firmware_version\n\
    V-1,North,Acme,Valve 12,1\n\
    V-2,South,Acme,Valve 12,1.5\n\
    V-5,North,Acme,Valve 12,5\n\
    V-U,North,Acme,Valve 12,\n\
    P-1,North,Acme,Pump 7,1\n";

impl Plant {
    pub fn tick(&self) {
        self.clock.advance_micros(SECOND);
    }

    pub fn devices(&self, table: &str) {
        self.tick();
        let request = ImportRequest {
            name: "assets.csv",
            bytes: table.as_bytes(),
            kind: ImportKind::Auto,
            run: Run::Apply,
            mode: Mode::AllOrNothing,
            table: holdpoint_app::inventory::TableChoice::default(),
            mapping: MappingChoice::Known,
            remember_as: None,
            asset: None,
            reason: "",
        };
        inventory::import(&self.app, &me(), &request).unwrap();
    }

    /// Takes a document in; it must be taken.
    pub fn publish(&self, document: &Value) -> ImportReport {
        let report = self.offer(document);
        assert!(report.problems.is_empty(), "{}: {:?}", self.engine, report.problems);
        report
    }

    /// Offers a document.
    pub fn offer(&self, document: &Value) -> ImportReport {
        self.tick();
        let bytes = serde_json::to_vec(document).unwrap();
        intake::files::import_bytes(&self.app, &me(), "document.json", bytes, "").unwrap()
    }

    pub fn query(&self, filter: &str) -> ListQuery {
        let query = ListQuery::everything(100, self.app.now());
        ListQuery { filter: Filter::parse(filter).unwrap(), ..query }
    }

    /// The tracking ids of the advisories that a filter lets through.
    pub fn ids(&self, filter: &str) -> Vec<String> {
        let found = advisories::list(&self.app, &me(), &self.query(filter));
        let found = found.unwrap_or_else(|error| panic!("{filter}: {error}"));
        found.items.into_iter().map(|line| line.tracking_id).collect()
    }

    /// The tracking ids in an order.
    pub fn sorted(&self, sort: &str) -> Vec<String> {
        let query = ListQuery { sort: Some(Sort::parse(sort)), page: Page::first(1), ..self.query("") };
        let mut ids = Vec::new();
        let mut cursor = None;
        // One at a time, so that paging by this key is tried too.
        loop {
            let page = Page { limit: 1, cursor: cursor.take() };
            let found = advisories::list(&self.app, &me(), &ListQuery { page, ..query.clone() });
            let found = found.unwrap_or_else(|error| panic!("{sort}: {error}"));
            ids.extend(found.items.into_iter().map(|line| line.tracking_id));
            match found.next {
                Some(next) => cursor = Some(next),
                None => return ids,
            }
        }
    }

    pub fn lines(&self, filter: &str) -> Vec<RemediationLine> {
        remediation::lines(&self.app, &me(), &Within::default(), &self.query(filter)).unwrap().items
    }

    /// `advisory vulnerability asset state`, sorted.
    pub fn states(&self, filter: &str) -> Vec<String> {
        let mut all: Vec<String> = self
            .lines(filter)
            .iter()
            .map(|line| format!("{} {} {} {}", line.advisory, line.vulnerability, line.asset_tag, line.state))
            .collect();
        all.sort();
        all
    }

    pub fn set(&self, filter: &str, state: RemediationState) -> SetOutcome {
        self.tick();
        remediation::set(&self.app, &me(), &request(filter, state)).unwrap()
    }
}

pub fn request(filter: &str, state: RemediationState) -> SetRequest {
    SetRequest {
        within: Within::default(),
        filter: Filter::parse(filter).unwrap(),
        state,
        reason: "patched in the outage".to_owned(),
        expected: None,
    }
}

/// A valid document on Acme's valve and pump: `V` is affected below 2, `P` below 3, both by one vulnerability.
pub fn document(id: &str, version: &str) -> Value {
    let date = "2026-01-02T00:00:00Z";
    json!({
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.0", "lang": "en", "title": format!("Title of {id}"),
            "aggregate_severity": {"text": "Important"},
            "distribution": {"tlp": {"label": "WHITE"}},
            "publisher": {"category": "vendor", "name": "Acme PSIRT", "namespace": "https://acme.example",
                "contact_details": "psirt@acme.example", "issuing_authority": "Acme's own products"},
            "notes": [{"category": "summary", "text": "A test document."}],
            "references": [{"category": "self", "summary": "Itself", "url": format!("https://acme.example/{id}.json")}],
            "tracking": {"id": id, "status": "final", "version": version, "aliases": [format!("{id}-ALIAS")],
                "generator": {"engine": {"name": "Quill", "version": "3.1"}},
                "initial_release_date": "2026-01-01T00:00:00Z", "current_release_date": date,
                "revision_history": history(version)}
        },
        "product_tree": {
            "branches": [{"category": "vendor", "name": "Acme", "branches": [
                {"category": "product_family", "name": "Field devices", "branches": [
                    {"category": "product_name", "name": "Valve 12", "branches": [
                        {"category": "product_version_range", "name": "vers:intdot/<2",
                         "product": {"name": "Acme Valve 12 before 2", "product_id": "V"}}]},
                    {"category": "product_name", "name": "Pump 7", "branches": [
                        {"category": "product_version_range", "name": "vers:intdot/<3",
                         "product": {"name": "Acme Pump 7 before 3", "product_id": "P"}}]}]}]}],
            "product_groups": [{"group_id": "G", "product_ids": ["V", "P"], "summary": "Everything by Acme"}]
        },
        "vulnerabilities": [vulnerability("CVE-2026-0001")]
    })
}

fn history(version: &str) -> Value {
    let date = |day: u64| format!("2026-01-{day:02}T00:00:00Z");
    if let Some((major, rest)) = version.split_once('.') {
        let major: u64 = major.parse().unwrap();
        let mut entries = Vec::new();
        for number in 1..=major {
            entries.push(json!({"date": date(1), "number": format!("{number}.0.0"), "summary": "Major."}));
        }
        if rest != "0.0" {
            entries.push(json!({"date": date(2), "number": version, "summary": "Minor."}));
        }
        return json!(entries);
    }
    let last: u64 = version.parse().unwrap();
    let entry = |number: u64| {
        json!({"date": date(if number == last { 2 } else { 1 }), "number": number.to_string(),
        "summary": format!("Summary of {number}")})
    };
    json!((1..=last).map(entry).collect::<Vec<_>>())
}

/// A vulnerability that affects both products and is fixed for both.
pub fn vulnerability(cve: &str) -> Value {
    json!({
        "cve": cve, "title": format!("Title of {cve}"),
        "notes": [{"category": "description", "text": format!("Flaw {cve}.")}],
        "product_status": {"known_affected": ["V", "P"]},
        "scores": [{"products": ["V", "P"], "cvss_v3": score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, "CRITICAL")}],
        "remediations": [{"category": "vendor_fix", "details": "Update to 2", "group_ids": ["G"]}]
    })
}

pub fn score(vector: &str, base: f64, severity: &str) -> Value {
    json!({"version": "3.1", "vectorString": vector, "baseScore": base, "baseSeverity": severity})
}

/// The document with something else at a place.
pub fn with(mut document: Value, pointer: &str, value: Value) -> Value {
    *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = value;
    document
}
