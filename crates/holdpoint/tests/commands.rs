//! The commands as scripts use them: JSON whose names are stable, exit codes that say what happened.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
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

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdpoint"));
        command.arg("--data-dir").arg(self.folder.path().join("data")).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!("{arguments:?}: {error}\n{text}\n{}", String::from_utf8_lossy(&output.stderr))
        })
    }

    fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The cells of a printed table under these titles, row by row.
    fn cells(&self, arguments: &[&str], titles: &[&str]) -> Vec<Vec<String>> {
        let printed = self.text(arguments);
        let mut lines = printed.lines();
        let header = lines.next().unwrap();
        let starts: Vec<usize> = titles.iter().map(|title| header.find(title).unwrap()).collect();
        // Two blanks end a cell; a cell that begins with them is empty.
        let cell = |line: &str, start: usize| {
            let rest: String = line.chars().skip(start).collect();
            rest.split("  ").next().unwrap_or_default().trim().to_owned()
        };
        lines.map(|line| starts.iter().map(|start| cell(line, *start)).collect()).collect()
    }

    fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(arguments);
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A small, valid advisory on one product of Acme with one order number.
fn advisory(version: &str, range: &str) -> String {
    let date = "2026-01-01T00:00:00Z";
    json!({
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.0", "title": "Pump controller",
            "publisher": {"category": "vendor", "name": "Acme PSIRT", "namespace": "https://acme.example"},
            "notes": [{"category": "summary", "text": "A test document."}],
            "references": [{"category": "self", "summary": "Itself", "url": "https://acme.example/a.json"}],
            "tracking": {"id": "ACME-1", "status": "final", "version": version, "initial_release_date": date,
                "current_release_date": date,
                "revision_history": [{"date": date, "number": version, "summary": "A revision."}]}
        },
        "product_tree": {"branches": [{"category": "vendor", "name": "Acme Inc.", "branches": [
            {"category": "product_name", "name": "Pump Controller 300", "branches": [
                {"category": "product_version_range", "name": range, "product": {
                    "name": "Acme Pump Controller 300", "product_id": "P1",
                    "product_identification_helper": {"model_numbers": ["PC300-AB1"]}}}]}]}]},
        "vulnerabilities": [{
            "cve": "CVE-2026-0001", "notes": [{"category": "description", "text": "A flaw."}],
            "product_status": {"known_affected": ["P1"]},
            "remediations": [{"category": "vendor_fix", "details": "Install 2.4.", "product_ids": ["P1"]}]
        }]
    })
    .to_string()
}

const ASSETS: &str = "asset_tag,name,site,zone,purdue_level,kind,vendor,product,order_number,serial_number,\
    hardware_revision,firmware_version,os_name,os_version,ip,mac\n\
    P-1,Pump 1,North,Z1,1,plc,ACME,Pump Controller 300,PC300-AB1,1,,2.3,,,10.0.0.1,\n\
    P-2,Pump 2,North,Z1,1,plc,Acme,Pump Controller 300,pc300-ab1,2,,2.4,,,10.0.0.2,\n\
    P-3,Pump 3,South,Z9,1,plc,Acme,Pump Controller 300,PC300-AB1,3,,,,,10.0.0.3,\n\
    P-4,Pump 4,South,Z9,seven,plc,Acme,Pump Controller 300,PC300-AB1,4,,2.3,,,10.0.0.4,\n";

fn plant() -> Place {
    let place = Place::new();
    let document = place.file("in/acme-1.json", &advisory("1", "vers:intdot/<2.4"));
    let assets = place.file("assets.csv", ASSETS);
    place.json(&["advisory", "import", text(document.parent().unwrap()), "-o", "json"]);
    place.json(&["asset", "import", text(&assets), "-o", "json"]);
    place
}

