//! How pressing the open findings of an asset or an advisory are: counted by lane, with what runs out first.
//!
//! It speaks of now, as the list of findings does. The surprise: a finding counts for an advisory when the advisory treats its
//! vulnerability and may touch its asset, whoever else says so too; so one finding counts for several advisories.

use super::finding::lane;
use crate::component::distinct;
use crate::error::StoreError;
use crate::page::reach_condition;
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::clock::ClockKind;
use holdpoint_domain::id::AdvisoryId;
use holdpoint_domain::matching::Verdict;
use holdpoint_domain::ranking::policy::Lane;
use std::collections::{HashMap, HashSet};

macro_rules! counted {
    () => {
        "f.lane, f.due_clock, COALESCE(si.time_zone, 'UTC'), COUNT(DISTINCT f.number),
        COUNT(DISTINCT CASE WHEN f.due_at <= $1 THEN f.number END),
        COUNT(DISTINCT CASE WHEN f.verdict = 'unknown' THEN f.number END), MIN(f.due_at)"
    };
}

/// From the vulnerabilities `frv` of an advisory `d` to its findings `f` and their assets `ra`.
macro_rules! findings {
    () => {
        " JOIN finding f ON f.vulnerability_no = frv.vulnerability_no AND f.closed_at = 9223372036854775807
        JOIN asset_version ra ON ra.number = f.asset_no AND ra.valid_to = 9223372036854775807
            AND EXISTS (SELECT 1 FROM product_match fm WHERE fm.configuration_no = ra.configuration_no
                AND fm.valid_to = 9223372036854775807 AND fm.advisory_no = d.number AND fm.verdict <> 'no')"
    };
}
macro_rules! lane_word {
    ($of:expr) => {
        concat!(
            "CASE (SELECT MAX(f.lane) FROM ",
            $of,
            ") WHEN 0 THEN 'accept' WHEN 1 THEN 'next-outage' WHEN 2 THEN 'next-window' WHEN 3 THEN 'now' END"
        )
    };
}
macro_rules! due {
    ($of:expr) => {
        concat!("(SELECT MIN(f.due_at) FROM ", $of, ")")
    };
}
macro_rules! within_advisory {
    () => {
        concat!(
            "revision_vulnerability frv",
            crate::ranking::pressing::findings!(),
            " WHERE frv.revision_no = r.number AND {reach}"
        )
    };
}
macro_rules! within_asset {
    () => {
        "finding f WHERE f.asset_no = a.number AND f.closed_at = 9223372036854775807"
    };
}
pub(crate) use {due, findings, lane_word, within_advisory, within_asset};

/// The lanes, from the least pressing.
pub(crate) const LANES: &[&str] = &["accept", "next-outage", "next-window", "now"];

crate::statements! {
    OF_ASSETS = concat!("SELECT f.asset_no, ", counted!(), " FROM finding f
        JOIN asset_version a ON a.number = f.asset_no AND a.valid_to = 9223372036854775807
        LEFT JOIN site si ON si.id = a.site_id
        WHERE f.closed_at = 9223372036854775807 AND f.asset_no IN ({list})
        GROUP BY f.asset_no, f.lane, f.due_clock, si.time_zone");
}

const OPEN_AGAINST: &str =
    "SELECT f.asset_no, f.number, f.queue, f.lane, f.due_clock, COALESCE(si.time_zone, 'UTC'), f.verdict,
        f.due_at
    FROM finding f
    JOIN asset_version a ON a.number = f.asset_no AND a.valid_to = 9223372036854775807
    LEFT JOIN site si ON si.id = a.site_id
    WHERE f.closed_at = 9223372036854775807 AND f.vulnerability_no IN ({list})";

const OF_ADVISORIES: &str = concat!(
    "SELECT d.id, ",
    counted!(),
    " FROM advisory d
    JOIN advisory_revision r ON r.advisory_no = d.number AND r.valid_to = 9223372036854775807
    JOIN revision_vulnerability frv ON frv.revision_no = r.number",
    findings!(),
    " LEFT JOIN site si ON si.id = ra.site_id WHERE {reach} AND d.id IN ({list})
    GROUP BY d.id, f.lane, f.due_clock, si.time_zone"
);

/// How many open findings of one asset or advisory stand in a lane with one clock running out first, at sites of one zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PressingCount {
    /// The lane.
    pub lane: Lane,
    /// The clock.
    pub clock: ClockKind,
    /// The sites' time zone.
    pub time_zone: String,
    /// Findings.
    pub findings: u64,
    /// Of them, those that are late.
    pub late: u64,
    /// Of them, those of which it cannot be said whether the asset is touched.
    pub unknown: u64,
    /// The earliest first moment that is late.
    pub earliest: Moment,
}

