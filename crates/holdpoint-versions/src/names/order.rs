//! Order numbers: their normal form, and finding them in a product's name.
//!
//! Only shapes that cannot be anything else are found in prose. The surprise: blanks inside an order number are
//! typography (`6ES7 511-1AK02-0AB0`), hyphens are not.

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

/// The order numbers that stand in a text, in normal form, in the order of the text, each once.
///
/// Found are machine-readable product designations of the form `6ES7511-1AK02-0AB0`, also with blanks inside.
pub fn order_numbers_in(text: &str) -> Vec<String> {
    if text.len() < DESIGNATION {
        return Vec::new();
    }
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| !word.is_empty())
        .take(512)
        .collect();
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        // Few words have the length, so that hardly any is copied.
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
        assert!(order_numbers_in("SCALANCE XR524-8C, 2x230V (L3 int.)").is_empty());
        assert!(order_numbers_in("SIPROTEC 5 7SS85 (CP300)").is_empty());
    }
}
