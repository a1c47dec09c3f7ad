//! Drift: what is seen of an asset after it was verified, and is not as its baseline says.
//!
//! The surprise: only what was seen after the baseline counts, value by value. An old line of a spreadsheet contradicts nothing, and
//! a package of which a later list says nothing is not gone: nobody has said so.

use super::hand::look_now;
use super::snapshot;
use super::verified::FIRMWARE;
use crate::App;
use crate::access_check::Caller;
use crate::agents::is_place;
use crate::approval::{accountable, baselines::conflict, reading};
use crate::error::AppError;
use crate::notices::{People, Told, tell};
use crate::planning::{find_asset, invalid};
use crate::plans::find_in;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::asset::{Asset, Field, InstalledComponent};
use holdpoint_domain::id::AssetId;
use holdpoint_domain::notice::NoticeKind;
use holdpoint_domain::snapshot::Snapshot;
use holdpoint_engine::verification::{Promise, later};
use holdpoint_store::Change;
use holdpoint_store::execution::{AssetSnapshot, Drift, DriftQuery};
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_versions::{Comparison, Scheme};
use serde_json::json;
use std::collections::BTreeMap;

/// Most differences that one drift names; the rest is counted.
const NAMED: usize = 10;

/// Lists drifts, those seen last first: those from the baselines of one deployment, or all.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`], which holds filter errors in words.
pub fn drifts(
    app: &App,
    caller: &Caller,
    id: Option<&str>,
    query: &ListQuery,
) -> Result<Paged<Drift>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach: reach.clone(), ..query.clone() };
    reading(app, |r| {
        let which = match id {
            Some(id) => DriftQuery::Of(find_in(r, id, &reach)?.id),
            None => DriftQuery::All,
        };
        Ok(r.drift_list(which, &query)?)
    })
}

