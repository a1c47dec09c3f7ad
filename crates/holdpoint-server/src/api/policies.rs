//! Policies: what holds, trying a text out, proposing it, and publishing it by a second person.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::inventory::Run;
use holdpoint_app::policies::write::{self, Proposal, RevisionKey};
use holdpoint_app::policies::{dry_run, exchange, read, reviews};
use holdpoint_domain::policy::PolicyKind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::approval_views::{moment_at, word};
use super::lists::{List, ListParams, NoParams};
use super::policy_views::{
    CheckedView, DiffView, EffectView, PolicyLineView, ReviewView, RevisionView, RoundView, ShownView,
    TakenView,
};
use super::rules::ReasonBody;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

fn kind(text: &str) -> Result<PolicyKind, Problem> {
    word("/kind", text)
}

/// Lists what holds: every kind, the general policy first, then those of sites.
#[utoipa::path(get, path = "/policies", tag = "policies",
    responses((status = 200, description = "All", body = List<PolicyLineView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<PolicyLineView>>, Problem> {
    let found = server.run(move |app| read::list(app, &who.caller)).await?;
    Ok(Json(List::whole(found.into_iter().map(Into::into).collect())))
}

/// For which site.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SiteParams {
    /// The site's name or id; absent: what holds where a site has none of its own.
    pub site: Option<String>,
}

/// Gives the policy of a kind that holds, with its text.
#[utoipa::path(get, path = "/policies/{kind}", tag = "policies", params(("kind" = String, Path, description = "Its kind"), SiteParams),
    responses((status = 200, description = "The policy", body = ShownView)))]
pub async fn holding(
    State(server): State<Server>,
    who: SignedIn,
    Path(of): Path<String>,
    Query(params): Query<SiteParams>,
) -> Result<Json<ShownView>, Problem> {
    let kind = kind(&of)?;
    let shown = server.run(move |app| {
        let number = read::holding_at(app, &who.caller, kind, params.site.as_deref())?;
        read::show(app, &who.caller, RevisionKey { kind, number })
    });
    Ok(Json(shown.await?.into()))
}

/// Gives a revision with its text; 0 is what the program brings along.
#[utoipa::path(get, path = "/policies/{kind}/revisions/{number}", tag = "policies",
    params(("kind" = String, Path, description = "Its kind"), ("number" = u64, Path, description = "Its number")),
    responses((status = 200, description = "The revision", body = ShownView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path((of, number)): Path<(String, u64)>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<ShownView>, Problem> {
    let key = RevisionKey { kind: kind(&of)?, number };
    Ok(Json(server.run(move |app| read::show(app, &who.caller, key)).await?.into()))
}

/// Which two.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DiffParams {
    /// The earlier revision.
    pub from: u64,
    /// The later one.
    pub to: u64,
}

/// Says how two revisions of a kind differ, in words and by line.
#[utoipa::path(get, path = "/policies/{kind}/diff", tag = "policies",
    params(("kind" = String, Path, description = "Their kind"), DiffParams),
    responses((status = 200, description = "The difference", body = DiffView)))]
pub async fn diff(
    State(server): State<Server>,
    who: SignedIn,
    Path(of): Path<String>,
    Query(params): Query<DiffParams>,
) -> Result<Json<DiffView>, Problem> {
    let kind = kind(&of)?;
    let between = server.run(move |app| read::diff(app, &who.caller, kind, params.from, params.to)).await?;
    Ok(Json(between.into()))
}

/// Lists revisions, the newest first.
///
/// Filter fields: kind revision state site author by reason proposed from closed.
#[utoipa::path(get, path = "/policy-revisions", tag = "policies", params(ListParams),
    responses((status = 200, description = "One page", body = List<RevisionView>)))]
pub async fn revisions(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<RevisionView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| read::revisions(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// A text.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PolicyText)]
pub struct TextBody {
    /// TOML; `policies/{kind}` gives one to begin with.
    #[schema(max_length = 65536)]
    pub text: String,
}

/// Says whether a text is a policy, what is wrong with which line, and how it differs from what holds.
#[utoipa::path(post, path = "/policies:check", tag = "policies", request_body = TextBody,
    responses((status = 200, description = "What was found", body = CheckedView)))]
pub async fn check(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<TextBody>,
) -> Result<Json<CheckedView>, Problem> {
    Ok(Json(server.run(move |app| read::check(app, &who.caller, &body.text)).await?.into()))
}

/// A text to be tried out.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PolicyTry)]
pub struct TryBody {
    /// TOML.
    #[schema(max_length = 65536)]
    pub text: String,
    /// Rows of this group alone.
    pub group: Option<String>,
    /// Leave so many rows of each group out.
    #[serde(default)]
    pub skip: u64,
    /// At most so many rows of each group; 10 when absent.
    #[schema(maximum = 1000)]
    pub limit: Option<u32>,
}

/// Says what a policy would change if it were published now. Nothing is changed.
#[utoipa::path(post, path = "/policies:dry-run", tag = "policies", request_body = TryBody,
    responses((status = 200, description = "What would change", body = EffectView)))]
pub async fn try_out(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<TryBody>,
) -> Result<Json<EffectView>, Problem> {
    let rows = dry_run::Rows {
        group: body.group,
        skip: usize::try_from(body.skip).unwrap_or(usize::MAX),
        limit: body.limit.unwrap_or(10) as usize,
    };
    Ok(Json(server.run(move |app| dry_run::dry_run(app, &who.caller, &body.text, &rows)).await?.into()))
}

/// A policy to be proposed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PolicyProposal)]
pub struct ProposeBody {
    /// TOML.
    #[schema(max_length = 65536)]
    pub text: String,
    /// Why.
    #[schema(min_length = 3, max_length = 2000)]
    pub reason: String,
    /// From when it is to hold; absent: from its publication on.
    pub from: Option<String>,
}

