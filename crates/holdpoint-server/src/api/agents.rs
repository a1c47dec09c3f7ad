//! Agents on devices, and the signed papers that they obey: what people do. What agents do is behind their own door.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::agents;

use super::agent_views::{
    AgentView, CodeView, EnrolBody, ImageBody, PaperView, PapersView, RootBody, SignedPaperBody,
};
use super::lists::{List, ListParams, NoParams};
use super::rules::ReasonBody;
use crate::gate::SignedIn;
use crate::problem::{Problem, ProblemCode};
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Lists agents.
///
/// Filter fields: asset site class version host enrolled expires seen heard inventory ended lost_records.
#[utoipa::path(get, path = "/agents", tag = "devices", params(ListParams),
    responses((status = 200, description = "One page", body = List<AgentView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<AgentView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| agents::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Makes a code with which one device becomes this asset. Codes that it had before work no more.
#[utoipa::path(post, path = "/assets/{id}/enrol", tag = "devices", request_body = EnrolBody,
    params(("id" = String, Path, description = "The asset, by id or tag")),
    responses((status = 201, description = "The code, shown this once", body = CodeView)))]
pub async fn enrol(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<EnrolBody>,
) -> Result<(StatusCode, Json<CodeView>), Problem> {
    let made = server
        .run(move |app| agents::make_code(app, &who.caller, &id, (&body.class, body.hours), &body.reason));
    Ok((StatusCode::CREATED, Json(made.await?.into())))
}

/// Ends the agent of an asset: its certificate works no more.
#[utoipa::path(post, path = "/agents/{asset}/revoke", tag = "devices", request_body = ReasonBody,
    params(("asset" = String, Path, description = "The asset, by id or tag")),
    responses((status = 204, description = "It is ended")))]
pub async fn revoke(
    State(server): State<Server>,
    who: SignedIn,
    Path(asset): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<StatusCode, Problem> {
    server.run(move |app| agents::revoke(app, &who.caller, &asset, &body.reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives the newest root of each site and the newest image of each class.
#[utoipa::path(get, path = "/papers", tag = "devices",
    responses((status = 200, description = "The papers that hold", body = PapersView)))]
pub async fn papers(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<PapersView>, Problem> {
    let found = server.run(move |app| agents::standing(app, &who.caller)).await?;
    Ok(Json(PapersView { items: found.into_iter().map(Into::into).collect() }))
}

/// Takes in a signed root or image; it is checked as a device checks it.
#[utoipa::path(post, path = "/papers", tag = "devices", request_body = SignedPaperBody,
    responses((status = 201, description = "It is kept", body = PaperView)))]
pub async fn put_paper(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<SignedPaperBody>,
) -> Result<(StatusCode, Json<PaperView>), Problem> {
    let bytes = serde_json::to_vec(&body).map_err(|_| Problem::plain(ProblemCode::Invalid))?;
    let kept = server.run(move |app| agents::put_paper(app, &who.caller, &bytes, "")).await?;
    Ok((StatusCode::CREATED, Json(kept.into())))
}

/// Writes the next root of a site for people to sign. Nothing is kept.
#[utoipa::path(post, path = "/papers/root", tag = "devices", request_body = RootBody,
    responses((status = 200, description = "A root without signatures", body = SignedPaperBody)))]
pub async fn make_root(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<RootBody>,
) -> Result<Json<SignedPaperBody>, Problem> {
    let made = server.run(move |app| agents::make_root(app, &who.caller, &body.into())).await?;
    unsigned(&agents::write(&made))
}

/// Writes the next image of a class for people to sign. Nothing is kept.
#[utoipa::path(post, path = "/papers/image", tag = "devices", request_body = ImageBody,
    responses((status = 200, description = "An image without signatures", body = SignedPaperBody)))]
pub async fn make_image(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ImageBody>,
) -> Result<Json<SignedPaperBody>, Problem> {
    let proposal = body.try_into()?;
    let made = server.run(move |app| agents::make_image(app, &who.caller, &proposal)).await?;
    unsigned(&agents::write(&made))
}

fn unsigned(bytes: &[u8]) -> Result<Json<SignedPaperBody>, Problem> {
    serde_json::from_slice(bytes).map(Json).map_err(|_| Problem::plain(ProblemCode::Ours))
}
