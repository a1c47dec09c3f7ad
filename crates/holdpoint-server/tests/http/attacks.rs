//! Attacks on the invariants through the API: one test for each way around four eyes, evidence, time and place.
//!
//! What a test asks afterwards it asks the API too. Random people in random orders are in [`random`].

mod holds;
mod random;

use holdpoint_domain::access::{Grant, Role, Scope};
use serde_json::{Value, json};

use crate::world::{Client, World, worlds};

const ASSETS: &str = "asset_tag,site,kind,vendor,product,production_consequence,safety_consequence,\
    environment_consequence,quality_consequence,data_consequence\n\
    SRV-1,North,server,Acme,Historian,minor,minor,minor,minor,minor\n\
    SRV-2,North,server,Acme,Historian,minor,minor,minor,minor,minor\n\
    SRV-9,South,server,Acme,Historian,minor,minor,minor,minor,minor\n";

/// People of a plant with two sites.
struct Cast<'w> {
    engineer: Client<'w>,
    both: Client<'w>,
    approver: Client<'w>,
    second: Client<'w>,
    administrator: Client<'w>,
    south: Client<'w>,
}

fn person<'w>(world: &'w World, name: &str, roles: &[Role], scope: Scope) -> Client<'w> {
    let grants: Vec<Grant> = roles.iter().map(|role| Grant { role: *role, scope }).collect();
    world.account(name, &grants);
    world.sign_in(name)
}

fn cast(world: &World) -> Cast<'_> {
    let engineer = person(world, "engineer", &[Role::Engineer], Scope::AllSites);
    engineer.upload("/assets:import?name=plant.csv", ASSETS.as_bytes()).expect(200);
    world.articles();
    let south = Scope::Site(world.site("South"));
    let north = world.site("North").to_string();
    for (name, site) in [("Servers", None), ("North servers", Some(north))] {
        let scope = json!({"kind": "server", "site_id": site});
        engineer.post("/baselines", &json!({"name": name, "scope": scope})).expect(201);
    }
    let second = person(world, "founder", &[Role::Approver], Scope::AllSites);
    second.post("/baselines/North%20servers/force", &json!({"reason": "looked at both"})).expect(200);
    let bed =
        json!({"name": "BED-2", "represents": ["Servers", "North servers"], "differences": ["no domain"]});
    engineer.post("/test-environments", &bed).expect(201);
    Cast {
        engineer,
        both: person(world, "both", &[Role::Engineer, Role::Approver], Scope::AllSites),
        approver: person(world, "approver", &[Role::Approver], Scope::AllSites),
        second: person(world, "second", &[Role::Approver], Scope::AllSites),
        administrator: person(
            world,
            "administrator",
            &[Role::Administrator, Role::Approver, Role::Engineer],
            Scope::AllSites,
        ),
        south: person(world, "south", &[Role::Engineer, Role::Approver], south),
    }
}

/// A request that somebody looked at the patch and needs no test.
fn looked(patch: &str) -> Value {
    json!({
        "baseline": "North servers", "patches": [patch], "footing": "no_vendor_qualification",
        "footing_reason": "no control system runs on it", "posting": "at_once", "reason": "monthly round",
        "inspection": "documentation only"
    })
}

fn tested(patch: &str, run: &str) -> Value {
    let mut body = looked(patch);
    body["inspection"] = Value::Null;
    body["runs"] = json!([run]);
    body
}

/// The decision that a request leads to.
fn asked(who: &Client<'_>, body: &Value) -> String {
    let rows = who.post("/decisions:approve", body).expect(200);
    assert_eq!(rows["items"][0]["done"], true, "{rows}");
    rows["items"][0]["state"].as_str().expect("an id").to_owned()
}

fn card(who: &Client<'_>, id: &str) -> Value {
    who.get(&format!("/decisions/{id}")).expect(200)
}

fn hash(who: &Client<'_>, id: &str) -> String {
    card(who, id)["hash"].as_str().expect("a hash").to_owned()
}

