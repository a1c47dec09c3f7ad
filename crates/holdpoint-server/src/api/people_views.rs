//! The shapes of accounts, grants, permissions, sessions and tokens.

use std::collections::BTreeMap;

use holdpoint_app::Caller;
use holdpoint_app::people::accounts::Account;
use holdpoint_app::people::session::SessionInfo;
use holdpoint_app::people::tokens::TokenInfo;
use holdpoint_domain::access::{Grant, Permission, Reach, Role, Scope};
use holdpoint_domain::id::SiteId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::{Problem, ProblemCode};

/// Names of sites by id.
pub type SiteNames = BTreeMap<SiteId, String>;

/// A role, somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Grant)]
pub struct GrantView {
    /// The role.
    pub role: String,
    /// The site; `null`: everywhere.
    pub site: Option<String>,
    /// The site's name; `null`: everywhere, or a site that is gone.
    pub site_name: Option<String>,
}

impl GrantView {
    /// The view of a grant.
    #[must_use]
    pub fn of(grant: &Grant, names: &SiteNames) -> Self {
        let (site, site_name) = scope_texts(grant.scope, names);
        Self { role: grant.role.word().to_owned(), site, site_name }
    }
}

fn scope_texts(scope: Scope, names: &SiteNames) -> (Option<String>, Option<String>) {
    match scope {
        Scope::AllSites => (None, None),
        Scope::Site(site) => (Some(site.to_string()), names.get(&site).cloned()),
    }
}

/// A role to be given, somewhere.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    /// The role: `viewer`, `engineer`, `approver`, `administrator` or `auditor`.
    pub role: String,
    /// The site's id; absent or `null`: everywhere.
    pub site: Option<String>,
}

/// Reads grants out of a body.
///
/// # Errors
/// A [`Problem`] that points at the one that is wrong.
pub fn grants(given: &[NewGrant]) -> Result<Vec<Grant>, Problem> {
    let one = |(place, grant): (usize, &NewGrant)| {
        let role: Role = grant
            .role
            .parse()
            .map_err(|error| unprocessable(&format!("/grants/{place}/role"), &format!("{error}")))?;
        let scope = scope(grant.site.as_deref(), &format!("/grants/{place}/site"))?;
        Ok(Grant { role, scope })
    };
    given.iter().enumerate().map(one).collect()
}

fn scope(site: Option<&str>, pointer: &str) -> Result<Scope, Problem> {
    match site {
        None => Ok(Scope::AllSites),
        Some(text) => {
            text.parse().map(Scope::Site).map_err(|error| unprocessable(pointer, &format!("{error}")))
        }
    }
}

fn unprocessable(pointer: &str, detail: &str) -> Problem {
    Problem::new(ProblemCode::Unprocessable, format!("{detail}; nothing was changed; correct it"))
        .with(pointer, "value", detail)
}

/// How far a permission of the caller reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PermissionReach)]
pub struct PermissionView {
    /// The permission.
    pub permission: String,
    /// Whether it holds everywhere.
    pub everywhere: bool,
    /// Else the sites' ids.
    pub sites: Vec<String>,
}

/// Everything that the caller may do.
#[must_use]
pub fn permissions(caller: &Caller) -> Vec<PermissionView> {
    let one = |permission: &Permission| match caller.reach(*permission) {
        Reach::Nowhere => None,
        Reach::Everywhere => Some(PermissionView {
            permission: permission.word().to_owned(),
            everywhere: true,
            sites: Vec::new(),
        }),
        Reach::Sites(sites) => Some(PermissionView {
            permission: permission.word().to_owned(),
            everywhere: false,
            sites: sites.iter().map(ToString::to_string).collect(),
        }),
    };
    Permission::ALL.iter().filter_map(one).collect()
}

/// An account, as it is named beside other things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonView {
    /// Its id.
    pub id: String,
    /// The name with which it signs in.
    pub name: String,
    /// The name that people read.
    pub display_name: String,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = User)]
pub struct UserView {
    /// Its id.
    pub id: String,
    /// The name with which it signs in.
    pub name: String,
    /// The name that people read.
    pub display_name: String,
    /// When it was made.
    pub created_at: String,
    /// Since when it may not sign in; `null`: it may.
    pub disabled_at: Option<String>,
    /// Its roles.
    pub grants: Vec<GrantView>,
}

impl UserView {
    /// The view of an account.
    #[must_use]
    pub fn of(account: &Account, names: &SiteNames) -> Self {
        Self {
            id: account.id.to_string(),
            name: account.name.clone(),
            display_name: account.display_name.clone(),
            created_at: account.created_at.to_string(),
            disabled_at: account.disabled_at.map(|at| at.to_string()),
            grants: account.grants.iter().map(|grant| GrantView::of(grant, names)).collect(),
        }
    }
}

/// One of the caller's own sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionLine)]
pub struct SessionLineView {
    /// Its id; not the secret.
    pub id: String,
    /// When it began.
    pub created_at: String,
    /// When it was last used.
    pub last_seen_at: String,
    /// When it ends if it is not used.
    pub idle_expires_at: String,
    /// When it ends in any case.
    pub expires_at: String,
    /// What the browser said of itself.
    pub user_agent: String,
    /// Whether this request came by it.
    pub current: bool,
}

impl From<SessionInfo> for SessionLineView {
    fn from(session: SessionInfo) -> Self {
        Self {
            id: session.id,
            created_at: session.created_at.to_string(),
            last_seen_at: session.last_seen_at.to_string(),
            idle_expires_at: session.idle_expires_at.to_string(),
            expires_at: session.expires_at.to_string(),
            user_agent: session.user_agent,
            current: session.current,
        }
    }
}

/// An API token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub owner: PersonView,
    /// Its first characters, to tell it from others.
    pub prefix: String,
    /// What it may do at most; never more than its owner may.
    pub grants: Vec<GrantView>,
    /// When it was made.
    pub created_at: String,
    /// When it stops to work.
    pub expires_at: String,
    /// When it was last used, to the hour; `null`: never.
    pub last_used_at: Option<String>,
    /// When it was revoked; `null`: it was not.
    pub revoked_at: Option<String>,
}

impl TokenView {
    /// The view of a token.
    #[must_use]
    pub fn of(token: TokenInfo, names: &SiteNames) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            owner: PersonView {
                id: token.owner.to_string(),
                name: token.owner_name,
                display_name: token.owner_display_name,
            },
            prefix: token.prefix,
            grants: token.grants.iter().map(|grant| GrantView::of(grant, names)).collect(),
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.to_string(),
            last_used_at: token.last_used_at.map(|at| at.to_string()),
            revoked_at: token.revoked_at.map(|at| at.to_string()),
        }
    }
}
