//! The ground of planning: redundancy groups, how work is done, what was measured, and a site's rules for plans.
//!
//! Written once by people who know the plant, used by every plan. The surprise: changing any of it makes plans stale that
//! counted on it; they say so and are proposed anew, and nothing in them is mended by itself.

mod asks;
mod restore;
mod signed;

pub(crate) use asks::{NOTICE, NOTICE_TERMS, ask_at_begin, permits_asked, read_terms};
pub use restore::{NewRestoreTest, put_restore_test, restore_tests};

use crate::App;
use crate::access_check::Caller;
use crate::approval::{patch_name, person, reading, refused};
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::asset::{AssetKind, Field};
use holdpoint_domain::id::SiteId;
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::{
    LONGEST_WORK_MINUTES, RedundancyGroup, SiteRules, WorkObservation, WorkProfile,
};
use holdpoint_domain::signature::written;
use holdpoint_domain::site::Site;
use holdpoint_engine::execution::Limits;
use holdpoint_engine::planning::PlanningRules;
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::{Reader, StoreError};
use serde_json::json;

/// How often work must have been measured before its durations count, when a site has said nothing.
const MEASURED_AT_LEAST: u16 = 5;

/// The rules that hold where nobody has written any.
#[must_use]
pub fn usual_rules() -> SiteRules {
    let usual = PlanningRules::default();
    SiteRules {
        pilots: usual.pilots,
        wave_steps: usual.wave_steps,
        soak_minutes: usual.soak_minutes,
        margin_minutes: usual.margin_minutes,
        failures_allowed: usual.failures_allowed,
        measured_at_least: MEASURED_AT_LEAST,
        catch_up_minutes: Limits::default().catch_up_minutes,
        restore_test_days: None,
        test_assets: Vec::new(),
    }
}

/// A site by its id or name, among those within reach.
pub(crate) fn find_site(r: &mut Reader<'_>, name: &str, reach: &Reach) -> Result<Site, AppError> {
    let found = r.sites()?.into_iter().find(|one| one.name == name || one.id.to_string() == name);
    found
        .filter(|one| reach.covers(Some(one.id)))
        .ok_or_else(|| AppError::NotFound { noun: "site", id: name.chars().take(64).collect() })
}

/// An asset by its id or tag, among those within reach.
pub(crate) fn find_asset(r: &mut Reader<'_>, name: &str, reach: &Reach) -> Result<StoredAsset, AppError> {
    let found = match name.parse() {
        Ok(id) => r.asset(id, Moment::OPEN)?,
        Err(_) => r.asset_by_tag(name, Moment::OPEN)?,
    };
    found
        .filter(|one| reach.covers(one.site))
        .ok_or_else(|| AppError::NotFound { noun: "asset", id: name.chars().take(64).collect() })
}

pub(crate) fn rules_of(r: &mut Reader<'_>, site: SiteId) -> Result<SiteRules, StoreError> {
    Ok(r.planning_rules(site)?.unwrap_or_else(usual_rules))
}

/// The rules of a site.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn rules(app: &App, caller: &Caller, site: &str) -> Result<(Site, SiteRules), AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let site = find_site(r, site, &reach)?;
        let rules = rules_of(r, site.id)?;
        Ok((site, rules))
    })
}

/// Rules of a site as somebody writes them; test assets by id or tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRules {
    /// The rules; their test assets are not looked at.
    pub rules: SiteRules,
    /// The assets for trying things out.
    pub test_assets: Vec<String>,
}

