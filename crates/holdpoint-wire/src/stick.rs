//! The list of what lies on a stick with work orders, signed with the key of the site's server.
//!
//! Here: the paper. Not here: the files, and what they say. The surprise: the files that people write into are named with the hash that
//! they have while they are empty; so whoever takes the stick back knows which of them somebody has filled in.

use crate::envelope::Signable;
use crate::message::{Message, VersionOne, at_most};
use crate::moment::Moment;
use crate::refusal::Paper;
use crate::text::{FileName, Hash, Id, Words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What lies on a stick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stick {
    /// Always 1: the version of the form.
    pub version: VersionOne,
    /// The site.
    pub site: Id,
    /// When it was made.
    pub made_at: Moment,
    /// Its work orders.
    pub orders: Vec<StickOrder>,
    /// Its files, this list left out.
    pub files: Vec<StickFile>,
    /// What the work needs and what is not on it, in words.
    pub missing: Vec<Words>,
}

/// A work order on a stick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StickOrder {
    /// The order.
    pub order: Id,
    /// The revision of its sheet.
    pub revision: u32,
    /// SHA-256 of what the sheet says.
    pub sheet: Hash,
    /// The file that its result is written into.
    pub result: FileName,
}

/// A file on a stick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StickFile {
    /// Its name.
    pub name: FileName,
    /// What it is for.
    pub kind: StickFileKind,
    /// Its size.
    pub size_bytes: u64,
    /// Its hash.
    pub sha256: Hash,
}

/// What a file on a stick is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StickFileKind {
    /// A sheet, to be read and printed.
    Sheet,
    /// A file that a result is written into.
    Result,
    /// A file of a patch.
    Patch,
}

impl Message for Stick {
    const KIND: &'static str = "list of a stick";
    /// 200 orders with ten files each have about 600 KiB.
    const LIMIT_BYTES: usize = 2 * 1024 * 1024;

    fn check(&self) -> Result<(), String> {
        at_most("orders", self.orders.len(), 200)?;
        at_most("files", self.files.len(), 4_000)?;
        at_most("missing things", self.missing.len(), 4_000)?;
        let names: BTreeSet<&FileName> = self.files.iter().map(|file| &file.name).collect();
        if names.len() != self.files.len() {
            return Err("a file stands there twice".to_owned());
        }
        let is_result = |name: &FileName| {
            self.files.iter().any(|file| file.name == *name && file.kind == StickFileKind::Result)
        };
        match self.orders.iter().find(|order| !is_result(&order.result)) {
            Some(order) => Err(format!("`{}` is no file for a result", order.result)),
            None => Ok(()),
        }
    }
}

impl Signable for Stick {
    const PAPER: Paper = Paper::Stick;
}
