//! Random people do random things in random orders, through the API; then the API is asked what became of it.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_app::approval::sweep;
use holdpoint_app::ranking::read::Date;
use holdpoint_domain::access::{Role, Scope};
use holdpoint_domain::clock::{days_between, read_day};
use serde_json::{Value, json};

use super::{cast, looked, person, tested};
use crate::world::{Client, World, worlds};

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % n
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

const NAMES: [&str; 7] = ["engineer", "both", "approver", "second", "administrator", "south", "nobody"];
const PATCHES: [&str; 5] = ["KB1", "KB2", "KB3", "KB4", "KB5"];

struct Attack<'w> {
    dice: Dice,
    people: Vec<Client<'w>>,
    runs: Vec<String>,
    exemptions: Vec<String>,
    cards: Vec<String>,
}

fn texts(rows: &Value, key: &str) -> Vec<String> {
    let items = rows["items"].as_array().cloned().unwrap_or_default();
    items.iter().filter_map(|one| one[key].as_str().map(str::to_owned)).collect()
}

impl Attack<'_> {
    /// One deed of somebody; most are refused, and that is the point.
    fn deed(&mut self) {
        let at = self.dice.below(self.people.len());
        let patch = *self.dice.of(&PATCHES);
        match self.dice.below(12) {
            0 => self.test(at, patch),
            1 | 2 => self.ask(at, patch),
            3..=6 => self.sign(at),
            7 => self.answer(at),
            8 => {
                let deed = *self.dice.of(&["reopen", "refuse", "post", "hold", "release"]);
                let body = json!({"patches": [patch], "deed": deed, "reason": "just so"});
                self.people[at].post("/baselines/North%20servers/patches", &body);
            }
            9 => {
                let until = *self.dice.of(&["2026-11-19", "2026-11-22", "2026-12-01", "2029-01-01"]);
                let body = json!({"to": *self.dice.of(&NAMES), "until": until, "reason": "away"});
                self.people[at].post("/delegations", &body);
            }
            10 => self.exempt(at),
            _ => self.look_at_control(at),
        }
    }

    fn test(&mut self, at: usize, patch: &str) {
        let begin = json!({"patch": patch, "baseline": "North servers", "environment": "BED-2",
            "steps": [{"action": "install", "expected": "it records"}]});
        let begun = self.people[at].post("/test-runs", &begin);
        if begun.status.as_u16() == 201 {
            self.runs.extend(begun.json()["run"]["id"].as_str().map(str::to_owned));
        }
        if !self.runs.is_empty() {
            let run = self.dice.of(&self.runs).clone();
            let result = *self.dice.of(&["passed", "passed", "failed"]);
            let who = self.dice.below(self.people.len());
            self.people[who].post(&format!("/test-runs/{run}/steps"), &json!({"step": 1, "result": result}));
        }
    }

    fn ask(&mut self, at: usize, patch: &str) {
        let mut body = if self.runs.is_empty() || self.dice.below(2) == 0 {
            looked(patch)
        } else {
            tested(patch, &self.dice.of(&self.runs).clone())
        };
        match self.dice.below(10) {
            0 => body["footing"] = json!("released"),
            1 => {
                body["footing"] = json!("override");
                body["risk_owner"] = json!(*self.dice.of(&["", "approver"]));
                body["override_expires_at"] =
                    json!(*self.dice.of(&["2026-11-01", "2026-12-01", "2031-01-01"]));
            }
            2 => {
                body["emergency"] = json!({"reason": "now", "backup": *self.dice.of(&["", "image on NAS-2, 2026-11-19"]),
                    "way_back": *self.dice.of(&["", "restore it"]), "no_evidence": "no sign of intrusion"});
            }
            3 => body["inspection"] = json!(""),
            4 => body["baseline"] = json!("Servers"),
            _ => {}
        }
        self.people[at].post("/decisions:approve", &body);
    }

    fn waiting(&mut self) -> Option<String> {
        let ids = texts(&self.people[0].get("/decisions?filter=state:waiting&limit=1000").expect(200), "id");
        if ids.is_empty() { None } else { Some(self.dice.of(&ids).clone()) }
    }

    fn sign(&mut self, at: usize) {
        let Some(id) = self.waiting() else { return };
        let card = self.people[0].get(&format!("/decisions/{id}")).expect(200);
        let mut shown = card["hash"].as_str().expect("a hash").to_owned();
        self.cards.push(shown.clone());
        if self.dice.below(6) == 0 {
            shown.clone_from(self.dice.of(&self.cards));
        }
        let mut body = json!({"decisions": [{"id": id, "shown": shown}]});
        if self.dice.below(4) == 0 {
            body["on_behalf_of"] = json!(*self.dice.of(&NAMES));
        }
        self.people[at].post("/decisions:sign", &body);
    }

    fn answer(&mut self, at: usize) {
        if self.dice.below(3) > 0 {
            return;
        }
        let Some(id) = self.waiting() else { return };
        let deed = *self.dice.of(&["withdraw", "reject", "return", "revoke", "review"]);
        self.people[at].post(&format!("/decisions/{id}/answer"), &json!({"deed": deed, "reason": "just so"}));
    }

    fn exempt(&mut self, at: usize) {
        let body = json!({
            "kind": *self.dice.of(&["mitigate", "accept", "defer"]), "vulnerability": "CVE-2026-0001",
            "on_kind": "asset", "on": *self.dice.of(&["SRV-1", "SRV-9"]), "reason_code": "outage",
            "reason": "the next outage", "residual": *self.dice.of(&["low", "normal", "critical"]),
            "expires_at": *self.dice.of(&["2026-11-01", "2026-12-24", "2027-06-01", "2031-01-01"]),
            "controls": [{"control": "traffic_filter", "what": "access list", "owner": "H. Lind"}]
        });
        let made = self.people[at].post("/exemptions", &body);
        if made.status.as_u16() == 201 {
            self.exemptions.extend(made.json()["exemption"]["id"].as_str().map(str::to_owned));
        }
    }

    fn look_at_control(&mut self, at: usize) {
        if self.exemptions.is_empty() {
            return;
        }
        let id = self.dice.of(&self.exemptions).clone();
        let body = json!({"control": 1, "works": self.dice.below(4) > 0, "evidence": "a try was blocked"});
        self.people[at].post(&format!("/exemptions/{id}/controls"), &body);
    }
}

