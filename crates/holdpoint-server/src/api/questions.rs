//! Questions to suppliers: list, ask, note, answer; and how the suppliers stand with them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::questions::{self, NewAnswer, NewQuestion, SaidOfPatch, ShownQuestion};
use holdpoint_app::store::question::{QuestionLine, SupplierLine};
use holdpoint_domain::Moment;
use holdpoint_domain::question::{QuestionDeed, QuestionState, QuestionTopic};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{List, ListParams, NoParams, WriteParams, invalid};
use super::statements::at;
use super::text::said;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// A question to a supplier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SupplierQuestion)]
pub struct QuestionView {
    /// Its id.
    pub id: String,
    /// Who was asked.
    pub supplier: String,
    /// The person or address there.
    pub contact: Option<String>,
    /// The patch it is about.
    pub patch: Option<String>,
    /// The product it is about.
    pub product: Option<String>,
    /// That product's version.
    pub version: Option<String>,
    /// The order number it is about.
    pub order_number: Option<String>,
    /// The vulnerability or advisory it is about.
    pub reference: Option<String>,
    /// The question.
    pub text: String,
    /// When it was asked.
    pub asked_at: String,
    /// By whom.
    pub asked_by: String,
    /// By when an answer is wanted.
    pub due_at: Option<String>,
    /// `open`, `answered` or `closed`.
    pub state: String,
    /// Whether it is open and past its due moment.
    pub overdue: bool,
    /// When it was first answered.
    pub answered_at: Option<String>,
    /// How often the supplier was reminded.
    pub reminders: u64,
    /// How often it was taken higher.
    pub escalations: u64,
    /// When something was last done about it.
    pub last_at: String,
}

impl QuestionView {
    /// The view of a question at a moment.
    #[must_use]
    pub fn of(line: QuestionLine, now: Moment) -> Self {
        let topic = line.question.topic;
        let due = line.question.due_at;
        Self {
            id: line.question.id.to_string(),
            supplier: line.question.supplier,
            contact: said(&line.question.contact),
            patch: said(&topic.patch),
            product: said(&topic.product),
            version: said(&topic.version),
            order_number: said(&topic.order_number),
            reference: said(&topic.reference),
            text: line.question.text,
            asked_at: line.asked_at.to_string(),
            asked_by: line.asked_by,
            due_at: due.map(|due| due.to_string()),
            overdue: line.state == QuestionState::Open && due.is_some_and(|due| due < now),
            state: line.state.word().to_owned(),
            answered_at: line.answered_at.map(|at| at.to_string()),
            reminders: line.reminders,
            escalations: line.escalations,
            last_at: line.last_at.to_string(),
        }
    }
}

/// One step in the life of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SupplierQuestionStep)]
pub struct QuestionStepView {
    /// `asked`, `reminded`, `escalated`, `answered` or `closed`.
    pub deed: String,
    /// When.
    pub at: String,
    /// By whom.
    pub by: String,
    /// What was said.
    pub note: Option<String>,
}

/// A question with its steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SupplierQuestionDetail)]
pub struct QuestionDetailView {
    /// The question.
    pub question: QuestionView,
    /// Its steps, the oldest first.
    pub steps: Vec<QuestionStepView>,
}

impl QuestionDetailView {
    /// The view of a question at a moment.
    #[must_use]
    pub fn of(shown: ShownQuestion, now: Moment) -> Self {
        let steps = shown.steps.into_iter().map(|step| QuestionStepView {
            deed: step.deed.word().to_owned(),
            at: step.at.to_string(),
            by: step.by,
            note: said(&step.note),
        });
        Self { question: QuestionView::of(shown.line, now), steps: steps.collect() }
    }
}

/// How a supplier stands with our questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Supplier)]
pub struct SupplierView {
    /// The supplier.
    pub supplier: String,
    /// All questions.
    pub questions: u64,
    /// Those that wait for an answer.
    pub open: u64,
    /// Those of them that are overdue.
    pub overdue: u64,
    /// The open ones that were taken higher.
    pub escalated: u64,
    /// Those that were answered.
    pub answered: u64,
    /// Since when the oldest open one waits.
    pub waiting_since: Option<String>,
    /// Hours that an answer took on the average; `null`: none was answered.
    pub answer_hours: Option<u64>,
}

impl From<SupplierLine> for SupplierView {
    fn from(line: SupplierLine) -> Self {
        Self {
            supplier: line.supplier,
            questions: line.questions,
            open: line.open,
            overdue: line.overdue,
            escalated: line.escalated,
            answered: line.answered,
            waiting_since: line.waiting_since.map(|at| at.to_string()),
            answer_hours: line.answer_seconds.checked_div(line.answered).map(|seconds| seconds / 3600),
        }
    }
}

/// Lists questions to suppliers, the newest first.
///
/// Filter fields: supplier contact patch product version order_number reference question state asked due answered asked_by
/// reminders escalations.
#[utoipa::path(get, path = "/questions", tag = "patches", params(ListParams),
    responses((status = 200, description = "One page", body = List<QuestionView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<QuestionView>>, Problem> {
    let now = server.app().now();
    let query = params.query(now)?;
    let page = server.run(move |app| questions::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, |line| QuestionView::of(line, now))))
}

