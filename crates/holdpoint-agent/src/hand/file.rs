//! A file in place of another: the old one is kept, the new one is there whole or not at all.

use super::{Bench, Fact};
use crate::error::{Result, Trouble};
use crate::state::{read_at_most, write_whole};
use holdpoint_wire::command::FileWork;
use holdpoint_wire::text::{Hash, Id};
use std::fs;
use std::path::{Path, PathBuf};

/// A file that is replaced is read whole; firmware and settings are smaller.
const LIMIT_BYTES: u64 = 512 * 1024 * 1024;

/// How the file stands. A link is never followed: what it leads to was not approved.
#[must_use]
pub fn look(work: &FileWork) -> Fact {
    let path = Path::new(work.path.as_str());
    match (found(path), &work.from) {
        (Err(why), _) => Fact::CannotTell(why),
        (Ok(Some(hash)), _) if hash == work.install => Fact::After,
        (Ok(Some(hash)), Some(from)) if hash == *from => Fact::Before,
        (Ok(None), None) => Fact::Before,
        (Ok(Some(hash)), _) => Fact::Between(format!("`{}` has other content: {hash}", work.path)),
        (Ok(None), Some(_)) => Fact::Between(format!("`{}` is not there", work.path)),
    }
}

fn found(path: &Path) -> std::result::Result<Option<Hash>, String> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("cannot look at `{}`: {error}", path.display())),
        Ok(metadata) if !metadata.is_file() => Err(format!("`{}` is no plain file", path.display())),
        Ok(_) => {
            let bytes = read_at_most(path, LIMIT_BYTES).map_err(|trouble| trouble.in_full())?;
            Ok(bytes.map(|bytes| Hash::of(&bytes)))
        }
    }
}

/// Where the old content of an order's file is kept.
fn kept(bench: Bench<'_>, order: &Id) -> PathBuf {
    bench.state.at("backup").join(order.as_str()).join("file")
}

/// Keeps the old content and proves that it can be read again.
///
/// # Errors
/// When the system does not do it.
pub fn keep(bench: Bench<'_>, order: &Id, work: &FileWork) -> Result<String> {
    let Some(from) = &work.from else { return Ok("there was no file before".to_owned()) };
    let path = Path::new(work.path.as_str());
    let bytes = read_at_most(path, LIMIT_BYTES)?
        .ok_or_else(|| Trouble::Program(format!("`{}` is not there any more", work.path)))?;
    let copy = kept(bench, order);
    crate::system::private_folder(copy.parent().unwrap_or(Path::new("/")))?;
    write_whole(&copy, &bytes, 0o600)?;
    let again = read_at_most(&copy, LIMIT_BYTES)?.map(|bytes| Hash::of(&bytes));
    if again.as_ref() == Some(from) {
        return Ok(format!("the old content is kept and was read again: {from}"));
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
    put(&crate::files::path_of(bench.state, &work.install), work)
}

/// Puts the old content back, or takes the file away when there was none.
///
/// # Errors
/// When the system does not do it.
pub fn go_back(bench: Bench<'_>, order: &Id, work: &FileWork) -> Result<()> {
    if work.from.is_some() {
        return put(&kept(bench, order), work);
    }
    let path = Path::new(work.path.as_str());
    fs::remove_file(path).map_err(Trouble::system("take away", path))
}

fn put(source: &Path, work: &FileWork) -> Result<()> {
    let bytes = read_at_most(source, LIMIT_BYTES)?
        .ok_or_else(|| Trouble::Program(format!("`{}` is not there", source.display())))?;
    write_whole(Path::new(work.path.as_str()), &bytes, work.mode)
}
