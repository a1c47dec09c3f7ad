//! Observations: something was seen, by what, when, with the hash of the raw bytes. Never edited.

use crate::asset::Field;
use crate::component::Component;
use crate::id::ObservationId;
use crate::moment::Moment;
use crate::words::vocabulary;
use std::collections::BTreeMap;

vocabulary! {
    /// What kind of source saw it.
    SourceKind, "source kind" {
        /// A file that somebody put in: spreadsheet, SBOM, scan.
        File = "file",
        /// Holdpoint's agent on the asset.
        Agent = "agent",
        /// A read by the device's own protocol.
        Protocol = "protocol",
        /// A person said so.
        Person = "person",
    }
}

/// Where an observation came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Its id.
    pub id: ObservationId,
    /// The kind of source.
    pub kind: SourceKind,
    /// The source's name: file name, agent, person.
    pub source: String,
    /// When it was seen. For files without a date of their own: when they were taken in.
    pub observed_at: Moment,
    /// SHA-256 of the raw bytes, which the store keeps.
    pub raw_sha256: [u8; 32],
}

/// What one observation says of one asset.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AssetReport {
    /// The owner's tag.
    pub tag: String,
    /// Fields that were said, in stored form.
    pub fields: BTreeMap<Field, String>,
    /// Fields that were explicitly emptied.
    pub cleared: Vec<Field>,
    /// Software that was said to be installed.
    pub installed: Vec<Component>,
    /// Whether `installed` is everything or only an addition.
    pub completeness: Completeness,
    /// Where in the input, for people: `row 12`.
    pub place: String,
}

/// Whether a list of installed software is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Completeness {
    /// Software not in the list may be there all the same.
    #[default]
    Partial,
    /// Software not in the list is not installed any more.
    Complete,
}
