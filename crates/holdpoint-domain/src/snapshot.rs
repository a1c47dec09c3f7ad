//! What is known of an asset at one moment, so that two moments can be compared.
//!
//! Lives here: the data, whoever read it. Does not live here: reading it, and judging a difference (the engine's
//! `verification`). The surprise: a part that could not be read is `None`, and is never taken for empty.

use std::collections::{BTreeMap, BTreeSet};

/// Everything known about an asset at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Software by name, with its version; a package that is not whole has its state behind the version, as `1.2 (half-configured)`.
    pub software: Option<BTreeMap<String, String>>,
    /// Firmware and operating system that run now, by part, such as `kernel`.
    pub system: Option<BTreeMap<String, String>>,
    /// Open ports, as `tcp 0.0.0.0:22`.
    pub ports: Option<BTreeSet<String>>,
    /// Services that run.
    pub services: Option<BTreeSet<String>>,
    /// Accounts that can sign in.
    pub accounts: Option<BTreeSet<String>>,
    /// Settings by name, or digests of their files.
    pub settings: Option<BTreeMap<String, String>>,
}
