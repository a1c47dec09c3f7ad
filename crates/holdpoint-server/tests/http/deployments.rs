//! Deployments, what was verified, drift and work orders through the API. The hand on the hosts is played: what a turn hands out
//! is reported as done, so that no host is needed here.

use holdpoint_app::execution::{self, Left};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Grant, Role, Scope};
use holdpoint_domain::execution::{Deed, Observed, Outcome};
use holdpoint_domain::id::{AssetId, PlanId};
use holdpoint_domain::snapshot::Snapshot;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::plans::{Cast, cast, window};
use crate::plant::{conforms, description};
use crate::world::{Answer, Client, World, worlds};

/// A plan of both servers, released; its id.
fn released(cast: &Cast<'_>) -> String {
    let Cast { engineer, approver } = cast;
    let profile = json!({"kind": "server", "work_minutes": 60, "undo_minutes": 45, "people": 1,
        "way_back": "automatic", "way_back_by": "the packages before"});
    engineer.json("PUT", "/work-profiles", &profile).expect(200);
    engineer.post("/windows", &window("Saturday night")).expect(201);
    let asked = json!({"assets": ["SRV-1", "SRV-2"], "patches": ["KB5000001"], "days": 60});
    reached(engineer);
    let drafted = engineer.post("/plans:propose", &asked).expect(201);
    assert_eq!(drafted["plans"][0]["steps"], 2, "{drafted}");
    let id = drafted["plans"][0]["id"].as_str().expect("an id").to_owned();
    engineer.post(&format!("/plans/{id}/submit"), &json!({"reason": "ready"})).expect(200);
    approver.post(&format!("/plans/{id}/release"), &json!({"reason": "go"})).expect(200);
    id
}

/// Hosts with a line; nobody goes there, because the hand is played.
pub fn reached(engineer: &Client<'_>) {
    for (tag, key) in [("SRV-1", "A"), ("SRV-2", "B")] {
        let line = json!({"address": format!("{tag}.plant.example"), "port": 1, "account": "engineer", "rights": "sudo",
            "fingerprint": format!("SHA256:{}", key.repeat(43)), "note": "", "reason": "a test"});
        engineer.json("PUT", &format!("/assets/{tag}/line"), &line).expect(200);
    }
}

/// A person who may look and nothing else.
fn viewer(world: &World) -> Client<'_> {
    world.with_role(Role::Viewer)
}

/// Time passes; sessions are over by then, so the engineer and the viewer sign in again.
pub fn clock_to<'w>(world: &'w World, text: &Value) -> [Client<'w>; 2] {
    let at: Moment = text.as_str().expect("a moment").parse().expect("a moment");
    world.clock.advance_micros(at.since(world.app.now()));
    ["engineer", "viewer"].map(|name| world.sign_in(name))
}

fn snapshot(version: &str) -> Value {
    json!({"software": {"KB5000001": version}, "ports": ["22/tcp"]})
}

/// What the turns of this moment hand out is done as it should be.
pub fn hands(world: &World, plan: &str) {
    let plan: PlanId = plan.parse().expect("a plan");
    for _ in 0..20 {
        let turned = execution::turn(&world.app, plan, 9).expect("a turn");
        if turned.moved == 0 {
            return;
        }
        for one in turned.hand_outs {
            let word = |kind: &str, body: Value| vec![(kind.to_owned(), body.to_string())];
            let (outcome, words) = match one.deed {
                Deed::Preflight => (Outcome::Succeeded, word("promise", json!({"KB5000001": "installed"}))),
                Deed::Backup => (Outcome::Succeeded, word("before", snapshot("absent"))),
                Deed::Verify | Deed::Recheck => {
                    (Outcome::Seen(Observed::AsPromised), word("after", snapshot("installed")))
                }
                Deed::Stage | Deed::Install | Deed::Restart | Deed::Undo | Deed::VerifyUndo => {
                    (Outcome::Succeeded, Vec::new())
                }
            };
            let left = Left { evidence: Some(format!("{} as played", one.deed)), words, ..Left::default() };
            let which = (one.deed, one.attempt.number);
            execution::report(&world.app, plan, one.step, which, (outcome, left)).expect("a report");
        }
    }
    panic!("the plan comes to no rest");
}

