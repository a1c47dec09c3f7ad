//! The fewest patches that close the most, over all assets within reach.
//!
//! What is counted is a vulnerability on an asset that is there for certain. The surprise: what is only possible is counted
//! apart and closed by nothing; a patch that may be needed is no patch that closes.

use super::asset::of_components;
use super::vendor::{Document, Documents, FixStanding, needed, replaces};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::component::Component;
use holdpoint_domain::id::{AdvisoryId, RevisionId};
use holdpoint_domain::matching::Verdict;
use holdpoint_engine::cover::{Candidate, cover};
use holdpoint_store::matches::MatchRow;
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One patch of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenPatch {
    /// The patch.
    pub patch: String,
    /// How many vulnerabilities on assets it closes that nothing before it closed.
    pub closes: u64,
    /// How many are closed with it in all.
    pub closed: u64,
    /// On how many assets it is missing.
    pub assets: u64,
}

/// The fewest patches that close the most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchCover {
    /// The patches in the order in which they close most.
    pub patches: Vec<ChosenPatch>,
    /// Vulnerabilities on assets that are there for certain.
    pub open: u64,
    /// Those of them that some patch closes.
    pub closable: u64,
    /// No choice closes all that can be closed with fewer patches than this.
    pub lower_bound: u64,
    /// Vulnerabilities on assets of which nobody can say whether they are there. They are not among `open`.
    pub unknown: u64,
    /// Patches that would close something and are declined everywhere; the answer does without them.
    pub declined: Vec<String>,
}

/// What one configuration has open, and what would close it.
#[derive(Default)]
struct Wants {
    open: BTreeSet<String>,
    unknown: BTreeSet<String>,
    by_patch: BTreeMap<String, BTreeSet<String>>,
}

/// Says which patches to take first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn fewest(app: &App, caller: &Caller) -> Result<PatchCover, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| {
        let (graph, offers) = app.patches().both(r)?;
        let components: HashMap<i64, Component> = r.all_components()?.into_iter().collect();
        let configurations = r.configurations_in_use(Moment::OPEN)?;
        let numbers: Vec<i64> = configurations.iter().map(|(number, _)| *number).collect();
        let counts: HashMap<i64, u64> = r.count_configured(&numbers, &reach)?.into_iter().collect();
        let mut matches: HashMap<i64, Vec<MatchRow>> = HashMap::new();
        r.each_open_match(|row| {
            matches.entry(row.configuration_no).or_default().push(row);
            Ok(())
        })?;
        let mut documents = Documents::default();
        let mut all: Vec<(u64, Wants)> = Vec::new();
        for (number, parts) in configurations {
            let Some(assets) = counts.get(&number).copied().filter(|assets| *assets > 0) else { continue };
            let mut wants = Wants::default();
            let own: Vec<Component> = parts.iter().filter_map(|part| components.get(part)).cloned().collect();
            for row in of_components(&graph, &own).rows.into_iter().chain(offers.rows(&own)) {
                if row.standing == "missing" {
                    wants.open.extend(row.fixes.iter().cloned());
                    // What replaces a patch closes what it closes.
                    if let Some(newer) = row.superseded_by {
                        wants.by_patch.entry(newer).or_default().extend(row.fixes.iter().cloned());
                    }
                    wants.by_patch.entry(row.patch).or_default().extend(row.fixes);
                }
            }
            of_advisories(
                r,
                matches.remove(&number).unwrap_or_default(),
                &components,
                &mut documents,
                &mut wants,
            )?;
            all.push((assets, wants));
        }
        let declined = without_declined(r, &mut all)?;
        Ok(PatchCover { declined, ..chosen(&all) })
    })?)
}

/// Takes out what is declined everywhere; says what that was.
fn without_declined(r: &mut Reader<'_>, all: &mut [(u64, Wants)]) -> Result<Vec<String>, StoreError> {
    let names: BTreeSet<String> = all.iter().flat_map(|(_, wants)| wants.by_patch.keys().cloned()).collect();
    let mut declined = Vec::new();
    for name in names {
        if r.decline_of(&name)?.is_some() {
            declined.push(name);
        }
    }
    for (_, wants) in all {
        wants.by_patch.retain(|name, _| declined.binary_search(name).is_err());
    }
    Ok(declined)
}

/// Adds what advisories say of one configuration.
fn of_advisories(
    r: &mut Reader<'_>,
    matches: Vec<MatchRow>,
    components: &HashMap<i64, Component>,
    documents: &mut Documents,
    wants: &mut Wants,
) -> Result<(), StoreError> {
    let mut by_revision: BTreeMap<(AdvisoryId, RevisionId), Vec<MatchRow>> = BTreeMap::new();
    for row in matches {
        by_revision.entry((row.advisory, row.revision)).or_default().push(row);
    }
    let mut missing = Vec::new();
    for ((advisory, revision), rows) in &by_revision {
        let document: &Document = documents.get(r, *advisory, *revision)?;
        for row in rows {
            let affected = document.affected.get(&row.product_id).into_iter().flatten().cloned();
            match row.verdict {
                Verdict::Yes => wants.open.extend(affected),
                Verdict::Unknown => wants.unknown.extend(affected),
                Verdict::No => {}
            }
        }
        for needed in needed(document, rows, components) {
            match needed.standing {
                FixStanding::Missing(_) => missing.push(needed.fix.clone()),
                FixStanding::Unknown(_) | FixStanding::Installed(_) | FixStanding::Covered(_) => {}
            }
        }
    }
    for fix in &missing {
        let older = missing.iter().filter(|other| replaces(fix, other));
        let closes = wants.by_patch.entry(fix.record.identifier.clone()).or_default();
        closes.extend(fix.record.fixes.iter().cloned());
        closes.extend(older.flat_map(|other| other.record.fixes.iter().cloned()));
    }
    Ok(())
}

fn chosen(all: &[(u64, Wants)]) -> PatchCover {
    let (mut n_findings, mut unknown) = (0_u32, 0_u64);
    let mut closes: BTreeMap<&str, (Vec<u32>, u64)> = BTreeMap::new();
    for (assets, wants) in all {
        unknown += assets * wants.unknown.difference(&wants.open).count() as u64;
        let mut first: BTreeMap<&str, u32> = BTreeMap::new();
        let each = u32::try_from(*assets).unwrap_or(u32::MAX);
        for reference in &wants.open {
            first.insert(reference, n_findings);
            n_findings = n_findings.saturating_add(each);
        }
        for (patch, references) in &wants.by_patch {
            let (list, on) = closes.entry(patch).or_default();
            *on += assets;
            for begin in references.iter().filter_map(|reference| first.get(reference.as_str())) {
                list.extend(*begin..begin.saturating_add(each));
            }
        }
    }
    let candidates: Vec<Candidate> = closes
        .iter()
        .map(|(name, (list, _))| Candidate { name: (*name).to_owned(), closes: list.clone() })
        .collect();
    let found = cover(&candidates, n_findings as usize);
    let patches = found.picks.iter().map(|pick| {
        let name = &candidates[pick.candidate].name;
        ChosenPatch {
            patch: name.clone(),
            closes: pick.closes as u64,
            closed: pick.closed as u64,
            assets: closes.get(name.as_str()).map_or(0, |(_, on)| *on),
        }
    });
    PatchCover {
        patches: patches.collect(),
        open: u64::from(n_findings),
        closable: found.closable as u64,
        lower_bound: found.lower_bound as u64,
        unknown,
        declined: Vec::new(),
    }
}
