//! Changing people, sessions and tokens; and the two marks that are no change.

use super::{ApiToken, Session, User, site_of};
use crate::change::Change;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::{Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Grant;
use holdpoint_domain::audit::ChainHash;
use holdpoint_domain::id::{TokenId, UserId};

/// The setting that holds the hash of the first run's secret.
pub(super) const SETUP_SECRET: &str = "setup-secret";

crate::statements! {
    PUT_USER = "INSERT INTO person (id, name, display_name, password_hash, created_at, disabled_at) \
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
                display_name = excluded.display_name, password_hash = excluded.password_hash, \
                disabled_at = excluded.disabled_at";
    OPEN_GRANTS = "SELECT role, site_id FROM person_grant WHERE person_id = $1 AND valid_to = 9223372036854775807";
    CLOSE_GRANT = "UPDATE person_grant SET valid_to = $4 WHERE person_id = $1 AND role = $2 \
                   AND COALESCE(site_id, $5) = COALESCE($3, $5) AND valid_to = 9223372036854775807";
    OPEN_GRANT = "INSERT INTO person_grant (person_id, role, site_id, valid_from, valid_to) \
                  VALUES ($1, $2, $3, $4, 9223372036854775807)";
    START = "INSERT INTO session (token_sha256, person_id, created_at, last_seen_at, idle_us, expires_at, user_agent) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)";
    SWEEP = "DELETE FROM session WHERE expires_at <= $1 OR last_seen_at + idle_us <= $1";
    END = "DELETE FROM session WHERE token_sha256 = $1";
    END_OF = "DELETE FROM session WHERE person_id = $1 AND token_sha256 <> $2";
    TOUCH = "UPDATE session SET last_seen_at = $2 WHERE token_sha256 = $1 AND last_seen_at < $2";
    PUT_TOKEN = "INSERT INTO api_token (id, owner_id, name, prefix, sha256, created_at, expires_at, last_used_at, \
                 revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    PUT_TOKEN_GRANT = "INSERT INTO api_token_grant (token_id, place, role, site_id) VALUES ($1, $2, $3, $4)";
    REVOKE = "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    TOUCH_TOKEN = "UPDATE api_token SET last_used_at = $2 WHERE id = $1 AND COALESCE(last_used_at, 0) < $2";
}

impl Change<'_> {
    /// Makes an account, or changes everything of it but when it was made.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another account has the name.
    pub fn put_user(&mut self, user: &User) -> Result<(), StoreError> {
        let row = params![
            user.id,
            &user.name,
            &user.display_name,
            user.password_hash.as_deref(),
            user.created_at,
            user.disabled_at,
        ];
        self.exec(PUT_USER, row).map(drop)
    }

    /// Gives an account exactly these grants from this change on; what it had before stays as history.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such account.
    pub fn set_grants(&mut self, user: UserId, grants: &[Grant]) -> Result<(), StoreError> {
        let at = self.at();
        let mut wanted = grants.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let open = self.query(OPEN_GRANTS, params![user], super::read::grant)?;
        for old in open.iter().filter(|old| !wanted.contains(old)) {
            let everywhere: &[u8] = &[];
            let row = params![user, old.role.word(), site_of(old.scope), at, everywhere];
            self.exec(CLOSE_GRANT, row)?;
        }
        let new: Vec<Vec<Value<'_>>> = wanted
            .iter()
            .filter(|new| !open.contains(new))
            .map(|new| params![user, new.role.word(), site_of(new.scope), at].to_vec())
            .collect();
        self.exec_many(OPEN_GRANT, new).map(drop)
    }

    /// Begins a session, and removes those that are over by then.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such account.
    pub fn start_session(&mut self, session: &Session) -> Result<(), StoreError> {
        self.exec(SWEEP, params![session.created_at])?;
        let row = params![
            &session.token_sha256,
            session.user,
            session.created_at,
            session.last_seen_at,
            session.idle_us,
            session.expires_at,
            &session.user_agent,
        ];
        self.exec(START, row).map(drop)
    }

    /// Ends a session; says how many there were: 0 or 1.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn end_session(&mut self, sha256: &[u8; 32]) -> Result<u64, StoreError> {
        self.exec(END, params![sha256])
    }

    /// Ends all sessions of an account but that one; says how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn end_sessions_of(&mut self, user: UserId, but: Option<&[u8; 32]>) -> Result<u64, StoreError> {
        self.exec(END_OF, params![user, but.map_or(&[][..], |sha256| &sha256[..])])
    }

    /// Makes a token.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when its owner has a token of that name that is not revoked.
    pub fn put_token(&mut self, token: &ApiToken) -> Result<(), StoreError> {
        let row = params![
            token.id,
            token.owner,
            &token.name,
            &token.prefix,
            &token.sha256,
            token.created_at,
            token.expires_at,
            token.last_used_at,
            token.revoked_at,
        ];
        self.exec(PUT_TOKEN, row)?;
        let grants =
            token.grants.iter().enumerate().map(|(place, grant)| {
                params![token.id, place, grant.role.word(), site_of(grant.scope)].to_vec()
            });
        self.exec_many(PUT_TOKEN_GRANT, grants).map(drop)
    }

    /// Revokes a token; says how many there were that were not revoked: 0 or 1.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn revoke_token(&mut self, id: TokenId) -> Result<u64, StoreError> {
        let at = self.at();
        self.exec(REVOKE, params![id, at])
    }

    /// Keeps SHA-256 of the secret that makes the first administrator; none forgets it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_setup_secret(&mut self, sha256: Option<&[u8; 32]>) -> Result<(), StoreError> {
        let value = sha256.map_or(serde_json::Value::Null, |sha256| ChainHash(*sha256).to_string().into());
        self.put_setting(SETUP_SECRET, &value)
    }
}

impl Store {
    /// Marks a session as seen. Not audited: it says nothing that a person decided.
    ///
    /// While a change keeps SQLite busy nothing is marked, so that nobody waits for an import to click.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn touch_session(&self, sha256: &[u8; 32], now: Moment) -> Result<(), StoreError> {
        self.mark(TOUCH, &mut std::iter::once(params![sha256, now].to_vec())).map(drop)
    }

    /// Marks a token as used. Not audited, and left out while SQLite is busy, as with [`Store::touch_session`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn touch_token(&self, id: TokenId, now: Moment) -> Result<(), StoreError> {
        self.mark(TOUCH_TOKEN, &mut std::iter::once(params![id, now].to_vec())).map(drop)
    }
}
