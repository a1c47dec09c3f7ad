//! Addresses of calendars: a secret in an address lets a program of a person read windows and planned steps, and nothing else.
//!
//! The surprise: an address never shows more than its owner may see at the moment of the reading; whoever loses a role, or whose
//! account is closed, has an address that gives nothing.

use super::import::calendar_text;
use crate::App;
use crate::access_check::{Caller, Limit};
use crate::approval::{baselines::conflict, person, reading};
use crate::error::AppError;
use crate::people::secret::{self, Purpose, Secret};
use crate::planning::{find_site, invalid};
use crate::policies::holding::roles;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Grant, Permission, Role, Scope};
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::id::{CalendarAddressId, UserId};
use holdpoint_store::calendar_address::CalendarAddress;

/// The most addresses of one person that work at the same time.
const MAX_LIVE: usize = 20;

/// Whether a calendar tells titles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Titles {
    /// As they are.
    Shown,
    /// Only that something is.
    Hidden,
}

impl Titles {
    const fn word(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Hidden => "hidden",
        }
    }
}

/// Makes an address. Its secret is shown this once.
///
/// # Errors
/// [`crate::Refused::PersonNeeded`]; [`AppError::NotFound`] for the site; [`AppError::Invalid`] for a name;
/// [`AppError::Conflict`] when there are too many.
pub fn open_address(
    app: &App,
    caller: &Caller,
    (name, site, titles): (&str, Option<&str>, Titles),
) -> Result<(CalendarAddress, Secret), AppError> {
    let owner = owner_of(caller)?;
    let reach = caller.require(Permission::ReadPlant)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        let what = "an address needs a name of 1 to 100 characters".to_owned();
        return Err(invalid("bad-name", what, "name it by who reads it, for example `shift office`"));
    }
    let id = CalendarAddressId::new(app.now(), app.random_bytes());
    let secret = Secret::new(Purpose::Calendar, app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "calendar_address.create", ""), |c| {
        let site = site.map(|site| find_site(c, site, &reach)).transpose()?;
        let live = c.calendar_addresses()?;
        let live = live.iter().filter(|one| one.owner == owner && one.revoked_at == Moment::OPEN).count();
        if live >= MAX_LIVE {
            let what = format!("you have {MAX_LIVE} addresses that work");
            return Err(conflict("too-many", what, "revoke one that nobody reads"));
        }
        let address = CalendarAddress {
            id,
            name: name.to_owned(),
            site: site.as_ref().map(|site| site.id),
            site_name: site.map(|site| site.name).unwrap_or_default(),
            titles: titles.word().to_owned(),
            sha256: secret.fingerprint(),
            owner,
            owner_name: person(caller).name,
            made_at: c.at(),
            revoked_at: Moment::OPEN,
        };
        c.put_calendar_address(&address)?;
        c.about("calendar_address", id);
        c.detail("name", address.name.as_str());
        c.detail("site", address.site_name.as_str());
        c.detail("titles", address.titles.as_str());
        Ok::<_, AppError>(address)
    })?;
    Ok((committed.value, secret))
}

/// Whose address it becomes. A program with a token gets none from outside, because an address outlives the token and shows what its owner
/// may see; whoever sits at the command line has the database itself, and the token there says who it is.
fn owner_of(caller: &Caller) -> Result<UserId, AppError> {
    match (caller.via, caller.account()) {
        (Via::Cli, Some(owner)) => Ok(owner),
        _ => Ok(caller.require_person()?),
    }
}

/// One's own addresses; with the permission to see people everybody's. The newest first.
///
/// # Errors
/// [`crate::Refused::PersonNeeded`]; [`AppError::Store`].
pub fn addresses(app: &App, caller: &Caller) -> Result<Vec<CalendarAddress>, AppError> {
    let all = caller.require_everywhere(Permission::ReadPeople).is_ok();
    let own = if all { None } else { Some(caller.require_person()?) };
    let found = app.store().read(|r| r.calendar_addresses())?;
    Ok(found.into_iter().filter(|one| own.is_none_or(|own| own == one.owner)).collect())
}

/// Revokes an address: one's own, or with the permission to write people anybody's.
///
/// # Errors
/// [`AppError::NotFound`], also for addresses of others.
pub fn revoke_address(app: &App, caller: &Caller, id: &str) -> Result<CalendarAddress, AppError> {
    let all = caller.require_everywhere(Permission::WritePeople).is_ok();
    let own = if all { None } else { Some(caller.require_person()?) };
    let missing = || AppError::NotFound { noun: "address of a calendar", id: id.chars().take(64).collect() };
    let committed = app.store().change(&app.intent(caller, "calendar_address.revoke", ""), |c| {
        let found = c.calendar_addresses()?.into_iter().find(|one| one.id.to_string() == id);
        let mut found = found.filter(|one| own.is_none_or(|own| own == one.owner)).ok_or_else(missing)?;
        if found.revoked_at == Moment::OPEN {
            c.revoke_calendar_address(found.id)?;
            c.about("calendar_address", found.id);
            c.detail("name", found.name.as_str());
            found.revoked_at = c.at();
        } else {
            c.nothing_to_do();
        }
        Ok::<_, AppError>(found)
    })?;
    Ok(committed.value)
}

/// The calendar behind an address; `None` for a secret that is unknown, revoked, or whose owner may not see it any more.
///
/// # Errors
/// [`AppError::Store`].
pub fn read_address(app: &App, presented: &str) -> Result<Option<String>, AppError> {
    if !secret::looks_like(Purpose::Calendar, presented) {
        return Ok(None);
    }
    let hash = secret::fingerprint(presented);
    let found = reading(app, |r| {
        let found = r.calendar_address_by_hash(&hash)?.filter(|one| one.revoked_at == Moment::OPEN);
        let Some(address) = found else { return Ok(None) };
        let Some(owner) = r.user(address.owner)?.filter(|user| user.disabled_at.is_none()) else {
            return Ok(None);
        };
        Ok(Some((r.grants(owner.id, Moment::OPEN)?, roles(r)?, owner, address)))
    })?;
    let Some((grants, roles, owner, address)) = found else { return Ok(None) };
    let scope = address.site.map_or(Scope::AllSites, Scope::Site);
    let caller = Caller {
        actor: Actor::Person { id: owner.id, name: owner.name },
        via: Via::Api,
        grants,
        limit: Limit::To(vec![Grant { role: Role::Viewer, scope }]),
        roles,
    };
    if caller.require(Permission::ReadPlant).is_err() {
        return Ok(None);
    }
    let site = address.site.map(|site| site.to_string());
    let titles = if address.titles == "hidden" { Titles::Hidden } else { Titles::Shown };
    calendar_text(app, &caller, site.as_deref(), titles).map(Some)
}
