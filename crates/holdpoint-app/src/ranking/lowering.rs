//! Saying less of an asset, a function or a zone than before: it waits, and what was said before goes on counting, until a
//! second person agrees.
//!
//! [`settle`] is what every deed calls that may lower something; [`agree`] and [`refuse`] are the second person's. The
//! surprise: of a console, a file or a job nobody can tell who sat there, so the first person who agrees to such a lowering
//! only takes it over, and another has to agree.

use super::word::reason_given;
use crate::App;
use crate::access_check::Caller;
use crate::approval::baselines::conflict;
use crate::approval::signer;
use crate::error::AppError;
use crate::inventory::reconcile::Planned;
use crate::runs::Asker;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::asset::Field;
use holdpoint_domain::id::{FunctionId, LoweringId, SiteId};
use holdpoint_domain::ranking::criticality::{Dimension, Dimensions, Profile};
use holdpoint_domain::ranking::lowering::{Lowered, Lowering, LoweringEnd, Weight, first_word};
use holdpoint_domain::signature::Person;
use holdpoint_domain::site::Exposure;
use holdpoint_store::ranking::function::PlantFunction;
use holdpoint_store::ranking::input::RankedAsset;
use holdpoint_store::ranking::lowering::StoredLowering;
use holdpoint_store::{Change, StoreError};
use serde_json::json;
use std::collections::HashSet;

mod back;
pub(crate) mod duties;

/// What was said before, by field.
pub(crate) type Back = Vec<(String, Option<String>)>;

/// The lowerings within reach that wait, oldest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn waiting(app: &App, caller: &Caller) -> Result<Vec<StoredLowering>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let found = app.store().read(|r| r.open_lowerings())?;
    let found = found.into_iter().filter(|one| reach.covers(one.site));
    Ok(found.map(|lowering| StoredLowering { lowering, ended: None }).collect())
}

/// The lowerings within reach that came to an end, of the last 200; the latest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn ended(app: &App, caller: &Caller) -> Result<Vec<StoredLowering>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let mut found = app.store().read(|r| r.ended_lowerings())?;
    found.retain(|one| reach.covers(one.lowering.site));
    Ok(found)
}

/// What a deed lowered.
pub(crate) struct Lowers {
    /// Of what.
    pub of: Lowered,
    /// The site on which it counts.
    pub site: Option<SiteId>,
    /// How people call it.
    pub name: String,
    /// What counts more before than after; silent: nothing.
    pub held: Weight,
    /// What is said now.
    pub now: Weight,
    /// What refusing puts back.
    pub back: Back,
}

/// Keeps what goes on counting after a deed, in the deed's own change. What waited of the same before is overtaken by it; who
/// had a part in that is not the second person for this either.
pub(crate) fn settle(
    c: &mut Change<'_>,
    app: &App,
    lowers: Lowers,
    who: &Asker<'_>,
) -> Result<(), StoreError> {
    let before = c.lowering_of(lowers.of)?;
    let name = who.caller.actor.name();
    let now = if lowers.now.is_silent() { "nothing".to_owned() } else { lowers.now.words() };
    if let Some(before) = &before {
        if before.held == lowers.held && before.now == now {
            return Ok(());
        }
        c.end_lowering(before, LoweringEnd::Overtaken, (name, who.reason))?;
    }
    if lowers.held.is_silent() {
        return Ok(());
    }
    let (mut back, mut accounts) = before.map_or_else(Default::default, |one| (one.back, one.accounts));
    for (field, said) in lowers.back {
        if !back.iter().any(|(known, _)| *known == field) {
            back.push((field, said));
        }
    }
    let account = who.caller.key();
    if !accounts.contains(&account) {
        accounts.push(account);
    }
    let at = c.at();
    let lowering = Lowering {
        id: LoweringId::new(at, app.random_bytes()),
        of: lowers.of,
        site: lowers.site,
        name: lowers.name,
        held: lowers.held,
        now,
        back,
        wanted: Vec::new(),
        by: name.to_owned(),
        accounts,
        at,
        reason: who.reason.trim().to_owned(),
    };
    put_waiting(c, &lowering)
}

/// Keeps what waits for a second person, and says so in the log.
fn put_waiting(c: &mut Change<'_>, lowering: &Lowering) -> Result<(), StoreError> {
    c.put_lowering(lowering)?;
    c.about("lowering", lowering.id);
    c.detail("waits_for_second_person", json!(true));
    Ok(())
}

