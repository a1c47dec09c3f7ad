//! Texts that name versions and serial numbers side by side: `< 2.0 (serial number < 5000)`.
//!
//! Here the two are taken apart; what a clause of serial numbers says by itself is in `clause.rs`. The surprise: only brackets
//! and `with` join the two surely. A comma may list two cases, and then neither restricts the other: nothing is understood.

use super::Context;
use super::clause;
use super::predicate::Predicate;

/// What a text that speaks of serial numbers is.
pub(super) enum Beside {
    /// Versions, and the serial numbers that are meant among them.
    Both {
        /// The text of the versions.
        versions: String,
        /// The serial numbers.
        serials: Predicate,
    },
    /// Nothing but serial numbers, or text that is judged as a whole.
    Whole,
    /// Versions stand beside serial numbers, and how they are joined is not plain.
    Unclear,
}

/// Takes versions and serial numbers apart.
pub(super) fn beside(context: &Context<'_>, text: &str) -> Beside {
    let lower = text.to_ascii_lowercase();
    let Some((start, end)) = lower.find("serial n").and_then(|at| extent(&lower, at)) else {
        return Beside::Whole;
    };
    let (before, clause, behind) = (&text[..start], &text[start..end], &text[end..]);
    let versions = before.trim().trim_end_matches('(').trim();
    let versions =
        ["with", "having"].iter().find_map(|word| without_last(versions, word)).unwrap_or(versions);
    let has_value = names_value(clause);
    // `first 5 digits of` stands in front of the words and belongs to them; a bare number may be the serial number itself.
    let announced = lower.contains("digit") || lower.contains("character");
    let number = |text: &str| text.contains(|c: char| c.is_ascii_digit());
    let says_version = ["firmware", "software", "version"].iter().any(|word| lower[end..].contains(word));
    let named = [before, clause, behind].into_iter().any(names_version)
        || (has_value && !announced && (number(before) || says_version && number(behind)));
    if !named {
        return Beside::Whole;
    }
    let joined = !versions.contains([',', ';', '|', '(', ')'])
        && !clause.contains([';', '|', ','])
        && behind.trim_matches([')', '.', ' ']).is_empty()
        && !ends_with_joint(versions);
    if !joined || !has_value || announced || names_version(clause) {
        return Beside::Unclear;
    }
    let bare = Context { product: "", ..*context };
    match clause::serial(&bare, clause) {
        Some(Ok(serials @ Predicate::SerialNumber { .. })) if is_typed(&serials) => {
            Beside::Both { versions: versions.to_owned(), serials }
        }
        Some(_) | None => Beside::Unclear,
    }
}

/// From where to where the clause around the words reaches: to the bracket that closes it, or to the next comma.
fn extent(lower: &str, at: usize) -> Option<(usize, usize)> {
    let rest = lower.get(at..)?;
    let end = rest.find([')', ';', '|']).unwrap_or(rest.len());
    let end = rest[..end].find(", ").unwrap_or(end);
    Some((at, at + end))
}

/// `2.0 and prior with` without its last word.
fn without_last<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let at = text.len().checked_sub(word.len())?;
    let is_last = text.get(at..)?.eq_ignore_ascii_case(word) && text[..at].ends_with(' ');
    is_last.then(|| text[..at].trim_end())
}

fn ends_with_joint(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or("");
    ["and", "or", "&", "from", "to", "not", "except", "without"]
        .iter()
        .any(|word| last.eq_ignore_ascii_case(word))
}

/// A number that has a dot in it or a `V` before it.
fn names_version(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '=' | '(' | ')' | ',' | ';' | '|')).any(
        |word| {
            let word = word.trim_end_matches('.');
            let number = word.strip_prefix(['v', 'V']);
            let digits = number.unwrap_or(word);
            digits.starts_with(|c: char| c.is_ascii_digit()) && (number.is_some() || digits.contains('.'))
        },
    )
}

fn names_value(clause: &str) -> bool {
    clause.contains(|c: char| c.is_ascii_digit())
}

/// Whether a predicate holds a condition of signs and numbers, which facts can settle.
fn is_typed(predicate: &Predicate) -> bool {
    matches!(predicate, Predicate::SerialNumber { condition, .. } if condition.starts_with(['<', '>', '=']))
}
