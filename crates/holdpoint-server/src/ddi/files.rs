//! Files of an action: described with their hashes, and given out whole or in one part (RFC 9110).
//!
//! The surprise: a request for several parts at once is answered with the whole file, which the standard allows. What is given
//! is written down, and that before its last piece leaves: a device that has a file whole has it with the server's knowledge.

use super::talk::hal;
use super::{Asking, Ddi};
use crate::problem::{Problem, ProblemCode};
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::controllers::{self, Given, Offer, OfferedFile};
use md5::Md5;
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// Files leave in pieces of this size.
const PIECE_BYTES: usize = 64 * 1024;

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text takes everything");
        text
    })
}

/// The old hashes that clients of this kind compare, SHA-1 and MD5; ours is SHA-256, and it is given beside them.
#[derive(Debug, Clone)]
pub(super) struct OldHashes {
    sha1: String,
    md5: String,
}

fn old_hashes(bytes: &[u8]) -> OldHashes {
    OldHashes { sha1: hex(&Sha1::digest(bytes)), md5: hex(&Md5::digest(bytes)) }
}

/// The old hashes of a file, worked out once: many devices ask about the same one.
async fn hashes_of(ddi: &Ddi, name: &str, module: i64, file: &OfferedFile) -> Result<OldHashes, Problem> {
    if let Some(known) = ddi.hashes(&file.sha256) {
        return Ok(known);
    }
    let (own_name, own_file) = (name.to_owned(), file.name.clone());
    let read = move |app: &holdpoint_app::App| {
        let (_, bytes) = controllers::module_file(app, &own_name, module, &own_file)?;
        Ok(old_hashes(&bytes))
    };
    let old = ddi.run(read).await?;
    ddi.keep_hashes(file.sha256, &old);
    Ok(old)
}

async fn bytes_of(ddi: &Ddi, name: &str, module: i64, file: &str) -> Result<(OfferedFile, Vec<u8>), Problem> {
    let (name, file) = (name.to_owned(), file.to_owned());
    ddi.run(move |app| controllers::module_file(app, &name, module, &file)).await
}

/// The files of an offer as the API describes them.
pub(super) async fn described(ddi: &Ddi, asking: &Asking, offer: &Offer) -> Result<Value, Problem> {
    let mut all = Vec::new();
    for file in &offer.files {
        let module = offer.action.number;
        let OldHashes { sha1, md5 } = hashes_of(ddi, &asking.name, module, file).await?;
        let href = format!("{}/softwaremodules/{module}/artifacts/{}", asking.base, file.name);
        let sum = format!("{href}.MD5SUM");
        let mut links = json!({ "download-http": { "href": href }, "md5sum-http": { "href": sum } });
        if asking.base.starts_with("https:") {
            links = json!({ "download": { "href": href }, "md5sum": { "href": sum },
                "download-http": { "href": href }, "md5sum-http": { "href": sum } });
        }
        all.push(json!({
            "filename": file.name,
            "hashes": { "sha1": sha1, "md5": md5, "sha256": hex(&file.sha256) },
            "size": file.size_bytes,
            "_links": links,
        }));
    }
    Ok(Value::Array(all))
}

fn module(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::plain(ProblemCode::NotFound))
}

