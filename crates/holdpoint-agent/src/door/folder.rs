//! A folder that a person carries: papers and files in, reports out.
//!
//! `answer.json` is the answer to a poll, `files/HASH` are the files, `results/` is where reports are put. Nothing in the
//! folder is ever started.

use super::Polled;
use crate::error::{Result, Trouble};
use crate::state::{read_at_most, write_whole};
use holdpoint_wire::inventory::Inventory;
use holdpoint_wire::message::{self, Message as _};
use holdpoint_wire::order::Artifact;
use holdpoint_wire::poll::PollAnswer;
use holdpoint_wire::progress::Progress;
use std::fs::{self, File};
use std::io::{Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// The folder.
#[derive(Debug)]
pub struct FolderDoor {
    path: PathBuf,
}

impl FolderDoor {
    /// A folder.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    pub(super) fn poll(&self) -> Result<Polled> {
        let path = self.path.join("answer.json");
        match read_at_most(&path, PollAnswer::LIMIT_BYTES as u64)? {
            None => Ok(Polled::NotChanged),
            Some(bytes) => {
                let answer = message::read(&bytes).map_err(|error| Trouble::Server(error.to_string()))?;
                Ok(Polled::Answer(Box::new(answer)))
            }
        }
    }

    pub(super) fn artifact(&self, artifact: &Artifact, from: u64) -> Result<Box<dyn Read>> {
        let path = self.path.join("files").join(artifact.sha256.as_str());
        let mut file = File::open(&path).map_err(Trouble::system("open", &path))?;
        file.seek(SeekFrom::Start(from)).map_err(Trouble::system("read", &path))?;
        Ok(Box::new(file))
    }

    pub(super) fn report(&self, progress: &Progress) -> Result<u64> {
        let (Some(first), Some(last)) = (progress.events.first(), progress.events.last()) else {
            return Ok(0);
        };
        let name = format!("{}-{:08}-{:08}.json", progress.journal, first.seq, last.seq);
        self.put(&name, &message::write(progress))?;
        Ok(last.seq)
    }

    pub(super) fn inventory(&self, inventory: &Inventory) -> Result<()> {
        self.put("inventory.json", &message::write(inventory))
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let folder = self.path.join("results");
        fs::create_dir_all(&folder).map_err(Trouble::system("make the folder", &folder))?;
        write_whole(&folder.join(name), bytes, 0o644)
    }
}