/// What came of a signature: a state, or the stable word of the refusal.
fn sign_as(who: &Client<'_>, id: &str, shown: &str, behalf: Option<&str>) -> String {
    let mut body = json!({"decisions": [{"id": id, "shown": shown}]});
    if let Some(name) = behalf {
        body["on_behalf_of"] = json!(name);
    }
    let answer = who.post("/decisions:sign", &body);
    if answer.status.as_u16() != 200 {
        return answer.json()["code"].as_str().unwrap_or_default().to_owned();
    }
    answer.expect(200)["items"][0]["state"].as_str().expect("a word").to_owned()
}

fn sign(who: &Client<'_>, id: &str) -> String {
    sign_as(who, id, &hash(who, id), None)
}

fn state(who: &Client<'_>, id: &str) -> String {
    card(who, id)["decision"]["state"].as_str().expect("a state").to_owned()
}

fn installable(who: &Client<'_>, baseline: &str) -> u64 {
    let path = format!("/baselines/{}/patches?word=installable", baseline.replace(' ', "%20"));
    who.get(&path).expect(200)["count"]["value"].as_u64().expect("a number")
}

/// A run of a test that its tester passed.
fn passed(tester: &Client<'_>, patch: &str) -> String {
    let begin = json!({"patch": patch, "baseline": "North servers", "environment": "BED-2",
        "steps": [{"action": "install", "expected": "it records"}]});
    let run = tester.post("/test-runs", &begin).expect(201);
    let id = run["run"]["id"].as_str().expect("an id").to_owned();
    tester.post(&format!("/test-runs/{id}/steps"), &json!({"step": 1, "result": "passed"})).expect(200);
    id
}

fn lend(from: &Client<'_>, to: &str, until: &str) -> u16 {
    let body = json!({"to": to, "until": until, "reason": "on leave"});
    from.post("/delegations", &body).status.as_u16()
}

#[test]
fn an_author_signs_neither_directly_nor_by_anybodys_hand() {
    for world in worlds() {
        let cast = cast(&world);
        let id = asked(&cast.both, &looked("KB5000001"));
        assert_ne!(sign(&cast.both, &id), "granted", "{}", world.engine);
        assert_eq!(lend(&cast.approver, "both", "2026-11-25"), 201);
        assert_eq!(lend(&cast.both, "second", "2026-11-25"), 201);
        let shown = hash(&cast.both, &id);
        assert_eq!(sign_as(&cast.both, &id, &shown, Some("approver")), "four-eyes-author");
        assert_eq!(sign_as(&cast.second, &id, &shown, Some("both")), "four-eyes-author");
        assert_eq!(sign_as(&cast.both, &id, &shown, Some("both")), "no-delegation");
        // A token is the same account.
        let token = cast.both.post(
            "/tokens",
            &json!({"name": "script", "expires_in_days": 2,
            "grants": [{"role": "approver"}]}),
        );
        if token.status.as_u16() == 201 {
            let text = token.json()["token"].as_str().unwrap_or_default().to_owned();
            assert_ne!(sign_as(&cast.both.bearer(&text), &id, &shown, None), "granted");
        }
        assert_eq!(
            (state(&cast.both, &id).as_str(), installable(&cast.both, "North servers")),
            ("waiting", 0)
        );
        assert_eq!(sign(&cast.second, &id), "granted");
        assert_eq!(installable(&cast.both, "North servers"), 1);
    }
}

#[test]
fn a_tester_signs_nothing_that_rests_on_the_test() {
    for world in worlds() {
        let cast = cast(&world);
        let run = passed(&cast.both, "KB5000002");
        let id = asked(&cast.engineer, &tested("KB5000002", &run));
        assert_eq!(sign(&cast.both, &id), "four-eyes-tester", "{}", world.engine);
        assert_eq!(lend(&cast.both, "second", "2026-11-25"), 201);
        assert_eq!(sign_as(&cast.second, &id, &hash(&cast.second, &id), Some("both")), "four-eyes-tester");
        assert_eq!(installable(&cast.engineer, "North servers"), 0);
    }
}

