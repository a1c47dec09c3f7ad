//! Which patches there are: what nobody knows is a slip of the pen until somebody says that it is none.
//!
//! A patch is known when a catalogue or a supplier's list names it, when a supplier whose product stands here says something of
//! it, when a fix in an advisory names it, or when it was decided on before. What a stranger says makes no patch. The surprise:
//! a decline may come before every source, because what nobody wants may be known from hearsay alone; but only when whoever
//! asks for it says so.

use super::standing::{Voice, maker};
use crate::error::AppError;
use crate::patches::vendor;
use crate::statements::speakers;
use holdpoint_domain::Moment;
use holdpoint_domain::compatibility::{StatementSource, folded};
use holdpoint_store::Reader;
use std::collections::BTreeSet;

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
    let is_listed = !r.patch_records(patch)?.is_empty() || !r.entries_of_patch(patch)?.is_empty();
    if is_listed || vendor::is_named(r, patch)? {
        return Ok(());
    }
    let said = match said_by(r, patch)? {
        Said::Supplier => return Ok(()),
        Said::Stranger(who) => {
            format!(" (`{who}` speaks of it, and makes nothing that is known to run here)")
        }
        Said::Nobody => String::new(),
    };
    let mut names = r.patch_names()?;
    names.retain(|name| folded(name) != folded(patch));
    let near = near(&names, patch);
    let meant = if near.is_empty() { String::new() } else { format!("; meant {}?", near.join(" or ")) };
    Err(AppError::invalid(
        "no-such-patch",
        format!(
            "there is no patch `{patch}`: no catalogue, advisory or supplier of what runs here names it{said}{meant}"
        ),
        "nothing was changed",
        "correct the name, or take in the list, statement or advisory that names it",
    ))
}

/// Who says something of a patch.
enum Said {
    /// Who makes a product that stands here, or speaks for its maker; by a list of theirs, whatever stands here.
    Supplier,
    /// Only others; the last of them.
    Stranger(String),
    /// Nobody.
    Nobody,
}

fn said_by(r: &mut Reader<'_>, patch: &str) -> Result<Said, AppError> {
    let lines = r.statements_of_patch(patch, Moment::OPEN)?;
    let Some(last) = lines.last().map(|line| line.kept.statement.publisher.clone()) else {
        return Ok(Said::Nobody);
    };
    let speakers = speakers::at(r, Moment::OPEN)?;
    let here: BTreeSet<String> =
        r.all_components()?.iter().map(|(_, one)| maker(&one.vendor)).filter(|one| !one.is_empty()).collect();
    let is_supplier = lines.iter().map(|line| &line.kept.statement).any(|one| {
        // Anybody can write any name by hand; a list that came from elsewhere names whose it is.
        let is_list = matches!(one.source, StatementSource::Document { .. });
        Voice::of(&one.publisher, &one.product.vendor, &speakers) != Voice::Other
            && (is_list || here.contains(&maker(&one.product.vendor)))
    });
    Ok(if is_supplier { Said::Supplier } else { Said::Stranger(last) })
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
