//! Answers that are no HTTP, or HTTP gone wrong: canned bytes from a bare socket.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

use holdpoint_connectors::fetch::{Conditional, Document, FetchError, FetchSettings, Fetcher, Transport};
use holdpoint_testkit::web::Authority;

use crate::support::only;

/// What the socket says.
struct Script {
    /// Once.
    first: &'static [u8],
    /// Then this, without end, until the client goes.
    then: &'static [u8],
    /// How long the client waits, in seconds.
    patience: u64,
}

/// Asks a socket that follows the script.
fn ask(script: &Script) -> Result<Document, FetchError> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://localhost:{}/x", listener.local_addr().unwrap().port());
    let (first, then) = (script.first, script.then);
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4_096]);
        let _ = stream.write_all(first);
        while !then.is_empty() && stream.write_all(then).is_ok() {}
        // Give the client time to read before the socket closes behind it.
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read(&mut [0; 16]);
    });
    let fetcher = Fetcher::new(FetchSettings {
        transport: Transport::PlainHttpForTests { hosts: vec!["localhost".into()] },
        idle_timeout: Duration::from_secs(script.patience),
        total_timeout: Duration::from_secs(script.patience),
        ..only(&Authority::new().pem())
    });
    let fetched = fetcher.unwrap().get(&url, &Conditional::default());
    server.join().unwrap();
    fetched.map(|fetched| fetched.into_document().unwrap())
}

fn once(first: &'static [u8]) -> Result<Document, FetchError> {
    ask(&Script { first, then: b"", patience: 20 })
}

fn code(outcome: Result<Document, FetchError>) -> &'static str {
    outcome.map_or_else(|error| error.code(), |_| "document")
}

#[test]
fn what_is_no_http_is_said_to_be_so() {
    assert_eq!(code(once(b"SSH-2.0-OpenSSH_9.6\r\n")), "protocol");
    assert_eq!(code(once(b"\x15\x03\x01\x00\x02\x02\x0a")), "protocol");
    assert_eq!(code(once(b"HTTP/1.1 twohundred OK\r\n\r\n")), "protocol");
    assert_eq!(
        code(once(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd")),
        "protocol"
    );
    assert_eq!(code(once(b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\nabc")), "protocol");
    assert_eq!(code(once(b"")), "unreachable");
}

#[test]
fn headers_without_end_are_cut() {
    assert_eq!(
        code(ask(&Script { first: b"HTTP/1.1 200 OK\r\nx: ", then: &[b'a'; 4_096], patience: 20 })),
        "protocol"
    );
    assert_eq!(
        code(ask(&Script { first: b"HTTP/1.1 200 OK\r\n", then: b"x: y\r\nz: w\r\n", patience: 20 })),
        "protocol"
    );
}

#[test]
fn preliminary_answers_without_end_meet_a_limit() {
    let outcome = ask(&Script { first: b"", then: b"HTTP/1.1 100 Continue\r\n\r\n", patience: 2 });
    assert_eq!(code(outcome), "too_slow");
}

#[test]
fn a_body_without_length_ends_with_the_connection() {
    assert_eq!(once(b"HTTP/1.0 200 OK\r\n\r\nabc").unwrap().bytes, b"abc");
}

#[test]
fn chunks_gone_wrong_are_never_a_document() {
    let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nffffffffffffffffff\r\n";
    assert_eq!(code(once(head)), "truncated");
    assert_eq!(
        code(once(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nabc\r\n")),
        "truncated"
    );
}
