//! The JSON form of CVRF, as the same interface gives it when asked for JSON.
//!
//! The shape is that of Microsoft's published interface (`/cvrf/v3.0/cvrf/{id}`). The surprise: kinds are numbers: a
//! remediation of type 2 is the vendor's fix, a threat of type 3 a severity, a status of type 3 "known affected".

use std::collections::BTreeMap;

use holdpoint_domain::Rejected;
use serde::Deserialize;

use super::{Document, Fix, Vulnerability};
use crate::microsoft::refused;

const FIX: i64 = 2;
const SEVERITY: i64 = 3;
const KNOWN_AFFECTED: i64 = 3;
const DESCRIPTION: i64 = 2;

/// A text, which the interface wraps into an object.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wrapped {
    #[serde(rename = "Value", deserialize_with = "text")]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Root {
    document_tracking: Tracking,
    #[serde(default)]
    product_tree: Tree,
    #[serde(default)]
    vulnerability: Vec<One>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tracking {
    identification: Identification,
    #[serde(default, deserialize_with = "text")]
    initial_release_date: String,
    #[serde(default, deserialize_with = "text")]
    current_release_date: String,
}

#[derive(Deserialize)]
struct Identification {
    #[serde(rename = "ID")]
    id: Wrapped,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Tree {
    full_product_name: Vec<Product>,
    branch: Vec<Branch>,
}

/// A branch or, with an id, a product.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Branch {
    #[serde(rename = "Items")]
    items: Vec<Branch>,
    #[serde(rename = "ProductID", deserialize_with = "text")]
    id: String,
    #[serde(rename = "Value", deserialize_with = "text")]
    value: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Product {
    #[serde(rename = "ProductID", deserialize_with = "text")]
    id: String,
    #[serde(rename = "Value", deserialize_with = "text")]
    value: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct One {
    #[serde(rename = "Title")]
    title: Wrapped,
    #[serde(rename = "CVE", deserialize_with = "text")]
    cve: String,
    #[serde(rename = "CWE")]
    cwe: serde_json::Value,
    #[serde(rename = "Notes")]
    notes: Vec<Note>,
    #[serde(rename = "ProductStatuses")]
    statuses: Vec<Item>,
    #[serde(rename = "Threats")]
    threats: Vec<Item>,
    #[serde(rename = "CVSSScoreSets")]
    scores: Vec<Score>,
    #[serde(rename = "Remediations")]
    remediations: Vec<Item>,
    #[serde(rename = "RevisionHistory")]
    revisions: Vec<Revision>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Note {
    #[serde(rename = "Type")]
    kind: i64,
    #[serde(rename = "Value", deserialize_with = "text")]
    value: String,
}

/// A status, a threat or a remediation.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Item {
    #[serde(rename = "Type")]
    kind: i64,
    #[serde(rename = "ProductID")]
    products: Vec<String>,
    #[serde(rename = "Description")]
    description: Wrapped,
    #[serde(rename = "URL", deserialize_with = "text")]
    url: String,
    #[serde(rename = "Supercedence", deserialize_with = "text")]
    supersedence: String,
    #[serde(rename = "SubType", deserialize_with = "text")]
    sub_type: String,
    #[serde(rename = "RestartRequired")]
    restart: Wrapped,
    #[serde(rename = "FixedBuild", deserialize_with = "text")]
    fixed_build: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Score {
    #[serde(rename = "BaseScore")]
    base: f64,
    #[serde(rename = "Vector", deserialize_with = "text")]
    vector: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Revision {
    #[serde(rename = "Date", deserialize_with = "text")]
    date: String,
}

/// A text; `null` is none.
fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default())
}

pub(super) fn read(bytes: &[u8]) -> Result<Document, Rejected> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let root: Root = serde_json::from_slice(bytes).map_err(|error| {
        refused(
            "not-json",
            format!("the file cannot be read as CVRF in JSON: {error}"),
            "fetch it again; it may be cut off",
        )
    })?;
    let mut document = Document {
        id: root.document_tracking.identification.id.value,
        released: root.document_tracking.initial_release_date,
        changed: root.document_tracking.current_release_date,
        ..Document::default()
    };
    for product in root.product_tree.full_product_name {
        document.products.entry(product.id).or_insert(product.value);
    }
    products(root.product_tree.branch, &mut document.products);
    document.vulnerabilities = root.vulnerability.into_iter().map(vulnerability).collect();
    Ok(document)
}

/// Recursion is bounded by the depth at which the reader of JSON gives up.
fn products(branches: Vec<Branch>, into: &mut BTreeMap<String, String>) {
    for branch in branches {
        if !branch.id.is_empty() {
            into.entry(branch.id).or_insert(branch.value);
        }
        products(branch.items, into);
    }
}

fn vulnerability(one: One) -> Vulnerability {
    let cwes = match &one.cwe {
        serde_json::Value::Array(list) => list.iter().filter_map(|cwe| cwe["ID"].as_str()).collect(),
        other => other["ID"].as_str().into_iter().collect::<Vec<_>>(),
    };
    Vulnerability {
        cve: one.cve.to_ascii_uppercase(),
        title: one.title.value,
        description: one
            .notes
            .into_iter()
            .find(|note| note.kind == DESCRIPTION)
            .map(|note| note.value)
            .unwrap_or_default(),
        cwes: cwes.into_iter().map(str::to_owned).collect(),
        affected: one
            .statuses
            .into_iter()
            .filter(|status| status.kind == KNOWN_AFFECTED)
            .flat_map(|status| status.products)
            .collect(),
        severities: one
            .threats
            .into_iter()
            .filter(|threat| threat.kind == SEVERITY)
            .flat_map(|threat| {
                let word = threat.description.value;
                threat.products.into_iter().map(move |id| (id, word.clone()))
            })
            .collect(),
        scores: one.scores.into_iter().map(|score| (score.vector, score.base.to_string())).collect(),
        fixes: one.remediations.into_iter().filter(|item| item.kind == FIX).map(fix).collect(),
        dates: one.revisions.into_iter().map(|revision| revision.date).collect(),
    }
}

fn fix(item: Item) -> Fix {
    Fix {
        description: item.description.value.trim().to_owned(),
        url: item.url,
        supersedence: item.supersedence,
        kind: item.sub_type,
        restart: item.restart.value,
        fixed_build: item.fixed_build,
        products: item.products,
    }
}
