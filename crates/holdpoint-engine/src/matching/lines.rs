//! The answers of lines: one product of a document, one vulnerability, where a more exact statement of the same
//! document changes what the product's own statement says.
//!
//! Only statements on the same installed component are weighed against each other: that an application is fixed says
//! nothing of the firmware below it. A statement clears only what was recognised no more surely than itself. The
//! surprise: only what changes is given, because nearly every line says what its own statement says.

use super::configuration::ConfigurationMatch;
use super::index::Leaves;
use super::leaf::Leaf;
use super::statement::{Standpoint, weigh};
use holdpoint_domain::advisory::{ProductStatus, StatusGroup};
use holdpoint_domain::matching::Verdict;
use std::collections::BTreeMap;

/// What a document says of one leaf and one vulnerability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// The leaf's number.
    pub leaf: i64,
    /// The caller's number of the vulnerability.
    pub vulnerability: i64,
    /// What it says.
    pub status: ProductStatus,
}

/// A line that a more exact statement, or one that contradicts, changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outweighed {
    /// The line's leaf.
    pub leaf: i64,
    /// The line's vulnerability.
    pub vulnerability: i64,
    /// The answer now.
    pub verdict: Verdict,
    /// The leaf of the other statement.
    pub by: i64,
    /// One sentence, without a full stop; it begins with that of the match.
    pub why: String,
}

/// What a match says when its statement has had its turn.
#[must_use]
pub fn turned(verdict: Verdict, status: ProductStatus) -> Verdict {
    match (verdict, status.group()) {
        (Verdict::Yes, StatusGroup::NotAffected | StatusGroup::Fixed) => Verdict::No,
        (Verdict::Yes, StatusGroup::UnderInvestigation | StatusGroup::Recommendation) => Verdict::Unknown,
        (verdict, _) => verdict,
    }
}

/// Whether a status clears what it is said of.
#[must_use]
pub fn clears(status: ProductStatus) -> bool {
    match status.group() {
        StatusGroup::NotAffected | StatusGroup::Fixed => true,
        StatusGroup::Affected | StatusGroup::UnderInvestigation | StatusGroup::Recommendation => false,
    }
}

/// The lines of one configuration, or one asset, and one document that other statements change; by vulnerability and
/// leaf.
#[must_use]
pub fn outweighed(leaves: &Leaves, matched: &[ConfigurationMatch], said: &[Said]) -> Vec<Outweighed> {
    let mut groups: BTreeMap<(i64, i64), Vec<(Said, &ConfigurationMatch)>> = BTreeMap::new();
    for one in said {
        let found = matched.iter().find(|found| found.leaf == one.leaf);
        let Some((component, found)) = found.and_then(|found| Some((found.component?, found))) else {
            continue;
        };
        if found.decision.verdict != Verdict::No {
            groups.entry((one.vulnerability, component)).or_default().push((*one, found));
        }
    }
    let mut changed: Vec<Outweighed> =
        groups.values().flat_map(|group| of_group(leaves, matched, group)).collect();
    changed.sort_by_key(|line| (line.vulnerability, line.leaf));
    changed
}

fn of_group(
    leaves: &Leaves,
    matched: &[ConfigurationMatch],
    group: &[(Said, &ConfigurationMatch)],
) -> Vec<Outweighed> {
    let sure_clear = |(said, found): &(Said, &ConfigurationMatch)| {
        clears(said.status) && found.decision.verdict == Verdict::Yes
    };
    let other = |(said, _): &(Said, &ConfigurationMatch)| match said.status.group() {
        StatusGroup::Affected | StatusGroup::UnderInvestigation => true,
        StatusGroup::NotAffected | StatusGroup::Fixed | StatusGroup::Recommendation => false,
    };
    let (Some(clear), Some(touched)) =
        (group.iter().find(|one| sure_clear(one)), group.iter().find(|one| other(one)))
    else {
        return Vec::new();
    };
    let statements: Vec<(i64, ProductStatus)> =
        group.iter().map(|(said, _)| (said.leaf, said.status)).collect();
    let Some(standpoint) = weigh(leaves, matched, &statements) else { return Vec::new() };
    let change = |(said, found): &(Said, &ConfigurationMatch)| {
        let is_clear = clears(said.status);
        let (verdict, by) = match &standpoint {
            Standpoint::Affected { by } if is_clear => (Verdict::Yes, *by),
            Standpoint::NotAffected { by } | Standpoint::Fixed { by } if !is_clear => (Verdict::No, *by),
            Standpoint::UnderInvestigation { by } => (Verdict::Unknown, *by),
            Standpoint::Open { .. } if is_clear => (Verdict::Unknown, touched.0.leaf),
            Standpoint::Open { .. } => (Verdict::Unknown, clear.0.leaf),
            Standpoint::Affected { .. } | Standpoint::NotAffected { .. } | Standpoint::Fixed { .. } => {
                return None;
            }
        };
        let recommended = said.status.group() == StatusGroup::Recommendation;
        if recommended || by == said.leaf || verdict == turned(found.decision.verdict, said.status) {
            return None;
        }
        let why = sentence(leaves, found, said.leaf, by, &standpoint)?;
        Some(Outweighed { leaf: said.leaf, vulnerability: said.vulnerability, verdict, by, why })
    };
    group.iter().filter_map(change).collect()
}

fn sentence(
    leaves: &Leaves,
    found: &ConfigurationMatch,
    own: i64,
    by: i64,
    standpoint: &Standpoint,
) -> Option<String> {
    let (own, by) = (leaves.by_number(own)?, leaves.by_number(by)?);
    let why = &found.decision.why;
    let exact =
        |says: &str| format!("{why}; but the more exact statement on {} says that {says}", quoted(by));
    Some(match standpoint {
        Standpoint::Affected { .. } => exact("it is affected"),
        Standpoint::NotAffected { .. } => exact("it is not affected"),
        Standpoint::Fixed { .. } => exact("it holds the fix"),
        Standpoint::UnderInvestigation { .. } => exact("the publisher is still investigating"),
        Standpoint::Open { .. } => format!(
            "{why}; but the document's statements on {} and on {} contradict each other, and neither settles it",
            quoted(own),
            quoted(by)
        ),
    })
}

/// The most signs of a product or a version that a line repeats: a document may hold a megabyte where a name belongs.
const MOST_SIGNS: usize = 500;

/// A product and its version in the document's own words, each cut to what a person reads.
#[must_use]
pub fn words_of(leaf: &Leaf) -> String {
    let cut = |text: &str| match text.char_indices().nth(MOST_SIGNS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    };
    format!("{} {}", cut(&leaf.product), cut(&leaf.version_text)).trim().to_owned()
}

/// A leaf in the document's own words, with its place where another has the same words.
#[must_use]
pub fn quoted(leaf: &Leaf) -> String {
    format!("`{}` ({})", words_of(leaf), leaf.product_id)
}
