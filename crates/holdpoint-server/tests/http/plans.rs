//! Windows and plans through the API: from nothing said to a released plan.

use holdpoint_domain::access::Role;
use serde_json::{Value, json};

use crate::plant::{conforms, description};
use crate::world::{Client, World, worlds};

const ASSETS: &str = "asset_tag,site,kind,vendor,product,production_consequence,safety_consequence,\
    environment_consequence,quality_consequence,data_consequence\n\
    SRV-1,North,server,Acme,Historian,minor,minor,minor,minor,minor\n\
    SRV-2,North,server,Acme,Historian,minor,minor,minor,minor,minor\n";

pub struct Cast<'w> {
    pub engineer: Client<'w>,
    pub approver: Client<'w>,
}

pub fn cast(world: &World) -> Cast<'_> {
    let cast = Cast { engineer: world.with_role(Role::Engineer), approver: world.with_role(Role::Approver) };
    world.articles();
    cast.engineer.upload("/assets:import?name=more.csv", ASSETS.as_bytes()).expect(200);
    cast.engineer.post("/baselines", &json!({"name": "Servers", "scope": {"kind": "server"}})).expect(201);
    let asking = json!({
        "baseline": "Servers", "patches": ["KB5000001"], "footing": "no_vendor_qualification",
        "footing_reason": "no control system runs on it", "posting": "at_once", "reason": "monthly round",
        "inspection": "documentation only"
    });
    let rows = cast.engineer.post("/decisions:approve", &asking).expect(200);
    let id = rows["items"][0]["state"].as_str().expect("an id").to_owned();
    let card = cast.approver.get(&format!("/decisions/{id}")).expect(200);
    cast.approver
        .post("/decisions:sign", &json!({"decisions": [{"id": id, "shown": card["hash"]}]}))
        .expect(200);
    cast
}

pub fn window(name: &str) -> Value {
    json!({
        "name": name, "kind": "maintenance", "reach": "site", "on": "North", "time_zone": "Europe/Berlin",
        "first": "2026-01-03T22:00", "minutes": 480, "rule": "FREQ=WEEKLY", "people": 2, "steps": 1
    })
}