/// The words of a problem say what happened and what to do.
#[track_caller]
fn in_words(answer: &Answer, status: u16, code: &str, part: &str) {
    assert_eq!(answer.problem(status), code);
    let text = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
    assert!(text.contains(part), "`{part}` is not in: {text}");
}

#[test]
fn a_deployment_begins_pauses_goes_on_and_ends_and_each_wrong_moment_is_told() {
    let document = description();
    for world in worlds() {
        let cast = cast(&world);
        let (engineer, viewer) = (&cast.engineer, viewer(&world));
        let id = released(&cast);
        let path = format!("/deployments/{id}");
        let why = json!({"reason": "the shift knows"});
        assert_eq!(viewer.get(&path).problem(404), "not-found", "nobody has begun it");
        assert_eq!(viewer.post(&format!("{path}/begin"), &why).problem(403), "not-allowed");
        let begun = engineer.post(&format!("{path}/begin"), &why).expect(201);
        conforms(&document, "POST", "/api/v1/deployments/{id}/begin", 201, &begun);
        in_words(&engineer.post(&format!("{path}/begin"), &why), 409, "conflict", "begun before");

        let listed = viewer.get("/deployments?filter=state:running").expect(200);
        conforms(&document, "GET", "/api/v1/deployments", 200, &listed);
        assert_eq!((&listed["count"]["value"], &listed["items"][0]["open"]), (&json!(1), &json!(2)));
        assert_eq!(viewer.get("/deployments?filter=colour:red").problem(400), "invalid");
        let shown = viewer.get(&path).expect(200);
        conforms(&document, "GET", "/api/v1/deployments/{id}", 200, &shown);
        assert_eq!(shown["waves"].as_array().map(Vec::len), Some(2), "a pilot, and the rest: {shown}");
        pages(&viewer, &document, &format!("{path}/steps"));

        let empty = json!({"reason": " "});
        assert_eq!(engineer.post(&format!("{path}/pause"), &empty).problem(400), "invalid");
        let paused = engineer.post(&format!("{path}/pause"), &json!({"reason": "a storm"})).expect(200);
        conforms(&document, "POST", "/api/v1/deployments/{id}/pause", 200, &paused);
        assert_eq!(paused["deployment"]["state"], "paused");
        assert!(paused["deployment"]["paused"].as_str().is_some_and(|text| text.contains("a storm")));
        let goes_on = engineer.post(&format!("{path}/resume"), &json!({"reason": "it is over"})).expect(200);
        conforms(&document, "POST", "/api/v1/deployments/{id}/resume", 200, &goes_on);
        assert_eq!(goes_on["deployment"]["state"], "running");

        assert_eq!(viewer.post(&format!("{path}/end"), &why).problem(403), "not-allowed");
        assert_eq!(engineer.post(&format!("{path}/end"), &empty).problem(422), "unprocessable");
        let ended = engineer.post(&format!("{path}/end"), &json!({"reason": "the outage moved"})).expect(200);
        conforms(&document, "POST", "/api/v1/deployments/{id}/end", 200, &ended);
        assert_eq!(
            (&ended["deployment"]["state"], &ended["deployment"]["open"]),
            (&json!("over"), &json!(0))
        );
        in_words(&engineer.post(&format!("{path}/end"), &why), 409, "conflict", "waits to begin");
    }
}

/// Both steps come in pages of one, each once.
fn pages(client: &Client<'_>, document: &Value, path: &str) {
    let first = client.get(&format!("{path}?limit=1&sort=number")).expect(200);
    conforms(document, "GET", "/api/v1/deployments/{id}/steps", 200, &first);
    let next = first["next"].as_str().expect("there is another page");
    let second = client.get(&format!("{path}?limit=1&sort=number&cursor={next}")).expect(200);
    assert_eq!((&first["items"][0]["number"], &second["items"][0]["number"]), (&json!(1), &json!(2)));
    assert!(second["next"].is_null(), "{second}");
}

