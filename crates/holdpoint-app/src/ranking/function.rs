//! What is lost with functions and zones: said once, handed down to the assets.

use crate::App;
use crate::access_check::Caller;
use crate::approval::baselines::conflict;
use crate::error::AppError;
use crate::ranking::lowering::{self, Lowers};
use crate::runs::Asker;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::{AssetId, FunctionId, SiteId, ZoneId};
use holdpoint_domain::ranking::criticality::{Dimension, Dimensions, Profile};
use holdpoint_domain::ranking::lowering::{Lowered, LoweringEnd, Weight};
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::ranking::function::PlantFunction;
use holdpoint_store::ranking::input::RankedAsset;
use holdpoint_store::{Change, StoreError};
use serde_json::json;

/// The functions within reach.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn list(app: &App, caller: &Caller) -> Result<Vec<PlantFunction>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let mut found = app.store().read(|r| r.functions())?;
    found.retain(|function| reach.covers(Some(function.site)));
    Ok(found)
}

/// A function with the assets that serve it, by number; those that are not there any more are left out.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn one(
    app: &App,
    caller: &Caller,
    id: FunctionId,
) -> Result<(PlantFunction, Vec<StoredAsset>), AppError> {
    let function = list(app, caller)?.into_iter().find(|known| known.id == id);
    let function = function.ok_or_else(|| AppError::NotFound { noun: "function", id: id.to_string() })?;
    let serving = app.store().read(|r| {
        let mut serving = Vec::new();
        for number in r.assets_of_function(id)? {
            serving.extend(r.asset_by_number(number, Moment::OPEN)?);
        }
        Ok::<_, StoreError>(serving)
    })?;
    Ok((function, serving))
}

/// What is lost with the zones within reach, as far as somebody has said.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn zones(app: &App, caller: &Caller) -> Result<Vec<(ZoneId, Profile)>, AppError> {
    let known = crate::sites::zones(app, caller)?;
    let mut found = app.store().read(|r| r.zone_profiles())?;
    found.retain(|(id, _)| known.iter().any(|zone| zone.id == *id));
    Ok(found)
}

/// A function as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFunction<'a> {
    /// Its site.
    pub site: SiteId,
    /// Its name; the function of that name on the site is changed, or made.
    pub name: &'a str,
    /// What is lost with it.
    pub profile: Profile,
    /// The assets that serve it: exactly these.
    pub assets: &'a [AssetId],
}

/// Makes a function, or changes the one of this name; its assets are ranked anew before this returns.
///
/// # Errors
/// [`AppError::Invalid`] for an empty or long name; [`AppError::NotFound`] for an asset that is not on the site;
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn put(app: &App, caller: &Caller, new: &NewFunction<'_>, reason: &str) -> Result<FunctionId, AppError> {
    caller.require_at(Permission::WriteInventory, Some(new.site))?;
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(AppError::invalid(
            "function-name",
            "a function's name has 1 to 200 characters and no control characters",
            "nothing was changed",
            "choose another name",
        ));
    }
    let fresh = FunctionId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "function.put", reason), |c| {
        let mut numbers = Vec::new();
        for id in new.assets {
            let not_found = || AppError::NotFound { noun: "asset", id: id.to_string() };
            let number = c.asset_number(*id)?.ok_or_else(not_found)?;
            let here = c.ranked_assets(Some(&[number]))?;
            if here.first().and_then(|asset| asset.site) != Some(new.site) {
                return Err(not_found());
            }
            numbers.push(number);
        }
        let known = c.functions()?.into_iter().find(|known| known.site == new.site && known.name == name);
        if let Some(known) = &known
            && (lowers(known.profile, new.profile) || (numbers.len() as u64) < known.assets)
        {
            reasoned(reason)?;
        }
        let id = known.as_ref().map_or(fresh, |known| known.id);
        let assets = numbers.len() as u64;
        let function =
            PlantFunction { id, site: new.site, name: name.to_owned(), profile: new.profile, assets };
        let before = c.assets_of_function(id)?;
        let joining = joining(c, id, numbers.iter().copied().filter(|one| !before.contains(one)))?;
        c.put_function(&function, &numbers)?;
        let silent = || PlantFunction { profile: Profile::default(), ..function.clone() };
        let known = known.unwrap_or_else(silent);
        waits(c, app, (&known, &before), (&function, &numbers), &Asker { caller, reason })?;
        joined(c, app, (&function, &joining), &Asker { caller, reason })?;
        c.about("function", name);
        c.detail("assets", json!(assets));
        c.detail("criticality", words(new.profile));
        Ok(id)
    })?;
    super::refresh::now(app)?;
    Ok(committed.value)
}

