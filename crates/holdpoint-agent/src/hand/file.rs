//! A file in place of another: the old one is kept, the new one is there whole or not at all.
//!
//! The surprise: nothing on the way to the place may be a link. Whoever owns a folder could else lead what was approved for one place to
//! another.

use super::{Bench, Fact};
use crate::error::{Result, Trouble};
use crate::preflight::Obstacle;
use crate::state::{read_at_most, write_whole, write_whole_of};
use crate::system::{Standing, free_room, numbers_of, standing_of};
use holdpoint_wire::command::FileWork;
use holdpoint_wire::inventory::{FoundThere, SeenPlace};
use holdpoint_wire::text::{FilePath, Hash, Id, Words};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// A file that is replaced is read whole; firmware and settings are smaller.
const LIMIT_BYTES: u64 = 512 * 1024 * 1024;

/// A plain file as it was found.
struct Found {
    hash: Hash,
    standing: Standing,
}

/// The mode and the owner of a file that was replaced, kept beside its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rights {
    mode: u32,
    user: u32,
    group: u32,
}

/// How the file stands. A link is never followed: what it leads to was not approved.
#[must_use]
pub fn look(work: &FileWork) -> Fact {
    let path = Path::new(work.path.as_str());
    let found = match found(path) {
        Ok(found) => found,
        Err(why) => return Fact::CannotTell(why),
    };
    match (found, &work.from) {
        (Some(found), _) if found.hash == work.install => match other_rights(&found.standing, work) {
            None => Fact::After,
            Some(words) => Fact::Between(words),
        },
        (Some(found), Some(from)) if found.hash == *from => Fact::Before,
        (None, None) => Fact::Before,
        (Some(found), _) => Fact::Between(format!("`{}` has other content: {}", work.path, found.hash)),
        (None, Some(_)) => Fact::Between(format!("`{}` is not there", work.path)),
    }
}

fn other_rights(standing: &Standing, work: &FileWork) -> Option<String> {
    let as_ordered = standing.mode == work.mode && standing.owner == work.owner;
    (!as_ordered).then(|| {
        let Standing { mode, owner, .. } = standing;
        format!("`{}` has the content that is wanted, with mode {mode:o} and owner {owner}", work.path)
    })
}

fn found(path: &Path) -> std::result::Result<Option<Found>, String> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("cannot look at `{}`: {error}", path.display())),
        Ok(metadata) if !metadata.is_file() => Err(format!("`{}` is no plain file", path.display())),
        Ok(metadata) => {
            let bytes = read_at_most(path, LIMIT_BYTES).map_err(|trouble| trouble.in_full())?;
            Ok(bytes.map(|bytes| Found { hash: Hash::of(&bytes), standing: standing_of(&metadata) }))
        }
    }
}

/// What lies at a place, for the inventory.
#[must_use]
pub fn seen(path: &FilePath) -> SeenPlace {
    let found = match found(Path::new(path.as_str())) {
        Ok(None) => FoundThere::Nothing,
        Ok(Some(Found { hash, standing })) => {
            FoundThere::File { sha256: hash, mode: standing.mode, owner: standing.owner }
        }
        Err(why) => FoundThere::Unknown(Words::cut(&why)),
    };
    SeenPlace { path: path.clone(), found }
}

/// What speaks against the place itself: its folder, its owner, its room for a file of so many bytes.
///
/// # Errors
/// When the room cannot be asked for.
pub fn obstacle(bench: Bench<'_>, work: &FileWork, size_bytes: u64) -> Result<Option<Obstacle>> {
    let some = |rule, words| Ok(Some(Obstacle { rule, words }));
    let path = Path::new(work.path.as_str());
    let folder = path.parent().unwrap_or(Path::new("/"));
    for part in folder.ancestors() {
        match fs::symlink_metadata(part) {
            Ok(found) if found.is_symlink() => {
                let words = format!("`{}` is a link; approve the place that it leads to", part.display());
                return some("place_is_a_link", words);
            }
            Ok(found) if found.is_dir() => {}
            Ok(_) | Err(_) => {
                let words = format!("the folder `{}` is not there; make it first", part.display());
                return some("no_such_folder", words);
            }
        }
    }
    if let Err(why) = numbers_of(&work.owner) {
        return some("no_such_owner", format!("{why}; make the account, or approve another owner"));
    }
    let old_bytes = fs::symlink_metadata(path).map_or(0, |found| found.len());
    for (place, wanted) in [(folder, size_bytes), (bench.state.path(), old_bytes)] {
        let free = free_room(place)?.free_bytes;
        if free < wanted {
            let words = format!("`{}` has {free} bytes free, and {wanted} are needed", place.display());
            return some("disk_full", words);
        }
    }
    Ok(None)
}

