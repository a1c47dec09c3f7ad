//! Advisories with all their revisions, as rows: products, vulnerabilities, statements.
//!
//! Nothing of a revision is changed or deleted; a newer one only ends its period. The surprise: a way of writing
//! a product (an expression) is stored once for all documents, so that the review of what was not understood
//! shows each text once.

mod deletion;
mod fact;
mod fixes;
mod list;
mod product;
mod read;
mod reread;
mod statement;
mod vulnerability;
mod write;

#[cfg(test)]
pub(crate) use {
    deletion::STATEMENTS as DELETION_STATEMENTS,
    fact::STATEMENTS as FACT_STATEMENTS,
    fixes::STATEMENTS as FIXES_STATEMENTS,
    list::{SPEC, spec_sql, tables},
    product::STATEMENTS as PRODUCT_STATEMENTS,
    product::{PRODUCT_SPEC, product_spec_sql},
    read::STATEMENTS as READ_STATEMENTS,
    reread::STATEMENTS as REREAD_STATEMENTS,
    vulnerability::STATEMENTS as VULNERABILITY_STATEMENTS,
    write::STATEMENTS as WRITE_STATEMENTS,
};

pub use vulnerability::Remedied;
pub(crate) use vulnerability::{RemediationDetail, VulnerabilityDetail, ranking_words};

pub use crate::stance::Stance;
pub use deletion::DeletedAdvisory;
use holdpoint_domain::advisory::{
    AdvisoryContent, AdvisoryVulnerability, Note, ProductExpression, ProductStatus, Reference, SignatureState,
};
use holdpoint_domain::id::{AdvisoryId, RevisionId};
use holdpoint_domain::matching::ExpressionOutcome;
use holdpoint_domain::{Moment, Warning};
pub use read::HashStanding;

/// How the text of a product was understood, and under which names it is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductReading {
    /// The vendor in comparable form; empty when none is named.
    pub vendor_key: String,
    /// The product in comparable form; empty when none is named.
    pub product_key: String,
    /// How well the text was understood.
    pub outcome: ExpressionOutcome,
    /// The range in words; empty when not understood.
    pub range_text: String,
    /// The conditions besides the range in words; empty when there are none.
    pub predicates_text: String,
    /// Why it was not, or not wholly, understood; empty when it was.
    pub why: String,
}

/// A revision that came in, read and judged.
#[derive(Debug, Clone)]
pub struct NewRevision<'a> {
    /// What it says.
    pub content: &'a AdvisoryContent,
    /// One reading for each of the content's products, in the same order.
    pub readings: &'a [ProductReading],
    /// SHA-256 of the raw bytes.
    pub raw_sha256: [u8; 32],
    /// Where it came from, in words: `folder oct24`, a provider's name.
    pub source: String,
    /// What is known of its signature.
    pub signature: SignatureState,
    /// When it came in; from then on it is the current revision.
    pub received_at: Moment,
    /// What was odd while it was read.
    pub warnings: Vec<Warning>,
}

/// How a revision stands to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevisionStanding {
    /// It is the first that is known here.
    First,
    /// The content changed, and so did the publisher's version number.
    Changed,
    /// The content changed under the same version number: the publisher did not say so.
    ChangedSilently,
    /// The advisory was deleted, and this is the first revision after that.
    Restored,
}

impl RevisionStanding {
    /// The words, in the order of sorting.
    pub(crate) const WORDS: &'static [&'static str] = &["first", "changed", "silent", "restored"];

    /// The fixed word: `first`, `changed`, `silent` or `restored`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Changed => "changed",
            Self::ChangedSilently => "silent",
            Self::Restored => "restored",
        }
    }
}

impl std::str::FromStr for RevisionStanding {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::First, Self::Changed, Self::ChangedSilently, Self::Restored];
        all.into_iter().find(|one| one.word() == text).ok_or_else(|| format!("`{text}` is no standing"))
    }
}

/// Where a revision went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PutRevision {
    /// The advisory.
    pub advisory: AdvisoryId,
    /// Its new current revision.
    pub revision: RevisionId,
    /// How it stands to the one before.
    pub standing: RevisionStanding,
}

/// The current revision of an advisory, as far as the detection of changes needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvisoryHead {
    /// The advisory.
    pub id: AdvisoryId,
    /// Namespace of its publisher.
    pub namespace: String,
    /// The publisher's id for it.
    pub tracking_id: String,
    /// The current revision.
    pub revision: RevisionId,
    /// SHA-256 of the current revision's bytes.
    pub raw_sha256: [u8; 32],
    /// The publisher's version of it.
    pub tracking_version: String,
    /// When the publisher released it.
    pub current_release: Moment,
    /// Name of its publisher.
    pub publisher: String,
}

/// How many products were understood how well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutcomeCounts {
    /// Wholly.
    pub decided: u64,
    /// With conditions besides the version.
    pub conditional: u64,
    /// Not.
    pub not_understood: u64,
}

