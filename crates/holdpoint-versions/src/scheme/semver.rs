//! Semantic Versioning 2.0.
//!
//! The surprise: build metadata (`+…`) is read and checked but never orders, so `1.0.0+a` equals `1.0.0+b`.
//! A leading `v` is tolerated, because tags carry it; anything else that the specification forbids is refused.

use crate::key::{ROOM, VersionKey, Writer};

const END_OF_IDENTIFIERS: u8 = 0x01;
const RELEASE: u8 = 0xff;
const NUMERIC: u8 = 0x10;
const WORD: u8 = 0x40;

/// Encodes `major.minor.patch[-pre][+build]`.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (text, build) = cut(text, b'+');
    let (core, pre) = cut(text, b'-');
    if build.is_some_and(|build| !build.split('.').all(is_identifier)) {
        return Err("its build metadata has a character that is not allowed");
    }
    let mut room = [0; ROOM];
    let mut key = Writer::new(&mut room);
    three_numbers(&mut key, core.as_bytes())?;
    match pre {
        None => key.push(RELEASE),
        Some(pre) => pre_release(&mut key, pre)?,
    }
    if key.overflowed() {
        return Err("it is too long for a version");
    }
    Ok(key.finish())
}

/// What comes before a sign, and what comes behind it when it is there.
fn cut(text: &str, sign: u8) -> (&str, Option<&str>) {
    let at = text.bytes().position(|byte| byte == sign);
    at.map_or((text, None), |at| (&text[..at], Some(&text[at + 1..])))
}

fn three_numbers(key: &mut Writer<'_, ROOM>, core: &[u8]) -> Result<(), &'static str> {
    const FORM: &str = "it must begin with three whole numbers without leading zeros";
    let mut at = 0;
    for place in 0..3 {
        if place > 0 {
            if core.get(at) != Some(&b'.') {
                return Err(FORM);
            }
            at += 1;
        }
        let rest = core.get(at..).unwrap_or_default();
        let has_leading_zero = rest.len() > 1 && rest[0] == b'0' && rest[1].is_ascii_digit();
        if has_leading_zero || !rest.first().is_some_and(u8::is_ascii_digit) {
            return Err(FORM);
        }
        at = key.number_at(NUMERIC, core, at).ok_or("a number in it has more than 31 digits")?;
    }
    if at == core.len() { Ok(()) } else { Err(FORM) }
}

fn pre_release(key: &mut Writer<'_, ROOM>, pre: &str) -> Result<(), &'static str> {
    for part in pre.split('.') {
        if !is_identifier(part) {
            return Err("its pre-release part has a character that is not allowed");
        }
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            if !is_number(part) || !key.number(NUMERIC, part.as_bytes()) {
                return Err("a number of its pre-release part has leading zeros or too many digits");
            }
        } else {
            key.push(WORD);
            key.word(part.as_bytes());
        }
    }
    key.push(END_OF_IDENTIFIERS);
    Ok(())
}

fn is_number(part: &str) -> bool {
    !part.is_empty()
        && part.bytes().all(|byte| byte.is_ascii_digit())
        && (part == "0" || !part.starts_with('0'))
}

fn is_identifier(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
