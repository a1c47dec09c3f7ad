//! Python package versions (PEP 440): `[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]`.
//!
//! The surprise: a lone `.dev` release sorts before every pre-release of the same number, but the `.dev` of a
//! pre-release sorts just before that pre-release. Spellings (`alpha`, `c`, `rev`, `-1`) are normalised.

use super::lowercase;
use crate::key::{ROOM, VersionKey, Writer};

const NUM: u8 = 0x40;
const END: u8 = 0x20;

/// Encodes any spelling that the specification normalises.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    let lower = lowercase(text);
    let lower = lower.as_ref();
    let mut reader = Reader { rest: lower.strip_prefix('v').unwrap_or(lower) };
    let mut room = [0; ROOM];
    let mut key = Writer::new(&mut room);
    reader.version(&mut key).ok_or("it does not have the form of PEP 440")?;
    if key.overflowed() {
        return Err("it is too long for a version");
    }
    Ok(key.finish())
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn version(&mut self, key: &mut Writer<'_, ROOM>) -> Option<()> {
        // Few versions have either sign, and one look finds that out.
        let is_plain = !self.rest.bytes().any(|byte| matches!(byte, b'+' | b'!'));
        let mut local = None;
        if is_plain {
            number(key, "0")?;
        } else {
            let (public, after) = self.rest.split_once('+').map_or((self.rest, None), |(a, b)| (a, Some(b)));
            local = after;
            self.rest = public;
            let epoch = match public.split_once('!') {
                Some(("", _)) => return None,
                Some((epoch, rest)) => {
                    self.rest = rest;
                    epoch
                }
                None => "0",
            };
            number(key, epoch)?;
        }
        self.release(key)?;
        let pre = self.suffix(&["alpha", "a", "beta", "b", "preview", "pre", "rc", "c"]);
        let post = self.post()?;
        let dev = self.suffix(&["dev"]);
        if !self.rest.is_empty() {
            return None;
        }
        match (pre, post, dev) {
            // A development release of the number itself comes first of all.
            (None, None, Some(_)) => key.push(0x01),
            (None, _, _) => key.push(0x80),
            (Some((word, digits)), _, _) => {
                key.push(match word {
                    "alpha" | "a" => 0x10,
                    "beta" | "b" => 0x11,
                    _ => 0x12,
                });
                number(key, digits)?;
            }
        }
        match post {
            None => key.push(0x01),
            Some(digits) => number(key, digits)?,
        }
        match dev {
            None => key.push(0x80),
            Some((_, digits)) => number(key, digits)?,
        }
        local_part(key, local)
    }

    fn release(&mut self, key: &mut Writer<'_, ROOM>) -> Option<()> {
        let mut kept = key.len();
        loop {
            let place = key.len();
            let read = key.number_at(NUM, self.rest.as_bytes(), 0).filter(|read| *read > 0)?;
            self.rest = &self.rest[read..];
            if key.len() > place + 1 {
                kept = key.len();
            }
            match self.rest.as_bytes() {
                [b'.', next, ..] if next.is_ascii_digit() => self.rest = &self.rest[1..],
                _ => break,
            }
        }
        key.truncate(kept);
        key.push(END);
        Some(())
    }

    fn digits(&mut self) -> &'a str {
        let end = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits
    }

    /// Reads `[.-_]word[.-_]number`; the number may be missing and is then zero.
    fn suffix(&mut self, words: &[&'static str]) -> Option<(&'static str, &'a str)> {
        let body = without_separator(self.rest);
        let first = body.as_bytes().first().filter(|byte| byte.is_ascii_lowercase())?;
        let word = words.iter().find(|word| word.as_bytes()[0] == *first && body.starts_with(**word))?;
        self.rest = without_separator(&body[word.len()..]);
        Some((word, self.digits()))
    }

    /// The outer `None` is an error, the inner one no post-release.
    fn post(&mut self) -> Option<Option<&'a str>> {
        if let Some((_, digits)) = self.suffix(&["post", "rev", "r"]) {
            return Some(Some(digits));
        }
        match self.rest.strip_prefix('-') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => {
                self.rest = rest;
                Some(Some(self.digits()))
            }
            Some(rest) if rest.starts_with("dev") => Some(None),
            Some(_) => None,
            None => Some(None),
        }
    }
}

fn without_separator(text: &str) -> &str {
    match text.as_bytes() {
        [b'.' | b'-' | b'_', ..] => &text[1..],
        _ => text,
    }
}

fn number(key: &mut Writer<'_, ROOM>, digits: &str) -> Option<()> {
    (key.number_at(NUM, digits.as_bytes(), 0)? == digits.len()).then_some(())
}

/// Local segments: words before numbers, and a shorter list before a longer one.
fn local_part(key: &mut Writer<'_, ROOM>, local: Option<&str>) -> Option<()> {
    let Some(local) = local else { return Some(()) };
    for segment in local.split(['.', '-', '_']) {
        if segment.is_empty() || !segment.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        if segment.bytes().all(|byte| byte.is_ascii_digit()) {
            number(key, segment)?;
        } else {
            key.push(0x10);
            key.word(segment.as_bytes());
        }
    }
    Some(())
}
