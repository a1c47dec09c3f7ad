//! A product's name as nothing but letters and digits, so that names written without blanks are asked about.
//!
//! `MendixApplicationsusingMendix8` has no words that could be compared with those of `Mendix Applications using Mendix
//! 8`, so both are put together without any sign between. The surprises: this never recognises anything, because what
//! was squeezed together may have been two things; and a point between two digits stays, as `1.1` is not `11`.

use super::keys::Key;
use super::tokens;
use std::hash::BuildHasher;

/// A shorter name says too little.
const SHORTEST: usize = 4;

/// The squeezed forms of one name, each reduced to 64 bits; 0 where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Squeezed {
    /// All of it, with what stands in parentheses.
    whole: u64,
    /// Without parentheses, widening words and the `v` of a release.
    short: u64,
}

impl Squeezed {
    /// Squeezes a product's text; `vendors` are the keys of its vendor, whose name in front does not count, and `words`
    /// the text's words in their order.
    #[must_use]
    pub fn of(product: &str, words: &[String], vendors: [&str; 2]) -> Self {
        let mut text = String::with_capacity(product.len());
        add(product, &mut text);
        let whole = hash(trimmed(&text, vendors));
        text.clear();
        for word in words {
            let number = word.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            add(number.unwrap_or(word), &mut text);
        }
        Self { whole, short: hash(trimmed(&text, vendors)) }
    }

    /// Whether both names are the same once squeezed.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        let is_one_of = |form: u64| form != 0 && (form == other.whole || form == other.short);
        is_one_of(self.whole) || is_one_of(self.short)
    }

    /// Both forms, as numbers.
    pub(super) fn forms(self) -> [u64; 2] {
        [self.whole, self.short]
    }

    /// The keys by which such names find each other.
    pub fn keys(self, into: &mut Vec<Key>) {
        into.extend([self.whole, self.short].into_iter().filter(|form| *form != 0).map(Key::of_hash));
    }
}

/// Adds the letters and digits of a text, and the points between its digits.
fn add(text: &str, squeezed: &mut String) {
    let mut point = false;
    for c in text.chars() {
        if c == '.' {
            point = squeezed.ends_with(|c: char| c.is_ascii_digit());
        } else if c.is_alphanumeric() {
            if point && c.is_ascii_digit() {
                squeezed.push('.');
            }
            point = false;
            squeezed.extend(c.to_lowercase());
        } else {
            point = false;
        }
    }
}

/// Without the vendor in front, `firmware` behind and a clause on serial numbers at the end.
fn trimmed<'t>(text: &'t str, vendors: [&str; 2]) -> &'t str {
    let first_word = vendors[0].split(' ').next().filter(|word| word.len() >= SHORTEST);
    let mut rest = vendors
        .iter()
        .find_map(|vendor| without_lead(text, vendor))
        .or_else(|| without_lead(text, first_word?))
        .unwrap_or(text);
    if let Some(at) = rest.find("thefirst").filter(|at| *at > 0 && rest[*at..].contains("serialn")) {
        rest = &rest[..at];
    }
    rest.strip_suffix("firmware").filter(|rest| !rest.is_empty()).unwrap_or(rest)
}

/// The text behind a vendor's key, whose blanks do not count; something is always left.
fn without_lead<'t>(text: &'t str, vendor: &str) -> Option<&'t str> {
    let mut rest = text;
    for part in vendor.split([' ', '-']) {
        rest = rest.strip_prefix(part)?;
    }
    (!vendor.is_empty() && !rest.is_empty()).then_some(rest)
}

fn hash(text: &str) -> u64 {
    let says =
        text.len() >= SHORTEST && text.contains(|c: char| c.is_alphabetic()) && !tokens::is_widening(text);
    if says { foldhash::quality::FixedState::with_seed(0x0073_7175_6565_7a65).hash_one(text) } else { 0 }
}
