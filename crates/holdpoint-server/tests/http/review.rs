//! Questions and rules through the API: works, twice is harmless, unknown, not allowed, expired.

use holdpoint_domain::access::{Grant, Role, Scope};
use serde_json::{Value, json};

use crate::plant::{conforms, description};
use crate::world::{Client, World, worlds};

const MORE: &str = "asset_tag,site,kind,vendor,product,firmware_version\n\
    PUMP-8,North,plc,Example Pumps,Pump Controller PC-200 Marine,2.3.0\n\
    PUMP-9,South,plc,Example Pumps,Pump Controller PC-200 Marine,2.3.1\n";

/// A plant with one open question: whether the marine PC-200 is the PC-200.
fn engineer(world: &World) -> Client<'_> {
    let engineer = world.with_role(Role::Engineer);
    engineer.upload("/assets:import?name=more.csv", MORE.as_bytes()).expect(200);
    let text =
        include_str!("../fixtures/advisory.json").replace("Pump Controller 200", "Pump Controller PC-200");
    engineer.upload("/advisories:import?name=pump.json", text.as_bytes()).expect(200);
    engineer
}

fn question(client: &Client<'_>) -> Value {
    let listed = client.get("/review?filter=weight:open").expect(200);
    assert_eq!(listed["count"]["value"], 1, "{listed}");
    listed["items"][0].clone()
}

fn verdicts(client: &Client<'_>) -> Vec<String> {
    let listed = client.get("/matches?filter=asset:PUMP-8").expect(200);
    let items = listed["items"].as_array().expect("items");
    items.iter().map(|line| line["verdict"].as_str().expect("a word").to_owned()).collect()
}

fn answer(reason: &str) -> Value {
    json!({"reason": reason})
}

#[test]
fn a_question_is_confirmed_once_and_again_without_harm() {
    let document = description();
    for world in worlds() {
        let engineer = engineer(&world);
        let asked = question(&engineer);
        let key = asked["key"].as_str().expect("a key");
        assert_eq!((&asked["assets"], &asked["sites"]), (&json!(2), &json!(["North", "South"])));
        conforms(&document, "GET", "/api/v1/review", 200, &engineer.get("/review").expect(200));
        let one = engineer.get(&format!("/review/{key}")).expect(200);
        conforms(&document, "GET", "/api/v1/review/{key}", 200, &one);
        assert!(verdicts(&engineer).contains(&"unknown".to_owned()));

        let path = format!("/review/{key}/confirm");
        let done = engineer.post(&path, &answer("the type plate says so")).expect(200);
        conforms(&document, "POST", "/api/v1/review/{key}/confirm", 200, &done);
        assert_eq!((&done["written"], &done["state"]), (&json!("new"), &json!("holding")));
        assert!(verdicts(&engineer).contains(&"yes".to_owned()), "{:?}", verdicts(&engineer));
        let again = engineer.post(&path, &answer("the type plate says so")).expect(200);
        assert_eq!((&again["written"], &again["rule"]), (&json!("there"), &done["rule"]));
        let reject = format!("/review/{key}/reject");
        assert_eq!(engineer.post(&reject, &answer("or not")).problem(409), "conflict");
        assert_eq!(engineer.get(&format!("/review/{key}")).problem(404), "not-found");

        let id = done["rule"].as_str().expect("an id");
        let shown = engineer.get(&format!("/rules/{id}")).expect(200);
        conforms(&document, "GET", "/api/v1/rules/{id}", 200, &shown);
        assert_eq!(shown["settles"]["assets"], 2, "{shown}");
        let listed = engineer.get("/rules?filter=state:holding").expect(200);
        conforms(&document, "GET", "/api/v1/rules", 200, &listed);
        assert_eq!(listed["items"][0]["origin"], format!("review {key}"));
        let replay = engineer.get("/rules:replay").expect(200);
        conforms(&document, "GET", "/api/v1/rules:replay", 200, &replay);
        assert_eq!(replay["items"][0]["outcome"], "passed");

        let withdraw = format!("/rules/{id}/withdraw");
        assert_eq!(engineer.post(&withdraw, &json!({})).problem(422), "unprocessable", "a reason is needed");
        engineer.post(&withdraw, &answer("it was another's plate")).expect(200);
        assert_eq!(question(&engineer)["key"], key);
    }
}

#[test]
fn many_are_decided_at_once_or_none() {
    for world in worlds() {
        let engineer = engineer(&world);
        let key = question(&engineer)["key"].clone();
        let body =
            |keys: Value, verdict: &str| json!({"keys": keys, "verdict": verdict, "reason": "not ours"});
        let unknown = body(json!([key, "0000000000000000"]), "different");
        assert_eq!(engineer.post("/review:decide", &unknown).problem(404), "not-found");
        assert_eq!(question(&engineer)["key"], key);
        assert_eq!(engineer.post("/review:decide", &body(json!([]), "same")).problem(422), "unprocessable");
        assert_eq!(
            engineer.post("/review:decide", &body(json!([key]), "perhaps")).problem(422),
            "unprocessable"
        );
        let done = engineer.post("/review:decide", &body(json!([key]), "different")).expect(200);
        conforms(&description(), "POST", "/api/v1/review:decide", 200, &done);
        assert_eq!(done["items"][0]["key"], key);
        assert!(!verdicts(&engineer).contains(&"yes".to_owned()));
        let kept = engineer.get("/rules?filter=verdict:different").expect(200);
        assert_eq!(kept["count"]["value"], 1);
    }
}

