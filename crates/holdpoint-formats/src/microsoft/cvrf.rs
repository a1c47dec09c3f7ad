//! The monthly CVRF of Microsoft's Security Response Center, as XML and as JSON.
//!
//! Both forms become one plain model first, and patches and vulnerabilities out of that. The surprise: the article, what
//! it replaces and the fixed build stand at each remediation of each vulnerability for each product, so one article
//! appears hundreds of times a month; equal rows are gathered into one record.

mod json;
mod xml;

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, End, Inclusion, Role, SourcedScore, Subject, Unlisted, VersionTest,
    VulnerabilityRecord,
};
use holdpoint_domain::patch::{PatchRecord, PatchReference, canonical_kb};
use holdpoint_domain::{Moment, Parsed, Rejected, Warning};

use super::{
    Limits, MicrosoftFile, VENDOR, build, class_of, csaf, moment, severity_rank, supersedence, too_many,
};

/// The document as both forms write it.
#[derive(Debug, Default)]
struct Document {
    id: String,
    released: String,
    changed: String,
    products: BTreeMap<String, String>,
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Debug, Default)]
struct Vulnerability {
    cve: String,
    title: String,
    description: String,
    cwes: Vec<String>,
    affected: Vec<String>,
    /// (product id, word)
    severities: Vec<(String, String)>,
    /// (vector, base score as written)
    scores: Vec<(String, String)>,
    fixes: Vec<Fix>,
    dates: Vec<String>,
}

/// A remediation of the kind "vendor fix".
#[derive(Debug, Default)]
struct Fix {
    description: String,
    url: String,
    supersedence: String,
    kind: String,
    restart: String,
    fixed_build: String,
    products: Vec<String>,
}

/// Reads the XML form.
///
/// # Errors
/// `too-large`, `not-utf8`, `not-xml`, `xml-doctype`, `xml-too-large`, `not-cvrf` or `too-many`.
pub fn read_xml(bytes: &[u8], limits: &Limits) -> Result<Parsed<MicrosoftFile>, Rejected> {
    super::check_size(bytes, limits)?;
    convert(&xml::read(bytes, limits)?, limits)
}

/// Reads the JSON form.
///
/// # Errors
/// `too-large`, `not-json`, `not-cvrf` or `too-many`.
pub fn read_json(bytes: &[u8], limits: &Limits) -> Result<Parsed<MicrosoftFile>, Rejected> {
    super::check_size(bytes, limits)?;
    convert(&json::read(bytes)?, limits)
}

fn not_cvrf(what: &str) -> Rejected {
    super::refused(
        "not-cvrf",
        what.to_owned(),
        "give a month as https://api.msrc.microsoft.com/cvrf gives it",
    )
}

fn convert(document: &Document, limits: &Limits) -> Result<Parsed<MicrosoftFile>, Rejected> {
    if document.id.is_empty() {
        return Err(not_cvrf("the document has no identification"));
    }
    let mut gather =
        Gather { document, limits, rows: BTreeMap::new(), odd: BTreeSet::new(), unnamed: BTreeSet::new() };
    for vulnerability in &document.vulnerabilities {
        gather.vulnerability(vulnerability)?;
    }
    let Gather { rows, odd, unnamed, .. } = gather;
    let mut warnings = Vec::new();
    super::odd_supersedence(odd, &mut warnings);
    for id in unnamed.iter().take(50) {
        let message = format!("product `{id}` is used but not named; its fixes were left out");
        warnings.push(Warning::new("cvrf-unnamed-product", "", message));
    }
    let value = MicrosoftFile {
        id: document.id.clone(),
        changed: moment(&document.changed),
        patches: records(document, rows),
        vulnerabilities: document.vulnerabilities.iter().filter_map(|one| record(document, one)).collect(),
    };
    Ok(Parsed { value, warnings })
}

/// What a row of an article says besides product, vulnerabilities and severity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    identifier: String,
    title: String,
    url: String,
    supersedes: Vec<PatchReference>,
    kind: String,
    restart: String,
    fixed_build: String,
}

/// What a row fixes in one product.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Fixed {
    cves: BTreeSet<String>,
    severity: String,
}

struct Gather<'a> {
    document: &'a Document,
    limits: &'a Limits,
    rows: BTreeMap<Row, BTreeMap<String, Fixed>>,
    odd: BTreeSet<String>,
    unnamed: BTreeSet<String>,
}

impl Gather<'_> {
    fn vulnerability(&mut self, vulnerability: &Vulnerability) -> Result<(), Rejected> {
        for fix in &vulnerability.fixes {
            let identifier = canonical_kb(&fix.description).unwrap_or_default();
            let row = Row {
                title: if identifier.is_empty() { fix.description.clone() } else { String::new() },
                identifier,
                url: fix.url.clone(),
                supersedes: supersedence(&fix.supersedence, &mut self.odd),
                kind: fix.kind.clone(),
                restart: fix.restart.clone(),
                fixed_build: build(&fix.fixed_build).to_owned(),
            };
            if row.supersedes.len() > self.limits.references {
                return Err(too_many("references of one patch", self.limits.references));
            }
            let products = self.rows.entry(row).or_default();
            for id in &fix.products {
                let Some(name) = self.document.products.get(id) else {
                    self.unnamed.insert(id.chars().take(40).collect());
                    continue;
                };
                let fixed = products.entry(name.clone()).or_default();
                fixed.cves.insert(vulnerability.cve.clone());
                let severity = vulnerability.severities.iter().find(|(product, _)| product == id);
                if let Some((_, word)) = severity
                    && severity_rank(word) > severity_rank(&fixed.severity)
                {
                    fixed.severity.clone_from(word);
                }
            }
        }
        if self.rows.len() > self.limits.records {
            return Err(too_many("patches", self.limits.records));
        }
        Ok(())
    }
}

