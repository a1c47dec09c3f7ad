//! API tokens: a program's access in the name of a person.
//!
//! A token is limited to grants of its own and never reaches further than its owner does at the moment of the
//! request: taking a role from the owner takes it from the token. It always expires, within a year.

use super::accounts::grants_json;
use super::secret::{self, Purpose, Secret};
use super::session::{Recognised, RecognisedBy};
use crate::access_check::{Caller, Limit};
use crate::policies::holding::roles;
use crate::{App, AppError};
use holdpoint_domain::access::{Grant, Permission, Reach, Scope};
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::id::{TokenId, UserId};
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::people::ApiToken;

const HOUR: i64 = 3_600 * 1_000_000;
/// The longest that a token may live.
pub const MAX_DAYS: u32 = 365;
/// The most tokens of one account that work at the same time.
const MAX_LIVE: usize = 50;
/// Being used is written down at most so often.
const TOUCH_MICROS: i64 = HOUR;

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is for; unique among the owner's.
    pub name: String,
    /// After how many days it stops to work, 1 to [`MAX_DAYS`].
    pub expires_in_days: u32,
    /// What it may do at most.
    pub grants: Vec<Grant>,
    /// Why, for the audit log.
    pub reason: String,
}

/// A token without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenInfo {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// Whose it is.
    pub owner: UserId,
    /// The owner's sign-in name.
    pub owner_name: String,
    /// The owner's name that people read.
    pub owner_display_name: String,
    /// Its first characters, to tell it from others.
    pub prefix: String,
    /// What it may do at most.
    pub grants: Vec<Grant>,
    /// When it was made.
    pub created_at: Moment,
    /// When it stops to work.
    pub expires_at: Moment,
    /// When it was last used, to the hour.
    pub last_used_at: Option<Moment>,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
}

/// Makes a token for the caller, who has to be a person in front of a browser.
///
/// # Errors
/// [`crate::Refused::PersonNeeded`]; [`AppError::Invalid`] for a bad name or expiry, or a role wider than
/// what the owner has; [`AppError::Conflict`] when the name is taken or there are too many.
pub fn create(app: &App, caller: &Caller, new: &NewToken) -> Result<(TokenInfo, Secret), AppError> {
    let owner = caller.require_person()?;
    let name = check(new)?;
    only_narrower(caller, &new.grants)?;
    let now = app.now();
    let secret = Secret::new(Purpose::Token, app.random_bytes());
    let token = ApiToken {
        id: TokenId::new(now, app.random_bytes()),
        owner,
        name,
        sha256: secret.fingerprint(),
        prefix: secret.reveal().chars().take(secret::TOKEN_PREFIX.len() + 4).collect(),
        grants: new.grants.clone(),
        created_at: now,
        expires_at: now.plus_micros(i64::from(new.expires_in_days) * 24 * HOUR),
        last_used_at: None,
        revoked_at: None,
    };
    let intent = app.intent(caller, "token.create", &new.reason);
    app.store().change(&intent, |c| {
        let others = c.tokens(Some(owner))?;
        if others.iter().any(|other| other.name == token.name && other.revoked_at.is_none()) {
            return Err(taken(&token.name));
        }
        let live = |other: &&ApiToken| other.is_valid(now);
        if others.iter().filter(live).count() >= MAX_LIVE {
            return Err(too_many());
        }
        c.put_token(&token)?;
        c.about("token", token.id);
        c.about("user", owner);
        c.detail("name", token.name.as_str());
        c.detail("expires_at", token.expires_at.to_string());
        c.detail("grants", grants_json(&new.grants));
        Ok::<_, AppError>(())
    })?;
    Ok((info(app, token)?, secret))
}

/// The caller's own tokens; with the permission to see people everybody's. Newest first.
///
/// # Errors
/// [`crate::Refused::PersonNeeded`] for who has no account and may not see people.
pub fn list(app: &App, caller: &Caller) -> Result<Vec<TokenInfo>, AppError> {
    let sees_all = caller.require_everywhere(Permission::ReadPeople).is_ok();
    let mut tokens = match (sees_all, caller.account()) {
        (true, _) => app.store().read(|r| r.tokens(None))?,
        (false, Some(account)) => app.store().read(|r| r.tokens(Some(account)))?,
        (false, None) => {
            return Err(caller.require_person().map(|_| ()).expect_err("it has no account").into());
        }
    };
    tokens.sort_by_key(|token| std::cmp::Reverse((token.created_at, token.id)));
    tokens.into_iter().map(|token| info(app, token)).collect()
}

