//! Findings: a vulnerability of an asset over all documents that speak of it.
//!
//! A finding is open until every document's status is done. The surprise: a document that knows the vulnerability and
//! on which nobody has said anything keeps the finding open, whatever the others say.

use super::Narrow;
use super::line::Lines;
use super::pair::{COUNTED, StatusCounts, slowest, surest, worst};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::value::{Row, Value};
use holdpoint_domain::Moment;
use holdpoint_domain::id::AssetId;
use holdpoint_domain::matching::{Confidence, Verdict};
use holdpoint_domain::remediation::RemediationState;

const COLUMNS: &str = concat!(
    "v.reference, i.id, a.tag, a.name, si.name, z.name, a.vendor, a.product, ",
    worst!(),
    ", ",
    surest!(),
    ", ",
    slowest!(),
    ", g.all_lines, g.open_lines, g.busy_lines, g.done_lines, g.changed"
);

const FIELDS: &[FilterField] = &[
    FilterField::text("vulnerability", "v.reference"),
    FilterField::text("asset", "a.tag"),
    FilterField::text("site", "COALESCE(si.name, '')"),
    FilterField::text("zone", "COALESCE(z.name, '')"),
    FilterField::text("vendor", "a.vendor"),
    FilterField::text("product", "a.product"),
    FilterField::text("kind", "a.kind"),
    FilterField::word("verdict", worst!(), &["unknown", "yes"]),
    FilterField::word("confidence", surest!(), crate::matches::CONFIDENCE),
    FilterField::word("state", slowest!(), &["done", "in_progress", "not_remediated"]),
    FilterField::flag("open", "(g.open_lines + g.busy_lines > 0)"),
    FilterField::number("documents", "g.all_lines"),
    FilterField::time("changed", "g.changed"),
];

/// The list of findings.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "finding",
    fields: FIELDS,
    words: &["v.reference", "a.tag", "a.name", "a.vendor", "a.product"],
    unique: "(CAST(g.vulnerability_no AS TEXT) || '-' || CAST(g.asset_no AS TEXT))",
    default_sort: ("state", Direction::Descending),
};

/// The tables of the list, over lines.
pub(crate) fn spec_sql(lines: &Lines) -> (String, Vec<Value<'static>>) {
    let from = format!(
        "(SELECT w.vulnerability_no, a.number AS asset_no, {COUNTED} FROM {} WHERE {} AND w.vulnerability_no > 0
            GROUP BY w.vulnerability_no, a.number) g
        JOIN vulnerability v ON v.number = g.vulnerability_no JOIN asset i ON i.number = g.asset_no
        JOIN asset_version a ON a.number = g.asset_no AND a.valid_from <= $1 AND a.valid_to > $1
        LEFT JOIN site si ON si.id = a.site_id LEFT JOIN zone z ON z.id = a.zone_id",
        lines.from, lines.condition
    );
    (from, lines.params.clone())
}

/// The statement behind the list.
pub(crate) fn sql<'a>(tables: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: &tables.0, condition: "TRUE", params: tables.1.clone() }
}

/// A vulnerability of an asset over all documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The vulnerability.
    pub vulnerability: String,
    /// The asset.
    pub asset_id: AssetId,
    /// Its tag.
    pub asset_tag: String,
    /// Its name; empty when nobody has said.
    pub asset_name: String,
    /// Its site.
    pub site: Option<String>,
    /// Its zone.
    pub zone: Option<String>,
    /// Its vendor.
    pub vendor: String,
    /// Its product.
    pub product: String,
    /// The worst answer.
    pub verdict: Verdict,
    /// The surest match.
    pub confidence: Confidence,
    /// Where the slowest document stands.
    pub state: RemediationState,
    /// The documents by status.
    pub documents: StatusCounts,
    /// When a status changed last; `None`: never.
    pub changed: Option<Moment>,
}

impl Reader<'_> {
    /// The findings within reach.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn findings(&mut self, narrow: Narrow, query: &ListQuery) -> Result<Paged<Finding>, StoreError> {
        let lines = Lines::new(narrow, query.as_of, &query.reach);
        let tables = spec_sql(&lines);
        self.list(&SPEC, sql(&tables), query, finding)
    }
}

fn finding(row: &Row<'_>) -> Result<Finding, StoreError> {
    Ok(Finding {
        vulnerability: row.get(0)?,
        asset_id: row.get(1)?,
        asset_tag: row.get(2)?,
        asset_name: row.get(3)?,
        site: row.get(4)?,
        zone: row.get(5)?,
        vendor: row.get(6)?,
        product: row.get(7)?,
        verdict: row.word(8)?,
        confidence: row.word(9)?,
        state: row.word(10)?,
        documents: StatusCounts {
            all: row.get(11)?,
            not_remediated: row.get(12)?,
            in_progress: row.get(13)?,
            done: row.get(14)?,
        },
        changed: row.get(15)?,
    })
}
