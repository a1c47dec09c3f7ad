//! Triage through the API: what a deed would do, doing it, taking it back, and who is refused.

use holdpoint_app::ranking::refresh;
use holdpoint_domain::access::{Grant, Role, Scope};
use serde_json::{Value, json};

use crate::plant::{conforms, description};
use crate::world::{World, worlds};

/// The plant with its advisory, ranked; little hangs on its assets.
fn filled(world: &World) {
    world.fill();
    let engineer = world.sign_in("engineer");
    let stakes = "asset_tag,kind,safety_consequence,production_consequence,environment_consequence,quality_consequence,data_consequence\n\
        PUMP-1,server,none,minor,none,none,none\nPUMP-2,server,none,minor,none,none,none\n\
        PUMP-3,server,none,minor,none,none,none\n";
    engineer.upload("/assets:import?name=stakes.csv", stakes.as_bytes()).expect(200);
    // A first word that little is lost counts once a second person agrees.
    world.account("second", &[Grant { role: Role::Approver, scope: Scope::AllSites }]);
    let approver = world.sign_in("second");
    let waiting = approver.get("/lowerings").expect(200);
    for one in waiting["items"].as_array().expect("a list") {
        let id = one["id"].as_str().expect("an id");
        approver.post(&format!("/lowerings/{id}/agree"), &json!({"reason": "read the study"})).expect(200);
    }
    world.catalogue(&["Pump Controller 200 2.4.0"]);
    refresh::now(&world.app).expect("the findings are ranked");
}

fn open(world: &World) -> Vec<Value> {
    let found = world.sign_in("engineer").get("/findings?filter=decision:undecided").expect(200);
    found["items"].as_array().expect("a list").clone()
}

fn ids(findings: &[Value]) -> Vec<&str> {
    findings.iter().map(|one| one["id"].as_str().expect("an id")).collect()
}

#[test]
fn a_queue_is_deferred_after_a_look_and_taken_back_while_nobody_has_signed() {
    let document = description();
    for world in worlds() {
        filled(&world);
        let (engineer, approver) = (world.sign_in("engineer"), world.with_role(Role::Approver));
        let viewer = world.with_role(Role::Viewer);
        let all = open(&world);
        assert!(all.len() >= 2, "{all:?}");
        let mut body = json!({"findings": ids(&all), "deed": "defer", "reason": "waits for the outage",
            "reason_code": "outage", "expires_at": "2027-01-31"});
        assert_eq!(viewer.post("/findings:preview", &body).problem(403), "not-allowed");
        let look = engineer.post("/findings:preview", &body).expect(200);
        conforms(&document, "POST", "/api/v1/findings:preview", 200, &look);
        assert_eq!(look["does"], json!(all.len()));
        assert_eq!(open(&world).len(), all.len(), "a look changes nothing");
        let (lanes, matches) = (&look["lanes"], &look["matches"]);
        for counts in [lanes, &look["clocks"], matches] {
            let counts = counts.as_array().expect("a list").iter();
            let sum: u64 = counts.map(|one| one["n_findings"].as_u64().expect("a number")).sum();
            assert_eq!(json!(sum), look["does"], "{look}");
        }
        body["expected"] = look["fingerprint"].clone();
        let done = engineer.post("/findings:decide", &body).expect(200);
        conforms(&document, "POST", "/api/v1/findings:decide", 200, &done);
        assert_eq!(open(&world).len(), 0, "all of them wait for signatures now");
        let asked = engineer.get("/findings?filter=decision:asked").expect(200);
        assert_eq!(asked["count"]["value"], json!(all.len()));
        let again = engineer
            .post(
                "/findings:preview",
                &json!({"findings": ids(&all), "deed": "not_relevant",
            "expires_at": "2027-01-31"}),
            )
            .expect(200);
        assert_eq!(again["does"], 0, "what waits is not asked for twice: {again}");
        let endless = json!({"findings": ids(&all), "deed": "not_relevant"});
        let said = engineer.post("/findings:preview", &endless).expect(422).to_string();
        assert!(said.contains("/expires_at") && said.contains("holds until an end"), "{said}");

        // One is signed; then everything that is not signed is taken back.
        let of = |at: usize| done["items"][at]["decisions"][0].as_str().expect("an id").to_owned();
        let card = approver.get(&format!("/decisions/{}", of(0))).expect(200);
        let sign = json!({"decisions": [{"id": of(0), "shown": card["hash"]}]});
        assert_eq!(approver.post("/decisions:sign", &sign).expect(200)["items"][0]["state"], "granted");
        let decided = engineer.get("/findings?filter=decision:decided").expect(200);
        assert_eq!(decided["count"]["value"], 1);
        let undo = json!({"decisions": [of(0), of(1)], "reason": "another outage"});
        let undone = engineer.post("/findings:undo", &undo).expect(200);
        conforms(&document, "POST", "/api/v1/findings:undo", 200, &undone);
        assert_eq!((&undone["items"][0]["done"], &undone["items"][1]["done"]), (&json!(false), &json!(true)));
        assert_eq!(open(&world).len(), 1);
    }
}

