//! Our own cases for the mandatory tests: for each test a patch of the base document that fails it, and one that passes.
//!
//! The base document passes everything. The surprise: a failing case may fail other tests too, but must name its own.

#![expect(clippy::unwrap_used, reason = "a broken fixture should stop the test where it breaks")]

mod csaf_base;

use csaf_base::patched;
use holdpoint_formats::csaf::{Scope, Severity, Validation, parse, validate};
use serde_json::{Value, json};

type Patch<'p> = &'p [(&'p str, Value)];

fn check(changes: Patch<'_>) -> Validation {
    let bytes = patched(changes);
    let parsed = parse(&bytes).unwrap_or_else(|rejected| panic!("{rejected}"));
    validate(&parsed.value, Scope::Mandatory)
}

/// The document fails `test` at `place`.
fn fails(test: &str, place: &str, changes: Patch<'_>) {
    let found = check(changes);
    let hit = found.failures().any(|finding| finding.test == test && finding.place == place);
    assert!(hit, "{test} should fail at {place}: {:?}", found.findings);
    assert!(!found.is_valid());
}

/// The document passes all mandatory tests.
fn passes(changes: Patch<'_>) {
    let found = check(changes);
    let failures: Vec<_> = found.failures().collect();
    assert!(failures.is_empty(), "{changes:?}: {failures:?}");
}

/// A product definition without identifiers.
fn product(id: &str) -> Value {
    json!({"name": format!("Product {id}"), "product_id": id})
}

const TRACKING: &str = "/document/tracking";
const VULNERABILITY: &str = "/vulnerabilities/0";
const CVSS: &str = "/vulnerabilities/0/scores/0/cvss_v3";
const PRODUCT: &str = "/product_tree/branches/0/branches/0/branches/0/product";

fn at(base: &str, rest: &str) -> String {
    format!("{base}{rest}")
}

/// A history of one entry each second, so that dates ascend.
fn history(numbers: &[&str]) -> Value {
    let entry = |(at, number): (usize, &&str)| json!({"date": format!("2024-05-01T10:00:{at:02}Z"), "number": number, "summary": "text"});
    Value::Array(numbers.iter().enumerate().map(entry).collect())
}

/// History, version and status of the document.
fn tracked<'p>(numbers: &[&str], version: &str, status: &str) -> Vec<(&'p str, Value)> {
    vec![
        ("/document/tracking/revision_history", history(numbers)),
        ("/document/tracking/version", json!(version)),
        ("/document/tracking/status", json!(status)),
    ]
}

#[test]
fn the_base_document_passes_everything() {
    passes(&[]);
    let bytes = patched(&[]);
    let found = validate(&parse(&bytes).unwrap().value, Scope::All);
    assert_eq!(found.findings, []);
    let open: Vec<_> = found.not_performed.iter().map(|missing| missing.test).collect();
    assert_eq!(open, ["6.3.6", "6.3.7", "6.3.8"]);
}

#[test]
fn t_6_1_1_references_to_products() {
    let wrong = json!("NOWHERE");
    for place in [
        "/product_tree/product_groups/0/product_ids/1",
        "/product_tree/relationships/0/product_reference",
        "/product_tree/relationships/0/relates_to_product_reference",
        "/vulnerabilities/0/product_status/known_affected/0",
        "/vulnerabilities/0/remediations/0/product_ids/0",
        "/vulnerabilities/0/scores/0/products/0",
        "/vulnerabilities/0/threats/0/product_ids/0",
    ] {
        fails("6.1.1", place, &[(place, wrong.clone())]);
    }
    let flag = json!([{"label": "component_not_present", "product_ids": ["NOWHERE"]}]);
    fails("6.1.1", "/vulnerabilities/0/flags/0/product_ids/0", &[("/vulnerabilities/0/flags", flag)]);
    passes(&[("/vulnerabilities/0/threats/0/product_ids/0", json!("PC-4.1-ON-PANEL"))]);
}

#[test]
fn t_6_1_2_product_defined_twice() {
    let place = "/product_tree/full_product_names/1/product_id";
    fails("6.1.2", place, &[("/product_tree/full_product_names/-", product("PC-4.1"))]);
    passes(&[("/product_tree/full_product_names/-", product("PC-4.3"))]);
}

#[test]
fn t_6_1_3_circle_of_relationships() {
    let relation = |id: &str, one: &str, other: &str| {
        json!({"category": "installed_with", "full_product_name": product(id),
               "product_reference": one, "relates_to_product_reference": other})
    };
    let place = "/product_tree/relationships/0/full_product_name/product_id";
    let own = json!([relation("R1", "PC-4.1", "R1")]);
    let bare = ("/vulnerabilities/0/product_status/known_affected", json!(["PC-4.1"]));
    let score = ("/vulnerabilities/0/scores/0/products", json!(["PC-4.1"]));
    let fix = ("/vulnerabilities/0/remediations/0/product_ids", json!(["PC-4.1"]));
    let with =
        |list: Value| vec![("/product_tree/relationships", list), bare.clone(), score.clone(), fix.clone()];
    fails("6.1.3", place, &with(own));
    let long =
        json!([relation("R1", "R2", "PANEL"), relation("R2", "R3", "PANEL"), relation("R3", "PC-4.1", "R1")]);
    fails("6.1.3", place, &with(long));
    let chain =
        json!([relation("R1", "R2", "R3"), relation("R2", "R3", "PANEL"), relation("R3", "PC-4.1", "PANEL")]);
    passes(&with(chain));
}

#[test]
fn t_6_1_4_group_not_defined() {
    let place = "/vulnerabilities/0/remediations/1/group_ids/0";
    fails("6.1.4", place, &[(place, json!("NO-GROUP"))]);
    let flag = json!([{"label": "component_not_present", "group_ids": ["NO-GROUP"]}]);
    fails("6.1.4", "/vulnerabilities/0/flags/0/group_ids/0", &[("/vulnerabilities/0/flags", flag)]);
    passes(&[("/vulnerabilities/0/threats/0/group_ids", json!(["ALL-PC"]))]);
}

#[test]
fn t_6_1_5_group_defined_twice() {
    let group = |id: &str| json!({"group_id": id, "product_ids": ["PC-4.1", "PANEL"]});
    fails(
        "6.1.5",
        "/product_tree/product_groups/1/group_id",
        &[("/product_tree/product_groups/-", group("ALL-PC"))],
    );
    passes(&[("/product_tree/product_groups/-", group("OTHERS"))]);
}

#[test]
fn t_6_1_6_contradicting_status() {
    for (list, other) in [
        ("first_affected", "fixed"),
        ("known_affected", "known_not_affected"),
        ("last_affected", "first_fixed"),
        ("under_investigation", "fixed"),
        ("known_not_affected", "under_investigation"),
    ] {
        let status = json!({list: ["PC-4.1"], other: ["PC-4.2", "PC-4.1"]});
        let place = format!("/vulnerabilities/0/product_status/{other}/1");
        let reverse = format!("/vulnerabilities/0/product_status/{list}/0");
        let found = check(&[("/vulnerabilities/0/product_status", status)]);
        let hit = found.failures().any(|f| f.test == "6.1.6" && (f.place == place || f.place == reverse));
        assert!(hit, "{list} and {other}: {:?}", found.findings);
    }
    let same_group =
        json!({"first_affected": ["PC-4.1"], "known_affected": ["PC-4.1"], "recommended": ["PC-4.1"]});
    passes(&[("/vulnerabilities/0/product_status", same_group)]);
}

#[test]
fn t_6_1_7_two_scores_of_one_version() {
    let score = |version: &str, product: &str| {
        let vector = format!("CVSS:{version}/AV:L/AC:L/PR:H/UI:R/S:U/C:H/I:H/A:H");
        json!({"products": [product], "cvss_v3": {"version": version, "vectorString": vector,
               "baseScore": 6.5, "baseSeverity": "MEDIUM"}})
    };
    let list = "/vulnerabilities/0/scores/-";
    fails("6.1.7", "/vulnerabilities/0/scores/1/products/0", &[(list, score("3.1", "PC-4.1"))]);
    passes(&[(list, score("3.0", "PC-4.1"))]);
    passes(&[(list, score("3.1", "PC-4.2"))]);
}

#[test]
fn t_6_1_8_invalid_cvss() {
    for property in ["version", "vectorString", "baseScore", "baseSeverity"] {
        fails("6.1.8", CVSS, &[(&at(CVSS, &format!("/{property}")), Value::Null)]);
    }
    let vector = at(CVSS, "/vectorString");
    for text in [
        "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/A:H",
        "CVSS:3.1/av:n/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/",
        "",
    ] {
        fails("6.1.8", &vector, &[(&vector, json!(text))]);
    }
    let word = at(CVSS, "/attackVector");
    fails("6.1.8", &word, &[(&word, json!("network"))]);
    let score = at(CVSS, "/baseScore");
    fails("6.1.8", &score, &[(&score, json!(11))]);
    let temporal = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:X/RL:X/RC:X";
    passes(&[(&vector, json!(temporal))]);
    let two = json!([{"products": ["PC-4.1"], "cvss_v2": {"version": "2.0",
                     "vectorString": "(AV:N/AC:L/Au:N/C:C/I:C/A:C)", "baseScore": 10}}]);
    fails("6.1.8", "/vulnerabilities/0/scores/0/cvss_v2/vectorString", &[("/vulnerabilities/0/scores", two)]);
}

#[test]
fn t_6_1_9_wrong_computation() {
    let score = at(CVSS, "/baseScore");
    fails("6.1.9", &score, &[(&score, json!(9.7))]);
    let severity = at(CVSS, "/baseSeverity");
    fails("6.1.9", &severity, &[(&severity, json!("HIGH"))]);
    let three = |temporal: f64, environmental: f64| {
        json!({"version": "3.1", "baseScore": 9.8, "baseSeverity": "CRITICAL", "temporalScore": temporal,
               "environmentalScore": environmental, "environmentalSeverity": "MEDIUM", "temporalSeverity": "HIGH",
               "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U/MAV:L/MC:L/MI:L/MA:L"})
    };
    // Temporal: 9.8 x 0.91 x 0.95 x 0.92, rounded up. Environmental: 5.9 by the same factors, rounded up.
    passes(&[(CVSS, three(7.8, 4.7))]);
    fails("6.1.9", &at(CVSS, "/temporalScore"), &[(CVSS, three(7.9, 4.7))]);
    fails("6.1.9", &at(CVSS, "/environmentalScore"), &[(CVSS, three(7.8, 5.1))]);
    let two = |base: f64| {
        json!([{"products": ["PC-4.1"], "cvss_v2": {"version": "2.0",
                "vectorString": "AV:N/AC:L/Au:N/C:N/I:N/A:C", "baseScore": base}}])
    };
    passes(&[("/vulnerabilities/0/scores", two(7.8))]);
    fails(
        "6.1.9",
        "/vulnerabilities/0/scores/0/cvss_v2/baseScore",
        &[("/vulnerabilities/0/scores", two(7.9))],
    );
}

#[test]
fn t_6_1_10_property_against_vector() {
    let word = at(CVSS, "/attackVector");
    fails("6.1.10", &word, &[(&word, json!("LOCAL"))]);
    passes(&[(&at(CVSS, "/modifiedAttackVector"), json!("LOCAL"))]);
    passes(&[(&word, Value::Null)]);
}

#[test]
fn t_6_1_11_weakness_and_its_name() {
    let place = "/vulnerabilities/0/cwe";
    fails("6.1.11", place, &[("/vulnerabilities/0/cwe/name", json!("Heap-based Buffer Overflow"))]);
    passes(&[(
        place,
        json!({"id": "CWE-79",
        "name": "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')"}),
    )]);
    let unknown = check(&[(place, json!({"id": "CWE-99999", "name": "Anything"}))]);
    assert!(unknown.is_valid());
    let told: Vec<_> = unknown.findings.iter().map(|finding| (finding.test, finding.severity)).collect();
    assert_eq!(told, [("6.1.11", Severity::Informative)], "what was not checked is said");
}

#[test]
fn t_6_1_12_language_exists() {
    fails("6.1.12", "/document/lang", &[("/document/lang", json!("EZ"))]);
    fails("6.1.12", "/document/source_lang", &[("/document/source_lang", json!("de-QB"))]);
    passes(&[("/document/lang", json!("de-CH"))]);
    let unknown = check(&[("/document/lang", json!("gsw"))]);
    assert!(unknown.is_valid() && unknown.findings[0].severity == Severity::Informative);
}

#[test]
fn t_6_1_13_package_url() {
    let place = at(PRODUCT, "/product_identification_helper/purl");
    fails("6.1.13", &place, &[(&place, json!("pkg:maven/@1.3.4"))]);
    passes(&[(&place, json!("pkg:npm/%40scope/name@1.3.4"))]);
}

#[test]
fn t_6_1_14_history_in_order() {
    let place = at(TRACKING, "/revision_history/1");
    fails("6.1.14", &place, &tracked(&["2", "1"], "1", "final"));
    let same_moment = json!([
        {"date": "2024-05-01T12:00:00+02:00", "number": "2", "summary": "text"},
        {"date": "2024-05-01T10:00:00Z", "number": "1", "summary": "text"}
    ]);
    passes(&[("/document/tracking/revision_history", same_moment)]);
    let numbers = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];
    passes(&tracked(&numbers, "10", "final"));
}

