//! The normal form of a vendor's name, and the aliases that are sure.
//!
//! Case, blanks, punctuation, accents, legal forms and broken encodings are removed. The surprises: only whole
//! words at the end count as legal forms; and an alias is in the table only when both names are the same company
//! for the same products. A subsidiary or a later owner is not an alias.

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

/// Names (as keys) that mean one company, with the key it goes by.
const ALIASES: &[(&str, &str)] = &[
    ("3s smart software", "codesys"),
    ("3s smart software solutions", "codesys"),
    ("abb power grids", "hitachi energy"),
    ("allen bradley", "rockwell automation"),
    ("ap systems", "apsystems"),
    ("automation direct", "automationdirect"),
    ("bd", "becton dickinson"),
    ("becton dickinson and company bd", "becton dickinson"),
    ("br industrial automation", "b r industrial automation"),
    ("control by web", "controlbyweb"),
    ("digi", "digi international"),
    ("ge", "general electric"),
    ("general electric ge", "general electric"),
    ("hitachi abb power grids", "hitachi energy"),
    (
        "lcds leao consultoria e desenvolvimento de sistemas",
        "lcds leao consultoria e desenvolvimento de sistemas",
    ),
    ("leao consultoria e desenvolvimento de sistemas", "lcds leao consultoria e desenvolvimento de sistemas"),
    ("national instruments corp ni", "national instruments"),
    ("ni", "national instruments"),
    ("phillips", "philips"),
    ("phoenixcontact", "phoenix contact"),
    ("automated logic corporation alc", "automated logic"),
    ("pilz gmbh co kg pilz", "pilz"),
    ("rockwell", "rockwell automation"),
    ("sauter", "sauter controls"),
    ("schneider", "schneider electric"),
    ("schweitzer engineering laboratories inc sel", "schweitzer engineering laboratories"),
    ("sel", "schweitzer engineering laboratories"),
    ("wibu", "wibu systems"),
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

/// The key that a company goes by, for a key made by [`vendor_key`]; the same key when no alias is known.
pub fn vendor_alias(key: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == key).map_or(key, |(_, known)| known)
}

/// Key and alias in one: two names with one identity are one vendor.
pub fn vendor_identity(name: &str) -> String {
    vendor_alias(&vendor_key(name)).to_owned()
}
