//! Tells names of models, editions and order numbers from versions.
//!
//! Product trees often put the model where the version belongs (`HEN32204`, `1783-SAD4T0SBK9`). The surprise: a
//! name never decides anything by itself; it becomes a condition on the exact model, and the answer stays unknown
//! until that is known.

use super::bounds::Constraint;
use super::combine::Reading;
use super::predicate::Predicate;
use super::{Category, Context};
use crate::range::VersionRange;
use crate::version::Version;

/// Words that a name of a product does not have, but a sentence about versions does.
const SENTENCE: &[&str] = &[
    "is",
    "are",
    "was",
    "has",
    "have",
    "been",
    "may",
    "could",
    "be",
    "not",
    "no",
    "version",
    "versions",
    "earlier",
    "later",
    "prior",
    "before",
    "after",
    "below",
    "above",
    "older",
    "newer",
    "affected",
    "all",
    "any",
    "firmware",
    "serial",
    "numbers",
    "see",
    "refer",
    "please",
    "contact",
    "advisory",
    "tbd",
    "latest",
    "current",
    "eol",
    "life",
    "discontinued",
    "supported",
    "previous",
    "unspecified",
    "n/a",
    "various",
    "multiple",
    "unknown",
    "unaffected",
    "none",
    "fixed",
];

/// The models, when the whole text is a list of model codes.
pub(crate) fn listed(context: &Context<'_>, text: &str) -> Option<Vec<String>> {
    if context.category == Category::Other || text.contains(['<', '>', '=']) {
        return None;
    }
    let parts = parts(text);
    let codes = parts.iter().filter(|part| is_code(context, part) || is_order_number(part)).count();
    let sure = parts.iter().any(|part| is_order_number(part));
    (codes > 0 && (codes == parts.len() || sure)).then_some(parts)
}

/// The names, when the text is one or more names and no sentence.
pub(crate) fn named(context: &Context<'_>, text: &str) -> Option<Reading> {
    if context.category == Category::Other || text.contains(['<', '>', '=', '#', ':', '*']) {
        return None;
    }
    let parts = parts(text);
    let fits = !parts.is_empty() && parts.iter().all(|part| is_name(part));
    fits.then(|| Reading {
        outer: VersionRange::all(),
        certain: VersionRange::none(),
        predicates: vec![Predicate::ModelList { models: parts }],
    })
}

/// Takes order numbers out of a list that also holds versions: the rest, and the order numbers.
pub(crate) fn set_aside(text: &str) -> (String, Vec<String>) {
    let mut kept = Vec::new();
    let mut numbers = Vec::new();
    for part in text.split('|') {
        if is_order_number(part.trim()) {
            numbers.push(part.trim().to_owned());
        } else {
            kept.push(part);
        }
    }
    if numbers.is_empty() || kept.is_empty() {
        (text.to_owned(), Vec::new())
    } else {
        (kept.join("|"), numbers)
    }
}

/// The release in a product's name: `2020 R2` of `Telemetry Server 2020 R2`, `V7.4` of `WinCC V7.4`.
pub(crate) fn release_of(product: &str) -> Option<&str> {
    let mut start = None;
    let mut at = 0;
    for word in product.split(' ') {
        let place = at;
        at += word.len() + 1;
        let number = word.trim_start_matches(['v', 'V']);
        let version = number.starts_with(|c: char| c.is_ascii_digit())
            && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        // A bare number in a name is a size as often as a version.
        let year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
        let version = version && (year || number.contains('.') || number.len() < word.len());
        let release =
            word.len() == 2 && word.starts_with('R') && word.ends_with(|c: char| c.is_ascii_digit());
        if version {
            start = Some(place);
        } else if !(word.is_empty() || release && start.is_some()) {
            start = None;
        }
    }
    start.map(|at| product[at..].trim())
}

fn parts(text: &str) -> Vec<String> {
    let part =
        |part: &str| part.trim().trim_end_matches(" and").trim_end_matches(['.', ';']).trim().to_owned();
    text.split(['|', ',']).map(part).filter(|part| !part.is_empty() && part != "and").collect()
}

