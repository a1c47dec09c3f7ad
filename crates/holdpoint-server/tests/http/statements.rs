//! Suppliers' statements, questions and files of patches through the API.

use holdpoint_domain::access::{Grant, Role, Scope};
use serde_json::{Value, json};

use crate::plant::{conforms, description};
use crate::world::{World, worlds};

const LIST: &str = "MS KB,MS Release Date,Product,Product Version,Qualification Status,Status Date,Notes\n\
    KB5090001,02/11/2031,View station,14.00,Qualified,02/21/2031,\n\
    KB5090001,02/11/2031,View station,13.00,Not Qualified,02/21/2031,reports fail\n\
    KB5090002,02/11/2031,View station,14.00,Qualified (see notes),02/21/2031,not on pairs\n";

/// Takes the list in as a person called `ada`.
fn fill(world: &World) -> Value {
    world.account("ada", &[Grant { role: Role::Engineer, scope: Scope::AllSites }]);
    world.sign_in("ada").upload("/statements:import?name=may.csv", LIST.as_bytes()).expect(200)
}

#[test]
fn statements_are_answered_as_they_are_described() {
    let document = description();
    for world in worlds() {
        let done = fill(&world);
        conforms(&document, "POST", "/api/v1/statements:import", 200, &done);
        assert_eq!((&done["new"], &done["not_understood"]), (&json!(3), &json!(1)), "{}", world.engine);
        let viewer = world.with_role(Role::Viewer);
        for (path, described) in [
            ("/statements", "/statements"),
            ("/statements:words", "/statements:words"),
            ("/statements:lag", "/statements:lag"),
            ("/statement-documents", "/statement-documents"),
            ("/statement-mappings", "/statement-mappings"),
            ("/patches:matrix", "/patches:matrix"),
            ("/patches:cover", "/patches:cover"),
            ("/patches/KB5090001", "/patches/{id}"),
            ("/patches/KB5090001/files", "/patches/{id}/files"),
            ("/suppliers", "/suppliers"),
            ("/questions", "/questions"),
        ] {
            let answer = viewer.get(path).expect(200);
            conforms(&document, "GET", &format!("/api/v1{described}"), 200, &answer);
        }
        let unknown = viewer.get("/statements?filter=state:unknown").expect(200);
        let id = unknown["items"][0]["id"].as_str().unwrap_or_default();
        let one = viewer.get(&format!("/statements/{id}")).expect(200);
        conforms(&document, "GET", "/api/v1/statements/{id}", 200, &one);
        assert_eq!(one["statement"]["word"], "Qualified (see notes)");
        let matrix = viewer.get("/patches:matrix?release_filter=version:14.00&sort=name&limit=1").expect(200);
        assert_eq!(matrix["cells"].as_array().map(Vec::len), Some(1));
        assert_eq!(matrix["patches"]["count"]["value"], 2);
        let next = matrix["patches"]["next"].as_str().unwrap_or_default();
        let path = format!("/patches:matrix?release_filter=version:14.00&sort=name&limit=1&cursor={next}");
        assert_eq!(viewer.get(&path).expect(200)["cells"][0]["state"], "unknown");
    }
}

#[test]
fn a_word_is_explained_by_whoever_may_write_rules_and_milder_only_by_an_approver() {
    let world = World::sqlite();
    fill(&world);
    let body = json!({"mapping": "rockwell-style", "word": "Qualified (see notes)", "state": "approved",
        "reason": "the vendor's list says so"});
    for role in [Role::Viewer, Role::Auditor] {
        assert_eq!(world.with_role(role).post("/statements:explain", &body).problem(403), "not-allowed");
    }
    let engineer = world.with_role(Role::Engineer);
    let wrong = json!({"mapping": "rockwell-style", "word": "x", "state": "unknown", "reason": "because"});
    assert_eq!(engineer.post("/statements:explain", &wrong).problem(400), "invalid");
    assert_eq!(engineer.post("/statements:explain", &body).problem(409), "conflict", "approvals rest on it");
    let approver = world.with_role(Role::Approver);
    let other = json!({"mapping": "rockwell-style", "word": "Not Qualified", "state": "released",
        "reason": "it is meant well"});
    assert_eq!(approver.post("/statements:explain", &other).problem(409), "conflict", "explained already");
    let done = approver.post("/statements:explain", &body).expect(200);
    assert_eq!((&done["documents"], &done["changed"]), (&json!(1), &json!(1)));
    assert_eq!(engineer.get("/statements:words").expect(200)["items"], json!([]));
    assert_eq!(engineer.get("/statements?filter=state:approved").expect(200)["count"]["value"], 2);
}

