//! A first look at the bytes, before anything is built from them: nesting, number of values, well-formed UTF-8.
//!
//! Not here: JSON itself; whether the brackets match is for the reader. The surprise: three bytes of input can become
//! hundreds of bytes in memory, so the number of objects and arrays is bounded, not only the size.

/// What the look found; everything is within the limits.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Within the limits.
    Sound,
    /// At this byte the nesting passes the limit.
    TooDeep { at: usize },
    /// At this byte the number of objects and arrays passes the limit.
    TooMany { at: usize },
}

/// Looks through JSON text; strings are skipped, so brackets inside them do not count.
pub(crate) fn scan(text: &[u8], depth_limit: usize, containers_limit: usize) -> Outcome {
    let mut depth = 0_usize;
    let mut containers = 0_usize;
    let mut at = 0;
    loop {
        at = passed_over(text, at, structure);
        let Some(&byte) = text.get(at) else { return Outcome::Sound };
        match byte {
            b'"' => at = string_end(text, at + 1),
            b'{' | b'[' => {
                depth += 1;
                containers += 1;
                if depth > depth_limit {
                    return Outcome::TooDeep { at };
                }
                if containers > containers_limit {
                    return Outcome::TooMany { at };
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
}

/// The place of the quote that ends the string whose first character stands at `start`; the end of the text without one.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut at = start;
    loop {
        at = passed_over(text, at, quote_or_backslash);
        match text.get(at) {
            None | Some(b'"') => return at,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGH_BITS: u64 = ONES << 7;

/// The place of the next byte that may be a mark, from `at` on; eight bytes are looked at together, as far as there are
/// eight. `marks` sets the high bit of each byte that is one; of those above the first it may set more.
fn passed_over(text: &[u8], mut at: usize, marks: impl Fn(u64) -> u64) -> usize {
    while let Some(eight) = text.get(at..).and_then(<[u8]>::first_chunk) {
        let found = marks(u64::from_le_bytes(*eight));
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at
}

/// The high bits of the bytes that are zero; the lowest of them is always right.
fn zeros(eight: u64) -> u64 {
    eight.wrapping_sub(ONES) & !eight & HIGH_BITS
}

fn quote_or_backslash(eight: u64) -> u64 {
    zeros(eight ^ (ONES * u64::from(b'"'))) | zeros(eight ^ (ONES * u64::from(b'\\')))
}

/// Quotes and brackets of both kinds, which are one byte when three of their bits are set; a few letters are, too.
fn structure(eight: u64) -> u64 {
    let brackets = (eight | (ONES * 0x26)) ^ (ONES * 0x7f);
    zeros(eight ^ (ONES * u64::from(b'"'))) | zeros(brackets)
}

#[cfg(test)]
mod tests {
    use super::{Outcome, scan};

    #[test]
    fn brackets_in_strings_do_not_count() {
        assert_eq!(scan(br#"{"a":"[[[[\"[[","b":[1]}"#, 2, 2), Outcome::Sound);
        assert_eq!(scan(br#"{"a":[[1]]}"#, 2, 9), Outcome::TooDeep { at: 6 });
        assert_eq!(scan(br"[{},{},{}]", 9, 3), Outcome::TooMany { at: 7 });
        assert_eq!(scan(br#"{"open \"#, 1, 1), Outcome::Sound);
        assert_eq!(scan(b"]]]][", 1, 1), Outcome::Sound);
    }

    #[test]
    fn a_mark_is_found_wherever_it_stands() {
        for before in 0..20 {
            for filler in [" ", "y", "_", "~", "é", "\u{1}"] {
                let text = format!("{}[[", filler.repeat(before));
                let at = text.len() - 1;
                assert_eq!(scan(text.as_bytes(), 1, 9), Outcome::TooDeep { at }, "{text}");
                let text = format!("[\"{}\\\"]{}\"{{[", filler.repeat(before), filler.repeat(20 - before));
                let at = text.len() - 1;
                assert_eq!(scan(text.as_bytes(), 2, 9), Outcome::TooDeep { at }, "{text}");
            }
        }
    }
}