#[test]
fn t_6_1_15_translator() {
    let translator = ("/document/publisher/category", json!("translator"));
    fails("6.1.15", "/document/source_lang", std::slice::from_ref(&translator));
    passes(&[translator, ("/document/source_lang", json!("de"))]);
}

#[test]
fn t_6_1_16_latest_version() {
    let place = at(TRACKING, "/version");
    fails("6.1.16", &place, &tracked(&["1", "2"], "1", "final"));
    fails("6.1.16", &place, &tracked(&["1.0.0"], "1.0.1", "final"));
    passes(&tracked(&["1.0.0"], "1.0.0+build", "final"));
    passes(&tracked(&["1.0.0"], "1.0.0-rc.1", "draft"));
}

#[test]
fn t_6_1_17_to_20_drafts() {
    fails("6.1.17", &at(TRACKING, "/status"), &tracked(&["0.9.0"], "0.9.0", "interim"));
    passes(&tracked(&["0.9.0"], "0.9.0", "draft"));
    fails("6.1.18", &at(TRACKING, "/revision_history/0/number"), &tracked(&["0", "1"], "1", "final"));
    passes(&tracked(&["0", "1"], "1", "draft"));
    fails(
        "6.1.19",
        &at(TRACKING, "/revision_history/0/number"),
        &tracked(&["1.0.0-rc", "1.0.0"], "1.0.0", "draft"),
    );
    fails("6.1.20", &at(TRACKING, "/version"), &tracked(&["1.0.0"], "1.0.0-alpha", "final"));
    passes(&tracked(&["1.0.0"], "1.0.0-alpha", "draft"));
}