/// The fields of an asset by which it counts for more or less.
const FIELDS: [Field; 7] = [
    Field::SafetyConsequence,
    Field::ProductionConsequence,
    Field::EnvironmentConsequence,
    Field::QualityConsequence,
    Field::DataConsequence,
    Field::Site,
    Field::Zone,
];

/// An asset as it counts before a change of it.
pub(crate) struct Watched {
    before: RankedAsset,
    back: Back,
}

/// Of an asset that comes to a site where others stood before, a first word waits like any other: else the
/// same machine under another tag would count for less. The first inventory of a site counts as it is written.
///
/// `settled`: the sites on which assets stood before.
pub(crate) fn settle_new(
    c: &mut Change<'_>,
    app: &App,
    (planned, settled): (&Planned, &HashSet<Option<SiteId>>),
    who: &Asker<'_>,
) -> Result<(), StoreError> {
    let value = |field: Field| planned.fields.get(&field).map(|value| value.value.clone());
    let said: Vec<Dimension> =
        Dimension::ALL.iter().copied().filter(|one| value(one.field()).is_some()).collect();
    if planned.before.is_some() || said.is_empty() || settled.is_empty() {
        return Ok(());
    }
    let site = match value(Field::Site) {
        Some(name) => c.site_by_name(&name)?.map(|site| site.id),
        None => None,
    };
    if !settled.contains(&site) {
        return Ok(());
    }
    let Some(known) = c.asset_by_tag(&planned.tag, Moment::OPEN)? else { return Ok(()) };
    let number = known.number;
    let Some(after) = c.ranked_assets(Some(&[number]))?.pop() else { return Ok(()) };
    let before = RankedAsset { own: Profile::default(), ..after.clone() };
    let first = first_of(&before, &after, false);
    let back = said.iter().filter(|one| first.has(**one)).map(|one| (one.field().word().to_owned(), None));
    let lowers = Lowers {
        of: Lowered::Asset(number),
        site: after.site,
        name: planned.tag.clone(),
        held: Weight::default().with_unsaid(first),
        now: Weight::lost(after.own.joined(after.of_zone)),
        back: back.collect(),
    };
    settle(c, app, lowers, who)
}

/// Looks at an asset before it is written; `None`: nothing changes by which it counts.
pub(crate) fn watch(c: &mut Change<'_>, planned: &Planned) -> Result<Option<Watched>, StoreError> {
    let Some(known) = &planned.before else { return Ok(None) };
    let after = |field: &Field| planned.fields.get(field).map(|value| value.value.as_str());
    let changed = FIELDS.iter().filter(|field| known.asset.value(**field) != after(field));
    let back: Back = changed
        .map(|field| (field.word().to_owned(), known.asset.value(*field).map(str::to_owned)))
        .collect();
    if back.is_empty() {
        return Ok(None);
    }
    let before = c.ranked_assets(Some(&[known.number]))?.pop();
    Ok(before.map(|before| Watched { before, back }))
}

/// Keeps what goes on counting of an asset that was watched and is written by now.
pub(crate) fn settle_asset(
    c: &mut Change<'_>,
    app: &App,
    (watched, tag): (Watched, &str),
    who: &Asker<'_>,
) -> Result<(), StoreError> {
    let Watched { before, back } = watched;
    let Some(after) = c.ranked_assets(Some(&[before.number]))?.pop() else { return Ok(()) };
    let moved = before.zone_id != after.zone_id;
    let here = Weight { exposure: after.exposure, ..Weight::lost(after.own.joined(after.of_zone)) };
    let still = Weight { exposure: before.own_exposed, ..Weight::lost(before.still.asset) };
    let own = Weight::lost(after.own);
    // What was itself only waiting is nothing that was known, and nothing to go back to.
    let known = before.own.without_first_words(before.still.first_of_asset);
    let mut held = Weight::lost(known).more_than(own);
    if moved {
        held = held.joined(by_zone(&before).more_than(here)).joined(still.more_than(here));
    } else {
        held = held.joined(still.more_than(Weight { exposure: after.exposure, ..own }));
    }
    let held = held.with_unsaid(first_of(&before, &after, moved));
    let now = if moved { here } else { Weight { exposure: None, ..here } };
    let lowers = Lowers {
        of: Lowered::Asset(before.number),
        site: before.site,
        name: tag.to_owned(),
        held,
        now,
        back,
    };
    settle(c, app, lowers, who)
}

