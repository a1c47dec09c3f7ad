//! The two ways to a server: a connection, or a folder that a person carries.
//!
//! Here: what both can do. Both bring the same papers and take the same reports, and neither is believed: what they
//! bring is checked by its signatures and hashes.

pub mod folder;
pub mod http;
pub mod https;
pub mod tls;

use crate::error::Result;
use folder::FolderDoor;
use holdpoint_wire::inventory::Inventory;
use holdpoint_wire::order::Artifact;
use holdpoint_wire::poll::PollAnswer;
use holdpoint_wire::progress::Progress;
use https::HttpsDoor;
use std::io::Read;

/// A way to a server.
#[derive(Debug)]
pub enum Door {
    /// A folder, for example on a stick.
    Folder(FolderDoor),
    /// A connection with certificates on both sides.
    Https(Box<HttpsDoor>),
}

/// What a poll brought.
#[derive(Debug)]
pub enum Polled {
    /// What stands open.
    Answer(Box<PollAnswer>),
    /// The same as the last time.
    NotChanged,
    /// The server asks to come later.
    Later {
        /// After so many seconds.
        after_s: u32,
    },
}

impl Door {
    /// Asks what stands open.
    ///
    /// # Errors
    /// When the server cannot be asked or answers otherwise than agreed.
    pub fn poll(&mut self) -> Result<Polled> {
        match self {
            Self::Folder(door) => door.poll(),
            Self::Https(door) => door.poll(),
        }
    }

    /// The bytes of a file from one of them on.
    ///
    /// # Errors
    /// As of [`Self::poll`].
    pub fn artifact(&self, artifact: &Artifact, from: u64) -> Result<Box<dyn Read>> {
        match self {
            Self::Folder(door) => door.artifact(artifact, from),
            Self::Https(door) => door.artifact(artifact, from),
        }
    }

    /// Reports events; gives up to which number they are kept.
    ///
    /// # Errors
    /// As of [`Self::poll`].
    pub fn report(&self, progress: &Progress) -> Result<u64> {
        match self {
            Self::Folder(door) => door.report(progress),
            Self::Https(door) => door.report(progress),
        }
    }

    /// Hands over an inventory.
    ///
    /// # Errors
    /// As of [`Self::poll`].
    pub fn inventory(&self, inventory: &Inventory) -> Result<()> {
        match self {
            Self::Folder(door) => door.inventory(inventory),
            Self::Https(door) => door.inventory(inventory),
        }
    }
}
