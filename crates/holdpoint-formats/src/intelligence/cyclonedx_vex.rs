//! CycloneDX documents with `vulnerabilities` (1.4 to 1.7, JSON): what they state of the components they name.
//!
//! Statuses map as standards 6.2 has them. Not here: the components themselves (`inventory::cyclonedx`), and XML. The surprise:
//! `affects[].versions[].status` and `analysis.state` can disagree; then nothing is cleared, the answer is "under
//! investigation".

use std::collections::BTreeMap;

use holdpoint_domain::advisory::ProductStatus;
use holdpoint_domain::intelligence::{Subject, VersionTest, VexStatement, VexSubject};
use holdpoint_domain::{Moment, Parsed, Rejected, Warning};
use serde_json::Value;

use super::text::{moment, short};
use super::vex::{MAX_BYTES, MAX_STATEMENTS, VexDocument, exact, subject_of};
use crate::inventory::cyclonedx::Bom;

/// Warnings that are kept.
const MOST_WARNINGS: usize = 200;

/// Where a reference within a document, or to another, leads.
struct Names<'b> {
    serial: String,
    own: BTreeMap<String, VexSubject>,
    others: &'b [Bom],
}

/// Reads a document. `others` are bills of materials that its BOM-Links may point to.
///
/// # Errors
/// When the bytes are no CycloneDX document with vulnerabilities, cut off or too large.
pub fn parse(bytes: &[u8], others: &[Bom]) -> Result<Parsed<VexDocument>, Rejected> {
    let refuse = |code: &str, what: String| {
        let remedy =
            "look whether the right file was chosen; CycloneDX JSON with a list `vulnerabilities` is read";
        Rejected::new(code, what, "nothing of this document was taken", remedy)
    };
    if bytes.len() > MAX_BYTES {
        return Err(refuse(
            "too-large",
            format!("the document has {} bytes, more than {MAX_BYTES}", bytes.len()),
        ));
    }
    let root: Value = serde_json::from_slice(bytes).map_err(|error| {
        let code = if error.is_eof() { "cut-off" } else { "not-json" };
        refuse(code, format!("the document cannot be read as JSON: {}", short(&error.to_string())))
    })?;
    if text(&root, "bomFormat") != "CycloneDX" {
        return Err(refuse("not-cyclonedx", "the document does not say that it is CycloneDX".to_owned()));
    }
    let Some(vulnerabilities) = root.get("vulnerabilities").and_then(Value::as_array) else {
        return Err(refuse("no-vulnerabilities", "the document has no list `vulnerabilities`".to_owned()));
    };
    let metadata = root.get("metadata").unwrap_or(&Value::Null);
    let issued = moment(text(metadata, "timestamp"));
    let names = Names { serial: text(&root, "serialNumber").to_owned(), own: components(&root), others };
    let (mut statements, mut warnings) = (Vec::new(), Vec::new());
    for (at, one) in vulnerabilities.iter().enumerate() {
        state(one, at, &names, issued, &mut statements, &mut warnings);
        if statements.len() > MAX_STATEMENTS {
            return Err(refuse(
                "too-many",
                format!("the document has more than {MAX_STATEMENTS} statements"),
            ));
        }
    }
    if warnings.len() > MOST_WARNINGS {
        let text = format!("{} more remarks were left out", warnings.len() - MOST_WARNINGS);
        warnings.truncate(MOST_WARNINGS);
        warnings.push(Warning::new("remarks-left-out", "", text));
    }
    let edition = root.get("version").map(ToString::to_string).unwrap_or_default();
    let value = VexDocument { identity: names.serial, author: author(metadata), edition, issued, statements };
    Ok(Parsed { value, warnings })
}

fn text<'v>(object: &'v Value, key: &str) -> &'v str {
    object.get(key).and_then(Value::as_str).unwrap_or_default().trim()
}

fn list<'v>(object: &'v Value, key: &str) -> &'v [Value] {
    object.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn author(metadata: &Value) -> String {
    let organisations =
        ["manufacturer", "supplier", "manufacture"].iter().filter_map(|key| metadata.get(key));
    let mut names = organisations.chain(list(metadata, "authors")).map(|one| text(one, "name"));
    names.find(|name| !name.is_empty()).unwrap_or_default().to_owned()
}

