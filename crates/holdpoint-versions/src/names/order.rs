//! Order numbers: their normal form, and finding them in a product's name.
//!
//! Only shapes that cannot be anything else are found in prose. The surprise: blanks inside an order number are
//! typography (`6ES7 511-1AK02-0AB0`), hyphens are not. And a label is read as a label: `MLFB`, `Order No.`, the `1P` that a
//! bar code puts in front.

use std::borrow::Cow;

/// The most characters of an order number that are looked at.
const MAX_CHARS: usize = 128;
/// How long a machine-readable product designation is, with its hyphens.
const DESIGNATION: usize = 18;

/// The normal form of an order number: upper case, without blanks, hyphens kept.
pub fn order_number_key(number: &str) -> String {
    normal(number).into_owned()
}

/// The normal form, borrowed when the text already has it, as most numbers of a comparison do.
pub(super) fn normal(number: &str) -> Cow<'_, str> {
    let is_normal = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_lowercase();
    if number.len() <= MAX_CHARS && number.bytes().all(is_normal) {
        return Cow::Borrowed(number);
    }
    let normal = number
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .take(MAX_CHARS)
        .flat_map(char::to_uppercase);
    Cow::Owned(normal.collect())
}

/// Whether one sign may stand where the other was meant: an `X` where nobody noted it, and letters that are mistaken for digits.
pub(super) fn may_be_sign(one: char, other: char) -> bool {
    let read = |sign: char| match sign {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    one == 'X' || other == 'X' || read(one) == read(other)
}

/// Words that say of a number what it is, when a word for "number" follows.
const LABELS: &[&str] = &[
    "art",
    "article",
    "artikel",
    "bestell",
    "cat",
    "catalog",
    "catalogue",
    "item",
    "material",
    "order",
    "ordering",
    "part",
];
/// Words for "number".
const NUMBER_WORDS: &[&str] = &["code", "no", "nr", "num", "number", "nummer"];

/// A text without what a type plate or a bar code puts in front of an order number: `MLFB`, `Order No.:`, `P/N`, and
/// the data identifier `1P` where a whole order number follows. Something with a digit is always left.
pub fn without_label(text: &str) -> &str {
    let text = text.trim();
    let rest = label(text).map_or(text, |rest| rest.trim_start());
    let rest = if rest.contains(|c: char| c.is_ascii_digit()) { rest } else { text };
    let identified = ["(1P)", "(1p)", "1P", "1p"].iter().find_map(|lead| rest.strip_prefix(lead));
    identified.map(str::trim_start).filter(|number| is_whole(number)).unwrap_or(rest)
}

/// What stands behind the label.
fn label(text: &str) -> Option<&str> {
    let (first, rest) = word(text);
    if first == "mlfb" || matches!(first.as_str(), "bestellnummer" | "artikelnummer") {
        return sign(rest);
    }
    if first == "p" {
        let (second, rest) = word(rest.strip_prefix('/')?);
        return if second == "n" { sign(rest) } else { None };
    }
    if !LABELS.contains(&first.as_str()) {
        return None;
    }
    let (second, behind) = word(rest.trim_start_matches([' ', '.', '-']));
    let is_set_apart = rest.starts_with([' ', '.', '-']);
    if is_set_apart && NUMBER_WORDS.contains(&second.as_str()) {
        sign(behind)
    } else {
        rest.strip_prefix(':')
    }
}

/// The letters in front, in lower case, and what follows them.
fn word(text: &str) -> (String, &str) {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    (text[..end].to_ascii_lowercase(), &text[end..])
}

/// What follows the sign or blank that ends a label.
fn sign(rest: &str) -> Option<&str> {
    let behind = rest.trim_start_matches([' ', '.', ':', '#', '\t']);
    (behind.len() < rest.len()).then_some(behind)
}

/// A machine-readable product designation, with or without its hyphens and blanks.
fn is_whole(number: &str) -> bool {
    let bare: Vec<u8> = number.bytes().filter(u8::is_ascii_alphanumeric).take(17).collect();
    let [first, second, third, fourth, ..] = bare.as_slice() else { return false };
    bare.len() == 16
        && first.is_ascii_digit()
        && second.is_ascii_alphabetic()
        && third.is_ascii_alphabetic()
        && fourth.is_ascii_digit()
}

/// The order numbers that stand in a text, in normal form, in the order of the text, each once.
///
/// Found are machine-readable product designations of the form `6ES7511-1AK02-0AB0`, also with blanks inside.
pub fn order_numbers_in(text: &str) -> Vec<String> {
    if text.len() < DESIGNATION {
        return Vec::new();
    }
    let mut words: Vec<&str> = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| !word.is_empty())
        .take(512)
        .collect();
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        // Few words have the length, so that hardly any is copied.
        let is_identified = words[at].len() == DESIGNATION + 2;
        if let Some(number) = words[at].strip_prefix("1P").filter(|_| is_identified) {
            words[at] = number;
        }
        let alone = Some(words[at].len()).filter(|length| *length == DESIGNATION);
        let joined = words.get(at + 1).filter(|next| words[at].len() + next.len() == DESIGNATION);
        let alone = alone.map(|_| (1, order_number_key(words[at])));
        let joined = joined.map(|next| (2, order_number_key(&format!("{}{next}", words[at]))));
        let number = [alone, joined].into_iter().flatten().find(|(_, number)| is_designation(number));
        at += number.as_ref().map_or(1, |(taken, _)| *taken);
        if let Some((_, number)) = number.filter(|(_, number)| !found.contains(number)) {
            found.push(number);
        }
    }
    found
}

