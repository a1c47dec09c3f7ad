//! The first run: whoever can read the program's output makes the first account. There is no default password.

use super::accounts::{self, NewAccount};
use super::secret::{self, Purpose, Secret};
use super::session::{self, NewSession};
use crate::access_check::Caller;
use crate::{App, AppError};
use holdpoint_domain::Rejected;
use holdpoint_domain::access::{Grant, Role, RoleTable, Scope};
use holdpoint_store::StoreError;

/// The first account.
#[derive(Clone)]
pub struct FirstAdministrator {
    /// The one-time secret that was printed.
    pub secret: String,
    /// The name with which it signs in.
    pub name: String,
    /// The name that people read; empty: the same.
    pub display_name: String,
    /// Its password.
    pub password: String,
    /// What the browser says of itself.
    pub user_agent: String,
}

/// Whether nobody has an account yet.
///
/// # Errors
/// [`AppError::Store`].
pub fn needed(app: &App) -> Result<bool, AppError> {
    Ok(!app.store().read(|r| r.has_users())?)
}

/// Makes a new one-time secret when nobody has an account yet, to be printed once; older ones stop to work.
///
/// # Errors
/// [`AppError::Store`].
pub fn secret(app: &App) -> Result<Option<String>, AppError> {
    let secret = Secret::new(Purpose::Setup, app.random_bytes());
    let intent = app.intent(&Caller::system("setup"), "setup.offer", "nobody has an account yet");
    let committed = app.store().change(&intent, |c| {
        if c.has_users()? {
            c.nothing_to_do();
            return Ok::<_, StoreError>(false);
        }
        c.put_setup_secret(Some(&secret.fingerprint()))?;
        Ok(true)
    })?;
    Ok(committed.value.then(|| secret.reveal().to_owned()))
}

/// Makes the first account, an administrator and engineer of everything, and signs it in.
///
/// # Errors
/// [`AppError::Conflict`] when somebody has an account already; [`AppError::Invalid`] for a wrong secret, or a name
/// or password that breaks a rule.
pub fn first_administrator(app: &App, first: &FirstAdministrator) -> Result<NewSession, AppError> {
    if !needed(app)? {
        return Err(already());
    }
    check_secret(app, &first.secret)?;
    let grant = |role| Grant { role, scope: Scope::AllSites };
    let new = NewAccount {
        name: first.name.clone(),
        display_name: first.display_name.clone(),
        password: first.password.clone(),
        grants: vec![grant(Role::Engineer), grant(Role::Administrator)],
        reason: String::new(),
    };
    let user = accounts::draft(app, &new)?;
    let secret = Secret::new(Purpose::Session, app.random_bytes());
    let session = session::draft(&secret, user.id, app.now(), &first.user_agent);
    let caller = session::person(&user, new.grants.clone(), RoleTable::default());
    let intent =
        app.intent(&caller, "setup.finish", "the first account, made with the secret that was printed");
    app.store().change(&intent, |c| {
        // Asked again inside: two browsers may try at the same moment.
        if c.has_users()? {
            return Err(already());
        }
        accounts::put_new(c, &user, &new.grants)?;
        c.put_setup_secret(None)?;
        session::begin(c, &session, &user)?;
        Ok::<_, AppError>(())
    })?;
    Ok(NewSession { secret, recognised: session::recognised(caller, user, &session) })
}

fn check_secret(app: &App, presented: &str) -> Result<(), AppError> {
    let kept = app.store().read(|r| r.setup_secret())?;
    // Both are hashes of 256 random bits: comparing them tells nothing through its time.
    if kept == Some(secret::fingerprint(presented.trim())) {
        return Ok(());
    }
    Err(AppError::invalid(
        "wrong-secret",
        "this is not the secret that the program printed when it was last started",
        "no account was made",
        "copy it from the program's output; starting it again prints a new one",
    ))
}

fn already() -> AppError {
    AppError::Conflict(Rejected::new(
        "set-up-already",
        "there is an account already, so the first run is over",
        "no account was made",
        "sign in, or ask an administrator for an account",
    ))
}