/// All components of the document by their references, nested ones included.
fn components(root: &Value) -> BTreeMap<String, VexSubject> {
    let mut all = BTreeMap::new();
    let mut open: Vec<&Value> = list(root, "components").iter().collect();
    open.extend(list(root, "services"));
    open.extend(root.get("metadata").and_then(|metadata| metadata.get("component")));
    while let Some(one) = open.pop() {
        open.extend(list(one, "components"));
        let reference = text(one, "bom-ref");
        if !reference.is_empty() {
            let (purl, cpe) = (text(one, "purl"), text(one, "cpe"));
            let vendor =
                [text(one, "publisher"), text(one, "group")].into_iter().find(|name| !name.is_empty());
            let named = named(vendor.unwrap_or_default(), text(one, "name"), text(one, "version"));
            all.insert(reference.to_owned(), best(purl, cpe).unwrap_or(named));
        }
    }
    all
}

fn best(purl: &str, cpe: &str) -> Option<VexSubject> {
    [purl, cpe]
        .iter()
        .filter(|text| !text.is_empty())
        .map(|text| subject_of(text))
        .find(|one| one.subject.is_some())
}

fn named(vendor: &str, product: &str, version: &str) -> VexSubject {
    let subject =
        Subject::Product { vendor: vendor.to_owned(), product: product.to_owned(), platforms: Vec::new() };
    let versions = if version.is_empty() { VersionTest::NotStated } else { exact(version.to_owned()) };
    let subject = (!product.is_empty()).then_some(subject);
    VexSubject { identifier: format!("{vendor} {product} {version}").trim().to_owned(), subject, versions }
}

impl Names<'_> {
    /// What a reference means: a component here, one of another bill, or what its text itself says.
    fn resolve(&self, reference: &str) -> VexSubject {
        if let Some(known) = self.own.get(reference) {
            return known.clone();
        }
        let Some(link) = reference.strip_prefix("urn:cdx:") else { return subject_of(reference) };
        let (bill, inner) = link.split_once('#').unwrap_or((link, ""));
        let inner = decode(inner);
        let (serial, version) = bill.split_once('/').unwrap_or((bill, ""));
        let same = |known: &str| {
            !serial.is_empty() && known.trim_start_matches("urn:uuid:").eq_ignore_ascii_case(serial)
        };
        if same(&self.serial)
            && let Some(known) = self.own.get(&inner)
        {
            return known.clone();
        }
        let bills = self.others.iter().filter(|bom| {
            let edition = bom.version.map(|version| version.to_string());
            bom.serial_number.as_deref().is_some_and(same) && edition.is_none_or(|edition| edition == version)
        });
        for bom in bills {
            let mut parts = bom.components.iter().chain(&bom.subject);
            if let Some(part) = parts.find(|part| part.bom_ref == inner && !inner.is_empty()) {
                let named = named(&part.vendor, &part.name, &part.version);
                return best(&part.purl, &part.cpe).unwrap_or(named);
            }
        }
        VexSubject { identifier: reference.to_owned(), ..subject_of(&inner) }
    }
}

