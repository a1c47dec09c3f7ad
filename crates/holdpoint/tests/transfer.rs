//! Two programs on two sides of a gap: an office outside, a plant inside, and nothing between them but files that people carry.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_app::access_check::Limit;
use holdpoint_app::edge::{Clock as _, FixedClock, OsRandom, SystemClock};
use holdpoint_app::people::{accounts, tokens};
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller, transfer};
use holdpoint_domain::access::{Grant, Role, RoleTable, Scope};
use holdpoint_domain::actor::{Actor, Via};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

const DAY: i64 = 86_400_000_000;

/// One side of the gap, with a program and data of its own.
struct Side {
    folder: tempfile::TempDir,
}

impl Side {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn run(&self, token: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdpoint"));
        command.arg("--data-dir").arg(self.path("data")).args(["-o", "json"]).args(arguments);
        command.env("HOLDPOINT_TOKEN", token).current_dir(self.folder.path());
        command.stdin(Stdio::null()).output().unwrap()
    }

    fn as_person(&self, token: &str, arguments: &[&str]) -> Value {
        let output = self.run(token, arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!("{arguments:?}: {error}\n{text}\n{}", String::from_utf8_lossy(&output.stderr))
        })
    }

    fn json(&self, arguments: &[&str]) -> Value {
        self.as_person("", arguments)
    }

    /// The stable word of a refusal, which also has the exit code of a conflict.
    fn refused(&self, token: &str, arguments: &[&str]) -> String {
        let output = self.run(token, arguments);
        assert_eq!(output.status.code(), Some(6), "{arguments:?}: {}", text(&output.stdout));
        let told: Value = serde_json::from_str(&text(&output.stderr)).unwrap();
        told["code"].as_str().unwrap().to_owned()
    }

    /// A key of this side: its public half.
    fn key(&self, name: &str) -> String {
        self.json(&["transfer", "key", name])["public"].as_str().unwrap().to_owned()
    }

    fn root(&self, file: &str, (offline, threshold, online): (&[&str], &str, &str), by: &[&str]) {
        std::fs::create_dir_all(self.path(file).parent().unwrap()).unwrap();
        let mut words = vec!["transfer", "root", file, "--threshold", threshold, "--online", online];
        words.extend(offline.iter().flat_map(|key| ["--offline", key]));
        self.json(&words);
        for key in by {
            self.json(&["transfer", "sign", file, "--key", key]);
        }
    }

    fn app(&self, clock: Arc<FixedClock>) -> App {
        let store = Store::open(&Location::Sqlite(self.path("data/holdpoint.sqlite"))).unwrap();
        App::new(store, clock, Arc::new(OsRandom), AppSettings::default())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A small, valid advisory.
fn advisory() -> String {
    let date = "2026-01-01T00:00:00Z";
    json!({
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.0", "title": "Valve controller", "lang": "en",
            "distribution": {"tlp": {"label": "WHITE"}},
            "notes": [{"category": "summary", "text": "A test document.", "title": "Summary"}],
            "publisher": {"category": "other", "name": "Test", "namespace": "https://test.example"},
            "references": [{"category": "self", "summary": "Itself", "url": "https://test.example/a.json"}],
            "tracking": {"id": "TEST-0001", "status": "final", "version": "1", "initial_release_date": date,
                "current_release_date": date,
                "revision_history": [{"date": date, "number": "1", "summary": "The first."}]}
        },
        "product_tree": {"branches": [{"category": "vendor", "name": "Acme", "branches": [
            {"category": "product_name", "name": "Valve", "branches": [
                {"category": "product_version_range", "name": "vers:intdot/<2",
                 "product": {"name": "Acme Valve", "product_id": "P1"}}]}]}]},
        "vulnerabilities": [{"cve": "CVE-2026-0001",
            "notes": [{"category": "description", "text": "A flaw.", "title": "Flaw"}],
            "product_status": {"known_affected": ["P1"]},
            "remediations": [{"category": "none_available", "details": "None yet.", "product_ids": ["P1"]}]}]
    })
    .to_string()
}

