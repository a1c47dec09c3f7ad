//! Mapping rules: what people decided that names and version texts mean.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::AppError;
use holdpoint_app::inventory::Run;
use holdpoint_app::review::{NewRule, NewSubject, example, exchange, rules};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::lists::{DatedListParams, DatedParams, List, NoParams};
use super::review::expiry;
use super::review_views::{
    ExampleView, ReplayedView, RuleImportView, RuleShownView, RuleView, SettledView, SubjectView,
};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query, Upload};
use crate::server::Server;

/// A rule to be written, with names as people and documents write them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRuleBody {
    /// What it connects.
    pub subject: SubjectView,
    /// `same` or `different`.
    pub verdict: String,
    /// Why.
    #[schema(min_length = 3, max_length = 2000)]
    pub reason: String,
    /// Until when it holds, as `2027-06-30`; absent: until somebody withdraws it.
    pub expires_at: Option<String>,
    /// Its test: the rule must give its answer for it, now and whenever it is run again.
    pub example: ExampleView,
}

/// Why, in a body.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    /// Why.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// What a subject as written is to the use cases.
#[must_use]
pub fn wording(subject: SubjectView) -> NewSubject {
    match subject {
        SubjectView::Names { ours, theirs } => NewSubject::Names { ours: ours.into(), theirs: theirs.into() },
        SubjectView::Family { theirs, vendor, order_patterns, name_words } => {
            NewSubject::Family { theirs: theirs.into(), vendor, order_patterns, name_words }
        }
        SubjectView::Vendor { ours, theirs } => NewSubject::Vendor { ours, theirs },
        SubjectView::Expression { vendor, product, text, range } => {
            NewSubject::Expression { vendor, product, text, range }
        }
    }
}

/// Lists rules, the latest decision first, those that ended included.
///
/// Filter fields: kind verdict state ours theirs vendor author reason origin by decided expires since.
#[utoipa::path(get, path = "/rules", tag = "review", params(DatedListParams),
    responses((status = 200, description = "One page", body = List<RuleView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<RuleView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| rules::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Writes a rule; the matches that it touches are brought up to date at once.
#[utoipa::path(post, path = "/rules", tag = "review", request_body = NewRuleBody,
    responses((status = 201, description = "Written", body = SettledView),
        (status = 200, description = "The same was there, or was proposed", body = SettledView)))]
pub async fn create(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<NewRuleBody>,
) -> Result<(StatusCode, Json<SettledView>), Problem> {
    let expires_at = expiry(body.expires_at.as_deref())?;
    let settled = server.run(move |app| -> Result<_, AppError> {
        let new = NewRule {
            subject: wording(body.subject),
            verdict: rules::verdict(&body.verdict)?,
            reason: body.reason,
            expires_at,
            example: body.example.into(),
        };
        rules::create(app, &who.caller, &new)
    });
    let view = SettledView::from(settled.await?);
    let status = if view.written == "new" { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(view)))
}

/// Gives a rule with its history and with what rests on it now.
#[utoipa::path(get, path = "/rules/{id}", tag = "review",
    params(("id" = String, Path, description = "The rule")),
    responses((status = 200, description = "The rule", body = RuleShownView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<RuleShownView>, Problem> {
    Ok(Json(server.run(move |app| rules::show(app, &who.caller, &id)).await?.into()))
}

/// Takes a rule back. It is kept with its history; its matches are brought back at once.
#[utoipa::path(post, path = "/rules/{id}/withdraw", tag = "review",
    params(("id" = String, Path, description = "The rule")), request_body = ReasonBody,
    responses((status = 200, description = "What it did", body = SettledView)))]
pub async fn withdraw(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<SettledView>, Problem> {
    Ok(Json(server.run(move |app| rules::withdraw(app, &who.caller, &id, &body.reason)).await?.into()))
}

/// Agrees to a rule that another person proposed; from then on it holds.
#[utoipa::path(post, path = "/rules/{id}/agree", tag = "review",
    params(("id" = String, Path, description = "The rule")), request_body = ReasonBody,
    responses((status = 200, description = "What it did", body = SettledView)))]
pub async fn agree(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<SettledView>, Problem> {
    Ok(Json(server.run(move |app| rules::agree(app, &who.caller, &id, &body.reason)).await?.into()))
}

/// Declines a rule that another person proposed.
#[utoipa::path(post, path = "/rules/{id}/decline", tag = "review",
    params(("id" = String, Path, description = "The rule")), request_body = ReasonBody,
    responses((status = 200, description = "What it did", body = SettledView)))]
pub async fn decline(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<SettledView>, Problem> {
    Ok(Json(server.run(move |app| rules::decline(app, &who.caller, &id, &body.reason)).await?.into()))
}

/// Runs the example of every rule that holds against the program as it is.
#[utoipa::path(get, path = "/rules:replay", tag = "review", params(DatedParams),
    responses((status = 200, description = "Rule by rule", body = List<ReplayedView>)))]
pub async fn replay(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<DatedParams>,
) -> Result<Json<List<ReplayedView>>, Problem> {
    let as_of = params.moment()?;
    let run = server.run(move |app| example::replay(app, &who.caller, as_of)).await?;
    Ok(Json(List::whole(run.into_iter().map(Into::into).collect())))
}

/// Hands out the rules that hold as a file: the same rules give the same bytes.
#[utoipa::path(get, path = "/rules:export", tag = "review", params(DatedParams),
    responses((status = 200, description = "The file", content_type = "application/json")))]
pub async fn export(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<DatedParams>,
) -> Result<Response, Problem> {
    let as_of = params.moment()?;
    let text = server.run(move |app| exchange::export(app, &who.caller, as_of)).await?;
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let name = HeaderValue::from_static("attachment; filename=\"holdpoint-rules.json\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// How a file of rules is to be taken.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RuleImportParams {
    /// The file's name, for people.
    #[param(max_length = 255)]
    pub name: String,
    /// `true`: only show what would happen.
    #[serde(default)]
    pub dry_run: bool,
    /// Why, for the audit log.
    #[param(max_length = 500)]
    pub reason: Option<String>,
}

/// Takes in a file of rules. What contradicts a rule that is here is shown and left out; the rule here goes on.
#[utoipa::path(post, path = "/rules:import", tag = "review", params(RuleImportParams),
    request_body(content_type = "application/octet-stream", description = "The file's bytes"),
    responses((status = 200, description = "What was done, or would be", body = RuleImportView)))]
pub async fn import(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<RuleImportParams>,
    upload: Upload,
) -> Result<Json<RuleImportView>, Problem> {
    let run = if params.dry_run { Run::Dry } else { Run::Apply };
    let import = server.run(move |app| {
        let _place = upload.place;
        let reason = params.reason.unwrap_or_default();
        exchange::import(app, &who.caller, &params.name, &upload.bytes, run, &reason)
    });
    Ok(Json(import.await?.into()))
}
