//! Ranked findings: the list that people work from, one with its reasons, clocks, people's words, rules, criticality.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::ranking::function::{self, NewFunction};
use holdpoint_app::ranking::word::{NewWord, WordScope};
use holdpoint_app::ranking::{read, word};
use holdpoint_app::store::ranking::list::Standing;
use holdpoint_domain::id::{AssetId, SiteId};
use holdpoint_domain::ranking::replacement::{PointValue, Replaceable};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::finding_views::{
    CriticalityView, FindingView, FunctionShownView, FunctionView, LaneCountView, OverrideView, PriorityView,
    ServingView, ZoneCriticalityView,
};
use super::lists::{List, ListParams, NoParams, WriteParams, invalid};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Which findings.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FindingParams {
    /// Conditions that all hold: `lane:now exploited:yes due<7d zone:Z2`, and free words.
    pub filter: Option<String>,
    /// A field to sort by; with `-` in front: from the highest.
    pub sort: Option<String>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// `open` (as without it) or `all`, those that closed included.
    pub standing: Option<String>,
}

/// Lists vulnerabilities of assets that stand open, the most pressing first.
///
/// Filter fields: queue vulnerability title asset site zone vendor product kind owner lane outcome possible certain verdict
/// exploited kev ransomware score epss_percentile due clock opened open evaluated reported advisory decision.
#[utoipa::path(get, path = "/findings", tag = "ranking", params(FindingParams),
    responses((status = 200, description = "One page", body = List<FindingView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<FindingParams>,
) -> Result<Json<List<FindingView>>, Problem> {
    let standing = match params.standing.as_deref() {
        None | Some("" | "open") => Standing::Open,
        Some("all") => Standing::All,
        Some(other) => {
            return Err(invalid("?standing", "standing", format!("`{other}` is neither `open` nor `all`")));
        }
    };
    let FindingParams { filter, sort, limit, cursor, .. } = params;
    let query = ListParams { filter, sort, limit, cursor }.query(server.app().now())?;
    let page = server.run(move |app| read::list(app, &who.caller, standing, &query)).await?;
    Ok(Json(List::of(page, |line| FindingView::of(server.app(), line))))
}

fn number(id: &str) -> Result<i64, Problem> {
    id.parse().map_err(|_| invalid("/id", "number", "a finding's id is a number".to_owned()))
}

/// Gives one finding.
#[utoipa::path(get, path = "/findings/{id}", tag = "ranking",
    params(("id" = String, Path, description = "Its number")),
    responses((status = 200, description = "The finding", body = FindingView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<FindingView>, Problem> {
    let number = number(&id)?;
    let found = server.run(move |app| read::explained(app, &who.caller, number)).await?;
    Ok(Json(FindingView::of(server.app(), found.line)))
}

/// Explains a finding's rank: the answered questions, what would change them, the clocks, the gate, its past.
#[utoipa::path(get, path = "/findings/{id}/priority", tag = "ranking",
    params(("id" = String, Path, description = "Its number")),
    responses((status = 200, description = "The reasons", body = PriorityView)))]
pub async fn priority(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<PriorityView>, Problem> {
    let number = number(&id)?;
    let found = server.run(move |app| read::explained(app, &who.caller, number)).await?;
    Ok(Json(PriorityView::of(server.app(), found)))
}

/// A person's word on a decision point.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideBody {
    /// `finding` (as without it), `vulnerability` or `asset`.
    pub scope: Option<String>,
    /// `exploitation`, `exposure`, `automatable`, `safety` or `mission`.
    pub point: String,
    /// One of the point's words, for example `public poc`.
    pub value: String,
    /// Why.
    pub reason: String,
    /// Until when, as `2027-03-31` or `2027-03-31T12:00:00Z`; at most a year from now.
    pub expires: String,
}

/// Says another value of a decision point, with a reason and an end; the row of the table is read again.
#[utoipa::path(post, path = "/findings/{id}/overrides", tag = "ranking", request_body = OverrideBody,
    params(("id" = String, Path, description = "The finding's number")),
    responses((status = 201, description = "The word", body = OverrideView)))]
