//! Tests: environments, plans, runs step by step, and their files.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::AppError;
use holdpoint_app::approval::test_records::{self, NewEnvironment, NewRun, Where};
use holdpoint_app::store::test_record::TestPlan;
use holdpoint_domain::test_record::Differences;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::approval_views::{unusable, word};
use super::lists::{List, ListParams, NoParams};
use super::rules::ReasonBody;
use super::test_record_views::{
    AttachmentView, EnvironmentView, PlanView, PlannedStepView, RunShownView, RunView,
};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query, Upload};
use crate::server::Server;

/// Lists test environments, by name.
#[utoipa::path(get, path = "/test-environments", tag = "approval",
    responses((status = 200, description = "All", body = List<EnvironmentView>)))]
pub async fn environments(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<EnvironmentView>>, Problem> {
    let all = server.run(move |app| test_records::environments(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// A test environment to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEnvironmentBody {
    /// Its name.
    pub name: String,
    /// The ids or names of the baselines whose assets it stands for.
    pub represents: Vec<String>,
    /// How it differs from production.
    #[serde(default)]
    pub differences: Vec<String>,
    /// Who looked and found no difference; instead of `differences`.
    pub no_difference_by: Option<String>,
    /// Why, for the audit log.
    #[serde(default)]
    pub reason: String,
}

impl NewEnvironmentBody {
    /// The environment that is to be made.
    ///
    /// # Errors
    /// A [`Problem`] for differences beside the word that there are none.
    pub fn environment(self) -> Result<NewEnvironment, Problem> {
        let differences = match (self.no_difference_by, self.differences.is_empty()) {
            (Some(by), true) => Differences::NoneFound { by },
            (Some(_), false) => {
                return Err(unusable("/no_difference_by", "either differences, or none were found"));
            }
            (None, _) => Differences::Known(self.differences),
        };
        let (name, represents, reason) = (self.name, self.represents, self.reason);
        Ok(NewEnvironment { name, represents, differences, reason })
    }
}

/// Makes a test environment.
#[utoipa::path(post, path = "/test-environments", tag = "approval", request_body = NewEnvironmentBody,
    responses((status = 201, description = "Made", body = EnvironmentView)))]
pub async fn add_environment(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<NewEnvironmentBody>,
) -> Result<(StatusCode, Json<EnvironmentView>), Problem> {
    let new = body.environment()?;
    let made = server.run(move |app| test_records::add_environment(app, &who.caller, &new)).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Lists plans, by name.
#[utoipa::path(get, path = "/test-plans", tag = "approval",
    responses((status = 200, description = "All", body = List<PlanView>)))]
pub async fn plans(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<PlanView>>, Problem> {
    let all = server.run(move |app| test_records::plans(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// A plan to be written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanBody {
    /// Its name.
    pub name: String,
    /// The id of the site that it is for; absent: all sites.
    pub site_id: Option<String>,
    /// Its steps.
    #[schema(max_items = 200)]
    pub steps: Vec<PlannedStepView>,
    /// Why, for the audit log.
    #[serde(default)]
    pub reason: String,
}

impl PlanBody {
    /// The plan, and why it is written.
    ///
    /// # Errors
    /// A [`Problem`] for what is no id of a site.
    pub fn plan(self) -> Result<(TestPlan, String), Problem> {
        let site = self
            .site_id
            .as_deref()
            .map(|id| id.parse().map_err(|_| unusable("/site_id", &format!("`{id}` is no id of a site"))));
        let plan = TestPlan { name: self.name, site: site.transpose()?, steps: pairs(self.steps) };
        Ok((plan, self.reason))
    }
}

fn pairs(steps: Vec<PlannedStepView>) -> Vec<(String, String)> {
    steps.into_iter().map(|step| (step.action, step.expected)).collect()
}

/// Writes a plan, of one site or of all; one of the same name gets its next version, for runs that begin from now on.
#[utoipa::path(post, path = "/test-plans", tag = "approval", request_body = PlanBody,
    responses((status = 200, description = "The plan", body = PlanView)))]
pub async fn put_plan(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<PlanBody>,
) -> Result<Json<PlanView>, Problem> {
    let (plan, reason) = body.plan()?;
    Ok(Json(server.run(move |app| test_records::put_plan(app, &who.caller, &plan, &reason)).await?.into()))
}

/// Lists runs, the newest first.
///
/// Filter fields: patch baseline kind environment plan state tester began ended.
#[utoipa::path(get, path = "/test-runs", tag = "approval", params(ListParams),
    responses((status = 200, description = "One page", body = List<RunView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<RunView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| test_records::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// A run to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRunBody {
    /// The patch.
    pub patch: String,
    /// The baseline's id or name.
    pub baseline: String,
    /// The environment's id or name; absent for a pilot.
    pub environment: Option<String>,
    /// The one or two assets of a pilot, by id or tag.
    #[serde(default)]
    pub assets: Vec<String>,
    /// The plan's name.
    pub plan: Option<String>,
    /// The steps, when there is no plan.
    #[serde(default)]
    pub steps: Vec<PlannedStepView>,
    /// Why, for the audit log.
    #[serde(default)]
    pub reason: String,
}

/// Begins a run; its patch is in internal test in the baseline from then on.
#[utoipa::path(post, path = "/test-runs", tag = "approval", request_body = NewRunBody,
    responses((status = 201, description = "Begun", body = RunShownView)))]
