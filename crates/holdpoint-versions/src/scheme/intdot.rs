//! Whole numbers separated by dots. Missing numbers count as zero; leading zeros are allowed.

use crate::key::{KeyWriter, VersionKey};

/// Tag of a number; below it nothing but the end.
const NUM: u8 = 0x40;

/// Encodes `1.2.3`; trailing zeros do not count.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    let mut key = KeyWriter::new();
    let mut kept = 0;
    for part in text.split('.') {
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("it must be whole numbers separated by dots");
        }
        if !key.number(NUM, part.as_bytes()) {
            return Err("a number in it has more than 31 digits");
        }
        if part.bytes().any(|byte| byte != b'0') {
            kept = key.len();
        }
    }
    key.truncate(kept);
    Ok(key.finish())
}
