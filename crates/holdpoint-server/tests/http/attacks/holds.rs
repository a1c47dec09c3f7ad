//! A hold point without evidence: opened by the wrong person, with nothing on the table, twice, at once, or with the evidence
//! of an earlier try.

use crate::deployments::{clock_to, hands, reached};
use crate::plans::{Cast, cast, window};
use crate::world::{Client, World, worlds};
use holdpoint_domain::access::{Grant, Role, Scope};
use serde_json::{Value, json};

/// A plan of two waves that has begun; gives its path.
fn begun(cast: &Cast<'_>) -> String {
    let profile = json!({"kind": "server", "work_minutes": 60, "undo_minutes": 45, "people": 1,
        "way_back": "by-hand", "way_back_by": "restore the image of the evening"});
    cast.engineer.json("PUT", "/work-profiles", &profile).expect(200);
    cast.engineer.post("/windows", &window("Saturday night")).expect(201);
    let asked = json!({"assets": ["SRV-1", "SRV-2"], "patches": ["KB5000001"], "days": 60});
    reached(&cast.engineer);
    let drafted = cast.engineer.post("/plans:propose", &asked).expect(201);
    let id = drafted["plans"][0]["id"].as_str().expect("an id").to_owned();
    let why = json!({"reason": "ready"});
    cast.engineer.post(&format!("/plans/{id}/submit"), &why).expect(200);
    let path = format!("/deployments/{id}");
    let early = cast.engineer.post(&format!("{path}/steps/2/say"), &words("all is well"));
    assert!(early.status.is_client_error(), "what is not released has no hold point to open");
    cast.approver.post(&format!("/plans/{id}/release"), &why).expect(200);
    cast.engineer.post(&format!("{path}/begin"), &why).expect(201);
    path
}

fn words(evidence: &str) -> Value {
    json!({"word": "open_hold", "text": evidence, "hold": 1})
}

/// What came of a try: a status, and the stable word of a refusal.
fn tried(who: &Client<'_>, path: &str, body: &Value) -> (u16, String) {
    let answer = who.post(path, body);
    let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), code)
}

fn opened(who: &Client<'_>, path: &str) -> Value {
    who.get(&format!("{path}/steps/2")).expect(200)["holds"][0]["opened_at"].clone()
}

fn at_site<'w>(world: &'w World, name: &str, role: Role, site: &str) -> Client<'w> {
    world.account(name, &[Grant { role, scope: Scope::Site(world.site(site)) }]);
    world.sign_in(name)
}

/// The first wave is carried out and has soaked; the engineer who did not draft the plan, signed in at that moment.
fn first_wave_over<'w>(world: &'w World, cast: &Cast<'_>, path: &str) -> Client<'w> {
    let id = path.trim_start_matches("/deployments/");
    let none = json!({"word": "restart_automatic"});
    let step = cast.engineer.post(&format!("{path}/steps/1/say"), &none).expect(200);
    clock_to(world, &step["step"]["start"]);
    hands(world, id);
    world.minutes_pass(4 * 24 * 60);
    hands(world, id);
    world.sign_in("planner")
}

const SAID: &str = "wave 1 ran for a week; printout of the historian in the folder of the plan";

#[test]
fn no_hold_point_opens_without_evidence_or_by_the_wrong_hand() {
    for world in worlds() {
        let cast = cast(&world);
        let elsewhere = "asset_tag,site,kind\nSRV-9,South,server\n";
        cast.engineer.upload("/assets:import?name=south.csv", elsewhere.as_bytes()).expect(200);
        let path = begun(&cast);
        let step = format!("{path}/steps/2/say");
        assert_eq!(opened(&cast.engineer, &path), Value::Null);
        for (name, who) in [
            ("nobody", world.nobody()),
            ("viewer", at_site(&world, "viewer", Role::Viewer, "North")),
            ("auditor", at_site(&world, "auditor", Role::Auditor, "North")),
            ("approver", at_site(&world, "signs", Role::Approver, "North")),
            ("engineer of another site", at_site(&world, "south", Role::Engineer, "South")),
        ] {
            let (status, code) = tried(&who, &step, &words(SAID));
            assert!([401, 403, 404].contains(&status), "{name}: {status} {code}");
        }
        let planner = at_site(&world, "planner", Role::Engineer, "North");
        for nothing in ["", " \t ", ".", "ok", &"x".repeat(2_001)] {
            let (status, code) = tried(&planner, &step, &words(nothing));
            assert_eq!(status, 422, "{nothing:?}: {code}");
        }
        assert_eq!(tried(&cast.engineer, &step, &words(SAID)).0, 409, "the author");
        assert_eq!(tried(&planner, &step, &words(SAID)).0, 409, "the wave before is not over");
        let many = json!({"word": "open_hold", "text": SAID, "hold": 2});
        assert_eq!(tried(&cast.engineer, &step, &many).0, 404, "there is one");
        let none = json!({"word": "open_hold", "text": SAID, "hold": 0});
        assert_eq!(tried(&cast.engineer, &step, &none).0, 404, "they are counted from 1");
        assert_eq!(tried(&cast.engineer, &format!("{path}/steps/1/say"), &words(SAID)).0, 404);
        assert_eq!(tried(&cast.engineer, &format!("{path}/steps/99/say"), &words(SAID)).0, 404);
        assert_eq!(
            opened(&cast.engineer, &path),
            Value::Null,
            "{}: nothing of all that opened it",
            world.engine
        );
    }
}

#[test]
fn evidence_is_said_once_and_a_step_that_begins_again_asks_for_it_again() {
    for world in worlds() {
        let cast = cast(&world);
        let path = begun(&cast);
        at_site(&world, "planner", Role::Engineer, "North");
        world.with_role(Role::Viewer);
        let planner = &first_wave_over(&world, &cast, &path);
        let step = format!("{path}/steps/2/say");
        let all: Vec<(u16, String)> = std::thread::scope(|scope| {
            let (step, engineer) = (&step, planner);
            let one = |number: u8| {
                scope.spawn(move || tried(engineer, step, &words(&format!("seen by the {number}. of us"))))
            };
            let all: Vec<_> = (1..=3).map(one).collect();
            all.into_iter().map(|one| one.join().expect("it answers")).collect()
        });
        assert_eq!(all.iter().filter(|one| one.0 == 200).count(), 1, "{}: {all:?}", world.engine);
        assert_eq!(all.iter().filter(|one| one.0 == 409).count(), 2, "{all:?}");
        let end = json!({"word": "end", "text": "the pump is needed this week"});
        planner.post(&step, &end).expect(200);
        assert_eq!(tried(planner, &step, &words(SAID)).0, 409, "what is over has no hold point");
        planner.post(&step, &json!({"word": "retry"})).expect(200);
        assert_eq!(opened(planner, &path), Value::Null, "the evidence of the first try is no evidence");
        planner.post(&step, &words(SAID)).expect(200);
        assert!(opened(planner, &path).is_string());
    }
}
