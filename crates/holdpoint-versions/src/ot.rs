//! The OT scheme: versions of controllers, drives, panels and their tools, as vendors really write them.
//!
//! Here live the element codes of the key and the encoder. The decision between two keys is in `ot/order.rs`, the
//! words that versions use in `ot/words.rs`, the days that numbers may be in `ot/day.rs`.
//!
//! What is surprising:
//! * `V3.3`, `3.3.0` and `FW 03.3` are the same version: decoration and trailing zeros are cut.
//! * A service pack outranks every update of the release it follows: `V16 Update 5` < `V16 SP1`.
//! * A letter after a number sorts after every further number in the key, but a decision between the two is refused.
//! * A word that is not known is kept and orders the key, but it is comparable only with itself.

pub(crate) mod day;
pub(crate) mod order;
pub(crate) mod words;

use crate::key::{LITTLE_ROOM, ROOM, SHORT, VersionKey, Writer};
use words::Word;

/// The lowest code: the edge of a family such as `8.1.x`, never part of a real version.
pub(crate) const FLOOR: u8 = 0x01;
/// A pre-release word, its class and its number follow.
pub(crate) const PRE: u8 = 0x10;
/// Nothing more.
pub(crate) const END: u8 = 0x20;
/// A service pack, update, hotfix…; its class and its number follow.
pub(crate) const POST: u8 = 0x30;
/// A number: this code plus the count of digits, then the digits.
pub(crate) const NUM: u8 = 0x40;
/// A word or letter: its lower-case bytes follow, closed by zero.
pub(crate) const LETTER: u8 = 0x80;

/// Encodes one version text; the reason, in words, when it is not fully understood.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    if text.len() <= SHORT {
        let mut room = [0; LITTLE_ROOM];
        let mut encoder = Encoder::new(text, &mut room);
        encoder.run()?;
        if encoder.close(END) {
            return Ok(encoder.key.finish());
        }
    }
    in_full_room(text, END)
}

const TOO_LONG: &str = "it is too long for a version";

/// The key below everything that begins with these numbers: the lower edge of a family.
pub(crate) fn floor_of(prefix: &str) -> Result<VersionKey, &'static str> {
    in_full_room(prefix, FLOOR)
}

fn in_full_room(text: &str, end: u8) -> Result<VersionKey, &'static str> {
    let mut room = [0; ROOM];
    let mut encoder = Encoder::new(text, &mut room);
    encoder.run()?;
    if encoder.close(end) { Ok(encoder.key.finish()) } else { Err(TOO_LONG) }
}

/// What the element before was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Start,
    Number,
    Letter,
    Qualifier,
}

struct Encoder<'a, const ROOM: usize> {
    bytes: &'a [u8],
    at: usize,
    key: Writer<'a, ROOM>,
    /// Length of the key without zeros that are still pending.
    kept: usize,
    last: Last,
    /// A number was read.
    numbers: bool,
    /// A number was read before the last word.
    numbers_before: bool,
    /// A leading word such as `CPCI85` may still be followed by the version proper, once.
    stem: bool,
}

impl<'a, const ROOM: usize> Encoder<'a, ROOM> {
    fn new(text: &'a str, room: &'a mut [u8; ROOM]) -> Self {
        Self {
            bytes: text.as_bytes(),
            at: 0,
            key: Writer::new(room),
            kept: 0,
            last: Last::Start,
            numbers: false,
            numbers_before: false,
            stem: false,
        }
    }

