//! What came of the last try to prove a backup of an asset.

use super::event;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::params;
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Deed, Event, Outcome};
use holdpoint_domain::id::AssetId;

crate::statements! {
    TRIES = "SELECT e.at, e.body FROM step_event e JOIN step_run s ON s.plan_no = e.plan_no AND s.place = e.place
        WHERE s.asset_id = $1 AND e.body LIKE '%\"ended\"%' AND e.body LIKE '%\"backup\"%' ORDER BY e.at DESC LIMIT 20";
}

impl Reader<'_> {
    /// When the last try to prove a backup of an asset ended, and how; `None`: none is known.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn last_backup(&mut self, asset: AssetId) -> Result<Option<(Moment, Outcome)>, StoreError> {
        let rows =
            self.query(TRIES, params![asset], |row| Ok((row.get::<Moment>(0)?, row.get::<String>(1)?)))?;
        for (at, body) in rows {
            let read = event::read(&body)
                .map_err(|why| StoreError::damaged(format!("an event of a step: {why}")))?;
            if let Event::Ended { deed: Deed::Backup, outcome, .. } = read {
                return Ok(Some((at, outcome)));
            }
        }
        Ok(None)
    }
}
