//! What is said to an OPC UA server: open a channel, open a session, read one value, close both. Nothing else can be said here.
//!
//! How bytes become messages stands in `line.rs`. The surprise: the server itself names the word for an anonymous reader, and not
//! every server calls it `anonymous`.

use super::codec::{In, Out};
use super::line::{Line, NO_SECURITY};
use super::status::Status;
use super::{Endpoint, Node, Reading, Told, reading};
use std::time::Duration;

/// How long saying goodbye may take; the answer to the question is there already.
const GOODBYE: Duration = Duration::from_secs(1);
/// How long the server may keep channel and session should this program die.
const KEPT_MS: u32 = 15_000;

// The ids of the messages that are used, as the standard numbers them in its binary encoding.
const OPEN_CHANNEL: (u16, u32) = (446, 449);
const OPEN_SESSION: (u16, u32) = (461, 464);
const BE_ANONYMOUS: (u16, u32) = (467, 470);
const READ: (u16, u32) = (631, 634);
const CLOSE_SESSION: (u16, u32) = (473, 476);
const CLOSE_CHANNEL: u16 = 452;
const FAULT: u32 = 397;
const ANONYMOUS: u16 = 321;
/// The attribute of a node that is its value.
const VALUE: u32 = 13;

/// Reads the value of a node once. `ticks` is the time of the request, as the standard counts it.
pub(super) fn read(endpoint: &Endpoint, node: &Node, ticks: i64, patience: Duration) -> Told<Reading> {
    let mut talk = Talk { line: Line::open(endpoint, patience)?, session: vec![0, 0], ticks };
    talk.open_channel()?;
    let read = talk.open_session(endpoint).and_then(|anonymous| {
        talk.be_anonymous(anonymous.as_deref())?;
        talk.value(node)
    });
    talk.close();
    read
}

struct Talk {
    line: Line,
    /// The id that the server gave the session, as it wrote it; the empty id before.
    session: Vec<u8>,
    ticks: i64,
}

impl Talk {
    fn request(&self, id: u16) -> Out {
        Out::default()
            .type_id(id)
            .raw(&self.session)
            .i64(self.ticks)
            .u32(self.line.next())
            .u32(0)
            .absent()
            .u32(KEPT_MS)
            // No further header: the empty id, and no body.
            .raw(&[0, 0, 0])
    }

    fn open_channel(&mut self) -> Told<()> {
        // Version 0; issue a new one; no signatures and no encryption; no random number.
        let request = self.request(OPEN_CHANNEL.0).u32(0).u32(0).u32(1).absent().u32(KEPT_MS);
        let handle = self.line.next();
        let answer = self.line.ask_for_channel(&request.done())?;
        let mut body = answered(&answer, OPEN_CHANNEL.1, handle)?;
        body.u32()?;
        let (channel, token) = (body.u32()?, body.u32()?);
        self.line.use_channel(channel, token);
        Ok(())
    }

    /// Opens a session; the server's word for an anonymous reader.
    fn open_session(&mut self, endpoint: &Endpoint) -> Told<Option<String>> {
        let request = self
            .request(OPEN_SESSION.0)
            .text("urn:holdpoint:reader")
            .absent()
            // The name: a text without a language. Then: a client, no gateway, no addresses.
            .u8(2)
            .text("Holdpoint")
            .u32(1)
            .absent()
            .absent()
            .u32(0)
            .absent()
            .text(&endpoint.text)
            .text("Holdpoint reads a permit")
            // No random number and no certificate, as there is no security.
            .absent()
            .absent()
            .f64(f64::from(KEPT_MS))
            .u32(0);
        let answer = self.ask(request, OPEN_SESSION.1)?;
        let mut body = In::new(&answer);
        body.node_id()?;
        self.session = body.node_id()?.to_vec();
        body.u64()?;
        body.bytes()?;
        body.bytes()?;
        word_for_anonymous(body)
    }

    fn be_anonymous(&mut self, word: Option<&str>) -> Told<()> {
        let request = self.request(BE_ANONYMOUS.0).absent().absent().u32(0).u32(0);
        let request = match word {
            Some(word) => request.type_id(ANONYMOUS).u8(1).bytes(&Out::default().text(word).done()),
            // The standard takes an absent identity for an anonymous one.
            None => request.raw(&[0, 0, 0]),
        };
        self.ask(request.absent().absent(), BE_ANONYMOUS.1).map(drop)
    }

    fn value(&mut self, node: &Node) -> Told<Reading> {
        // Nothing from a cache, both times, one node, the whole value as it is.
        let request = self.request(READ.0).f64(0.0).u32(2).u32(1).raw(&node.bytes).u32(VALUE);
        let answer = self.ask(request.absent().u16(0).absent(), READ.1)?;
        let mut body = In::new(&answer);
        let count = body.count()?;
        if count != 1 {
            return Err(format!("the answer has {count} values, and one was asked for"));
        }
        reading(&mut body)
    }

    fn ask(&mut self, request: Out, response: u32) -> Told<Vec<u8>> {
        let handle = self.line.next();
        let answer = self.line.ask(&request.done())?;
        answered(&answer, response, handle).map(|body| body.rest().to_vec())
    }

    /// Gives the session and the channel back: some controllers have two of them. What the server says to it changes nothing.
    fn close(mut self) {
        self.line.hurry(GOODBYE);
        let request = self.request(CLOSE_SESSION.0).u8(1);
        if self.session.len() > 2 && self.ask(request, CLOSE_SESSION.1).is_err() {
            return;
        }
        let request = self.request(CLOSE_CHANNEL).done();
        drop(self.line.tell(*b"CLO", &request));
    }
}

/// The body of an answer behind its header, when it is the answer that was asked for and a good one.
fn answered(answer: &[u8], response: u32, handle: u32) -> Told<In<'_>> {
    let mut body = In::new(answer);
    let id = body.type_id()?;
    body.i64()?;
    let of = body.u32()?;
    let status = Status(body.u32()?);
    if of != handle {
        return Err("the server answers another question".into());
    }
    body.skip_diagnostics()?;
    body.skip_texts()?;
    body.skip_object()?;
    match id {
        Some(id) if status.is_plain_good() && id == response => Ok(body),
        Some(id) if !status.is_plain_good() && (id == response || id == FAULT) => Err(status.to_string()),
        _ => Err("the server answers with another message than was asked for".into()),
    }
}

/// Looks through the doors of a server for the one that is used; its word for an anonymous reader.
fn word_for_anonymous(mut body: In<'_>) -> Told<Option<String>> {
    let n_doors = body.count()?;
    let mut found = None;
    for _ in 0..n_doors {
        body.text()?;
        skip_application(&mut body)?;
        body.bytes()?;
        let open = body.u32()? == 1;
        let none = body.text()? == NO_SECURITY;
        for _ in 0..body.count()? {
            let word = body.text()?;
            let anonymous = body.u32()? == 0;
            for _ in 0..3 {
                body.text()?;
            }
            if open && none && anonymous && found.is_none() {
                found = Some(word.to_owned());
            }
        }
        body.text()?;
        body.u8()?;
    }
    if found.is_none() && n_doors > 0 {
        return Err("the server has no door for an anonymous reader without security".into());
    }
    Ok(found)
}

fn skip_application(body: &mut In<'_>) -> Told<()> {
    body.text()?;
    body.text()?;
    body.skip_localized()?;
    body.u32()?;
    body.text()?;
    body.text()?;
    body.skip_texts()
}
