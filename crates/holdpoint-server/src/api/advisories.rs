//! Advisories: the list, one with its parts, its raw bytes, what it means for the plant, and taking new ones in.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::intake::files;
use holdpoint_app::{App, AppError, Caller, advisories, vulnerabilities};
use holdpoint_domain::Moment;
use holdpoint_domain::id::AdvisoryId;
use serde::Deserialize;
use std::collections::HashMap;
use utoipa::IntoParams;

use super::advisory_views::{AdvisoryLineView, AdvisoryView, ProductView, RevisionView};
use super::impact_views::ImpactView;
use super::import_views::AdvisoryImportView;
use super::lists::{DatedListParams, DatedParams, List, ListParams, NoParams, invalid};
use super::pressing_views::PressingView;
use super::threat_views::Threats;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Path, Query, Upload};
use crate::server::Server;

/// Lists advisories.
///
/// Filter fields: id publisher publisher_category publisher_contact publisher_authority namespace title category
/// csaf_version version versioning status lang tlp aggregate_severity alias engine published updated history_number
/// history_date history_summary history_legacy cve severity score vendor family product product_name product_version
/// product_id branch group cpe purl model_number serial_number sku hash file_name sbom_url uri received signature source
/// standing revisions cves products yes unknown no not_understood conditional read comment comments
/// kev (yes, no, unknown) epss ssvc.exploitation, of one of its CVEs; of the open findings that it may be behind, as ranked
/// now: lane (the most pressing) due (the earliest).
#[utoipa::path(get, path = "/advisories", tag = "advisories", params(DatedListParams),
    responses((status = 200, description = "One page", body = List<AdvisoryLineView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<DatedListParams>,
) -> Result<Json<List<AdvisoryLineView>>, Problem> {
    let query = params.query(server.app().now())?;
    let (page, threats, pressing) = server
        .run(move |app| {
            let page = advisories::list(app, &who.caller, &query)?;
            let names: Vec<String> = page.items.iter().flat_map(|line| line.cves.clone()).collect();
            let threats = vulnerabilities::threats(app, &who.caller, &names)?;
            let ids: Vec<AdvisoryId> = page.items.iter().map(|line| line.id).collect();
            let pressing = PressingView::of_advisories(app, &who.caller, &ids, query.as_of)?;
            Ok((page, Threats::new(threats), pressing))
        })
        .await?;
    let mut pressing = pressing.into_iter();
    Ok(Json(List::of(page, |line| {
        AdvisoryLineView::with_threat(line, &threats, pressing.next().unwrap_or_default())
    })))
}

/// Gives one advisory with what its newest revision says.
#[utoipa::path(get, path = "/advisories/{id}", tag = "advisories",
    params(("id" = String, Path, description = "Its id, or the publisher's id when only one has it"), DatedParams),
    responses((status = 200, description = "The advisory", body = AdvisoryView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<DatedParams>,
) -> Result<Json<AdvisoryView>, Problem> {
    let as_of = params.moment()?;
    let view = server.run(move |app| shown(app, &who.caller, &id, as_of)).await?;
    Ok(Json(view))
}

/// The view of an advisory as of a moment.
pub(super) fn shown(app: &App, caller: &Caller, id: &str, as_of: Moment) -> Result<AdvisoryView, AppError> {
    let found = advisories::get(app, caller, id, as_of)?;
    let pressing = PressingView::of_advisory(app, caller, found.advisory.line.id, as_of)?;
    Ok(AdvisoryView::of(found, pressing))
}

/// Lists the products of an advisory's newest revision.
///
/// Filter fields: product_id name vendor product version outcome stance.
#[utoipa::path(get, path = "/advisories/{id}/products", tag = "advisories",
    params(("id" = String, Path, description = "Its id, or the publisher's id when only one has it"), ListParams),
    responses((status = 200, description = "One page", body = List<ProductView>)))]
