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

impl Snapshot {
    /// This look with what an older one knows besides: parts that this one did not read, and parts of the system that it did
    /// not name.
    #[must_use]
    pub fn over(self, older: Self) -> Self {
        let system = match (self.system, older.system) {
            (Some(now), Some(then)) => Some(then.into_iter().chain(now).collect()),
            (now, then) => now.or(then),
        };
        Self {
            software: self.software.or(older.software),
            system,
            ports: self.ports.or(older.ports),
            services: self.services.or(older.services),
            accounts: self.accounts.or(older.accounts),
            settings: self.settings.or(older.settings),
        }
    }

    /// Whether this look read whatever the other one knows.
    #[must_use]
    pub fn reads_all_of(&self, other: &Self) -> bool {
        let system = other.system.iter().flat_map(BTreeMap::keys);
        let mut unread =
            system.filter(|part| self.system.as_ref().is_none_or(|own| !own.contains_key(*part)));
        let is_read = |own: bool, others: bool| own || !others;
        unread.next().is_none()
            && is_read(self.software.is_some(), other.software.is_some())
            && is_read(self.ports.is_some(), other.ports.is_some())
            && is_read(self.services.is_some(), other.services.is_some())
            && is_read(self.accounts.is_some(), other.accounts.is_some())
            && is_read(self.settings.is_some(), other.settings.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(name: &str, value: &str) -> Option<BTreeMap<String, String>> {
        Some(BTreeMap::from([(name.to_owned(), value.to_owned())]))
    }

    #[test]
    fn what_a_look_did_not_read_stays_known() {
        let by_hand = Snapshot { system: map("firmware", "2.1"), ..Snapshot::default() };
        let by_line =
            Snapshot { software: map("bash", "5.2"), system: map("kernel", "6.1"), ..Snapshot::default() };
        assert!(!by_hand.reads_all_of(&by_line) && !by_line.reads_all_of(&by_hand));
        let both = by_hand.clone().over(by_line.clone());
        assert!(both.reads_all_of(&by_hand) && both.reads_all_of(&by_line));
        assert_eq!(both.software, by_line.software);
        let newer = Snapshot { system: map("firmware", "2.2"), ..Snapshot::default() };
        assert!(newer.reads_all_of(&by_hand));
        let system = newer.over(both).system.expect("both name parts of the system");
        assert_eq!((system["firmware"].as_str(), system["kernel"].as_str()), ("2.2", "6.1"));
    }
}
