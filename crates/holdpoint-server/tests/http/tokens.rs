//! API tokens: narrower than their owner, never for ever, shown once.

use holdpoint_domain::access::{Grant, Role, Scope};
use serde_json::{Value, json};

use crate::world::{Client, World, worlds};

fn token(client: &Client<'_>, name: &str, role: &str) -> (String, String) {
    let body = json!({"name": name, "expires_in_days": 30, "grants": [{"role": role}]});
    let made = client.post("/tokens", &body).expect(201);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&made["secret"]), text(&made["token"]["id"]))
}

#[test]
fn a_token_does_less_than_its_owner_and_is_named_in_the_log() {
    for world in worlds() {
        let engineer = world.with_role(Role::Engineer);
        let auditor = world.with_role(Role::Auditor);
        let (reading, _) = token(&engineer, "nightly", "viewer");
        let (writing, _) = token(&engineer, "loader", "engineer");
        assert!(reading.starts_with("hp_pat_") && reading.len() == 71);
        let csv = b"asset_tag,name\nT-1,Tank\n";
        let path = "/assets:import?name=tanks.csv";
        assert_eq!(engineer.bearer(&reading).upload(path, csv).problem(403), "not-allowed");
        engineer.bearer(&reading).get("/assets").expect(200);
        engineer.bearer(&writing).upload(path, csv).expect(200);
        let newest = auditor.get("/audit?limit=1").expect(200)["items"][0].clone();
        assert_eq!(newest["actor"]["name"], "engineer/loader");
        assert_eq!(newest["via"], "api");
        let session = engineer.bearer(&reading).get("/session").expect(200);
        assert_eq!(
            session["permissions"],
            json!([{"permission": "read-plant", "everywhere": true, "sites": []}])
        );
        let log = auditor.get("/audit?limit=1000").expect(200).to_string();
        assert!(!log.contains(&reading) && !log.contains(&writing), "no secret is in the log");
        let listed = engineer.get("/tokens").expect(200).to_string();
        assert!(!listed.contains(&reading), "the secret is shown once");
    }
}

#[test]
fn a_token_cannot_be_wider_than_its_owner_nor_live_for_ever() {
    let world = World::sqlite();
    let engineer = world.with_role(Role::Engineer);
    let make = |days: u32, grants: Value| {
        let body = json!({"name": "x", "expires_in_days": days, "grants": grants});
        let answer = engineer.post("/tokens", &body);
        assert_eq!(answer.problem(422), "unprocessable");
        answer.json()["errors"][0]["code"].clone()
    };
    assert_eq!(make(30, json!([{"role": "administrator"}])), "wider-than-owner");
    assert_eq!(make(30, json!([{"role": "auditor"}])), "wider-than-owner");
    assert_eq!(make(366, json!([{"role": "viewer"}])), "bad-expiry");
    assert_eq!(make(0, json!([{"role": "viewer"}])), "bad-expiry");
    assert_eq!(make(30, json!([])), "no-grants");
    token(&engineer, "x", "viewer");
    let twice = json!({"name": "x", "expires_in_days": 1, "grants": [{"role": "viewer"}]});
    assert_eq!(engineer.post("/tokens", &twice).problem(409), "conflict");
}

#[test]
fn a_token_makes_no_tokens_and_changes_no_password() {
    let world = World::sqlite();
    let engineer = world.with_role(Role::Engineer);
    let (secret, _) = token(&engineer, "loader", "engineer");
    let program = engineer.bearer(&secret);
    let body = json!({"name": "more", "expires_in_days": 365, "grants": [{"role": "engineer"}]});
    assert_eq!(program.post("/tokens", &body).problem(403), "not-allowed");
    assert_eq!(program.get("/sessions").problem(403), "not-allowed");
    let me = engineer.get("/session").expect(200)["user"]["id"].as_str().expect("an id").to_owned();
    let change =
        json!({"current_password": crate::world::PASSWORD, "password": "another long enough sentence"});
    assert_eq!(program.post(&format!("/users/{me}/password"), &change).problem(403), "not-allowed");
}

#[test]
fn a_token_of_an_administrator_does_not_take_the_account_over() {
    let world = World::sqlite();
    let boss = world.with_role(Role::Administrator);
    let (secret, _) = token(&boss, "robot", "administrator");
    let me = boss.get("/session").expect(200)["user"]["id"].as_str().expect("an id").to_owned();
    let other = world.account("other", &[Grant { role: Role::Viewer, scope: Scope::AllSites }]);
    let robot = boss.bearer(&secret);
    let body = json!({"password": "another long enough sentence"});
    assert_eq!(robot.post(&format!("/users/{me}/password"), &body).problem(403), "not-allowed");
    robot.post(&format!("/users/{other}/password"), &body).expect(204);
}

#[test]
fn a_token_ends_by_expiry_by_revocation_and_with_its_owner() {
    for world in worlds() {
        let boss = world.with_role(Role::Administrator);
        let engineer = world.with_role(Role::Engineer);
        let owner = engineer.get("/session").expect(200)["user"]["id"].as_str().expect("an id").to_owned();
        let (expiring, _) = token(&engineer, "expiring", "viewer");
        let (revoked, id) = token(&engineer, "revoked", "viewer");
        let (orphan, _) = token(&engineer, "orphan", "engineer");
        engineer.delete(&format!("/tokens/{id}?reason=lost")).expect(204);
        engineer.delete(&format!("/tokens/{id}")).expect(204);
        assert_eq!(engineer.bearer(&revoked).get("/assets").problem(401), "not-signed-in");
        boss.json("PUT", &format!("/users/{owner}/grants"), &json!({"grants": [{"role": "viewer"}]}))
            .expect(200);
        let csv = b"asset_tag,name\nT-1,Tank\n";
        let import = "/assets:import?name=tanks.csv";
        assert_eq!(engineer.bearer(&orphan).upload(import, csv).problem(403), "not-allowed");
        engineer.bearer(&orphan).get("/assets").expect(200);
        boss.json("PATCH", &format!("/users/{owner}"), &json!({"disabled": true})).expect(200);
        assert_eq!(engineer.bearer(&orphan).get("/assets").problem(401), "not-signed-in");
        boss.json("PATCH", &format!("/users/{owner}"), &json!({"disabled": false})).expect(200);
        engineer.bearer(&expiring).get("/assets").expect(200);
        world.minutes_pass(30 * 24 * 60);
        assert_eq!(engineer.bearer(&expiring).get("/assets").problem(401), "not-signed-in");
    }
}

#[test]
fn people_revoke_their_own_tokens_and_administrators_everybodys() {
    for world in worlds() {
        world.account("other", &[Grant { role: Role::Viewer, scope: Scope::AllSites }]);
        let (engineer, other) = (world.with_role(Role::Engineer), world.sign_in("other"));
        let boss = world.with_role(Role::Administrator);
        let (secret, id) = token(&engineer, "loader", "engineer");
        assert_eq!(other.delete(&format!("/tokens/{id}")).problem(404), "not-found");
        assert_eq!(other.get("/tokens").expect(200)["items"], json!([]));
        assert_eq!(boss.get("/tokens").expect(200)["items"][0]["owner"]["name"], "engineer");
        engineer.bearer(&secret).get("/assets").expect(200);
        boss.delete(&format!("/tokens/{id}")).expect(204);
        assert_eq!(engineer.bearer(&secret).get("/assets").problem(401), "not-signed-in");
    }
}
