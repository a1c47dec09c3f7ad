//! The log as JSON lines, and the check of such a file on a machine that has no database.
//!
//! One object a line, one line an entry, oldest first:
//! `{"sequence":1,"at":"2026-11-20T20:00:00Z","at_us":1795204800000000,"actor_kind":"operator","actor_id":"",
//! "actor_name":"root","via":"cli","action":"advisory.import","reason":"","objects":[{"kind":"advisory",
//! "id":"…"}],"details":"{…}","previous":"64 digits","hash":"64 digits"}`. `details` is a text, because its bytes
//! are what was hashed. Everything in a line is covered by its hash; an unknown field makes the line bad.

use super::verify::Walk;
use super::{AuditFault, AuditReport, ExpectedHead};
use crate::error::StoreError;
use crate::store::Store;
use holdpoint_domain::Moment;
use holdpoint_domain::audit::{AuditEntry, ChainHash, ObjectRef};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Read, Write};

/// Entries that are read at once.
const ENTRIES_AT_ONCE: u32 = 500;
/// Longest line that is read, in bytes.
const MAX_LINE_BYTES: u64 = 64 * 1024 * 1024;

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    sequence: u64,
    /// For people; has to say the same as `at_us`.
    at: String,
    at_us: i64,
    actor_kind: String,
    actor_id: String,
    actor_name: String,
    via: String,
    action: String,
    reason: String,
    objects: Vec<LineObject>,
    details: String,
    previous: String,
    hash: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineObject {
    kind: String,
    id: String,
}

/// Why a log could not be written out.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file could not be written.
    #[error("the copy of the audit log could not be written; what is there of it is incomplete")]
    Write(#[source] std::io::Error),
}

impl Store {
    /// Writes the whole log as JSON lines, in one consistent view; gives its head.
    ///
    /// # Errors
    /// [`ExportError`]; what was written until then is a beginning of the log.
    pub fn export_audit(&self, out: &mut dyn Write) -> Result<(u64, ChainHash), ExportError> {
        let mut written = Ok(());
        let head = self.read(|r| {
            let mut next = 1;
            loop {
                let entries = r.audit_entries(next, ENTRIES_AT_ONCE)?;
                let Some(last) = entries.last() else { return r.audit_head() };
                next = last.sequence + 1;
                written = entries.into_iter().try_for_each(|entry| write_line(out, entry));
                if written.is_err() {
                    return r.audit_head();
                }
            }
        })?;
        written.and_then(|()| out.flush()).map_err(ExportError::Write)?;
        Ok(head)
    }
}

fn write_line(out: &mut dyn Write, entry: AuditEntry) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, &Line::from(entry)).map_err(std::io::Error::from)?;
    out.write_all(b"\n")
}

impl From<AuditEntry> for Line {
    fn from(entry: AuditEntry) -> Self {
        let objects = entry.objects.into_iter();
        Self {
            sequence: entry.sequence,
            at: entry.at.to_string(),
            at_us: entry.at.micros(),
            actor_kind: entry.actor_kind,
            actor_id: entry.actor_id,
            actor_name: entry.actor_name,
            via: entry.via,
            action: entry.action,
            reason: entry.reason,
            objects: objects.map(|object| LineObject { kind: object.kind, id: object.id }).collect(),
            details: entry.details,
            previous: entry.previous.to_string(),
            hash: entry.hash.to_string(),
        }
    }
}

impl TryFrom<Line> for AuditEntry {
    type Error = String;

    fn try_from(line: Line) -> Result<Self, String> {
        let hash = |name: &str, digits: &str| {
            // Capital letters would be the same hash, but not the same file.
            ChainHash::from_hex(digits)
                .filter(|hash| hash.to_string() == digits)
                .ok_or_else(|| format!("`{name}` is not 64 lower-case hexadecimal digits"))
        };
        let at = Moment::from_micros(line.at_us);
        if at.to_string() != line.at {
            return Err("`at` and `at_us` are different moments".to_owned());
        }
        Ok(Self {
            sequence: line.sequence,
            at,
            previous: hash("previous", &line.previous)?,
            hash: hash("hash", &line.hash)?,
            actor_kind: line.actor_kind,
            actor_id: line.actor_id,
            actor_name: line.actor_name,
            via: line.via,
            action: line.action,
            reason: line.reason,
            objects: line
                .objects
                .into_iter()
                .map(|object| ObjectRef { kind: object.kind, id: object.id })
                .collect(),
            details: line.details,
        })
    }
}

/// Checks a log that was written out, without any database; memory holds one line.
///
/// # Errors
/// An error of the file system or the pipe; a bad line is a fault of the report, not an error.
pub fn verify_export(
    mut input: impl BufRead,
    expected: Option<ExpectedHead>,
) -> std::io::Result<AuditReport> {
    let mut walk = Walk::new(expected);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input.by_ref().take(MAX_LINE_BYTES + 1).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(walk.report(None));
        }
        let sequence = walk.entries() + 1;
        let step = if line.len() as u64 > MAX_LINE_BYTES {
            Err("its line is longer than any entry".to_owned())
        } else {
            read_line(&line)
        };
        let fault = match step {
            Ok(entry) => walk.step(&entry).err(),
            Err(why) => Some(AuditFault::Unreadable { sequence, why }),
        };
        if fault.is_some() {
            return Ok(walk.report(fault));
        }
    }
}

fn read_line(line: &[u8]) -> Result<AuditEntry, String> {
    if !line.ends_with(b"\n") {
        return Err("its line has no end: the file was cut off in the middle of it".to_owned());
    }
    let line: Line = serde_json::from_slice(line).map_err(|why| format!("its line is no entry: {why}"))?;
    AuditEntry::try_from(line)
}