pub async fn say(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<OverrideBody>,
) -> Result<(StatusCode, Json<OverrideView>), Problem> {
    let finding = number(&id)?;
    let scope = match body.scope.as_deref() {
        None | Some("finding") => WordScope::Finding,
        Some("vulnerability") => WordScope::Vulnerability,
        Some("asset") => WordScope::Asset,
        Some(other) => return Err(invalid("/scope", "scope", format!("`{other}` is no scope of a word"))),
    };
    let point: Replaceable =
        body.point.parse().map_err(|why| invalid("/point", "point", format!("{why}")))?;
    let value =
        PointValue::read(point, &body.value).map_err(|why| invalid("/value", "value", why.to_string()))?;
    let expires_at = body.expires.parse().map_err(|why| invalid("/expires", "expiry", format!("{why}")))?;
    let said = server
        .run(move |app| {
            let new = NewWord { finding, scope, value, reason: &body.reason, expires_at };
            word::say(app, &who.caller, &new)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(said.into())))
}

/// Why a word is confirmed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmBody {
    /// Why.
    pub reason: String,
}

/// Confirms somebody else's word: from then on it lowers too, and not only raises. Where somebody wants a word ended that two
/// persons stand behind, confirms that it ends.
#[utoipa::path(post, path = "/overrides/{id}/confirm", tag = "ranking", request_body = ConfirmBody,
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The word", body = OverrideView)))]
pub async fn confirm(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<ConfirmBody>,
) -> Result<Json<OverrideView>, Problem> {
    let id = id.parse().map_err(|why| invalid("/id", "id", format!("{why}")))?;
    let word = server.run(move |app| word::confirm(app, &who.caller, id, &body.reason)).await?;
    Ok(Json(word.into()))
}

/// Why a word is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndBody {
    /// Why.
    pub reason: String,
}

/// Takes a person's word back before its end. One that two persons stand behind goes on raising until another confirms that.
#[utoipa::path(post, path = "/overrides/{id}/end", tag = "ranking", request_body = EndBody,
    params(("id" = String, Path, description = "Its id")),
    responses((status = 204, description = "It ended")))]
pub async fn end(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<EndBody>,
) -> Result<StatusCode, Problem> {
    let id = id.parse().map_err(|why| invalid("/id", "id", format!("{why}")))?;
    server.run(move |app| word::take_back(app, &who.caller, id, &body.reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keeps a word that somebody wanted ended.
#[utoipa::path(post, path = "/overrides/{id}/keep", tag = "ranking", request_body = ConfirmBody,
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The word", body = OverrideView)))]
pub async fn keep(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<ConfirmBody>,
) -> Result<Json<OverrideView>, Problem> {
    let id = id.parse().map_err(|why| invalid("/id", "id", format!("{why}")))?;
    let word = server.run(move |app| word::keep(app, &who.caller, id, &body.reason)).await?;
    Ok(Json(word.into()))
}

/// Says how many findings stand open in each lane, by the clock that runs out first, and how many are late.
#[utoipa::path(get, path = "/clocks", tag = "ranking",
    responses((status = 200, description = "All", body = List<LaneCountView>)))]
pub async fn clocks(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<LaneCountView>>, Problem> {
    let found = server.run(move |app| read::counts(app, &who.caller)).await?;
    Ok(Json(List::whole(found.into_iter().map(Into::into).collect())))
}

fn site(id: &str, place: &str) -> Result<SiteId, Problem> {
    id.parse().map_err(|why| invalid(place, "id", format!("{why}")))
}

/// Lists the functions of the plant with what is lost with each.
#[utoipa::path(get, path = "/functions", tag = "ranking",
    responses((status = 200, description = "All", body = List<FunctionView>)))]
