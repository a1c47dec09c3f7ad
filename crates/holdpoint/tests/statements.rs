//! The verbs on suppliers' statements, questions and files of patches, as scripts use them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_app::access_check::Limit;
use holdpoint_app::approval::baselines::{self, NewBaseline};
use holdpoint_app::edge::{Clock as _, OsRandom, SystemClock};
use holdpoint_app::people::{accounts, tokens};
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller};
use holdpoint_domain::access::{Grant, Role, RoleTable, Scope};
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::baseline::{AssetScope, Place as Where};
use serde_json::{Value, json};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdpoint"));
        command.arg("--data-dir").arg(self.folder.path().join("data")).args(arguments);
        command.stdin(Stdio::null()).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let mut all = vec!["-o", "json"];
        all.extend(arguments);
        let output = self.run(&all);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!("{arguments:?}: {error}\n{text}\n{}", String::from_utf8_lossy(&output.stderr))
        })
    }

    /// As somebody with a token.
    fn as_person(&self, token: &str, arguments: &[&str]) -> (i32, Value) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdpoint"));
        command.arg("--data-dir").arg(self.folder.path().join("data")).args(["-o", "json"]).args(arguments);
        let output = command.env("HOLDPOINT_TOKEN", token).stdin(Stdio::null()).output().unwrap();
        let told = if output.stdout.is_empty() { output.stderr } else { output.stdout };
        (output.status.code().unwrap(), serde_json::from_slice(&told).unwrap_or_default())
    }

    /// An engineer with an account and a token, and a baseline of theirs for all assets.
    fn engineer(&self) -> String {
        let store = Store::open(&Location::Sqlite(self.folder.path().join("data/holdpoint.sqlite"))).unwrap();
        let app = App::new(store, Arc::new(SystemClock), Arc::new(OsRandom), AppSettings::default());
        let grants = vec![Grant { role: Role::Engineer, scope: Scope::AllSites }];
        let new = accounts::NewAccount {
            name: "a.weber".to_owned(),
            display_name: String::new(),
            password: "correct horse battery staple".to_owned(),
            grants: grants.clone(),
            reason: "a test".to_owned(),
        };
        let id = accounts::create(&app, &Caller::operator("test"), &new).unwrap().id;
        let actor = Actor::Person { id, name: "a.weber".to_owned() };
        let roles = RoleTable::default();
        let caller = Caller { actor, via: Via::Page, grants: grants.clone(), limit: Limit::None, roles };
        let scope = AssetScope {
            kind: None,
            vendor: String::new(),
            product: String::new(),
            release: None,
            place: Where::Everywhere,
        };
        let new = NewBaseline {
            name: "All".to_owned(),
            description: String::new(),
            parent: None,
            scope,
            reason: "a test".to_owned(),
        };
        baselines::create(&app, &caller, &new).unwrap();
        let new = tokens::NewToken { name: "cli".into(), expires_in_days: 1, grants, reason: String::new() };
        tokens::create(&app, &caller, &new).unwrap().1.reveal().to_owned()
    }

    fn table(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?} was taken");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

const LIST: &str = "MS KB,MS Release Date,Product,Product Version,Qualification Status,Status Date,Notes\n\
    KB5090001,02/11/2025,View station,14.00,Qualified,02/21/2025,\n\
    KB5090001,02/11/2025,View station,13.00,Not Qualified,02/21/2025,reports fail\n\
    KB5090002,02/11/2025,View station,14.00,Qualified (see notes),02/21/2025,not on pairs\n";