#[test]
fn what_is_said_of_a_step_fits_or_is_refused_in_words() {
    let document = description();
    for world in worlds() {
        let cast = cast(&world);
        let (engineer, viewer) = (&cast.engineer, viewer(&world));
        let id = released(&cast);
        engineer.post(&format!("/deployments/{id}/begin"), &json!({"reason": "go"})).expect(201);
        let path = format!("/deployments/{id}/steps/1");
        let step = viewer.get(&path).expect(200);
        conforms(&document, "GET", "/api/v1/deployments/{id}/steps/{number}", 200, &step);
        assert_eq!(step["step"]["state"], "waiting");
        assert_eq!(viewer.get(&format!("/deployments/{id}/steps/99")).problem(404), "not-found");
        assert_eq!(viewer.get(&format!("/deployments/{id}/steps/one")).problem(400), "invalid");
        let say = |word: &str, text: &str| json!({"word": word, "text": text});
        let path = format!("{path}/say");
        assert_eq!(viewer.post(&path, &say("restart_none", "")).problem(403), "not-allowed");
        in_words(
            &engineer.post(&path, &say("restart_none", "")),
            409,
            "conflict",
            "the patch is on its asset",
        );
        in_words(&engineer.post(&path, &say("hurry", "")), 422, "unprocessable", "is no word about a step");
        assert_eq!(engineer.post(&path, &say("end", "")).problem(422), "unprocessable", "no reason");
        assert_eq!(engineer.post(&path, &say("go_back", "why not")).problem(409), "conflict");
        let late = json!({"word": "postpone", "until": "2036-01-01T00:00:00Z"});
        in_words(&engineer.post(&path, &late), 422, "unprocessable", "seven days");
        let said = engineer.post(&path, &say("restart_by_hand", "")).expect(200);
        conforms(&document, "POST", "/api/v1/deployments/{id}/steps/{number}/say", 200, &said);
        assert!(said["words"].as_array().is_some_and(|all| all.iter().any(|one| one["kind"] == "restart")));
        let hold = json!({"word": "open_hold", "text": "the pilot runs"});
        let second = format!("/deployments/{id}/steps/2/say");
        assert_eq!(engineer.post(&path, &hold).problem(404), "not-found", "nothing is held before step 1");
        in_words(&engineer.post(&second, &hold), 409, "conflict", "drafted the plan");
        world.account("planner", &[Grant { role: Role::Engineer, scope: Scope::AllSites }]);
        let other = world.sign_in("planner");
        in_words(&other.post(&second, &hold), 409, "conflict", "wave 1 of KB5000001 is not over");
        let all = viewer.get("/deployment-steps?filter=asset:SRV-2").expect(200);
        conforms(&document, "GET", "/api/v1/deployment-steps", 200, &all);
        assert_eq!(all["count"]["value"], 1);
    }
}