#[test]
fn t_6_1_21_history_without_gap() {
    fails("6.1.21", &at(TRACKING, "/revision_history/1"), &tracked(&["1", "3"], "3", "final"));
    fails("6.1.21", &at(TRACKING, "/revision_history/0"), &tracked(&["2", "3"], "3", "final"));
    fails("6.1.21", &at(TRACKING, "/revision_history/1"), &tracked(&["1.0.0", "3.0.0"], "3.0.0", "final"));
    passes(&tracked(&["1.0.0", "1.4.0", "2.0.0"], "2.0.0", "final"));
}

#[test]
fn t_6_1_22_history_without_repetition() {
    fails("6.1.22", &at(TRACKING, "/revision_history/1/number"), &tracked(&["1", "1"], "1", "final"));
    passes(&tracked(&["1", "2"], "2", "final"));
}

#[test]
fn t_6_1_23_one_entry_for_a_cve() {
    let second = |cve: &str| {
        json!({"cve": cve, "notes": [{"category": "summary", "text": "text"}],
               "product_status": {"fixed": ["PC-4.2"]}})
    };
    fails("6.1.23", "/vulnerabilities/1/cve", &[("/vulnerabilities/-", second("CVE-2024-99001"))]);
    passes(&[("/vulnerabilities/-", second("CVE-2024-99002"))]);
}