/// `6ES7511-1AK02-0AB0`: digit, two letters, digit, three; hyphen, five; hyphen, four.
fn is_designation(number: &str) -> bool {
    let groups: Vec<&str> = number.split('-').collect();
    let [first, second, third] = groups.as_slice() else { return false };
    let shape: Vec<char> = first.chars().collect();
    let head = shape.len() == 7
        && shape[0].is_ascii_digit()
        && shape[1].is_ascii_alphabetic()
        && shape[2].is_ascii_alphabetic()
        && shape[3].is_ascii_digit();
    let plain = |group: &str, length: usize| {
        group.len() == length && group.chars().all(|c| c.is_ascii_alphanumeric())
    };
    head && plain(first, 7) && plain(second, 5) && plain(third, 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_numbers_are_found_with_and_without_blanks() {
        let text = "SIMATIC S7-1500 CPU 1511-1 PN (6ES7511-1AK02-0AB0), also 6es7 516-3an01-0ab0";
        assert_eq!(order_numbers_in(text), ["6ES7511-1AK02-0AB0", "6ES7516-3AN01-0AB0"]);
        assert_eq!(order_numbers_in("CP 443-1 1P6GK7443-1EX30-0XE0"), ["6GK7443-1EX30-0XE0"]);
        assert!(order_numbers_in("SCALANCE XR524-8C, 2x230V (L3 int.)").is_empty());
        assert!(order_numbers_in("SIPROTEC 5 7SS85 (CP300)").is_empty());
    }

    #[test]
    fn labels_are_no_part_of_the_number_and_numbers_that_look_like_labels_stay() {
        let number = "6GK7443-1EX30-0XE0";
        for label in [
            "MLFB ",
            "mlfb: ",
            "Order No. ",
            "Order-No.: ",
            "Article No. ",
            "Art.-Nr. ",
            "P/N: ",
            "1P",
            "(1P) ",
        ] {
            assert_eq!(without_label(&format!("{label}{number}")), number, "{label}");
        }
        assert_eq!(without_label("Cat. No. 1756-EN2T"), "1756-EN2T");
        assert_eq!(without_label("Part: 1756-EN2T"), "1756-EN2T");
        // A number of its own, a label without a number, and a beginning that is no identifier.
        for stays in
            ["1PH8103-1DF02-0CA1", "ART-100", "ART 100", "Order No. unknown", "1P-100", "MLFBX-1", "P/100"]
        {
            assert_eq!(without_label(stays), stays);
        }
    }
}
