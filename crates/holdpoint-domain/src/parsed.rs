//! What reading bytes of others gives: values and warnings, or a rejection in words.
//!
//! Every parser of `holdpoint-formats` speaks these types. What a parser cannot use stays visible as a
//! [`Warning`]; only bytes that hold nothing usable are [`Rejected`].

use std::fmt;

/// A value that was read, with everything about the input that a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<T> {
    /// What was understood.
    pub value: T,
    /// What was odd, unused or repaired, in the order of the input.
    pub warnings: Vec<Warning>,
}

impl<T> Parsed<T> {
    /// A value read without any remark.
    pub fn clean(value: T) -> Self {
        Self { value, warnings: Vec::new() }
    }
}

/// One remark on an input that was nevertheless read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// Stable machine word, for example `csaf-6.2.1` or `csv-unmapped-column`.
    pub code: String,
    /// Where in the input: a JSON pointer, `row 12`, or empty when it concerns the whole.
    pub place: String,
    /// What was found and what it means, as a sentence without a full stop.
    pub message: String,
}

impl Warning {
    /// Makes a warning from its three parts.
    pub fn new(code: impl Into<String>, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), place: place.into(), message: message.into() }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            write!(f, "{}: {}", self.code, self.message)
        } else {
            write!(f, "{} at {}: {}", self.code, self.place, self.message)
        }
    }
}

/// Why an input could not be taken at all.
///
/// The three texts are for a person: what happened, what it means for them, what they can do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}; {meaning}; {remedy}")]
pub struct Rejected {
    /// Stable machine word, for example `too-large`, `not-utf8`, `not-json`, `csaf-mandatory`.
    pub code: String,
    /// What happened, with the place in the input when it is known.
    pub what: String,
    /// What it means: usually that nothing of this input was taken.
    pub meaning: String,
    /// What to do about it.
    pub remedy: String,
}

impl Rejected {
    /// Makes a rejection from its four parts.
    pub fn new(
        code: impl Into<String>,
        what: impl Into<String>,
        meaning: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { code: code.into(), what: what.into(), meaning: meaning.into(), remedy: remedy.into() }
    }
}