pub async fn functions(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<FunctionView>>, Problem> {
    let found = server.run(move |app| function::list(app, &who.caller)).await?;
    Ok(Json(List::whole(found.into_iter().map(Into::into).collect())))
}

/// Gives a function with the assets that serve it.
#[utoipa::path(get, path = "/functions/{id}", tag = "ranking", params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The function", body = FunctionShownView)))]
pub async fn one_function(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<FunctionShownView>, Problem> {
    let id = id.parse().map_err(|why| invalid("/id", "id", format!("{why}")))?;
    let (function, serving) = server.run(move |app| function::one(app, &who.caller, id)).await?;
    let serving =
        serving.into_iter().map(|asset| ServingView { id: asset.asset.id.to_string(), tag: asset.asset.tag });
    Ok(Json(FunctionShownView { function: function.into(), serving: serving.collect() }))
}

/// A function.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FunctionBody {
    /// Its site.
    pub site_id: String,
    /// Its name; the function of that name is changed, or made.
    pub name: String,
    /// What is lost with it.
    pub criticality: CriticalityView,
    /// The ids of the assets that serve it: exactly these.
    pub assets: Vec<String>,
    /// Why, for the audit log.
    pub reason: Option<String>,
}

/// Makes a function, or changes the one of this name; its assets are ranked anew before this answers. By what something counts
/// for less than before waits for a second person (`/lowerings`).
#[utoipa::path(put, path = "/functions", tag = "ranking", request_body = FunctionBody,
    responses((status = 204, description = "It is so now")))]
pub async fn put_function(
    State(server): State<Server>,
    who: SignedIn,
    Body(body): Body<FunctionBody>,
) -> Result<StatusCode, Problem> {
    let site = site(&body.site_id, "/site_id")?;
    let profile =
        body.criticality.profile().map_err(|why| invalid("/criticality", "criticality", why.to_string()))?;
    let assets: Result<Vec<AssetId>, _> = body.assets.iter().map(|id| id.parse()).collect();
    let assets =
        assets.map_err(|why: holdpoint_domain::id::NoId| invalid("/assets", "id", why.to_string()))?;
    server
        .run(move |app| {
            let new = NewFunction { site, name: &body.name, profile, assets: &assets };
            function::put(app, &who.caller, &new, body.reason.as_deref().unwrap_or_default())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a function; its assets are ranked anew before this answers. One by which something hangs on assets stays and counts
/// until a second person agrees (`/lowerings`).
#[utoipa::path(delete, path = "/functions/{id}", tag = "ranking", params(("id" = String, Path, description = "Its id"), WriteParams),
    responses((status = 204, description = "It is gone")))]
pub async fn remove_function(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<WriteParams>,
) -> Result<StatusCode, Problem> {
    let id = id.parse().map_err(|why| invalid("/id", "id", format!("{why}")))?;
    let reason = params.reason.unwrap_or_default();
    server.run(move |app| function::remove(app, &who.caller, id, &reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the zones with what is lost with each and how far it can be reached, as far as somebody has said.
#[utoipa::path(get, path = "/zones:criticality", tag = "ranking",
    responses((status = 200, description = "All", body = List<ZoneCriticalityView>)))]
pub async fn zones(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<ZoneCriticalityView>>, Problem> {
    let (zones, said) = server
        .run(move |app| {
            Ok((holdpoint_app::sites::zones(app, &who.caller)?, function::zones(app, &who.caller)?))
        })
        .await?;
    let view = |zone: &holdpoint_domain::site::Zone| {
        let profile = said.iter().find(|(id, _)| *id == zone.id).map(|(_, profile)| *profile);
        ZoneCriticalityView::of(zone, profile.unwrap_or_default())
    };
    Ok(Json(List::whole(zones.iter().map(view).collect())))
}

/// What is lost with a zone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneBody {
    /// What is lost with it.
    pub criticality: CriticalityView,
    /// Why, for the audit log.
    pub reason: Option<String>,
}

/// Says what is lost with a zone; its assets are ranked anew before this answers. Less than before waits for a second person
/// (`/lowerings`).
#[utoipa::path(put, path = "/zones/{id}/criticality", tag = "ranking", request_body = ZoneBody,
    params(("id" = String, Path, description = "The zone's id")),
    responses((status = 204, description = "It is so now")))]
pub async fn put_zone(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Body(body): Body<ZoneBody>,
) -> Result<StatusCode, Problem> {
    let zone = id.parse().map_err(|why| invalid("/id", "id", format!("{why}")))?;
    let profile =
        body.criticality.profile().map_err(|why| invalid("/criticality", "criticality", why.to_string()))?;
    let reason = body.reason.unwrap_or_default();
    server.run(move |app| function::put_zone(app, &who.caller, zone, profile, &reason)).await?;
    Ok(StatusCode::NO_CONTENT)
}
