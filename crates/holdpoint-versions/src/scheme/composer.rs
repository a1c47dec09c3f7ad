//! PHP packages, as Composer reads versions and PHP's `version_compare` orders them.
//!
//! The surprises: `1.0` is `1.0.0.0`; `patch` comes after the release, all other words before it, and `dev` before all of them;
//! `beta2-dev` comes before `beta2`. A branch (`dev-main`, `2.x-dev`) has no order and is refused.

use crate::key::{LITTLE_ROOM, ROOM, VersionKey, Writer};
use crate::scheme::lowercase;

const DEV: u8 = 0x08;
const END: u8 = 0x20;
const NUMBER: u8 = 0x40;

/// Words of stability from the oldest on, and what each is; longer words stand before their own beginnings.
const WORDS: [(&str, u8); 10] = [
    ("stable", END),
    ("alpha", 0x10),
    ("beta", 0x11),
    ("patch", 0x30),
    ("rc", 0x12),
    ("pl", 0x30),
    ("a", 0x10),
    ("b", 0x11),
    ("p", 0x30),
    ("", END),
];

const TOO_LONG: &str = "it is too long, or a number in it has more than 31 digits";
const FOREIGN: &str = "it is not written as Composer writes versions";
const BRANCH: &str = "it names a branch, which has no order";

/// Encodes a version of a PHP package.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    let lower = lowercase(text);
    let text = lower.strip_prefix('v').unwrap_or(&lower);
    let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
    if build.is_some_and(|build| build.is_empty() || build.contains(char::is_whitespace)) {
        return Err(FOREIGN);
    }
    if let Ok(key) = with(Writer::new(&mut [0; LITTLE_ROOM]), text) {
        return Ok(key);
    }
    with(Writer::new(&mut [0; ROOM]), text)
}

fn with<const ROOM: usize>(mut key: Writer<'_, ROOM>, text: &str) -> Result<VersionKey, &'static str> {
    let mut rest = numbers(&mut key, text)?;
    // `-beta.2`: a word, then its numbers.
    let word = unseparated(rest, &['.', '_', '-']);
    let (name, tag) = WORDS.into_iter().find(|(name, _)| word.starts_with(name)).unwrap_or(("", END));
    if name.is_empty() {
        if !rest.is_empty() && !word.starts_with("dev") {
            return Err(FOREIGN);
        }
    } else {
        rest = &word[name.len()..];
        if tag != END {
            key.push(tag);
            rest = further(&mut key, rest)?;
        }
    }
    if unseparated(rest, &['.', '-']) == "dev" {
        key.push(DEV);
        rest = "";
    }
    key.push(END);
    match (rest.is_empty(), key.overflowed()) {
        (false, _) => Err(FOREIGN),
        (true, true) => Err(TOO_LONG),
        (true, false) => Ok(key.finish()),
    }
}

/// The numbers of the release, four of them.
fn numbers<'t, const ROOM: usize>(
    key: &mut Writer<'_, ROOM>,
    text: &'t str,
) -> Result<&'t str, &'static str> {
    let mut rest = text;
    for at in 0..4 {
        let behind = if at == 0 { Some(rest) } else { rest.strip_prefix('.') };
        let (digits, behind) = behind.map_or(("", rest), digits);
        if digits.is_empty() {
            if at == 0 {
                return Err(if text.starts_with("dev") { BRANCH } else { FOREIGN });
            }
            if rest.starts_with(".x") || rest.starts_with(".*") {
                return Err(BRANCH);
            }
            key.number(NUMBER, b"0");
            continue;
        }
        if !key.number(NUMBER, digits.as_bytes()) {
            return Err(TOO_LONG);
        }
        rest = behind;
    }
    Ok(rest)
}

/// The numbers behind a word of stability.
fn further<'t, const ROOM: usize>(
    key: &mut Writer<'_, ROOM>,
    text: &'t str,
) -> Result<&'t str, &'static str> {
    let mut rest = text;
    loop {
        let (digits, behind) = digits(unseparated(rest, &['.', '-']));
        if digits.is_empty() {
            return Ok(rest);
        }
        if !key.number(NUMBER, digits.as_bytes()) {
            return Err(TOO_LONG);
        }
        rest = behind;
    }
}

fn unseparated<'t>(text: &'t str, signs: &[char]) -> &'t str {
    text.strip_prefix(signs).unwrap_or(text)
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}
