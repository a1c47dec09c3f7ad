//! Looking up people, sessions and tokens.

use super::{ApiToken, Session, User, scope_of};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Grant;
use holdpoint_domain::id::{TokenId, UserId};

crate::statements! {
    ANYBODY = "SELECT CAST(1 AS BIGINT) FROM person LIMIT 1";
    BY_ID = "SELECT id, name, display_name, password_hash, created_at, disabled_at FROM person WHERE id = $1";
    BY_NAME = "SELECT id, name, display_name, password_hash, created_at, disabled_at FROM person WHERE name = $1";
    ALL = "SELECT id, name, display_name, password_hash, created_at, disabled_at FROM person ORDER BY name";
    GRANTS = "SELECT role, site_id FROM person_grant WHERE person_id = $1 AND valid_from <= $2 AND valid_to > $2 \
              ORDER BY role, site_id";
    ALL_GRANTS = "SELECT role, site_id, person_id FROM person_grant WHERE valid_from <= $1 AND valid_to > $1 \
                  ORDER BY person_id, role, site_id";
    SESSION = "SELECT token_sha256, person_id, created_at, last_seen_at, idle_us, expires_at, user_agent \
               FROM session WHERE token_sha256 = $1";
    SESSIONS = "SELECT token_sha256, person_id, created_at, last_seen_at, idle_us, expires_at, user_agent \
                FROM session WHERE person_id = $1 ORDER BY created_at, token_sha256";
    TOKEN = "SELECT id, owner_id, name, prefix, sha256, created_at, expires_at, last_used_at, revoked_at \
             FROM api_token WHERE id = $1";
    TOKEN_BY_HASH = "SELECT id, owner_id, name, prefix, sha256, created_at, expires_at, last_used_at, revoked_at \
                     FROM api_token WHERE sha256 = $1";
    TOKENS = "SELECT id, owner_id, name, prefix, sha256, created_at, expires_at, last_used_at, revoked_at \
              FROM api_token ORDER BY created_at, id";
    TOKENS_OF = "SELECT id, owner_id, name, prefix, sha256, created_at, expires_at, last_used_at, revoked_at \
                 FROM api_token WHERE owner_id = $1 ORDER BY created_at, id";
    TOKEN_GRANTS = "SELECT role, site_id, token_id FROM api_token_grant WHERE token_id IN ({list}) \
                    ORDER BY token_id, place";
}

/// The fields by which accounts are filtered and sorted.
pub const FIELDS: &[FilterField] = &[
    FilterField::text("name", "p.name").required(),
    FilterField::text("display_name", "p.display_name").required(),
    FilterField::time("created", "p.created_at").required(),
    FilterField::time("disabled", "p.disabled_at"),
    FilterField::flag("active", "p.disabled_at IS NULL"),
    FilterField::word("role", "g.role", &["viewer", "engineer", "approver", "administrator", "auditor"]).any(
        "SELECT 1 FROM person_grant g WHERE g.person_id = p.id AND g.valid_to = 9223372036854775807 AND ({condition})",
    ),
];

pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "user",
    fields: FIELDS,
    words: &["p.name", "p.display_name"],
    unique: "p.id",
    default_sort: ("name", Direction::Ascending),
};

/// The fixed part of the list's statement.
pub(crate) fn list_sql() -> ListSql<'static> {
    ListSql {
        columns: "p.id, p.name, p.display_name, p.password_hash, p.created_at, p.disabled_at",
        from: "person p",
        condition: "TRUE",
        params: Vec::new(),
    }
}