    fn run(&mut self) -> Result<(), &'static str> {
        self.skip_decoration();
        let mut words = 0_usize;
        loop {
            let gap = self.separators()?;
            let Some(byte) = self.bytes.get(self.at).copied() else { break };
            if byte.is_ascii_digit() {
                self.numbers = true;
                self.digits(&gap)?;
            } else if byte.is_ascii_alphabetic() {
                words += 1;
                self.word(&gap, words)?;
            } else {
                return Err("it contains a character that versions do not have");
            }
        }
        if self.bytes.last() == Some(&b'+') {
            return Err("it ends with a plus, which is no part of a version");
        }
        if !self.numbers && !self.is_bare_letter() {
            return Err("there is no number in it");
        }
        Ok(())
    }

    /// Writes the last byte; false when the room was too small for the key.
    #[inline]
    fn close(&mut self, end: u8) -> bool {
        self.key.truncate(self.kept);
        self.key.push(end);
        !self.key.overflowed()
    }

    /// A version that is one or two letters, as some vendors count (`LF`, `W`).
    fn is_bare_letter(&self) -> bool {
        let decoration = self.bytes.eq_ignore_ascii_case(b"v");
        self.last == Last::Letter && self.key.len() <= 4 && !decoration
    }

    /// Skips `V`, `Version`, `FW`, `Rev.` … before the first number.
    fn skip_decoration(&mut self) {
        loop {
            let start = self.run_end(self.at, |b| matches!(b, b' ' | b'_' | b'.' | b'-' | b':'));
            let end = self.run_end(start, |b| b.is_ascii_alphabetic());
            let word = &self.bytes[start..end];
            if self.last == Last::Start {
                self.at = start;
            }
            if word.is_empty() || !words::is_decoration(word) {
                return;
            }
            let next = self.bytes.get(end).copied();
            let carries_on =
                next.is_some_and(|b| b.is_ascii_digit() || matches!(b, b' ' | b'_' | b'.' | b'-' | b':'));
            if !carries_on {
                return;
            }
            self.at = end;
        }
    }

    fn run_end(&self, from: usize, belongs: impl Fn(u8) -> bool) -> usize {
        from + self.bytes[from..].iter().take_while(|b| belongs(**b)).count()
    }

    /// Reads what stands between two elements.
    fn separators(&mut self) -> Result<Gap, &'static str> {
        let mut gap = Gap::default();
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b' ' => gap.blank = true,
                b'.' if gap.dot => return Err("two dots stand in a row"),
                b'.' => gap.dot = true,
                b'+' => (gap.dash, gap.plus) = (true, true),
                b'-' | b'_' => gap.dash = true,
                b'/' if self.last == Last::Letter && !self.numbers => gap.dash = true,
                // `15.2(6)E0a`: brackets set right behind a number are part of it.
                b'(' if gap.is_empty() && self.last == Last::Number => gap.bracket = true,
                b')' if gap.is_empty() && self.last != Last::Start => gap.bracket = true,
                b'(' | b')' => return Err("a remark in brackets is not part of a version"),
                _ => break,
            }
            self.at += 1;
        }
        Ok(gap)
    }

    #[inline]
    fn digits(&mut self, gap: &Gap) -> Result<(), &'static str> {
        let end = self.run_end(self.at, |b| b.is_ascii_digit());
        let digits = &self.bytes[self.at..end];
        // A number may stand apart behind a leading word (`HiOS 7.0`), not behind the letter of another version.
        let plain_gap = gap.blank && !gap.dot && !gap.dash;
        let behind_word = self.last == Last::Letter && !self.numbers_before
            || plain_gap && self.bytes.get(end) == Some(&b'.') && std::mem::take(&mut self.stem);
        if gap.blank && !gap.dot && !gap.dash && self.last != Last::Start && !behind_word {
            // `2.9 17030709`: a long number that stands apart is a build number; a short one is another version.
            let whole = self.bytes.get(end).is_none_or(|b| *b == b' ');
            let year = digits.len() == 4 && (digits.starts_with(b"19") || digits.starts_with(b"20"));
            if digits.len() < 4 || !whole || year {
                return Err("two versions stand side by side");
            }
            self.key.truncate(self.kept);
            self.key.push(POST);
            self.key.push(words::BUILD);
            self.last = Last::Qualifier;
        }
        // `2.12. 3.0`, `2.12 + 3.0`: a sentence ends, or something is added.
        if gap.blank && (gap.dot || gap.plus) && self.last == Last::Number {
            return Err("two versions stand side by side");
        }
        let letter_follows = self.bytes.get(end).is_some_and(u8::is_ascii_alphabetic);
        if letter_follows && looks_like_hash(&self.bytes[self.at..]) {
            return Err("a commit hash has no order");
        }
        let place = self.key.len();
        self.key.number_at(NUM, self.bytes, self.at).ok_or("a number in it has more than 31 digits")?;
        let zero = self.key.len() == place + 1;
        // The zero of a qualifier (`HF0`) or behind a letter says something; the zero of `3.0` does not.
        if !zero || self.last == Last::Qualifier || self.last == Last::Letter || self.kept == 0 {
            self.kept = self.key.len();
        }
        self.last = Last::Number;
        self.at = end;
        Ok(())
    }

    fn word(&mut self, gap: &Gap, nth: usize) -> Result<(), &'static str> {
        let end = self.run_end(self.at, |b| b.is_ascii_alphabetic());
        let word = &self.bytes[self.at..end];
        let number_follows = self.bytes.get(end).is_some_and(u8::is_ascii_digit);
        if number_follows && looks_like_hash(&self.bytes[self.at..]) {
            return Err("a commit hash has no order");
        }
        match words::classify(word, number_follows, gap.dash || gap.dot, self.last == Last::Start) {
            // `pre-2.0` may be what came before 2.0.
            Word::Pre(_) if self.last == Last::Start => {
                Err("a word for what comes before a release stands in front of it")
            }
            Word::Pre(class) => self.qualifier(PRE, class, end),
            Word::Post(class) => self.qualifier(POST, class, end),
            Word::Pair(seconds) => {
                let second =
                    end + self.bytes[end..].iter().take_while(|b| matches!(b, b' ' | b'_' | b'-')).count();
                let second_end = self.run_end(second, |b| b.is_ascii_alphabetic());
                let word = &self.bytes[second..second_end];
                match seconds.iter().find(|(_, second)| word.eq_ignore_ascii_case(second)) {
                    Some((class, _)) => self.qualifier(POST, *class, second_end),
                    None => Err("it contains a word that versions do not have"),
                }
            }
            Word::Placeholder => Err("it contains a placeholder, so it names a family and not one version"),
            Word::Prose => Err("it contains a word that versions do not have"),
            Word::Other => self.other_word(gap, nth, end),
        }
    }

    /// A word without a known meaning: kept as it is, comparable only with itself.
    fn other_word(&mut self, gap: &Gap, nth: usize, end: usize) -> Result<(), &'static str> {
        let word = &self.bytes[self.at..end];
        let leading = self.last == Last::Start;
        let apart = gap.blank && !leading;
        self.numbers_before = self.numbers;
        if apart && words::is_decoration(word) {
            if !std::mem::take(&mut self.stem) {
                return Err("two versions stand side by side");
            }
            self.at = end;
            self.last = Last::Letter;
            self.numbers_before = false;
            return Ok(());
        }
        self.stem |= leading && word.len() > 1;
        let leading_again = self.last == Last::Letter && gap.is_empty() && !gap.bracket;
        // `2.0 y 3.0`: a word of one letter between blanks.
        let joins = apart && self.bytes.get(end) == Some(&b' ');
        if joins || (apart && word.len() > 1) || leading_again || nth > 4 || word.len() > 16 {
            return Err("it contains a word that versions do not have");
        }
        self.key.push(LETTER);
        for byte in word {
            self.key.push(byte.to_ascii_lowercase());
        }
        self.key.push(0);
        self.kept = self.key.len();
        self.last = Last::Letter;
        self.at = end;
        // `MX-V4.0`: the decoration can stand behind a leading word.
        if leading {
            self.skip_decoration();
        }
        Ok(())
    }

    /// Writes a qualifier and the number behind it; without a number it counts as zero.
    fn qualifier(&mut self, rank: u8, class: u8, end: usize) -> Result<(), &'static str> {
        self.key.truncate(self.kept);
        self.key.push(rank);
        self.key.push(class);
        self.at = end;
        let mut at = self.run_end(end, |b| matches!(b, b' ' | b'.' | b'-' | b'_' | b':'));
        let rest = &self.bytes[at..];
        for filler in [b"nr".as_slice(), b"no", b"rev", b"v"] {
            let fits = rest.len() > filler.len()
                && rest[..filler.len()].eq_ignore_ascii_case(filler)
                && !rest[filler.len()].is_ascii_alphabetic();
            if fits {
                at = self.run_end(at + filler.len(), |b| matches!(b, b' ' | b'.' | b'-' | b'_' | b':'));
                break;
            }
        }
        let digits_end = self.run_end(at, |b| b.is_ascii_digit());
        self.numbers |= digits_end > at;
        if digits_end > at {
            if !self.key.number(NUM, &self.bytes[at..digits_end]) {
                return Err("a number in it has more than 31 digits");
            }
            self.at = digits_end;
        } else {
            self.key.push(NUM);
        }
        self.kept = self.key.len();
        self.last = Last::Number;
        Ok(())
    }
}

/// What stood between two elements.
#[derive(Default)]
struct Gap {
    blank: bool,
    dot: bool,
    dash: bool,
    plus: bool,
    bracket: bool,
}

impl Gap {
    fn is_empty(&self) -> bool {
        !(self.blank || self.dot || self.dash)
    }
}

/// `9d9eff4`: hexadecimal digits and letters in turn, at least three changes, six characters or more.
fn looks_like_hash(bytes: &[u8]) -> bool {
    let mut changes = 0;
    let mut length = 0;
    let mut before: Option<bool> = None;
    for byte in bytes {
        if !byte.is_ascii_alphanumeric() {
            break;
        }
        if !byte.is_ascii_hexdigit() {
            return false;
        }
        let digit = byte.is_ascii_digit();
        if before.is_some_and(|b| b != digit) {
            changes += 1;
        }
        before = Some(digit);
        length += 1;
    }
    changes >= 3 && length >= 6
}
