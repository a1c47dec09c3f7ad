//! Which encoding a text file is in, and its text.
//!
//! Nothing is guessed silently: a file that is neither UTF-8 nor UTF-16 is read as Windows-1252 with a warning.
//! The surprise: a file that is UTF-8 in one place and not in another is not taken for Windows-1252, which would
//! turn the good places into wrong letters; its bad bytes become U+FFFD, and rows with U+FFFD are refused later.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use holdpoint_domain::Warning;
use std::borrow::Cow;

/// A decoded text.
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) encoding: &'static str,
    pub(super) warnings: Vec<Warning>,
}

/// Decodes a text file of unknown encoding.
pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[mark..]);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        let mut decoded = with(encoding, bytes);
        let message = format!("the file does not say its encoding; it was read as {}", encoding.name());
        decoded.warnings.push(Warning::new("table-encoding", "", message));
        return decoded;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded { text: Cow::Borrowed(text), encoding: UTF_8.name(), warnings: Vec::new() },
        Err(_) if holds_utf8_letters(bytes) => with(UTF_8, bytes),
        Err(_) => {
            let mut decoded = with(WINDOWS_1252, bytes);
            decoded.warnings.push(Warning::new(
                "table-encoding",
                "",
                "the file is not UTF-8; it was read as Windows-1252, so check letters such as ä and ß",
            ));
            decoded
        }
    }
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let warnings = if had_errors {
        let message = format!(
            "some bytes are no {}; they read as U+FFFD, and rows that hold it are refused",
            encoding.name()
        );
        vec![Warning::new("table-broken-encoding", "", message)]
    } else {
        Vec::new()
    };
    Decoded { text, encoding: encoding.name(), warnings }
}

/// UTF-16 of mostly Latin letters has a NUL in every second byte, always on the same side.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(1024) & !1];
    let pairs = sample.len() / 2;
    if pairs < 2 {
        return None;
    }
    let nuls = |side: usize| sample.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (first, second) = (nuls(0), nuls(1));
    if first == 0 && second * 2 > pairs {
        Some(UTF_16LE)
    } else if second == 0 && first * 2 > pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether there is at least one letter beyond ASCII in correct UTF-8.
fn holds_utf8_letters(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}
