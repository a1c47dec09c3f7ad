//! The shapes of the CSAF asset matching system: lines, pairs, products, findings, statistics, runs.

use holdpoint_app::remediation::SetOutcome;
use holdpoint_app::store::remediation::{
    Finding, MatchedPair, MatchedProduct, ProductAdvisory, RemediationLine, RemediationStatistics,
    StatusCounts, StatusPeriod,
};
use holdpoint_app::store::run::{MatchRun, NewsLine};
use holdpoint_domain::matching::{Confidence, Rung, Verdict, confidence_words};
use holdpoint_domain::score::probability;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::text::{end, said};

/// The probability that stands for a class of match. A fixed translation of the words, not a measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Probability)]
pub struct ProbabilityView {
    /// From 0 to 1.
    pub value: f64,
    /// Why.
    pub reason: String,
}

impl ProbabilityView {
    /// The probability of a class of match.
    #[must_use]
    pub fn of(verdict: Verdict, confidence: Confidence, rung: Rung) -> Self {
        let found = probability(verdict, confidence, rung);
        Self { value: found.value, reason: found.reason.to_owned() }
    }
}

/// A document, a vulnerability and an asset that match, and where the work stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = RemediationLine)]
pub struct RemediationLineView {
    /// The advisory.
    pub advisory_id: String,
    /// The publisher's id for it.
    pub advisory: String,
    /// Its title.
    pub title: String,
    /// The publisher's version on which the match rests.
    pub tracking_version: String,
    /// CVE, else another id; empty when the document names none for the product.
    pub vulnerability: String,
    /// The asset.
    pub asset_id: String,
    /// Its tag.
    pub asset_tag: String,
    /// Its name.
    pub asset_name: Option<String>,
    /// Site's name.
    pub site: Option<String>,
    /// Zone's name.
    pub zone: Option<String>,
    /// The asset's vendor.
    pub vendor: Option<String>,
    /// The asset's product.
    pub product: Option<String>,
    /// `yes` or `unknown`; an unknown is never a no.
    pub verdict: String,
    /// `confirmed`, `likely`, `possible` or `version_unknown`.
    pub confidence: String,
    /// The same for people, with what is open: `Product confirmed, version or condition unknown`.
    pub confidence_words: String,
    /// What recognised the product.
    pub rung: String,
    /// The probability of the match.
    pub probability: ProbabilityView,
    /// `not_remediated`, `in_progress` or `done`.
    pub state: String,
    /// Why it stands so: `set`, `remediation_changed` or `renamed`; `null`: nobody has said anything yet.
    pub cause: Option<String>,
    /// Who said so.
    pub by: Option<String>,
    /// Since when.
    pub since: Option<String>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// The match behind it, for `/matches/{id}/explanation`.
    pub match_id: String,
    /// The document's id of the product that decided.
    pub product_id: String,
    /// Why it matches, in one sentence.
    pub why: String,
}

impl From<RemediationLine> for RemediationLineView {
    fn from(line: RemediationLine) -> Self {
        Self {
            advisory_id: line.advisory_id.to_string(),
            advisory: line.advisory,
            title: line.title,
            tracking_version: line.tracking_version,
            vulnerability: line.vulnerability,
            asset_id: line.asset_id.to_string(),
            asset_tag: line.asset_tag,
            asset_name: said(&line.asset_name),
            site: line.site,
            zone: line.zone,
            vendor: said(&line.vendor),
            product: said(&line.product),
            verdict: line.verdict.word().to_owned(),
            confidence: line.confidence.word().to_owned(),
            confidence_words: confidence_words(line.verdict, line.confidence).to_owned(),
            rung: line.rung.word().to_owned(),
            probability: ProbabilityView::of(line.verdict, line.confidence, line.rung),
            state: line.state.word().to_owned(),
            cause: line.cause.map(|cause| cause.word().to_owned()),
            by: line.by,
            since: line.since.map(|at| at.to_string()),
            reason: line.reason,
            match_id: line.line_id.to_string(),
            product_id: line.product_id,
            why: line.why,
        }
    }
}

/// How many of something stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RemediationCounts)]
pub struct StatusCountsView {
    /// All.
    pub all: u64,
    /// Not remediated.
    pub not_remediated: u64,
    /// Remediation in progress.
    pub in_progress: u64,
    /// Remediation done.
    pub done: u64,
}