#[test]
fn a_plan_goes_from_nothing_said_to_released() {
    let document = description();
    for world in worlds() {
        let Cast { engineer, approver } = cast(&world);
        let asked = json!({"assets": ["SRV-1", "SRV-2"], "patches": ["KB5000001", "KB5000009"], "days": 60});
        let waiting = engineer.post("/plans:propose", &asked).expect(201);
        conforms(&document, "POST", "/api/v1/plans:propose", 201, &waiting);
        assert_eq!((&waiting["plans"][0]["steps"], &waiting["plans"][0]["waits"]), (&json!(0), &json!(4)));

        let profile = json!({"kind": "server", "work_minutes": 60, "undo_minutes": 45, "people": 1,
            "way_back": "by-hand", "way_back_by": "restore the image of the evening"});
        let kept = engineer.json("PUT", "/work-profiles", &profile).expect(200);
        conforms(&document, "PUT", "/api/v1/work-profiles", 200, &kept);
        let all = engineer.get("/work-profiles").expect(200);
        conforms(&document, "GET", "/api/v1/work-profiles", 200, &all);
        let made = engineer.post("/windows", &window("Saturday night")).expect(201);
        conforms(&document, "POST", "/api/v1/windows", 201, &made);
        assert_eq!(engineer.post("/windows", &window("Saturday night")).problem(409), "conflict");

        let drafted = engineer.post("/plans:propose", &asked).expect(201);
        let id = drafted["plans"][0]["id"].as_str().expect("an id").to_owned();
        assert_eq!((&drafted["plans"][0]["steps"], &drafted["plans"][0]["waits"]), (&json!(2), &json!(2)));
        let path = format!("/plans/{id}");
        let shown = engineer.get(&path).expect(200);
        conforms(&document, "GET", "/api/v1/plans/{id}", 200, &shown);
        assert_eq!(shown["holds"][0]["opened_by"], "engineer");
        let steps = engineer.get(&format!("{path}/steps?filter=asset:SRV-1")).expect(200);
        conforms(&document, "GET", "/api/v1/plans/{id}/steps", 200, &steps);
        assert_eq!(
            (&steps["count"]["value"], &steps["items"][0]["window"]),
            (&json!(1), &json!("Saturday night"))
        );
        let waits = engineer.get(&format!("{path}/waits?filter=cause:approval")).expect(200);
        conforms(&document, "GET", "/api/v1/plans/{id}/waits", 200, &waits);
        assert_eq!(waits["count"]["value"], 2);
        let check = engineer.get(&format!("{path}/check")).expect(200);
        conforms(&document, "GET", "/api/v1/plans/{id}/check", 200, &check);
        assert_eq!(check["holds"], true, "{check}");
        let text = String::from_utf8(engineer.get(&format!("{path}/text")).bytes).expect("UTF-8");
        assert!(text.contains("HOLD until the engineer sees"), "{text}");

        let why = json!({"reason": "ready"});
        assert_eq!(approver.post(&format!("{path}/submit"), &why).problem(403), "not-allowed");
        let submitted = engineer.post(&format!("{path}/submit"), &why).expect(200);
        conforms(&document, "POST", "/api/v1/plans/{id}/submit", 200, &submitted);
        assert_eq!(engineer.post(&format!("{path}/release"), &why).problem(403), "not-allowed");
        let released = approver.post(&format!("{path}/release"), &why).expect(200);
        assert_eq!((&released["state"], &released["closed_why"]), (&json!("released"), &Value::Null));
        assert_eq!(approver.post(&format!("{path}/release"), &why).problem(409), "conflict");
        assert_eq!(approver.post(&format!("{path}/reject"), &why).problem(409), "conflict");
        let listed = approver.get("/plans?filter=state:released").expect(200);
        conforms(&document, "GET", "/api/v1/plans", 200, &listed);
        assert_eq!(listed["count"]["value"], 1);
        let over =
            engineer.post(&format!("{path}/withdraw"), &json!({"reason": "the outage moved"})).expect(200);
        assert_eq!(over["state"], "withdrawn");
    }
}

#[test]
fn windows_are_kept_shown_over_time_and_ended() {
    let document = description();
    for world in worlds() {
        let Cast { engineer, .. } = cast(&world);
        let made = engineer.post("/windows", &window("Night")).expect(201);
        let path = format!("/windows/{}", made["id"].as_str().expect("an id"));
        let mut changed = window("Night");
        changed["minutes"] = json!(600);
        changed["revision"] = json!(7);
        assert_eq!(engineer.json("PUT", &path, &changed).problem(412), "precondition-failed");
        changed["revision"] = json!(1);
        let kept = engineer.json("PUT", &path, &changed).expect(200);
        conforms(&document, "PUT", "/api/v1/windows/{id}", 200, &kept);
        let shown = engineer.get(&path).expect(200);
        assert_eq!((&shown["minutes"], &shown["revision"]), (&json!(600), &json!(2)));
        let over = "?from=2026-03-20&to=2026-04-05";
        let nights = engineer.get(&format!("{path}/occurrences{over}")).expect(200);
        conforms(&document, "GET", "/api/v1/windows/{id}/occurrences", 200, &nights);
        assert_eq!(nights["occurrences"].as_array().map(Vec::len), Some(3), "{nights}");
        let calendar = engineer.get(&format!("/calendar{over}&site=North")).expect(200);
        conforms(&document, "GET", "/api/v1/calendar", 200, &calendar);
        assert_eq!(engineer.get("/calendar?from=2026-03-20&to=2036-03-20").problem(422), "unprocessable");
        let slot = engineer.get("/windows:find-slot?asset=SRV-1&work_minutes=60&undo_minutes=30").expect(200);
        conforms(&document, "GET", "/api/v1/windows:find-slot", 200, &slot);
        assert_eq!(slot["window"], "Night");
        let listed = engineer.get("/windows?filter=kind:maintenance").expect(200);
        conforms(&document, "GET", "/api/v1/windows", 200, &listed);
        assert_eq!(engineer.post(&format!("{path}/end"), &json!({})).problem(422), "unprocessable");
        let ended = engineer.post(&format!("{path}/end"), &json!({"reason": "production moved"})).expect(200);
        conforms(&document, "POST", "/api/v1/windows/{id}/end", 200, &ended);
        assert!(ended["ended_at"].is_string());
        let mut wrong = window("X");
        wrong["kind"] = json!("holiday");
        assert_eq!(engineer.post("/windows", &wrong).problem(422), "unprocessable");
    }
}

