//! Several statements of one document on one asset and one vulnerability, weighed against each other.
//!
//! A document may say that a range is affected and that one version inside it is not. The more specific statement
//! counts: exact version, order number, serial number before a range. The surprise: two statements that disagree and
//! are equally specific leave the question open, because a contradiction is no "no".

use super::configuration::ConfigurationMatch;
use super::index::Leaves;
use super::leaf::Leaf;
use holdpoint_domain::advisory::{ProductStatus, StatusGroup};
use holdpoint_domain::matching::{Rung, Verdict};
use holdpoint_versions::expression::Predicate;
use std::collections::BTreeMap;

/// What a document says of one vulnerability on one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standpoint {
    /// The asset is affected.
    Affected {
        /// The leaf that says so, by number.
        by: i64,
    },
    /// It is not.
    NotAffected {
        /// The leaf that says so, by number.
        by: i64,
    },
    /// It holds the fix.
    Fixed {
        /// The leaf that says so, by number.
        by: i64,
    },
    /// The publisher does not know yet.
    UnderInvestigation {
        /// The leaf that says so, by number.
        by: i64,
    },
    /// It cannot be said.
    Open {
        /// Why, a clause.
        why: String,
    },
}

/// How specific a statement is; more is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Specificity {
    /// A range of versions, or all, of a product by its name.
    Range,
    /// A range of versions of a product by its order number.
    Article,
    /// Exactly one version.
    ExactVersion,
    /// Serial numbers.
    Serial,
}

/// How specific a leaf is for what was recognised by that rung.
#[must_use]
pub fn specificity(leaf: &Leaf, rung: Rung) -> Specificity {
    let exact = leaf.version.as_ref().is_some_and(|expression| {
        let point = expression.range().and_then(|range| match range.intervals() {
            [only] => only.point(),
            _ => None,
        });
        point.is_some() && expression.predicates().is_empty()
    });
    if rung == Rung::Serial || !leaf.serial_texts.is_empty() {
        return Specificity::Serial;
    }
    if exact {
        return Specificity::ExactVersion;
    }
    match rung {
        Rung::Serial | Rung::OrderNumber | Rung::ProtocolIdentity => Specificity::Article,
        Rung::Purl | Rung::Cpe | Rung::Name | Rung::Family | Rung::Candidate => Specificity::Range,
    }
}

/// Weighs the statements of one document on one vulnerability for one asset.
///
/// `matched` are the asset's matches with leaves of the document; `statements` are the document's statements on the
/// vulnerability, by leaf number. `None` when none of them speaks of the asset.
#[must_use]
pub fn weigh(
    leaves: &Leaves,
    matched: &[ConfigurationMatch],
    statements: &[(i64, ProductStatus)],
) -> Option<Standpoint> {
    let mut sure: Vec<Sure> = Vec::new();
    let mut open: Vec<(StatusGroup, &ConfigurationMatch)> = Vec::new();
    for (number, status) in statements {
        let Some(found) = matched.iter().find(|found| found.leaf == *number) else { continue };
        let Some(leaf) = leaves.by_number(*number) else { continue };
        match (status.group(), found.decision.verdict) {
            (StatusGroup::Recommendation, _) | (_, Verdict::No) => {}
            (group, Verdict::Yes) => {
                let rung = found.decision.rung;
                sure.push(Sure { specificity: specificity(leaf, rung), group, rung, leaf: *number });
            }
            (group, Verdict::Unknown) => open.push((group, found)),
        }
    }
    sure.sort_by_key(|one| (std::cmp::Reverse(one.specificity), urgency(one.group), one.leaf));
    let leading = sure.first().copied();
    // What may be affected is not settled by a statement that only a range of versions is not.
    let doubt = open.iter().find(|(group, _)| *group == StatusGroup::Affected);
    match (leading, doubt) {
        (None, None) => open.first().map(|(_, found)| Standpoint::Open { why: found.decision.why.clone() }),
        (None, Some((_, found))) => Some(Standpoint::Open { why: found.decision.why.clone() }),
        (Some(leading), doubt) => {
            let Sure { specificity, group, leaf: by, .. } = leading;
            let clears = matches!(group, StatusGroup::NotAffected | StatusGroup::Fixed);
            let surer = doubt.is_some_and(|(_, found)| found.decision.rung < leading.rung);
            if clears && (surer || contradicted(&sure, leading)) {
                let why = "the document says affected and not affected of it, and neither is more specific";
                return Some(Standpoint::Open { why: why.to_owned() });
            }
            // A condition may hold of the very version that another statement clears; only one on the very asset is more exact.
            let conditional =
                open.iter().find(|(group, found)| *group == StatusGroup::Affected && is_bound(leaves, found));
            match (doubt, conditional) {
                (_, Some((_, found))) if clears && specificity < Specificity::Serial => {
                    Some(Standpoint::Open { why: found.decision.why.clone() })
                }
                (Some((_, found)), _) if clears && specificity < Specificity::ExactVersion => {
                    Some(Standpoint::Open { why: found.decision.why.clone() })
                }
                (Some(_) | None, _) => standpoint(group, by),
            }
        }
    }
}

