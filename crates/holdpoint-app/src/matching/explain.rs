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
use holdpoint_domain::matching::{Decision, Evidence, Explanation, Verdict};
use holdpoint_engine::matching::configuration::Memo;
use holdpoint_engine::matching::lines::{Outweighed, Said, outweighed, turned};
use holdpoint_engine::matching::statement::folded;
use holdpoint_engine::matching::{
    AssetFacts, ComponentFact, ConfigurationMatch, Leaves, Rules, for_asset, match_configuration,
};
use holdpoint_store::Reader;
use holdpoint_store::matches::{MatchLine, MatchLineId, SettledBy};
use std::sync::Arc;

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
/// Other products that an explanation names; the number of all is said beside.
const MAX_OTHERS: usize = 20;

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
        let products: Vec<i64> = leaves.iter().map(|leaf| leaf.number).collect();
        let mut said = r.said_of_products(&products)?;
        said.retain(|one| one.vulnerability_no == line.id.vulnerability_no);
        Ok(Some((line, facts, leaves, (remediations, said), raw, rules, asset)))
    })?;
    let (line, facts, leaves, (remediations, said), raw, rules, asset) = found.ok_or_else(missing)?;
    let said: Vec<Said> = said
        .into_iter()
        .map(|one| Said { leaf: one.product_no, vulnerability: one.vulnerability_no, status: one.status })
        .collect();
    let facts: Vec<&ComponentFact> = facts.iter().collect();
    let replayed = holdpoint_engine::matching::explain(&leaves, &facts, &rules, line.product_no);
    let found = match_configuration(&leaves, &facts, &rules, &mut Memo::default());
    let own = asset.map(|asset| own_facts(&asset)).unwrap_or_default();
    let settled = Settled { leaves: &leaves, facts: &facts, rules: &rules, own: &own };
    let (decision, further) = settled.of_line(&line, found, &said);
    let same = |explanation: &Explanation| line.match_why.starts_with(&explanation.decision.why);
    let replay = match (&replayed, &decision) {
        (Some(explanation), Some(decision))
            if same(explanation) && line.why.starts_with(&decision.why) && is_of(&line, decision) =>
        {
            Replay::Same
        }
        (Some(_) | None, _) => Replay::Different,
    };
    let mut explanation = replayed.unwrap_or_else(|| stored_only(&line));
    explanation.evidence.extend(further);
    if line.verdict == Verdict::No && explanation.decision.verdict != Verdict::No {
        explanation.what_would_change_it = vec![another_word(&line)];
    }
    let pointers: Vec<String> = explanation.evidence.iter().map(|row| row.advisory_pointer.clone()).collect();
    Ok(ExplainedMatch { raw: places(raw.as_deref(), pointers), line, explanation, replay, remediations })
}

fn own_facts(asset: &Asset) -> AssetFacts {
    let value = |field| asset.value(field).unwrap_or_default().to_owned();
    AssetFacts {
        serial_number: value(Field::SerialNumber),
        hardware_revision: value(Field::HardwareRevision),
        ..AssetFacts::default()
    }
}

/// What would change the answer of a line that its own range does not clear: not a version outside that range.
fn another_word(line: &MatchLine) -> String {
    match line.settled_by {
        SettledBy::Statement => {
            "a newer word of the publisher: another statement of the document is more exact, and decides"
                .to_owned()
        }
        SettledBy::Asset => {
            "another serial number or hardware revision on the device than the one noted for this asset"
                .to_owned()
        }
        SettledBy::Configuration => {
            "a newer word of the publisher: the document says so of this very product and version".to_owned()
        }
    }
}

/// Whether the stored line says what was decided anew, after the turn of its statement.
fn is_of(line: &MatchLine, decision: &Decision) -> bool {
    line.settled_by == SettledBy::Statement
        || line.status.map_or(decision.verdict, |status| turned(decision.verdict, status)) == line.verdict
        || (line.status.is_none() && line.verdict == Verdict::Unknown)
}

/// What settles a line besides its configuration, made again.
struct Settled<'a> {
    leaves: &'a Leaves,
    facts: &'a [&'a ComponentFact],
    rules: &'a Rules,
    own: &'a AssetFacts,
}