#[test]
fn a_list_is_taken_in_and_its_unexplained_word_is_a_task_until_somebody_explains_it() {
    let place = Place::new();
    let file = place.file("may.csv", LIST);
    let dry = place.json(&["statement", "import", &file, "--dry-run"]);
    assert_eq!((&dry["statements"], &dry["audit_sequence"]), (&3.into(), &Value::Null));
    let done = place.json(&["statement", "import", &file]);
    assert_eq!((&done["mapping"], &done["new"]), (&"rockwell-style".into(), &3.into()));
    assert_eq!(place.json(&["statement", "import", &file])["known"], true);
    let words = place.json(&["statement", "words"]);
    assert_eq!(words["items"][0]["word"], "Qualified (see notes)");
    let matrix = place.table(&["patch", "matrix"]);
    assert!(matrix.contains("Qualified (see notes) (unknown, 2025-02-21)"), "{matrix}");
    assert!(matrix.contains("Not Qualified (not_approved"), "{matrix}");
    assert!(matrix.contains("no statement"), "{matrix}");
    // Without a reason nothing is explained.
    let refused =
        place.refused(&["statement", "explain", "rockwell-style", "Qualified (see notes)", "approved"]);
    assert!(refused.contains("why it means that"), "{refused}");
    let explained = place.json(&[
        "--reason",
        "the vendor's list explains it",
        "statement",
        "explain",
        "rockwell-style",
        "Qualified (see notes)",
        "approved",
    ]);
    assert_eq!((&explained["documents"], &explained["changed"]), (&1.into(), &1.into()));
    assert!(place.json(&["statement", "words"])["items"].as_array().unwrap().is_empty());
    let shown = place.json(&["patch", "show", "kb5090002"]);
    assert_eq!(shown["statements"][0]["state"], "approved");
    assert_eq!(shown["statements"][0]["conditions"], "not on pairs");
    let id = shown["statements"][0]["id"].as_str().unwrap().to_owned();
    let states: Vec<Value> = place.json(&["statement", "show", &id])["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["state"].clone())
        .collect();
    assert_eq!(states, ["approved", "unknown"]);
    let mapping = place.table(&["statement", "mapping", "show", "rockwell-style"]);
    assert!(
        mapping.contains("[[explained]]") && mapping.contains("the vendor's list explains it"),
        "{mapping}"
    );
    let lag = place.json(&["statement", "lag"]);
    assert_eq!((&lag["items"][0]["median_days"], &lag["items"][0]["measured"]), (&10.into(), &3.into()));
    assert!(place.run(&["audit", "verify"]).status.success());
}

#[test]
fn a_mapping_of_ones_own_is_checked_kept_and_used() {
    let place = Place::new();
    let text = place.table(&["statement", "mapping", "show", "rockwell-style"]);
    let own = text.replace("rockwell-style", "ours").replace("Qualification Status", "Freigabe");
    let own = own.replace("\"Qualified\"", "\"freigegeben\"");
    let file = place.file("ours.toml", &own);
    assert!(place.table(&["statement", "mapping", "check", &file]).contains("holds together"));
    place.table(&["statement", "mapping", "add", &file]);
    let list = place.file(
        "list.csv",
        &LIST.replace("Qualification Status", "Freigabe").replace(",Qualified,", ",Freigegeben,"),
    );
    let done = place.json(&["statement", "import", &list]);
    assert_eq!((&done["mapping"], &done["not_understood"]), (&"ours".into(), &1.into()));
    let bad = place.file("bad.toml", &own.replace("publisher =", "publischer ="));
    assert!(place.refused(&["statement", "mapping", "check", &bad]).contains("cannot be read"));
    assert!(
        place.refused(&["statement", "import", &place.file("x.csv", "a,b\n1,2\n")]).contains("no mapping")
    );
}

#[test]
fn a_question_is_asked_reminded_escalated_answered_and_its_answer_is_a_statement() {
    let place = Place::new();
    let asked = place.json(&[
        "question",
        "ask",
        "Example Automation",
        "Is it qualified for 7.2?",
        "--patch",
        "5090001",
        "--product",
        "Plant Control",
        "--release",
        "7.2",
        "--due",
        "2099-01-01",
    ]);
    let id = asked["question"]["id"].as_str().unwrap().to_owned();
    assert_eq!(asked["question"]["patch"], "KB5090001");
    place.table(&["question", "remind", &id]);
    assert!(place.refused(&["question", "escalate", &id]).contains("not said why"));
    place.table(&["question", "escalate", &id, "no answer for two weeks"]);
    let suppliers = place.json(&["question", "suppliers"]);
    assert_eq!((&suppliers["items"][0]["open"], &suppliers["items"][0]["escalated"]), (&1.into(), &1.into()));
    let refused = place.refused(&["question", "answer", &id, "Yes.", "--state", "approved"]);
    assert!(refused.contains("own word"), "{refused}");
    let answered = place.json(&[
        "question",
        "answer",
        &id,
        "Yes, with hotfix 3.",
        "--state",
        "approved",
        "--word",
        "released for 7.2",
        "--conditions",
        "hotfix 3 first",
        "--issued",
        "2025-03-01",
    ]);
    assert_eq!(answered["question"]["state"], "answered");
    assert_eq!(answered["steps"].as_array().unwrap().len(), 4);
    let shown = place.json(&["patch", "show", "KB5090001"]);
    let statement = &shown["statements"][0];
    assert_eq!((&statement["state"], &statement["word"]), (&"approved".into(), &"released for 7.2".into()));
    assert_eq!(statement["source"]["question"], Value::from(id.clone()));
    assert!(place.refused(&["question", "remind", &id]).contains("answered"));
    place.table(&["question", "close", &id, "done"]);
    assert!(place.refused(&["question", "answer", &id, "again"]).contains("closed"));
}

#[test]
fn a_file_is_kept_only_with_its_origin_and_its_scan() {
    let place = Place::new();
    place.table(&["statement", "import", &place.file("may.csv", LIST)]);
    let file = place.file("update.msu", "not a real update");
    let add = |more: &[&str]| {
        let mut all =
            vec!["patch", "add-file", "KB5090001", file.as_str(), "--origin", "the vendor's portal, ada"];
        all.extend(more);
        place.run(&all)
    };
    let error = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error(&add(&["--scan", "found"])).contains("malware"));
    assert!(error(&add(&["--scan", "clean"])).contains("what scanned"));
    let wrong = add(&["--scan", "not-scanned", "--sha256", &"0".repeat(64)]);
    assert!(error(&wrong).contains("SHA-256"), "{}", error(&wrong));
    let kept = add(&["--scan", "clean", "--scanner", "scanner 1.4", "--scanned-at", "2031-03-01"]);
    assert!(kept.status.success(), "{}", error(&kept));
    let files = place.json(&["patch", "files", "KB5090001"]);
    assert_eq!(
        (&files["items"][0]["name"], &files["items"][0]["scan"]),
        (&"update.msu".into(), &"clean".into())
    );
    assert!(files["items"][0]["note"].as_str().unwrap().contains("no source gives a hash"));
    assert_eq!(place.json(&["patch", "list", "--filter", "file~update"])["items"][0]["name"], "KB5090001");
}

