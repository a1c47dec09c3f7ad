//! What is done to advisories besides reading them: fetch, delete, restore, mark as read; and comparing revisions.

use axum::Json;
use axum::extract::State;
use holdpoint_app::advisories::revision::{ChangeKind, RevisionDifference, Revisions};
use holdpoint_app::advisories::{deletion, revision};
use holdpoint_app::comments::{self, ReadMark};
use holdpoint_app::intake::files;
use holdpoint_app::store::advisory::DeletedAdvisory;
use holdpoint_domain::Moment;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::advisory_views::{AdvisoryView, RevisionView};
use super::import_views::AdvisoryImportView;
use super::lists::{List, NoParams, WriteParams, invalid};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Where a document is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FetchBody {
    /// Its address; `https` alone.
    pub url: String,
    /// Why, for the audit log.
    pub reason: Option<String>,
}

/// Takes in the CSAF document, or the zip archive of them, at an address.
#[utoipa::path(post, path = "/advisories:fetch", tag = "advisories", request_body = FetchBody,
    responses((status = 200, description = "What was done", body = AdvisoryImportView)))]
pub async fn fetch(
    State(server): State<Server>,
    who: SignedIn,
    Body(body): Body<FetchBody>,
) -> Result<Json<AdvisoryImportView>, Problem> {
    let reason = body.reason.unwrap_or_default();
    let report = server.run(move |app| files::import_url(app, &who.caller, &body.url, &reason)).await?;
    Ok(Json(report.into()))
}

/// An advisory that is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DeletedAdvisory)]
pub struct DeletedView {
    /// Its id here.
    pub id: String,
    /// The publisher's id for it.
    pub tracking_id: String,
    /// The publisher's namespace.
    pub namespace: String,
    /// The publisher's version of the revision that was current.
    pub tracking_version: String,
    /// Its title.
    pub title: String,
    /// When it was deleted.
    pub deleted_at: String,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl From<DeletedAdvisory> for DeletedView {
    fn from(one: DeletedAdvisory) -> Self {
        Self {
            id: one.id.to_string(),
            tracking_id: one.tracking_id,
            namespace: one.namespace,
            tracking_version: one.tracking_version,
            title: one.title,
            deleted_at: one.deleted_at.to_string(),
            by: one.by,
            reason: one.reason,
        }
    }
}

/// Lists the advisories that are deleted now, the newest deletion first.
#[utoipa::path(get, path = "/advisories:deleted", tag = "advisories",
    responses((status = 200, description = "All", body = List<DeletedView>)))]
pub async fn deleted(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<DeletedView>>, Problem> {
    let all = server.run(move |app| deletion::list(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Deletes an advisory: it is in no list of now, matches nothing, and is not taken in again. The past keeps it.
#[utoipa::path(delete, path = "/advisories/{id}", tag = "advisories",
    params(("id" = String, Path, description = "Its id, or the publisher's id when only one has it"), WriteParams),
    responses((status = 200, description = "What was deleted", body = DeletedView)))]
pub async fn delete(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
) -> Result<Json<DeletedView>, Problem> {
    let reason = params.reason.unwrap_or_default();
    let deleted = server.run(move |app| deletion::delete(app, &who.caller, &id, &reason)).await?;
    Ok(Json(deleted.into()))
}

/// Why a deleted advisory comes back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreBody {
    /// Why, for the audit log.
    pub reason: String,
}

/// Brings a deleted advisory back, with the revision that was current then.
#[utoipa::path(post, path = "/advisories/{id}/restore", tag = "advisories", request_body = RestoreBody,
    params(("id" = String, Path, description = "Its id, or the publisher's id when only one has it")),
    responses((status = 200, description = "The advisory", body = AdvisoryView)))]
pub async fn restore(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<RestoreBody>,
) -> Result<Json<AdvisoryView>, Problem> {
    let found = server
        .run(move |app| {
            let id = deletion::restore(app, &who.caller, &id, &body.reason)?.to_string();
            super::advisories::shown(app, &who.caller, &id, Moment::OPEN)
        })
        .await?;
    Ok(Json(found))
}

/// Which advisories are read or not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkBody {
    /// Advisories, by id or by the publisher's id.
    pub advisories: Vec<String>,
    /// `read` or `unread`.
    pub mark: String,
}

/// How many marks changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MarkedView {
    /// Marks that changed.
    pub changed: u64,
}

/// Marks advisories as read or unread for the caller. A newer revision is unread again by itself.
#[utoipa::path(post, path = "/advisories:mark", tag = "advisories", request_body = MarkBody,
    responses((status = 200, description = "What changed", body = MarkedView)))]
pub async fn mark(
    State(server): State<Server>,
    who: SignedIn,
    Body(body): Body<MarkBody>,
) -> Result<Json<MarkedView>, Problem> {
    let mark = match body.mark.as_str() {
        "read" => ReadMark::Read,
        "unread" => ReadMark::Unread,
        other => return Err(invalid("/mark", "mark", format!("`{other}` is neither `read` nor `unread`"))),
    };
    let changed = server.run(move |app| comments::mark(app, &who.caller, &body.advisories, mark)).await?;
    Ok(Json(MarkedView { changed }))
}

/// Which two revisions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DifferenceParams {
    /// A revision's id or version; absent: the one before `to`.
    pub from: Option<String>,
    /// A revision's id or version; absent: the newest.
    pub to: Option<String>,
}

/// One change between two revisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DocumentChange)]
pub struct ChangeView {
    /// `added`, `removed` or `changed`.
    pub kind: String,
    /// JSON pointer: into the first revision for what was removed, else into the second.
    pub place: String,
    /// The value before, shortened.
    pub before: Option<String>,
    /// The value after, shortened.
    pub after: Option<String>,
}

/// What changed from one revision of an advisory to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RevisionDifference)]
pub struct DifferenceView {
    /// The first revision.
    pub from: RevisionView,
    /// The second one.
    pub to: RevisionView,
    /// `same`, `announced` (the version changed too) or `silent` (the version stayed).
    pub revisions: String,
    /// The changes, at most 500.
    pub changes: Vec<ChangeView>,
    /// Changes that are left out.
    pub omitted: u64,
}

impl From<RevisionDifference> for DifferenceView {
    fn from(found: RevisionDifference) -> Self {
        let revisions = match found.difference.revisions {
            Revisions::Same => "same",
            Revisions::Announced => "announced",
            Revisions::Silent => "silent",
        };
        let changes = found.difference.changes.into_iter().map(|change| {
            let kind = match change.kind {
                ChangeKind::Added => "added",
                ChangeKind::Removed => "removed",
                ChangeKind::Changed => "changed",
            };
            ChangeView {
                kind: kind.to_owned(),
                place: change.place,
                before: change.before,
                after: change.after,
            }
        });
        Self {
            from: found.from.into(),
            to: found.to.into(),
            revisions: revisions.to_owned(),
            changes: changes.collect(),
            omitted: found.difference.omitted as u64,
        }
    }
}

/// Compares two stored revisions of an advisory.
#[utoipa::path(get, path = "/advisories/{id}/difference", tag = "advisories",
    params(("id" = String, Path, description = "Its id, or the publisher's id when only one has it"), DifferenceParams),
    responses((status = 200, description = "What changed", body = DifferenceView)))]
pub async fn difference(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<DifferenceParams>,
) -> Result<Json<DifferenceView>, Problem> {
    let DifferenceParams { from, to } = params;
    let found = server
        .run(move |app| revision::difference(app, &who.caller, &id, from.as_deref(), to.as_deref()))
        .await?;
    Ok(Json(found.into()))
}