/// A month of CVRF with one article.
fn month() -> String {
    json!({
        "DocumentTracking": {"Identification": {"ID": {"Value": "2031-Feb"}},
            "InitialReleaseDate": "2031-02-11T08:00:00Z", "CurrentReleaseDate": "2031-02-12T08:00:00Z"},
        "ProductTree": {"FullProductName": [
            {"ProductID": "1", "Value": "Windows 10 Version 22H2 for x64-based Systems"}]},
        "Vulnerability": [{"CVE": "CVE-2031-0001", "Title": {"Value": "A flaw"},
            "ProductStatuses": [{"ProductID": ["1"], "Type": 3}],
            "Threats": [{"Description": {"Value": "Critical"}, "ProductID": ["1"], "Type": 3}],
            "Remediations": [{"Description": {"Value": "9900001"}, "Supercedence": "", "ProductID": ["1"], "Type": 2,
                "SubType": "Security Update", "RestartRequired": {"Value": "Yes"},
                "FixedBuild": "10.0.19045.1000"}]}]
    })
    .to_string()
}

/// An office with keys, roots, an advisory, a feed and a file of a patch; the list is staged and signed.
fn office() -> Side {
    let office = Side::new();
    let server = office.key("server.key");
    let (a, b, c) = (office.key("a.key"), office.key("b.key"), office.key("c.key"));
    office.root("image/1.root.json", (&[&a, &b, &c], "2", &server), &["a.key", "b.key"]);
    office.root("order.root.json", (&[&server], "1", &server), &["server.key"]);
    let document = office.file("in/test-0001.json", &advisory());
    let feed = office.file("feeds/2031-Feb", &month());
    let file = office.file("windows10.0-kb9900001-x64.msu", "the bytes of a patch");
    office.json(&["advisory", "import", &document]);
    office.json(&["feed", "import", &feed]);
    let mut words = vec!["patch", "add-file", "KB9900001", &file, "--origin", "fetched by hand"];
    words.extend([
        "--scan",
        "clean",
        "--scanner",
        "a scanner of yesterday",
        "--scanned-at",
        "2026-11-20T10:00:00Z",
    ]);
    office.json(&words);
    let staged = office.json(&["transfer", "stage", "image", "--feeds", "feeds", "--patch", "KB9900001"]);
    assert_eq!(staged["items"], json!({"advisory": 1, "feed": 1, "patch": 1, "patch_file": 1}));
    assert_eq!(staged["missing"], json!([]));
    for key in ["a.key", "c.key"] {
        office.json(&["transfer", "sign", "image/targets.json", "--key", key]);
    }
    office
}

/// Carries a file over the gap.
fn carried(from: &Side, to: &Side, name: &str) {
    std::fs::copy(from.path(name), to.path(Path::new(name).file_name().unwrap().to_str().unwrap())).unwrap();
}

/// Somebody with an account at this side, and a token of theirs.
fn person(app: &App, name: &str, role: Role) -> String {
    let grants = vec![Grant { role, scope: Scope::AllSites }];
    let new = accounts::NewAccount {
        name: name.to_owned(),
        display_name: String::new(),
        password: "correct horse battery staple".to_owned(),
        grants: grants.clone(),
        reason: "a journey".to_owned(),
    };
    let id = accounts::create(app, &Caller::operator("journey"), &new).unwrap().id;
    let actor = Actor::Person { id, name: name.to_owned() };
    let caller = Caller {
        actor,
        via: Via::Page,
        grants: grants.clone(),
        limit: Limit::None,
        roles: RoleTable::default(),
    };
    let new = tokens::NewToken { name: "stick".into(), expires_in_days: 10, grants, reason: String::new() };
    tokens::create(app, &caller, &new).unwrap().1.reveal().to_owned()
}

