//! The plant through the API: taking in, lists, one asset changed by hand, matches explained; and every answer
//! checked against the description of the API.

use holdpoint_domain::access::Role;
use serde_json::{Value, json};

use crate::world::{Client, World, worlds};

/// Checks an answer against what the description says of the operation and the status.
pub fn conforms(document: &Value, method: &str, path: &str, status: u16, answer: &Value) {
    let operation = &document["paths"][path][method.to_lowercase()];
    assert!(operation.is_object(), "{method} {path} is not described");
    let responses = &operation["responses"];
    let described = responses.get(status.to_string()).or_else(|| responses.get("default"));
    let content = described.and_then(|response| response["content"].as_object()).expect("a described body");
    let schema = content.values().next().expect("one media type")["schema"].clone();
    let mut whole = json!({"components": document["components"]});
    for (key, value) in schema.as_object().expect("a schema") {
        whole[key] = value.clone();
    }
    let validator = jsonschema::validator_for(&whole).expect("the description is a schema");
    let faults: Vec<String> = validator
        .iter_errors(answer)
        .map(|fault| format!("{} at {}", fault, fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{method} {path} {status}: {faults:?} in {answer}");
}

pub fn description() -> Value {
    serde_json::from_str(&holdpoint_server::openapi_json()).expect("JSON")
}

#[test]
fn every_answer_is_as_it_is_described() {
    let document = description();
    for world in worlds() {
        world.fill();
        let (boss, engineer) = (world.with_role(Role::Administrator), world.sign_in("engineer"));
        boss.post("/tokens", &json!({"name": "t", "expires_in_days": 9, "grants": [{"role": "viewer"}]}))
            .expect(201);
        engineer.upload("/advisories:import?name=broken.json", b"{\"document\":").expect(200);
        let provider = json!({"name": "Example Pumps", "address": "pumps.example", "enabled": false});
        conforms(
            &document,
            "POST",
            "/api/v1/providers",
            201,
            &boss.post("/providers", &provider).expect(201),
        );
        let mapping = json!({"name": "Mine", "header": ["Tag", "FW"], "columns": {"Tag": "asset_tag", "FW": "field:firmware_version"}});
        let put = engineer.json("PUT", "/mappings", &mapping).expect(200);
        conforms(&document, "PUT", "/api/v1/mappings", 200, &put);
        let match_id = one_match(&boss);
        for (path, described) in [
            ("/status", "/status"),
            ("/sites", "/sites"),
            ("/session", "/session"),
            ("/sessions", "/sessions"),
            ("/users", "/users"),
            ("/tokens", "/tokens"),
            ("/advisories", "/advisories"),
            ("/advisories/EP-2026-001", "/advisories/{id}"),
            ("/advisories/EP-2026-001/products", "/advisories/{id}/products"),
            ("/advisories/EP-2026-001/revisions", "/advisories/{id}/revisions"),
            ("/advisories/EP-2026-001/impact", "/advisories/{id}/impact"),
            ("/expressions", "/expressions"),
            ("/quarantine", "/quarantine"),
            ("/providers", "/providers"),
            ("/checks", "/checks"),
            ("/assets", "/assets"),
            ("/assets:unmatched", "/assets:unmatched"),
            ("/assets/PUMP-1", "/assets/{id}"),
            ("/assets/PUMP-1/history", "/assets/{id}/history"),
            ("/mappings", "/mappings"),
            ("/matches", "/matches"),
            (&format!("/matches/{match_id}/explanation"), "/matches/{id}/explanation"),
            ("/audit", "/audit"),
            ("/audit/1", "/audit/{sequence}"),
            ("/problems", "/problems"),
            ("/setup", "/setup"),
        ] {
            let answer = boss.get(path).expect(200);
            conforms(&document, "GET", &format!("/api/v1{described}"), 200, &answer);
            if let Some(items) = answer.get("items").and_then(Value::as_array) {
                assert!(!items.is_empty() || path == "/checks", "{path} proves nothing when it is empty");
            }
        }
        conforms(
            &document,
            "POST",
            "/api/v1/audit:verify",
            200,
            &boss.post("/audit:verify", &json!({})).expect(200),
        );
        conforms(&document, "GET", "/api/v1/assets/{id}", 404, &boss.get("/assets/none").expect(404));
    }
}

fn one_match(client: &Client<'_>) -> String {
    let matches = client.get("/matches?filter=asset:PUMP-1").expect(200);
    matches["items"][0]["id"].as_str().expect("PUMP-1 has a match").to_owned()
}

#[test]
fn an_advisory_comes_in_touches_an_asset_and_says_why() {
    for world in worlds() {
        world.fill();
        let viewer = world.with_role(Role::Viewer);
        let impact = viewer.get("/advisories/EP-2026-001/impact").expect(200);
        let verdict = |tag: &str| {
            let rows = impact["assets"].as_array().expect("rows");
            rows.iter()
                .find(|row| row["asset_tag"] == tag)
                .map_or("none", |row| row["verdict"].as_str().expect("a word"))
        };
        assert_eq!(
            (verdict("PUMP-1"), verdict("PUMP-2"), verdict("PUMP-3"), verdict("SRV-1")),
            ("yes", "no", "unknown", "none")
        );
        assert_eq!(impact["totals"], json!({"yes": 1, "unknown": 1, "no": 1}));
        let outlook = |impact: &Value, tag: &str| {
            let rows = impact["assets"].as_array().cloned().unwrap_or_default();
            rows.into_iter()
                .find(|row| row["asset_tag"] == tag)
                .map_or(Value::Null, |row| row["outlook"].clone())
        };
        let (fix, engine) = (&outlook(&impact, "PUMP-1"), world.engine);
        let patch = fix["patches"][0].clone();
        assert_eq!(
            (&patch["supplier_state"], &fix["window"]),
            (&json!("released"), &json!("none_set")),
            "{engine}: {fix}"
        );
        assert_eq!(outlook(&impact, "PUMP-2"), Value::Null, "it is not affected");
        let says = json!({"publisher": "Example Pumps", "reference": "a letter", "patch_vendor": "Example Pumps",
            "identifier": patch["patch"], "identifier_kind": "vendor-id", "vendor": "Example Pumps",
            "product": "Pump Controller 200", "version": "2.3.0", "state": "not_approved", "word": "do not install"});
        world.with_role(Role::Approver).post("/statements", &says).expect(201);
        let impact = viewer.get("/advisories/EP-2026-001/impact").expect(200);
        let fix = outlook(&impact, "PUMP-1");
        assert_eq!(fix["patches"][0]["supplier_state"], "not_approved", "{engine}: {fix}");
        let past = viewer.get("/advisories/EP-2026-001/impact?as_of=2026-11-20T12:05:00Z").expect(200);
        assert_eq!(outlook(&past, "PUMP-1"), Value::Null, "of a past moment nothing is told");
        let explained = viewer.get(&format!("/matches/{}/explanation", one_match(&viewer))).expect(200);
        assert_eq!(explained["match"]["verdict"], "yes");
        assert_eq!(explained["replay"], "same");
        assert!(explained["evidence"].to_string().contains("2.3.0"));
        assert!(explained["remediations"].to_string().contains("Update to 2.4.0"));
        let raw = explained["raw"]["advisory_raw"]
            .as_str()
            .expect("an address")
            .trim_start_matches("/api/v1")
            .to_owned();
        let bytes = viewer.get(&raw);
        assert_eq!(bytes.bytes, include_bytes!("../fixtures/advisory.json"), "byte for byte");
        assert!(bytes.header("content-disposition").starts_with("attachment"));
    }
}

#[test]
fn a_second_import_of_the_same_file_changes_nothing() {
    for world in worlds() {
        world.fill();
        let engineer = world.sign_in("engineer");
        let head = engineer.get("/status").expect(200)["audit"].clone();
        let again =
            engineer.upload("/advisories:import?name=pump.json", include_bytes!("../fixtures/advisory.json"));
        assert_eq!(
            again.expect(200)["documents"],
            json!({"read": 1, "new": 0, "changed": 0, "unchanged": 1, "quarantined": 0})
        );
        let assets = engineer
            .upload("/assets:import?name=plant.csv", include_bytes!("../fixtures/plant.csv"))
            .expect(200);
        assert_eq!(
            (&assets["new"], &assets["changed"], &assets["unchanged"]),
            (&json!(0), &json!(0), &json!(4))
        );
        assert_eq!(engineer.get("/status").expect(200)["counts"]["assets"], 4);
        let after = engineer.get("/status").expect(200)["audit"].clone();
        assert_eq!(head["sequence"], after["sequence"], "no entry without a change");
    }
}

#[test]
fn a_preview_writes_nothing() {
    let world = World::sqlite();
    world.fill();
    let engineer = world.sign_in("engineer");
    let csv = b"asset_tag,firmware_version\nPUMP-1,2.4.0\nPUMP-9,1.0\n";
    let report = engineer.upload("/assets:import?name=new.csv&dry_run=true", csv).expect(200);
    assert_eq!(
        (&report["new"], &report["changed"], &report["dry_run"]),
        (&json!(1), &json!(1), &json!(true))
    );
    assert_eq!(report["audit_sequence"], Value::Null);
    assert_eq!(engineer.get("/assets/PUMP-9").problem(404), "not-found");
    assert_eq!(engineer.get("/assets/PUMP-1").expect(200)["firmware_version"], "2.3.0");
}

#[test]
fn a_table_is_read_from_the_sheet_and_the_row_that_are_named() {
    let world = World::sqlite();
    world.fill();
    let engineer = world.sign_in("engineer");
    let titled = b"Plant north\nas of November\nasset_tag,firmware_version\nPUMP-1,2.4.0\n";
    let read = |query: &str, bytes: &[u8]| {
        engineer.upload(&format!("/assets:import?name=file&dry_run=true{query}"), bytes)
    };
    assert_eq!(read("", titled).expect(200)["mapping_needed"], true, "a title is no header");
    let report = read("&header_row=3", titled).expect(200);
    assert_eq!((&report["changed"], &report["rows"]), (&json!(1), &json!(1)), "{report}");
    let refused = read("&header_row=3&sheet=North", titled).expect(422);
    assert!(refused.to_string().contains("no workbook"), "{refused}");
    let book = engineer.get("/assets?format=xlsx").bytes;
    let report = read("&sheet=Assets", &book).expect(200);
    assert!(report["rows"].as_u64() > Some(0) && report["unchanged"] == report["rows"], "{report}");
    let refused = read("&sheet=Norht", &book).expect(422);
    assert!(refused.to_string().contains("it has: Assets"), "{refused}");
}

#[test]
fn an_edit_needs_what_was_read_and_moves_the_matches() {
    for world in worlds() {
        world.fill();
        let engineer = world.sign_in("engineer");
        let read = engineer.get("/assets/PUMP-1");
        let (id, etag) =
            (read.expect(200)["id"].as_str().expect("an id").to_owned(), read.header("etag").to_owned());
        let path = format!("/assets/{id}");
        let body = json!({"fields": {"firmware_version": "2.4.0"}, "reason": "updated in the outage"});
        let bytes = serde_json::to_vec(&body).expect("JSON");
        assert_eq!(engineer.json("PATCH", &path, &body).problem(428), "precondition-required");
        let with = |etag: &str| {
            let headers = [("content-type", "application/json"), ("if-match", etag)];
            engineer.request("PATCH", &path, &headers, bytes.clone())
        };
        assert_eq!(with("\"99\"").problem(412), "precondition-failed");
        assert_eq!(with("\"nonsense\"").problem(412), "precondition-failed");
        let done = with(&etag);
        assert_eq!(done.expect(200)["firmware_version"], "2.4.0");
        assert_ne!(done.header("etag"), etag);
        assert_eq!(with(&etag).problem(412), "precondition-failed", "the old tag is stale");
        let impact = engineer.get("/advisories/EP-2026-001/impact").expect(200);
        assert_eq!(impact["totals"]["yes"], 0, "{}", impact["totals"]);
        let field = done.json()["fields"]
            .as_array()
            .expect("fields")
            .iter()
            .find(|f| f["field"] == "firmware_version")
            .cloned();
        assert!(field.expect("the field")["source"].as_str().expect("words").contains("engineer"));
        let history = engineer.get(&format!("{path}/history")).expect(200);
        assert_eq!(history["items"][0]["changes"][0]["before"], "2.3.0");
        let bad = json!({"fields": {"colour": "red"}});
        let headers = [("content-type", "application/json"), ("if-match", done.header("etag"))];
        let refused = engineer.request("PATCH", &path, &headers, serde_json::to_vec(&bad).expect("JSON"));
        assert_eq!(refused.problem(422), "unprocessable");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/fields/colour");
    }
}

#[test]
fn the_past_can_be_asked() {
    for world in worlds() {
        world.fill();
        let engineer = world.sign_in("engineer");
        world.minutes_pass(10);
        engineer
            .upload("/assets:import?name=new.csv", b"asset_tag,firmware_version\nPUMP-1,2.4.0\n")
            .expect(200);
        let before = engineer.get("/assets/PUMP-1?as_of=2026-11-20T12:05:00Z").expect(200);
        assert_eq!(before["firmware_version"], "2.3.0");
        assert_eq!(engineer.get("/assets/PUMP-1").expect(200)["firmware_version"], "2.4.0");
        let impact = engineer.get("/advisories/EP-2026-001/impact?as_of=2026-11-20T12:05:00Z").expect(200);
        assert_eq!(impact["totals"]["yes"], 1);
        assert_eq!(engineer.get("/assets/PUMP-1?as_of=2026-11-19").problem(404), "not-found");
    }
}

#[test]
fn pages_join_to_the_whole_list() {
    for world in worlds() {
        world.fill();
        let viewer = world.with_role(Role::Viewer);
        let mut tags = Vec::new();
        let mut path = "/assets?limit=1&sort=-tag".to_owned();
        loop {
            let page = viewer.get(&path).expect(200);
            assert_eq!(page["count"], json!({"value": 4, "exact": true}));
            tags.push(page["items"][0]["tag"].as_str().expect("a tag").to_owned());
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/assets?limit=1&sort=-tag&cursor={next}");
            assert!(tags.len() < 10, "the cursor must come to an end");
        }
        assert_eq!(tags, ["SRV-1", "PUMP-3", "PUMP-2", "PUMP-1"]);
    }
}

#[test]
fn a_list_is_exported_whole_and_can_be_imported_again() {
    let world = World::sqlite();
    world.fill();
    let engineer = world.sign_in("engineer");
    let csv = engineer.get("/assets?format=csv&filter=kind:plc&limit=1");
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        String::from_utf8_lossy(&csv.bytes).lines().count(),
        4,
        "a header and three pumps, whatever the limit"
    );
    let again = engineer.upload("/assets:import?name=assets.csv", &csv.bytes).expect(200);
    assert_eq!((&again["unchanged"], &again["rejected"]), (&json!(3), &json!([])));
    let xlsx = engineer.get("/assets?format=xlsx");
    assert!(xlsx.bytes.starts_with(b"PK"));
}

#[test]
fn the_audit_log_verifies_and_is_exported_line_by_line() {
    for world in worlds() {
        world.fill();
        let auditor = world.with_role(Role::Auditor);
        let report = auditor.post("/audit:verify", &json!({})).expect(200);
        assert_eq!(report["intact"], true);
        let entries = report["entries"].as_u64().expect("a number");
        let export = auditor.get("/audit:export");
        assert_eq!(export.header("content-type"), "application/x-ndjson");
        let text = String::from_utf8(export.bytes).expect("UTF-8");
        assert_eq!(text.lines().count() as u64, entries);
        for (index, line) in text.lines().enumerate() {
            let entry: Value = serde_json::from_str(line).expect("JSON");
            assert_eq!(entry["sequence"], index as u64 + 1);
        }
        assert_eq!(auditor.get(&format!("/audit/{}", entries + 1)).problem(404), "not-found");
    }
}

#[test]
fn a_broken_document_waits_in_quarantine_with_its_reason() {
    let document = description();
    for world in worlds() {
        let engineer = world.with_role(Role::Engineer);
        let report = engineer.upload("/advisories:import?name=broken.json", b"{\"document\":").expect(200);
        conforms(&document, "POST", "/api/v1/advisories:import", 200, &report);
        assert_eq!(report["documents"]["quarantined"], 1);
        let waiting = engineer.get("/quarantine").expect(200)["items"][0].clone();
        assert_eq!((&waiting["name"], &waiting["released_at"]), (&json!("broken.json"), &Value::Null));
        for words in ["what", "meaning", "remedy"] {
            assert!(!waiting[words].as_str().expect("words").is_empty(), "{waiting}");
        }
        assert_eq!(engineer.get("/status").expect(200)["counts"]["quarantine"], 1);
        let path =
            format!("/quarantine/{}/release?reason=read+by+hand", waiting["id"].as_str().expect("an id"));
        let released = engineer.post(&path, &json!({}));
        assert_eq!(released.problem(422), "unprocessable", "what cannot be read cannot be released");
        assert_eq!(engineer.post("/quarantine/nothing/release", &json!({})).problem(404), "not-found");
    }
}

#[test]
fn a_provider_is_added_changed_and_removed() {
    let document = description();
    for world in worlds() {
        let boss = world.with_role(Role::Administrator);
        let new = json!({"name": "Example Pumps", "address": "pumps.example", "enabled": false});
        let made = boss.post("/providers?reason=contract", &new).expect(201);
        let path = format!("/providers/{}", made["id"].as_str().expect("an id"));
        let changed = boss.json("PATCH", &path, &json!({"interval_minutes": 60})).expect(200);
        conforms(&document, "PATCH", "/api/v1/providers/{id}", 200, &changed);
        assert_eq!((&changed["interval_minutes"], &changed["name"]), (&json!(60), &json!("Example Pumps")));
        let plain = boss.post(
            "/providers",
            &json!({"name": "x", "address": "http://pumps.example/provider-metadata.json"}),
        );
        assert_eq!(plain.problem(422), "unprocessable", "plain http is no way to get advisories");
        boss.delete(&path).expect(204);
        assert_eq!(boss.delete(&path).problem(404), "not-found");
        let log = boss.get("/audit?filter=provider").expect(200);
        assert!(log["count"]["value"].as_u64().is_some_and(|entries| entries >= 3), "{log}");
    }
}