/// Settles a drift: it is right as it is, or something was done about it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason; [`AppError::Conflict`] when it is
/// settled already.
pub fn settle_drift(app: &App, caller: &Caller, number: i64, why: &str) -> Result<(), AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let why = why.trim();
    if why.is_empty() || why.chars().count() > 2_000 {
        return Err(invalid(
            "reason",
            "a drift is settled for a reason of at most 2,000 characters",
            "say why",
        ));
    }
    app.store().change(&app.intent(caller, "drift.settle", why), |c| {
        let missing = || AppError::NotFound { noun: "drift", id: number.to_string() };
        let (site, asset) = c.drift_place(number)?.ok_or_else(missing)?;
        if !reach.covers(Some(site)) {
            return Err(missing());
        }
        let by = accountable(caller)?;
        if c.close_drift(number, &by.name, why)? == 0 {
            let what = format!("drift {number} is settled already");
            return Err(conflict("drift-settled", what, "look at the list again"));
        }
        c.about("asset", asset);
        c.detail("drift", json!(number));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

/// Compares what inventories have said since with the baselines of assets. Gives how many drifts are new.
///
/// `after`: the newest version of an asset that an earlier sweep has seen. Gives the newest that this one has.
///
/// # Errors
/// [`AppError::Store`].
pub fn sweep(app: &App, after: i64) -> Result<(i64, u64), AppError> {
    let (newest, baselines) = app.store().read(|r| {
        let newest = r.newest_asset_version()?;
        let found = if newest > after { r.asset_baselines_seen_after(after)? } else { Vec::new() };
        Ok((newest, found))
    })?;
    let mut new = 0;
    for baseline in baselines {
        // What a step changes is held against its own promise; when it is over there is a newer baseline.
        let found = app.store().read(|r| {
            if r.is_in_work(baseline.asset)? { Ok(None) } else { r.asset(baseline.asset, Moment::OPEN) }
        })?;
        let Some(found) = found else { continue };
        let seen = seen_after(&found.asset, baseline.taken_at);
        let pairs = seen.iter().map(|one| (named(one), one.component.version.as_str()));
        let (was, promise) = (snapshot::read(&baseline.body), snapshot::read_promise(&baseline.promise));
        let mut differences: Vec<String> =
            later(&was, &promise, pairs).iter().map(ToString::to_string).collect();
        differences.extend(other_firmware(&was, &found.asset, baseline.taken_at));
        if !differences.is_empty() {
            new += u64::from(notice(app, &baseline, "inventory", &differences)?);
        }
    }
    Ok((newest, new))
}

/// The firmware that an inventory names since, when it is another than the baseline's; one that cannot be compared differs too.
fn other_firmware(was: &Snapshot, asset: &Asset, at: Moment) -> Option<String> {
    let was = was.system.as_ref()?.get(FIRMWARE)?;
    let now = asset.fields.get(&Field::FirmwareVersion).filter(|one| one.observed_at > at)?;
    let same = *was == now.value
        || Scheme::Ot.compare(was, &now.value).is_ok_and(|order| order == Comparison::Equal);
    (!same).then(|| format!("firmware {was} is {} now", now.value))
}

fn seen_after(asset: &Asset, at: Moment) -> Vec<&InstalledComponent> {
    asset.installed.iter().filter(|one| one.observed_at > at && !one.component.version.is_empty()).collect()
}

/// The name of a package as its manager calls it: that of the package URL, else the product.
fn named(one: &InstalledComponent) -> &str {
    let purl = one.component.purl.as_str();
    let name = purl.strip_prefix("pkg:deb/").or_else(|| purl.strip_prefix("pkg:rpm/"));
    let name = name.and_then(|rest| rest.split(['@', '?', '#']).next()?.rsplit('/').next());
    name.filter(|name| !name.is_empty()).unwrap_or(&one.component.product)
}

/// Holds a whole look at an asset against its baseline. Gives whether that is a new drift; `None`: it has no baseline, or a step is in
/// work on it, whose own look says what is there.
///
/// # Errors
/// [`AppError::Store`].
pub fn observed(app: &App, asset: AssetId, seen: &Snapshot, by: &str) -> Result<Option<bool>, AppError> {
    let baseline =
        app.store().read(|r| if r.is_in_work(asset)? { Ok(None) } else { r.asset_baseline(asset) })?;
    let Some(baseline) = baseline else { return Ok(None) };
    let mut was = snapshot::read(&baseline.body);
    // Not every look reads what lies at places for files; what it did not read it does not contradict.
    if let (Some(old), Some(new)) = (&mut was.software, &seen.software) {
        old.retain(|name, _| !is_place(name) || new.contains_key(name));
    }
    let verdict = holdpoint_engine::verification::compare(&was, seen, &Promise::new(), "");
    let unplanned = |one: &&holdpoint_engine::verification::Difference| {
        one.planned == holdpoint_engine::verification::Planned::Unexpected
    };
    let differences: Vec<String> =
        verdict.differences.iter().filter(unplanned).map(ToString::to_string).collect();
    if differences.is_empty() {
        return Ok(Some(false));
    }
    notice(app, &baseline, by, &differences).map(Some)
}

/// Holds what an agent finds at places for files, and what checks of scripts say, against what was verified there. Gives whether that is a
/// new drift.
///
/// `lies`: what lies at each place that could be read, and what each check says that could, by its name. While a step is in work on the asset, its own look says what is there.
///
/// # Errors
/// [`AppError::Store`].
pub(crate) fn placed(app: &App, asset: AssetId, lies: &BTreeMap<String, String>) -> Result<bool, AppError> {
    if lies.is_empty() {
        return Ok(false);
    }
    let baseline =
        app.store().read(|r| if r.is_in_work(asset)? { Ok(None) } else { r.asset_baseline(asset) })?;
    let Some(baseline) = baseline else { return Ok(false) };
    let promise = snapshot::read_promise(&baseline.promise);
    let differences: Vec<String> = promise
        .iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?, lies.get(name)?)))
        .filter(|(_, promised, lies)| promised != lies)
        .map(|(name, promised, lies)| format!("{name}: {promised} → {lies}"))
        .collect();
    if differences.is_empty() { Ok(false) } else { notice(app, &baseline, "agent", &differences) }
}

