//! The CSAF management and asset matching system through the API: statuses, lists in four directions, runs, comments,
//! read marks, deletion; and every answer checked against the description.

use holdpoint_domain::access::Role;
use serde_json::{Value, json};

use crate::plant::{conforms, description};
use crate::world::worlds;

#[test]
fn every_answer_of_the_asset_matching_system_is_as_it_is_described() {
    let document = description();
    for world in worlds() {
        world.fill();
        let engineer = world.sign_in("engineer");
        world.minutes_pass(1);
        let comment = engineer.post("/advisories/EP-2026-001/comments", &json!({"text": "Ask."})).expect(201);
        conforms(&document, "POST", "/api/v1/advisories/{id}/comments", 201, &comment);
        let set = json!({"filter": "asset:PUMP-1", "state": "done", "reason": "patched"});
        let preview = engineer.post("/remediations:preview", &set).expect(200);
        conforms(&document, "POST", "/api/v1/remediations:preview", 200, &preview);
        let done = engineer.post("/remediations:set", &set).expect(200);
        conforms(&document, "POST", "/api/v1/remediations:set", 200, &done);
        let run = engineer.post("/runs", &json!({"assets": ["PUMP-1"]})).expect(201);
        conforms(&document, "POST", "/api/v1/runs", 201, &run);
        let second = revision(&[("version", json!("2"))]);
        engineer.upload("/advisories:import?name=pump.json", second.as_bytes()).expect(200);
        let product = engineer.get("/products").expect(200)["items"][0]["number"].to_string();
        for (path, described) in [
            ("/remediations", "/remediations"),
            ("/remediations:findings", "/remediations:findings"),
            ("/runs", "/runs"),
            ("/runs:news", "/runs:news"),
            ("/runs/1", "/runs/{id}"),
            ("/products", "/products"),
            (&format!("/products/{product}/advisories"), "/products/{id}/advisories"),
            ("/assets/PUMP-1/advisories", "/assets/{id}/advisories"),
            ("/advisories/EP-2026-001", "/advisories/{id}"),
            ("/advisories/EP-2026-001/assets", "/advisories/{id}/assets"),
            ("/advisories/EP-2026-001/matched-products", "/advisories/{id}/matched-products"),
            ("/advisories/EP-2026-001/statistics", "/advisories/{id}/statistics"),
            ("/advisories/EP-2026-001/comments", "/advisories/{id}/comments"),
            ("/advisories/EP-2026-001/difference", "/advisories/{id}/difference"),
            (&format!("/comments/{}", comment["id"].as_str().expect("an id")), "/comments/{id}"),
            (
                "/remediations:history?advisory=EP-2026-001&vulnerability=CVE-2026-10001&asset=PUMP-1",
                "/remediations:history",
            ),
        ] {
            let answer = engineer.get(path).expect(200);
            conforms(&document, "GET", &format!("/api/v1{described}"), 200, &answer);
            if let Some(items) = answer.get("items").and_then(Value::as_array) {
                assert!(!items.is_empty() || path == "/runs:news", "{path} proves nothing when it is empty");
            }
        }
        let deleted = engineer.delete("/advisories/EP-2026-001?reason=not%20ours").expect(200);
        conforms(&document, "DELETE", "/api/v1/advisories/{id}", 200, &deleted);
        let all = engineer.get("/advisories:deleted").expect(200);
        conforms(&document, "GET", "/api/v1/advisories:deleted", 200, &all);
        assert_eq!(all["items"][0]["reason"], "not ours");
        engineer.get("/advisories/EP-2026-001").expect(404);
        let back = json!({"reason": "ours after all"});
        let back = engineer.post("/advisories/EP-2026-001/restore", &back).expect(200);
        conforms(&document, "POST", "/api/v1/advisories/{id}/restore", 200, &back);
    }
}

/// The fixture's advisory with other tracking facts.
fn revision(changes: &[(&str, Value)]) -> String {
    let mut document: Value = serde_json::from_str(include_str!("../fixtures/advisory.json")).expect("JSON");
    let tracking = &mut document["document"]["tracking"];
    for (key, value) in changes {
        tracking[*key] = value.clone();
    }
    let date = "2026-11-02T08:00:00Z";
    tracking["current_release_date"] = json!(date);
    let next = json!({"date": date, "number": "2", "summary": "Second release"});
    tracking["revision_history"].as_array_mut().expect("a list").push(next);
    document.to_string()
}

