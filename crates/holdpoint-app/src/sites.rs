//! Sites and zones: which there are, and changing what is said of them.
//!
//! Importing inventory makes sites and zones by their names alone; time zone, link to the outside, level and
//! exposure are said here. The surprise: they have no history of their own, only the audit log's.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::ranking::lowering::{self, Lowers};
use crate::runs::Asker;
use holdpoint_domain::Rejected;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::{SiteId, ZoneId};
use holdpoint_domain::ranking::lowering::{Lowered, Weight};
use holdpoint_domain::site::{Exposure, Site, Zone};
use holdpoint_store::{Change, StoreError};
use serde_json::json;

const NAME_CHARS: usize = 100;

/// The sites that the caller may see, by name.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn sites(app: &App, caller: &Caller) -> Result<Vec<Site>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let mut sites = app.store().read(|r| r.sites())?;
    sites.retain(|site| reach.covers(Some(site.id)));
    Ok(sites)
}

/// The zones of the sites that the caller may see, by the name of their site and their own.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn zones(app: &App, caller: &Caller) -> Result<Vec<Zone>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let mut zones = app.store().read(|r| r.zones())?;
    zones.retain(|zone| reach.covers(Some(zone.site)));
    Ok(zones)
}

/// Makes a site, or changes the one with this id. Saying what is already so writes nothing.
///
/// # Errors
/// [`AppError::Invalid`] for an empty or long name or a time zone that is no IANA name; [`AppError::Conflict`] when
/// another site has the name; [`AppError::Refused`]; [`AppError::Store`].
pub fn put_site(app: &App, caller: &Caller, site: &Site, reason: &str) -> Result<(), AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    check_name("site", &site.name)?;
    if holdpoint_domain::clock::zone_rules(&site.time_zone).is_none() {
        return Err(AppError::invalid(
            "time-zone",
            format!("`{}` is no time zone that is known here", site.time_zone),
            "nothing was changed",
            "write an IANA name such as `Europe/Berlin`",
        ));
    }
    app.store().change(&app.intent(caller, "site.put", reason), |c| {
        let known = c.sites()?;
        if known.contains(site) {
            c.nothing_to_do();
            return Ok::<_, AppError>(());
        }
        if known.iter().any(|other| other.id != site.id && other.name == site.name) {
            return Err(taken("site", &site.name));
        }
        c.put_site(site)?;
        c.about("site", &site.name);
        c.detail("time_zone", json!(site.time_zone));
        c.detail("connectivity", json!(site.connectivity.word()));
        Ok(())
    })?;
    crate::ranking::refresh::now(app)?;
    Ok(())
}

/// Makes a zone, or changes the one with this id. Saying what is already so writes nothing.
///
/// # Errors
/// [`AppError::Invalid`] for an empty or long name or a security level outside 1 to 4; [`AppError::NotFound`] when
/// there is no such site; [`AppError::Conflict`] when another zone of the site has the name; [`AppError::Refused`];
/// [`AppError::Store`].
pub fn put_zone(app: &App, caller: &Caller, zone: &Zone, reason: &str) -> Result<(), AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    check_name("zone", &zone.name)?;
    if zone.target_security_level.is_some_and(|level| !(1..=4).contains(&level)) {
        return Err(AppError::invalid(
            "security-level",
            "a target security level is a number from 1 to 4",
            "nothing was changed",
            "take the level from the zone's risk assessment, or leave it out",
        ));
    }
    app.store().change(&app.intent(caller, "zone.put", reason), |c| {
        let site: SiteId = zone.site;
        if !c.sites()?.iter().any(|known| known.id == site) {
            return Err(AppError::NotFound { noun: "site", id: site.to_string() });
        }
        let known = c.zones()?;
        if known.contains(zone) {
            c.nothing_to_do();
            return Ok(());
        }
        let clashes = |other: &Zone| other.id != zone.id && other.site == site && other.name == zone.name;
        if known.iter().any(clashes) {
            return Err(taken("zone", &zone.name));
        }
        let before = known.iter().find(|other| other.id == zone.id);
        let was = before.map_or(Was::New, |before| Was::Known(before.exposure));
        c.put_zone(zone)?;
        exposed(c, app, (was, zone), &Asker { caller, reason })?;
        c.about("zone", &zone.name);
        c.detail("purdue_level", json!(zone.purdue_level.map(|level| level.word())));
        c.detail("exposure", json!(zone.exposure.map(|exposure| exposure.word())));
        c.detail("target_security_level", json!(zone.target_security_level));
        Ok(())
    })?;
    crate::ranking::refresh::now(app)?;
    Ok(())
}

