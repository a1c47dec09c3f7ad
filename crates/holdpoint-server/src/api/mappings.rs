//! Column mappings that are remembered by the header of the file they were made for.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::inventory::mappings::{self, RememberedMapping};
use holdpoint_domain::id::MappingId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{List, NoParams};
use super::text::hex;
use crate::gate::SignedIn;
use crate::problem::{Problem, ProblemCode};
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// A remembered mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Mapping)]
pub struct MappingView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Names the header for which it was made.
    pub header_fingerprint: String,
    /// Header of a column to target word; columns that are not taken are left out.
    pub columns: BTreeMap<String, String>,
    /// When it was last changed.
    pub updated_at: String,
}

impl From<RememberedMapping> for MappingView {
    fn from(mapping: RememberedMapping) -> Self {
        Self {
            id: mapping.stored.id.to_string(),
            name: mapping.stored.name,
            header_fingerprint: hex(&mapping.stored.header_fingerprint),
            columns: mapping.columns,
            updated_at: mapping.stored.updated_at.to_string(),
        }
    }
}

/// Lists remembered mappings.
#[utoipa::path(get, path = "/mappings", tag = "assets",
    responses((status = 200, description = "All", body = List<MappingView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<MappingView>>, Problem> {
    let all = server.run(move |app| mappings::list(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// A mapping to be remembered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMapping {
    /// Its name.
    #[schema(max_length = 100)]
    pub name: String,
    /// The header row of the file, in its order.
    pub header: Vec<String>,
    /// Header of a column to target word; columns that are not named are not taken.
    pub columns: BTreeMap<String, String>,
}

/// Remembers a mapping for a header; one for the same header is replaced.
#[utoipa::path(put, path = "/mappings", tag = "assets", request_body = NewMapping,
    responses((status = 200, description = "As it is remembered", body = MappingView)))]
pub async fn put(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<NewMapping>,
) -> Result<Json<MappingView>, Problem> {
    let put = server.run(move |app| mappings::put(app, &who.caller, &body.name, &body.header, &body.columns));
    Ok(Json(put.await?.into()))
}

/// Forgets a mapping.
#[utoipa::path(delete, path = "/mappings/{id}", tag = "assets",
    params(("id" = String, Path, description = "The mapping")),
    responses((status = 204, description = "Forgotten")))]
pub async fn remove(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<StatusCode, Problem> {
    let missing = |_| Problem::new(ProblemCode::NotFound, "there is no such mapping");
    let id: MappingId = id.parse().map_err(missing)?;
    server.run(move |app| mappings::remove(app, &who.caller, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
