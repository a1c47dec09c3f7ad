//! Accounts: who has one, what it may do, its password.
//!
//! The rule above the others: there is always an account that can sign in and administer everything. No change
//! that would take the last one away goes through.

use super::limit::SignInLimits;
use super::password::{self, BadPassword};
use crate::access_check::Caller;
use crate::{App, AppError};
use holdpoint_domain::access::{Grant, Permission, Role, Scope};
use holdpoint_domain::id::UserId;
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::people::User;
use holdpoint_store::{Change, Reader, StoreError};
use serde_json::json;

const NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=64;
const DISPLAY_NAME_CHARS: usize = 100;

/// An account with its roles. Never its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: UserId,
    /// The name with which it signs in, in lower case.
    pub name: String,
    /// The name that people read.
    pub display_name: String,
    /// When it was made.
    pub created_at: Moment,
    /// Since when it may not sign in.
    pub disabled_at: Option<Moment>,
    /// Its roles, sorted.
    pub grants: Vec<Grant>,
}

/// An account to be made.
#[derive(Clone)]
pub struct NewAccount {
    /// The name with which it signs in.
    pub name: String,
    /// The name that people read; empty: the same.
    pub display_name: String,
    /// Its first password.
    pub password: String,
    /// Its roles.
    pub grants: Vec<Grant>,
    /// Why, for the audit log.
    pub reason: String,
}

/// What is to change on an account.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    /// A new name that people read.
    pub display_name: Option<String>,
    /// Whether it may not sign in any more.
    pub disabled: Option<bool>,
    /// Why, for the audit log.
    pub reason: String,
}

/// A new password.
#[derive(Clone)]
pub struct PasswordChange {
    /// The present one; needed for one's own account.
    pub current: Option<String>,
    /// The new one.
    pub new: String,
    /// The session that goes on, by its id; all others end.
    pub keep_session: Option<String>,
    /// Why, for the audit log.
    pub reason: String,
}

/// All accounts, by name.
///
/// # Errors
/// [`AppError::Refused`] without the permission to see people everywhere.
pub fn list(app: &App, caller: &Caller) -> Result<Vec<Account>, AppError> {
    caller.require_everywhere(Permission::ReadPeople)?;
    let all = app.store().read(|r| {
        let users = r.users()?;
        users.into_iter().map(|user| account(r, user)).collect::<Result<Vec<_>, StoreError>>()
    })?;
    Ok(all)
}

/// Makes an account.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Invalid`] for a name or password that breaks a rule;
/// [`AppError::Conflict`] when the name is taken.
pub fn create(app: &App, caller: &Caller, new: &NewAccount) -> Result<Account, AppError> {
    caller.require_everywhere(Permission::WritePeople)?;
    let user = draft(app, new)?;
    let grants = sorted(&new.grants);
    let intent = app.intent(caller, "user.create", &new.reason);
    let committed = app.store().change(&intent, |c| {
        put_new(c, &user, &grants)?;
        Ok::<_, AppError>(())
    })?;
    let () = committed.value;
    reread(app, user.id)
}

/// Checks a new account's texts and hashes its password.
pub(super) fn draft(app: &App, new: &NewAccount) -> Result<User, AppError> {
    let name = lawful_name(&new.name)?;
    let display_name = display_name(&new.display_name, &name)?;
    password::check_rules(&new.password, &name).map_err(bad_password)?;
    let now = app.now();
    Ok(User {
        id: UserId::new(now, app.random_bytes()),
        name,
        display_name,
        password_hash: Some(password::hash(&new.password, app.random_bytes())),
        created_at: now,
        disabled_at: None,
    })
}

/// Writes a new account with its roles, if its name is free.
pub(super) fn put_new(c: &mut Change<'_>, user: &User, grants: &[Grant]) -> Result<(), AppError> {
    if c.user_by_name(&user.name)?.is_some() {
        return Err(AppError::Conflict(Rejected::new(
            "name-taken",
            format!("there is an account `{}` already", user.name),
            "no account was made",
            "choose another name, or enable the account that is there",
        )));
    }
    check_sites(c, grants)?;
    c.put_user(user)?;
    c.set_grants(user.id, grants)?;
    c.about("user", user.id);
    c.detail("name", user.name.as_str());
    c.detail("grants", grants_json(grants));
    Ok(())
}

