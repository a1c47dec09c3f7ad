//! Reading advisories: heads for the detection of changes, one with all about it, its history.

use super::list::{COLUMNS, CONDITION, line, signature, tables};
use super::{AdvisoryHead, OutcomeCounts, RevisionLine, StoredAdvisory};
use crate::columns::{read_json, storable};
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::access::Reach;
use holdpoint_domain::advisory::{Note, Reference};
use holdpoint_domain::id::{AdvisoryId, RevisionId};
use holdpoint_domain::matching::ExpressionOutcome;
use holdpoint_domain::{Moment, Warning};
use std::borrow::Cow;
use std::collections::BTreeSet;

macro_rules! head_columns {
    () => {
        "SELECT d.id, d.namespace, d.tracking_id, r.id, r.raw_sha256, r.tracking_version, r.current_release,
            r.publisher
        FROM advisory d JOIN advisory_revision r
            ON r.advisory_no = d.number AND r.valid_to = 9223372036854775807 "
    };
}

macro_rules! revision_columns {
    () => {
        "SELECT r.id, r.ordinal, r.tracking_version, r.status, r.current_release, r.received_at, r.valid_from,
            r.valid_to, r.raw_sha256, r.source, r.signature, r.fingerprint, r.standing, d.id
        FROM advisory_revision r JOIN advisory d ON d.number = r.advisory_no "
    };
}

crate::statements! {
    HEADS = concat!(head_columns!(), "ORDER BY d.number");
    CURRENT_REVISIONS = "SELECT d.id, r.id FROM advisory d JOIN advisory_revision r
        ON r.advisory_no = d.number AND r.valid_to = 9223372036854775807";
    STANDINGS_OF_HASH = "SELECT valid_to FROM advisory_revision WHERE raw_sha256 = $1";
    PAST_HASHES = "SELECT DISTINCT raw_sha256 FROM advisory_revision WHERE valid_to < 9223372036854775807";
    HEADS_BY_TRACKING_ID = concat!(head_columns!(), "WHERE d.tracking_id = $1 ORDER BY d.namespace");
    REVISIONS = concat!(revision_columns!(), "WHERE d.id = $1 ORDER BY r.ordinal DESC");
    REVISION = concat!(revision_columns!(), "WHERE r.id = $1");
    PROSE = "SELECT p.notes, p.link_list, p.warnings FROM advisory_revision_prose p
        JOIN advisory_revision r ON r.number = p.revision_no WHERE r.id = $1";
    OUTCOMES = "SELECT e.outcome, COUNT(*) FROM advisory_product p
        JOIN advisory_revision r ON r.number = p.revision_no AND r.valid_to = 9223372036854775807
        JOIN expression e ON e.number = p.expression_no GROUP BY e.outcome";
}

// The joins are written in the order in which they are to be made: from the few advisories to their revisions.
const HEADS_OF: &str = "SELECT d.id, d.namespace, d.tracking_id, r.id, r.raw_sha256, r.tracking_version,
        r.current_release, r.publisher
    FROM advisory d CROSS JOIN advisory_revision r
    WHERE r.advisory_no = d.number AND r.valid_to = 9223372036854775807 AND d.tracking_id IN ({list})";

/// Whether bytes are those of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HashStanding {
    /// They are those of a current revision.
    pub is_current: bool,
    /// They are those of a revision that was current once.
    pub is_past: bool,
}