#[test]
fn whoever_looked_at_a_control_while_its_exemption_waits_has_tested_it() {
    for world in worlds() {
        let cast = cast(&world);
        let (id, exemption) = exempted(&cast.engineer, "normal", "2027-03-01");
        let look = json!({"control": 1, "works": true, "evidence": "a try was blocked"});
        cast.both.post(&format!("/exemptions/{exemption}/controls"), &look).expect(200);
        assert_eq!(sign(&cast.both, &id), "four-eyes-tester", "{}", world.engine);
        assert_eq!(sign(&cast.approver, &id), "granted");
        // The other way round: one of two signs, looks at the control, and a second one wants to complete it.
        let (id, exemption) = exempted(&cast.engineer, "critical", "2027-03-01");
        assert_eq!(sign(&cast.both, &id), "waiting");
        cast.both.post(&format!("/exemptions/{exemption}/controls"), &look).expect(200);
        assert_eq!(sign(&cast.approver, &id), "lapsed");
        assert_eq!(state(&cast.approver, &id), "lapsed");
    }
}

/// The decision and the id of a proposed exemption with one control.
fn exempted(who: &Client<'_>, residual: &str, until: &str) -> (String, String) {
    let proposal = json!({
        "kind": "mitigate", "vulnerability": "CVE-2026-0001", "on_kind": "asset", "on": "SRV-1",
        "reason_code": "outage", "reason": "the next outage is in March", "residual": residual,
        "expires_at": until,
        "controls": [{"control": "traffic_filter", "what": "access list on C-7", "owner": "H. Lind"}]
    });
    let card = who.post("/exemptions", &proposal).expect(201);
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    (text(&card["decision"]["id"]), text(&card["exemption"]["id"]))
}

#[test]
fn a_lent_right_ends_on_its_day_and_with_the_lenders_own() {
    for world in worlds() {
        let cast = cast(&world);
        assert_eq!(lend(&cast.approver, "engineer", "2026-11-22"), 201);
        let id = asked(&cast.both, &looked("KB5000003"));
        world.minutes_pass(3 * 24 * 60);
        let engineer = world.sign_in("engineer");
        let shown = hash(&engineer, &id);
        assert_eq!(
            sign_as(&engineer, &id, &shown, Some("approver")),
            "no-delegation",
            "{}: its day is over",
            world.engine
        );
        assert_eq!(lend(&world.sign_in("second"), "engineer", "2026-11-30"), 201);
        let users = world.sign_in("administrator").get("/users").expect(200);
        let second = users["items"].as_array().expect("a list").iter().find(|one| one["name"] == "second");
        let path = format!("/users/{}/grants", second.expect("there")["id"].as_str().expect("an id"));
        let none = json!({"grants": [{"role": "viewer"}]});
        world.sign_in("administrator").json("PUT", &path, &none).expect(200);
        assert_eq!(sign_as(&engineer, &id, &shown, Some("second")), "no-delegation");
        assert_eq!(sign_as(&engineer, &id, &shown, None), "not-allowed");
        assert_eq!(installable(&engineer, "North servers"), 0);
    }
}

#[test]
fn an_administrator_approves_nothing_whatever_other_role_they_have() {
    for world in worlds() {
        let cast = cast(&world);
        let id = asked(&cast.engineer, &looked("KB5000004"));
        let shown = hash(&cast.administrator, &id);
        for behalf in [None, Some("approver")] {
            assert_ne!(sign_as(&cast.administrator, &id, &shown, behalf), "granted", "{}", world.engine);
        }
        assert_eq!(lend(&cast.approver, "administrator", "2026-11-25"), 409);
        assert_ne!(lend(&cast.administrator, "engineer", "2026-11-25"), 201);
        let refuse = json!({"baseline": "Servers", "patches": ["KB5000004"], "reason": "bricks the panel"});
        let answer = cast.administrator.post("/decisions:reject", &refuse);
        assert!(answer.status.as_u16() != 200 || answer.json()["items"][0]["done"] == false);
        assert_eq!(state(&cast.engineer, &id), "waiting");
        // To ask that it be declined everywhere is no approval: others sign it.
        let everywhere = json!({"patches": ["KB5000004"], "reason": "bricks the panel"});
        cast.administrator.post("/decisions:reject", &everywhere).expect(200);
        let held = cast.engineer.get("/decisions?filter=kind:reject%20state:granted").expect(200);
        assert_eq!((&held["count"]["value"], state(&cast.engineer, &id).as_str()), (&json!(0), "waiting"));
    }
}