#[test]
fn the_ground_of_planning_is_written_down() {
    let document = description();
    for world in worlds() {
        let Cast { engineer, approver } = cast(&world);
        let group = json!({"site": "North", "name": "historian", "may_lose": 0, "note": "P&ID 7"});
        assert_eq!(approver.json("PUT", "/redundancy-groups", &group).problem(403), "not-allowed");
        let groups = engineer.json("PUT", "/redundancy-groups", &group).expect(200);
        conforms(&document, "PUT", "/api/v1/redundancy-groups", 200, &groups);
        let groups = engineer.get("/redundancy-groups").expect(200);
        conforms(&document, "GET", "/api/v1/redundancy-groups", 200, &groups);
        assert_eq!(groups["items"][0]["may_lose"], 0);
        assert!(groups["items"][0]["said_by"].as_str().is_some_and(|by| !by.is_empty()), "{groups}");
        assert!(groups["items"][0]["said_at"].is_string());
        let all = json!({"site": "North", "name": "historian", "may_lose": 99, "reason": "..."});
        assert_eq!(engineer.json("PUT", "/redundancy-groups", &all).problem(422), "unprocessable");
        let rules = engineer.get("/sites/North/planning-rules").expect(200);
        conforms(&document, "GET", "/api/v1/sites/{id}/planning-rules", 200, &rules);
        let mut new = rules.clone();
        new["test_assets"] = json!(["SRV-1"]);
        new["pilots"] = json!(2);
        let kept = engineer.json("PUT", "/sites/North/planning-rules?reason=agreed", &new).expect(200);
        conforms(&document, "PUT", "/api/v1/sites/{id}/planning-rules", 200, &kept);
        assert_eq!((&kept["pilots"], kept["test_assets"].as_array().map(Vec::len)), (&json!(2), Some(1)));
        new["pilots"] = json!(0);
        assert_eq!(engineer.json("PUT", "/sites/North/planning-rules", &new).problem(422), "unprocessable");
        let seen = json!({"patch": "KB5000001", "asset": "SRV-1", "work_minutes": 31});
        let kept = engineer.post("/work-observations", &seen).expect(201);
        conforms(&document, "POST", "/api/v1/work-observations", 201, &kept);
        let all = engineer.get("/work-observations").expect(200);
        conforms(&document, "GET", "/api/v1/work-observations", 200, &all);
        assert_eq!((&all["count"]["value"], &all["items"][0]["product"]), (&json!(1), &json!("Historian")));
    }
}

#[test]
fn that_there_is_no_way_back_is_written_by_who_approves_and_any_other_by_who_plans() {
    for world in worlds() {
        let Cast { engineer, approver } = cast(&world);
        let profile = |way: &str| {
            json!({"kind": "drive", "work_minutes": 60, "undo_minutes": 45, "people": 1,
            "way_back": way, "way_back_by": "the drive keeps one firmware only"})
        };
        assert_eq!(engineer.json("PUT", "/work-profiles", &profile("none")).problem(403), "not-allowed");
        assert_eq!(approver.json("PUT", "/work-profiles", &profile("by-hand")).problem(403), "not-allowed");
        let viewer = world.with_role(Role::Viewer);
        assert_eq!(viewer.json("PUT", "/work-profiles", &profile("by-hand")).problem(403), "not-allowed");
        engineer.json("PUT", "/work-profiles", &profile("by-hand")).expect(200);
        let signed = approver.json("PUT", "/work-profiles", &profile("none")).expect(200);
        let name = approver.get("/session").expect(200)["user"]["name"].clone();
        assert_eq!((&signed["way_back"], &signed["signed_by"]), (&json!("none"), &name));
    }
}
