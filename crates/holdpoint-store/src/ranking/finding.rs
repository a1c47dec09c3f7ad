//! Findings as they are ranked: read to compare, written by difference, with an event where an outcome changed.
//!
//! A finding keeps its row and its number when it closes, and gets both back when it opens again. The surprise: the day on
//! which a finding was evaluated is kept from the first time, since a clock that was met stays met; what was planned counts
//! only while it holds.

use super::exploited::exploited;
use super::input::Members;
use crate::change::Change;
use crate::component::distinct;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::clock::ClockKind;
use holdpoint_domain::matching::Verdict;
use holdpoint_domain::ranking::point::{Outcome, Point, Possible};
use holdpoint_domain::ranking::policy::Lane;

macro_rules! finding_columns {
    () => {
        "SELECT number, vulnerability_no, asset_no, opened_at, closed_at, verdict, evaluated_at, planned_at, lane,
            outcome, lowest, highest, queue, due_at, due_clock, policy_version, reported_at, plan_again_at FROM finding"
    };
}
const OF_ASSETS: &str = concat!(finding_columns!(), " WHERE asset_no IN ({list})");
const OF_VULNERABILITIES: &str = concat!(finding_columns!(), " WHERE vulnerability_no IN ({list})");

const EXPLOITED_ON: &str = concat!(
    "SELECT DISTINCT f.asset_no FROM finding f JOIN vulnerability v ON v.number = f.vulnerability_no
    LEFT JOIN ranking_vulnerability k ON k.vulnerability_no = f.vulnerability_no
    WHERE f.closed_at = 9223372036854775807 AND f.vulnerability_no IN ({list}) AND ",
    exploited!(),
    " = 'yes'"
);

crate::statements! {
    ALL = finding_columns!();
    OPEN = concat!(finding_columns!(), " WHERE closed_at = 9223372036854775807");
    LAST = "SELECT COALESCE(MAX(number), 0) FROM finding";
    LAST_EVENT = "SELECT COALESCE(MAX(number), 0) FROM finding_event";
    INSERT = "INSERT INTO finding (number, vulnerability_no, asset_no, opened_at, closed_at, verdict, evaluated_at,
            planned_at, lane, outcome, lowest, highest, queue, due_at, due_clock, policy_version, ranked_at,
            reported_at, plan_again_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    UPDATE = "UPDATE finding SET opened_at = $4, closed_at = $5, verdict = $6, evaluated_at = $7, planned_at = $8,
            lane = $9, outcome = $10, lowest = $11, highest = $12, queue = $13, due_at = $14, due_clock = $15,
            policy_version = $16, ranked_at = $17, reported_at = $18,
            plan_again_at = $19
        WHERE number = $1 AND vulnerability_no = $2 AND asset_no = $3";
    MEET_FIRST = "UPDATE finding SET evaluated_at = COALESCE(evaluated_at, $2) WHERE number = $1";
    MEET_BOTH = "UPDATE finding SET evaluated_at = COALESCE(evaluated_at, $2), planned_at = COALESCE(planned_at, $2)
        WHERE number = $1";
    RUN_AGAIN = "UPDATE finding SET planned_at = NULL, plan_again_at = $2 WHERE number = $1";
    CLOSE = "UPDATE finding SET closed_at = $2 WHERE number = $1";
    EVENT = "INSERT INTO finding_event (number, finding_no, at, from_outcome, to_outcome, from_lane, to_lane, cause)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    EVENTS = "SELECT at, from_outcome, to_outcome, from_lane, to_lane, cause FROM finding_event
        WHERE finding_no = $1 ORDER BY number";
    NUMBER_OF = "SELECT number FROM finding WHERE asset_no = $1 AND vulnerability_no = $2";
}

/// A finding as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredFinding {
    /// Its number; 0 before it has one.
    pub number: i64,
    /// The vulnerability.
    pub vulnerability_no: i64,
    /// The asset.
    pub asset_no: i64,
    /// Since when it is known here.
    pub opened_at: Moment,
    /// When it closed; [`Moment::OPEN`]: it stands open.
    pub closed_at: Moment,
    /// Yes or unknown.
    pub verdict: Verdict,
    /// When it was evaluated.
    pub evaluated_at: Option<Moment>,
    /// When work on it began.
    pub planned_at: Option<Moment>,
    /// Since when what was planned does not hold any more; it counts while nothing is planned.
    pub plan_again_at: Option<Moment>,
    /// Since when the work on it is reported as done; it stands open until that is seen.
    pub reported_at: Option<Moment>,
    /// Its rank.
    pub rank: StoredRank,
}