/// Percent encoding taken off; a text with broken encoding stays as it is.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match (first, code.and_then(|code| u8::from_str_radix(code, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The statements of one vulnerability, one for each status.
fn state(
    one: &Value,
    at: usize,
    names: &Names<'_>,
    issued: Option<Moment>,
    to: &mut Vec<VexStatement>,
    warnings: &mut Vec<Warning>,
) {
    let place = format!("/vulnerabilities/{at}");
    let mut warn = |code: &str, message: String| warnings.push(Warning::new(code, place.clone(), message));
    let reference = reference(one);
    if reference.is_empty() {
        warn("cyclonedx-no-id", "the vulnerability has no id and was left out".to_owned());
        return;
    }
    let analysis = one.get("analysis").unwrap_or(&Value::Null);
    let word = text(analysis, "state");
    let overall = match status_of(word) {
        Ok(status) => status,
        Err(()) => {
            warn("cyclonedx-state", format!("the state `{}` is not known; it clears nothing", short(word)));
            Some(ProductStatus::UnderInvestigation)
        }
    };
    let mut groups: BTreeMap<ProductStatus, Vec<VexSubject>> = BTreeMap::new();
    let mut disagree = false;
    for affects in list(one, "affects") {
        let subject = names.resolve(text(affects, "ref"));
        let versions = list(affects, "versions");
        if let (true, Some(status)) = (versions.is_empty(), overall) {
            groups.entry(status).or_default().push(subject.clone());
        }
        for version in versions {
            let status = of_version(overall, text(version, "status"), &mut disagree);
            let versions = version_test(version);
            groups.entry(status).or_default().push(VexSubject { versions, ..subject.clone() });
        }
    }
    if disagree {
        let text = "the analysis says that it is not affected, and a version that it is; it clears nothing";
        warn("cyclonedx-disagree", text.to_owned());
    }
    if groups.is_empty() {
        let text =
            format!("`{}` is listed without a state or without components: no statement", short(&reference));
        warn("cyclonedx-no-statement", text);
    }
    let times = [text(analysis, "lastUpdated"), text(analysis, "firstIssued"), text(one, "updated")];
    let said_at = times.iter().find_map(|text| moment(text)).or(issued);
    for (status, subjects) in groups {
        to.push(VexStatement {
            reference: reference.clone(),
            subjects,
            status,
            justification: text(analysis, "justification").to_owned(),
            statement: prose(one, analysis),
            at: said_at,
        });
    }
}

/// The CVE among a vulnerability's ids, else its id.
fn reference(one: &Value) -> String {
    let id = text(one, "id");
    let others = list(one, "references").iter().map(|other| text(other, "id"));
    std::iter::once(id).chain(others).find(|id| id.starts_with("CVE-")).unwrap_or(id).to_owned()
}

/// The status that a state means; `None` when none is written.
fn status_of(state: &str) -> Result<Option<ProductStatus>, ()> {
    Ok(Some(match state {
        "" => return Ok(None),
        "exploitable" => ProductStatus::KnownAffected,
        "not_affected" | "false_positive" => ProductStatus::KnownNotAffected,
        "resolved" | "resolved_with_pedigree" => ProductStatus::Fixed,
        "in_triage" => ProductStatus::UnderInvestigation,
        _ => return Err(()),
    }))
}

/// What the state of the whole and the status of a version mean together.
fn of_version(overall: Option<ProductStatus>, word: &str, disagree: &mut bool) -> ProductStatus {
    let cleared = overall == Some(ProductStatus::KnownNotAffected);
    match word {
        "affected" if cleared => {
            *disagree = true;
            ProductStatus::UnderInvestigation
        }
        "affected" if overall == Some(ProductStatus::UnderInvestigation) => ProductStatus::UnderInvestigation,
        "affected" => ProductStatus::KnownAffected,
        "unaffected" if overall == Some(ProductStatus::Fixed) => ProductStatus::Fixed,
        "unaffected" => ProductStatus::KnownNotAffected,
        // Without a word the format means "affected"; a state for the whole says more.
        "" => overall.unwrap_or(ProductStatus::KnownAffected),
        _ => ProductStatus::UnderInvestigation,
    }
}

fn version_test(version: &Value) -> VersionTest {
    match (text(version, "version"), text(version, "range")) {
        ("", "") => VersionTest::NotStated,
        ("", range) => VersionTest::Expression(range.to_owned()),
        (version, _) => exact(version.to_owned()),
    }
}

/// Detail, recommendation and responses, a line each.
fn prose(one: &Value, analysis: &Value) -> String {
    let mut lines: Vec<String> =
        [text(analysis, "detail"), text(one, "recommendation"), text(one, "workaround")]
            .iter()
            .filter(|text| !text.is_empty())
            .map(|text| (*text).to_owned())
            .collect();
    let responses: Vec<&str> = list(analysis, "response").iter().filter_map(Value::as_str).collect();
    if !responses.is_empty() {
        lines.push(format!("response: {}", responses.join(", ")));
    }
    lines.join("\n")
}
