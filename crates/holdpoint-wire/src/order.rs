//! The order: what one device does, in which window, at most once.
//!
//! Here: the paper and what must hold inside it. Not here: whether a device may obey it (`admit`).

use crate::command::Command;
use crate::envelope::Signable;
use crate::message::{Message, VersionOne, at_most};
use crate::moment::Moment;
use crate::refusal::Paper;
use crate::text::{FileName, Hash, Id, Words};
use serde::{Deserialize, Serialize};

/// What one device does now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Always 1: the version of the form.
    pub version: VersionOne,
    /// The site.
    pub site: Id,
    /// The one asset that may obey.
    pub asset: Id,
    /// The order's own id.
    pub order: Id,
    /// Rises with each order of the asset; a device never takes one that is not higher than all before.
    pub counter: u64,
    /// The patch that this is about, as the image names it.
    pub patch: Id,
    /// The version of the image that the order was made for; a device with an older one waits.
    pub image_version: u64,
    /// What the server's clock said when it signed. A device whose clock says less by far is wrong.
    pub issued_at: Moment,
    /// After this the order is worth nothing, also if it never began.
    pub expires_at: Moment,
    /// When it may begin and must have ended.
    pub window: Window,
    /// Every file that it uses.
    pub artifacts: Vec<Artifact>,
    /// What is done.
    pub command: Command,
    /// What must hold on the device before anything is done.
    pub needs: Needs,
    /// What people at the device are told before; `None` when nobody needs to be.
    pub notice: Option<Notice>,
    /// Whether it can be undone.
    pub way_back: WayBack,
}

/// When work may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Not before.
    pub starts_at: Moment,
    /// Not begun after: work, way back and margin still fit.
    pub last_start_at: Moment,
    /// Ended by.
    pub ends_at: Moment,
}

/// A file, known by its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artifact {
    /// A name for people and for tools that look at the ending.
    pub name: FileName,
    /// Its size.
    pub size_bytes: u64,
    /// Its hash.
    pub sha256: Hash,
}

/// What must hold before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// So much must be free where the system lies.
    pub free_disk_bytes: u64,
    /// So much memory must be free.
    pub free_memory_bytes: u64,
    /// Whether the clock must be known to be right.
    pub clock: ClockNeed,
    /// A device on battery must have so many per cent left; one without a battery always passes.
    pub battery_percent: u8,
}

/// What is asked of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockNeed {
    /// The checks of the order's own times are enough.
    #[default]
    Plausible,
    /// A time service on the device must say that it is in step.
    Synchronised,
}

/// What people at the device are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The words.
    pub message: Words,
    /// How often somebody may put it off.
    pub postpone_at_most: u8,
    /// For how long each time.
    pub postpone_s: u32,
    /// Whether somebody at the device must say yes.
    pub confirmation: Confirmation,
}

/// Whether somebody at the device must say yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// It begins by itself.
    NotNeeded,
    /// It waits for a yes, at the longest until the last safe start.
    Needed,
}

/// Whether and how the work can be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum WayBack {
    /// What was there is kept, and proven to be there before anything is done.
    Kept,
    /// As `Kept`, and gone by itself when the work failed or its check did.
    Automatic,
    /// There is none; who signed says why that is borne.
    None(Words),
}

impl Message for Order {
    const KIND: &'static str = "order";
    /// 2,000 packages with two files each have about 900 KiB.
    const LIMIT_BYTES: usize = 1024 * 1024;

    fn check(&self) -> Result<(), String> {
        at_most("files", self.artifacts.len(), 4_000)?;
        self.window.check()?;
        if self.issued_at > self.expires_at {
            return Err("it expires before it was made".to_owned());
        }
        if self.needs.battery_percent > 100 {
            return Err("more than 100 per cent of a battery".to_owned());
        }
        self.command.check()?;
        let mut hashes: Vec<_> = self.artifacts.iter().map(|artifact| &artifact.sha256).collect();
        hashes.sort();
        if hashes.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("a file stands there twice".to_owned());
        }
        let missing = self.command.files().into_iter().find(|hash| hashes.binary_search(hash).is_err());
        if let Some(hash) = missing {
            return Err(format!("the command uses the file {hash}, which is not in the list of files"));
        }
        self.check_way_back()
    }
}

impl Order {
    /// A way back that is promised must have its files.
    fn check_way_back(&self) -> Result<(), String> {
        if let (Command::Script(work), WayBack::Kept | WayBack::Automatic) = (&self.command, &self.way_back)
            && work.undo.is_none()
        {
            return Err(format!(
                "a way back is promised, and nothing takes script `{}` back",
                work.run.script
            ));
        }
        let (Command::Deb(work) | Command::Rpm(work)) = &self.command else { return Ok(()) };
        let without = match &self.way_back {
            WayBack::None(_) => None,
            WayBack::Kept | WayBack::Automatic => {
                work.packages.iter().find(|change| change.from.is_some() && change.way_back.is_none())
            }
        };
        match without {
            Some(change) => {
                Err(format!("a way back is promised, and package `{}` has no file for it", change.name))
            }
            None => Ok(()),
        }
    }

    /// The file of this hash.
    #[must_use]
    pub fn artifact(&self, hash: &Hash) -> Option<&Artifact> {
        self.artifacts.iter().find(|artifact| artifact.sha256 == *hash)
    }
}

impl Signable for Order {
    const PAPER: Paper = Paper::Order;
}

impl Window {
    fn check(&self) -> Result<(), String> {
        let in_order = self.starts_at <= self.last_start_at && self.last_start_at <= self.ends_at;
        if in_order { Ok(()) } else { Err("start, last safe start and end are not in this order".to_owned()) }
    }
}