pub(super) async fn list(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    Path((_, _, number)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let (name, number) = (asking.name.clone(), module(&number)?);
    let offer = ddi.run(move |app| controllers::offer(app, &name, number)).await?;
    Ok(hal(&described(&ddi, &asking, &offer).await?))
}

pub(super) async fn one(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    Path((_, _, number, file)): Path<(String, String, String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let number = module(&number)?;
    if let Some(name) = file.strip_suffix(".MD5SUM") {
        let (kept, bytes) = bytes_of(&ddi, &asking.name, number, name).await?;
        let text = format!("{}  {}", old_hashes(&bytes).md5, kept.name);
        return Ok(([(header::CONTENT_TYPE, "text/plain")], text).into_response());
    }
    let (kept, bytes) = bytes_of(&ddi, &asking.name, number, &file).await?;
    let tag = format!("\"{}\"", old_hashes(&bytes).sha1);
    let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if said(header::IF_MATCH).is_some_and(|wanted| wanted != "*" && !wanted.contains(&tag)) {
        return Ok(StatusCode::PRECONDITION_FAILED.into_response());
    }
    let same = said(header::IF_RANGE).is_none_or(|wanted| wanted == tag);
    let length = bytes.len();
    let part = said(header::RANGE).filter(|_| same).map_or(Part::Whole, |range| part(range, length));
    let given = Given {
        name: asking.name,
        action: number,
        sha256: kept.sha256,
        size_bytes: kept.size_bytes,
        from: 0,
        to: 0,
    };
    // Who asks for the head alone is given nothing.
    let ddi = (method == Method::GET).then_some((&ddi, given));
    Ok(give(bytes, &part, (&tag, ddi)))
}

/// Which part of a file is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    From(usize, usize),
    Outside,
}

fn part(range: &str, length: usize) -> Part {
    let Some(span) = range.strip_prefix("bytes=").filter(|span| !span.contains(',')) else {
        return Part::Whole;
    };
    let Some((first, last)) = span.split_once('-') else { return Part::Whole };
    let (first, last) = match (first.trim().parse::<usize>(), last.trim()) {
        (Ok(first), "") => (first, length.saturating_sub(1)),
        (Ok(first), last) => match last.parse::<usize>() {
            Ok(last) if last >= first => (first, last.min(length.saturating_sub(1))),
            Ok(_) | Err(_) => return Part::Whole,
        },
        (Err(_), last) if first.trim().is_empty() => match last.parse::<usize>() {
            Ok(0) => return Part::Outside,
            Ok(n) => (length.saturating_sub(n), length.saturating_sub(1)),
            Err(_) => return Part::Whole,
        },
        (Err(_), _) => return Part::Whole,
    };
    if first >= length { Part::Outside } else { Part::From(first, last) }
}

fn give(mut bytes: Vec<u8>, part: &Part, (tag, noted): (&str, Option<(&Ddi, Given)>)) -> Response {
    let length = bytes.len();
    let first = if let Part::From(first, _) = *part { first } else { 0 };
    let (status, range) = match *part {
        Part::Whole => (StatusCode::OK, None),
        Part::From(first, last) => {
            bytes = bytes.get(first..=last).unwrap_or_default().to_vec();
            (StatusCode::PARTIAL_CONTENT, Some(format!("bytes {first}-{last}/{length}")))
        }
        Part::Outside => {
            bytes.clear();
            (StatusCode::RANGE_NOT_SATISFIABLE, Some(format!("bytes */{length}")))
        }
    };
    let size = bytes.len();
    let body = match noted {
        Some((ddi, given)) if size > 0 => piece_by_piece(ddi, bytes, Given { from: first as u64, ..given }),
        Some(_) | None => Body::from(bytes),
    };
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    let mut put = |name: HeaderName, text: &str| {
        if let Ok(value) = HeaderValue::try_from(text) {
            response.headers_mut().insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, "application/octet-stream");
    put(header::ACCEPT_RANGES, "bytes");
    put(header::ETAG, tag);
    if let Some(range) = range {
        put(header::CONTENT_RANGE, &range);
    }
    response
}

/// Gives bytes out piece by piece, and writes down what was given before the last of them leaves. Where the device hangs up, it is
/// what has left until then.
fn piece_by_piece(ddi: &Ddi, bytes: Vec<u8>, given: Given) -> Body {
    let (sender, receiver) = mpsc::channel::<Result<Bytes, std::io::Error>>(1);
    let (ddi, bytes) = (ddi.clone(), Bytes::from(bytes));
    tokio::spawn(async move {
        let mut sent = 0;
        let note =
            |sent: usize| ddi.inner.given.keep(Given { to: given.from + sent as u64, ..given.clone() });
        while let Ok(place) = sender.reserve().await {
            let end = bytes.len().min(sent + PIECE_BYTES);
            let is_last = end == bytes.len();
            if is_last && note(end).await.is_err() {
                // It comes again and asks for the rest.
                place.send(Err(std::io::Error::other("what is given could not be written down")));
                return;
            }
            place.send(Ok(bytes.slice(sent..end)));
            if is_last {
                return;
            }
            sent = end;
        }
        if sent > 0 {
            let _not_written = note(sent).await;
        }
    });
    Body::from_stream(ReceiverStream::new(receiver))
}

#[cfg(test)]
mod tests {
    use super::{Part, part};

    #[test]
    fn parts_are_read_as_the_standard_says() {
        assert_eq!(part("bytes=0-9", 100), Part::From(0, 9));
        assert_eq!(part("bytes=90-", 100), Part::From(90, 99));
        assert_eq!(part("bytes=-10", 100), Part::From(90, 99));
        assert_eq!(part("bytes=-200", 100), Part::From(0, 99));
        assert_eq!(part("bytes=90-200", 100), Part::From(90, 99));
        assert_eq!(part("bytes=100-", 100), Part::Outside);
        for odd in ["bytes=0-1,5-6", "lines=1-2", "bytes=9-1", "bytes=a-b", "bytes"] {
            assert_eq!(part(odd, 100), Part::Whole, "{odd}");
        }
    }
}
