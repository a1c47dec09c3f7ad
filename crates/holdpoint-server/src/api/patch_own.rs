//! Patches that a person writes down: files of the plant's own, and scripts on the devices.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::patches;
use holdpoint_app::patches::own::{self, NewPatch};
use holdpoint_domain::patch::PatchClass;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{WriteParams, invalid};
use super::patch_views::PatchDetailView;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Query};
use crate::server::Server;

/// A patch to be written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NewPatch)]
#[serde(deny_unknown_fields)]
pub struct PatchBody {
    /// Its name: `file NAME VERSION`, which agents put in place, or `script NAME VERSION`, which they run, as their image says.
    pub name: String,
    /// What it is, for people.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// What kind of change it is: `security-critical`, `security`, `recommended`, `feature`, `firmware`; absent: unknown.
    pub class: Option<String>,
    /// The vulnerabilities that it fixes.
    #[serde(default)]
    pub fixes: Vec<String>,
}

/// Writes a patch down, or says anew what is known of it. What other sources say of it stays.
#[utoipa::path(post, path = "/patches", tag = "patches", params(WriteParams), request_body = PatchBody,
    responses((status = 201, description = "The patch", body = PatchDetailView)))]
pub async fn add(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
    Body(body): Body<PatchBody>,
) -> Result<(StatusCode, Json<PatchDetailView>), Problem> {
    let PatchBody { name, title, publisher, class, fixes } = body;
    let class = match class.as_deref() {
        None | Some("") => PatchClass::Unknown,
        Some(word) => word.parse().map_err(|why: holdpoint_domain::words::UnknownWord| {
            invalid("/class", "class", why.to_string())
        })?,
    };
    let reason = params.reason.unwrap_or_default();
    let new = NewPatch { name, title, publisher, class, fixes };
    let shown = server
        .run(move |app| {
            own::add(app, &who.caller, &new, &reason)?;
            patches::get(app, &who.caller, new.name.trim())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(shown.into())))
}
