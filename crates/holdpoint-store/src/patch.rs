//! Patches and what the sources say of them.
//!
//! A patch's row is a summary for lists, made anew whenever one of its records changes; the records are the truth, each
//! with its source, its document and its period. The surprise: a document stands for all its records: when it comes
//! again, what it does not say any more is closed, and what it still says keeps its row.

mod file;
mod fleet;
mod list;
mod read;
mod record;
mod write;

#[cfg(test)]
pub(crate) use file::STATEMENTS as FILE_STATEMENTS;
#[cfg(test)]
pub(crate) use list::{SPEC, spec_sql};
#[cfg(test)]
pub(crate) use read::STATEMENTS as READ_STATEMENTS;
#[cfg(test)]
pub(crate) use write::STATEMENTS as WRITE_STATEMENTS;

pub use file::KeptFile;
pub use fleet::ConfiguredAsset;

use holdpoint_domain::Moment;
use holdpoint_domain::patch::{PatchClass, PatchRecord, PatchSource};

/// The setting that counts up whenever a record changes, so that what was built from all of them knows that it is old.
pub(crate) const GENERATION: &str = "patches.generation";

/// A patch as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchLine {
    /// Its name: `KB5034441`, else a bulletin, else `update` and the package's id, else `build` and the build.
    pub name: String,
    /// The sources that speak of it.
    pub sources: Vec<String>,
    /// A title; empty: none is given.
    pub title: String,
    /// The gravest class that a source gives.
    pub class: PatchClass,
    /// The gravest severity that a source gives, as written; empty: not said.
    pub severity: String,
    /// The bulletin; empty: none.
    pub bulletin: String,
    /// Restart as written, by all sources; empty: not said.
    pub restart: String,
    /// When it was first published.
    pub released: Option<Moment>,
    /// How many products it is for.
    pub products: u64,
    /// How many vulnerabilities it fixes.
    pub fixes: u64,
    /// How many statements of suppliers speak of it now.
    pub statements: u64,
}

/// What one document of one source says of a patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPatch {
    /// The source.
    pub source: PatchSource,
    /// The document: a month, an advisory, a package, a bulletin.
    pub document: String,
    /// Since when it is known so.
    pub valid_from: Moment,
    /// What it says.
    pub record: PatchRecord,
}

/// What is to be kept of one document.
#[derive(Debug, Clone, Copy)]
pub struct NewPatches<'a> {
    /// The source.
    pub source: PatchSource,
    /// The document, unique within the source.
    pub document: &'a str,
    /// Everything that it says.
    pub records: &'a [&'a PatchRecord],
}
