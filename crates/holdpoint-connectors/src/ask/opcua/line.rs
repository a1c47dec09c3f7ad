//! One connection to an OPC UA server: messages in pieces, each of which has a length that is checked before it is believed.
//!
//! What is said over it stands in `talk.rs`. The surprise: one deadline holds for the whole conversation, so that a server that
//! sends one byte a second holds nobody longer than one that is silent.

use super::codec::{In, Out};
use super::status::Status;
use super::{Endpoint, Told};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// Most bytes of one piece; what the standard's own stacks use.
const PIECE_BYTES: u32 = 65_536;
/// Most bytes of a message: the largest describes all doors of a server with their certificates, some ten thousand bytes.
const MESSAGE_BYTES: usize = 262_144;
/// Most pieces of a message: so many of the smallest that the standard allows make one of that size twice over.
const PIECES: u32 = 64;
/// The one security policy that is spoken.
pub(super) const NO_SECURITY: &str = "http://opcfoundation.org/UA/SecurityPolicy#None";

/// A connection with its place in the conversation.
pub(super) struct Line {
    stream: TcpStream,
    until: Instant,
    patience: Duration,
    /// Largest piece that the server takes.
    room: usize,
    channel: u32,
    token: u32,
    n_sent: u32,
}

impl Line {
    /// Connects and greets.
    pub(super) fn open(endpoint: &Endpoint, patience: Duration) -> Told<Self> {
        let until = Instant::now() + patience;
        let stream = connected(endpoint, until)?;
        let mut line = Self { stream, until, patience, room: 8_192, channel: 0, token: 0, n_sent: 0 };
        let limits = [PIECE_BYTES, PIECE_BYTES, MESSAGE_BYTES as u32, PIECES];
        let hello = limits.iter().fold(Out::default().u32(0), |out, limit| out.u32(*limit));
        line.send(*b"HEL", hello.text(&endpoint.text).done())?;
        let (kind, last, body) = line.piece()?;
        if kind != *b"ACK" || last != b'F' {
            return Err("what answers there speaks no OPC UA".into());
        }
        let mut ack = In::new(&body);
        ack.u32()?;
        line.room = usize::try_from(ack.u32()?).unwrap_or(usize::MAX);
        Ok(line)
    }

    /// Gives the rest of the conversation this long, if that is less than is left.
    pub(super) fn hurry(&mut self, patience: Duration) {
        self.until = self.until.min(Instant::now() + patience);
    }

    /// The number of the next request.
    pub(super) const fn next(&self) -> u32 {
        self.n_sent + 1
    }

    /// From here on messages go over this channel.
    pub(super) const fn use_channel(&mut self, channel: u32, token: u32) {
        self.channel = channel;
        self.token = token;
    }

    /// Sends the request for a channel without security; its answer.
    pub(super) fn ask_for_channel(&mut self, request: &[u8]) -> Told<Vec<u8>> {
        let head = Out::default().u32(0).text(NO_SECURITY).absent().absent();
        self.send_numbered(*b"OPN", head, request)?;
        let (kind, last, body) = self.piece()?;
        if kind != *b"OPN" || last != b'F' {
            return Err("the server answers the request for a channel with something else".into());
        }
        let mut rest = In::new(&body);
        rest.u32()?;
        if rest.text()? != NO_SECURITY {
            return Err("the server answers with security that was not asked for".into());
        }
        rest.bytes()?;
        rest.bytes()?;
        self.numbered(&mut rest)?;
        Ok(rest.rest().to_vec())
    }

    /// Sends a request over the channel; its answer.
    pub(super) fn ask(&mut self, request: &[u8]) -> Told<Vec<u8>> {
        self.tell(*b"MSG", request)?;
        let mut whole = Vec::new();
        for _ in 0..PIECES {
            let (kind, last, body) = self.piece()?;
            let mut rest = In::new(&body);
            if kind != *b"MSG" || rest.u32()? != self.channel || rest.u32()? != self.token {
                return Err("the server answers over another channel".into());
            }
            self.numbered(&mut rest)?;
            if whole.len() + rest.rest().len() > MESSAGE_BYTES {
                return Err(format!("the answer has more than {MESSAGE_BYTES} bytes"));
            }
            match last {
                b'A' => return Err(failure(rest)?),
                b'F' | b'C' => whole.extend_from_slice(rest.rest()),
                _ => return Err("the answer has a piece of an unknown kind".into()),
            }
            if last == b'F' {
                return Ok(whole);
            }
        }
        Err(format!("the answer has more than {PIECES} pieces"))
    }

