//! Matches: what the engine decided for a configuration and a product, and the lines that people read.
//!
//! A match is one row per configuration and product, so that ten thousand equal devices cost one row; a match line is
//! one asset, one product and one vulnerability, made when it is asked for. The surprise: the verdict of a line is
//! not always that of its match, because the document may still be investigating, or may say that the product is
//! fixed.

mod line;
mod overlay;
mod row;
mod write;

pub use overlay::{NewOverlay, NewWeighed, OverlayScope, OwnFacts, SaidOfProduct};

pub(crate) use line::{CONFIDENCE, reason};
#[cfg(test)]
pub(crate) use {
    line::{Lines, SPEC, spec_sql},
    overlay::STATEMENTS as OVERLAY_STATEMENTS,
    row::STATEMENTS as ROW_STATEMENTS,
    write::STATEMENTS as WRITE_STATEMENTS,
};

use holdpoint_domain::Moment;
use holdpoint_domain::advisory::ProductStatus;
use holdpoint_domain::id::{AdvisoryId, AssetId, RevisionId};
use holdpoint_domain::matching::{Confidence, Rung, Verdict};
use std::fmt;
use std::str::FromStr;

/// What a match says for an asset before the statement's turn; the tables are `product_match m` and those of
/// [`overlays`].
macro_rules! own_verdict {
    () => {
        "COALESCE(mo.verdict, m.verdict)"
    };
}
pub(crate) use own_verdict;

/// What a line says after the statement's turn; the tables are `product_match m`, `statement s` and those of
/// [`overlays`].
macro_rules! line_verdict {
    () => {
        concat!(
            "CASE WHEN mw.verdict IS NOT NULL THEN mw.verdict WHEN ",
            $crate::matches::own_verdict!(),
            " = 'yes' AND s.turn = 'doubt' THEN 'unknown' WHEN ",
            $crate::matches::own_verdict!(),
            " = 'yes' AND s.turn IN ('clear', 'cure') THEN 'no' ELSE ",
            $crate::matches::own_verdict!(),
            " END"
        )
    };
}
pub(crate) use line_verdict;

/// Whether a statement `s` gives a match `m` its line: always, or where the document only cures and leaves it open whether
/// what is installed has the cure.
macro_rules! is_listed {
    () => {
        "(s.listed = 2 OR (s.listed = 1 AND s.turn = 'cure' AND m.verdict = 'unknown'))"
    };
}
pub(crate) use is_listed;

/// The number that stands for a class of match, as [`holdpoint_domain::score::probability`] gives it: what a line says, how
/// sure, and by which rung.
macro_rules! probability {
    ([$($verdict:tt)*], [$($confidence:tt)*], [$($rung:tt)*]) => {
        concat!(
            "CASE WHEN ", $($verdict)*, " = 'no' THEN 1.0 - ", $crate::matches::probability!($($rung)*),
            " WHEN ", $($confidence)*, " = 'confirmed' OR (", $($confidence)*, " = 'likely' AND ", $($verdict)*,
            " = 'yes') THEN ", $crate::matches::probability!($($rung)*),
            " WHEN ", $($confidence)*, " IN ('likely', 'version_unknown') THEN 0.5 * ",
            $crate::matches::probability!($($rung)*),
            " WHEN ", $crate::matches::probability!($($rung)*), " < 0.5 THEN ",
            $crate::matches::probability!($($rung)*), " ELSE 0.5 END"
        )
    };
    ($($rung:tt)*) => {
        concat!(
            "(CASE ", $($rung)*, " WHEN 'serial' THEN 0.999 WHEN 'order_number' THEN 0.99 WHEN 'purl' THEN 0.99 ",
            "WHEN 'cpe' THEN 0.98 WHEN 'protocol_identity' THEN 0.98 WHEN 'name' THEN 0.95 WHEN 'family' THEN 0.9 ",
            "ELSE 0.3 END)"
        )
    };
}
pub(crate) use probability;

/// Joins what differs for one asset and one vulnerability: `$asset` the asset's number, `$as_of` the moment.
macro_rules! overlays {
    ($asset:literal, $as_of:literal) => {
        concat!(
            " LEFT JOIN match_overlay mo ON mo.match_no = m.match_no AND mo.asset_no = ",
            $asset,
            " AND mo.valid_from <= ",
            $as_of,
            " AND mo.valid_to > ",
            $as_of,
            " LEFT JOIN match_weighed mw ON mw.match_no = m.match_no AND mw.vulnerability_no = s.vulnerability_no              AND mw.asset_no = COALESCE(mo.asset_no, 0) AND mw.valid_from <= ",
            $as_of,
            " AND mw.valid_to > ",
            $as_of,
            " "
        )
    };
}
pub(crate) use overlays;

/// The assets whose own facts settled something at `$1`, each with the advisory and its configuration.
macro_rules! holders {
    () => {
        "(SELECT DISTINCT ho.asset_no, ho.advisory_no, ho.configuration_no FROM match_overlay ho \
         WHERE ho.valid_from <= $1 AND ho.valid_to > $1)"
    };
}
pub(crate) use holders;

/// Whether a row, of an asset (`holder`) or of a configuration (`holder` 0), speaks of `asset_version a`.
macro_rules! is_held {
    ($row:literal) => {
        concat!(
            "(",
            $row,
            ".holder = a.number OR (",
            $row,
            ".holder = 0 AND NOT EXISTS (SELECT 1 FROM match_overlay he WHERE he.asset_no = a.number \
             AND he.advisory_no = ",
            $row,
            ".advisory_no AND he.valid_from <= $1 AND he.valid_to > $1)))"
        )
    };
}
pub(crate) use is_held;

