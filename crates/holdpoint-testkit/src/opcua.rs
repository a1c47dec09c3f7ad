//! An OPC UA server of a plant for tests: anonymous, without security, with a handful of values that can be read.
//!
//! It is written from the standard and shares no code with the client. The surprise: it is stricter than servers are: a request
//! that is a byte too long or too short, or that comes in the wrong order, gets no answer but the end of the connection.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

const NO_SECURITY: &str = "http://opcfoundation.org/UA/SecurityPolicy#None";
const CHANNEL: u32 = 71;
const TOKEN: u32 = 9;
/// The id of every session: form, namespace and number.
const SESSION: [u8; 7] = [2, 1, 0, 0x78, 0x56, 0x34, 0x12];
/// The server's word for an anonymous reader; it may be any.
const WORD: &str = "nobody";
const BAD_NODE: u32 = 0x8034_0000;

/// What a node shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The value as the standard writes it: its type and its bytes; empty: none.
    pub value: Vec<u8>,
    /// The status code; 0 is good.
    pub status: u32,
    /// When the source says it is of, in microseconds since 1970.
    pub source: Option<i64>,
}

impl Shown {
    /// A good Boolean of that moment.
    #[must_use]
    pub fn bit(is: bool, source: i64) -> Self {
        Self { value: vec![1, u8::from(is)], status: 0, source: Some(source) }
    }
}

#[derive(Debug, Default)]
struct Inside {
    /// What the nodes of namespace 2 show, by name.
    nodes: BTreeMap<String, Shown>,
    /// The numbers of the requests that came, as the standard has them.
    requests: Vec<u16>,
}

/// A server on 127.0.0.1 for as long as the test runs.
#[derive(Debug, Clone)]
pub struct OpcUaServer {
    port: u16,
    inside: Arc<Mutex<Inside>>,
}