#[test]
fn who_may_only_look_decides_nothing_and_who_has_one_site_proposes() {
    let world = World::sqlite();
    let engineer = engineer(&world);
    let key = question(&engineer)["key"].as_str().expect("a key").to_owned();
    let path = format!("/review/{key}/confirm");
    let viewer = world.with_role(Role::Viewer);
    assert_eq!(viewer.post(&path, &answer("I think so")).problem(403), "not-allowed");
    assert_eq!(question(&viewer)["key"], key.as_str(), "they may look");
    let north = world.site("North");
    world.account("n.ord", &[Grant { role: Role::Engineer, scope: Scope::Site(north) }]);
    let local = world.sign_in("n.ord");
    assert_eq!(question(&local)["assets"], 1);
    let proposed = local.post(&path, &answer("seen on the plate")).expect(200);
    assert_eq!(proposed["state"], "proposed");
    assert_eq!(question(&engineer)["proposal"]["by"], "n.ord");
    let id = proposed["rule"].as_str().expect("an id");
    assert_eq!(local.post(&format!("/rules/{id}/agree"), &json!({})).problem(403), "not-allowed");
    let agreed = engineer.post(&format!("/rules/{id}/agree"), &json!({})).expect(200);
    assert_eq!((&agreed["state"], &agreed["written"]), (&json!("holding"), &json!("agreed")));
}

#[test]
fn the_number_of_persons_is_laid_down_by_those_who_run_the_installation() {
    for world in worlds() {
        let engineer = engineer(&world);
        let boss = world.with_role(Role::Administrator);
        assert_eq!(
            engineer.json("PUT", "/review:policy", &json!({"persons": 2})).problem(403),
            "not-allowed"
        );
        assert_eq!(boss.json("PUT", "/review:policy", &json!({"persons": 3})).problem(422), "unprocessable");
        boss.json("PUT", "/review:policy?reason=audit", &json!({"persons": 2})).expect(200);
        assert_eq!(engineer.get("/review:policy").expect(200), json!({"persons": 2}));
        let key = question(&engineer)["key"].as_str().expect("a key").to_owned();
        let done = engineer.post(&format!("/review/{key}/confirm"), &answer("seen")).expect(200);
        assert_eq!(done["state"], "proposed");
        let id = done["rule"].as_str().expect("an id");
        assert_eq!(engineer.post(&format!("/rules/{id}/agree"), &json!({})).problem(409), "conflict");
    }
}

#[test]
fn rules_are_written_handed_out_and_taken_in() {
    let document = description();
    for world in worlds() {
        let engineer = engineer(&world);
        let name = |product: &str| json!({"vendor": "Example Pumps", "product": product});
        let body = json!({
            "subject": {"kind": "names", "ours": name("Pump Controller PC-200 Marine"),
                "theirs": name("Pump Controller PC-200")},
            "verdict": "same", "reason": "catalogue, page 4", "expires_at": "2027-06-30",
            "example": {"ours": {"vendor": "Example Pumps", "product": "Pump Controller PC-200 Marine", "version": "2.3.0"},
                "theirs": {"vendor": "Example Pumps", "product": "Pump Controller PC-200", "version": "< 2.4.0"}},
        });
        let mut over = body.clone();
        over["expires_at"] = json!("2020-01-01");
        assert_eq!(engineer.post("/rules", &over).problem(422), "unprocessable");
        over["expires_at"] = json!("soon");
        assert_eq!(engineer.post("/rules", &over).problem(400), "invalid");
        let mut opposite = body.clone();
        opposite["verdict"] = json!("different");
        let done = engineer.post("/rules", &body).expect(201);
        conforms(&document, "POST", "/api/v1/rules", 201, &done);
        assert_eq!(engineer.post("/rules", &body).expect(200)["written"], "there");
        let refused = engineer.post("/rules", &opposite);
        assert_eq!(refused.problem(409), "conflict");
        let id = done["rule"].as_str().expect("an id");
        assert!(refused.json()["detail"].as_str().expect("words").contains(id), "the other rule is named");

        let file = engineer.get("/rules:export");
        assert_eq!(file.header("content-type"), "application/json");
        assert_eq!(file.bytes, engineer.get("/rules:export").bytes);
        let preview = engineer.upload("/rules:import?name=r.json&dry_run=true", &file.bytes).expect(200);
        conforms(&document, "POST", "/api/v1/rules:import", 200, &preview);
        assert_eq!((&preview["same"], &preview["new"]), (&json!(1), &json!(0)));
        engineer.post(&format!("/rules/{id}/withdraw"), &answer("to take it in again")).expect(200);
        let taken = engineer.upload("/rules:import?name=r.json", &file.bytes).expect(200);
        assert_eq!(taken["new"], 1, "{taken}");
        assert!(verdicts(&engineer).contains(&"yes".to_owned()));
        assert_eq!(engineer.upload("/rules:import?name=r.json", b"[]").problem(422), "unprocessable");

        world.minutes_pass(60 * 24 * 365);
        let later = world.sign_in("engineer");
        holdpoint_app::review::expiry::expire_due(&world.app).expect("the store answers");
        assert_eq!(later.get("/rules?filter=state:expired").expect(200)["count"]["value"], 1);
        assert!(!verdicts(&later).contains(&"yes".to_owned()));
    }
}
