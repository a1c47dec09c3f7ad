//! Windows: what the agent needs to be built there. It can enrol, look and report; installing is refused in words by
//! the hands, because no hand for Windows exists yet.

use super::{End, Room, Standing};
use crate::error::{Result, Trouble};
use holdpoint_wire::image::Owner;
use holdpoint_wire::text::AccountName;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::process::Command;

/// Names a process; never made here, because nothing is started here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessMark {
    /// The number of the process.
    pub group: i32,
}

/// Makes a folder; who may enter it follows from the folder above, which the installer sets.
pub fn private_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(Trouble::system("make the folder", path))
}

/// Makes a file that must not be there yet.
pub fn create_new(path: &Path, _mode: u32) -> Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path).map_err(Trouble::system("make", path))
}

/// Modes are of other systems.
pub fn set_mode(_path: &Path, _mode: u32) -> Result<()> {
    Ok(())
}

/// Owners are of other systems.
pub fn give_to(path: &Path, _owner: (u32, u32)) -> Result<()> {
    Err(Trouble::Program(format!("nobody can be given `{}` on this system", path.display())))
}

/// Modes and owners are of other systems.
pub fn standing_of(_found: &fs::Metadata) -> Standing {
    let name = || AccountName::new("unknown").expect("letters are a name");
    Standing { mode: 0, numbers: (0, 0), owner: Owner { user: name(), group: name() } }
}

/// Owners are of other systems.
pub fn numbers_of(owner: &Owner) -> std::result::Result<(u32, u32), String> {
    Err(format!("`{owner}` is no owner on this system"))
}

/// Accounts are of other systems.
pub fn account_of(name: &AccountName) -> std::result::Result<(u32, u32), String> {
    Err(format!("no program can be run as `{name}` on this system"))
}

/// Nothing is started here.
pub fn run_as(_command: &mut Command, _account: (u32, u32)) {}

/// Nothing is started here.
pub fn own_group(_command: &mut Command) {}

/// Nothing is started here.
pub fn mark_of(_number: u32) -> Option<ProcessMark> {
    None
}

/// Nothing is started here.
pub fn end_group(_mark: &ProcessMark, _end: End) {}

/// What names this start of the system is not known.
pub fn machine() -> (Option<String>, String) {
    (None, std::env::consts::ARCH.to_owned())
}

/// Nobody can tell.
pub fn is_locked_by_another(path: &Path) -> Result<bool> {
    Err(Trouble::Program(format!("cannot tell on this system whether `{}` is locked", path.display())))
}

/// Nobody can tell yet.
pub fn free_room(path: &Path) -> Result<Room> {
    Err(Trouble::Program(format!("cannot tell on this system how much room `{}` has", path.display())))
}
