//! People: accounts, what they may do and since when, sessions, API tokens.
//!
//! Secrets come as SHA-256 values and passwords as hashes; nothing here knows one. Grants are kept as history, so
//! that "who might do this then" can be answered. Sessions that are over are removed when one starts.
//!
//! The surprise: two marks of people are written without an audit entry, since they say nothing that a person decided
//! and would drown the log: when a session was last seen and when a token was last used.

mod read;
mod write;

use holdpoint_domain::Moment;
use holdpoint_domain::access::{Grant, Scope};
use holdpoint_domain::id::{SiteId, TokenId, UserId};

pub use read::FIELDS;
#[cfg(test)]
pub(crate) use read::{SPEC, list_sql};

/// The statements of reading and writing.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&[(&str, &str)]] = &[read::STATEMENTS, write::STATEMENTS];

/// An account.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The sign-in name, unique.
    pub name: String,
    /// The name that people read.
    pub display_name: String,
    /// The password's hash in PHC text form; none: cannot sign in with a password.
    pub password_hash: Option<String>,
    /// Since when it exists.
    pub created_at: Moment,
    /// Since when it may not sign in; none: it may.
    pub disabled_at: Option<Moment>,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "User({} `{}`, disabled {:?})", self.id, self.name, self.disabled_at)
    }
}

/// A browser that is signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie.
    pub token_sha256: [u8; 32],
    /// Whose it is.
    pub user: UserId,
    /// When it began.
    pub created_at: Moment,
    /// When it was last used.
    pub last_seen_at: Moment,
    /// How long it may rest, in microseconds.
    pub idle_us: i64,
    /// When it ends in any case.
    pub expires_at: Moment,
    /// What the browser says it is, as sent, cut by the caller.
    pub user_agent: String,
}

impl Session {
    /// When it ends unless it is used.
    #[must_use]
    pub fn idle_expires_at(&self) -> Moment {
        self.last_seen_at.plus_micros(self.idle_us).min(self.expires_at)
    }

    /// Whether it is over at that moment.
    #[must_use]
    pub fn is_over(&self, now: Moment) -> bool {
        now >= self.idle_expires_at()
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session(of {}, until {})", self.user, self.expires_at)
    }
}

/// A program's access in the name of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id.
    pub id: TokenId,
    /// Whose it is.
    pub owner: UserId,
    /// Its name, unique among the owner's tokens that are not revoked.
    pub name: String,
    /// Its first characters, for people to tell tokens apart.
    pub prefix: String,
    /// SHA-256 of it.
    pub sha256: [u8; 32],
    /// What it is limited to, besides what its owner may do.
    pub grants: Vec<Grant>,
    /// When it was made.
    pub created_at: Moment,
    /// When it ends.
    pub expires_at: Moment,
    /// When it was last used.
    pub last_used_at: Option<Moment>,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
}

impl ApiToken {
    /// Whether it opens anything at that moment.
    #[must_use]
    pub fn is_valid(&self, now: Moment) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

impl std::fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiToken({} `{}` of {})", self.id, self.name, self.owner)
    }
}

/// A scope as it is stored: no site is everywhere.
fn site_of(scope: Scope) -> Option<SiteId> {
    match scope {
        Scope::AllSites => None,
        Scope::Site(site) => Some(site),
    }
}

/// The scope that is stored as this.
fn scope_of(site: Option<SiteId>) -> Scope {
    site.map_or(Scope::AllSites, Scope::Site)
}
