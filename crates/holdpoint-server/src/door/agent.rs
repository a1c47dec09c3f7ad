//! The requests of agents, version 1: read, ask the app, answer. The contract is in `docs/wire.md`.

use super::{Door, Peer};
use crate::problem::{Problem, ProblemCode};
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::AppError;
use holdpoint_app::agents::{self, Known, Poll, ToldBy};
use std::net::SocketAddr;
use std::sync::Arc;

/// The largest body: a whole inventory. Each message has a limit of its own besides.
pub(super) const MOST_BYTES: usize = 8 * 1024 * 1024;

type Read = Result<Bytes, BytesRejection>;

fn body(read: Read) -> Result<Bytes, Problem> {
    read.map_err(|why| match why.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::plain(ProblemCode::TooLarge),
        _ => Problem::new(ProblemCode::Invalid, "the body broke off; nothing was kept; send it again"),
    })
}

/// Who asks. Without a certificate, or with one that is revoked, nobody.
async fn who(door: &Door, peer: Peer) -> Result<Arc<Known>, Problem> {
    let Peer(Some(certificate)) = peer else {
        let words =
            "this needs the certificate of an enrolled device; nothing was done; enrol it with a code";
        return Err(Problem::new(ProblemCode::NotSignedIn, words));
    };
    if let Some(known) = agents::in_memory(door.app(), &certificate) {
        return Ok(known);
    }
    let found = door.run(move |app| agents::recognise(app, &certificate)).await?;
    found.ok_or_else(|| {
        let words =
            "the device's certificate was revoked or replaced; nothing was done; enrol the device anew";
        Problem::new(ProblemCode::NotAllowed, words)
    })
}

fn json(status: StatusCode, bytes: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], bytes).into_response()
}

/// `POST /agent/v1/enrol`
pub(super) async fn enrol(
    State(door): State<Door>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    read: Read,
) -> Result<Response, Problem> {
    let bytes = body(read)?;
    let from = address.ip().to_string();
    // Who is held back takes no place among those that go to the database.
    door.inner.codes.may(CODES, &from, door.app().now()).map_err(held_back)?;
    let own = door.clone();
    match door.run(move |_| Ok(enrol_within(&own, &bytes, &from))).await? {
        Ok(answer) => Ok(json(StatusCode::CREATED, answer)),
        Err(NotEnrolled::HeldBack { wait_s }) => Err(held_back(wait_s)),
        Err(NotEnrolled::Why(why)) => {
            let problem = Problem::from(why);
            if problem.errors.iter().any(|item| item.code == "enrol-refused") {
                return Err(Problem::new(ProblemCode::NotAllowed, problem.detail));
            }
            Err(problem)
        }
    }
}

/// What tries with codes are counted under.
const CODES: &str = "enrol";

fn held_back(wait_s: u64) -> Problem {
    let mut problem = Problem::plain(ProblemCode::TooMany);
    problem.retry_after_s = Some(wait_s);
    problem
}

enum NotEnrolled {
    HeldBack { wait_s: u64 },
    Why(AppError),
}

/// Enrols, and counts what was wrong. A good code costs nobody a try: many devices may come from one address.
fn enrol_within(door: &Door, bytes: &[u8], from: &str) -> Result<Vec<u8>, NotEnrolled> {
    let (app, codes) = (door.app(), &door.inner.codes);
    // Asked again here, where only a few are at once: many wrong codes at the same moment pass the first look together.
    codes.may(CODES, from, app.now()).map_err(|wait_s| NotEnrolled::HeldBack { wait_s })?;
    let enrolled = agents::read(bytes).and_then(|request| agents::enrol(app, &request, from));
    match enrolled {
        Ok(answer) => {
            codes.forget(CODES, from);
            Ok(agents::write(&answer))
        }
        Err(why) => {
            // A fault of this side says nothing of who asks.
            if matches!(why, AppError::Conflict(_) | AppError::Invalid(_)) {
                codes.failed(CODES, from, app.now());
            }
            Err(NotEnrolled::Why(why))
        }
    }
}

/// `POST /agent/v1/renew`
pub(super) async fn renew(
    State(door): State<Door>,
    Extension(peer): Extension<Peer>,
    read: Read,
) -> Result<Response, Problem> {
    let who = who(&door, peer).await?;
    let bytes = body(read)?;
    let answer = door.run(move |app| agents::renew(app, &who, &agents::read(&bytes)?)).await?;
    Ok(json(StatusCode::CREATED, agents::write(&answer)))
}

/// `GET /agent/v1/work`
pub(super) async fn work(
    State(door): State<Door>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let who = who(&door, peer).await?;
    let tag = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).map(str::to_owned);
    if let Some(tag) = &tag
        && agents::nothing_new(door.app(), &who, tag)
    {
        return Ok(not_changed(tag));
    }
    match door.run(move |app| agents::poll(app, &who, tag.as_deref())).await? {
        Poll::NotChanged { tag } => Ok(not_changed(&tag)),
        Poll::Work(work) => {
            let mut response = json(StatusCode::OK, work.body);
            if let Ok(tag) = HeaderValue::try_from(work.tag) {
                response.headers_mut().insert(header::ETAG, tag);
            }
            Ok(response)
        }
    }
}

fn not_changed(tag: &str) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// `POST /agent/v1/events`
pub(super) async fn events(
    State(door): State<Door>,
    Extension(peer): Extension<Peer>,
    read: Read,
) -> Result<Response, Problem> {
    let who = who(&door, peer).await?;
    let progress = agents::read(&body(read)?)?;
    let kept_through = door.inner.desk.keep(ToldBy { who, progress }).await?;
    Ok(json(StatusCode::OK, agents::kept_answer(kept_through)))
}

/// `PUT /agent/v1/inventory`
pub(super) async fn inventory(
    State(door): State<Door>,
    Extension(peer): Extension<Peer>,
    read: Read,
) -> Result<Response, Problem> {
    let who = who(&door, peer).await?;
    let bytes = body(read)?;
    door.run(move |app| agents::take_inventory(app, &who, &bytes)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `GET /agent/v1/artifacts/SHA-256`
pub(super) async fn artifact(
    State(door): State<Door>,
    Extension(peer): Extension<Peer>,
    Path(sha256): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let who = who(&door, peer).await?;
    let bytes = door.run(move |app| agents::artifact(app, &who, &sha256)).await?;
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let from = range.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    let octets = (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    match from {
        Some(from) if from > 0 && from < bytes.len() => {
            let part = bytes.get(from..).unwrap_or_default().to_vec();
            let span = format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len());
            let span = HeaderValue::try_from(span).expect("digits");
            let headers = [octets, (header::CONTENT_RANGE, span)];
            Ok((StatusCode::PARTIAL_CONTENT, headers, Body::from(part)).into_response())
        }
        Some(_) | None => Ok((StatusCode::OK, [octets], Body::from(bytes)).into_response()),
    }
}
