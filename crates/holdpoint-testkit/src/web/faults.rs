//! The ways a server lies, as data; how each looks on the line is in `server`.
//!
//! A fault is set for a path pattern in which `*` stands for any characters. The surprise: faults of the
//! digest and the signature are set on *their* paths (`*.sha256`, `*.asc`), not on the document's.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// What goes wrong at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// This status and a short text, always.
    Status(u16),
    /// This status so many times, then the truth.
    StatusTimes {
        /// The status.
        status: u16,
        /// How many times.
        times: u32,
    },
    /// 429 with this `Retry-After` in seconds, so many times, then the truth.
    AskToWait {
        /// Seconds.
        seconds: u32,
        /// How many times.
        times: u32,
    },
    /// 302 to this address, whole or relative.
    Redirect(String),
    /// These bytes in place of the right ones.
    Replace {
        /// The bytes.
        bytes: Vec<u8>,
        /// Their `Content-Type`.
        content_type: String,
    },
    /// A web page in place of a document, with status 200.
    Html,
    /// One byte in the middle is another one.
    ChangedByte,
    /// A digest file with the digest of something else.
    WrongDigest,
    /// A signature by a key nobody announced.
    OtherKey,
    /// A signature over another document, by the right key.
    OtherDocument,
    /// All is announced, so many bytes come, then the connection ends; so many times, then the truth.
    Truncated {
        /// Bytes that come.
        after: usize,
        /// How many times.
        times: u32,
    },
    /// No length is announced, so many bytes come, then the connection ends without the end mark.
    TruncatedChunks {
        /// Bytes that come.
        after: usize,
    },
    /// So many bytes with a pause between two.
    Drip {
        /// Bytes each time.
        bytes: usize,
        /// The pause.
        pause: Duration,
    },
    /// Nothing comes, not even a status.
    Silence,
    /// Bytes without end and without an announced length.
    Endless,
    /// A length beyond all limits is announced; the first bytes come.
    HugeLength(u64),
    /// A gzip body that unpacks to this many bytes of nothing.
    GzipBomb {
        /// Bytes after unpacking, rounded up to whole MiB.
        unpacked: u64,
    },
    /// The truth, packed with gzip.
    Gzip,
    /// Said to be gzip, and is not.
    BrokenGzip,
    /// Said to be packed in a way nobody asked for.
    StrangePacking,
    /// To a request for a part: the part from its second byte on, and said to be so.
    WrongPart,
    /// To a request for a part: the part with another ETag.
    PartOfAnother,
}

/// A fault, where it happens, and how often it did.
#[derive(Debug)]
pub(super) struct PlacedFault {
    pub(super) pattern: String,
    pub(super) fault: Fault,
    happened: AtomicU32,
}

impl PlacedFault {
    pub(super) fn new(pattern: &str, fault: Fault) -> Self {
        Self { pattern: pattern.to_owned(), fault, happened: AtomicU32::new(0) }
    }

    /// Whether it happens (again) at this path; counts.
    pub(super) fn happens(&self, path: &str) -> bool {
        if !fits(&self.pattern, path) {
            return false;
        }
        let before = self.happened.fetch_add(1, Ordering::Relaxed);
        match self.fault {
            Fault::StatusTimes { times, .. }
            | Fault::AskToWait { times, .. }
            | Fault::Truncated { times, .. } => before < times,
            _ => true,
        }
    }
}

/// Whether a path fits a pattern in which `*` stands for any characters.
fn fits(pattern: &str, path: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, path) in [
            ("/a", "/a"),
            ("*", ""),
            ("*", "/a/b"),
            ("/a*", "/a"),
            ("*.asc", "/x/1.json.asc"),
            ("/x/*.json", "/x/2024/1.json"),
            ("/*/1*.asc", "/x/1.json.asc"),
        ] {
            assert!(fits(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("/a", "/ab"),
            ("/a", "/"),
            ("*.asc", "/1.json"),
            ("/x/*.json", "/y/1.json"),
            ("*.json", "/1.json.asc"),
        ] {
            assert!(!fits(pattern, path), "{pattern} {path}");
        }
    }
}
