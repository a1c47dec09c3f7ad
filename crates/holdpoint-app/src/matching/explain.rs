//! Why a match says what it says: the sentence, the evidence, and the raw source, made again from the facts.
//!
//! Nothing of an explanation is stored. It is replayed from the configuration and the revision that the match
//! rests on; when the replay does not give the stored answer, that is said, never hidden.

use crate::access_check::Caller;
use crate::error::AppError;
use crate::{App, matching};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::advisory::Remediation;
use holdpoint_domain::asset::{Asset, Field};
use holdpoint_domain::matching::{Evidence, Explanation, Verdict};
use holdpoint_engine::matching::configuration::Memo;
use holdpoint_engine::matching::{AssetFacts, ComponentFact, Leaves, Rules, for_asset, match_configuration};
use holdpoint_store::Reader;
use holdpoint_store::matches::{MatchLine, MatchLineId};

/// A match with all that led to it.
#[derive(Debug, Clone)]
pub struct ExplainedMatch {
    /// The match.
    pub line: MatchLine,
    /// The replayed explanation.
    pub explanation: Explanation,
    /// Whether the replay gives the stored verdict; if not, the program changed since: run a rebuild.
    pub replay: Replay,
    /// What the document offers for this product and vulnerability.
    pub remediations: Vec<Remediation>,
    /// The places in the document, with the JSON that stands there.
    pub raw: Vec<RawPlace>,
}

/// Whether an explanation, made again, gives what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// It does.
    Same,
    /// It does not: the rules of the program changed since the match was stored.
    Different,
}

/// A place in a document, and what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawPlace {
    /// JSON pointer.
    pub pointer: String,
    /// The JSON there; `None` when it is longer than 64 KiB or the pointer leads nowhere.
    pub value: Option<serde_json::Value>,
}

const MAX_RAW_BYTES: usize = 64 * 1024;

/// Explains one match line.
///
/// # Errors
/// [`AppError::Refused`], [`AppError::NotFound`] also for matches of sites that the caller may not see.
pub fn explain(app: &App, caller: &Caller, id: &str, as_of: Moment) -> Result<ExplainedMatch, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let missing = || AppError::NotFound { noun: "match", id: id.chars().take(64).collect() };
    let line_id: MatchLineId = id.parse().map_err(|_| missing())?;
    let moment = if as_of == Moment::OPEN { app.now() } else { as_of };
    let found = app.store().read(|r| {
        let Some(line) = line_of(r, line_id, as_of, &reach)? else { return Ok(None) };
        let facts = matching::facts_of(r, line.configuration_no)?;
        let leaves = leaves_of(r, &line)?;
        let remediations = remediations(r, &line)?;
        let raw = r.blob(&line.raw_sha256)?;
        let rules = crate::review::rules_at(r, as_of, moment)?;
        let asset = r.asset(line.asset_id, as_of)?.map(|stored| stored.asset);
        Ok(Some((line, facts, leaves, remediations, raw, rules, asset)))
    })?;
    let (line, facts, leaves, remediations, raw, rules, asset) = found.ok_or_else(missing)?;
    let facts: Vec<&ComponentFact> = facts.iter().collect();
    let replayed = holdpoint_engine::matching::explain(&leaves, &facts, &rules, line.product_no);
    let replay = match &replayed {
        Some(explanation) if line.why.starts_with(&explanation.decision.why) => Replay::Same,
        Some(_) | None => Replay::Different,
    };
    let mut explanation = replayed.unwrap_or_else(|| stored_only(&line));
    let alone = asset.and_then(|asset| of_asset_alone(&leaves, &facts, &rules, line.product_no, &asset));
    explanation.evidence.extend(alone);
    let pointers: Vec<String> = explanation.evidence.iter().map(|row| row.advisory_pointer.clone()).collect();
    Ok(ExplainedMatch { raw: places(raw.as_deref(), pointers), line, explanation, replay, remediations })
}