/// What counts for less by a change of a function goes on counting: what was said of it, and what it gave the assets that do
/// not serve it any more.
fn waits(
    c: &mut Change<'_>,
    app: &App,
    (known, before): (&PlantFunction, &[i64]),
    (function, after): (&PlantFunction, &[i64]),
    who: &Asker<'_>,
) -> Result<(), StoreError> {
    let of = Lowered::Function(known.id);
    let still = c.lowering_of(of)?.map(|one| one.held).unwrap_or_default();
    let counted = lowering::known_before(known.profile, still);
    let now = Weight::lost(function.profile);
    let lowers = |of, name, held, now, back| Lowers { of, site: Some(known.site), name, held, now, back };
    let back = lowering::back_of(known.profile, function.profile);
    let held =
        counted.more_than(now).with_unsaid(lowering::first_words(known.profile, still, function.profile));
    lowering::settle(c, app, lowers(of, known.name.clone(), held, now, back), who)?;
    if let Some(going) = c.lowering_of(Lowered::Removal(known.id))? {
        // Whoever says anew what hangs on it does not want it gone.
        c.end_lowering(&going, LoweringEnd::Overtaken, (who.caller.actor.name(), who.reason))?;
    }
    for number in after.iter().filter(|number| !before.contains(number)) {
        let of = Lowered::Leaving(*number, known.id);
        lowering::settle(c, app, lowers(of, String::new(), Weight::default(), now, Vec::new()), who)?;
    }
    for number in before.iter().filter(|number| !after.contains(number)) {
        let Some(asset) = c.asset_by_number(*number, Moment::OPEN)? else { continue };
        let Some(ranked) = c.ranked_assets(Some(&[*number]))?.pop() else { continue };
        let own = Weight::lost(ranked.own);
        let name = format!("{}, not of `{}` any more", asset.asset.tag, known.name);
        let first = c.lowering_of(Lowered::Joining(*number, known.id))?;
        if let Some(first) = &first {
            c.end_lowering(first, LoweringEnd::Overtaken, (who.caller.actor.name(), who.reason))?;
        }
        let unsaid = first.map(|one| one.held.unsaid).unwrap_or_default();
        let counted = Weight::lost(counted.lost.without_first_words(unsaid));
        let of = Lowered::Leaving(*number, known.id);
        lowering::settle(c, app, lowers(of, name, counted.more_than(own), own, Vec::new()), who)?;
    }
    Ok(())
}

/// Assets before they come to serve a function, with the dimensions in which they go on being what they were when they
/// served it last.
fn joining(
    c: &mut Change<'_>,
    id: FunctionId,
    assets: impl Iterator<Item = i64>,
) -> Result<Vec<(RankedAsset, Dimensions)>, StoreError> {
    let found = c.ranked_assets(Some(&assets.collect::<Vec<_>>()))?;
    let with = |asset: RankedAsset| {
        let left = c.lowering_of(Lowered::Leaving(asset.number, id))?;
        let lost = left.map(|one| one.held.lost).unwrap_or_default();
        Ok((asset, Dimensions::where_it_is(|dimension| lost.of(dimension).is_some())))
    };
    found.into_iter().map(with).collect()
}

/// The first words that a function says of assets that come to serve it.
fn joined(
    c: &mut Change<'_>,
    app: &App,
    (function, assets): (&PlantFunction, &[(RankedAsset, Dimensions)]),
    who: &Asker<'_>,
) -> Result<(), StoreError> {
    let held = c.lowering_of(Lowered::Function(function.id))?.map(|one| one.held).unwrap_or_default();
    for (asset, known) in assets {
        let waits = held.unsaid.filtered(|dimension| held.lost.of(dimension).is_none());
        let held = Weight { unsaid: waits.joined(*known), ..held };
        lowering::settle_joining(c, app, (asset, function, held), who)?;
    }
    Ok(())
}

