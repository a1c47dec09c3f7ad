//! RPM versions: `[epoch:]version[-release]`, ordered as rpm orders them.
//!
//! The surprises: separators only separate, so `1.0` equals `1_0`; a number is newer than a word; `~` sorts
//! before the end and `^` after it, but before anything else.

use crate::eight;
use crate::key::{LITTLE_ROOM, ROOM, SHORT, VersionKey, Writer};

const TILDE: u8 = 0x01;
const END: u8 = 0x02;
const CARET: u8 = 0x03;
const WORD: u8 = 0x10;
const NUM: u8 = 0x40;

/// Encodes epoch, version and release; a missing release sorts before every release.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    if text.len() <= SHORT
        && let Ok(key) = with(Writer::new(&mut [0; LITTLE_ROOM]), text.as_bytes())
    {
        return Ok(key);
    }
    with(Writer::new(&mut [0; ROOM]), text.as_bytes())
        .map_err(|why| if text.bytes().any(is_blank) { "it contains a blank" } else { why })
}

fn with<const ROOM: usize>(mut key: Writer<'_, ROOM>, bytes: &[u8]) -> Result<VersionKey, &'static str> {
    if bytes.is_empty() {
        return Err("it is empty");
    }
    let epoch = eight::digits_end(bytes, 0);
    let (epoch, rest) = match bytes.get(epoch) {
        Some(b':') if epoch > 0 => (bytes, &bytes[epoch + 1..]),
        _ if eight::contains(bytes, b':') => return Err("its epoch is not a number"),
        _ => (&b"0"[..], bytes),
    };
    let (version, release) = match eight::last(rest, b'-') {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, &[][..]),
    };
    let fits = key.number_at(NUM, epoch, 0).is_some() && part(&mut key, version) && part(&mut key, release);
    if !fits || key.overflowed() {
        return Err("it is too long, or a number in it has more than 31 digits");
    }
    Ok(key.finish())
}

fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte.is_ascii_control()
}

/// False for a number that is too long, and for a blank.
#[inline(always)]
fn part<const ROOM: usize>(key: &mut Writer<'_, ROOM>, bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'~' => {
                key.push(TILDE);
                at += 1;
            }
            b'^' => {
                key.push(CARET);
                at += 1;
            }
            _ if byte.is_ascii_digit() => {
                let Some(end) = key.number_at(NUM, bytes, at) else { return false };
                at = end;
            }
            _ if byte.is_ascii_alphabetic() => {
                let end = at + bytes[at..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
                key.push(WORD);
                key.word(&bytes[at..end]);
                at = end;
            }
            _ if is_blank(byte) => return false,
            _ => at += 1,
        }
    }
    key.push(END);
    true
}
