//! Review: a person's decision on what a name means, kept as a rule that matching replays.
//!
//! A candidate is a pair that matching cannot decide. A confirm or a reject becomes a [`MappingRule`]; from then on the
//! same names get the same answer everywhere, until the rule expires or is withdrawn. The surprise: a rule speaks of
//! *names*, never of one asset, so one decision settles all assets and advisories that share them.

use crate::id::RuleId;
use crate::moment::Moment;
use crate::words::vocabulary;

vocabulary! {
    /// What a rule says.
    RuleVerdict, "rule verdict" {
        /// The two names mean the same product.
        Same = "same",
        /// They do not.
        Different = "different",
    }
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