/// Of what nobody had said anything that counts, and of which this deed says less than that much is lost. Taking the word on
/// the asset back leaves its zone's, into which it may have been moved by a deed that waits.
fn first_of(before: &RankedAsset, after: &RankedAsset, moved: bool) -> Dimensions {
    let counted = before.criticality();
    let unknown = |dimension| counted.of(dimension).is_none() || counted.is_at_least(dimension);
    let moves = |dimension| moved || before.still.first_of_asset.has(dimension);
    let by_this = |dimension| {
        after.own.of(dimension).is_some() || (moves(dimension) && after.of_zone.of(dimension).is_some())
    };
    let all = after.own.joined(after.of_zone).joined(after.of_functions);
    first_word(unknown, all).filtered(by_this)
}

/// What an asset's zone gives it. Of a zone whose exposure nobody has said it counts as open.
fn by_zone(asset: &RankedAsset) -> Weight {
    let weight = asset.by_zone();
    let unsaid = asset.zone_id.map(|_| Exposure::Open);
    let lost = weight.lost.joined(asset.of_zone.without_first_words(asset.still.first_of_place()));
    Weight { exposure: weight.exposure.or(unsaid), ..Weight::lost(lost) }
}

/// What is known of a function or a zone before a deed, without first words that wait.
pub(crate) fn known_before(before: Profile, waiting: Weight) -> Weight {
    Weight { unsaid: Dimensions::default(), ..waiting }
        .joined(Weight::lost(before.without_first_words(waiting.unsaid)))
}

/// Of an asset that comes to serve a function: of what nobody had said anything, and of which nothing but this function says
/// less than that much is lost. `held`: what goes on counting of the function, with the dimensions in which its word waits by
/// itself, or is none that is new.
pub(crate) fn settle_joining(
    c: &mut Change<'_>,
    app: &App,
    (before, function, held): (&RankedAsset, &PlantFunction, Weight),
    who: &Asker<'_>,
) -> Result<(), StoreError> {
    let Some(asset) = c.asset_by_number(before.number, Moment::OPEN)? else { return Ok(()) };
    let counted = before.criticality();
    let unknown = |dimension| counted.of(dimension).is_none() || counted.is_at_least(dimension);
    let said = function.profile.joined(held.lost);
    let unsaid = first_word(unknown, said).filtered(|dimension| !held.unsaid.has(dimension));
    let lowers = Lowers {
        of: Lowered::Joining(before.number, function.id),
        site: Some(function.site),
        name: format!("{}, newly of `{}`", asset.asset.tag, function.name),
        held: Weight::default().with_unsaid(unsaid),
        now: Weight::lost(function.profile),
        back: Vec::new(),
    };
    settle(c, app, lowers, who)
}

/// Removes a function, and what waited because assets came to serve it.
pub(crate) fn remove_function(c: &mut Change<'_>, id: FunctionId, who: &Asker<'_>) -> Result<(), StoreError> {
    for one in c.joinings_of(id)? {
        c.end_lowering(&one, LoweringEnd::Overtaken, (who.caller.actor.name(), who.reason.trim()))?;
    }
    c.remove_function(id)
}

/// Of what nobody had said anything of a function or a zone that was agreed to, and of which less than much is said to be lost
/// now.
pub(crate) fn first_words(before: Profile, waiting: Weight, after: Profile) -> Dimensions {
    first_word(|dimension| before.of(dimension).is_none() || waiting.unsaid.has(dimension), after)
}

/// What was said of the dimensions that change.
pub(crate) fn back_of(before: Profile, after: Profile) -> Back {
    let changed = Dimension::ALL.iter().filter(|one| before.of(**one) != after.of(**one));
    changed.map(|one| (one.word().to_owned(), before.of(*one).map(|said| said.word().to_owned()))).collect()
}

/// Agrees that less counts from now on. Of a lowering for which no person answers this takes it over, and another agrees.
///
/// # Errors
/// [`AppError::Invalid`] without a reason; [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Conflict`] for whoever
/// had a part in it, and when it ended before; [`AppError::Store`].
pub fn agree(app: &App, caller: &Caller, id: LoweringId, reason: &str) -> Result<StoredLowering, AppError> {
    let mut found = agree_to_all(app, caller, &[id], reason)?;
    found.pop().ok_or_else(|| missing(id))
}

/// The most lowerings that are agreed to at once.
pub const MOST_AT_ONCE: usize = 5_000;

