//! Feeds and vulnerabilities at the command line: JSON whose names are stable, exit codes that say what happened.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdpoint"));
        command.arg("--data-dir").arg(self.folder.path().join("data")).args(arguments).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["-o", "json"]].concat());
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn kev() -> String {
    json!({"title": "Catalogue", "catalogVersion": "2026.03.01", "dateReleased": "2026-03-01T12:00:00.0000Z",
        "count": 1, "vulnerabilities": [{"cveID": "CVE-2026-0001", "vendorProject": "Acme", "product": "Pump",
            "vulnerabilityName": "Flaw", "dateAdded": "2026-01-02", "shortDescription": "A flaw.",
            "requiredAction": "Patch.", "dueDate": "2026-02-01", "knownRansomwareCampaignUse": "Known",
            "notes": "", "cwes": []}]})
    .to_string()
}

fn nvd() -> String {
    json!({"resultsPerPage": 1, "startIndex": 0, "totalResults": 1, "format": "NVD_CVE", "version": "2.0",
        "timestamp": "2026-01-03T00:00:00.000", "vulnerabilities": [{"cve": {"id": "CVE-2026-0001",
            "sourceIdentifier": "cna@acme.example", "vulnStatus": "Analyzed",
            "published": "2026-01-01T00:00:00.000", "lastModified": "2026-01-02T00:00:00.000",
            "descriptions": [{"lang": "en", "value": "A flaw."}], "metrics": {},
            "configurations": [{"nodes": [{"operator": "OR", "negate": false, "cpeMatch": [{"vulnerable": true,
                "criteria": "cpe:2.3:a:acme:pump_server:*:*:*:*:*:*:*:*", "versionEndExcluding": "2.4",
                "matchCriteriaId": "X"}]}]}]}}]})
    .to_string()
}

#[test]
fn files_are_taken_in_and_what_was_never_read_is_unknown() {
    let place = Place::new();
    let records = place.file("in/1", &nvd());
    let report = place.json(&["feed", "import", records.to_str().unwrap()]);
    assert_eq!((&report["kinds"], &report["records"]["new"]), (&json!(["nvd"]), &json!(1)), "{report}");
    let listed = place.json(&["vulnerability", "list"]);
    assert_eq!(listed["items"][0]["threat"]["kev"], json!("unknown"));
    let touched = |place: &Place| {
        let printed = String::from_utf8(place.run(&["vulnerability", "list"]).stdout).unwrap();
        let (header, row) = printed.split_once('\n').unwrap();
        row[header.find("Affected").unwrap()..].chars().next().unwrap()
    };
    assert_eq!(touched(&place), '0', "a feed says what it is in, and every asset could be compared");
    let nameless = place.file("assets.csv", "asset_tag,site,vendor,product\nX-1,North,,\n");
    place.json(&["asset", "import", nameless.to_str().unwrap()]);
    assert_eq!(touched(&place), '?', "nobody knows what X-1 is");
    let catalogue = place.file("in/2", &kev());
    place.json(&["feed", "import", catalogue.to_str().unwrap()]);
    let listed = place.json(&["vulnerability", "list", "--filter", "kev:yes"]);
    let threat = &listed["items"][0]["threat"];
    assert_eq!((&threat["kev"], &threat["ransomware"]), (&json!("yes"), &json!("known")));
    assert!(threat["kev_read_at"].is_string());
    let again = place.json(&["feed", "import", catalogue.to_str().unwrap()]);
    assert_eq!((&again["files"]["unchanged"], &again["audit_sequence"]), (&json!(1), &Value::Null));
    let shown = place.json(&["vulnerability", "show", "cve-2026-0001"]);
    assert_eq!(shown["records"][0]["source"], json!("nvd"));
    assert_eq!(shown["kev_history"][0]["due"], json!("2026-02-01"));
    let status = place.json(&["feed", "status"]);
    assert_eq!((&status["items"][0]["kind"], &status["items"][0]["records"]), (&json!("kev"), &json!(1)));
    assert_eq!(place.run(&["vulnerability", "show", "CVE-1999-1"]).status.code(), Some(5));
}

#[test]
fn a_file_that_does_not_say_what_it_is_is_partly_done_and_says_what_to_do() {
    let place = Place::new();
    let file = place.file("kev.json", "{\"vulnerabilities\": []}");
    let output = place.run(&["feed", "import", file.to_str().unwrap(), "-o", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(report["problems"][0]["code"], json!("kind-not-certain"));
}

#[test]
fn a_folder_is_a_feed_and_an_asset_has_its_vulnerabilities() {
    let place = Place::new();
    place.file("drop/nvd", &nvd());
    let folder = place.folder.path().join("drop");
    assert!(place.run(&["feed", "add", "drop", "--folder", folder.to_str().unwrap()]).status.success());
    let checks = place.json(&["feed", "check"]);
    assert_eq!(
        (&checks["items"][0]["result"], &checks["items"][0]["records"]["new"]),
        (&json!("new"), &json!(1))
    );
    assert_eq!(place.json(&["feed", "check", "drop"])["items"][0]["result"], json!("none"));
    let assets = place.file("assets.csv", "asset_tag,name,vendor,product\nP-1,Pump 1,,\n");
    let software = place.file(
        "software.csv",
        "asset_tag,vendor,product,version,purl,cpe\n\
         P-1,,pump server,2.3,,cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*\n",
    );
    for file in [assets, software] {
        place.json(&["asset", "import", file.to_str().unwrap()]);
    }
    let own = place.json(&["asset", "vulnerabilities", "P-1"]);
    assert_eq!(
        (&own["items"][0]["reference"], &own["items"][0]["verdict"]),
        (&json!("CVE-2026-0001"), &json!("yes"))
    );
    let touched = place.json(&["vulnerability", "assets", "CVE-2026-0001"]);
    assert_eq!(touched["items"][0]["voices"][0]["source"], json!("nvd"));
    let explained = place.json(&["vulnerability", "explain", "CVE-2026-0001", "P-1"]);
    assert_eq!(explained["feeds"][0]["leaves"][0]["version"], json!("2.3"));
    let bom = place.file(
        "bom.json",
        &json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": [
            {"type": "application", "name": "pump server", "version": "2.3",
                "cpe": "cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*"}]})
        .to_string(),
    );
    let output = place.run(&["vulnerability", "match", bom.to_str().unwrap(), "-o", "jsonl"]);
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&line["vulnerability"], &line["answer"]), (&json!("CVE-2026-0001"), &json!("yes")));
}