/// What must be true of everything that the API shows, whoever did what; how many decisions were granted.
fn holds(world: &World, auditor: &Client<'_>) -> usize {
    let runs = auditor.get("/test-runs?limit=1000").expect(200);
    let runs: BTreeMap<String, Value> = runs["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["id"].as_str().expect("an id").to_owned(), one.clone()))
        .collect();
    let all = auditor.get("/decisions?filter=state:granted&limit=1000").expect(200);
    let granted = all["items"].as_array().expect("a list");
    for one in granted {
        four_eyes(one, &runs);
        if one["kind"] == "approve" {
            evidence(one, &runs);
        }
    }
    let exemptions = auditor.get("/exemptions?filter=state:holding&limit=1000").expect(200);
    for one in exemptions["items"].as_array().expect("a list") {
        assert!(one["decision_id"].is_string(), "no exemption holds without a decision: {one}");
        let days = days_between(day(&one["proposed_at"]), day(&one["expires_at"]));
        assert!((0..=366).contains(&days), "a year at most: {one}");
    }
    for baseline in ["Servers", "North%20servers"] {
        let rows = auditor.get(&format!("/baselines/{baseline}/patches?word=installable")).expect(200);
        for row in rows["items"].as_array().expect("a list") {
            assert_eq!(row["entry"]["state"], "effective", "invariant 1: {row}");
            assert_eq!(row["entry"]["hold"], Value::Null, "invariant 2: {row}");
            let id = row["entry"]["decision_id"].as_str().expect("invariant 1: a decision").to_owned();
            assert!(granted.iter().any(|one| one["id"] == id.as_str()), "invariant 1: {row}");
        }
    }
    let verified = auditor.post("/audit:verify", &json!({})).expect(200);
    assert_eq!(verified["fault"], Value::Null, "invariant 9 on {}: {verified}", world.engine);
    granted.len()
}

fn day(text: &Value) -> Date {
    text.as_str().and_then(|text| read_day(text.get(..10)?)).expect("a day")
}

fn four_eyes(one: &Value, runs: &BTreeMap<String, Value>) {
    let author = &one["author"]["name"];
    let testers: BTreeSet<String> = one["runs"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|id| runs.get(id.as_str()?))
        .map(|run| run["tester"].to_string())
        .collect();
    let mut names = BTreeSet::new();
    for signature in one["signatures"].as_array().expect("a list") {
        let behalf = Some(&signature["on_behalf_of"]).filter(|behalf| !behalf.is_null());
        for person in std::iter::once(&signature["by"]).chain(behalf) {
            let name = &person["name"];
            assert_ne!(name, author, "author ≠ approver: {one}");
            assert!(!testers.contains(&name.to_string()), "tester ≠ approver: {one}");
            assert_ne!(name, "administrator", "whoever makes approvers approves nothing: {one}");
            // SRV-9 stands at South: what is asked for it is theirs to sign, and nothing else is.
            assert!(name != "south" || one["exempts_on"] == "SRV-9", "not for another site: {one}");
            assert!(names.insert(name.to_string()), "one person, one signature: {one}");
        }
    }
    let needed = one["needed"].as_u64().expect("a number");
    let signed = one["signatures"].as_array().map_or(0, Vec::len) as u64;
    assert!(signed >= needed.max(1), "{one}");
}

fn evidence(one: &Value, runs: &BTreeMap<String, Value>) {
    if one["basis"] == "inspection" {
        assert!(one["inspection"].as_str().is_some_and(|text| text.len() > 2), "a written reason: {one}");
    } else {
        let named = one["runs"].as_array().expect("a list");
        assert!(!named.is_empty(), "{one}");
        for id in named {
            let run = &runs[id.as_str().expect("an id")];
            assert_eq!((&run["state"], &run["patch"]), (&json!("passed"), &one["patch"]), "{one}");
        }
    }
    if one["footing"] == "override" {
        let said = |key: &str| one[key].as_str().is_some_and(|text| text.len() > 2);
        assert!(said("footing_reason") && said("risk_owner") && said("expires_at"), "invariant 4: {one}");
    }
    if let Some(emergency) = one["emergency"].as_object() {
        assert!(emergency["backup"].as_str().is_some_and(|text| text.len() > 2), "never without: {one}");
    }
}

#[test]
fn invariants_1_to_4_and_9_hold_whatever_random_people_send() {
    for world in worlds() {
        cast(&world);
        person(&world, "auditor", &[Role::Auditor], Scope::AllSites);
        person(&world, "nobody", &[Role::Viewer], Scope::AllSites);
        let mut attack = Attack {
            dice: Dice(13),
            people: Vec::new(),
            runs: Vec::new(),
            exemptions: Vec::new(),
            cards: Vec::new(),
        };
        let mut granted = 0;
        for seed in 0..4 {
            attack.dice = Dice(seed * 7_919 + 13);
            for _ in 0..3 {
                world.minutes_pass(26 * 60);
                sweep::sweep(&world.app).expect("the store answers");
                attack.people = NAMES.iter().map(|name| world.sign_in(name)).collect();
                for _ in 0..30 {
                    attack.deed();
                }
            }
            granted = holds(&world, &world.sign_in("auditor"));
        }
        assert!(granted > 5, "the attack gets somewhere on {}: {granted}", world.engine);
        // Everybody at once.
        std::thread::scope(|scope| {
            for (at, who) in attack.people.iter().enumerate() {
                let ids = texts(&who.get("/decisions?filter=state:waiting&limit=1000").expect(200), "id");
                scope.spawn(move || {
                    for id in ids.iter().cycle().skip(at * 3).take(ids.len().min(8)) {
                        let card = who.get(&format!("/decisions/{id}"));
                        if card.status.as_u16() == 200 {
                            let sign = json!({"decisions": [{"id": id, "shown": card.json()["hash"]}]});
                            who.post("/decisions:sign", &sign);
                        }
                    }
                });
            }
        });
        holds(&world, &world.sign_in("auditor"));
    }
}
