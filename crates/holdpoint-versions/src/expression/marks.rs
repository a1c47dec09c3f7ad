//! Words that say whether a bound is meant itself: `(including)`, `(excluding)`, `inclusive`.
//!
//! Marks that stand with their bounds become operators. The surprise: `before 3.1 (inclusive)` contradicts itself;
//! whoever wrote it may mean 3.1 too, so the bound is left open and never cleared.

use std::borrow::Cow;

use super::combine::Reading;
use super::predicate::Predicate;
use crate::range::{Bound, Interval, VersionRange};
use crate::version::{Edge, Version};

/// A mark behind its bound, and whether the bound is meant.
const MARKS: [(&str, bool); 4] =
    [("(including)", true), ("(inclusive)", true), ("(excluding)", false), ("(exclusive)", false)];

/// Marks in front of their bound.
const LEADING: [(&str, &str); 12] = [
    ("from (including)", ">="),
    ("from (inclusive)", ">="),
    ("from (excluding)", ">"),
    ("from (exclusive)", ">"),
    ("up to (including)", "<="),
    ("up to (inclusive)", "<="),
    ("up to (excluding)", "<"),
    ("up to (exclusive)", "<"),
    ("through (including)", "<="),
    ("through (inclusive)", "<="),
    ("through (excluding)", "<"),
    ("through (exclusive)", "<"),
];

const INCLUSIVE: [&str; 20] = [
    "inclusive",
    "inclusively",
    "included",
    "including",
    "incl",
    "incl.",
    "inkl",
    "inkl.",
    "inklusive",
    "einschließlich",
    "einschliesslich",
    "inclus",
    "incluse",
    "incluido",
    "incluida",
    "incluso",
    "inclusa",
    "inbegriffen",
    "inclusief",
    "incluído",
];

/// True for `inclusive` in its many spellings, alone.
pub(super) fn is_inclusive(text: &str) -> bool {
    let text = text.trim_matches([',', ';', ' ']).to_lowercase();
    INCLUSIVE.contains(&text.as_str()) || INCLUSIVE.contains(&text.trim_end_matches('.'))
}

/// True for a remark that says of a bound that it is meant too: `or equal to`, `and including`, `both inclusive`, `bound
/// included`, `last affected`. Every word counts, so that what else is said stays a condition of its own.
pub(super) fn means_the_bound(text: &str) -> bool {
    const TELLING: [&str; 9] =
        ["equal", "equals", "gleich", "igual", "égal", "equivalent", "too", "also", "affected"];
    const BESIDE: [&str; 26] = [
        "and", "or", "to", "und", "oder", "et", "ou", "y", "o", "e", "both", "the", "that", "this",
        "version", "versions", "bound", "bounds", "itself", "one", "is", "last", "first", "with", "it",
        "end",
    ];
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    let tells = |word: &str| INCLUSIVE.contains(&word) || TELLING.contains(&word);
    let mut told = false;
    words.peek().is_some()
        && words.all(|word| {
            told |= tells(word);
            tells(word) || BESIDE.contains(&word)
        })
        && told
}

/// Puts operators in the place of marks. A text whose marks do not fit stays as it is, and is then not understood.
pub(super) fn as_operators(text: &str) -> Cow<'_, str> {
    let text = up_to_exclusive(text);
    if !text.contains('(') {
        return text;
    }
    let led = led(&text);
    match pairs(led.as_deref().unwrap_or(&text)) {
        Some(paired) => Cow::Owned(paired),
        None => led.map_or(text, Cow::Owned),
    }
}

/// `up to 4.0 (excluding)`, `up to 4.0 excl.`: the only bound of a text, and it is not meant.
fn up_to_exclusive(text: &str) -> Cow<'_, str> {
    const ENDS: [&str; 5] = ["(excluding)", "(exclusive)", "exclusive", "excl.", "excl"];
    let lower = text.trim_end().to_ascii_lowercase();
    let Some(end) = ENDS.iter().find(|end| lower.ends_with(**end)) else { return Cow::Borrowed(text) };
    let body = &text[..lower.len() - end.len()];
    let lower = body.to_ascii_lowercase();
    let mut places = lower.match_indices("up to ").filter(|(at, _)| *at == 0 || lower[..*at].ends_with(' '));
    let (Some((at, phrase)), None) = (places.next(), places.next()) else { return Cow::Borrowed(text) };
    let bound = body[at + phrase.len()..].trim();
    if !body.ends_with(' ') || !is_single(bound) || !bound.contains(|c: char| c.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}up to but not including {bound}", &body[..at]))
}

/// `from (including) 1.0 up to (excluding) 2.0` becomes `>= 1.0 < 2.0`.
fn led(text: &str) -> Option<String> {
    let mut out = text.to_owned();
    let mut changed = false;
    for (phrase, sign) in LEADING {
        while let Some(at) = out.to_ascii_lowercase().find(phrase) {
            let behind = out[at + phrase.len()..].trim_start().trim_start_matches(['v', 'V']);
            let free = at == 0 || out[..at].ends_with([' ', ',', '|', ';']);
            if !free || !behind.starts_with(|c: char| c.is_ascii_digit()) {
                break;
            }
            out.replace_range(at..at + phrase.len(), &format!("{sign} "));
            changed = true;
        }
    }
    changed.then_some(out)
}

