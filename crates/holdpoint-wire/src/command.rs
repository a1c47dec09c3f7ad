//! What an order can tell a device to do: a closed list of templates, each with typed arguments.
//!
//! Here: the templates, their arguments, and what must hold among them. Not here: how a device carries one out. The
//! surprise: there is no command line anywhere. What is not in this list cannot be ordered; a script can only be one
//! that lies on the device already, with the text that the image approves (`template`), and it runs as the image says, to the last argument.

use crate::image::Owner;
use crate::message::at_most;
use crate::moment::Moment;
use crate::text::{
    AccountName, Architecture, ArgumentText, FilePath, Hash, Id, PackageName, PackageVersion, Words,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The longest time that one act may take: a day.
const TIME_LIMIT_S: u32 = 86_400;
/// The longest time that the check of a script may take: stock is not taken meanwhile.
const CHECK_LIMIT_S: u32 = 300;

/// One template with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "template", content = "arguments", deny_unknown_fields)]
pub enum Command {
    /// Bring packages of dpkg from one version to another.
    #[serde(rename = "deb.install.1")]
    Deb(PackageWork),
    /// Bring packages of rpm from one version to another.
    #[serde(rename = "rpm.install.1")]
    Rpm(PackageWork),
    /// Put a file in place of another.
    #[serde(rename = "file.place.1")]
    File(FileWork),
    /// Run a script that lies on the device.
    #[serde(rename = "script.run.1")]
    Script(ScriptWork),
    /// Go back to what was there before an earlier order.
    #[serde(rename = "way_back.1")]
    WayBack(WayBackWork),
    /// Restart the device.
    #[serde(rename = "restart.1")]
    Restart(RestartWork),
    /// Tell anew what is installed.
    #[serde(rename = "inventory.1")]
    Inventory(InventoryWork),
    /// Do not begin another order.
    #[serde(rename = "stop.1")]
    Stop(StopWork),
    /// Another order may begin until later than it says itself.
    #[serde(rename = "good_until.1")]
    GoodUntil(GoodUntilWork),
}

/// The name of a template; what an image approves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CommandName {
    /// See [`Command::Deb`].
    #[serde(rename = "deb.install.1")]
    Deb,
    /// See [`Command::Rpm`].
    #[serde(rename = "rpm.install.1")]
    Rpm,
    /// See [`Command::File`].
    #[serde(rename = "file.place.1")]
    File,
    /// See [`Command::Script`].
    #[serde(rename = "script.run.1")]
    Script,
    /// See [`Command::WayBack`].
    #[serde(rename = "way_back.1")]
    WayBack,
    /// See [`Command::Restart`].
    #[serde(rename = "restart.1")]
    Restart,
    /// See [`Command::Inventory`].
    #[serde(rename = "inventory.1")]
    Inventory,
    /// See [`Command::Stop`].
    #[serde(rename = "stop.1")]
    Stop,
    /// See [`Command::GoodUntil`].
    #[serde(rename = "good_until.1")]
    GoodUntil,
}

impl CommandName {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deb => "deb.install.1",
            Self::Rpm => "rpm.install.1",
            Self::File => "file.place.1",
            Self::Script => "script.run.1",
            Self::WayBack => "way_back.1",
            Self::Restart => "restart.1",
            Self::Inventory => "inventory.1",
            Self::Stop => "stop.1",
            Self::GoodUntil => "good_until.1",
        }
    }

    /// Whether a device obeys it without an image: what only looks, and what only says whether another order may still begin,
    /// which is held against the image by itself.
    #[must_use]
    pub const fn needs_no_image(self) -> bool {
        match self {
            Self::Inventory | Self::Stop | Self::GoodUntil => true,
            Self::Deb | Self::Rpm | Self::File | Self::Script | Self::WayBack | Self::Restart => false,
        }
    }
}

/// Packages from one version to another, all in one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageWork {
    /// Every package whose version changes; the device simulates first, and does nothing if others would change too.
    pub packages: Vec<PackageChange>,
    /// Which text of a changed settings file stays.
    pub settings: SettingsFiles,
    /// After so long the transaction is ended with everything that it started.
    pub time_limit_s: u32,
}

/// One package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageChange {
    /// Its name.
    pub name: PackageName,
    /// Its architecture, as the package says it (`amd64`, `all`, `x86_64`, `noarch`).
    pub architecture: Architecture,
    /// What must be installed before; `None` when it must not be there.
    pub from: Option<PackageVersion>,
    /// What is installed after.
    pub to: PackageVersion,
    /// The file that installs it.
    pub install: Hash,
    /// The file that brings the version before back; `None` when there was none, or no way back.
    pub way_back: Option<Hash>,
}

/// Which text of a settings file stays when both the package and a person changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingsFiles {
    /// What is on the device.
    KeepOld,
    /// What the package brings.
    TakeNew,
}

/// A file in place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileWork {
    /// Where.
    pub path: FilePath,
    /// The hash of what must be there before; `None` when nothing may be there.
    pub from: Option<Hash>,
    /// The file that is put there.
    pub install: Hash,
    /// Its mode, as in `0o644`; no set-user-id, set-group-id or sticky bit.
    pub mode: u32,
    /// Whose it is.
    pub owner: Owner,
}

