//! What lists search of a revision besides its own columns: facts, the document's history, ids of vulnerabilities.
//!
//! Written once beside the revision. The surprise: a database of an older program has revisions without them; they are
//! found by their missing version of CSAF, which every document has.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Value, params};
use holdpoint_domain::document::{DocumentFacts, FactKind, HistoryEntry};
use holdpoint_domain::id::RevisionId;
use std::collections::BTreeMap;

crate::statements! {
    NUMBER = "SELECT number FROM advisory_revision WHERE id = $1";
    FACT_INSERT = "INSERT INTO revision_fact (revision_no, kind, place, value) VALUES ($1, $2, $3, $4)";
    HISTORY_INSERT = "INSERT INTO revision_history (revision_no, place, number, released, summary, legacy_version)
        VALUES ($1, $2, $3, $4, $5, $6)";
    ID_INSERT = "INSERT INTO revision_vulnerability_id (revision_no, ordinal, place, id) VALUES ($1, $2, $3, $4)";
    FACTS = "SELECT f.kind, f.value FROM revision_fact f JOIN advisory_revision r ON r.number = f.revision_no
        WHERE r.id = $1 ORDER BY f.kind, f.place";
    HISTORY = "SELECT h.number, h.released, h.summary, h.legacy_version FROM revision_history h
        JOIN advisory_revision r ON r.number = h.revision_no WHERE r.id = $1 ORDER BY h.place";
    IDS = "SELECT n.ordinal, n.id FROM revision_vulnerability_id n
        JOIN advisory_revision r ON r.number = n.revision_no WHERE r.id = $1 ORDER BY n.ordinal, n.place";
    WITHOUT = "SELECT r.id, r.raw_sha256 FROM advisory_revision r WHERE NOT EXISTS (SELECT 1 FROM revision_fact f
        WHERE f.revision_no = r.number AND f.kind = 'csaf_version') ORDER BY r.number";
}

impl Change<'_> {
    /// Stores what lists search of a revision that was just put.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for an unknown revision; else when the database fails.
    pub fn put_facts(&mut self, revision: RevisionId, facts: &DocumentFacts) -> Result<(), StoreError> {
        let number: Option<i64> = self.query_opt(NUMBER, params![revision], |row| row.get(0))?;
        let number =
            number.ok_or_else(|| StoreError::Conflict { rule: format!("revision {revision} is unknown") })?;
        let mut places: BTreeMap<FactKind, usize> = BTreeMap::new();
        let mut rows = Vec::with_capacity(facts.facts.len());
        for (kind, value) in &facts.facts {
            let place = places.entry(*kind).or_default();
            rows.push(vec![
                Value::from(number),
                Value::from(kind.word()),
                Value::from(*place),
                Value::Text(storable(value)),
            ]);
            *place += 1;
        }
        self.insert_many(FACT_INSERT, rows)?;
        let history = facts.history.iter().enumerate().map(|(place, entry)| {
            vec![
                Value::from(number),
                Value::from(place),
                Value::Text(storable(&entry.number)),
                Value::from(entry.date),
                Value::Text(storable(&entry.summary)),
                Value::Text(storable(&entry.legacy_version)),
            ]
        });
        self.insert_many(HISTORY_INSERT, history)?;
        let ids = facts.vulnerability_ids.iter().enumerate().flat_map(|(ordinal, ids)| {
            ids.iter().enumerate().map(move |(place, id)| {
                vec![Value::from(number), Value::from(ordinal), Value::from(place), Value::Text(storable(id))]
            })
        });
        self.insert_many(ID_INSERT, ids)
    }
}

impl Reader<'_> {
    /// What lists search of a revision; empty for an unknown one.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn document_facts(&mut self, revision: RevisionId) -> Result<DocumentFacts, StoreError> {
        let facts = self.query(FACTS, params![revision], |row| Ok((row.word(0)?, row.get(1)?)))?;
        let history = self.query(HISTORY, params![revision], |row| {
            Ok(HistoryEntry {
                number: row.get(0)?,
                date: row.get(1)?,
                summary: row.get(2)?,
                legacy_version: row.get(3)?,
            })
        })?;
        let mut vulnerability_ids: Vec<Vec<String>> = Vec::new();
        self.each(IDS, params![revision], |row| {
            let ordinal =
                usize::try_from(row.get::<u64>(0)?).map_err(|_| row.damaged(0, "it is too large"))?;
            if vulnerability_ids.len() <= ordinal {
                vulnerability_ids.resize(ordinal.min(1_000_000) + 1, Vec::new());
            }
            if let Some(ids) = vulnerability_ids.get_mut(ordinal) {
                ids.push(row.get(1)?);
            }
            Ok(())
        })?;
        Ok(DocumentFacts { facts, history, vulnerability_ids })
    }

    /// Revisions that an older program stored without facts, with the hash of their bytes.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn revisions_without_facts(&mut self) -> Result<Vec<(RevisionId, [u8; 32])>, StoreError> {
        self.query(WITHOUT, params![], |row| Ok((row.get(0)?, row.get(1)?)))
    }
}
