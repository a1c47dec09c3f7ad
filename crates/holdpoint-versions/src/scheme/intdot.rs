//! Whole numbers separated by dots. Missing numbers count as zero; leading zeros are allowed.

use crate::key::{LITTLE_ROOM, ROOM, VersionKey, Writer};

/// Tag of a number; below it nothing but the end.
const NUM: u8 = 0x40;

/// Encodes `1.2.3`; trailing zeros do not count.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    // The key is at most one byte longer than the text: a number takes its digits and a tag for the dot behind it.
    let key = if text.len() + 16 < LITTLE_ROOM {
        with(Writer::new(&mut [0; LITTLE_ROOM]), text.as_bytes())
    } else {
        with(Writer::new(&mut [0; ROOM]), text.as_bytes())
    };
    key.ok_or_else(|| why_not(text))
}

fn with<const ROOM: usize>(mut key: Writer<'_, ROOM>, text: &[u8]) -> Option<VersionKey> {
    let (mut at, mut kept) = (0, 0);
    loop {
        let place = key.len();
        let end = key.number_at(NUM, text, at).filter(|end| *end > at)?;
        if key.len() > place + 1 {
            kept = key.len();
        }
        match text.get(end) {
            None => break,
            Some(b'.') => at = end + 1,
            Some(_) => return None,
        }
    }
    key.truncate(kept);
    Some(key.finish())
}

fn why_not(text: &str) -> &'static str {
    let numbers = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let long = |part: &str| part.trim_start_matches('0').len() > 31;
    match text.split('.').find(|part| !numbers(part) || long(part)) {
        Some(part) if numbers(part) => "a number in it has more than 31 digits",
        _ => "it must be whole numbers separated by dots",
    }
}