#[test]
fn content_travels_in_and_results_travel_out_between_two_programs() {
    let (office, plant) = (office(), Side::new());
    let export =
        ["transfer", "export", "image", "one.zip", "--site", "North", "--order-root", "order.root.json"];
    let mut words = export.to_vec();
    words.extend(["--key", "server.key", "--medium", "STICK-7", "--carrier", "K. Courier"]);
    assert_eq!(office.refused("", &words), "unknown_site", "nothing is known of it yet");
    words.push("--first");
    let made = office.json(&words);
    assert_eq!(office.refused("", &words), "exists", "what is on its way is not written over");
    assert_eq!((&made["sequence"], &made["state"]), (&json!(1), &json!("made")));
    let sha256 = made["sha256"].as_str().unwrap();
    for name in ["one.zip", "image/1.root.json", "order.root.json"] {
        carried(&office, &plant, name);
    }
    let assets = plant
        .file("assets.csv", "asset_tag,site,os_name,os_version\nWS-1,North,Windows 10 Pro,10.0.19045.900\n");
    plant.json(&["asset", "import", &assets]);
    let import =
        ["transfer", "import", "one.zip", "--site", "North", "--medium", "STICK-7", "--sha256", sha256];
    assert_eq!(plant.refused("", &import), "no_root");
    plant.json(&["--reason", "by hand", "transfer", "pin", "image", "1.root.json", "--site", "North"]);
    plant.json(&["--reason", "by hand", "transfer", "pin", "order", "order.root.json", "--site", "North"]);
    let shown = plant.json(&["transfer", "check", "one.zip", "--site", "North"]);
    assert_eq!(shown["items"]["patch_file"], 1);
    assert_eq!(plant.json(&["advisory", "list"])["items"], json!([]), "a check takes nothing in");
    let taken = plant.json(&import);
    assert_eq!(
        (&taken["bundle"]["state"], &taken["problems"], &taken["items"]),
        (&json!("taken"), &json!([]), &json!({"advisory": 1, "feed": 1, "patch": 1, "patch_file": 1}))
    );
    assert_eq!(plant.json(&["advisory", "list"])["items"][0]["tracking_id"], "TEST-0001");
    assert_eq!(plant.json(&["patch", "show", "KB9900001"])["patch"]["name"], "KB9900001");
    assert_eq!(plant.refused("", &import), "replay");
    assert_eq!(plant.json(&["transfer", "age", "North"])["days"], 0);
    results_come_back(&office, &plant, sha256);
}

/// What the plant says of the bundle with this hash, signed by a key that only the plant has.
fn results_come_back(office: &Side, plant: &Side, sha256: &str) {
    let site = plant.key("site.key");
    plant.root("results.root.json", (&[&site], "1", &site), &["site.key"]);
    let back = [
        "transfer",
        "results",
        "back.zip",
        "--site",
        "North",
        "--root",
        "results.root.json",
        "--key",
        "site.key",
    ];
    let stranger = plant.key("stranger.key");
    let mut wrong = back.to_vec();
    *wrong.last_mut().unwrap() = "stranger.key";
    let told = text(&plant.run("", &wrong).stderr);
    assert!(told.contains("wrong_key") && told.contains(&stranger[..12]), "{told}");
    plant.json(&back);
    for name in ["back.zip", "results.root.json"] {
        carried(plant, office, name);
    }
    office.json(&[
        "--reason",
        "by hand",
        "transfer",
        "pin",
        "results",
        "results.root.json",
        "--site",
        "North",
    ]);
    let heard = ["transfer", "import", "back.zip", "--site", "North"];
    assert_eq!(office.json(&heard)["problems"], json!([]));
    assert_eq!(office.refused("", &heard), "replay");
    let kept = office.json(&["transfer", "kept", "North"]);
    assert_eq!(kept["items"].as_array().unwrap().len(), 3, "{kept}");
    for name in ["results.json", "inventory.csv", "audit.json"] {
        office.json(&["transfer", "kept", "North", name, "--to", name]);
    }
    let read = |name: &str| std::fs::read_to_string(office.path(name)).unwrap();
    let results: Value = serde_json::from_str(&read("results.json")).unwrap();
    assert_eq!((&results["answers"]["sequence"], &results["answers"]["sha256"]), (&json!(1), &json!(sha256)));
    assert!(read("inventory.csv").contains("WS-1"));
    let audit: Value = serde_json::from_str(&read("audit.json")).unwrap();
    let verified = plant.run("", &["audit", "verify"]);
    assert!(verified.status.success() && audit["sequence"].as_u64().unwrap() > 0, "{audit}");
}

