//! Part numbers and model codes inside product names, with the abbreviations that people write there.
//!
//! `BMXP34*`, `R04/08/16/32/120(EN)CPU`, `FX5U-xMy/z x=32,64,80`, `1756-EN2T Series A, B, and C`, `EEC-2xx` are all
//! read into patterns over bare codes (letters and digits only, upper case). The surprise: each reading says how
//! certain it is. A star or a list is meant as one; a capital `XXX` may be part of the code, so it is only
//! [`Certainty::Perhaps`].

use std::borrow::Cow;

use super::spread;

/// Longest name that is read, in characters.
const MAX_CHARS: usize = 512;
/// The most readings of one code.
pub(super) const MAX_READINGS: usize = 128;
/// Codes shorter than this are compared in the bits of one number.
const SHORT: usize = 63;

/// How certain a reading of a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It can mean nothing else.
    Sure,
    /// It may mean this.
    Perhaps,
}

/// How a code stands to a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeMatch {
    /// It is meant.
    Whole(Certainty),
    /// It is only the beginning of what is meant.
    Beginning,
    /// It is not meant.
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    Exactly(char),
    One,
    Many,
}

/// One way to read a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) pieces: Vec<Piece>,
    pub(super) certainty: Certainty,
}

/// A code in a product's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCode {
    /// As written.
    pub text: String,
    /// The series letters that the name gives for it (`Series A and B`), sorted; empty: none given.
    pub series: Vec<char>,
    readings: Vec<Reading>,
}

impl NamedCode {
    /// How a bare code stands to this one: the best of all readings.
    pub fn matches(&self, bare: &str) -> CodeMatch {
        // Most codes differ before the first wildcard already.
        if bare.is_empty() || !self.readings.iter().any(|reading| begins_so(&reading.pieces, bare)) {
            return CodeMatch::None;
        }
        let code: Vec<char> = bare.chars().take(MAX_CHARS).collect();
        let mut best = CodeMatch::None;
        for reading in self.readings.iter().filter(|reading| begins_so(&reading.pieces, bare)) {
            match (reached(&reading.pieces, &code), best) {
                (Reached::Whole, CodeMatch::Whole(known)) => {
                    best = CodeMatch::Whole(known.min(reading.certainty));
                }
                (Reached::Whole, CodeMatch::Beginning | CodeMatch::None) => {
                    best = CodeMatch::Whole(reading.certainty);
                }
                (Reached::Beginning, CodeMatch::None) => best = CodeMatch::Beginning,
                (Reached::Beginning | Reached::No, _) => {}
            }
        }
        best
    }

    /// What each reading begins with, without wildcards, sorted, each once.
    pub fn beginnings(&self) -> Vec<String> {
        let literal = |piece: &Piece| match piece {
            Piece::Exactly(character) => Some(*character),
            Piece::One | Piece::Many => None,
        };
        let mut found: Vec<String> =
            self.readings.iter().map(|reading| reading.pieces.iter().map_while(literal).collect()).collect();
        found.sort();
        found.dedup();
        found
    }

    /// Whether the code stands for more than itself.
    pub fn is_pattern(&self) -> bool {
        self.readings.len() > 1
            || self.readings.iter().flat_map(|reading| &reading.pieces).any(|piece| match piece {
                Piece::Exactly(_) => false,
                Piece::One | Piece::Many => true,
            })
    }
}

/// Whether a code agrees with the pieces until one of them is a wildcard, or the code ends.
fn begins_so(pieces: &[Piece], bare: &str) -> bool {
    let mut characters = bare.chars().take(MAX_CHARS);
    for piece in pieces {
        match (piece, characters.next()) {
            (Piece::One | Piece::Many, _) | (Piece::Exactly(_), None) => return true,
            (Piece::Exactly(wanted), Some(character)) if *wanted != character => return false,
            (Piece::Exactly(_), Some(_)) => {}
        }
    }
    // The code goes on where the reading ends.
    characters.next().is_none()
}

enum Reached {
    Whole,
    Beginning,
    No,
}

fn reached(pieces: &[Piece], code: &[char]) -> Reached {
    if code.len() < SHORT { reached_in_bits(pieces, code) } else { reached_in_steps(pieces, code) }
}