#[test]
fn t_6_1_24_involvements() {
    let list = at(VULNERABILITY, "/involvements/-");
    let again = |date: &str| json!({"date": date, "party": "vendor", "status": "in_progress"});
    let place = at(VULNERABILITY, "/involvements/1");
    fails("6.1.24", &place, &[(&list, again("2024-03-01T08:00:00.000Z"))]);
    fails("6.1.24", &place, &[(&list, again("2024-03-01T09:00:00+01:00"))]);
    passes(&[(&list, again("2024-03-02T08:00:00Z"))]);
}

#[test]
fn t_6_1_25_one_hash_by_one_algorithm() {
    let list = at(PRODUCT, "/product_identification_helper/hashes/0/file_hashes/-");
    let hash = |algorithm: &str| json!({"algorithm": algorithm, "value": "0".repeat(128)});
    let place = at(PRODUCT, "/product_identification_helper/hashes/0/file_hashes/1");
    fails("6.1.25", &place, &[(&list, hash("sha256"))]);
    passes(&[(&list, hash("sha512"))]);
}

#[test]
fn t_6_1_26_reserved_category() {
    let place = "/document/category";
    for category in
        ["Csaf_a", "Informational Advisory", "security-incident-response", "veX", "V_eX", "csaf_BASE"]
    {
        fails("6.1.26", place, &[(place, json!(category))]);
    }
    for category in ["csaf_base", "Example Pumps Security Notice", "csaf_vexed".trim_start_matches("csaf_")] {
        passes(&[(place, json!(category))]);
    }
}

