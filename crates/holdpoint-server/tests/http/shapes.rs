//! The shape of answers: problems, headers, strictness, limits, and the pages.

use holdpoint_domain::access::Role;
use serde_json::{Value, json};

use crate::world::World;

#[test]
fn a_problem_says_what_happened_and_that_nothing_was_changed() {
    let world = World::sqlite();
    let answer = world.nobody().request("GET", "/assets", &[("x-request-id", "plant-17-0001")], Vec::new());
    let problem = answer.expect(401);
    assert_eq!(problem["type"], "/api/v1/problems#not-signed-in");
    assert_eq!(problem["title"], "Sign-in needed");
    assert_eq!(problem["instance"], "/api/v1/assets");
    assert_eq!(problem["changed"], false);
    assert_eq!(problem["errors"], json!([]));
    assert_eq!(problem["request_id"], "plant-17-0001");
    assert_eq!(answer.header("x-request-id"), "plant-17-0001");
    let evil = world.nobody().request(
        "GET",
        "/assets",
        &[("x-request-id", "<script>alert(1)</script>")],
        Vec::new(),
    );
    assert_ne!(evil.header("x-request-id"), "<script>alert(1)</script>");
    let kinds = world.nobody().get("/problems").expect(200);
    let known: Vec<&Value> =
        kinds["items"].as_array().expect("a list").iter().map(|kind| &kind["code"]).collect();
    assert!(known.contains(&&problem["code"]), "the type leads to a description");
}

#[test]
fn what_is_unknown_is_refused_and_named() {
    let world = World::sqlite();
    let viewer = world.with_role(Role::Viewer);
    let detail = |path: &str| {
        let answer = viewer.get(path);
        assert_eq!(answer.problem(400), "invalid", "{path}");
        answer.json()["errors"][0].to_string()
    };
    assert!(detail("/assets?colour=red").contains("colour"));
    assert!(detail("/sites?limit=1").contains("limit"));
    assert!(detail("/assets?limit=0").contains("1 to 1000"));
    assert!(detail("/assets?limit=1001").contains("1 to 1000"));
    assert!(detail("/assets?limit=many").contains("limit"));
    assert!(detail("/assets?as_of=yesterday").contains("yesterday"));
    assert!(detail("/assets?cursor=x").contains("cursor"));
    assert!(detail("/assets?sort=colour").contains("colour"));
    let filter = detail("/assets?filter=colour:red");
    assert!(
        filter.contains("colour") && filter.contains("firmware"),
        "the fields that exist are named: {filter}"
    );
    assert!(detail("/assets?filter=%22open").contains("filter"));
    assert_eq!(viewer.get("/colours").problem(404), "not-found");
    assert_eq!(viewer.get("/assets/no-such-tag").problem(404), "not-found");
    assert_eq!(viewer.json("PUT", "/status", &json!({})).problem(405), "method-not-allowed");
}

#[test]
fn a_body_is_read_strictly_and_the_place_of_a_fault_is_named() {
    let world = World::sqlite();
    let boss = world.with_role(Role::Administrator);
    let json_type = [("content-type", "application/json")];
    let form = boss.request("POST", "/users", &[("content-type", "text/plain")], b"{}".to_vec());
    assert_eq!(form.problem(415), "unsupported-media-type");
    let broken = boss.request("POST", "/users", &json_type, b"{\"name\":".to_vec());
    assert_eq!(broken.problem(422), "unprocessable");
    let body = json!({"name": "m.ruiz", "display_name": "x", "password": "x", "grants": [{"role": 7}]});
    let typed = boss.post("/users", &body);
    assert_eq!(typed.problem(422), "unprocessable");
    assert_eq!(typed.json()["errors"][0]["pointer"], "/grants/0/role");
    let more =
        boss.post("/users", &json!({"name": "m.ruiz", "display_name": "x", "password": "x", "admin": true}));
    assert_eq!(more.problem(422), "unprocessable");
    assert!(more.json()["detail"].as_str().expect("words").contains("admin"));
    let two = boss.request("POST", "/users", &json_type, b"{} {}".to_vec());
    assert_eq!(two.problem(422), "unprocessable");
    let large = boss.request("POST", "/users", &json_type, vec![b' '; 1024 * 1024 + 1]);
    assert_eq!(large.problem(413), "too-large");
    let empty = world.with_role(Role::Engineer).upload("/assets:import?name=x.csv", b"");
    assert_eq!(empty.problem(400), "invalid");
}