/// Renames, disables or enables an account; a disabled account's sessions end.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] for the last administrator.
pub fn change(app: &App, caller: &Caller, id: UserId, change: &AccountChange) -> Result<Account, AppError> {
    caller.require_everywhere(Permission::WritePeople)?;
    let now = app.now();
    let intent = app.intent(caller, "user.change", &change.reason);
    app.store().change(&intent, |c| {
        let before = c.user(id)?.ok_or_else(|| missing(id))?;
        let mut after = before.clone();
        if let Some(text) = &change.display_name {
            after.display_name = display_name(text, &before.name)?;
        }
        after.disabled_at = match change.disabled {
            None => before.disabled_at,
            Some(true) => before.disabled_at.or(Some(now)),
            Some(false) => None,
        };
        if after == before {
            c.nothing_to_do();
            return Ok::<_, AppError>(());
        }
        c.put_user(&after)?;
        if after.disabled_at.is_some() {
            require_an_administrator(c)?;
            c.end_sessions_of(id, None)?;
        }
        c.about("user", id);
        c.detail("name", before.name.as_str());
        let side =
            |user: &User| json!({"display_name": user.display_name, "disabled": user.disabled_at.is_some()});
        c.detail("before", side(&before));
        c.detail("after", side(&after));
        Ok(())
    })?;
    reread(app, id)
}

/// Sets all roles of an account.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`], also for a site that does not exist; [`AppError::Conflict`] when
/// nobody would be left to administer.
pub fn set_grants(
    app: &App,
    caller: &Caller,
    id: UserId,
    grants: &[Grant],
    reason: &str,
) -> Result<Account, AppError> {
    caller.require_everywhere(Permission::WritePeople)?;
    let grants = sorted(grants);
    let intent = app.intent(caller, "user.grants", reason);
    app.store().change(&intent, |c| {
        let user = c.user(id)?.ok_or_else(|| missing(id))?;
        let before = sorted(&c.grants(id, Moment::OPEN)?);
        if before == grants {
            c.nothing_to_do();
            return Ok::<_, AppError>(());
        }
        check_sites(c, &grants)?;
        c.set_grants(id, &grants)?;
        require_an_administrator(c)?;
        c.about("user", id);
        c.detail("name", user.name.as_str());
        c.detail("before", grants_json(&before));
        c.detail("after", grants_json(&grants));
        Ok(())
    })?;
    reread(app, id)
}