#[test]
fn a_status_is_set_by_filter_and_seen_from_all_sides() {
    for world in worlds() {
        world.fill();
        let (engineer, viewer) = (world.sign_in("engineer"), world.with_role(Role::Viewer));
        world.minutes_pass(1);
        let body = json!({"advisory": "EP-2026-001", "filter": "verdict:yes", "state": "in_progress",
            "reason": "ordered", "expected": 1});
        assert_eq!(viewer.post("/remediations:set", &body).problem(403), "not-allowed");
        assert_eq!(engineer.post("/remediations:set", &body).expect(200)["changes"], 1, "{}", world.engine);
        world.minutes_pass(1);
        assert_eq!(engineer.post("/remediations:set", &body).problem(409), "conflict");
        assert_eq!(engineer.post("/remediations:set", &json!({"state": "done"})).status.as_u16(), 422);
        assert_eq!(
            engineer.post("/remediations:set", &json!({"asset": "PUMP-1", "state": "fixed"})).status.as_u16(),
            400
        );
        let line = &viewer.get("/remediations?filter=asset:PUMP-1").expect(200)["items"][0];
        assert_eq!(
            (&line["state"], &line["by"], &line["reason"]),
            (&json!("in_progress"), &json!("engineer"), &json!("ordered"))
        );
        assert!(line["probability"]["value"].as_f64().is_some_and(|value| value > 0.9));
        let numbers = viewer.get("/advisories/EP-2026-001/statistics").expect(200);
        assert_eq!(numbers["assets"], json!({"all": 2, "not_remediated": 1, "in_progress": 1, "done": 0}));
        assert_eq!(numbers["assets_unknown"], 1);
        let of_asset = viewer.get("/assets/PUMP-1/advisories").expect(200);
        assert_eq!(of_asset["items"][0]["state"], "in_progress");
        let finding = viewer.get("/remediations:findings?filter=asset:PUMP-1").expect(200);
        assert_eq!(finding["items"][0]["documents"]["all"], 1);
    }
}

#[test]
fn comments_and_read_marks_are_each_persons_own() {
    for world in worlds() {
        world.fill();
        let (engineer, viewer) = (world.sign_in("engineer"), world.with_role(Role::Viewer));
        let approver = world.with_role(Role::Approver);
        let text = json!({"text": "<b>Wait</b> for the outage."});
        assert_eq!(viewer.post("/advisories/EP-2026-001/comments", &text).problem(403), "not-allowed");
        let comment = approver.post("/advisories/EP-2026-001/comments", &text).expect(201);
        assert_eq!((&comment["text"], &comment["own"]), (&text["text"], &json!(true)), "text stays text");
        let path = format!("/comments/{}", comment["id"].as_str().expect("an id"));
        assert_eq!(engineer.json("PATCH", &path, &json!({"text": "Mine"})).problem(409), "conflict");
        world.minutes_pass(1);
        let edit = json!({"text": "No need to wait.", "version": 1});
        assert_eq!(approver.json("PATCH", &path, &edit).expect(200)["version"], 2);
        assert_eq!(approver.json("PATCH", &path, &edit).problem(412), "precondition-failed");
        assert_eq!(viewer.get(&path).expect(200)["count"]["value"], 2);

        let mark = json!({"advisories": ["EP-2026-001"], "mark": "read"});
        assert_eq!(viewer.post("/advisories:mark", &mark).expect(200)["changed"], 1);
        world.minutes_pass(1);
        assert_eq!(viewer.get("/advisories/EP-2026-001").expect(200)["read"], true);
        assert_eq!(
            engineer.get("/advisories?filter=read:false").expect(200)["count"]["value"],
            1,
            "{}",
            world.engine
        );
        assert_eq!(viewer.get("/advisories?filter=read:false").expect(200)["count"]["value"], 0);
    }
}
