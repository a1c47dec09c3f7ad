//! Reading the audit log.

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::params;
use holdpoint_domain::audit::ChainHash;

crate::statements! {
    HEAD = "SELECT sequence, hash FROM audit_head WHERE slot = 1";
    HASH = "SELECT hash FROM audit_entry WHERE sequence = $1";
}

impl Reader<'_> {
    /// Number and hash of the newest entry; 0 and zeros before the first.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn audit_head(&mut self) -> Result<(u64, ChainHash), StoreError> {
        self.query_one(HEAD, params![], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The stored hash of an entry.
    pub(crate) fn audit_hash(&mut self, sequence: u64) -> Result<Option<ChainHash>, StoreError> {
        self.query_opt(HASH, params![sequence], |row| row.get(0))
    }
}
