//! Comments on advisories: who wrote what when, every edit a version. Plain text, never HTML.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::comments;
use holdpoint_app::store::comment::Comment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{DatedParams, List, NoParams};
use super::text::end;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// One version of a comment. Plain text, never HTML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Comment)]
pub struct CommentView {
    /// The comment.
    pub id: String,
    /// Its version, from 1.
    pub version: u64,
    /// The advisory.
    pub advisory_id: String,
    /// The publisher's version that the author saw.
    pub tracking_version: Option<String>,
    /// Who wrote it.
    pub author: String,
    /// Whether the caller wrote it, and so may edit it.
    pub own: bool,
    /// When the first version was written.
    pub created_at: String,
    /// When this version was written.
    pub written_at: String,
    /// Until when this version held; `null`: it holds.
    pub valid_to: Option<String>,
    /// `kept` or `withdrawn`.
    pub standing: String,
    /// The text.
    pub text: String,
}

impl CommentView {
    /// The view of a comment for whoever has that key.
    #[must_use]
    pub fn of(comment: Comment, key: &str) -> Self {
        Self {
            id: comment.id.to_string(),
            version: comment.version,
            advisory_id: comment.advisory.to_string(),
            tracking_version: comment.tracking_version,
            own: comment.author == key,
            author: comment.author_name,
            created_at: comment.created_at.to_string(),
            written_at: comment.written_at.to_string(),
            valid_to: end(comment.valid_to),
            standing: comment.standing.word().to_owned(),
            text: comment.text,
        }
    }
}

/// Lists the comments on an advisory, oldest first.
#[utoipa::path(get, path = "/advisories/{id}/comments", tag = "advisories",
    params(("id" = String, Path, description = "Its id, or the publisher's id when only one has it"), DatedParams),
    responses((status = 200, description = "All", body = List<CommentView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<DatedParams>,
) -> Result<Json<List<CommentView>>, Problem> {
    let as_of = params.moment()?;
    let key = who.caller.key();
    let all = server.run(move |app| comments::list(app, &who.caller, &id, as_of)).await?;
    Ok(Json(List::whole(all.into_iter().map(|one| CommentView::of(one, &key)).collect())))
}

/// A comment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentBody {
    /// The text, at most 10,000 characters.
    pub text: String,
}

/// Writes a comment on an advisory.
#[utoipa::path(post, path = "/advisories/{id}/comments", tag = "advisories", request_body = CommentBody,
    params(("id" = String, Path, description = "Its id, or the publisher's id when only one has it")),
    responses((status = 201, description = "The comment", body = CommentView)))]
pub async fn add(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<CommentBody>,
) -> Result<(StatusCode, Json<CommentView>), Problem> {
    let key = who.caller.key();
    let comment = server.run(move |app| comments::add(app, &who.caller, &id, &body.text)).await?;
    Ok((StatusCode::CREATED, Json(CommentView::of(comment, &key))))
}

/// Gives all versions of a comment, oldest first.
#[utoipa::path(get, path = "/comments/{id}", tag = "advisories",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "All", body = List<CommentView>)))]
pub async fn versions(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<CommentView>>, Problem> {
    let key = who.caller.key();
    let all = server.run(move |app| comments::versions(app, &who.caller, &id)).await?;
    Ok(Json(List::whole(all.into_iter().map(|one| CommentView::of(one, &key)).collect())))
}

/// An edit of a comment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentEdit {
    /// The new text.
    pub text: String,
    /// The version that was edited; refused when there is a newer one.
    pub version: Option<u64>,
}

/// Writes a new version of one's own comment.
#[utoipa::path(patch, path = "/comments/{id}", tag = "advisories", request_body = CommentEdit,
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The comment", body = CommentView)))]
pub async fn edit(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<CommentEdit>,
) -> Result<Json<CommentView>, Problem> {
    let key = who.caller.key();
    let comment =
        server.run(move |app| comments::edit(app, &who.caller, &id, body.version, &body.text)).await?;
    Ok(Json(CommentView::of(comment, &key)))
}

/// Takes one's own comment back; its versions stay in the history.
#[utoipa::path(delete, path = "/comments/{id}", tag = "advisories",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The comment as it is now", body = CommentView)))]
pub async fn withdraw(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<CommentView>, Problem> {
    let key = who.caller.key();
    let comment = server.run(move |app| comments::withdraw(app, &who.caller, &id, None)).await?;
    Ok(Json(CommentView::of(comment, &key)))
}
