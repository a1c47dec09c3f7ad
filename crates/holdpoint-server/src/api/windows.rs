//! Windows of work and freezes: keeping them, what they give, and where a piece of work fits.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::windows::{self, Horizon, SlotQuery};
use serde::Deserialize;
use utoipa::IntoParams;

use super::lists::{List, ListParams, NoParams};
use super::rules::ReasonBody;
use super::window_views::{CalendarView, SlotView, WindowBody, WindowView, optional_moment};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Lists windows and freezes.
///
/// Filter fields: name kind reach site zone time_zone first minutes people steps note changed ended.
#[utoipa::path(get, path = "/windows", tag = "planning", params(ListParams),
    responses((status = 200, description = "One page", body = List<WindowView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<ListParams>,
) -> Result<Json<List<WindowView>>, Problem> {
    let now = server.app().now();
    let query = params.query(now)?;
    let page = server.run(move |app| windows::list(app, &who.caller, &query)).await?;
    Ok(Json(List::of(page, |one| WindowView::seen(one, now))))
}

/// Makes a window or a freeze.
#[utoipa::path(post, path = "/windows", tag = "planning", request_body = WindowBody,
    responses((status = 201, description = "The window", body = WindowView)))]
pub async fn create(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<WindowBody>,
) -> Result<(StatusCode, Json<WindowView>), Problem> {
    let reason = body.reason.clone();
    let new = body.wording()?;
    let made = server.run(move |app| windows::create(app, &who.caller, &new, &reason)).await?;
    Ok((StatusCode::CREATED, Json(WindowView::seen(made, server.app().now()))))
}

/// Gives a window, ended ones too.
#[utoipa::path(get, path = "/windows/{id}", tag = "planning",
    params(("id" = String, Path, description = "The window")),
    responses((status = 200, description = "The window", body = WindowView)))]
pub async fn one(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<WindowView>, Problem> {
    let kept = server.run(move |app| windows::show(app, &who.caller, &id)).await?;
    Ok(Json(WindowView::seen(kept, server.app().now())))
}

/// Writes a window anew, as a whole. Plans that counted on it become stale and say so.
#[utoipa::path(put, path = "/windows/{id}", tag = "planning", request_body = WindowBody,
    params(("id" = String, Path, description = "The window")),
    responses((status = 200, description = "The window", body = WindowView)))]
pub async fn edit(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<WindowBody>,
) -> Result<Json<WindowView>, Problem> {
    let (reason, revision) = (body.reason.clone(), body.revision);
    let new = body.wording()?;
    let kept = server.run(move |app| windows::edit(app, &who.caller, &id, (&new, revision), &reason)).await?;
    Ok(Json(WindowView::seen(kept, server.app().now())))
}

/// Ends a window: from now on it gives no time, and a freeze takes none.
#[utoipa::path(post, path = "/windows/{id}/end", tag = "planning", request_body = ReasonBody,
    params(("id" = String, Path, description = "The window")),
    responses((status = 200, description = "The window", body = WindowView)))]
pub async fn end(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<WindowView>, Problem> {
    Ok(Json(server.run(move |app| windows::end(app, &who.caller, &id, &body.reason)).await?.into()))
}

/// A stretch of time.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StretchParams {
    /// From when, as `2026-11-21` or `2026-11-21T22:00:00Z`; absent: from now.
    pub from: Option<String>,
    /// Until when, 800 days later at most; absent: 60 days later.
    pub to: Option<String>,
}

impl StretchParams {
    fn horizon(&self) -> Result<Horizon, Problem> {
        Ok(Horizon {
            from: optional_moment("?from", self.from.as_deref())?,
            to: optional_moment("?to", self.to.as_deref())?,
        })
    }
}

/// Gives what a window comes to over a stretch of time, with what freezes leave and what is planned.
#[utoipa::path(get, path = "/windows/{id}/occurrences", tag = "planning",
    params(("id" = String, Path, description = "The window"), StretchParams),
    responses((status = 200, description = "Its occurrences", body = CalendarView)))]
pub async fn occurrences(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<StretchParams>,
) -> Result<Json<CalendarView>, Problem> {
    let horizon = params.horizon()?;
    let found = server.run(move |app| windows::occurrences(app, &who.caller, &id, horizon)).await?;
    Ok(Json(found.into()))
}

/// Whose calendar, and which stretch of it.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CalendarParams {
    /// The site, by id or name; absent: all within reach.
    pub site: Option<String>,
    /// From when, as `2026-11-21` or `2026-11-21T22:00:00Z`; absent: from now.
    pub from: Option<String>,
    /// Until when, 800 days later at most; absent: 60 days later.
    pub to: Option<String>,
}

/// Gives all windows, freezes and planned steps over a stretch of time.
#[utoipa::path(get, path = "/calendar", tag = "planning", params(CalendarParams),
    responses((status = 200, description = "The calendar", body = CalendarView)))]
pub async fn calendar(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<CalendarParams>,
) -> Result<Json<CalendarView>, Problem> {
    let horizon = StretchParams { from: params.from, to: params.to }.horizon()?;
    let site = params.site.filter(|site| !site.is_empty());
    let found = server.run(move |app| windows::calendar(app, &who.caller, site.as_deref(), horizon)).await?;
    Ok(Json(found.into()))
}

/// What is to fit where.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SlotParams {
    /// The asset, by id or tag.
    pub asset: String,
    /// How long the work takes, in minutes.
    pub work_minutes: u32,
    /// How long its undo takes, in minutes.
    pub undo_minutes: u32,
    /// What is kept free besides; absent: as the site's rules say.
    pub margin_minutes: Option<u32>,
    /// How many people it takes; absent: one.
    pub people: Option<u16>,
    /// Not before this moment; absent: now.
    pub not_before: Option<String>,
    /// How many days are looked at; absent: 90.
    pub days: Option<u32>,
}

/// Finds the earliest place for a piece of work on an asset, or says why there is none.
#[utoipa::path(get, path = "/windows:find-slot", tag = "planning", params(SlotParams),
    responses((status = 200, description = "The place, or the reasons", body = SlotView)))]
pub async fn find_slot(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<SlotParams>,
) -> Result<Json<SlotView>, Problem> {
    let query = SlotQuery {
        asset: params.asset,
        work_minutes: params.work_minutes,
        undo_minutes: params.undo_minutes,
        margin_minutes: params.margin_minutes,
        people: params.people.unwrap_or(1),
        not_before: optional_moment("?not_before", params.not_before.as_deref())?,
        days: params.days.unwrap_or(90),
    };
    Ok(Json(server.run(move |app| windows::find_slot(app, &who.caller, &query)).await?.into()))
}
