//! The normal form of a vendor's name.
//!
//! Case, blanks, punctuation, legal forms and broken encodings are removed. The surprise: only whole words at
//! the end count as legal forms, so `SE-Elektronic GmbH` keeps its `se`.

/// Words that say how a company is registered, not who it is.
const LEGAL_FORMS: &[&str] = &[
    "inc",
    "incorporated",
    "llc",
    "ltd",
    "limited",
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
    "as",
    "sl",
    "slu",
    "lp",
    "llp",
    "ug",
    "ohg",
    "mbh",
    "ev",
];

/// The look-up key of a vendor's name: lower case, words separated by single blanks, without legal forms.
///
/// `Siemens AG`, `SIEMENS` and ` Siemens ` have one key. Text that is only a legal form is kept, so the key of a
/// text with letters is never empty.
pub fn vendor_key(name: &str) -> String {
    let repaired = repair_encoding(name);
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for character in repaired.chars().take(512) {
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        } else if matches!(character, '.' | '\'' | '’' | '&') && !word.is_empty() && character != '&' {
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

/// Undoes UTF-8 that was read as Windows-1252 (`GeutebrÃ¼ck`), when that is clearly what happened.
fn repair_encoding(name: &str) -> String {
    if !name.contains(['Ã', 'Â', 'â']) {
        return name.to_owned();
    }
    let bytes: Option<Vec<u8>> = name.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    match bytes.map(String::from_utf8) {
        Some(Ok(repaired)) => repaired,
        _ => name.to_owned(),
    }
}
