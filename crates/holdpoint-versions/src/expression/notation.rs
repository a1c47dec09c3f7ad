//! Doubts about the notation of an installed version against that of a bound.
//!
//! The surprise: `1.05` is newer than `1.1` when its parts are counted and older when it is read as one decimal number,
//! and makers do both. Doubts from how much of a version is given are in `shape.rs`.

use crate::Scheme;

/// Why a text is no version of a type whose order would take any text: a range in words or signs, a family, a sentence.
pub(crate) fn no_version(scheme: Scheme, text: &str) -> Option<&'static str> {
    // The others have a form of their own, or take texts as names.
    if !matches!(scheme, Scheme::Maven | Scheme::Rpm | Scheme::Dpkg | Scheme::Lexicographic) {
        return None;
    }
    let is_strict = scheme != Scheme::Lexicographic;
    if is_strict && text.contains(char::is_whitespace) {
        return Some("a version has a blank inside");
    }
    if is_strict && !text.contains(|c: char| c.is_ascii_digit()) {
        return Some("a version has no number in it");
    }
    if !text.starts_with(char::is_alphanumeric) {
        return Some("a version does not begin with a letter or a number");
    }
    if text.contains("..") || text.chars().any(|c| !c.is_ascii() && !c.is_alphanumeric()) {
        return Some("a version has signs inside that versions do not have");
    }
    let mut parts = text.split(['.', '-', '_', '+', ':', '~']);
    let is_placeholder =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| matches!(byte, b'x' | b'X'));
    if parts.any(is_placeholder) {
        return Some("a version has an `x` in the place of a number");
    }
    let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() >= 2);
    words.any(is_word_of_a_range).then_some("a version has words inside that ranges have")
}

/// `to`, `prior`, `later`: words that no version has.
fn is_word_of_a_range(word: &str) -> bool {
    const WORDS: [&str; 34] = [
        "above", "after", "all", "and", "any", "before", "below", "earlier", "from", "greater", "higher",
        "later", "latest", "less", "lower", "newer", "older", "onward", "onwards", "or", "previous", "prior",
        "since", "than", "through", "thru", "till", "to", "und", "under", "until", "up", "upto", "versions",
    ];
    WORDS.iter().any(|entry| word.eq_ignore_ascii_case(entry))
}

/// Why two texts of a notation say nothing about each other; `None` when they do.
pub(crate) fn doubt(scheme: Scheme, bound: &str, installed: &str) -> Option<String> {
    if scheme == Scheme::Generic {
        return None;
    }
    if scheme != Scheme::Ot && has_sign(bound) != has_sign(installed) {
        return Some(format!(
            "of `{bound}` and `{installed}` only one has a `v`, which counts in `{scheme}`"
        ));
    }
    let takes_letters = matches!(scheme, Scheme::Maven | Scheme::Rpm | Scheme::Lexicographic);
    if takes_letters && !letters_in_front(bound).eq_ignore_ascii_case(letters_in_front(installed)) {
        return Some(format!("`{bound}` and `{installed}` have other letters in front of the number"));
    }
    if scheme == Scheme::Ot && is_other_case(bound, installed) {
        return Some(format!("`{bound}` and `{installed}` are letters, of which one is small"));
    }
    (matches!(scheme, Scheme::Ot | Scheme::Intdot) && is_decimal(bound, installed)).then(|| {
        format!("`{bound}` and `{installed}` may be decimal numbers, which stand the other way round")
    })
}

/// Whether two versions that are letters alone have one in small letters and one in capitals. Makers who have both count on
/// from `Z` to `a`, or say something else with a small one.
fn is_other_case(bound: &str, installed: &str) -> bool {
    let letters = |text: &str| {
        let last = text.trim().rsplit([' ', '.']).next().unwrap_or("");
        let bare = last.len() <= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
        (bare && !text.contains(|c: char| c.is_ascii_digit()))
            .then(|| last.bytes().all(|byte| byte.is_ascii_lowercase()))
    };
    matches!((letters(bound), letters(installed)), (Some(one), Some(other)) if one != other)
}

/// The letters right in front of the number that a text begins with: `R` of `R1.5`. None where words stand for themselves.
fn letters_in_front(text: &str) -> &str {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let is_numbered =
        text[end..].trim_start_matches(['-', '_', '.']).starts_with(|c: char| c.is_ascii_digit());
    if is_numbered { &text[..end] } else { "" }
}

/// Whether an installed text is two versions, from one to the other: `2.1-2.5`.
pub(crate) fn is_span(installed: &str) -> bool {
    let Some((low, high)) = installed.split_once('-') else { return false };
    match (numbers(low.trim()), numbers(high.trim())) {
        (Some(low), Some(high)) => low.len() > 1 && low.len() == high.len() && low < high,
        _ => false,
    }
}

