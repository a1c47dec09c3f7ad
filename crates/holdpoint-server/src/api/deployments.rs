//! Deployments: beginning, pausing and ending a plan, looking at its steps, and saying something about one.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::execution::{self, Said, Verification};
use holdpoint_app::{App, AppError, Caller};
use serde::Deserialize;
use utoipa::ToSchema;

use super::deployment_views::{DeploymentShownView, DeploymentStepView, DeploymentView, StepShownView};
use super::lists::{List, ListParams, NoParams, invalid};
use super::rules::ReasonBody;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Lists deployments, those begun last first.
///
/// Filter fields: number title site state steps open done failed work overdue drift started moved first last.
#[utoipa::path(get, path = "/deployments", tag = "deployments", params(ListParams),
    responses((status = 200, description = "One page", body = List<DeploymentView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<DeploymentView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| execution::deployments(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Gives a deployment at a glance: its waves with their steps, its hold points, what is stopped.
#[utoipa::path(get, path = "/deployments/{id}", tag = "deployments",
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "The deployment", body = DeploymentShownView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<DeploymentShownView>, Problem> {
    Ok(Json(server.run(move |app| execution::overview(app, &who.caller, &id)).await?.into()))
}

/// Lists the steps of a deployment.
///
/// Filter fields: plan title site number asset patch state wait failed overdue drift reported observed verified start moved
/// deadline seen.
#[utoipa::path(get, path = "/deployments/{id}/steps", tag = "deployments",
    params(("id" = String, Path, description = "The plan, by id or number"), ListParams),
    responses((status = 200, description = "One page", body = List<DeploymentStepView>)))]
pub async fn steps(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<ListParams>,
) -> Result<Json<List<DeploymentStepView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| execution::step_list(app, &who.caller, Some(&id), &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Lists the steps of all deployments; `overdue:yes` gives what somebody should look at.
///
/// Filter fields: plan title site number asset patch state wait failed overdue drift reported observed verified start moved
/// deadline seen.
#[utoipa::path(get, path = "/deployment-steps", tag = "deployments", params(ListParams),
    responses((status = 200, description = "One page", body = List<DeploymentStepView>)))]
pub async fn all_steps(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<DeploymentStepView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| execution::step_list(app, &who.caller, None, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Lists what was worked on, with what was reported, what was observed, and whether it is verified.
///
/// Filter fields: plan title site number asset patch state wait failed overdue drift reported observed verified start moved
/// deadline seen.
#[utoipa::path(get, path = "/verifications", tag = "deployments", params(ListParams),
    responses((status = 200, description = "One page", body = List<DeploymentStepView>)))]
pub async fn verifications(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<DeploymentStepView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| Verification::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Gives a step with its events, its evidence, its snapshots compared, and what may be said of it now.
#[utoipa::path(get, path = "/deployments/{id}/steps/{number}", tag = "deployments",
    params(("id" = String, Path, description = "The plan, by id or number"),
        ("number" = String, Path, description = "The step's number")),
    responses((status = 200, description = "The step", body = StepShownView)))]
pub async fn step(
    State(server): State<Server>,
    who: SignedIn,
    Path((id, number)): Path<(String, String)>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<StepShownView>, Problem> {
    let number = step_number(&number)?;
    Ok(Json(server.run(move |app| execution::step_shown(app, &who.caller, &id, number)).await?.into()))
}

fn step_number(text: &str) -> Result<u32, Problem> {
    text.parse().map_err(|_| invalid("/number", "number", "a step has a number, counted from 1".to_owned()))
}

/// Something that a person says about a step.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SayBody {
    /// The word, one of those that the step gives as `sayings`.
    #[schema(max_length = 64)]
    pub word: String,
    /// What is said with it: the evidence of a hold point, a reason.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub text: String,
    /// Which of the hold points before the step; absent: the first.
    pub hold: Option<u32>,
    /// Until when it is put off.
    pub until: Option<String>,
    /// Why, for the audit log.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// Says something about a step: opens a hold point, permits, agrees, puts off, accepts a failure, ends it, sends it back.
#[utoipa::path(post, path = "/deployments/{id}/steps/{number}/say", tag = "deployments", request_body = SayBody,
    params(("id" = String, Path, description = "The plan, by id or number"),
        ("number" = String, Path, description = "The step's number")),
    responses((status = 200, description = "The step", body = StepShownView)))]
