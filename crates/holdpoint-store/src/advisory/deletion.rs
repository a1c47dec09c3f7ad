//! Deleting an advisory, and taking that back.
//!
//! Nothing goes away: the current revision ends, so that no list of now shows the advisory and every list of the past
//! still does. The surprise: a restored advisory gets a new revision with the same bytes, because a revision's period
//! is never reopened.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::{AdvisoryId, RevisionId};

macro_rules! columns {
    () => {
        "SELECT d.id, d.namespace, d.tracking_id, r.id, r.raw_sha256, r.tracking_version, r.title, x.valid_from,
            x.by_name, x.reason
        FROM advisory_deletion x JOIN advisory d ON d.number = x.advisory_no
        JOIN advisory_revision r ON r.number = x.revision_no
        WHERE x.valid_to = 9223372036854775807 "
    };
}

crate::statements! {
    ALL = concat!(columns!(), "ORDER BY x.valid_from DESC, d.number");
    ONE = concat!(columns!(), "AND d.id = $1");
    BY_TRACKING_ID = concat!(columns!(), "AND d.tracking_id = $1 ORDER BY d.namespace");
    CURRENT = "SELECT d.number, r.number, r.valid_from FROM advisory d
        JOIN advisory_revision r ON r.advisory_no = d.number AND r.valid_to = 9223372036854775807 WHERE d.id = $1";
    END_REVISION = "UPDATE advisory_revision SET valid_to = $2 WHERE number = $1";
    LAST = "SELECT MAX(valid_to) FROM advisory_deletion WHERE advisory_no = $1";
    DELETE = "INSERT INTO advisory_deletion (advisory_no, valid_from, valid_to, revision_no, by_name, reason)
        VALUES ($1, $2, 9223372036854775807, $3, $4, $5)";
    RESTORE = "UPDATE advisory_deletion
        SET valid_to = CASE WHEN valid_from >= $2 THEN valid_from + 1 ELSE CAST($2 AS BIGINT) END
        WHERE advisory_no = (SELECT number FROM advisory WHERE id = $1) AND valid_to = 9223372036854775807";
}

/// An advisory that is deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedAdvisory {
    /// The advisory.
    pub id: AdvisoryId,
    /// Namespace of its publisher.
    pub namespace: String,
    /// The publisher's id for it.
    pub tracking_id: String,
    /// The revision that was current.
    pub revision: RevisionId,
    /// SHA-256 of that revision's bytes.
    pub raw_sha256: [u8; 32],
    /// The publisher's version of that revision.
    pub tracking_version: String,
    /// Its title.
    pub title: String,
    /// When it was deleted.
    pub deleted_at: Moment,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl Reader<'_> {
    /// All advisories that are deleted now, the newest deletion first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn deleted_advisories(&mut self) -> Result<Vec<DeletedAdvisory>, StoreError> {
        self.query(ALL, params![], deleted)
    }

    /// The advisory of that id, when it is deleted.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn deleted_advisory(&mut self, id: AdvisoryId) -> Result<Option<DeletedAdvisory>, StoreError> {
        self.query_opt(ONE, params![id], deleted)
    }

    /// The deleted advisories of that tracking id.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn deleted_by_tracking_id(&mut self, tracking_id: &str) -> Result<Vec<DeletedAdvisory>, StoreError> {
        self.query(BY_TRACKING_ID, params![tracking_id], deleted)
    }
}

impl Change<'_> {
    /// Deletes an advisory; false when it is not there or deleted already. Its matches stay open: close them in the
    /// same change.
    ///
    /// # Errors
    /// When the database fails.
    pub fn delete_advisory(&mut self, id: AdvisoryId, by: &str, reason: &str) -> Result<bool, StoreError> {
        let current: Option<(i64, i64, Moment)> =
            self.query_opt(CURRENT, params![id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let Some((advisory_no, revision_no, began)) = current else { return Ok(false) };
        let last: Option<Moment> = self.query_one(LAST, params![advisory_no], |row| row.get(0))?;
        let at = self.at().max(began.plus_micros(1)).max(last.unwrap_or(began));
        self.exec(END_REVISION, params![revision_no, at])?;
        self.exec(DELETE, params![advisory_no, at, revision_no, &*storable(by), &*storable(reason)])?;
        Ok(true)
    }

    /// Ends the deletion of an advisory; false when it was not deleted. Put its revision in the same change.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_deletion(&mut self, id: AdvisoryId) -> Result<bool, StoreError> {
        let at = self.at();
        Ok(self.exec(RESTORE, params![id, at])? == 1)
    }
}

fn deleted(row: &Row<'_>) -> Result<DeletedAdvisory, StoreError> {
    Ok(DeletedAdvisory {
        id: row.get(0)?,
        namespace: row.get(1)?,
        tracking_id: row.get(2)?,
        revision: row.get(3)?,
        raw_sha256: row.get(4)?,
        tracking_version: row.get(5)?,
        title: row.get(6)?,
        deleted_at: row.get(7)?,
        by: row.get(8)?,
        reason: row.get(9)?,
    })
}