/// Gives one question with its steps.
#[utoipa::path(get, path = "/questions/{id}", tag = "patches",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The question", body = QuestionDetailView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<QuestionDetailView>, Problem> {
    let now = server.app().now();
    let shown = server.run(move |app| questions::get(app, &who.caller, &id)).await?;
    Ok(Json(QuestionDetailView::of(shown, now)))
}

/// A question to be asked. At least one of patch, product, order number and reference says what it is about.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuestionBody {
    /// Who is asked.
    pub supplier: String,
    /// The person or address there.
    #[serde(default)]
    pub contact: String,
    /// The patch.
    #[serde(default)]
    pub patch: String,
    /// The product.
    #[serde(default)]
    pub product: String,
    /// That product's version.
    #[serde(default)]
    pub version: String,
    /// The order number.
    #[serde(default)]
    pub order_number: String,
    /// The vulnerability or advisory.
    #[serde(default)]
    pub reference: String,
    /// The question.
    pub text: String,
    /// By when an answer is wanted.
    pub due_at: Option<String>,
}

/// Asks a supplier. Nothing is sent: the question is kept, and whoever asks it sends it.
#[utoipa::path(post, path = "/questions", tag = "patches", params(WriteParams), request_body = NewQuestionBody,
    responses((status = 201, description = "The question", body = QuestionDetailView)))]
pub async fn ask(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
    Body(body): Body<NewQuestionBody>,
) -> Result<(StatusCode, Json<QuestionDetailView>), Problem> {
    let now = server.app().now();
    let new = NewQuestion {
        supplier: body.supplier,
        contact: body.contact,
        topic: QuestionTopic {
            patch: body.patch,
            product: body.product,
            version: body.version,
            order_number: body.order_number,
            reference: body.reference,
        },
        text: body.text,
        due_at: at("/due_at", body.due_at.as_deref())?,
    };
    let reason = params.reason.unwrap_or_default();
    let shown = server.run(move |app| questions::ask(app, &who.caller, &new, &reason)).await?;
    Ok((StatusCode::CREATED, Json(QuestionDetailView::of(shown, now))))
}

/// What was done about a question.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionNoteBody {
    /// `reminded`, `escalated` or `closed`.
    pub deed: String,
    /// What was said; the reason for escalating and closing.
    #[serde(default)]
    pub note: String,
}

/// Notes that the supplier was reminded, that the question was taken higher, or that nothing more is expected.
#[utoipa::path(post, path = "/questions/{id}/notes", tag = "patches", request_body = QuestionNoteBody,
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The question", body = QuestionDetailView)))]
pub async fn note(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<QuestionNoteBody>,
) -> Result<Json<QuestionDetailView>, Problem> {
    let now = server.app().now();
    let deed: QuestionDeed = body
        .deed
        .parse()
        .map_err(|e: holdpoint_domain::words::UnknownWord| invalid("/deed", "deed", e.to_string()))?;
    let shown = server.run(move |app| questions::note(app, &who.caller, &id, deed, &body.note)).await?;
    Ok(Json(QuestionDetailView::of(shown, now)))
}

/// A supplier's answer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SupplierAnswer)]
pub struct AnswerBody {
    /// The answer in the supplier's words.
    pub text: String,
    /// The state that it stands for, when it says something of the patch: one of the six, or `unknown`. Absent: it does not.
    pub state: Option<String>,
    /// The supplier's own word for that state.
    #[serde(default)]
    pub word: String,
    /// Who publishes the patch; absent: Microsoft for an article, else the supplier.
    #[serde(default)]
    pub patch_vendor: String,
    /// On what it depends.
    #[serde(default)]
    pub conditions: String,
    /// When the supplier said it.
    pub issued_at: Option<String>,
}

/// Notes the supplier's answer. What it says of the patch becomes a statement with the question as its source.
#[utoipa::path(post, path = "/questions/{id}/answer", tag = "patches", request_body = AnswerBody,
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The question", body = QuestionDetailView)))]
pub async fn answer(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<AnswerBody>,
) -> Result<Json<QuestionDetailView>, Problem> {
    let now = server.app().now();
    let issued = at("/issued_at", body.issued_at.as_deref())?;
    let state = body.state.as_deref().map(str::parse).transpose();
    let state =
        state.map_err(|e: holdpoint_domain::words::UnknownWord| invalid("/state", "state", e.to_string()))?;
    let (word, patch_vendor, conditions) = (body.word, body.patch_vendor, body.conditions);
    let said = state.map(|state| SaidOfPatch { word, state, patch_vendor, conditions, issued });
    let new = NewAnswer { text: body.text, said };
    let shown = server.run(move |app| questions::answer(app, &who.caller, &id, &new)).await?;
    Ok(Json(QuestionDetailView::of(shown, now)))
}

/// Lists the suppliers that were ever asked, those with most open questions first.
#[utoipa::path(get, path = "/suppliers", tag = "patches",
    responses((status = 200, description = "All", body = List<SupplierView>)))]
pub async fn suppliers(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<SupplierView>>, Problem> {
    let all = server.run(move |app| questions::suppliers(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}
