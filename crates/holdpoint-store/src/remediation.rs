//! Where the work stands on each vulnerability of each asset in each document, and the lists in four directions.
//!
//! A line here is a document, a vulnerability and an asset that match, yes or unknown: a no has no work. Statuses are
//! temporal rows; without a row the line is not remediated. The surprise: matches are kept for configurations and
//! statuses for assets, because two equal devices are patched one after the other.

mod finding;
mod line;
mod matched;
mod pair;
mod write;

#[cfg(test)]
pub(crate) use {
    finding::SPEC as FINDING_SPEC, line::SPEC as LINE_SPEC, line::STATEMENTS as LINE_STATEMENTS,
    matched::PRODUCT_ADVISORY_SPEC, matched::PRODUCT_SPEC, matched::STATEMENTS as MATCHED_STATEMENTS,
    pair::SPEC as PAIR_SPEC, write::STATEMENTS as WRITE_STATEMENTS,
};
#[cfg(test)]
pub(crate) use {
    finding::spec_sql as finding_sql, line::Lines, matched::Matched, pair::spec_sql as pair_sql,
};
#[cfg(test)]
pub(crate) use {finding::sql as finding_list, pair::sql as pair_list};

pub use finding::Finding;
pub use line::{RemediationLine, StatusPeriod, Triple};
pub use matched::{MatchedProduct, ProductAdvisory};
pub use pair::{MatchedPair, RemediationStatistics, StatusCounts};
pub use write::{MatchedStatement, NewStatus, OpenStatus, Rename};

/// Which lines a list speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrow {
    /// All.
    Everything,
    /// Those of one advisory.
    Advisory(holdpoint_domain::id::AdvisoryId),
    /// Those of one asset.
    Asset(holdpoint_domain::id::AssetId),
    /// Those of one asset in one advisory.
    Both(holdpoint_domain::id::AdvisoryId, holdpoint_domain::id::AssetId),
}
