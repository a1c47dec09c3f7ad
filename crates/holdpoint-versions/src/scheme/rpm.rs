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
    let (epoch, rest) = match text.split_once(':') {
        Some((epoch, rest)) if !epoch.is_empty() && epoch.bytes().all(|b| b.is_ascii_digit()) => {
            (epoch, rest)
        }
        Some(_) => return Err("its epoch is not a number"),
        None => ("0", text),
    };
    let (version, release) = rest.rsplit_once('-').unwrap_or((rest, ""));
    let mut key = KeyWriter::new();
    let fits = key.number(NUM, epoch.as_bytes()) && part(&mut key, version) && part(&mut key, release);
    if !fits || key.overflowed() {
        return Err("it is too long, or a number in it has more than 31 digits");
    }
    Ok(key.finish())
}

fn part(key: &mut KeyWriter, text: &str) -> bool {
    let bytes = text.as_bytes();
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
                let end = at + bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
                if !key.number(NUM, &bytes[at..end]) {
                    return false;
                }
                at = end;
            }
            _ if byte.is_ascii_alphabetic() => {
                let end = at + bytes[at..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
                key.push(WORD);
                key.extend(&bytes[at..end]);
                key.push(0);
                at = end;
            }
            _ => at += 1,
        }
    }
    key.push(END);
    true
}
