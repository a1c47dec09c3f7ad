//! Vulnerabilities: the list, and one with every source's word beside the others.

use axum::Json;
use axum::extract::State;
use holdpoint_app::vulnerabilities;

use super::lists::{List, ListParams, NoParams};
use super::vulnerability_views::{VulnerabilityLineView, VulnerabilityView};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Path, Query};
use crate::server::Server;

/// Lists vulnerabilities that a feed has a record of, or that an advisory names.
///
/// Filter fields: reference state title kev kev.added kev.due ransomware epss epss.percentile cvss published modified
/// ssvc.exploitation (none, public_poc, active) ssvc.automatable ssvc.impact source product has (advisory, record,
/// vex) affects (yes, unknown, no: what advisories say of the caller's assets).
#[utoipa::path(get, path = "/vulnerabilities", tag = "vulnerabilities", params(ListParams),
    responses((status = 200, description = "One page", body = List<VulnerabilityLineView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<VulnerabilityLineView>>, Problem> {
    let query = params.query(server.app().now())?;
    let found = server.run(move |app| vulnerabilities::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(found.page, |line| VulnerabilityLineView::of(line, &found.read_at))))
}

/// Gives everything that is known of one vulnerability, each source's word with its date.
#[utoipa::path(get, path = "/vulnerabilities/{reference}", tag = "vulnerabilities",
    params(("reference" = String, Path, description = "CVE, or another source's id")),
    responses((status = 200, description = "The vulnerability", body = VulnerabilityView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(reference): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<VulnerabilityView>, Problem> {
    let found = server.run(move |app| vulnerabilities::get(app, &who.caller, &reference)).await?;
    Ok(Json(found.into()))
}
