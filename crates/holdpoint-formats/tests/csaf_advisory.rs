//! The conversion of a document into the domain's advisory.

#![expect(clippy::unwrap_used, reason = "a broken fixture should stop the test where it breaks")]

mod csaf_base;

use csaf_base::patched;
use holdpoint_domain::advisory::{BranchCategory, ProductStatus, RelationCategory, RemediationCategory};
use holdpoint_domain::{Moment, Parsed, Rejected, advisory::AdvisoryContent};
use holdpoint_formats::csaf::{parse, to_advisory};
use serde_json::{Value, json};

fn convert(changes: &[(&str, Value)]) -> Result<Parsed<AdvisoryContent>, Rejected> {
    let bytes = patched(changes);
    to_advisory(&parse(&bytes).unwrap().value)
}

#[test]
fn the_head_of_the_advisory() {
    let parsed = convert(&[]).unwrap();
    assert_eq!(parsed.warnings, []);
    let advisory = parsed.value;
    assert_eq!(advisory.publisher.namespace, "https://pumps.example");
    assert_eq!((advisory.tracking_id.as_str(), advisory.tracking_version.as_str()), ("EXPA-2024-0007", "2"));
    assert_eq!(
        (advisory.status.as_str(), advisory.tlp.as_str(), advisory.lang.as_str()),
        ("final", "WHITE", "en")
    );
    assert_eq!(advisory.current_release, "2024-05-02T10:00:00Z".parse::<Moment>().unwrap());
    assert_eq!(advisory.notes[0].category, "summary");
    assert_eq!(advisory.references[1].category, "external");
}

#[test]
fn products_with_paths_and_relations() {
    let products = convert(&[]).unwrap().value.products;
    let ids: Vec<&str> = products.iter().map(|product| product.product_id.as_str()).collect();
    assert_eq!(ids, ["PC-4.1", "PC-4.2", "PANEL", "PC-4.1-ON-PANEL"]);
    assert_eq!(products[0].vendor(), Some("Example Pumps"));
    assert_eq!(products[0].product(), Some("PumpControl"));
    assert_eq!(products[0].version(), Some((BranchCategory::ProductVersion, "4.1")));
    assert_eq!(products[0].pointer, "/product_tree/branches/0/branches/0/branches/0/product");
    assert_eq!(products[0].helpers.model_numbers, ["PC-100*"]);
    assert!(products[0].helpers.hashes[0].starts_with("sha256:026a"));
    assert_eq!(products[1].helpers.purl.as_deref(), Some("pkg:generic/pumpcontrol@4.2"));
    assert!(products[2].path.is_empty() && products[2].relation.is_none());
    let relation = products[3].relation.as_ref().unwrap();
    assert_eq!(relation.category, RelationCategory::InstalledOn);
    assert_eq!((relation.product.as_str(), relation.relates_to.as_str()), ("PC-4.1", "PANEL"));
    assert_eq!(products[3].pointer, "/product_tree/relationships/0/full_product_name");
}

#[test]
fn a_vulnerability_with_groups_expanded() {
    let label =
        json!([{"label": "component_not_present", "group_ids": ["ALL-PC"], "product_ids": ["PC-4.2"]}]);
    let advisory = convert(&[("/vulnerabilities/0/flags", label)]).unwrap().value;
    let one = &advisory.vulnerabilities[0];
    assert_eq!(one.reference, "CVE-2024-99001");
    assert_eq!(one.cwe.as_deref(), Some("CWE-121"));
    assert_eq!(
        one.statements,
        [
            ("PC-4.2".to_owned(), ProductStatus::Fixed),
            ("PC-4.1".to_owned(), ProductStatus::KnownAffected),
            ("PC-4.1-ON-PANEL".to_owned(), ProductStatus::KnownAffected),
        ]
    );
    assert_eq!(one.scores[0].base_tenths, Some(98));
    assert_eq!(one.remediations[0].category, RemediationCategory::VendorFix);
    assert_eq!(one.remediations[0].restart.as_deref(), Some("machine"));
    assert_eq!(one.remediations[1].restart, None, "unknown is not none");
    assert_eq!(one.remediations[1].products, ["PC-4.1", "PC-4.2"]);
    assert_eq!(
        one.flags,
        [("component_not_present".to_owned(), vec!["PC-4.2".to_owned(), "PC-4.1".to_owned()])]
    );
    assert_eq!(one.threats[0].0, "exploit_status");
}

#[test]
fn the_name_of_a_vulnerability_without_cve() {
    let none = ("/vulnerabilities/0/cve", Value::Null);
    assert_eq!(
        convert(std::slice::from_ref(&none)).unwrap().value.vulnerabilities[0].reference,
        "vulnerability 1"
    );
    let id = ("/vulnerabilities/0/ids", json!([{"system_name": "Pump Bugs", "text": "PB-77"}]));
    assert_eq!(convert(&[none, id]).unwrap().value.vulnerabilities[0].reference, "PB-77");
}

#[test]
fn a_score_whose_vector_cannot_be_read_keeps_what_is_written() {
    let vector = ("/vulnerabilities/0/scores/0/cvss_v3/vectorString", json!("CVSS:3.1/nonsense"));
    let score = ("/vulnerabilities/0/scores/0/cvss_v3/baseScore", json!(7.3));
    assert_eq!(convert(&[vector, score]).unwrap().value.vulnerabilities[0].scores[0].base_tenths, Some(73));
    let wrong = ("/vulnerabilities/0/scores/0/cvss_v3/baseScore", json!(1.0));
    assert_eq!(convert(&[wrong]).unwrap().value.vulnerabilities[0].scores[0].base_tenths, Some(98));
}

#[test]
fn unknown_words_are_told_and_not_guessed() {
    let parsed = convert(&[("/vulnerabilities/0/remediations/0/category", json!("hot_fix"))]).unwrap();
    assert_eq!(parsed.value.vulnerabilities[0].remediations.len(), 1);
    assert_eq!(parsed.warnings[0].place, "/vulnerabilities/0/remediations/0");
    let parsed = convert(&[("/product_tree/relationships/0/category", json!("near"))]).unwrap();
    assert_eq!(parsed.value.products[3].relation, None);
    assert_eq!(parsed.warnings.len(), 1);
}

#[test]
fn what_has_no_name_or_time_is_rejected() {
    for place in [
        "/document/publisher",
        "/document/publisher/namespace",
        "/document/tracking",
        "/document/tracking/id",
        "/document/tracking/version",
        "/document/tracking/current_release_date",
    ] {
        let rejected = convert(&[(place, Value::Null)]).unwrap_err();
        assert_eq!(rejected.code, "csaf-incomplete");
        assert!(rejected.what.contains(place), "{rejected}");
    }
    let rejected = convert(&[("/document/tracking/initial_release_date", json!("soon"))]).unwrap_err();
    assert!(rejected.what.contains("initial_release_date"));
}