#[test]
fn what_has_expired_comes_in_by_the_word_of_two_persons() {
    let (office, plant) = (office(), Side::new());
    // The office made the bundle sixty days ago, and the courier was ill.
    let then = Arc::new(FixedClock::new(SystemClock.now().plus_micros(-60 * DAY)));
    let key = std::fs::read_to_string(office.path("server.key")).unwrap();
    let (image, root, out) = (office.path("image"), office.path("order.root.json"), office.path("old.zip"));
    let by = (image.as_path(), root.as_path(), key.as_str(), holdpoint_tuf::believe as _);
    let old = office.app(then);
    let ledger = office.path("data-transfer.json");
    let (medium, carrier, new_site) = ("STICK-7", "K. Courier", transfer::NewSite::First);
    let going =
        transfer::Going { site: "North", new_site, out: &out, medium, carrier, ledger: &ledger, after: 0 };
    transfer::export(&old, &Caller::operator("o"), by, &going).unwrap();
    drop(old);
    for name in ["old.zip", "image/1.root.json", "order.root.json"] {
        carried(&office, &plant, name);
    }
    for (which, file) in [("image", "1.root.json"), ("order", "order.root.json")] {
        plant.json(&["--reason", "by hand", "transfer", "pin", which, file, "--site", "North"]);
    }
    let import = ["transfer", "import", "old.zip", "--site", "North"];
    assert_eq!(plant.refused("", &import), "expired");
    let lines = plant.json(&["transfer", "list", "--filter", "state:refused"]);
    let id = lines["items"][0]["id"].as_str().unwrap();
    let inside = plant.app(Arc::new(FixedClock::new(SystemClock.now())));
    let engineer = person(&inside, "a.weber", Role::Engineer);
    let approver = person(&inside, "l.okafor", Role::Approver);
    drop(inside);
    let ask = ["--reason", "the courier was ill", "transfer", "override", "ask", id];
    let asked = plant.as_person(&engineer, &ask);
    let word = asked["id"].as_str().unwrap();
    let agree = ["--reason", "there is no newer one", "transfer", "override", "agree", word];
    assert_eq!(plant.run(&engineer, &agree).status.code(), Some(4), "an engineer does not approve");
    assert_eq!(plant.refused("", &import), "expired");
    assert_eq!(plant.as_person(&approver, &agree)["state"], "agreed");
    assert_eq!(plant.json(&import)["bundle"]["state"], "taken_expired");
    let age = plant.run("", &["transfer", "age", "North"]);
    let told: Value = serde_json::from_slice(&age.stdout).unwrap();
    assert_eq!((age.status.code(), &told["days"]), (Some(7), &json!(60)));
    assert_eq!(
        (&told["overridden"]["asked_by"], &told["overridden"]["agreed_by"]),
        (&json!("a.weber"), &json!("l.okafor"))
    );
    let log = text(&plant.run("", &["audit", "list", "--filter", "action:transfer.agree_override"]).stdout);
    assert!(log.contains("l.okafor") && log.contains("there is no newer one"), "{log}");
    assert!(plant.run("", &["audit", "verify"]).status.success());
}