#[test]
fn the_batch_verbs_keep_their_shapes() {
    let place = Place::new();
    let document = place.file("in/acme-1.json", &advisory("1", "vers:intdot/<2.4"));
    let report = place.json(&["advisory", "import", text(&document), "-o", "json"]);
    assert_eq!(
        report["documents"],
        json!({"read": 1, "new": 1, "changed": 0, "unchanged": 0, "quarantined": 0})
    );
    assert_eq!(report["expressions"], json!({"decided": 1, "conditional": 0, "not_understood": 0}));
    let again = place.json(&["advisory", "import", text(&document), "-o", "json"]);
    assert_eq!(again["documents"]["unchanged"], json!(1));
    assert_eq!(again["audit_sequence"], Value::Null, "the second import changes nothing");

    let assets = place.file("assets.csv", ASSETS);
    let report = place.json(&["asset", "import", text(&assets), "-o", "json"]);
    assert_eq!(
        (&report["rows"], &report["new"], &report["changed"], &report["unchanged"]),
        (&json!(4), &json!(3), &json!(0), &json!(0))
    );
    assert_eq!(report["rejected"][0]["row"], json!(5));
    assert!(report["rejected"][0]["reason"].as_str().unwrap().contains("seven"), "{report}");
    let software =
        place.file("software.csv", "asset_tag,vendor,product,version,purl,cpe\nP-1,Acme,Pump Tool,1.2,,\n");
    let report = place.json(&["asset", "import", text(&software), "-o", "json"]);
    assert_eq!((&report["rows"], &report["changed"]), (&json!(1), &json!(1)));
    let ghost =
        place.file("ghost.csv", "asset_tag,vendor,product,version,purl,cpe\nP-11,Acme,Pump Tool,1.2,,\n");
    let report = place.json(&["asset", "import", text(&ghost), "-o", "json"]);
    assert_eq!(
        (&report["new"], report["rejected"].as_array().map(Vec::len)),
        (&json!(0), Some(1)),
        "{report}"
    );
}

#[test]
fn matches_are_listed_explained_and_counted() {
    let place = plant();
    let found = place.lines(&["match", "list", "-o", "jsonl"]);
    let verdicts: Vec<(&str, &str, &str)> = found
        .iter()
        .map(|line| {
            let word = |field: &str| line[field].as_str().unwrap();
            (word("asset_tag"), word("verdict"), word("confidence"))
        })
        .collect();
    assert_eq!(
        verdicts,
        [("P-1", "yes", "confirmed"), ("P-2", "no", "confirmed"), ("P-3", "unknown", "version_unknown")]
    );
    for field in [
        "id",
        "advisory",
        "publisher",
        "revision",
        "product_id",
        "vulnerability",
        "rung",
        "expression",
        "why",
    ] {
        assert!(found[0][field].as_str().is_some_and(|value| !value.is_empty()), "{field}: {}", found[0]);
    }
    assert_eq!(place.lines(&["match", "list", "--asset", "P-3", "-o", "jsonl"]).len(), 1);
    assert_eq!(place.lines(&["match", "list", "--advisory", "ACME-1", "-o", "jsonl"]).len(), 3);
    let explained = place.json(&["match", "explain", found[0]["id"].as_str().unwrap(), "-o", "json"]);
    assert_eq!(explained["sentence"], found[0]["why"]);
    assert!(explained["evidence"].as_array().unwrap().len() >= 3);
    let raw: Vec<&Value> =
        explained["raw"]["pointers"].as_array().unwrap().iter().map(|place| &place["value"]).collect();
    for value in [json!("Acme Inc."), json!("Pump Controller 300"), json!("vers:intdot/<2.4")] {
        assert!(raw.contains(&&value), "{value} does not stand in {raw:?}");
    }
    let impact = place.json(&["advisory", "impact", "ACME-1", "-o", "json"]);
    assert_eq!(impact["totals"], json!({"yes": 1, "unknown": 1, "no": 1}));
}

/// One asset of which no advisory speaks, and one that none can be compared with.
const UNSPOKEN: &str = "asset_tag,site,vendor,product\nQ-1,North,Beta,Mixer 500\nQ-2,North,,\n";

