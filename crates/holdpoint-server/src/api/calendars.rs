//! Calendars that travel: files of others that are looked at and taken in, and addresses that programs of people read.
//!
//! The surprise: the address itself is no endpoint of the API. A calendar program has no token; the secret is in the path.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::store::calendar_address::CalendarAddress;
use holdpoint_app::windows::{self, CalendarChanges, CalendarFile, Titles};
use holdpoint_domain::Moment;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::lists::{List, NoParams};
use crate::gate::SignedIn;
use crate::problem::{Problem, ProblemCode};
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// A calendar of others.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarFileBody {
    /// The site, by id or name; its events reach all of it.
    pub site: String,
    /// The kind of windows, for events whose categories name none: `maintenance`, `outage`, `turnaround` or `freeze`.
    #[serde(default = "maintenance")]
    pub kind: String,
    /// The file's text (iCalendar, RFC 5545).
    #[schema(max_length = 4_194_304)]
    pub text: String,
    /// The mark of what was shown; absent: only show.
    pub accept: Option<String>,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
}

fn maintenance() -> String {
    "maintenance".to_owned()
}

/// What becomes of one event.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = CalendarEventChange)]
pub struct EventChangeView {
    /// `new`, `changed`, `cancelled` or `same`.
    pub what: String,
    /// The event.
    pub uid: String,
    /// The window's name.
    pub name: String,
    /// How the window is; `null`: there is none.
    pub before: Option<String>,
    /// How it would be; `null`: it ends.
    pub after: Option<String>,
}

/// What a calendar would change, or changed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = CalendarChanges)]
pub struct CalendarChangesView {
    /// What becomes of each event, in the order of the file.
    pub changes: Vec<EventChangeView>,
    /// What was not understood, and was left out.
    pub warnings: Vec<String>,
    /// The mark of exactly these changes.
    pub mark: String,
    /// Whether they were made.
    pub accepted: bool,
}

impl From<CalendarChanges> for CalendarChangesView {
    fn from(found: CalendarChanges) -> Self {
        let changes = found.changes.into_iter().map(|one| EventChangeView {
            what: one.what.to_owned(),
            uid: one.uid,
            name: one.name,
            before: one.before,
            after: one.after,
        });
        Self {
            changes: changes.collect(),
            warnings: found.warnings.iter().map(ToString::to_string).collect(),
            mark: found.mark,
            accepted: found.accepted,
        }
    }
}

/// Shows what a calendar of others would change, or makes exactly the changes that were shown.
///
/// Without `accept` nothing is changed. With the mark of an earlier answer the changes are made, unless the file or the
/// windows are others by now.
#[utoipa::path(post, path = "/windows:import", tag = "planning", request_body = CalendarFileBody,
    responses((status = 200, description = "The changes", body = CalendarChangesView)))]
pub async fn import(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<CalendarFileBody>,
) -> Result<Json<CalendarChangesView>, Problem> {
    let kind = body.kind.parse().map_err(|why: holdpoint_domain::words::UnknownWord| {
        Problem::new(ProblemCode::Unprocessable, format!("{why}; nothing was changed; correct it"))
    })?;
    let found = server.run(move |app| {
        let file = CalendarFile {
            site: &body.site,
            kind,
            bytes: body.text.as_bytes(),
            accept: body.accept.as_deref(),
            reason: &body.reason,
        };
        windows::import(app, &who.caller, &file)
    });
    Ok(Json(found.await?.into()))
}

/// Whose calendar.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublishParams {
    /// The site, by id or name; absent: all within reach.
    pub site: Option<String>,
}

/// Gives windows, freezes and planned steps as iCalendar. Editing it elsewhere changes nothing here.
#[utoipa::path(get, path = "/windows:ics", tag = "planning", params(PublishParams),
    responses((status = 200, description = "The calendar", content_type = "text/calendar", body = String)))]
