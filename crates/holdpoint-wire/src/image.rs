//! The image: what may exist on a class of devices, signed with keys that lie offline.
//!
//! Here: the paper. Not here: what one device does now (`order`). A device holds one image of its class; a newer one
//! takes the place of the older, and what it does not name any more is not approved any more.

use crate::command::{CommandName, ScriptWork};
use crate::envelope::Signable;
use crate::message::{Message, VersionOne, at_most};
use crate::moment::Moment;
use crate::refusal::Paper;
use crate::text::{AccountName, FilePath, Hash, Id};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is approved for a class of devices of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Always 1: the version of the form.
    pub version: VersionOne,
    /// The site.
    pub site: Id,
    /// The class of devices.
    pub class: Id,
    /// Rises with each image of the class.
    pub image_version: u64,
    /// After this nothing of it is approved any more.
    pub expires_at: Moment,
    /// The approved patches.
    pub entries: Vec<Approved>,
}

/// One approved patch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approved {
    /// The patch.
    pub patch: Id,
    /// What may be done with it.
    pub commands: Vec<CommandName>,
    /// Its files, those of the way back among them.
    pub files: Vec<ApprovedFile>,
    /// The scripts that may run for it, by the hash of their template.
    pub scripts: Vec<Hash>,
    /// Where its file is put, and how; `None`: it puts none in place. Left out of the text where there is none, so that images that were
    /// signed before there were places keep their form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// How its script runs, with its check and what takes it back; `None`: none runs, whatever the lists above say. Left out of the text
    /// where there is none, as the place is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<ScriptWork>,
}

/// Where a file is put, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Where.
    pub path: FilePath,
    /// The file that is put there.
    pub install: Hash,
    /// Its mode, as in `0o644`; no set-user-id, set-group-id or sticky bit.
    pub mode: u32,
    /// Whose it is.
    pub owner: Owner,
}

/// Whose a file is, by names that the device knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// The account.
    pub user: AccountName,
    /// The group.
    pub group: AccountName,
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.user, self.group)
    }
}

/// One approved file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovedFile {
    /// Its hash.
    pub sha256: Hash,
    /// Its size.
    pub size_bytes: u64,
}

impl Message for Image {
    const KIND: &'static str = "image";
    /// 2,000 patches with 10 files each have about 2.5 MiB.
    const LIMIT_BYTES: usize = 4 * 1024 * 1024;

    fn check(&self) -> Result<(), String> {
        at_most("patches", self.entries.len(), 20_000)?;
        let n_different = self.entries.iter().map(|entry| &entry.patch).collect::<BTreeSet<_>>().len();
        if n_different != self.entries.len() {
            return Err("a patch stands there twice".to_owned());
        }
        self.entries.iter().try_for_each(Approved::check)
    }
}

impl Approved {
    fn check(&self) -> Result<(), String> {
        if let Some(work) = &self.script {
            work.check()?;
            if let Some(run) = work.runs().find(|run| !self.scripts.contains(&run.script_hash)) {
                return Err(format!("script `{}` is not in the list of scripts of its patch", run.script));
            }
        }
        let Some(place) = &self.place else { return Ok(()) };
        if place.mode > 0o777 {
            return Err(format!("mode {:o} of `{}`: only 0 to 777 are taken", place.mode, place.path));
        }
        if self.files.iter().any(|file| file.sha256 == place.install) {
            return Ok(());
        }
        Err(format!("the file for `{}` is not in the list of files of its patch", place.path))
    }
}

impl Image {
    /// A patch of which scripts may run without it being said how: images that were signed before that could be said are read, and no device
    /// runs a script by them.
    #[must_use]
    pub fn unpinned(&self) -> Option<&Id> {
        let is_unpinned =
            |entry: &&Approved| entry.commands.contains(&CommandName::Script) && entry.script.is_none();
        self.entries.iter().find(is_unpinned).map(|entry| &entry.patch)
    }

    /// What is approved of a patch.
    #[must_use]
    pub fn entry(&self, patch: &Id) -> Option<&Approved> {
        self.entries.iter().find(|entry| entry.patch == *patch)
    }
}

impl Signable for Image {
    const PAPER: Paper = Paper::Image;
}
