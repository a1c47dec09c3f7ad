//! The first run, signing in, sessions, accounts.

use holdpoint_domain::access::{Grant, Role, Scope};
use serde_json::json;

use crate::world::{PASSWORD, World, worlds};

fn everywhere(role: Role) -> Grant {
    Grant { role, scope: Scope::AllSites }
}

#[test]
fn the_first_account_needs_the_printed_secret_and_is_made_once() {
    for world in worlds() {
        assert_eq!(world.nobody().get("/setup").expect(200), json!({"needed": true}));
        let old = world.setup_secret();
        let secret = world.setup_secret();
        let account = |secret: &str| json!({"secret": secret, "name": "A.Weber", "display_name": "A. Weber", "password": PASSWORD});
        let refused = world.nobody().post("/setup", &account(&old));
        assert_eq!(refused.problem(422), "unprocessable", "an older secret stops to work");
        assert_eq!(refused.json()["errors"][0]["code"], "wrong-secret");
        let made = world.nobody().post("/setup", &account(&secret));
        let session = made.expect(201);
        assert_eq!(session["user"]["name"], "a.weber", "names are kept in lower case");
        assert!(made.header("set-cookie").contains("HttpOnly; SameSite=Strict"));
        assert_eq!(world.nobody().get("/setup").expect(200), json!({"needed": false}));
        assert_eq!(world.nobody().post("/setup", &account(&secret)).problem(409), "conflict");
        let client = world.sign_in("a.weber");
        assert_eq!(client.get("/users").expect(200)["items"].as_array().map(Vec::len), Some(1));
        let log = client.get("/audit?limit=1000").expect(200).to_string();
        assert!(log.contains("setup.finish"));
        assert!(!log.contains(PASSWORD) && !log.contains(&secret), "no secret is in the audit log");
    }
}

#[test]
fn a_wrong_name_a_wrong_password_and_a_disabled_account_get_the_same_answer() {
    for world in worlds() {
        world.account("boss", &[everywhere(Role::Administrator)]);
        let gone = world.account("gone", &[everywhere(Role::Viewer)]);
        let boss = world.sign_in("boss");
        boss.json("PATCH", &format!("/users/{gone}"), &json!({"disabled": true})).expect(200);
        let try_it = |name: &str, password: &str| {
            let answer = world.nobody().post("/session", &json!({"name": name, "password": password}));
            assert_eq!(answer.problem(401), "bad-credentials");
            let mut problem = answer.json();
            problem["request_id"] = json!(null);
            problem
        };
        let wrong_password = try_it("boss", "not the password at all");
        assert_eq!(try_it("nobody", PASSWORD), wrong_password);
        assert_eq!(try_it("gone", PASSWORD), wrong_password);
        let refusals = boss.get("/audit?filter=action:session.refuse").expect(200);
        assert_eq!(refusals["count"]["value"], 3, "{refusals}");
        assert!(
            !refusals.to_string().contains("nobody"),
            "what was typed for no account is not written down"
        );
    }
}

#[test]
fn too_many_tries_have_to_wait_and_the_answer_says_how_long() {
    let world = World::sqlite();
    world.account("boss", &[everywhere(Role::Administrator)]);
    let wrong = json!({"name": "boss", "password": "not the password at all"});
    for _ in 0..5 {
        world.nobody().post("/session", &wrong).expect(401);
    }
    let right = json!({"name": "boss", "password": PASSWORD});
    let held_back = world.nobody().post("/session", &right);
    assert_eq!(held_back.problem(429), "too-many");
    let seconds: i64 = held_back.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&seconds));
    world.clock.advance_micros(seconds * 1_000_000);
    world.nobody().post("/session", &right).expect(200);
}

#[test]
fn a_session_ends_when_idle_and_in_any_case_after_a_shift() {
    for world in worlds() {
        world.account("viewer", &[everywhere(Role::Viewer)]);
        let idle = world.sign_in("viewer");
        world.minutes_pass(29);
        idle.get("/session").expect(200);
        world.minutes_pass(29);
        idle.get("/session").expect(200);
        world.minutes_pass(31);
        assert_eq!(idle.get("/session").problem(401), "not-signed-in");
        let busy = world.sign_in("viewer");
        for _ in 0..35 {
            world.minutes_pass(20);
            busy.get("/session").expect(200);
        }
        world.minutes_pass(20);
        assert_eq!(busy.get("/session").problem(401), "not-signed-in", "12 hours on {}", world.engine);
    }
}

