//! `holdpoint review` and `holdpoint rule` as scripts use them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

struct Place(TempDir);

impl Place {
    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdpoint"));
        command.arg("--data-dir").arg(self.0.path().join("data")).args(arguments);
        command.env("USER", "a.weber").stdin(Stdio::null()).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!("{arguments:?}: {error}\n{text}\n{}", String::from_utf8_lossy(&output.stderr))
        })
    }

    fn exit(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments);
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn verdicts(&self) -> Vec<String> {
        let listed = self.json(&["match", "list", "-o", "json"]);
        let lines = listed["items"].as_array().unwrap();
        lines.iter().map(|line| line["verdict"].as_str().unwrap().to_owned()).collect()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn plant() -> Place {
    let place = Place(tempfile::tempdir().unwrap());
    let date = "2026-01-01T00:00:00Z";
    let document = json!({
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.0", "title": "Flow computer",
            "publisher": {"category": "vendor", "name": "Acme PSIRT", "namespace": "https://acme.example"},
            "notes": [{"category": "summary", "text": "A test document."}],
            "references": [{"category": "self", "summary": "Itself", "url": "https://acme.example/a.json"}],
            "tracking": {"id": "ACME-1", "status": "final", "version": "1", "initial_release_date": date,
                "current_release_date": date,
                "revision_history": [{"date": date, "number": "1", "summary": "First."}]}
        },
        "product_tree": {"branches": [{"category": "vendor", "name": "Acme", "branches": [
            {"category": "product_name", "name": "Flow Computer FX300", "branches": [
                {"category": "product_version_range", "name": "vers:intdot/<2",
                 "product": {"name": "Acme Flow Computer FX300", "product_id": "P1"}}]}]}]},
        "vulnerabilities": [{
            "cve": "CVE-2026-0001", "notes": [{"category": "description", "text": "A flaw."}],
            "product_status": {"known_affected": ["P1"]},
            "remediations": [{"category": "none_available", "details": "None.", "product_ids": ["P1"]}]
        }]
    });
    let document = place.file("acme-1.json", &document.to_string());
    let assets = place.file(
        "assets.csv",
        "asset_tag,site,vendor,product,firmware_version\nF-1,North,Acme,Flow Computer FX300 Compact,1.5\n",
    );
    place.json(&["advisory", "import", text(&document), "-o", "json"]);
    place.json(&["asset", "import", text(&assets), "-o", "json"]);
    place
}

#[test]
fn a_question_is_listed_shown_confirmed_and_taken_back() {
    let place = plant();
    assert_eq!(place.verdicts(), ["unknown"]);
    let listed = place.json(&["review", "list", "--filter", "weight:open", "-o", "json"]);
    assert_eq!(listed["count"]["value"], 1);
    let key = listed["items"][0]["key"].as_str().unwrap().to_owned();
    let shown = place.run(&["review", "show", &key]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("FX300 Compact") && shown.contains("ACME-1"), "{shown}");

    let (code, why) = place.exit(&["review", "confirm", &key]);
    assert!(code == 1 && why.contains("reason"), "{code} {why}");
    let (code, why) = place.exit(&["review", "confirm", "0000000000000000", "--reason", "the plate"]);
    assert!(code == 5 && why.contains("no open question"), "{code} {why}");
    let confirm =
        ["review", "confirm", &key, "--reason", "the plate", "--expires", "2999-01-01", "-o", "json"];
    let done = place.json(&confirm);
    let done = &done["items"][0];
    assert_eq!((&done["written"], &done["matches"]["changed"]), (&json!("new"), &json!(1)));
    assert_eq!(place.verdicts(), ["yes"]);
    assert_eq!(place.json(&confirm)["items"][0]["written"], "there");
    let (code, why) = place.exit(&["review", "reject", &key, "--reason", "or not"]);
    assert!(code == 6 && why.contains("the plate"), "{code} {why}");

    let rule = done["rule"].as_str().unwrap();
    let shown = place.json(&["rule", "show", rule, "-o", "json"]);
    assert_eq!((&shown["rule"]["author"], &shown["settles"]["assets"]), (&json!("a.weber"), &json!(1)));
    assert_eq!(place.exit(&["rule", "replay"]).0, 0);
    place.json(&["rule", "withdraw", rule, "--reason", "another's plate", "-o", "json"]);
    assert_eq!(place.verdicts(), ["unknown"]);
    assert_eq!(place.exit(&["rule", "show", "nothing"]).0, 5);
}

#[test]
fn rules_go_from_one_plant_to_another_and_never_win_silently() {
    let (here, there) = (plant(), plant());
    let names = |verdict: &'static str| {
        [
            "rule",
            "create",
            "names",
            "--our-vendor",
            "Acme",
            "--our-product",
            "Flow Computer FX300 Compact",
            "--their-vendor",
            "Acme",
            "--their-product",
            "Flow Computer FX300",
            "--verdict",
            verdict,
            "--example-version",
            "1.5",
            "--example-range",
            "< 2",
            "--reason",
            "catalogue",
            "-o",
            "json",
        ]
    };
    here.json(&names("same"));
    let file = here.0.path().join("rules.json");
    assert_eq!(here.exit(&["rule", "export", text(&file)]).0, 0);
    let preview = there.json(&["rule", "import", text(&file), "--dry-run", "-o", "json"]);
    assert_eq!((&preview["new"], there.verdicts()), (&json!(1), vec!["unknown".to_owned()]));
    there.json(&["rule", "import", text(&file), "-o", "json"]);
    assert_eq!(there.verdicts(), ["yes"]);

    let third = plant();
    third.json(&names("different"));
    let (code, _) = third.exit(&["rule", "import", text(&file)]);
    assert_eq!(code, 7, "the file contradicts a rule that is here");
    assert!(!third.verdicts().contains(&"yes".to_owned()));
    assert_eq!(third.exit(&names("same")).0, 6);

    assert_eq!(third.json(&["review", "policy", "--persons", "2", "-o", "json"]), json!({"persons": 2}));
}
