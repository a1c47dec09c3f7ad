//! Review: a person's decision on what a name means, kept as a rule that matching replays.
//!
//! A candidate is a pair that matching cannot decide. A confirm or a reject becomes a [`MappingRule`]; from then on the
//! same names get the same answer everywhere, until the rule expires or is withdrawn. The surprise: a rule speaks of
//! *names*, never of one asset, so one decision settles all assets and advisories that share them.
//!
//! Not here: whether two rules contradict each other ([`contradiction`]), and what a rule does to a match (the engine).

pub mod contradiction;

use crate::id::RuleId;
use crate::moment::Moment;
use crate::words::vocabulary;
use std::fmt;

vocabulary! {
    /// What a rule says.
    RuleVerdict, "rule verdict" {
        /// The two names mean the same product.
        Same = "same",
        /// They do not.
        Different = "different",
    }
}

vocabulary! {
    /// Of which kind a rule's subject is.
    RuleKind, "kind of rule" {
        /// One name of ours and one of theirs.
        Names = "names",
        /// A family and its members.
        Family = "family",
        /// Two spellings of a vendor.
        Vendor = "vendor",
        /// How a version text is to be read.
        Expression = "expression",
    }
}

vocabulary! {
    /// How a rule stands. What follows what is in [`RuleState::may_become`].
    RuleState, "state of a rule" {
        /// Somebody decided so, and a second person has not agreed yet. It does nothing.
        Proposed = "proposed",
        /// Matching uses it.
        Holding = "holding",
        /// Its time is over.
        Expired = "expired",
        /// Somebody took it back.
        Withdrawn = "withdrawn",
        /// The second person did not agree.
        Declined = "declined",
    }
}

impl RuleState {
    /// Whether a rule in this state may get into the other. What has ended stays ended: decide anew instead.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Proposed => {
                matches!(next, Self::Holding | Self::Declined | Self::Expired | Self::Withdrawn)
            }
            Self::Holding => matches!(next, Self::Expired | Self::Withdrawn),
            Self::Expired | Self::Withdrawn | Self::Declined => false,
        }
    }
}

/// One step in the life of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleStep {
    /// How the rule stood from then on.
    pub state: RuleState,
    /// Since when.
    pub at: Moment,
    /// Who did it, by name.
    pub by: String,
    /// Their account's id, or what stands for it; two persons are two of these.
    pub account: String,
    /// Why.
    pub reason: String,
}

/// A rule with all that became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRule {
    /// The rule.
    pub rule: MappingRule,
    /// How it stands.
    pub state: RuleState,
    /// Where it came from: `review`, `written`, or the name of an imported file.
    pub origin: String,
    /// Its steps, the oldest first; at least one.
    pub steps: Vec<RuleStep>,
}

/// What the rule connects. Names are normalised keys of `holdpoint-versions`; empty: does not matter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleSubject {
    /// One name of the inventory and one name of advisories.
    Names {
        /// The inventory's name.
        ours: NameKey,
        /// The advisory's name.
        theirs: NameKey,
    },
    /// A family that advisories name ("S7-1500 CPU family"), and which of our products belong to it.
    Family {
        /// The advisory's name of the family.
        theirs: NameKey,
        /// Vendor key of our products.
        vendor: String,
        /// Our products by order number, CSAF 2.0 pattern rules (`6ES7515-*`).
        order_patterns: Vec<String>,
        /// Our products by words that their normalised name must hold, all of one entry (`s7-1500 cpu`).
        name_words: Vec<String>,
    },
    /// Two spellings of one vendor.
    Vendor {
        /// One vendor key.
        ours: String,
        /// The other.
        theirs: String,
    },
    /// How a person reads a version text that the program does not understand, or understands otherwise. Its verdict
    /// is always [`RuleVerdict::Same`]: "the text means this range".
    Expression {
        /// `vendor_key` of the vendor.
        vendor: String,
        /// `product_key` of the product; empty: all products of the vendor that are written with this text.
        product: String,
        /// The version text as the document writes it, without blanks at its ends.
        text: String,
        /// What it means, as VERS (`vers:intdot/>=1|<2.4`).
        range: String,
    },
}

impl RuleSubject {
    /// Of which kind it is.
    #[must_use]
    pub const fn kind(&self) -> RuleKind {
        match self {
            Self::Names { .. } => RuleKind::Names,
            Self::Family { .. } => RuleKind::Family,
            Self::Vendor { .. } => RuleKind::Vendor,
            Self::Expression { .. } => RuleKind::Expression,
        }
    }

