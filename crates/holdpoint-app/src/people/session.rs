//! Sessions: signing in with a name and a password, being recognised by a cookie, signing out.
//!
//! A session ends 30 minutes after it was last used, and 12 hours after it began in any case. The surprise: the
//! answer to a wrong sign-in is the same for a wrong name, a wrong password and a disabled account, and takes as
//! long; the audit log says more, to those who may read it.

use super::accounts::normal_name;
use super::limit::SignInLimits;
use super::password;
use super::secret::{self, Purpose, Secret};
use crate::access_check::{Caller, Limit};
use crate::policies::holding::roles;
use crate::{App, AppError};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Grant, RoleTable};
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::id::UserId;
use holdpoint_store::people::{Session, User};
use holdpoint_store::{Change, StoreError};

const MINUTE: i64 = 60 * 1_000_000;
/// A session that is not used for so long ends: as long as a screen in a control room may stay unattended.
pub const IDLE_MICROS: i64 = 30 * MINUTE;
/// A session ends after so long in any case: one shift.
pub const ABSOLUTE_MICROS: i64 = 12 * 60 * MINUTE;
/// Being seen is written down at most so often: a page that polls must not write at each poll.
const TOUCH_MICROS: i64 = MINUTE;

/// Somebody who wants to sign in.
#[derive(Clone)]
pub struct SignIn {
    /// The account's name as typed.
    pub name: String,
    /// The password as typed.
    pub password: String,
    /// Where they are, for the limits and the audit log.
    pub address: String,
    /// What their browser says of itself.
    pub user_agent: String,
}

/// Why somebody could not sign in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The name and the password do not belong together, or the account may not sign in. Which, is not said.
    #[error(
        "the name and the password do not belong together, or the account may not sign in; nobody was signed in; \
         try again, or ask an administrator for a new password"
    )]
    BadCredentials,
    /// Too many tries.
    #[error(
        "there were too many tries in a short time; nobody was signed in; try again in {retry_after_s} s"
    )]
    TooMany {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

/// A session that has just begun.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// What the browser has to send back. Shown this once.
    pub secret: Secret,
    /// Who it is.
    pub recognised: Recognised,
}

/// A caller that was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// The caller.
    pub caller: Caller,
    /// The account; for a token its owner.
    pub user: UserId,
    /// The account's name.
    pub name: String,
    /// The name that people read.
    pub display_name: String,
    /// By what.
    pub by: RecognisedBy,
}

/// By what a caller was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecognisedBy {
    /// A session's cookie.
    Session {
        /// The session's id; not its secret.
        id: String,
        /// When it ends if it is not used.
        idle_expires_at: Moment,
        /// When it ends in any case.
        expires_at: Moment,
    },
    /// An API token.
    Token {
        /// When it stops to work.
        expires_at: Moment,
    },
}

/// A session of an account, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// Its id; not its secret.
    pub id: String,
    /// When it began.
    pub created_at: Moment,
    /// When it was last used, to the minute.
    pub last_seen_at: Moment,
    /// When it ends if it is not used.
    pub idle_expires_at: Moment,
    /// When it ends in any case.
    pub expires_at: Moment,
    /// What the browser said of itself.
    pub user_agent: String,
    /// Whether the caller came by it.
    pub current: bool,
}

/// Signs in.
///
/// # Errors
/// [`SignInError`]; every refusal by name or password is in the audit log.
pub fn sign_in(app: &App, limits: &SignInLimits, sign_in: &SignIn) -> Result<NewSession, SignInError> {
    let name = normal_name(&sign_in.name);
    let now = app.now();
    let waiting = limits.take(&name, &sign_in.address, now);
    waiting.map_err(|retry_after_s| SignInError::TooMany { retry_after_s })?;
    let user = app.store().read(|r| r.user_by_name(&name))?;
    let may = user.as_ref().filter(|user| user.disabled_at.is_none());
    let kept = may.and_then(|user| user.password_hash.as_deref());
    // Always checked, also for nobody: the time of the answer must not tell names.
    if !password::verify(&sign_in.password, kept) {
        refuse(app, &name, &sign_in.address, user.as_ref())?;
        return Err(SignInError::BadCredentials);
    }
    let Some(user) = user else { return Err(SignInError::BadCredentials) };
    let secret = Secret::new(Purpose::Session, app.random_bytes());
    let session = draft(&secret, user.id, now, &sign_in.user_agent);
    let (grants, roles) = app.store().read(|r| Ok((r.grants(user.id, Moment::OPEN)?, roles(r)?)))?;
    let caller = person(&user, grants, roles);
    let intent = app.intent(&caller, "session.begin", "");
    app.store().change(&intent, |c| {
        begin(c, &session, &user)?;
        c.detail("address", sign_in.address.as_str());
        Ok::<_, StoreError>(())
    })?;
    limits.forget(&name, &sign_in.address);
    Ok(NewSession { secret, recognised: recognised(caller, user, &session) })
}

