//! Checking the whole log, entry by entry, in bounded memory.
//!
//! A chain shows that nothing in it was changed, removed or put in between. It cannot show that its end was cut
//! off, or that all of it was written anew: for that, compare with a head that was written down elsewhere
//! ([`ExpectedHead`]). Inside a database the head's own row is compared too.

use super::{STRAY_OBJECT, entry};
use crate::error::StoreError;
use crate::reader::Reader;
use crate::store::Store;
use crate::value::params;
use holdpoint_domain::audit::{AuditEntry, ChainFault, ChainHash, ChainWalk};
use std::str::FromStr;

/// Entries that are read at once.
const ENTRIES_AT_ONCE: u32 = 500;

/// What checking the log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    /// How many entries are good, from the first one on.
    pub entries: u64,
    /// The hash of the last good entry; zeros when there is none.
    pub head: ChainHash,
    /// What is wrong with the entry after it; none when all is well.
    pub fault: Option<AuditFault>,
}

/// What is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditFault {
    /// An entry does not continue the chain.
    #[error(transparent)]
    Chain(#[from] ChainFault),
    /// An entry cannot be read at all.
    #[error("entry {sequence} cannot be read, so it was changed: {why}")]
    Unreadable {
        /// Its number, or the number that it should have when that cannot be read either.
        sequence: u64,
        /// What is wrong with it.
        why: String,
    },
    /// Objects are stored for an entry that does not exist.
    #[error("entry {sequence} was removed: its objects are still there")]
    Removed {
        /// The number that the objects name.
        sequence: i64,
    },
    /// The database's own note of the head is another one.
    #[error(
        "the log ends with entry {found}, but entry {noted} was noted as the last one with the hash `{hash}`: the end of the log was cut off or the note was changed"
    )]
    Head {
        /// The last entry that is there.
        found: u64,
        /// The last entry by the note.
        noted: u64,
        /// Its hash by the note.
        hash: ChainHash,
    },
    /// The head that was written down elsewhere is not in the log.
    #[error(
        "the head that was expected (`{expected}`) is not in the log, which ends with entry {found}: its end was cut off, or it was written anew"
    )]
    ExpectedHead {
        /// The head that was expected.
        expected: ExpectedHead,
        /// The last entry that is there.
        found: u64,
    },
}

/// A head that was written down elsewhere: on paper, in a report's footer, in another system.
///
/// The log may have grown since: it is enough that the entry is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpectedHead {
    /// The entry's number, when it was written down too.
    pub sequence: Option<u64>,
    /// The entry's hash.
    pub hash: ChainHash,
}

/// A text that is no head.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no head of an audit log; write `812:` and the 64 digits of its hash, or the 64 digits alone"
)]
pub struct NoHead {
    /// The text, cut to 96 characters.
    pub text: String,
}

impl FromStr for ExpectedHead {
    type Err = NoHead;

    fn from_str(text: &str) -> Result<Self, NoHead> {
        let refuse = || NoHead { text: text.chars().take(96).collect() };
        let (sequence, hash) = match text.trim().split_once(':') {
            Some((sequence, hash)) => (Some(sequence.parse().map_err(|_| refuse())?), hash),
            None => (None, text.trim()),
        };
        let hash = ChainHash::from_hex(hash).ok_or_else(refuse)?;
        Ok(Self { sequence, hash })
    }
}

impl std::fmt::Display for ExpectedHead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(sequence) = self.sequence {
            write!(f, "{sequence}:")?;
        }
        write!(f, "{}", self.hash)
    }
}

/// A walk along a log, with a look-out for the head that is expected.
pub(super) struct Walk {
    chain: ChainWalk,
    expected: Option<ExpectedHead>,
    met: bool,
}

impl Walk {
    pub(super) fn new(expected: Option<ExpectedHead>) -> Self {
        let zero = |head: &ExpectedHead| {
            head.hash == ChainHash::START && head.sequence.is_none_or(|sequence| sequence == 0)
        };
        let met = expected.as_ref().is_none_or(zero);
        Self { chain: ChainWalk::default(), expected, met }
    }

    pub(super) fn entries(&self) -> u64 {
        self.chain.entries()
    }

    pub(super) fn step(&mut self, entry: &AuditEntry) -> Result<(), AuditFault> {
        // TAB and line end separate what is hashed: with one inside, two objects could pass for one.
        let separates = |text: &str| text.contains(['\t', '\n']);
        if entry.objects.iter().any(|object| separates(&object.kind) || separates(&object.id)) {
            let why = "one of its objects has a TAB or a line end in it".to_owned();
            return Err(AuditFault::Unreadable { sequence: entry.sequence, why });
        }
        self.chain.step(entry)?;
        if let Some(expected) = &self.expected {
            let here = expected.sequence.is_none_or(|sequence| sequence == entry.sequence);
            self.met |= here && expected.hash == entry.hash;
        }
        Ok(())
    }

