//! Baselines: making one, how patches stand in it and in what it inherits from, posting, refusing, holds.

mod for_asset;
pub(super) mod force;
mod release;
mod reopen;

pub use for_asset::{ForAsset, Unsure, for_asset};
pub use force::put_in_force;
pub(super) use release::{explained_since, said_since};
pub(super) use reopen::not_refused;

use super::reading;
use super::{accountable, patch_name, person, refused, signer, standing};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::baseline::{self, AssetScope, Baseline, Deed, Entry, EntryState, Force, Place, Step};
use holdpoint_domain::decision::Decision;
use holdpoint_domain::id::BaselineId;
use holdpoint_domain::patch_state::{OwnerState, SupplierStanding};
use holdpoint_domain::{Moment, Rejected};
pub use holdpoint_engine::approval::governing::Governing;
use holdpoint_engine::approval::inherit::{chain, may_inherit, nearest};
use holdpoint_store::baseline::{BaselineLine, EntryLine};
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::{Change, Reader, StoreError};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

/// A baseline to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBaseline {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The id or name of the one that it inherits from.
    pub parent: Option<String>,
    /// For which assets it holds.
    pub scope: AssetScope,
    /// Why.
    pub reason: String,
}

/// How a patch stands in a baseline, with where that was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The entry.
    pub entry: Entry,
    /// The baseline in which it was decided.
    pub from: String,
    /// Whether that is another one.
    pub inherited: bool,
    /// What suppliers say.
    pub standing: SupplierStanding,
    /// Why a yes of somebody counts for nothing; `None`: none was left out.
    pub unheard: Option<String>,
    /// The decision behind it.
    pub decision: Option<Decision>,
    /// Why it may not be installed now; empty: it may.
    pub blocked: Vec<String>,
    /// The patches that replace it by the word of a source, and how they stand in the same baseline.
    pub successors: Vec<(String, Option<OwnerState>)>,
}

/// Lists baselines.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<BaselineLine>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach, ..query.clone() };
    Ok(app.store().read(|r| r.baseline_list(&query))?)
}

/// A baseline by its id or name.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn find(app: &App, caller: &Caller, name: &str) -> Result<Baseline, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| find_in(r, name, &reach))
}

pub(crate) fn find_in(r: &mut Reader<'_>, name: &str, reach: &Reach) -> Result<Baseline, AppError> {
    let id = name.parse::<BaselineId>().ok();
    let found = r.baselines()?.into_iter().find(|one| Some(one.id) == id || one.name == name);
    found
        .filter(|one| one.scope.place.site().is_none_or(|site| reach.covers(Some(site))))
        .ok_or_else(|| AppError::NotFound { noun: "baseline", id: name.chars().take(64).collect() })
}

pub(crate) fn by_id(r: &mut Reader<'_>, id: BaselineId) -> Result<Baseline, AppError> {
    find_in(r, &id.to_string(), &Reach::Everywhere)
}

/// Makes a baseline. One that inherits, or takes assets over from another, is a draft until a second person puts it in
/// force.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Invalid`] for a name that cannot be; [`AppError::Conflict`] when the name is taken
/// or the line of inheritance would be a circle; [`AppError::Store`].
pub fn create(app: &App, caller: &Caller, new: &NewBaseline) -> Result<Baseline, AppError> {
    caller.require_at(Permission::WriteDecisions, new.scope.place.site())?;
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        let remedy = "give it a name of 1 to 100 characters";
        return Err(AppError::invalid(
            "name",
            "the baseline has no usable name",
            "nothing was changed",
            remedy,
        ));
    }
    let id = BaselineId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "baseline.create", &new.reason), |c| {
        let all = c.baselines()?;
        if all.iter().any(|one| one.name == name) {
            let what = format!("there is a baseline `{name}` already");
            return Err(conflict("name-taken", what, "give another name"));
        }
        let parent =
            new.parent.as_deref().map(|parent| find_in(c, parent, &Reach::Everywhere)).transpose()?;
        let parents = parents(&all);
        if parent.as_ref().is_some_and(|parent| !may_inherit(id, parent.id, &parents)) {
            return Err(conflict(
                "inheritance",
                "the line of inheritance is too long",
                "inherit from another one",
            ));
        }
        known_place(c, new.scope.place)?;
        let mut made = Baseline {
            keeps: BTreeSet::new(),
            force: Force::InForce,
            id,
            name: name.clone(),
            description: new.description.trim().to_owned(),
            parent: parent.map(|parent| parent.id),
            scope: new.scope.clone(),
        };
        let taken = force::taken_over(c, &all, &made)?;
        if made.parent.is_some() || !taken.assets.is_empty() {
            made.force = Force::Draft { author: accountable(caller)?.account };
        }
        c.put_baseline(&made, &person(caller))?;
        c.about("baseline", id);
        c.detail("name", json!(made.name));
        c.detail("takes_over", json!(taken.assets.len()));
        Ok::<_, AppError>(made)
    })?;
    Ok(committed.value)
}

