//! Writing: one closure, one transaction, one audit entry.
//!
//! Write methods exist on [`Change`] alone, and a change cannot be committed without its entry:
//! [`crate::Store::change`] appends it at the end of the closure. Changes run one after the other on both
//! engines, so a row number is the largest one plus one.

use crate::error::StoreError;
use crate::ranking::stale::Marks;
use crate::reader::Reader;
use crate::value::{Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::audit::{AuditEntry, ChainHash, ObjectRef};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::{Deref, DerefMut};

crate::statements! {
    HEAD_TO_WRITE = "SELECT sequence, hash FROM audit_head WHERE slot = 1 /*+pg FOR UPDATE */";
    MOVE_HEAD = "UPDATE audit_head SET sequence = $1, hash = $2 WHERE slot = 1";
    ADD_ENTRY = "INSERT INTO audit_entry (sequence, at, actor_kind, actor_id, actor_name, via, action, reason, \
                 details, previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    ADD_OBJECT = "INSERT INTO audit_object (sequence, place, kind, id) VALUES ($1, $2, $3, $4)";
}

/// Who changes what, why, and by which way in: the half of an audit entry that is known beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Who acts.
    pub actor: Actor,
    /// By which way in.
    pub via: Via,
    /// What is done, as `noun.verb`, for example `advisory.import`.
    pub action: String,
    /// Why, in the actor's words; empty where none is asked for.
    pub reason: String,
    /// When.
    pub at: Moment,
}

/// What a change gave, and its place in the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed<T> {
    /// What the closure returned.
    pub value: T,
    /// The change's audit entry; the current head when there was nothing to do.
    pub sequence: u64,
    /// Hash of that entry.
    pub hash: ChainHash,
}

/// An open change: reads in the same transaction through [`Reader`], and all write methods.
pub struct Change<'t> {
    reader: Reader<'t>,
    at: Moment,
    objects: Vec<ObjectRef>,
    known: HashSet<ObjectRef>,
    details: BTreeMap<String, serde_json::Value>,
    /// Version texts whose keys this change has looked after.
    versions: HashSet<String>,
    /// Vulnerabilities of which a source says something else now.
    touched: BTreeSet<i64>,
    /// Whose ranking this change made stale.
    pub(crate) stale: Marks,
    wrote: bool,
    failed: bool,
    nothing: bool,
}

impl<'t> Deref for Change<'t> {
    type Target = Reader<'t>;
    fn deref(&self) -> &Reader<'t> {
        &self.reader
    }
}

impl<'t> DerefMut for Change<'t> {
    fn deref_mut(&mut self) -> &mut Reader<'t> {
        &mut self.reader
    }
}

/// How a change ends.
pub(crate) enum Ending {
    /// With this entry, already appended.
    Entry(u64, ChainHash),
    /// Nothing was written; this is the head.
    Nothing(u64, ChainHash),
}