impl OpcUaServer {
    /// Starts it, with nothing to read.
    ///
    /// # Panics
    /// When no port is free.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let inside = Arc::new(Mutex::new(Inside::default()));
        let server = Self { port, inside: Arc::clone(&inside) };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let inside = Arc::clone(&inside);
                std::thread::spawn(move || Guest { stream, inside, open: false }.serve());
            }
        });
        server
    }

    /// Its address.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("opc.tcp://127.0.0.1:{}/mill", self.port)
    }

    /// Lets `ns=2;s=NAME` show this.
    pub fn show(&self, name: &str, shown: Shown) {
        self.inside().nodes.insert(name.to_owned(), shown);
    }

    /// The numbers of all requests that came, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<u16> {
        self.inside().requests.clone()
    }

    fn inside(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection.
struct Guest {
    stream: TcpStream,
    inside: Arc<Mutex<Inside>>,
    /// Whether its session is active.
    open: bool,
}

/// A request: what is left of its bytes.
struct Request(Vec<u8>);

impl Request {
    fn take(&mut self, n: usize) -> Option<Vec<u8>> {
        (self.0.len() >= n).then(|| self.0.drain(..n).collect())
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    /// A text; empty when it is absent.
    fn text(&mut self) -> Option<String> {
        match self.u32()? {
            u32::MAX => Some(String::new()),
            n => String::from_utf8(self.take(usize::try_from(n).ok()?)?).ok(),
        }
    }

    /// These bytes, or nothing.
    fn exactly(&mut self, bytes: &[u8]) -> Option<()> {
        (self.take(bytes.len())? == bytes).then_some(())
    }
}

fn text(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).expect("a short text");
    [&length.to_le_bytes(), text.as_bytes()].concat()
}

impl Guest {
    fn serve(mut self) {
        // Answers are written in pieces, and nobody should wait for the second.
        drop(self.stream.set_nodelay(true));
        while self.one().is_some() {}
    }

    /// Answers one message; `None` ends the connection.
    fn one(&mut self) -> Option<()> {
        let mut head = [0; 8];
        self.stream.read_exact(&mut head).ok()?;
        let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let mut body = vec![0; usize::try_from(size).ok()?.checked_sub(8)?];
        self.stream.read_exact(&mut body).ok()?;
        let mut body = Request(body);
        match &head[..4] {
            b"HELF" => {
                body.take(20)?;
                body.text()?;
                let limits = [0_u32, 8_192, 8_192, 0, 0].map(u32::to_le_bytes).concat();
                self.send(*b"ACKF", &limits)
            }
            b"OPNF" => {
                body.exactly(&[0; 4])?;
                (body.text()? == NO_SECURITY).then_some(())?;
                body.exactly(&[255; 8])?;
                let numbers = body.take(8)?;
                let (id, handle) = self.head(&mut body, &[0, 0])?;
                (id == 446).then_some(())?;
                // Version, issue, no security, no random number.
                body.exactly(&[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255])?;
                let channel = [0, CHANNEL, TOKEN, 0, 0, 60_000, u32::MAX].map(u32::to_le_bytes).concat();
                let security = [&CHANNEL.to_le_bytes()[..], &text(NO_SECURITY), &[255; 8]].concat();
                let answer = [security, numbers, answer(449, handle, 0), channel].concat();
                self.send(*b"OPNF", &answer)
            }
            b"MSGF" => self.message(body),
            _ => None,
        }
    }

    fn send(&mut self, kind: [u8; 4], body: &[u8]) -> Option<()> {
        let size = u32::try_from(body.len() + 8).ok()?;
        self.stream.write_all(&[&kind[..], &size.to_le_bytes(), body].concat()).ok()
    }

    /// The number of a request and its handle.
    fn head(&self, body: &mut Request, session: &[u8]) -> Option<(u16, u32)> {
        body.exactly(&[1, 0])?;
        let id = body.u16()?;
        self.inside.lock().unwrap_or_else(PoisonError::into_inner).requests.push(id);
        body.exactly(session)?;
        body.take(8)?;
        let handle = body.u32()?;
        body.exactly(&[0, 0, 0, 0, 255, 255, 255, 255])?;
        body.take(4)?;
        body.exactly(&[0, 0, 0])?;
        Some((id, handle))
    }

    fn message(&mut self, mut body: Request) -> Option<()> {
        body.exactly(&CHANNEL.to_le_bytes())?;
        body.exactly(&TOKEN.to_le_bytes())?;
        let numbers = body.take(8)?;
        let is_first = u16::from_le_bytes([*body.0.get(2)?, *body.0.get(3)?]) == 461;
        let (id, handle) = self.head(&mut body, if is_first { &[0, 0] } else { &SESSION })?;
        let said = match id {
            461 => [answer(464, handle, 0), doors()].concat(),
            467 => {
                body.take(16)?;
                body.exactly(&[1, 0, 65, 1, 1])?;
                body.take(4)?;
                self.open = body.text()? == WORD;
                body.exactly(&[255; 8])?;
                body.0.is_empty().then_some(())?;
                [answer(470, handle, if self.open { 0 } else { 0x8020_0000 }), vec![255; 12]].concat()
            }
            631 if self.open => [answer(634, handle, 0), self.value(body)?].concat(),
            473 => answer(476, handle, 0),
            _ => answer(397, handle, 0x800B_0000),
        };
        let head = [&CHANNEL.to_le_bytes()[..], &TOKEN.to_le_bytes(), &numbers].concat();
        // Each answer comes in two pieces, as large ones do.
        let (one, other) = said.split_at(said.len() / 2);
        self.send(*b"MSGC", &[&head, one].concat())?;
        self.send(*b"MSGF", &[&head, other].concat())
    }

    fn value(&self, mut body: Request) -> Option<Vec<u8>> {
        // The age of a cache, both times, one node by its name.
        body.exactly(&[0; 8])?;
        body.exactly(&[2, 0, 0, 0, 1, 0, 0, 0, 3])?;
        let (space, name) = (body.u16()?, body.text()?);
        // Its value, as it is.
        body.exactly(&[13, 0, 0, 0, 255, 255, 255, 255, 0, 0, 255, 255, 255, 255])?;
        body.0.is_empty().then_some(())?;
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = inside.nodes.get(&name).filter(|_| space == 2);
        let mut out = vec![1, 0, 0, 0];
        let Some(shown) = shown else {
            out.push(2);
            out.extend(BAD_NODE.to_le_bytes());
            return Some([out, vec![255; 4]].concat());
        };
        let has_value = u8::from(!shown.value.is_empty());
        out.push(has_value | 2 | if shown.source.is_some() { 4 } else { 0 });
        out.extend(&shown.value);
        out.extend(shown.status.to_le_bytes());
        if let Some(source) = shown.source {
            out.extend(((source + 11_644_473_600_000_000) * 10).to_le_bytes());
        }
        Some([out, vec![255; 4]].concat())
    }
}

/// The header of an answer.
fn answer(id: u16, handle: u32, status: u32) -> Vec<u8> {
    let id = id.to_le_bytes();
    [
        &[1, 0, id[0], id[1]][..],
        &[0; 8],
        &handle.to_le_bytes(),
        &status.to_le_bytes(),
        &[0],
        &[255; 4],
        &[0; 3],
    ]
    .concat()
}

/// A new session, and the two doors of the server: one with security that has an anonymous reader too, and one without.
fn doors() -> Vec<u8> {
    let door = |mode: u32, policy: &str, word: &str| {
        let application = [text("urn:mill"), text("urn:mill"), vec![3], text("en"), text("Mill")].concat();
        let rest =
            [&0_u32.to_le_bytes()[..], &[255; 8], &1_u32.to_le_bytes(), &text("opc.tcp://mill/")].concat();
        let door = [text("opc.tcp://mill/"), application, rest, text("a certificate")].concat();
        let readers = [
            &2_u32.to_le_bytes()[..],
            &text("named"),
            &1_u32.to_le_bytes(),
            &[255; 12],
            &text(word),
            &0_u32.to_le_bytes(),
            &[255; 12],
        ]
        .concat();
        [door, mode.to_le_bytes().to_vec(), text(policy), readers, text("binary"), vec![0]].concat()
    };
    let secure = door(3, "http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256", "somebody");
    let plain = door(1, NO_SECURITY, WORD);
    let minute = 60_000_f64.to_le_bytes();
    let begin = [&SESSION[..], &SESSION, &minute, &[255; 8], &2_u32.to_le_bytes()].concat();
    [begin, secure, plain, vec![255; 12], vec![0; 4]].concat()
}
