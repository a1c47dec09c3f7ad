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

/// Words that stand where a vendor should and name none.
const NO_VENDOR: &[&str] = &[
    "n a",
    "na",
    "none",
    "unknown",
    "various",
    "multiple",
    "other",
    "unspecified",
    "not specified",
    "tbd",
    "vendor",
];

/// The vendors that one text names, as look-up keys without aliases: `ICONICS, Mitsubishi Electric` names two.
///
/// The whole text comes first, as [`vendor_key`] makes it; a text that names no vendor (`n/a`) gives none.
pub fn vendors_in(name: &str) -> Vec<String> {
    let whole = vendor_key(name);
    if whole.is_empty() || NO_VENDOR.contains(&whole.as_str()) {
        return Vec::new();
    }
    let mut found = vec![whole];
    let text = repaired(name).chars().take(512).collect::<String>();
    let text = text.replace(" and ", ",").replace(" / ", ",").replace(['(', ')', ';'], ",");
    let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 {
        return found;
    }
    for part in parts {
        let lower = part.to_lowercase();
        let lead =
            ["a subsidiary of ", "an affiliate of ", "a division of ", "part of ", "formerly ", "and "];
        let skip = lead.iter().find(|lead| lower.starts_with(*lead)).map_or(0, |lead| lead.len());
        let key = vendor_key(part.get(skip..).unwrap_or_default());
        let says = key.len() >= 3 && !LEGAL_FORMS.contains(&key.as_str()) && !found.contains(&key);
        if says && !is_initials(&key, &found[0]) {
            found.push(key);
        }
    }
    found
}

/// `bd` of `becton dickinson and company bd`: not a vendor of its own in this text.
fn is_initials(key: &str, whole: &str) -> bool {
    let initials: String = whole.split(' ').filter_map(|word| word.chars().next()).collect();
    key.len() <= 4 && initials.starts_with(key)
}

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
    // `Sp. z o. o.`: the legal form that is several words.
    let forms: [&[&str]; 3] = [&["sp", "z", "o", "o"], &["sp", "z", "oo"], &["a", "s"]];
    for form in forms {
        if words.len() > form.len() && words[words.len() - form.len()..].iter().eq(form) {
            words.truncate(words.len() - form.len());
        }
    }
    while words.len() > 1 && words.last().is_some_and(|last| LEGAL_FORMS.contains(&last.as_str())) {
        words.pop();
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_vendors_in_one_text_are_told_apart() {
        assert_eq!(
            vendors_in("ICONICS, Mitsubishi Electric"),
            ["iconics mitsubishi electric", "iconics", "mitsubishi electric"]
        );
        let subsidiary = vendors_in("Sensormatic Electronics, LLC, a subsidiary of Johnson Controls Inc.");
        assert_eq!(subsidiary[1..], ["sensormatic electronics", "johnson controls"]);
        assert_eq!(vendors_in("Haas Automation, Inc"), ["haas automation"]);
        assert_eq!(vendors_in("CODESYS, GmbH"), ["codesys"]);
        for none in ["n/a", "N/A", "unknown", " - ", ""] {
            assert!(vendors_in(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn legal_forms_of_several_words_are_removed() {
        assert_eq!(vendor_key("TEL-STER Sp. z o. o."), "tel ster");
        assert_eq!(vendor_key("SAE a.s."), "sae");
    }
}