#[test]
fn a_statement_is_entered_only_with_its_word_and_where_it_stands() {
    let world = World::sqlite();
    let approver = world.with_role(Role::Approver);
    let body = |word: &str, reference: &str| {
        json!({"publisher": "Example", "reference": reference, "patch_vendor": "Microsoft", "identifier": "KB5090001",
            "identifier_kind": "kb", "vendor": "Example", "product": "Plant Control", "version": "7.2",
            "state": "approved", "word": word})
    };
    assert_eq!(approver.post("/statements", &body("", "letter of May")).problem(422), "unprocessable");
    assert_eq!(approver.post("/statements", &body("OK", "")).problem(422), "unprocessable");
    assert_eq!(
        world.with_role(Role::Viewer).post("/statements", &body("OK", "letter")).problem(403),
        "not-allowed"
    );
    let entered = approver.post("/statements", &body("OK", "letter of May")).expect(201);
    assert_eq!((&entered["state"], &entered["source"]["kind"]), (&json!("approved"), &json!("entered")));
    assert_eq!(approver.get("/patches/KB5090001").expect(200)["patch"]["statements"], 1);
}

#[test]
fn a_question_goes_its_way_and_its_answer_becomes_a_statement() {
    for world in worlds() {
        let engineer = world.with_role(Role::Engineer);
        let question = json!({"supplier": "Example", "patch": "KB5090001", "product": "Plant Control",
            "version": "7.2", "text": "Is it qualified?"});
        assert_eq!(world.with_role(Role::Auditor).post("/questions", &question).problem(403), "not-allowed");
        let nothing = json!({"supplier": "Example", "text": "How are you?"});
        assert_eq!(engineer.post("/questions", &nothing).problem(422), "unprocessable");
        let asked = engineer.post("/questions", &question).expect(201);
        let id = asked["question"]["id"].as_str().unwrap_or_default().to_owned();
        engineer.post(&format!("/questions/{id}/notes"), &json!({"deed": "reminded"})).expect(200);
        let answer = json!({"text": "Yes.", "state": "approved", "word": "released", "conditions": "HF 3"});
        let answered = engineer.post(&format!("/questions/{id}/answer"), &answer).expect(200);
        assert_eq!(answered["question"]["state"], "answered", "{}", world.engine);
        let patch = engineer.get("/patches/KB5090001").expect(200);
        assert_eq!(patch["statements"][0]["source"]["question"], id.as_str());
        let again = engineer.post(&format!("/questions/{id}/notes"), &json!({"deed": "reminded"}));
        assert_eq!(again.problem(409), "conflict");
        assert_eq!(engineer.get("/suppliers").expect(200)["items"][0]["answered"], 1);
    }
}