    /// Sends a message over the channel that has no answer, or one that is read elsewhere.
    pub(super) fn tell(&mut self, kind: [u8; 3], message: &[u8]) -> Told<()> {
        let head = Out::default().u32(self.channel).u32(self.token);
        self.send_numbered(kind, head, message)
    }

    fn send_numbered(&mut self, kind: [u8; 3], head: Out, message: &[u8]) -> Told<()> {
        self.n_sent += 1;
        let body = head.u32(self.n_sent).u32(self.n_sent).raw(message).done();
        self.send(kind, body)
    }

    /// Reads the two numbers of a piece; the second names the request that it answers.
    fn numbered(&self, rest: &mut In<'_>) -> Told<()> {
        rest.u32()?;
        if rest.u32()? == self.n_sent { Ok(()) } else { Err("the server answers another question".into()) }
    }

    fn send(&mut self, kind: [u8; 3], body: Vec<u8>) -> Told<()> {
        let size = body.len() + 8;
        if size > self.room {
            return Err("the address or the node id is too long for the server".into());
        }
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        let message = Out::default().raw(&kind).u8(b'F').u32(size).raw(&body).done();
        let left = self.left()?;
        let written =
            self.stream.set_write_timeout(Some(left)).and_then(|()| self.stream.write_all(&message));
        written.map_err(|why| self.broken(&why))
    }

    /// The next piece: its kind, whether more follow, and its body. An error message of the server is an error here.
    fn piece(&mut self) -> Told<([u8; 3], u8, Vec<u8>)> {
        let mut head = [0; 8];
        self.fill(&mut head)?;
        let [a, b, c, last, size @ ..] = head;
        let size = u32::from_le_bytes(size);
        let known = matches!(&[a, b, c], b"ACK" | b"ERR" | b"OPN" | b"MSG");
        if !known || !(8..=PIECE_BYTES).contains(&size) {
            return Err("what answers there speaks no OPC UA".into());
        }
        let mut body = vec![0; size as usize - 8];
        self.fill(&mut body)?;
        if &[a, b, c] == b"ERR" {
            return Err(failure(In::new(&body))?);
        }
        Ok(([a, b, c], last, body))
    }

    fn fill(&mut self, mut buffer: &mut [u8]) -> Told<()> {
        while !buffer.is_empty() {
            let left = self.left()?;
            let read = self.stream.set_read_timeout(Some(left)).and_then(|()| self.stream.read(buffer));
            match read {
                Ok(0) => return Err("the server ended the conversation in the middle".into()),
                Ok(n) => buffer = &mut buffer[n..],
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                Err(why) => return Err(self.broken(&why)),
            }
        }
        Ok(())
    }

    fn left(&self) -> Told<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(too_late(self.patience)) } else { Ok(left) }
    }

    fn broken(&self, why: &std::io::Error) -> String {
        match why.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => too_late(self.patience),
            _ => why.to_string(),
        }
    }
}

/// What a server says of its failure: a status and a reason.
fn failure(mut body: In<'_>) -> Told<String> {
    let status = Status(body.u32()?);
    let reason: String = body.text()?.chars().filter(|c| !c.is_control()).take(200).collect();
    Ok(if reason.is_empty() { status.to_string() } else { format!("{status}: {reason}") })
}

fn too_late(patience: Duration) -> String {
    format!("there was no whole answer within {} seconds", patience.as_secs_f32())
}

fn connected(endpoint: &Endpoint, until: Instant) -> Told<TcpStream> {
    let found = (endpoint.host.as_str(), endpoint.port).to_socket_addrs().map_err(|why| why.to_string())?;
    let mut last = "the name has no address".to_owned();
    for address in found {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        match TcpStream::connect_timeout(&address, left) {
            Ok(stream) => {
                // Questions are small and each waits for its answer.
                stream.set_nodelay(true).map_err(|why| why.to_string())?;
                return Ok(stream);
            }
            Err(why) => last = why.to_string(),
        }
    }
    Err(last)
}