/// What runs for a patch, what says whether it was well, and what takes it back: all of it as the image says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptWork {
    /// The work.
    pub run: ScriptRun,
    /// What only looks afterwards; `None`: nothing on the device says whether the work was well, so a person reads it.
    pub check: Option<ScriptRun>,
    /// What takes the work back; `None`: a person does.
    pub undo: Option<ScriptRun>,
}

/// A script of the device, with everything of how it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptRun {
    /// The name of the template on the device.
    pub script: Id,
    /// The hash of the template's text.
    pub script_hash: Hash,
    /// The values of its parameters.
    pub arguments: BTreeMap<Id, ArgumentText>,
    /// After so long it is ended with everything that it started.
    pub time_limit_s: u32,
    /// The account that it runs as, by a name that the device knows.
    pub account: AccountName,
}

/// Back to what was there before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WayBackWork {
    /// The order that is taken back.
    pub of: Id,
    /// After so long it is ended with everything that it started.
    pub time_limit_s: u32,
}

/// A restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestartWork {
    /// Why, for the log of the device.
    pub why: Words,
    /// Within so long the device should be back; the server watches it.
    pub back_within_s: u32,
}

/// A look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InventoryWork {}

/// An order that must not begin any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopWork {
    /// Which one.
    pub order: Id,
    /// Why, for people at the device.
    pub why: Words,
}

/// An order that may begin until later than it says itself, because what was asked before it still holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoodUntilWork {
    /// Which one.
    pub order: Id,
    /// Until when it may begin; never after the end of its own window.
    pub until: Moment,
}

impl Command {
    /// Its template's name.
    #[must_use]
    pub const fn name(&self) -> CommandName {
        match self {
            Self::Deb(_) => CommandName::Deb,
            Self::Rpm(_) => CommandName::Rpm,
            Self::File(_) => CommandName::File,
            Self::Script(_) => CommandName::Script,
            Self::WayBack(_) => CommandName::WayBack,
            Self::Restart(_) => CommandName::Restart,
            Self::Inventory(_) => CommandName::Inventory,
            Self::Stop(_) => CommandName::Stop,
            Self::GoodUntil(_) => CommandName::GoodUntil,
        }
    }

    /// The hashes of all files that it uses.
    #[must_use]
    pub fn files(&self) -> BTreeSet<&Hash> {
        match self {
            Self::Deb(work) | Self::Rpm(work) => {
                let installs = work.packages.iter().map(|change| &change.install);
                installs.chain(work.packages.iter().filter_map(|change| change.way_back.as_ref())).collect()
            }
            Self::File(work) => BTreeSet::from([&work.install]),
            Self::Script(_)
            | Self::WayBack(_)
            | Self::Restart(_)
            | Self::Inventory(_)
            | Self::Stop(_)
            | Self::GoodUntil(_) => BTreeSet::new(),
        }
    }

    /// What must hold among the arguments.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::Deb(work) | Self::Rpm(work) => work.check(),
            Self::File(work) if work.mode > 0o777 => {
                Err(format!("mode {:o}: only 0 to 777 are taken", work.mode))
            }
            Self::File(work) if work.from.as_ref() == Some(&work.install) => {
                Err("the file is to be replaced by itself".to_owned())
            }
            Self::Script(work) => work.check(),
            Self::WayBack(work) => time_limit(work.time_limit_s),
            Self::Restart(work) => time_limit(work.back_within_s),
            Self::File(_) | Self::Inventory(_) | Self::Stop(_) | Self::GoodUntil(_) => Ok(()),
        }
    }
}

impl PackageWork {
    fn check(&self) -> Result<(), String> {
        // A release upgrade of a server has about 1,500 packages.
        at_most("packages", self.packages.len(), 2_000)?;
        if self.packages.is_empty() {
            return Err("no packages".to_owned());
        }
        let mut seen = BTreeSet::new();
        for change in &self.packages {
            if !seen.insert((&change.name, &change.architecture)) {
                return Err(format!("package `{}` stands there twice", change.name));
            }
            if change.from.as_ref() == Some(&change.to) {
                return Err(format!("package `{}` is to stay at {}", change.name, change.to));
            }
        }
        time_limit(self.time_limit_s)
    }
}

impl ScriptWork {
    /// The work, its check and what takes it back, as far as they are there.
    pub fn runs(&self) -> impl Iterator<Item = &ScriptRun> {
        std::iter::once(&self.run).chain(&self.check).chain(&self.undo)
    }

    /// What must hold among the runs, in an order as in an image.
    pub(crate) fn check(&self) -> Result<(), String> {
        for run in self.runs() {
            at_most("arguments", run.arguments.len(), 32)?;
            time_limit(run.time_limit_s)?;
        }
        match &self.check {
            Some(check) if check.time_limit_s > CHECK_LIMIT_S => {
                Err(format!("a check of {} s: at most {CHECK_LIMIT_S} are taken", check.time_limit_s))
            }
            Some(check)
                if is_same(check, &self.run)
                    || self.undo.as_ref().is_some_and(|undo| is_same(check, undo)) =>
            {
                Err(format!("script `{}` would be its own check", check.script))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Whether two runs do the same, whatever time they have and whoever runs them.
fn is_same(one: &ScriptRun, other: &ScriptRun) -> bool {
    one.script_hash == other.script_hash && one.arguments == other.arguments
}

fn time_limit(seconds: u32) -> Result<(), String> {
    if (1..=TIME_LIMIT_S).contains(&seconds) {
        return Ok(());
    }
    Err(format!("a time of {seconds} s: 1 to {TIME_LIMIT_S} are taken"))
}