/// Sets a password: one's own with the present one, another's with the permission to write people.
///
/// All sessions of the account end, except the one that asked for it. Tokens stay: they are revoked one by one.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for a password that breaks a rule or a wrong
/// present one; [`AppError::NotNow`] after too many wrong ones.
pub fn set_password(
    app: &App,
    caller: &Caller,
    limits: &SignInLimits,
    id: UserId,
    change: &PasswordChange,
) -> Result<(), AppError> {
    let own = caller.account() == Some(id);
    if own {
        // A token must not become a way to take its owner's account over.
        caller.require_person()?;
    } else {
        caller.require_everywhere(Permission::WritePeople)?;
    }
    let user = app.store().read(|r| r.user(id))?.ok_or_else(|| missing(id))?;
    password::check_rules(&change.new, &user.name).map_err(bad_password)?;
    if own {
        check_current(app, limits, &user, change.current.as_deref().unwrap_or_default())?;
    }
    let hash = password::hash(&change.new, app.random_bytes());
    let intent = app.intent(caller, "user.password", &change.reason);
    app.store().change(&intent, |c| {
        let mut user = c.user(id)?.ok_or_else(|| missing(id))?;
        user.password_hash = Some(hash.clone());
        c.put_user(&user)?;
        let keep = change.keep_session.as_deref().filter(|_| own).and_then(super::session::id_bytes);
        c.end_sessions_of(id, keep.as_ref())?;
        c.about("user", id);
        c.detail("name", user.name.as_str());
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

/// Sets a password by the account's name, for whoever sits at the machine and has lost every other way in.
///
/// Also enables the account if it was disabled; all its sessions end.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for a password that breaks a rule.
pub fn reset_password(
    app: &App,
    caller: &Caller,
    name: &str,
    new_password: &str,
    reason: &str,
) -> Result<(), AppError> {
    caller.require_everywhere(Permission::WritePeople)?;
    let name = normal_name(name);
    password::check_rules(new_password, &name).map_err(bad_password)?;
    let hash = password::hash(new_password, app.random_bytes());
    let intent = app.intent(caller, "user.password", reason);
    app.store().change(&intent, |c| {
        let found = c.user_by_name(&name)?;
        let mut user = found.ok_or_else(|| AppError::NotFound { noun: "account", id: name.clone() })?;
        user.password_hash = Some(hash.clone());
        c.detail("enabled_again", user.disabled_at.is_some());
        user.disabled_at = None;
        c.put_user(&user)?;
        c.end_sessions_of(user.id, None)?;
        c.about("user", user.id);
        c.detail("name", user.name.as_str());
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

fn check_current(app: &App, limits: &SignInLimits, user: &User, given: &str) -> Result<(), AppError> {
    limits.take(&user.name, "change of password", app.now()).map_err(|seconds| {
        AppError::NotNow(Rejected::new(
            "too-many",
            "there were too many tries with a wrong password",
            "nothing was changed",
            format!("try again in {seconds} s"),
        ))
    })?;
    if password::verify(given, user.password_hash.as_deref()) {
        limits.forget(&user.name, "change of password");
        return Ok(());
    }
    Err(AppError::invalid(
        "wrong-password",
        "the present password is not right",
        "nothing was changed",
        "type the password with which you sign in now",
    ))
}

/// The account with its roles, as it is now.
fn reread(app: &App, id: UserId) -> Result<Account, AppError> {
    let found = app.store().read(|r| match r.user(id)? {
        Some(user) => account(r, user).map(Some),
        None => Ok(None),
    })?;
    found.ok_or_else(|| missing(id))
}

fn account(r: &mut Reader<'_>, user: User) -> Result<Account, StoreError> {
    let grants = sorted(&r.grants(user.id, Moment::OPEN)?);
    Ok(Account {
        id: user.id,
        name: user.name,
        display_name: user.display_name,
        created_at: user.created_at,
        disabled_at: user.disabled_at,
        grants,
    })
}

/// Refuses a change after which nobody could administer everything any more.
fn require_an_administrator(c: &mut Change<'_>) -> Result<(), AppError> {
    let all = Grant { role: Role::Administrator, scope: Scope::AllSites };
    for user in c.users()? {
        if user.disabled_at.is_none()
            && user.password_hash.is_some()
            && c.grants(user.id, Moment::OPEN)?.contains(&all)
        {
            return Ok(());
        }
    }
    Err(AppError::Conflict(Rejected::new(
        "last-administrator",
        "after this nobody could administer Holdpoint any more",
        "nothing was changed",
        "make another account an administrator of all sites first",
    )))
}

fn check_sites(c: &mut Change<'_>, grants: &[Grant]) -> Result<(), AppError> {
    let known = c.sites()?;
    for grant in grants {
        if let Scope::Site(site) = grant.scope
            && !known.iter().any(|one| one.id == site)
        {
            return Err(AppError::NotFound { noun: "site", id: site.to_string() });
        }
    }
    Ok(())
}

fn sorted(grants: &[Grant]) -> Vec<Grant> {
    let mut grants = grants.to_vec();
    grants.sort();
    grants.dedup();
    grants
}

pub(super) fn grants_json(grants: &[Grant]) -> serde_json::Value {
    let one = |grant: &Grant| match grant.scope {
        Scope::AllSites => json!({"role": grant.role.word(), "site": null}),
        Scope::Site(site) => json!({"role": grant.role.word(), "site": site.to_string()}),
    };
    grants.iter().map(one).collect()
}

/// The form in which a sign-in name is kept and compared.
#[must_use]
pub fn normal_name(name: &str) -> String {
    name.trim().to_lowercase()
}

fn lawful_name(name: &str) -> Result<String, AppError> {
    let name = normal_name(name);
    let lawful = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | '@');
    if NAME_CHARS.contains(&name.chars().count()) && name.chars().all(lawful) {
        return Ok(name);
    }
    let shown: String = name.chars().take(64).collect();
    Err(AppError::invalid(
        "bad-name",
        format!("`{shown}` cannot be the name of an account"),
        "nothing was changed",
        "use 2 to 64 letters a to z, digits, `.`, `_`, `-` or `@`",
    ))
}

fn display_name(text: &str, name: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.chars().count() > DISPLAY_NAME_CHARS || text.chars().any(char::is_control) {
        return Err(AppError::invalid(
            "bad-display-name",
            format!(
                "the display name is longer than {DISPLAY_NAME_CHARS} characters or holds control characters"
            ),
            "nothing was changed",
            "choose a shorter one in one line",
        ));
    }
    Ok(if text.is_empty() { name.to_owned() } else { text.to_owned() })
}

fn bad_password(bad: BadPassword) -> AppError {
    let text = bad.to_string();
    let mut parts = text.splitn(3, "; ").map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    AppError::Invalid(Rejected::new(bad.code(), next(), next(), next()))
}

fn missing(id: UserId) -> AppError {
    AppError::NotFound { noun: "account", id: id.to_string() }
}
