//! Read marks: up to which revision somebody has read an advisory.
//!
//! The surprise: the mark names a revision, so a newer one is unread again by itself.

use crate::change::Change;
use crate::error::StoreError;
use crate::value::params;
use holdpoint_domain::id::AdvisoryId;

crate::statements! {
    PUT = "INSERT INTO read_mark (reader, advisory_no, revision_no, at)
        SELECT CAST($1 AS TEXT), d.number, r.number, CAST($3 AS BIGINT) FROM advisory d
        JOIN advisory_revision r ON r.advisory_no = d.number AND r.valid_to = 9223372036854775807
        WHERE d.id = $2
        ON CONFLICT (reader, advisory_no) DO UPDATE SET revision_no = excluded.revision_no, at = excluded.at
            WHERE read_mark.revision_no <> excluded.revision_no";
    REMOVE = "DELETE FROM read_mark WHERE reader = $1
        AND advisory_no = (SELECT number FROM advisory WHERE id = $2)";
}

impl Change<'_> {
    /// Marks the current revision of an advisory as read by somebody; false when it was so already.
    ///
    /// # Errors
    /// When the database fails.
    pub fn mark_read(&mut self, reader: &str, advisory: AdvisoryId) -> Result<bool, StoreError> {
        let at = self.at();
        Ok(self.exec(PUT, params![reader, advisory, at])? > 0)
    }

    /// Takes somebody's mark away; false when there was none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn mark_unread(&mut self, reader: &str, advisory: AdvisoryId) -> Result<bool, StoreError> {
        Ok(self.exec(REMOVE, params![reader, advisory])? > 0)
    }
}
