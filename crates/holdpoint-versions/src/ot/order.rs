//! Which of two OT versions is newer, or why nobody can say.
//!
//! The keys give an order always; here is the test whether that order means something at the first place where
//! the two differ. The surprise: most refusals protect against a wrong "not affected", for example the year
//! `2017` of a product against the technical number `17.3` of the same release.

use super::{END, FLOOR, LETTER, NUM, POST, PRE, day, words};
use crate::profile::Profile;
use crate::version::{Comparison, Undecidable};

/// One element of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element<'a> {
    Floor,
    Pre(u8, &'a [u8]),
    End,
    Post(u8, &'a [u8]),
    Number(&'a [u8]),
    Letter(&'a [u8]),
}

/// Reads the element at the start; the length of what was read.
fn element(bytes: &[u8]) -> (Element<'_>, usize) {
    match bytes.first().copied() {
        None | Some(END) => (Element::End, 1),
        Some(FLOOR) => (Element::Floor, 1),
        Some(rank @ (PRE | POST)) => {
            let class = bytes.get(1).copied().unwrap_or(0);
            let (digits, used) = number(bytes.get(2..).unwrap_or(&[]));
            let read = if rank == PRE { Element::Pre(class, digits) } else { Element::Post(class, digits) };
            (read, 2 + used)
        }
        Some(tag) if tag < LETTER => {
            let (digits, used) = number(bytes);
            (Element::Number(digits), used)
        }
        Some(_) => {
            let rest = &bytes[1..];
            let len = rest.iter().take_while(|byte| **byte != 0).count();
            (Element::Letter(&rest[..len]), len + 2)
        }
    }
}

fn number(bytes: &[u8]) -> (&[u8], usize) {
    let len = bytes.first().map_or(0, |tag| usize::from(tag.saturating_sub(NUM)));
    (bytes.get(1..1 + len).unwrap_or(&[]), 1 + len)
}

/// Compares two keys of the OT scheme for a decision.
pub(crate) fn compare(profile: Profile, a: &[u8], b: &[u8]) -> Comparison {
    if a == b {
        return Comparison::Equal;
    }
    let by_bytes = if a < b { Comparison::Less } else { Comparison::Greater };
    let (mut at, mut first) = (0, true);
    loop {
        let (left, used) = element(a.get(at..).unwrap_or(&[]));
        let (right, _) = element(b.get(at..).unwrap_or(&[]));
        if left != right {
            let rest_a = a.get(at + used..).unwrap_or(&[]);
            let (_, used_b) = element(b.get(at..).unwrap_or(&[]));
            let rest_b = b.get(at + used_b..).unwrap_or(&[]);
            // `2.0b1` against `2.0`: zeros at the end are cut, those in front of a letter are not.
            let behind_zeros = match (left, right) {
                (Element::Number([]), Element::End) => letter_behind_zeros(profile, rest_a),
                (Element::End, Element::Number([])) => letter_behind_zeros(profile, rest_b),
                _ => None,
            };
            if let Some(why) = behind_zeros {
                return Comparison::Undecidable(why);
            }
            return match refusal(profile, left, right, rest_a, rest_b, first) {
                Some(why) => Comparison::Undecidable(why),
                None => by_bytes,
            };
        }
        if left == Element::End || left == Element::Floor {
            return Comparison::Equal;
        }
        at += used;
        first = false;
    }
}

/// Why the two elements, the first that differ, do not decide; `None` when they do.
fn refusal(
    profile: Profile,
    a: Element<'_>,
    b: Element<'_>,
    rest_a: &[u8],
    rest_b: &[u8],
    first: bool,
) -> Option<Undecidable> {
    use Element::{End, Floor, Letter, Number, Post, Pre};
    match (a, b) {
        // The edge of a family lies below everything that begins as it does, whatever follows.
        (Floor, _) | (_, Floor) => None,
        (Number(x), Number(y)) => numbers(x, y, first),
        (Pre(..), Pre(..) | End | Number(_)) | (End | Number(_), Pre(..)) => None,
        (Pre(..), Post(..)) | (Post(..), Pre(..)) => None,
        (End, Number(_)) | (Number(_), End) | (End, End) => None,
        (End, Post(class, _)) => build_missing(class, Undecidable::LeftLacksBuild),
        (Post(class, _), End) => build_missing(class, Undecidable::RightLacksBuild),
        (Post(x, _), Post(y, _)) if x != y => (!ranked(x, y)).then_some(Undecidable::DifferentQualifiers),
        (Post(_, x), Post(_, y)) => numbers(x, y, false),
        (Post(..), Number(_)) | (Number(_), Post(..)) => Some(Undecidable::QualifierAgainstNumber),
        (Letter(x), Letter(y)) => {
            let closing = x.len() == 1 && y.len() == 1 && is_end(rest_a) && is_end(rest_b) && !first;
            let bare = first && x.len() == y.len() && is_end(rest_a) && is_end(rest_b);
            (!closing && !bare).then_some(Undecidable::DifferentWords)
        }
        (Letter(x), End) => letter_missing(profile, x, rest_a),
        (End, Letter(x)) => letter_missing(profile, x, rest_b),
        (Letter(_), Number(_) | Post(..) | Pre(..)) | (Number(_) | Post(..) | Pre(..), Letter(_)) => {
            Some(Undecidable::WordAgainstNumber)
        }
    }
}

fn is_end(rest: &[u8]) -> bool {
    rest.first().is_none_or(|byte| *byte == END)
}

/// A single closing letter is a later edition of the number before it, unless the vendor's numbers always have one.
fn letter_missing(profile: Profile, letter: &[u8], rest: &[u8]) -> Option<Undecidable> {
    let plain = letter.len() == 1 && is_end(rest) && profile != Profile::NumberWithLetter;
    (!plain).then_some(Undecidable::LetterMissing)
}

/// What is left of a version whose next numbers are all zero: a letter there stands behind the number that the other
/// version ends with, and is missing in that.
fn letter_behind_zeros(profile: Profile, mut rest: &[u8]) -> Option<Undecidable> {
    loop {
        let (next, used) = element(rest);
        rest = rest.get(used..).unwrap_or(&[]);
        match next {
            Element::Number([]) => {}
            Element::Letter(letter) => return letter_missing(profile, letter, rest),
            Element::Floor | Element::Pre(..) | Element::End | Element::Post(..) | Element::Number(_) => {
                return None;
            }
        }
    }
}

fn build_missing(class: u8, why: Undecidable) -> Option<Undecidable> {
    matches!(class, words::BUILD | words::REVISION | words::KIT).then_some(why)
}

/// True for qualifiers whose rank among each other is sure: release > service pack > update. An update and a hotfix of one
/// release are two rows: an update that came before a hotfix does not hold it.
fn ranked(x: u8, y: u8) -> bool {
    let (low, high) = if x < y { (x, y) } else { (y, x) };
    match high {
        words::RELEASE => !matches!(low, words::BUILD | words::REVISION | words::KIT),
        words::SERVICE_PACK => {
            matches!(low, words::UPDATE | words::CUMULATIVE | words::HOTFIX | words::PATCH)
        }
        words::FEATURE_PACK | words::MAINTENANCE_PACK => matches!(low, words::HOTFIX | words::PATCH),
        _ => false,
    }
}

fn numbers(x: &[u8], y: &[u8], first: bool) -> Option<Undecidable> {
    if first && (is_year(x) != is_year(y)) && (x.len() < 4 || y.len() < 4) {
        return Some(Undecidable::YearAgainstNumber);
    }
    let dates = day::names_whole_year(x) != day::names_whole_year(y);
    if dates && (x.len() < 5 || y.len() < 5) {
        return Some(Undecidable::DateAgainstNumber);
    }
    day::contradict(x, y).then_some(Undecidable::DifferentDays)
}

fn is_year(digits: &[u8]) -> bool {
    digits.len() == 4 && (digits.starts_with(b"199") || digits.starts_with(b"20"))
}
