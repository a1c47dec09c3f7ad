//! Drift: what was seen of assets after they were verified and is not as their baselines say; and looking again.

use axum::Json;
use axum::extract::State;
use holdpoint_app::execution;
use holdpoint_app::store::execution::Drift;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{List, ListParams, NoParams, invalid};
use super::rules::ReasonBody;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Something that is not as the baseline of an asset says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Drift)]
pub struct DriftView {
    /// Its number.
    pub number: i64,
    /// The asset's id.
    pub asset_id: String,
    /// The asset's tag.
    pub asset: String,
    /// The site's name.
    pub site: String,
    /// The site's time zone.
    pub time_zone: String,
    /// The plan whose step was verified.
    pub plan_id: String,
    /// Its running number.
    pub plan_number: i64,
    /// The step.
    pub step: u32,
    /// The patch.
    pub patch: String,
    /// When the baseline was read.
    pub baseline_at: String,
    /// When the drift was seen.
    pub seen_at: String,
    /// By whom or what: `inventory`, or a person who looked again.
    pub seen_by: String,
    /// What it is.
    pub what: String,
    /// When it was settled; `null`: it stands open.
    pub closed_at: Option<String>,
    /// By whom.
    pub closed_by: Option<String>,
    /// Why.
    pub closed_why: Option<String>,
}

impl From<Drift> for DriftView {
    fn from(one: Drift) -> Self {
        Self {
            number: one.number,
            asset_id: one.asset.to_string(),
            asset: one.tag,
            site: one.site_name,
            time_zone: one.time_zone,
            plan_id: one.plan.to_string(),
            plan_number: one.plan_number,
            step: one.step,
            patch: one.patch,
            baseline_at: one.baseline_at.to_string(),
            seen_at: one.seen_at.to_string(),
            seen_by: one.seen_by,
            what: one.what,
            closed_at: one.closed_at.map(|at| at.to_string()),
            closed_by: one.closed_by,
            closed_why: one.closed_why,
        }
    }
}

/// Lists drifts, those seen last first.
///
/// Filter fields: number asset site patch plan what by open seen closed.
#[utoipa::path(get, path = "/drift", tag = "deployments", params(ListParams),
    responses((status = 200, description = "One page", body = List<DriftView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<DriftView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| execution::drifts(app, &who.caller, None, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// That something was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DriftSettled)]
pub struct SettledDriftView {
    /// The drift.
    pub number: i64,
}

/// Settles a drift with a reason: it is right as it is, or something was done about it.
#[utoipa::path(post, path = "/drift/{number}/settle", tag = "deployments", request_body = ReasonBody,
    params(("number" = String, Path, description = "The drift")),
    responses((status = 200, description = "It is settled", body = SettledDriftView)))]
pub async fn settle(
    State(server): State<Server>,
    who: SignedIn,
    Path(number): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<SettledDriftView>, Problem> {
    let number: i64 =
        number.parse().map_err(|_| invalid("/number", "number", "a drift has a number".to_owned()))?;
    server.run(move |app| execution::settle_drift(app, &who.caller, number, &body.reason)).await?;
    Ok(Json(SettledDriftView { number }))
}

/// What a look at an asset showed, held against its baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = LookedAgain)]
pub struct LookedView {
    /// What stands open of its baseline; `null`: it is as it was verified.
    pub drift: Option<String>,
}

/// Looks at an asset afresh over SSH and holds it against its baseline.
#[utoipa::path(post, path = "/assets/{id}/look", tag = "deployments",
    params(("id" = String, Path, description = "The asset, by id or tag")),
    responses((status = 200, description = "What was seen", body = LookedView)))]
pub async fn look(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<LookedView>, Problem> {
    let drift = server.run(move |app| execution::look_again(app, &who.caller, &id)).await?;
    Ok(Json(LookedView { drift }))
}
