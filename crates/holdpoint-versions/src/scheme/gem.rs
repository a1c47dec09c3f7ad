//! Ruby gems, as `Gem::Version` orders them.
//!
//! The surprises: a word anywhere makes a version older than without it (`1.0.a` before `1.0`); zeros at the end and before the
//! first word do not count; a dash is `.pre.`; capital letters come before small ones.

use crate::key::{LITTLE_ROOM, ROOM, SHORT, VersionKey, Writer};

// A version that ends goes on with zeros without end: what is less than that comes first, what is more comes last. Zeros on the
// way to something bring it nearer to the end.
const WORD: u8 = 0x10;
const ZERO_TO_WORD: u8 = 0x18;
const END: u8 = 0x20;
const ZERO_TO_NUMBER: u8 = 0x30;
const NUMBER: u8 = 0x40;

/// Words by which gems name a platform behind a dash: no part of the version.
const PLATFORMS: [&str; 13] = [
    "java",
    "jruby",
    "x86",
    "x64",
    "arm",
    "arm64",
    "aarch64",
    "universal",
    "mingw",
    "mswin",
    "linux",
    "darwin",
    "ucrt",
];

/// Encodes a version of a gem.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    if text.len() <= SHORT
        && let Ok(key) = with(Writer::new(&mut [0; LITTLE_ROOM]), text)
    {
        return Ok(key);
    }
    with(Writer::new(&mut [0; ROOM]), text)
}

fn with<const ROOM: usize>(mut key: Writer<'_, ROOM>, text: &str) -> Result<VersionKey, &'static str> {
    check(text)?;
    let text = text.replace('-', ".pre.");
    let segments = segments(&text);
    for (at, segment) in segments.iter().enumerate() {
        let next = segments[at..].iter().find(|segment| !segment.is_zero());
        match (segment, next) {
            (Segment::Word(word), _) => {
                key.push(WORD);
                key.word(word.as_bytes());
            }
            (Segment::Number(_), None) => break,
            (zero, Some(Segment::Word(_))) if zero.is_zero() => key.push(ZERO_TO_WORD),
            (zero, Some(Segment::Number(_))) if zero.is_zero() => key.push(ZERO_TO_NUMBER),
            (Segment::Number(number), Some(_)) => {
                if !key.number(NUMBER, number.as_bytes()) {
                    return Err("a number in it has more than 31 digits");
                }
            }
        }
    }
    key.push(END);
    if key.overflowed() {
        return Err("it is too long for a version");
    }
    Ok(key.finish())
}

/// A run of digits or of letters.
enum Segment<'t> {
    Number(&'t str),
    Word(&'t str),
}

impl Segment<'_> {
    fn is_zero(&self) -> bool {
        matches!(self, Segment::Number(number) if number.bytes().all(|digit| digit == b'0'))
    }
}

/// The segments, without the zeros before the first word.
fn segments(text: &str) -> Vec<Segment<'_>> {
    let mut found = Vec::new();
    for part in text.split('.') {
        let mut rest = part;
        while let Some(first) = rest.bytes().next() {
            let same = |byte: &u8| byte.is_ascii_digit() == first.is_ascii_digit();
            let (run, behind) = rest.split_at(rest.bytes().take_while(same).count());
            found.push(if first.is_ascii_digit() { Segment::Number(run) } else { Segment::Word(run) });
            rest = behind;
        }
    }
    let word = found.iter().position(|segment| matches!(segment, Segment::Word(_))).unwrap_or(found.len());
    let kept = found[..word].iter().rposition(|segment| !segment.is_zero()).map_or(0, |at| at + 1);
    found.drain(kept..word);
    found
}

/// Whether `Gem::Version` takes the text.
fn check(text: &str) -> Result<(), &'static str> {
    let (release, behind) = text.split_once('-').map_or((text, None), |(head, rest)| (head, Some(rest)));
    let word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let dashed = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let mut parts = release.split('.');
    let first = parts.next().unwrap_or_default();
    if first.is_empty() || !first.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("it does not begin with a number");
    }
    if !parts.all(word) || behind.is_some_and(|behind| !behind.split('.').all(dashed)) {
        return Err("it has a sign that versions of gems do not have");
    }
    let names_platform = |behind: &str| {
        let mut words = behind.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| {
            PLATFORMS.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit()))
                || PLATFORMS.contains(&word)
        })
    };
    if behind.is_some_and(names_platform) {
        return Err("it names a platform behind its dash, which is no part of a version");
    }
    Ok(())
}
