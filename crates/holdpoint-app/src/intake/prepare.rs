//! From bytes to what can be stored: parsed, checked, flattened, every version expression read.
//!
//! Touches no store. A document that fails a mandatory test of CSAF is refused here, with the tests it fails.

use super::{Admission, IncomingDocument};
use holdpoint_domain::advisory::{AdvisoryContent, ProductExpression, SignatureState};
use holdpoint_domain::document::DocumentFacts;
use holdpoint_domain::matching::ExpressionOutcome;
use holdpoint_domain::{Rejected, Warning};
use holdpoint_engine::matching::leaf::version_of;
use holdpoint_formats::csaf::edition21::{self, Read21};
use holdpoint_formats::csaf::{self, Scope, Severity};
use holdpoint_store::advisory::ProductReading;
use holdpoint_versions::expression::Outcome;
use holdpoint_versions::names;
use sha2::{Digest, Sha256};

/// How many failed tests a refusal names.
const MAX_NAMED_FAILURES: usize = 5;
/// How many warnings are kept for one document.
const MAX_WARNINGS: usize = 200;

/// A document that can be stored.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Its name, for people.
    pub name: String,
    /// Where it came from.
    pub source: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their hash.
    pub sha256: [u8; 32],
    /// What is known of its signature.
    pub signature: SignatureState,
    /// What it says.
    pub content: AdvisoryContent,
    /// What lists search of it besides.
    pub facts: DocumentFacts,
    /// How the version expression of each product was read, in the order of the products.
    pub readings: Vec<ProductReading>,
    /// What a person should know of it.
    pub warnings: Vec<Warning>,
}

impl Prepared {
    /// The document as it came, for the quarantine.
    pub(crate) fn back(self) -> IncomingDocument {
        let Self { name, source, bytes, signature, warnings, .. } = self;
        IncomingDocument { name, source, bytes, signature, warnings, seen: None }
    }
}

/// SHA-256 of bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Reads and checks a document; gives it back with the reason when it cannot be taken.
///
/// # Errors
/// The document and why: bytes that are no CSAF 2.0 or 2.1, or a document that fails mandatory tests.
pub fn prepare(
    document: IncomingDocument,
    sha256: [u8; 32],
    admission: Admission,
) -> Result<Prepared, Box<(IncomingDocument, Rejected)>> {
    match read(&document.bytes, admission) {
        Ok((content, facts, remarks)) => {
            let readings = content.products.iter().map(reading).collect();
            let IncomingDocument { name, source, bytes, signature, mut warnings, seen: _ } = document;
            warnings.extend(remarks);
            Ok(Prepared { name, source, bytes, sha256, signature, content, facts, readings, warnings })
        }
        Err(rejected) => Err(Box::new((document, rejected))),
    }
}

fn read(
    bytes: &[u8],
    admission: Admission,
) -> Result<(AdvisoryContent, DocumentFacts, Vec<Warning>), Rejected> {
    let parsed = match csaf::parse(bytes) {
        Ok(parsed) => parsed,
        Err(rejected) if edition21::is_other_edition(&rejected) => return read_21(bytes, admission),
        Err(rejected) => return Err(rejected),
    };
    let checked = csaf::validate(&parsed.value, Scope::All);
    let mut warnings = parsed.warnings;
    let mut failures = Vec::new();
    for finding in checked.findings {
        match finding.severity {
            Severity::Mandatory if admission != Admission::OnAPersonsWord => failures.push(finding),
            Severity::Mandatory => warnings.push(on_a_persons_word(finding)),
            Severity::Optional | Severity::Informative => {
                warnings.push(Warning::new(format!("csaf-{}", finding.test), finding.place, finding.message));
            }
        }
    }
    if !failures.is_empty() {
        return Err(mandatory(&failures));
    }
    let advisory = csaf::advisory::to_advisory(&parsed.value)?;
    warnings.extend(advisory.warnings);
    limit(&mut warnings);
    Ok((advisory.value, csaf::facts(&parsed.value), warnings))
}

/// The same for a document of CSAF 2.1.
fn read_21(
    bytes: &[u8],
    admission: Admission,
) -> Result<(AdvisoryContent, DocumentFacts, Vec<Warning>), Rejected> {
    let Read21 { content, facts, failures, mut warnings, .. } = edition21::read(bytes)?;
    if admission == Admission::OnAPersonsWord {
        warnings.extend(failures.into_iter().map(on_a_persons_word));
    } else if !failures.is_empty() {
        return Err(mandatory(&failures));
    }
    limit(&mut warnings);
    Ok((content, facts, warnings))
}

fn on_a_persons_word(finding: csaf::Finding) -> Warning {
    let message = format!("mandatory rule broken, taken on a person's word: {}", finding.message);
    Warning::new(format!("csaf-{}", finding.test), finding.place, message)
}

fn limit(warnings: &mut Vec<Warning>) {
    if warnings.len() > MAX_WARNINGS {
        let left_out = warnings.len() - MAX_WARNINGS;
        warnings.truncate(MAX_WARNINGS);
        warnings.push(Warning::new("warnings-omitted", "", format!("{left_out} more warnings are not kept")));
    }
}

fn mandatory(failures: &[csaf::Finding]) -> Rejected {
    let named: Vec<String> = failures
        .iter()
        .take(MAX_NAMED_FAILURES)
        .map(|finding| format!("{} at {}: {}", finding.test, finding.place, finding.message))
        .collect();
    let more = failures.len().saturating_sub(MAX_NAMED_FAILURES);
    let tail = if more == 0 { String::new() } else { format!(" (and {more} more)") };
    Rejected::new(
        "csaf-mandatory",
        format!("the document breaks mandatory rules of CSAF: {}{tail}", named.join(" | ")),
        "what it says of products cannot be relied on, so it was put into quarantine",
        "tell the publisher, or read it and release it from quarantine yourself",
    )
}

/// How one product's version expression is understood.
#[must_use]
pub fn reading(product: &ProductExpression) -> ProductReading {
    let vendor = product.vendor().unwrap_or_default();
    let name = product.product().unwrap_or(&product.name);
    let vendor_key = names::vendor_key(vendor);
    let base = ProductReading {
        vendor_key: names::vendor_alias(&vendor_key).to_owned(),
        product_key: names::product_key(vendor, name),
        outcome: ExpressionOutcome::Conditional,
        range_text: String::new(),
        predicates_text: String::new(),
        why: String::new(),
    };
    let Some((_, expression)) = version_of(product) else {
        return if product.relation.is_some() {
            ProductReading {
                outcome: ExpressionOutcome::Decided,
                why: "a combination of two products; each is read by itself".to_owned(),
                ..base
            }
        } else {
            ProductReading {
                predicates_text: "the version, which the document does not give".to_owned(),
                ..base
            }
        };
    };
    let range_text = expression.range().map(ToString::to_string).unwrap_or_default();
    let predicates: Vec<String> = expression.predicates().iter().map(ToString::to_string).collect();
    let outcome = match &expression.outcome {
        Outcome::Decided { .. } => ExpressionOutcome::Decided,
        Outcome::Conditional { .. } => ExpressionOutcome::Conditional,
        Outcome::NotUnderstood { .. } => ExpressionOutcome::NotUnderstood,
    };
    ProductReading {
        outcome,
        range_text,
        predicates_text: predicates.join("; "),
        why: expression.why().unwrap_or_default().to_owned(),
        ..base
    }
}
