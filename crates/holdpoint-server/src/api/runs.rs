//! Runs of matching: the two queues, asking for one, and what newer revisions meant.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::runs;
use serde::Deserialize;
use utoipa::ToSchema;

use super::lists::{DatedListParams, List, ListParams, NoParams, invalid};
use super::remediation_views::{NewsView, RunView};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Lists runs, the newest first; `kind:manual` and `kind:automatic` are the two queues.
///
/// Filter fields: run kind trigger started ended by subjects opened changed carried_over closed raised noted cleared.
#[utoipa::path(get, path = "/runs", tag = "matches", params(ListParams),
    responses((status = 200, description = "One page", body = List<RunView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<RunView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| runs::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Gives one run.
#[utoipa::path(get, path = "/runs/{id}", tag = "matches",
    params(("id" = String, Path, description = "Its number")),
    responses((status = 200, description = "The run", body = RunView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<RunView>, Problem> {
    let number: i64 =
        id.parse().map_err(|_| invalid("/id", "number", "a run's id is a number".to_owned()))?;
    let run = server.run(move |app| runs::get(app, &who.caller, number)).await?;
    Ok(Json(run.into()))
}

/// What is to be matched again: documents or assets, not both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunBody {
    /// Advisories, by id or by the publisher's id.
    #[serde(default)]
    pub advisories: Vec<String>,
    /// Assets, by id or tag.
    #[serde(default)]
    pub assets: Vec<String>,
    /// Why, for the audit log.
    pub reason: Option<String>,
}

/// Matches documents or assets again.
#[utoipa::path(post, path = "/runs", tag = "matches", request_body = RunBody,
    responses((status = 201, description = "The run", body = RunView)))]
pub async fn start(
    State(server): State<Server>,
    who: SignedIn,
    Body(body): Body<RunBody>,
) -> Result<(StatusCode, Json<RunView>), Problem> {
    let RunBody { advisories, assets, reason } = body;
    if advisories.is_empty() == assets.is_empty() {
        let text = "name advisories or assets, and not both: a run has one kind of subject";
        return Err(invalid("/advisories", "subjects", text.to_owned()));
    }
    let reason = reason.unwrap_or_default();
    let run = server
        .run(move |app| {
            if assets.is_empty() {
                runs::for_documents(app, &who.caller, &advisories, &reason)
            } else {
                runs::for_assets(app, &who.caller, &assets, &reason)
            }
        })
        .await?;
    Ok((StatusCode::CREATED, Json(run.into())))
}

/// Lists what newer revisions meant for assets that matched before: raised again, only noted, or cleared.
///
/// Filter fields: run kind advisory vulnerability asset why at.
#[utoipa::path(get, path = "/runs:news", tag = "matches", params(DatedListParams),
    responses((status = 200, description = "One page", body = List<NewsView>)))]
pub async fn news(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<NewsView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| runs::news(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}