#[test]
fn a_statement_an_environment_a_test_plan_and_a_standard_change_are_made_from_files() {
    let place = Place::new();
    place.json(&["statement", "list"]);
    let token = place.engineer();
    let said = json!({"publisher": "Acme", "reference": "letter of 3 May", "patch_vendor": "Microsoft",
        "identifier": "KB5090001", "identifier_kind": "kb", "vendor": "Acme", "product": "View station",
        "version": "14.00", "state": "not_approved", "word": "Do not install"});
    let said = place.file("said.json", &said.to_string());
    let enter = ["statement", "enter", &said, "--reason", "the letter came today"];
    assert_ne!(place.as_person("", &enter).0, 0, "nobody can tell who sits there");
    let (code, entered) = place.as_person(&token, &enter);
    assert_eq!(
        (code, &entered["word"], &entered["state"]),
        (0, &json!("Do not install"), &json!("not_approved"))
    );
    assert_eq!(place.json(&["statement", "list"])["count"]["value"], 1);
    let spoiled = place.file("spoiled.json", r#"{"publisher": "Acme", "state": "perhaps"}"#);
    assert_ne!(place.as_person(&token, &["statement", "enter", &spoiled]).0, 0);

    let bed = json!({"name": "Rack", "represents": ["All"], "differences": ["no domain controller"]});
    let bed = place.file("bed.json", &bed.to_string());
    let (code, made) = place.as_person(&token, &["test", "add-environment", &bed]);
    assert_eq!((code, &made["name"]), (0, &json!("Rack")), "{made}");
    let plan =
        json!({"name": "Round", "steps": [{"action": "install and restart", "expected": "it records"}]});
    let plan = place.file("plan.json", &plan.to_string());
    let (code, written) = place.as_person(&token, &["test", "put-plan", &plan]);
    assert_eq!((code, &written["name"]), (0, &json!("Round")), "{written}");
    assert_eq!(place.json(&["test", "plans"])["items"][0]["steps"][0]["action"], "install and restart");

    let until = SystemClock.now().plus_micros(90 * 86_400_000_000);
    let ask = json!({"name": "Monthly updates", "baseline": "All", "classes": ["security"], "most_risk": "normal",
        "until": until.to_string(), "reason": "the same every month"});
    let ask = place.file("standard.json", &ask.to_string());
    let (code, card) = place.as_person(&token, &["decision", "standard", &ask]);
    assert_eq!((code, &card["decision"]["state"]), (0, &json!("waiting")), "{card}");
    assert_eq!(card["decision"]["standard"], "Monthly updates");
}
