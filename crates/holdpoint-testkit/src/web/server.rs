//! The server on the line: honest answers with ETag, 304 and parts, and every fault.
//!
//! The surprise: a body that breaks off is made by a stream that fails; the HTTP library then cuts the
//! connection, which is exactly what a client must notice.

use std::convert::Infallible;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Response, StatusCode, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use sha2::{Digest as _, Sha256};

use super::faults::{Fault, PlacedFault};
use super::keys::TestKey;
use super::site::{Site, SiteFile, hex};

/// The one date everything was last modified.
const LAST_MODIFIED: &str = "Fri, 01 Nov 2024 08:00:00 GMT";

/// A mebibyte.
const MIB: usize = 1024 * 1024;

/// A request as the server saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRequest {
    /// `GET`, …
    pub method: String,
    /// The `Host` header.
    pub host: String,
    /// Path without host.
    pub path: String,
    /// `Range`.
    pub range: Option<String>,
    /// `If-None-Match`.
    pub if_none_match: Option<String>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
}

/// What the server knows, shared with its handle.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) site: RwLock<Site>,
    pub(super) faults: Mutex<Vec<Arc<PlacedFault>>>,
    pub(super) seen: Mutex<Vec<SeenRequest>>,
    pub(super) stranger: TestKey,
}

/// The routes: everything goes to one handler.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(handle).with_state(shared)
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let asked = seen(&request);
    let headers = request.headers().clone();
    shared.seen.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
    let fault = {
        let faults = shared.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.iter().find(|placed| placed.happens(&asked.path)).map(|placed| placed.fault.clone())
    };
    if fault == Some(Fault::Silence) {
        tokio::time::sleep(Duration::from_secs(3_600)).await;
    }
    let file = {
        let site = shared.site.read().unwrap_or_else(PoisonError::into_inner);
        site.file(&asked.host, &asked.path)
    };
    match fault {
        None => honest(file, &headers),
        Some(fault) => lie(&Scene { shared: &shared, path: &asked.path, file, headers: &headers }, fault),
    }
}

fn seen(request: &Request) -> SeenRequest {
    let text = |name: HeaderName| {
        request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    SeenRequest {
        method: request.method().to_string(),
        host: text(header::HOST).unwrap_or_default(),
        path: request.uri().path().to_owned(),
        range: text(header::RANGE),
        if_none_match: text(header::IF_NONE_MATCH),
        user_agent: text(header::USER_AGENT),
    }
}

fn etag(bytes: &[u8]) -> String {
    format!("\"{}\"", hex(Sha256::digest(bytes).get(..8).unwrap_or_default()))
}

/// Everything as it should be.
fn honest(file: Option<SiteFile>, headers: &HeaderMap) -> Response<Body> {
    let Some(file) = file else {
        return status(404);
    };
    let tag = etag(&file.bytes);
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::IF_NONE_MATCH) == Some(tag.as_str()) {
        return answer(StatusCode::NOT_MODIFIED, &[("etag", &tag)], Body::empty());
    }
    let from = text(header::RANGE)
        .filter(|_| text(header::IF_RANGE).is_none_or(|wanted| wanted == tag))
        .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    match from {
        Some(from) => part(&file, from, &tag),
        None => whole(file, &tag),
    }
}

fn whole(file: SiteFile, tag: &str) -> Response<Body> {
    let labels = [("etag", tag), ("last-modified", LAST_MODIFIED), ("content-type", file.content_type)];
    answer(StatusCode::OK, &labels, Body::from(file.bytes))
}

fn part(file: &SiteFile, from: usize, tag: &str) -> Response<Body> {
    let total = file.bytes.len();
    let Some(rest) = file.bytes.get(from..).filter(|rest| !rest.is_empty()) else {
        let range = format!("bytes */{total}");
        return answer(StatusCode::RANGE_NOT_SATISFIABLE, &[("content-range", &range)], Body::empty());
    };
    let range = format!("bytes {from}-{}/{total}", total - 1);
    let labels = [("etag", tag), ("content-range", range.as_str()), ("content-type", file.content_type)];
    answer(StatusCode::PARTIAL_CONTENT, &labels, Body::from(rest.to_vec()))
}

fn answer(status: StatusCode, labels: &[(&str, &str)], body: Body) -> Response<Body> {
    let mut response = Response::builder().status(status);
    for (name, value) in labels {
        response = response.header(*name, *value);
    }
    response.body(body).expect("the headers are plain text")
}

fn status(code: u16) -> Response<Body> {
    let code = StatusCode::from_u16(code).expect("the test gives a status that exists");
    answer(code, &[("content-type", "text/plain")], Body::from(format!("status {code}\n")))
}

/// Where a lie is told, and what the truth would be.
struct Scene<'a> {
    shared: &'a Shared,
    path: &'a str,
    file: Option<SiteFile>,
    headers: &'a HeaderMap,
}

