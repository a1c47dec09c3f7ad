//! Approving through the API: from a test to an effective patch, exemptions, and who is refused.

use holdpoint_domain::access::{Grant, Role, Scope};
use serde_json::{Value, json};

use crate::plant::{conforms, description};
use crate::world::{Client, World, worlds};

const ASSETS: &str = "asset_tag,site,kind,vendor,product,production_consequence,safety_consequence,\
    environment_consequence,quality_consequence,data_consequence\n\
    SRV-1,North,server,Acme,Historian,minor,minor,minor,minor,minor\n\
    SRV-2,North,server,Acme,Historian,minor,minor,minor,minor,minor\n";

struct Cast<'w> {
    engineer: Client<'w>,
    approver: Client<'w>,
}

fn cast(world: &World) -> Cast<'_> {
    let cast = Cast { engineer: world.with_role(Role::Engineer), approver: world.with_role(Role::Approver) };
    world.articles();
    cast.engineer.upload("/assets:import?name=more.csv", ASSETS.as_bytes()).expect(200);
    cast.engineer.post("/baselines", &json!({"name": "Servers", "scope": {"kind": "server"}})).expect(201);
    let bed = json!({"name": "BED-2", "represents": ["Servers"], "differences": ["no domain controller"]});
    cast.engineer.post("/test-environments", &bed).expect(201);
    cast
}

fn asking(patches: &[&str], run: Option<&str>) -> Value {
    let mut body = json!({
        "baseline": "Servers", "patches": patches, "footing": "no_vendor_qualification",
        "footing_reason": "no control system runs on it", "posting": "at_once", "reason": "monthly round"
    });
    match run {
        Some(run) => body["runs"] = json!([run]),
        None => body["inspection"] = json!("documentation only"),
    }
    body
}

#[test]
fn a_patch_is_tested_asked_for_signed_and_effective() {
    let document = description();
    for world in worlds() {
        let Cast { engineer, approver } = cast(&world);
        let begin = json!({"patch": "KB5000001", "baseline": "Servers", "environment": "BED-2",
            "steps": [{"action": "install", "expected": "it records"}]});
        let begun = engineer.post("/test-runs", &begin).expect(201);
        conforms(&document, "POST", "/api/v1/test-runs", 201, &begun);
        let run = begun["run"]["id"].as_str().expect("an id").to_owned();
        let path = format!("/test-runs/{run}");
        engineer.upload(&format!("{path}/files?name=log.txt"), b"fine").expect(201);
        let passed =
            engineer.post(&format!("{path}/steps"), &json!({"step": 1, "result": "passed"})).expect(200);
        assert_eq!(
            (&passed["run"]["state"], &passed["files"][0]["size_bytes"]),
            (&json!("passed"), &json!(4))
        );
        assert_eq!(approver.get(&format!("{path}/files/1")).bytes, b"fine");

        let rows = engineer.post("/decisions:approve", &asking(&["KB5000001"], Some(&run))).expect(200);
        conforms(&document, "POST", "/api/v1/decisions:approve", 200, &rows);
        assert_eq!(rows["items"][0]["done"], true, "{rows}");
        let id = rows["items"][0]["state"].as_str().expect("an id").to_owned();
        let waits = approver.get("/decisions:waiting").expect(200);
        conforms(&document, "GET", "/api/v1/decisions:waiting", 200, &waits);
        assert_eq!((&waits["count"]["value"], &waits["items"][0]["cannot_sign"]), (&json!(1), &json!([])));
        assert_eq!(engineer.get("/decisions:waiting").expect(200)["count"]["value"], 0, "they asked for it");
        let queue = approver.get("/decisions?filter=state:waiting").expect(200);
        conforms(&document, "GET", "/api/v1/decisions", 200, &queue);
        assert_eq!(queue["count"]["value"], 1);
        let card = approver.get(&format!("/decisions/{id}")).expect(200);
        conforms(&document, "GET", "/api/v1/decisions/{id}", 200, &card);
        assert_eq!((&card["unchanged"], &card["assets"]), (&json!(true), &json!(2)));
        assert_eq!(card["supplier"]["state"], Value::Null, "no statement is no release: {card}");
        let sign = |shown: &str| json!({"decisions": [{"id": id, "shown": shown}]});
        let wrong = approver.post("/decisions:sign", &sign(&"0".repeat(64))).expect(200);
        assert_eq!(wrong["items"][0]["state"], "other-card");
        let own = engineer.post("/decisions:sign", &sign(card["hash"].as_str().expect("a hash"))).expect(200);
        assert_eq!(own["items"][0]["state"], "not-allowed");
        let done =
            approver.post("/decisions:sign", &sign(card["hash"].as_str().expect("a hash"))).expect(200);
        assert_eq!(done["items"][0]["state"], "granted", "{done}");
        stands_in_the_baseline(&document, &engineer, &approver, (&run, &card));
    }
}