#[test]
fn a_signature_counts_once_and_for_what_was_shown() {
    for world in worlds() {
        let cast = cast(&world);
        let stakes = "asset_tag,production_consequence\nSRV-1,major\n";
        cast.engineer.upload("/assets:import?name=more.csv", stakes.as_bytes()).expect(200);
        let run = passed(&cast.engineer, "KB5000005");
        let other_run = passed(&cast.engineer, "KB5000006");
        let id = asked(&cast.engineer, &tested("KB5000005", &run));
        let other = asked(&cast.engineer, &tested("KB5000006", &other_run));
        assert_eq!(card(&cast.approver, &id)["decision"]["needed"], 2);
        let shown = hash(&cast.approver, &id);
        assert_eq!(sign_as(&cast.approver, &id, &shown, None), "waiting", "{}", world.engine);
        assert_eq!(sign_as(&cast.approver, &id, &shown, None), "signed-already", "replayed");
        assert_eq!(sign_as(&cast.second, &other, &shown, None), "other-card", "of another decision");
        assert_eq!(lend(&cast.approver, "second", "2026-11-25"), 201);
        assert_eq!(
            sign_as(&cast.second, &id, &shown, Some("approver")),
            "signed-already",
            "by another's hand"
        );
        assert_eq!(sign_as(&cast.second, &id, &shown, None), "granted");
        assert_eq!(sign_as(&cast.second, &id, &shown, None), "decision-over");
    }
}

#[test]
fn two_approvals_that_race_grant_once_and_a_no_between_them_is_heard() {
    for world in worlds() {
        let cast = cast(&world);
        for round in 0..4 {
            let patch = format!("KB50001{round:02}");
            let id = asked(&cast.engineer, &looked(&patch));
            let shown = hash(&cast.approver, &id);
            let people = [&cast.approver, &cast.second, &cast.both, &cast.approver];
            let words: Vec<String> = std::thread::scope(|scope| {
                let signing: Vec<_> =
                    people.iter().map(|who| scope.spawn(|| sign_as(who, &id, &shown, None))).collect();
                let no = json!({"deed": "reject", "reason": "not this month"});
                let (second, path) = (&cast.second, format!("/decisions/{id}/answer"));
                let rejecting = scope.spawn(move || second.post(&path, &no).status.as_u16() == 200);
                let mut words: Vec<String> =
                    signing.into_iter().map(|one| one.join().expect("an answer")).collect();
                words.push(if rejecting.join().expect("an answer") { "rejected" } else { "" }.to_owned());
                words
            });
            let ends = words.iter().filter(|word| *word == "granted" || *word == "rejected").count();
            assert_eq!(ends, 1, "{}: {words:?}", world.engine);
            let end = words.iter().find(|word| *word == "granted" || *word == "rejected").expect("one");
            assert_eq!(&state(&cast.engineer, &id), end);
            let patches =
                cast.engineer.get("/baselines/North%20servers/patches?word=installable").expect(200);
            assert_eq!(patches.to_string().contains(&patch), end == "granted", "{patches}");
        }
        let verified =
            person(&world, "auditor", &[Role::Auditor], Scope::AllSites).post("/audit:verify", &json!({}));
        assert!(verified.status.is_success(), "{:?}", verified.json());
    }
}

#[test]
fn what_changed_since_it_was_asked_for_is_not_granted() {
    for world in worlds() {
        let cast = cast(&world);
        let id = asked(&cast.engineer, &looked("KB5000007"));
        let before = hash(&cast.approver, &id);
        let more = "asset_tag,site,kind,vendor,product,production_consequence,safety_consequence,environment_consequence,\
            quality_consequence,data_consequence\nSRV-3,North,server,Acme,Historian,minor,minor,minor,minor,minor\n";
        cast.engineer.upload("/assets:import?name=more.csv", more.as_bytes()).expect(200);
        assert_ne!(hash(&cast.approver, &id), before);
        assert_eq!(card(&cast.approver, &id)["unchanged"], false);
        assert_eq!(sign_as(&cast.approver, &id, &before, None), "lapsed", "{}", world.engine);
        assert_eq!(installable(&cast.engineer, "North servers"), 0);
    }
}

