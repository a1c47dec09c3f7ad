//! Reading a request strictly: an unknown parameter, a wrong type or a broken body is a problem in words.
//!
//! The libraries' own extractors answer in plain text; these say the same as a [`Problem`].

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;
use tokio::sync::OwnedSemaphorePermit;

use crate::problem::{Problem, ProblemCode};
use crate::server::Server;

/// Query parameters. The type must refuse unknown ones (`deny_unknown_fields`).
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let text = rejection.body_text();
                let text = text.trim_start_matches("Failed to deserialize query string: ").to_owned();
                Err(Problem::new(
                    ProblemCode::Invalid,
                    format!("the query parameters cannot be used: {text}; nothing was done; correct them"),
                )
                .with("?", "query", text))
            }
        }
    }
}

/// The placeholders of the path.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Problem::new(
                ProblemCode::NotFound,
                "the address holds something that can be no id here; nothing was done; check the link",
            )),
        }
    }
}

/// A JSON body. The type must refuse unknown members (`deny_unknown_fields`).
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media = media.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case("application/json") {
            return Err(Problem::plain(ProblemCode::UnsupportedMedia));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| too_large(&rejection))?;
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let pointer = pointer(error.path());
            let text = error.into_inner().to_string();
            Problem::new(
                ProblemCode::Unprocessable,
                format!("the body cannot be used: {text}; nothing was changed; correct it"),
            )
            .with(&pointer, "body", text)
        })?;
        reader.end().map_err(|error| {
            Problem::new(
                ProblemCode::Unprocessable,
                format!("something follows the JSON of the body: {error}"),
            )
        })?;
        Ok(Self(value))
    }
}

/// The path to the place of a fault as a JSON pointer.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                text.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1")));
            }
            Segment::Enum { variant } => text.push_str(&format!("/{variant}")),
            Segment::Unknown => text.push_str("/?"),
        }
    }
    text
}

/// The raw bytes of an uploaded file, with the place in memory that they take up.
///
/// The place is taken before the first byte is read; so a hundred uploads at once wait instead of filling memory.
pub struct Upload {
    /// The bytes.
    pub bytes: Bytes,
    /// Gives the place back when it is dropped.
    pub place: OwnedSemaphorePermit,
}

impl FromRequest<Server> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, server: &Server) -> Result<Self, Problem> {
        let place = server.uploads().acquire_owned().await.expect("the semaphore is never closed");
        let bytes = Bytes::from_request(request, server).await.map_err(|rejection| too_large(&rejection))?;
        if bytes.is_empty() {
            return Err(Problem::new(
                ProblemCode::Invalid,
                "the body is empty; nothing was taken in; send the file's bytes as the body",
            ));
        }
        Ok(Self { bytes, place })
    }
}

fn too_large(rejection: &BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::plain(ProblemCode::TooLarge)
    } else {
        Problem::new(
            ProblemCode::Invalid,
            "the body could not be read to its end; nothing was changed; send it again",
        )
    }
}
