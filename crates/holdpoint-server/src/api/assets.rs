//! Assets: the list and its export, one with sources and history, a change by hand.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::inventory;
use holdpoint_app::inventory::edit::{self, Edit};
use holdpoint_app::inventory::export::{self, ExportFormat};
use holdpoint_app::store::page::ListQuery;
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use holdpoint_domain::id::AssetId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::asset_views::{AssetLineView, AssetMatches, AssetRevisionView, AssetView, etag, history};
use super::lists::{DatedListParams, DatedParams, List, NoParams};
use crate::gate::SignedIn;
use crate::problem::{Problem, ProblemCode};
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// The form in which a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ListFormat {
    /// One page as JSON.
    Json,
    /// All that the filter leaves, as comma-separated text.
    Csv,
    /// All that the filter leaves, as an Excel workbook.
    Xlsx,
}

/// The parameters of the list of assets.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssetListParams {
    /// Conditions that all hold: `zone:Z2 vendor:siemens firmware~"V2.9" -kind:plc seen<30d`, and free words.
    pub filter: Option<String>,
    /// A field to sort by; with `-` in front: from the highest.
    pub sort: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// The moment of which the list speaks; absent: now.
    pub as_of: Option<String>,
    /// The form; a file holds all pages, with ids and etags, to be edited and imported again.
    #[param(inline)]
    pub format: Option<ListFormat>,
}

/// Lists assets, or exports them as a file.
///
/// Filter fields: tag name site zone level kind vendor product order_number serial_number hardware_revision firmware
/// os os_version ip mac owner location group management end_of_support safety production environment quality data
/// certificate certificate_until certified seen revision software advisory verdict; of its open findings as ranked now: lane (the most pressing) due (the earliest).
#[utoipa::path(get, path = "/assets", tag = "assets", params(AssetListParams),
    responses((status = 200, description = "One page, or the file", body = List<AssetLineView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<AssetListParams>,
) -> Result<Response, Problem> {
    let AssetListParams { filter, sort, limit, cursor, as_of, format } = params;
    let text = filter.clone().unwrap_or_default();
    let params = DatedListParams { filter, sort, limit, cursor, as_of };
    let query = params.query(server.app().now())?;
    match format.unwrap_or(ListFormat::Json) {
        ListFormat::Json => page(&server, who, query).await.map(IntoResponse::into_response),
        ListFormat::Csv => file(&server, who, query, text, ExportFormat::Csv).await,
        ListFormat::Xlsx => file(&server, who, query, text, ExportFormat::Xlsx).await,
    }
}

async fn page(
    server: &Server,
    who: SignedIn,
    query: ListQuery,
) -> Result<Json<List<AssetLineView>>, Problem> {
    let (page, matches) = server
        .run(move |app| {
            let page = inventory::list(app, &who.caller, &query)?;
            let matches = AssetMatches::counted(app, &who.caller, &page.items, query.as_of)?;
            Ok((page, matches))
        })
        .await?;
    let mut matches = matches.into_iter();
    Ok(Json(List::of(page, |asset| AssetLineView::of(&asset, matches.next().unwrap_or_default()))))
}

async fn file(
    server: &Server,
    who: SignedIn,
    query: ListQuery,
    filter: String,
    format: ExportFormat,
) -> Result<Response, Problem> {
    let bytes = server.run(move |app| export::export(app, &who.caller, &query, &filter, format)).await?;
    let (media, disposition) = match format {
        ExportFormat::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"assets.csv\""),
        ExportFormat::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "attachment; filename=\"assets.xlsx\"",
        ),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
    ];
    Ok((headers, bytes).into_response())
}

/// Gives one asset, each value with its source and age.
#[utoipa::path(get, path = "/assets/{id}", tag = "assets",
    params(("id" = String, Path, description = "Its id, or its tag"), DatedParams),
    responses((status = 200, description = "The asset; its ETag goes into If-Match", body = AssetView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<DatedParams>,
) -> Result<Response, Problem> {
    let as_of = params.moment()?;
    shown(&server, who, id, as_of).await
}

async fn shown(server: &Server, who: SignedIn, id: String, as_of: Moment) -> Result<Response, Problem> {
    let (stored, matches) = server
        .run(move |app| {
            let stored = inventory::get(app, &who.caller, &id, as_of)?;
            let matches = AssetMatches::counted(app, &who.caller, std::slice::from_ref(&stored), as_of)?;
            Ok((stored, matches))
        })
        .await?;
    let matches = matches.into_iter().next().unwrap_or_default();
    let tag = HeaderValue::try_from(etag(stored.revision)).expect("digits in quotes");
    let view = AssetView::of(&stored, matches, server.app().now());
    Ok(([(header::ETAG, tag)], Json(view)).into_response())
}

/// A change by hand.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssetPatch {
    /// Field words with their new values; `null` empties a field.
    pub fields: BTreeMap<String, Option<String>>,
    /// Why, for the audit log.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

/// Changes fields of an asset by hand; the person is the source of the new values.
#[utoipa::path(patch, path = "/assets/{id}", tag = "assets",
    params(("id" = String, Path, description = "Its id"),
        ("If-Match" = String, Header, description = "The ETag of the asset as it was read")),
    request_body = AssetPatch,
    responses((status = 200, description = "The asset as it is now", body = AssetView)))]
pub async fn patch(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    headers: HeaderMap,
    Body(body): Body<AssetPatch>,
) -> Result<Response, Problem> {
    let expected_revision = expected(&headers)?;
    let asset: AssetId = id.parse().map_err(|_| Problem::plain(ProblemCode::NotFound))?;
    let change =
        Edit { expected_revision, fields: fields(body.fields)?, reason: body.reason.unwrap_or_default() };
    let caller = who.caller.clone();
    server.run(move |app| edit::edit(app, &caller, asset, &change)).await?;
    shown(&server, who, id, Moment::OPEN).await
}

/// The revision that the caller has read, out of `If-Match`.
fn expected(headers: &HeaderMap) -> Result<u64, Problem> {
    let given = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    let given = given.ok_or_else(|| Problem::plain(ProblemCode::PreconditionRequired))?;
    given.trim().trim_matches('"').parse().map_err(|_| Problem::plain(ProblemCode::PreconditionFailed))
}

fn fields(given: BTreeMap<String, Option<String>>) -> Result<BTreeMap<Field, Option<String>>, Problem> {
    let mut fields = BTreeMap::new();
    let mut problem = Problem::new(
        ProblemCode::Unprocessable,
        "the change names fields that assets do not have; nothing was changed; correct the names",
    );
    for (name, value) in given {
        match name.parse::<Field>() {
            Ok(field) => {
                fields.insert(field, value);
            }
            Err(error) => {
                problem = problem.with(&format!("/fields/{name}"), "unknown-field", error.to_string())
            }
        }
    }
    if problem.errors.is_empty() { Ok(fields) } else { Err(problem) }
}

/// Lists what changed on an asset, newest first.
#[utoipa::path(get, path = "/assets/{id}/history", tag = "assets",
    params(("id" = String, Path, description = "Its id, or its tag")),
    responses((status = 200, description = "All revisions", body = List<AssetRevisionView>)))]
pub async fn revisions(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<AssetRevisionView>>, Problem> {
    let all = server.run(move |app| inventory::history(app, &who.caller, &id)).await?;
    Ok(Json(List::whole(history(&all))))
}