/// Revokes a token: one's own, or with the permission to write people anybody's.
///
/// # Errors
/// [`AppError::NotFound`], also for tokens of others; [`crate::Refused::PersonNeeded`] when a token tries it.
pub fn revoke(app: &App, caller: &Caller, id: TokenId, reason: &str) -> Result<(), AppError> {
    let everybody = caller.require_everywhere(Permission::WritePeople).is_ok();
    let own = if everybody { None } else { Some(caller.require_person()?) };
    let missing = || AppError::NotFound { noun: "token", id: id.to_string() };
    let intent = app.intent(caller, "token.revoke", reason);
    app.store().change(&intent, |c| {
        let token = c.token(id)?.ok_or_else(missing)?;
        if own.is_some_and(|account| account != token.owner) {
            return Err(missing());
        }
        if token.revoked_at.is_some() {
            c.nothing_to_do();
            return Ok::<_, AppError>(());
        }
        c.revoke_token(id)?;
        c.about("token", id);
        c.about("user", token.owner);
        c.detail("name", token.name.as_str());
        Ok(())
    })?;
    Ok(())
}

/// Recognises a caller by a token; `None` when it is unknown, expired, revoked, or its owner may not sign in.
///
/// # Errors
/// [`AppError::Store`].
pub fn recognise_token(app: &App, presented: &str) -> Result<Option<Recognised>, AppError> {
    if !secret::looks_like(Purpose::Token, presented) {
        return Ok(None);
    }
    let hash = secret::fingerprint(presented);
    let now = app.now();
    let found = app.store().read(|r| {
        let Some(token) = r.token_by_hash(&hash)? else { return Ok(None) };
        let Some(owner) = r.user(token.owner)? else { return Ok(None) };
        let grants = r.grants(owner.id, Moment::OPEN)?;
        Ok(Some((token, owner, grants, roles(r)?)))
    })?;
    let Some((token, owner, grants, roles)) = found else { return Ok(None) };
    if !token.is_valid(now) || owner.disabled_at.is_some() {
        return Ok(None);
    }
    if token.last_used_at.is_none_or(|last| now.since(last) >= TOUCH_MICROS) {
        app.store().touch_token(token.id, now)?;
    }
    let name = format!("{}/{}", owner.name, token.name);
    let actor = Actor::Token { id: token.id, owner: owner.id, name };
    let limit = Limit::To(token.grants);
    Ok(Some(Recognised {
        caller: Caller { actor, via: Via::Api, grants, limit, roles },
        user: owner.id,
        name: owner.name,
        display_name: owner.display_name,
        by: RecognisedBy::Token { expires_at: token.expires_at },
    }))
}

fn check(new: &NewToken) -> Result<String, AppError> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(AppError::invalid(
            "bad-name",
            "a token needs a name of at most 100 characters",
            "no token was made",
            "name it by what it is for, for example `nightly export`",
        ));
    }
    if !(1..=MAX_DAYS).contains(&new.expires_in_days) {
        return Err(AppError::invalid(
            "bad-expiry",
            format!("a token cannot live for {} days", new.expires_in_days),
            "no token was made",
            "choose 1 to 365 days; a new token can take its place later",
        ));
    }
    if new.grants.is_empty() {
        return Err(AppError::invalid(
            "no-grants",
            "the token would be allowed nothing",
            "no token was made",
            "name at least one role, for example `viewer`",
        ));
    }
    Ok(name.to_owned())
}

/// Refuses what the owner does not have: a token that silently does less than it says is a trap.
fn only_narrower(caller: &Caller, grants: &[Grant]) -> Result<(), AppError> {
    for grant in grants {
        for permission in
            Permission::ALL.iter().filter(|permission| caller.roles.carries(grant.role, **permission))
        {
            let reach = caller.reach(*permission);
            let (covered, place) = match grant.scope {
                Scope::AllSites => (reach == Reach::Everywhere, "everywhere".to_owned()),
                Scope::Site(site) => (reach.covers(Some(site)), format!("for the site `{site}`")),
            };
            if !covered {
                return Err(wider(*permission, *grant, &place));
            }
        }
    }
    Ok(())
}

fn wider(permission: Permission, grant: Grant, place: &str) -> AppError {
    AppError::invalid(
        "wider-than-owner",
        format!(
            "the role `{}` carries the permission `{permission}`, and you do not have that {place} yourself",
            grant.role
        ),
        "no token was made",
        "choose a narrower role, or sites for which you have it",
    )
}

fn info(app: &App, token: ApiToken) -> Result<TokenInfo, AppError> {
    let owner = app.store().read(|r| r.user(token.owner))?;
    let (owner_name, owner_display_name) =
        owner.map(|user| (user.name, user.display_name)).unwrap_or_default();
    Ok(TokenInfo {
        id: token.id,
        name: token.name,
        owner: token.owner,
        owner_name,
        owner_display_name,
        prefix: token.prefix,
        grants: token.grants,
        created_at: token.created_at,
        expires_at: token.expires_at,
        last_used_at: token.last_used_at,
        revoked_at: token.revoked_at,
    })
}

fn taken(name: &str) -> AppError {
    AppError::Conflict(Rejected::new(
        "name-taken",
        format!("you have a token `{name}` already"),
        "no token was made",
        "choose another name, or revoke that one first",
    ))
}

fn too_many() -> AppError {
    AppError::Conflict(Rejected::new(
        "too-many",
        format!("you have {MAX_LIVE} tokens that work"),
        "no token was made",
        "revoke one that is not needed",
    ))
}
