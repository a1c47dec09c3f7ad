//! As much of HTTP/1.1 as the agent's door needs: one request a connection, answers with a stated length.
//!
//! Here: writing a request and reading an answer within limits. Not here: which requests (`https`). There are no
//! redirections, no cookies, no compression, no parts of unknown length: the door is ours, and what it does not need
//! cannot be used against a device.

use crate::error::{Result, Trouble};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::{Read, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

/// The head of an answer may be this long.
const HEAD_LIMIT_BYTES: usize = 16 * 1024;
/// So many headers are read.
const HEADER_LIMIT: usize = 64;
/// To connect, over a slow line.
const CONNECT_LIMIT: Duration = Duration::from_secs(15);
/// Between two pieces of an answer.
const QUIET_LIMIT: Duration = Duration::from_secs(60);

/// Where to and how.
#[derive(Debug, Clone)]
pub struct Target {
    /// `HOST:PORT`.
    pub server: String,
    /// How to connect.
    pub config: Arc<ClientConfig>,
}

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `GET`, `POST` or `PUT`.
    pub method: &'a str,
    /// From `/` on; made of checked texts alone.
    pub path: &'a str,
    /// Further headers; made of checked texts alone.
    pub headers: &'a [(&'a str, String)],
    /// What is sent.
    pub body: Option<&'a [u8]>,
}

/// The head of an answer, and its body to be read.
pub struct Answer {
    /// 200, 304, …
    pub status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    /// Exactly as long as was stated.
    pub body: Box<dyn Read>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The whole body, of at most so many bytes.
    ///
    /// # Errors
    /// When there are more, or the connection ends before.
    pub fn bytes(self, limit: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.body.take(limit as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|error| Trouble::Server(format!("the answer broke off: {error}")))?;
        if bytes.len() > limit {
            return Err(Trouble::Server(format!("the answer has more than {limit} bytes; it is not read")));
        }
        Ok(bytes)
    }
}

/// Sends a request and reads the head of the answer.
///
/// # Errors
/// When the server cannot be reached, is not the pinned one, or answers what is no HTTP.
pub fn send(target: &Target, request: &Request<'_>) -> Result<Answer> {
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        Trouble::Server(format!("cannot {what} `{}`: {error}", target.server))
    };
    let host = target.server.rsplit_once(':').map_or(target.server.as_str(), |(host, _)| host);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(bare.to_owned()).map_err(|error| failed("name", &error))?;
    let stream = connect(&target.server).map_err(|error| failed("reach", &error))?;
    let tls =
        ClientConnection::new(Arc::clone(&target.config), name).map_err(|error| failed("secure", &error))?;
    let mut stream = StreamOwned::new(tls, stream);

    let mut head = format!(
        "{} {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n",
        request.method, request.path, target.server
    );
    for (name, value) in request.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(body) = request.body {
        head.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).map_err(|error| failed("write to", &error))?;
    stream.write_all(request.body.unwrap_or_default()).map_err(|error| failed("write to", &error))?;
    stream.flush().map_err(|error| failed("write to", &error))?;
    read_answer(stream).map_err(|error| failed("understand", &error))
}

fn connect(server: &str) -> std::io::Result<TcpStream> {
    let mut last = std::io::Error::new(std::io::ErrorKind::NotFound, "the name has no address");
    for address in server.to_socket_addrs()?.take(4) {
        match TcpStream::connect_timeout(&address, CONNECT_LIMIT) {
            Ok(stream) => {
                stream.set_read_timeout(Some(QUIET_LIMIT))?;
                stream.set_write_timeout(Some(QUIET_LIMIT))?;
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Reads the head byte by byte up to its end, so that nothing of the body is taken with it.
fn read_answer(mut stream: impl Read + 'static) -> std::io::Result<Answer> {
    let wrong = |why: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, why.to_owned());
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= HEAD_LIMIT_BYTES {
            return Err(wrong("the head of the answer is too long"));
        }
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let mut headers = [httparse::EMPTY_HEADER; HEADER_LIMIT];
    let mut parsed = httparse::Response::new(&mut headers);
    match parsed.parse(&head) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) => return Err(wrong("the head of the answer is not whole")),
        Err(error) => return Err(wrong(&format!("the answer is no HTTP: {error}"))),
    }
    let status = parsed.code.ok_or_else(|| wrong("the answer has no status"))?;
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers: Vec<(String, String)> =
        parsed.headers.iter().map(|header| (header.name.to_ascii_lowercase(), text(header.value))).collect();
    let lengths: Vec<&str> = headers
        .iter()
        .filter(|(name, _)| name == "content-length")
        .map(|(_, value)| value.as_str())
        .collect();
    let length = match (lengths.as_slice(), status) {
        (_, 204 | 304) => 0,
        ([one], _) => one.parse::<u64>().map_err(|_| wrong("the length of the answer is no number"))?,
        ([], _) => return Err(wrong("the answer does not state its length")),
        ([_, _, ..], _) => return Err(wrong("the answer states its length twice")),
    };
    if headers.iter().any(|(name, _)| name == "transfer-encoding") {
        return Err(wrong("the answer is in parts of unknown length"));
    }
    Ok(Answer { status, headers, body: Box::new(Exactly { stream, left: length }) })
}

/// A body of a stated length; one that ends before is an error and not a short body.
struct Exactly<R> {
    stream: R,
    left: u64,
}

impl<R: Read> Read for Exactly<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if wanted == 0 {
            return Ok(0);
        }
        let n = self.stream.read(&mut buffer[..wanted])?;
        if n == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::read_answer;

    fn read(text: &str) -> Result<(u16, Vec<u8>), String> {
        let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
        let answer = read_answer(bytes).map_err(|error| error.to_string())?;
        let status = answer.status;
        Ok((status, answer.bytes(100).map_err(|trouble| trouble.to_string())?))
    }

    #[test]
    fn an_answer_is_as_long_as_it_says() {
        assert_eq!(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc"), Ok((200, b"ab".to_vec())));
        assert_eq!(read("HTTP/1.1 304 Not Modified\r\n\r\n"), Ok((304, vec![])));
        assert!(
            read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
                .is_err_and(|why| why.contains("broke off"))
        );
    }

    #[test]
    fn what_is_not_agreed_is_refused() {
        for (text, why) in [
            ("HTTP/1.1 200 OK\r\n\r\nabc", "does not state its length"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", "twice"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nab",
                "unknown length",
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nab", "no number"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n", "broke off"),
            ("220 mail.example ready\r\n\r\n", "no HTTP"),
        ] {
            assert!(read(text).is_err_and(|said| said.contains(why)), "{text}");
        }
        let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "a".repeat(20_000));
        assert!(read(&long).is_err_and(|said| said.contains("too long")));
    }
}