#[test]
fn rules_that_became_stricter_bind_what_waits() {
    for world in worlds() {
        let cast = cast(&world);
        let id = asked(&cast.engineer, &looked("KB5000008"));
        let (long, exemption) = exempted(&cast.engineer, "normal", "2027-06-01");
        publish(&cast, "kind = \"approval_rules\"\nlow.signatures = 2\nnormal.signatures = 2\n");
        publish(&cast, "kind = \"exemptions\"\nmost_days = 30\n");
        assert_eq!(sign(&cast.second, &id), "lapsed", "{}: two are asked for now", world.engine);
        assert_eq!(sign(&cast.second, &long), "lapsed", "thirty days are the most now");
        let shown = cast.engineer.get(&format!("/exemptions/{exemption}")).expect(200);
        assert_eq!(shown["exemption"]["state"], "ended");
        assert_eq!(installable(&cast.engineer, "North servers"), 0);
        let mut late = json!({
            "kind": "accept", "vulnerability": "CVE-2026-0002", "on_kind": "asset", "on": "SRV-1",
            "reason_code": "outage", "reason": "the next outage is in March", "residual": "low",
            "expires_at": "2027-01-31", "controls": []
        });
        assert_eq!(cast.engineer.post("/exemptions", &late).problem(422), "unprocessable");
        late["expires_at"] = json!("2026-11-01");
        assert_eq!(cast.engineer.post("/exemptions", &late).problem(422), "unprocessable", "in the past");
    }
}

fn publish(cast: &Cast<'_>, text: &str) {
    let body = json!({"text": text, "reason": "stricter from now on"});
    let shown = cast.engineer.post("/policies", &body).expect(201);
    let revision = shown["revision"].as_u64();
    let kind = text.split('"').nth(1).expect("a kind");
    let path = format!("/policies/{kind}/revisions/{}/publish", revision.expect("a number"));
    cast.approver.post(&path, &json!({"note": "agreed"})).expect(200);
}

#[test]
fn evidence_is_not_added_to_what_was_decided() {
    for world in worlds() {
        let cast = cast(&world);
        let run = passed(&cast.engineer, "KB5000009");
        let id = asked(&cast.engineer, &tested("KB5000009", &run));
        let shown = hash(&cast.approver, &id);
        let late = cast.engineer.upload(&format!("/test-runs/{run}/files?name=late.txt"), b"fine");
        assert_eq!(late.problem(409), "conflict", "{}: the run is over", world.engine);
        let again =
            cast.engineer.post(&format!("/test-runs/{run}/steps"), &json!({"step": 1, "result": "failed"}));
        assert_eq!(again.problem(409), "conflict");
        assert_eq!(hash(&cast.approver, &id), shown);
        assert_eq!(sign_as(&cast.approver, &id, &shown, None), "granted");
        // A run that is not over is no evidence, and neither is one of another patch or baseline.
        let begin = json!({"patch": "KB5000010", "baseline": "North servers", "environment": "BED-2",
            "steps": [{"action": "install", "expected": "it records"}]});
        let open = cast.engineer.post("/test-runs", &begin).expect(201);
        let open = open["run"]["id"].as_str().expect("an id").to_owned();
        for (patch, run) in [("KB5000010", &open), ("KB5000011", &run)] {
            let rows = cast.engineer.post("/decisions:approve", &tested(patch, run)).expect(200);
            assert_eq!(rows["items"][0]["done"], false, "{rows}");
        }
        let mut nothing = looked("KB5000012");
        nothing["inspection"] = json!("");
        let rows = cast.engineer.post("/decisions:approve", &nothing).expect(200);
        assert_eq!(rows["items"][0]["done"], false, "{rows}");
    }
}

