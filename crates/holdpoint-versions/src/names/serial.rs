//! Serial numbers as people write them: whole ones, ones with placeholders, and texts that are no one number.
//!
//! Not here: the patterns of CSAF ([`super::ModelPattern`]). The surprise: `X` is a letter of many real serial numbers
//! and the commonest placeholder too, so a single one may stand for any sign, and several in a row never are a number.

use super::order::{may_be_sign, order_number_key};

/// Who wrote a serial number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SerialWriter {
    /// The owner of the device: one number is meant.
    Owner,
    /// A document: `?` and `*` are wildcards by CSAF's rules.
    Document,
}

/// Words that stand between numbers of a span, or for a number that nobody wrote down.
const WORDS: [&str; 19] = [
    "after", "all", "and", "any", "before", "between", "default", "earlier", "filled", "from", "higher",
    "later", "lower", "or", "prior", "through", "to", "unknown", "until",
];

/// Why a text is not one whole serial number, a clause; `None` when nothing says so.
///
/// Such a text is never different from another one: it may stand for it.
pub fn serial_doubt(text: &str, writer: SerialWriter) -> Option<&'static str> {
    let text = text.trim();
    let own: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_wildcard = |c: char| matches!(c, '?' | '*') && writer == SerialWriter::Document;
    if !own.iter().any(char::is_ascii_digit) {
        return Some("it has no digit");
    }
    if own.len() > 1 && own.iter().all(|c| *c == own[0]) {
        return Some("it is one sign again and again");
    }
    if text.chars().any(|c| matches!(c, '?' | '*' | '#' | '…' | '_') && !is_wildcard(c))
        || text.contains("..")
    {
        return Some("it has placeholders");
    }
    if has_placeholder_letters(text) {
        return Some("it has `x` where a sign may stand");
    }
    let is_plain = |c: char| c.is_alphanumeric() || is_wildcard(c) || " -/.:\\".contains(c);
    let words = || text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    if !text.chars().all(is_plain) || words().any(|word| WORDS.contains(&word.to_lowercase().as_str())) {
        return Some("it is more than one number");
    }
    let spans = words().zip(words().skip(1)).any(|(low, high)| {
        let digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
        low.len() >= 3 && low.len() == high.len() && digits(low) && digits(high) && low < high
    });
    spans.then_some("it may be a span of numbers")
}

/// `24061xxxx`, `SC-A1xB`: several in a row, or a small one that no other small letter stands beside.
fn has_placeholder_letters(text: &str) -> bool {
    let in_a_row = text.to_lowercase().contains("xx");
    let small = text.chars().filter(|c| c.is_lowercase());
    let only_small = text.contains('x') && small.clone().all(|c| c == 'x');
    in_a_row || only_small
}

/// Whether two whole serial numbers may be one: equal where neither has an `X`, look-alike letters read as digits, one written without what the other has in
/// front, or one that begins with letters and one that does not.
pub fn serials_may_be_one(one: &str, other: &str) -> bool {
    let bare = |text: &str| -> Vec<char> {
        order_number_key(text).chars().filter(|c| c.is_alphanumeric() || matches!(c, '?' | '*')).collect()
    };
    let (one, other) = (bare(one), bare(other));
    let (Some(first), Some(second)) = (one.first(), other.first()) else { return true };
    let begins_with_letter = |c: &char| c.is_alphabetic();
    if begins_with_letter(first) != begins_with_letter(second) {
        return true;
    }
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    let agree = |a: &[char], b: &[char]| a.iter().zip(b).all(|(a, b)| may_be_sign(*a, *b));
    short.len() >= 3 && agree(short, &long[long.len() - short.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_and_spans_are_no_number() {
        let owner = |text| serial_doubt(text, SerialWriter::Owner).is_some();
        for text in [
            "24061xxxx",
            "24061XXXX",
            "S C-…x",
            "S C-A…",
            "2406????",
            "SN-12#",
            "n/a",
            "00000000",
            "24061x",
            "S C-x4U42130",
            "unknown",
            "-",
            "2406..",
            "1000-2000",
            "100, 101",
            "To be filled by O.E.M. 1",
        ] {
            assert!(owner(text), "{text}");
        }
        for text in ["S C-X4U421302009", "240617777", "SN-10077", "sn-x12a", "A1", "1-2000", "SN:77/12.4"] {
            assert!(!owner(text), "{text}");
        }
        let listed = |text| serial_doubt(text, SerialWriter::Document).is_some();
        assert!(!listed("SN-100*") && !listed("SN-2??") && !listed("24061"));
        assert!(listed("24061XXXX") && listed("1000 to 2000") && listed("up to 2406") && listed("< 24061"));
    }

    #[test]
    fn what_may_be_one_number_is_not_told_apart() {
        assert!(serials_may_be_one("10077", "SN-10077") && serials_may_be_one("SN-1X0", "SN-120"));
        assert!(serials_may_be_one("SN10077", "0077"), "letters may have been left out");
        assert!(serials_may_be_one("24-O417-01", "24-0417-01") && serials_may_be_one("SN-I00", "SN-100"));
        assert!(!serials_may_be_one("SN-300", "SN-100") && !serials_may_be_one("2406", "2407"));
    }
}