fn reached_in_steps(pieces: &[Piece], code: &[char]) -> Reached {
    let mut at_end_of = vec![false; code.len() + 1];
    at_end_of[0] = true;
    let mut is_beginning = false;
    let mut met_many = false;
    for piece in pieces {
        met_many |= matches!(piece, Piece::Many);
        is_beginning |= at_end_of[code.len()] && !met_many;
        let mut next = vec![false; code.len() + 1];
        for at in 0..=code.len() {
            if !at_end_of[at] {
                continue;
            }
            match piece {
                Piece::Exactly(wanted) if code.get(at) == Some(wanted) => next[at + 1] = true,
                Piece::One if at < code.len() => next[at + 1] = true,
                Piece::Exactly(_) | Piece::One => {}
                Piece::Many => next[at..].fill(true),
            }
        }
        at_end_of = next;
    }
    match (at_end_of[code.len()], is_beginning) {
        (true, _) => Reached::Whole,
        (false, true) => Reached::Beginning,
        (false, false) => Reached::No,
    }
}

/// The same for short codes: bit `n` says that the pieces so far may end before the code's character `n`.
fn reached_in_bits(pieces: &[Piece], code: &[char]) -> Reached {
    let end = 1_u64 << code.len();
    let inside = end - 1;
    let (mut at, mut is_beginning, mut met_many) = (1_u64, false, false);
    for piece in pieces {
        met_many |= matches!(piece, Piece::Many);
        is_beginning |= at & end != 0 && !met_many;
        at = match piece {
            Piece::Exactly(wanted) => {
                let mut next = 0;
                let mut left = at & inside;
                while left != 0 {
                    let place = left.trailing_zeros();
                    next |= u64::from(code[place as usize] == *wanted) << (place + 1);
                    left &= left - 1;
                }
                next
            }
            Piece::One => (at & inside) << 1,
            Piece::Many if at == 0 => 0,
            // Everything from the first place on.
            Piece::Many => (end | inside) & !((1 << at.trailing_zeros()) - 1),
        };
    }
    match (at & end != 0, is_beginning) {
        (true, _) => Reached::Whole,
        (false, true) => Reached::Beginning,
        (false, false) => Reached::No,
    }
}

/// The codes in a product's name, in the order of the text, each text once.
pub fn codes_in(name: &str) -> Vec<NamedCode> {
    if !name.bytes().any(spread::is_telling) && !name.contains("xx") {
        return Vec::new();
    }
    let name = name.char_indices().nth(MAX_CHARS).map_or(name, |(end, _)| &name[..end]);
    let (name, letters) = spread::take_letters(name);
    let words = joined_at_hyphens(words(&name));
    let series = series(&words);
    let mut found: Vec<NamedCode> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| words[before].as_str()).filter(|before| is_stem(before));
        let joined = before.map(|before| Cow::Owned(format!("{before}{word}")));
        for text in std::iter::once(Cow::Borrowed(word.as_str())).chain(joined) {
            let readings = spread::readings(&text, &letters);
            if !readings.is_empty() && found.iter().all(|known| known.text != text) {
                found.push(NamedCode { text: text.into_owned(), series: series.clone(), readings });
            }
        }
    }
    found
}

/// `ILC` of `ILC 3xx`: capitals that belong to the number behind them.
fn is_stem(word: &str) -> bool {
    (2..=6).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// `1756-L8z` of `1756 - L8z`: a hyphen between blanks is lost among the words, and only such a family shows that the
/// number in front belongs to it.
fn joined_at_hyphens(words: Vec<String>) -> Vec<String> {
    let is_family = |word: &str| {
        let (head, tail) = word.split_once('z').unwrap_or_default();
        head.starts_with(|c: char| c.is_ascii_uppercase())
            && head.ends_with(|c: char| c.is_ascii_digit())
            && !tail.contains(|c: char| c.is_ascii_lowercase())
    };
    let is_stem = |word: &String| word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut found: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        match found.pop_if(|before| is_family(&word) && is_stem(before)) {
            Some(stem) => found.push(format!("{stem}-{word}")),
            None => found.push(word),
        }
    }
    found
}

/// Words of a name; a parenthesis that touches a letter or digit in front of it belongs to the word.
fn words(name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut inside = 0_usize;
    let mut push = |word: &mut String| {
        let trimmed = word.trim_matches(|c: char| matches!(c, '-' | '.' | '/' | ':'));
        if !trimmed.is_empty() {
            found.push(trimmed.to_owned());
        }
        word.clear();
    };
    for character in name.chars() {
        match character {
            '(' if word.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-') => {
                inside += 1;
                word.push(character);
            }
            ')' if inside > 0 => {
                inside -= 1;
                word.push(character);
            }
            c if c.is_whitespace()
                || matches!(c, ',' | ';' | '(' | ')' | '[' | ']' | '"' | '_' | '™' | '®') =>
            {
                inside = 0;
                push(&mut word);
            }
            other => word.push(other),
        }
    }
    push(&mut word);
    found
}