#[test]
fn an_asset_of_which_no_advisory_speaks_shows_no_nought() {
    let place = plant();
    let status = place.text(&["status"]);
    assert!(!status.contains("No advisory"), "advisories speak of every asset: {status}");
    let unspoken = place.file("unspoken.csv", UNSPOKEN);
    place.json(&["asset", "import", text(&unspoken), "-o", "json"]);
    let rows = place.cells(&["asset", "list"], &["Tag", "Affected", "To check", "Lane", "Clock"]);
    let row = |tag: &str| rows.iter().find(|row| row[0] == tag).unwrap()[1..].to_vec();
    assert_eq!(row("P-2"), ["0", "0", "nothing open", "nothing open"], "a line says no");
    assert_eq!(row("P-3")[..2], ["0", "1"]);
    for tag in ["Q-1", "Q-2"] {
        assert_eq!(row(tag), ["?", "?", "?", "?"], "{tag}");
        let shown = place.text(&["asset", "show", tag]);
        assert!(shown.contains("no advisory speaks of it"), "{shown}");
        for list in ["advisories", "vulnerabilities"] {
            let beside = String::from_utf8(place.run(&["asset", list, tag]).stderr).unwrap();
            assert!(beside.contains("no advisory speaks of it"), "{list} of {tag}: {beside}");
        }
    }
    assert!(!place.text(&["asset", "show", "P-2"]).contains("no advisory speaks of it"));
    let status = place.text(&["status"]);
    assert!(status.contains("for 2 of the assets, 1 of them without a name or a vendor"), "{status}");
}

#[test]
fn an_advisory_in_which_nothing_is_recognised_is_no_all_clear() {
    let place = plant();
    let other = advisory("1", "see the manual, table c")
        .replace("ACME-1", "ACME-2")
        .replace("Pump Controller 300", "Valve 7")
        .replace("PC300-AB1", "V7-1");
    let sure = advisory("1", "vers:intdot/<2.4")
        .replace("ACME-1", "ACME-3")
        .replace("Pump Controller 300", "Crane 9")
        .replace("PC300-AB1", "C9-1");
    for (name, document) in [("acme-2.json", other), ("acme-3.json", sure)] {
        let path = place.file(name, &document);
        place.json(&["advisory", "import", text(&path), "-o", "json"]);
    }
    let counts = || {
        let mut rows = place.cells(&["advisory", "list"], &["Advisory", "Affected", "To check"]);
        rows.sort();
        rows
    };
    let told = counts();
    assert_eq!(told[0], ["ACME-1", "1", "1"]);
    assert_eq!(told[1], ["ACME-2", "?", "?"], "its version text was not understood");
    assert_eq!(told[2], ["ACME-3", "0", "0"], "everything could be compared");
    assert!(place.text(&["advisory", "show", "ACME-3"]).contains("no asset here is recognised in it"));
    let unspoken = place.file("unspoken.csv", UNSPOKEN);
    place.json(&["asset", "import", text(&unspoken), "-o", "json"]);
    assert_eq!(counts()[2], ["ACME-3", "?", "?"], "one asset has neither a name nor a vendor");
    let impact = place.text(&["advisory", "impact", "ACME-3"]);
    assert!(impact.contains("no asset here is recognised in it"), "{impact}");
    assert!(impact.contains("? 1 of the assets cannot be compared with any advisory"), "{impact}");
}

#[test]
fn what_nobody_said_of_a_vulnerability_or_a_supplier_is_a_question_mark() {
    let place = plant();
    let titles = ["Name", "Score", "KEV", "EPSS", "SSVC", "Affected", "To check"];
    let rows = place.cells(&["vulnerability", "list"], &titles);
    assert_eq!(rows, [["CVE-2026-0001", "?", "unknown", "?", "?", "1", "1"]]);
    place.json(&["question", "ask", "Acme", "Is it approved?", "--patch", "KB1", "-o", "json"]);
    let rows = place.cells(&["question", "suppliers"], &["Supplier", "Open", "Answer takes"]);
    assert_eq!(rows, [["Acme", "1", "?"]]);
}

