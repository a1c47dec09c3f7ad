//! Debian package versions, as `deb-version(7)` orders them: `[epoch:]upstream[-revision]`.
//!
//! The surprise: `~` sorts before the end of the text, so `1.0~rc1` comes before `1.0`; and every letter sorts
//! before every other character.

use crate::key::{KeyWriter, LITTLE_ROOM, VersionKey, Writer};

const TILDE: u8 = 0x01;
const END: u8 = 0x02;
const LETTERS: u8 = 0x03;
const OTHERS: u8 = 0x80;
const NUM: u8 = 0x40;

/// A digit in the table of weights.
const DIGIT: u8 = 0xff;

/// The weight of each byte that a Debian version may have; 0: none.
const WEIGHTS: [u8; 256] = {
    let mut weights = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        weights[byte] = match byte as u8 {
            b'~' => TILDE,
            digit if digit.is_ascii_digit() => DIGIT,
            letter if letter.is_ascii_alphabetic() => letter - b'A' + LETTERS,
            other @ (b'.' | b'+' | b'-' | b':') => OTHERS + other,
            _ => 0,
        };
        byte += 1;
    }
    weights
};

/// Encodes epoch, upstream version and revision; a missing revision equals revision `0`.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    if text.len() <= SHORT
        && let Ok(key) = with(Writer::<LITTLE_ROOM>::new(), text)
    {
        return Ok(key);
    }
    with(KeyWriter::new(), text)
}

/// The longest text whose key may fit into little room: it gives about two bytes for each of its own.
const SHORT: usize = 32;

fn with<const ROOM: usize>(mut key: Writer<ROOM>, text: &str) -> Result<VersionKey, &'static str> {
    let bytes = text.as_bytes();
    let (epoch, rest) = match bytes.iter().position(|byte| *byte == b':') {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (&b"0"[..], bytes),
    };
    if epoch.is_empty() || !epoch.iter().all(u8::is_ascii_digit) {
        return Err("its epoch is not a number");
    }
    let (upstream, revision) = match rest.iter().rposition(|byte| *byte == b'-') {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, &b"0"[..]),
    };
    if upstream.is_empty() || revision.is_empty() {
        return Err("its upstream version or its revision is empty");
    }
    if !upstream[0].is_ascii_digit() {
        return Err("its upstream version does not begin with a digit");
    }
    key.leading_number(NUM, epoch).ok_or(TOO_LONG)?;
    part(&mut key, upstream)?;
    if revision.contains(&b':') {
        return Err(FOREIGN);
    }
    part(&mut key, revision)?;
    if key.overflowed() {
        return Err(TOO_LONG);
    }
    Ok(key.finish())
}

const TOO_LONG: &str = "it is too long, or a number in it has more than 31 digits";
const FOREIGN: &str = "it contains a character that Debian versions do not have";

/// Alternates between what is not a digit and what is, as the comparison of dpkg does. The closing END stands for
/// the empty text that follows, so a tilde behind sorts before it.
fn part<const ROOM: usize>(key: &mut Writer<ROOM>, bytes: &[u8]) -> Result<(), &'static str> {
    let mut at = 0;
    while at < bytes.len() {
        while let Some(byte) = bytes.get(at) {
            match WEIGHTS[usize::from(*byte)] {
                DIGIT => break,
                0 => return Err(FOREIGN),
                weight => key.push(weight),
            }
            at += 1;
        }
        key.push(END);
        at += key.leading_number(NUM, &bytes[at..]).ok_or(TOO_LONG)?;
    }
    key.push(END);
    Ok(())
}
