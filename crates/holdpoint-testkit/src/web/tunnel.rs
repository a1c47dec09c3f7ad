//! A proxy that opens tunnels (`CONNECT`) for those who know its password.
//!
//! The surprise: it connects to 127.0.0.1 whatever host is asked for, so that nothing leaves the machine.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// A running proxy; stops taking tunnels when dropped.
#[derive(Debug)]
pub struct TunnelProxy {
    address: SocketAddr,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct State {
    expected: String,
    tunnels: Mutex<Vec<String>>,
    stopped: AtomicBool,
}

impl TunnelProxy {
    /// A proxy that asks for this name and password.
    #[must_use]
    pub fn start(user: &str, password: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let state = Arc::new(State {
            expected: format!(
                "proxy-authorization: basic {}",
                base64(format!("{user}:{password}").as_bytes())
            ),
            tunnels: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let thread = std::thread::spawn({
            let state = Arc::clone(&state);
            move || {
                for client in listener.incoming().flatten() {
                    if state.stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    let state = Arc::clone(&state);
                    std::thread::spawn(move || tunnel(&client, &state));
                }
            }
        });
        Self { address, state, thread: Some(thread) }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The places tunnels were opened to, as `host:port`, in order.
    #[must_use]
    pub fn tunnels(&self) -> Vec<String> {
        self.state.tunnels.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for TunnelProxy {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::Relaxed);
        // One last visitor wakes the listener, so that it sees the flag.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// One client: the request, the password, the tunnel. Whatever goes wrong ends it.
fn tunnel(client: &TcpStream, state: &State) -> Option<()> {
    client.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let mut reader = BufReader::new(client);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let place = first.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned();
    let mut known = false;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ")?;
        let value = value.strip_prefix("Basic ").unwrap_or(value);
        known |= format!("{}: basic {value}", name.to_ascii_lowercase()) == state.expected;
    }
    let mut answer = client;
    if !known {
        answer.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n").ok()?;
        return client.shutdown(Shutdown::Both).ok();
    }
    let port: u16 = place.rsplit(':').next()?.parse().ok()?;
    let server = TcpStream::connect(("127.0.0.1", port)).ok()?;
    state.tunnels.lock().unwrap_or_else(PoisonError::into_inner).push(place);
    answer.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").ok()?;
    let up = (client.try_clone().ok()?, server.try_clone().ok()?);
    std::thread::spawn(move || pass(&up.0, &up.1));
    pass(&server, client);
    Some(())
}

fn pass(mut from: &TcpStream, mut to: &TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let at = |index: usize| u32::from(three.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let six = usize::try_from(bits >> (18 - 6 * digit) & 63).expect("six bits fit");
            out.push(if digit as usize > three.len() { '=' } else { char::from(DIGITS[six]) });
        }
    }
    out
}