/// Looks at an asset afresh over SSH and holds it against its baseline. Gives whether it has drifted, as the look shows.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when no step on it was ever verified, or a step is in
/// work on it; [`AppError::Remote`] when it could not be looked at.
pub fn look_again(app: &App, caller: &Caller, asset: &str) -> Result<Option<String>, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let (id, line, baseline) = reading(app, |r| {
        let found = find_asset(r, asset, &reach)?;
        caller.require_at(Permission::WritePlans, found.site)?;
        let id = found.asset.id;
        Ok((id, r.asset_line(id)?, r.asset_baseline(id)?))
    })?;
    let Some(baseline) = baseline else {
        let what =
            format!("no step on `{asset}` was ever verified, so there is nothing to hold a look against");
        return Err(conflict("no-baseline", what, "look at it with the deployment of a patch"));
    };
    let seen = look_now(app, line, &snapshot::read_promise(&baseline.promise)).map_err(|what| {
        AppError::Remote(holdpoint_domain::Rejected::new(
            "not-looked-at",
            format!("`{asset}` could not be looked at: {what}"),
            "nothing is known of it now",
            "look at how it is reached, and try again",
        ))
    })?;
    let by = accountable(caller).map_or_else(|_| caller.actor.name().to_owned(), |who| who.name);
    let _ = observed(app, id, &seen, &by)?;
    let open = app.store().read(|r| r.open_drift(baseline.number))?;
    Ok((!open.is_empty()).then(|| open.join("; ")))
}

/// Writes a drift down and tells people, unless the same stands open already.
fn notice(app: &App, baseline: &AssetSnapshot, by: &str, differences: &[String]) -> Result<bool, AppError> {
    let more = differences.len().saturating_sub(NAMED);
    let mut what = differences.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    if more > 0 {
        what.push_str(&format!(" and {more} more"));
    }
    let caller = Caller::system("deployment");
    let committed = app.store().change(&app.intent(&caller, "drift.notice", ""), |c| {
        let newest = c.asset_baseline(baseline.asset)?.map(|newest| newest.number);
        if newest != Some(baseline.number) || c.open_drift(baseline.number)?.contains(&what) {
            c.nothing_to_do();
            return Ok::<_, AppError>(false);
        }
        c.put_drift(baseline.asset, baseline.number, (by, &what))?;
        c.about("asset", baseline.asset);
        c.about("plan", baseline.plan);
        c.detail("drift", json!(what));
        tell_people(app, c, baseline, &what)?;
        Ok(true)
    })?;
    Ok(committed.value)
}

fn tell_people(app: &App, c: &mut Change<'_>, baseline: &AssetSnapshot, what: &str) -> Result<(), AppError> {
    let Some(line) = c.change_plan(baseline.plan)? else { return Ok(()) };
    let tag = c.asset(baseline.asset, Moment::OPEN)?.map(|one| one.asset.tag).unwrap_or_default();
    let begun = c.plan_run(baseline.plan)?.map(|run| run.started_by);
    let people = People::default().with(&line.author).named(c, begun.as_deref().into_iter())?;
    let people = people.or_approvers(c, Some(line.site))?;
    let text = format!(
        "`{tag}` is not as it was verified in plan {}: {what}. Find out who changed it; settle the drift with a reason, or plan the work anew.",
        line.number
    );
    let told = Told {
        kind: NoticeKind::Drift,
        noun: "asset",
        about: baseline.asset.to_string(),
        text,
        cause: format!("drift:{}:{what}", baseline.number),
    };
    tell(app, c, &told, people)?;
    Ok(())
}
