//! The XML form of CVRF.
//!
//! Not here: what the values mean. The surprise: the same element name stands for different things by its `Type`.

use std::collections::BTreeMap;

use holdpoint_domain::Rejected;

use super::{Document, Fix, Vulnerability, not_cvrf};
use crate::microsoft::{Limits, refused, xml};

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Rejected> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let what = format!("byte {} of the file is no UTF-8", error.valid_up_to());
        refused("not-utf8", what, "fetch it again; it may be damaged")
    })?;
    let around = xml::tree(text, limits)?;
    let root = around.child("cvrfdoc").ok_or_else(|| not_cvrf("its outermost element is not `cvrfdoc`"))?;
    let mut document = Document::default();
    if let Some(tracking) = root.child("DocumentTracking") {
        let identification = tracking.child("Identification");
        document.id = identification.map_or("", |one| one.text_of("ID")).to_owned();
        document.released = tracking.text_of("InitialReleaseDate").to_owned();
        document.changed = tracking.text_of("CurrentReleaseDate").to_owned();
    }
    if let Some(tree) = root.child("ProductTree") {
        products(tree, &mut document.products);
    }
    document.vulnerabilities = root.all("Vulnerability").map(vulnerability).collect();
    Ok(document)
}

/// Recursion is bounded by the depth that the tree may have.
fn products(branch: &xml::Element, into: &mut BTreeMap<String, String>) {
    for child in &branch.children {
        match child.name.as_str() {
            "Branch" => products(child, into),
            "FullProductName" => {
                let name = child.text.split_whitespace().collect::<Vec<_>>().join(" ");
                into.entry(child.attribute("ProductID").to_owned()).or_insert(name);
            }
            _ => {}
        }
    }
}

fn texts(element: &xml::Element, name: &str) -> Vec<String> {
    element.all(name).map(|one| one.text.trim().to_owned()).collect()
}

fn vulnerability(element: &xml::Element) -> Vulnerability {
    let mut one = Vulnerability {
        cve: element.text_of("CVE").to_ascii_uppercase(),
        title: element.text_of("Title").to_owned(),
        cwes: element
            .all("CWE")
            .map(|cwe| cwe.attribute("ID").to_owned())
            .filter(|id| !id.is_empty())
            .collect(),
        ..Vulnerability::default()
    };
    let notes = element.child("Notes");
    let description =
        notes.and_then(|notes| notes.all("Note").find(|note| note.attribute("Type") == "Description"));
    one.description = description.map_or("", |note| note.text.trim()).to_owned();
    for status in element.child("ProductStatuses").into_iter().flat_map(|list| list.all("Status")) {
        if status.attribute("Type") == "Known Affected" {
            one.affected.extend(texts(status, "ProductID"));
        }
    }
    for threat in element.child("Threats").into_iter().flat_map(|list| list.all("Threat")) {
        if threat.attribute("Type") == "Severity" {
            let word = threat.text_of("Description");
            one.severities.extend(texts(threat, "ProductID").into_iter().map(|id| (id, word.to_owned())));
        }
    }
    for set in element.child("CVSSScoreSets").into_iter().flat_map(|list| list.all("ScoreSet")) {
        one.scores.push((set.text_of("Vector").to_owned(), set.text_of("BaseScore").to_owned()));
    }
    for remediation in element.child("Remediations").into_iter().flat_map(|list| list.all("Remediation")) {
        if remediation.attribute("Type") == "Vendor Fix" {
            one.fixes.push(fix(remediation));
        }
    }
    for revision in element.child("RevisionHistory").into_iter().flat_map(|list| list.all("Revision")) {
        one.dates.push(revision.text_of("Date").to_owned());
    }
    one
}

fn fix(element: &xml::Element) -> Fix {
    Fix {
        description: element.text_of("Description").to_owned(),
        url: element.text_of("URL").to_owned(),
        supersedence: element.text_of("Supercedence").to_owned(),
        kind: element.text_of("SubType").to_owned(),
        restart: element.text_of("RestartRequired").to_owned(),
        fixed_build: element.text_of("FixedBuild").to_owned(),
        products: texts(element, "ProductID"),
    }
}
