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
    let mut key = words(&repaired(product));
    let lead = lead_of(&key, vendor_key);
    key.drain(..lead);
    if let Some(rest) = key.strip_suffix(" firmware") {
        key.truncate(rest.len());
    }
    key
}

/// How many bytes in front name the vendor, by its own key, by the name that counts, or by another alias of it; with the
/// blank behind them. Something is always left.
fn lead_of(words: &str, vendor: &str) -> usize {
    let name = vendor_alias(vendor);
    if name.is_empty() {
        return 0;
    }
    for prefix in [vendor, name] {
        if words.strip_prefix(prefix).is_some_and(|rest| rest.len() > 1 && rest.starts_with(' ')) {
            return prefix.len() + 1;
        }
    }
    // `Allen-Bradley MicroLogix 1400` of Rockwell Automation.
    let mut blanks = words.match_indices(' ').map(|(at, _)| at);
    let (one, two) = (blanks.next(), blanks.next());
    let is_alias = |end: &usize| {
        let lead = words[..*end].replace('-', " ");
        let alias = vendor_alias(&lead);
        alias != lead && alias == name
    };
    [two, one].into_iter().flatten().find(is_alias).map_or(0, |end| end + 1)
}

/// The words, with single blanks between them.
fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut start = 0;
    for character in text.chars().take(MAX_CHARS) {
        match character {
            '™' | '®' | '©' => {}
            c if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '+' | '/' | '#' | '*') => {
                words.push(c.to_ascii_lowercase());
            }
            c if c.is_alphanumeric() => words.extend(c.to_lowercase()),
            _ => start = end(&mut words, start),
        }
    }
    end(&mut words, start);
    words.truncate(words.trim_end_matches(' ').len());
    words
}

/// Ends the word that begins at `start`: without the signs around it, and with a blank behind; where the next begins.
fn end(words: &mut String, start: usize) -> usize {
    let signs = ['-', '.', '/'];
    let kept = words[start..].trim_end_matches(signs).len();
    words.truncate(start + kept);
    let before = words[start..].len() - words[start..].trim_start_matches(signs).len();
    words.drain(start..start + before);
    if words.len() > start {
        words.push(' ');
    }
    words.len()
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
        assert_eq!(product_key("Moxa", "--EDS-. /405A/ -- firmware, firmware"), "eds 405a firmware");
        assert_eq!(product_key("", "Firmware"), "firmware");
        assert_eq!(product_key("Moxa", "Moxa Firmware"), "firmware");
    }
}
