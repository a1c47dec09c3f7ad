//! Keeping the stored findings of feeds equal to what conditions and VEX statements say, inside the change that made
//! them differ.
//!
//! A change of records looks its conditions up in the inventory and touches the configurations that it may speak of; a
//! change of the inventory asks the catalogue about the configurations that are new. Both end in the same comparison of
//! what is stored with what should be. The surprise: where a VEX document speaks of a vulnerability, the answer is not
//! looked up but replayed by [`judge`], so that lists and explanations cannot differ.

use super::judge::{Judged, judge};
use super::releases::Silence;
use super::voices::Trust;
use super::{Taken, conditions, push, push_vex, stock};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::component::Component;
use holdpoint_domain::intelligence::FindingCause;
use holdpoint_domain::matching::Verdict;
use holdpoint_engine::applicability::{Builder, Catalogue, Truth};
use holdpoint_engine::fleet::{Answers, Findings, Fleet, FleetBuilder, Percolator};
use holdpoint_store::feed_finding::{FindingCounts, WantedFinding};
use holdpoint_store::vex::StoredVex;
use holdpoint_store::vulnerability_record::StoredRecord;
use holdpoint_store::{Change, Reader, StoreError};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Names the rules by which findings are made. It counts up whenever the same facts may get another answer.
const RULES: u64 = 14;
const RULES_SETTING: &str = "findings.rules";
/// Vulnerabilities that are looked at at once: their conditions are in memory together.
const VULNERABILITIES: usize = 4_096;
/// Configurations that are looked at at once.
const CONFIGURATIONS: usize = 1_024;

/// One answer before VEX was heard: a configuration, a vulnerability's number, what its conditions say.
type Near = (i64, i64, Truth);

/// Brings the findings of all vulnerabilities up to date that this change touched.
pub(crate) fn after_feed(
    app: &App,
    c: &mut Change<'_>,
    cause: FindingCause,
) -> Result<FindingCounts, StoreError> {
    let touched = c.take_touched_vulnerabilities();
    let mut counts = FindingCounts::default();
    if touched.is_empty() {
        return Ok(counts);
    }
    c.put_setting(RULES_SETTING, &serde_json::json!(RULES))?;
    let stock = stock(app, c)?;
    if stock.fleet.configurations() == 0 {
        return Ok(counts);
    }
    let mut percolator = Percolator::new(&stock.fleet);
    for numbers in touched.chunks(VULNERABILITIES) {
        let (near, outlined) = near_vulnerabilities(c, &stock.fleet, &mut percolator, numbers)?;
        let at = c.at();
        let wanted = heard(c, near, &outlined, at)?;
        let known = c.feed_findings_of_vulnerabilities(numbers)?;
        counts.add(c.settle_feed_findings(known, wanted, cause, at)?);
    }
    if counts != FindingCounts::default() {
        c.detail("feed_findings", words(counts));
    }
    Ok(counts)
}

/// Brings the findings of these configurations up to date. Configurations that no asset has lose theirs.
pub(crate) fn for_configurations(
    app: &App,
    c: &mut Change<'_>,
    configurations: &[i64],
    cause: FindingCause,
) -> Result<FindingCounts, StoreError> {
    let mut counts = FindingCounts::default();
    let conditions = conditions(app, c)?;
    for numbers in configurations.chunks(CONFIGURATIONS) {
        let near = if conditions.catalogue.is_empty() {
            Vec::new()
        } else {
            near_configurations(c, &conditions.catalogue, numbers)?
        };
        let at = c.at();
        let wanted = heard(c, near, &conditions.outlined, at)?;
        let known = c.feed_findings_of_configurations(numbers)?;
        counts.add(c.settle_feed_findings(known, wanted, cause, at)?);
    }
    if counts != FindingCounts::default() {
        c.detail("feed_findings", words(counts));
    }
    Ok(counts)
}

/// Compares everything with everything again.
pub(crate) fn everything(app: &App, c: &mut Change<'_>) -> Result<FindingCounts, StoreError> {
    let all: Vec<i64> = c.configurations_after(0)?.into_iter().map(|(number, _)| number).collect();
    for_configurations(app, c, &all, FindingCause::Rules)
}

/// Makes findings anew that an older program made by other rules, or did not keep yet. Gives `None` when there is
/// nothing to do.
///
/// # Errors
/// [`AppError::Store`].
pub fn keep_current(app: &App) -> Result<Option<FindingCounts>, AppError> {
    let (made_by, feeds) = app.store().read(|r| Ok((r.setting(RULES_SETTING)?, r.feed_standings()?)))?;
    if feeds.is_empty() || made_by == Some(serde_json::json!(RULES)) {
        return Ok(None);
    }
    super::warm(app)?;
    let caller = Caller::system("findings");
    let intent = app.intent(&caller, "finding.rebuild", "the program's rules of findings changed");
    let committed = app.store().change(&intent, |c| {
        let counts = everything(app, c)?;
        c.put_setting(RULES_SETTING, &serde_json::json!(RULES))?;
        c.detail("rules", serde_json::json!(RULES));
        Ok::<_, StoreError>(counts)
    })?;
    Ok(Some(committed.value))
}

/// The counts for an audit entry.
pub(crate) fn words(counts: FindingCounts) -> serde_json::Value {
    serde_json::json!({ "opened": counts.opened, "changed": counts.changed, "closed": counts.closed })
}