/// Proposes the next revision. It changes nothing until it is published.
#[utoipa::path(post, path = "/policies", tag = "policies", request_body = ProposeBody,
    responses((status = 201, description = "The revision that waits", body = ShownView)))]
pub async fn propose(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ProposeBody>,
) -> Result<(StatusCode, Json<ShownView>), Problem> {
    let from = body.from.as_deref().map(|from| moment_at("/from", from)).transpose()?;
    let shown = server.run(move |app| {
        let new = Proposal { text: body.text, reason: body.reason, from };
        let key = write::propose(app, &who.caller, &new)?;
        read::show(app, &who.caller, key)
    });
    Ok((StatusCode::CREATED, Json(shown.await?.into())))
}

/// What is written beside a publication.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PolicyNote)]
pub struct NoteBody {
    /// In words; may be empty.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: String,
}

/// Publishes a revision: it holds from now on, or from the moment that its author wanted. Its author cannot where a second
/// person is needed.
#[utoipa::path(post, path = "/policies/{kind}/revisions/{number}/publish", tag = "policies", request_body = NoteBody,
    params(("kind" = String, Path, description = "Its kind"), ("number" = u64, Path, description = "Its number")),
    responses((status = 200, description = "The revision", body = ShownView)))]
pub async fn publish(
    State(server): State<Server>,
    who: SignedIn,
    Path((of, number)): Path<(String, u64)>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<NoteBody>,
) -> Result<Json<ShownView>, Problem> {
    let key = RevisionKey { kind: kind(&of)?, number };
    let shown = server.run(move |app| {
        write::publish(app, &who.caller, key, &body.note)?;
        read::show(app, &who.caller, key)
    });
    Ok(Json(shown.await?.into()))
}

/// Rejects a revision that waits; its author takes it back this way.
#[utoipa::path(post, path = "/policies/{kind}/revisions/{number}/reject", tag = "policies", request_body = ReasonBody,
    params(("kind" = String, Path, description = "Its kind"), ("number" = u64, Path, description = "Its number")),
    responses((status = 200, description = "The revision", body = ShownView)))]
pub async fn reject(
    State(server): State<Server>,
    who: SignedIn,
    Path((of, number)): Path<(String, u64)>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<ShownView>, Problem> {
    let key = RevisionKey { kind: kind(&of)?, number };
    let shown = server.run(move |app| {
        write::reject(app, &who.caller, key, &body.reason)?;
        read::show(app, &who.caller, key)
    });
    Ok(Json(shown.await?.into()))
}

/// Hands out all policies that hold as one text, with a line `+++` between two.
#[utoipa::path(get, path = "/policies:export", tag = "policies",
    responses((status = 200, description = "The file", content_type = "application/toml")))]
pub async fn export(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Response, Problem> {
    let text = server.run(move |app| exchange::export(app, &who.caller)).await?;
    let mut response = exchange::one_file(&text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/toml"));
    let name = HeaderValue::from_static("attachment; filename=\"holdpoint-policies.toml\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// A file of policies.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PolicyImport)]
pub struct ImportBody {
    /// One policy, or several with a line `+++` between two.
    pub text: String,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
    /// `true`: only say what differs.
    #[serde(default)]
    pub dry_run: bool,
}

/// Takes in a file of policies: whatever differs from what holds is proposed, all of it or nothing.
#[utoipa::path(post, path = "/policies:import", tag = "policies", request_body = ImportBody,
    responses((status = 200, description = "Policy by policy", body = List<TakenView>)))]
pub async fn import(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ImportBody>,
) -> Result<Json<List<TakenView>>, Problem> {
    let run = if body.dry_run { Run::Dry } else { Run::Apply };
    let taken =
        server.run(move |app| exchange::import(app, &who.caller, &body.text, run, &body.reason)).await?;
    Ok(Json(List::whole(taken.into_iter().map(Into::into).collect())))
}

/// Lists what was decided under an earlier revision and lacks something by the one that holds.
///
/// Filter fields: kind revision noun subject what opened closed by.
#[utoipa::path(get, path = "/policy-reviews", tag = "policies", params(ListParams),
    responses((status = 200, description = "One page", body = List<ReviewView>)))]
pub async fn review_list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<ReviewView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| reviews::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Writes that somebody looked again, and what they found. What was decided stays.
#[utoipa::path(post, path = "/policy-reviews/{number}/close", tag = "policies", request_body = NoteBody,
    params(("number" = u64, Path, description = "Its number")),
    responses((status = 200, description = "It is closed", body = ReviewView)))]
pub async fn review_close(
    State(server): State<Server>,
    who: SignedIn,
    Path(number): Path<u64>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<NoteBody>,
) -> Result<Json<ReviewView>, Problem> {
    Ok(Json(server.run(move |app| reviews::close(app, &who.caller, number, &body.note)).await?.into()))
}

/// Which rounds.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RoundParams {
    /// The site's name or id; absent: the general cycle.
    pub site: Option<String>,
    /// How many at most; 6 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// Says when the regular cycle comes round next, and the last day of each of its steps.
#[utoipa::path(get, path = "/policies:cycle", tag = "policies", params(RoundParams),
    responses((status = 200, description = "The next rounds", body = List<RoundView>)))]
pub async fn rounds(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<RoundParams>,
) -> Result<Json<List<RoundView>>, Problem> {
    let limit = params.limit.unwrap_or(6).min(100) as usize;
    let found =
        server.run(move |app| read::next_rounds(app, &who.caller, params.site.as_deref(), limit)).await?;
    Ok(Json(List::whole(found.into_iter().map(Into::into).collect())))
}
