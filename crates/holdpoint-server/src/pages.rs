//! The pages: files of the web front, and the front page for every address that only the front knows.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use holdpoint_ui::Caching;

use crate::problem::{Problem, ProblemCode};

/// Answers everything that is no endpoint.
pub async fn page(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if path == "/api" || path.starts_with("/api/") {
        return Problem::new(
            ProblemCode::NotFound,
            format!("`{path}` is no address of the API; `/api/v1/openapi.json` lists them all"),
        )
        .into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return Problem::plain(ProblemCode::MethodNotAllowed).into_response();
    }
    let known = holdpoint_ui::asset(path);
    // A last part with a dot is a file; an old page asking for last version's script must not get HTML for it.
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    match known {
        Some(file) => answer(file, &method, &headers),
        None if is_file => Problem::new(
            ProblemCode::NotFound,
            format!(
                "`{path}` is no file of the web front; reload the page, the program may have been updated"
            ),
        )
        .into_response(),
        None => match holdpoint_ui::asset("index.html") {
            Some(file) => answer(file, &method, &headers),
            None => Problem::plain(ProblemCode::NotFound).into_response(),
        },
    }
}

fn answer(file: holdpoint_ui::Asset, method: &Method, headers: &HeaderMap) -> Response {
    let digest: String = file.sha256[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{digest}\"");
    let caching = match file.caching {
        Caching::Immutable => "public, max-age=31536000, immutable",
        Caching::Revalidate => "no-cache",
    };
    let unchanged = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|list| list.split(',').any(|one| one.trim().trim_start_matches("W/") == etag));
    let text = file.content_type.starts_with("text/") || file.content_type.ends_with("javascript");
    let media = if text { format!("{}; charset=utf-8", file.content_type) } else { file.content_type };
    let body = if unchanged || method == Method::HEAD { Body::empty() } else { Body::from(file.bytes) };
    let mut response = Response::new(body);
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    for (name, value) in [(header::ETAG, etag), (header::CONTENT_TYPE, media)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            out.insert(name, value);
        }
    }
    response
}
