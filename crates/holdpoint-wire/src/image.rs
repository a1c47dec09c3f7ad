//! The image: what may exist on a class of devices, signed with keys that lie offline.
//!
//! Here: the paper. Not here: what one device does now (`order`). A device holds one image of its class; a newer one
//! takes the place of the older, and what it does not name any more is not approved any more.

use crate::command::CommandName;
use crate::envelope::Signable;
use crate::message::{Message, VersionOne, at_most};
use crate::moment::Moment;
use crate::refusal::Paper;
use crate::text::{Hash, Id};
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
        Ok(())
    }
}

impl Image {
    /// What is approved of a patch.
    #[must_use]
    pub fn entry(&self, patch: &Id) -> Option<&Approved> {
        self.entries.iter().find(|entry| entry.patch == *patch)
    }
}

impl Signable for Image {
    const PAPER: Paper = Paper::Image;
}
