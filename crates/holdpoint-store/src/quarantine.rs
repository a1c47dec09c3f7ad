//! Documents that were put aside with the reason in words. Their raw bytes are kept as blobs.
//!
//! The surprise: a released document stays in the list, with who released it and when.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::id::QuarantineId;
use holdpoint_domain::{Moment, Rejected};

macro_rules! columns {
    () => {
        "q.id, q.source, q.name, q.raw_sha256, q.code, q.what, q.meaning, q.remedy, q.received_at, q.released_at, \
         q.released_by"
    };
}

crate::statements! {
    ONE = concat!("SELECT ", columns!(), " FROM quarantine q WHERE q.id = $1");
    BY_HASH = concat!("SELECT ", columns!(), " FROM quarantine q
        WHERE q.raw_sha256 = $1 AND q.released_at IS NULL ORDER BY q.received_at, q.id");
    HELD_HASHES = "SELECT DISTINCT q.raw_sha256 FROM quarantine q WHERE q.released_at IS NULL";
    PUT = "INSERT INTO quarantine (id, source, name, raw_sha256, code, what, meaning, remedy, received_at,
            released_at, released_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    RELEASE = "UPDATE quarantine SET released_at = $2, released_by = $3 WHERE id = $1 AND released_at IS NULL";
}

const FIELDS: &[FilterField] = &[
    FilterField::text("source", "q.source"),
    FilterField::text("name", "q.name"),
    FilterField::text("code", "q.code"),
    FilterField::time("received", "q.received_at"),
    FilterField::time("released", "q.released_at"),
];

/// The list of the quarantine.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "quarantined document",
    fields: FIELDS,
    words: &["q.source", "q.name", "q.code", "q.what"],
    unique: "q.id",
    default_sort: ("received", Direction::Descending),
};

/// A document in quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Its id.
    pub id: QuarantineId,
    /// Where it came from.
    pub source: String,
    /// Its name there: a file name or an address.
    pub name: String,
    /// SHA-256 of its bytes.
    pub raw_sha256: [u8; 32],
    /// Why it is here.
    pub rejected: Rejected,
    /// Since when.
    pub received_at: Moment,
    /// Who let it out, and when; `None`: it is still here.
    pub released: Option<Release>,
}

/// That somebody let a document out of quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// When.
    pub at: Moment,
    /// Who, by name.
    pub by: String,
}

/// The statement behind the list.
pub(crate) fn spec_sql() -> ListSql<'static> {
    ListSql { columns: columns!(), from: "quarantine q", condition: "TRUE", params: Vec::new() }
}

impl Reader<'_> {
    /// The document of that id.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn quarantined(&mut self, id: QuarantineId) -> Result<Option<Quarantined>, StoreError> {
        self.query_opt(ONE, params![id], quarantined)
    }

    /// The documents of exactly these bytes that are still in quarantine, oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn quarantined_by_hash(&mut self, raw_sha256: &[u8; 32]) -> Result<Vec<Quarantined>, StoreError> {
        self.query(BY_HASH, params![raw_sha256], quarantined)
    }

    /// The hashes of all documents that are still in quarantine, each once.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn quarantined_hashes(&mut self) -> Result<Vec<[u8; 32]>, StoreError> {
        self.query(HELD_HASHES, params![], |row| row.get(0))
    }

    /// The quarantine, newest first. Its documents belong to no site: the query's reach does not matter.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn quarantine(&mut self, query: &ListQuery) -> Result<Paged<Quarantined>, StoreError> {
        self.list(&SPEC, spec_sql(), query, quarantined)
    }
}

impl Change<'_> {
    /// Puts a document aside. Its bytes are put by [`Change::put_blob`].
    ///
    /// # Errors
    /// When the id is taken or the database fails.
    pub fn put_quarantine(&mut self, document: &Quarantined) -> Result<(), StoreError> {
        let rejected = &document.rejected;
        self.exec(
            PUT,
            params![
                document.id,
                &*storable(&document.source),
                &*storable(&document.name),
                document.raw_sha256,
                &*storable(&rejected.code),
                &*storable(&rejected.what),
                &*storable(&rejected.meaning),
                &*storable(&rejected.remedy),
                document.received_at,
                document.released.as_ref().map(|release| release.at),
                document.released.as_ref().map(|release| &release.by),
            ],
        )?;
        Ok(())
    }

    /// Marks a document as let out; false when it is not there or was let out before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn release_quarantine(&mut self, id: QuarantineId, by: &str, at: Moment) -> Result<bool, StoreError> {
        Ok(self.exec(RELEASE, params![id, at, by])? == 1)
    }
}

fn quarantined(row: &Row<'_>) -> Result<Quarantined, StoreError> {
    let at: Option<Moment> = row.get(9)?;
    let by: Option<String> = row.get(10)?;
    Ok(Quarantined {
        id: row.get(0)?,
        source: row.get(1)?,
        name: row.get(2)?,
        raw_sha256: row.get(3)?,
        rejected: Rejected {
            code: row.get(4)?,
            what: row.get(5)?,
            meaning: row.get(6)?,
            remedy: row.get(7)?,
        },
        received_at: row.get(8)?,
        released: at.map(|at| Release { at, by: by.unwrap_or_default() }),
    })
}