/// A `v` set right before the number.
fn has_sign(text: &str) -> bool {
    text.trim().strip_prefix(['v', 'V']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The numbers of a text of digits and dots; a `v` in front is no part of them.
fn numbers(text: &str) -> Option<Vec<u64>> {
    plain(text).split('.').map(|part| part.parse().ok()).collect()
}

fn plain(text: &str) -> &str {
    text.trim().trim_start_matches(['v', 'V'])
}

/// Two numbers that begin alike, of which one has a leading zero behind its first dot, and whose order turns with the
/// reading. Where both go on behind a second dot, parts are counted.
fn is_decimal(bound: &str, installed: &str) -> bool {
    if !(bound.contains(".0") || installed.contains(".0")) {
        return false;
    }
    let (Some(bound), Some(installed)) = (Decimal::at_the_front(bound), Decimal::at_the_front(installed))
    else {
        return false;
    };
    let counted = |text: &'_ str| -> String { text.trim_start_matches('0').to_owned() };
    if counted(bound.whole) != counted(installed.whole) || (bound.goes_on && installed.goes_on) {
        return false;
    }
    let (a, b) = (counted(bound.behind), counted(installed.behind));
    let by_count = a.len().cmp(&b.len()).then_with(|| a.cmp(&b));
    by_count != bound.behind.trim_end_matches('0').cmp(installed.behind.trim_end_matches('0'))
        && bound.behind.starts_with('0') != installed.behind.starts_with('0')
}

/// The number with a dot that a version begins with.
struct Decimal<'t> {
    whole: &'t str,
    behind: &'t str,
    /// A second dot stands behind it.
    goes_on: bool,
}

impl<'t> Decimal<'t> {
    fn at_the_front(text: &'t str) -> Option<Self> {
        let text = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        let (whole, rest) = text.split_once('.')?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let is_number = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit()) && end > 0;
        is_number.then(|| Self { whole, behind: &rest[..end], goes_on: rest[end..].starts_with('.') })
    }
}

#[cfg(test)]
mod tests {
    use super::{doubt, is_decimal, is_span, no_version};
    use crate::Scheme;

    #[test]
    fn a_leading_zero_turns_the_order_of_some_pairs() {
        for (bound, installed) in [
            ("1.1", "1.05"),
            ("1.05", "1.1"),
            ("V1.5", "1.05"),
            ("33.9", "33.011"),
            ("01.1", "1.05"),
            ("FW 1.1", "1.05 SP1"),
            ("1.1", "1.05.2"),
        ] {
            assert!(is_decimal(bound, installed), "{bound} and {installed}");
        }
        for (bound, installed) in [
            ("1.10", "1.05"),
            ("1.9", "1.05"),
            ("2.1", "1.05"),
            ("01.10", "1.05"),
            ("3.0", "3.00"),
            ("1.1", "1.0"),
            ("1.1", "1.10"),
            ("1.1.2", "1.05.2"),
        ] {
            assert!(!is_decimal(bound, installed), "{bound} and {installed}");
        }
    }

    #[test]
    fn two_versions_with_a_dash_are_no_version() {
        for text in ["2.1-2.5", "V2.1 - V2.5", "1.2.3-1.2.9"] {
            assert!(is_span(text), "{text}");
        }
        for text in ["2.1-5", "3.3-005", "2.5-2.1", "V02.20.126.11-36", "1-02-07", "2.1"] {
            assert!(!is_span(text), "{text}");
        }
    }
    #[test]
    fn words_and_signs_of_ranges_are_no_versions() {
        for text in [
            "1.0to2.0",
            "prior-to-2.0",
            "^1.0",
            "~1.0",
            "\u{2264}2.0",
            "2.0\u{2264}",
            "1.x",
            "1.xx",
            "4.0...",
            "2.0-or-later",
        ] {
            for scheme in [Scheme::Maven, Scheme::Rpm, Scheme::Dpkg, Scheme::Lexicographic] {
                assert!(no_version(scheme, text).is_some(), "{text} in {scheme}");
            }
        }
        for text in ["1.0", "1.0-rc1", "2.14.1.Final", "1.0-tooling", "2x", "1.0_orion", "1:2.3~beta-4.el8"] {
            assert_eq!(no_version(Scheme::Maven, text), None, "{text}");
        }
        assert_eq!(no_version(Scheme::Lexicographic, "blue"), None);
    }

    #[test]
    fn letters_in_front_of_one_number_only_say_nothing() {
        assert!(
            doubt(Scheme::Maven, "R1.5", "1.4").is_some() && doubt(Scheme::Rpm, "1.5", "rel-1.6").is_some()
        );
        assert_eq!(doubt(Scheme::Maven, "R1.5", "r1.4"), None);
        assert_eq!(doubt(Scheme::Lexicographic, "blue", "red"), None);
    }
}