/// Whether a leaf speaks of some assets with a version and not of others: by an option, a variant, a part, a date.
fn is_bound(leaves: &Leaves, found: &ConfigurationMatch) -> bool {
    let leaf = leaves.by_number(found.leaf).and_then(|leaf| leaf.version.as_ref());
    leaf.is_some_and(|read| {
        read.predicates().iter().any(|predicate| match predicate {
            Predicate::SerialNumber { .. }
            | Predicate::HardwareRevision { .. }
            | Predicate::Date { .. }
            | Predicate::Option { .. }
            | Predicate::SubComponent { .. }
            | Predicate::OtherProduct { .. }
            | Predicate::Configuration { .. }
            | Predicate::Variant { .. } => true,
            // What is not clear in the text itself is settled by a statement that is clear.
            Predicate::ModelList { .. }
            | Predicate::Vulnerability { .. }
            | Predicate::Reading { .. }
            | Predicate::Other { .. } => false,
        })
    })
}

/// A statement that surely speaks of the asset.
#[derive(Clone, Copy)]
struct Sure {
    specificity: Specificity,
    group: StatusGroup,
    rung: Rung,
    leaf: i64,
}

/// Whether something is said against a statement that clears, as exactly, or of what was recognised more surely.
fn contradicted(sure: &[Sure], leading: Sure) -> bool {
    sure.iter().any(|other| {
        let against = match other.group {
            StatusGroup::Affected | StatusGroup::UnderInvestigation => true,
            StatusGroup::NotAffected | StatusGroup::Fixed | StatusGroup::Recommendation => false,
        };
        against && (other.specificity == leading.specificity || other.rung < leading.rung)
    })
}

fn urgency(group: StatusGroup) -> u8 {
    match group {
        // A statement that clears stands first among equals, so that a contradiction is seen.
        StatusGroup::NotAffected => 0,
        StatusGroup::Fixed => 1,
        StatusGroup::Affected => 2,
        StatusGroup::UnderInvestigation => 3,
        StatusGroup::Recommendation => 4,
    }
}

fn standpoint(group: StatusGroup, by: i64) -> Option<Standpoint> {
    match group {
        StatusGroup::Affected => Some(Standpoint::Affected { by }),
        StatusGroup::NotAffected => Some(Standpoint::NotAffected { by }),
        StatusGroup::Fixed => Some(Standpoint::Fixed { by }),
        StatusGroup::UnderInvestigation => Some(Standpoint::UnderInvestigation { by }),
        StatusGroup::Recommendation => None,
    }
}

/// The matches of one configuration with one document that have one answer, as one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// The document's number.
    pub document: i64,
    /// The answer that all of them have.
    pub verdict: Verdict,
    /// The surest of them: what a line shows.
    pub leading: ConfigurationMatch,
    /// All leaves that the line stands for, by number, sorted: nothing is hidden, only folded.
    pub leaves: Vec<i64>,
}

/// Folds the matches of one configuration into one line a document and answer, in that order.
///
/// A vague asset ("S7-1500") may resemble a hundred products of one document; that is one question, not a hundred.
#[must_use]
pub fn folded(leaves: &Leaves, matched: &[ConfigurationMatch]) -> Vec<DocumentLine> {
    let rank = |verdict: Verdict| match verdict {
        Verdict::Yes => 0_u8,
        Verdict::Unknown => 1,
        Verdict::No => 2,
    };
    let mut lines: BTreeMap<(i64, u8), DocumentLine> = BTreeMap::new();
    for found in matched {
        let Some(leaf) = leaves.by_number(found.leaf) else { continue };
        let verdict = found.decision.verdict;
        let line = lines.entry((leaf.document, rank(verdict))).or_insert_with(|| DocumentLine {
            document: leaf.document,
            verdict,
            leading: found.clone(),
            leaves: Vec::new(),
        });
        line.leaves.push(found.leaf);
        let order = |found: &ConfigurationMatch| (found.decision.confidence, found.decision.rung, found.leaf);
        if order(found) < order(&line.leading) {
            line.leading = found.clone();
        }
    }
    let mut found: Vec<DocumentLine> = lines.into_values().collect();
    for line in &mut found {
        line.leaves.sort_unstable();
    }
    found
}
