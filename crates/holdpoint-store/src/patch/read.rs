//! Reading patches: one, its records, and all of them for the graph of supersedence.

use super::{GENERATION, PatchLine, StoredPatch, list, record};
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::patch::PatchSource;

crate::statements! {
    ONE = "SELECT p.name, p.sources, p.title, p.class, p.severity, p.bulletin, p.restart, p.released, p.products,
            p.fixes, p.statements FROM patch p WHERE p.name = $1 AND (p.records > 0 OR p.statements > 0)";
    RECORDS = "SELECT r.source, r.document, r.valid_from, r.class, r.severity, r.released, r.facts
        FROM patch_record r JOIN patch p ON p.number = r.patch_no
        WHERE p.name = $1 AND r.valid_to = 9223372036854775807 ORDER BY r.source, r.document, r.number";
    STATED_AGAINST = "SELECT DISTINCT p.name FROM patch_fix f
        JOIN patch_record r ON r.number = f.record_no AND r.valid_to = 9223372036854775807
        JOIN patch p ON p.number = r.patch_no WHERE f.reference = $1 AND p.statements > 0 ORDER BY p.name";
    AGAINST = "SELECT DISTINCT p.name FROM patch_fix f
        JOIN patch_record r ON r.number = f.record_no AND r.valid_to = 9223372036854775807
        JOIN patch p ON p.number = r.patch_no WHERE f.reference = $1 ORDER BY p.name";
    NAMES = "SELECT name FROM patch WHERE records > 0 OR statements > 0 ORDER BY name";
    DOCUMENTS = "SELECT DISTINCT r.document FROM patch_record r
        WHERE r.source = $1 AND r.valid_to = 9223372036854775807 ORDER BY r.document";
    ALL = "SELECT r.source, r.document, r.valid_from, r.class, r.severity, r.released, r.facts
        FROM patch_record r WHERE r.valid_to = 9223372036854775807 ORDER BY r.source, r.document, r.content_sha256";
}

impl Reader<'_> {
    /// A patch by its name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn patch(&mut self, name: &str) -> Result<Option<PatchLine>, StoreError> {
        self.query_opt(ONE, params![name], list::line)
    }

    /// The names of all patches that a source or a statement names.
    ///
    /// # Errors
    /// When the database fails.
    pub fn patch_names(&mut self) -> Result<Vec<String>, StoreError> {
        self.query(NAMES, params![], |row| row.get(0))
    }

    /// What all sources say of a patch now, in a fixed order.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn patch_records(&mut self, name: &str) -> Result<Vec<StoredPatch>, StoreError> {
        self.query(RECORDS, params![name], stored)
    }

    /// The patches against a vulnerability of which some supplier says something, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn stated_patches_against(&mut self, reference: &str) -> Result<Vec<String>, StoreError> {
        self.query(STATED_AGAINST, params![reference], |row| row.get(0))
    }

    /// The patches of which a source says that they fix a vulnerability, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn patches_against(&mut self, reference: &str) -> Result<Vec<String>, StoreError> {
        self.query(AGAINST, params![reference], |row| row.get(0))
    }

    /// The documents of a source that say something of a patch now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn patch_documents(&mut self, source: PatchSource) -> Result<Vec<String>, StoreError> {
        self.query(DOCUMENTS, params![source.word()], |row| row.get(0))
    }

    /// What all sources say of all patches now, in an order that depends on the content alone.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn all_patch_records(&mut self) -> Result<Vec<StoredPatch>, StoreError> {
        self.query(ALL, params![], stored)
    }

    /// Counts up whenever a record changes; 0 when there was never one.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn patch_generation(&mut self) -> Result<u64, StoreError> {
        Ok(self.setting(GENERATION)?.and_then(|value| value.as_u64()).unwrap_or_default())
    }
}

fn stored(row: &Row<'_>) -> Result<StoredPatch, StoreError> {
    Ok(StoredPatch {
        source: row.word(0)?,
        document: row.get(1)?,
        valid_from: row.get(2)?,
        record: record::read(row, 3)?,
    })
}
