//! Patterns of model numbers, serial numbers and stock keeping units in CSAF.
//!
//! The surprises: in CSAF 2.0 a pattern may stop anywhere, so `6ES7511` means everything that begins so; in
//! CSAF 2.1 a pattern means the whole number. A literal `X` is an X and no wildcard.

use super::order::{may_be_sign, normal};
use super::order_number_key;

/// Longest pattern that is read, in characters.
const MAX_CHARS: usize = 128;
/// Fewest letters and digits of a pattern that says whom it means: shorter than the shortest lines of articles (`6ES7`,
/// `1756`) it stands for half of what a maker sells.
const MIN_TELLING: usize = 4;
/// Fewest letters and digits that a pattern and a number share where one of them leaves out its beginning.
const MIN_SHARED: usize = 3;

/// A text that cannot be a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no model number pattern: {why}")]
pub struct PatternError {
    /// The text, cut to 64 characters.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Exactly(char),
    One,
    Many,
}

/// Whether a pattern speaks of the whole number or of its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Anchor {
    Beginning,
    Whole,
}

/// A pattern of numbers, in normal form: upper case, without blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelPattern {
    pieces: Vec<Piece>,
    prefix: String,
    is_literal: bool,
    anchor: Anchor,
}

impl ModelPattern {
    /// Reads a pattern by CSAF 2.0's rules: it may stop anywhere; `?` is one character, `*` any number.
    ///
    /// # Errors
    /// [`PatternError`] for empty and overlong texts, two `*` in a row, and a backslash at the end.
    pub fn csaf20(text: &str) -> Result<Self, PatternError> {
        Self::read(text, Anchor::Beginning)
    }

    /// Reads a pattern by CSAF 2.1's rules: it means the whole number, and has at most one `*`.
    ///
    /// # Errors
    /// As [`ModelPattern::csaf20`], and for a second `*`.
    pub fn csaf21(text: &str) -> Result<Self, PatternError> {
        Self::read(text, Anchor::Whole)
    }

    fn read(text: &str, anchor: Anchor) -> Result<Self, PatternError> {
        let refuse = |why| Err(PatternError { text: text.chars().take(64).collect(), why });
        let normal = order_number_key(text);
        if normal.is_empty() {
            return refuse("it is empty");
        }
        if text.chars().count() > MAX_CHARS {
            return refuse("it is longer than 128 characters");
        }
        let mut pieces = Vec::with_capacity(normal.len());
        let mut characters = normal.chars();
        while let Some(character) = characters.next() {
            pieces.push(match character {
                '\\' => match characters.next() {
                    Some(escaped) => Piece::Exactly(escaped),
                    None => return refuse("it ends in a backslash"),
                },
                '?' => Piece::One,
                '*' if pieces.last() == Some(&Piece::Many) => return refuse("it has two `*` in a row"),
                '*' if anchor == Anchor::Whole && pieces.contains(&Piece::Many) => {
                    return refuse("it has more than one `*`");
                }
                '*' => Piece::Many,
                other => Piece::Exactly(other),
            });
        }
        let literal = |piece: &Piece| match piece {
            Piece::Exactly(character) => Some(*character),
            Piece::One | Piece::Many => None,
        };
        let prefix = pieces.iter().map_while(literal).collect();
        let is_literal = pieces.iter().all(|piece| literal(piece).is_some());
        Ok(Self { pieces, prefix, is_literal, anchor })
    }

    /// Whether the number, in any spelling, is meant.
    pub fn matches(&self, number: &str) -> bool {
        self.reaches(number, self.anchor)
    }

    /// Whether the pattern stands for the whole number, also where it may stop anywhere.
    pub fn matches_whole(&self, number: &str) -> bool {
        self.reaches(number, Anchor::Whole)
    }

    fn reaches(&self, number: &str, anchor: Anchor) -> bool {
        let number = normal(number);
        // Most patterns have no wildcard, and most numbers are another article's: neither needs the walk below.
        if number.is_empty() || !number.starts_with(self.prefix.as_str()) {
            return false;
        }
        if self.is_literal() {
            return match anchor {
                Anchor::Beginning => true,
                Anchor::Whole => number == self.prefix,
            };
        }
        let number: Vec<char> = number.chars().collect();
        // `reached` holds how many characters of the number the pieces so far can have used up.
        let mut reached = vec![false; number.len() + 1];
        reached[0] = true;
        for piece in &self.pieces {
            let mut next = vec![false; number.len() + 1];
            for at in 0..=number.len() {
                if !reached[at] {
                    continue;
                }
                match piece {
                    Piece::Exactly(character) if number.get(at) == Some(character) => next[at + 1] = true,
                    Piece::Exactly(_) => {}
                    Piece::One if at < number.len() => next[at + 1] = true,
                    Piece::One => {}
                    Piece::Many => next[at..].fill(true),
                }
            }
            reached = next;
        }
        match anchor {
            Anchor::Beginning => reached.contains(&true),
            Anchor::Whole => reached[number.len()],
        }
    }

