//! What is on a device, as its own agent sees it.
//!
//! Here: the message. Not here: how it is gathered. What could not be seen is `None` with a remark, never an empty list.

use crate::image::Owner;
use crate::message::{Message, VersionOne, at_most};
use crate::moment::Moment;
use crate::text::{FilePath, Hash, Id, Words};
use serde::{Deserialize, Serialize};

/// Everything that was seen at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// Always 1.
    pub version: VersionOne,
    /// What the device's clock said.
    pub taken_at: Moment,
    /// The version of the agent.
    pub agent_version: Words,
    /// The operating system; `None` when it does not say.
    pub os: Option<OperatingSystem>,
    /// The packages; `None` when the device has neither dpkg nor rpm, or it did not answer.
    pub packages: Option<Packages>,
    /// Kernels.
    pub kernel: Kernel,
    /// Whether a restart is due, and why one thinks so.
    pub restart: RestartState,
    /// Room on disks.
    pub disks: Vec<Disk>,
    /// Memory; `None` when it cannot be read.
    pub memory: Option<Memory>,
    /// Since when it runs, in seconds; `None` when it cannot be read.
    pub uptime_s: Option<u64>,
    /// How the clock is kept.
    pub clock: ClockState,
    /// What could not be seen, and why.
    pub remarks: Vec<Words>,
    /// What lies at the places that an image or an order of the device names. Left out of the text where there are none, so that a server
    /// that knows no places still reads it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<SeenPlace>,
    /// What the checks of scripts say that were run by order, run anew for it. Left out of the text where there are none, as places are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<SeenCheck>,
    /// What names this start of the system; `None`: the system has no such name, or the agent is older than this part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot: Option<Words>,
}

/// A place for a file, looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenPlace {
    /// Where.
    pub path: FilePath,
    /// What lies there.
    pub found: FoundThere,
}

/// What lies at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FoundThere {
    /// Nothing.
    Nothing,
    /// A plain file.
    File {
        /// The hash of its content.
        sha256: Hash,
        /// Its mode, as in `0o644`.
        mode: u32,
        /// Whose it is; the number where the device has no name for it.
        owner: Owner,
    },
    /// Something that could not be read, or is no plain file; the words say what.
    Unknown(Words),
}

/// The check of a script that was run by an order, run when stock was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenCheck {
    /// The order whose script it checks.
    pub order: Id,
    /// What it says.
    pub found: Checked,
    /// Which check it was, how it ended and the first lines of what it said.
    pub words: Words,
}

/// What the check of a script says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checked {
    /// It ended with a code that its template names as done.
    Well,
    /// It ended with another one.
    NotWell,
    /// It could not be run, or did not end by itself.
    Unknown,
}

/// As `/etc/os-release` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatingSystem {
    /// `debian`, `rhel`, …
    pub id: String,
    /// `12`, `9.4`; empty for a system without versions.
    pub version_id: String,
    /// For people.
    pub pretty_name: String,
    /// As the machine calls itself: `x86_64`.
    pub architecture: String,
}

/// All packages of one database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Packages {
    /// Which database.
    pub database: PackageDatabase,
    /// The packages, by name.
    pub items: Vec<Package>,
}

/// Which package database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageDatabase {
    /// Debian's.
    Dpkg,
    /// Red Hat's.
    Rpm,
}

/// One package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Name.
    pub name: String,
    /// Version, with epoch and release where it has them.
    pub version: String,
    /// Architecture.
    pub architecture: String,
    /// The source it was built from, where that is told and differs.
    pub source: Option<String>,
    /// Whether it is whole.
    pub state: PackageState,
}

/// Whether a package is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageState {
    /// Unpacked and configured.
    Installed,
    /// Somewhere in between; it needs a person.
    Broken,
    /// Only its settings files are left.
    SettingsLeft,
}

/// Kernels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kernel {
    /// Which one runs; `None` when it cannot be read.
    pub running: Option<String>,
    /// Which ones are there to be started.
    pub installed: Vec<String>,
}

/// Whether a restart is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RestartState {
    /// Nothing speaks for it, and all signs could be read.
    NotNeeded,
    /// These signs speak for it.
    Needed(Vec<Words>),
    /// Not all signs could be read.
    Unknown(Words),
}

/// One file system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disk {
    /// Where it is mounted.
    pub path: String,
    /// In all.
    pub size_bytes: u64,
    /// Free for programs without special rights.
    pub free_bytes: u64,
}

/// Memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// In all.
    pub size_bytes: u64,
    /// What programs can have.
    pub free_bytes: u64,
}

/// How the clock is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// A time service says that it is in step.
    Synchronised,
    /// A time service says that it is not.
    NotSynchronised,
    /// No time service could be asked.
    Unknown,
}

/// So many places for files are looked at.
pub const MOST_PLACES: usize = 1_000;

/// So many checks of scripts are run.
pub const MOST_CHECKS: usize = 50;

impl Message for Inventory {
    const KIND: &'static str = "inventory";
    /// 20,000 packages of about 200 bytes; a large workstation has 5,000.
    const LIMIT_BYTES: usize = 8 * 1024 * 1024;

    fn check(&self) -> Result<(), String> {
        at_most("disks", self.disks.len(), 256)?;
        at_most("remarks", self.remarks.len(), 256)?;
        at_most("places", self.places.len(), MOST_PLACES)?;
        at_most("checks", self.checks.len(), MOST_CHECKS)?;
        at_most("kernels", self.kernel.installed.len(), 256)?;
        at_most("packages", self.packages.as_ref().map_or(0, |packages| packages.items.len()), 20_000)?;
        self.texts().try_for_each(|(what, text)| plain(what, text))
    }
}

impl Inventory {
    /// Every text of the device that is no [`Words`], with what it is.
    fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let os = self.os.iter().flat_map(|os| {
            [&os.id, &os.version_id, &os.pretty_name, &os.architecture].map(|text| ("system", text.as_str()))
        });
        let kernels = self.kernel.running.iter().chain(&self.kernel.installed);
        let disks = self.disks.iter().map(|disk| ("path", disk.path.as_str()));
        let packages = self.packages.iter().flat_map(|packages| &packages.items).flat_map(|package| {
            let texts = [Some(&package.name), Some(&package.version), Some(&package.architecture)];
            texts
                .into_iter()
                .chain([package.source.as_ref()])
                .flatten()
                .map(|text| ("package", text.as_str()))
        });
        os.chain(kernels.map(|text| ("kernel", text.as_str()))).chain(disks).chain(packages)
    }
}

/// The longest text of a device; paths of mounts are the longest that were seen.
const MOST_TEXT_BYTES: usize = 4_096;

fn plain(what: &str, text: &str) -> Result<(), String> {
    at_most("bytes of one text", text.len(), MOST_TEXT_BYTES)?;
    if text.chars().any(char::is_control) {
        return Err(format!("a {what} has a control letter in its text"));
    }
    Ok(())
}