/// Which clocks are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// It was evaluated.
    Evaluated,
    /// It was evaluated, and there is a plan with a date.
    Planned,
}

/// A finding's rank as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredRank {
    /// Its lane.
    pub lane: Lane,
    /// Its outcome.
    pub outcome: Outcome,
    /// What is possible.
    pub range: Possible<Outcome>,
    /// The number that orders within an outcome: below 2⁴⁶.
    pub order: i64,
    /// The first moment that is late.
    pub due_at: Moment,
    /// By which clock.
    pub due_clock: ClockKind,
    /// The version of the rules.
    pub policy_version: u64,
}

/// Bits of the order within the queue's number.
const ORDER_BITS: u32 = 46;

impl StoredRank {
    /// Lane, outcome and order as one number, the highest first.
    #[must_use]
    pub const fn queue(&self) -> i64 {
        ((self.lane as i64) << (ORDER_BITS + 2)) | ((self.outcome as i64) << ORDER_BITS) | self.order
    }
}

/// What changed an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingEvent {
    /// When.
    pub at: Moment,
    /// From which outcome.
    pub from: Outcome,
    /// To which.
    pub to: Outcome,
    /// From which lane.
    pub from_lane: Lane,
    /// To which.
    pub to_lane: Lane,
    /// Why, in words.
    pub cause: String,
}

/// A difference that is to be written.
#[derive(Debug, Clone, Default)]
pub struct FindingDelta {
    /// Findings that are new.
    pub opened: Vec<StoredFinding>,
    /// Findings that changed, with their rank before.
    pub changed: Vec<(StoredFinding, StoredRank)>,
    /// Findings that stand open no more, by number.
    pub closed: Vec<i64>,
}

impl Reader<'_> {
    /// Findings, closed ones too.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn stored_findings(&mut self, which: Members<'_>) -> Result<Vec<StoredFinding>, StoreError> {
        match which {
            Members::All => self.query(ALL, params![], finding),
            Members::OfAssets(numbers) => self.query_in(OF_ASSETS, &[], distinct(numbers), finding),
            Members::OfVulnerabilities(numbers) => {
                self.query_in(OF_VULNERABILITIES, &[], distinct(numbers), finding)
            }
        }
    }

    /// The findings that stand open, all of them.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn open_findings(&mut self) -> Result<Vec<StoredFinding>, StoreError> {
        self.query(OPEN, params![], finding)
    }

    /// The assets on which any of these vulnerabilities stands open and is exploited, as ranking counts it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn exploited_on(&mut self, vulnerabilities: &[i64]) -> Result<Vec<i64>, StoreError> {
        self.query_in(EXPLOITED_ON, &[], distinct(vulnerabilities), |row| row.get(0))
    }

    /// What changed the outcome of a finding, oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn finding_events(&mut self, number: i64) -> Result<Vec<FindingEvent>, StoreError> {
        self.query(EVENTS, params![number], |row| {
            Ok(FindingEvent {
                at: row.get(0)?,
                from: place(row, 1)?,
                to: place(row, 2)?,
                from_lane: lane(row, 3)?,
                to_lane: lane(row, 4)?,
                cause: row.get(5)?,
            })
        })
    }

    /// The number of a finding.
    ///
    /// # Errors
    /// When the database fails.
    pub fn finding_number(
        &mut self,
        asset_no: i64,
        vulnerability_no: i64,
    ) -> Result<Option<i64>, StoreError> {
        self.query_opt(NUMBER_OF, params![asset_no, vulnerability_no], |row| row.get(0))
    }
}