impl From<StatusCounts> for StatusCountsView {
    fn from(counts: StatusCounts) -> Self {
        let StatusCounts { all, not_remediated, in_progress, done } = counts;
        Self { all, not_remediated, in_progress, done }
    }
}

/// A document and an asset that match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = MatchedPair)]
pub struct MatchedPairView {
    /// The advisory.
    pub advisory_id: String,
    /// The publisher's id for it.
    pub advisory: String,
    /// The publisher's name.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// The publisher's version.
    pub tracking_version: String,
    /// Release of that revision.
    pub current_release: String,
    /// The highest CVSS base score in it.
    pub max_score: Option<f64>,
    /// The asset.
    pub asset_id: String,
    /// Its tag.
    pub asset_tag: String,
    /// Its name.
    pub asset_name: Option<String>,
    /// Site's name.
    pub site: Option<String>,
    /// Zone's name.
    pub zone: Option<String>,
    /// The asset's vendor.
    pub vendor: Option<String>,
    /// The asset's product.
    pub product: Option<String>,
    /// The asset's firmware; `null`: nobody has said.
    pub firmware_version: Option<String>,
    /// The worst answer: `yes` or `unknown`.
    pub verdict: String,
    /// The surest match.
    pub confidence: String,
    /// The same for people, with what is open: `Product confirmed, version or condition unknown`.
    pub confidence_words: String,
    /// Where the slowest vulnerability stands.
    pub state: String,
    /// Its vulnerabilities by status.
    pub vulnerabilities: StatusCountsView,
    /// When a status changed last.
    pub changed: Option<String>,
}

fn score(tenths: Option<u16>) -> Option<f64> {
    tenths.map(|tenths| f64::from(tenths) / 10.0)
}

impl From<MatchedPair> for MatchedPairView {
    fn from(pair: MatchedPair) -> Self {
        Self {
            advisory_id: pair.advisory_id.to_string(),
            advisory: pair.advisory,
            publisher: pair.publisher,
            title: pair.title,
            tracking_version: pair.tracking_version,
            current_release: pair.current_release.to_string(),
            max_score: score(pair.max_base_tenths),
            asset_id: pair.asset_id.to_string(),
            asset_tag: pair.asset_tag,
            asset_name: said(&pair.asset_name),
            site: pair.site,
            zone: pair.zone,
            vendor: said(&pair.vendor),
            product: said(&pair.product),
            firmware_version: said(&pair.firmware_version),
            verdict: pair.verdict.word().to_owned(),
            confidence: pair.confidence.word().to_owned(),
            confidence_words: confidence_words(pair.verdict, pair.confidence).to_owned(),
            state: pair.state.word().to_owned(),
            vulnerabilities: pair.vulnerabilities.into(),
            changed: pair.changed.map(|at| at.to_string()),
        }
    }
}

/// A product of the inventory that some document matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MatchedProduct)]
pub struct MatchedProductView {
    /// Its number here, for `/products/{id}/advisories`; 0: several components together.
    pub number: i64,
    /// Its kind; `null`: several components together.
    pub kind: Option<String>,
    /// Its vendor.
    pub vendor: Option<String>,
    /// Its product.
    pub product: Option<String>,
    /// Its version; `null`: nobody has said.
    pub version: Option<String>,
    /// Its order number.
    pub order_number: Option<String>,
    /// Advisories that match it.
    pub advisories: u64,
    /// Assets of the caller's sites that have it and match.
    pub assets: u64,
    /// Of them, those that are touched; of the others it cannot be said.
    pub affected: u64,
    /// The worst answer.
    pub verdict: String,
    /// The surest match.
    pub confidence: String,
    /// The same for people, with what is open: `Product confirmed, version or condition unknown`.
    pub confidence_words: String,
    /// The document's ids of the products that match it; only when one document was asked for.
    pub product_ids: Vec<String>,
}

