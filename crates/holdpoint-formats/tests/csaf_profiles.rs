//! Our own cases for the tests of the profiles, 6.1.27.1 to 6.1.27.11.
//!
//! The base document is a security advisory; other profiles are made from it by their category.

#![expect(clippy::unwrap_used, reason = "a broken fixture should stop the test where it breaks")]

mod csaf_base;

use csaf_base::patched;
use holdpoint_formats::csaf::{Scope, parse, validate};
use serde_json::{Value, json};

/// The mandatory tests that a document of this category with these changes fails.
fn failed(category: &str, changes: &[(&str, Value)]) -> Vec<&'static str> {
    let mut all = vec![("/document/category", json!(category))];
    all.extend(changes.iter().cloned());
    let bytes = patched(&all);
    let parsed = parse(&bytes).unwrap();
    validate(&parsed.value, Scope::Mandatory).failures().map(|finding| finding.test).collect()
}

const NONE: [&str; 0] = [];
const LIST: &str = "/vulnerabilities";

/// The changes that make the base document speak of no vulnerabilities.
fn without_vulnerabilities() -> (&'static str, Value) {
    (LIST, Value::Null)
}

#[test]
fn notes_and_references_of_informational_documents() {
    let no_vulnerabilities = without_vulnerabilities();
    assert_eq!(failed("csaf_informational_advisory", std::slice::from_ref(&no_vulnerabilities)), NONE);
    let legal = ("/document/notes/0/category", json!("legal_disclaimer"));
    let changes = [no_vulnerabilities.clone(), legal.clone()];
    assert_eq!(failed("csaf_informational_advisory", &changes), ["6.1.27.1"]);
    assert_eq!(failed("csaf_security_incident_response", std::slice::from_ref(&legal)), ["6.1.27.1"]);
    assert_eq!(failed("csaf_security_advisory", &[legal]), NONE);
    let only_self = ("/document/references/1", Value::Null);
    assert_eq!(failed("csaf_security_incident_response", &[only_self]), ["6.1.27.2"]);
    let no_category = ("/document/references/1/category", Value::Null);
    assert_eq!(
        failed("csaf_security_incident_response", &[no_category]),
        NONE,
        "without a category it is external"
    );
}

#[test]
fn informational_documents_have_no_vulnerabilities() {
    assert_eq!(failed("csaf_informational_advisory", &[]), ["6.1.27.3"]);
    let empty = failed("csaf_informational_advisory", &[(LIST, json!([]))]);
    assert!(empty.contains(&"6.1.27.3") && empty.contains(&"schema"), "{empty:?}");
}

#[test]
fn advisories_have_products_and_vulnerabilities() {
    let changes = [("/product_tree", Value::Null)];
    assert!(failed("csaf_security_advisory", &changes).contains(&"6.1.27.4"));
    assert!(!failed("csaf_base", &changes).contains(&"6.1.27.4"));
    let changes = [without_vulnerabilities()];
    assert_eq!(failed("csaf_security_advisory", &changes), ["6.1.27.11"]);
    assert_eq!(failed("csaf_vex", &changes), ["6.1.27.11"]);
    assert_eq!(failed("csaf_base", &changes), NONE);
}

#[test]
fn advisories_have_notes_and_status() {
    let changes = [("/vulnerabilities/0/notes", Value::Null)];
    assert_eq!(failed("csaf_security_advisory", &changes), ["6.1.27.5"]);
    assert_eq!(failed("csaf_vex", &changes), ["6.1.27.5"]);
    let changes = [("/vulnerabilities/0/product_status", Value::Null)];
    assert_eq!(failed("csaf_security_advisory", &changes), ["6.1.27.6"]);
    assert_eq!(failed("csaf_vex", &changes), ["6.1.27.7"]);
}

#[test]
fn vex_names_vulnerabilities_and_says_something() {
    assert_eq!(failed("csaf_vex", &[]), NONE);
    let changes = [("/vulnerabilities/0/product_status", json!({"first_fixed": ["PC-4.2"]}))];
    assert_eq!(failed("csaf_vex", &changes), ["6.1.27.7"]);
    let changes = [("/vulnerabilities/0/cve", Value::Null)];
    assert_eq!(failed("csaf_vex", &changes), ["6.1.27.8"]);
    let id = json!([{"system_name": "Pump Bugs", "text": "77"}]);
    assert_eq!(failed("csaf_vex", &[changes[0].clone(), ("/vulnerabilities/0/ids", id)]), NONE);
}

#[test]
fn vex_says_why_not_affected() {
    let status = ("/vulnerabilities/0/product_status", json!({"known_not_affected": ["PC-4.1", "PC-4.2"]}));
    assert_eq!(failed("csaf_vex", std::slice::from_ref(&status)), ["6.1.27.9", "6.1.27.9"]);
    let flags = |flag: Value| ("/vulnerabilities/0/flags", json!([flag]));
    let half = flags(json!({"label": "component_not_present", "product_ids": ["PC-4.1"]}));
    assert_eq!(failed("csaf_vex", &[status.clone(), half.clone()]), ["6.1.27.9"]);
    let threat = |category: &str| {
        let threat =
            json!({"category": category, "details": "The code is not there.", "product_ids": ["PC-4.2"]});
        ("/vulnerabilities/0/threats/-", threat)
    };
    assert_eq!(failed("csaf_vex", &[status.clone(), half.clone(), threat("impact")]), NONE);
    assert_eq!(failed("csaf_vex", &[status.clone(), half, threat("target_set")]), ["6.1.27.9"]);
    let group = flags(json!({"label": "component_not_present", "group_ids": ["ALL-PC"]}));
    assert_eq!(failed("csaf_vex", &[status, group]), NONE);
}

#[test]
fn vex_says_what_to_do() {
    let status = ("/vulnerabilities/0/product_status/known_affected/-", json!("PANEL"));
    assert_eq!(failed("csaf_vex", std::slice::from_ref(&status)), ["6.1.27.10"]);
    let remediation =
        json!({"category": "no_fix_planned", "details": "End of life.", "product_ids": ["PANEL"]});
    assert_eq!(failed("csaf_vex", &[status, ("/vulnerabilities/0/remediations/-", remediation)]), NONE);
}