impl Settled<'_> {
    /// The decision for the asset of the line, with the evidence of what settled it: the asset's own facts, and the
    /// other statements of the document, each with its place.
    fn of_line(
        &self,
        line: &MatchLine,
        found: Vec<ConfigurationMatch>,
        said: &[Said],
    ) -> (Option<Decision>, Vec<Evidence>) {
        let decided = |matched: &ConfigurationMatch| {
            let leaf = self.leaves.by_number(matched.leaf)?;
            let component = self.facts.iter().find(|fact| Some(fact.number) == matched.component).copied();
            Some(for_asset(matched, component, leaf, self.rules, self.own))
        };
        let before = found.iter().find(|one| one.leaf == line.product_no).cloned();
        let matched: Vec<ConfigurationMatch> = found
            .into_iter()
            .map(|one| ConfigurationMatch {
                decision: decided(&one).map_or_else(|| Arc::clone(&one.decision), Arc::new),
                ..one
            })
            .collect();
        let now = matched.iter().find(|one| one.leaf == line.product_no);
        let own = before.as_ref().zip(now).and_then(|(before, now)| self.of_asset(before, now));
        let lines = outweighed(self.leaves, &matched, said);
        let changed = lines.iter().find(|changed| changed.leaf == line.product_no);
        let mut evidence: Vec<Evidence> = own.into_iter().collect();
        if let Some(changed) = changed {
            evidence.extend(self.statements(&matched, changed, said));
        }
        evidence.extend(self.same_answer(&matched, line));
        let decision = match (changed, now) {
            (Some(changed), Some(now)) => Some(Decision {
                verdict: changed.verdict,
                why: changed.why.clone(),
                ..(*now.decision).clone()
            }),
            (None, Some(now)) => Some((*now.decision).clone()),
            (_, None) => None,
        };
        (decision, evidence)
    }

    /// What the asset's own serial number and hardware revision settle of an answer that its configuration leaves open.
    fn of_asset(&self, before: &ConfigurationMatch, now: &ConfigurationMatch) -> Option<Evidence> {
        let leaf = self.leaves.by_number(now.leaf)?;
        (before.decision.verdict != now.decision.verdict).then(|| Evidence {
            test: "this asset alone".to_owned(),
            asset_value: self.own.serial_number.clone(),
            advisory_value: if leaf.serial_texts.is_empty() {
                leaf.version_text.clone()
            } else {
                leaf.serial_texts.join(", ")
            },
            advisory_pointer: leaf.pointer.clone(),
            result: now.decision.verdict,
            note: now.decision.why.clone(),
        })
    }

    /// The line's own statement and the one that outweighs or contradicts it.
    fn statements(
        &self,
        matched: &[ConfigurationMatch],
        changed: &Outweighed,
        said: &[Said],
    ) -> Vec<Evidence> {
        let row = |number: i64| {
            let leaf = self.leaves.by_number(number)?;
            let status = said.iter().find(|said| said.leaf == number)?.status;
            let found = matched.iter().find(|found| found.leaf == number)?;
            let component = self.facts.iter().find(|fact| Some(fact.number) == found.component)?;
            Some(Evidence {
                test: "statement".to_owned(),
                asset_value: component.component.version.clone(),
                advisory_value: format!("{} {}", leaf.product, leaf.version_text).trim_end().to_owned(),
                advisory_pointer: leaf.pointer.clone(),
                result: turned(found.decision.verdict, status),
                note: format!("stated: {}", status.word().replace('_', " ")),
            })
        };
        [changed.leaf, changed.by].into_iter().filter_map(row).collect()
    }

    /// The other products of the document that give the same open answer: one question, not many.
    fn same_answer(&self, matched: &[ConfigurationMatch], line: &MatchLine) -> Option<Evidence> {
        let leaf = self.leaves.by_number(line.product_no)?;
        let line = folded(self.leaves, matched)
            .into_iter()
            .find(|folded| folded.verdict == Verdict::Unknown && folded.leaves.contains(&line.product_no))?;
        let others: Vec<String> = line
            .leaves
            .iter()
            .filter(|number| **number != leaf.number)
            .filter_map(|number| self.leaves.by_number(*number))
            .take(MAX_OTHERS)
            .map(|leaf| leaf.product_id.clone())
            .collect();
        (!others.is_empty()).then(|| Evidence {
            test: "same question".to_owned(),
            asset_value: String::new(),
            advisory_value: others.join(", "),
            advisory_pointer: leaf.pointer.clone(),
            result: Verdict::Unknown,
            note: format!("{} products of this document are open for this asset", line.leaves.len()),
        })
    }
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
