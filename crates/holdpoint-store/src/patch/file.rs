//! Files of patches that somebody put in, each with its hash, its origin and what was found when it was scanned.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::patch::ScanResult;

crate::statements! {
    LAST = "SELECT COALESCE(MAX(number), 0) FROM patch_file";
    NUMBER = "SELECT number FROM patch WHERE name = $1";
    ADD = "INSERT INTO patch_file (number, patch_no, name, sha256, size_bytes, origin, scan, scanner, scanned_at, note,
            added_by, added_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    OF_PATCH = "SELECT f.number, f.name, f.sha256, f.size_bytes, f.origin, f.scan, f.scanner, f.scanned_at, f.note,
            f.added_by, f.added_at
        FROM patch_file f JOIN patch p ON p.number = f.patch_no WHERE p.name = $1 ORDER BY f.number";
    PATCHES = "SELECT DISTINCT p.name FROM patch_file f JOIN patch p ON p.number = f.patch_no ORDER BY p.name";
}

/// A file of a patch that lies in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// Its number; 0 before it is stored.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes, which lie among the blobs.
    pub sha256: [u8; 32],
    /// Its size.
    pub size_bytes: u64,
    /// Where it comes from, in the words of whoever put it in.
    pub origin: String,
    /// What a scan for malware found.
    pub scan: ScanResult,
    /// What scanned it; empty: nothing did.
    pub scanner: String,
    /// When.
    pub scanned_at: Option<Moment>,
    /// How its hash stands to what the sources say.
    pub note: String,
    /// Who put it in.
    pub added_by: String,
    /// When.
    pub added_at: Moment,
}

impl Reader<'_> {
    /// The files of a patch that lie in the store, in the order of their coming.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn patch_files(&mut self, patch: &str) -> Result<Vec<KeptFile>, StoreError> {
        self.query(OF_PATCH, params![patch], file)
    }

    /// The patches of which a file is kept, by their names.
    ///
    /// # Errors
    /// When the database fails.
    pub fn patches_with_files(&mut self) -> Result<Vec<String>, StoreError> {
        self.query(PATCHES, params![], |row| row.get(0))
    }
}

impl Change<'_> {
    /// Keeps what is known of a file; its bytes are kept with [`Change::put_blob`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for an unknown patch; else when the database fails.
    pub fn put_patch_file(&mut self, patch: &str, new: &KeptFile) -> Result<i64, StoreError> {
        let patch_no: Option<i64> = self.query_opt(NUMBER, params![patch], |row| row.get(0))?;
        let patch_no =
            patch_no.ok_or_else(|| StoreError::Conflict { rule: format!("patch `{patch}` is unknown") })?;
        let number: i64 = self.query_one(LAST, params![], |row| row.get::<i64>(0))? + 1;
        let text = |text: &str| storable(text).into_owned();
        self.exec(
            ADD,
            params![
                number,
                patch_no,
                text(&new.name),
                new.sha256,
                new.size_bytes,
                text(&new.origin),
                new.scan.word(),
                text(&new.scanner),
                new.scanned_at,
                text(&new.note),
                text(&new.added_by),
                new.added_at,
            ],
        )?;
        Ok(number)
    }
}

fn file(row: &Row<'_>) -> Result<KeptFile, StoreError> {
    Ok(KeptFile {
        number: row.get(0)?,
        name: row.get(1)?,
        sha256: row.get(2)?,
        size_bytes: row.get(3)?,
        origin: row.get(4)?,
        scan: row.word(5)?,
        scanner: row.get(6)?,
        scanned_at: row.get(7)?,
        note: row.get(8)?,
        added_by: row.get(9)?,
        added_at: row.get(10)?,
    })
}
