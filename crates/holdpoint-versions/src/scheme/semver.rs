//! Semantic Versioning 2.0.
//!
//! The surprise: build metadata (`+…`) is read and checked but never orders, so `1.0.0+a` equals `1.0.0+b`.
//! A leading `v` is tolerated, because tags carry it; anything else that the specification forbids is refused.

use crate::key::{KeyWriter, VersionKey};

const END_OF_IDENTIFIERS: u8 = 0x01;
const RELEASE: u8 = 0xff;
const NUMERIC: u8 = 0x10;
const WORD: u8 = 0x40;

/// Encodes `major.minor.patch[-pre][+build]`.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (text, build) = text.split_once('+').map_or((text, None), |(a, b)| (a, Some(b)));
    let (core, pre) = text.split_once('-').map_or((text, None), |(a, b)| (a, Some(b)));
    if build.is_some_and(|build| !build.split('.').all(is_identifier)) {
        return Err("its build metadata has a character that is not allowed");
    }
    let mut key = KeyWriter::new();
    let mut numbers = 0;
    for part in core.split('.') {
        numbers += 1;
        if !is_number(part) {
            return Err("it must begin with three whole numbers without leading zeros");
        }
        if !key.number(NUMERIC, part.as_bytes()) {
            return Err("a number in it has more than 31 digits");
        }
    }
    if numbers != 3 {
        return Err("it must begin with three whole numbers without leading zeros");
    }
    match pre {
        None => key.push(RELEASE),
        Some(pre) => pre_release(&mut key, pre)?,
    }
    if key.overflowed() {
        return Err("it is too long for a version");
    }
    Ok(key.finish())
}

fn pre_release(key: &mut KeyWriter, pre: &str) -> Result<(), &'static str> {
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
            key.extend(part.as_bytes());
            key.push(0);
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
