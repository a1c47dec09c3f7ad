//! Order numbers: the strongest identity that an advisory text can carry.
//!
//! The surprise: hyphens stay. `6ES7288-1SR20-0AA0` and `6ES72881SR200AA0` are kept apart, because vendors exist
//! whose numbers differ by a hyphen alone.

/// The look-up key of an order number: upper case, without blanks, hyphens kept.
pub fn order_number_key(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace() && !character.is_control())
        .take(256)
        .map(|character| match character {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            other => other.to_ascii_uppercase(),
        })
        .collect()
}

/// The order numbers inside a product's name, as keys, in the order they stand.
///
/// Only forms that cannot be anything else are taken: `6ES7 288-1SR20-0AA0` and its kin, and catalogue numbers
/// such as `1756-EN2T`.
pub fn order_numbers_in(name: &str) -> Vec<String> {
    let name: String = name.chars().take(2048).collect();
    let words: Vec<&str> = name
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';' | '/' | '[' | ']'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let joined = words.get(at + 1).map(|next| format!("{}{next}", words[at]));
        if is_mlfb(words[at]) || is_catalogue_number(words[at]) {
            found.push(order_number_key(words[at]));
        } else if let Some(joined) = joined.filter(|joined| words[at].len() == 4 && is_mlfb(joined)) {
            found.push(order_number_key(&joined));
            at += 1;
        }
        at += 1;
    }
    found.dedup();
    found
}

/// `6ES7288-1SR20-0AA0`: seven, five and four characters, the second and third of them letters.
fn is_mlfb(word: &str) -> bool {
    let mut parts = word.split('-');
    let shape = [7, 5, 4].iter().all(|length| {
        parts.next().is_some_and(|part| {
            part.len() == *length && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        })
    });
    let bytes = word.as_bytes();
    shape
        && parts.next().is_none()
        && bytes[0].is_ascii_digit()
        && bytes[1..3].iter().all(u8::is_ascii_uppercase)
}

/// `1756-EN2T`, `1766-L32BWA`: four digits, a hyphen, then letters with a digit among them.
fn is_catalogue_number(word: &str) -> bool {
    let Some((series, rest)) = word.split_once('-') else { return false };
    series.len() >= 4
        && series.len() <= 5
        && series.bytes().take(4).all(|b| b.is_ascii_digit())
        && series.starts_with("17")
        && rest.len() >= 3
        && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && rest.starts_with(|c: char| c.is_ascii_uppercase())
}
