//! Patches: the list, one with its sources, how they stand on an asset, and who lacks those against a vulnerability.

use axum::Json;
use axum::extract::State;
use holdpoint_app::patches;
use holdpoint_app::patches::fleet::FleetQuery;
use holdpoint_domain::Moment;
use holdpoint_domain::matching::Verdict;
use serde::Deserialize;
use utoipa::IntoParams;

use super::lists::{List, ListParams, invalid, moment};
use super::patch_views::{AssetPatchesView, FleetLackView, PatchDetailView, PatchView, RowsWanted};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Path, Query};
use crate::server::Server;

/// How many rows come when nobody says.
const DEFAULT_LIMIT: u32 = 100;
const STANDINGS: [&str; 4] = ["installed", "covered", "missing", "unknown"];

/// Which patches of an asset.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssetPatchParams {
    /// Only `installed`, `covered`, `missing` or `unknown`.
    pub standing: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// The moment of the inventory of which the answer speaks; absent: now. The patches are those known now.
    pub as_of: Option<String>,
}

/// Which assets.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FleetParams {
    /// Only `yes`, `no` or `unknown`; several with commas.
    pub verdict: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

fn limit_of(limit: Option<u32>) -> Result<u32, Problem> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if (1..=1000).contains(&limit) {
        return Ok(limit);
    }
    Err(invalid("?limit", "limit", format!("`{limit}` is no limit from 1 to 1000")))
}

/// Lists patches, the newest first.
///
/// Filter fields: name title class severity bulletin restart released products fixes cve product source document.
#[utoipa::path(get, path = "/patches", tag = "patches", params(ListParams),
    responses((status = 200, description = "One page", body = List<PatchView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<PatchView>>, Problem> {
    let query = params.query(server.app().now())?;
    let page = server.run(move |app| patches::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, Into::into)))
}

/// Gives one patch with what each source says of it.
#[utoipa::path(get, path = "/patches/{id}", tag = "patches",
    params(("id" = String, Path, description = "Its name, for example `KB5034441` in any spelling")),
    responses((status = 200, description = "The patch", body = PatchDetailView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<PatchDetailView>, Problem> {
    let shown = server.run(move |app| patches::get(app, &who.caller, &id)).await?;
    Ok(Json(shown.into()))
}

/// Says how patches stand on an asset: installed, covered, missing or unknown, each with the reason.
#[utoipa::path(get, path = "/assets/{id}/patches", tag = "patches",
    params(("id" = String, Path, description = "The asset's id, or its tag"), AssetPatchParams),
    responses((status = 200, description = "One page", body = AssetPatchesView)))]
pub async fn of_asset(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<AssetPatchParams>,
) -> Result<Json<AssetPatchesView>, Problem> {
    let as_of: Moment = moment(params.as_of.as_deref())?;
    let standing = params.standing.unwrap_or_default();
    if !standing.is_empty() && !STANDINGS.contains(&standing.as_str()) {
        let words = STANDINGS.join(", ");
        return Err(invalid(
            "?standing",
            "standing",
            format!("`{standing}` is no standing; it is one of {words}"),
        ));
    }
    let cursor = params.cursor.unwrap_or_default();
    let offset = if cursor.is_empty() { Ok(0) } else { cursor.parse() };
    let offset =
        offset.map_err(|_| invalid("?cursor", "cursor", format!("`{cursor}` is no cursor of this list")))?;
    let wanted = RowsWanted { standing, offset, limit: limit_of(params.limit)? as usize };
    let (asset, found) =
        server.run(move |app| patches::asset::of_asset(app, &who.caller, &id, as_of)).await?;
    Ok(Json(AssetPatchesView::of(asset.asset.id.to_string(), asset.asset.tag, found, &wanted)))
}

/// Says which assets lack the patches against a vulnerability, of those whose products have patches listed against it.
#[utoipa::path(get, path = "/vulnerabilities/{cve}/patches", tag = "patches",
    params(("cve" = String, Path, description = "The vulnerability, for example `CVE-2024-21392`"), FleetParams),
    responses((status = 200, description = "One page", body = FleetLackView)))]
pub async fn of_vulnerability(
    State(server): State<Server>,
    who: SignedIn,
    Path(cve): Path<String>,
    Query(params): Query<FleetParams>,
) -> Result<Json<FleetLackView>, Problem> {
    let verdicts = verdicts(params.verdict.as_deref().unwrap_or_default())?;
    let query = FleetQuery {
        reference: cve,
        verdicts: verdicts.clone(),
        after: params.cursor.unwrap_or_default(),
        limit: limit_of(params.limit)?,
    };
    let lack = server.run(move |app| patches::fleet::lacking(app, &who.caller, &query)).await?;
    let n_wanted = [(Verdict::Yes, lack.yes), (Verdict::No, lack.no), (Verdict::Unknown, lack.unknown)]
        .into_iter()
        .filter(|(verdict, _)| verdicts.is_empty() || verdicts.contains(verdict))
        .map(|(_, count)| count)
        .sum();
    Ok(Json(FleetLackView::of(lack, n_wanted)))
}

fn verdicts(text: &str) -> Result<Vec<Verdict>, Problem> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    words
        .map(|word| {
            word.parse().map_err(|error: holdpoint_domain::words::UnknownWord| {
                invalid("?verdict", "verdict", error.to_string())
            })
        })
        .collect()
}
