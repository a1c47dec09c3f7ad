//! The frame around all endpoints: routes, gate, limits, cross-site check, headers, request ids, problems' bodies.
//!
//! Order from the outside: the outermost layer (id, headers, problem bodies, time limit), compression, panics,
//! the cross-site check, routing, the gate, the handler.

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use holdpoint_domain::id::CheckId;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::config::{LONG_REQUEST_LIMIT, MAX_BODY_BYTES, REQUEST_LIMIT};
use crate::gate::gate;
use crate::problem::{Problem, ProblemCode};
use crate::server::Server;
use crate::{api, headers, health, pages};

/// The header with the request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// All routes with everything around them.
pub fn router(server: Server) -> axum::Router {
    let (endpoints, _) = api::router().split_for_parts();
    endpoints
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .method_not_allowed_fallback(|| async { Problem::plain(ProblemCode::MethodNotAllowed) })
        .route_layer(middleware::from_fn_with_state(server.clone(), gate))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/calendar/{file}", get(api::calendars::read))
        .fallback(pages::page)
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(server.clone(), outermost))
        .with_state(server)
}

/// Gives the request its id, holds it to its time, and gives every refusal its body.
async fn outermost(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    let id = request_id(&server, &request);
    let id_header = HeaderValue::try_from(id.as_str()).expect("the id was checked to be printable");
    request.headers_mut().insert(REQUEST_ID, id_header.clone());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    // The address of a calendar holds a secret, which no log keeps.
    let told = if path.starts_with("/calendar/") { "/calendar/…" } else { path.as_str() };
    let started = std::time::Instant::now();
    let limit = if takes_long(&method, &path) { LONG_REQUEST_LIMIT } else { REQUEST_LIMIT };
    let mut response = match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::plain(ProblemCode::Timeout).into_response(),
    };
    if response.status().is_client_error() || response.status().is_server_error() {
        response = with_body(response, &path, &id);
    }
    response.headers_mut().insert(REQUEST_ID, id_header);
    headers::harden(response.headers_mut(), server.transport());
    tracing::info!(
        request_id = %id, %method, path = told, status = response.status().as_u16(),
        took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX), "answered"
    );
    response
}

/// Whether a request may take minutes.
fn takes_long(method: &Method, path: &str) -> bool {
    let ends = [":import", ":verify", ":export", "/check", "/release"];
    ends.iter().any(|end| path.ends_with(end)) || (method == Method::GET && path == "/api/v1/assets")
}

/// The caller's own id when it is harmless, else a new one.
fn request_id(server: &Server, request: &Request) -> String {
    let given = request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    let harmless = |text: &&str| {
        (8..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    match given.filter(harmless) {
        Some(text) => text.to_owned(),
        None => CheckId::new(server.app().now(), server.app().random_bytes()).to_string(),
    }
}

/// Writes the problem's body, for problems of handlers and for refusals of libraries alike.
pub(crate) fn with_body(mut response: Response, path: &str, id: &str) -> Response {
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if response.extensions().get::<ProtectionError>().is_some() => {
            Problem::plain(ProblemCode::CrossSite)
        }
        None => Problem::of_status(response.status()),
    };
    let body = serde_json::to_vec(&problem.view(path, id)).expect("a problem is made of texts and numbers");
    let mut answer: Response = (problem.code.status(), body).into_response();
    let media = HeaderValue::from_static("application/problem+json");
    for (name, value) in response.headers() {
        if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
            answer.headers_mut().append(name.clone(), value.clone());
        }
    }
    answer.headers_mut().insert(header::CONTENT_TYPE, media);
    if problem.code.status() == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}