    /// The subject as one text: equal for equal subjects, whatever the order of their lists, and different otherwise.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut parts = vec![self.kind().word().to_owned()];
        match self {
            Self::Names { ours, theirs } => parts.extend(ours.parts().chain(theirs.parts())),
            Self::Family { theirs, vendor, order_patterns, name_words } => {
                parts.extend(theirs.parts());
                parts.push(vendor.clone());
                for list in [order_patterns, name_words] {
                    let mut sorted = list.clone();
                    sorted.sort();
                    sorted.dedup();
                    parts.push(sorted.len().to_string());
                    parts.extend(sorted);
                }
            }
            Self::Vendor { ours, theirs } => {
                let (one, other) = if ours <= theirs { (ours, theirs) } else { (theirs, ours) };
                parts.extend([one.clone(), other.clone()]);
            }
            Self::Expression { vendor, product, text, range } => {
                parts.extend([vendor, product, text, range].map(Clone::clone));
            }
        }
        let length = |part: String| format!("{}:{part}", part.len());
        parts.into_iter().map(length).collect::<Vec<_>>().join(",")
    }

    /// Our side, for people.
    #[must_use]
    pub fn ours_text(&self) -> String {
        match self {
            Self::Names { ours, .. } => ours.to_string(),
            Self::Family { vendor, order_patterns, name_words, .. } => {
                let members: Vec<&str> =
                    order_patterns.iter().chain(name_words).map(String::as_str).collect();
                format!("{vendor}: {}", members.join(", "))
            }
            Self::Vendor { ours, .. } => ours.clone(),
            Self::Expression { range, .. } => range.clone(),
        }
    }

    /// The advisories' side, for people.
    #[must_use]
    pub fn theirs_text(&self) -> String {
        match self {
            Self::Names { theirs, .. } | Self::Family { theirs, .. } => theirs.to_string(),
            Self::Vendor { theirs, .. } => theirs.clone(),
            Self::Expression { vendor, product, text, .. } => {
                format!("{} `{text}`", format!("{vendor} {product}").trim())
            }
        }
    }

    /// The advisories' vendor; empty: any.
    #[must_use]
    pub fn vendor(&self) -> &str {
        match self {
            Self::Names { theirs, .. } | Self::Family { theirs, .. } => &theirs.vendor,
            Self::Vendor { theirs, .. } => theirs,
            Self::Expression { vendor, .. } => vendor,
        }
    }
}

impl NameKey {
    fn parts(&self) -> impl Iterator<Item = String> {
        [&self.vendor, &self.product, &self.order_number].map(Clone::clone).into_iter()
    }

    /// Whether it names nothing at all.
    #[must_use]
    pub fn is_nameless(&self) -> bool {
        self.product.is_empty() && self.order_number.is_empty()
    }
}

impl fmt::Display for NameKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [self.vendor.as_str(), self.product.as_str()];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        f.write_str(&words.join(" "))?;
        match (self.order_number.as_str(), words.is_empty()) {
            ("", _) => Ok(()),
            (number, true) => f.write_str(number),
            (number, false) => write!(f, " ({number})"),
        }
    }
}

/// A normalised name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct NameKey {
    /// `vendor_key` of the vendor.
    pub vendor: String,
    /// `product_key` of the product.
    pub product: String,
    /// `order_number_key`; empty: any or none.
    pub order_number: String,
}

/// A pair of texts with the answer the rule must give for it: the rule's own test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleExample {
    /// The inventory's side as written: vendor, product, order number, version.
    pub ours: [String; 4],
    /// The advisory's side as written: vendor, product, version expression.
    pub theirs: [String; 3],
    /// In which advisory it was seen (tracking id); empty: none.
    pub tracking_id: String,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingRule {
    /// Its id.
    pub id: RuleId,
    /// What it connects.
    pub subject: RuleSubject,
    /// What it says.
    pub verdict: RuleVerdict,
    /// Who decided, by name, as it shall read in an explanation.
    pub author: String,
    /// When.
    pub decided_at: Moment,
    /// Why.
    pub reason: String,
    /// Until when it holds; `None`: until withdrawn.
    pub expires_at: Option<Moment>,
    /// Its test.
    pub example: RuleExample,
}

impl MappingRule {
    /// Whether it holds at that moment.
    #[must_use]
    pub fn holds_at(&self, at: Moment) -> bool {
        self.expires_at.is_none_or(|end| at < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(ours: &str, theirs: &str) -> RuleSubject {
        let key = |product: &str| NameKey {
            vendor: "acme".to_owned(),
            product: product.to_owned(),
            order_number: String::new(),
        };
        RuleSubject::Names { ours: key(ours), theirs: key(theirs) }
    }

    #[test]
    fn equal_subjects_have_one_text_and_others_have_others() {
        let family = |patterns: &[&str]| RuleSubject::Family {
            theirs: NameKey::default(),
            vendor: "acme".to_owned(),
            order_patterns: patterns.iter().map(|text| (*text).to_owned()).collect(),
            name_words: Vec::new(),
        };
        assert_eq!(family(&["B*", "A*", "A*"]).canonical(), family(&["A*", "B*"]).canonical());
        assert_ne!(names("a", "bc").canonical(), names("ab", "c").canonical());
        assert_ne!(names("a", "b").canonical(), names("b", "a").canonical(), "the sides are not alike");
        let vendor = |one: &str, other: &str| RuleSubject::Vendor { ours: one.into(), theirs: other.into() };
        assert_eq!(vendor("a", "b").canonical(), vendor("b", "a").canonical(), "two spellings of one thing");
    }

    #[test]
    fn what_has_ended_stays_ended() {
        for ended in [RuleState::Expired, RuleState::Withdrawn, RuleState::Declined] {
            assert!(RuleState::ALL.iter().all(|next| !ended.may_become(*next)), "{ended}");
        }
        assert!(RuleState::Proposed.may_become(RuleState::Holding));
        assert!(!RuleState::Holding.may_become(RuleState::Proposed));
    }

    #[test]
    fn a_name_reads_as_people_write_it() {
        let key = |vendor: &str, product: &str, order_number: &str| {
            NameKey { vendor: vendor.into(), product: product.into(), order_number: order_number.into() }
                .to_string()
        };
        assert_eq!(key("siemens", "cpu 1515", "6ES7515"), "siemens cpu 1515 (6ES7515)");
        assert_eq!(key("", "pump", ""), "pump");
        assert_eq!(key("", "", "6ES7515"), "6ES7515");
    }
}
