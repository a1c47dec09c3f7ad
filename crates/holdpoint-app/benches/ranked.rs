//! How long ranking takes with 380,000 open findings: the first time, after an update of KEV, and for one asset.
//!
//! Run by `cargo xtask bench rank [FINDINGS]`. Fifty vulnerabilities of one product, and as many like assets as it takes; the
//! store is SQLite in a folder of its own. The surprise: after an update of KEV every open finding is ranked anew and compared
//! with what is kept, not only those of the vulnerabilities that it names.

#![expect(clippy::unwrap_used, reason = "a bench has no users, and fails by panicking")]

use holdpoint_app::edge::{OsRandom, SystemClock};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::ranking::refresh;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller, feeds};
use holdpoint_domain::Moment;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

/// Vulnerabilities of the product.
const VULNERABILITIES: usize = 50;
/// Rows of one import of assets.
const ROWS: usize = 20_000;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|text| text != "--bench");
    let findings: usize = arguments.next().map_or(380_000, |text| text.parse().unwrap());
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(&Location::Sqlite(data.path().join("holdpoint.db"))).unwrap();
    let app = App::new(store, Arc::new(SystemClock), Arc::new(OsRandom), AppSettings::default());
    let assets = findings / VULNERABILITIES;
    fleet(&app, assets);
    feed(&app, &nvd());
    report("first ranking of everything", &app);
    feed(&app, &kev());
    report("after an update of KEV, everything ranked anew", &app);
    one_asset(&app);
}

fn report(what: &str, app: &App) {
    let (started, processor) = (Instant::now(), processor_seconds());
    let counts = refresh::now(app).unwrap().unwrap_or_default();
    println!(
        "{what}: {} findings looked at, {} written, in {:.3} s by the clock, {:.3} s of the processor",
        counts.looked_at,
        counts.opened + counts.changed + counts.closed,
        started.elapsed().as_secs_f64(),
        processor_seconds() - processor
    );
}

/// What this thread has used of the processor; zero where the system does not say.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|first| first.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

fn bring(app: &App, table: &str) {
    let request = ImportRequest {
        name: "table.csv",
        bytes: table.as_bytes(),
        kind: ImportKind::Auto,
        run: Run::Apply,
        mode: Mode::ValidRows,
        table: holdpoint_app::inventory::TableChoice::default(),
        mapping: MappingChoice::Known,
        remember_as: None,
        asset: None,
        reason: "",
    };
    inventory::import(app, &Caller::operator("bench"), &request).unwrap();
}

fn fleet(app: &App, assets: usize) {
    for first in (0..assets).step_by(ROWS) {
        let mut tags = String::from("asset_tag,name,vendor,product\n");
        let mut software = String::from("asset_tag,vendor,product,version,purl,cpe\n");
        for asset in first..(first + ROWS).min(assets) {
            writeln!(tags, "A-{asset},A-{asset},,").unwrap();
            writeln!(software, "A-{asset},,pump server,2.3,,cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*")
                .unwrap();
        }
        bring(app, &tags);
        bring(app, &software);
    }
}

fn feed(app: &App, document: &Value) {
    let bytes = serde_json::to_vec(document).unwrap();
    feeds::import_bytes(app, &Caller::operator("bench"), "file", bytes, None, "").unwrap();
}

fn name(number: usize) -> String {
    format!("CVE-2026-{number:04}")
}

fn nvd() -> Value {
    let leaf = json!({"vulnerable": true, "criteria": "cpe:2.3:a:acme:pump_server:*:*:*:*:*:*:*:*",
        "versionEndExcluding": "2.4", "matchCriteriaId": "X"});
    let cvss = json!({"source": "nvd@nist.gov", "type": "Primary", "cvssData": {"version": "3.1",
        "vectorString": "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseScore": 8.1}});
    let records: Vec<Value> = (0..VULNERABILITIES)
        .map(|number| {
            json!({"cve": {"id": name(number), "sourceIdentifier": "cna@acme.example", "vulnStatus": "Analyzed",
                "published": "2026-01-01T00:00:00.000", "lastModified": "2026-01-02T00:00:00.000",
                "descriptions": [{"lang": "en", "value": "A flaw."}], "metrics": {"cvssMetricV31": [cvss]},
                "configurations": [{"nodes": [{"operator": "OR", "negate": false, "cpeMatch": [leaf]}]}]}})
        })
        .collect();
    json!({"resultsPerPage": records.len(), "startIndex": 0, "totalResults": records.len(), "format": "NVD_CVE",
        "version": "2.0", "timestamp": "2026-01-03T00:00:00.000", "vulnerabilities": records})
}

/// Two of the fifty are listed.
fn kev() -> Value {
    let entries: Vec<Value> = [3, 17]
        .into_iter()
        .map(|number| {
            json!({"cveID": name(number), "vendorProject": "Acme", "product": "Pump Server",
                "vulnerabilityName": "A flaw", "dateAdded": "2026-03-10", "shortDescription": "x",
                "requiredAction": "patch", "dueDate": "2026-03-31", "knownRansomwareCampaignUse": "Unknown"})
        })
        .collect();
    json!({"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2026.03.18",
        "dateReleased": "2026-03-18T12:00:00.0Z", "count": entries.len(), "vulnerabilities": entries})
}

fn one_asset(app: &App) {
    let caller = Caller::operator("bench");
    let (mut longest, mut busiest): (f64, f64) = (0.0, 0.0);
    for (asset, word) in ["minor", "major", "catastrophic", "moderate", "none"].into_iter().enumerate() {
        let tag = format!("A-{asset}");
        let known = inventory::get(app, &caller, &tag, Moment::OPEN).unwrap();
        let edit = inventory::edit::Edit {
            expected_revision: known.revision,
            fields: [(holdpoint_domain::asset::Field::SafetyConsequence, Some(word.to_owned()))].into(),
            reason: String::new(),
        };
        let (started, processor) = (Instant::now(), processor_seconds());
        inventory::edit::edit(app, &caller, known.asset.id, &edit).unwrap();
        longest = longest.max(started.elapsed().as_secs_f64());
        busiest = busiest.max(processor_seconds() - processor);
    }
    println!(
        "one asset's criticality changed, until its lanes are committed: at most {:.1} ms by the clock, {:.1} of the processor",
        longest * 1e3,
        busiest * 1e3
    );
}
