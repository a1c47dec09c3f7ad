//! The audit log: entries chained by hash, their canonical encoding, and the check of a chain.
//!
//! Each entry's hash is SHA-256 over [`AuditEntry::canonical`], which holds the hash of the entry before it.
//! Changing, removing, inserting or reordering an entry breaks the chain from there on. What a chain alone
//! cannot show is that its end was cut off: compare the head with one that was written down elsewhere.
//!
//! # Canonical encoding, version 1
//! The ASCII line `holdpoint-audit-v1\n`, then these fields in this order, each as its length in bytes
//! (8 bytes, big endian) followed by its bytes: `sequence` (decimal), `at` (microseconds since 1970 UTC,
//! decimal), `actor kind`, `actor id`, `actor name`, `via`, `action`, `reason`, `objects` (each `kind`, TAB,
//! `id`, LF, in stored order), `details` (the stored text, byte for byte), `previous hash` (64 lower-case
//! hexadecimal digits; for the first entry 64 zeros). Texts are UTF-8.

use crate::moment::Moment;
use sha2::{Digest, Sha256};
use std::fmt;

/// A SHA-256 value of the chain.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainHash(pub [u8; 32]);

impl ChainHash {
    /// What stands before the first entry.
    pub const START: ChainHash = ChainHash([0; 32]);

    /// Reads 64 hexadecimal digits; `None` for anything else.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            *byte = u8::try_from(high * 16 + low).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainHash({self})")
    }
}

/// Something that an entry speaks of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// Kind, for example `asset`, `advisory`, `user`. No TAB, no line end.
    pub kind: String,
    /// Id or human reference. No TAB, no line end.
    pub id: String,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Place in the log, from 1 without gaps.
    pub sequence: u64,
    /// When, by the clock of the machine that wrote it.
    pub at: Moment,
    /// `person`, `token`, `operator` or `system`.
    pub actor_kind: String,
    /// Id of the account or token; empty for operators and the system.
    pub actor_id: String,
    /// Name that people read.
    pub actor_name: String,
    /// Way in: `page`, `api`, `cli` or `job`.
    pub via: String,
    /// What was done, for example `advisory.import`.
    pub action: String,
    /// Why, in the actor's words; empty where none is asked for.
    pub reason: String,
    /// What it was done to.
    pub objects: Vec<ObjectRef>,
    /// Before and after, as JSON text.
    pub details: String,
    /// Hash of the entry before.
    pub previous: ChainHash,
    /// Hash of this entry, as stored.
    pub hash: ChainHash,
}

impl AuditEntry {
    /// The bytes that are hashed.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let mut objects = String::new();
        for object in &self.objects {
            objects.push_str(&object.kind);
            objects.push('\t');
            objects.push_str(&object.id);
            objects.push('\n');
        }
        let mut bytes = Vec::with_capacity(256 + objects.len() + self.details.len());
        bytes.extend_from_slice(b"holdpoint-audit-v1\n");
        for field in [
            self.sequence.to_string().as_str(),
            self.at.micros().to_string().as_str(),
            &self.actor_kind,
            &self.actor_id,
            &self.actor_name,
            &self.via,
            &self.action,
            &self.reason,
            &objects,
            &self.details,
            &self.previous.to_string(),
        ] {
            bytes.extend_from_slice(&(field.len() as u64).to_be_bytes());
            bytes.extend_from_slice(field.as_bytes());
        }
        bytes
    }

    /// The hash that this entry should have.
    #[must_use]
    pub fn computed_hash(&self) -> ChainHash {
        ChainHash(Sha256::digest(self.canonical()).into())
    }
}

/// What is wrong with a chain, at the first bad entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// An entry is missing, doubled or out of order.
    #[error("entry {found} stands where entry {expected} should: an entry was removed, inserted or moved")]
    Sequence {
        /// The number that should come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// The entry does not follow the one before it.
    #[error("entry {sequence} names `{named}` as the hash before it, but that is `{actual}`")]
    Link {
        /// The entry.
        sequence: u64,
        /// What it says.
        named: ChainHash,
        /// What the entry before it has.
        actual: ChainHash,
    },
    /// The entry was changed after it was written.
    #[error("entry {sequence} was changed: its content has the hash `{computed}`, but `{stored}` is stored")]
    Content {
        /// The entry.
        sequence: u64,
        /// The hash of what is there now.
        computed: ChainHash,
        /// The hash that was stored.
        stored: ChainHash,
    },
}

/// Walks a chain entry by entry; memory does not grow with its length.
#[derive(Debug, Clone)]
pub struct ChainWalk {
    next: u64,
    head: ChainHash,
}

impl Default for ChainWalk {
    fn default() -> Self {
        Self { next: 1, head: ChainHash::START }
    }
}

impl ChainWalk {
    /// Takes the next entry.
    ///
    /// # Errors
    /// [`ChainFault`] when it does not follow, or is not what was hashed.
    pub fn step(&mut self, entry: &AuditEntry) -> Result<(), ChainFault> {
        if entry.sequence != self.next {
            return Err(ChainFault::Sequence { expected: self.next, found: entry.sequence });
        }
        if entry.previous != self.head {
            return Err(ChainFault::Link {
                sequence: entry.sequence,
                named: entry.previous,
                actual: self.head,
            });
        }
        let computed = entry.computed_hash();
        if computed != entry.hash {
            return Err(ChainFault::Content { sequence: entry.sequence, computed, stored: entry.hash });
        }
        self.next += 1;
        self.head = entry.hash;
        Ok(())
    }

    /// How many entries were taken.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.next - 1
    }

    /// Hash of the last entry taken.
    #[must_use]
    pub const fn head(&self) -> ChainHash {
        self.head
    }
}

#[cfg(test)]
mod tests;