impl From<MatchedProduct> for MatchedProductView {
    fn from(one: MatchedProduct) -> Self {
        Self {
            number: one.number,
            kind: one.kind.map(|kind| kind.word().to_owned()),
            vendor: said(&one.vendor),
            product: said(&one.product),
            version: said(&one.version),
            order_number: said(&one.order_number),
            advisories: one.advisories,
            assets: one.assets,
            affected: one.affected,
            verdict: one.verdict.word().to_owned(),
            confidence: one.confidence.word().to_owned(),
            confidence_words: confidence_words(one.verdict, one.confidence).to_owned(),
            product_ids: one.product_ids,
        }
    }
}

/// An advisory that matches a product of the inventory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ProductAdvisory)]
pub struct ProductAdvisoryView {
    /// The advisory.
    pub advisory_id: String,
    /// The publisher's id for it.
    pub advisory: String,
    /// The publisher's name.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// The publisher's version.
    pub tracking_version: String,
    /// Release of that revision.
    pub current_release: String,
    /// The highest CVSS base score in it.
    pub max_score: Option<f64>,
    /// The worst answer.
    pub verdict: String,
    /// The surest match.
    pub confidence: String,
    /// The same for people, with what is open: `Product confirmed, version or condition unknown`.
    pub confidence_words: String,
    /// Assets of the caller's sites that have the product and match.
    pub assets: u64,
    /// Of them, those that are touched.
    pub affected: u64,
}

impl From<ProductAdvisory> for ProductAdvisoryView {
    fn from(one: ProductAdvisory) -> Self {
        Self {
            advisory_id: one.advisory_id.to_string(),
            advisory: one.advisory,
            publisher: one.publisher,
            title: one.title,
            tracking_version: one.tracking_version,
            current_release: one.current_release.to_string(),
            max_score: score(one.max_base_tenths),
            verdict: one.verdict.word().to_owned(),
            confidence: one.confidence.word().to_owned(),
            confidence_words: confidence_words(one.verdict, one.confidence).to_owned(),
            assets: one.assets,
            affected: one.affected,
        }
    }
}

/// A vulnerability of an asset over all documents that speak of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingView {
    /// CVE, else another id.
    pub vulnerability: String,
    /// The asset.
    pub asset_id: String,
    /// Its tag.
    pub asset_tag: String,
    /// Its name.
    pub asset_name: Option<String>,
    /// Site's name.
    pub site: Option<String>,
    /// Zone's name.
    pub zone: Option<String>,
    /// The asset's vendor.
    pub vendor: Option<String>,
    /// The asset's product.
    pub product: Option<String>,
    /// The worst answer.
    pub verdict: String,
    /// The surest match.
    pub confidence: String,
    /// The same for people, with what is open: `Product confirmed, version or condition unknown`.
    pub confidence_words: String,
    /// Where the slowest document stands; the finding is open until all are done.
    pub state: String,
    /// The documents by status.
    pub documents: StatusCountsView,
    /// When a status changed last.
    pub changed: Option<String>,
}

impl From<Finding> for FindingView {
    fn from(one: Finding) -> Self {
        Self {
            vulnerability: one.vulnerability,
            asset_id: one.asset_id.to_string(),
            asset_tag: one.asset_tag,
            asset_name: said(&one.asset_name),
            site: one.site,
            zone: one.zone,
            vendor: said(&one.vendor),
            product: said(&one.product),
            verdict: one.verdict.word().to_owned(),
            confidence: one.confidence.word().to_owned(),
            confidence_words: confidence_words(one.verdict, one.confidence).to_owned(),
            state: one.state.word().to_owned(),
            documents: one.documents.into(),
            changed: one.changed.map(|at| at.to_string()),
        }
    }
}

/// How many assets match a document, and how many stand where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RemediationStatistics)]
pub struct StatisticsView {
    /// Assets that match at all, each by its slowest vulnerability.
    pub assets: StatusCountsView,
    /// Of them, those of which it cannot be said whether they are touched.
    pub assets_unknown: u64,
    /// Vulnerabilities times assets.
    pub lines: StatusCountsView,
}

impl From<RemediationStatistics> for StatisticsView {
    fn from(found: RemediationStatistics) -> Self {
        let RemediationStatistics { assets, assets_unknown, lines } = found;
        Self { assets: assets.into(), assets_unknown, lines: lines.into() }
    }
}