#[test]
fn a_check_keeps_a_step_from_beginning_until_it_is_taken_away() {
    let document = description();
    for world in worlds() {
        let cast = cast(&world);
        let (engineer, viewer) = (&cast.engineer, viewer(&world));
        let id = released(&cast);
        let path = format!("/deployments/{id}/checks");
        let question = json!({"kind": "modbus", "address": "127.0.0.1", "port": 1, "unit": 1, "table": "coil",
            "place": 0, "value": 1});
        let check = json!({"name": "mill stands", "before": "step", "question": question});
        assert_eq!(viewer.post(&path, &check).problem(403), "not-allowed");
        let kept = engineer.post(&path, &check).expect(201);
        conforms(&document, "POST", "/api/v1/deployments/{id}/checks", 201, &kept);
        let plan = viewer.get(&format!("/plans/{id}")).expect(200);
        conforms(&document, "GET", "/api/v1/plans/{id}", 200, &plan);
        assert_eq!(plan["checks"][0]["name"], "mill stands", "it stands there before anybody begins");
        engineer.post(&format!("/deployments/{id}/begin"), &json!({"reason": "go"})).expect(201);
        let wrong = json!({"name": "mill stands", "before": "lunch", "question": question});
        assert_eq!(engineer.post(&path, &wrong).problem(422), "unprocessable");
        let permit = json!({"kind": "opc_ua", "endpoint": "opc.tcp://127.0.0.1:1/", "node": "ns=2;s=Permit",
            "value": true});
        let permit = json!({"name": "permit", "before": "wave", "question": permit});
        let kept = engineer.post(&path, &permit).expect(201);
        conforms(&document, "POST", "/api/v1/deployments/{id}/checks", 201, &kept);
        assert_eq!(kept["items"][1]["question"]["max_age_s"], 3_600);
        let mut wrong = permit.clone();
        wrong["question"]["value"] = json!("yes");
        assert_eq!(engineer.post(&path, &wrong).problem(422), "unprocessable");
        wrong["question"]["value"] = json!(4);
        wrong["question"]["node"] = json!("Permit");
        assert_eq!(engineer.post(&path, &wrong).problem(422), "unprocessable");
        // Whoever drafted the plan does not take away what holds it; a second engineer does.
        assert_eq!(engineer.delete(&format!("{path}/2?reason=not+this+one")).problem(409), "conflict");
        world.account("m.berg", &[Grant { role: Role::Engineer, scope: Scope::AllSites }]);
        world.sign_in("m.berg").delete(&format!("{path}/2?reason=not+this+one")).expect(200);
        let listed = viewer.get(&path).expect(200);
        conforms(&document, "GET", "/api/v1/deployments/{id}/checks", 200, &listed);
        assert_eq!(
            (&listed["items"][0]["name"], &listed["items"][0]["answer"]),
            (&json!("mill stands"), &Value::Null)
        );
        let start = viewer.get(&format!("/deployments/{id}/steps/1")).expect(200)["step"]["start"].clone();
        let [_, viewer] = clock_to(&world, &start);
        let second = world.sign_in("m.berg");
        hands(&world, &id);
        let waits = viewer.get(&format!("/deployments/{id}/steps/1")).expect(200);
        assert!(waits["step"]["wait_why"].as_str().is_some_and(|why| why.contains("mill stands")), "{waits}");
        let left = second.delete(&format!("{path}/1?reason=the+wrong+mill")).expect(200);
        conforms(&document, "DELETE", "/api/v1/deployments/{id}/checks/{number}", 200, &left);
        assert_eq!(second.delete(&format!("{path}/1?reason=twice")).problem(404), "not-found");
        hands(&world, &id);
        let goes_on = viewer.get(&format!("/deployments/{id}/steps/1")).expect(200);
        assert_ne!(goes_on["step"]["state"], "staged", "{goes_on}");
    }
}

#[test]
fn what_was_verified_is_listed_and_a_drift_is_settled_once_with_a_reason() {
    let document = description();
    for world in worlds() {
        let cast = cast(&world);
        let (engineer, viewer) = (&cast.engineer, viewer(&world));
        let id = released(&cast);
        engineer.post(&format!("/deployments/{id}/begin"), &json!({"reason": "go"})).expect(201);
        let say = json!({"word": "restart_automatic"});
        let step = engineer.post(&format!("/deployments/{id}/steps/1/say"), &say).expect(200);
        assert_eq!(viewer.get("/verifications").expect(200)["count"]["value"], 0);
        assert_eq!(engineer.post("/assets/SRV-1/look", &json!({})).problem(409), "conflict");
        let [engineer, viewer] = clock_to(&world, &step["step"]["start"]);
        hands(&world, &id);
        let verified = viewer.get("/verifications").expect(200);
        conforms(&document, "GET", "/api/v1/verifications", 200, &verified);
        let row = &verified["items"][0];
        assert_eq!(
            (&row["reported"], &row["observed"]),
            (&json!("succeeded"), &json!("as_promised")),
            "{row}"
        );
        assert!(row["verified_at"].is_string() && verified["count"]["value"] == 1);
        let shown = viewer.get(&format!("/deployments/{id}/steps/1")).expect(200);
        conforms(&document, "GET", "/api/v1/deployments/{id}/steps/{number}", 200, &shown);
        assert_eq!(shown["differences"][0]["expected"], true, "{shown}");

        assert_eq!(viewer.get("/drift").expect(200)["count"]["value"], 0);
        let asset: AssetId = row["asset_id"].as_str().expect("an id").parse().expect("an id");
        let software = BTreeMap::from([("KB5000001".to_owned(), "absent".to_owned())]);
        let seen = Snapshot {
            software: Some(software),
            ports: Some(["22/tcp".to_owned()].into()),
            ..Snapshot::default()
        };
        assert_eq!(execution::observed(&world.app, asset, &seen, "a round").expect("a look"), Some(true));
        let drifted = viewer.get("/drift?filter=open:yes").expect(200);
        conforms(&document, "GET", "/api/v1/drift", 200, &drifted);
        assert_eq!(drifted["count"]["value"], 1, "{drifted}");
        let number = drifted["items"][0]["number"].as_i64().expect("a number");
        let path = format!("/drift/{number}/settle");
        let why = json!({"reason": "put back for the auditor"});
        assert_eq!(viewer.post(&path, &why).problem(403), "not-allowed");
        assert_eq!(engineer.post(&path, &json!({"reason": ""})).problem(422), "unprocessable");
        let settled = engineer.post(&path, &why).expect(200);
        conforms(&document, "POST", "/api/v1/drift/{number}/settle", 200, &settled);
        in_words(&engineer.post(&path, &why), 409, "conflict", "settled already");
        assert_eq!(engineer.post("/drift/4711/settle", &why).problem(404), "not-found");
        assert_eq!(engineer.post("/drift/first/settle", &why).problem(400), "invalid");
        assert_eq!(viewer.get("/drift?filter=open:yes").expect(200)["count"]["value"], 0);
        // Nobody has said how the host is reached, so a look fails and says so.
        in_words(
            &engineer.post("/assets/SRV-1/look", &json!({})),
            502,
            "source-failed",
            "could not be looked at",
        );
    }
}

