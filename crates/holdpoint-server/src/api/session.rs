//! Signing in and out, and the caller's own sessions.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::people::session::{self, NewSession, SignIn, SignInError};
use holdpoint_app::people::{Recognised, RecognisedBy};
use holdpoint_app::store::Reader;
use holdpoint_app::store::StoreError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{List, NoParams};
use super::people_views::{GrantView, PermissionView, PersonView, SessionLineView, SiteNames, permissions};
use crate::cookie;
use crate::gate::{SignedIn, recognise};
use crate::problem::{Problem, ProblemCode};
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// Who is calling, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// The account; for a token its owner.
    pub user: PersonView,
    /// `page` for a browser, `api` for a token.
    pub via: String,
    /// Roles.
    pub grants: Vec<GrantView>,
    /// What may be done, and where: for a token less than the roles give.
    pub permissions: Vec<PermissionView>,
    /// When the session or token ends in any case.
    pub expires_at: String,
    /// When the session ends if it is not used; `null` for a token.
    pub idle_expires_at: Option<String>,
}

impl SessionView {
    /// The view of a recognised caller.
    #[must_use]
    pub fn of(recognised: &Recognised, names: &SiteNames) -> Self {
        let caller = &recognised.caller;
        let (expires_at, idle_expires_at) = match &recognised.by {
            RecognisedBy::Session { expires_at, idle_expires_at, .. } => {
                (expires_at.to_string(), Some(idle_expires_at.to_string()))
            }
            RecognisedBy::Token { expires_at } => (expires_at.to_string(), None),
        };
        Self {
            user: PersonView {
                id: recognised.user.to_string(),
                name: recognised.name.clone(),
                display_name: recognised.display_name.clone(),
            },
            via: caller.via.word().to_owned(),
            grants: caller.grants.iter().map(|grant| GrantView::of(grant, names)).collect(),
            permissions: permissions(caller),
            expires_at,
            idle_expires_at,
        }
    }
}

/// The names of all sites, for grants.
///
/// # Errors
/// What the store says.
pub fn site_names(reader: &mut Reader<'_>) -> Result<SiteNames, StoreError> {
    Ok(reader.sites()?.into_iter().map(|site| (site.id, site.name)).collect())
}

/// A name and a password.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The account's name.
    #[schema(max_length = 64)]
    pub name: String,
    /// Its password.
    #[schema(max_length = 1024, format = Password)]
    pub password: String,
}

/// Signs in: the answer sets the session cookie.
#[utoipa::path(post, path = "/session", tag = "people", request_body = Credentials,
    responses((status = 200, description = "Signed in", body = SessionView)))]
pub async fn begin(
    State(server): State<Server>,
    Query(NoParams {}): Query<NoParams>,
    client: Client,
    Body(body): Body<Credentials>,
) -> Result<Response, Problem> {
    let sign_in = SignIn {
        name: body.name,
        password: body.password,
        address: client.address,
        user_agent: client.agent,
    };
    let hold = server.clone();
    let _place = server.sign_in_place().await;
    let new = server.ask(move |app| session::sign_in(app, hold.limits(), &sign_in).map_err(refused)).await?;
    signed_in(&server, StatusCode::OK, new).await
}

/// The answer that hands the session over.
///
/// # Errors
/// What the store says.
pub async fn signed_in(server: &Server, status: StatusCode, new: NewSession) -> Result<Response, Problem> {
    let names = server.read(site_names).await?;
    let cookie = cookie::set(new.secret.reveal(), server.transport());
    let view = SessionView::of(&new.recognised, &names);
    Ok((status, [(header::SET_COOKIE, cookie)], Json(view)).into_response())
}

fn refused(error: SignInError) -> Problem {
    let text = error.to_string();
    match error {
        SignInError::BadCredentials => Problem::new(ProblemCode::BadCredentials, text),
        SignInError::TooMany { retry_after_s } => {
            let mut problem = Problem::new(ProblemCode::TooMany, text);
            problem.retry_after_s = Some(retry_after_s);
            problem
        }
        SignInError::App(error) => error.into(),
    }
}

/// Where a request comes from, as far as it can be known.
pub struct Client {
    /// The address of the other end of the connection, without its port.
    pub address: String,
    /// What the browser says of itself, at most 200 characters.
    pub agent: String,
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _: &S,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self { address: address(&parts.extensions), agent: agent(&parts.headers) })
    }
}

fn address(extensions: &Extensions) -> String {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or_else(|| "unknown".to_owned(), |ConnectInfo(address)| address.ip().to_string())
}

fn agent(headers: &HeaderMap) -> String {
    let text = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.chars().take(200).collect()
}

/// Says who is calling and what they may do.
#[utoipa::path(get, path = "/session", tag = "people",
    responses((status = 200, description = "The caller", body = SessionView)))]
pub async fn current(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<SessionView>, Problem> {
    let names = server.read(site_names).await?;
    Ok(Json(SessionView::of(&who.recognised, &names)))
}

/// Signs out. Harmless for who is not signed in.
#[utoipa::path(delete, path = "/session", tag = "people", responses((status = 204, description = "Signed out")))]
pub async fn end(
    State(server): State<Server>,
    Query(NoParams {}): Query<NoParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(recognised) = recognise(&server, &headers).await?
        && let RecognisedBy::Session { id, .. } = recognised.by
    {
        server.run(move |app| session::end(app, &recognised.caller, &id)).await?;
    }
    let cookie = cookie::clear(server.transport());
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// Lists the caller's own sessions.
#[utoipa::path(get, path = "/sessions", tag = "people",
    responses((status = 200, description = "All", body = List<SessionLineView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<SessionLineView>>, Problem> {
    let all = server.run(move |app| session::list(app, &who.caller, &who.recognised.by)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Ends one of the caller's own sessions.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "people",
    params(("id" = String, Path, description = "As the list gives it")),
    responses((status = 204, description = "Ended")))]
pub async fn revoke(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<StatusCode, Problem> {
    server.run(move |app| session::end(app, &who.caller, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
