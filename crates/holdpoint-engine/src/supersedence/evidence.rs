//! What was seen on an asset.
//!
//! The surprise: a list of installed patches that nobody has made is not an empty list. Without a list and without a build
//! every answer is unknown.

use std::collections::BTreeSet;

/// Whether somebody has listed the patches of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listing {
    /// Nobody has: a patch that is not named may be installed all the same.
    #[default]
    Absent,
    /// Somebody has: what is not on the list was not found.
    Made,
}

/// What was seen on an asset.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// Patches seen installed, in canonical spelling (`KB5034441`).
    pub installed: BTreeSet<String>,
    /// Patches that a scan says are missing. This wins over every conclusion.
    pub missing: BTreeSet<String>,
    /// Whether the installed patches were listed.
    pub listing: Listing,
    /// The installed build or version of the product; empty: not known.
    pub build: String,
}