/// Writes the rules of a site.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for numbers that cannot be.
pub fn put_rules(
    app: &App,
    caller: &Caller,
    site: &str,
    new: &NewRules,
    reason: &str,
) -> Result<(Site, SiteRules), AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    check_rules(&new.rules)?;
    let committed = app.store().change(&app.intent(caller, "planning.rules", reason), |c| {
        let site = find_site(c, site, &reach)?;
        let mut rules = SiteRules { test_assets: Vec::new(), ..new.rules.clone() };
        for name in &new.test_assets {
            let asset = find_asset(c, name, &reach)?;
            if asset.site != Some(site.id) {
                let what = format!("`{}` does not stand at `{}`", asset.asset.tag, site.name);
                return Err(invalid("test-asset", what, "name assets of this site"));
            }
            rules.test_assets.push(asset.asset.id);
        }
        rules.test_assets.sort_unstable();
        rules.test_assets.dedup();
        if c.planning_rules(site.id)?.as_ref() == Some(&rules) {
            c.nothing_to_do();
            return Ok((site, rules));
        }
        c.put_planning_rules(site.id, &rules, &person(caller).name)?;
        c.about("site", site.id);
        c.detail("rules", json!(format!("{rules:?}")));
        Ok::<_, AppError>((site, rules))
    })?;
    Ok(committed.value)
}

fn check_rules(rules: &SiteRules) -> Result<(), AppError> {
    let week = 7 * 24 * 60;
    let wrong = [
        (!(1..=100).contains(&rules.pilots), "a patch has 1 to 100 pilots"),
        (!(1..=20_000).contains(&rules.wave_steps), "a wave has 1 to 20,000 steps"),
        (rules.soak_minutes > 13 * week, "a wave soaks for 13 weeks at most"),
        (rules.margin_minutes > week, "the margin is a week at most"),
        (rules.failures_allowed > 1_000, "a wave may lose 1,000 steps at most"),
        (
            !(1..=1_000).contains(&rules.measured_at_least),
            "work is measured 1 to 1,000 times before it counts",
        ),
        (rules.catch_up_minutes > 13 * week, "a missed step may begin 13 weeks later at most"),
        (
            rules.restore_test_days.is_some_and(|days| !(1..=3_650).contains(&days)),
            "a restore test may be 1 to 3,650 days old",
        ),
    ];
    match wrong.iter().find(|(wrong, _)| *wrong) {
        Some((_, what)) => Err(invalid("planning-rules", *what, "write a number in that range")),
        None => Ok(()),
    }
}

/// A redundancy group, as assets and people speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupLine {
    /// The site.
    pub site: Site,
    /// Its name.
    pub name: String,
    /// The tags of the assets that carry it.
    pub members: Vec<String>,
    /// How many it can lose, and where that is written; `None`: nobody has said.
    pub said: Option<(u16, String)>,
    /// How many count: one member at least goes on, whatever was written when there were more.
    pub counts: Option<u16>,
    /// Who said it last, and when; `None`: nobody has.
    pub written: Option<(String, Moment)>,
}

/// What is said of redundancy groups, as it counts with the members of today.
pub(crate) fn counted_groups(r: &mut Reader<'_>) -> Result<Vec<RedundancyGroup>, StoreError> {
    let members = r.redundancy_members()?;
    let mut said = r.redundancy_groups()?;
    for one in &mut said {
        let now = members.get(&(one.site, one.name.clone())).copied().unwrap_or_default();
        one.may_lose = one.can_lose_of(now);
    }
    Ok(said)
}

/// The redundancy groups of the sites within reach: those that assets carry, and those that somebody spoke of.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn groups(app: &App, caller: &Caller) -> Result<Vec<GroupLine>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let sites = r.sites()?;
        let mut found: std::collections::BTreeMap<(SiteId, String), Vec<String>> = Default::default();
        r.all_assets(Moment::OPEN, |asset| {
            let group = asset.asset.value(Field::RedundancyGroup).map(str::to_owned);
            if let (Some(site), Some(group)) = (asset.site.filter(|site| reach.covers(Some(*site))), group) {
                found.entry((site, group)).or_default().push(asset.asset.tag);
            }
            Ok(())
        })?;
        let (said, mut writers) = (r.redundancy_groups()?, r.redundancy_writers()?);
        for one in said.iter().filter(|one| reach.covers(Some(one.site))) {
            found.entry((one.site, one.name.clone())).or_default();
        }
        let mut lines = Vec::new();
        for ((id, name), mut members) in found {
            let Some(site) = sites.iter().find(|one| one.id == id) else { continue };
            members.sort();
            let own = said.iter().find(|one| one.site == id && one.name == name);
            let counts = own.map(|one| one.can_lose_of(members.len()));
            let own = own.map(|one| (one.may_lose, one.note.clone()));
            let written = writers.remove(&(id, name.clone()));
            lines.push(GroupLine { site: site.clone(), name, members, said: own, counts, written });
        }
        lines.sort_by(|one, other| (&one.site.name, &one.name).cmp(&(&other.site.name, &other.name)));
        Ok(lines)
    })
}

