//! Documents that could not be taken, with the reason and their bytes kept.

use axum::Json;
use axum::extract::State;
use holdpoint_app::sources;
use holdpoint_app::store::quarantine::Quarantined;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::import_views::AdvisoryImportView;
use super::lists::{List, ListParams, WriteParams};
use super::text::hex;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Path, Query};
use crate::server::Server;

/// A document in quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Quarantined)]
pub struct QuarantinedView {
    /// Its id.
    pub id: String,
    /// Where it came from.
    pub source: String,
    /// Its name there.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Stable machine word of the reason.
    pub code: String,
    /// What happened.
    pub what: String,
    /// What it means.
    pub meaning: String,
    /// What to do.
    pub remedy: String,
    /// When it came in.
    pub received_at: String,
    /// When somebody released it; `null`: nobody has.
    pub released_at: Option<String>,
    /// Who released it.
    pub released_by: Option<String>,
}

impl From<Quarantined> for QuarantinedView {
    fn from(document: Quarantined) -> Self {
        Self {
            id: document.id.to_string(),
            source: document.source,
            name: document.name,
            sha256: hex(&document.raw_sha256),
            code: document.rejected.code,
            what: document.rejected.what,
            meaning: document.rejected.meaning,
            remedy: document.rejected.remedy,
            received_at: document.received_at.to_string(),
            released_at: document.released.as_ref().map(|release| release.at.to_string()),
            released_by: document.released.map(|release| release.by),
        }
    }
}

/// Lists documents in quarantine. Filter fields: source name code received released.
#[utoipa::path(get, path = "/quarantine", tag = "sources", params(ListParams),
    responses((status = 200, description = "One page", body = List<QuarantinedView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<QuarantinedView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| sources::quarantine(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Takes a document out of quarantine and in, on the word of a person.
#[utoipa::path(post, path = "/quarantine/{id}/release", tag = "sources",
    params(("id" = String, Path, description = "The document"), WriteParams),
    responses((status = 200, description = "What was done", body = AdvisoryImportView)))]
pub async fn release(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
) -> Result<Json<AdvisoryImportView>, Problem> {
    let reason = params.reason.unwrap_or_default();
    let report = server.run(move |app| sources::release(app, &who.caller, &id, &reason)).await?;
    Ok(Json(report.into()))
}