#[test]
fn a_file_is_put_in_with_origin_and_scan_and_comes_out_as_it_was() {
    let world = World::sqlite();
    fill(&world);
    let engineer = world.with_role(Role::Engineer);
    let path = "/patches/KB5090001/files?name=u.msu&origin=portal";
    assert_eq!(engineer.upload(&format!("{path}&scan=found"), b"x").problem(422), "unprocessable");
    assert_eq!(engineer.upload(&format!("{path}&scan=clean"), b"x").problem(422), "unprocessable");
    assert_eq!(
        world.with_role(Role::Viewer).upload(&format!("{path}&scan=not-scanned"), b"x").problem(403),
        "not-allowed"
    );
    let kept = engineer.upload(&format!("{path}&scan=not-scanned"), b"bytes").expect(201);
    let number = kept["number"].as_i64().unwrap_or_default();
    let answer = engineer.get(&format!("/patches/KB5090001/files/{number}"));
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(engineer.get("/patches/KB5090001/files/99").problem(404), "not-found");
    assert_eq!(engineer.get("/patches/KB5090001").expect(200)["files"][0]["scan"], "not-scanned");
}

#[test]
fn who_speaks_for_a_vendor_is_named_by_who_may_approve() {
    for world in worlds() {
        let (engineer, approver) = (world.with_role(Role::Engineer), world.with_role(Role::Approver));
        let path = "/speakers?reason=they%20maintain%20it%20for%20them";
        let pair = json!({"publisher": "Integrator Ltd", "vendor": "Example"});
        assert_eq!(engineer.post(path, &pair).problem(403), "not-allowed", "{}", world.engine);
        assert_eq!(approver.post("/speakers", &pair).problem(422), "unprocessable", "without a reason");
        let named = approver.post(path, &pair).expect(201);
        assert_eq!((&named["vendor"], &named["publisher"]), (&json!("Example"), &json!("Integrator Ltd")));
        assert_eq!(engineer.get("/speakers").expect(200)["count"]["value"], 1);
    }
}

#[test]
fn a_cell_of_the_matrix_says_whose_word_it_is_and_a_foreign_yes_is_none_of_the_suppliers() {
    for world in worlds() {
        let approver = world.with_role(Role::Approver);
        let says = |publisher: &str, state: &str, word: &str, issued: Option<&str>| {
            let body = json!({"publisher": publisher, "reference": "a letter", "patch_vendor": "Microsoft",
                "identifier": "KB5090001", "identifier_kind": "kb", "vendor": "Example", "product": "Plant Control",
                "version": "7.2", "state": state, "word": word, "issued_at": issued});
            approver.post("/statements", &body).expect(201);
            let matrix = approver.get("/patches:matrix").expect(200);
            conforms(&description(), "GET", "/api/v1/patches:matrix", 200, &matrix);
            matrix["cells"][0].clone()
        };
        let shown = |cell: &Value| [cell["state"].clone(), cell["publisher"].clone(), cell["voice"].clone()];
        let cell = says("Weber & Sons", "released", "ok now", None);
        assert_eq!(shown(&cell), [Value::Null, json!("Weber & Sons"), json!("other")], "{}", world.engine);
        assert_eq!((&cell["statements"][0]["counts"], &cell["dated"]), (&json!(false), &json!(false)));
        let cell = says("Example", "in_test", "being tested", Some("2026-06-01T00:00:00Z"));
        assert_eq!(shown(&cell), [json!("in_test"), json!("Example"), json!("supplier")]);
        assert_eq!(
            (&cell["dated"], &cell["differ"]),
            (&json!(true), &json!(false)),
            "others make no difference"
        );
        let cell = says("Weber & Sons", "not_approved", "crashes here", None);
        assert_eq!(
            shown(&cell),
            [json!("not_approved"), json!("Weber & Sons"), json!("other")],
            "a no counts"
        );
        assert_eq!(cell["differ"], true);
        says("Weber & Sons", "released", "mended", None);
        let pair = json!({"publisher": "Weber & Sons", "vendor": "Example"});
        approver.post("/speakers?reason=they%20maintain%20it%20for%20them", &pair).expect(201);
        let cell = says("Example", "released", "Released", None);
        assert_eq!(cell["state"], "released");
        let voices: Vec<&Value> =
            cell["statements"].as_array().expect("a list").iter().map(|one| &one["voice"]).collect();
        assert_eq!(voices, ["supplier", "speaker"]);
    }
}
