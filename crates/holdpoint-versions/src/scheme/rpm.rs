//! RPM versions: `[epoch:]version[-release]`, ordered as rpm orders them.
//!
//! The surprises: separators only separate, so `1.0` equals `1_0`; a number is newer than a word; `~` sorts
//! before the end and `^` after it, but before anything else.

use crate::key::{KeyWriter, VersionKey};

const TILDE: u8 = 0x01;
const END: u8 = 0x02;
const CARET: u8 = 0x03;
const WORD: u8 = 0x10;
const NUM: u8 = 0x40;

/// Encodes epoch, version and release; a missing release sorts before every release.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    if text.is_empty() {
        return Err("it is empty");
    }
    if text.bytes().any(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control()) {
        return Err("it contains a blank");
    }
    let (epoch, rest) = match text.bytes().position(|byte| byte == b':') {
        Some(at) => (&text.as_bytes()[..at], &text[at + 1..]),
        None => (&b"0"[..], text),
    };
    if epoch.is_empty() || !epoch.iter().all(u8::is_ascii_digit) {
        return Err("its epoch is not a number");
    }
    let rest = rest.as_bytes();
    let (version, release) = match rest.iter().rposition(|byte| *byte == b'-') {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, &[][..]),
    };
    let mut key = KeyWriter::new();
    let fits = key.leading_number(NUM, epoch).is_some() && part(&mut key, version) && part(&mut key, release);
    if !fits || key.overflowed() {
        return Err("it is too long, or a number in it has more than 31 digits");
    }
    Ok(key.finish())
}

fn part(key: &mut KeyWriter, bytes: &[u8]) -> bool {
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
                let Some(count) = key.leading_number(NUM, &bytes[at..]) else { return false };
                at += count;
            }
            _ if byte.is_ascii_alphabetic() => {
                let end = at + bytes[at..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
                key.push(WORD);
                key.word(&bytes[at..end]);
                at = end;
            }
            _ => at += 1,
        }
    }
    key.push(END);
    true
}
