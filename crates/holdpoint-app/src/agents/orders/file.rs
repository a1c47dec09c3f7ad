//! Files that agents put in place: how their patches are called, and how what lies at a place stands among the software of a snapshot.
//!
//! The surprise: what lies at a place is one text with the hash, the mode and the owner, and nothing is a text too. So a look that found the
//! place empty is another thing than a look that was not had.

use super::script::is_script;
use holdpoint_domain::snapshot::Snapshot;
use holdpoint_wire::image::Place;
use holdpoint_wire::inventory::{FoundThere, Inventory, SeenPlace};
use holdpoint_wire::text::{FilePath, Hash, Words};
use std::collections::BTreeMap;

/// What stands in a snapshot for a place where nothing lies.
const NOTHING: &str = "nothing";
/// What names of places among software begin with.
const HEAD: &str = "file ";

/// Whether a patch is a file that is put in place: `file NAME VERSION`.
#[must_use]
pub(crate) fn is_file(patch: &str) -> bool {
    let mut words = patch.split(' ');
    let is_word = |word: Option<&str>| word.is_some_and(|word| !word.is_empty());
    words.next() == Some("file") && is_word(words.next()) && is_word(words.next()) && words.next().is_none()
}

/// The name of a place among the software of a snapshot.
pub(super) fn name_of(path: &FilePath) -> String {
    format!("{HEAD}{path}")
}

/// What stands in a snapshot when the file lies there as it was approved.
pub(super) fn wanted(place: &Place) -> String {
    text(&place.install, place.mode, &place.owner.to_string())
}

fn text(sha256: &Hash, mode: u32, owner: &str) -> String {
    format!("sha256 {sha256}, mode {mode:o}, owner {owner}")
}

/// The hash of what lay at a place; `Ok(None)`: nothing lay there. The error is the text that says neither.
pub(super) fn hash_before(value: &str) -> Result<Option<Hash>, String> {
    if value == NOTHING {
        return Ok(None);
    }
    let hash = value.strip_prefix("sha256 ").and_then(|rest| rest.get(..64));
    let hash = hash.and_then(|hash| Hash::new(hash).ok());
    hash.map(Some).ok_or_else(|| format!("`{value}` does not say what lay there"))
}

/// The places that a promise, or a snapshot, speaks of.
pub(super) fn places_in<'a>(names: impl Iterator<Item = &'a String>) -> Vec<FilePath> {
    names.filter_map(|name| FilePath::new(name.strip_prefix(HEAD)?).ok()).collect()
}

/// What lies at a place, as one text; the error is why that is not known.
fn lies(found: &FoundThere) -> Result<String, &Words> {
    match found {
        FoundThere::Nothing => Ok(NOTHING.to_owned()),
        FoundThere::File { sha256, mode, owner } => Ok(text(sha256, *mode, &owner.to_string())),
        FoundThere::Unknown(why) => Err(why),
    }
}

/// What lies at the places of a device that could be read, by their names among software.
pub(in crate::agents) fn all_places(seen: &Inventory) -> BTreeMap<String, String> {
    let read = |place: &SeenPlace| Some((name_of(&place.path), lies(&place.found).ok()?));
    seen.places.iter().filter_map(read).collect()
}

/// Whether a name among software is that of a place for a file, or of a script: what not every look reads.
pub(crate) fn is_place(name: &str) -> bool {
    is_script(name) || name.strip_prefix(HEAD).is_some_and(|path| path.starts_with('/'))
}

/// A snapshot with what lies at a place.
///
/// A device without a database of packages has its places alone; one whose packages could not be read this time has none of either, because
/// what else is there is not known.
///
/// # Errors
/// Why it is not known what lies there, as a clause.
pub(super) fn with_place(
    mut now: Snapshot,
    (seen, before): (&Inventory, &Snapshot),
    path: &FilePath,
) -> Result<Snapshot, String> {
    let place = seen.places.iter().find(|place| place.path == *path);
    let place = place.ok_or_else(|| {
        format!("the agent did not look at `{path}`: neither its image nor an order names it")
    })?;
    let value =
        lies(&place.found).map_err(|why| format!("the agent cannot tell what lies at `{path}`: {why}"))?;
    let had_packages = before.software.iter().flat_map(|all| all.keys()).any(|name| !name.starts_with(HEAD));
    if now.software.is_none() && had_packages {
        return Ok(now);
    }
    now.software.get_or_insert_default().insert(name_of(path), value);
    Ok(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_name_and_its_version_and_by_nothing_else() {
        assert!(is_file("file plant-screen 2") && is_file("file plc.bin V4.5.1"));
        for other in ["file plant-screen", "file  2", "file a b c", "files a 1", "deb file 1 (all)", "file"] {
            assert!(!is_file(other), "{other}");
        }
    }

    #[test]
    fn what_lay_at_a_place_is_read_back_or_said_to_be_unknown() {
        let hash = Hash::of(b"old");
        assert_eq!(hash_before(&text(&hash, 0o640, "root:plant")), Ok(Some(hash)));
        assert_eq!(hash_before(NOTHING), Ok(None));
        for other in ["", "sha256 12, mode 640", "1.0"] {
            assert!(hash_before(other).is_err(), "{other}");
        }
    }
}
