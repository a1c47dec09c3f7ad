//! Linux, by safe calls of `rustix`.

use super::{End, Room, Standing};
use crate::error::{Result, Trouble};
use holdpoint_wire::image::Owner;
use holdpoint_wire::text::AccountName;
use rustix::process::{Flock, FlockType, Pid, Signal};
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

/// Names a process so that another one with the same number is not taken for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessMark {
    /// The number of the process, which is also that of its group.
    pub group: i32,
    /// When it was started, in ticks since the start of the system.
    pub started: u64,
    /// Which start of the system.
    pub boot: String,
}

/// Makes a folder that only its owner may enter, or refuses one that others may.
pub fn private_folder(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(Trouble::system("make the folder", path))?;
    let found = fs::symlink_metadata(path).map_err(Trouble::system("look at", path))?;
    let is_own = found.uid() == rustix::process::geteuid().as_raw();
    if found.is_dir() && is_own && found.mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(Trouble::Records(format!(
        "`{}` is not a folder of the agent alone (owner {}, mode {:o}). Others could change what it remembers. \
         Give it to the agent's user with mode 700, and find out who changed it",
        path.display(),
        found.uid(),
        found.mode() & 0o7777
    )))
}

/// Makes a file that must not be there yet.
pub fn create_new(path: &Path, mode: u32) -> Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .map_err(Trouble::system("make", path))?;
    // The mode that was asked for, whatever the mask of the process takes away.
    file.set_permissions(fs::Permissions::from_mode(mode))
        .map_err(Trouble::system("set the mode of", path))?;
    Ok(file)
}

/// Sets the mode of a file.
pub fn set_mode(path: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(Trouble::system("set the mode of", path))
}

/// Gives a file to an account and a group, by their numbers.
pub fn give_to(path: &Path, (user, group): (u32, u32)) -> Result<()> {
    std::os::unix::fs::lchown(path, Some(user), Some(group)).map_err(Trouble::system("give away", path))
}

/// The mode of a file, and whose it is.
pub fn standing_of(found: &fs::Metadata) -> Standing {
    let numbers = (found.uid(), found.gid());
    let named = |list: &str, number: u32| {
        let name = entries(list).into_iter().find(|entry| entry.1 == number).map(|entry| entry.0);
        name.unwrap_or_else(|| AccountName::new(number.to_string()).expect("digits are a name"))
    };
    let owner = Owner { user: named(USERS, numbers.0), group: named(GROUPS, numbers.1) };
    Standing { mode: found.mode() & 0o7777, numbers, owner }
}

/// The numbers of an account and a group; the error is the name that this system does not have.
pub fn numbers_of(owner: &Owner) -> std::result::Result<(u32, u32), String> {
    let number = |list: &str, name: &AccountName| {
        let found = entries(list).into_iter().find(|entry| entry.0 == *name).map(|entry| entry.1);
        found.ok_or_else(|| format!("`{name}` does not stand in `{list}`"))
    };
    Ok((number(USERS, &owner.user)?, number(GROUPS, &owner.group)?))
}

/// The numbers of an account and of its own group, when a program can be run as it; the error is why not.
pub fn account_of(name: &AccountName) -> std::result::Result<(u32, u32), String> {
    let text = fs::read_to_string(USERS).unwrap_or_default();
    let number = |line: &str, place: usize| line.split(':').nth(place)?.parse::<u32>().ok();
    let line = text.lines().find(|line| line.split(':').next() == Some(name.as_str()));
    let numbers = line.and_then(|line| Some((number(line, 2)?, number(line, 3)?)));
    let (user, group) = numbers.ok_or_else(|| format!("`{name}` does not stand in `{USERS}`"))?;
    let own = rustix::process::geteuid();
    if own.is_root() || own.as_raw() == user {
        return Ok((user, group));
    }
    Err(format!("the agent runs as account {} and cannot run a program as `{name}`", own.as_raw()))
}

/// Lets a program run as an account, with its own group and no other; one that is the agent's own already stays as it is.
pub fn run_as(command: &mut Command, (user, group): (u32, u32)) {
    if rustix::process::geteuid().as_raw() != user {
        command.gid(group).uid(user);
    }
}

const USERS: &str = "/etc/passwd";
const GROUPS: &str = "/etc/group";

/// The names and numbers of a list of the system's own. Directories of a network are not asked: what is approved must hold without one.
fn entries(list: &str) -> Vec<(AccountName, u32)> {
    let text = fs::read_to_string(list).unwrap_or_default();
    let entry = |line: &str| {
        let mut parts = line.split(':');
        let name = AccountName::new(parts.next()?).ok()?;
        Some((name, parts.nth(1)?.parse().ok()?))
    };
    text.lines().filter_map(entry).collect()
}

/// Lets a program begin a group of its own, so that all it starts can be ended with it.
pub fn own_group(command: &mut Command) {
    command.process_group(0);
}

/// Names a process that was just started.
pub fn mark_of(number: u32) -> Option<ProcessMark> {
    let group = i32::try_from(number).ok()?;
    Some(ProcessMark { group, started: started(group)?, boot: boot_id()? })
}

/// Ends the group of a process, when it is still the one that was marked.
pub fn end_group(mark: &ProcessMark, end: End) {
    let is_same = started(mark.group) == Some(mark.started) && boot_id().as_ref() == Some(&mark.boot);
    let signal = match end {
        End::Ask => Signal::TERM,
        End::Force => Signal::KILL,
    };
    if let (true, Some(group)) = (is_same && mark.group > 1, Pid::from_raw(mark.group)) {
        // A group that is gone already is what was wanted.
        let _ = rustix::process::kill_process_group(group, signal);
    }
}

/// The 22nd field of `/proc/N/stat`; the second may hold blanks and brackets, so it is counted from its end.
fn started(process: i32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

fn boot_id() -> Option<String> {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned())
}

/// What names this start of the system, and the machine's kind.
pub fn machine() -> (Option<String>, String) {
    (boot_id(), std::env::consts::ARCH.to_owned())
}

/// Whether another process holds a lock on a file; a file that is not there is not locked.
pub fn is_locked_by_another(path: &Path) -> Result<bool> {
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(source) => return Err(Trouble::System { what: "open", path: path.to_owned(), source }),
    };
    let asked = Flock::from(FlockType::WriteLock);
    let held = rustix::process::fcntl_getlk(&file, &asked).map_err(|error| Trouble::System {
        what: "ask for the lock of",
        path: path.to_owned(),
        source: error.into(),
    })?;
    Ok(held.is_some())
}

/// Room of the file system that a path lies on.
pub fn free_room(path: &Path) -> Result<Room> {
    let found = rustix::fs::statvfs(path).map_err(|error| Trouble::System {
        what: "ask for the room of",
        path: path.to_owned(),
        source: error.into(),
    })?;
    Ok(Room {
        size_bytes: found.f_blocks.saturating_mul(found.f_frsize),
        free_bytes: found.f_bavail.saturating_mul(found.f_frsize),
    })
}
