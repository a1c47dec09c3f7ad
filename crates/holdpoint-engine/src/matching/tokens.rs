//! Words of product names, for candidates only. A shared word never confirms anything.
//!
//! The surprise: only a *model-code* word (letters and digits together, or a long number) can make two names
//! candidates of each other; "controller" in common says nothing.

/// Words that widen a name instead of narrowing it.
const WIDENING: &[&str] = &[
    "all",
    "and",
    "cpu",
    "cpus",
    "device",
    "devices",
    "family",
    "firmware",
    "incl",
    "including",
    "line",
    "model",
    "models",
    "module",
    "modules",
    "product",
    "products",
    "range",
    "related",
    "series",
    "software",
    "system",
    "systems",
    "the",
    "type",
    "variant",
    "variants",
    "version",
    "versions",
    "with",
];

/// The most words of a name that are looked at; names beyond that are lists, not names.
const MAX_WORDS: usize = 24;

/// The words of a product name, sorted, each once, in lower case, without widening words and without what
/// stands in parentheses.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut depth = 0_u32;
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => text.extend(c.to_lowercase()),
            _ => {}
        }
    }
    let mut found: Vec<String> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '.' || c == '+'))
        .map(|word| word.trim_matches(['-', '.', '+']).to_owned())
        .filter(|word| !word.is_empty() && WIDENING.binary_search(&word.as_str()).is_err())
        .take(MAX_WORDS)
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Whether a word is a model code: letters and digits together, or at least three digits.
#[must_use]
pub fn is_model_code(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let letters = word.chars().any(char::is_alphabetic);
    word.len() >= 3 && ((letters && digits > 0) || digits >= 3)
}

/// Whether every word of the sorted list `few` is in the sorted list `many`.
#[must_use]
pub fn is_subset(few: &[String], many: &[String]) -> bool {
    few.iter().all(|word| many.binary_search(word).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widening_words_are_sorted_so_that_they_are_found() {
        assert!(WIDENING.is_sorted());
    }

    #[test]
    fn a_family_is_a_subset_of_its_members_names() {
        let family = words("SIMATIC S7-1500 CPU family (incl. related ET200 CPUs and SIPLUS variants)");
        let member = words("SIMATIC S7-1500 CPU 1511-1 PN");
        assert_eq!(family, ["s7-1500", "simatic"]);
        assert!(is_subset(&family, &member));
        assert!(!is_subset(&member, &family));
    }

    #[test]
    fn model_codes_have_digits() {
        assert!(is_model_code("s7-1500") && is_model_code("1769") && is_model_code("m340"));
        assert!(!is_model_code("controller") && !is_model_code("v2") && !is_model_code("42"));
    }
}
