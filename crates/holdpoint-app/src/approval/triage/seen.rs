//! The fingerprint of a look: which findings it would do something with, and how they stood.
//!
//! A deed is done with what was looked at and nothing else, so the deed brings the fingerprint of the look along. It names the
//! findings as well as their hash, so that a refusal can say what came and what went.

use super::{Look, WantedState};
use crate::error::AppError;
use holdpoint_domain::Rejected;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// The most findings that a refusal names one by one.
const NAMED: usize = 10;

/// The fingerprint: the findings as ranges (`218-220,262`), a dot, and the beginning of a hash of how they stood.
#[must_use]
pub(super) fn fingerprint(look: &Look) -> String {
    let mut lines: Vec<(i64, String)> = look
        .rows
        .iter()
        .filter(|row| row.hindrance.is_none())
        .map(|row| {
            let line = &row.line;
            let wanted = row.wanted.iter().map(|place| wanted(look, *place));
            let wanted: Vec<String> = wanted.collect();
            let words = [line.lane.word(), line.outcome.word(), line.verdict.word()].join(" ");
            (line.number, format!("{} {words} {wanted:?}", line.number))
        })
        .collect();
    lines.sort();
    let mut hash = Sha256::new();
    for (_, line) in &lines {
        hash.update((line.len() as u64).to_be_bytes());
        hash.update(line.as_bytes());
    }
    let hash: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let numbers: Vec<i64> = lines.into_iter().map(|(number, _)| number).collect();
    format!("{}.{hash}", ranges(&numbers))
}

/// A patch as it would be asked for: what a reason would add is not part of it.
fn wanted(look: &Look, place: usize) -> String {
    let wanted = &look.wanted[place];
    let state = match &wanted.state {
        WantedState::New { .. } => "new".to_owned(),
        WantedState::Waits(id) => format!("waits {id}"),
        WantedState::Authorised(id) => format!("authorised {id}"),
        WantedState::Hindered(_) => "hindered".to_owned(),
    };
    format!("{} {} {} {state}", wanted.patch, wanted.baseline, wanted.supplier)
}

/// Refuses when a deed comes without the fingerprint of a look, or would be done with something else than was looked at.
///
/// # Errors
/// [`AppError::Invalid`] without a fingerprint, or with a text that is none; [`AppError::Conflict`] for another one.
pub(super) fn same(look: &Look, expected: Option<&str>) -> Result<(), AppError> {
    let Some(expected) = expected.map(str::trim).filter(|text| !text.is_empty()) else {
        return Err(no_fingerprint("no fingerprint of a preview was given"));
    };
    let now = fingerprint(look);
    if now == expected {
        return Ok(());
    }
    let Some(before) = expected.split_once('.').and_then(|(numbers, _)| numbers_of(numbers)) else {
        return Err(no_fingerprint("what was given is no fingerprint of a preview"));
    };
    Err(AppError::Conflict(Rejected::new(
        "other-rows",
        difference(look, &before),
        "nothing was changed: a deed is done with what was looked at",
        "look at the preview again and decide by its fingerprint",
    )))
}

fn no_fingerprint(what: &str) -> AppError {
    AppError::invalid(
        "expected",
        what,
        "nothing was changed: a deed is done with what was looked at",
        "look at the preview and give its fingerprint",
    )
}

/// What came and what went since the look that showed `before`.
fn difference(look: &Look, before: &BTreeSet<i64>) -> String {
    let does = |row: &&super::Row| row.hindrance.is_none();
    let now: BTreeSet<i64> = look.rows.iter().filter(does).map(|row| row.line.number).collect();
    let came: Vec<String> = now
        .difference(before)
        .map(|number| match look.rows.iter().find(|row| row.line.number == *number) {
            Some(row) => format!("{number} ({} on {})", row.line.vulnerability, row.line.asset_tag),
            None => number.to_string(),
        })
        .collect();
    let went: Vec<String> = before
        .difference(&now)
        .map(|number| {
            let row = look.rows.iter().find(|row| row.line.number == *number);
            match row.and_then(|row| row.hindrance.as_ref()) {
                Some(why) => format!("{number} ({why})"),
                None => number.to_string(),
            }
        })
        .collect();
    if came.is_empty() && went.is_empty() {
        return "the same findings are ranked otherwise now, or need other patches".to_owned();
    }
    let parts = [("came in", came), ("went out", went)];
    let parts = parts.into_iter().filter(|(_, numbers)| !numbers.is_empty());
    let parts = parts.map(|(verb, numbers)| format!("{verb}: {}", some_of(&numbers)));
    format!("other findings are meant now than the preview showed; {}", parts.collect::<Vec<_>>().join("; "))
}

fn some_of(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Sorted numbers as ranges.
fn ranges(numbers: &[i64]) -> String {
    let mut parts: Vec<(i64, i64)> = Vec::new();
    for number in numbers {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => parts.push((*number, *number)),
        }
    }
    let text = parts.iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    text.collect::<Vec<_>>().join(",")
}

/// The numbers of ranges; `None` when the text is none, or names more than one deed can have.
fn numbers_of(text: &str) -> Option<BTreeSet<i64>> {
    let mut found = BTreeSet::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
        let most = i64::try_from(super::MOST).ok()?;
        if first < 0 || last < first || last - first >= most {
            return None;
        }
        found.extend(first..=last);
        if found.len() > super::MOST {
            return None;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::{numbers_of, ranges, some_of};

    #[test]
    fn ranges_are_read_as_they_were_written() {
        for (numbers, text) in [(vec![], ""), (vec![7], "7"), (vec![1, 2, 3, 9, 12, 13], "1-3,9,12-13")] {
            assert_eq!(ranges(&numbers), text);
            assert_eq!(numbers_of(text).map(|read| read.into_iter().collect()), Some(numbers));
        }
        for wrong in ["x", "3-1", "-4", "1-9000000000", "1-400,500-900"] {
            assert_eq!(numbers_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_refusal_names_ten_and_counts_the_rest() {
        let names: Vec<String> = (1..=12).map(|number: i32| number.to_string()).collect();
        assert_eq!(some_of(&names), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more");
        assert_eq!(some_of(&names[..2]), "1, 2");
    }
}
