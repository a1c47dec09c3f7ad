//! Debian package versions, as `deb-version(7)` orders them: `[epoch:]upstream[-revision]`.
//!
//! The surprise: `~` sorts before the end of the text, so `1.0~rc1` comes before `1.0`; and every letter sorts
//! before every other character.

use crate::key::{KeyWriter, VersionKey};

const TILDE: u8 = 0x01;
const END: u8 = 0x02;
const LETTERS: u8 = 0x03;
const OTHERS: u8 = 0x80;
const NUM: u8 = 0x40;

/// Encodes epoch, upstream version and revision; a missing revision equals revision `0`.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
    if epoch.is_empty() || !epoch.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("its epoch is not a number");
    }
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, "0"));
    if upstream.is_empty() || revision.is_empty() {
        return Err("its upstream version or its revision is empty");
    }
    if !upstream.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("its upstream version does not begin with a digit");
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'~');
    if !upstream.bytes().all(|byte| allowed(byte) || matches!(byte, b'-' | b':'))
        || !revision.bytes().all(allowed)
    {
        return Err("it contains a character that Debian versions do not have");
    }
    let mut key = KeyWriter::new();
    let fits = key.number(NUM, epoch.as_bytes()) && part(&mut key, upstream) && part(&mut key, revision);
    if !fits || key.overflowed() {
        return Err("it is too long, or a number in it has more than 31 digits");
    }
    Ok(key.finish())
}

/// Alternates between what is not a digit and what is, as the comparison of dpkg does. The closing END stands for
/// the empty text that follows, so a tilde behind sorts before it.
fn part(key: &mut KeyWriter, text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        while at < bytes.len() && !bytes[at].is_ascii_digit() {
            key.push(weight(bytes[at]));
            at += 1;
        }
        key.push(END);
        let digits = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        if !key.number(NUM, &bytes[digits..at]) {
            return false;
        }
    }
    key.push(END);
    true
}

fn weight(byte: u8) -> u8 {
    match byte {
        b'~' => TILDE,
        letter if letter.is_ascii_alphabetic() => letter - b'A' + LETTERS,
        other => OTHERS + (other & 0x7f),
    }
}