/// What the baseline says everywhere once the patch is effective.
fn stands_in_the_baseline(
    document: &Value,
    engineer: &Client<'_>,
    approver: &Client<'_>,
    (run, card): (&str, &Value),
) {
    let patches = engineer.get("/baselines/Servers/patches?word=installable").expect(200);
    conforms(document, "GET", "/api/v1/baselines/{id}/patches", 200, &patches);
    assert_eq!(patches["items"][0]["footing"], "no_vendor_qualification");
    assert_eq!(
        (&patches["items"][0]["basis"], &patches["items"][0]["runs"]),
        (&json!("tested"), &json!([run]))
    );
    let places = card["places"].as_array().expect("places");
    assert_eq!((places.len(), &places[0]["tags"]), (1, &json!(["SRV-1", "SRV-2"])));
    let standing = engineer.get("/baselines/Servers/standing").expect(200);
    conforms(document, "GET", "/api/v1/baselines/{id}/standing", 200, &standing);
    assert_eq!(standing["unknown"], 2, "nobody has looked");
    let needed = engineer.get("/baselines/Servers/patches/KB5000002/needed").expect(200);
    conforms(document, "GET", "/api/v1/baselines/{id}/patches/{patch}/needed", 200, &needed);
    assert_eq!((&needed["risk"], &needed["runs"]), (&json!("low"), &json!([])));
    let file = String::from_utf8(approver.get("/baselines/Servers/csv").bytes).expect("UTF-8");
    assert!(file.starts_with("patch,state,"), "{file}");
    assert!(file.contains("KB5000001,effective"), "{file}");
    let should = engineer.get("/assets/SRV-2/baseline").expect(200);
    conforms(document, "GET", "/api/v1/assets/{id}/baseline", 200, &should);
    assert_eq!(should["unsure"][0]["row"]["entry"]["patch"], "KB5000001", "no source says for which servers");
    let assets = engineer.get("/baselines/Servers/compliance").expect(200);
    conforms(document, "GET", "/api/v1/baselines/{id}/compliance", 200, &assets);
    assert_eq!(assets["items"][0]["word"], "unknown", "nobody has looked");
    let history = engineer.get("/baselines/Servers/patches/KB5000001").expect(200);
    assert_eq!(history["count"]["value"], 2, "{history}");
    let entries = engineer.get("/baselines/Servers/entries?filter=state:effective").expect(200);
    conforms(document, "GET", "/api/v1/baselines/{id}/entries", 200, &entries);
    assert_eq!(entries["count"]["value"], 1);
}

#[test]
fn many_are_rejected_at_once_and_what_is_wrong_is_said_row_by_row() {
    for world in worlds() {
        let Cast { engineer, approver } = cast(&world);
        let rows =
            engineer.post("/decisions:approve", &asking(&["KB5000001", "", "KB5000002"], None)).expect(200);
        let states: Vec<bool> =
            rows["items"].as_array().expect("rows").iter().map(|row| row["done"] == true).collect();
        assert_eq!(states, [true, false, true], "{rows}");
        assert_eq!(engineer.post("/decisions:approve", &asking(&[], None)).problem(422), "unprocessable");
        let here = json!({"baseline": "Servers", "patches": ["KB5000001"], "reason": "bricks the panel"});
        let rows = engineer.post("/decisions:reject", &here).expect(200);
        assert_eq!(rows["items"][0]["state"], "not-allowed", "in a baseline it is an approver's own word");
        assert_eq!(approver.post("/decisions:reject", &here).expect(200)["items"][0]["done"], true);
        let queue = approver.get("/decisions?filter=state:waiting").expect(200);
        assert_eq!(queue["count"]["value"], 1, "what waited on it lapsed");
        let everywhere = json!({"patches": ["KB5000003", "KB5000003"], "reason": "bricks the panel"});
        let rows = engineer.post("/decisions:reject", &everywhere).expect(200);
        assert_eq!(
            (&rows["items"][0]["done"], &rows["items"][1]["state"]),
            (&json!(true), &json!("waits-already")),
            "nobody declines alone"
        );
        let queue =
            approver.get("/decisions?filter=state:waiting patch:KB5000002".replace(' ', "%20").as_str());
        let queue = queue.expect(200);
        let id = queue["items"][0]["id"].as_str().expect("an id");
        let back = json!({"deed": "return", "reason": "which firmware?"});
        let card = approver.post(&format!("/decisions/{id}/answer"), &back).expect(200);
        assert_eq!(
            (&card["decision"]["state"], &card["decision"]["closed_why"]),
            (&json!("returned"), &json!("which firmware?"))
        );
        let deeds = json!({"patches": ["KB5000003"], "deed": "hold", "reason": "adverse report"});
        let rows = engineer.post("/baselines/Servers/patches", &deeds).expect(200);
        assert_eq!(rows["items"][0]["state"], "no-entry");
    }
}