/// The letters of `Series A, B, and C`, sorted.
fn series(words: &[String]) -> Vec<char> {
    let mut found = Vec::new();
    let Some(at) = words.iter().position(|word| word.eq_ignore_ascii_case("series")) else { return found };
    for word in &words[at + 1..] {
        match word.as_bytes() {
            [letter] if letter.is_ascii_uppercase() => found.push(char::from(*letter)),
            [] => {}
            _ if matches!(word.as_str(), "and" | "&" | "or") => {}
            _ => break,
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(name: &str, code: &str) -> CodeMatch {
        let rank = |found: &CodeMatch| match found {
            CodeMatch::Whole(Certainty::Sure) => 0,
            CodeMatch::Whole(Certainty::Perhaps) => 1,
            CodeMatch::Beginning => 2,
            CodeMatch::None => 3,
        };
        let found = codes_in(name).into_iter().map(|named| named.matches(code));
        found.min_by_key(rank).unwrap_or(CodeMatch::None)
    }

    const SURE: CodeMatch = CodeMatch::Whole(Certainty::Sure);
    const PERHAPS: CodeMatch = CodeMatch::Whole(Certainty::Perhaps);

    #[test]
    fn stars_stand_for_anything() {
        let m340 = "Modicon M340 CPU (part numbers BMXP34*)";
        assert_eq!(says(m340, "BMXP342020"), SURE);
        assert_eq!(says(m340, "BMXP"), CodeMatch::Beginning);
        assert_eq!(says(m340, "BMXP332020"), CodeMatch::None);
        assert_eq!(says("Modicon M580 CPU (part numbers BMEP* and BMEH*)", "BMEH582040"), SURE);
        let safety = "Modicon M580 CPU Safety (part numbers BMEP58*S and BMEH58*S)";
        assert_eq!((says(safety, "BMEP582040S"), says(safety, "BMEP582040")), (SURE, CodeMatch::None));
        assert_eq!(says("CS1D-CPU**S", "CS1DCPU65S"), SURE);
        assert_eq!(says("C80 (BND-2036W000-**)", "BND2036W000A3"), SURE);
    }

    #[test]
    fn lists_of_numbers_share_what_stands_before_and_after() {
        let cpus = "MELSEC iQ-R Series R04/08/16/32/120(EN)CPU";
        for code in ["R04CPU", "R08ENCPU", "R120CPU", "R120ENCPU"] {
            assert_eq!(says(cpus, code), SURE, "{code}");
        }
        assert_eq!((says(cpus, "R64CPU"), says(cpus, "R08PCPU")), (CodeMatch::None, CodeMatch::None));
        assert_eq!(says("MELSEC Q series Q03UDECPU Q04/06/10UDEHCPU", "Q06UDEHCPU"), SURE);
        assert_eq!(says("MELSEC L Series L02CPU(-P)", "L02CPUP"), SURE);
        assert_eq!(says("MELSEC L Series L26CPU-(P)BT", "L26CPUBT"), SURE);
        assert_eq!(says("PACSystems RX3i CPE305/310", "CPE310"), SURE);
        assert_eq!(says("Relion 670/650 series", "650"), CodeMatch::None, "a number alone is no code");
        assert_eq!((says("AFS660/665C", "AFS665C"), says("AFS660/665C", "AFS660")), (SURE, PERHAPS));
        assert_eq!(says("M730VS/M720VS (BND-1012W000-**)", "M720VS"), SURE);
        assert_eq!(says("1738-AENT/ 1738-AENTR Series B", "1738AENTR"), SURE);
    }

    #[test]
    fn letters_with_values_are_spread() {
        let name = "FX5U-xMy/z x=32,64,80, y=T,R, z=ES,DS,ESS,DSS (Serial number 179**** and prior)";
        assert_eq!(says(name, "FX5U32MTES"), SURE);
        assert_eq!(says(name, "FX5U80MRDSS"), SURE);
        assert_eq!(says(name, "FX5U16MTES"), CodeMatch::None);
        assert_eq!(says(name, "FX5U32M"), CodeMatch::Beginning);
        assert_eq!(says("FX5UJ-xMy/ES-A* x=24,40,60, y=T,R", "FX5UJ24MTESA"), SURE);
    }

    #[test]
    fn an_x_is_a_placeholder_only_where_it_looks_like_one() {
        assert_eq!(says("EBC-21xx", "EBC2112"), SURE);
        assert_eq!((says("EEC-2xx", "EEC2123"), says("EEC-2xxx", "EEC2123")), (PERHAPS, SURE));
        assert_eq!(says("DH-IPC-HFW1XXX", "DHIPCHFW1230"), PERHAPS);
        assert_eq!(says("ILC 3xx", "ILC350"), SURE);
        assert_eq!(
            says("Quantum processors with integrated Ethernet COPRO 140CPU65xxxxx", "140CPU65150"),
            PERHAPS
        );
        assert_eq!((says("System 800xA Base", "800XA"), says("System 800xA", "8007A")), (SURE, PERHAPS));
        assert_eq!(says("750-331/xxx-xxx", "750331000001"), SURE);
        assert_eq!(says("SIMATIC CFU PA (6ES7655-5PX11-0XX0)", "6ES76555PX110AA0"), PERHAPS);
    }

    #[test]
    fn a_run_of_small_x_stands_for_signs_behind_a_small_letter_and_without_a_digit_too() {
        assert_eq!(says("cMT-SVR-1xx/2xx", "CMTSVR102"), SURE);
        assert_eq!(
            (says("cMT-SVR-1xx/2xx", "CMTSVR200"), says("cMT-SVR-1xx/2xx", "CMTSVR302")),
            (SURE, CodeMatch::None)
        );
        assert_eq!((says("ESWAxx", "ESWA04"), says("EMAxxx", "EMA120")), (PERHAPS, PERHAPS));
        assert_eq!((says("ESWAxx", "EMAA04"), says("ESWAXX", "ESWA04")), (CodeMatch::None, CodeMatch::None));
        assert!(codes_in("Proxxy IMAxx Foxx").len() <= 1, "words are no codes");
    }

    #[test]
    fn a_small_z_behind_a_digit_stands_for_the_members_of_a_family() {
        assert_eq!(says("ControlLogix 5580 (1756 - L8z)", "1756L83E"), PERHAPS);
        assert_eq!(says("ControlLogix 5580 (1756 - L8z)", "1756L73"), CodeMatch::None);
        assert_eq!(says("CompactLogix 5380 (5069 - L3z)", "5069L330ER"), PERHAPS);
        let safety = "Compact GuardLogix 5380 (5069-L3zS2)";
        assert_eq!((says(safety, "5069L330ERS2"), says(safety, "5069L330ER")), (PERHAPS, CodeMatch::None));
    }

    #[test]
    fn a_series_is_read_beside_the_code() {
        let found = codes_in("1756-EN2T Series A, B, and C");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].text.as_str(), found[0].series.as_slice()), ("1756-EN2T", &['A', 'B', 'C'][..]));
        assert_eq!(found[0].matches("1756EN2T"), SURE);
        assert!(!found[0].is_pattern());
    }

    #[test]
    fn short_and_long_codes_are_compared_alike() {
        let piece = |c| match c {
            '*' => Piece::Many,
            '?' => Piece::One,
            other => Piece::Exactly(other),
        };
        let rank = |found| match found {
            Reached::Whole => 2,
            Reached::Beginning => 1,
            Reached::No => 0,
        };
        let codes = ["", "A", "AB", "ABA", "ABAB", "BB", "AAB", "AAAAAB"];
        for pattern in ["A", "AB", "A*", "*", "*B", "A?B", "?*B", "A*B*", "**", "AB?", "A*A?B", "???"] {
            let pieces: Vec<Piece> = pattern.chars().map(piece).collect();
            for code in codes {
                let code: Vec<char> = code.chars().collect();
                let (short, long) = (reached_in_bits(&pieces, &code), reached_in_steps(&pieces, &code));
                assert_eq!(rank(short), rank(long), "{pattern} {code:?}");
            }
        }
    }

    #[test]
    fn prose_holds_no_codes() {
        for name in [
            "EcoStruxure Control Expert",
            "PROFINET/DP and TCP/IP stack",
            "",
            "Vijeo Designer",
            "(((((",
            "¡0/0",
            "é1(é2",
        ] {
            assert_eq!(codes_in(name), [], "{name}");
        }
    }
}
