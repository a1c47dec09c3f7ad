//! Where the work stands: lines, the lists in four directions, statistics, findings, and setting statuses.

use axum::Json;
use axum::extract::State;
use holdpoint_app::remediation::{self, SetRequest, Within};
use holdpoint_domain::filter::Filter;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::lists::{DatedListParams, DatedParams, List, invalid};
use super::remediation_views::{
    FindingView, MatchedPairView, MatchedProductView, ProductAdvisoryView, RemediationLineView,
    SetOutcomeView, StatisticsView, StatusPeriodView,
};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Lists documents, vulnerabilities and assets that match, with where the work stands.
///
/// Filter fields: advisory namespace title publisher vulnerability asset state verdict confidence rung probability site
/// zone vendor product kind version score changed by cause.
#[utoipa::path(get, path = "/remediations", tag = "matches", params(DatedListParams),
    responses((status = 200, description = "One page", body = List<RemediationLineView>)))]
pub async fn lines(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<RemediationLineView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page =
        server.run(move |app| remediation::lines(app, &who.caller, &Within::default(), &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Lists vulnerabilities of assets over all documents; a finding is open until every document's status is done.
///
/// Filter fields: vulnerability asset site zone vendor product kind verdict confidence state open documents changed.
#[utoipa::path(get, path = "/remediations:findings", tag = "matches", params(DatedListParams),
    responses((status = 200, description = "One page", body = List<FindingView>)))]
pub async fn findings(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<FindingView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page =
        server.run(move |app| remediation::findings(app, &who.caller, &Within::default(), &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Lists the assets that match an advisory, each with the statuses of its vulnerabilities.
///
/// Filter fields: asset site zone vendor product kind version verdict confidence state vulnerabilities not_remediated
/// in_progress done changed.
#[utoipa::path(get, path = "/advisories/{id}/assets", tag = "matches",
    params(("id" = String, Path, description = "Its id, or the publisher's id when only one has it"), DatedListParams),
    responses((status = 200, description = "One page", body = List<MatchedPairView>)))]
pub async fn assets_of(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<MatchedPairView>>, Problem> {
    let query = params.query(server.app().now())?;
    let within = Within { advisory: Some(id), asset: None };
    let page = server.run(move |app| remediation::pairs(app, &who.caller, &within, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Lists the advisories that match an asset, each with the statuses of its vulnerabilities.
///
/// Filter fields: advisory title publisher updated score verdict confidence state vulnerabilities not_remediated
/// in_progress done changed.
#[utoipa::path(get, path = "/assets/{id}/advisories", tag = "matches",
    params(("id" = String, Path, description = "Its id or tag"), DatedListParams),
    responses((status = 200, description = "One page", body = List<MatchedPairView>)))]
pub async fn advisories_of(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<MatchedPairView>>, Problem> {
    let query = params.query(server.app().now())?;
    let within = Within { advisory: None, asset: Some(id) };
    let page = server.run(move |app| remediation::pairs(app, &who.caller, &within, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Lists the products of the inventory that match an advisory.
///
/// Filter fields: vendor product version order_number kind assets affected.
#[utoipa::path(get, path = "/advisories/{id}/matched-products", tag = "matches",
    params(("id" = String, Path, description = "Its id, or the publisher's id when only one has it"), DatedListParams),
    responses((status = 200, description = "One page", body = List<MatchedProductView>)))]
pub async fn products_of(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<MatchedProductView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| remediation::products(app, &who.caller, Some(&id), &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Lists the products of the inventory that some advisory matches.
///
/// Filter fields: vendor product version order_number kind advisories assets affected.
#[utoipa::path(get, path = "/products", tag = "matches", params(DatedListParams),
    responses((status = 200, description = "One page", body = List<MatchedProductView>)))]
pub async fn products(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<MatchedProductView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| remediation::products(app, &who.caller, None, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Lists the advisories that match a product of the inventory.
///
/// Filter fields: advisory publisher title updated score verdict confidence assets affected.
#[utoipa::path(get, path = "/products/{id}/advisories", tag = "matches",
    params(("id" = String, Path, description = "Its number, as the list of products gives it"), DatedListParams),
    responses((status = 200, description = "One page", body = List<ProductAdvisoryView>)))]
pub async fn product_advisories(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<ProductAdvisoryView>>, Problem> {
    let query = params.query(server.app().now())?;
    let number: i64 =
        id.parse().map_err(|_| invalid("/id", "number", "a product's id here is a number".to_owned()))?;
    let page =
        server.run(move |app| remediation::product_advisories(app, &who.caller, number, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Says how many assets match an advisory at all, and how many stand where.
#[utoipa::path(get, path = "/advisories/{id}/statistics", tag = "matches",
    params(("id" = String, Path, description = "Its id, or the publisher's id when only one has it"), DatedParams),
    responses((status = 200, description = "The numbers", body = StatisticsView)))]
pub async fn statistics(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<DatedParams>,
) -> Result<Json<StatisticsView>, Problem> {
    let as_of = params.moment()?;
    let found = server.run(move |app| remediation::statistics(app, &who.caller, &id, as_of)).await?;
    Ok(Json(found.into()))
}

/// Which status.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryParams {
    /// The advisory.
    pub advisory: String,
    /// The vulnerability.
    pub vulnerability: String,
    /// The asset's id or tag.
    pub asset: String,
}

/// Gives all periods of one status, oldest first: who said what, when and why.
#[utoipa::path(get, path = "/remediations:history", tag = "matches", params(HistoryParams),
    responses((status = 200, description = "All", body = List<StatusPeriodView>)))]
pub async fn history(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<HistoryParams>,
) -> Result<Json<List<StatusPeriodView>>, Problem> {
    let HistoryParams { advisory, vulnerability, asset } = params;
    let all = server
        .run(move |app| remediation::history(app, &who.caller, &advisory, &vulnerability, &asset))
        .await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Which lines, and where they shall stand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetBody {
    /// Only this advisory.
    pub advisory: Option<String>,
    /// Only this asset, by id or tag.
    pub asset: Option<String>,
    /// Which lines, as in the list; needed unless an advisory or an asset is named.
    pub filter: Option<String>,
    /// `not_remediated`, `in_progress` or `done`.
    pub state: String,
    /// Why, for the status and the audit log.
    pub reason: Option<String>,
    /// `changes` of the preview; refused when another number of lines would change now.
    pub expected: Option<u64>,
}

impl SetBody {
    fn request(self) -> Result<SetRequest, Problem> {
        let filter = Filter::parse(self.filter.as_deref().unwrap_or_default())
            .map_err(|error| invalid("/filter", "filter", error.to_string()))?;
        let state = self.state.parse().map_err(|error| invalid("/state", "state", format!("{error}")))?;
        let within = Within { advisory: self.advisory, asset: self.asset };
        let reason = self.reason.unwrap_or_default();
        Ok(SetRequest { within, filter, state, reason, expected: self.expected })
    }
}

/// Says what setting would touch; changes nothing.
#[utoipa::path(post, path = "/remediations:preview", tag = "matches", request_body = SetBody,
    responses((status = 200, description = "What would change", body = SetOutcomeView)))]
pub async fn preview(
    State(server): State<Server>,
    who: SignedIn,
    Body(body): Body<SetBody>,
) -> Result<Json<SetOutcomeView>, Problem> {
    let request = body.request()?;
    let outcome = server.run(move |app| remediation::preview(app, &who.caller, &request)).await?;
    Ok(Json(outcome.into()))
}

/// Sets where the work stands on all lines that the filter lets through.
#[utoipa::path(post, path = "/remediations:set", tag = "matches", request_body = SetBody,
    responses((status = 200, description = "What changed", body = SetOutcomeView)))]
pub async fn set(
    State(server): State<Server>,
    who: SignedIn,
    Body(body): Body<SetBody>,
) -> Result<Json<SetOutcomeView>, Problem> {
    let request = body.request()?;
    let outcome = server.run(move |app| remediation::set(app, &who.caller, &request)).await?;
    Ok(Json(outcome.into()))
}
