//! Reading a body to its end, counted twice: as it comes off the line and as it unpacks.
//!
//! No more than the limit is ever held. The surprise: gzip files may be several packed pieces one behind
//! the other, which is legal and also how a bomb is built cheaply; the count does not care.

use std::io::{self, BufReader, Read};

use flate2::read::MultiGzDecoder;

use super::error::SlowPart;
use super::trouble::{off_the_line, slow_part};

/// How the body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
}

/// Why a body could not be read to its end.
#[derive(Debug)]
pub(super) enum BodyFailure {
    TooLarge,
    TooSlow(SlowPart),
    Truncated(Option<io::Error>),
    Unpacking(io::Error),
}

/// What was read, and what stopped it, if anything did.
pub(super) struct ReadBody {
    pub(super) bytes: Vec<u8>,
    pub(super) outcome: Result<(), BodyFailure>,
}

/// Reads `source` behind `already`, until its end or `limit` bytes in all.
pub(super) fn read_body(source: impl Read, packing: Packing, already: Vec<u8>, limit: u64) -> ReadBody {
    let left = limit.saturating_sub(already.len() as u64);
    let mut line = Counted { inner: source, left, passed: false };
    let mut read = match packing {
        Packing::Plain => read_capped(&mut line, already, limit),
        Packing::Gzip => read_capped(&mut MultiGzDecoder::new(BufReader::new(&mut line)), already, limit),
    };
    if line.passed {
        read.outcome = Err(BodyFailure::TooLarge);
    }
    read
}

fn read_capped(source: &mut impl Read, mut bytes: Vec<u8>, limit: u64) -> ReadBody {
    let mut piece = [0; 16 * 1024];
    loop {
        let count = match source.read(&mut piece) {
            Ok(0) => return ReadBody { bytes, outcome: Ok(()) },
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return ReadBody { bytes, outcome: Err(failure(error)) },
        };
        if bytes.len() as u64 + count as u64 > limit {
            return ReadBody { bytes, outcome: Err(BodyFailure::TooLarge) };
        }
        bytes.extend_from_slice(piece.get(..count).unwrap_or_default());
    }
}

fn failure(error: io::Error) -> BodyFailure {
    match slow_part(&error) {
        Some(part) => BodyFailure::TooSlow(part),
        None if off_the_line(&error) => BodyFailure::Truncated(Some(error)),
        None => BodyFailure::Unpacking(error),
    }
}

/// A reader that ends where the limit is passed, and remembers that it did.
struct Counted<R> {
    inner: R,
    left: u64,
    passed: bool,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.passed {
            return Ok(0);
        }
        let count = self.inner.read(buffer)?;
        if let Some(left) = self.left.checked_sub(count as u64) {
            self.left = left;
            return Ok(count);
        }
        self.passed = true;
        Ok(0)
    }
}
