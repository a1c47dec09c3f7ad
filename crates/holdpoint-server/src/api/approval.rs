//! Delegations: lending one's right to sign.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::approval::delegations;
use serde::Deserialize;
use utoipa::ToSchema;

use super::approval_views::{DelegationView, moment_at};
use super::lists::{List, NoParams};
use super::rules::ReasonBody;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Lists delegations, the newest first.
#[utoipa::path(get, path = "/delegations", tag = "approval",
    responses((status = 200, description = "All", body = List<DelegationView>)))]
pub async fn delegated(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<DelegationView>>, Problem> {
    let all = server.run(move |app| delegations::list(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// A delegation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegateBody {
    /// The name of the account that may sign in the caller's place.
    pub to: String,
    /// Until when.
    pub until: String,
    /// Why.
    pub reason: String,
}

/// Lends the caller's own right to sign until an end. Nobody can pass it on.
#[utoipa::path(post, path = "/delegations", tag = "approval", request_body = DelegateBody,
    responses((status = 201, description = "Given", body = DelegationView)))]
pub async fn delegate(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<DelegateBody>,
) -> Result<(StatusCode, Json<DelegationView>), Problem> {
    let until = moment_at("/until", &body.until)?;
    let given =
        server.run(move |app| delegations::give(app, &who.caller, &body.to, until, &body.reason)).await?;
    Ok((StatusCode::CREATED, Json(given.into())))
}

/// Takes a delegation back.
#[utoipa::path(post, path = "/delegations/{id}/revoke", tag = "approval", request_body = ReasonBody,
    params(("id" = String, Path, description = "The delegation")),
    responses((status = 204, description = "It is over")))]
pub async fn revoke(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<StatusCode, Problem> {
    server.run(move |app| delegations::revoke(app, &who.caller, &id, &body.reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}