fn known_place(r: &mut Reader<'_>, place: Place) -> Result<(), AppError> {
    let missing = |noun, id: String| Err(AppError::NotFound { noun, id });
    match place {
        Place::Everywhere => Ok(()),
        Place::Site(site) if r.sites()?.iter().any(|one| one.id == site) => Ok(()),
        Place::Site(site) => missing("site", site.to_string()),
        Place::Zone(site, zone) if r.zones()?.iter().any(|one| one.id == zone && one.site == site) => Ok(()),
        Place::Zone(_, zone) => missing("zone", zone.to_string()),
    }
}

pub(crate) fn conflict(code: &str, what: impl Into<String>, remedy: &str) -> AppError {
    AppError::Conflict(Rejected::new(code, what, "nothing was changed", remedy))
}

/// The state of a patch in the nearest of those from which a baseline inherits; `None`: none of them says anything.
pub(super) fn inherited_state(
    r: &mut Reader<'_>,
    baseline: BaselineId,
    patch: &str,
) -> Result<Option<EntryState>, StoreError> {
    let line = chain(baseline, &parents(&r.baselines()?));
    let entries = r.entries_of_patch(patch)?;
    let keyed = entries.iter().map(|one| (one.entry.baseline, patch, one));
    let found = nearest(line.get(1..).unwrap_or_default(), keyed).into_values().next();
    Ok(found.map(|(_, one)| one.entry.state.clone()))
}

pub(crate) fn parents(all: &[Baseline]) -> HashMap<BaselineId, BaselineId> {
    all.iter().filter_map(|one| Some((one.id, one.parent?))).collect()
}

/// The entries of baselines as they were written, without what is inherited.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`], which holds filter errors in words.
pub fn entries(
    app: &App,
    caller: &Caller,
    baseline: Option<&str>,
    query: &ListQuery,
) -> Result<Paged<EntryLine>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach: reach.clone(), ..query.clone() };
    reading(app, |r| {
        let ids = match baseline {
            Some(name) => vec![find_in(r, name, &reach)?.id],
            None => Vec::new(),
        };
        Ok(r.entry_list(&ids, &query)?)
    })
}

/// How every patch stands in a baseline, what is inherited included: the nearest decision wins.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn resolved(
    app: &App,
    caller: &Caller,
    baseline: &str,
    as_of: Moment,
) -> Result<Vec<Resolved>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let now = app.now();
    reading(app, |r| {
        let baseline = find_in(r, baseline, &reach)?;
        let all = r.baselines()?;
        let mut found = resolve(r, &baseline, &all, as_of, now)?;
        let graph = app.patches().graph(r)?;
        let states: HashMap<String, OwnerState> =
            found.iter().map(|one| (one.entry.patch.clone(), one.entry.state.owner_state())).collect();
        for one in &mut found {
            let newer = graph.successors(&one.entry.patch).into_iter();
            one.successors = newer.map(|name| (name.to_owned(), states.get(name).copied())).collect();
        }
        Ok(found)
    })
}

pub(crate) fn resolve(
    r: &mut Reader<'_>,
    baseline: &Baseline,
    all: &[Baseline],
    as_of: Moment,
    now: Moment,
) -> Result<Vec<Resolved>, AppError> {
    let line = chain(baseline.id, &parents(all));
    let entries = r.all_entries(as_of)?;
    let keyed = entries.iter().map(|one| (one.entry.baseline, one.entry.patch.as_str(), one));
    let found: Vec<EntryLine> = nearest(&line, keyed).into_values().map(|(_, line)| line.clone()).collect();
    let mut fleet = standing::Fleet::default();
    let resolved = found.into_iter().map(|one| resolve_entry(r, (baseline, &mut fleet), one, as_of, now));
    let found: Vec<Resolved> = resolved.collect::<Result<_, _>>()?;
    force::inherited(r, baseline, found)
}

fn resolve_entry(
    r: &mut Reader<'_>,
    (baseline, fleet): (&Baseline, &mut standing::Fleet),
    line: EntryLine,
    as_of: Moment,
    now: Moment,
) -> Result<Resolved, AppError> {
    let heard = standing::hear(r, fleet, (baseline, &line.entry.patch), as_of)?;
    let standing = heard.standing;
    let decision = match line.entry.state.decision() {
        Some(id) => r.decision(id)?.map(|kept| kept.decision),
        None => None,
    };
    let at = as_of.min(now);
    let blocked =
        baseline::may_install(Some(&line.entry), decision.as_ref(), &standing, at).err().unwrap_or_default();
    Ok(Resolved {
        inherited: line.entry.baseline != baseline.id,
        from: line.baseline,
        entry: line.entry,
        standing,
        unheard: heard.unheard,
        decision,
        blocked,
        successors: Vec::new(),
    })
}

/// The steps of a patch in a baseline, the oldest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn history(app: &App, caller: &Caller, baseline: &str, patch: &str) -> Result<Vec<EntryLine>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let patch = patch_name(patch)?;
    reading(app, |r| {
        let baseline = find_in(r, baseline, &reach)?;
        Ok(r.entry_history(baseline.id, &patch)?)
    })
}

