//! Baselines of assets, read when a step was verified, and what was seen later that is not as they say.
//!
//! The surprise: a drift is closed by a newer baseline or by a person's word with a reason, never by silence.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::{AssetId, PlanId};

crate::statements! {
    PUT_SNAPSHOT = "INSERT INTO asset_snapshot (number, asset_id, taken_at, plan_no, place, promise, body)
        SELECT (SELECT COALESCE(MAX(n.number), 0) + 1 FROM asset_snapshot n), $2, $3, p.number, $4, $5, $6
        FROM change_plan p WHERE p.id = $1";
    NEWEST_VERSION = "SELECT COALESCE(MAX(version_no), 0) FROM asset_version";
    LATEST_SEEN = "SELECT n.number, n.asset_id, n.taken_at, p.id, n.place, n.promise, n.body FROM asset_snapshot n
        JOIN change_plan p ON p.number = n.plan_no JOIN asset i ON i.id = n.asset_id
        JOIN asset_version a ON a.number = i.number AND a.valid_to = 9223372036854775807
        WHERE n.number IN (SELECT MAX(m.number) FROM asset_snapshot m GROUP BY m.asset_id)
            AND a.version_no > $1 AND a.seen_at > n.taken_at ORDER BY n.number";
    LATEST_OF = "SELECT n.number, n.asset_id, n.taken_at, p.id, n.place, n.promise, n.body FROM asset_snapshot n
        JOIN change_plan p ON p.number = n.plan_no
        WHERE n.number = (SELECT MAX(m.number) FROM asset_snapshot m WHERE m.asset_id = $1)";
    OPEN_DRIFT = "SELECT d.what FROM asset_drift d WHERE d.snapshot_no = $1 AND d.closed_at IS NULL";
    PUT_DRIFT = "INSERT INTO asset_drift (number, asset_id, snapshot_no, seen_at, seen_by, what, closed_at, closed_by, closed_why)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM asset_drift), $1, $2, $3, $4, $5, NULL, NULL, NULL)";
    CLOSE_OF = "UPDATE asset_drift SET closed_at = $2, closed_by = $3, closed_why = $4 WHERE asset_id = $1 AND closed_at IS NULL";
    CLOSE = "UPDATE asset_drift SET closed_at = $2, closed_by = $3, closed_why = $4 WHERE number = $1 AND closed_at IS NULL";
    DRIFT_SITE = "SELECT p.site_id, d.asset_id FROM asset_drift d JOIN asset_snapshot n ON n.number = d.snapshot_no
        JOIN change_plan p ON p.number = n.plan_no WHERE d.number = $1";
}

const FROM: &str = "asset_drift d JOIN asset_snapshot n ON n.number = d.snapshot_no
    JOIN change_plan p ON p.number = n.plan_no JOIN site s ON s.id = p.site_id
    JOIN change_plan_step t ON t.plan_no = n.plan_no AND t.place = n.place";
const COLUMNS: &str = "d.number, d.asset_id, t.tag, s.name, s.time_zone, p.id, p.number, n.place, t.patch, n.taken_at, \
    d.seen_at, d.seen_by, d.what, d.closed_at, d.closed_by, d.closed_why";

const FIELDS: &[FilterField] = &[
    FilterField::number("number", "d.number").required(),
    FilterField::text("asset", "t.tag").required(),
    FilterField::text("site", "s.name").required(),
    FilterField::text("patch", "t.patch").required(),
    FilterField::number("plan", "p.number").required(),
    FilterField::text("what", "d.what").required(),
    FilterField::text("by", "d.seen_by").required(),
    FilterField::flag("open", "(d.closed_at IS NULL)"),
    FilterField::time("seen", "d.seen_at").required(),
    FilterField::time("closed", "d.closed_at"),
];

/// The list of drifts.
pub(crate) const DRIFT_SPEC: ListSpec = ListSpec {
    noun: "drift",
    fields: FIELDS,
    words: &["t.tag", "t.patch", "d.what"],
    unique: "d.number",
    default_sort: ("seen", Direction::Descending),
};

/// What of the drifts a person may see.
pub(crate) fn drift_within(which: DriftQuery, reach: &Reach) -> (String, Vec<Value<'static>>) {
    match which {
        DriftQuery::All => reach_condition(reach, "p.site_id", 1),
        DriftQuery::Of(plan) => {
            let (condition, mut params) = reach_condition(reach, "p.site_id", 2);
            params.insert(0, Value::from(plan));
            (format!("p.id = $1 AND {condition}"), params)
        }
    }
}

pub(crate) fn drift_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: FROM, condition: &within.0, params: within.1.clone() }
}

/// Whose drifts are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DriftQuery {
    /// All of them.
    All,
    /// Those from baselines of one deployment.
    Of(PlanId),
}

/// What was read of an asset when a step on it was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetSnapshot {
    /// Its number.
    pub number: i64,
    /// The asset.
    pub asset: AssetId,
    /// When.
    pub taken_at: Moment,
    /// The plan.
    pub plan: PlanId,
    /// The step.
    pub step: u32,
    /// What was promised, as JSON.
    pub promise: String,
    /// What was read, as JSON.
    pub body: String,
}

