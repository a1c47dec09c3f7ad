//! Work orders: issuing, sheets, what comes back, and fresh readings.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::work_orders::{self, Entered, LineResult, Reading, ResultBody};
use holdpoint_domain::execution::Observed;
use serde::Deserialize;
use utoipa::ToSchema;

use super::approval_views::moment_at;
use super::lists::{List, ListParams, NoParams, WriteParams};
use super::rules::ReasonBody;
use super::test_records::FileParams;
use super::work_order_views::{StickView, WorkFileView, WorkOrderLineView, WorkOrderView};
use crate::gate::SignedIn;
use crate::problem::{Problem, ProblemCode};
use crate::request::{Body, Path, Query, Upload};
use crate::server::Server;

/// Lists work orders.
///
/// Filter fields: number asset patch site plan technician state step halt start due issued issued_by changed.
#[utoipa::path(get, path = "/work-orders", tag = "planning", params(ListParams),
    responses((status = 200, description = "One page", body = List<WorkOrderLineView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<WorkOrderLineView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| work_orders::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Which step is to be done by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueBody {
    /// The plan, by id or number.
    pub plan: String,
    /// The step.
    pub step: u32,
    /// Who is to do it.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub technician: String,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// Issues a work order for a step, or the next revision of its sheet when that says something else by now.
#[utoipa::path(post, path = "/work-orders", tag = "planning", request_body = IssueBody,
    responses((status = 201, description = "The work order", body = WorkOrderView)))]
pub async fn issue(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<IssueBody>,
) -> Result<(StatusCode, Json<WorkOrderView>), Problem> {
    let technician: String = body.technician.chars().take(200).collect();
    let made = server.run(move |app| {
        work_orders::issue(app, &who.caller, (&body.plan, body.step), &technician, &body.reason)
    });
    Ok((StatusCode::CREATED, Json(made.await?.into())))
}

/// Gives a work order, by its id, its number or the code of its sheet.
#[utoipa::path(get, path = "/work-orders/{id}", tag = "planning",
    params(("id" = String, Path, description = "The work order")),
    responses((status = 200, description = "The work order", body = WorkOrderView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<WorkOrderView>, Problem> {
    Ok(Json(server.run(move |app| work_orders::show(app, &who.caller, &id)).await?.into()))
}

/// The lines that are ticked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginBody {
    /// Numbers of lines before the work.
    #[schema(max_items = 100)]
    pub ticked: Vec<u32>,
}

/// Begins the work, if everything that would keep a program from beginning allows it.
#[utoipa::path(post, path = "/work-orders/{id}/begin", tag = "planning", request_body = BeginBody,
    params(("id" = String, Path, description = "The work order")),
    responses((status = 200, description = "The work order", body = WorkOrderView)))]
pub async fn begin(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<BeginBody>,
) -> Result<Json<WorkOrderView>, Problem> {
    Ok(Json(server.run(move |app| work_orders::begin(app, &who.caller, &id, &body.ticked)).await?.into()))
}

/// What a person says of one line of the sheet.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetLineBody {
    /// `before` or `work`.
    pub part: String,
    /// The line's number.
    pub number: u32,
    /// Whether it was done as the sheet says.
    pub done: bool,
    /// What was read or measured.
    #[serde(default)]
    pub value: String,
}

/// What came back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TellBody {
    /// The code of the sheet.
    pub code: String,
    /// `installed`, `not_done`, `failed` or `went_back`.
    pub word: String,
    /// `not_needed` or `done`.
    pub restart: String,
    /// What happened; needed unless it was installed.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub what: String,
    /// When the work began.
    pub began_at: String,
    /// When it was over.
    pub done_at: String,
    /// Who did it.
    pub done_by: String,
    /// The lines of the sheet.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub lines: Vec<SheetLineBody>,
    /// How it comes in: `entered`, `scanned` or `imported`; absent: entered.
    pub way: Option<String>,
    /// The newest revision, when the changes since the printed one were looked at.
    pub looked_at: Option<u32>,
    /// Why it comes late, or anything else that the audit log should know.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// Takes a result. The sheet's code names the work order; a result of a stale sheet is refused with what has changed.
#[utoipa::path(post, path = "/work-orders:tell", tag = "planning", request_body = TellBody,
    responses((status = 200, description = "The work order", body = WorkOrderView)))]
pub async fn tell(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<TellBody>,
) -> Result<Json<WorkOrderView>, Problem> {
    let way = body.way.as_deref().unwrap_or("entered");
    let way = way.parse().map_err(|why: holdpoint_domain::words::UnknownWord| {
        Problem::new(ProblemCode::Unprocessable, format!("{why}; nothing was changed; correct it"))
    })?;
    let lines = body.lines.into_iter().map(|line| LineResult {
        part: line.part,
        number: line.number,
        done: line.done,
        value: line.value,
    });
    let told = ResultBody {
        code: body.code,
        word: body.word,
        restart: body.restart,
        what: body.what,
        began_at: body.began_at,
        done_at: body.done_at,
        done_by: body.done_by,
        lines: lines.collect(),
    };
    let done = server.run(move |app| {
        let entered = Entered { body: &told, way, looked_at: body.looked_at };
        work_orders::enter(app, &who.caller, &entered, &body.reason)
    });
    Ok(Json(done.await?.into()))
}

