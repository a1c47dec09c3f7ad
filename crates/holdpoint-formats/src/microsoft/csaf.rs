//! Microsoft's CSAF and VEX documents: which fixes they name.
//!
//! The documents themselves are advisories and are taken in like any other; here only the patches are read out of the
//! remediations. The surprise: a remediation's text is `build:kind:address`, and the article stands in the address.

use holdpoint_domain::advisory::{AdvisoryContent, ProductExpression, RemediationCategory};
use holdpoint_domain::patch::{PatchRecord, canonical_kb, kbs_in};
use holdpoint_domain::{Parsed, Rejected};
use serde::Deserialize;

use super::{Limits, MicrosoftFile, VENDOR, build, class_of, title};

#[derive(Deserialize)]
struct Peek {
    document: PeekDocument,
}

#[derive(Deserialize)]
struct PeekDocument {
    publisher: PeekPublisher,
}

#[derive(Deserialize)]
struct PeekPublisher {
    namespace: String,
}

/// Whether a JSON document is a CSAF document of Microsoft's.
pub(super) fn is_microsofts(body: &[u8]) -> bool {
    serde_json::from_slice::<Peek>(body)
        .is_ok_and(|peek| peek.document.publisher.namespace.contains("microsoft.com"))
}

/// Reads the patches out of a CSAF document of Microsoft's.
///
/// # Errors
/// What the reader of CSAF says; `not-microsoft` when it is of another publisher.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Parsed<MicrosoftFile>, Rejected> {
    super::check_size(bytes, limits)?;
    let document = crate::csaf::parse(bytes)?;
    let advisory = crate::csaf::to_advisory(&document.value)?;
    if !advisory.value.publisher.namespace.contains("microsoft.com") {
        return Err(super::refused(
            "not-microsoft",
            format!("the document is published by `{}`", advisory.value.publisher.namespace),
            "take it in as an advisory instead",
        ));
    }
    let mut warnings = document.warnings;
    warnings.extend(advisory.warnings);
    let content = advisory.value;
    let value = MicrosoftFile {
        id: content.tracking_id.clone(),
        changed: Some(content.current_release),
        patches: patches(&content),
        vulnerabilities: Vec::new(),
    };
    Ok(Parsed { value, warnings })
}

fn patches(content: &AdvisoryContent) -> Vec<PatchRecord> {
    let mut records: Vec<PatchRecord> = Vec::new();
    for vulnerability in &content.vulnerabilities {
        for remediation in &vulnerability.remediations {
            if remediation.category != RemediationCategory::VendorFix {
                continue;
            }
            let url = remediation.url.clone().unwrap_or_default();
            let parts = details(&remediation.details);
            let mut products: Vec<String> =
                remediation.products.iter().filter_map(|id| product_name(content, id)).collect();
            products.sort();
            products.dedup();
            let record = PatchRecord {
                identifier: parts.article.or_else(|| article_of_address(&url)).unwrap_or_default(),
                title: vulnerability.title.clone(),
                class: class_of(parts.kind, &content.aggregate_severity),
                classification: parts.kind.to_owned(),
                severity: content.aggregate_severity.clone(),
                released: remediation.date,
                architecture: one_architecture(&products),
                products,
                fixes: vulnerability.cve.clone().into_iter().collect(),
                restart: remediation.restart.clone().unwrap_or_default(),
                fixed_build: parts.build.to_owned(),
                url,
                ..PatchRecord::of(VENDOR.to_owned())
            };
            if !records.contains(&record) {
                records.push(record);
            }
        }
    }
    records
}

struct Details<'a> {
    build: &'a str,
    kind: &'a str,
    article: Option<String>,
}

/// `10.0.17763.7009:Security Update:https://…` or `5053596:Security Update:https://…`.
fn details(text: &str) -> Details<'_> {
    let mut parts = text.splitn(3, ':');
    let (first, kind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let article = canonical_kb(first).or_else(|| kbs_in(text).into_iter().next());
    let version = if canonical_kb(first).is_some() { "" } else { build(first) };
    Details {
        build: version,
        kind: if version.is_empty() && article.is_none() { "" } else { kind.trim() },
        article,
    }
}

/// The article in an address such as `https://support.microsoft.com/help/5053596`.
fn article_of_address(url: &str) -> Option<String> {
    if let Some(kb) = kbs_in(url).into_iter().next() {
        return Some(kb);
    }
    let is_support = url.contains("support.microsoft.com/");
    let last = url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if is_support { canonical_kb(last) } else { None }
}

/// The product's name without its version; for a combination `component on product`.
fn product_name(content: &AdvisoryContent, id: &str) -> Option<String> {
    let find = |id: &str| content.products.iter().find(|product| product.product_id == id);
    let product = find(id)?;
    match &product.relation {
        None => Some(plain_name(product)),
        Some(relation) => {
            let component = find(&relation.product).map(plain_name)?;
            let ground = find(&relation.relates_to).map(|ground| ground.name.clone())?;
            Some(format!("{component} on {ground}"))
        }
    }
}

fn plain_name(product: &ProductExpression) -> String {
    product.product().map_or_else(|| product.name.clone(), str::to_owned)
}

/// The architecture, when all products name the same.
pub(super) fn one_architecture(products: &[String]) -> String {
    let mut names: Vec<&str> = products.iter().map(|product| title::architecture(product)).collect();
    names.sort_unstable();
    names.dedup();
    if let [name] = names.as_slice() { (*name).to_owned() } else { String::new() }
}
