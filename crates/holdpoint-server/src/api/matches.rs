//! Matches: the list, and the explanation of one.

use axum::Json;
use axum::extract::State;
use holdpoint_app::matching::explain;
use holdpoint_app::{matching, vulnerabilities};

use super::lists::{DatedListParams, DatedParams, List};
use super::match_views::{ExplanationView, MatchView};
use super::threat_views::Threats;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Path, Query};
use crate::server::Server;

/// Lists matches, by advisory, product, vulnerability and asset.
///
/// Filter fields: advisory asset verdict confidence rung probability vulnerability status site zone vendor product
/// publisher kev (yes, no, unknown) epss cvss ssvc.exploitation.
#[utoipa::path(get, path = "/matches", tag = "matches", params(DatedListParams),
    responses((status = 200, description = "One page", body = List<MatchView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<MatchView>>, Problem> {
    let query = params.query(server.app().now())?;
    let (page, threats) = server
        .run(move |app| {
            let page = matching::list(app, &who.caller, &query)?;
            let names: Vec<String> = page.items.iter().map(|line| line.vulnerability.clone()).collect();
            let threats = vulnerabilities::threats(app, &who.caller, &names)?;
            Ok((page, Threats::new(threats)))
        })
        .await?;
    Ok(Json(List::of(page, |line| MatchView::of(line, &threats))))
}

/// Explains one match: the sentence, the evidence, the raw source.
#[utoipa::path(get, path = "/matches/{id}/explanation", tag = "matches",
    params(("id" = String, Path, description = "As the list gives it, for example `17-4-1`"), DatedParams),
    responses((status = 200, description = "The explanation", body = ExplanationView)))]
pub async fn explanation(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<DatedParams>,
) -> Result<Json<ExplanationView>, Problem> {
    let as_of = params.moment()?;
    let explained = server.run(move |app| explain::explain(app, &who.caller, &id, as_of)).await?;
    Ok(Json(explained.into()))
}
