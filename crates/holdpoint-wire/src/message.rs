//! Reading and writing a message: strict JSON of one version, within a limit of size.
//!
//! Here: the trait that every message and signed paper has, and the one way to read it. Not here: what they say. The
//! surprise: a field that is not known is an error and not passed over. A device must not half-understand.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// Why bytes are no message of this kind.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// More bytes than such a message may have; nothing of it was read.
    #[error("the {kind} has {n_bytes} bytes, and at most {limit} are taken")]
    TooLarge {
        /// What was expected.
        kind: &'static str,
        /// How many came.
        n_bytes: usize,
        /// How many may come.
        limit: usize,
    },
    /// Of a version that this program does not speak.
    #[error("the {kind} is of version {version}, and this program speaks version 1: update the older side")]
    Version {
        /// What was expected.
        kind: &'static str,
        /// The version it gives itself.
        version: u64,
    },
    /// Not this message at all.
    #[error("the {kind} cannot be read: {why}")]
    Shape {
        /// What was expected.
        kind: &'static str,
        /// What the reader stumbled over.
        why: String,
    },
}

/// Something that travels.
pub trait Message: Serialize + DeserializeOwned {
    /// What it is called in errors.
    const KIND: &'static str;
    /// How many bytes it may have. Each is said with its reason where it is set.
    const LIMIT_BYTES: usize;

    /// What the types alone cannot hold: lengths of lists, values that must fit each other.
    ///
    /// # Errors
    /// The first thing that does not fit, in words.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

/// The version of all messages and papers here. It is a number on the wire, and there is only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct VersionOne;

impl Serialize for VersionOne {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(1)
    }
}

impl<'de> Deserialize<'de> for VersionOne {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            1 => Ok(Self),
            other => Err(D::Error::custom(format!("version {other} is not known"))),
        }
    }
}

/// Only the version of a message, to say plainly that the other side is newer.
#[derive(Deserialize)]
struct OnlyVersion {
    version: u64,
}

/// Reads a message.
///
/// # Errors
/// When it is too large, of another version, or not such a message.
pub fn read<M: Message>(bytes: &[u8]) -> Result<M, Unreadable> {
    if bytes.len() > M::LIMIT_BYTES {
        return Err(Unreadable::TooLarge { kind: M::KIND, n_bytes: bytes.len(), limit: M::LIMIT_BYTES });
    }
    let shape = |why: String| Unreadable::Shape { kind: M::KIND, why };
    let message: M = serde_json::from_slice(bytes).map_err(|error| {
        match serde_json::from_slice::<OnlyVersion>(bytes) {
            Ok(OnlyVersion { version }) if version != 1 => Unreadable::Version { kind: M::KIND, version },
            Ok(OnlyVersion { .. }) | Err(_) => shape(error.to_string()),
        }
    })?;
    message.check().map_err(shape)?;
    Ok(message)
}

/// Writes a message, always in the same way: fields in the order of their type, no white space.
#[must_use]
pub fn write<M: Message>(message: &M) -> Vec<u8> {
    serde_json::to_vec(message)
        .expect("messages hold only texts, numbers and lists, which JSON can always write")
}

/// Says that a list is longer than it may be.
pub(crate) fn at_most(what: &str, n_items: usize, limit: usize) -> Result<(), String> {
    if n_items <= limit { Ok(()) } else { Err(format!("{n_items} {what}, and at most {limit} are taken")) }
}