    /// The report of a walk that came to this end.
    pub(super) fn report(self, fault: Option<AuditFault>) -> AuditReport {
        let entries = self.chain.entries();
        let missed = self.expected.filter(|_| !self.met);
        let fault =
            fault.or_else(|| missed.map(|expected| AuditFault::ExpectedHead { expected, found: entries }));
        AuditReport { entries, head: self.chain.head(), fault }
    }
}

impl Store {
    /// Recomputes the chain of the whole log.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read; a bad entry is a fault of the report, not an error.
    pub fn verify_audit(&self) -> Result<AuditReport, StoreError> {
        self.verify_audit_against(None)
    }

    /// Recomputes the chain of the whole log, and looks in it for a head that was written down elsewhere.
    ///
    /// # Errors
    /// As [`Store::verify_audit`].
    pub fn verify_audit_against(&self, expected: Option<ExpectedHead>) -> Result<AuditReport, StoreError> {
        self.read(|r| {
            let mut walk = Walk::new(expected);
            let fault = walk_entries(r, &mut walk)?;
            let fault = match fault {
                Some(fault) => Some(fault),
                None => check_ends(r, &walk)?,
            };
            Ok(walk.report(fault))
        })
    }
}

/// Steps from entry to entry until the end or the first bad one.
fn walk_entries(r: &mut Reader<'_>, walk: &mut Walk) -> Result<Option<AuditFault>, StoreError> {
    // A number below the first would be an inserted entry, so the walk begins before it.
    let mut from = i64::MIN;
    loop {
        let next = walk.entries() + 1;
        let chunk = read_chunk(r, from, next)?;
        let Some(last) = chunk.last() else { return Ok(None) };
        from = match last {
            Ok(entry) => {
                i64::try_from(entry.sequence).map_or(i64::MAX, |sequence| sequence.saturating_add(1))
            }
            Err(_) => i64::MAX,
        };
        for entry in chunk {
            match entry.and_then(|entry| walk.step(&entry)) {
                Ok(()) => {}
                Err(fault) => return Ok(Some(fault)),
            }
        }
    }
}

/// Reads some entries; ends with the first one that cannot be read.
fn read_chunk(
    r: &mut Reader<'_>,
    from: i64,
    next: u64,
) -> Result<Vec<Result<AuditEntry, AuditFault>>, StoreError> {
    let mut expected = next;
    let mut good: Vec<AuditEntry> = Vec::new();
    let mut bad = None;
    r.each(super::ENTRIES, params![from, ENTRIES_AT_ONCE], |row| {
        if bad.is_some() {
            return Ok(());
        }
        match entry(row) {
            Ok(entry) => good.push(entry),
            Err(why) => {
                let sequence = row.get(0).unwrap_or(expected);
                bad = Some(AuditFault::Unreadable { sequence, why: why.to_string() });
            }
        }
        expected += 1;
        Ok(())
    })?;
    let mut chunk: Vec<Result<AuditEntry, AuditFault>> = Vec::new();
    if let Err(why) = r.add_objects(&mut good) {
        // One object among many cannot be read: find whose it is.
        for mut entry in good {
            match r.add_objects(std::slice::from_mut(&mut entry)) {
                Ok(()) => chunk.push(Ok(entry)),
                Err(StoreError::Damaged { what }) => {
                    chunk.push(Err(AuditFault::Unreadable { sequence: entry.sequence, why: what }));
                    return Ok(chunk);
                }
                Err(other) => return Err(other),
            }
        }
        return Err(why);
    }
    chunk.extend(good.into_iter().map(Ok));
    chunk.extend(bad.map(Err));
    Ok(chunk)
}

/// What the chain alone does not show: the noted head, and objects of entries that are gone.
fn check_ends(r: &mut Reader<'_>, walk: &Walk) -> Result<Option<AuditFault>, StoreError> {
    let stray: Option<i64> = r.query_opt(STRAY_OBJECT, params![], |row| row.get(0))?;
    if let Some(sequence) = stray {
        return Ok(Some(AuditFault::Removed { sequence }));
    }
    let found = walk.entries();
    match r.audit_head() {
        Ok((noted, hash)) if noted == found && hash == walk.chain.head() => Ok(None),
        Ok((noted, hash)) => Ok(Some(AuditFault::Head { found, noted, hash })),
        Err(StoreError::Damaged { what }) => {
            Ok(Some(AuditFault::Unreadable { sequence: found, why: format!("the note of the head: {what}") }))
        }
        Err(other) => Err(other),
    }
}
