//! What came with a bundle and waits for its place: its bytes lie among the blobs until it is placed, and afterwards, too.
//!
//! The surprise: the same thing waits once. When a later bundle brings it again, its line tells the newer bundle and the newer reason.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::WaitingId;

crate::statements! {
    OPEN = "SELECT w.id, w.site, w.sequence, w.item, w.sha256, w.size_bytes, w.why, w.at FROM transfer_waiting w
        WHERE w.placed_at IS NULL ORDER BY w.number";
    KNOWN = "SELECT w.id FROM transfer_waiting w
        WHERE w.placed_at IS NULL AND w.site = $1 AND w.sha256 = $2 AND w.item = $3 LIMIT 1";
    PUT = "INSERT INTO transfer_waiting (number, id, site, sequence, item, sha256, size_bytes, why, at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM transfer_waiting), $1, $2, $3, $4, $5, $6, $7, $8)";
    AGAIN = "UPDATE transfer_waiting SET sequence = $2, why = $3, at = $4 WHERE id = $1";
    PLACED = "UPDATE transfer_waiting SET placed_at = $2, placed_by = $3 WHERE id = $1 AND placed_at IS NULL";
}

/// Something that came with a bundle and waits for its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingThing {
    /// Its id.
    pub id: WaitingId,
    /// The site of the bundle.
    pub site: String,
    /// The number of the bundle that brought it.
    pub sequence: u64,
    /// What the list of the bundle says of it, as JSON.
    pub item: String,
    /// SHA-256 of its bytes, which lie among the blobs.
    pub sha256: [u8; 32],
    /// Its size.
    pub size_bytes: u64,
    /// Why it could not be placed.
    pub why: String,
    /// When it was last tried with a bundle.
    pub at: Moment,
}

impl Reader<'_> {
    /// What waits, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn transfer_waiting(&mut self) -> Result<Vec<WaitingThing>, StoreError> {
        self.query(OPEN, params![], thing)
    }
}

impl Change<'_> {
    /// Keeps something until it has its place; its bytes are kept with [`Change::put_blob`]. The same thing waits once.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_transfer_waiting(&mut self, new: &WaitingThing) -> Result<(), StoreError> {
        let site = storable(&new.site).into_owned();
        let known: Option<WaitingId> =
            self.query_opt(KNOWN, params![&*site, &new.sha256, &*storable(&new.item)], |row| row.get(0))?;
        if let Some(known) = known {
            self.exec(AGAIN, params![known, new.sequence, &*storable(&new.why), new.at])?;
            return Ok(());
        }
        self.exec(
            PUT,
            params![
                new.id,
                &*site,
                new.sequence,
                &*storable(&new.item),
                &new.sha256,
                new.size_bytes,
                &*storable(&new.why),
                new.at
            ],
        )?;
        Ok(())
    }

    /// What waited has its place.
    ///
    /// # Errors
    /// When the database fails.
    pub fn transfer_placed(&mut self, id: WaitingId, by: &str) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(PLACED, params![id, at, &*storable(by)])?;
        Ok(())
    }
}

fn thing(row: &Row<'_>) -> Result<WaitingThing, StoreError> {
    Ok(WaitingThing {
        id: row.get(0)?,
        site: row.get(1)?,
        sequence: row.get(2)?,
        item: row.get(3)?,
        sha256: row.get(4)?,
        size_bytes: row.get(5)?,
        why: row.get(6)?,
        at: row.get(7)?,
    })
}
