//! Assets that no line of an advisory stands for: not affected, not in doubt, not even "no"; and those on which every line is
//! open.
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
use holdpoint_domain::matching::NoLine;

const NO_LINE: &str = concat!(
    "NOT EXISTS (SELECT 1 FROM product_match m JOIN statement s ON s.product_no = m.product_no AND ",
    crate::matches::is_listed!(),
    " WHERE m.configuration_no = a.configuration_no AND m.valid_from <= $1 AND m.valid_to > $1)"
);

/// No line says yes or no of the asset; what its own facts settle included.
const NOTHING_SETTLED: &str = concat!(
    "NOT EXISTS (SELECT 1 FROM product_match m JOIN statement s ON s.product_no = m.product_no AND ",
    crate::matches::is_listed!(),
    crate::matches::overlays!("a.number", "$1"),
    "WHERE m.configuration_no = a.configuration_no AND m.valid_from <= $1 AND m.valid_to > $1 AND ",
    crate::matches::line_verdict!(),
    " <> 'unknown')"
);

crate::statements! {
    // A version that is not the fixed one is named by the document all the same; another article is not, nor is what only
    // may be the product.
    CLEARED = "SELECT m.configuration_no, MIN(CASE WHEN m.rung = 'candidate' THEN 1 ELSE 0 END) FROM product_match m
        WHERE m.valid_from <= $1 AND m.valid_to > $1 AND (m.verdict <> 'no' OR (m.rung NOT IN ('candidate', 'family')
            AND NOT (m.rung = 'order_number' AND m.confidence = 'likely')))
        AND EXISTS (SELECT 1 FROM statement s WHERE s.product_no = m.product_no AND s.listed = 1)
        GROUP BY m.configuration_no ORDER BY 1";
    OPEN = concat!("SELECT m.configuration_no, MAX(CASE WHEN m.verdict = 'yes' THEN 3
            WHEN m.rung <> 'candidate' AND e.outcome = 'not_understood' THEN 1
            WHEN m.rung <> 'candidate' THEN 2 ELSE 0 END) FROM product_match m
        JOIN statement s ON s.product_no = m.product_no AND ", crate::matches::is_listed!(), "
        JOIN advisory_product p ON p.product_no = m.product_no JOIN expression e ON e.number = p.expression_no
        WHERE m.valid_from <= $1 AND m.valid_to > $1 AND m.verdict <> 'no'
        GROUP BY m.configuration_no ORDER BY 1");
    CONFIGURATIONS = concat!("SELECT DISTINCT a.configuration_no FROM asset_version a
        WHERE a.valid_from <= $1 AND a.valid_to > $1 AND a.configuration_no IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM product_match m
            JOIN statement s ON s.product_no = m.product_no AND ", crate::matches::is_listed!(), "
            WHERE m.configuration_no = a.configuration_no AND m.valid_from <= $1 AND m.valid_to > $1)
        ORDER BY 1");
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
    /// Those that have one of these configurations, and lines that are all open.
    OpenWith(Vec<i64>),
}

/// How a document names what a configuration has, where it only clears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// For sure.
    Surely,
    /// By what may be its name.
    Perhaps,
}

impl Reader<'_> {
    /// The configurations of assets for which no line of an advisory stands, sorted.
    ///
    /// # Errors
    /// When the database fails.
    pub fn configurations_without_line(&mut self, as_of: Moment) -> Result<Vec<i64>, StoreError> {
        self.query(CONFIGURATIONS, params![instant(as_of)], |row| row.get(0))
    }

    /// The configurations that a document names only as fixed, not affected or recommended, sorted.
    ///
    /// # Errors
    /// When the database fails.
    pub fn configurations_only_cleared(&mut self, as_of: Moment) -> Result<Vec<(i64, Named)>, StoreError> {
        self.query(CLEARED, params![instant(as_of)], |row| {
            let by_candidate: i64 = row.get(1)?;
            Ok((row.get(0)?, if by_candidate == 0 { Named::Surely } else { Named::Perhaps }))
        })
    }

    /// The configurations with lines that are not "no", each with what the most telling of them leaves open, sorted.
    /// Whether a line settles one all the same is asked per asset ([`WithoutLine::OpenWith`]).
    ///
    /// # Errors
    /// When the database fails.
    pub fn configurations_with_open_lines(
        &mut self,
        as_of: Moment,
    ) -> Result<Vec<(i64, NoLine)>, StoreError> {
        self.query(OPEN, params![instant(as_of)], |row| {
            let open: i64 = row.get(1)?;
            let reason = match open {
                3 => NoLine::OnlyInvestigated,
                2 => NoLine::OnlyVersionOpen,
                1 => NoLine::OnlyNotUnderstood,
                _ => NoLine::OnlyCandidates,
            };
            Ok((row.get(0)?, reason))
        })
    }

    /// The assets within reach for which no line of an advisory stands, or no line says yes or no.
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
        within.narrow(match wanted {
            WithoutLine::All | WithoutLine::With(_) | WithoutLine::WithOrNone(_) => NO_LINE,
            WithoutLine::OpenWith(_) => NOTHING_SETTLED,
        });
        match wanted {
            WithoutLine::All => {}
            WithoutLine::With(configurations) | WithoutLine::OpenWith(configurations) => {
                within.narrow_to(configurations)?
            }
            WithoutLine::WithOrNone(configurations) => within.narrow_to_or_none(configurations)?,
        }
        let found = self.list(&SPEC, spec_sql(&within), query, read_version)?;
        Ok(Paged { items: self.complete(found.items)?, next: found.next, count: found.count })
    }
}
