//! What a device was given of the files of an action, span by span.

use crate::change::Change;
use crate::columns::{read_json, write_json};
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::params;
use holdpoint_domain::Moment;

crate::statements! {
    OF_ACTION = "SELECT sha256, spans, whole_at FROM controller_given WHERE action_no = $1 ORDER BY sha256";
    PUT = "INSERT INTO controller_given (action_no, sha256, spans, whole_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (action_no, sha256) DO UPDATE SET spans = excluded.spans,
            whole_at = COALESCE(controller_given.whole_at, excluded.whole_at)";
}

/// What a device was given of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenFile {
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// The spans of its bytes: from, and up to but without.
    pub spans: Vec<(u64, u64)>,
    /// Since when they are all of it; `None`: they are not.
    pub whole_at: Option<Moment>,
}

impl Reader<'_> {
    /// What was given of the files of an action.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn controller_given(&mut self, action: i64) -> Result<Vec<GivenFile>, StoreError> {
        self.query(OF_ACTION, params![action], |row| {
            Ok(GivenFile { sha256: row.get(0)?, spans: read_json(row, 1)?, whole_at: row.get(2)? })
        })
    }
}

impl Change<'_> {
    /// Keeps what was given of a file of an action. Since when it is whole stays as it was said first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_controller_given(&mut self, action: i64, given: &GivenFile) -> Result<(), StoreError> {
        self.exec(PUT, params![action, given.sha256, write_json(&given.spans), given.whole_at])?;
        Ok(())
    }
}
