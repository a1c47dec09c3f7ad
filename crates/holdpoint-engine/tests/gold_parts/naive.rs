//! The naive notions that the engine is measured against.

/// A number without blanks, in upper case, with every dash a hyphen.
pub fn number(text: &str) -> String {
    let dash = |c: char| if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c };
    text.chars().filter(|c| !c.is_whitespace()).map(dash).collect::<String>().to_uppercase()
}

/// CSAF 2.0: a pattern may stop anywhere; `?` is one character, `*` any number. By recursion, as one would say it.
pub fn holds(pattern: &str, number: &str) -> bool {
    let (pattern, number): (Vec<char>, Vec<char>) = (pattern.chars().collect(), number.chars().collect());
    from(&pattern, &number)
}

fn from(pattern: &[char], number: &[char]) -> bool {
    match (pattern.first(), number.first()) {
        (None, _) => true,
        (Some('*'), _) => from(&pattern[1..], number) || (!number.is_empty() && from(pattern, &number[1..])),
        (Some('?'), Some(_)) => from(&pattern[1..], &number[1..]),
        (Some(wanted), Some(have)) => wanted == have && from(&pattern[1..], &number[1..]),
        (Some(_), None) => false,
    }
}

/// The words of a text that may be numbers, and each two neighbours written as one.
pub fn numbers_in(text: &str) -> Vec<String> {
    let upper = text.to_uppercase();
    let words: Vec<&str> =
        upper.split(|c: char| !(c.is_alphanumeric() || c == '-')).filter(|word| !word.is_empty()).collect();
    let pairs = words.windows(2).map(|pair| pair.concat());
    words.iter().map(|word| (*word).to_owned()).chain(pairs).collect()
}

/// The letters and digits of a text in lower case.
pub fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// One product: vendor's first letters and the letters of its name, without what is only spelling.
///
/// Without the vendor in front, without order numbers in parentheses, without `firmware` at the end.
pub fn product(vendor: &str, name: &str) -> (String, String) {
    let vendor = vendor_letters(vendor);
    let mut kept = String::new();
    for part in name.split_inclusive(')') {
        let (before, inside) = part.split_once('(').unwrap_or((part, ""));
        let inside = inside.trim_end_matches(')');
        let is_order = inside.len() >= 14
            && inside.starts_with(|c: char| c.is_ascii_digit())
            && inside.matches('-').count() >= 2;
        kept.push_str(before);
        kept.push_str(if is_order { "" } else { inside });
    }
    let mut name = letters(&kept.replace("â„¢", ""));
    for lead in [vendor.as_str(), "codesys", "allenbradley"] {
        if let Some(rest) = name.strip_prefix(lead).filter(|rest| !rest.is_empty()) {
            name = rest.to_owned();
        }
    }
    if let Some(rest) = name.strip_suffix("firmware").filter(|rest| !rest.is_empty()) {
        name = rest.to_owned();
    }
    (vendor.chars().take(5).collect(), name)
}

fn vendor_letters(vendor: &str) -> String {
    let first = vendor.split([',', '(']).next().unwrap_or_default();
    let first = first.replace("Ã¼", "u").replace("LeÃ£o", "leao").replace("Leão", "leao");
    let first = first.replace("The ", "").replace("Phillips", "Philips").replace("Fr. Sauter", "Sauter");
    let first = first.replace("3S-Smart Software Solutions", "CODESYS").replace("â„¢", "");
    letters(&first)
}

/// Whether one name is the other with more numbers behind its release: `managerv60` and `managerv6`.
pub fn is_release_of(longer: &str, shorter: &str) -> bool {
    let rest = longer.strip_prefix(shorter).unwrap_or("-");
    let stem = shorter.trim_end_matches(|c: char| c.is_ascii_digit());
    stem.ends_with('v') && stem.len() < shorter.len() && rest.chars().all(|c| c.is_ascii_digit())
}