pub async fn publish(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<PublishParams>,
) -> Result<Response, Problem> {
    let site = params.site.filter(|site| !site.is_empty());
    let text = server.run(move |app| windows::publish(app, &who.caller, site.as_deref())).await?;
    Ok(calendar(text))
}

fn calendar(text: String) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// An address of a calendar.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = CalendarAddress)]
pub struct CalendarAddressView {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// The site that it shows; `null`: all that its owner may see.
    pub site: Option<String>,
    /// `shown` or `hidden`.
    pub titles: String,
    /// Whose it is.
    pub owner: String,
    /// When it was made.
    pub made_at: String,
    /// When it was revoked; `null`: it works.
    pub revoked_at: Option<String>,
}

impl From<CalendarAddress> for CalendarAddressView {
    fn from(one: CalendarAddress) -> Self {
        Self {
            id: one.id.to_string(),
            name: one.name,
            site: Some(one.site_name).filter(|name| !name.is_empty()),
            titles: one.titles,
            owner: one.owner_name,
            made_at: one.made_at.to_string(),
            revoked_at: (one.revoked_at != Moment::OPEN).then(|| one.revoked_at.to_string()),
        }
    }
}

/// An address with its secret.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CalendarAddressMade {
    /// The address.
    pub address: CalendarAddressView,
    /// The path at this server, with the secret in it. It is not kept and cannot be shown again.
    pub path: String,
}

/// A new address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCalendarAddressBody {
    /// What it is for, for example who reads it.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// The site, by id or name; absent: all that you may see.
    pub site: Option<String>,
    /// Whether titles are left out, so that a reader learns only that something is.
    #[serde(default)]
    pub hide_titles: bool,
}

/// Lists one's own addresses of calendars; with read-people everybody's.
#[utoipa::path(get, path = "/calendar-addresses", tag = "planning",
    responses((status = 200, description = "All", body = List<CalendarAddressView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<CalendarAddressView>>, Problem> {
    let all = server.run(move |app| windows::addresses(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Makes an address that a calendar program reads without signing in. Only a person who is signed in can.
#[utoipa::path(post, path = "/calendar-addresses", tag = "planning", request_body = NewCalendarAddressBody,
    responses((status = 201, description = "Made; the path is shown this once", body = CalendarAddressMade)))]
pub async fn create(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<NewCalendarAddressBody>,
) -> Result<(StatusCode, Json<CalendarAddressMade>), Problem> {
    let titles = if body.hide_titles { Titles::Hidden } else { Titles::Shown };
    let made = server.run(move |app| {
        let site = body.site.as_deref().filter(|site| !site.is_empty());
        windows::open_address(app, &who.caller, (&body.name, site, titles))
    });
    let (address, secret) = made.await?;
    let path = format!("/calendar/{}.ics", secret.reveal());
    Ok((StatusCode::CREATED, Json(CalendarAddressMade { address: address.into(), path })))
}

/// Revokes an address: from now on it gives nothing.
#[utoipa::path(delete, path = "/calendar-addresses/{id}", tag = "planning",
    params(("id" = String, Path, description = "The address")),
    responses((status = 200, description = "Revoked", body = CalendarAddressView)))]
pub async fn revoke(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<CalendarAddressView>, Problem> {
    Ok(Json(server.run(move |app| windows::revoke_address(app, &who.caller, &id)).await?.into()))
}

/// The calendar behind an address, for programs that have nothing but the address.
///
/// # Errors
/// The same answer for what is unknown, revoked or not allowed any more.
pub async fn read(State(server): State<Server>, Path(file): Path<String>) -> Result<Response, Problem> {
    let secret = file.strip_suffix(".ics").unwrap_or(&file).to_owned();
    let text = server.run(move |app| windows::read_address(app, &secret)).await?;
    text.map(calendar).ok_or_else(|| {
        Problem::new(
            ProblemCode::NotFound,
            "there is no calendar at this address; it may have been revoked; ask whoever gave it to you",
        )
    })
}