/// What the asset's own serial number and hardware revision settle of an answer that its configuration leaves open.
/// The line itself stays open: other assets share its configuration.
fn of_asset_alone(
    leaves: &Leaves,
    facts: &[&ComponentFact],
    rules: &Rules,
    leaf: i64,
    asset: &Asset,
) -> Option<Evidence> {
    let found = match_configuration(leaves, facts, rules, &mut Memo::default());
    let matched = found.into_iter().find(|matched| matched.leaf == leaf)?;
    let leaf = leaves.by_number(leaf)?;
    let value = |field| asset.value(field).unwrap_or_default().to_owned();
    let own = AssetFacts {
        serial_number: value(Field::SerialNumber),
        hardware_revision: value(Field::HardwareRevision),
        ..AssetFacts::default()
    };
    let component = facts.iter().find(|fact| Some(fact.number) == matched.component).copied();
    let decision = for_asset(&matched, component, leaf, rules, &own);
    let settles = matched.decision.verdict == Verdict::Unknown && decision.verdict != Verdict::Unknown;
    settles.then(|| Evidence {
        test: "this asset alone".to_owned(),
        asset_value: own.serial_number,
        advisory_value: if leaf.serial_texts.is_empty() {
            leaf.version_text.clone()
        } else {
            leaf.serial_texts.join(", ")
        },
        advisory_pointer: leaf.pointer.clone(),
        result: decision.verdict,
        note: decision.why,
    })
}

/// The line of that name; when its document calls the vulnerability otherwise since, the line of the new name.
fn line_of(
    r: &mut Reader<'_>,
    id: MatchLineId,
    as_of: Moment,
    reach: &Reach,
) -> Result<Option<MatchLine>, holdpoint_store::StoreError> {
    if let Some(line) = r.match_line(id, as_of, reach)? {
        return Ok(Some(line));
    }
    let Some(vulnerability_no) = r.renamed_in_match(id.match_no, id.vulnerability_no)? else {
        return Ok(None);
    };
    r.match_line(MatchLineId { vulnerability_no, ..id }, as_of, reach)
}

fn leaves_of(r: &mut Reader<'_>, line: &MatchLine) -> Result<Leaves, holdpoint_store::StoreError> {
    let products = r.products_of(line.revision_id)?;
    Ok(Leaves::new(products.into_iter().map(|product| matching::leaf_of(product, 0)).collect()))
}

fn remediations(
    r: &mut Reader<'_>,
    line: &MatchLine,
) -> Result<Vec<Remediation>, holdpoint_store::StoreError> {
    let vulnerabilities = r.vulnerabilities_of(line.revision_id)?;
    Ok(vulnerabilities
        .into_iter()
        .filter(|known| known.vulnerability.reference == line.vulnerability)
        .flat_map(|known| known.vulnerability.remediations)
        .filter(|remediation| remediation.products.contains(&line.product_id))
        .collect())
}

/// The stored answer without a replay: the configuration and the document do not meet any more.
fn stored_only(line: &MatchLine) -> Explanation {
    Explanation {
        decision: holdpoint_domain::matching::Decision {
            verdict: line.verdict,
            confidence: line.confidence,
            rung: line.rung,
            why: line.why.clone(),
        },
        evidence: Vec::new(),
        what_would_change_it: Vec::new(),
    }
}

fn places(raw: Option<&[u8]>, mut pointers: Vec<String>) -> Vec<RawPlace> {
    pointers.sort();
    pointers.dedup();
    let document: Option<serde_json::Value> = raw.and_then(|bytes| {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        serde_json::from_slice(bytes).ok()
    });
    pointers
        .into_iter()
        .map(|pointer| {
            let value = document.as_ref().and_then(|document| document.pointer(&pointer)).cloned();
            let value = value.filter(|value| value.to_string().len() <= MAX_RAW_BYTES);
            RawPlace { pointer, value }
        })
        .collect()
}