/// Writes a refusal into the audit log. The name is what was typed: it can be a password typed in the wrong place,
/// so only names of accounts are written out.
fn refuse(app: &App, name: &str, address: &str, user: Option<&User>) -> Result<(), AppError> {
    let caller = Caller::system("sign-in");
    let intent = app.intent(&caller, "session.refuse", "");
    app.store().change(&intent, |c| {
        c.detail("address", address);
        match user {
            Some(user) => {
                c.about("user", user.id);
                c.detail("name", name);
                c.detail("disabled", user.disabled_at.is_some());
            }
            None => c.detail("name", "no such account"),
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

pub(super) fn draft(secret: &Secret, user: UserId, now: Moment, user_agent: &str) -> Session {
    Session {
        token_sha256: secret.fingerprint(),
        user,
        created_at: now,
        last_seen_at: now,
        idle_us: IDLE_MICROS,
        expires_at: now.plus_micros(ABSOLUTE_MICROS),
        user_agent: user_agent.chars().take(200).collect(),
    }
}

pub(super) fn begin(c: &mut Change<'_>, session: &Session, user: &User) -> Result<(), StoreError> {
    c.start_session(session)?;
    c.about("user", user.id);
    c.about("session", id_text(&session.token_sha256));
    Ok(())
}

pub(super) fn person(user: &User, grants: Vec<Grant>, roles: RoleTable) -> Caller {
    let actor = Actor::Person { id: user.id, name: user.name.clone() };
    Caller { actor, via: Via::Page, grants, limit: Limit::None, roles }
}

pub(super) fn recognised(caller: Caller, user: User, session: &Session) -> Recognised {
    Recognised {
        caller,
        user: user.id,
        name: user.name,
        display_name: user.display_name,
        by: RecognisedBy::Session {
            id: id_text(&session.token_sha256),
            idle_expires_at: session.idle_expires_at(),
            expires_at: session.expires_at,
        },
    }
}

/// Recognises a caller by the secret of a session; `None` when there is no such session any more.
///
/// # Errors
/// [`AppError::Store`].
pub fn recognise_session(app: &App, presented: &str) -> Result<Option<Recognised>, AppError> {
    if !secret::looks_like(Purpose::Session, presented) {
        return Ok(None);
    }
    let hash = secret::fingerprint(presented);
    let now = app.now();
    let found = app.store().read(|r| {
        let Some(session) = r.session_by_hash(&hash)? else { return Ok(None) };
        let Some(user) = r.user(session.user)? else { return Ok(None) };
        let grants = r.grants(user.id, Moment::OPEN)?;
        Ok(Some((session, user, grants, roles(r)?)))
    })?;
    let Some((mut session, user, grants, roles)) = found else { return Ok(None) };
    if user.disabled_at.is_some() || session.is_over(now) {
        return Ok(None);
    }
    if now.since(session.last_seen_at) >= TOUCH_MICROS {
        app.store().touch_session(&hash, now)?;
        session.last_seen_at = now;
    }
    Ok(Some(recognised(person(&user, grants, roles), user, &session)))
}

/// The caller's own sessions that have not ended, newest first.
///
/// # Errors
/// [`crate::Refused::PersonNeeded`] for tokens and the like.
pub fn list(app: &App, caller: &Caller, by: &RecognisedBy) -> Result<Vec<SessionInfo>, AppError> {
    let user = caller.require_person()?;
    let now = app.now();
    let current = match by {
        RecognisedBy::Session { id, .. } => Some(id.as_str()),
        RecognisedBy::Token { .. } => None,
    };
    let mut all = app.store().read(|r| r.sessions_of(user))?;
    all.retain(|session| !session.is_over(now));
    all.sort_by_key(|session| std::cmp::Reverse(session.created_at));
    let info = |session: Session| {
        let id = id_text(&session.token_sha256);
        SessionInfo {
            current: current == Some(id.as_str()),
            id,
            idle_expires_at: session.idle_expires_at(),
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            user_agent: session.user_agent,
        }
    };
    Ok(all.into_iter().map(info).collect())
}

/// Ends one of the caller's own sessions; this is also how somebody signs out.
///
/// # Errors
/// [`crate::Refused::PersonNeeded`]; [`AppError::NotFound`] also for sessions of others.
pub fn end(app: &App, caller: &Caller, id: &str) -> Result<(), AppError> {
    let user = caller.require_person()?;
    let missing = || AppError::NotFound { noun: "session", id: id.chars().take(64).collect() };
    let hash = id_bytes(id).ok_or_else(missing)?;
    let intent = app.intent(caller, "session.end", "");
    app.store().change(&intent, |c| {
        let session = c.session_by_hash(&hash)?.filter(|session| session.user == user);
        session.ok_or_else(missing)?;
        c.end_session(&hash)?;
        c.about("user", user);
        c.about("session", id);
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

/// The id of a session: the hash of its secret, in hexadecimal. From it the secret cannot be found.
fn id_text(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn id_bytes(text: &str) -> Option<[u8; 32]> {
    holdpoint_domain::audit::ChainHash::from_hex(text).map(|hash| hash.0)
}
