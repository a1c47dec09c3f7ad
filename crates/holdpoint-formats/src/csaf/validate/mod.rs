//! The tests of CSAF 2.0 section 6 on a document that was read: mandatory, optional, informative.
//!
//! One small function for each test, called by its number. Not here: reading. The surprise: what a test needs from
//! outside (network, dictionaries) is not done here and is named in [`Validation::not_performed`].

mod cvss;
mod cwe;
mod informative;
mod language;
mod mandatory;
mod optional;
mod revision;
mod subject;

pub(crate) use cvss::{base_score, tenths};
use subject::Subject;

use super::finding::{Finding, Findings, NotPerformed, Severity};
use super::model::CsafDocument;

/// Which tests to carry out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The JSON schema and section 6.1: enough to decide whether a document is valid.
    Mandatory,
    /// Sections 6.2 and 6.3 too.
    All,
}

/// What the tests found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validation {
    /// Everything found: structure first, then by the number of the test.
    pub findings: Vec<Finding>,
    /// Tests that were not carried out; they have not passed.
    pub not_performed: Vec<NotPerformed>,
    /// How many findings were left out because there were too many.
    pub omitted: usize,
}

impl Validation {
    /// Whether the document is a valid CSAF 2.0 document: no mandatory test failed.
    pub fn is_valid(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Mandatory)
    }

    /// The findings of mandatory tests.
    pub fn failures(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Mandatory)
    }
}

/// Carries out the tests on a document.
pub fn validate(document: &CsafDocument<'_>, scope: Scope) -> Validation {
    let subject = Subject::new(document);
    let mut found = Findings::default();
    mandatory::run(&subject, &mut found);
    let mut not_performed = Vec::new();
    match scope {
        Scope::Mandatory => {}
        Scope::All => {
            optional::run(&subject, &mut found);
            informative::run(&subject, &mut found);
            not_performed = informative::not_performed(&subject);
        }
    }
    let mut findings: Vec<Finding> = document
        .inspection
        .structure
        .iter()
        .filter(|finding| scope == Scope::All || finding.severity == Severity::Mandatory)
        .cloned()
        .collect();
    findings.append(&mut found.list);
    Validation { findings, not_performed, omitted: found.omitted + document.inspection.omitted }
}