    /// Whether a number may be meant all the same: it has an `X` where another sign may stand, or the pattern has, or a
    /// letter that is mistaken for a digit, or it is only the beginning of what is meant.
    pub fn may_stand_for(&self, number: &str) -> bool {
        let number: Vec<char> = normal(number).chars().collect();
        let mut reached = vec![false; number.len() + 1];
        reached[0] = true;
        for piece in &self.pieces {
            if reached[number.len()] {
                return true;
            }
            let mut next = vec![false; number.len() + 1];
            for at in (0..=number.len()).filter(|at| reached[*at]) {
                let here = number.get(at);
                match piece {
                    Piece::Exactly(listed) if here.is_some_and(|own| may_be_sign(*own, *listed)) => {
                        next[at + 1] = true;
                    }
                    Piece::One if here.is_some() => next[at + 1] = true,
                    Piece::Exactly(_) | Piece::One => {}
                    Piece::Many => next[at..].fill(true),
                }
            }
            reached = next;
        }
        match self.anchor {
            Anchor::Beginning => reached.contains(&true),
            Anchor::Whole => reached[number.len()],
        }
    }

    /// Whether a number may be meant that is written otherwise: without the signs between letters and digits, without what the
    /// pattern has in front or with something else in front, with an `X` where another sign may stand, or with letters in
    /// front where the pattern begins with a digit, or the other way round.
    ///
    /// The same for patterns as [`super::serials_may_be_one`] for whole numbers.
    pub fn may_be_written(&self, number: &str) -> bool {
        let own: Vec<char> = normal(number).chars().filter(|sign| sign.is_alphanumeric()).collect();
        let is_sign = |piece: &&Piece| !matches!(piece, Piece::Exactly(sign) if !sign.is_alphanumeric());
        let pieces: Vec<Piece> = self.pieces.iter().filter(is_sign).copied().collect();
        let (Some(first), Some(listed)) = (own.first(), pieces.first()) else { return true };
        if matches!(listed, Piece::Exactly(sign) if sign.is_alphabetic() != first.is_alphabetic()) {
            return true;
        }
        let is_own = |piece: &&Piece| matches!(piece, Piece::Exactly(_));
        let tells = |pieces: &[Piece]| pieces.iter().filter(is_own).count() >= MIN_SHARED;
        let fits = |pieces: &[Piece], own: &[char]| reaches_with_x(pieces, own, self.anchor);
        fits(&pieces, &own)
            || (tells(&pieces) && (1..own.len()).any(|at| fits(&pieces, &own[at..])))
            || (1..pieces.len()).any(|at| tells(&pieces[at..]) && fits(&pieces[at..], &own))
    }

    /// Whether the pattern has no wildcard.
    pub fn is_literal(&self) -> bool {
        self.is_literal
    }

    /// Whether the pattern has letters and digits of its own enough to tell one article from the others of its maker:
    /// `*`, `6` and `??-1` say nothing of whom they mean.
    pub fn tells_much(&self) -> bool {
        let is_own = |piece: &&Piece| matches!(piece, Piece::Exactly(sign) if sign.is_alphanumeric());
        self.pieces.iter().filter(is_own).count() >= MIN_TELLING
    }

    /// What every number that is meant begins with, in normal form; empty when the pattern begins with a wildcard.
    pub fn key_prefix(&self) -> &str {
        &self.prefix
    }
}

