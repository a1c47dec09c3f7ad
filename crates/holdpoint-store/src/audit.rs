//! Reading the audit log: its head, its entries, its list.
//!
//! Entries are appended by `change.rs` alone; the encoding and the chain are those of
//! `holdpoint_domain::audit`. Checking is in [`verify`], the copy for other machines in [`export`].

use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::audit::{AuditEntry, ChainHash, ObjectRef};
use std::collections::HashMap;

pub mod export;
pub mod verify;

pub use export::verify_export;
pub use verify::{AuditFault, AuditReport, ExpectedHead};

crate::statements! {
    HEAD = "SELECT sequence, hash FROM audit_head WHERE slot = 1";
    LOCK_HEAD = "SELECT sequence, hash FROM audit_head WHERE slot = 1 /*+pg FOR UPDATE */";
    HASH = "SELECT hash FROM audit_entry WHERE sequence = $1";
    ENTRIES = "SELECT sequence, at, actor_kind, actor_id, actor_name, via, action, reason, details, previous, hash \
               FROM audit_entry WHERE sequence >= $1 ORDER BY sequence LIMIT $2";
    ABOUT = "SELECT e.sequence, e.at, e.actor_kind, e.actor_id, e.actor_name, e.via, e.action, e.reason, e.details, \
                 e.previous, e.hash \
             FROM audit_object o JOIN audit_entry e ON e.sequence = o.sequence \
             WHERE o.kind = $1 AND o.id = $2 AND e.at >= $3 ORDER BY e.sequence LIMIT 10000";
    OBJECTS = "SELECT sequence, kind, id FROM audit_object WHERE sequence IN ({list}) ORDER BY sequence, place";
    STRAY_OBJECT = "SELECT o.sequence FROM audit_object o LEFT JOIN audit_entry e ON e.sequence = o.sequence \
                    WHERE e.sequence IS NULL LIMIT 1";
}

/// The fields by which the audit log is filtered and sorted.
pub const FIELDS: &[FilterField] = &[
    FilterField::number("sequence", "e.sequence").required(),
    FilterField::time("at", "e.at").required(),
    FilterField::text("actor", "e.actor_name").required(),
    FilterField::word("actor_kind", "e.actor_kind", &["operator", "person", "system", "token"]),
    FilterField::word("via", "e.via", &["api", "cli", "job", "page"]),
    FilterField::text("action", "e.action").required(),
    FilterField::text("reason", "e.reason"),
    FilterField::text("object", "o.id")
        .any("SELECT 1 FROM audit_object o WHERE o.sequence = e.sequence AND ({condition})"),
    FilterField::text("object_kind", "o.kind")
        .any("SELECT 1 FROM audit_object o WHERE o.sequence = e.sequence AND ({condition})"),
];

pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "audit entry",
    fields: FIELDS,
    words: &[
        "e.action",
        "e.actor_name",
        "e.reason",
        "EXISTS (SELECT 1 FROM audit_object w WHERE w.sequence = e.sequence AND lower(w.id) LIKE {pattern} ESCAPE '!')",
    ],
    unique: "e.sequence",
    default_sort: ("sequence", Direction::Descending),
};

/// The fixed part of the list's statement.
pub(crate) fn list_sql() -> ListSql<'static> {
    ListSql {
        columns: "e.sequence, e.at, e.actor_kind, e.actor_id, e.actor_name, e.via, e.action, e.reason, e.details, \
                  e.previous, e.hash",
        from: "audit_entry e",
        condition: "e.at <= $1",
        params: vec![Value::Int(i64::MAX)],
    }
}

impl Reader<'_> {
    /// Number and hash of the newest entry; 0 and zeros before the first.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn audit_head(&mut self) -> Result<(u64, ChainHash), StoreError> {
        self.query_one(HEAD, params![], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The stored hash of an entry, after every change that is being committed has ended.
    pub(crate) fn audit_hash_settled(&mut self, sequence: u64) -> Result<Option<ChainHash>, StoreError> {
        self.query_one(LOCK_HEAD, params![], |_| Ok(()))?;
        self.query_opt(HASH, params![sequence], |row| row.get(0))
    }

    /// At most `limit` entries from number `from` on, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for an entry that cannot be read; [`crate::Store::verify_audit`] says which.
    pub fn audit_entries(&mut self, from: u64, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let mut entries = self.query(ENTRIES, params![from, limit], entry)?;
        self.add_objects(&mut entries)?;
        Ok(entries)
    }

    /// What was done to one object since a moment, oldest first, without the objects of each entry.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for an entry that cannot be read.
    pub fn audit_about(
        &mut self,
        kind: &str,
        id: &str,
        since: holdpoint_domain::Moment,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.query(ABOUT, params![kind, id, since], entry)
    }

    /// One page of the log; newest first unless the query sorts. `as_of` of the query leaves out what came later.
    ///
    /// # Errors
    /// [`StoreError::Filter`] and [`StoreError::List`] for a query that the log does not take.
    pub fn audit_page(&mut self, query: &ListQuery) -> Result<Paged<AuditEntry>, StoreError> {
        let sql = ListSql { params: vec![query.as_of.into()], ..list_sql() };
        let mut paged = self.list(&SPEC, sql, query, entry)?;
        self.add_objects(&mut paged.items)?;
        Ok(paged)
    }

    /// Reads the objects of these entries.
    fn add_objects(&mut self, entries: &mut [AuditEntry]) -> Result<(), StoreError> {
        let sequences: Vec<Value<'static>> =
            entries.iter().map(|entry| Value::from(entry.sequence)).collect();
        let mut objects: HashMap<u64, Vec<ObjectRef>> = HashMap::new();
        let rows = self.query_in(OBJECTS, params![], sequences, |row| {
            Ok((row.get(0)?, ObjectRef { kind: row.get(1)?, id: row.get(2)? }))
        })?;
        for (sequence, object) in rows {
            objects.entry(sequence).or_default().push(object);
        }
        for entry in entries {
            entry.objects = objects.remove(&entry.sequence).unwrap_or_default();
        }
        Ok(())
    }
}

/// Reads an entry without its objects.
fn entry(row: &Row<'_>) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        sequence: row.get(0)?,
        at: row.get(1)?,
        actor_kind: row.get(2)?,
        actor_id: row.get(3)?,
        actor_name: row.get(4)?,
        via: row.get(5)?,
        action: row.get(6)?,
        reason: row.get(7)?,
        objects: Vec::new(),
        details: row.get(8)?,
        previous: row.get(9)?,
        hash: row.get(10)?,
    })
}