#[test]
fn a_silent_change_is_found_and_what_was_true_before_can_still_be_asked() {
    let place = plant();
    let before = place.json(&["advisory", "show", "ACME-1", "-o", "json"]);
    let received = before["received_at"].as_str().unwrap().to_owned();
    let changed = place.file("in/acme-1.json", &advisory("1", "vers:intdot/<2.5"));
    let report = place.json(&["advisory", "import", text(&changed), "-o", "json"]);
    assert_eq!(report["documents"]["changed"], json!(1));
    assert_eq!(report["changed"][0]["silent"], json!(true));
    assert_eq!(
        report["matches"]["changed"].as_u64().unwrap() + report["matches"]["carried_over"].as_u64().unwrap(),
        3
    );
    let verdict = |as_of: &[&str]| {
        let mut arguments = vec!["match", "list", "--asset", "P-2", "-o", "jsonl"];
        arguments.extend_from_slice(as_of);
        place.lines(&arguments)[0]["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict(&[]), "yes");
    let revisions = place.lines(&["advisory", "revisions", "ACME-1", "-o", "jsonl"]);
    assert_eq!(revisions.len(), 2);
    assert!(revisions.iter().any(|revision| revision["received_at"] == json!(received)));
    let entries = place.lines(&["audit", "list", "-o", "jsonl", "--filter", "action:asset.import"]);
    let imported = entries[0]["at"].as_str().unwrap();
    assert_eq!(verdict(&["--as-of", imported]), "no", "as of the first import of assets");
}

#[test]
fn after_each_command_everything_is_in_the_one_file() {
    let place = plant();
    let left: Vec<String> = std::fs::read_dir(place.folder.path().join("data"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(left, ["holdpoint.sqlite"], "whoever copies the file has everything");
}

#[test]
fn exit_codes_say_what_happened() {
    let place = plant();
    let code = |arguments: &[&str]| place.run(arguments).status.code();
    assert_eq!(code(&["audit", "verify"]), Some(0));
    assert_eq!(code(&["match", "explain", "9-9-9"]), Some(5));
    assert_eq!(code(&["advisory", "impact", "NONE-1"]), Some(5));
    assert_eq!(code(&["advisory", "import", "no-such-file"]), Some(1));
    assert_eq!(code(&["asset", "list", "--filter", "colour:red"]), Some(1));
    let bad = place.file("bad.json", "{\"document\": 1");
    assert_eq!(code(&["advisory", "import", text(&bad)]), Some(7));
    let held = place.lines(&["quarantine", "list", "-o", "jsonl"]);
    assert_eq!((held.len(), held[0]["code"].as_str()), (1, Some("not-json")));
    assert_eq!(code(&["audit", "verify", "--head", &"1".repeat(64)]), Some(11));
}

#[test]
fn an_exported_log_is_verified_without_a_database_and_tampering_is_named() {
    let place = plant();
    let export = place.folder.path().join("audit.jsonl");
    assert!(place.run(&["audit", "export", text(&export)]).status.success());
    let verified = place.json(&["audit", "verify", "--file", text(&export), "-o", "json"]);
    // Two imports, and after each the ranking of what it opened.
    assert_eq!((&verified["intact"], &verified["entries"]), (&json!(true), &json!(4)));
    let content = std::fs::read_to_string(&export).unwrap();
    let ranked = content.lines().filter(|line| line.contains("\"finding.rank\"")).count();
    assert_eq!((content.lines().count(), ranked), (4, 2));
    std::fs::write(&export, content.replacen("advisory.import", "advisory.removed", 1)).unwrap();
    let output = place.run(&["audit", "verify", "--file", text(&export), "-o", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &report["fault"]["sequence"]), (Some(11), &json!(1)));
}

#[test]
fn an_export_comes_back_without_a_difference_and_a_stale_one_is_refused() {
    let place = plant();
    for name in ["assets.csv", "assets.xlsx"] {
        let export = place.folder.path().join(format!("export-{name}"));
        assert!(place.run(&["asset", "export", text(&export)]).status.success());
        let report = place.json(&["asset", "import", text(&export), "-o", "json"]);
        assert_eq!(
            (&report["unchanged"], &report["changed"], &report["rejected"]),
            (&json!(3), &json!(0), &json!([])),
            "{name}"
        );
    }
    let emptied = std::fs::read_to_string(place.folder.path().join("export-assets.csv")).unwrap();
    let emptied = place.file("emptied.csv", &emptied.replacen(",10.0.0.2,", ",,", 1));
    let report = place.json(&["asset", "import", text(&emptied), "--dry-run", "-o", "json"]);
    let change = &report["changes"][0]["fields"][0];
    assert_eq!((&change["field"], &change["after"]), (&json!("ip"), &Value::Null), "{report}");
    let stale = place.folder.path().join("export-assets.csv");
    assert!(
        place
            .run(&["asset", "set", "P-3", "firmware_version=2.3", "--reason", "read at the device"])
            .status
            .success()
    );
    let report = place.json(&["asset", "import", text(&stale), "-o", "json"]);
    assert_eq!(report["rejected"].as_array().unwrap().len(), 1, "{report}");
    let found = place.lines(&["match", "list", "--asset", "P-3", "-o", "jsonl"]);
    assert_eq!(found[0]["verdict"], json!("yes"), "the version is known now");
}

#[test]
fn versions_are_answered_by_argument_and_line_by_line() {
    let place = Place::new();
    let answer =
        place.json(&["version", "contains", "< V3.1.4", "V2.9.4", "--vendor", "Siemens", "-o", "json"]);
    assert_eq!(answer["answer"], json!("yes"));
    let mut child =
        place.command(&["version", "contains"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let endless = "x".repeat(200_000);
    let questions = format!(
        "{{\"id\":7,\"text\":\"< 2\",\"version\":\"3\"}}\nnonsense\n\n{endless}\n{{\"text\":\"see manual c\",\"version\":\"1\"}}\n\u{0}\n{{\"text\":\"< 2\",\"version\":\"1.0\"}}"
    );
    child.stdin.take().unwrap().write_all(questions.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let answers: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let words: Vec<&str> = answers.iter().map(|answer| answer["answer"].as_str().unwrap()).collect();
    assert_eq!(
        (words, output.status.code()),
        (vec!["no", "unknown", "unknown", "unknown", "unknown", "unknown", "yes"], Some(7))
    );
    assert!(answers[3]["why"].as_str().unwrap().contains("line 4"), "one answer for one line, however long");
    let document = place.file("acme-1.json", &advisory("1", "vers:intdot/<2.4"));
    let read = place.lines(&["advisory", "expressions", text(&document), "-o", "jsonl"]);
    assert_eq!((&read[0]["outcome"], &read[0]["product_id"]), (&json!("decided"), &json!("P1")));
    assert!(!place.folder.path().join("data").exists(), "no database was needed, and none was made");
}

/// A server of this place whose lines go where nothing can be written, until it says where it listens.
#[cfg(target_os = "linux")]
fn serving_without_room(place: &Place) -> (std::process::Child, String) {
    use std::io::BufRead as _;
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("HOLDPOINT_LOG", "info,holdpoint_server=debug").stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(full).spawn().unwrap();
    let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut addresses =
        lines.filter_map(|line| line.strip_prefix("Holdpoint serves http://").map(str::to_owned));
    let address = addresses.next().unwrap();
    (child, address.trim_end_matches('/').to_owned())
}

#[test]
#[cfg(target_os = "linux")]
fn a_log_line_that_cannot_be_written_is_dropped_and_the_server_answers_and_ends() {
    use std::io::Read as _;
    let place = Place::new();
    let (mut child, address) = serving_without_room(&place);
    let mut answers = Vec::new();
    for path in ["/api/v1/assets", "/api/v1/nothing", "/api/v1/plans"] {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(30))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answers.push(answer.lines().next().unwrap_or_default().to_owned());
    }
    let ended = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(ended.success());
    let mut left = 300;
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if left == 0 => break None,
            None => std::thread::sleep(std::time::Duration::from_millis(100)),
        }
        left -= 1;
    };
    if status.is_none() {
        child.kill().unwrap();
    }
    assert!(answers.iter().all(|answer| answer.starts_with("HTTP/1.1 4")), "{answers:?}");
    assert!(status.is_some_and(|status| status.success()), "it ends when it is told to: {status:?}");
}