/// Says how many members a redundancy group of a site can lose: fewer than there are, and more than before only with a reason.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for an empty or endless name, for as many as the group
/// has members, and for more without a reason.
pub fn put_group(
    app: &App,
    caller: &Caller,
    site: &str,
    (name, may_lose, note): (&str, u16, &str),
    reason: &str,
) -> Result<RedundancyGroup, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let name = Field::RedundancyGroup.normalise(name).ok().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| {
        invalid("name", "the redundancy group has no usable name", "write it as the assets carry it")
    })?;
    let committed = app.store().change(&app.intent(caller, "planning.group", reason), |c| {
        let site = find_site(c, site, &reach)?;
        let group =
            RedundancyGroup { site: site.id, name: name.clone(), may_lose, note: note.trim().to_owned() };
        let said = c.redundancy_groups()?;
        if said.contains(&group) {
            c.nothing_to_do();
            return Ok(group);
        }
        let before = said.iter().find(|one| one.site == site.id && one.name == name).map(|one| one.may_lose);
        can_lose(c, &group, before, reason)?;
        c.put_redundancy_group(&group, &person(caller).name)?;
        c.about("redundancy-group", &group.name);
        c.detail("before", json!(before));
        c.detail("may_lose", json!(may_lose));
        Ok::<_, AppError>(group)
    })?;
    Ok(committed.value)
}

/// Whether a group can lose so many of the members that are known today, and somebody says why it is more than before.
fn can_lose(
    r: &mut Reader<'_>,
    group: &RedundancyGroup,
    before: Option<u16>,
    reason: &str,
) -> Result<(), AppError> {
    let mut members = 0_usize;
    r.all_assets(Moment::OPEN, |asset| {
        let named = asset.asset.value(Field::RedundancyGroup) == Some(group.name.as_str());
        members += usize::from(named && asset.site == Some(group.site));
        Ok(())
    })?;
    if usize::from(group.may_lose) >= members.max(1) {
        let what = format!(
            "`{}` has {members} member(s) at this site, so it cannot lose {}: one at least has to go on",
            group.name, group.may_lose
        );
        return Err(invalid("may-lose", what, "write a number below that, or name the group's assets first"));
    }
    if before.is_some_and(|before| group.may_lose > before) && reason.trim().is_empty() {
        let what = format!("`{}` would be allowed to lose more than before, and nobody says why", group.name);
        return Err(invalid("reason", what, "give the reason; it stands in the audit log"));
    }
    Ok(())
}

/// How work is done, by patch and kind.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn profiles(app: &App, caller: &Caller) -> Result<Vec<WorkProfile>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.work_profiles())?)
}

/// Writes down how work is done; the same patch and kind are replaced. That there is no way back is written by whoever signs it, who
/// may approve.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Invalid`] for numbers or texts that cannot be; [`AppError::Conflict`] for another's signature.
pub fn put_profile(
    app: &App,
    caller: &Caller,
    new: &WorkProfile,
    reason: &str,
) -> Result<WorkProfile, AppError> {
    caller.require_everywhere(signed::permission(new.way_back.as_ref()))?;
    let patch = new.patch.as_deref().map(patch_name).transpose()?;
    let way_back = new.way_back.as_ref().map(|way| checked_way(caller, way)).transpose()?;
    check_minutes(new.work_minutes, Some(new.undo_minutes))?;
    if !(1..=1_000).contains(&new.people) {
        return Err(invalid("people", "work takes 1 to 1,000 people", "write how many have to be there"));
    }
    let profile = WorkProfile { patch, way_back, asks: asks::checked(&new.asks)?, ..new.clone() };
    app.store().change(&app.intent(caller, "planning.profile", reason), |c| {
        if c.work_profiles()?.contains(&profile) {
            c.nothing_to_do();
            return Ok::<_, AppError>(());
        }
        c.put_work_profile(&profile, &person(caller).name)?;
        c.about("work-profile", profile.patch.as_deref().unwrap_or("all patches"));
        c.detail("kind", json!(profile.kind.map(AssetKind::word)));
        c.detail("minutes", json!([profile.work_minutes, profile.undo_minutes]));
        c.detail("way_back", json!(profile.way_back.as_ref().map(way_words)));
        c.detail("asks", json!(format!("{:?}", profile.asks)));
        Ok(())
    })?;
    Ok(profile)
}