#[test]
fn an_exemption_is_proposed_signed_verified_and_closed() {
    let document = description();
    for world in worlds() {
        let Cast { engineer, approver } = cast(&world);
        let kinds = engineer.get("/controls").expect(200);
        conforms(&document, "GET", "/api/v1/controls", 200, &kinds);
        let proposal = json!({
            "kind": "mitigate", "vulnerability": "CVE-2026-0001", "on_kind": "asset", "on": "SRV-1",
            "reason_code": "outage", "reason": "the next outage is in March", "residual": "normal",
            "expires_at": "2027-03-01",
            "controls": [{"control": "traffic_filter", "what": "access list on C-7", "owner": "H. Lind"}]
        });
        let card = engineer.post("/exemptions", &proposal).expect(201);
        conforms(&document, "POST", "/api/v1/exemptions", 201, &card);
        let id = card["exemption"]["id"].as_str().expect("an id").to_owned();
        let sign = json!({"decisions": [{"id": card["decision"]["id"], "shown": card["hash"]}]});
        assert_eq!(approver.post("/decisions:sign", &sign).expect(200)["items"][0]["state"], "granted");
        let look = json!({"control": 1, "works": true, "evidence": "a try was blocked"});
        let at = format!("/exemptions/{id}/controls");
        assert_eq!(engineer.post(&at, &look).problem(409), "conflict", "they proposed it");
        world.account("looker", &[Grant { role: Role::Engineer, scope: Scope::AllSites }]);
        let looker = world.sign_in("looker");
        let said = json!({"control": 1, "works": true, "evidence": "to be made"});
        assert_eq!(looker.post(&at, &said).problem(422), "unprocessable");
        let shown = looker.post(&at, &look).expect(200);
        conforms(&document, "POST", "/api/v1/exemptions/{id}/controls", 200, &shown);
        assert_eq!(shown["exemption"]["controls"][0]["verified"], "working");
        let files = format!("/exemptions/{id}/controls/1/files?name=rule.txt");
        let kept = engineer.upload(&files, b"deny any").expect(201);
        conforms(&document, "POST", "/api/v1/exemptions/{id}/controls/{control}/files", 201, &kept);
        assert_eq!(approver.get(&format!("/exemptions/{id}/files/1")).bytes, b"deny any");
        assert_eq!(approver.get(&format!("/exemptions/{id}/files/2")).problem(404), "not-found");
        let shown = engineer.get(&format!("/exemptions/{id}")).expect(200);
        conforms(&document, "GET", "/api/v1/exemptions/{id}", 200, &shown);
        assert_eq!(shown["files"][0]["control"], 1);
        let no_such = format!("/exemptions/{id}/controls/2/files?name=rule.txt");
        assert_eq!(engineer.upload(&no_such, b"x").problem(404), "not-found");
        assert_eq!(approver.upload(&files, b"x").problem(403), "not-allowed");
        let listed = engineer.get("/exemptions?filter=state:holding").expect(200);
        conforms(&document, "GET", "/api/v1/exemptions", 200, &listed);
        assert_eq!((&listed["count"]["value"], &listed["items"][0]["on"]), (&json!(1), &json!("SRV-1")));
        let ways = json!({"choices": [{"name": "patch", "cost_cents": 100}]});
        let rows = engineer.post(&format!("/exemptions/{id}/compare"), &ways).expect(200);
        assert_eq!(rows["items"][0]["gaps"], json!(["effort", "downtime", "risk left"]));
        engineer.post(&format!("/exemptions/{id}/close"), &json!({"reason": "patched"})).expect(200);
        let endless = json!({"expires_at": "2029-01-01"});
        let mut wrong = proposal.clone();
        wrong["expires_at"] = endless["expires_at"].clone();
        assert_eq!(engineer.post("/exemptions", &wrong).problem(422), "unprocessable");
    }
}

#[test]
fn delegations_are_read_by_all_and_written_by_those_who_may() {
    for world in worlds() {
        let Cast { engineer, approver } = cast(&world);
        let administrator = world.with_role(Role::Administrator);
        let lend = json!({"to": "engineer", "until": "2026-11-25", "reason": "on leave"});
        assert_eq!(engineer.post("/delegations", &lend).problem(403), "not-allowed");
        let given = approver.post("/delegations", &lend).expect(201);
        let ask = json!({"baseline": "Servers", "patches": ["KB5000009"], "inspection": "a manual only",
            "footing": "no_vendor_qualification", "footing_reason": "no supplier speaks of it", "reason": "monthly round"});
        let own = approver.post("/decisions:approve", &ask).expect(200);
        let own = own["items"][0]["state"].as_str().expect("an id");
        let card = engineer.get(&format!("/decisions/{own}")).expect(200);
        assert_eq!(card["sign_for"], json!([]), "whoever asks signs by nobody's hand: {card}");
        let path = format!("/delegations/{}/revoke", given["id"].as_str().expect("an id"));
        assert_eq!(administrator.post(&path, &json!({"reason": "no"})).problem(409), "conflict");
        approver.post(&path, &json!({"reason": "back"})).expect(204);
        assert_eq!(engineer.get("/delegations").expect(200)["count"]["value"], 1, "none is ever deleted");
    }
}