/// `A (including) and B (excluding)` becomes `>= A < B`, as often as it stands there; `None` when a mark is left over,
/// or when what stands beside the marks is not plainly one version.
fn pairs(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, used, first_in)) = mark(rest) {
        let behind = &rest[first + used..];
        let (second, second_used, second_in) = mark(behind)?;
        let low = without_words(&rest[..first], &["all", "versions", "version", "between", "from"]);
        let high = without_words(&behind[..second], &["and", "but", "up", "to", "through", "before", "-"]);
        if !is_single(low) || !is_single(high) || high.contains('|') {
            return None;
        }
        let (from, to) = (if first_in { ">=" } else { ">" }, if second_in { "<=" } else { "<" });
        out.push_str(&format!("{from} {low} {to} {high}"));
        rest = behind[second + second_used..].trim().trim_end_matches('.');
        if rest.is_empty() || is_word(rest, &["version", "versions"]) {
            return Some(out);
        }
        // What goes on without a separator belongs to the pair in a way that is not known.
        rest = behind_separator(rest)?;
        out.push_str(" | ");
    }
    (!out.is_empty() && !rest.is_empty()).then(|| out + rest)
}

/// The first mark: its place, its length, and whether the bound is meant.
fn mark(text: &str) -> Option<(usize, usize, bool)> {
    let lower = text.to_ascii_lowercase();
    let found = |(word, kept): &(&str, bool)| lower.find(word).map(|at| (at, word.len(), *kept));
    MARKS.iter().filter_map(found).min_by_key(|(at, _, _)| *at)
}

/// Cuts leading words.
fn without_words<'a>(text: &'a str, words: &[&str]) -> &'a str {
    let mut rest = text.trim();
    while let Some((word, after)) = rest.split_once(' ') {
        if !is_word(word, words) {
            break;
        }
        rest = after.trim_start();
    }
    rest
}

fn is_word(word: &str, words: &[&str]) -> bool {
    words.iter().any(|entry| word.eq_ignore_ascii_case(entry))
}

/// Whether a text names one version at most: nothing in it separates or spans.
fn is_single(text: &str) -> bool {
    const SPANS: [&str; 18] = [
        "and", "or", "&", "-", "to", "up", "through", "thru", "until", "till", "before", "after", "below",
        "above", "prior", "earlier", "later", "from",
    ];
    !text.is_empty()
        && !text.contains([',', ';', '<', '>', '=', '!'])
        && !text.split(' ').any(|word| is_word(word, &SPANS))
}

/// What stands behind a comma, a stroke or a joining word at the front.
fn behind_separator(text: &str) -> Option<&str> {
    let signs = text.trim_start_matches([',', ';', '|', ' ']);
    let words = without_words(signs, &["and", "or", "&", "also"]);
    (words.len() < text.len() && !words.is_empty()).then_some(words)
}

/// Takes `inclusive` out where it stands behind a bound; whether it stood there.
pub(super) fn without_inclusive(text: &str) -> (Cow<'_, str>, bool) {
    let told = |word: &str| word.len() >= 4 && is_inclusive(word);
    if !text.split(' ').any(told) {
        return (Cow::Borrowed(text), false);
    }
    let mut out: Vec<&str> = Vec::new();
    let mut found = false;
    for word in text.split(' ') {
        let behind_bound = out.last().is_some_and(|last| last.contains(|c: char| c.is_ascii_digit()));
        if !told(word) || !behind_bound {
            out.push(word);
            continue;
        }
        found = true;
        if word.ends_with([',', ';']) {
            out.push(&word[word.len() - 1..]);
        }
    }
    (Cow::Owned(out.join(" ")), found)
}

/// Leaves bounds that exclude their version open, because a word says that they include it; whether there were any.
///
/// # Errors
/// When there is no bound at all: `1.0 and 2.0 inclusive` may mean what lies between.
pub(super) fn opened(reading: &mut Reading) -> Result<bool, String> {
    if reading.outer.intervals().iter().all(|interval| interval.point().is_some()) {
        return Err("it says `inclusive`, and no bound for it".to_owned());
    }
    let outer = including(&reading.outer);
    if outer == reading.outer {
        return Ok(false);
    }
    reading.outer = outer;
    let text = "whether a bound that says both `before` and `inclusive` is meant itself".to_owned();
    reading.predicates.push(Predicate::Reading { text });
    Ok(true)
}

/// The same range, its bounds included.
fn including(range: &VersionRange) -> VersionRange {
    let wide = |bound: &Bound| match bound {
        Bound::Excluded(version) if is_real(version) => Bound::Included(version.clone()),
        other => other.clone(),
    };
    let intervals =
        range.intervals().iter().map(|i| Interval { lower: wide(&i.lower), upper: wide(&i.upper) }).collect();
    VersionRange::from_intervals(intervals).without(range.excluded().to_vec())
}

fn is_real(version: &Version) -> bool {
    version.edge() == Edge::Exact
}
