//! The verbs on patches, as scripts use them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdpoint"));
        command.arg("--data-dir").arg(self.folder.path().join("data")).args(arguments);
        command.stdin(Stdio::null()).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!("{arguments:?}: {error}\n{text}\n{}", String::from_utf8_lossy(&output.stderr))
        })
    }
}

/// A month of CVRF: two products, each with an article that replaces another.
fn month(second_severity: &str) -> String {
    let fix = |kb: &str, old: &str, product: &str, build: &str| {
        json!({"Description": {"Value": kb}, "Supercedence": old, "ProductID": [product], "Type": 2,
            "SubType": "Security Update", "RestartRequired": {"Value": "Yes"}, "FixedBuild": build})
    };
    let vulnerability = |cve: &str, severity: &str, fixes: Vec<Value>| {
        json!({"CVE": cve, "Title": {"Value": "A flaw"},
            "ProductStatuses": [{"ProductID": ["1", "2"], "Type": 3}],
            "Threats": [{"Description": {"Value": severity}, "ProductID": ["1", "2"], "Type": 3}],
            "Remediations": fixes})
    };
    json!({
        "DocumentTracking": {"Identification": {"ID": {"Value": "2031-Feb"}},
            "InitialReleaseDate": "2031-02-11T08:00:00Z", "CurrentReleaseDate": "2031-02-12T08:00:00Z"},
        "ProductTree": {"FullProductName": [
            {"ProductID": "1", "Value": "Windows 10 Version 22H2 for x64-based Systems"},
            {"ProductID": "2", "Value": "Windows Server 2016"}]},
        "Vulnerability": [
            vulnerability("CVE-2031-0001", "Critical", vec![
                fix("9900001", "9900000", "1", "10.0.19045.1000"), fix("9900011", "", "2", "10.0.14393.1000")]),
            vulnerability("CVE-2031-0002", second_severity, vec![
                fix("9900002", "9900001", "1", "10.0.19045.2000")])]
    })
    .to_string()
}

const ASSETS: &str = "asset_tag,name,site,os_name,os_version\n\
    WS-1,Has the newest,North,Microsoft Windows 10 Enterprise,22H2\n\
    WS-2,Has the older,North,Windows 10 Pro,10.0.19045.1000\n\
    WS-3,Nobody looked,North,Windows 10 Pro,22H2\n\
    WS-4,No release,North,Windows 10,\n\
    SRV-1,Server,North,Windows Server 2016 Standard,10.0.14393.500\n\
    PLC-1,No Windows,North,VxWorks,7\n";

const SOFTWARE: &str = "asset_tag,vendor,product,version,purl,cpe\n\
    WS-1,Microsoft,KB9900002,,,\n\
    WS-2,Microsoft Corporation,Security Update for Windows (KB9900001),,,\n\
    WS-4,Microsoft,kb 9900000,,,\n\
    SRV-1,Microsoft,KB9900000,,,\n";

fn plant() -> Place {
    let place = Place::new();
    let month = place.file("in/2031-Feb", &month("Important"));
    place.json(&["feed", "import", &month, "-o", "json"]);
    let (assets, software) = (place.file("assets.csv", ASSETS), place.file("software.csv", SOFTWARE));
    place.json(&["asset", "import", &assets, "-o", "json"]);
    place.json(&["asset", "import", &software, "-o", "json"]);
    place
}

#[test]
fn files_come_in_once_and_what_is_none_is_named() {
    let place = Place::new();
    place.file("in/2031-Feb", &month("Important"));
    place.file("in/notes.txt", "nothing");
    let folder = place.folder.path().join("in");
    let first = place.json(&["feed", "import", folder.to_str().unwrap(), "-o", "json"]);
    assert_eq!(first["files"], json!({"read": 2, "taken": 1, "unchanged": 0, "failed": 1}));
    assert_eq!(first["problems"][0]["code"], "kind-not-certain");
    let file = folder.join("2031-Feb");
    let again = place.json(&["feed", "import", file.to_str().unwrap(), "-o", "json"]);
    assert_eq!((&again["files"]["unchanged"], &again["audit_sequence"]), (&json!(1), &Value::Null));
    place.file("in/2031-Feb", &month("Low"));
    let changed = place.json(&["feed", "import", file.to_str().unwrap(), "-o", "json"]);
    assert_eq!(changed["files"]["taken"], json!(1), "{changed}");
    let shown = place.json(&["patch", "show", "9900002", "-o", "json"]);
    assert_eq!(shown["patch"]["severity"], "Low");
    assert_eq!(place.run(&["patch", "show", "KB1111111"]).status.code(), Some(5));
}

