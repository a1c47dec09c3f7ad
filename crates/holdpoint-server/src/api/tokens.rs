//! API tokens: a program's access in the name of a person, never wider than that person's.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::people::tokens::{self, NewToken};
use holdpoint_domain::id::TokenId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{List, NoParams, WriteParams};
use super::people_views::{NewGrant, TokenView, grants};
use super::session::site_names;
use crate::gate::SignedIn;
use crate::problem::{Problem, ProblemCode};
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Lists the caller's own tokens; with read-people everybody's.
#[utoipa::path(get, path = "/tokens", tag = "people",
    responses((status = 200, description = "All", body = List<TokenView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<TokenView>>, Problem> {
    let all = server.run(move |app| tokens::list(app, &who.caller)).await?;
    let names = server.read(site_names).await?;
    Ok(Json(List::whole(all.into_iter().map(|token| TokenView::of(token, &names)).collect())))
}

/// A new token.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTokenBody {
    /// What it is for; unique among the owner's tokens.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// After how many days it stops to work.
    #[schema(minimum = 1, maximum = 365)]
    pub expires_in_days: u32,
    /// What it may do at most. What the owner may not do, it may not do either.
    pub grants: Vec<NewGrant>,
}

/// A token with its secret, shown this once.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct TokenMade {
    /// The token.
    pub token: TokenView,
    /// The secret, to be sent as `Authorization: Bearer …`. It is not kept and cannot be shown again.
    pub secret: String,
}

/// Makes a token. Only a person who is signed in can.
#[utoipa::path(post, path = "/tokens", tag = "people", params(WriteParams), request_body = NewTokenBody,
    responses((status = 201, description = "Made; the secret is shown this once", body = TokenMade)))]
pub async fn create(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
    Body(body): Body<NewTokenBody>,
) -> Result<(StatusCode, Json<TokenMade>), Problem> {
    let new = NewToken {
        name: body.name,
        expires_in_days: body.expires_in_days,
        grants: grants(&body.grants)?,
        reason: params.reason.unwrap_or_default(),
    };
    let (token, secret) = server.run(move |app| tokens::create(app, &who.caller, &new)).await?;
    let names = server.read(site_names).await?;
    let made = TokenMade { token: TokenView::of(token, &names), secret: secret.reveal().to_owned() };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Revokes one of the caller's own tokens; with write-people anybody's.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "people",
    params(("id" = String, Path, description = "The token"), WriteParams),
    responses((status = 204, description = "Revoked")))]
pub async fn revoke(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
) -> Result<StatusCode, Problem> {
    let missing = |_| Problem::new(ProblemCode::NotFound, "there is no such token");
    let id: TokenId = id.parse().map_err(missing)?;
    let reason = params.reason.unwrap_or_default();
    server.run(move |app| tokens::revoke(app, &who.caller, id, &reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}
