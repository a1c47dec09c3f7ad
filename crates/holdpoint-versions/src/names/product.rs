//! The normal form of a product's name.
//!
//! Case, trade-mark signs, blanks and the vendor's name in front are removed, and a last word `firmware`. The
//! surprise: nothing else is; series, sizes and editions stay, because they tell products apart.

use super::encoding::repaired;
use super::{vendor_alias, vendor_key};

const MAX_CHARS: usize = 512;

/// The look-up key of a product's name, given its vendor: words in lower case, separated by single blanks.
///
/// Empty only for text without letters and digits.
pub fn product_key(vendor: &str, product: &str) -> String {
    product_key_of(&vendor_key(vendor), product)
}

/// The same, for a vendor whose own key is known already.
pub fn product_key_of(vendor_key: &str, product: &str) -> String {
    let mut words = words(&repaired(product));
    if let Some(lead) = lead_of(&words, vendor_key) {
        words.drain(..lead);
    }
    if words.len() > 1 && words.last().is_some_and(|last| last == "firmware") {
        words.pop();
    }
    words.join(" ")
}

/// How many words in front name the vendor, by its own key, by the name that counts, or by another alias of it.
fn lead_of(words: &[String], vendor: &str) -> Option<usize> {
    let name = vendor_alias(vendor);
    if name.is_empty() {
        return None;
    }
    for prefix in [vendor, name] {
        let prefix = prefix.split(' ').filter(|word| !word.is_empty());
        let length = prefix.clone().count();
        if words.len() > length && words.iter().zip(prefix).all(|(word, part)| word == part) {
            return Some(length);
        }
    }
    // `Allen-Bradley MicroLogix 1400` of Rockwell Automation.
    let longest = words.len().saturating_sub(1).min(2);
    (1..=longest).rev().find(|length| {
        let lead = words[..*length].join(" ").replace('-', " ");
        let alias = vendor_alias(&lead);
        alias != lead && alias == name
    })
}

fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for character in text.chars().take(MAX_CHARS) {
        match character {
            '™' | '®' | '©' => {}
            c if c.is_alphanumeric() || matches!(c, '-' | '.' | '+' | '/' | '#' | '*') => {
                word.extend(c.to_lowercase());
            }
            _ => push(&mut words, &mut word),
        }
    }
    push(&mut words, &mut word);
    words
}

fn push(words: &mut Vec<String>, word: &mut String) {
    let trimmed = word.trim_matches(['-', '.', '/']);
    if !trimmed.is_empty() {
        words.push(trimmed.to_owned());
    }
    word.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_count_and_the_vendor_in_front_neither() {
        let key = product_key("Siemens AG", "SIMATIC  S7-1500 CPU 1511-1 PN");
        assert_eq!(key, "simatic s7-1500 cpu 1511-1 pn");
        assert_eq!(product_key("Siemens", "Siemens SIMATIC® S7-1500_CPU 1511-1 PN Firmware"), key);
        for spelt in ["Rockwell Automation ControlLogix 5580", "Allen-Bradley ControlLogix 5580"] {
            assert_eq!(product_key("Rockwell Automation, Inc.", spelt), "controllogix 5580");
        }
    }

    #[test]
    fn editions_and_sizes_stay() {
        assert_ne!(product_key("Siemens", "SIMATIC PCS 7 V8.2"), product_key("Siemens", "SIMATIC PCS 7"));
        assert_ne!(product_key("S", "RS900G (32M)"), product_key("S", "RS900G"));
        assert_eq!(product_key("Moxa", "Moxa"), "moxa");
        assert_eq!(product_key("Moxa", "™ -"), "");
    }
}