#[test]
fn nobody_decides_for_a_site_that_is_not_theirs() {
    for world in worlds() {
        let cast = cast(&world);
        let rows = cast.south.post("/decisions:approve", &looked("KB5000013"));
        assert!(rows.status.as_u16() != 200 || rows.json()["items"][0]["done"] == false, "{}", world.engine);
        let everywhere = json!({"baseline": "Servers", "patches": ["KB5000013"], "inspection": "a manual only",
            "footing": "no_vendor_qualification", "footing_reason": "no supplier speaks of it", "reason": "round"});
        let rows = cast.south.post("/decisions:approve", &everywhere);
        assert!(rows.status.as_u16() != 200 || rows.json()["items"][0]["done"] == false);
        let here = asked(&cast.engineer, &looked("KB5000013"));
        let all = asked(&cast.engineer, &everywhere);
        for id in [&here, &all] {
            let shown = hash(&cast.approver, id);
            assert_ne!(sign_as(&cast.south, id, &shown, None), "granted");
            assert_eq!(state(&cast.engineer, id), "waiting");
        }
        assert_eq!(lend(&cast.south, "engineer", "2026-11-25"), 201);
        let asked_by_other = asked(&cast.both, &looked("KB5000014"));
        let shown = hash(&cast.engineer, &asked_by_other);
        assert_eq!(sign_as(&cast.engineer, &asked_by_other, &shown, Some("south")), "no-delegation");
        let proposal = json!({
            "kind": "accept", "vulnerability": "CVE-2026-0001", "on_kind": "asset", "on": "SRV-1",
            "reason_code": "outage", "reason": "the next outage is in March", "residual": "low",
            "expires_at": "2027-03-01"
        });
        assert_eq!(cast.south.post("/exemptions", &proposal).problem(404), "not-found");
        let deeds = json!({"patches": ["KB5000013"], "deed": "post", "reason": "now"});
        let rows = cast.south.post("/baselines/North%20servers/patches", &deeds);
        assert!(rows.status.as_u16() != 200 || rows.json()["items"][0]["done"] == false);
    }
}

#[test]
fn what_somebody_signed_is_not_undone_and_only_its_author_takes_back_the_rest() {
    for world in worlds() {
        let cast = cast(&world);
        let undo = |who: &Client<'_>, id: &str| {
            let body = json!({"decisions": [id], "reason": "another outage"});
            who.post("/findings:undo", &body).expect(200)["items"][0]["done"].clone()
        };
        let (signed, _) = exempted(&cast.engineer, "critical", "2027-03-01");
        assert_eq!(sign(&cast.approver, &signed), "waiting", "{}: one of two", world.engine);
        assert_eq!(undo(&cast.engineer, &signed), json!(false), "one name is under it");
        assert_eq!(sign(&cast.second, &signed), "granted");
        assert_eq!(undo(&cast.engineer, &signed), json!(false));
        let id = asked(&cast.engineer, &looked("KB5000015"));
        assert_eq!(undo(&cast.both, &id), json!(false), "somebody else's");
        assert_eq!(state(&cast.engineer, &id), "waiting");
        assert_eq!(undo(&cast.engineer, &id), json!(true));
        assert_eq!(sign(&cast.approver, &id), "decision-over");
    }
}

#[test]
fn a_suppliers_word_that_nobody_understands_is_no_silence() {
    const LIST: &str = "MS KB,MS Release Date,Product,Product Version,Qualification Status,Status Date,Notes\n\
        KB5090002,02/11/2031,View station,14.00,Qualified (see notes),02/21/2031,not on pairs\n";
    for world in worlds() {
        let cast = cast(&world);
        let rows = cast.engineer.upload("/statements:import?name=may.csv", LIST.as_bytes()).expect(200);
        assert_eq!(rows["not_understood"], 1, "{}", world.engine);
        let mut body = looked("KB5090002");
        body["baseline"] = json!("Servers");
        let rows = cast.engineer.post("/decisions:approve", &body).expect(200);
        assert_eq!(rows["items"][0]["state"], "vendor-not-understood", "{rows}");
        let words = cast.engineer.get("/statements:words").expect(200);
        assert_eq!(
            words["items"][0]["word"], "Qualified (see notes)",
            "somebody is asked to explain it: {words}"
        );
    }
}

#[test]
fn an_emergency_says_one_thing_about_the_way_back_and_the_evidence() {
    for world in worlds() {
        let cast = cast(&world);
        let mut body = looked("KB5000016");
        body["emergency"] = json!({
            "reason": "exploited next door", "backup": "image on NAS-2, 2026-11-19", "way_back": "restore the image",
            "no_way_back": "there is none", "no_way_back_by": "H. Lind", "evidence": "memory image in the safe"
        });
        let ask = |body: &Value| cast.engineer.post("/decisions:approve", body);
        assert_eq!(ask(&body).problem(422), "unprocessable", "{}", world.engine);
        body["emergency"]["no_way_back"] = Value::Null;
        body["emergency"]["no_evidence"] = json!("no sign of intrusion");
        assert_eq!(ask(&body).problem(422), "unprocessable");
        body["emergency"]["no_evidence"] = Value::Null;
        asked(&cast.engineer, &body);
    }
}
