//! OpenVEX documents (0.0.x and 0.2): statements about products and one vulnerability each.
//!
//! The status words map to CSAF's as standards 6.2 has them. The surprise: what a statement leaves out it takes from the
//! document (its time), and in the first versions of the format vulnerabilities and products were plain texts.

use holdpoint_domain::advisory::ProductStatus;
use holdpoint_domain::intelligence::{VexStatement, VexSubject};
use holdpoint_domain::{Moment, Parsed, Rejected, Warning};
use serde_json::Value;

use super::text::{moment, short};
use super::vex::{MAX_BYTES, MAX_STATEMENTS, VexDocument, subject_of};

/// Warnings that are kept.
const MOST_WARNINGS: usize = 200;

/// Reads a document.
///
/// # Errors
/// When the bytes are no OpenVEX document, cut off or too large.
pub fn parse(bytes: &[u8]) -> Result<Parsed<VexDocument>, Rejected> {
    let refuse = |code: &str, what: String| {
        let remedy = "look whether the right file was chosen; OpenVEX as JSON is read";
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
    if !text(&root, "@context").contains("openvex") {
        return Err(refuse("not-openvex", "the document does not name OpenVEX in its `@context`".to_owned()));
    }
    let Some(statements) = root.get("statements").and_then(Value::as_array) else {
        return Err(refuse("not-openvex", "the document has no list `statements`".to_owned()));
    };
    if statements.len() > MAX_STATEMENTS {
        let what = format!("the document has {} statements, more than {MAX_STATEMENTS}", statements.len());
        return Err(refuse("too-many", what));
    }
    let issued = time(&root);
    let mut warnings = Vec::new();
    let read = statements.iter().enumerate();
    let statements = read.filter_map(|(at, one)| statement(one, at, issued, &mut warnings)).collect();
    if warnings.len() > MOST_WARNINGS {
        let text = format!("{} more remarks were left out", warnings.len() - MOST_WARNINGS);
        warnings.truncate(MOST_WARNINGS);
        warnings.push(Warning::new("remarks-left-out", "", text));
    }
    let value = VexDocument {
        identity: text(&root, "@id").to_owned(),
        author: text(&root, "author").to_owned(),
        edition: root
            .get("version")
            .map(|version| version.to_string().trim_matches('"').to_owned())
            .unwrap_or_default(),
        issued,
        statements,
    };
    Ok(Parsed { value, warnings })
}

fn text<'v>(object: &'v Value, key: &str) -> &'v str {
    object.get(key).and_then(Value::as_str).unwrap_or_default().trim()
}

fn list<'v>(object: &'v Value, key: &str) -> &'v [Value] {
    object.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn time(object: &Value) -> Option<Moment> {
    moment(text(object, "last_updated")).or_else(|| moment(text(object, "timestamp")))
}

fn statement(
    one: &Value,
    at: usize,
    issued: Option<Moment>,
    warnings: &mut Vec<Warning>,
) -> Option<VexStatement> {
    let place = format!("/statements/{at}");
    let mut warn = |code: &str, message: String| warnings.push(Warning::new(code, place.clone(), message));
    let reference = vulnerability(one.get("vulnerability")?);
    if reference.is_empty() {
        warn("openvex-no-vulnerability", "the statement names no vulnerability and was left out".to_owned());
        return None;
    }
    let status = match text(one, "status") {
        "not_affected" => ProductStatus::KnownNotAffected,
        "affected" => ProductStatus::KnownAffected,
        "fixed" => ProductStatus::Fixed,
        "under_investigation" => ProductStatus::UnderInvestigation,
        other => {
            warn(
                "openvex-status",
                format!("the status `{}` is not known; the statement was left out", short(other)),
            );
            return None;
        }
    };
    let products = list(one, "products");
    let subjects: Vec<VexSubject> = products.iter().flat_map(subjects).collect();
    if subjects.is_empty() {
        warn("openvex-no-product", "the statement names no product and was left out".to_owned());
        return None;
    }
    let justification = text(one, "justification").to_owned();
    let mut prose: Vec<String> = ["impact_statement", "action_statement", "status_notes"]
        .iter()
        .map(|key| text(one, key).to_owned())
        .filter(|text| !text.is_empty())
        .collect();
    if status == ProductStatus::KnownNotAffected && justification.is_empty() && prose.is_empty() {
        warn(
            "openvex-no-reason",
            "the statement says `not_affected` and not why, as the format demands".to_owned(),
        );
    }
    let within: Vec<&str> =
        products.iter().flat_map(|product| list(product, "subcomponents")).map(name).collect();
    if !within.is_empty() {
        prose.push(format!("it concerns the subcomponents {}", within.join(", ")));
    }
    let at = time(one).or(issued);
    Some(VexStatement { reference, subjects, status, justification, statement: prose.join("\n"), at })
}

/// The CVE among a vulnerability's names, else its name.
fn vulnerability(value: &Value) -> String {
    let name = value.as_str().unwrap_or_else(|| text(value, "name")).trim();
    let id = text(value, "@id");
    let aliases = list(value, "aliases").iter().filter_map(Value::as_str);
    let name = if name.is_empty() { id.rsplit('/').next().unwrap_or_default() } else { name };
    let cve = std::iter::once(name).chain(aliases).find(|name| name.starts_with("CVE-"));
    cve.unwrap_or(name).trim().to_owned()
}

/// What a product or subcomponent is called.
fn name(product: &Value) -> &str {
    product.as_str().unwrap_or_else(|| {
        let identifiers = product.get("identifiers");
        let purl = identifiers.map(|all| text(all, "purl")).unwrap_or_default();
        if purl.is_empty() { text(product, "@id") } else { purl }
    })
}

/// A product under each identifier that can be read, else as it is written.
fn subjects(product: &Value) -> Vec<VexSubject> {
    if let Some(text) = product.as_str() {
        return vec![subject_of(text)];
    }
    let mut identifiers: Vec<&str> = Vec::new();
    if let Some(known) = product.get("identifiers") {
        identifiers.extend(["purl", "cpe23", "cpe22"].iter().map(|key| text(known, key)));
    }
    identifiers.push(text(product, "@id"));
    let mut all: Vec<VexSubject> = Vec::new();
    for identifier in identifiers.into_iter().filter(|text| !text.is_empty()) {
        let subject = subject_of(identifier);
        let new = !all.iter().any(|known| known.subject == subject.subject);
        // An address of the product says less than what its identifiers say.
        if new && (subject.subject.is_some() || all.is_empty()) {
            all.push(subject);
        }
    }
    all
}
