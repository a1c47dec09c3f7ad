//! Our own cases for the optional and informative tests. The base document passes all of them.
//!
//! Each case is a patch, the tests it must fail and nothing about other tests.

#![expect(clippy::unwrap_used, reason = "a broken fixture should stop the test where it breaks")]

mod csaf_base;

use csaf_base::patched;
use holdpoint_formats::csaf::{Scope, Severity, parse, validate};
use serde_json::{Value, json};

/// The tests of sections 6.2 and 6.3 that the patched document fails, each once, in the order of their numbers.
fn failed(changes: &[(&str, Value)]) -> Vec<&'static str> {
    let bytes = patched(changes);
    let parsed = parse(&bytes).unwrap();
    let found = validate(&parsed.value, Scope::All);
    let soft = found.findings.iter().filter(|finding| finding.severity != Severity::Mandatory);
    let mut tests: Vec<&str> = soft.map(|finding| finding.test).collect();
    tests.dedup();
    tests
}

const NONE: [&str; 0] = [];
const STATUS: &str = "/vulnerabilities/0/product_status";
const SCORE: &str = "/vulnerabilities/0/scores/0";

#[test]
fn the_base_document_passes() {
    assert_eq!(failed(&[]), NONE);
}

#[test]
fn products_without_use_remediation_or_score() {
    let helper = json!({"skus": ["A-1"]});
    let spare = json!({"name": "Spare", "product_id": "SPARE", "product_identification_helper": helper});
    assert_eq!(failed(&[("/product_tree/full_product_names/-", spare)]), ["6.2.1"]);
    assert_eq!(
        failed(&[("/vulnerabilities/0/product_status/last_affected", json!(["PANEL"]))]),
        ["6.2.2", "6.2.3"]
    );
    assert_eq!(
        failed(&[("/vulnerabilities/0/product_status/under_investigation", json!(["PANEL"]))]),
        ["6.2.2"]
    );
}

#[test]
fn history_and_dates() {
    let history =
        |number: &str| json!([{"date": "2024-04-11T10:00:00Z", "number": number, "summary": "text"}]);
    let list = "/document/tracking/revision_history";
    let version = ("/document/tracking/version", json!("1.0.0"));
    assert_eq!(failed(&[(list, history("1.0.0+a")), version]), ["6.2.4"]);
    let older = json!("2024-04-10T10:00:00Z");
    assert_eq!(failed(&[("/document/tracking/initial_release_date", older.clone())]), ["6.2.5"]);
    assert_eq!(failed(&[("/document/tracking/current_release_date", older)]), ["6.2.6"]);
    assert_eq!(failed(&[("/vulnerabilities/0/involvements/0/date", Value::Null)]), ["6.2.7"]);
}

#[test]
fn weak_and_short_hashes() {
    let list = "/product_tree/branches/0/branches/0/branches/0/product/product_identification_helper/hashes/0/file_hashes";
    let hash = |algorithm: &str, digits: usize| json!({"algorithm": algorithm, "value": "a".repeat(digits)});
    assert_eq!(failed(&[(list, json!([hash("md5", 32)]))]), ["6.2.8", "6.3.5"]);
    assert_eq!(failed(&[(list, json!([hash("sha1", 40)]))]), ["6.2.9", "6.3.5"]);
    assert_eq!(failed(&[(list, json!([hash("sha1", 40), hash("sha256", 64)]))]), ["6.3.5"]);
}

#[test]
fn distribution_canonical_url_and_language() {
    assert_eq!(failed(&[("/document/distribution", json!({"text": "Tell all."}))]), ["6.2.10"]);
    let url = "/document/references/0/url";
    assert_eq!(failed(&[(url, json!("https://pumps.example/csaf/EXPA-2024-0007.json"))]), ["6.2.11"]);
    assert_eq!(failed(&[(url, json!("http://pumps.example/csaf/expa-2024-0007.json"))]), ["6.2.11"]);
    assert_eq!(failed(&[("/document/lang", Value::Null)]), ["6.2.12"]);
    assert_eq!(failed(&[("/document/lang", json!("en-x-pump"))]), ["6.2.14"]);
    assert_eq!(failed(&[("/document/source_lang", json!("i-default"))]), ["6.2.15"]);
}

