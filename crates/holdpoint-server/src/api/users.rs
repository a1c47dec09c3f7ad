//! Accounts and their roles.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::people::RecognisedBy;
use holdpoint_app::people::accounts::{self, Account, AccountChange, NewAccount, PasswordChange};
use holdpoint_domain::id::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{List, NoParams, WriteParams};
pub use super::people_views::UserView;
use super::people_views::{NewGrant, grants};
use super::session::site_names;
use crate::gate::SignedIn;
use crate::problem::{Problem, ProblemCode};
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Lists accounts.
#[utoipa::path(get, path = "/users", tag = "people",
    responses((status = 200, description = "All", body = List<UserView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<UserView>>, Problem> {
    let all = server.run(move |app| accounts::list(app, &who.caller)).await?;
    let names = server.read(site_names).await?;
    Ok(Json(List::whole(all.iter().map(|account| UserView::of(account, &names)).collect())))
}

/// A new account.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The name with which it signs in: letters, digits, `.`, `_`, `-`, `@`.
    #[schema(min_length = 2, max_length = 64)]
    pub name: String,
    /// The name that people read.
    #[schema(max_length = 100)]
    pub display_name: String,
    /// Its first password, at least 12 characters.
    #[schema(min_length = 12, max_length = 1024, format = Password)]
    pub password: String,
    /// Its roles.
    #[serde(default)]
    pub grants: Vec<NewGrant>,
}

/// Makes an account.
#[utoipa::path(post, path = "/users", tag = "people", params(WriteParams), request_body = NewUser,
    responses((status = 201, description = "Made", body = UserView)))]
pub async fn create(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
    Body(body): Body<NewUser>,
) -> Result<(StatusCode, Json<UserView>), Problem> {
    let new = NewAccount {
        grants: grants(&body.grants)?,
        name: body.name,
        display_name: body.display_name,
        password: body.password,
        reason: params.reason.unwrap_or_default(),
    };
    let account = server.run(move |app| accounts::create(app, &who.caller, &new)).await?;
    Ok((StatusCode::CREATED, shown(&server, account).await?))
}

async fn shown(server: &Server, account: Account) -> Result<Json<UserView>, Problem> {
    let names = server.read(site_names).await?;
    Ok(Json(UserView::of(&account, &names)))
}

/// What is to change on an account.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    /// The name that people read.
    #[schema(max_length = 100)]
    pub display_name: Option<String>,
    /// `true`: it may not sign in any more, and its sessions end.
    pub disabled: Option<bool>,
}

/// Renames, disables or enables an account. The last administrator cannot be disabled.
#[utoipa::path(patch, path = "/users/{id}", tag = "people",
    params(("id" = String, Path, description = "The account"), WriteParams), request_body = UserPatch,
    responses((status = 200, description = "As it is now", body = UserView)))]
pub async fn patch(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
    Body(body): Body<UserPatch>,
) -> Result<Json<UserView>, Problem> {
    let id = user(&id)?;
    let change = AccountChange {
        display_name: body.display_name,
        disabled: body.disabled,
        reason: params.reason.unwrap_or_default(),
    };
    let account = server.run(move |app| accounts::change(app, &who.caller, id, &change)).await?;
    shown(&server, account).await
}

/// All roles of an account.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrants {
    /// The roles; what is not here is taken away.
    pub grants: Vec<NewGrant>,
}

/// Sets the roles of an account. The last administrator keeps that role.
#[utoipa::path(put, path = "/users/{id}/grants", tag = "people",
    params(("id" = String, Path, description = "The account"), WriteParams), request_body = NewGrants,
    responses((status = 200, description = "As it is now", body = UserView)))]
pub async fn set_grants(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
    Body(body): Body<NewGrants>,
) -> Result<Json<UserView>, Problem> {
    let (id, grants) = (user(&id)?, grants(&body.grants)?);
    let reason = params.reason.unwrap_or_default();
    let account = server.run(move |app| accounts::set_grants(app, &who.caller, id, &grants, &reason)).await?;
    shown(&server, account).await
}

/// A new password.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The present one, needed for one's own account.
    #[schema(max_length = 1024, format = Password)]
    pub current_password: Option<String>,
    /// The new one, at least 12 characters.
    #[schema(min_length = 12, max_length = 1024, format = Password)]
    pub password: String,
}

/// Sets the password of one's own account, or, with write-people, of another; all its other sessions end.
#[utoipa::path(post, path = "/users/{id}/password", tag = "people",
    params(("id" = String, Path, description = "The account"), WriteParams), request_body = NewPassword,
    responses((status = 204, description = "Set")))]
pub async fn set_password(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
    Body(body): Body<NewPassword>,
) -> Result<StatusCode, Problem> {
    let id = user(&id)?;
    let keep = match &who.recognised.by {
        RecognisedBy::Session { id, .. } => Some(id.clone()),
        RecognisedBy::Token { .. } => None,
    };
    let change = PasswordChange {
        current: body.current_password,
        new: body.password,
        keep_session: keep,
        reason: params.reason.unwrap_or_default(),
    };
    let hold = server.clone();
    server.run(move |app| accounts::set_password(app, &who.caller, hold.limits(), id, &change)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn user(text: &str) -> Result<UserId, Problem> {
    text.parse().map_err(|_| Problem::new(ProblemCode::NotFound, "there is no such account"))
}
