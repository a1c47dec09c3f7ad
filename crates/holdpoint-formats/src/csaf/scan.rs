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
    while let Some(&byte) = text.get(at) {
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
    Outcome::Sound
}

/// The place of the quote that ends the string whose first character stands at `start`; the end of the text without one.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut at = start;
    loop {
        match text.get(at) {
            None | Some(b'"') => return at,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
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
}
