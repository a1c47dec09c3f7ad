//! People of one site see and change that site alone.

use holdpoint_domain::access::{Grant, Role, Scope};
use serde_json::json;

use crate::world::{Client, World, worlds};

fn local<'w>(world: &'w World, name: &str, role: Role, site: &str) -> Client<'w> {
    let scope = Scope::Site(world.site(site));
    world.account(name, &[Grant { role, scope }]);
    world.sign_in(name)
}

#[test]
fn a_list_a_count_and_an_impact_stop_at_the_fence() {
    for world in worlds() {
        world.fill();
        let north = local(&world, "north", Role::Engineer, "North");
        let assets = north.get("/assets").expect(200);
        assert_eq!(assets["count"]["value"], 2);
        assert!(!assets.to_string().contains("PUMP-3"));
        assert_eq!(north.get("/assets/PUMP-3").problem(404), "not-found");
        assert_eq!(north.get("/assets/PUMP-3/history").problem(404), "not-found");
        let status = north.get("/status").expect(200);
        assert_eq!(status["counts"]["assets"], 2);
        assert_eq!(status["sites"].as_array().map(Vec::len), Some(1));
        assert_eq!(north.get("/sites").expect(200)["items"][0]["name"], "North");
        let impact = north.get("/advisories/EP-2026-001/impact").expect(200);
        assert_eq!(impact["totals"], json!({"yes": 1, "unknown": 0, "no": 1}));
        assert!(!impact.to_string().contains("South"));
        let matches = north.get("/matches").expect(200).to_string();
        assert!(!matches.contains("PUMP-3") && matches.contains("PUMP-1"));
        let csv = north.get("/assets?format=csv");
        assert!(!String::from_utf8_lossy(&csv.bytes).contains("PUMP-3"));
    }
}

#[test]
fn a_match_of_another_site_cannot_be_explained() {
    for world in worlds() {
        world.fill();
        let all = world.sign_in("engineer").get("/matches?filter=asset:PUMP-3").expect(200);
        let id = all["items"][0]["id"].as_str().expect("an unknown match").to_owned();
        let north = local(&world, "north", Role::Engineer, "North");
        assert_eq!(north.get(&format!("/matches/{id}/explanation")).problem(404), "not-found");
    }
}

#[test]
fn nobody_writes_over_the_fence() {
    for world in worlds() {
        world.fill();
        let everyone = world.sign_in("engineer");
        let foreign = everyone.get("/assets/PUMP-3").expect(200)["id"].as_str().expect("an id").to_owned();
        let own = everyone.get("/assets/PUMP-1").expect(200)["id"].as_str().expect("an id").to_owned();
        let north = local(&world, "north", Role::Engineer, "North");
        let patch = |id: &str, field: &str, value: &str| {
            let headers = [("content-type", "application/json"), ("if-match", "\"1\"")];
            let body = serde_json::to_vec(&json!({"fields": {field: value}})).expect("JSON");
            north.request("PATCH", &format!("/assets/{id}"), &headers, body)
        };
        assert_eq!(patch(&foreign, "owner", "me").problem(404), "not-found");
        assert_eq!(patch(&own, "site", "South").problem(403), "not-allowed", "nor push an asset over it");
        let stolen = north
            .upload("/assets:import?name=x.csv&mode=valid_rows", b"asset_tag,site,owner\nPUMP-3,North,me\n");
        assert_eq!(stolen.expect(200)["rejected"].as_array().map(Vec::len), Some(1));
        assert_eq!(everyone.get("/assets/PUMP-3").expect(200)["site"], "South");
        patch(&own, "owner", "me").expect(200);
    }
}

#[test]
fn a_role_for_one_site_reaches_nothing_that_belongs_to_all() {
    for world in worlds() {
        world.fill();
        let local_boss = local(&world, "boss", Role::Administrator, "North");
        assert_eq!(local_boss.get("/users").problem(403), "not-allowed");
        assert_eq!(local_boss.get("/audit").problem(403), "not-allowed");
        assert_eq!(local_boss.get("/audit:export").problem(403), "not-allowed");
        let new = json!({"name": "m.ruiz", "display_name": "", "password": "long enough here", "grants": []});
        assert_eq!(local_boss.post("/users", &new).problem(403), "not-allowed");
        let token = json!({"name": "t", "expires_in_days": 1, "grants": [{"role": "viewer"}]});
        assert_eq!(local_boss.post("/tokens", &token).json()["errors"][0]["code"], "wider-than-owner");
    }
}