/// The configurations in use that the conditions of these vulnerabilities speak of, and which of these were too large to
/// be compiled.
fn near_vulnerabilities(
    c: &mut Change<'_>,
    fleet: &Fleet,
    percolator: &mut Percolator,
    numbers: &[i64],
) -> Result<(Vec<Near>, BTreeSet<String>), StoreError> {
    let (mut builder, mut outlined) = (Builder::new(), BTreeSet::new());
    let mut silence = Silence::default();
    for (reference, kind, statements) in c.applicability_of(numbers)? {
        silence.hear(&mut builder, &reference, &statements);
        if push(&mut builder, &reference, kind, statements) == Taken::Outlined {
            outlined.insert(reference);
        }
    }
    silence.end(&mut builder);
    for stored in c.vex_of_vulnerabilities(numbers)? {
        push_vex(&mut builder, &stored.statement);
    }
    let names = c.vulnerability_names(numbers)?;
    let by_name: HashMap<&str, i64> = names.iter().map(|(number, name)| (name.as_str(), *number)).collect();
    let catalogue = builder.finish();
    let mut near: Vec<Near> = Vec::new();
    for (record, found) in (0_u32..).zip(percolator.affected(&catalogue, fleet)) {
        let Some(number) = by_name.get(catalogue.reference(record)) else { continue };
        near.extend(
            found.into_iter().map(|(place, truth)| (fleet.configuration_number(place), *number, truth)),
        );
    }
    let configurations: BTreeSet<i64> = near.iter().map(|(configuration, ..)| *configuration).collect();
    let in_use = c.configurations_with_assets(&configurations.into_iter().collect::<Vec<_>>())?;
    near.retain(|(configuration, ..)| in_use.binary_search(configuration).is_ok());
    Ok((near, outlined))
}

/// The vulnerabilities whose conditions speak of these configurations, as far as they are in use.
fn near_configurations(
    c: &mut Change<'_>,
    catalogue: &Catalogue,
    numbers: &[i64],
) -> Result<Vec<Near>, StoreError> {
    let in_use = c.configurations_with_assets(numbers)?;
    let parts = c.configuration_components(&in_use)?;
    let distinct: BTreeSet<i64> = parts.iter().flat_map(|(_, own)| own).copied().collect();
    let mut builder = FleetBuilder::new();
    let mut places = HashMap::new();
    for (number, component) in c.components(&distinct.into_iter().collect::<Vec<_>>())? {
        places.insert(number, builder.component(number, &component));
    }
    for (number, own) in &parts {
        let own: Vec<u32> = own.iter().filter_map(|part| places.get(part)).copied().collect();
        builder.configuration(*number, &own);
    }
    let fleet = builder.finish();
    let answers = Answers::of(catalogue, &fleet);
    let findings = Findings::of(catalogue, &fleet, &answers);
    let mut found: Vec<(i64, u32, Truth)> = Vec::new();
    for (number, _) in &parts {
        let Some(place) = fleet.configuration_place(*number) else { continue };
        let own = findings.of_configuration(place).iter();
        found.extend(own.map(|finding| (*number, finding.record(), finding.truth())));
    }
    let records: BTreeSet<u32> = found.iter().map(|(_, record, _)| *record).collect();
    let by_name = c.vulnerability_numbers_of(records.iter().map(|record| catalogue.reference(*record)))?;
    let numbers = found.into_iter().filter_map(|(configuration, record, truth)| {
        let number = by_name.get(catalogue.reference(record))?;
        Some((configuration, *number, truth))
    });
    Ok(numbers.collect())
}

/// What is left of the answers beside VEX, and where the conditions were too large to be looked up, what they say when they
/// are walked.
fn heard(
    r: &mut Reader<'_>,
    near: Vec<Near>,
    outlined: &BTreeSet<String>,
    at: Moment,
) -> Result<Vec<WantedFinding>, StoreError> {
    let vulnerabilities: BTreeSet<i64> = near.iter().map(|(_, number, _)| *number).collect();
    let vulnerabilities: Vec<i64> = vulnerabilities.into_iter().collect();
    let names = r.vulnerability_names(&vulnerabilities)?;
    let mut vex: BTreeMap<String, Vec<StoredVex>> = BTreeMap::new();
    for stored in r.vex_of_vulnerabilities(&vulnerabilities)? {
        vex.entry(stored.statement.reference.clone()).or_default().push(stored);
    }
    let trust = Trust::read(r, at)?;
    let mut records: HashMap<i64, Vec<StoredRecord>> = HashMap::new();
    let mut components: HashMap<i64, Vec<Component>> = HashMap::new();
    let mut wanted = Vec::with_capacity(near.len());
    for (configuration_no, vulnerability_no, truth) in near {
        let mut finding = WantedFinding {
            configuration_no,
            vulnerability_no,
            verdict: super::judge::verdict(truth),
            why: String::new(),
        };
        let name = names.get(&vulnerability_no).map(String::as_str).unwrap_or_default();
        let statements = vex.get(name).map_or(&[][..], Vec::as_slice);
        if !statements.is_empty() || outlined.contains(name) {
            if let Entry::Vacant(place) = records.entry(vulnerability_no) {
                place.insert(r.records_of(name)?);
            }
            if let Entry::Vacant(place) = components.entry(configuration_no) {
                let own = r.configuration(configuration_no)?;
                place.insert(own.into_iter().map(|(_, component)| component).collect());
            }
            let judged =
                judge(&records[&vulnerability_no], statements, &components[&configuration_no], &trust);
            if statements.is_empty() && judged.verdict == Verdict::No {
                continue;
            }
            finding.verdict = judged.verdict;
            finding.why = said_of(&judged);
        }
        wanted.push(finding);
    }
    Ok(wanted)
}

/// What VEX documents say, each statement once, in one sentence.
fn said_of(judged: &Judged) -> String {
    let mut said: Vec<String> = Vec::new();
    for one in judged.sources.iter().flat_map(|source| &source.vex) {
        let words = one.words();
        if !said.contains(&words) {
            said.push(words);
        }
    }
    said.join("; ")
}
