//! Windows builds and Microsoft knowledge-base articles.
//!
//! The surprise: a build orders only within its branch (`19045` and `22631` are two products, not two ages); the
//! key orders them all the same, and the caller compares within one product. Article numbers have no order.

use crate::key::{ROOM, VersionKey, Writer};
use crate::scheme::intdot;

/// Encodes one to four numbers.
pub(crate) fn encode_build(text: &str) -> Result<VersionKey, &'static str> {
    if text.bytes().filter(|byte| *byte == b'.').count() > 3 {
        return Err("a Windows build has at most four numbers");
    }
    intdot::encode(text)
}

/// Encodes `KB5034441`, `kb 5034441` or `5034441` as its number.
pub(crate) fn encode_kb(text: &str) -> Result<VersionKey, &'static str> {
    let digits = match text.get(..2) {
        Some(head) if head.eq_ignore_ascii_case("kb") => text[2..].trim_start(),
        _ => text,
    };
    if !(5..=9).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("an article is `KB` and five to nine digits");
    }
    let mut room = [0; ROOM];
    let mut key = Writer::new(&mut room);
    key.number(0x40, digits.as_bytes());
    Ok(key.finish())
}
