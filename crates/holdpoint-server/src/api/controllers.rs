//! Devices with an update client of their own: what people decide about them. What the devices do is behind their own door.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::controllers;

use super::controller_views::{AcceptBody, ControllerTokenView, ControllerView};
use super::lists::{List, ListParams, NoParams};
use super::rules::ReasonBody;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Lists devices that showed up: candidates, accepted and refused ones.
///
/// Filter fields: name state asset address first seen.
#[utoipa::path(get, path = "/controllers", tag = "devices", params(ListParams),
    responses((status = 200, description = "One page", body = List<ControllerView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<ControllerView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| controllers::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Says which asset a device is, and gives it a token. The token that it had before works no more.
#[utoipa::path(post, path = "/controllers/{name}/accept", tag = "devices", request_body = AcceptBody,
    params(("name" = String, Path, description = "What the device calls itself")),
    responses((status = 200, description = "Its token, shown this once", body = ControllerTokenView)))]
pub async fn accept(
    State(server): State<Server>,
    who: SignedIn,
    Path(name): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<AcceptBody>,
) -> Result<Json<ControllerTokenView>, Problem> {
    let made = server.run(move |app| controllers::accept(app, &who.caller, &name, &body.asset, &body.reason));
    Ok(Json(ControllerTokenView { token: made.await? }))
}

/// Says that a device is nobody of ours.
#[utoipa::path(post, path = "/controllers/{name}/refuse", tag = "devices", request_body = ReasonBody,
    params(("name" = String, Path, description = "What the device calls itself")),
    responses((status = 204, description = "It is refused")))]
pub async fn refuse(
    State(server): State<Server>,
    who: SignedIn,
    Path(name): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<StatusCode, Problem> {
    server.run(move |app| controllers::refuse(app, &who.caller, &name, &body.reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}
