//! Findings of feeds: what conditions and VEX statements mean for a configuration, kept with its past.
//!
//! A row is one configuration, one vulnerability and one period; it says what began the period and what ended it. The
//! surprise: a finding that a VEX statement cleared keeps its row, with the answer no and the statement that says so,
//! because nothing is ever cleared silently.

use crate::change::Change;
use crate::columns::storable;
use crate::component::distinct;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::intelligence::FindingCause;
use holdpoint_domain::matching::Verdict;
use std::collections::{BTreeMap, HashMap};

crate::statements! {
    OF_REFERENCE = "SELECT f.configuration_no, f.weight, f.why FROM feed_finding f
        JOIN vulnerability v ON v.number = f.vulnerability_no
        WHERE v.reference = $1 AND f.valid_to = 9223372036854775807 ORDER BY f.configuration_no";
    OF_CONFIGURATION = "SELECT v.reference, f.weight, f.why FROM feed_finding f
        JOIN vulnerability v ON v.number = f.vulnerability_no
        WHERE f.configuration_no = $1 AND f.valid_to = 9223372036854775807 ORDER BY v.reference";
    HISTORY = "SELECT f.configuration_no, f.vulnerability_no, f.valid_from, f.valid_to, f.weight, f.cause, f.why
        FROM feed_finding f JOIN vulnerability v ON v.number = f.vulnerability_no
        WHERE f.configuration_no = $1 AND v.reference = $2 ORDER BY f.valid_from";
    CLOSE = "UPDATE feed_finding
        SET valid_to = CASE WHEN valid_from >= $3 THEN valid_from + 1 ELSE CAST($3 AS BIGINT) END, ended_by = $4
        WHERE configuration_no = $1 AND vulnerability_no = $2 AND valid_to = 9223372036854775807";
    OPEN = "INSERT INTO feed_finding (configuration_no, vulnerability_no, valid_from, valid_to, weight, cause,
            ended_by, why)
        VALUES ($1, $2, $3, 9223372036854775807, $4, $5, '', $6)";
}

macro_rules! finding_columns {
    () => {
        "SELECT configuration_no, vulnerability_no, valid_from, valid_to, weight, cause, why FROM feed_finding"
    };
}

const OF_VULNERABILITIES: &str = concat!(finding_columns!(), " WHERE vulnerability_no IN ({list})");
const OF_CONFIGURATIONS: &str = concat!(finding_columns!(), " WHERE configuration_no IN ({list})");
const NAMES: &str = "SELECT number, reference FROM vulnerability WHERE number IN ({list})";

/// A finding with its period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedFinding {
    /// The configuration.
    pub configuration_no: i64,
    /// The vulnerability's number.
    pub vulnerability_no: i64,
    /// The answer; a no is one that a VEX statement cleared.
    pub verdict: Verdict,
    /// Who cleared it or casts doubt on it, in one sentence; empty: the conditions alone decide.
    pub why: String,
    /// What began the period.
    pub cause: FindingCause,
    /// From when it held.
    pub valid_from: Moment,
    /// Until when it held; [`Moment::OPEN`]: it holds.
    pub valid_to: Moment,
}

/// A finding that should stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedFinding {
    /// The configuration.
    pub configuration_no: i64,
    /// The vulnerability's number.
    pub vulnerability_no: i64,
    /// The answer.
    pub verdict: Verdict,
    /// As [`FeedFinding::why`].
    pub why: String,
}

/// How many findings a change opened, changed and closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindingCounts {
    /// Findings that are new.
    pub opened: u64,
    /// Findings whose answer or reason is another one now.
    pub changed: u64,
    /// Findings that are none any more.
    pub closed: u64,
}

impl FindingCounts {
    /// Adds another count.
    pub fn add(&mut self, other: Self) {
        self.opened += other.opened;
        self.changed += other.changed;
        self.closed += other.closed;
    }
}

impl Reader<'_> {
    /// The configurations of which a vulnerability's feeds speak now, with the answer and what VEX says.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn feed_findings_on(&mut self, reference: &str) -> Result<Vec<(i64, Verdict, String)>, StoreError> {
        self.query(OF_REFERENCE, params![reference], |row| Ok((row.get(0)?, verdict(row, 1)?, row.get(2)?)))
    }

    /// The vulnerabilities whose feeds speak of a configuration now, with the answer and what VEX says.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn feed_findings_in(
        &mut self,
        configuration: i64,
    ) -> Result<Vec<(String, Verdict, String)>, StoreError> {
        self.query(OF_CONFIGURATION, params![configuration], |row| {
            Ok((row.get(0)?, verdict(row, 1)?, row.get(2)?))
        })
    }

    /// All periods of one configuration and vulnerability, oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn feed_finding_history(
        &mut self,
        configuration: i64,
        reference: &str,
    ) -> Result<Vec<FeedFinding>, StoreError> {
        self.query(HISTORY, params![configuration, reference], finding)
    }

    /// The newest period of every finding of these vulnerabilities.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn feed_findings_of_vulnerabilities(
        &mut self,
        numbers: &[i64],
    ) -> Result<Vec<FeedFinding>, StoreError> {
        Ok(newest(self.query_in(OF_VULNERABILITIES, &[], distinct(numbers), finding)?))
    }

    /// The newest period of every finding of these configurations.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn feed_findings_of_configurations(
        &mut self,
        numbers: &[i64],
    ) -> Result<Vec<FeedFinding>, StoreError> {
        Ok(newest(self.query_in(OF_CONFIGURATIONS, &[], distinct(numbers), finding)?))
    }

    /// The names of vulnerabilities by number; unknown numbers are left out.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn vulnerability_names(&mut self, numbers: &[i64]) -> Result<HashMap<i64, String>, StoreError> {
        let found = self.query_in(NAMES, &[], distinct(numbers), |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.into_iter().collect())
    }
}

