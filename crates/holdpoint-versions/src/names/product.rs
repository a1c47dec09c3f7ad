//! The normal form of a product's name.
//!
//! Case, accents, trademark signs, punctuation and the vendor's own name in front are removed. The surprises:
//! brackets and their contents stay, because an order number or a variant inside tells two products apart; digits
//! that a hyphen separates stay apart (`443-1` is not `4431`); and a blank between letters and a number goes, so
//! `ET 200SP` equals `ET200SP`.

use super::encoding::{push_folded, repaired};
use super::vendor::vendor_key;

/// Closing words that say nothing about which product it is.
const CLOSING: &[&str] = &["firmware", "version", "versions"];

/// The look-up key of a product of this vendor; at most 1,024 characters are read.
///
/// Never empty when the name has a letter or digit.
pub fn product_key(vendor: &str, name: &str) -> String {
    let mut words = words(name);
    strip_vendor(vendor, &mut words);
    while words.len() > 1 && words.last().is_some_and(|last| CLOSING.contains(&last.as_str())) {
        words.pop();
    }
    join(&words)
}

fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let name = repaired(name);
    let characters: Vec<char> = name.chars().take(1024).collect();
    for (at, character) in characters.iter().enumerate() {
        let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
        let inside_number = *character == '.'
            && digit(at.checked_sub(1).and_then(|i| characters.get(i)))
            && digit(characters.get(at + 1));
        match character {
            '™' | '®' | '©' => {}
            '+' | '*' | '#' => word.push(*character),
            _ if character.is_alphanumeric() => push_folded(&mut word, *character),
            _ if inside_number => word.push('.'),
            _ if !word.is_empty() => words.push(std::mem::take(&mut word)),
            _ => {}
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    // `(R)` and `(TM)` are trademark signs written out.
    let mark = |at: usize| {
        let before = name.to_ascii_lowercase();
        (before.contains("(r)") && words[at] == "r") || (before.contains("(tm)") && words[at] == "tm")
    };
    let kept: Vec<bool> = (0..words.len()).map(|at| !mark(at)).collect();
    let mut keep = kept.into_iter();
    words.retain(|_| keep.next().unwrap_or(true));
    words
}

/// `Siemens SIMATIC …` → `SIMATIC …`, when something remains.
fn strip_vendor(vendor: &str, words: &mut Vec<String>) {
    let key = vendor_key(vendor);
    let vendor_words: Vec<&str> = key.split(' ').filter(|word| !word.is_empty()).collect();
    let fits = !vendor_words.is_empty()
        && words.len() > vendor_words.len()
        && words.iter().zip(&vendor_words).all(|(word, vendor)| word == vendor);
    // A number behind the vendor's name (`3M 2000`) is a name only together with it.
    let next_is_name = words.get(vendor_words.len()).is_some_and(|next| next.contains(char::is_alphabetic));
    if fits && next_is_name {
        words.drain(..vendor_words.len());
    }
}

/// Joins with blanks, but none between two to four letters and a number behind them.
fn join(words: &[String]) -> String {
    let mut out = String::new();
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|i| words.get(i));
        let glued = before.is_some_and(|before| {
            (2..=4).contains(&before.len())
                && before.bytes().all(|byte| byte.is_ascii_lowercase())
                && word.starts_with(|c: char| c.is_ascii_digit())
        });
        if at > 0 && !glued {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}
