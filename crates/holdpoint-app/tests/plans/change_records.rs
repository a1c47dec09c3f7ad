//! Change records: what we say goes out in three shapes, what they say comes in, and nothing goes both ways.

use crate::support::{code, world, worlds};
use crate::{cast, ground, submitted};
use holdpoint_app::change_records::{self, Shape, Way};
use holdpoint_app::{Caller, plans};
use serde_json::{Value, json};

#[test]
fn a_record_goes_out_and_what_they_say_comes_in_field_by_field() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        let id = submitted(&world, &cast);
        let (app, engineer) = (&world.app, &cast.engineer);
        let written = |shape: Shape| -> Value {
            serde_json::from_slice(&change_records::export(app, engineer, &id, shape).unwrap()).unwrap()
        };
        let mut file = written(Shape::File);
        assert_eq!((&file["version"], &file["plan"]), (&json!(1), &json!(id)));
        let place = |file: &Value, name: &str| {
            file["fields"].as_array().unwrap().iter().position(|one| one["name"] == name).unwrap()
        };
        let at = place(&file, "title");
        assert_eq!(file["fields"][at]["way"], "out");
        assert!(file["fields"][place(&file, "patches")]["value"].as_str().unwrap().contains("KB5000001"));
        assert!(file["fields"][place(&file, "way_back")]["value"].as_str().unwrap().len() > 4);
        // They give it a number and approve; and somebody there wrote another title.
        let number = place(&file, "their_number");
        file["fields"][number]["value"] = json!("CHG0030001");
        let approval = place(&file, "their_approval");
        file["fields"][approval]["value"] = json!("approved");
        file["fields"][at]["value"] = json!("Something else");
        let take = |who: &Caller, record: &Value, shape: Shape| {
            change_records::take(app, who, record.to_string().as_bytes(), shape, "the round")
        };
        assert_eq!(code(take(&cast.viewer, &file, Shape::File)), "not-allowed");
        let heard = take(engineer, &file, Shape::File).unwrap();
        assert!(heard.problems.len() == 1 && heard.problems[0].contains("title"), "{:?}", heard.problems);
        let says = |name: &str| {
            let record = change_records::show(app, &cast.viewer, &id).unwrap();
            record.fields.into_iter().find(|field| field.name == name).unwrap()
        };
        assert_eq!(
            (says("their_number").value.as_deref(), says("their_number").way),
            (Some("CHG0030001"), Way::In)
        );
        assert_ne!(says("title").value.as_deref(), Some("Something else"));
        // An approval outside releases nothing here.
        assert_eq!(says("their_approval").value.as_deref(), Some("approved"));
        assert_eq!(says("state").value.as_deref(), Some("submitted"));
        plans::release(app, &cast.approver, &id, "").unwrap();
        assert_eq!(says("state").value.as_deref(), Some("released"));
    }
}

#[test]
fn the_shapes_of_others_carry_our_id_and_what_has_none_is_refused() {
    let world = world("sqlite");
    let cast = cast(&world);
    ground(&world, &cast);
    let id = submitted(&world, &cast);
    let (app, engineer) = (&world.app, &cast.engineer);
    let written = |shape: Shape| -> Value {
        serde_json::from_slice(&change_records::export(app, engineer, &id, shape).unwrap()).unwrap()
    };
    let row = written(Shape::ServiceNow);
    assert_eq!(row["correlation_id"], json!(id));
    let start = row["start_date"].as_str().unwrap();
    assert!(start.len() == 19 && start.as_bytes()[10] == b' ', "{start}");
    let take = |record: &Value, shape: Shape| {
        change_records::take(app, engineer, record.to_string().as_bytes(), shape, "")
    };
    let answer = json!({"result": {"correlation_id": id, "number": {"display_value": "CHG7", "value": "CHG7"},
        "state": {"display_value": "Scheduled", "value": "-2"}, "approval": "approved"}});
    let heard = take(&answer, Shape::ServiceNow).unwrap();
    let says = |record: &change_records::ChangeRecord, name: &str| {
        record.fields.iter().find(|field| field.name == name).unwrap().value.clone()
    };
    assert_eq!(says(&heard.record, "their_state").as_deref(), Some("Scheduled"));
    let issue = written(Shape::Jira);
    let answer = json!({"key": "OT-12", "fields": {"summary": issue["fields"]["summary"], "status": {"name": "In Review"}},
        "properties": issue["properties"]});
    let heard = take(&answer, Shape::Jira).unwrap();
    assert!(
        heard.problems.len() == 1
            && heard.problems[0].contains("CHG7")
            && heard.problems[0].contains("OT-12"),
        "{:?}",
        heard.problems
    );
    assert_eq!(says(&heard.record, "their_number").as_deref(), Some("CHG7"), "the other system's stays");
    assert_eq!(says(&heard.record, "their_state").as_deref(), Some("Scheduled"));
    assert_eq!(says(&heard.record, "their_approval").as_deref(), Some("approved"));
    // The record of one system makes room for another's by a deed of its own.
    let gone =
        json!({"version": 1, "plan": id, "fields": [{"name": "their_number", "way": "in", "value": ""}]});
    let heard = take(&gone, Shape::File).unwrap();
    assert_eq!((heard.problems.len(), says(&heard.record, "their_number")), (0, None));
    assert_eq!(
        says(&heard.record, "their_approval").as_deref(),
        Some("approved"),
        "what it does not say stays"
    );
    let heard = take(&answer, Shape::Jira).unwrap();
    assert!(heard.problems.is_empty(), "{:?}", heard.problems);
    assert_eq!(says(&heard.record, "their_number").as_deref(), Some("OT-12"));
    assert_eq!(says(&heard.record, "their_state").as_deref(), Some("In Review"));
    assert_eq!(
        says(&heard.record, "their_approval").as_deref(),
        Some("approved"),
        "an issue says nothing of it"
    );
}

#[test]
fn what_is_no_record_of_a_plan_is_refused() {
    let world = world("sqlite");
    let cast = cast(&world);
    ground(&world, &cast);
    let id = submitted(&world, &cast);
    let (app, engineer) = (&world.app, &cast.engineer);
    let take = |record: &Value, shape: Shape| {
        change_records::take(app, engineer, record.to_string().as_bytes(), shape, "")
    };
    for (record, shape) in [
        (json!({"number": "CHG9"}), Shape::ServiceNow),
        (json!({"key": "OT-13", "fields": {}}), Shape::Jira),
        (json!({"version": 2, "plan": id, "fields": []}), Shape::File),
        (
            json!({"version": 1, "plan": id, "fields": [{"name": "title", "way": "both", "value": "x"}]}),
            Shape::File,
        ),
        (json!([[[[]]]]), Shape::File),
    ] {
        assert_eq!(code(take(&record, shape)), "change-record");
    }
    let stranger = json!({"correlation_id": "018f0000-0000-7000-8000-000000000000", "number": "CHG1"});
    assert_eq!(code(take(&stranger, Shape::ServiceNow)), "not-found");
    let long = json!({"correlation_id": id, "comments": "x".repeat(20_001)});
    assert_eq!(code(take(&long, Shape::ServiceNow)), "change-record");
    assert_eq!(
        code(change_records::take(app, engineer, &vec![b' '; 1024 * 1024 + 1], Shape::File, "")),
        "change-record"
    );
}
