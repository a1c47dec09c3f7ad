//! The program is killed in the middle of imports, a hundred times: each time all of a change or nothing is
//! there, and the audit chain verifies.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const DOCUMENTS: usize = 60;
const KILLS: u64 = 100;

/// A small, valid advisory; its version and its content tell the round in which it was written.
fn document(number: usize, round: u64) -> Value {
    let date = "2026-01-01T00:00:00Z";
    let history: Vec<Value> = (1..=round + 1)
        .map(|version| json!({"date": date, "number": version.to_string(), "summary": "A revision."}))
        .collect();
    json!({
        "document": {
            "category": "csaf_security_advisory",
            "csaf_version": "2.0",
            "title": format!("Valve controller {number}, round {round}"),
            "lang": "en",
            "distribution": {"tlp": {"label": "WHITE"}},
            "notes": [{"category": "summary", "text": "A test document.", "title": "Summary"}],
            "publisher": {"category": "other", "name": "Test", "namespace": "https://test.example"},
            "references": [{"category": "self", "summary": "Itself", "url": "https://test.example/a.json"}],
            "tracking": {
                "id": format!("TEST-{number:04}"), "status": "final", "version": (round + 1).to_string(),
                "initial_release_date": date, "current_release_date": date, "revision_history": history
            }
        },
        "product_tree": {"branches": [{"category": "vendor", "name": "Acme", "branches": [
            {"category": "product_name", "name": format!("Valve {number}"), "branches": [
                {"category": "product_version_range", "name": format!("vers:intdot/<{}", round + 2),
                 "product": {"name": format!("Acme Valve {number}"), "product_id": "P1"}}]}]}]},
        "vulnerabilities": [{
            "cve": "CVE-2026-0001",
            "notes": [{"category": "description", "text": "A flaw.", "title": "Flaw"}],
            "product_status": {"known_affected": ["P1"]},
            "remediations": [{"category": "none_available", "details": "None yet.", "product_ids": ["P1"]}]
        }]
    })
}

fn write_round(folder: &Path, round: u64) {
    for number in 0..DOCUMENTS {
        let text = document(number, round).to_string();
        std::fs::write(folder.join(format!("test-{number:04}.json")), text).unwrap();
    }
}

fn holdpoint(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holdpoint"));
    command.arg("--data-dir").arg(data).args(arguments).stdin(Stdio::null());
    command
}

fn lines(data: &Path, arguments: &[&str]) -> Vec<Value> {
    let output = holdpoint(data, arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The version that all documents have; they must all have the same, for a change is all or nothing.
fn version(data: &Path) -> Option<String> {
    let advisories = lines(data, &["advisory", "list", "-o", "jsonl", "--limit", "1000"]);
    let mut versions: Vec<&str> =
        advisories.iter().map(|line| line["tracking_version"].as_str().unwrap()).collect();
    versions.sort_unstable();
    versions.dedup();
    assert!(versions.len() <= 1, "half a change is there: versions {versions:?}");
    assert!(advisories.is_empty() || advisories.len() == DOCUMENTS, "{} documents", advisories.len());
    versions.first().map(|version| (*version).to_owned())
}

#[test]
fn a_hundred_kills_leave_all_of_a_change_or_nothing_and_a_chain_that_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let (data, inbox) = (folder.path().join("data"), folder.path().join("inbox"));
    std::fs::create_dir(&inbox).unwrap();
    std::fs::write(
        folder.path().join("assets.csv"),
        "asset_tag,vendor,product,firmware_version\nV-1,Acme,Valve 1,1\n",
    )
    .unwrap();
    let assets = folder.path().join("assets.csv");
    lines(&data, &["asset", "import", assets.to_str().unwrap(), "-o", "jsonl"]);
    let (mut killed, mut before) = (0_u64, None);
    let mut seed = 0x9E37_79B9_u64;
    // The longest delay finds its own size: shorter after an import that had ended, longer after one that had not.
    let mut longest_ms = 400;
    for round in 0..KILLS {
        write_round(&inbox, round);
        let mut child = holdpoint(&data, &["advisory", "import", inbox.to_str().unwrap()])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_millis((seed >> 33) % longest_ms));
        let ended = child.try_wait().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        killed += u64::from(ended.is_none());
        longest_ms =
            (if ended.is_none() { longest_ms * 11 / 10 } else { longest_ms * 8 / 10 }).clamp(20, 5_000);
        let after = version(&data);
        let complete = Some((round + 1).to_string());
        assert!(after == before || after == complete, "round {round}: {before:?} became {after:?}");
        assert!(ended.is_none() || after == complete, "round {round}: it ended and nothing is there");
        let verified = &lines(&data, &["audit", "verify", "-o", "jsonl"])[0];
        assert_eq!(verified["intact"], json!(true), "round {round}: {verified}");
        before = after;
    }
    assert!(
        killed >= KILLS / 4,
        "only {killed} imports were killed in the middle; the delays do not fit this machine"
    );
    // What is there can be worked with: the same folder again completes the last change, and then changes nothing.
    let last = &lines(&data, &["advisory", "import", inbox.to_str().unwrap(), "-o", "jsonl"])[0];
    assert_eq!(last["documents"]["read"], json!(DOCUMENTS));
    let again = &lines(&data, &["advisory", "import", inbox.to_str().unwrap(), "-o", "jsonl"])[0];
    assert_eq!(again["documents"]["unchanged"], json!(DOCUMENTS));
    let matches = lines(&data, &["match", "list", "-o", "jsonl"]);
    assert_eq!(matches.len(), 1);
    assert_eq!((&matches[0]["asset_tag"], &matches[0]["verdict"]), (&json!("V-1"), &json!("yes")));
}