#[test]
fn t_6_1_28_translation() {
    fails("6.1.28", "/document/source_lang", &[("/document/source_lang", json!("EN"))]);
    passes(&[("/document/source_lang", json!("en-GB"))]);
}

#[test]
fn t_6_1_29_and_32_who_is_meant() {
    let place = at(VULNERABILITY, "/remediations/1");
    fails("6.1.29", &place, &[(&at(&place, "/group_ids"), Value::Null)]);
    passes(&[(&at(&place, "/product_ids"), json!(["PC-4.2"]))]);
    let flags = at(VULNERABILITY, "/flags");
    let label = "vulnerable_code_not_present";
    fails("6.1.32", &at(VULNERABILITY, "/flags/0"), &[(&flags, json!([{"label": label}]))]);
    passes(&[(&flags, json!([{"label": label, "group_ids": ["ALL-PC"]}]))]);
}

#[test]
fn t_6_1_30_one_kind_of_numbers() {
    fails("6.1.30", TRACKING, &tracked(&["1.0.0", "2"], "2", "final"));
    passes(&tracked(&["1.0.0", "2.0.0"], "2.0.0", "final"));
}

#[test]
fn t_6_1_31_no_range_as_version() {
    let place = "/product_tree/branches/0/branches/0/branches/0/name";
    for name in ["prior to 4.2", "<4.2", ">= 4", "4.1 and Earlier", "ALL", "before 4.2", "3.X versions"] {
        fails("6.1.31", place, &[(place, json!(name))]);
    }
    for name in ["after-eight", "4.1 SP2", "all-in-one"] {
        passes(&[(place, json!(name))]);
    }
    let category = "/product_tree/branches/0/branches/0/branches/0/category";
    passes(&[(place, json!("<4.2")), (category, json!("product_version_range"))]);
}

#[test]
fn t_6_1_33_one_justification() {
    let flags = at(VULNERABILITY, "/flags");
    let two = json!([
        {"label": "component_not_present", "group_ids": ["ALL-PC"], "product_ids": ["PC-4.1"]},
        {"label": "vulnerable_code_not_present", "product_ids": ["PC-4.1"]}
    ]);
    fails("6.1.33", &at(VULNERABILITY, "/flags/1"), &[(&flags, two)]);
    let apart = json!([
        {"label": "component_not_present", "group_ids": ["ALL-PC"], "product_ids": ["PC-4.1"]},
        {"label": "vulnerable_code_not_present", "product_ids": ["PANEL"]}
    ]);
    passes(&[(&flags, apart)]);
}
