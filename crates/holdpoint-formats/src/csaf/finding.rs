//! The answer of one test on one document: which test, how grave, where, what.
//!
//! Not here: the tests. The surprise: what a test could not do offline is a [`NotPerformed`], never a silent pass.

use std::fmt;

/// How grave a finding is, in the three groups of CSAF 2.0 section 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The document is invalid (section 6.1 and the JSON schema).
    Mandatory,
    /// The document is valid and has a likely defect (section 6.2).
    Optional,
    /// The document is valid and could be better (section 6.3).
    Informative,
}

/// One thing that a test found in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The test's number in CSAF 2.0 (`6.1.1`, `6.1.27.9`…), or `schema` for a breach of the JSON schema.
    pub test: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// JSON pointer (RFC 6901) of the place; empty for the whole document.
    pub place: String,
    /// What was found and what it means: one sentence without a full stop.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.place.is_empty() { "/" } else { &self.place };
        write!(f, "{} at {place}: {}", self.test, self.message)
    }
}

/// A test that was not carried out, or not fully; it has not passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotPerformed {
    /// The test's number in CSAF 2.0.
    pub test: &'static str,
    /// Why it was not carried out, and which part of it was.
    pub why: &'static str,
}

/// How many findings are kept for one document; more are only counted.
const KEPT: usize = 1_000;

/// Findings under collection, bounded in number.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Finding>,
    pub(crate) omitted: usize,
}

impl Findings {
    /// Adds what a mandatory test found.
    pub(crate) fn mandatory(&mut self, test: &'static str, place: impl ToString, message: impl Into<String>) {
        self.add(Severity::Mandatory, test, place, message);
    }

    /// Adds what an optional test found.
    pub(crate) fn optional(&mut self, test: &'static str, place: impl ToString, message: impl Into<String>) {
        self.add(Severity::Optional, test, place, message);
    }

    /// Adds what an informative test found.
    pub(crate) fn informative(
        &mut self,
        test: &'static str,
        place: impl ToString,
        message: impl Into<String>,
    ) {
        self.add(Severity::Informative, test, place, message);
    }

    fn add(
        &mut self,
        severity: Severity,
        test: &'static str,
        place: impl ToString,
        message: impl Into<String>,
    ) {
        if self.list.len() < KEPT {
            self.list.push(Finding { test, severity, place: place.to_string(), message: message.into() });
        } else {
            self.omitted += 1;
        }
    }
}