/// Products for which a row fixes the same become one record.
fn records(document: &Document, rows: BTreeMap<Row, BTreeMap<String, Fixed>>) -> Vec<PatchRecord> {
    let released = moment(&document.released);
    let mut records = Vec::new();
    for (row, products) in rows {
        let mut groups: BTreeMap<Fixed, Vec<String>> = BTreeMap::new();
        for (product, fixed) in products {
            groups.entry(fixed).or_default().push(product);
        }
        for (fixed, products) in groups {
            records.push(PatchRecord {
                identifier: row.identifier.clone(),
                title: row.title.clone(),
                class: class_of(&row.kind, &fixed.severity),
                classification: row.kind.clone(),
                severity: fixed.severity,
                released,
                architecture: csaf::one_architecture(&products),
                products,
                fixes: fixed.cves.into_iter().collect(),
                supersedes: row.supersedes.clone(),
                restart: row.restart.clone(),
                fixed_build: row.fixed_build.clone(),
                url: row.url.clone(),
                ..PatchRecord::of(VENDOR.to_owned())
            });
        }
    }
    records
}

fn record(document: &Document, one: &Vulnerability) -> Option<VulnerabilityRecord> {
    if one.cve.is_empty() {
        return None;
    }
    let mut dates: Vec<Moment> = one.dates.iter().filter_map(|date| moment(date)).collect();
    dates.sort_unstable();
    let score = |(vector, base): &(String, String)| SourcedScore {
        source: VENDOR.to_owned(),
        version: version_of_vector(vector).to_owned(),
        vector: vector.clone(),
        base_tenths: tenths(base),
    };
    let mut scores: Vec<SourcedScore> = Vec::new();
    for made in one.scores.iter().map(score) {
        if !scores.contains(&made) {
            scores.push(made);
        }
    }
    Some(VulnerabilityRecord {
        title: one.title.clone(),
        description: plain(&one.description),
        published: dates.first().copied().or_else(|| moment(&document.released)),
        modified: dates.last().copied().or_else(|| moment(&document.changed)),
        cwes: one.cwes.clone(),
        scores,
        applicability: applicability(document, one),
        links: vec![format!("https://msrc.microsoft.com/update-guide/vulnerability/{}", one.cve)],
        ..VulnerabilityRecord::named(one.cve.clone())
    })
}

/// A product is affected below the build that fixes it; when no single build is named, the versions are not stated.
fn applicability(document: &Document, one: &Vulnerability) -> Vec<Applicability> {
    let mut builds: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for fix in &one.fixes {
        for id in &fix.products {
            builds.entry(id).or_default().insert(build(&fix.fixed_build));
        }
    }
    let leaf = |id: &String| {
        let product = document.products.get(id)?.clone();
        let of_product: Vec<&str> = builds.get(id.as_str()).into_iter().flatten().copied().collect();
        let versions = match of_product.as_slice() {
            [only] if !only.is_empty() => VersionTest::Between {
                scheme: if product.contains("Windows") { "windows" } else { "intdot" }.to_owned(),
                low: None,
                high: Some(End { version: (*only).to_owned(), inclusion: Inclusion::Excluded }),
            },
            _ => VersionTest::NotStated,
        };
        let subject = Subject::Product { vendor: VENDOR.to_owned(), product, platforms: Vec::new() };
        Some(Condition::Is(Criterion { role: Role::Vulnerable, subject, versions }))
    };
    let leaves: Vec<Condition> = one.affected.iter().filter_map(leaf).collect();
    if leaves.is_empty() {
        return Vec::new();
    }
    // Microsoft names the products that it looked at; of others it says nothing.
    let unlisted = Unlisted::NotSaid;
    vec![Applicability { source: VENDOR.to_owned(), unlisted, root: Condition::Any(leaves) }]
}

fn version_of_vector(vector: &str) -> &str {
    let head = vector.strip_prefix("CVSS:").and_then(|rest| rest.split('/').next());
    head.unwrap_or(if vector.is_empty() { "" } else { "2.0" })
}

/// `9.8` as 98; `None`: no number of that shape.
fn tenths(text: &str) -> Option<u16> {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let (whole, part): (u16, u16) = (whole.parse().ok()?, part.get(..1)?.parse().ok()?);
    (whole <= 10).then(|| whole * 10 + part)
}

/// Prose without its tags; nothing of it is ever rendered as HTML.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut is_tag = false;
    for letter in text.chars() {
        match letter {
            '<' => is_tag = true,
            '>' if is_tag => is_tag = false,
            _ if !is_tag => plain.push(letter),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
