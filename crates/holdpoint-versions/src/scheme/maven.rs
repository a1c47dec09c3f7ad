//! Maven versions, in the order of the resolver's generic scheme.
//!
//! The surprises: `1-sp` comes after `1`, all other known words before; a change between letters and digits is
//! a separator; zeros and empty words before a dash or a known word do not count; `ga`, `final` and `release` mean nothing.

use crate::MAX_VERSION_BYTES;
use crate::key::{LITTLE_ROOM, ROOM, SHORT, VersionKey, Writer};
use std::borrow::Cow;

const NUM: u8 = 0x40;

/// Encodes the version; every text of printable characters is a Maven version, but for `${project.version}`.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    let seen = text.bytes().fold(0, |seen, byte| seen | SIGNS[usize::from(byte)]);
    let blank = seen & BLANK != 0 || (seen & FOREIGN != 0 && text.chars().any(char::is_whitespace));
    if text.is_empty() || blank {
        return Err("it is empty or contains a blank");
    }
    if text.contains("${") {
        return Err("it is the name of a setting that was never filled in");
    }
    if text.len() > MAX_VERSION_BYTES {
        return Err("it is too long for a version");
    }
    let lower = if seen & UPPER == 0 { Cow::Borrowed(text) } else { Cow::Owned(text.to_ascii_lowercase()) };
    let mut few = [Token::default(); FEW];
    let mut at = 0;
    let count = each_token(&lower, |token| {
        if let Some(free) = few.get_mut(at) {
            *free = token;
        }
        at += 1;
    });
    let Some(tokens) = few.get_mut(..count) else {
        let mut many = Vec::with_capacity(count);
        each_token(&lower, |token| many.push(token));
        let length = trim(&mut many, &lower);
        return key_of(Writer::new(&mut [0; ROOM]), &many[..length], &lower);
    };
    let length = trim(tokens, &lower);
    if lower.len() <= SHORT
        && let Ok(key) = key_of(Writer::new(&mut [0; LITTLE_ROOM]), &tokens[..length], &lower)
    {
        return Ok(key);
    }
    key_of(Writer::new(&mut [0; ROOM]), &tokens[..length], &lower)
}

const UPPER: u8 = 1;
const BLANK: u8 = 2;
const FOREIGN: u8 = 4;

/// What each byte may be besides a plain sign, so that a text is looked through once.
const SIGNS: [u8; 256] = {
    let mut signs = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        signs[byte] = match byte as u8 {
            b'A'..=b'Z' => UPPER,
            b'\t'..=b'\r' | b' ' => BLANK,
            0x80.. => FOREIGN,
            _ => 0,
        };
        byte += 1;
    }
    signs
};

fn key_of<const ROOM: usize>(
    mut key: Writer<'_, ROOM>,
    tokens: &[Token],
    text: &str,
) -> Result<VersionKey, &'static str> {
    for token in tokens {
        if !write(&mut key, token, text) {
            return Err("a number in it has more than 31 digits");
        }
    }
    key.push(END);
    if key.overflowed() {
        return Err("it is too long for a version");
    }
    Ok(key.finish())
}

const END: u8 = 0x20;

/// How many tokens are kept without an allocation; real versions rarely have more.
const FEW: usize = 12;

/// A number or a word, as a place in the text: small, because an array of them is made for each version.
#[derive(Clone, Copy, Default)]
struct Token {
    begin: u16,
    end: u16,
    dash: bool,
    digits: bool,
    letter_before_digit: bool,
}

impl Token {
    fn of(self, text: &str) -> &str {
        &text[usize::from(self.begin)..usize::from(self.end)]
    }
}

/// Hands out the tokens of a text in their order; how many there are.
fn each_token(text: &str, mut each: impl FnMut(Token)) -> usize {
    let bytes = text.as_bytes();
    let mut count = 0;
    let (mut at, mut dash) = (0, false);
    while at <= bytes.len() {
        let begin = at;
        let digits = bytes.get(at).is_some_and(u8::is_ascii_digit);
        while at < bytes.len()
            && !matches!(bytes[at], b'.' | b'-' | b'_')
            && bytes[at].is_ascii_digit() == digits
        {
            at += 1;
        }
        let next = bytes.get(at).copied();
        let transition = next.is_some_and(|b| !matches!(b, b'.' | b'-' | b'_'));
        each(Token {
            // The casts cannot cut: a longer text was refused.
            begin: begin as u16,
            end: at as u16,
            dash,
            digits: digits || begin == at,
            letter_before_digit: transition,
        });
        count += 1;
        match next {
            None => break,
            Some(b'.') => {
                dash = false;
                at += 1;
            }
            Some(b'-' | b'_') => {
                dash = true;
                at += 1;
            }
            Some(_) => dash = true,
        }
    }
    count
}

/// Removes zeros and words without meaning at the end, before every dash and before every word that is known, so that
/// `1.0.RC1` comes before `1.0`; how many tokens are left. Before other words Maven's own versions differ.
fn trim(tokens: &mut [Token], text: &str) -> usize {
    let mut length = tokens.len();
    let mut at = length;
    while at > 0 {
        let is_last =
            tokens[..length].get(at).is_none_or(|next| next.dash || known_word(*next, text).is_ok());
        if is_last && is_null(tokens[at - 1], text) && at > 1 {
            let dash = tokens[at - 1].dash;
            tokens.copy_within(at..length, at - 1);
            length -= 1;
            if dash && at - 1 < length {
                tokens[at - 1].dash = true;
            }
        }
        at -= 1;
    }
    length
}

fn is_null(token: Token, text: &str) -> bool {
    if token.digits {
        token.of(text).bytes().all(|byte| byte == b'0')
    } else {
        matches!(token.of(text), "ga" | "final" | "release")
    }
}

/// Words rank before numbers after a dash, and these before numbers after a dot.
fn write<const ROOM: usize>(key: &mut Writer<'_, ROOM>, token: &Token, text: &str) -> bool {
    if token.digits {
        key.push(if token.dash { 0x50 } else { 0x60 });
        // The token's digits end where it ends.
        return key.number_at(NUM, text.as_bytes(), usize::from(token.begin)).is_some();
    }
    match known_word(*token, text) {
        Ok(rank) => key.push(rank),
        Err(word) => {
            key.push(0x40);
            key.word(word.as_bytes());
        }
    }
    true
}

/// The rank of a word that has one; else the word. A number has none.
fn known_word(token: Token, text: &str) -> Result<u8, &str> {
    let word = match token.of(text) {
        "a" if token.letter_before_digit => "alpha",
        "b" if token.letter_before_digit => "beta",
        "m" if token.letter_before_digit => "milestone",
        "cr" => "rc",
        other => other,
    };
    match word {
        "alpha" => Ok(0x10),
        "beta" => Ok(0x11),
        "milestone" => Ok(0x12),
        "rc" => Ok(0x13),
        "snapshot" => Ok(0x14),
        "" | "ga" | "final" | "release" if !token.digits => Ok(END),
        "sp" => Ok(0x30),
        _ => Err(word),
    }
}
