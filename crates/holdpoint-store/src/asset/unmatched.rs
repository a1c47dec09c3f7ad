//! Assets that no line of an advisory stands for: not affected, not in doubt, not even "no".
//!
//! Not here: why, which the documents and the names say and no row does.

use super::StoredAsset;
use super::list::{SPEC, Within, spec_sql};
use super::read::read_version;
use crate::error::StoreError;
use crate::page::{ListQuery, Paged};
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::params;
use holdpoint_domain::Moment;

const NO_LINE: &str = "NOT EXISTS (SELECT 1 FROM product_match m
    JOIN statement s ON s.product_no = m.product_no AND s.listed = 2
    WHERE m.configuration_no = a.configuration_no AND m.valid_from <= $1 AND m.valid_to > $1)";

crate::statements! {
    CONFIGURATIONS = "SELECT DISTINCT a.configuration_no FROM asset_version a
        WHERE a.valid_from <= $1 AND a.valid_to > $1 AND a.configuration_no IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM product_match m
            JOIN statement s ON s.product_no = m.product_no AND s.listed = 2
            WHERE m.configuration_no = a.configuration_no AND m.valid_from <= $1 AND m.valid_to > $1)
        ORDER BY 1";
}

/// Which assets without a line are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WithoutLine {
    /// All of them.
    All,
    /// Those that have one of these configurations.
    With(Vec<i64>),
    /// Those, and assets that have no configuration.
    WithOrNone(Vec<i64>),
}

impl Reader<'_> {
    /// The configurations of assets for which no line of an advisory stands, sorted.
    ///
    /// # Errors
    /// When the database fails.
    pub fn configurations_without_line(&mut self, as_of: Moment) -> Result<Vec<i64>, StoreError> {
        self.query(CONFIGURATIONS, params![instant(as_of)], |row| row.get(0))
    }

    /// The assets within reach for which no line of an advisory stands.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong, or there are too many configurations; when the database fails
    /// or holds damaged data.
    pub fn assets_without_line(
        &mut self,
        query: &ListQuery,
        wanted: &WithoutLine,
    ) -> Result<Paged<StoredAsset>, StoreError> {
        let mut within = Within::new(query.as_of, &query.reach);
        within.narrow(NO_LINE);
        match wanted {
            WithoutLine::All => {}
            WithoutLine::With(configurations) => within.narrow_to(configurations)?,
            WithoutLine::WithOrNone(configurations) => within.narrow_to_or_none(configurations)?,
        }
        let found = self.list(&SPEC, spec_sql(&within), query, read_version)?;
        Ok(Paged { items: self.complete(found.items)?, next: found.next, count: found.count })
    }
}