impl Change<'_> {
    /// Keeps that clocks of findings are met from now on; what was met before stays. The findings are stale then.
    ///
    /// # Errors
    /// When the database fails.
    pub fn meet_clocks(&mut self, findings: &[StoredFinding], met: Met) -> Result<(), StoreError> {
        let at = self.at();
        let (statement, done): (_, fn(&StoredFinding) -> bool) = match met {
            Met::Evaluated => (MEET_FIRST, |one| one.evaluated_at.is_some()),
            Met::Planned => (MEET_BOTH, |one| one.evaluated_at.is_some() && one.planned_at.is_some()),
        };
        let open: Vec<&StoredFinding> = findings.iter().filter(|one| !done(one)).collect();
        self.exec_many(statement, open.iter().map(|one| params![one.number, at].to_vec()))?;
        self.stale.vulnerabilities(open.iter().map(|one| one.vulnerability_no));
        Ok(())
    }

    /// Keeps that what was planned for findings does not hold from now on. The findings are stale then.
    ///
    /// # Errors
    /// When the database fails.
    pub fn plan_again(&mut self, findings: &[StoredFinding]) -> Result<(), StoreError> {
        let at = self.at();
        self.exec_many(RUN_AGAIN, findings.iter().map(|one| params![one.number, at].to_vec()))?;
        self.stale.vulnerabilities(findings.iter().map(|one| one.vulnerability_no));
        Ok(())
    }

    /// Writes a difference; an event is written where an outcome changed, and nowhere else. Gives how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_findings(&mut self, delta: &FindingDelta, cause: &str) -> Result<u64, StoreError> {
        let at = self.at();
        let mut last: i64 = self.query_one(LAST, params![], |row| row.get(0))?;
        let opened = delta.opened.iter().map(|one| {
            last += 1;
            row(&StoredFinding { number: last, ..*one }, at)
        });
        let opened: Vec<_> = opened.collect();
        self.insert_many(INSERT, opened)?;
        self.exec_many(UPDATE, delta.changed.iter().map(|(one, _)| row(one, at)))?;
        self.exec_many(CLOSE, delta.closed.iter().map(|number| params![*number, at].to_vec()))?;
        let mut event: i64 = self.query_one(LAST_EVENT, params![], |row| row.get(0))?;
        let mut events = Vec::new();
        for (now, before) in delta.changed.iter().filter(|(now, before)| now.rank.outcome != before.outcome) {
            event += 1;
            events.push(vec![
                Value::from(event),
                Value::from(now.number),
                Value::from(at),
                Value::Int(before.outcome as i64),
                Value::Int(now.rank.outcome as i64),
                Value::Int(before.lane as i64),
                Value::Int(now.rank.lane as i64),
                Value::from(cause.to_owned()),
            ]);
        }
        let count = events.len() as u64;
        self.insert_many(EVENT, events)?;
        Ok(count)
    }
}

fn row(one: &StoredFinding, at: Moment) -> Vec<Value<'static>> {
    let rank = &one.rank;
    vec![
        Value::from(one.number),
        Value::from(one.vulnerability_no),
        Value::from(one.asset_no),
        Value::from(one.opened_at),
        Value::from(one.closed_at),
        Value::from(one.verdict.word()),
        Value::from(one.evaluated_at),
        Value::from(one.planned_at),
        Value::Int(rank.lane as i64),
        Value::Int(rank.outcome as i64),
        Value::Int(rank.range.lowest() as i64),
        Value::Int(rank.range.highest() as i64),
        Value::Int(rank.queue()),
        Value::from(rank.due_at),
        Value::from(rank.due_clock.word()),
        Value::from(rank.policy_version),
        Value::from(at),
        Value::from(one.reported_at),
        Value::from(one.plan_again_at),
    ]
}

fn finding(row: &Row<'_>) -> Result<StoredFinding, StoreError> {
    let queue: i64 = row.get(12)?;
    Ok(StoredFinding {
        number: row.get(0)?,
        vulnerability_no: row.get(1)?,
        asset_no: row.get(2)?,
        opened_at: row.get(3)?,
        closed_at: row.get(4)?,
        verdict: row.word(5)?,
        evaluated_at: row.get(6)?,
        planned_at: row.get(7)?,
        plan_again_at: row.get(17)?,
        reported_at: row.get(16)?,
        rank: StoredRank {
            lane: lane(row, 8)?,
            outcome: place(row, 9)?,
            range: Possible::between(place(row, 10)?, place(row, 11)?),
            order: queue & ((1 << ORDER_BITS) - 1),
            due_at: row.get(13)?,
            due_clock: row.word(14)?,
            policy_version: row.get(15)?,
        },
    })
}

/// A value by its place in its vocabulary.
pub(super) fn place<T: Point>(row: &Row<'_>, index: usize) -> Result<T, StoreError> {
    let place = usize::try_from(row.get::<i64>(index)?).ok();
    place
        .and_then(|place| T::all().get(place).copied())
        .ok_or_else(|| row.damaged(index, "it is no place of its vocabulary"))
}

/// A lane by its place.
pub(super) fn lane(row: &Row<'_>, index: usize) -> Result<Lane, StoreError> {
    let place = usize::try_from(row.get::<i64>(index)?).ok();
    place.and_then(|place| Lane::ALL.get(place).copied()).ok_or_else(|| row.damaged(index, "it is no lane"))
}
