//! The review queue: questions, and people's answers to them.

use axum::Json;
use axum::extract::State;
use holdpoint_app::AppError;
use holdpoint_app::review::decide::{self, Answer, Scope};
use holdpoint_app::review::policy::Persons;
use holdpoint_app::review::{policy, queue, rules};
use holdpoint_domain::Moment;
use holdpoint_domain::review::RuleVerdict;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{List, ListParams, NoParams, WriteParams, invalid};
use super::review_views::{PolicyView, QuestionView, SettledView};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// How far an answer reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AnswerScope {
    /// Exactly the two names of the question.
    #[default]
    Names,
    /// The rule that the question suggests, which may speak of a whole family or of two spellings of a vendor.
    Suggested,
}

impl From<AnswerScope> for Scope {
    fn from(scope: AnswerScope) -> Self {
        match scope {
            AnswerScope::Names => Self::Names,
            AnswerScope::Suggested => Self::Suggested,
        }
    }
}

/// An answer to one question.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerBody {
    /// Why: what the next person has to go by.
    #[schema(min_length = 3, max_length = 2000)]
    pub reason: String,
    /// Until when it holds, as `2027-06-30`; absent: until somebody withdraws it.
    pub expires_at: Option<String>,
    /// How far it reaches; a "different" always speaks of the two names alone.
    #[serde(default)]
    pub scope: AnswerScope,
}

/// One answer to many questions.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideBody {
    /// The questions' keys, at most 500.
    #[schema(max_items = 500)]
    pub keys: Vec<String>,
    /// `same` or `different`.
    pub verdict: String,
    /// Why, once for all of them.
    #[schema(min_length = 3, max_length = 2000)]
    pub reason: String,
    /// Until when it holds; absent: until somebody withdraws it.
    pub expires_at: Option<String>,
    /// How far it reaches.
    #[serde(default)]
    pub scope: AnswerScope,
}

/// Reads a moment of a body.
///
/// # Errors
/// A [`Problem`] that names the place.
pub fn expiry(text: Option<&str>) -> Result<Option<Moment>, Problem> {
    let read = |text: &str| {
        text.parse().map_err(|error: holdpoint_domain::moment::NoMoment| {
            invalid("/expires_at", "expires-at", error.to_string())
        })
    };
    text.filter(|text| !text.is_empty()).map(read).transpose()
}

/// Lists open questions, those first whose answer settles most.
///
/// Filter fields: settles kind weight state vendor ours theirs site asset_kind why assets configurations advisories
/// products score.
#[utoipa::path(get, path = "/review", tag = "review", params(ListParams),
    responses((status = 200, description = "One page", body = List<QuestionView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<QuestionView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| queue::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Gives one open question.
#[utoipa::path(get, path = "/review/{key}", tag = "review",
    params(("key" = String, Path, description = "The question")),
    responses((status = 200, description = "The question", body = QuestionView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(key): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<QuestionView>, Problem> {
    let open = server.run(move |app| queue::show(app, &who.caller, &key)).await?;
    Ok(Json(open.into()))
}

/// Says that the two names mean the same product; the matches that this touches are brought up to date at once.
#[utoipa::path(post, path = "/review/{key}/confirm", tag = "review",
    params(("key" = String, Path, description = "The question")), request_body = AnswerBody,
    responses((status = 200, description = "What it did", body = SettledView)))]
pub async fn confirm(
    State(server): State<Server>,
    who: SignedIn,
    Path(key): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<AnswerBody>,
) -> Result<Json<SettledView>, Problem> {
    one_answer(server, who, key, RuleVerdict::Same, body).await
}

/// Says that the two names mean different products. The answer is kept, and the question is not asked again.
#[utoipa::path(post, path = "/review/{key}/reject", tag = "review",
    params(("key" = String, Path, description = "The question")), request_body = AnswerBody,
    responses((status = 200, description = "What it did", body = SettledView)))]
pub async fn reject(
    State(server): State<Server>,
    who: SignedIn,
    Path(key): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<AnswerBody>,
) -> Result<Json<SettledView>, Problem> {
    one_answer(server, who, key, RuleVerdict::Different, body).await
}

async fn one_answer(
    server: Server,
    who: SignedIn,
    key: String,
    verdict: RuleVerdict,
    body: AnswerBody,
) -> Result<Json<SettledView>, Problem> {
    let answer = Answer {
        keys: vec![key],
        verdict,
        scope: body.scope.into(),
        reason: body.reason,
        expires_at: expiry(body.expires_at.as_deref())?,
    };
    let answered = server.run(move |app| decide::decide(app, &who.caller, &answer)).await?;
    Ok(Json(answered.into_iter().next().expect("one question has one answer").into()))
}

/// Gives many questions one answer with one reason, in one change: all of them are answered, or none is.
#[utoipa::path(post, path = "/review:decide", tag = "review", request_body = DecideBody,
    responses((status = 200, description = "What it did, by key", body = List<SettledView>)))]
pub async fn decide_many(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<DecideBody>,
) -> Result<Json<List<SettledView>>, Problem> {
    let expires_at = expiry(body.expires_at.as_deref())?;
    let answered = server.run(move |app| -> Result<_, AppError> {
        let answer = Answer {
            keys: body.keys,
            verdict: rules::verdict(&body.verdict)?,
            scope: body.scope.into(),
            reason: body.reason,
            expires_at,
        };
        decide::decide(app, &who.caller, &answer)
    });
    Ok(Json(List::whole(answered.await?.into_iter().map(Into::into).collect())))
}

/// Says how many persons a decision takes.
#[utoipa::path(get, path = "/review:policy", tag = "review",
    responses((status = 200, description = "What is laid down", body = PolicyView)))]
pub async fn show_policy(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<PolicyView>, Problem> {
    Ok(Json(server.run(move |app| policy::show(app, &who.caller)).await?.into()))
}

/// Lays down how many persons a decision takes. Rules that hold go on; proposals go on waiting.
#[utoipa::path(put, path = "/review:policy", tag = "review", params(WriteParams), request_body = PolicyView,
    responses((status = 200, description = "What is laid down now", body = PolicyView)))]
pub async fn set_policy(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
    Body(body): Body<PolicyView>,
) -> Result<Json<PolicyView>, Problem> {
    let reason = params.reason.unwrap_or_default();
    let set = server.run(move |app| {
        let persons = Persons::from_count(body.persons)?;
        policy::set(app, &who.caller, persons, &reason)
    });
    Ok(Json(set.await?.into()))
}
