//! Files of patches that somebody put in: list, put in, hand out.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::patches::files::{self, NewFile};
use holdpoint_app::store::patch::KeptFile;
use holdpoint_domain::patch::ScanResult;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::lists::{List, NoParams, invalid};
use super::statements::at;
use super::text::{hex, said};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Path, Query, Upload};
use crate::server::Server;

/// A file of a patch that lies in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = KeptPatchFile)]
pub struct KeptFileView {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size.
    pub size_bytes: u64,
    /// Where it comes from.
    pub origin: String,
    /// What a scan found: `clean` or `not-scanned`, which is not clean.
    pub scan: String,
    /// What scanned it.
    pub scanner: Option<String>,
    /// When.
    pub scanned_at: Option<String>,
    /// How its hash stands to what the sources say.
    pub note: String,
    /// Who put it in.
    pub added_by: String,
    /// When.
    pub added_at: String,
}

impl From<KeptFile> for KeptFileView {
    fn from(file: KeptFile) -> Self {
        Self {
            number: file.number,
            sha256: hex(&file.sha256),
            size_bytes: file.size_bytes,
            scan: file.scan.word().to_owned(),
            scanner: said(&file.scanner),
            scanned_at: file.scanned_at.map(|at| at.to_string()),
            added_at: file.added_at.to_string(),
            name: file.name,
            origin: file.origin,
            note: file.note,
            added_by: file.added_by,
        }
    }
}

/// Lists the files of a patch that somebody put in.
#[utoipa::path(get, path = "/patches/{id}/files", tag = "patches",
    params(("id" = String, Path, description = "The patch's name")),
    responses((status = 200, description = "All", body = List<KeptFileView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<KeptFileView>>, Problem> {
    let all = server.run(move |app| files::list(app, &who.caller, &id)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// What is told of a file that is put in.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NewFileParams {
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub origin: String,
    /// The SHA-256 that is expected; absent: none.
    pub sha256: Option<String>,
    /// What a scan for malware found: `clean`, `found`, `not-scanned`.
    pub scan: String,
    /// What scanned it, with its version.
    pub scanner: Option<String>,
    /// When.
    pub scanned_at: Option<String>,
    /// Why, for the audit log.
    #[param(max_length = 500)]
    pub reason: Option<String>,
}

/// Puts a file of a patch into the store, with its origin and what a scan for malware found.
#[utoipa::path(post, path = "/patches/{id}/files", tag = "patches",
    params(("id" = String, Path, description = "The patch's name"), NewFileParams),
    request_body(content_type = "application/octet-stream", description = "The file's bytes"),
    responses((status = 201, description = "The file", body = KeptFileView)))]
pub async fn add(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<NewFileParams>,
    upload: Upload,
) -> Result<(StatusCode, Json<KeptFileView>), Problem> {
    let scan: ScanResult = params
        .scan
        .parse()
        .map_err(|e: holdpoint_domain::words::UnknownWord| invalid("?scan", "scan", e.to_string()))?;
    let scanned_at = at("?scanned_at", params.scanned_at.as_deref())?;
    let file = server
        .run(move |app| {
            let _place = upload.place;
            let new = NewFile {
                name: params.name,
                bytes: upload.bytes.into(),
                expected_sha256: params.sha256.unwrap_or_default(),
                origin: params.origin,
                scan,
                scanner: params.scanner.unwrap_or_default(),
                scanned_at,
            };
            files::add(app, &who.caller, &id, &new, &params.reason.unwrap_or_default())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(file.into())))
}

/// Gives the bytes of a file of a patch, checked against its hash.
#[utoipa::path(get, path = "/patches/{id}/files/{number}", tag = "patches",
    params(("id" = String, Path, description = "The patch's name"), ("number" = i64, Path, description = "The file's number")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream")))]
pub async fn bytes(
    State(server): State<Server>,
    who: SignedIn,
    Path((id, number)): Path<(String, i64)>,
) -> Result<Response, Problem> {
    let (file, bytes) = server.run(move |app| files::bytes(app, &who.caller, &id, number)).await?;
    let digest = hex(&file.sha256);
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{digest}.bin\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