/// A decision of the engine that is to be kept. The product's number says which advisory and revision it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMatch {
    /// The configuration.
    pub configuration_no: i64,
    /// The product.
    pub product_no: i64,
    /// The component that decided; `None`: none by itself.
    pub component_no: Option<i64>,
    /// The answer.
    pub verdict: Verdict,
    /// How sure.
    pub confidence: Confidence,
    /// What recognised the product.
    pub rung: Rung,
    /// One sentence, without a full stop.
    pub why: String,
    /// The document's text that decided.
    pub expression: String,
    /// What it counts for the advisory as a whole, where more exact statements change that.
    pub counts_as: Option<Verdict>,
    /// The open match of the same configuration and advisory that goes on as this one, also under another product id.
    pub continues: Option<i64>,
}

/// A match with its period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchRow {
    /// Its number: the same in all periods of a configuration, an advisory and what it says of a product.
    pub match_no: i64,
    /// The configuration.
    pub configuration_no: i64,
    /// The advisory.
    pub advisory: AdvisoryId,
    /// The revision on which it was decided.
    pub revision: RevisionId,
    /// The product of that revision.
    pub product_no: i64,
    /// The document's id of the product.
    pub product_id: String,
    /// The component that decided; `None`: none by itself.
    pub component_no: Option<i64>,
    /// The answer.
    pub verdict: Verdict,
    /// How sure.
    pub confidence: Confidence,
    /// What recognised the product.
    pub rung: Rung,
    /// One sentence, without a full stop.
    pub why: String,
    /// The document's text that decided.
    pub expression: String,
    /// From when it held.
    pub valid_from: Moment,
    /// Until when it held; [`Moment::OPEN`]: it holds.
    pub valid_to: Moment,
}

/// Names a match line: `match-asset-vulnerability`, for example `17-4-1`. It stays the same while the match does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatchLineId {
    /// The match.
    pub match_no: i64,
    /// The asset's number.
    pub asset_number: i64,
    /// The vulnerability's number; 0: the document names the product without a vulnerability.
    pub vulnerability_no: i64,
}

/// A text that names no match line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no match id as in `17-4-1`")]
pub struct NoMatchLineId {
    /// The text, cut to 64 characters.
    pub text: String,
}

impl fmt::Display for MatchLineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.match_no, self.asset_number, self.vulnerability_no)
    }
}

impl FromStr for MatchLineId {
    type Err = NoMatchLineId;

    fn from_str(text: &str) -> Result<Self, NoMatchLineId> {
        let refuse = || NoMatchLineId { text: text.chars().take(64).collect() };
        let mut parts = text.split('-').map(|part| {
            let plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<i64>().ok().filter(|_| plain)
        });
        let mut next = || parts.next().flatten().ok_or_else(refuse);
        let id = Self { match_no: next()?, asset_number: next()?, vulnerability_no: next()? };
        if parts.next().is_some() { Err(refuse()) } else { Ok(id) }
    }
}

/// One asset, one product of a document, one vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchLine {
    /// Its name.
    pub id: MatchLineId,
    /// The publisher's id of the advisory.
    pub advisory: String,
    /// The advisory.
    pub advisory_id: AdvisoryId,
    /// Namespace of the publisher.
    pub namespace: String,
    /// Name of the publisher.
    pub publisher: String,
    /// The publisher's version of the revision on which the match was decided.
    pub revision: String,
    /// That revision.
    pub revision_id: RevisionId,
    /// SHA-256 of that revision's bytes.
    pub raw_sha256: [u8; 32],
    /// The product's number.
    pub product_no: i64,
    /// The document's id of the product.
    pub product_id: String,
    /// The vulnerability's reference; empty when the document names the product without one.
    pub vulnerability: String,
    /// The asset's tag.
    pub asset_tag: String,
    /// The asset.
    pub asset_id: AssetId,
    /// The asset's name; empty when nobody has said.
    pub asset_name: String,
    /// Name of the site.
    pub site: Option<String>,
    /// Name of the zone.
    pub zone: Option<String>,
    /// The asset's vendor as its source writes it; empty when nobody has said.
    pub vendor: String,
    /// The asset's product as its source writes it; empty when nobody has said.
    pub product: String,
    /// The answer for this line.
    pub verdict: Verdict,
    /// How sure.
    pub confidence: Confidence,
    /// What recognised the product.
    pub rung: Rung,
    /// The document's text that decided.
    pub expression: String,
    /// One sentence, without a full stop.
    pub why: String,
    /// What the document says; `None`: it names the product and says nothing.
    pub status: Option<ProductStatus>,
    /// The asset's configuration.
    pub configuration_no: i64,
    /// The component that decided; `None`: none by itself.
    pub component_no: Option<i64>,
    /// What settled the answer.
    pub settled_by: SettledBy,
    /// The sentence of the match, whatever settled the line.
    pub match_why: String,
}

/// What settled the answer of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettledBy {
    /// The configuration, which other assets may share.
    Configuration,
    /// The asset's own facts: a serial number, a hardware revision.
    Asset,
    /// Another statement of the same document, which is more exact or contradicts.
    Statement,
}