/// One period of a status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatusPeriod)]
pub struct StatusPeriodView {
    /// `not_remediated`, `in_progress` or `done`.
    pub state: String,
    /// `set`, `remediation_changed` or `renamed`.
    pub cause: String,
    /// Who said so.
    pub by: String,
    /// Why, in their words.
    pub reason: String,
    /// From when.
    pub from: String,
    /// Until when; `null`: it holds.
    pub to: Option<String>,
    /// The publisher's version at that time.
    pub tracking_version: String,
}

impl From<StatusPeriod> for StatusPeriodView {
    fn from(period: StatusPeriod) -> Self {
        Self {
            state: period.state.word().to_owned(),
            cause: period.cause.word().to_owned(),
            by: period.by,
            reason: period.reason,
            from: period.from.to_string(),
            to: end(period.to),
            tracking_version: period.tracking_version,
        }
    }
}

/// What setting would touch, or has touched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SetOutcome)]
pub struct SetOutcomeView {
    /// Lines that change; hand it in as `expected` to set exactly what the preview showed.
    pub changes: u64,
    /// Lines that stand so already.
    pub already: u64,
    /// Assets whose lines change.
    pub assets: u64,
    /// The first lines that change, as they are before.
    pub shown: Vec<RemediationLineView>,
}

impl From<SetOutcome> for SetOutcomeView {
    fn from(outcome: SetOutcome) -> Self {
        let SetOutcome { changes, already, assets, shown } = outcome;
        Self { changes, already, assets, shown: shown.into_iter().map(Into::into).collect() }
    }
}

/// A run of matching.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MatchRun)]
pub struct RunView {
    /// Its number.
    pub number: i64,
    /// `manual` or `automatic`: two queues that are never pooled.
    pub kind: String,
    /// What set it off.
    pub trigger: String,
    /// When it began.
    pub started_at: String,
    /// When it ended.
    pub ended_at: String,
    /// Who asked, or brought in what set it off.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Documents or assets, the first of them.
    pub subjects: Vec<String>,
    /// How many there were.
    pub subject_count: u64,
    /// Matches that are new.
    pub opened: u64,
    /// Matches with another answer.
    pub changed: u64,
    /// Matches that rest on a newer revision and say the same.
    pub carried_over: u64,
    /// Matches that ended.
    pub closed: u64,
    /// Known matches that are news again, because the remediation is another one.
    pub raised: u64,
    /// Changes that are only noted.
    pub noted: u64,
    /// Known matches that are a "no" now. These three count assets and vulnerabilities, as the list of news shows them.
    pub cleared: u64,
}

impl From<MatchRun> for RunView {
    fn from(run: MatchRun) -> Self {
        Self {
            number: run.number,
            kind: run.kind().word().to_owned(),
            trigger: run.trigger.word().to_owned(),
            started_at: run.started_at.to_string(),
            ended_at: run.ended_at.to_string(),
            by: run.by,
            reason: run.reason,
            subjects: run.subjects,
            subject_count: run.subject_count,
            opened: run.counts.opened,
            changed: run.counts.changed,
            carried_over: run.counts.carried_over,
            closed: run.counts.closed,
            raised: run.counts.raised,
            noted: run.counts.noted,
            cleared: run.counts.cleared,
        }
    }
}

/// What a newer revision means for an asset that matched before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = News)]
pub struct NewsView {
    /// The run.
    pub run: i64,
    /// `raised`, `noted` when nothing has to be done again, or `cleared`.
    pub kind: String,
    /// Why, in one sentence.
    pub why: String,
    /// The advisory.
    pub advisory_id: String,
    /// The publisher's id for it.
    pub advisory: String,
    /// The publisher's version.
    pub tracking_version: String,
    /// CVE, else another id.
    pub vulnerability: String,
    /// The asset.
    pub asset_id: String,
    /// Its tag.
    pub asset_tag: String,
    /// When.
    pub at: String,
}

impl From<NewsLine> for NewsView {
    fn from(line: NewsLine) -> Self {
        Self {
            run: line.run,
            kind: line.kind.word().to_owned(),
            why: line.why,
            advisory_id: line.advisory_id.to_string(),
            advisory: line.advisory,
            tracking_version: line.tracking_version,
            vulnerability: line.vulnerability,
            asset_id: line.asset_id.to_string(),
            asset_tag: line.asset_tag,
            at: line.at.to_string(),
        }
    }
}
