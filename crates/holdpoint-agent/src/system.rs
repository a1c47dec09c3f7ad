//! What differs between kinds of systems: rights of files, groups of processes, locks of others, free room.
//!
//! Here: one face, and behind it the code of the system that is compiled for.

use holdpoint_wire::image::Owner;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::{
    ProcessMark, account_of, create_new, end_group, free_room, give_to, is_locked_by_another, machine,
    mark_of, numbers_of, own_group, private_folder, run_as, set_mode, standing_of,
};
#[cfg(windows)]
pub use windows::{
    ProcessMark, account_of, create_new, end_group, free_room, give_to, is_locked_by_another, machine,
    mark_of, numbers_of, own_group, private_folder, run_as, set_mode, standing_of,
};

/// Whether a group of processes is asked or forced to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It may tidy up.
    Ask,
    /// It ends at once.
    Force,
}

/// The mode of a file, and whose it is by numbers and by names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// As in `0o644`.
    pub mode: u32,
    /// The numbers of account and group.
    pub numbers: (u32, u32),
    /// Their names; the number where the system has no name for it.
    pub owner: Owner,
}

/// Room of a file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// In all.
    pub size_bytes: u64,
    /// Free for programs without special rights.
    pub free_bytes: u64,
}