/// Where the old content of an order's file is kept.
fn kept(bench: Bench<'_>, order: &Id) -> PathBuf {
    bench.state.at("backup").join(order.as_str()).join("file")
}

/// Where its mode and owner are kept.
fn kept_rights(bench: Bench<'_>, order: &Id) -> PathBuf {
    kept(bench, order).with_file_name("rights.json")
}

/// Keeps the old content with its mode and owner, and proves that it can be read again.
///
/// # Errors
/// When the system does not do it.
pub fn keep(bench: Bench<'_>, order: &Id, work: &FileWork) -> Result<String> {
    let Some(from) = &work.from else { return Ok("there was no file before".to_owned()) };
    let path = Path::new(work.path.as_str());
    let gone = || Trouble::Program(format!("`{}` is not there any more", work.path));
    let standing = standing_of(&fs::symlink_metadata(path).map_err(Trouble::system("look at", path))?);
    let bytes = read_at_most(path, LIMIT_BYTES)?.ok_or_else(gone)?;
    let copy = kept(bench, order);
    crate::system::private_folder(copy.parent().unwrap_or(Path::new("/")))?;
    let rights = Rights { mode: standing.mode, user: standing.numbers.0, group: standing.numbers.1 };
    let text = serde_json::to_vec(&rights).expect("three numbers can be written");
    write_whole(&kept_rights(bench, order), &text, 0o600)?;
    write_whole(&copy, &bytes, 0o600)?;
    let again = read_at_most(&copy, LIMIT_BYTES)?.map(|bytes| Hash::of(&bytes));
    if again.as_ref() == Some(from) {
        let Standing { mode, owner, .. } = standing;
        return Ok(format!(
            "the old content is kept and was read again: {from}, mode {mode:o}, owner {owner}"
        ));
    }
    Err(Trouble::Program(format!(
        "the copy of `{}` is not what the order names as the old content",
        work.path
    )))
}

/// Puts the new file in place.
///
/// # Errors
/// When the system does not do it; then the old one is still there.
pub fn install(bench: Bench<'_>, work: &FileWork) -> Result<()> {
    let (user, group) = numbers_of(&work.owner).map_err(Trouble::Program)?;
    put(&crate::files::path_of(bench.state, &work.install), work, Rights { mode: work.mode, user, group })
}

/// Puts the old content back with the mode and the owner that it had, or takes the file away when there was none.
///
/// # Errors
/// When the system does not do it.
pub fn go_back(bench: Bench<'_>, order: &Id, work: &FileWork) -> Result<()> {
    if work.from.is_some() {
        let path = kept_rights(bench, order);
        let text = read_at_most(&path, 4_096)?;
        let rights = text.and_then(|text| serde_json::from_slice(&text).ok()).ok_or_else(|| {
            Trouble::Records(format!(
                "`{}` does not say which mode and owner the old file had",
                path.display()
            ))
        })?;
        return put(&kept(bench, order), work, rights);
    }
    let path = Path::new(work.path.as_str());
    fs::remove_file(path).map_err(Trouble::system("take away", path))
}

fn put(source: &Path, work: &FileWork, Rights { mode, user, group }: Rights) -> Result<()> {
    let bytes = read_at_most(source, LIMIT_BYTES)?
        .ok_or_else(|| Trouble::Program(format!("`{}` is not there", source.display())))?;
    write_whole_of(Path::new(work.path.as_str()), &bytes, mode, Some((user, group)))
}