#[test]
fn signing_out_ends_the_session_on_the_server_too() {
    for world in worlds() {
        world.account("viewer", &[everywhere(Role::Viewer)]);
        let client = world.sign_in("viewer");
        let out = client.delete("/session");
        out.expect(204);
        assert!(out.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(client.get("/session").problem(401), "not-signed-in");
        client.delete("/session").expect(204);
        world.nobody().delete("/session").expect(204);
    }
}

#[test]
fn people_see_and_end_their_own_sessions_and_nobody_elses() {
    for world in worlds() {
        world.account("one", &[everywhere(Role::Viewer)]);
        world.account("two", &[everywhere(Role::Viewer)]);
        let (here, there, other) = (world.sign_in("one"), world.sign_in("one"), world.sign_in("two"));
        let mine = here.get("/sessions").expect(200);
        let items = mine["items"].as_array().expect("a list");
        assert_eq!(items.len(), 2);
        let elsewhere = items.iter().find(|session| session["current"] == false).expect("the other one");
        let path = format!("/sessions/{}", elsewhere["id"].as_str().expect("an id"));
        assert_eq!(other.delete(&path).problem(404), "not-found");
        here.delete(&path).expect(204);
        assert_eq!(there.get("/session").problem(401), "not-signed-in");
        here.get("/session").expect(200);
    }
}

#[test]
fn the_last_administrator_stays() {
    for world in worlds() {
        let id = world.account("boss", &[everywhere(Role::Administrator)]);
        let boss = world.sign_in("boss");
        for (method, path, body) in [
            ("PATCH", format!("/users/{id}"), json!({"disabled": true})),
            ("PUT", format!("/users/{id}/grants"), json!({"grants": [{"role": "viewer"}]})),
            ("PUT", format!("/users/{id}/grants"), json!({"grants": []})),
        ] {
            let refused = boss.json(method, &path, &body);
            assert_eq!(refused.problem(409), "conflict");
            assert_eq!(refused.json()["errors"][0]["code"], "last-administrator");
        }
        boss.get("/users").expect(200);
        let second = json!({"name": "second", "display_name": "", "password": PASSWORD, "grants": [{"role": "administrator"}]});
        boss.post("/users", &second).expect(201);
        boss.json("PATCH", &format!("/users/{id}"), &json!({"disabled": true})).expect(200);
        assert_eq!(boss.get("/users").problem(401), "not-signed-in", "a disabled account is out at once");
    }
}

#[test]
fn an_account_is_made_with_a_lawful_name_and_a_long_password() {
    let world = World::sqlite();
    let boss = world.with_role(Role::Administrator);
    let new = |name: &str, password: &str| {
        let body =
            json!({"name": name, "display_name": "x", "password": password, "grants": [{"role": "viewer"}]});
        boss.post("/users", &body)
    };
    let code = |answer: crate::world::Answer| {
        assert_eq!(answer.problem(422), "unprocessable");
        answer.json()["errors"][0]["code"].clone()
    };
    assert_eq!(code(new("x", PASSWORD)), "bad-name");
    assert_eq!(code(new("a b", PASSWORD)), "bad-name");
    assert_eq!(code(new("m.ruiz", "short")), "too-short");
    assert_eq!(code(new("m.ruiz", "m.ruizm.ruiz")), "is-the-name");
    let made = new("M.Ruiz", PASSWORD).expect(201);
    assert_eq!(made["name"], "m.ruiz");
    assert_eq!(made["grants"], json!([{"role": "viewer", "site": null, "site_name": null}]));
    assert_eq!(new("m.ruiz", PASSWORD).problem(409), "conflict");
    let role = boss.post(
        "/users",
        &json!({"name": "zz", "display_name": "", "password": PASSWORD, "grants": [{"role": "king"}]}),
    );
    assert_eq!(role.problem(422), "unprocessable");
    assert_eq!(role.json()["errors"][0]["pointer"], "/grants/0/role");
}

#[test]
fn a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    for world in worlds() {
        let id = world.account("one", &[everywhere(Role::Viewer)]);
        let other = world.account("two", &[everywhere(Role::Viewer)]);
        let (here, there) = (world.sign_in("one"), world.sign_in("one"));
        let path = format!("/users/{id}/password");
        let new = "another long enough sentence";
        let wrong = here.post(&path, &json!({"current_password": "wrong wrong wrong", "password": new}));
        assert_eq!(wrong.json()["errors"][0]["code"], "wrong-password");
        assert_eq!(here.post(&path, &json!({"password": new})).problem(422), "unprocessable");
        let foreign = format!("/users/{other}/password");
        assert_eq!(here.post(&foreign, &json!({"password": new})).problem(403), "not-allowed");
        here.post(&path, &json!({"current_password": PASSWORD, "password": new})).expect(204);
        here.get("/session").expect(200);
        assert_eq!(there.get("/session").problem(401), "not-signed-in");
        let old = world.nobody().post("/session", &json!({"name": "one", "password": PASSWORD}));
        assert_eq!(old.problem(401), "bad-credentials");
        world.nobody().post("/session", &json!({"name": "one", "password": new})).expect(200);
    }
}

#[test]
fn a_role_that_is_taken_away_is_gone_with_the_next_request() {
    for world in worlds() {
        let id = world.account("one", &[everywhere(Role::Auditor)]);
        let (boss, one) = (world.with_role(Role::Administrator), world.sign_in("one"));
        one.get("/users").expect(200);
        let grants = json!({"grants": [{"role": "viewer"}]});
        boss.json("PUT", &format!("/users/{id}/grants?reason=moved"), &grants).expect(200);
        assert_eq!(one.get("/users").problem(403), "not-allowed");
        let entry = boss.get("/audit?filter=action:user.grants").expect(200)["items"][0].clone();
        assert_eq!(entry["reason"], "moved");
        assert_eq!(entry["actor"]["name"], "administrator");
        assert_eq!(entry["details"]["before"][0]["role"], "auditor");
    }
}