/// Something that is not as the baseline says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Its number.
    pub number: i64,
    /// The asset.
    pub asset: AssetId,
    /// Its tag.
    pub tag: String,
    /// The site's name.
    pub site_name: String,
    /// The site's time zone.
    pub time_zone: String,
    /// The plan of the baseline.
    pub plan: PlanId,
    /// Its running number.
    pub plan_number: i64,
    /// The step.
    pub step: u32,
    /// The patch.
    pub patch: String,
    /// When the baseline was read.
    pub baseline_at: Moment,
    /// When the drift was seen.
    pub seen_at: Moment,
    /// By whom or what.
    pub seen_by: String,
    /// What it is, as a clause.
    pub what: String,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// By whom.
    pub closed_by: Option<String>,
    /// Why.
    pub closed_why: Option<String>,
}

fn snapshot(row: &Row<'_>) -> Result<AssetSnapshot, StoreError> {
    Ok(AssetSnapshot {
        number: row.get(0)?,
        asset: row.get(1)?,
        taken_at: row.get(2)?,
        plan: row.get(3)?,
        step: row.get(4)?,
        promise: row.get(5)?,
        body: row.get(6)?,
    })
}

impl Reader<'_> {
    /// The newest version of any asset, as a number that only grows.
    ///
    /// # Errors
    /// When the database fails.
    pub fn newest_asset_version(&mut self) -> Result<i64, StoreError> {
        Ok(self.query_opt(NEWEST_VERSION, params![], |row| row.get(0))?.unwrap_or(0))
    }

    /// The baselines of assets that have a newer version than that, with something seen after the baseline.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn asset_baselines_seen_after(&mut self, version: i64) -> Result<Vec<AssetSnapshot>, StoreError> {
        self.query(LATEST_SEEN, params![version], snapshot)
    }

    /// The baseline of an asset; `None`: no step on it was ever verified.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn asset_baseline(&mut self, asset: AssetId) -> Result<Option<AssetSnapshot>, StoreError> {
        self.query_opt(LATEST_OF, params![asset], snapshot)
    }

    /// What stands open of a baseline, in words.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_drift(&mut self, snapshot_no: i64) -> Result<Vec<String>, StoreError> {
        self.query(OPEN_DRIFT, params![snapshot_no], |row| row.get(0))
    }

    /// The site and the asset of a drift.
    ///
    /// # Errors
    /// When the database fails.
    pub fn drift_place(
        &mut self,
        number: i64,
    ) -> Result<Option<(holdpoint_domain::id::SiteId, AssetId)>, StoreError> {
        self.query_opt(DRIFT_SITE, params![number], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Drifts, those seen last first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn drift_list(&mut self, which: DriftQuery, query: &ListQuery) -> Result<Paged<Drift>, StoreError> {
        let within = drift_within(which, &query.reach);
        self.list(&DRIFT_SPEC, drift_sql(&within), query, |row| {
            Ok(Drift {
                number: row.get(0)?,
                asset: row.get(1)?,
                tag: row.get(2)?,
                site_name: row.get(3)?,
                time_zone: row.get(4)?,
                plan: row.get(5)?,
                plan_number: row.get(6)?,
                step: row.get(7)?,
                patch: row.get(8)?,
                baseline_at: row.get(9)?,
                seen_at: row.get(10)?,
                seen_by: row.get(11)?,
                what: row.get(12)?,
                closed_at: row.get(13)?,
                closed_by: row.get(14)?,
                closed_why: row.get(15)?,
            })
        })
    }
}

impl Change<'_> {
    /// Keeps the baseline of an asset, read when a step was verified.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_asset_baseline(
        &mut self,
        (plan, step): (PlanId, u32),
        asset: AssetId,
        (promise, body): (&str, &str),
    ) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(PUT_SNAPSHOT, params![plan, asset, at, step, &*storable(promise), &*storable(body)])?;
        Ok(())
    }

    /// Closes what stands open of an asset, because a newer baseline was recorded.
    ///
    /// # Errors
    /// When the database fails.
    pub fn close_drifts_of(&mut self, asset: AssetId) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(CLOSE_OF, params![asset, at, "Holdpoint", "a newer baseline was recorded"])?;
        Ok(())
    }

    /// Keeps a drift from a baseline.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_drift(
        &mut self,
        asset: AssetId,
        snapshot_no: i64,
        (by, what): (&str, &str),
    ) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(PUT_DRIFT, params![asset, snapshot_no, at, &*storable(by), &*storable(what)])?;
        Ok(())
    }

    /// Closes a drift with a person's reason.
    ///
    /// # Errors
    /// When the database fails.
    pub fn close_drift(&mut self, number: i64, by: &str, why: &str) -> Result<u64, StoreError> {
        let at = self.at();
        self.exec(CLOSE, params![number, at, &*storable(by), &*storable(why)])
    }
}
