//! Which baselines govern: taking assets over asks for a second person, and what is inherited must bear the risk of the heir.
//!
//! The surprise: what the baseline that governed before refused stays refused when another takes its assets over. It is
//! written into the new one as its own entry, and somebody must decide anew.

use super::Resolved;
use super::{conflict, find_in, resolve, write_entry};
use crate::App;
use crate::access_check::Caller;
use crate::approval::members::{self, Configurations};
use crate::approval::{refused, rules, signer};
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::baseline::{self, Baseline, Deed, EntryState, Force, Step};
use holdpoint_domain::decision::checks::bears;
use holdpoint_domain::decision::{Basis, Decision, Footing, Matter};
use holdpoint_domain::id::BaselineId;
use holdpoint_engine::approval::governing::{Governing, governing};
use holdpoint_engine::approval::risk::{Word, class_of};
use holdpoint_store::{Change, Reader};
use serde_json::json;
use std::collections::BTreeSet;

/// What a baseline takes over from others.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// The tags of the assets.
    pub assets: Vec<String>,
    /// The baselines that govern them as long as it does not.
    pub from: BTreeSet<BaselineId>,
}

fn ids(governing: Governing) -> BTreeSet<BaselineId> {
    match governing {
        Governing::None => BTreeSet::new(),
        Governing::One(id) => BTreeSet::from([id]),
        Governing::Several(ids) | Governing::Unknown { candidates: ids, .. } => ids.into_iter().collect(),
    }
}

/// The assets that are governed by others now and would be by this one.
pub(super) fn taken_over(r: &mut Reader<'_>, all: &[Baseline], new: &Baseline) -> Result<Taken, AppError> {
    let before: Vec<Baseline> = all.iter().filter(|one| one.id != new.id).cloned().collect();
    let mut after = before.clone();
    after.push(Baseline { force: Force::InForce, ..new.clone() });
    let configurations = Configurations::read(r)?;
    let mut taken = Taken::default();
    r.all_assets(Moment::OPEN, |asset| {
        let components = configurations.of(asset.configuration_no);
        let facts = members::facts(&asset, &components);
        let (was, is) = (ids(governing(&before, &facts)), ids(governing(&after, &facts)));
        if was != is && !was.is_empty() {
            taken.assets.push(asset.asset.tag.clone());
            taken.from.extend(was);
        }
        Ok(())
    })?;
    Ok(taken)
}

/// Puts a draft in force: a second person has looked at what it takes over. What governed before and refused a patch goes on
/// refusing it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] for its author, and when it is in force;
/// [`AppError::Invalid`] without a reason.
pub fn put_in_force(app: &App, caller: &Caller, name: &str, reason: &str) -> Result<Baseline, AppError> {
    let reach = caller.require(Permission::Approve)?;
    let who = signer(caller)?;
    let reason = holdpoint_domain::signature::written("reason", reason).map_err(refused)?;
    let committed = app.store().change(&app.intent(caller, "baseline.put-in-force", &reason), |c| {
        let found = find_in(c, name, &reach)?;
        caller.require_at(Permission::Approve, found.scope.place.site())?;
        let made = found.put_in_force(&who).map_err(refused)?;
        let all = c.baselines()?;
        let taken = taken_over(c, &all, &made)?;
        let deed = Deed { by: who.clone(), at: c.at() };
        let kept = keep_refusals(c, &all, &made, &taken, &deed)?;
        if !c.put_in_force(made.id, &who.name)? {
            return Err(conflict("in-force", "the baseline is in force already", "nothing needs to be done"));
        }
        c.about("baseline", made.id);
        c.detail("takes_over", json!(taken.assets.len()));
        c.detail("refused_before", json!(kept));
        Ok::<_, AppError>(made)
    })?;
    Ok(committed.value)
}

/// Writes into a baseline what those refused that governed before, except where it has decided itself.
fn keep_refusals(
    c: &mut Change<'_>,
    all: &[Baseline],
    made: &Baseline,
    taken: &Taken,
    deed: &Deed,
) -> Result<u64, AppError> {
    let mut kept = 0;
    for before in all.iter().filter(|one| taken.from.contains(&one.id)) {
        for one in resolve(c, before, all, Moment::OPEN, deed.at)? {
            let why = match (&one.entry.state, &one.entry.hold) {
                (EntryState::NotAuthorized { why }, _) => format!("refused in {}: {why}", one.from),
                (_, Some(hold)) => format!("on hold in {}: {}", one.from, hold.why),
                (
                    EntryState::InInternalTest | EntryState::Authorized { .. } | EntryState::Effective { .. },
                    None,
                ) => continue,
            };
            let patch = one.entry.patch.clone();
            if c.entry(made.id, &patch)?.is_some() {
                continue;
            }
            let why = format!("{why}; that is what governed before");
            let entry = baseline::step(None, (made.id, &patch), Step::Refuse { why }, deed.clone());
            write_entry(c, None, &entry.map_err(refused)?)?;
            kept += 1;
        }
    }
    Ok(kept)
}

/// Blocks what was authorised where less hung on it than hangs on the assets of the heir.
pub(super) fn inherited(
    r: &mut Reader<'_>,
    heir: &Baseline,
    mut found: Vec<Resolved>,
) -> Result<Vec<Resolved>, AppError> {
    if !found.iter().any(|one| one.inherited && one.decision.is_some()) {
        return Ok(found);
    }
    let members = members::of_scope(r, heir)?;
    let rules = rules::of_members(r, heir.scope.place.site(), &members)?.policy;
    let stakes: Vec<_> = members.into_iter().map(|one| one.stake).collect();
    for one in found.iter_mut().filter(|one| one.inherited) {
        let Some(decision) = &one.decision else { continue };
        let (risk, _) = class_of(&stakes, word(decision));
        let runs = runs(r, decision)?;
        if let Err(why) = bears(decision, &runs, risk, &rules) {
            one.blocked.push(format!("it is inherited from {}: {why}", one.from));
        }
    }
    Ok(found)
}

/// Whether a decision keeps the supplier's word.
pub(in crate::approval) fn word(decision: &Decision) -> Word {
    match &decision.matter {
        Matter::Authorise(what) => match what.footing {
            Footing::Released | Footing::OnConditions { .. } | Footing::NoVendorQualification { .. } => {
                Word::Kept
            }
            Footing::Override { .. } => Word::Overridden,
        },
        Matter::Reject { .. } | Matter::Readmit { .. } | Matter::Standard(_) | Matter::Exempt { .. } => {
            Word::Kept
        }
    }
}

/// The test runs that a decision rests on.
pub(in crate::approval) fn runs(
    r: &mut Reader<'_>,
    decision: &Decision,
) -> Result<Vec<holdpoint_domain::test_record::TestRun>, AppError> {
    let mut found = Vec::new();
    if let Matter::Authorise(what) = &decision.matter
        && let Basis::Tested(ids) = &what.basis
    {
        for id in ids {
            found.extend(r.test_run(*id)?.map(|line| line.run));
        }
    }
    Ok(found)
}
