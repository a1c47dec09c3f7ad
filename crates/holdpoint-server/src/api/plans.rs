//! Change plans: proposing, looking, checking, submitting, releasing, rejecting, withdrawing.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::plans::{self, Proposal};
use serde::Deserialize;
use utoipa::ToSchema;

use super::lists::{List, ListParams, NoParams};
use super::plan_views::{CheckView, PlanShownView, PlanView, ProposedView, WaitView};
use super::rules::ReasonBody;
use super::window_views::PlannedStepView;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Lists plans, the newest first.
///
/// Filter fields: title state site author steps assets waits made first last changed.
#[utoipa::path(get, path = "/plans", tag = "planning", params(ListParams),
    responses((status = 200, description = "One page", body = List<PlanView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<PlanView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| plans::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// What a plan is asked for. At least one of advisory, findings, assets and baseline.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalBody {
    /// What people call it; absent: by what it is for.
    #[schema(max_length = 120)]
    pub title: Option<String>,
    /// The advisory whose assets are to be patched, by id or tracking id.
    pub advisory: Option<String>,
    /// Findings that are to be closed, by number.
    #[serde(default)]
    #[schema(max_items = 10000)]
    pub findings: Vec<i64>,
    /// Assets, by id or tag.
    #[serde(default)]
    #[schema(max_items = 10000)]
    pub assets: Vec<String>,
    /// Patches; absent: whatever is missing and serves the purpose.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub patches: Vec<String>,
    /// The assets that this baseline governs, by id or name.
    pub baseline: Option<String>,
    /// Only at this site, by id or name.
    pub site: Option<String>,
    /// How many days are looked at, 800 at most; absent: 90.
    pub days: Option<u32>,
    /// How many minutes are kept for the release, before which nothing starts, 43,200 at most; absent: 60.
    pub lead_minutes: Option<u32>,
    /// The plan that it takes the place of, by id or number.
    pub replaces: Option<String>,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
}

impl ProposalBody {
    /// The same for the use case.
    ///
    /// # Errors
    /// A [`Problem`] for a list that is too long.
    pub fn wording(self) -> Result<Proposal, Problem> {
        if self.findings.len() > 10_000 || self.assets.len() > 10_000 || self.patches.len() > 500 {
            let why = "at most 10,000 findings, 10,000 assets and 500 patches are named at once";
            return Err(super::approval_views::unusable("/assets", why));
        }
        Ok(Proposal {
            title: self.title.unwrap_or_default(),
            advisory: self.advisory,
            findings: self.findings,
            assets: self.assets,
            patches: self.patches,
            baseline: self.baseline,
            site: self.site,
            days: self.days,
            lead_minutes: self.lead_minutes,
            replaces: self.replaces,
            reason: self.reason,
        })
    }
}

/// Proposes a plan: one draft for each site that is touched. What cannot be planned waits in it with every reason.
#[utoipa::path(post, path = "/plans:propose", tag = "planning", request_body = ProposalBody,
    responses((status = 201, description = "The drafts", body = ProposedView)))]
pub async fn propose(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ProposalBody>,
) -> Result<(StatusCode, Json<ProposedView>), Problem> {
    let proposal = body.wording()?;
    let made = server.run(move |app| plans::propose(app, &who.caller, &proposal)).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Proposes a plan anew: the same work with the facts of now. The new draft takes the place of the old plan.
#[utoipa::path(post, path = "/plans/{id}/again", tag = "planning", request_body = ReasonBody,
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 201, description = "The draft", body = ProposedView)))]
pub async fn again(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<(StatusCode, Json<ProposedView>), Problem> {
    let made = server.run(move |app| plans::again(app, &who.caller, &id, &body.reason)).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Gives a plan with its waves, hold points and life.
#[utoipa::path(get, path = "/plans/{id}", tag = "planning",
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "The plan", body = PlanShownView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<PlanShownView>, Problem> {
    Ok(Json(server.run(move |app| plans::show(app, &who.caller, &id)).await?.into()))
}

/// Lists the steps of a plan, in their order.
///
/// Filter fields: number asset patch window start end minutes estimate people.
#[utoipa::path(get, path = "/plans/{id}/steps", tag = "planning",
    params(("id" = String, Path, description = "The plan, by id or number"), ListParams),
    responses((status = 200, description = "One page", body = List<PlannedStepView>)))]
pub async fn steps(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<ListParams>,
) -> Result<Json<List<PlannedStepView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| plans::steps(app, &who.caller, &id, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Lists what waits in a plan, and for what.
///
/// Filter fields: number asset patch cause why.
#[utoipa::path(get, path = "/plans/{id}/waits", tag = "planning",
    params(("id" = String, Path, description = "The plan, by id or number"), ListParams),
    responses((status = 200, description = "One page", body = List<WaitView>)))]
pub async fn waits(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<ListParams>,
) -> Result<Json<List<WaitView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| plans::waits(app, &who.caller, &id, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Looks at a plan with the facts of now: what changed since it was made, and what the checker finds.
#[utoipa::path(get, path = "/plans/{id}/check", tag = "planning",
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "What was found", body = CheckView)))]
pub async fn check(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<CheckView>, Problem> {
    Ok(Json(server.run(move |app| plans::check(app, &who.caller, &id)).await?.into()))
}

/// Gives a plan and what waits as a text for people, in the time of the plant.
#[utoipa::path(get, path = "/plans/{id}/text", tag = "planning",
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "The text", content_type = "text/plain")))]
pub async fn text(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Response, Problem> {
    let text = server.run(move |app| plans::export(app, &who.caller, &id)).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// Asks for the release of a draft. A stale plan, and one that the checker refuses, goes no further.
#[utoipa::path(post, path = "/plans/{id}/submit", tag = "planning", request_body = ReasonBody,
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "The plan", body = PlanView)))]
pub async fn submit(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<PlanView>, Problem> {
    Ok(Json(server.run(move |app| plans::submit(app, &who.caller, &id, &body.reason)).await?.into()))
}

/// Lets a submitted plan go: by another person than the one who drafted it and the one who submitted it.
#[utoipa::path(post, path = "/plans/{id}/release", tag = "planning", request_body = ReasonBody,
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "The plan", body = PlanView)))]
pub async fn release(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<PlanView>, Problem> {
    Ok(Json(server.run(move |app| plans::release(app, &who.caller, &id, &body.reason)).await?.into()))
}

/// Refuses a submitted plan.
#[utoipa::path(post, path = "/plans/{id}/reject", tag = "planning", request_body = ReasonBody,
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "The plan", body = PlanView)))]
pub async fn reject(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<PlanView>, Problem> {
    Ok(Json(server.run(move |app| plans::reject(app, &who.caller, &id, &body.reason)).await?.into()))
}

/// Takes a plan back; of a released one, nothing begins any more.
#[utoipa::path(post, path = "/plans/{id}/withdraw", tag = "planning", request_body = ReasonBody,
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "The plan", body = PlanView)))]
pub async fn withdraw(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<PlanView>, Problem> {
    Ok(Json(server.run(move |app| plans::withdraw(app, &who.caller, &id, &body.reason)).await?.into()))
}
