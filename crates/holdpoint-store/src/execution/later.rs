//! What was put on an asset after the work of a step: other steps on it that stand.
//!
//! The surprise: what counts is when the asset was read before the work, because that look is what a later one is held against.
//! A step that has no such look counts by its last change.

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::id::{AssetId, PlanId};
use std::collections::BTreeMap;

macro_rules! later {
    () => {
        "SELECT o.place, q.number, s.place, s.patch, (SELECT w.body FROM step_word w
                WHERE w.plan_no = s.plan_no AND w.place = s.place AND w.kind = 'promise')
        FROM step_run o JOIN change_plan p ON p.number = o.plan_no
        JOIN step_run s ON s.asset_id = o.asset_id AND (s.plan_no <> o.plan_no OR s.place <> o.place)
            AND s.state IN ('verified', 'rechecking', 'done')
        JOIN change_plan q ON q.number = s.plan_no
        LEFT JOIN step_word a ON a.plan_no = o.plan_no AND a.place = o.place AND a.kind = 'before'
        LEFT JOIN step_word b ON b.plan_no = s.plan_no AND b.place = s.place AND b.kind = 'before'
        WHERE p.id = $1 AND COALESCE(b.at, s.changed_at) > COALESCE(a.at, o.changed_at) "
    };
}

crate::statements! {
    LATER = concat!(later!(), "AND o.place = $2 ORDER BY COALESCE(b.at, s.changed_at), q.number, s.place");
    LATER_OF_LOOKS = concat!(later!(), "AND o.state IN ('verifying', 'rechecking', 'verifying_undo', 'broken')
        ORDER BY o.place, COALESCE(b.at, s.changed_at), q.number, s.place");
    STANDING = "SELECT s.place, q.number, s.place, s.patch, NULL FROM step_run s JOIN change_plan q ON q.number = s.plan_no
        WHERE s.asset_id = $1 AND s.state IN ('verified', 'rechecking', 'done') ORDER BY s.changed_at, q.number, s.place";
    LOOKED_AT = "SELECT DISTINCT s.asset_id FROM step_run s JOIN change_plan p ON p.number = s.plan_no
        WHERE p.id <> $1 AND s.state IN ('staging', 'checking', 'backing_up', 'rechecking')";
}

/// A step that stands, and was put on the same asset later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaterStep {
    /// The number of its plan.
    pub plan: i64,
    /// Its number there.
    pub step: u32,
    /// Its patch.
    pub patch: String,
    /// What it promised, as it is kept; `None`: nothing that a look could be held against.
    pub promise: Option<String>,
}

impl Reader<'_> {
    /// What was put on the asset of a step after it and stands, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn later_steps(&mut self, plan: PlanId, number: u32) -> Result<Vec<LaterStep>, StoreError> {
        let found = self.query(LATER, params![plan, number], later)?;
        Ok(found.into_iter().map(|(_, step)| step).collect())
    }

    /// What was put on the assets of the steps of a plan after them and stands, the oldest first: for the steps that are looked at after
    /// the work now, and for those that are broken.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn later_steps_of(&mut self, plan: PlanId) -> Result<BTreeMap<u32, Vec<LaterStep>>, StoreError> {
        let mut found: BTreeMap<u32, Vec<LaterStep>> = BTreeMap::new();
        for (number, step) in self.query(LATER_OF_LOOKS, params![plan], later)? {
            found.entry(number).or_default().push(step);
        }
        Ok(found)
    }

    /// The steps that stand on an asset, the one that changed last at the end; without what they promised.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn steps_that_stand(&mut self, asset: AssetId) -> Result<Vec<LaterStep>, StoreError> {
        let found = self.query(STANDING, params![asset], later)?;
        Ok(found.into_iter().map(|(_, step)| step).collect())
    }

    /// Assets at which other plans have a look or files under way, so that the host may be taken.
    ///
    /// # Errors
    /// When the database fails.
    pub fn assets_looked_at_elsewhere(&mut self, plan: PlanId) -> Result<Vec<AssetId>, StoreError> {
        self.query(LOOKED_AT, params![plan], |row| row.get(0))
    }
}

fn later(row: &Row<'_>) -> Result<(u32, LaterStep), StoreError> {
    let step = LaterStep { plan: row.get(1)?, step: row.get(2)?, patch: row.get(3)?, promise: row.get(4)? };
    Ok((row.get(0)?, step))
}
