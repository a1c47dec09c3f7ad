//! The normal form of a vendor's name.
//!
//! Case, blanks, punctuation, accents, legal forms and broken encodings are removed. The surprise: only whole
//! words at the end count as legal forms, so `SE-Elektronic GmbH` keeps its `se`.

use super::encoding::{push_folded, repaired};

/// Words that say how a company is registered, not who it is.
const LEGAL_FORMS: &[&str] = &[
    "inc",
    "incorporated",
    "llc",
    "ltd",
    "limited",
    "ltda",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "ag",
    "kg",
    "kgaa",
    "se",
    "sa",
    "sas",
    "srl",
    "spa",
    "sarl",
    "bv",
    "nv",
    "ab",
    "as",
    "asa",
    "oy",
    "oyj",
    "aps",
    "plc",
    "pty",
    "pte",
    "kk",
    "sro",
    "sl",
    "slu",
    "lp",
    "llp",
    "ug",
    "ohg",
    "mbh",
    "ev",
    "me",
    "and",
];

/// The look-up key of a vendor's name: lower case, words separated by single blanks, without legal forms.
///
/// `Siemens AG`, `SIEMENS` and ` Siemens ` have one key. A text that is only a legal form is kept, so the key of
/// a text with letters is never empty. At most 512 characters are read.
pub fn vendor_key(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for character in repaired(name).chars().take(512) {
        if character.is_alphanumeric() {
            push_folded(&mut word, character);
        } else if matches!(character, '.' | '\'' | '’') && !word.is_empty() {
            // `S.A.` and `S.p.A.` are one word.
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    while words.len() > 1 && words.last().is_some_and(|last| LEGAL_FORMS.contains(&last.as_str())) {
        words.pop();
    }
    words.join(" ")
}