impl Reader<'_> {
    /// The current revisions of the advisories with these tracking ids, of whatever publisher, in no order.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn heads_of(&mut self, tracking_ids: &[&str]) -> Result<Vec<AdvisoryHead>, StoreError> {
        let ids: BTreeSet<Cow<'_, str>> = tracking_ids.iter().map(|id| storable(id)).collect();
        let mut found =
            self.query_in(HEADS_OF, &[], ids.into_iter().map(|id| Value::from(id.into_owned())), head)?;
        found.sort_unstable_by_key(|head| head.id);
        found.dedup_by_key(|head| head.id);
        Ok(found)
    }

    /// Whether bytes with this hash are those of a revision.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn standing_of_hash(&mut self, raw_sha256: &[u8; 32]) -> Result<HashStanding, StoreError> {
        let ends: Vec<Moment> = self.query(STANDINGS_OF_HASH, params![raw_sha256], |row| row.get(0))?;
        Ok(HashStanding {
            is_current: ends.contains(&Moment::OPEN),
            is_past: ends.iter().any(|end| *end < Moment::OPEN),
        })
    }

    /// The current revision of every advisory, in one query.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn advisory_heads(&mut self) -> Result<Vec<AdvisoryHead>, StoreError> {
        self.query(HEADS, params![], head)
    }

    /// Which revision of each advisory is current, in no order.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn current_revisions(&mut self) -> Result<Vec<(AdvisoryId, RevisionId)>, StoreError> {
        self.query(CURRENT_REVISIONS, params![], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The hashes of all revisions that were current once and are not any more, each once.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn past_revision_hashes(&mut self) -> Result<Vec<[u8; 32]>, StoreError> {
        self.query(PAST_HASHES, params![], |row| row.get(0))
    }

    /// The advisories of that tracking id: several when several publishers use it.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn advisory_by_tracking_id(&mut self, tracking_id: &str) -> Result<Vec<AdvisoryHead>, StoreError> {
        self.query(HEADS_BY_TRACKING_ID, params![tracking_id], head)
    }

    /// An advisory as it was; `None` when it was not known then. Assets are counted within reach.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn advisory(
        &mut self,
        id: AdvisoryId,
        as_of: Moment,
        reach: &Reach,
    ) -> Result<Option<StoredAdvisory>, StoreError> {
        self.advisory_for(id, as_of, reach, "")
    }

    /// As [`Reader::advisory`], with what this reader has read of it.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn advisory_for(
        &mut self,
        id: AdvisoryId,
        as_of: Moment,
        reach: &Reach,
        reader: &str,
    ) -> Result<Option<StoredAdvisory>, StoreError> {
        let (from, mut values) = tables(as_of, reach, reader);
        values.push(Value::from(id));
        let sql = format!("SELECT {COLUMNS} FROM {from} WHERE {CONDITION} AND d.id = ${}", values.len());
        let Some(line) = self.query_opt(&sql, &values, line)? else { return Ok(None) };
        let (notes, references, warnings) =
            self.query_opt(PROSE, params![line.revision], prose)?.unwrap_or_default();
        let revisions = self.revisions(id)?;
        Ok(Some(StoredAdvisory { line, notes, references, warnings, revisions }))
    }

    /// All revisions of an advisory, newest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn revisions(&mut self, id: AdvisoryId) -> Result<Vec<RevisionLine>, StoreError> {
        self.query(REVISIONS, params![id], revision)
    }

    /// One revision, with the advisory that it is of.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn revision_of(&mut self, id: RevisionId) -> Result<Option<(AdvisoryId, RevisionLine)>, StoreError> {
        self.query_opt(REVISION, params![id], |row| Ok((row.get(13)?, revision(row)?)))
    }

    /// How the products of all current revisions were understood.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn expression_counts(&mut self) -> Result<OutcomeCounts, StoreError> {
        let mut counts = OutcomeCounts::default();
        self.each(OUTCOMES, params![], |row| {
            let products: u64 = row.get(1)?;
            match row.word(0)? {
                ExpressionOutcome::Decided => counts.decided = products,
                ExpressionOutcome::Conditional => counts.conditional = products,
                ExpressionOutcome::NotUnderstood => counts.not_understood = products,
            }
            Ok(())
        })?;
        Ok(counts)
    }
}

fn head(row: &Row<'_>) -> Result<AdvisoryHead, StoreError> {
    Ok(AdvisoryHead {
        id: row.get(0)?,
        namespace: row.get(1)?,
        tracking_id: row.get(2)?,
        revision: row.get(3)?,
        raw_sha256: row.get(4)?,
        tracking_version: row.get(5)?,
        current_release: row.get(6)?,
        publisher: row.get(7)?,
    })
}

fn revision(row: &Row<'_>) -> Result<RevisionLine, StoreError> {
    Ok(RevisionLine {
        id: row.get(0)?,
        ordinal: row.get(1)?,
        tracking_version: row.get(2)?,
        status: row.get(3)?,
        current_release: row.get(4)?,
        received_at: row.get(5)?,
        valid_from: row.get(6)?,
        valid_to: row.get(7)?,
        raw_sha256: row.get(8)?,
        source: row.get(9)?,
        signature: signature(row, 10)?,
        standing: row.word(12)?,
    })
}

type Prose = (Vec<Note>, Vec<Reference>, Vec<Warning>);
type Triples = Vec<(String, String, String)>;

fn prose(row: &Row<'_>) -> Result<Prose, StoreError> {
    let notes: Triples = read_json(row, 0)?;
    let links: Triples = read_json(row, 1)?;
    let warnings: Triples = read_json(row, 2)?;
    Ok((
        notes.into_iter().map(|(category, title, text)| Note { category, title, text }).collect(),
        links.into_iter().map(|(category, summary, url)| Reference { category, summary, url }).collect(),
        warnings.into_iter().map(|(code, place, message)| Warning { code, place, message }).collect(),
    ))
}
