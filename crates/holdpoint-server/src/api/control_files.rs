//! Files that show the compensating controls of an exemption.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::approval::control_files;

use super::exemption_views::ControlFileView;
use super::lists::NoParams;
use super::test_records::FileParams;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Path, Query, Upload};
use crate::server::Server;

/// Puts a file to a control of an exemption that is not over; at most 32 MiB.
#[utoipa::path(post, path = "/exemptions/{id}/controls/{control}/files", tag = "approval", params(
        ("id" = String, Path, description = "The exemption"),
        ("control" = usize, Path, description = "Which control, from 1"), FileParams),
    request_body(content_type = "application/octet-stream", description = "The file's bytes"),
    responses((status = 201, description = "Kept", body = ControlFileView)))]
pub async fn put(
    State(server): State<Server>,
    who: SignedIn,
    Path((id, control)): Path<(String, usize)>,
    Query(params): Query<FileParams>,
    upload: Upload,
) -> Result<(StatusCode, Json<ControlFileView>), Problem> {
    let kept = server.run(move |app| {
        let _place = upload.place;
        control_files::put(app, &who.caller, (&id, control), &params.name, &upload.bytes)
    });
    Ok((StatusCode::CREATED, Json(kept.await?.into())))
}

/// Gives the bytes of a file of an exemption's controls, always as a file to be saved.
#[utoipa::path(get, path = "/exemptions/{id}/files/{place}", tag = "approval",
    params(("id" = String, Path, description = "The exemption"), ("place" = usize, Path, description = "Which file, from 1")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream")))]
pub async fn bytes(
    State(server): State<Server>,
    who: SignedIn,
    Path((id, place)): Path<(String, usize)>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Response, Problem> {
    let bytes = server.run(move |app| control_files::bytes(app, &who.caller, &id, place)).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok(response)
}
