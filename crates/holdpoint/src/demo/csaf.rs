//! Builds CSAF 2.0 documents from facts, with every sentence in our own words.
//!
//! What the documents say is in `advisories`; here is only their form. The publisher is invented and lives under
//! a name that is reserved for examples, so that no document can be mistaken for one of a real vendor.

use super::advisories::{Advisory, Flaw, Listed, Said};
use super::weaknesses;
use holdpoint_domain::Moment;
use serde_json::{Value, json};

/// The invented publisher's name.
pub const PUBLISHER: &str = "OT CERT (demo)";
/// The invented publisher's namespace; the name cannot exist.
pub const NAMESPACE: &str = "https://demo.holdpoint.example";

/// One edition of a document.
#[derive(Debug, Clone, Copy)]
pub struct Edition {
    /// When the first edition came out.
    pub first: Moment,
    /// When this edition came out.
    pub current: Moment,
    /// The number that this edition carries.
    pub number: u32,
}

impl Edition {
    /// The first edition of a document.
    pub const fn first(at: Moment) -> Self {
        Self { first: at, current: at, number: 1 }
    }

    /// A later edition with a number of its own.
    pub const fn revised(self, at: Moment) -> Self {
        Self { current: at, number: self.number + 1, ..self }
    }
}

/// The publisher's id of an advisory.
pub fn tracking_id(advisory: &Advisory) -> String {
    format!("OTC-DEMO-{:03}", advisory.number)
}

/// The name under which the document travels.
pub fn file_name(advisory: &Advisory) -> String {
    format!("{}.json", tracking_id(advisory).to_lowercase())
}

/// Writes the document.
pub fn document(advisory: &Advisory, edition: Edition) -> Vec<u8> {
    let value = json!({
        "document": head(advisory, edition),
        "product_tree": {"branches": [vendor(advisory)]},
        "vulnerabilities": advisory.flaws.iter().map(|flaw| vulnerability(advisory, flaw)).collect::<Vec<_>>(),
    });
    serde_json::to_vec_pretty(&value).expect("a JSON value can be written")
}

/// Writes the document with a rule broken: a vulnerability speaks of a product that the tree does not hold.
pub fn broken_document(advisory: &Advisory, edition: Edition) -> Vec<u8> {
    let sound = document(advisory, edition);
    let mut value: Value = serde_json::from_slice(&sound).expect("this very program wrote it");
    value["vulnerabilities"][0]["product_status"]["known_affected"] = json!(["HPDEMO-MISSING"]);
    serde_json::to_vec_pretty(&value).expect("a JSON value can be written")
}

fn head(advisory: &Advisory, edition: Edition) -> Value {
    let id = tracking_id(advisory);
    let mut history = vec![json!({
        "number": "1", "date": edition.first.to_string(), "summary": "First edition.",
    })];
    for number in 2..=edition.number {
        history.push(json!({
            "number": number.to_string(), "date": edition.current.to_string(),
            "summary": "Products and fixed versions brought up to date.",
        }));
    }
    json!({
        "category": "csaf_security_advisory",
        "csaf_version": "2.0",
        "lang": "en",
        "title": advisory.title,
        "distribution": {"tlp": {"label": "WHITE"}},
        "publisher": {"category": "coordinator", "name": PUBLISHER, "namespace": NAMESPACE},
        "notes": [
            {"category": "summary", "title": "In short", "text": advisory.about},
            {"category": "legal_disclaimer", "title": "Demo data", "text":
                "Made for the demo of Holdpoint. Products, versions and CVE numbers follow what is publicly \
                 known; dates, publisher and wording are invented. Ask the vendor before you act."},
        ],
        "references": [{
            "category": "self", "summary": "This document",
            "url": format!("{NAMESPACE}/advisories/{}", file_name(advisory)),
        }],
        "tracking": {
            "id": id,
            "status": "final",
            "version": edition.number.to_string(),
            "initial_release_date": edition.first.to_string(),
            "current_release_date": edition.current.to_string(),
            "revision_history": history,
            "generator": {"engine": {"name": "Holdpoint demo", "version": env!("CARGO_PKG_VERSION")}},
        },
    })
}