/// Agrees to many at once, such as to the first words of an import: to all of them, or to none.
///
/// # Errors
/// As [`agree`], of the first that cannot be agreed to; [`AppError::Invalid`] for none, or for more than [`MOST_AT_ONCE`].
pub fn agree_to_all(
    app: &App,
    caller: &Caller,
    ids: &[LoweringId],
    reason: &str,
) -> Result<Vec<StoredLowering>, AppError> {
    reason_given(reason)?;
    if ids.is_empty() || ids.len() > MOST_AT_ONCE {
        let what =
            format!("1 to {MOST_AT_ONCE} lowerings are agreed to at once, and {} are named", ids.len());
        return Err(AppError::invalid("lowerings", what, "nothing was changed", "name fewer of them"));
    }
    caller.require(Permission::Approve)?;
    let who = signer(caller)?;
    crate::applicability::warm(app)?;
    app.store().change(&app.intent(caller, "lowering.agree", reason), |c| {
        // What goes takes with it what waits of it, so it goes last.
        let (mut others, mut going) = (Vec::new(), Vec::new());
        for id in ids {
            let goes = c.lowering(*id)?.is_some_and(|one| matches!(one.lowering.of, Lowered::Removal(_)));
            if goes { going.push(*id) } else { others.push(*id) }
        }
        for id in others.into_iter().chain(going) {
            agree_to(c, app, (caller, &who), (id, reason))?;
        }
        Ok::<_, AppError>(())
    })?;
    super::refresh::now(app)?;
    ids.iter().map(|id| one(app, *id)).collect()
}

fn agree_to(
    c: &mut Change<'_>,
    app: &App,
    (caller, who): (&Caller, &Person),
    (id, reason): (LoweringId, &str),
) -> Result<(), AppError> {
    let mut one = open(c, caller, id)?;
    caller.require_at(Permission::Approve, one.site)?;
    if one.accounts.contains(&who.account) {
        let what = format!("whoever had a part in a lowering does not agree to it (`{}`)", one.name);
        return Err(conflict("four-eyes-author", what, "ask another person who may approve"));
    }
    c.about("lowering", id);
    c.detail("of", json!(one.name));
    c.detail("before", json!(one.before()));
    c.detail("now", json!(one.now));
    if !one.is_answered_for() {
        one.accounts.push(who.account.clone());
        (one.by, one.at, one.reason) = (who.name.clone(), c.at(), reason.trim().to_owned());
        c.detail("taken_over", json!(true));
        return Ok(c.answer_for_lowering(&one)?);
    }
    c.end_lowering(&one, LoweringEnd::Agreed, (&who.name, reason.trim()))?;
    back::agreed(c, app, &one, &Asker { caller, reason })
}

/// Puts back what was said before. Whoever had a part in the lowering takes it back this way.
///
/// # Errors
/// As [`agree`], without the four eyes.
pub fn refuse(app: &App, caller: &Caller, id: LoweringId, reason: &str) -> Result<StoredLowering, AppError> {
    caller.require_one_of(&[Permission::Approve, Permission::WriteInventory])?;
    reason_given(reason)?;
    crate::applicability::warm(app)?;
    app.store().change(&app.intent(caller, "lowering.refuse", reason), |c| {
        let one = open(c, caller, id)?;
        let own = one.accounts.contains(&caller.key());
        let needed = if own { Permission::WriteInventory } else { Permission::Approve };
        caller.require_at(needed, one.site)?;
        c.about("lowering", id);
        c.detail("of", json!(one.name));
        c.detail("back", json!(one.before()));
        c.end_lowering(&one, LoweringEnd::Refused, (caller.actor.name(), reason.trim()))?;
        back::refused(c, app, &one, &Asker { caller, reason })
    })?;
    super::refresh::now(app)?;
    one(app, id)
}

/// The lowering that waits, when the caller may see it.
fn open(c: &mut Change<'_>, caller: &Caller, id: LoweringId) -> Result<Lowering, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let found = c.lowering(id)?.filter(|one| reach.covers(one.lowering.site)).ok_or_else(|| missing(id))?;
    match found.ended {
        None => Ok(found.lowering),
        Some((_, how, by, _)) => {
            let what = format!("this lowering was {how} by {by} before");
            Err(conflict("lowering-ended", what, "look at what is said now"))
        }
    }
}

fn one(app: &App, id: LoweringId) -> Result<StoredLowering, AppError> {
    app.store().read(|r| r.lowering(id))?.ok_or_else(|| missing(id))
}

fn missing(id: LoweringId) -> AppError {
    AppError::NotFound { noun: "lowering", id: id.to_string() }
}