/// What is to be done with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryDeed {
    /// What was refused is looked at again.
    Reopen,
    /// It is refused, or an authorisation is taken back.
    Refuse,
    /// An authorised patch is posted for use.
    Post,
    /// A hold is set.
    Hold,
    /// A hold is taken away.
    Release,
}

/// Does something with an entry that needs no further signature: each of these makes things safer, was signed before, or
/// leads to a new decision only.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] for an illegal step; [`AppError::Invalid`]
/// without a reason.
pub fn act(
    app: &App,
    caller: &Caller,
    baseline: &str,
    patch: &str,
    deed: EntryDeed,
    reason: &str,
) -> Result<Entry, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let patch = patch_name(patch)?;
    let reason = holdpoint_domain::signature::written("reason", reason).map_err(refused)?;
    let action = match deed {
        EntryDeed::Reopen => "baseline.reopen",
        EntryDeed::Refuse => "baseline.refuse",
        EntryDeed::Post => "baseline.post",
        EntryDeed::Hold => "baseline.hold",
        EntryDeed::Release => "baseline.release-hold",
    };
    let committed = app.store().change(&app.intent(caller, action, &reason), |c| {
        let baseline = find_in(c, baseline, &reach)?;
        let site = baseline.scope.place.site();
        let before = c.entry(baseline.id, &patch)?;
        let by = match deed {
            EntryDeed::Reopen => reopen::may_reopen(c, caller, (&baseline, before.as_ref()))?,
            EntryDeed::Hold => {
                caller.require_at(Permission::WriteDecisions, site)?;
                person(caller)
            }
            EntryDeed::Refuse | EntryDeed::Post | EntryDeed::Release => {
                caller.require_at(Permission::Approve, site)?;
                signer(caller)?
            }
        };
        let standing = standing::of(c, &baseline, &patch, Moment::OPEN)?;
        match deed {
            EntryDeed::Post => still_good(c, before.as_ref(), &standing)?,
            EntryDeed::Reopen => not_declined(c, &patch)?,
            EntryDeed::Release => {
                release::may_release(c, &by, (&baseline, before.as_ref()), &standing)?;
            }
            EntryDeed::Refuse | EntryDeed::Hold => {}
        }
        let step = match deed {
            EntryDeed::Reopen => Step::BeginTest,
            EntryDeed::Refuse => Step::Refuse { why: reason.clone() },
            EntryDeed::Post => Step::Post,
            EntryDeed::Hold => Step::Hold { why: reason.clone() },
            EntryDeed::Release => Step::Release { standing },
        };
        let by = Deed { by, at: c.at() };
        let entry = baseline::step(before.clone(), (baseline.id, &patch), step, by).map_err(refused)?;
        write_entry(c, before.as_ref(), &entry)?;
        Ok::<_, AppError>(entry)
    })?;
    Ok(committed.value)
}

/// What is declined everywhere is not taken up again by a side door.
pub(crate) fn not_declined(r: &mut Reader<'_>, patch: &str) -> Result<(), AppError> {
    let Some(kept) = r.decline_of(patch)? else { return Ok(()) };
    let one = kept.decision;
    let what = format!("{patch} is declined everywhere by decision {}: {}", one.id, one.reason);
    Err(conflict("declined", what, "take the decline back first, with a reason"))
}

/// An authorisation that is posted must still be one.
fn still_good(
    c: &mut Change<'_>,
    entry: Option<&Entry>,
    standing: &SupplierStanding,
) -> Result<(), AppError> {
    let Some(entry) = entry else { return Ok(()) };
    let EntryState::Authorized { decision } = entry.state else { return Ok(()) };
    let kept = c.decision(decision)?;
    let posted = Entry { state: EntryState::Effective { decision }, ..entry.clone() };
    let at = c.at();
    baseline::may_install(Some(&posted), kept.as_ref().map(|kept| &kept.decision), standing, at)
        .map_err(|why| conflict("not-good-any-more", why.join("; "), "ask for a new decision"))
}

/// Keeps an entry with what the audit log says of it.
pub(crate) fn write_entry(
    c: &mut Change<'_>,
    before: Option<&Entry>,
    entry: &Entry,
) -> Result<(), StoreError> {
    let word = |entry: &Entry| {
        let state = entry.state.owner_state();
        if entry.hold.is_some() { format!("{state}, on hold") } else { state.word().to_owned() }
    };
    c.put_entry(entry)?;
    c.about("baseline", entry.baseline);
    c.about("patch", &entry.patch);
    let key = format!("{} {}", entry.baseline, entry.patch);
    c.detail(&key, json!([before.map(word), word(entry)]));
    Ok(())
}

/// The owner's state, for facts.
pub(crate) fn state_of(entry: Option<&Entry>) -> Option<OwnerState> {
    entry.map(|entry| entry.state.owner_state())
}