pub async fn say(
    State(server): State<Server>,
    who: SignedIn,
    Path((id, number)): Path<(String, String)>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<SayBody>,
) -> Result<Json<StepShownView>, Problem> {
    let number = step_number(&number)?;
    let until = super::window_views::optional_moment("/until", body.until.as_deref())?;
    let shown = server
        .run(move |app| {
            let said = Said::read(&body.word, &body.text, body.hold, until)?;
            let reason = if body.reason.is_empty() { &body.text } else { &body.reason };
            execution::say(app, &who.caller, (&id, number), &said, reason)?;
            execution::step_shown(app, &who.caller, &id, number)
        })
        .await?;
    Ok(Json(shown.into()))
}

/// What somebody does with a deployment, with a reason.
type Deed<T> = fn(&App, &Caller, &str, &str) -> Result<T, AppError>;

/// Does it, and shows how the deployment stands then.
async fn done<T: 'static>(
    server: Server,
    (who, id, reason): (SignedIn, String, String),
    deed: Deed<T>,
) -> Result<Json<DeploymentShownView>, Problem> {
    let shown = server
        .run(move |app| {
            deed(app, &who.caller, &id, &reason)?;
            execution::overview(app, &who.caller, &id)
        })
        .await?;
    Ok(Json(shown.into()))
}

/// Begins a released plan. Nothing is decided by that: each installation asks everything again at its moment.
#[utoipa::path(post, path = "/deployments/{id}/begin", tag = "deployments", request_body = ReasonBody,
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 201, description = "The deployment", body = DeploymentShownView)))]
pub async fn begin(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<(StatusCode, Json<DeploymentShownView>), Problem> {
    Ok((StatusCode::CREATED, done(server, (who, id, body.reason), execution::begin).await?))
}

/// Pauses a deployment, with a reason: nothing new begins.
#[utoipa::path(post, path = "/deployments/{id}/pause", tag = "deployments", request_body = ReasonBody,
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "The deployment", body = DeploymentShownView)))]
pub async fn pause(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<DeploymentShownView>, Problem> {
    if body.reason.trim().is_empty() {
        return Err(invalid("/reason", "reason", "a deployment is paused for a reason".to_owned()));
    }
    done(server, (who, id, body.reason), |app, caller, id, why| execution::pause(app, caller, id, Some(why)))
        .await
}

/// Lets a paused deployment go on.
#[utoipa::path(post, path = "/deployments/{id}/resume", tag = "deployments", request_body = ReasonBody,
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "The deployment", body = DeploymentShownView)))]
pub async fn resume(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<DeploymentShownView>, Problem> {
    done(server, (who, id, body.reason), |app, caller, id, _| execution::pause(app, caller, id, None)).await
}

/// Ends a deployment: what has not begun on an asset is ended, what is in work comes to its safe end.
#[utoipa::path(post, path = "/deployments/{id}/end", tag = "deployments", request_body = ReasonBody,
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "The deployment", body = DeploymentShownView)))]
pub async fn end(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<DeploymentShownView>, Problem> {
    done(server, (who, id, body.reason), execution::end).await
}

/// A wish to let a stopped deployment go on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftBody {
    /// Every step that failed and that nobody has accepted.
    #[schema(max_items = 20000)]
    pub steps: Vec<u32>,
    /// Why it may go on.
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// Asks to lift what stopped a deployment, and names every step that failed; a second person agrees.
#[utoipa::path(post, path = "/deployments/{id}/lift", tag = "deployments", request_body = LiftBody,
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "The deployment", body = DeploymentShownView)))]
pub async fn ask_lift(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<LiftBody>,
) -> Result<Json<DeploymentShownView>, Problem> {
    let shown = server
        .run(move |app| {
            execution::ask_lift(app, &who.caller, (&id, &body.steps), &body.reason)?;
            execution::overview(app, &who.caller, &id)
        })
        .await?;
    Ok(Json(shown.into()))
}

/// Agrees to a lift that somebody else asked for: the deployment goes on, and what failed is not tried again by that.
#[utoipa::path(post, path = "/deployments/{id}/lift/agree", tag = "deployments", request_body = ReasonBody,
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "The deployment", body = DeploymentShownView)))]
pub async fn agree_lift(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<DeploymentShownView>, Problem> {
    done(server, (who, id, body.reason), execution::agree_lift).await
}

/// Refuses a lift, with a reason; whoever asked may take it back so.
#[utoipa::path(post, path = "/deployments/{id}/lift/refuse", tag = "deployments", request_body = ReasonBody,
    params(("id" = String, Path, description = "The plan, by id or number")),
    responses((status = 200, description = "The deployment", body = DeploymentShownView)))]
pub async fn refuse_lift(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<DeploymentShownView>, Problem> {
    done(server, (who, id, body.reason), execution::refuse_lift).await
}
