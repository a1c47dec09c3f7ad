//! CSAF 2.1: what a document means is read, what is new is remarked, and nothing new becomes a "not affected".

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "tests on real documents read them from files")]

use holdpoint_domain::advisory::{NumberRules, ProductStatus, RelationCategory, RemediationCategory};
use holdpoint_formats::csaf::edition21::{self, NOT_CHECKED, Read21};
use serde_json::{Value, json};

mod csaf_data;

fn document() -> Value {
    let date = "2026-01-01T00:00:00Z";
    let part = |name: &str, id: &str| json!({"name": name, "product_id": id});
    json!({
        "$schema": "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json",
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.1", "title": "Valve",
            "distribution": {"tlp": {"label": "AMBER+STRICT"}}, "license_expression": "MIT",
            "publisher": {"category": "vendor", "name": "Acme", "namespace": "https://acme.example"},
            "tracking": {"id": "ACME-1", "status": "final", "version": "1", "initial_release_date": date,
                "current_release_date": date, "revision_history": [{"date": date, "number": "1", "summary": "First."}]}
        },
        "product_tree": {
            "branches": [{"category": "vendor", "name": "Acme", "branches": [
                {"category": "product_name", "name": "Valve 12", "branches": [
                    {"category": "product_version_range", "name": "vers:intdot/<2", "product": {
                        "name": "Valve 12 <2", "product_id": "P1", "product_identification_helper": {
                            "model_numbers": ["VA-12*"], "purls": ["pkg:generic/valve@1", "pkg:generic/valve12@1"]}}}]}]}],
            "full_product_names": [part("Card", "P2"), part("Rack", "P3"), part("Plant", "P4")],
            "product_paths": [
                {"beginning_product_reference": "P2", "full_product_name": part("Card in rack", "P5"),
                 "subpaths": [{"category": "installed_on", "next_product_reference": "P3"}]},
                {"beginning_product_reference": "P2", "full_product_name": part("Card in rack in plant", "P6"),
                 "subpaths": [{"category": "installed_on", "next_product_reference": "P3"},
                              {"category": "installed_with", "next_product_reference": "P4"}]}]
        },
        "vulnerabilities": [{
            "cve": "CVE-2026-0001", "cwes": [{"id": "CWE-79", "name": "x", "version": "4.13"}],
            "disclosure_date": date,
            "first_known_exploitation_dates": [{"date": date, "exploitation_date": "2025-12-24T00:00:00Z", "product_ids": ["P1"]}],
            "metrics": [
                {"products": ["P1"], "content": {
                    "cvss_v3": {"version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                                "baseScore": 9.8, "baseSeverity": "CRITICAL"},
                    "cvss_v4": {"version": "4.0", "vectorString": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"},
                    "epss": {"probability": "0.5", "percentile": "0.9", "timestamp": date}}}],
            "product_status": {"known_affected": ["P1"], "unknown": ["P5"], "cursed": ["P6"], "under_investigation": ["P4"]},
            "remediations": [
                {"category": "fix_planned", "details": "In May.", "product_ids": ["P1"]},
                {"category": "optional_patch", "details": "Hardening.", "product_ids": ["P4"]},
                {"category": "exorcism", "details": "Bell and book.", "product_ids": ["P6"]}]
        }]
    })
}

fn read(document: &Value) -> Read21 {
    edition21::read(document.to_string().as_bytes()).unwrap()
}

#[test]
fn products_numbers_and_paths_are_read_by_the_rules_of_the_edition() {
    let read = read(&document());
    assert!(read.failures.is_empty(), "{:?}", read.failures);
    let product = |id: &str| read.content.products.iter().find(|one| one.product_id == id).unwrap();
    let helpers = &product("P1").helpers;
    assert_eq!(
        (helpers.rules, helpers.model_numbers.as_slice()),
        (NumberRules::Csaf21, &["VA-12*".to_owned()][..])
    );
    assert_eq!(helpers.purl.as_deref(), Some("pkg:generic/valve@1"));
    let relation = product("P5").relation.clone().unwrap();
    assert_eq!((relation.category, relation.product.as_str()), (RelationCategory::InstalledOn, "P2"));
    let (whole, place) = (product("P6").relation.clone().unwrap(), &product("P6").pointer);
    assert_eq!((whole.category, whole.relates_to.as_str()), (RelationCategory::InstalledWith, "P4"));
    let between = product(&whole.product).relation.clone().unwrap();
    assert_eq!((between.product.as_str(), between.relates_to.as_str()), ("P2", "P3"));
    assert!(place.starts_with("/product_tree/product_paths/1"), "{place}");
    assert_eq!(read.content.tlp, "AMBER+STRICT");
    assert_eq!(read.file_name.as_deref(), Some("acme-1.json"));
}

#[test]
fn what_is_new_is_never_a_not_affected_and_never_a_fix() {
    let read = read(&document());
    let one = &read.content.vulnerabilities[0];
    let status =
        |id: &str| one.statements.iter().find(|(product, _)| product == id).map(|(_, status)| *status);
    assert_eq!(status("P1"), Some(ProductStatus::KnownAffected));
    for id in ["P4", "P5", "P6"] {
        assert_eq!(status(id), Some(ProductStatus::UnderInvestigation), "{id}");
    }
    let kinds: Vec<RemediationCategory> = one.remediations.iter().map(|one| one.category).collect();
    let expected = [
        RemediationCategory::NoneAvailable,
        RemediationCategory::Mitigation,
        RemediationCategory::Mitigation,
    ];
    assert_eq!(kinds, expected);
    assert_eq!(one.remediations[0].details, "A fix is planned: In May.");
    let versions: Vec<&str> = one.scores.iter().map(|score| score.version.as_str()).collect();
    assert_eq!(versions, ["3.1", "4.0"]);
    assert_eq!(one.cwe.as_deref(), Some("CWE-79"));
    assert!(one.threats.iter().any(|(kind, words)| kind == "exploit_status" && words.contains("2025-12-24")));
}

#[test]
fn what_was_not_checked_or_not_understood_is_said() {
    let read = read(&document());
    assert!(read.warnings.iter().any(|warning| warning.message == NOT_CHECKED));
    for place in [
        "/vulnerabilities/0/product_status/unknown",
        "/vulnerabilities/0/product_status/cursed",
        "/vulnerabilities/0/remediations/2/category",
        "/vulnerabilities/0/metrics/0/content/epss",
        "/product_tree/branches/0/branches/0/branches/0/product/product_identification_helper/purls",
    ] {
        assert!(read.warnings.iter().any(|warning| warning.place == place), "{place}: {:#?}", read.warnings);
    }
}

#[test]
fn broken_documents_are_told_and_an_extension_that_must_be_understood_is_refused() {
    let mut broken = document();
    broken["vulnerabilities"][0]["product_status"]["fixed"] = json!(["P1", "P99"]);
    let tests: Vec<&str> = read(&broken).failures.iter().map(|finding| finding.test).collect();
    assert!(tests.contains(&"6.1.1") && tests.contains(&"6.1.6"), "{tests:?}");
    let mut extended = document();
    extended["product_tree"]["x_extensions"] = json!([{"critical": true, "content": {}}]);
    let refused = edition21::read(extended.to_string().as_bytes()).unwrap_err();
    assert_eq!(refused.code, "csaf21-extension");
    assert!(refused.what.contains("/product_tree/x_extensions"), "{}", refused.what);
    extended["product_tree"]["x_extensions"] = json!([{"critical": false, "content": {}}]);
    assert!(edition21::read(extended.to_string().as_bytes()).is_ok());
    for bytes in [
        &b"{"[..],
        b"[]",
        br#"{"document": {"csaf_version": "2.1"}}"#,
        br#"{"document": {"csaf_version": "3"}}"#,
    ] {
        assert!(edition21::read(bytes).is_err());
    }
    let text = document().to_string();
    for at in (0..text.len()).step_by(97) {
        assert!(edition21::read(&text.as_bytes()[..at]).is_err());
    }
}

/// Documents that pass the test they were made for, and define a product twice or name one that they do not define.
const SLIPS: &[&str] = &["6-1-27-13-16", "6-1-50-14", "6-1-50-15"];

/// The documents of the technical committee: each is read or refused in words, and a valid one is never refused but for an
/// extension that must be understood.
#[test]
fn documents_of_the_committee_are_read() {
    let Some(folder) = csaf_data::corpus("conformance/csaf-2.1", "reading CSAF 2.1") else { return };
    let (mut taken, mut refused) = (0, Vec::new());
    for path in csaf_data::json_files(&folder) {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(value) = serde_json::from_slice::<Value>(&bytes) else { continue };
        if value.get("document").is_none() {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        // Numbers from 11 on are documents that pass the test.
        let number = name.rsplit('-').next().and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
        match edition21::read(&bytes) {
            Ok(read)
                if number > 10
                    && !read.failures.is_empty()
                    && !SLIPS.iter().any(|slip| name.ends_with(slip)) =>
            {
                refused.push(format!("{name}: {}", read.failures[0]));
            }
            Ok(_) => taken += 1,
            Err(rejected) if number > 10 && rejected.code != "csaf21-extension" => {
                refused.push(format!("{name}: {rejected}"));
            }
            Err(_) => {}
        }
    }
    println!("{taken} documents of CSAF 2.1 were read");
    assert!(taken > 700, "{taken}");
    assert!(refused.is_empty(), "{} of them:\n{}", refused.len(), refused.join("\n"));
}
