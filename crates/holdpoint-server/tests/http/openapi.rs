//! The description of the API: complete, consistent, and the same as the file in `docs/`.

use std::collections::BTreeSet;

use holdpoint_server::access::RULES;
use serde_json::Value;

/// Every operation of the description as (method, path).
pub fn operations() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&holdpoint_server::openapi_json()).expect("JSON");
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in ["get", "put", "post", "patch", "delete"] {
            if item.get(method).is_some() {
                all.push((method.to_uppercase(), path.clone()));
            }
        }
    }
    all
}

#[test]
fn every_endpoint_has_a_row_in_the_table_and_every_row_an_endpoint() {
    let described: BTreeSet<(String, String)> = operations().into_iter().collect();
    let ruled: BTreeSet<(String, String)> =
        RULES.iter().map(|rule| (rule.method.to_owned(), rule.path.to_owned())).collect();
    assert_eq!(described, ruled);
    assert!(described.len() > 40, "the walk must see the endpoints");
}

#[test]
fn the_file_in_docs_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let kept = std::fs::read_to_string(path).expect("docs/openapi.json is there");
    assert!(
        kept == holdpoint_server::openapi_json(),
        "docs/openapi.json is stale; write it anew with `cargo xtask generate`"
    );
}

#[test]
fn no_reference_leads_nowhere_and_no_operation_id_is_used_twice() {
    let document: Value = serde_json::from_str(&holdpoint_server::openapi_json()).expect("JSON");
    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let mut ids = BTreeSet::new();
    for (method, path) in operations() {
        let id = document["paths"][&path][method.to_lowercase()]["operationId"].as_str().expect("an id");
        assert!(ids.insert(id.to_owned()), "{id} names two operations");
    }
    assert_eq!(document["openapi"], "3.1.0");
}

fn collect(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                if let (true, Some(text)) = (key == "$ref", inner.as_str()) {
                    into.insert(text.to_owned());
                }
                collect(inner, into);
            }
        }
        Value::Array(items) => items.iter().for_each(|inner| collect(inner, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