#[test]
fn keys_out_of_order() {
    let text = String::from_utf8(patched(&[])).unwrap();
    let turned = text.replacen("{", "{\"zzz\": 1,", 1);
    let parsed = parse(turned.as_bytes()).unwrap();
    let found = validate(&parsed.value, Scope::All);
    let places: Vec<(&str, &str)> = found.findings.iter().map(|one| (one.test, one.place.as_str())).collect();
    assert_eq!(places, [("6.2.13", "/document"), ("6.2.20", "/zzz")]);
}

#[test]
fn identifiers_and_ids() {
    let helper = "/product_tree/full_product_names/0/product_identification_helper";
    assert_eq!(failed(&[(helper, Value::Null)]), ["6.2.16"]);
    let id = json!([{"system_name": "CVE", "text": "CVE-2024-99001"}]);
    assert_eq!(failed(&[("/vulnerabilities/0/ids", id)]), ["6.2.17"]);
    assert_eq!(failed(&[("/document/x_own", json!(true))]), ["6.2.20"]);
}

#[test]
fn branches() {
    let leaf = "/product_tree/branches/0/branches/0/branches/0";
    let category = format!("{leaf}/category");
    let name = format!("{leaf}/name");
    let range = (category.as_str(), json!("product_version_range"));
    assert_eq!(failed(std::slice::from_ref(&range)), ["6.2.18", "6.3.9", "6.3.10"]);
    assert_eq!(failed(&[range.clone(), (&name, json!("vers:generic/<4.2"))]), ["6.3.9", "6.3.10"]);
    assert_eq!(failed(&[range, (&name, json!("vers:/4"))]), ["6.2.18", "6.3.9", "6.3.10"]);
    assert_eq!(failed(&[(&name, json!("V4.1"))]), ["6.3.11"]);
    assert_eq!(failed(&[(&name, json!("vista"))]), NONE);
    let family = "/product_tree/branches/0/branches/0/category";
    assert_eq!(failed(&[(family, json!("product_family"))]), ["6.3.9"]);
}

#[test]
fn scores_of_fixed_products() {
    let status = json!({"fixed": ["PC-4.1", "PC-4.1-ON-PANEL", "PC-4.2"]});
    assert_eq!(failed(&[(STATUS, status.clone())]), ["6.2.19"]);
    let vector = format!("{SCORE}/cvss_v3/vectorString");
    let none = json!("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MC:N/MI:N/MA:N");
    assert_eq!(failed(&[(STATUS, status.clone()), (&vector, none)]), NONE);
    let zero = (&*format!("{SCORE}/cvss_v3/environmentalScore"), json!(0.0));
    let bytes = patched(&[(STATUS, status), zero]);
    let parsed = parse(&bytes).unwrap();
    let found = validate(&parsed.value, Scope::All);
    assert!(found.findings.iter().all(|finding| finding.test != "6.2.19"), "the given score decides");
}

#[test]
fn scores_and_identity_of_vulnerabilities() {
    let two = json!({"products": ["PC-4.1", "PC-4.1-ON-PANEL"],
                     "cvss_v2": {"version": "2.0", "vectorString": "AV:N/AC:L/Au:N/C:C/I:C/A:C", "baseScore": 10}});
    assert_eq!(failed(&[(SCORE, two)]), ["6.3.1"]);
    let old = json!({"products": ["PC-4.1", "PC-4.1-ON-PANEL"], "cvss_v3": {"version": "3.0", "baseScore": 9.8,
                     "vectorString": "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseSeverity": "CRITICAL"}});
    assert_eq!(failed(&[(SCORE, old)]), ["6.3.2"]);
    assert_eq!(failed(&[("/vulnerabilities/0/cve", Value::Null)]), ["6.3.3"]);
    assert_eq!(failed(&[("/vulnerabilities/0/cwe", Value::Null)]), ["6.3.4"]);
}

#[test]
fn addresses_that_can_never_resolve() {
    assert_eq!(failed(&[("/document/references/1/url", json!("https://a.invalid/x"))]), ["6.3.6"]);
    assert_eq!(
        failed(&[("/vulnerabilities/0/remediations/0/url", json!("https://u@b.INVALID.:8/x"))]),
        ["6.3.6"]
    );
    let own = json!("https://pumps.invalid/expa-2024-0007.json");
    assert_eq!(failed(&[("/document/references/0/url", own)]), ["6.3.7"]);
}

#[test]
fn a_uri_that_is_none_is_a_soft_finding() {
    let found = failed(&[("/document/references/1/url", json!("see our page"))]);
    assert_eq!(found, ["schema"]);
}
