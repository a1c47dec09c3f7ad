//! The shapes in which advisories, their products, vulnerabilities and revisions leave the program.

use holdpoint_app::advisories::AdvisoryDetail;
use holdpoint_app::store::advisory::{
    AdvisoryLine, AssetCounts, RevisionLine, StatementRow, StoredProduct, StoredVulnerability,
};
use holdpoint_domain::Warning;
use holdpoint_domain::advisory::{Note, Reference, Remediation, Score, SignatureState};
use holdpoint_domain::document::HistoryEntry;
use holdpoint_domain::run::Versioning;
use holdpoint_domain::score::leading_score_of_all;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::pressing_views::PressingView;
use super::text::{end, hex, said};
use super::threat_views::{ThreatFactsView, Threats};

/// How many assets, by verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VerdictCounts {
    /// Affected.
    pub yes: u64,
    /// It cannot be said; never counted as no.
    pub unknown: u64,
    /// Not affected.
    pub no: u64,
}

impl From<AssetCounts> for VerdictCounts {
    fn from(counts: AssetCounts) -> Self {
        Self { yes: counts.yes, unknown: counts.unknown, no: counts.no }
    }
}

/// What is known of a document's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignatureView {
    /// `not_checked`, `absent` or `verified`.
    pub state: String,
    /// The key's fingerprint when it was verified.
    pub fingerprint: Option<String>,
}

impl From<&SignatureState> for SignatureView {
    fn from(state: &SignatureState) -> Self {
        Self { state: state.word().to_owned(), fingerprint: state.fingerprint().map(str::to_owned) }
    }
}

/// An advisory as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = AdvisoryLine)]
pub struct AdvisoryLineView {
    /// Its id here.
    pub id: String,
    /// The publisher's id for it.
    pub tracking_id: String,
    /// The publisher's name.
    pub publisher: String,
    /// The publisher's namespace; with `tracking_id` it names the advisory in the world.
    pub namespace: String,
    /// Title.
    pub title: String,
    /// Aggregate severity as the publisher writes it.
    pub severity: Option<String>,
    /// `draft`, `interim` or `final`.
    pub status: String,
    /// Profile, for example `csaf_security_advisory`.
    pub category: String,
    /// The publisher's version of it.
    pub tracking_version: String,
    /// How many revisions are kept.
    pub revision_count: u64,
    /// How the newest revision came: `first`, `changed`, `silent` (other content, same version) or `restored`.
    pub standing: String,
    /// First release by the publisher.
    pub initial_release: String,
    /// This release by the publisher.
    pub current_release: String,
    /// When this revision came in here.
    pub received_at: String,
    /// Vendors of its products.
    pub vendors: Vec<String>,
    /// How many vulnerabilities it treats.
    pub vulnerability_count: u64,
    /// How many products it names.
    pub product_count: u64,
    /// The highest CVSS base score in it.
    pub max_score: Option<f64>,
    /// CVEs, at most those that fit a list; `cve_count` says how many there are.
    pub cves: Vec<String>,
    /// How many CVEs there are.
    pub cve_count: u64,
    /// How its version expressions were understood.
    pub outcomes: OutcomesView,
    /// Assets within the caller's sites, by verdict.
    pub assets: VerdictCounts,
    /// Signature.
    pub signature: SignatureView,
    /// Where it came from, in words.
    pub source: String,
    /// What feeds say of the threat by its CVEs, the worst of all; `null`: nothing is known of them.
    pub threat: Option<ThreatFactsView>,
    /// Traffic light protocol label.
    pub tlp: Option<String>,
    /// SHA-256 of the document's bytes.
    pub raw_sha256: String,
    /// Whether the caller has read this revision.
    pub read: bool,
    /// Comments on it.
    pub comment_count: u64,
    /// How pressing the open findings are that it may be behind, within the caller's sites.
    #[serde(flatten)]
    pub pressing: PressingView,
}

/// How many version expressions were understood, and how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OutcomesView {
    /// A version alone decides.
    pub decided: u64,
    /// A version and something else decide.
    pub conditional: u64,
    /// A person has to read it.
    pub not_understood: u64,
}

