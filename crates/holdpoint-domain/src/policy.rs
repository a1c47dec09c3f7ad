//! Policies: the written rules of an owner, as data that people read, compare and hand on.
//!
//! One noun for all kinds. A policy is a list of values, one for each [`Field`] of its kind; the fields say what a value
//! may be, what the program brings along and how people call it, so reading, writing, comparing and explaining are the
//! same for every kind. Here: kinds, values and revisions. Not here: the text (`holdpoint-formats`), and what a change
//! would do (`holdpoint-app`). The surprise: a revision never changes; whoever wants another rule writes the next one,
//! and somebody else publishes it.

mod field;
mod fields;
mod meaning;
pub mod revision;

#[cfg(test)]
mod tests;

pub use field::{Fault, Field, Preset, Shape, Value, Values};
pub use meaning::{
    Category, CategoryRules, Cycle, CyclePhase, EmergencyStep, Exploited, ScanRules, approval_rules,
    category_rules, check, cycle, ranking_rules, role_table, scan_rules, second_person_for,
};

use crate::words::vocabulary;

vocabulary! {
    /// What a policy is about.
    PolicyKind, "kind of policy" {
        /// How often sources are looked at.
        ScanSchedule = "scan_schedule",
        /// Which patches are dealt with how.
        Categories = "categories",
        /// What an outcome means in work, and which clocks bind.
        PrioritiesAndDeadlines = "priorities_and_deadlines",
        /// How many sign, and which evidence is asked for.
        ApprovalRules = "approval_rules",
        /// The cycle of regular patching.
        RegularCycle = "regular_cycle",
        /// What an emergency may shorten.
        Emergency = "emergency",
        /// How long something may stay unpatched.
        Exemptions = "exemptions",
        /// Which role may do what.
        Roles = "roles",
    }
}

/// Whether a site may have rules of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaches {
    /// A site may have its own, which then hold there instead of the general ones.
    SiteOrAll,
    /// They are the same for the whole installation.
    AllOnly,
}

impl PolicyKind {
    /// How people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::ScanSchedule => "Scan schedule",
            Self::Categories => "Categories",
            Self::PrioritiesAndDeadlines => "Priorities and deadlines",
            Self::ApprovalRules => "Approval rules",
            Self::RegularCycle => "Regular cycle",
            Self::Emergency => "Emergency procedure",
            Self::Exemptions => "Exemptions",
            Self::Roles => "Roles",
        }
    }

    /// What it lays down, in a sentence.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::ScanSchedule => "How long a source of advisories or a feed may go without being looked at.",
            Self::Categories => "How patches of each class are dealt with.",
            Self::PrioritiesAndDeadlines => {
                "What each outcome of ranking means in work, until when, and which clocks of others bind."
            }
            Self::ApprovalRules => {
                "How many sign, on which evidence, and which policies need a second person to change."
            }
            Self::RegularCycle => "When regular patching comes round, and how long each step of it may take.",
            Self::Emergency => {
                "What an emergency may shorten. A test or a written reason, a backup and a way back always stay."
            }
            Self::Exemptions => {
                "How long something may stay unpatched, and how often what protects it is looked at."
            }
            Self::Roles => "Which role may do what. Whoever administers accounts never signs.",
        }
    }

    /// Where the values come from that the program brings along.
    #[must_use]
    pub const fn origin(self) -> &'static str {
        match self {
            Self::ScanSchedule => "NERC CIP-007 R2.2: 35 calendar days between two looks at a source",
            Self::Categories => {
                "a proposal; NIST SP 800-40r4 section 3.4 asks for maintenance groups and names none"
            }
            Self::PrioritiesAndDeadlines => {
                "the outcomes are SSVC's (deployer); SSVC gives no days, so the days are a proposal"
            }
            Self::ApprovalRules => {
                "a proposal after IEC TR 62443-2-3 and NIST SP 800-40r4: two sign where much hangs on it"
            }
            Self::RegularCycle => "a proposal: monthly; 35 days to the end as NERC CIP-007 R2.3 counts them",
            Self::Emergency => {
                "NIS2 Implementing Regulation 2024/2690, 6.4.3: shortened steps are written down and reviewed"
            }
            Self::Exemptions => {
                "NIS2 Implementing Regulation 2024/2690, 6.6.2: a year at most, looked at again before"
            }
            Self::Roles => "IEC 62443-2-1: separation of duties; an administrator may not approve",
        }
    }

    /// Whether a site may have its own.
    #[must_use]
    pub const fn reaches(self) -> Reaches {
        match self {
            Self::PrioritiesAndDeadlines
            | Self::ApprovalRules
            | Self::RegularCycle
            | Self::Emergency
            | Self::Exemptions => Reaches::SiteOrAll,
            Self::ScanSchedule | Self::Categories | Self::Roles => Reaches::AllOnly,
        }
    }

    /// Its fields, in the order in which they are written.
    #[must_use]
    pub fn fields(self) -> &'static [Field] {
        fields::of(self)
    }
}

/// One value that differs between two policies of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The key.
    pub key: &'static str,
    /// How people call it.
    pub name: &'static str,
    /// Before, in words.
    pub from: String,
    /// After, in words.
    pub to: String,
}

impl std::fmt::Display for Difference {
    /// `days of *immediate*: 14 → 7 days`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} → {}", self.name, self.from, self.to)
    }
}

/// What differs, in the order of the fields; empty: they say the same.
#[must_use]
pub fn differences(before: &Values, after: &Values) -> Vec<Difference> {
    if before.kind() != after.kind() {
        return Vec::new();
    }
    let pairs = before.iter().zip(after.iter());
    let changed = pairs.filter(|((_, one), (_, other))| one != other);
    changed
        .map(|((field, one), (_, other))| {
            let (from, to) = field.in_words(one, other);
            Difference { key: field.key, name: field.name, from, to }
        })
        .collect()
}
