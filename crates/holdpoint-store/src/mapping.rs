//! Column mappings of inventory files, remembered by the fingerprint of the file's header.

use crate::change::Change;
use crate::columns::{read_json, write_json};
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::MappingId;

crate::statements! {
    ALL = "SELECT id, name, header_fingerprint, header, columns, updated_at FROM column_mapping
        ORDER BY name, id";
    BY_FINGERPRINT = "SELECT id, name, header_fingerprint, header, columns, updated_at FROM column_mapping
        WHERE header_fingerprint = $1";
    BY_ID = "SELECT id, name, header_fingerprint, header, columns, updated_at FROM column_mapping WHERE id = $1";
    PUT = "INSERT INTO column_mapping (id, name, header_fingerprint, header, columns, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (header_fingerprint) DO UPDATE SET name = excluded.name, header = excluded.header,
            columns = excluded.columns, updated_at = excluded.updated_at";
    REMOVE = "DELETE FROM column_mapping WHERE id = $1";
}

/// A remembered mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// Its id.
    pub id: MappingId,
    /// Its name, for people.
    pub name: String,
    /// The fingerprint of the header that it is for; one mapping each.
    pub header_fingerprint: [u8; 32],
    /// The header's columns, as written.
    pub header: Vec<String>,
    /// Which column becomes which field, in the form of the reader of inventories.
    pub columns: serde_json::Value,
    /// When it was last changed.
    pub updated_at: Moment,
}

impl Reader<'_> {
    /// All mappings, by name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn mappings(&mut self) -> Result<Vec<Mapping>, StoreError> {
        self.query(ALL, params![], mapping)
    }

    /// The mapping of that id.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn mapping(&mut self, id: MappingId) -> Result<Option<Mapping>, StoreError> {
        self.query_opt(BY_ID, params![id], mapping)
    }

    /// The mapping for files with that header.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn mapping_by_fingerprint(&mut self, fingerprint: &[u8; 32]) -> Result<Option<Mapping>, StoreError> {
        self.query_opt(BY_FINGERPRINT, params![fingerprint], mapping)
    }
}

impl Change<'_> {
    /// Remembers a mapping; one for the same header is replaced and keeps its id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_mapping(&mut self, mapping: &Mapping) -> Result<(), StoreError> {
        self.exec(
            PUT,
            params![
                mapping.id,
                &mapping.name,
                mapping.header_fingerprint,
                write_json(&mapping.header),
                write_json(&mapping.columns),
                mapping.updated_at,
            ],
        )?;
        Ok(())
    }

    /// Forgets a mapping; false when it was not there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove_mapping(&mut self, id: MappingId) -> Result<bool, StoreError> {
        Ok(self.exec(REMOVE, params![id])? == 1)
    }
}

fn mapping(row: &Row<'_>) -> Result<Mapping, StoreError> {
    Ok(Mapping {
        id: row.get(0)?,
        name: row.get(1)?,
        header_fingerprint: row.get(2)?,
        header: read_json(row, 3)?,
        columns: read_json(row, 4)?,
        updated_at: row.get(5)?,
    })
}
