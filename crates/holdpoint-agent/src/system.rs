//! What differs between kinds of systems: rights of files, groups of processes, locks of others, free room.
//!
//! Here: one face, and behind it the code of the system that is compiled for.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::{
    ProcessMark, create_new, end_group, free_room, is_locked_by_another, machine, mark_of, own_group,
    private_folder, set_mode,
};
#[cfg(windows)]
pub use windows::{
    ProcessMark, create_new, end_group, free_room, is_locked_by_another, machine, mark_of, own_group,
    private_folder, set_mode,
};

/// Whether a group of processes is asked or forced to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It may tidy up.
    Ask,
    /// It ends at once.
    Force,
}

/// Room of a file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// In all.
    pub size_bytes: u64,
    /// Free for programs without special rights.
    pub free_bytes: u64,
}
