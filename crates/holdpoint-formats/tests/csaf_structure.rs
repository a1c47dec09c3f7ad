//! Our own cases for the JSON schema: what it wants of values, each with the place that the finding names.
//!
//! A document that breaks the schema is still read; types alone make it unreadable (see `csaf_hostile.rs`).

mod csaf_base;

use csaf_base::patched;
use holdpoint_formats::csaf::{Scope, parse, validate};
use serde_json::{Value, json};

/// The places of the breaches of the schema in the patched document.
fn breaches(changes: &[(&str, Value)]) -> Vec<String> {
    let bytes = patched(changes);
    let parsed = parse(&bytes).unwrap_or_else(|rejected| panic!("{rejected}"));
    let found = validate(&parsed.value, Scope::Mandatory);
    found.failures().filter(|finding| finding.test == "schema").map(|finding| finding.place.clone()).collect()
}

const HELPER: &str = "/product_tree/branches/0/branches/0/branches/0/product/product_identification_helper";

fn at(base: &str, rest: &str) -> String {
    format!("{base}/{rest}")
}

#[test]
fn required_properties() {
    let last = "/product_tree/branches/0/branches/0/branches/0";
    for (place, parent) in [
        ("/document/category", "/document"),
        ("/document/publisher", "/document"),
        ("/document/title", "/document"),
        ("/document/tracking", "/document"),
        ("/document/publisher/category", "/document/publisher"),
        ("/document/publisher/namespace", "/document/publisher"),
        ("/document/tracking/id", "/document/tracking"),
        ("/document/tracking/revision_history", "/document/tracking"),
        ("/document/tracking/status", "/document/tracking"),
        ("/document/tracking/revision_history/0/summary", "/document/tracking/revision_history/0"),
        ("/document/references/0/url", "/document/references/0"),
        ("/document/notes/0/text", "/document/notes/0"),
        ("/product_tree/relationships/0/category", "/product_tree/relationships/0"),
        ("/product_tree/full_product_names/0/name", "/product_tree/full_product_names/0"),
        ("/vulnerabilities/0/cwe/name", "/vulnerabilities/0/cwe"),
        ("/vulnerabilities/0/remediations/0/details", "/vulnerabilities/0/remediations/0"),
        ("/vulnerabilities/0/involvements/0/party", "/vulnerabilities/0/involvements/0"),
        (&at(last, "category"), last),
    ] {
        assert_eq!(breaches(&[(place, Value::Null)]), [parent], "{place}");
    }
}

#[test]
fn texts_and_lists_are_not_empty() {
    for place in ["/document/title", "/document/publisher/name", "/vulnerabilities/0/notes/0/text"] {
        assert_eq!(breaches(&[(place, json!(""))]), [place]);
    }
    for place in
        ["/document/notes", "/document/references", "/vulnerabilities/0/threats", "/vulnerabilities/0/scores"]
    {
        assert_eq!(breaches(&[(place, json!([]))]), [place]);
    }
    assert_eq!(
        breaches(&[("/document/tracking/revision_history", json!([]))]),
        ["/document/tracking/revision_history"]
    );
    assert_eq!(breaches(&[("/vulnerabilities/0/product_status/fixed", json!([]))]).len(), 1);
}

#[test]
fn objects_are_not_empty() {
    for place in [
        "/document/acknowledgments/0",
        "/document/distribution",
        "/vulnerabilities/0/product_status",
        "/vulnerabilities/0",
        "/product_tree",
        HELPER,
    ] {
        let found = breaches(&[(place, json!({}))]);
        assert!(found.contains(&place.to_owned()), "{place}: {found:?}");
    }
}

#[test]
fn words_of_enumerations() {
    for (place, word) in [
        ("/document/publisher/category", "Vendor"),
        ("/document/tracking/status", "published"),
        ("/document/distribution/tlp/label", "CLEAR"),
        ("/document/notes/0/category", "Summary"),
        ("/document/references/0/category", "canonical"),
        ("/product_tree/branches/0/category", "platform"),
        ("/product_tree/relationships/0/category", "runs_on"),
        ("/vulnerabilities/0/involvements/0/status", "done"),
        ("/vulnerabilities/0/remediations/0/category", "fix_planned"),
        ("/vulnerabilities/0/remediations/0/restart_required/category", "reboot"),
        ("/vulnerabilities/0/threats/0/category", "likelihood"),
    ] {
        assert_eq!(breaches(&[(place, json!(word))]), [place]);
        assert_eq!(breaches(&[(place, json!(""))]), [place]);
    }
}

#[test]
fn patterns() {
    for (place, text) in [
        ("/document/category", "_csaf"),
        ("/document/lang", "en_US"),
        ("/document/tracking/id", " EXPA"),
        ("/document/tracking/version", "1.0"),
        ("/document/tracking/revision_history/0/number", "v1"),
        ("/document/tracking/current_release_date", "2024-05-02"),
        ("/document/tracking/initial_release_date", "2024-04-31T00:00:00Z"),
        ("/vulnerabilities/0/cve", "CVE-2024-1"),
        ("/vulnerabilities/0/cwe/id", "CWE-0121"),
        (&at(HELPER, "hashes/0/file_hashes/0/value"), "xyz"),
        (&at(HELPER, "cpe"), "cpe:2.3:a:b"),
        (&at(HELPER, "purl"), "npm/left-pad"),
    ] {
        assert!(breaches(&[(place, json!(text))]).contains(&place.to_owned()), "{place}");
    }
    assert!(breaches(&[(&at(HELPER, "cpe"), json!("cpe:2.3:a:pumps:control:4.1:*:*:*:*:*:*:*"))]).is_empty());
}

#[test]
fn lists_whose_items_differ() {
    for place in ["/vulnerabilities/0/scores/0/products", "/product_tree/product_groups/0/product_ids"] {
        assert_eq!(breaches(&[(place, json!(["PC-4.1", "PC-4.2", "PC-4.1"]))]), [at(place, "2")]);
    }
    assert_eq!(
        breaches(&[(&at(HELPER, "model_numbers"), json!(["A", "A"]))]),
        [at(HELPER, "model_numbers/1")]
    );
    let ids = json!([{"system_name": "a", "text": "1"}, {"system_name": "a", "text": "1"}]);
    assert_eq!(breaches(&[("/vulnerabilities/0/ids", ids)]), ["/vulnerabilities/0/ids/1"]);
    let groups = "/vulnerabilities/0/remediations/1/group_ids";
    assert_eq!(breaches(&[(groups, json!(["ALL-PC", "ALL-PC"]))]), [at(groups, "1")]);
}

#[test]
fn shapes_of_branches_groups_and_scores() {
    let branch = "/product_tree/branches/0/branches/0/branches/0";
    let more = json!([{"category": "language", "name": "de", "product": {"name": "n", "product_id": "N"}}]);
    assert_eq!(breaches(&[(&at(branch, "branches"), more)]), [branch], "both a product and branches");
    assert_eq!(breaches(&[(&at(branch, "product"), Value::Null)]), [branch], "neither");
    assert_eq!(breaches(&[(&at(branch, "x_more"), json!(1))]), [branch], "a fourth property");
    let group = "/product_tree/product_groups/0/product_ids";
    assert_eq!(breaches(&[(group, json!(["PC-4.1"]))]), [group], "a group of one");
    let score = "/vulnerabilities/0/scores/0";
    assert_eq!(breaches(&[(&at(score, "cvss_v3"), Value::Null)]), [score], "products without a score");
}