/// Which work orders go on a stick.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StickBody {
    /// The work orders of one site, by id, number or code.
    #[schema(min_items = 1, max_items = 50)]
    pub orders: Vec<String>,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// Makes a stick of work orders: sheets, files for the results, files of patches, and a list of them that the site's server has signed.
///
/// What the work needs and what is not kept here stands in the list as `missing`.
#[utoipa::path(post, path = "/work-orders:bundle", tag = "planning", request_body = StickBody,
    responses((status = 200, description = "The stick as one file (zip)", content_type = "application/zip")))]
pub async fn bundle(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<StickBody>,
) -> Result<Response, Problem> {
    let made =
        server.run(move |app| work_orders::make_stick(app, &who.caller, &body.orders, &body.reason)).await?;
    let name = HeaderValue::try_from(format!("attachment; filename=\"{}\"", made.name))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let mut response = made.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// Takes the results of a stick that comes back as one file (zip). Each result counts by the code of its sheet.
///
/// A list that the site's server did not sign is refused as `foreign`, a changed sheet or file of a patch as `changed_byte`.
#[utoipa::path(post, path = "/work-orders:import", tag = "planning", params(WriteParams),
    request_body(content_type = "application/octet-stream", description = "The bytes of the stick, packed again"),
    responses((status = 200, description = "What became of each result", body = StickView)))]
pub async fn import(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<WriteParams>,
    upload: Upload,
) -> Result<Json<StickView>, Problem> {
    let done = server.run(move |app| {
        let _place = upload.place;
        let files = work_orders::unpacked(&upload.bytes)?;
        work_orders::take_stick(app, &who.caller, files, &params.reason.unwrap_or_default())
    });
    Ok(Json(done.await?.into()))
}

/// What was read at the asset.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingBody {
    /// `as_promised`, `as_before` or `otherwise`.
    pub observed: String,
    /// What was read, word by word, and where it is shown.
    #[schema(max_length = 2000)]
    pub read: String,
    /// The firmware that the asset shows; later inventories are held against it. Left out: the patch is none, or nobody looked.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub firmware: Option<String>,
    /// When it was read.
    pub read_at: String,
}

/// Takes a fresh reading of the asset: the only thing that verifies.
#[utoipa::path(post, path = "/work-orders/{id}/observe", tag = "planning", request_body = ReadingBody,
    params(("id" = String, Path, description = "The work order")),
    responses((status = 200, description = "The work order", body = WorkOrderView)))]
pub async fn observe(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReadingBody>,
) -> Result<Json<WorkOrderView>, Problem> {
    let observed = match body.observed.as_str() {
        "as_promised" => Observed::AsPromised,
        "as_before" => Observed::AsBefore,
        "otherwise" => Observed::Otherwise { what: body.read.clone() },
        other => {
            let other: String = other.chars().take(40).collect();
            let what =
                format!("`{other}` is none of as_promised, as_before and otherwise; nothing was changed");
            return Err(Problem::new(ProblemCode::Unprocessable, what));
        }
    };
    let read_at = moment_at("/read_at", &body.read_at)?;
    let reading = Reading { observed, read_at, read: body.read, firmware: body.firmware };
    Ok(Json(server.run(move |app| work_orders::observe(app, &who.caller, &id, &reading)).await?.into()))
}

/// Takes a work order back before anything was done.
#[utoipa::path(post, path = "/work-orders/{id}/void", tag = "planning", request_body = ReasonBody,
    params(("id" = String, Path, description = "The work order")),
    responses((status = 200, description = "The work order", body = WorkOrderView)))]
pub async fn void(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<WorkOrderView>, Problem> {
    Ok(Json(server.run(move |app| work_orders::void(app, &who.caller, &id, &body.reason)).await?.into()))
}

/// Puts a file to a work order: a photo, a log; at most 32 MiB.
#[utoipa::path(post, path = "/work-orders/{id}/files", tag = "planning",
    params(("id" = String, Path, description = "The work order"), FileParams),
    request_body(content_type = "application/octet-stream", description = "The file's bytes"),
    responses((status = 201, description = "Kept", body = WorkFileView)))]
pub async fn attach(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<FileParams>,
    upload: Upload,
) -> Result<(StatusCode, Json<WorkFileView>), Problem> {
    let kept = server.run(move |app| {
        let _place = upload.place;
        work_orders::attach(app, &who.caller, &id, &params.name, &upload.bytes)
    });
    Ok((StatusCode::CREATED, Json(kept.await?.into())))
}

/// Gives the bytes of a file, always as a file to be saved.
#[utoipa::path(get, path = "/work-orders/{id}/files/{place}", tag = "planning",
    params(("id" = String, Path, description = "The work order"), ("place" = usize, Path, description = "Which file, from 1")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream")))]
pub async fn file(
    State(server): State<Server>,
    who: SignedIn,
    Path((id, place)): Path<(String, usize)>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Response, Problem> {
    let bytes = server.run(move |app| work_orders::file_bytes(app, &who.caller, &id, place)).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok(response)
}