#[test]
fn what_no_source_says_of_a_patch_is_a_question_mark() {
    let place = Place::new();
    let month = place.file("in/2031-Feb", &month(""));
    place.json(&["feed", "import", &month, "-o", "json"]);
    let output = place.run(&["patch", "list", "--filter", "name:KB9900002"]);
    let printed = String::from_utf8(output.stdout).unwrap();
    let (header, row) = printed.split_once('\n').unwrap();
    let severity: String = row.chars().skip(header.find("Severity").unwrap()).take(3).collect();
    assert_eq!(severity, "?  ", "{printed}");
}

#[test]
fn patches_are_listed_and_shown_with_their_sources() {
    let place = plant();
    let list =
        place.json(&["patch", "list", "--filter", "cve:CVE-2031-0001", "--sort", "name", "-o", "json"]);
    let names: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|patch| patch["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["KB9900001", "KB9900011"]);
    let shown = place.json(&["patch", "show", "kb 9900002", "-o", "json"]);
    assert_eq!(shown["records"][0]["supersedes"], json!(["KB9900001"]));
    assert_eq!(shown["records"][0]["fixed_build"], "10.0.19045.2000");
    let text = String::from_utf8(place.run(&["patch", "show", "KB9900002"]).stdout).unwrap();
    assert!(text.contains("replaces: KB9900001"), "{text}");
}

#[test]
fn an_assets_patches_say_what_covers_what_and_what_is_missing() {
    let place = plant();
    let of = |asset: &str| place.json(&["patch", "covers", asset, "-o", "json"]);
    let standing = |asset: &str, patch: &str| {
        let answer = of(asset);
        let rows = answer["patches"]["items"].as_array().unwrap().clone();
        rows.into_iter().find(|row| row["patch"] == patch).unwrap_or(Value::Null)
    };
    let covered = standing("WS-1", "KB9900001");
    assert_eq!(covered["standing"], "covered");
    assert_eq!(
        covered["why"],
        "KB9900002 is installed and covers KB9900001: KB9900002 replaces KB9900001 (msrc)"
    );
    assert_eq!(covered["steps"][0]["products"], json!(["Windows 10 Version 22H2 for x64-based Systems"]));
    assert_eq!(standing("WS-2", "KB9900001")["standing"], "installed");
    assert_eq!(standing("WS-2", "KB9900002")["standing"], "missing");
    assert_eq!(of("WS-2")["open_vulnerabilities"], json!(["CVE-2031-0002"]));
    // Nobody has listed anything: unknown, not missing.
    assert_eq!(of("WS-3")["standings"], json!({"installed": 0, "covered": 0, "missing": 0, "unknown": 3}));
    // The release is not known: nothing is missing for certain.
    assert_eq!(standing("WS-4", "KB9900002")["standing"], "unknown");
    assert_eq!(standing("WS-4", "KB9900000")["standing"], "installed");
    // Windows 10's articles say nothing of the server.
    assert_eq!(standing("SRV-1", "KB9900002"), Value::Null);
    assert_eq!(standing("SRV-1", "KB9900011")["standing"], "missing");
    assert_eq!(of("PLC-1")["products"], json!([]));
    let text = String::from_utf8(place.run(&["patch", "covers", "PLC-1"]).stdout).unwrap();
    assert!(text.contains("nothing can be said"), "{text}");
    let only = place.json(&["patch", "covers", "WS-2", "--standing", "missing", "-o", "json"]);
    assert_eq!(only["patches"]["count"]["value"], json!(1));
}

#[test]
fn a_vulnerability_names_the_assets_that_lack_its_patches() {
    let place = plant();
    let lack = place.json(&["patch", "lacking", "cve-2031-0002", "-o", "json"]);
    let verdicts: Vec<(&str, &str)> = lack["assets"]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["tag"].as_str().unwrap(), row["verdict"].as_str().unwrap()))
        .collect();
    assert_eq!(verdicts, [("WS-1", "no"), ("WS-2", "yes"), ("WS-3", "unknown"), ("WS-4", "unknown")]);
    assert_eq!(
        (&lack["yes"], &lack["no"], &lack["unknown"], &lack["not_listed"]),
        (&json!(1), &json!(1), &json!(2), &json!(1)),
        "the server is counted apart: {lack}"
    );
    let page = place.json(&["patch", "lacking", "CVE-2031-0001", "--limit", "2", "-o", "json"]);
    assert_eq!(page["assets"]["next"], "WS-1");
    let rest = place.json(&[
        "patch",
        "lacking",
        "CVE-2031-0001",
        "--cursor",
        "WS-1",
        "--verdict",
        "no",
        "-o",
        "json",
    ]);
    assert_eq!(rest["assets"]["items"][0]["tag"], "WS-2");
    let unheard = place.json(&["patch", "lacking", "CVE-2031-9999", "-o", "json"]);
    assert_eq!((&unheard["has_patches"], &unheard["yes"]), (&json!(false), &json!(0)));
}
