//! Observations and runs of imports: what was taken in, from where, with the hash of the raw bytes.
//!
//! Neither is ever changed or deleted.

use crate::change::Change;
use crate::columns::read_json;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::ObservationId;
use holdpoint_domain::observation::Observation;

crate::statements! {
    OBSERVATION = "SELECT id, kind, source, observed_at, raw_sha256, row_count FROM observation WHERE id = $1";
    OBSERVATIONS_BY_HASH = "SELECT id, kind, source, observed_at, raw_sha256, row_count FROM observation
        WHERE raw_sha256 = $1 ORDER BY observed_at DESC, id DESC";
    OBSERVATION_INSERT = "INSERT INTO observation (id, kind, source, observed_at, raw_sha256, row_count)
        VALUES ($1, $2, $3, $4, $5, $6)";
    RUN_LAST = "SELECT COALESCE(MAX(number), 0) FROM import_run";
    RUN_INSERT = "INSERT INTO import_run (number, kind, source, raw_sha256, at, counts)
        VALUES ($1, $2, $3, $4, $5, $6)";
    RUNS = "SELECT number, kind, source, raw_sha256, at, counts FROM import_run ORDER BY number DESC
        LIMIT CAST($1 AS BIGINT)";
}

/// An observation with the size of its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObservation {
    /// The observation.
    pub observation: Observation,
    /// How many rows or components the input had.
    pub row_count: u64,
}

/// One run of an import, also one that changed nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportRun {
    /// What was imported, for example `advisory` or `asset`.
    pub kind: String,
    /// The file, folder or provider.
    pub source: String,
    /// SHA-256 of the raw bytes; for a folder, whatever hash its importer names it by.
    pub raw_sha256: [u8; 32],
    /// When.
    pub at: Moment,
    /// What came of it, as the importer counts.
    pub counts: serde_json::Value,
}

impl Reader<'_> {
    /// The observation of that id.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn observation(&mut self, id: ObservationId) -> Result<Option<StoredObservation>, StoreError> {
        self.query_opt(OBSERVATION, params![id], observation)
    }

    /// The observations made from exactly these bytes, newest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn observation_by_hash(
        &mut self,
        raw_sha256: &[u8; 32],
    ) -> Result<Vec<StoredObservation>, StoreError> {
        self.query(OBSERVATIONS_BY_HASH, params![raw_sha256], observation)
    }

    /// The newest runs of imports with their numbers, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn import_runs(&mut self, limit: u32) -> Result<Vec<(i64, ImportRun)>, StoreError> {
        self.query(RUNS, params![limit], |row| {
            let run = ImportRun {
                kind: row.get(1)?,
                source: row.get(2)?,
                raw_sha256: row.get(3)?,
                at: row.get(4)?,
                counts: read_json(row, 5)?,
            };
            Ok((row.get(0)?, run))
        })
    }
}

impl Change<'_> {
    /// Keeps an observation for ever.
    ///
    /// # Errors
    /// When the id is taken or the database fails.
    pub fn put_observation(&mut self, seen: &Observation, row_count: u64) -> Result<(), StoreError> {
        self.exec(
            OBSERVATION_INSERT,
            params![seen.id, seen.kind.word(), &seen.source, seen.observed_at, seen.raw_sha256, row_count],
        )?;
        Ok(())
    }

    /// Keeps the account of a run of an import and gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_import_run(&mut self, run: &ImportRun) -> Result<i64, StoreError> {
        let number: i64 = self.query_one(RUN_LAST, params![], |row| row.get::<i64>(0))? + 1;
        self.exec(
            RUN_INSERT,
            params![number, &run.kind, &run.source, run.raw_sha256, run.at, run.counts.to_string()],
        )?;
        Ok(number)
    }
}

fn observation(row: &Row<'_>) -> Result<StoredObservation, StoreError> {
    let observation = Observation {
        id: row.get(0)?,
        kind: row.word(1)?,
        source: row.get(2)?,
        observed_at: row.get(3)?,
        raw_sha256: row.get(4)?,
    };
    Ok(StoredObservation { observation, row_count: row.get(5)? })
}