#[test]
fn an_upload_may_be_larger_than_other_bodies() {
    let world = World::sqlite();
    let engineer = world.with_role(Role::Engineer);
    let mut csv = b"asset_tag,name\n".to_vec();
    for number in 0..40_000 {
        csv.extend_from_slice(format!("TANK-{number:06},Tank number {number} of the farm\n").as_bytes());
    }
    assert!(csv.len() > 1024 * 1024);
    let report = engineer.upload("/assets:import?name=tanks.csv&dry_run=true", &csv).expect(200);
    assert_eq!(report["rows"], 40_000);
}

#[test]
fn another_site_cannot_write_with_a_visitors_cookie() {
    let world = World::sqlite();
    let boss = world.with_role(Role::Administrator);
    let body =
        serde_json::to_vec(&json!({"name": "evil", "display_name": "", "password": "long enough here"}));
    let body = body.expect("JSON");
    for headers in [
        vec![("sec-fetch-site", "cross-site"), ("content-type", "application/json")],
        vec![("sec-fetch-site", "same-site"), ("content-type", "application/json")],
        vec![("origin", "https://evil.example"), ("content-type", "application/json")],
        vec![("origin", "null"), ("content-type", "application/json")],
    ] {
        let answer = boss.request("POST", "/users", &headers, body.clone());
        assert_eq!(answer.problem(403), "cross-site", "{headers:?}");
    }
    let own = [("sec-fetch-site", "same-origin"), ("content-type", "application/json")];
    boss.request("POST", "/users", &own, body).expect(201);
}

#[test]
fn every_answer_is_hardened_and_none_is_kept_by_the_browser() {
    let world = World::sqlite();
    for path in ["/status", "/openapi.json", "/nothing", "livez", "index.html", "assets/nothing.js"] {
        let answer = world.nobody().get(path);
        let policy = answer.header("content-security-policy").to_owned();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"),
            "{path}: {policy}"
        );
        assert!(policy.contains("require-trusted-types-for 'script'") && !policy.contains("unsafe"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(!answer.header("x-request-id").is_empty());
        if path.starts_with('/') {
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
}

#[test]
fn the_front_page_answers_for_every_page_and_a_missing_file_is_missing() {
    let world = World::sqlite();
    let front = world.nobody().get("index.html");
    assert_eq!(front.status.as_u16(), 200);
    assert_eq!(front.header("cache-control"), "no-cache");
    assert_eq!(front.header("content-type"), "text/html; charset=utf-8");
    for path in ["", "advisories/EP-2026-001", "assets"] {
        assert_eq!(world.nobody().get(path).bytes, front.bytes, "{path}");
    }
    let etag = front.header("etag").to_owned();
    let again = world.nobody().request("GET", "index.html", &[("if-none-match", &etag)], Vec::new());
    assert_eq!(again.status.as_u16(), 304);
    assert!(again.bytes.is_empty());
    assert_eq!(world.nobody().get("assets/index-0000.js").problem(404), "not-found");
    assert_eq!(world.nobody().get("api/v2/assets").problem(404), "not-found");
    assert_eq!(world.nobody().request("POST", "assets", &[], Vec::new()).problem(405), "method-not-allowed");
}

#[test]
fn the_watcher_is_answered() {
    let world = World::sqlite();
    assert_eq!(world.nobody().get("livez").bytes, b"alive\n");
    assert_eq!(world.nobody().get("readyz").bytes, b"ready\n");
}
