//! Which patches there are: what nobody knows is a slip of the pen until somebody says that it is none.
//!
//! A patch is known when a catalogue, a supplier's list or statement names it, when a fix in an advisory names it, or when it
//! was decided on before. The surprise: a decline may come before every source, because what nobody wants may be known from
//! hearsay alone; but only when whoever asks for it says so.

use crate::error::AppError;
use crate::patches::vendor;
use holdpoint_domain::compatibility::folded;
use holdpoint_store::Reader;

/// Whether somebody says that no source here knows the patch yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Nobody says so: a source must know it.
    Asked,
    /// The patch is known from elsewhere, and the reason says from where.
    NotYet,
}

/// How many names are offered.
const MOST_NAMES: usize = 3;

/// Refuses a patch that nobody knows, with those that may be meant.
///
/// # Errors
/// [`AppError::Invalid`] with near names; [`AppError::Store`].
pub(crate) fn must_be_known(r: &mut Reader<'_>, patch: &str) -> Result<(), AppError> {
    if r.patch(patch)?.is_some() || !r.entries_of_patch(patch)?.is_empty() || vendor::is_named(r, patch)? {
        return Ok(());
    }
    let near = near(&r.patch_names()?, patch);
    let meant = if near.is_empty() { String::new() } else { format!("; meant {}?", near.join(" or ")) };
    Err(AppError::invalid(
        "no-such-patch",
        format!("there is no patch `{patch}`: no catalogue, list, statement or advisory names it{meant}"),
        "nothing was changed",
        "correct the name, or take in the list, statement or advisory that names it",
    ))
}

/// The names that differ least, the nearest first; none that differs by more than a quarter of the name.
fn near(all: &[String], patch: &str) -> Vec<String> {
    let wanted: Vec<char> = folded(patch).chars().collect();
    let most = (wanted.len() / 4).clamp(1, 4);
    let mut found: Vec<(usize, &String)> = all
        .iter()
        .filter_map(|name| {
            let other: Vec<char> = folded(name).chars().collect();
            if other.len().abs_diff(wanted.len()) > most {
                return None;
            }
            let apart = apart(&wanted, &other);
            (apart <= most).then_some((apart, name))
        })
        .collect();
    found.sort();
    found.into_iter().take(MOST_NAMES).map(|(_, name)| name.clone()).collect()
}

/// How many letters have to be changed, added or left out to make one of the other.
fn apart(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, mine) in one.iter().enumerate() {
        let mut above_left = row[0];
        row[0] = at + 1;
        for (place, theirs) in other.iter().enumerate() {
            let same = above_left + usize::from(mine != theirs);
            above_left = row[place + 1];
            row[place + 1] = same.min(row[place] + 1).min(row[place + 1] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_are_offered_and_strange_ones_are_not() {
        let all = ["KB5041578", "KB5041587", "KB5044277", "deb plant-hmi 1.1 (all)"].map(str::to_owned);
        assert_eq!(near(&all, "KB5041579"), ["KB5041578", "KB5041587"]);
        assert_eq!(near(&all, "deb plant-hmi 1.1"), Vec::<String>::new());
        assert_eq!(near(&all, "deb plant_hmi 1.1 (all)"), ["deb plant-hmi 1.1 (all)"]);
        assert!(near(&all, "KB-NOPE").is_empty());
    }
}
