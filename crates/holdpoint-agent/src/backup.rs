//! The proof that there is a way back, before anything is done.
//!
//! Here: keeping what an order replaces, and proving that it can be read. Not here: going back (`hand`). For packages the
//! files of the versions before are the way back; they were looked at with the others, and their settings files are
//! copied besides, because a package brings back its own and not a person's.

use crate::error::{Result, Trouble};
use crate::hand::{Bench, deb, file};
use crate::state::{read_at_most, sync_folder, write_whole};
use holdpoint_wire::command::{Command, PackageWork};
use holdpoint_wire::order::{Order, WayBack};
use holdpoint_wire::text::Hash;
use std::path::{Path, PathBuf};

/// A settings file larger than this is none.
const SETTINGS_LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// Keeps what is needed to go back; the words are the proof.
///
/// # Errors
/// When it cannot be kept; then the order must not go on.
pub fn keep(bench: Bench<'_>, order: &Order) -> Result<String> {
    if let WayBack::None(statement) = &order.way_back {
        return Ok(format!("there is no way back, as was signed: {statement}"));
    }
    match &order.command {
        Command::Deb(work) => {
            let n_files = keep_settings(bench, order, &deb::settings_files(bench, work)?)?;
            Ok(format!("{}; {n_files} settings files are copied", packages_kept(work)))
        }
        Command::Rpm(work) => Ok(packages_kept(work)),
        Command::File(work) => file::keep(bench, &order.order, work),
        Command::Script(work) => work.undo.as_ref().map_or_else(
            || Err(Trouble::Program("nothing takes the script back".to_owned())),
            |undo| Ok(format!("`{}` takes the work back; it is here as it was approved", undo.script)),
        ),
        Command::WayBack(_)
        | Command::Restart(_)
        | Command::Inventory(_)
        | Command::Stop(_)
        | Command::GoodUntil(_) => Ok("nothing is replaced".to_owned()),
    }
}

fn packages_kept(work: &PackageWork) -> String {
    let n_old = work.packages.iter().filter(|change| change.way_back.is_some()).count();
    let n_new = work.packages.iter().filter(|change| change.from.is_none()).count();
    format!(
        "the files of {n_old} packages as they are now are here with their hashes; {n_new} would be taken away"
    )
}

/// Copies settings files, with their mode and owner left to the package; the copy is for a person to compare.
fn keep_settings(bench: Bench<'_>, order: &Order, paths: &[PathBuf]) -> Result<usize> {
    let folder = bench.state.at("backup").join(order.order.as_str());
    crate::system::private_folder(&folder)?;
    let (mut list, mut n_files) = (String::new(), 0);
    for path in paths {
        let Some(bytes) = read_at_most(path, SETTINGS_LIMIT_BYTES)? else { continue };
        let hash = Hash::of(&bytes);
        let copy = folder.join(hash.as_str());
        write_whole(&copy, &bytes, 0o600)?;
        if read_at_most(&copy, SETTINGS_LIMIT_BYTES)?.map(|bytes| Hash::of(&bytes)) != Some(hash.clone()) {
            return Err(Trouble::Program(format!("the copy of `{}` cannot be read again", path.display())));
        }
        list.push_str(&format!("{hash}  {}\n", path.display()));
        n_files += 1;
    }
    write_whole(&folder.join("settings.sha256"), list.as_bytes(), 0o600)?;
    sync_folder(folder.parent().unwrap_or(Path::new("/")))?;
    Ok(n_files)
}
