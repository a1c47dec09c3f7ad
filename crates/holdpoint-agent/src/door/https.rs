//! The requests of the agent's door, version 1; the contract is in `docs/wire.md`.

use super::Polled;
use super::http::{self, Answer, Request, Target};
use crate::error::{Result, Trouble};
use holdpoint_wire::enrol::{EnrolAnswer, EnrolRequest, RenewAnswer, RenewRequest};
use holdpoint_wire::inventory::Inventory;
use holdpoint_wire::message::{self, Message};
use holdpoint_wire::order::Artifact;
use holdpoint_wire::poll::PollAnswer;
use holdpoint_wire::progress::{Progress, ProgressAnswer};
use std::io::Read;

/// The longest that a server may send a device away: a day.
const LATER_LIMIT_S: u32 = 86_400;
/// What a busy server means that does not say how long.
const LATER_DEFAULT_S: u32 = 60;
/// Of an answer that says what is wrong, so much is shown.
const WORDS_LIMIT_BYTES: usize = 4 * 1024;

/// A server, asked over a secured connection.
#[derive(Debug)]
pub struct HttpsDoor {
    target: Target,
    /// What the server called its last answer.
    tag: Option<String>,
}

impl HttpsDoor {
    /// A server.
    #[must_use]
    pub const fn new(target: Target) -> Self {
        Self { target, tag: None }
    }

    pub(super) fn poll(&mut self) -> Result<Polled> {
        let headers: Vec<_> = self.tag.iter().map(|tag| ("if-none-match", tag.clone())).collect();
        let request = Request { method: "GET", path: "/agent/v1/work", headers: &headers, body: None };
        let answer = http::send(&self.target, &request)?;
        match answer.status {
            304 => Ok(Polled::NotChanged),
            429 | 503 => {
                let said = answer.header("retry-after").and_then(|value| value.parse().ok());
                Ok(Polled::Later { after_s: said.unwrap_or(LATER_DEFAULT_S).clamp(1, LATER_LIMIT_S) })
            }
            _ => {
                // Only what may stand in a header is sent back.
                let is_plain =
                    |tag: &&str| tag.len() <= 200 && tag.bytes().all(|byte| (0x21..0x7f).contains(&byte));
                let tag = answer.header("etag").filter(is_plain).map(str::to_owned);
                let read: PollAnswer = read_answer(answer, 200)?;
                self.tag = tag;
                Ok(Polled::Answer(Box::new(read)))
            }
        }
    }

    pub(super) fn artifact(&self, artifact: &Artifact, from: u64) -> Result<Box<dyn Read>> {
        let path = format!("/agent/v1/artifacts/{}", artifact.sha256);
        let headers = if from == 0 { vec![] } else { vec![("range", format!("bytes={from}-"))] };
        let answer =
            http::send(&self.target, &Request { method: "GET", path: &path, headers: &headers, body: None })?;
        match (answer.status, from) {
            (200, 0) | (206, 1..) => Ok(answer.body),
            // A server that gives the whole file is believed by the hash; the part that is here is passed over.
            (200, 1..) => {
                let mut body = answer.body;
                std::io::copy(&mut body.by_ref().take(from), &mut std::io::sink())
                    .map_err(|error| Trouble::Server(format!("the file broke off: {error}")))?;
                Ok(body)
            }
            _ => Err(unexpected(answer)),
        }
    }

    pub(super) fn report(&self, progress: &Progress) -> Result<u64> {
        let body = message::write(progress);
        let request = Request { method: "POST", path: "/agent/v1/events", headers: &[], body: Some(&body) };
        let answer: ProgressAnswer = read_answer(http::send(&self.target, &request)?, 200)?;
        Ok(answer.kept_through)
    }

    pub(super) fn inventory(&self, inventory: &Inventory) -> Result<()> {
        let body = message::write(inventory);
        let request = Request { method: "PUT", path: "/agent/v1/inventory", headers: &[], body: Some(&body) };
        let answer = http::send(&self.target, &request)?;
        if answer.status == 204 { Ok(()) } else { Err(unexpected(answer)) }
    }
}

/// Asks to be enrolled, over a connection on which only the server shows a certificate.
///
/// # Errors
/// When the server cannot be asked or says no.
pub fn enrol(target: &Target, request: &EnrolRequest) -> Result<EnrolAnswer> {
    let body = message::write(request);
    let request = Request { method: "POST", path: "/agent/v1/enrol", headers: &[], body: Some(&body) };
    read_answer(http::send(target, &request)?, 201)
}

/// Asks for a new certificate, over a connection that shows the old one.
///
/// # Errors
/// When the server cannot be asked or says no.
pub fn renew(target: &Target, request: &RenewRequest) -> Result<RenewAnswer> {
    let body = message::write(request);
    let request = Request { method: "POST", path: "/agent/v1/renew", headers: &[], body: Some(&body) };
    read_answer(http::send(target, &request)?, 201)
}

fn read_answer<M: Message>(answer: Answer, wanted: u16) -> Result<M> {
    if answer.status != wanted {
        return Err(unexpected(answer));
    }
    let bytes = answer.bytes(M::LIMIT_BYTES)?;
    message::read(&bytes).map_err(|error| Trouble::Server(error.to_string()))
}

/// What the server says is wrong, if it says it as agreed.
fn unexpected(answer: Answer) -> Trouble {
    let status = answer.status;
    let bytes = answer.bytes(WORDS_LIMIT_BYTES).unwrap_or_default();
    let problem: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let words = problem["detail"].as_str().or(problem["title"].as_str()).unwrap_or("it says no more");
    let words = holdpoint_wire::text::Words::cut(words);
    Trouble::Server(format!("the server answered {status}: {words}"))
}
