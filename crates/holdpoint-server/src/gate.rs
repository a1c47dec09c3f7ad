//! The gate before every endpoint: who is calling, and may they call this at all?
//!
//! Runs after routing and before any body is read. It asks the table of `access`; what has no row is refused.
//! A handler finds its caller in [`SignedIn`]. The surprise: a request that carries a token is judged by the token
//! alone, also when a cookie comes with it.

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use holdpoint_app::Caller;
use holdpoint_app::people::{self, Recognised};
use holdpoint_domain::access::{Permission, Reach};

use crate::access::{Access, access_of};
use crate::cookie;
use crate::problem::{Problem, ProblemCode};
use crate::server::Server;

/// The caller of a request that has passed the gate.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who, with what they may do.
    pub caller: Caller,
    /// The session or token by which they were recognised.
    pub recognised: Recognised,
}

impl SignedIn {
    /// How far the caller's permission reaches.
    ///
    /// # Errors
    /// A [`Problem`] that names the permission when the caller lacks it.
    pub fn reach(&self, permission: Permission) -> Result<Reach, Problem> {
        self.caller.require(permission).map_err(Problem::from)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<SignedIn>().cloned().ok_or_else(|| Problem::plain(ProblemCode::NotSignedIn))
    }
}

/// The middleware.
///
/// # Errors
/// A [`Problem`]: not signed in, not allowed, or an endpoint without a row in the table.
pub async fn gate(
    State(server): State<Server>,
    path: MatchedPath,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let Some(access) = access_of(request.method(), path.as_str()) else {
        // A path that only other methods have; or an endpoint that nobody has put into the table.
        return Err(Problem::plain(ProblemCode::MethodNotAllowed));
    };
    if let Access::Public { .. } = access {
        return Ok(next.run(request).await);
    }
    let recognised = recognise(&server, request.headers()).await?;
    let Some(recognised) = recognised else { return Err(Problem::plain(ProblemCode::NotSignedIn)) };
    let caller = recognised.caller.clone();
    if let Access::Needs(permission) = access {
        caller.require(permission)?;
    }
    request.extensions_mut().insert(SignedIn { caller, recognised });
    Ok(next.run(request).await)
}

/// Who a request comes from, by its token or its cookie; `None` when it carries nothing valid.
///
/// # Errors
/// Only faults of ours: the store did not answer.
pub async fn recognise(server: &Server, headers: &HeaderMap) -> Result<Option<Recognised>, Problem> {
    if let Some(authorization) = headers.get(header::AUTHORIZATION) {
        let Some(token) = bearer(authorization.to_str().unwrap_or_default()) else { return Ok(None) };
        return server.run(move |app| people::recognise_token(app, &token)).await;
    }
    match cookie::read(headers, server.transport()).map(str::to_owned) {
        Some(secret) => server.run(move |app| people::recognise_session(app, &secret)).await,
        None => Ok(None),
    }
}

fn bearer(header: &str) -> Option<String> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}