#[test]
fn a_step_on_paper_goes_out_comes_back_and_only_a_reading_closes_it() {
    let document = description();
    for world in worlds() {
        let cast = cast(&world);
        let (engineer, viewer) = (&cast.engineer, viewer(&world));
        let id = released(&cast);
        engineer.post(&format!("/deployments/{id}/begin"), &json!({"reason": "go"})).expect(201);
        let wanted = json!({"plan": id, "step": 1, "technician": "K. Technician", "reason": "no line"});
        assert_eq!(viewer.post("/work-orders", &wanted).problem(403), "not-allowed");
        let nowhere = json!({"plan": id, "step": 9});
        assert_eq!(engineer.post("/work-orders", &nowhere).problem(404), "not-found");
        let made = engineer.post("/work-orders", &wanted).expect(201);
        conforms(&document, "POST", "/api/v1/work-orders", 201, &made);
        let path = format!("/work-orders/{}", made["order"]["id"].as_str().expect("an id"));
        engineer.post("/work-orders", &json!({"plan": id, "step": 2})).expect(201);
        let other = second_page(&viewer, &document);
        let one = viewer.get(&path).expect(200);
        conforms(&document, "GET", "/api/v1/work-orders/{id}", 200, &one);
        assert_eq!(viewer.get("/work-orders/4711").problem(404), "not-found");

        let numbers: Vec<u64> = one["sheet"]["before"]
            .as_array()
            .expect("lines")
            .iter()
            .filter_map(|line| line["number"].as_u64())
            .collect();
        let ticked = json!({"ticked": numbers});
        let early = engineer.post(&format!("{path}/begin"), &ticked);
        assert_eq!(early.problem(409), "conflict", "its time has not come");
        let [engineer, viewer] = clock_to(&world, &one["order"]["start"]);
        assert_eq!(engineer.post(&format!("{path}/begin"), &json!({"ticked": [1]})).problem(409), "conflict");
        let running = engineer.post(&format!("{path}/begin"), &ticked).expect(200);
        conforms(&document, "POST", "/api/v1/work-orders/{id}/begin", 200, &running);
        let began_at = world.app.now().to_string();
        world.minutes_pass(20);
        let told = json!({"code": one["code"], "word": "installed", "restart": "done", "began_at": began_at,
            "done_at": world.app.now().to_string(), "done_by": "K. Technician"});
        assert_eq!(viewer.post("/work-orders:tell", &told).problem(403), "not-allowed");
        let mut forged = told.clone();
        forged["code"] = json!("HP 1 0000");
        assert_eq!(engineer.post("/work-orders:tell", &forged).problem(422), "unprocessable");
        let kept = engineer.post("/work-orders:tell", &told).expect(200);
        conforms(&document, "POST", "/api/v1/work-orders:tell", 200, &kept);
        assert_eq!(kept["order"]["state"], "told");
        in_words(&engineer.post(&format!("{path}/void"), &json!({"reason": "late"})), 409, "conflict", "");
        let reading = json!({"observed": "as_promised", "read": "shown in its properties",
            "read_at": world.app.now().to_string()});
        assert_eq!(
            engineer
                .post(
                    &format!("{path}/observe"),
                    &json!({"observed": "fine", "read": "", "read_at": began_at})
                )
                .problem(422),
            "unprocessable"
        );
        hands(&world, &id);
        let seen = engineer.post(&format!("{path}/observe"), &reading).expect(200);
        conforms(&document, "POST", "/api/v1/work-orders/{id}/observe", 200, &seen);
        hands(&world, &id);
        let step = viewer.get(&format!("/deployments/{id}/steps/1")).expect(200);
        assert_eq!(step["step"]["state"], "verified", "{step}");
        a_file(&engineer, &viewer, &document, &path);
        let gone =
            engineer.post(&format!("{other}/void"), &json!({"reason": "the program does it"})).expect(200);
        conforms(&document, "POST", "/api/v1/work-orders/{id}/void", 200, &gone);
        assert_eq!(gone["order"]["state"], "void");
    }
}

