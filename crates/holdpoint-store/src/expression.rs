//! The review of product expressions: each way of writing a product once, what was not understood first.
//!
//! The surprise: the same text can occur twice when it was understood differently at different times.

use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Row, Value};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::matching::ExpressionOutcome;

const COLUMNS: &str = "e.vendor, e.product, e.category, e.version_text, e.outcome, e.why, e.range_text, \
    e.predicates_text, u.products, u.advisories, COALESCE(t.assets, 0)";

const FROM: &str = "expression e
    JOIN (SELECT p.expression_no, COUNT(*) AS products, COUNT(DISTINCT p.advisory_no) AS advisories
        FROM advisory_product p JOIN advisory_revision r ON r.number = p.revision_no
        WHERE r.valid_from <= $1 AND r.valid_to > $1
        GROUP BY p.expression_no) u ON u.expression_no = e.number
    LEFT JOIN (SELECT p.expression_no, COUNT(DISTINCT a.number) AS assets
        FROM product_match m JOIN advisory_product p ON p.product_no = m.product_no
        JOIN asset_version a ON a.configuration_no = m.configuration_no
            AND a.valid_from <= $1 AND a.valid_to > $1 AND {reach}
        LEFT JOIN match_overlay mo ON mo.match_no = m.match_no AND mo.asset_no = a.number
            AND mo.valid_from <= $1 AND mo.valid_to > $1
        WHERE m.valid_from <= $1 AND m.valid_to > $1 AND COALESCE(mo.verdict, m.verdict) <> 'no'
        GROUP BY p.expression_no) t ON t.expression_no = e.number";

const FIELDS: &[FilterField] = &[
    FilterField::text("vendor", "e.vendor"),
    FilterField::text("product", "e.product"),
    FilterField::text("category", "e.category"),
    FilterField::text("text", "e.version_text"),
    FilterField::word("outcome", "e.outcome", &["not_understood", "conditional", "decided"]),
    FilterField::text("why", "e.why"),
    FilterField::number("products", "u.products"),
    FilterField::number("advisories", "u.advisories"),
    FilterField::number("assets", "COALESCE(t.assets, 0)"),
];

/// The review list.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "expression",
    fields: FIELDS,
    words: &["e.vendor", "e.product", "e.version_text", "e.why"],
    unique: "e.number",
    default_sort: ("outcome", Direction::Ascending),
};

/// One way of writing a product, over all current revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionLine {
    /// Vendor as written; empty when none is named.
    pub vendor: String,
    /// Product as written; empty when none is named.
    pub product: String,
    /// `product_version`, `product_version_range`, or empty when no version is named.
    pub category: String,
    /// The version or range as written; empty when none is named.
    pub text: String,
    /// How well it was understood.
    pub outcome: ExpressionOutcome,
    /// Why it was not, or not wholly, understood.
    pub why: String,
    /// The range in words; empty when not understood.
    pub range_text: String,
    /// The conditions besides the range in words.
    pub predicates_text: String,
    /// Products that are written so.
    pub products: u64,
    /// Advisories with such products.
    pub advisories: u64,
    /// Distinct assets within reach that a match, yes or unknown, binds to such products.
    pub assets: u64,
}

/// The statement's tables with their parameters.
pub(crate) struct Tables {
    from: String,
    params: Vec<Value<'static>>,
}

impl Tables {
    /// `$1` is the moment, then the sites within reach.
    pub(crate) fn new(as_of: Moment, reach: &Reach) -> Self {
        let (within, sites) = reach_condition(reach, "a.site_id", 2);
        let mut params = vec![Value::from(instant(as_of))];
        params.extend(sites);
        Self { from: FROM.replace("{reach}", &within), params }
    }
}

/// The statement behind the list.
pub(crate) fn spec_sql(tables: &Tables) -> ListSql<'_> {
    ListSql { columns: COLUMNS, from: &tables.from, condition: "TRUE", params: tables.params.clone() }
}

impl Reader<'_> {
    /// The ways of writing products that occurred in revisions that were current, what was not understood first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn expressions(&mut self, query: &ListQuery) -> Result<Paged<ExpressionLine>, StoreError> {
        let tables = Tables::new(query.as_of, &query.reach);
        self.list(&SPEC, spec_sql(&tables), query, line)
    }
}

fn line(row: &Row<'_>) -> Result<ExpressionLine, StoreError> {
    Ok(ExpressionLine {
        vendor: row.get(0)?,
        product: row.get(1)?,
        category: row.get(2)?,
        text: row.get(3)?,
        outcome: row.word(4)?,
        why: row.get(5)?,
        range_text: row.get(6)?,
        predicates_text: row.get(7)?,
        products: row.get(8)?,
        advisories: row.get(9)?,
        assets: row.get(10)?,
    })
}