/// Distinct assets by their worst answer: yes over unknown over no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AssetCounts {
    /// Assets that are touched.
    pub yes: u64,
    /// Assets of which it cannot be said.
    pub unknown: u64,
    /// Assets that were looked at and are not touched.
    pub no: u64,
}

/// An advisory as a line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvisoryLine {
    /// The advisory.
    pub id: AdvisoryId,
    /// The revision that was current.
    pub revision: RevisionId,
    /// The publisher's id for it.
    pub tracking_id: String,
    /// Name of the publisher.
    pub publisher: String,
    /// Namespace of the publisher.
    pub namespace: String,
    /// Title.
    pub title: String,
    /// `draft`, `interim` or `final`.
    pub status: String,
    /// Profile, for example `csaf_security_advisory`.
    pub category: String,
    /// Aggregate severity as the publisher writes it; empty when not given.
    pub aggregate_severity: String,
    /// TLP label; empty when not given.
    pub tlp: String,
    /// Language; empty when not given.
    pub lang: String,
    /// The publisher's version of it.
    pub tracking_version: String,
    /// Vendors of its products, each once, in the order of the document.
    pub vendors: Vec<String>,
    /// CVEs, in the order of the document.
    pub cves: Vec<String>,
    /// First release.
    pub initial_release: Moment,
    /// Release of this revision.
    pub current_release: Moment,
    /// When this revision came in.
    pub received_at: Moment,
    /// SHA-256 of this revision's bytes.
    pub raw_sha256: [u8; 32],
    /// Where this revision came from.
    pub source: String,
    /// What is known of its signature.
    pub signature: SignatureState,
    /// How many revisions there were until then.
    pub revision_count: u64,
    /// Vulnerabilities in it.
    pub vulnerability_count: u64,
    /// Vulnerabilities in it that have a CVE.
    pub cve_count: u64,
    /// Products in it.
    pub product_count: u64,
    /// The highest base score in tenths; `None` when no score could be read.
    pub max_base_tenths: Option<u16>,
    /// How its products were understood.
    pub outcomes: OutcomeCounts,
    /// Assets within reach, by their worst answer.
    pub assets: AssetCounts,
    /// How this revision stands to the one before.
    pub standing: RevisionStanding,
    /// Whether the reader has read this revision or a newer one.
    pub read: bool,
    /// Comments on it that are kept.
    pub comment_count: u64,
}

/// One revision in the history of an advisory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionLine {
    /// The revision.
    pub id: RevisionId,
    /// Its place in the history here, from 1.
    pub ordinal: u64,
    /// The publisher's version.
    pub tracking_version: String,
    /// `draft`, `interim` or `final`.
    pub status: String,
    /// When the publisher released it.
    pub current_release: Moment,
    /// When it came in.
    pub received_at: Moment,
    /// From when it was the current one.
    pub valid_from: Moment,
    /// Until when it was; [`Moment::OPEN`] for the current one.
    pub valid_to: Moment,
    /// SHA-256 of its bytes.
    pub raw_sha256: [u8; 32],
    /// Where it came from.
    pub source: String,
    /// What is known of its signature.
    pub signature: SignatureState,
    /// How it stands to the one before.
    pub standing: RevisionStanding,
}

/// An advisory as it was, with its prose and its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAdvisory {
    /// The same facts as in the list.
    pub line: AdvisoryLine,
    /// Prose on the whole document.
    pub notes: Vec<Note>,
    /// Links.
    pub references: Vec<Reference>,
    /// What was odd while the revision was read.
    pub warnings: Vec<Warning>,
    /// All revisions, newest first, also those that came later than the moment that was asked for.
    pub revisions: Vec<RevisionLine>,
}

/// A product of one revision with its reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProduct {
    /// Its number, unique over all revisions of all advisories.
    pub product_no: i64,
    /// The advisory.
    pub advisory: AdvisoryId,
    /// The revision.
    pub revision: RevisionId,
    /// Its place in the document, from 0.
    pub ordinal: u32,
    /// As the document writes it.
    pub expression: ProductExpression,
    /// As it was understood.
    pub reading: ProductReading,
    /// What the document says of it over all vulnerabilities.
    pub stance: Stance,
    /// The versions that the document's fixes for it name, where it lists single versions.
    pub fixes: Vec<String>,
    /// The product that is the other end of a train, where this is one end and nothing else is said of it.
    pub span_with: Option<i64>,
}

/// What tells whether two revisions say the same of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidProduct {
    /// The number of its vendor, product and version as they are written and read, the same in all documents.
    pub expression_no: i64,
    /// Its full name.
    pub name: String,
}

/// A vulnerability of one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVulnerability {
    /// The number of its reference, the same in all documents; the last part of a match line's id.
    pub number: i64,
    /// As the document treats it.
    pub vulnerability: AdvisoryVulnerability,
}

/// What a document says of one product and one vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRow {
    /// The product's number.
    pub product_no: i64,
    /// The vulnerability's reference.
    pub vulnerability: String,
    /// What is said.
    pub status: ProductStatus,
}