impl PressingCount {
    /// Whether both are counted together.
    fn is_like(&self, other: &Self) -> bool {
        (self.lane, self.clock, &self.time_zone) == (other.lane, other.clock, &other.time_zone)
    }

    fn add(&mut self, other: &Self) {
        self.findings += other.findings;
        self.late += other.late;
        self.unknown += other.unknown;
        self.earliest = self.earliest.min(other.earliest);
    }
}

impl Reader<'_> {
    /// The open findings of these assets; an asset without any is left out.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn pressing_of_assets(
        &mut self,
        assets: &[i64],
        now: Moment,
    ) -> Result<HashMap<i64, Vec<PressingCount>>, StoreError> {
        let numbers = assets.iter().map(|number| Value::from(*number));
        let rows =
            self.query_in(OF_ASSETS, params![now], numbers, |row| Ok((row.get::<i64>(0)?, count(row)?)))?;
        Ok(gathered(rows))
    }

    /// The open findings of these vulnerabilities on these assets, and the number of the first of them in the queue.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn pressing_on(
        &mut self,
        vulnerabilities: &[i64],
        assets: &HashSet<i64>,
        now: Moment,
    ) -> Result<(Vec<PressingCount>, Option<i64>), StoreError> {
        let mut counts: Vec<PressingCount> = Vec::new();
        let mut first: Option<(i64, i64)> = None;
        self.query_in(OPEN_AGAINST, &[], distinct(vulnerabilities), |row| {
            if !assets.contains(&row.get(0)?) {
                return Ok(());
            }
            let place = (row.get::<i64>(2)?, -row.get::<i64>(1)?);
            first = first.max(Some(place));
            let one = PressingCount {
                lane: lane(row, 3)?,
                clock: row.word(4)?,
                time_zone: row.get(5)?,
                findings: 1,
                late: u64::from(row.get::<Moment>(7)? <= now),
                unknown: u64::from(row.word::<Verdict>(6)? == Verdict::Unknown),
                earliest: row.get(7)?,
            };
            match counts.iter_mut().find(|known| known.is_like(&one)) {
                Some(known) => known.add(&one),
                None => counts.push(one),
            }
            Ok(())
        })?;
        Ok((counts, first.map(|(_, number)| -number)))
    }

    /// The open findings within reach of these advisories; an advisory without any is left out.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn pressing_of_advisories(
        &mut self,
        advisories: &[AdvisoryId],
        reach: &Reach,
        now: Moment,
    ) -> Result<HashMap<AdvisoryId, Vec<PressingCount>>, StoreError> {
        let (within, sites) = reach_condition(reach, "ra.site_id", 2);
        let mut fixed = vec![Value::from(now)];
        fixed.extend(sites);
        let sql = OF_ADVISORIES.replace("{reach}", &within);
        let ids = advisories.iter().map(|id| Value::from(*id));
        let rows = self.query_in(&sql, &fixed, ids, |row| Ok((row.get::<AdvisoryId>(0)?, count(row)?)))?;
        Ok(gathered(rows))
    }
}

fn gathered<K: std::hash::Hash + Eq>(rows: Vec<(K, PressingCount)>) -> HashMap<K, Vec<PressingCount>> {
    let mut all: HashMap<K, Vec<PressingCount>> = HashMap::new();
    for (key, one) in rows {
        all.entry(key).or_default().push(one);
    }
    all
}

fn count(row: &Row<'_>) -> Result<PressingCount, StoreError> {
    Ok(PressingCount {
        lane: lane(row, 1)?,
        clock: row.word(2)?,
        time_zone: row.get(3)?,
        findings: row.get(4)?,
        late: row.get(5)?,
        unknown: row.get(6)?,
        earliest: row.get(7)?,
    })
}