impl AdvisoryLineView {
    /// The view of a line.
    #[must_use]
    pub fn of(line: AdvisoryLine, pressing: PressingView) -> Self {
        Self {
            id: line.id.to_string(),
            severity: said(&line.aggregate_severity),
            initial_release: line.initial_release.to_string(),
            current_release: line.current_release.to_string(),
            received_at: line.received_at.to_string(),
            max_score: line.max_base_tenths.map(|tenths| f64::from(tenths) / 10.0),
            outcomes: OutcomesView {
                decided: line.outcomes.decided,
                conditional: line.outcomes.conditional,
                not_understood: line.outcomes.not_understood,
            },
            assets: line.assets.into(),
            signature: (&line.signature).into(),
            standing: line.standing.word().to_owned(),
            tlp: said(&line.tlp),
            raw_sha256: hex(&line.raw_sha256),
            read: line.read,
            comment_count: line.comment_count,
            tracking_id: line.tracking_id,
            publisher: line.publisher,
            namespace: line.namespace,
            title: line.title,
            status: line.status,
            category: line.category,
            tracking_version: line.tracking_version,
            revision_count: line.revision_count,
            vendors: line.vendors,
            vulnerability_count: line.vulnerability_count,
            product_count: line.product_count,
            cves: line.cves,
            cve_count: line.cve_count,
            source: line.source,
            threat: None,
            pressing,
        }
    }

    /// The view of a line, with what is known of the threat.
    #[must_use]
    pub fn with_threat(line: AdvisoryLine, threats: &Threats, pressing: PressingView) -> Self {
        let threat = threats.worst_of(&line.cves);
        Self { threat, ..Self::of(line, pressing) }
    }
}

/// A piece of the publisher's prose. Plain text, never HTML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoteView {
    /// Category as written.
    pub category: String,
    /// Title; empty when none.
    pub title: String,
    /// The text.
    pub text: String,
}

impl From<Note> for NoteView {
    fn from(note: Note) -> Self {
        Self { category: note.category, title: note.title, text: note.text }
    }
}

/// A link as the publisher writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReferenceView {
    /// `self` or `external`.
    pub category: String,
    /// What is found there.
    pub summary: String,
    /// The address.
    pub url: String,
}

impl From<Reference> for ReferenceView {
    fn from(link: Reference) -> Self {
        Self { category: link.category, summary: link.summary, url: link.url }
    }
}

/// A remark on an input that was read nevertheless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WarningView {
    /// Stable machine word.
    pub code: String,
    /// Where in the input.
    pub place: String,
    /// What was found and what it means.
    pub message: String,
}

impl From<Warning> for WarningView {
    fn from(warning: Warning) -> Self {
        Self { code: warning.code, place: warning.place, message: warning.message }
    }
}

/// A score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScoreView {
    /// CVSS version.
    pub version: String,
    /// The vector.
    pub vector: String,
    /// The base score.
    pub base: Option<f64>,
    /// Product ids that it speaks of.
    pub products: Vec<String>,
}

impl From<Score> for ScoreView {
    fn from(score: Score) -> Self {
        Self {
            base: score.base_tenths.map(|tenths| f64::from(tenths) / 10.0),
            version: score.version,
            vector: score.vector,
            products: score.products,
        }
    }
}

/// What can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemediationView {
    /// `vendor_fix`, `workaround`, `mitigation`, `none_available` or `no_fix_planned`.
    pub category: String,
    /// The publisher's words.
    pub details: String,
    /// Where it can be had.
    pub url: Option<String>,
    /// From when.
    pub date: Option<String>,
    /// Restart scope as written; `null`: unknown, which is not "none".
    pub restart: Option<String>,
    /// Product ids that it speaks of.
    pub products: Vec<String>,
}

impl From<Remediation> for RemediationView {
    fn from(remediation: Remediation) -> Self {
        Self {
            category: remediation.category.word().to_owned(),
            details: remediation.details,
            url: remediation.url,
            date: remediation.date.map(|date| date.to_string()),
            restart: remediation.restart,
            products: remediation.products,
        }
    }
}

/// A threat or impact in the publisher's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ThreatView {
    /// Category as written.
    pub category: String,
    /// The text.
    pub details: String,
}