impl<'t> Change<'t> {
    /// Opens a change; on PostgreSQL the head's row keeps every other change waiting.
    pub(crate) fn open(mut reader: Reader<'t>, at: Moment) -> Result<(Self, (u64, ChainHash)), StoreError> {
        let head = reader.query_one(HEAD_TO_WRITE, params![], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let change = Self {
            reader,
            at,
            objects: Vec::new(),
            known: HashSet::new(),
            details: BTreeMap::new(),
            versions: HashSet::new(),
            touched: BTreeSet::new(),
            stale: Marks::default(),
            wrote: false,
            failed: false,
            nothing: false,
        };
        Ok((change, head))
    }

    /// The moment of this change.
    #[must_use]
    pub fn at(&self) -> Moment {
        self.at
    }

    /// Names an object that the change is about; naming it twice is naming it once.
    ///
    /// Control characters in the id become U+FFFD, since TAB and line end separate the objects of an entry.
    pub fn about(&mut self, kind: &str, id: impl std::fmt::Display) {
        let object = ObjectRef { kind: plain(kind), id: plain(&id.to_string()) };
        if self.known.insert(object.clone()) {
            self.objects.push(object);
        }
    }

    /// Adds to the entry's details; a second value for the same key replaces the first.
    pub fn detail(&mut self, key: &str, value: impl Into<serde_json::Value>) {
        self.details.insert(key.to_owned(), value.into());
    }

    /// Says that there was nothing to do: neither an entry nor a change is written.
    ///
    /// A change that says so after it wrote a row fails with [`StoreError::NotNothing`] and is undone.
    pub fn nothing_to_do(&mut self) {
        self.nothing = true;
    }

    /// Remembers vulnerabilities of which a record or a VEX statement came, changed or went.
    pub(crate) fn touch_vulnerabilities(&mut self, numbers: impl IntoIterator<Item = i64>) {
        self.touched.extend(numbers);
    }

    /// The vulnerabilities of which this change wrote, took out or replaced a record or a VEX statement, by number, and
    /// forgets them: what is said of configurations has to be looked at anew for these.
    pub fn take_touched_vulnerabilities(&mut self) -> Vec<i64> {
        std::mem::take(&mut self.touched).into_iter().collect()
    }

    /// Whether this change meets a version text for the first time.
    pub(crate) fn is_first_sight(&mut self, version: &str) -> bool {
        !self.versions.contains(version) && self.versions.insert(version.to_owned())
    }

    /// Runs a statement; says how many rows it wrote.
    pub(crate) fn exec(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        self.exec_many(sql, [params.to_vec()])
    }

    /// Runs a statement for each row of parameters; says how many rows were written in all.
    pub(crate) fn exec_many<'v>(
        &mut self,
        sql: &str,
        rows: impl IntoIterator<Item = Vec<Value<'v>>>,
    ) -> Result<u64, StoreError> {
        let written = self.reader.write_many(sql, &mut rows.into_iter());
        self.failed |= written.is_err();
        self.wrote |= written.as_ref().is_ok_and(|written| *written > 0);
        written
    }

    /// Appends the entry, or finds that there is nothing to append.
    pub(crate) fn end(mut self, intent: &Intent, head: (u64, ChainHash)) -> Result<Ending, StoreError> {
        if self.failed {
            return Err(StoreError::FailureIgnored);
        }
        if self.nothing {
            return if self.wrote {
                Err(StoreError::NotNothing)
            } else {
                Ok(Ending::Nothing(head.0, head.1))
            };
        }
        self.leave_marks()?;
        let details = serde_json::to_string(&self.details).map_err(|source| StoreError::Statement {
            doing: "write the details of the audit entry".to_owned(),
            source: source.into(),
        })?;
        let mut entry = AuditEntry {
            sequence: head.0 + 1,
            at: intent.at,
            actor_kind: intent.actor.kind().to_owned(),
            actor_id: intent.actor.id_text(),
            actor_name: plain(intent.actor.name()),
            via: intent.via.word().to_owned(),
            action: plain(&intent.action),
            reason: intent.reason.replace('\0', "\u{fffd}"),
            objects: std::mem::take(&mut self.objects),
            details,
            previous: head.1,
            hash: ChainHash::START,
        };
        entry.hash = entry.computed_hash();
        append(&mut self.reader, &entry)?;
        Ok(Ending::Entry(entry.sequence, entry.hash))
    }
}

fn append(reader: &mut Reader<'_>, entry: &AuditEntry) -> Result<(), StoreError> {
    let row = params![
        entry.sequence,
        entry.at,
        &entry.actor_kind,
        &entry.actor_id,
        &entry.actor_name,
        &entry.via,
        &entry.action,
        &entry.reason,
        &entry.details,
        entry.previous,
        entry.hash,
    ];
    reader.write_many(ADD_ENTRY, &mut std::iter::once(row.to_vec()))?;
    let mut objects = entry
        .objects
        .iter()
        .enumerate()
        .map(|(place, object)| params![entry.sequence, place, &object.kind, &object.id].to_vec());
    reader.write_many(ADD_OBJECT, &mut objects)?;
    reader.write_many(MOVE_HEAD, &mut std::iter::once(params![entry.sequence, entry.hash].to_vec()))?;
    Ok(())
}

/// A text in which control characters became U+FFFD.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
