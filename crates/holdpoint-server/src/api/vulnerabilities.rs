//! Vulnerabilities: the list, one with every source's word beside the others, and which assets they touch.

use axum::Json;
use axum::extract::State;
use holdpoint_app::vulnerabilities::{self, touch};
use serde::Deserialize;
use utoipa::IntoParams;

use super::lists::{List, ListParams, NoParams, invalid};
use super::touch_views::{AssetVulnerabilityView, TouchedAssetView, VulnerabilityExplanationView};
use super::vulnerability_views::{VulnerabilityLineView, VulnerabilityView};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Path, Query};
use crate::server::Server;

/// Lists vulnerabilities that a feed has a record of, or that an advisory names.
///
/// Filter fields: reference state title kev kev.added kev.due ransomware epss epss.percentile cvss published modified
/// ssvc.exploitation (none, public_poc, active) ssvc.automatable ssvc.impact source product has (advisory, record,
/// vex) affects (yes, unknown, no: what advisories and feeds say of the caller's assets).
#[utoipa::path(get, path = "/vulnerabilities", tag = "vulnerabilities", params(ListParams),
    responses((status = 200, description = "One page", body = List<VulnerabilityLineView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<VulnerabilityLineView>>, Problem> {
    let query = params.query(server.app().now())?;
    let found = server.run(move |app| vulnerabilities::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(found.page, |line| VulnerabilityLineView::of(line, &found.read_at))))
}

/// Gives everything that is known of one vulnerability, each source's word with its date.
#[utoipa::path(get, path = "/vulnerabilities/{reference}", tag = "vulnerabilities",
    params(("reference" = String, Path, description = "CVE, or another source's id")),
    responses((status = 200, description = "The vulnerability", body = VulnerabilityView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(reference): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<VulnerabilityView>, Problem> {
    let found = server.run(move |app| vulnerabilities::get(app, &who.caller, &reference)).await?;
    Ok(Json(found.into()))
}

/// Lists the assets that a vulnerability touches or may touch, by advisories or by feeds, with every source's answer.
///
/// Filter and sort are those of assets.
#[utoipa::path(get, path = "/vulnerabilities/{reference}/assets", tag = "vulnerabilities",
    params(("reference" = String, Path, description = "CVE, or another source's id"), ListParams),
    responses((status = 200, description = "One page", body = List<TouchedAssetView>)))]
pub async fn assets(
    State(server): State<Server>,
    who: SignedIn,
    Path(reference): Path<String>,
    Query(params): Query<ListParams>,
) -> Result<Json<List<TouchedAssetView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| touch::assets(app, &who.caller, &reference, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Which piece of a list that has neither filter nor sort.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PieceParams {
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Lists the vulnerabilities of an asset by advisories and feeds: exploited ones first, then those that surely touch it.
#[utoipa::path(get, path = "/assets/{id}/vulnerabilities", tag = "vulnerabilities",
    params(("id" = String, Path, description = "Its id or its tag"), PieceParams),
    responses((status = 200, description = "One page", body = List<AssetVulnerabilityView>)))]
pub async fn of_asset(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<PieceParams>,
) -> Result<Json<List<AssetVulnerabilityView>>, Problem> {
    let limit = params.limit.unwrap_or(100);
    if !(1..=1000).contains(&limit) {
        return Err(invalid("?limit", "limit", format!("`{limit}` is no limit from 1 to 1000")));
    }
    let (page, read_at) = server
        .run(move |app| touch::of_asset(app, &who.caller, &id, (limit, params.cursor.as_deref())))
        .await?;
    Ok(Json(List::of(page, |one| AssetVulnerabilityView::of(one, &read_at))))
}

/// Explains by replay what every source says of one asset and one vulnerability.
#[utoipa::path(get, path = "/assets/{id}/vulnerabilities/{reference}", tag = "vulnerabilities",
    params(("id" = String, Path, description = "Its id or its tag"),
        ("reference" = String, Path, description = "CVE, or another source's id")),
    responses((status = 200, description = "The explanation", body = VulnerabilityExplanationView)))]
pub async fn explanation(
    State(server): State<Server>,
    who: SignedIn,
    Path((id, reference)): Path<(String, String)>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<VulnerabilityExplanationView>, Problem> {
    let found = server.run(move |app| touch::explain(app, &who.caller, &id, &reference)).await?;
    Ok(Json(found.into()))
}
