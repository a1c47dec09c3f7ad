//! Debian package versions, as `deb-version(7)` orders them: `[epoch:]upstream[-revision]`.
//!
//! The surprise: `~` sorts before the end of the text, so `1.0~rc1` comes before `1.0`; and every letter sorts
//! before every other character.

use crate::eight;
use crate::key::{LITTLE_ROOM, ROOM, SHORT, VersionKey, Writer};

const TILDE: u8 = 0x01;
const END: u8 = 0x02;
const LETTERS: u8 = 0x03;
const OTHERS: u8 = 0x80;
const NUM: u8 = 0x40;

/// A digit in the table of weights.
const DIGIT: u8 = 0xff;

/// The weight of each byte that a Debian version may have; 0: none.
static WEIGHTS: [u8; 256] = {
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

/// The same for a revision, which has no colon.
static WEIGHTS_OF_REVISIONS: [u8; 256] = {
    let mut weights = WEIGHTS;
    weights[b':' as usize] = 0;
    weights
};

/// Encodes epoch, upstream version and revision; a missing revision equals revision `0`.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    if text.len() <= SHORT
        && let Ok(key) = with(Writer::new(&mut [0; LITTLE_ROOM]), text)
    {
        return Ok(key);
    }
    with(Writer::new(&mut [0; ROOM]), text)
}

fn with<const ROOM: usize>(mut key: Writer<'_, ROOM>, text: &str) -> Result<VersionKey, &'static str> {
    let bytes = text.as_bytes();
    let epoch = eight::digits_end(bytes, 0);
    let rest = match bytes.get(epoch) {
        Some(b':') if epoch > 0 => &bytes[epoch + 1..],
        _ if eight::contains(bytes, b':') => return Err("its epoch is not a number"),
        _ => bytes,
    };
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
    // Without an epoch the text begins as its rest does, and the epoch is zero.
    let epoch = if rest.len() < bytes.len() { bytes } else { b"0" };
    key.number_at(NUM, epoch, 0).ok_or(TOO_LONG)?;
    part(&mut key, upstream, &WEIGHTS)?;
    part(&mut key, revision, &WEIGHTS_OF_REVISIONS)
        .map_err(|why| if revision.contains(&b':') { FOREIGN } else { why })?;
    if key.overflowed() {
        return Err(TOO_LONG);
    }
    Ok(key.finish())
}

const TOO_LONG: &str = "it is too long, or a number in it has more than 31 digits";
const FOREIGN: &str = "it contains a character that Debian versions do not have";

/// Alternates between what is not a digit and what is, as the comparison of dpkg does. The closing END stands for
/// the empty text that follows, so a tilde behind sorts before it.
#[inline(always)]
fn part<const ROOM: usize>(
    key: &mut Writer<'_, ROOM>,
    bytes: &[u8],
    weights: &[u8; 256],
) -> Result<(), &'static str> {
    let mut at = 0;
    while at < bytes.len() {
        while let Some(byte) = bytes.get(at) {
            match weights[usize::from(*byte)] {
                DIGIT => break,
                0 => return Err(FOREIGN),
                weight => key.push(weight),
            }
            at += 1;
        }
        key.push(END);
        at = key.number_at(NUM, bytes, at).ok_or(TOO_LONG)?;
    }
    key.push(END);
    Ok(())
}