impl Reader<'_> {
    /// Whether there is any account.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read; so with every method here.
    pub fn has_users(&mut self) -> Result<bool, StoreError> {
        Ok(self.query_opt(ANYBODY, params![], |_| Ok(()))?.is_some())
    }

    /// An account by its id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn user(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        self.query_opt(BY_ID, params![id], user)
    }

    /// An account by its exact name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn user_by_name(&mut self, name: &str) -> Result<Option<User>, StoreError> {
        self.query_opt(BY_NAME, params![name], user)
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn users(&mut self) -> Result<Vec<User>, StoreError> {
        self.query(ALL, params![], user)
    }

    /// One page of the accounts.
    ///
    /// # Errors
    /// [`StoreError::Filter`] and [`StoreError::List`] for a query that accounts do not take.
    pub fn user_page(&mut self, query: &ListQuery) -> Result<Paged<User>, StoreError> {
        self.list(&SPEC, list_sql(), query, user)
    }

    /// What an account might do at that moment; [`Moment::OPEN`] is now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn grants(&mut self, user: UserId, as_of: Moment) -> Result<Vec<Grant>, StoreError> {
        self.query(GRANTS, params![user, before_the_end(as_of)], grant)
    }

    /// What every account might do at that moment, by account.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn all_grants(&mut self, as_of: Moment) -> Result<Vec<(UserId, Grant)>, StoreError> {
        self.query(ALL_GRANTS, params![before_the_end(as_of)], |row| Ok((row.get(2)?, grant(row)?)))
    }

    /// A session by the hash of its cookie, also one that is over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn session_by_hash(&mut self, sha256: &[u8; 32]) -> Result<Option<Session>, StoreError> {
        self.query_opt(SESSION, params![sha256], session)
    }

    /// The sessions of an account, oldest first, also those that are over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn sessions_of(&mut self, user: UserId) -> Result<Vec<Session>, StoreError> {
        self.query(SESSIONS, params![user], session)
    }

    /// A token by its id, also one that is over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn token(&mut self, id: TokenId) -> Result<Option<ApiToken>, StoreError> {
        let found = self.query_opt(TOKEN, params![id], token)?;
        self.with_grants(found)
    }

    /// A token by its hash, also one that is over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn token_by_hash(&mut self, sha256: &[u8; 32]) -> Result<Option<ApiToken>, StoreError> {
        let found = self.query_opt(TOKEN_BY_HASH, params![sha256], token)?;
        self.with_grants(found)
    }

    /// The tokens of an account, or of everybody, oldest first, also those that are over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn tokens(&mut self, owner: Option<UserId>) -> Result<Vec<ApiToken>, StoreError> {
        let mut tokens = match owner {
            Some(owner) => self.query(TOKENS_OF, params![owner], token)?,
            None => self.query(TOKENS, params![], token)?,
        };
        self.add_grants(&mut tokens)?;
        Ok(tokens)
    }

    /// SHA-256 of the secret that makes the first administrator; none when there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn setup_secret(&mut self) -> Result<Option<[u8; 32]>, StoreError> {
        let stored = self.setting(super::write::SETUP_SECRET)?;
        let Some(digits) = stored.as_ref().and_then(serde_json::Value::as_str) else { return Ok(None) };
        holdpoint_domain::audit::ChainHash::from_hex(digits)
            .map(|hash| Some(hash.0))
            .ok_or_else(|| StoreError::damaged("the setup secret is no SHA-256 value"))
    }

    fn with_grants(&mut self, found: Option<ApiToken>) -> Result<Option<ApiToken>, StoreError> {
        let Some(mut token) = found else { return Ok(None) };
        self.add_grants(std::slice::from_mut(&mut token))?;
        Ok(Some(token))
    }

    fn add_grants(&mut self, tokens: &mut [ApiToken]) -> Result<(), StoreError> {
        let ids: Vec<Value<'static>> = tokens.iter().map(|token| Value::from(token.id)).collect();
        let grants: Vec<(TokenId, Grant)> =
            self.query_in(TOKEN_GRANTS, params![], ids, |row| Ok((row.get(2)?, grant(row)?)))?;
        for token in tokens {
            token.grants = grants.iter().filter(|(id, _)| *id == token.id).map(|(_, g)| *g).collect();
        }
        Ok(())
    }
}

/// "Now" is the last moment at which open periods still hold.
fn before_the_end(as_of: Moment) -> Moment {
    if as_of == Moment::OPEN { as_of.plus_micros(-1) } else { as_of }
}

fn user(row: &Row<'_>) -> Result<User, StoreError> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        display_name: row.get(2)?,
        password_hash: row.get(3)?,
        created_at: row.get(4)?,
        disabled_at: row.get(5)?,
    })
}

pub(super) fn grant(row: &Row<'_>) -> Result<Grant, StoreError> {
    Ok(Grant { role: row.word(0)?, scope: scope_of(row.get(1)?) })
}

fn session(row: &Row<'_>) -> Result<Session, StoreError> {
    Ok(Session {
        token_sha256: row.get(0)?,
        user: row.get(1)?,
        created_at: row.get(2)?,
        last_seen_at: row.get(3)?,
        idle_us: row.get(4)?,
        expires_at: row.get(5)?,
        user_agent: row.get(6)?,
    })
}

fn token(row: &Row<'_>) -> Result<ApiToken, StoreError> {
    Ok(ApiToken {
        id: row.get(0)?,
        owner: row.get(1)?,
        name: row.get(2)?,
        prefix: row.get(3)?,
        sha256: row.get(4)?,
        grants: Vec::new(),
        created_at: row.get(5)?,
        expires_at: row.get(6)?,
        last_used_at: row.get(7)?,
        revoked_at: row.get(8)?,
    })
}