/// Says how far a zone can be reached. What is more counts at once; what is less, or nothing any more, waits for a second
/// person. Saying what is already so writes nothing.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] for less without a reason; [`AppError::Refused`]; [`AppError::Store`].
pub fn set_exposure(
    app: &App,
    caller: &Caller,
    id: ZoneId,
    exposure: Option<Exposure>,
    reason: &str,
) -> Result<(), AppError> {
    let reach = caller.require(Permission::WriteInventory)?;
    app.store().change(&app.intent(caller, "zone.exposure", reason), |c| {
        let found = c.zones()?.into_iter().find(|zone| zone.id == id && reach.covers(Some(zone.site)));
        let before = found.ok_or_else(|| AppError::NotFound { noun: "zone", id: id.to_string() })?;
        if before.exposure == exposure {
            c.nothing_to_do();
            return Ok::<_, AppError>(());
        }
        let zone = Zone { exposure, ..before.clone() };
        if exposure < before.exposure.or(Some(UNSAID)) && reason.trim().is_empty() {
            return Err(AppError::invalid(
                "reason",
                "the zone would count as reached less than before, and nobody says why",
                "nothing was changed",
                "give the reason; the second person reads it, and it stands in the audit log",
            ));
        }
        c.put_zone(&zone)?;
        exposed(c, app, (Was::Known(before.exposure), &zone), &Asker { caller, reason })?;
        c.about("zone", &zone.name);
        c.detail("before", json!(before.exposure.map(|exposure| exposure.word())));
        c.detail("exposure", json!(exposure.map(|exposure| exposure.word())));
        Ok(())
    })?;
    crate::ranking::refresh::now(app)?;
    Ok(())
}

/// As what a zone counts of which nobody has said how far it can be reached.
const UNSAID: Exposure = Exposure::Open;

/// What was known of a zone before a change of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Was {
    /// It was not there, so nothing stood in it.
    New,
    /// How far it was said to be reached.
    Known(Option<Exposure>),
}

/// As how far reached a zone counted before goes on counting where less is said now. Of which nobody had said anything, that was
/// open: a first word below it waits as well.
pub(crate) fn exposed(
    c: &mut Change<'_>,
    app: &App,
    (was, zone): (Was, &Zone),
    who: &Asker<'_>,
) -> Result<(), StoreError> {
    let of = Lowered::Exposure(zone.id);
    let still = c.lowering_of(of)?.map(|one| one.held).unwrap_or_default();
    let now = Weight::reached(zone.exposure);
    let (before, counted) = match was {
        Was::New => (None, None),
        Was::Known(before) => (before, before.or(Some(UNSAID))),
    };
    let held = still.joined(Weight::reached(counted)).more_than(now);
    let back = vec![("exposure".to_owned(), before.map(|exposure| exposure.word().to_owned()))];
    let name = zone.name.clone();
    lowering::settle(c, app, Lowers { of, site: Some(zone.site), name, held, now, back }, who)
}

fn check_name(noun: &str, name: &str) -> Result<(), AppError> {
    let fits = name.trim() == name && (1..=NAME_CHARS).contains(&name.chars().count());
    if fits && !name.chars().any(char::is_control) {
        return Ok(());
    }
    Err(AppError::invalid(
        "name",
        format!("a {noun} needs a name of 1 to {NAME_CHARS} characters without blanks at its ends"),
        "nothing was changed",
        "give it the name that people use in the plant",
    ))
}

fn taken(noun: &str, name: &str) -> AppError {
    AppError::Conflict(Rejected::new(
        "name-taken",
        format!("there is a {noun} `{name}` already"),
        "nothing was changed",
        "choose another name, or change the one that is there",
    ))
}