/// A vulnerability as one document treats it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VulnerabilityView {
    /// Its number within this installation, part of match ids.
    pub number: i64,
    /// CVE, else the first other id.
    pub reference: String,
    /// The CVE.
    pub cve: Option<String>,
    /// Title; empty when none.
    pub title: String,
    /// CWE id.
    pub cwe: Option<String>,
    /// JSON pointer into the document.
    pub pointer: String,
    /// Scores.
    pub scores: Vec<ScoreView>,
    /// The score that leads: the highest base score, of equals the newest version of CVSS.
    pub leading_score: Option<ScoreView>,
    /// How many products have which status.
    pub statuses: BTreeMap<String, u64>,
    /// Remediations.
    pub remediations: Vec<RemediationView>,
    /// Notes.
    pub notes: Vec<NoteView>,
    /// Threats.
    pub threats: Vec<ThreatView>,
}

impl From<StoredVulnerability> for VulnerabilityView {
    fn from(stored: StoredVulnerability) -> Self {
        let one = stored.vulnerability;
        let mut statuses = BTreeMap::new();
        for (_, status) in &one.statements {
            *statuses.entry(status.word().to_owned()).or_insert(0) += 1;
        }
        let threat = |(category, details)| ThreatView { category, details };
        Self {
            number: stored.number,
            reference: one.reference,
            cve: one.cve,
            title: one.title,
            cwe: one.cwe,
            pointer: one.pointer,
            leading_score: leading_score_of_all(&one.scores).cloned().map(Into::into),
            scores: one.scores.into_iter().map(Into::into).collect(),
            statuses,
            remediations: one.remediations.into_iter().map(Into::into).collect(),
            notes: one.notes.into_iter().map(Into::into).collect(),
            threats: one.threats.into_iter().map(threat).collect(),
        }
    }
}

/// An advisory with all that its newest revision says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Advisory)]
pub struct AdvisoryView {
    /// What lists show.
    #[serde(flatten)]
    pub line: AdvisoryLineView,
    /// Language.
    pub lang: Option<String>,
    /// Prose on the whole document.
    pub notes: Vec<NoteView>,
    /// Links.
    pub references: Vec<ReferenceView>,
    /// Remarks from reading it.
    pub warnings: Vec<WarningView>,
    /// Vulnerabilities, in the order of the document.
    pub vulnerabilities: Vec<VulnerabilityView>,
    /// How the publisher counts revisions: `integer`, `semantic` or `neither`.
    pub versioning: String,
    /// The document's own history, in its order.
    pub history: Vec<HistoryView>,
}

/// One line of a document's own history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HistoryView {
    /// Its number.
    pub number: String,
    /// When it came out; `null`: the date cannot be read.
    pub date: Option<String>,
    /// What changed, in the publisher's words.
    pub summary: String,
    /// The number it had in another scheme.
    pub legacy_version: Option<String>,
}

impl From<HistoryEntry> for HistoryView {
    fn from(entry: HistoryEntry) -> Self {
        Self {
            number: entry.number,
            date: entry.date.map(|date| date.to_string()),
            summary: entry.summary,
            legacy_version: said(&entry.legacy_version),
        }
    }
}

impl AdvisoryView {
    /// The view of an advisory with its parts.
    #[must_use]
    pub fn of(detail: AdvisoryDetail, pressing: PressingView) -> Self {
        let AdvisoryDetail { advisory: stored, vulnerabilities, facts } = detail;
        Self {
            versioning: Versioning::of(&stored.line.tracking_version).word().to_owned(),
            history: facts.history.into_iter().map(Into::into).collect(),
            lang: said(&stored.line.lang),
            line: AdvisoryLineView::of(stored.line, pressing),
            notes: stored.notes.into_iter().map(Into::into).collect(),
            references: stored.references.into_iter().map(Into::into).collect(),
            warnings: stored.warnings.into_iter().map(Into::into).collect(),
            vulnerabilities: vulnerabilities.into_iter().map(Into::into).collect(),
        }
    }
}