/// Removes a function; the assets that served it are ranked anew before this returns. One by which something hangs on assets
/// stays and counts until a second person agrees.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn remove(app: &App, caller: &Caller, id: FunctionId, reason: &str) -> Result<(), AppError> {
    let reach = caller.require(Permission::WriteInventory)?;
    app.store().change(&app.intent(caller, "function.remove", reason), |c| {
        let known = c.functions()?.into_iter().find(|known| known.id == id && reach.covers(Some(known.site)));
        let known = known.ok_or_else(|| AppError::NotFound { noun: "function", id: id.to_string() })?;
        reasoned(reason)?;
        let still = c.lowering_of(Lowered::Function(id))?.map(|one| one.held).unwrap_or_default();
        let held = lowering::known_before(known.profile, still).more_than(Weight::default());
        c.about("function", &known.name);
        c.detail("assets", json!(known.assets));
        c.detail("criticality", words(known.profile));
        if held.is_silent() || known.assets == 0 {
            return Ok(lowering::remove_function(c, id, &Asker { caller, reason })?);
        }
        if c.lowering_of(Lowered::Removal(id))?.is_some() {
            let what = format!("that `{}` goes waits for a second person already", known.name);
            return Err(conflict("lowering-waits", what, "ask somebody who may approve to answer it"));
        }
        let (of, now) = (Lowered::Removal(id), Weight::default());
        let name = format!("{}, with {} asset(s)", known.name, known.assets);
        let lowers = Lowers { of, site: Some(known.site), name, held, now, back: Vec::new() };
        lowering::settle(c, app, lowers, &Asker { caller, reason })?;
        Ok::<_, AppError>(())
    })?;
    super::refresh::now(app)?;
    Ok(())
}

/// Says what is lost with a zone; its assets are ranked anew before this returns.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn put_zone(
    app: &App,
    caller: &Caller,
    zone: ZoneId,
    profile: Profile,
    reason: &str,
) -> Result<(), AppError> {
    let known = app.store().read(|r| r.zones())?.into_iter().find(|known| known.id == zone);
    let known = known.ok_or_else(|| AppError::NotFound { noun: "zone", id: zone.to_string() })?;
    caller.require_at(Permission::WriteInventory, Some(known.site))?;
    app.store().change(&app.intent(caller, "zone.criticality", reason), |c| {
        let before = c.zone_profiles()?.into_iter().find(|(id, _)| *id == zone);
        let before = before.map(|(_, before)| before).unwrap_or_default();
        if lowers(before, profile) {
            reasoned(reason)?;
        }
        c.put_zone_profile(zone, profile)?;
        let of = Lowered::Zone(zone);
        let still = c.lowering_of(of)?.map(|one| one.held).unwrap_or_default();
        let now = Weight::lost(profile);
        let held = lowering::known_before(before, still).more_than(now);
        let held = held.with_unsaid(lowering::first_words(before, still, profile));
        let back = lowering::back_of(before, profile);
        let lowers = Lowers { of, site: Some(known.site), name: known.name.clone(), held, now, back };
        lowering::settle(c, app, lowers, &Asker { caller, reason })?;
        c.about("zone", &known.name);
        c.detail("criticality", words(profile));
        Ok::<_, AppError>(())
    })?;
    super::refresh::now(app)?;
    Ok(())
}

/// Whether less is said to be lost than before, in any dimension; what is no longer said counts as less.
fn lowers(before: Profile, after: Profile) -> bool {
    Dimension::ALL.iter().any(|dimension| before.of(*dimension) > after.of(*dimension))
}

/// What makes findings less pressing has its reason in the audit log.
fn reasoned(reason: &str) -> Result<(), AppError> {
    if !reason.trim().is_empty() {
        return Ok(());
    }
    Err(AppError::invalid(
        "reason",
        "less would hang on these assets than before, and nobody says why",
        "nothing was changed",
        "give the reason; it stands in the audit log",
    ))
}

fn words(profile: Profile) -> serde_json::Value {
    let said = Dimension::ALL.iter().filter_map(|dimension| {
        profile.of(*dimension).map(|value| (dimension.word().to_owned(), json!(value.word())))
    });
    serde_json::Value::Object(said.collect())
}
