//! What a reader of a signed repository says of it: it is believed, and what it holds; or it is not, and why.
//!
//! Here: the answer and its words. Not here: the reading, which needs files and a library (`holdpoint-tuf`). The surprise: age is
//! no reason for disbelief. What has expired is told with its moment, because only whoever has the clock, and two persons' word,
//! can say what follows.

use crate::moment::Moment;
use std::collections::BTreeMap;
use std::path::Path;

/// Why a repository is not believed: a stable word, and what happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Disbelief {
    /// `unreadable`, `threshold_missed`, `rollback`, `mix_and_match`, `changed_byte`, `missing_file`, `extra_file`,
    /// `endless_data`, `root_out_of_order`; whoever takes a bundle in has more of them.
    pub code: &'static str,
    /// What happened, as a clause.
    pub what: String,
}

impl Disbelief {
    /// A word and a clause.
    #[must_use]
    pub fn new(code: &'static str, what: impl Into<String>) -> Self {
        Self { code, what: what.into() }
    }
}

/// What a paper says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated {
    /// Its version.
    pub version: u64,
    /// Until when it holds.
    pub expires: Moment,
}

/// A repository whose papers are believed, but for their age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Believed {
    /// The papers, by their names.
    pub papers: BTreeMap<&'static str, Stated>,
    /// The files: size and SHA-256.
    pub files: BTreeMap<String, (u64, [u8; 32])>,
    /// The newest root, as it lies there.
    pub root: Vec<u8>,
}

/// Believes the repository in a folder, by the root that is pinned for it.
pub type Reader = fn(&Path, &[u8]) -> Result<Believed, Disbelief>;