fn checked_way(caller: &Caller, way: &WayBack) -> Result<WayBack, AppError> {
    let text = |what: &str, text: &str| written(what, text).map_err(refused);
    Ok(match way {
        WayBack::Automatic { to } => WayBack::Automatic { to: text("backup that is gone back to", to)? },
        WayBack::ByHand { instruction } => {
            WayBack::ByHand { instruction: text("instruction of the way back", instruction)? }
        }
        WayBack::None { signed_by, reason } => signed::without_way(caller, signed_by, reason)?,
    })
}

/// A way back in one clause.
#[must_use]
pub fn way_words(way: &WayBack) -> String {
    match way {
        WayBack::Automatic { to } => format!("by itself to {to}"),
        WayBack::ByHand { instruction } => format!("by hand: {instruction}"),
        WayBack::None { signed_by, reason } => format!("none, signed by {signed_by}: {reason}"),
    }
}

fn check_minutes(work: u32, undo: Option<u32>) -> Result<(), AppError> {
    if (1..=LONGEST_WORK_MINUTES).contains(&work) && undo.is_none_or(|undo| undo <= LONGEST_WORK_MINUTES) {
        return Ok(());
    }
    let what = format!("work takes 1 to {LONGEST_WORK_MINUTES} minutes, and its undo no more than that");
    Err(invalid("minutes", what, "write whole minutes"))
}

/// What was measured, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn observations(app: &App, caller: &Caller) -> Result<Vec<WorkObservation>, AppError> {
    caller.require_everywhere(Permission::ReadPlant)?;
    let mut all = app.store().read(|r| r.work_observations())?;
    all.reverse();
    Ok(all)
}

/// A measurement, as somebody writes it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewObservation {
    /// The patch.
    pub patch: String,
    /// The asset, by id or tag.
    pub asset: String,
    /// From the start to the end of the verification, in minutes.
    pub work_minutes: u32,
    /// How long the undo took, when there was one.
    pub undo_minutes: Option<u32>,
    /// When it was done; `None`: now.
    pub at: Option<Moment>,
}

/// Writes down how long work took.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for numbers that cannot be.
pub fn observe(
    app: &App,
    caller: &Caller,
    new: &NewObservation,
    reason: &str,
) -> Result<WorkObservation, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let patch = patch_name(&new.patch)?;
    check_minutes(new.work_minutes, new.undo_minutes)?;
    let committed = app.store().change(&app.intent(caller, "planning.observe", reason), |c| {
        let asset = find_asset(c, &new.asset, &reach)?;
        if new.at.is_some_and(|at| at > c.at()) {
            return Err(invalid(
                "moment",
                "work cannot have been done later than now",
                "write when it was done",
            ));
        }
        let seen = WorkObservation {
            patch: patch.clone(),
            asset: asset.asset.id,
            kind: asset.asset.value(Field::Kind).and_then(|word| word.parse().ok()),
            product: asset.asset.value(Field::Product).unwrap_or_default().to_owned(),
            work_minutes: new.work_minutes,
            undo_minutes: new.undo_minutes,
            at: new.at.unwrap_or_else(|| c.at()),
        };
        c.put_work_observation(&seen, &person(caller).name)?;
        c.about("asset", seen.asset);
        c.about("patch", &seen.patch);
        c.detail("minutes", json!([seen.work_minutes, seen.undo_minutes]));
        Ok::<_, AppError>(seen)
    })?;
    Ok(committed.value)
}

pub(crate) fn invalid(code: &str, what: impl Into<String>, remedy: &str) -> AppError {
    AppError::invalid(code, what, "nothing was changed", remedy)
}