/// The ids of a product's affected and fixed leaf.
fn ids(index: usize) -> (String, String) {
    (format!("HPDEMO-{:03}", index + 1), format!("HPDEMO-{:03}-FIXED", index + 1))
}

fn vendor(advisory: &Advisory) -> Value {
    let products: Vec<Value> = advisory
        .products
        .iter()
        .enumerate()
        .map(|(index, listed)| product(advisory.vendor, index, listed))
        .collect();
    json!({"category": "vendor", "name": advisory.vendor, "branches": products})
}

fn product(vendor: &str, index: usize, listed: &Listed) -> Value {
    let (affected, fixed) = ids(index);
    let (category, text) = match listed.said {
        Said::Range(text) => ("product_version_range", text),
        Said::Exactly(text) => ("product_version", text),
    };
    let mut versions = vec![leaf(vendor, listed, category, text, &affected)];
    if let Some(text) = listed.fixed {
        versions.push(leaf(vendor, listed, "product_version", text, &fixed));
    }
    json!({"category": "product_name", "name": listed.name, "branches": versions})
}

fn leaf(vendor: &str, listed: &Listed, category: &str, text: &str, id: &str) -> Value {
    let mut product = json!({"name": format!("{vendor} {} {text}", listed.name), "product_id": id});
    if !listed.orders.is_empty() {
        product["product_identification_helper"] = json!({"model_numbers": listed.orders});
    }
    json!({"category": category, "name": text, "product": product})
}

fn vulnerability(advisory: &Advisory, flaw: &Flaw) -> Value {
    let weakness = weaknesses::of(flaw.cwe);
    let affected: Vec<String> = (0..advisory.products.len()).map(|index| ids(index).0).collect();
    let fixed: Vec<String> = (0..advisory.products.len())
        .filter(|index| advisory.products[*index].fixed.is_some())
        .map(|index| ids(index).1)
        .collect();
    let mut status = json!({"known_affected": affected});
    if !fixed.is_empty() {
        status["fixed"] = json!(fixed);
    }
    let version = flaw.vector.get(5..8).unwrap_or_default();
    json!({
        "cve": flaw.cve,
        "title": weakness.sentence,
        "cwe": {"id": format!("CWE-{}", flaw.cwe), "name": weakness.name},
        "notes": [{"category": "description", "title": "What can happen", "text": weakness.sentence}],
        "product_status": status,
        "scores": [{
            "products": affected,
            "cvss_v3": {
                "version": version, "vectorString": flaw.vector,
                "baseScore": flaw.score, "baseSeverity": severity(flaw.score),
            },
        }],
        "remediations": remediations(advisory),
    })
}

/// The word for a CVSS 3 base score.
fn severity(score: f64) -> &'static str {
    match score {
        s if s >= 9.0 => "CRITICAL",
        s if s >= 7.0 => "HIGH",
        s if s >= 4.0 => "MEDIUM",
        s if s > 0.0 => "LOW",
        _ => "NONE",
    }
}

fn remediations(advisory: &Advisory) -> Vec<Value> {
    let mut all = Vec::new();
    let mut without_fix = Vec::new();
    for (index, listed) in advisory.products.iter().enumerate() {
        let (affected, _) = ids(index);
        match listed.fixed {
            Some(version) => all.push(json!({
                "category": "vendor_fix",
                "details": format!("Update to {version} or later version."),
                "product_ids": [affected],
            })),
            None => without_fix.push(affected),
        }
    }
    if !without_fix.is_empty() {
        all.push(json!({
            "category": "mitigation",
            "details": advisory.workaround,
            "product_ids": without_fix,
        }));
    }
    all
}
