//! Whose yes counts, kept for lists: pairs of a publisher and a vendor as statements name them.
//!
//! Who speaks for whom is decided above; here it is kept. The surprise: a pair that is not here is heard all the same where it
//! says no, so only the states that clear a patch ask for it.

use crate::change::Change;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Value, params};

crate::statements! {
    SPOKEN = "SELECT DISTINCT s.publisher, r.vendor FROM compatibility_statement s
        JOIN supplier_release r ON r.number = s.release_no";
    KNOWN = "SELECT publisher, vendor FROM supplier_voice";
    ADD = "INSERT INTO supplier_voice (publisher, vendor) VALUES ($1, $2)";
    REMOVE = "DELETE FROM supplier_voice WHERE publisher = $1 AND vendor = $2";
}

/// A publisher and a vendor.
pub type VoicePair = (String, String);

impl Reader<'_> {
    /// Every pair of a publisher and the vendor of a product of which it ever said something.
    ///
    /// # Errors
    /// When the database fails.
    pub fn voices_spoken(&mut self) -> Result<Vec<VoicePair>, StoreError> {
        self.query(SPOKEN, params![], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The pairs whose yes counts, as they are kept.
    ///
    /// # Errors
    /// When the database fails.
    pub fn voices(&mut self) -> Result<Vec<VoicePair>, StoreError> {
        self.query(KNOWN, params![], |row| Ok((row.get(0)?, row.get(1)?)))
    }
}

impl Change<'_> {
    /// Keeps pairs whose yes counts from now on, and lets go others.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_voices(&mut self, counts: &[VoicePair], no_more: &[VoicePair]) -> Result<(), StoreError> {
        let row = |(publisher, vendor): &VoicePair| {
            vec![Value::from(publisher.clone()), Value::from(vendor.clone())]
        };
        self.exec_many(ADD, counts.iter().map(row))?;
        self.exec_many(REMOVE, no_more.iter().map(row))?;
        Ok(())
    }
}