/// One of the lies.
fn lie(scene: &Scene<'_>, fault: Fault) -> Response<Body> {
    let bytes = scene.file.as_ref().map(|file| file.bytes.clone()).unwrap_or_default();
    match fault {
        Fault::Status(code) | Fault::StatusTimes { status: code, .. } => status(code),
        Fault::AskToWait { seconds, .. } => {
            answer(StatusCode::TOO_MANY_REQUESTS, &[("retry-after", &seconds.to_string())], Body::empty())
        }
        Fault::Redirect(to) => answer(StatusCode::FOUND, &[("location", &to)], Body::empty()),
        Fault::Replace { bytes, content_type } => {
            answer(StatusCode::OK, &[("content-type", &content_type)], Body::from(bytes))
        }
        Fault::Html => {
            let page = "<!doctype html><title>Welcome</title><script>alert(1)</script>";
            answer(StatusCode::OK, &[("content-type", "text/html")], Body::from(page))
        }
        Fault::ChangedByte => as_file(changed(bytes)),
        Fault::WrongDigest => as_file(wrong_digest(&bytes)),
        Fault::OtherKey => as_file(scene.signed_by_stranger()),
        Fault::OtherDocument => as_file(scene.signed_for_another()),
        Fault::Truncated { after, .. } => truncated(&bytes, after, Length::Announced),
        Fault::TruncatedChunks { after } => truncated(&bytes, after, Length::Open),
        Fault::Drip { bytes: count, pause } => drip(bytes, count, pause),
        Fault::Silence => status(500),
        Fault::Endless => answer(StatusCode::OK, &[], endless()),
        Fault::HugeLength(length) => {
            answer(StatusCode::OK, &[("content-length", &length.to_string())], endless())
        }
        Fault::GzipBomb { unpacked } => packed("gzip", bomb(unpacked)),
        Fault::Gzip => packed("gzip", Body::from(gzip(&bytes))),
        Fault::BrokenGzip => packed("gzip", Body::from(bytes)),
        Fault::StrangePacking => packed("br", Body::from(bytes)),
        Fault::WrongPart => wrong_part(&bytes, scene.headers, "\"same\""),
        Fault::PartOfAnother => wrong_part(&bytes, scene.headers, "\"another\""),
    }
}

fn as_file(bytes: Vec<u8>) -> Response<Body> {
    let tag = etag(&bytes);
    whole(SiteFile { bytes, content_type: "text/plain" }, &tag)
}

fn packed(how: &str, body: Body) -> Response<Body> {
    answer(StatusCode::OK, &[("content-encoding", how)], body)
}

fn changed(mut bytes: Vec<u8>) -> Vec<u8> {
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 1;
    }
    bytes
}

/// The digest file with every digit of the digest turned into another.
fn wrong_digest(bytes: &[u8]) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == b' ').unwrap_or(bytes.len());
    let (digest, name) = bytes.split_at(end);
    let other = digest.iter().map(|digit| if *digit == b'0' { b'1' } else { b'0' });
    other.chain(name.iter().copied()).collect()
}

impl Scene<'_> {
    /// A signature over the right document by a key nobody announced.
    fn signed_by_stranger(&self) -> Vec<u8> {
        let site = self.shared.site.read().unwrap_or_else(PoisonError::into_inner);
        let document = self.path.strip_suffix(".asc").and_then(|path| site.file("", path));
        self.shared.stranger.sign(&document.map(|file| file.bytes).unwrap_or_default()).into_bytes()
    }

    /// A signature by the right key over another document.
    fn signed_for_another(&self) -> Vec<u8> {
        let site = self.shared.site.read().unwrap_or_else(PoisonError::into_inner);
        site.key.sign(b"another document").into_bytes()
    }
}

/// Whether a body that breaks off had a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Announced,
    Open,
}

fn truncated(bytes: &[u8], after: usize, length: Length) -> Response<Body> {
    let first = Bytes::copy_from_slice(bytes.get(..after.min(bytes.len())).unwrap_or_default());
    let pieces = stream::unfold(Some(first), async |piece| {
        let broken = || std::io::Error::other("cut by the test");
        match piece {
            Some(piece) if !piece.is_empty() => Some((Ok(piece), Some(Bytes::new()))),
            Some(_) => {
                // The first piece must reach the line before the connection is cut.
                tokio::time::sleep(Duration::from_millis(100)).await;
                Some((Err(broken()), None))
            }
            None => None,
        }
    });
    let (tag, all) = (etag(bytes), bytes.len().to_string());
    let labels = [("etag", tag.as_str()), ("content-length", all.as_str())];
    let labels = match length {
        Length::Announced => &labels[..],
        Length::Open => &labels[..1],
    };
    answer(StatusCode::OK, labels, Body::from_stream(pieces))
}

fn drip(bytes: Vec<u8>, count: usize, pause: Duration) -> Response<Body> {
    let length = bytes.len().to_string();
    let pieces = stream::unfold(Bytes::from(bytes), move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = rest.split_to(count.clamp(1, rest.len()));
        Some((Ok::<_, Infallible>(piece), rest))
    });
    answer(StatusCode::OK, &[("content-length", &length)], Body::from_stream(pieces))
}

fn endless() -> Body {
    let piece = Bytes::from(vec![b' '; 64 * 1024]);
    Body::from_stream(stream::unfold(piece, |piece| async move {
        tokio::task::yield_now().await;
        Some((Ok::<_, Infallible>(piece.clone()), piece))
    }))
}

/// One packed mebibyte of nothing, again and again: legal gzip.
fn bomb(unpacked: u64) -> Body {
    let piece = Bytes::from(gzip(&vec![0; MIB]));
    let pieces = unpacked.div_ceil(MIB as u64);
    Body::from_stream(stream::unfold((piece, pieces), |(piece, left)| async move {
        let left = left.checked_sub(1)?;
        tokio::task::yield_now().await;
        Some((Ok::<_, Infallible>(piece.clone()), (piece, left)))
    }))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory can be written to")
}

/// A part that does not fit, with the ETag asked for, or with another one.
fn wrong_part(bytes: &[u8], headers: &HeaderMap, tag: &str) -> Response<Body> {
    let asked = headers.get(header::IF_RANGE).and_then(|value| value.to_str().ok());
    let tag = match (tag, asked) {
        ("\"same\"", Some(asked)) => asked,
        (tag, _) => tag,
    };
    let file = SiteFile { bytes: bytes.to_vec(), content_type: "application/json" };
    part(&file, 1, tag)
}
