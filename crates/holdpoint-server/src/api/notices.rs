//! What the caller was told because something changed by itself, and that they have read it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::notices;
use holdpoint_domain::notice::Notice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{List, ListParams, NoParams};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Path, Query};
use crate::server::Server;

/// What one person was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Notice)]
pub struct NoticeView {
    /// Its id.
    pub id: String,
    /// When.
    pub at: String,
    /// Who was told.
    pub to: String,
    /// `held`, `authorisation_ended`, `exemption_review`, `exemption_ended`, `review_overdue`, `question_due`,
    /// `question_escalated`, `drift` or `deployment_stopped`.
    pub kind: String,
    /// What it is about: `baseline`, `exemption`, `decision`, `question`, `asset` or `plan`.
    pub noun: String,
    /// The id of that.
    pub about: String,
    /// What happened, what it means and what to do.
    pub text: String,
    /// When they read it; `null`: they have not.
    pub read: Option<String>,
}

impl From<Notice> for NoticeView {
    fn from(one: Notice) -> Self {
        Self {
            id: one.id.to_string(),
            at: one.at.to_string(),
            to: one.to.name,
            kind: one.kind.word().to_owned(),
            noun: one.noun,
            about: one.about,
            text: one.text,
            read: one.read_at.map(|at| at.to_string()),
        }
    }
}

/// Lists what the caller was told, the newest first. What is new: `filter=state:unread`.
///
/// Filter fields: state kind noun to at.
#[utoipa::path(get, path = "/notices", tag = "notices", params(ListParams),
    responses((status = 200, description = "One page", body = List<NoticeView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<NoticeView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| notices::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Marks one of the caller's notices as read. Twice is harmless.
#[utoipa::path(post, path = "/notices/{id}/read", tag = "notices",
    params(("id" = String, Path, description = "The notice")),
    responses((status = 204, description = "It is read")))]
pub async fn read(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<StatusCode, Problem> {
    server.run(move |app| notices::read(app, &who.caller, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
