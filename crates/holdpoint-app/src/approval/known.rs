//! Whether anybody knows a patch by its name: a typing mistake is no patch, and must not become a test or a decision.
//!
//! A patch is known when a source or a supplier speaks of it, when it was seen installed, or when something was done with it
//! before. The surprise: the nearest names are offered and never taken, because KB5041578 and KB5041587 are two patches.

use crate::error::AppError;
use holdpoint_store::Reader;
use std::collections::BTreeSet;

/// How many names are offered.
const OFFERED: usize = 3;

/// Refuses a patch that nobody knows.
pub(crate) fn known(r: &mut Reader<'_>, patch: &str) -> Result<(), AppError> {
    if r.is_patch_known(patch)? {
        return Ok(());
    }
    let nearest = nearest(patch, r.patch_names()?);
    let remedy = match nearest.as_slice() {
        [] => "take a source in that speaks of it, or correct the name; `holdpoint patch list` shows what is known".to_owned(),
        [one] => format!("did you mean {one}? `holdpoint patch list` shows what is known"),
        several => format!(
            "did you mean one of {}? `holdpoint patch list` shows what is known",
            several.join(", ")
        ),
    };
    Err(AppError::invalid(
        "no-such-patch",
        format!(
            "there is no patch `{patch}`: no source and no supplier speaks of it, and it was seen nowhere"
        ),
        "nothing was changed",
        &remedy,
    ))
}

/// The names that are nearest to one, the nearest first; none that is another name altogether.
fn nearest(wanted: &str, names: Vec<String>) -> Vec<String> {
    let folded = wanted.to_lowercase();
    let most = (folded.chars().count() / 3).max(1);
    let mut found: Vec<(usize, String)> = names
        .into_iter()
        .map(|name| (distance(&folded, &name.to_lowercase(), most), name))
        .filter(|(far, _)| *far <= most)
        .collect();
    found.sort();
    let mut seen = BTreeSet::new();
    found.retain(|(_, name)| seen.insert(name.clone()));
    found.into_iter().take(OFFERED).map(|(_, name)| name).collect()
}

/// How many letters differ (Levenshtein); `most + 1` stands for everything beyond that.
fn distance(one: &str, other: &str, most: usize) -> usize {
    let other: Vec<char> = other.chars().collect();
    if one.chars().count().abs_diff(other.len()) > most {
        return most + 1;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.chars().enumerate() {
        let mut corner = row[0];
        row[0] = place + 1;
        for (at, known) in other.iter().enumerate() {
            let replaced = corner + usize::from(letter != *known);
            corner = row[at + 1];
            row[at + 1] = replaced.min(row[at] + 1).min(corner + 1);
        }
    }
    row.last().copied().unwrap_or(0).min(most + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_are_offered_and_no_others() {
        let names = || ["KB5041578", "KB5041587", "KB5044277", "openssl 3.0.15"].map(str::to_owned).to_vec();
        assert_eq!(nearest("KB5041579", names()), ["KB5041578", "KB5041587", "KB5044277"]);
        assert_eq!(nearest("kb5041578x", names())[0], "KB5041578");
        assert!(nearest("firmware", names()).is_empty());
        assert!(nearest("x", Vec::new()).is_empty());
    }

    #[test]
    fn letters_that_differ_are_counted() {
        for (one, other, far) in
            [("abc", "abc", 0), ("abc", "abd", 1), ("abc", "bc", 1), ("", "ab", 2), ("ab", "ba", 2)]
        {
            assert_eq!(distance(one, other, 9), far, "{one} {other}");
        }
        assert_eq!(distance("abcdef", "uvwxyz", 2), 3, "beyond the most");
    }
}