/// Whether pieces reach over a number, where an `X` on either side stands for any sign.
fn reaches_with_x(pieces: &[Piece], number: &[char], anchor: Anchor) -> bool {
    let mut reached = vec![false; number.len() + 1];
    reached[0] = true;
    for piece in pieces {
        let mut next = vec![false; number.len() + 1];
        for at in (0..=number.len()).filter(|at| reached[*at]) {
            match (piece, number.get(at)) {
                (Piece::Many, _) => next[at..].fill(true),
                (Piece::One, Some(_)) => next[at + 1] = true,
                (Piece::Exactly(listed), Some(own)) if may_be_sign(*own, *listed) => next[at + 1] = true,
                (Piece::One | Piece::Exactly(_), _) => {}
            }
        }
        reached = next;
    }
    match anchor {
        Anchor::Beginning => reached.contains(&true),
        Anchor::Whole => reached[number.len()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn old(pattern: &str) -> ModelPattern {
        ModelPattern::csaf20(pattern).expect("a pattern")
    }

    #[test]
    fn csaf_2_0_means_a_beginning_and_2_1_the_whole() {
        assert!(old("6ES7511-1AK02").matches("6es7 511-1ak02-0ab0"));
        let new = ModelPattern::csaf21("6ES7511-1AK02").expect("a pattern");
        assert!(!new.matches("6ES7511-1AK02-0AB0"));
        assert!(new.matches("6ES7511-1AK02"));
        assert!(!old("6ES7511-1AK02-0AB0").matches("6ES7511-1AK02"));
        assert!(old("CS1*-CPU*S").matches("CS1D-CPU65S") && ModelPattern::csaf21("CS1*-CPU*S").is_err());
        assert!(
            !old("6ES7511-1AK02").matches_whole("6ES7511-1AK02-0AB0")
                && old("6ES7511*").matches_whole("6ES7511-1")
        );
        let one = ModelPattern::csaf21("CS1D-CPU*S").expect("a pattern");
        assert!(one.matches("CS1D-CPU65S") && !one.matches("CS1D-CPU65SX"));
    }

    #[test]
    fn an_x_is_an_x_and_wildcards_are_wildcards() {
        assert!(!old("6ES7655-5PX11-0XX0").matches("6ES7655-5PA11-0AA0"));
        assert!(old("1756-L8?E").matches("1756-L83E"));
        assert!(!old("1756-L8?E").matches("1756-L8E"));
        assert!(old("CS1?-CPU*S").matches("CS1D-CPU65S"));
        assert!(old(r"A\*B").matches("A*B") && !old(r"A\*B").matches("AxB"));
    }

    #[test]
    fn an_x_may_stand_for_a_sign_and_a_beginning_may_be_cut_off() {
        assert!(old("SN-12*").may_stand_for("SN-1X7") && old("SN-1X7").may_stand_for("SN-127"));
        assert!(old("SN-2??").may_stand_for("SN-2") && !old("SN-2??").may_stand_for("SN-3AB"));
        let whole = ModelPattern::csaf21("SN-12").expect("a pattern");
        assert!(
            whole.may_stand_for("SN-X2") && !whole.may_stand_for("SN-123") && whole.may_stand_for("SN-1")
        );
    }

    #[test]
    fn a_spelling_that_leaves_a_listed_number_open_leaves_a_pattern_open() {
        use crate::names::serials_may_be_one;
        for (whole, pattern, number) in [
            ("24-0417-99", "24-0417-*", "24041799"),
            ("24-0417-99", "24-0417-*", "24 0417 99"),
            ("24-0417-99", "24-0417-*", "24-0417/99"),
            ("24-0417-99", "24-0417-*", "24.0417.99"),
            ("24-0417-99", "24-0417-??", "24041799"),
            ("24-0417-99", "*0417-99", "24 0417/99"),
            ("24-0417-99", "24-0417-*", "SN 24-0417-99"),
            ("SN-240417", "SN-2404*", "SN 2404 17"),
            ("SN-240417", "SN-2404*", "SN240417"),
            ("SN-240417", "SN-2404*", "sn\u{2013}240417"),
            ("SN-240417", "SN-2404*", "S/N SN-240417"),
            ("SN-240417", "SN-2404??", "S/N SN-240417"),
            ("SN-240417", "SN-2404*", "240417"),
            ("SN-240417", "SN-2404*", "SN-2X0417"),
            ("SN-240417", "SN-24??17", "N240417"),
        ] {
            assert!(serials_may_be_one(number, whole), "{number} and {whole}");
            assert!(old(pattern).may_be_written(number), "{number} and {pattern}");
            let new = ModelPattern::csaf21(pattern).expect("a pattern");
            assert!(new.may_be_written(number), "{number} and {pattern} by CSAF 2.1");
        }
        for (pattern, number) in [
            ("24-0417-*", "24041899"),
            ("24-0417-*", "25 0417 99"),
            ("SN-2404*", "SN 2405 17"),
            ("SN-2404??", "S/N SN-250417"),
        ] {
            assert!(!old(pattern).may_be_written(number), "{number} and {pattern}");
        }
        assert!(!ModelPattern::csaf21("SN-24?").expect("a pattern").may_be_written("SN 2417"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["", "  ", "A**B", r"A\"] {
            assert!(ModelPattern::csaf20(text).is_err(), "{text}");
        }
        assert_eq!(old("AB?C").key_prefix(), "AB");
        assert!(!old("AB?C").is_literal() && old("ABC").is_literal());
    }
}