pub async fn begin(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<NewRunBody>,
) -> Result<(StatusCode, Json<RunShownView>), Problem> {
    let place = match (body.environment, body.assets.is_empty()) {
        (Some(name), true) => Where::Bench(name),
        (None, false) => Where::Pilot(body.assets),
        (Some(_), false) | (None, true) => {
            return Err(unusable("/environment", "a run is in an environment, or a pilot on assets"));
        }
    };
    let new = NewRun {
        patch: body.patch,
        baseline: body.baseline,
        place,
        plan: body.plan,
        steps: pairs(body.steps),
        reason: body.reason,
    };
    let shown = server.run(move |app| -> Result<_, AppError> {
        let run = test_records::begin(app, &who.caller, &new)?;
        test_records::show(app, &who.caller, &run.id.to_string())
    });
    Ok((StatusCode::CREATED, Json(shown_view(shown.await?))))
}

fn shown_view(
    (line, files): (
        holdpoint_app::store::test_record::RunLine,
        Vec<holdpoint_app::store::test_record::Attachment>,
    ),
) -> RunShownView {
    RunShownView { run: line.into(), files: files.into_iter().map(Into::into).collect() }
}

/// Gives a run with its files.
#[utoipa::path(get, path = "/test-runs/{id}", tag = "approval",
    params(("id" = String, Path, description = "The run")),
    responses((status = 200, description = "The run", body = RunShownView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<RunShownView>, Problem> {
    Ok(Json(shown_view(server.run(move |app| test_records::show(app, &who.caller, &id)).await?)))
}

/// The outcome of a step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepBody {
    /// Which, from 1.
    pub step: usize,
    /// `passed`, `failed` or `skipped`.
    pub result: String,
    /// What was seen; needed unless it passed.
    #[serde(default)]
    pub note: String,
}

/// Records the outcome of a step. The last one ends the run.
#[utoipa::path(post, path = "/test-runs/{id}/steps", tag = "approval", request_body = StepBody,
    params(("id" = String, Path, description = "The run")),
    responses((status = 200, description = "The run", body = RunShownView)))]
pub async fn record(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<StepBody>,
) -> Result<Json<RunShownView>, Problem> {
    let result = word("/result", &body.result)?;
    let shown = server.run(move |app| -> Result<_, AppError> {
        test_records::record(app, &who.caller, &id, body.step, (result, &body.note))?;
        test_records::show(app, &who.caller, &id)
    });
    Ok(Json(shown_view(shown.await?)))
}

/// Breaks a run off.
#[utoipa::path(post, path = "/test-runs/{id}/abort", tag = "approval", request_body = ReasonBody,
    params(("id" = String, Path, description = "The run")),
    responses((status = 200, description = "The run", body = RunShownView)))]
pub async fn abort(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<RunShownView>, Problem> {
    let shown = server.run(move |app| -> Result<_, AppError> {
        test_records::abort(app, &who.caller, &id, &body.reason)?;
        test_records::show(app, &who.caller, &id)
    });
    Ok(Json(shown_view(shown.await?)))
}

/// The name of a file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FileParams {
    /// The file's name.
    #[param(max_length = 200)]
    pub name: String,
}

/// Puts a file to a run that is not over; at most 32 MiB.
#[utoipa::path(post, path = "/test-runs/{id}/files", tag = "approval", params(
        ("id" = String, Path, description = "The run"), FileParams),
    request_body(content_type = "application/octet-stream", description = "The file's bytes"),
    responses((status = 201, description = "Kept", body = AttachmentView)))]
pub async fn attach(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<FileParams>,
    upload: Upload,
) -> Result<(StatusCode, Json<AttachmentView>), Problem> {
    let kept = server.run(move |app| {
        let _place = upload.place;
        test_records::attach(app, &who.caller, &id, &params.name, &upload.bytes)
    });
    Ok((StatusCode::CREATED, Json(kept.await?.into())))
}

/// Gives the bytes of a run's file, always as a file to be saved.
#[utoipa::path(get, path = "/test-runs/{id}/files/{place}", tag = "approval",
    params(("id" = String, Path, description = "The run"), ("place" = usize, Path, description = "Which file, from 1")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream")))]
pub async fn file(
    State(server): State<Server>,
    who: SignedIn,
    Path((id, place)): Path<(String, usize)>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Response, Problem> {
    let (_, bytes) = server.run(move |app| test_records::file(app, &who.caller, &id, place)).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok(response)
}