/// `HEN32204`, `DH-IPC-HFW1XXX`, `LNL-4420`, `1766-L32BWA`: letters and digits as vendors number their models.
fn is_code(context: &Context<'_>, text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or("");
    let letters = first.bytes().take_while(u8::is_ascii_uppercase).count();
    let digit_after = first.as_bytes().get(letters).is_some_and(|b| b.is_ascii_digit() || *b == b'-');
    let decorated =
        ["SV", "FW", "SW", "SP", "FP", "HF", "CU", "MP", "IP", "UP", "MX"].contains(&&first[..letters]);
    let digits = first[letters..].bytes().take_while(u8::is_ascii_digit).count();
    let head = &first[..letters + digits];
    // `SE2021MP3` of `Solid Edge SE2021` is a version of that product.
    let in_product = head.len() < first.len() && context.product.contains(head);
    // `PXC50-E.D` beside the product `controllers PXC00-E.D`: a point does not make another model a version.
    let stem = &first[..letters];
    let is_sibling = |word: &str| {
        let rest = word.strip_prefix(stem).unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_digit()) && word.contains('-')
    };
    let sibling = letters >= 3 && first.contains('-') && context.product.split(' ').any(is_sibling);
    let pointed = first.contains('.') && !sibling;
    let code = letters >= 2 && digit_after && !decorated && !in_product && !pointed;
    let catalogue = first.len() >= 8
        && first.bytes().take_while(u8::is_ascii_digit).count() == 4
        && first.as_bytes().get(4) == Some(&b'-')
        && first.bytes().skip(5).filter(u8::is_ascii_alphabetic).count() >= 3;
    // `H4W2PER2`: letters and digits in turn, but not `V01L001`.
    let kinds: Vec<bool> = first.bytes().map(|b| b.is_ascii_digit()).collect();
    let changes = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let mixed =
        changes >= 4 && first.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    let mixed = mixed && !first.starts_with(['V', 'R']);
    (code || catalogue || mixed) && text.split(' ').count() <= 4
}

/// `620`, `7900`, `2490C` without an operator: a model number as likely as a version; years are versions.
pub(crate) fn is_bare_number(constraint: &Constraint) -> bool {
    let Some(text) = constraint.limit.probe().map(Version::text) else { return false };
    text.split('-').all(|text| {
        let text = text.trim().strip_prefix('A').unwrap_or(text.trim());
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let year = digits == 4 && (text.starts_with("19") || text.starts_with("20"));
        let rest = text.len() - digits;
        (3..=6).contains(&digits)
            && !year
            && rest <= 1
            && text[digits..].bytes().all(|b| b.is_ascii_alphabetic())
    })
}

/// A model in brackets behind a version: an order number, or `EXC1000GT`.
pub(crate) fn is_model_remark(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = text[letters..].bytes().take_while(u8::is_ascii_digit).count();
    let plain = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    is_order_number(&text.replace(' ', "")) || (plain && letters >= 3 && digits >= 2)
}

/// `1SAP520200R0001`, `6ES7288-1SR20-0AA0`: one long word of capitals and digits with several changes.
pub(crate) fn is_order_number(text: &str) -> bool {
    if text.starts_with("MLFB ") {
        return true;
    }
    let plain = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    let letters = text.bytes().filter(u8::is_ascii_uppercase).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    plain && text.len() >= 12 && letters >= 3 && digits >= 6
}

/// `CODESYS Control for Linux`, `882400 Gemini GXL 10 Slice`: words, but no sentence and no version in front.
fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split(' ').collect();
    let first = words.first().copied().unwrap_or("");
    let digits = first.bytes().take_while(u8::is_ascii_digit).count();
    let ordinal = matches!(&first[digits..], "st" | "nd" | "rd" | "th") && digits > 0;
    let opens = first.starts_with(char::is_alphabetic) || (digits >= 5 && digits == first.len()) || ordinal;
    let spoken = words.iter().any(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 2);
    let sentence = words.iter().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
        SENTENCE.contains(&word.as_str())
    });
    // A dotted number inside may be a version that the name does not account for.
    let version = words.iter().any(|word| {
        let number = word.trim_start_matches(['v', 'V']);
        number.contains('.') && number.starts_with(|c: char| c.is_ascii_digit())
    });
    opens && spoken && !sentence && !version && words.len() <= 9
}
