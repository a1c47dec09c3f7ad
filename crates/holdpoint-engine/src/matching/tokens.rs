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

/// The words of a product name in their order, in lower case, without widening words and without what stands in
/// parentheses.
#[must_use]
pub fn in_order(name: &str) -> Vec<String> {
    let mut depth = 0_u32;
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '_' => text.push(' '),
            _ if depth > 0 => {}
            _ if c.is_ascii() => text.push(c.to_ascii_lowercase()),
            _ => text.extend(c.to_lowercase()),
        }
    }
    text.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '.' || c == '+'))
        .map(|word| word.trim_matches(['-', '.', '+']))
        .filter(|word| !word.is_empty() && WIDENING.binary_search(word).is_err())
        .take(MAX_WORDS)
        .map(str::to_owned)
        .collect()
}

/// The words of a product name, sorted, each once, in lower case, without widening words and without what
/// stands in parentheses.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut found = in_order(name);
    found.sort();
    found.dedup();
    found
}

/// Whether a word widens a name instead of narrowing it.
#[must_use]
pub fn is_widening(word: &str) -> bool {
    WIDENING.binary_search(&word).is_ok()
}

/// Whether a name says itself that it stands for several products.
#[must_use]
pub fn names_a_family(name: &str) -> bool {
    let lower = name.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        matches!(word, "family" | "families" | "series" | "all" | "incl" | "including" | "line" | "range")
    })
}

/// Whether a name speaks of releases below or above the one that it writes.
#[must_use]
pub fn bounds_a_release(name: &str) -> bool {
    const WORDS: [&str; 10] =
        ["above", "before", "below", "earlier", "higher", "later", "lower", "newer", "older", "prior"];
    name.contains(['<', '>'])
        || name
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| WORDS.contains(&word.to_lowercase().as_str()))
}

/// Whether a name has a word that looks like a plural: `Comfort Panels`.
#[must_use]
pub fn has_plural(name: &str) -> bool {
    let is_plural = |word: &str| {
        let stem = word.strip_suffix('s').unwrap_or_default();
        stem.len() >= 4
            && !stem.ends_with(['s', 'u', 'i'])
            && stem.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    name.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(is_plural)
}

/// A product name without a release at its end, and that release: `WinCC V7.4` is `wincc`, `v7.4`.
///
/// The release is empty when the name ends with none.
#[must_use]
pub fn without_release(name: &str) -> (String, String) {
    release_apart(&in_order(name))
}

/// The same of a name's words in their order.
#[must_use]
pub fn release_apart(words: &[String]) -> (String, String) {
    let is_release = |word: &String| {
        let mut rest = word.strip_prefix('v').unwrap_or_default().chars();
        rest.next().is_some_and(|c| c.is_ascii_digit())
    };
    let belongs = |word: &String| {
        word.chars().any(|c| c.is_ascii_digit()) || matches!(word.as_str(), "sp" | "hf" | "upd" | "update")
    };
    let start = words
        .iter()
        .enumerate()
        .skip(1)
        .find(|(at, word)| is_release(word) && words[*at..].iter().all(belongs))
        .map_or(words.len(), |(at, _)| at);
    (words[..start].join(" "), words[start..].join(" "))
}

/// Whether an installed version can be of a release: `7.4.1` of `v7.4`, anything with 5 in front of `v5.x`.
#[must_use]
pub fn may_be_of_release(version: &str, release: &str) -> bool {
    let mut numbers = numbers_of(release).zip(numbers_of(version));
    numbers.all(|(wanted, installed)| wanted.eq_ignore_ascii_case("x") || is_one_word(wanted, installed))
}

/// The numbers of a version's first word, without zeros in front.
fn numbers_of(text: &str) -> impl Iterator<Item = &str> {
    let first = text.split_whitespace().next().unwrap_or_default().trim_start_matches(['v', 'V']);
    first.split(['.', '_', '-']).map(|part| part.trim_start_matches('0'))
}

/// Equal but for capitals.
fn is_one_word(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        one.eq_ignore_ascii_case(other)
    } else {
        one.to_lowercase() == other.to_lowercase()
    }
}

/// Whether an installed version certainly is of a release: `V7.4 SP1 Update 3` of `v7.4 sp1`; `7` is not of `v7.4`.
#[must_use]
pub fn is_of_release(version: &str, release: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let lower = text.to_lowercase();
        lower.split(|c: char| c.is_whitespace() || matches!(c, ',' | '_' | '-')).map(str::to_owned).collect()
    };
    let numbers = |word: &str| -> Vec<String> {
        word.trim_start_matches('v').split('.').map(|part| part.trim_start_matches('0').to_owned()).collect()
    };
    let (installed, wanted) = (words(version), words(release));
    let ([first, ours @ ..], [wanted_first, theirs @ ..]) = (installed.as_slice(), wanted.as_slice()) else {
        return false;
    };
    let (have, want) = (numbers(first), numbers(wanted_first));
    let agrees = have.len() >= want.len()
        && want.iter().zip(&have).all(|(want, have)| want == have || (want == "x" && !have.is_empty()));
    // `V7.4.1` is not `V7.4 SP1` for certain, so further words have to stand there as they are.
    agrees && ours.len() >= theirs.len() && theirs.iter().zip(ours).all(|(theirs, ours)| theirs == ours)
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
    fn a_release_at_the_end_is_told_from_a_number_that_belongs_to_the_name() {
        let split = |name| without_release(name);
        assert_eq!(split("SIMATIC WinCC V7.4"), ("simatic wincc".into(), "v7.4".into()));
        assert_eq!(split("SIMATIC STEP 7 V5.6 SP2"), ("simatic step 7".into(), "v5.6 sp2".into()));
        assert_eq!(split("SIMATIC PCS 7"), ("simatic pcs 7".into(), String::new()));
        assert_eq!(
            split("SIMATIC HMI Comfort Panels (incl. SIPLUS variants)").0,
            "simatic hmi comfort panels"
        );
        assert!(may_be_of_release("V7.4 SP1", "v7.4") && may_be_of_release("7.4.1", "v7.4"));
        assert!(may_be_of_release("V5.6", "v5.x") && may_be_of_release("7", "v7.4"));
        assert!(!may_be_of_release("V7.2", "v7.4"));
        assert!(is_of_release("V7.4 SP1 Update 3", "v7.4") && is_of_release("7.4.1", "v7.4"));
        assert!(is_of_release("V7.4 SP1", "v7.4 sp1") && is_of_release("V5.6", "v5.x"));
        assert!(!is_of_release("7", "v7.4") && !is_of_release("V7.4", "v7.4 sp1"));
        assert!(!is_of_release("V7.40", "v7.4") && !is_of_release("", "v7.4"));
    }

    #[test]
    fn model_codes_have_digits() {
        assert!(is_model_code("s7-1500") && is_model_code("1769") && is_model_code("m340"));
        assert!(!is_model_code("controller") && !is_model_code("v2") && !is_model_code("42"));
    }
}