pub async fn products(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<ListParams>,
) -> Result<Json<List<ProductView>>, Problem> {
    let query = params.query(server.app().now())?;
    let (page, statements) =
        server.run(move |app| advisories::products(app, &who.caller, &id, &query)).await?;
    Ok(Json(List::of(page, |product| ProductView::of(product, &statements))))
}

/// Lists all revisions that are kept, newest first.
#[utoipa::path(get, path = "/advisories/{id}/revisions", tag = "advisories",
    params(("id" = String, Path, description = "Its id, or the publisher's id when only one has it")),
    responses((status = 200, description = "All", body = List<RevisionView>)))]
pub async fn revisions(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<RevisionView>>, Problem> {
    let all = server.run(move |app| advisories::revisions(app, &who.caller, &id)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Which revision's bytes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RawParams {
    /// A revision's id; absent: the newest.
    pub revision: Option<String>,
}

/// Gives the document's bytes exactly as they came in.
#[utoipa::path(get, path = "/advisories/{id}/raw", tag = "advisories",
    params(("id" = String, Path, description = "Its id, or the publisher's id when only one has it"), RawParams),
    responses((status = 200, description = "The bytes", content_type = "application/json")))]
pub async fn raw(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<RawParams>,
) -> Result<Response, Problem> {
    let revision = match params.revision.as_deref() {
        Some(text) => {
            Some(text.parse().map_err(|error| invalid("?revision", "revision", format!("{error}")))?)
        }
        None => None,
    };
    let (_, bytes) = server.run(move |app| advisories::raw(app, &who.caller, &id, revision)).await?;
    let disposition = HeaderValue::from_static("attachment; filename=\"advisory.json\"");
    let media = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

/// Says which assets an advisory touches, where, and why.
///
/// The list parameters page and filter the assets: verdict asset site zone confidence vendor product.
#[utoipa::path(get, path = "/advisories/{id}/impact", tag = "advisories",
    params(("id" = String, Path, description = "Its id, or the publisher's id when only one has it"), DatedListParams),
    responses((status = 200, description = "The impact", body = ImpactView)))]
pub async fn impact(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<DatedListParams>,
) -> Result<Json<ImpactView>, Problem> {
    let now = server.app().now();
    let query = params.query(now)?;
    let spoken_of = if query.as_of == Moment::OPEN { now } else { query.as_of };
    let (found, pressing, outlooks) = server
        .run(move |app| {
            let found = advisories::impact(app, &who.caller, &id, &query)?;
            let pressing = PressingView::of_advisory(app, &who.caller, found.line.id, query.as_of)?;
            let outlooks = if query.as_of == Moment::OPEN {
                advisories::outlook::of_rows(app, &who.caller, &found.rows.items)?
            } else {
                HashMap::new()
            };
            Ok((found, pressing, outlooks))
        })
        .await?;
    Ok(Json(ImpactView::of(found, spoken_of, pressing, outlooks)))
}

/// What came in.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportParams {
    /// The file's name, for people.
    #[param(max_length = 255)]
    pub name: String,
    /// Why, for the audit log.
    #[param(max_length = 500)]
    pub reason: Option<String>,
}

/// Takes in one CSAF document or a zip archive of them, at most 256 MiB.
///
/// What cannot be taken goes to quarantine with its reason; the rest is taken all the same.
#[utoipa::path(post, path = "/advisories:import", tag = "advisories", params(ImportParams),
    request_body(content_type = "application/octet-stream", description = "The file's bytes"),
    responses((status = 200, description = "What was done", body = AdvisoryImportView)))]
pub async fn import(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ImportParams>,
    upload: Upload,
) -> Result<Json<AdvisoryImportView>, Problem> {
    let report = server
        .run(move |app| {
            let _place = upload.place;
            let reason = params.reason.unwrap_or_default();
            files::import_bytes(app, &who.caller, &params.name, upload.bytes.into(), &reason)
        })
        .await?;
    Ok(Json(report.into()))
}
