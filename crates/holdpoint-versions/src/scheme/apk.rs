//! Alpine packages, as apk-tools orders them: `number{.number}{letter}{_suffix{number}}{~hash}{-r#}`.
//!
//! The surprises: a version that goes on is newer (`1.0` after `1`) unless it goes on with `_alpha`, `_beta`, `_pre` or `_rc`;
//! of what may go on, a number counts most, then a letter, a suffix, a hash, a build. And a number behind a point that
//! begins with zero is compared as text, and comes before every other.

use crate::key::{LITTLE_ROOM, ROOM, SHORT, VersionKey, Writer};

const NUM: u8 = 0x40;

/// Suffixes from the oldest on; the first four come before the version itself.
const SUFFIXES: [&str; 9] = ["alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"];
const BEFORE: usize = 4;

// What may follow, the least first.
const OLDER: u8 = 0x10;
const END: u8 = 0x20;
const BUILD: u8 = 0x30;
const HASH: u8 = 0x38;
const SUFFIX_NUMBER: u8 = 0x40;
const NEWER: u8 = 0x70;
const LETTER: u8 = 0x80;
const ZERO_FIRST: u8 = 0x90;
const NUMBER: u8 = 0xa0;

const TOO_LONG: &str = "it is too long, or a number in it has more than 31 digits";
const FOREIGN: &str = "it is not written as Alpine writes versions";

/// Encodes a version of an Alpine package.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    if text.len() <= SHORT
        && let Ok(key) = with(Writer::new(&mut [0; LITTLE_ROOM]), text)
    {
        return Ok(key);
    }
    with(Writer::new(&mut [0; ROOM]), text)
}

fn with<const ROOM: usize>(mut key: Writer<'_, ROOM>, text: &str) -> Result<VersionKey, &'static str> {
    let (first, mut rest) = digits(text);
    if first.is_empty() {
        return Err("it does not begin with a number");
    }
    number(&mut key, NUM, first)?;
    while let Some(behind) = rest.strip_prefix('.') {
        let (digits, behind) = digits(behind);
        if digits.starts_with('0') {
            key.push(ZERO_FIRST);
            key.word(digits.as_bytes());
        } else if digits.is_empty() {
            return Err(FOREIGN);
        } else {
            number(&mut key, NUMBER, digits)?;
        }
        rest = behind;
    }
    if let Some(letter) = rest.bytes().next().filter(u8::is_ascii_lowercase) {
        key.push(LETTER);
        key.push(letter);
        rest = &rest[1..];
    }
    rest = suffixes(&mut key, rest)?;
    if let Some(behind) = rest.strip_prefix('~') {
        let end = behind.find(|c: char| !matches!(c, '0'..='9' | 'a'..='f')).unwrap_or(behind.len());
        if end == 0 {
            return Err(FOREIGN);
        }
        key.push(HASH);
        key.word(&behind.as_bytes()[..end]);
        rest = &behind[end..];
    }
    if let Some(behind) = rest.strip_prefix("-r") {
        let (build, behind) = digits(behind);
        if build.is_empty() {
            return Err(FOREIGN);
        }
        key.push(BUILD);
        number(&mut key, NUM, build)?;
        rest = behind;
    }
    key.push(END);
    match (rest.is_empty(), key.overflowed()) {
        (false, _) => Err(FOREIGN),
        (true, true) => Err(TOO_LONG),
        (true, false) => Ok(key.finish()),
    }
}

fn suffixes<'t, const ROOM: usize>(
    key: &mut Writer<'_, ROOM>,
    mut rest: &'t str,
) -> Result<&'t str, &'static str> {
    while let Some(behind) = rest.strip_prefix('_') {
        let end = behind.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(behind.len());
        let rank = SUFFIXES.iter().position(|known| *known == &behind[..end]).ok_or(FOREIGN)?;
        // The cast cannot cut: there are nine suffixes.
        key.push(if rank < BEFORE { OLDER } else { NEWER } + rank as u8);
        let (digits, behind) = digits(&behind[end..]);
        if !digits.is_empty() {
            number(key, SUFFIX_NUMBER, digits)?;
        }
        rest = behind;
    }
    Ok(rest)
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

fn number<const ROOM: usize>(key: &mut Writer<'_, ROOM>, tag: u8, digits: &str) -> Result<(), &'static str> {
    key.number(tag, digits.as_bytes()).then_some(()).ok_or(TOO_LONG)
}