/// Both work orders come in pages of one; the address of the second.
fn second_page(viewer: &Client<'_>, document: &Value) -> String {
    let first = viewer.get("/work-orders?limit=1&sort=number").expect(200);
    conforms(document, "GET", "/api/v1/work-orders", 200, &first);
    let next = first["next"].as_str().expect("another page");
    let second = viewer.get(&format!("/work-orders?limit=1&sort=number&cursor={next}")).expect(200);
    assert_eq!((&first["items"][0]["step"], &second["items"][0]["step"]), (&json!(1), &json!(2)));
    format!("/work-orders/{}", second["items"][0]["id"].as_str().expect("an id"))
}

/// A photo is put to a work order and comes back as a file to be saved.
fn a_file(engineer: &Client<'_>, viewer: &Client<'_>, document: &Value, path: &str) {
    let file = engineer.upload(&format!("{path}/files?name=plate.jpg"), b"jpeg").expect(201);
    conforms(document, "POST", "/api/v1/work-orders/{id}/files", 201, &file);
    let bytes = viewer.get(&format!("{path}/files/1"));
    assert_eq!((bytes.status.as_u16(), bytes.bytes.as_slice()), (200, b"jpeg".as_slice()));
    assert_eq!(bytes.header("content-disposition"), "attachment");
}

#[test]
fn a_person_does_not_wait_until_the_program_would_try_again() {
    let world = World::sqlite();
    let cast = cast(&world);
    let id = released(&cast);
    cast.engineer.post(&format!("/deployments/{id}/begin"), &json!({"reason": "go"})).expect(201);
    let step = cast.engineer.get(&format!("/deployments/{id}/steps/1")).expect(200);
    let [engineer, _] = {
        world.with_role(Role::Viewer);
        clock_to(&world, &step["step"]["start"])
    };
    execution::work(&world.app).expect("a round");
    let tried = engineer.get(&format!("/deployments/{id}/steps/1")).expect(200);
    assert_eq!(tried["step"]["wait_for"], "back_off", "{tried}");
    let made = engineer.post("/work-orders", &json!({"plan": id, "step": 1})).expect(201);
    let lines = made["sheet"]["before"].as_array().expect("lines");
    let ticked: Vec<u64> = lines.iter().filter_map(|line| line["number"].as_u64()).collect();
    let path = format!("/work-orders/{}/begin", made["order"]["id"].as_str().expect("an id"));
    let running = engineer.post(&path, &json!({"ticked": ticked})).expect(200);
    assert_eq!(running["order"]["state"], "begun");
}