#[test]
fn patches_are_asked_for_once_a_baseline_and_nothing_is_approved_by_asking() {
    for world in worlds() {
        filled(&world);
        let engineer = world.sign_in("engineer");
        let filter = "verdict:yes";
        let mut body = json!({"filter": filter, "deed": "approve", "reason": "this month's round"});
        let look = engineer.post("/findings:preview", &body).expect(200);
        assert_eq!(look["does"], 0);
        let why = look["rows"][0]["hindrance"].as_str().expect("a reason");
        assert!(why.contains("no baseline"), "{look}");
        engineer.post("/baselines", &json!({"name": "Servers", "scope": {"kind": "server"}})).expect(201);
        let look = engineer.post("/findings:preview", &body).expect(200);
        assert_eq!(look["missing"], json!(["inspection", "silence"]), "{look}");
        body["expected"] = look["fingerprint"].clone();
        assert_eq!(engineer.post("/findings:decide", &body).status.as_u16(), 422, "reasons are missing");
        body["inspection"] = json!("only the web page changes");
        body["silence"] = json!("no control system runs on it");
        let look = engineer.post("/findings:preview", &body).expect(200);
        let patches = look["patches"].as_array().expect("a list");
        assert_eq!(patches.len(), 1, "many findings, one patch: {look}");
        assert_eq!(patches[0]["state"], "new", "{look}");
        let done = engineer.post("/findings:decide", &body).expect(200);
        let decision = done["items"][0]["decisions"][0].as_str().expect("an id").to_owned();
        let card = engineer.get(&format!("/decisions/{decision}")).expect(200);
        assert_eq!(card["decision"]["state"], "waiting", "asking approves nothing: {card}");
        let asked = engineer.get("/findings?filter=decision:asked").expect(200);
        assert_eq!(asked["count"]["value"], look["does"]);
    }
}

#[test]
fn nothing_is_decided_that_was_not_looked_at() {
    for world in worlds() {
        filled(&world);
        let engineer = world.sign_in("engineer");
        let all = open(&world);
        assert!(all.len() >= 2, "{all:?}");
        let mut body = json!({"filter": "", "deed": "accept", "reason": "waits for the outage",
            "reason_code": "risk_above_benefit", "expires_at": "2027-01-31"});
        let refused = engineer.post("/findings:decide", &body);
        assert_eq!(refused.status.as_u16(), 422, "a deed without a look: {refused:?}");
        body["expected"] = json!("3");
        assert_eq!(engineer.post("/findings:decide", &body).status.as_u16(), 422, "a count is no look");
        assert_eq!(open(&world).len(), all.len(), "nothing was decided");

        // As many findings, but another one among them: what came and what went is named.
        let ids = ids(&all);
        let (first, second) = (ids[0], ids[1]);
        let mut one = json!({"findings": [first], "deed": "accept", "reason": "waits for the outage",
            "reason_code": "risk_above_benefit", "expires_at": "2027-01-31"});
        let look = engineer.post("/findings:preview", &one).expect(200);
        assert_eq!(look["does"], 1, "{look}");
        one["findings"] = json!([second]);
        one["expected"] = look["fingerprint"].clone();
        let answer = engineer.post("/findings:decide", &one).expect(409);
        let text = answer["detail"].as_str().expect("a text");
        assert!(text.contains(&format!("came in: {second} (")), "{text}");
        assert!(text.contains(&format!("went out: {first}")), "{text}");
        assert_eq!(open(&world).len(), all.len(), "nothing was decided");

        // The same finding in another lane is not what was looked at.
        one["findings"] = json!([first]);
        let (numbers, _) = look["fingerprint"].as_str().and_then(|text| text.split_once('.')).expect("a dot");
        one["expected"] = json!(format!("{numbers}.0000000000000000"));
        let answer = engineer.post("/findings:decide", &one).expect(409);
        assert!(answer["detail"].as_str().expect("a text").contains("ranked otherwise"), "{answer}");
        one["expected"] = look["fingerprint"].clone();
        engineer.post("/findings:decide", &one).expect(200);
        assert_eq!(open(&world).len(), all.len() - 1);

        // The list of approvals tells exemptions apart: what each is about, and where.
        let waiting = engineer.get("/decisions?filter=state:waiting").expect(200);
        let row = &waiting["items"][0];
        assert_eq!(
            (&row["exempts"], &row["exempts_on"]),
            (&all[0]["vulnerability"], &all[0]["asset_tag"]),
            "{waiting}"
        );
    }
}
