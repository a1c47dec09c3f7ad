//! Matches as the engine sees them: open rows, by configuration, by advisory, or all.

use super::MatchRow;
use crate::component::distinct;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::AdvisoryId;

macro_rules! columns {
    () => {
        "SELECT m.match_no, m.configuration_no, d.id, r.id, m.product_no, m.product_id, m.component_no, m.verdict,
            m.confidence, m.rung, m.why, m.expression, m.valid_from, m.valid_to
        FROM product_match m JOIN advisory d ON d.number = m.advisory_no
        JOIN advisory_revision r ON r.number = m.revision_no "
    };
}

crate::statements! {
    ALL_OPEN = concat!(columns!(), "WHERE m.valid_to = 9223372036854775807 ORDER BY m.match_no");
    ONE = concat!(columns!(), "WHERE m.match_no = $1 AND m.valid_from <= $2 AND m.valid_to > $2");
}

const OF_CONFIGURATIONS: &str =
    concat!(columns!(), "WHERE m.valid_to = 9223372036854775807 AND m.configuration_no IN ({list})");
const OF_ADVISORIES: &str =
    concat!(columns!(), "WHERE m.valid_to = 9223372036854775807 AND d.id IN ({list})");

impl Reader<'_> {
    /// The open matches of these configurations, by number.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn matches_of_configurations(&mut self, configurations: &[i64]) -> Result<Vec<MatchRow>, StoreError> {
        let mut found = self.query_in(OF_CONFIGURATIONS, &[], distinct(configurations), match_row)?;
        found.sort_unstable_by_key(|row| row.match_no);
        Ok(found)
    }

    /// The open matches of these advisories, by number.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn matches_of_advisories(&mut self, advisories: &[AdvisoryId]) -> Result<Vec<MatchRow>, StoreError> {
        let list = advisories.iter().map(|id| Value::from(*id));
        let mut found = self.query_in(OF_ADVISORIES, &[], list, match_row)?;
        found.sort_unstable_by_key(|row| row.match_no);
        found.dedup_by_key(|row| row.match_no);
        Ok(found)
    }

    /// All open matches, by number.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn all_open_matches(&mut self) -> Result<Vec<MatchRow>, StoreError> {
        self.query(ALL_OPEN, params![], match_row)
    }

    /// Visits all open matches, by number and in bounded memory.
    ///
    /// # Errors
    /// When the database fails or holds damaged data, and what `visit` gives.
    pub fn each_open_match(
        &mut self,
        mut visit: impl FnMut(MatchRow) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(ALL_OPEN, params![], |row| visit(match_row(row)?))
    }

    /// The match of that number as it was.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn match_row(&mut self, match_no: i64, as_of: Moment) -> Result<Option<MatchRow>, StoreError> {
        self.query_opt(ONE, params![match_no, instant(as_of)], match_row)
    }
}

fn match_row(row: &Row<'_>) -> Result<MatchRow, StoreError> {
    Ok(MatchRow {
        match_no: row.get(0)?,
        configuration_no: row.get(1)?,
        advisory: row.get(2)?,
        revision: row.get(3)?,
        product_no: row.get(4)?,
        product_id: row.get(5)?,
        component_no: row.get(6)?,
        verdict: row.word(7)?,
        confidence: row.word(8)?,
        rung: row.word(9)?,
        why: row.get(10)?,
        expression: row.get(11)?,
        valid_from: row.get(12)?,
        valid_to: row.get(13)?,
    })
}
