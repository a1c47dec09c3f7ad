//! Marks of stale rankings: left by the change that made them so, taken away by the change that ranks anew.
//!
//! The surprise: of a large change only the smaller side is marked, its documents or its configurations, and a change that
//! touches more than [`MOST`] of anything marks everything.

use crate::change::Change;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Value, params};
use std::collections::BTreeSet;

/// More marks of one kind than this are one mark of everything.
const MOST: usize = 20_000;

crate::statements! {
    LEAVE = "INSERT INTO ranking_stale (kind, number) VALUES ($1, $2) ON CONFLICT (kind, number) DO NOTHING";
    LEAVE_IF_ANY = "INSERT INTO ranking_stale (kind, number) SELECT $1, CAST($2 AS BIGINT) WHERE EXISTS (SELECT 1 FROM finding)
        ON CONFLICT (kind, number) DO NOTHING";
    // What nobody has cannot be ranked.
    LEAVE_VULNERABILITY = "INSERT INTO ranking_stale (kind, number)
        SELECT 'vulnerability', f.vulnerability_no FROM finding f WHERE f.vulnerability_no = $1 LIMIT 1
        ON CONFLICT (kind, number) DO NOTHING";
    MARKS = "SELECT kind, number FROM ranking_stale ORDER BY kind, number";
    ANY = "SELECT kind FROM ranking_stale LIMIT 1";
    TAKE = "DELETE FROM ranking_stale";
}

/// What a change has touched so far.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    advisories: BTreeSet<i64>,
    configurations: BTreeSet<i64>,
    assets: BTreeSet<i64>,
    vulnerabilities: BTreeSet<i64>,
    pairs: BTreeSet<i64>,
    all: bool,
}

impl Marks {
    /// Matches of these documents and configurations changed.
    pub(crate) fn matches(&mut self, advisories: Vec<i64>, configurations: Vec<i64>) {
        let advisories: BTreeSet<i64> = advisories.into_iter().collect();
        let configurations: BTreeSet<i64> = configurations.into_iter().collect();
        if advisories.len() <= configurations.len() {
            self.advisories.extend(advisories);
        } else {
            self.configurations.extend(configurations);
        }
    }

    /// Findings of feeds on these vulnerabilities and configurations changed.
    pub(crate) fn feed_findings(&mut self, vulnerabilities: Vec<i64>, configurations: Vec<i64>) {
        let vulnerabilities: BTreeSet<i64> = vulnerabilities.into_iter().collect();
        let configurations: BTreeSet<i64> = configurations.into_iter().collect();
        if vulnerabilities.len() <= configurations.len() {
            self.pairs.extend(vulnerabilities);
        } else {
            self.configurations.extend(configurations);
        }
    }

    /// Something is said of an asset, of its zone, or of the work on it.
    pub(crate) fn asset(&mut self, number: i64) {
        self.assets.insert(number);
    }

    /// Sources say something else of these.
    pub(crate) fn vulnerabilities(&mut self, numbers: impl IntoIterator<Item = i64>) {
        self.vulnerabilities.extend(numbers);
    }

    /// Everything is to be ranked anew, from what is known already.
    pub(crate) fn all(&mut self) {
        self.all = true;
    }
}

/// Whose ranking is stale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaleMarks {
    /// Advisories whose matches changed.
    pub advisories: Vec<i64>,
    /// Configurations of which something else is said.
    pub configurations: Vec<i64>,
    /// Assets.
    pub assets: Vec<i64>,
    /// Vulnerabilities of which sources say something else.
    pub vulnerabilities: Vec<i64>,
    /// Vulnerabilities that feeds say of other configurations now.
    pub members: Vec<i64>,
    /// Everything is to be ranked anew from what is known.
    pub everything: Everything,
}

/// How far back a new ranking of everything reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Everything {
    /// Not asked for.
    #[default]
    No,
    /// Rank what stands open.
    Rank,
    /// Find out first what stands open, and what sources say.
    Rebuild,
}

impl StaleMarks {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Reader<'_> {
    /// Whether any ranking is stale.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_ranking_stale(&mut self) -> Result<bool, StoreError> {
        Ok(self.query_opt(ANY, params![], |row| row.get::<String>(0))?.is_some())
    }

    /// Whose ranking is stale.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn stale_rankings(&mut self) -> Result<StaleMarks, StoreError> {
        let mut marks = StaleMarks::default();
        self.each(MARKS, params![], |row| {
            let number: i64 = row.get(1)?;
            match row.get::<String>(0)?.as_str() {
                "advisory" => marks.advisories.push(number),
                "configuration" => marks.configurations.push(number),
                "asset" => marks.assets.push(number),
                "vulnerability" => marks.vulnerabilities.push(number),
                "member" => marks.members.push(number),
                "everything" => marks.everything = marks.everything.max(Everything::Rank),
                "rebuild" => marks.everything = Everything::Rebuild,
                other => return Err(row.damaged(0, &format!("`{other}` is no kind of mark"))),
            }
            Ok(())
        })?;
        Ok(marks)
    }
}

impl Change<'_> {
    /// Takes all marks away: this change ranks what they name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take_stale_marks(&mut self) -> Result<(), StoreError> {
        self.exec(TAKE, params![]).map(drop)
    }

    /// Marks everything.
    pub fn mark_everything_stale(&mut self, how: Everything) -> Result<(), StoreError> {
        let kind = match how {
            Everything::No => return Ok(()),
            Everything::Rank => "everything",
            Everything::Rebuild => "rebuild",
        };
        self.exec(LEAVE, params![kind, 0_i64]).map(drop)
    }

    /// Marks an asset.
    pub fn mark_asset_stale(&mut self, number: i64) {
        self.stale.asset(number);
    }

    /// Marks a vulnerability.
    pub fn mark_vulnerability_stale(&mut self, number: i64) {
        self.stale.vulnerabilities([number]);
    }

    /// Writes the marks of this change.
    pub(crate) fn leave_marks(&mut self) -> Result<(), StoreError> {
        let marks = std::mem::take(&mut self.stale);
        let members = [&marks.advisories, &marks.configurations, &marks.assets, &marks.pairs];
        if members.iter().any(|set| set.len() > MOST) {
            return self.mark_everything_stale(Everything::Rebuild);
        }
        if marks.all {
            self.exec(LEAVE_IF_ANY, params!["everything", 0_i64])?;
        }
        let kinds = [
            ("advisory", marks.advisories),
            ("configuration", marks.configurations),
            ("asset", marks.assets),
            ("member", marks.pairs),
        ];
        for (kind, numbers) in kinds {
            let rows = numbers.into_iter().map(|number| params![kind, number].to_vec());
            self.exec_many(LEAVE, rows)?;
        }
        let rows = marks.vulnerabilities.into_iter().map(|number| vec![Value::from(number)]);
        self.exec_many(LEAVE_VULNERABILITY, rows).map(drop)
    }
}
