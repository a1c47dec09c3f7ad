//! Documents of suppliers that were taken in, and the mappings that people wrote.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::validity::begin_after;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::signature::Person;

crate::statements! {
    DOCUMENTS = "SELECT number, name, raw_sha256, mapping, mapping_sha256, publisher, received_at, received_by, statements,
            not_understood, brought_account, brought_by FROM statement_document ORDER BY number DESC LIMIT 1000";
    DOCUMENT_LAST = "SELECT COALESCE(MAX(number), 0) FROM statement_document";
    DOCUMENT_ADD = "INSERT INTO statement_document (number, name, raw_sha256, mapping, mapping_sha256, publisher,
            received_at, received_by, statements, not_understood, brought_account, brought_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    DOCUMENT_SAME = "SELECT number FROM statement_document WHERE raw_sha256 = $1 AND mapping = $2
        AND mapping_sha256 = $3";
    BY_MAPPING = "SELECT d.number, d.name, d.raw_sha256, d.mapping, d.mapping_sha256, d.publisher, d.received_at,
            d.received_by, d.statements, d.not_understood, d.brought_account, d.brought_by FROM statement_document d
        WHERE d.mapping = $1 AND d.number = (SELECT MAX(o.number) FROM statement_document o
            WHERE o.raw_sha256 = d.raw_sha256 AND o.mapping = d.mapping) ORDER BY d.number";
    MAPPINGS = "SELECT name, body, author, valid_from FROM qualification_mapping
        WHERE valid_to = 9223372036854775807 ORDER BY name";
    MAPPING = "SELECT name, body, author, valid_from FROM qualification_mapping
        WHERE valid_to = 9223372036854775807 AND name = $1";
    MAPPING_LAST = "SELECT COALESCE(MAX(number), 0) FROM qualification_mapping";
    MAPPING_CLOSE = "UPDATE qualification_mapping SET valid_to = $2
        WHERE name = $1 AND valid_to = 9223372036854775807";
    MAPPING_ADD = "INSERT INTO qualification_mapping (number, name, body, author, valid_from, valid_to)
        VALUES ($1, $2, $3, $4, $5, 9223372036854775807)";
}

/// A document of a supplier as it was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementDocument {
    /// Its number; 0 before it is stored.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes, which lie among the blobs.
    pub raw_sha256: [u8; 32],
    /// The mapping that read it.
    pub mapping: String,
    /// SHA-256 of the mapping's text.
    pub mapping_sha256: [u8; 32],
    /// Whose statements these are.
    pub publisher: String,
    /// When it was taken in.
    pub received_at: Moment,
    /// By whom it was taken in or read again.
    pub received_by: String,
    /// Who took its bytes in.
    pub brought_by: Person,
    /// How many statements it makes.
    pub statements: u64,
    /// How many of them were not understood when it was read.
    pub not_understood: u64,
}

/// A mapping that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMapping {
    /// Its name.
    pub name: String,
    /// Its text.
    pub body: String,
    /// Who wrote it.
    pub author: String,
    /// Since when it holds.
    pub valid_from: Moment,
}

impl Reader<'_> {
    /// The last thousand documents, the newest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn statement_documents(&mut self) -> Result<Vec<StatementDocument>, StoreError> {
        self.query(DOCUMENTS, params![], document)
    }

    /// The documents that a mapping reads, each once as it was read last, in the order of their coming.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn statement_documents_of(&mut self, mapping: &str) -> Result<Vec<StatementDocument>, StoreError> {
        self.query(BY_MAPPING, params![mapping], document)
    }

    /// Whether these bytes were read by this very mapping before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has_statement_document(
        &mut self,
        raw_sha256: &[u8; 32],
        mapping: &str,
        mapping_sha256: &[u8; 32],
    ) -> Result<bool, StoreError> {
        let known: Option<i64> =
            self.query_opt(DOCUMENT_SAME, params![raw_sha256, mapping, mapping_sha256], |row| row.get(0))?;
        Ok(known.is_some())
    }

    /// The mappings that people wrote, by name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn qualification_mappings(&mut self) -> Result<Vec<StoredMapping>, StoreError> {
        self.query(MAPPINGS, params![], mapping)
    }

    /// A mapping that somebody wrote.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn qualification_mapping(&mut self, name: &str) -> Result<Option<StoredMapping>, StoreError> {
        self.query_opt(MAPPING, params![name], mapping)
    }
}

impl Change<'_> {
    /// Keeps a document; gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_statement_document(&mut self, new: &StatementDocument) -> Result<i64, StoreError> {
        let number: i64 = self.query_one(DOCUMENT_LAST, params![], |row| row.get::<i64>(0))? + 1;
        self.exec(
            DOCUMENT_ADD,
            params![
                number,
                &*storable(&new.name),
                new.raw_sha256,
                &new.mapping,
                new.mapping_sha256,
                &*storable(&new.publisher),
                new.received_at,
                &*storable(&new.received_by),
                new.statements,
                new.not_understood,
                &new.brought_by.account,
                &*storable(&new.brought_by.name),
            ],
        )?;
        Ok(number)
    }

    /// Keeps a mapping; the one of that name before it ends.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_qualification_mapping(&mut self, new: &StoredMapping) -> Result<(), StoreError> {
        let before = self.qualification_mapping(&new.name)?;
        let at = begin_after(new.valid_from, before.map(|before| before.valid_from));
        let number: i64 = self.query_one(MAPPING_LAST, params![], |row| row.get::<i64>(0))? + 1;
        self.exec(MAPPING_CLOSE, params![&new.name, at])?;
        self.exec(
            MAPPING_ADD,
            params![number, &new.name, &*storable(&new.body), &*storable(&new.author), at],
        )?;
        Ok(())
    }
}

fn document(row: &Row<'_>) -> Result<StatementDocument, StoreError> {
    Ok(StatementDocument {
        number: row.get(0)?,
        name: row.get(1)?,
        raw_sha256: row.get(2)?,
        mapping: row.get(3)?,
        mapping_sha256: row.get(4)?,
        publisher: row.get(5)?,
        received_at: row.get(6)?,
        received_by: row.get(7)?,
        statements: row.get(8)?,
        not_understood: row.get(9)?,
        brought_by: Person { account: row.get(10)?, name: row.get(11)? },
    })
}

fn mapping(row: &Row<'_>) -> Result<StoredMapping, StoreError> {
    Ok(StoredMapping { name: row.get(0)?, body: row.get(1)?, author: row.get(2)?, valid_from: row.get(3)? })
}
