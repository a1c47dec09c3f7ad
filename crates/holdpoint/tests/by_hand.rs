//! The verbs for what people do by hand on the demo's plant: begin a work order, put files to a control, make an address of
//! a calendar and take it back, write a way back down.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use holdpoint_app::access_check::Limit;
use holdpoint_app::edge::{OsRandom, SystemClock};
use holdpoint_app::people::tokens;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::windows::{self, Titles};
use holdpoint_app::{App, AppSettings, Caller};
use holdpoint_domain::access::{Grant, Role, RoleTable, Scope};
use holdpoint_domain::actor::{Actor, Via};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

struct Demo {
    folder: TempDir,
    app: App,
    engineer: Caller,
    token: String,
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holdpoint"));
    command.env_remove("HOLDPOINT_DATA_DIR").env_remove("HOLDPOINT_DATABASE").stdin(Stdio::null());
    command
}

impl Demo {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = command().args(["demo", "--prepare-only", "--keep"]).arg(folder.path()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let store = Store::open(&Location::Sqlite(folder.path().join("holdpoint.sqlite"))).unwrap();
        let app = App::new(store, Arc::new(SystemClock), Arc::new(OsRandom), AppSettings::default());
        let listed =
            command().arg("--data-dir").arg(folder.path()).args(["-o", "json", "user", "list"]).output();
        let users: Value = serde_json::from_slice(&listed.unwrap().stdout).unwrap();
        let all = users["items"].as_array().unwrap();
        let one = all.iter().find(|one| one["name"] == "marek.lind").unwrap();
        let id = one["id"].as_str().unwrap().parse().unwrap();
        let grants = vec![Grant { role: Role::Engineer, scope: Scope::AllSites }];
        let engineer = Caller {
            actor: Actor::Person { id, name: "marek.lind".to_owned() },
            via: Via::Page,
            grants: grants.clone(),
            limit: Limit::None,
            roles: RoleTable::default(),
        };
        let new = tokens::NewToken { name: "cli".into(), expires_in_days: 1, grants, reason: String::new() };
        let token = tokens::create(&app, &engineer, &new).unwrap().1.reveal().to_owned();
        Self { folder, app, engineer, token }
    }

    fn token_actor(&self) -> Actor {
        holdpoint_app::people::recognise_token(&self.app, &self.token).unwrap().unwrap().caller.actor
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = command();
        command.arg("--data-dir").arg(self.folder.path()).args(["-o", "json"]).args(arguments);
        command.env("HOLDPOINT_TOKEN", &self.token).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {told}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The stable word of a refusal, and what it says.
    fn refused(&self, arguments: &[&str]) -> (String, String) {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?} was taken");
        let told: Value = serde_json::from_slice(&output.stderr).unwrap();
        (told["code"].as_str().unwrap_or_default().to_owned(), told.to_string())
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

#[test]
fn what_people_do_by_hand_has_its_verbs() {
    let demo = Demo::new();
    a_work_order_begins_line_by_line(&demo);
    files_are_put_to_a_control_and_come_out_as_they_were(&demo);
    an_address_of_a_calendar_is_made_listed_and_taken_back(&demo);
    a_way_back_by_hand_is_written_either_way(&demo);
}

fn a_work_order_begins_line_by_line(demo: &Demo) {
    let listed = demo.json(&["work-order", "list", "--filter", "state:issued"]);
    let number = listed["items"][0]["number"].to_string();
    let (open, told) = demo.refused(&["work-order", "begin", &number]);
    let shown = demo.json(&["work-order", "show", &number]);
    let before = shown["sheet"]["before"].as_array().unwrap();
    let all: Vec<String> = before.iter().map(|one| one["number"].to_string()).collect();
    let (held, then) = demo.refused(&["work-order", "begin", &number, "--ticked", &all.join(",")]);
    assert_eq!(open, "not-ticked", "{told}");
    assert_ne!(held, "not-ticked", "{then}");
}

fn files_are_put_to_a_control_and_come_out_as_they_were(demo: &Demo) {
    let listed = demo.json(&["exemption", "list", "--filter", "state:holding"]);
    let one = listed["items"].as_array().unwrap().iter().find(|one| one["controls"].as_array().is_some());
    let id = one.unwrap()["id"].as_str().unwrap();
    let photo = demo.file("rule-of-the-firewall.txt", "deny from Z3 to any");
    let shown = demo.json(&["exemption", "attach", id, "1", photo.to_str().unwrap()]);
    let files = shown["files"].as_array().unwrap();
    assert_eq!(files.last().unwrap()["file"]["name"], "rule-of-the-firewall.txt");
    let out = demo.folder.path().join("out.txt");
    let place = files.len().to_string();
    demo.json(&["exemption", "file", id, &place, "--to", out.to_str().unwrap()]);
    assert_eq!(std::fs::read(&out).unwrap(), std::fs::read(&photo).unwrap());
    demo.refused(&["exemption", "attach", id, "99", photo.to_str().unwrap()]);
    demo.refused(&["exemption", "file", id, "99", "--to", out.to_str().unwrap()]);
}

fn an_address_of_a_calendar_is_made_listed_and_taken_back(demo: &Demo) {
    let made = demo.json(&["window", "make-address", "shift office", "--hide-titles"]);
    let secret =
        made["path"].as_str().unwrap().strip_prefix("/calendar/").unwrap().strip_suffix(".ics").unwrap();
    assert!(windows::read_address(&demo.app, secret).unwrap().is_some());
    assert_eq!(made["address"]["owner"], json!("marek.lind"), "it is the person's and not the token's");
    // Of a token that comes from outside it is made for nobody.
    let outside = Caller { actor: demo.token_actor(), via: Via::Api, ..demo.engineer.clone() };
    let refused = windows::open_address(&demo.app, &outside, ("shift office", None, Titles::Shown));
    assert!(refused.is_err());
    let mut unnamed = command();
    unnamed.arg("--data-dir").arg(demo.folder.path()).args(["window", "make-address", "nobody"]);
    assert!(!unnamed.env_remove("HOLDPOINT_TOKEN").output().unwrap().status.success(), "whose would it be?");
    let listed = demo.json(&["window", "addresses"]);
    assert_eq!(
        (&listed["items"][0]["name"], &listed["items"][0]["titles"]),
        (&json!("shift office"), &json!("hidden"))
    );
    assert!(!listed.to_string().contains(secret));
    let gone = demo.json(&["window", "revoke-address", made["address"]["id"].as_str().unwrap()]);
    assert!(gone["revoked_at"].is_string());
    assert!(windows::read_address(&demo.app, secret).unwrap().is_none());
}

fn a_way_back_by_hand_is_written_either_way(demo: &Demo) {
    for (way, instruction) in [("by_hand", "WI-12"), ("by-hand", "WI-13")] {
        let profile = json!({"kind": "drive", "work_minutes": 30, "undo_minutes": 20, "people": 1,
            "way_back": way, "way_back_by": instruction});
        let file = demo.file("profile.json", &profile.to_string());
        let all = demo.json(&["plan", "set-profile", file.to_str().unwrap()]);
        let one = all["items"].as_array().unwrap().iter().find(|one| one["kind"] == "drive").unwrap();
        assert_eq!((&one["way_back"], &one["way_back_by"]), (&json!("by-hand"), &json!(instruction)));
    }
    for word in ["restart_by_hand", "restart-by-hand"] {
        demo.json(&["deployment", "say", "1", "1", word]);
    }
    assert!(demo.refused(&["deployment", "say", "1", "1", "by-foot"]).1.contains("is no word about a step"));
}