/// One revision of an advisory that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RevisionView {
    /// Its id.
    pub id: String,
    /// 1 for the first that came in.
    pub ordinal: u64,
    /// The publisher's version.
    pub tracking_version: String,
    /// `draft`, `interim` or `final`.
    pub status: String,
    /// The publisher's date of it.
    pub current_release: String,
    /// When it came in.
    pub received_at: String,
    /// When the next one took its place; `null`: it is the newest.
    pub valid_to: Option<String>,
    /// Whether it is the newest.
    pub current: bool,
    /// SHA-256 of the document's bytes.
    pub sha256: String,
    /// Where it came from.
    pub source: String,
    /// Signature.
    pub signature: SignatureView,
    /// `first`, `changed`, `silent` or `restored`.
    pub standing: String,
}

impl From<RevisionLine> for RevisionView {
    fn from(line: RevisionLine) -> Self {
        let valid_to = end(line.valid_to);
        Self {
            id: line.id.to_string(),
            ordinal: line.ordinal,
            tracking_version: line.tracking_version,
            status: line.status,
            current_release: line.current_release.to_string(),
            received_at: line.received_at.to_string(),
            current: valid_to.is_none(),
            valid_to,
            sha256: hex(&line.raw_sha256),
            source: line.source,
            signature: (&line.signature).into(),
            standing: line.standing.word().to_owned(),
        }
    }
}

/// Identification helpers of a product, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpersView {
    /// CPE.
    pub cpe: Option<String>,
    /// Package URL.
    pub purl: Option<String>,
    /// Model or order numbers, also patterns.
    pub model_numbers: Vec<String>,
    /// Serial numbers, also patterns.
    pub serial_numbers: Vec<String>,
    /// Stock keeping units, also patterns.
    pub skus: Vec<String>,
}

/// What a document says of a product and one vulnerability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatementView {
    /// CVE, else another id.
    pub vulnerability: String,
    /// For example `known_affected` or `fixed`.
    pub status: String,
}

/// A product of an advisory, and how its version expression was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProductView {
    /// The document's id for it.
    pub product_id: String,
    /// The full name.
    pub name: String,
    /// Vendor on its path.
    pub vendor: Option<String>,
    /// Product on its path.
    pub product: Option<String>,
    /// Version text on its path.
    pub version: Option<String>,
    /// `product_version` or `product_version_range`.
    pub version_category: Option<String>,
    /// JSON pointer into the document.
    pub pointer: String,
    /// `decided`, `conditional` or `not_understood`.
    pub outcome: String,
    /// The range that was understood, in words.
    pub range: Option<String>,
    /// What must be known besides the version.
    pub predicates: Option<String>,
    /// Why it was not understood.
    pub why: Option<String>,
    /// Identification helpers.
    pub helpers: HelpersView,
    /// What the document says of it.
    pub statuses: Vec<StatementView>,
}

impl ProductView {
    /// The view of a product; `statements` are those of all products of the page.
    #[must_use]
    pub fn of(stored: StoredProduct, statements: &[StatementRow]) -> Self {
        let expression = stored.expression;
        let version =
            expression.version().map(|(category, text)| (category.word().to_owned(), text.to_owned()));
        let statement = |row: &StatementRow| StatementView {
            vulnerability: row.vulnerability.clone(),
            status: row.status.word().to_owned(),
        };
        Self {
            vendor: expression.vendor().map(str::to_owned),
            product: expression.product().map(str::to_owned),
            version: version.as_ref().map(|(_, text)| text.clone()),
            version_category: version.map(|(category, _)| category),
            outcome: stored.reading.outcome.word().to_owned(),
            range: said(&stored.reading.range_text),
            predicates: said(&stored.reading.predicates_text),
            why: said(&stored.reading.why),
            helpers: HelpersView {
                cpe: expression.helpers.cpe,
                purl: expression.helpers.purl,
                model_numbers: expression.helpers.model_numbers,
                serial_numbers: expression.helpers.serial_numbers,
                skus: expression.helpers.skus,
            },
            statuses: statements
                .iter()
                .filter(|row| row.product_no == stored.product_no)
                .map(statement)
                .collect(),
            product_id: expression.product_id,
            name: expression.name,
            pointer: expression.pointer,
        }
    }
}