impl Change<'_> {
    /// Makes the findings that stand the wanted ones: `known` are the newest periods of everything that was judged
    /// anew, `wanted` what should stand of it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn settle_feed_findings(
        &mut self,
        known: Vec<FeedFinding>,
        wanted: Vec<WantedFinding>,
        cause: FindingCause,
        at: Moment,
    ) -> Result<FindingCounts, StoreError> {
        let mut known: BTreeMap<(i64, i64), FeedFinding> =
            known.into_iter().map(|one| ((one.configuration_no, one.vulnerability_no), one)).collect();
        let mut counts = FindingCounts::default();
        let (mut opened, mut closed) = (Vec::new(), Vec::new());
        let mut opened_pairs = Vec::new();
        for one in wanted {
            let pair = (one.configuration_no, one.vulnerability_no);
            let from = match known.remove(&pair) {
                Some(same)
                    if same.valid_to == Moment::OPEN
                        && same.verdict == one.verdict
                        && same.why == *storable(&one.why) =>
                {
                    continue;
                }
                Some(before) if before.valid_to == Moment::OPEN => {
                    counts.changed += 1;
                    closed.push(pair);
                    at.max(before.valid_from.plus_micros(1))
                }
                Some(before) => {
                    counts.opened += 1;
                    at.max(before.valid_to)
                }
                None => {
                    counts.opened += 1;
                    at
                }
            };
            opened_pairs.push(pair);
            opened.push(row(&one, from, cause));
        }
        let gone = known.into_iter().filter(|(_, before)| before.valid_to == Moment::OPEN);
        let gone: Vec<(i64, i64)> = gone.map(|(pair, _)| pair).collect();
        counts.closed = gone.len() as u64;
        closed.extend(gone);
        let pairs = opened_pairs.into_iter().chain(closed.iter().copied());
        let (configurations, vulnerabilities) = pairs.unzip();
        self.stale.feed_findings(vulnerabilities, configurations);
        let ends = closed
            .into_iter()
            .map(|(configuration, number)| params![configuration, number, at, cause.word()].to_vec());
        self.exec_many(CLOSE, ends)?;
        self.insert_many(OPEN, opened)?;
        Ok(counts)
    }
}

fn row(one: &WantedFinding, from: Moment, cause: FindingCause) -> Vec<Value<'static>> {
    vec![
        Value::from(one.configuration_no),
        Value::from(one.vulnerability_no),
        Value::from(from),
        Value::from(weight(one.verdict)),
        Value::from(cause.word()),
        Value::from(storable(&one.why).into_owned()),
    ]
}

const fn weight(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Yes => 3,
        Verdict::Unknown => 2,
        Verdict::No => 1,
    }
}

fn verdict(row: &Row<'_>, index: usize) -> Result<Verdict, StoreError> {
    match row.get::<i64>(index)? {
        3 => Ok(Verdict::Yes),
        2 => Ok(Verdict::Unknown),
        1 => Ok(Verdict::No),
        _ => Err(row.damaged(index, "it is no weight of a finding")),
    }
}

fn finding(row: &Row<'_>) -> Result<FeedFinding, StoreError> {
    Ok(FeedFinding {
        configuration_no: row.get(0)?,
        vulnerability_no: row.get(1)?,
        valid_from: row.get(2)?,
        valid_to: row.get(3)?,
        verdict: verdict(row, 4)?,
        cause: row.word(5)?,
        why: row.get(6)?,
    })
}

/// The newest period of each pair.
fn newest(all: Vec<FeedFinding>) -> Vec<FeedFinding> {
    let mut found: BTreeMap<(i64, i64), FeedFinding> = BTreeMap::new();
    for one in all {
        let pair = (one.configuration_no, one.vulnerability_no);
        if found.get(&pair).is_none_or(|known| known.valid_from < one.valid_from) {
            found.insert(pair, one);
        }
    }
    found.into_values().collect()
}
