//! Patches: things that can be installed, what they fix, and which one makes which other needless.
//!
//! Supersedence is kept as the sources write it: edges, per product. What an installed patch covers is computed in the
//! engine and never stored as a fact. The surprise: "B replaces A" may hold for one product and not for another.

use crate::moment::Moment;
use crate::words::vocabulary;

vocabulary! {
    /// What kind of change a patch is.
    PatchClass, "patch class" {
        /// Fixes a vulnerability that its publisher calls critical.
        SecurityCritical = "security-critical",
        /// Fixes a vulnerability.
        Security = "security",
        /// Its publisher recommends it.
        Recommended = "recommended",
        /// Brings something new.
        Feature = "feature",
        /// Firmware of a device.
        Firmware = "firmware",
        /// Its source does not say.
        Unknown = "unknown",
    }
}

/// A patch as one source describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchRecord {
    /// Publisher: `Microsoft`.
    pub vendor: String,
    /// The publisher's number, in its canonical spelling: `KB5034441`. Empty when only an update id is known.
    pub identifier: String,
    /// The source's own id of this very package (an update's GUID); empty: none. One KB has many.
    pub update_id: String,
    /// Title.
    pub title: String,
    /// What kind of change it is.
    pub class: PatchClass,
    /// Severity as written; empty: not said.
    pub severity: String,
    /// When it was published.
    pub released: Option<Moment>,
    /// Products it is for, as written; empty: not said.
    pub products: Vec<String>,
    /// Architecture as written (`x64`); empty: not said.
    pub architecture: String,
    /// CVEs it fixes.
    pub fixes: Vec<String>,
    /// What it supersedes, as the source writes it.
    pub supersedes: Vec<PatchReference>,
    /// By what it is superseded.
    pub superseded_by: Vec<PatchReference>,
    /// What must be installed before it.
    pub needs: Vec<PatchReference>,
    /// Restart as written; empty: not said, which is not "none".
    pub restart: String,
    /// The product's version once it is installed (a Windows build); empty: not said.
    pub fixed_build: String,
    /// Files.
    pub files: Vec<PatchFile>,
    /// Where to read more.
    pub url: String,
}

/// A way to name another patch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PatchReference {
    /// By its number, for example `KB5034441`.
    Identifier(String),
    /// By the source's id of one package.
    UpdateId(String),
}

/// A file of a patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchFile {
    /// Its name.
    pub name: String,
    /// Where it can be had; empty: not said.
    pub url: String,
    /// Size in bytes.
    pub size_bytes: Option<u64>,
    /// `algorithm:hex`.
    pub hashes: Vec<String>,
}
