//! The list of patches and its fields.

use super::PatchLine;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::value::Row;

const COLUMNS: &str = "p.name, p.sources, p.title, p.class, p.severity, p.bulletin, p.restart, p.released, p.products, \
    p.fixes, p.statements";

const CLASSES: &[&str] = &["unknown", "firmware", "feature", "recommended", "security", "security-critical"];
const SEVERITIES: &[&str] = &["low", "moderate", "important", "critical"];

const FIXED: &str = "SELECT 1 FROM patch_record r JOIN patch_fix f ON f.record_no = r.number
    WHERE r.patch_no = p.number AND r.valid_to = 9223372036854775807 AND ({condition})";
const FOR: &str = "SELECT 1 FROM patch_record r JOIN patch_product o ON o.record_no = r.number
    WHERE r.patch_no = p.number AND r.valid_to = 9223372036854775807 AND ({condition})";
const SAID: &str = "SELECT 1 FROM patch_record r
    WHERE r.patch_no = p.number AND r.valid_to = 9223372036854775807 AND ({condition})";

const STATED: &str =
    "SELECT 1 FROM compatibility_statement s JOIN supplier_release r ON r.number = s.release_no
    WHERE s.patch_no = p.number AND s.valid_to = 9223372036854775807 AND ({condition})";
/// The same, without a yes of somebody who does not speak for the maker of the product: as in a cell of the matrix, and on cards.
const HEARD: &str =
    "SELECT 1 FROM compatibility_statement s JOIN supplier_release r ON r.number = s.release_no
    WHERE s.patch_no = p.number AND s.valid_to = 9223372036854775807
        AND (s.state NOT IN ('not_applicable', 'approved', 'released')
            OR EXISTS (SELECT 1 FROM supplier_voice o WHERE o.publisher = s.publisher AND o.vendor = r.vendor))
        AND ({condition})";
const FILED: &str = "SELECT 1 FROM patch_file k WHERE k.patch_no = p.number AND ({condition})";
const STATES: &[&str] =
    &["not_approved", "unknown", "available", "in_test", "not_applicable", "approved", "released"];

const FIELDS: &[FilterField] = &[
    FilterField::text("name", "p.name").required(),
    FilterField::text("title", "p.title"),
    FilterField::word("class", "p.class", CLASSES),
    FilterField::word("severity", "NULLIF(LOWER(p.severity), '')", SEVERITIES),
    FilterField::text("bulletin", "p.bulletin"),
    FilterField::text("restart", "p.restart"),
    FilterField::time("released", "p.released"),
    FilterField::number("products", "p.products"),
    FilterField::number("fixes", "p.fixes"),
    FilterField::number("statements", "p.statements"),
    FilterField::word("vendor_state", "s.state", STATES).any(HEARD),
    FilterField::text("supplier", "r.vendor").any(STATED),
    FilterField::text("release", "r.product || ' ' || r.version").any(STATED),
    FilterField::text("file", "k.name").any(FILED),
    FilterField::text("cve", "f.reference").any(FIXED),
    FilterField::text("product", "o.product").any(FOR),
    FilterField::text("source", "r.source").any(SAID),
    FilterField::text("document", "r.document").any(SAID),
];

/// The list of patches.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "patch",
    fields: FIELDS,
    words: &["p.name", "p.title", "p.bulletin"],
    unique: "p.number",
    default_sort: ("released", Direction::Descending),
};

/// The statement behind the list.
pub(crate) fn spec_sql() -> ListSql<'static> {
    ListSql {
        columns: COLUMNS,
        from: "patch p",
        condition: "p.records > 0 OR p.statements > 0",
        params: Vec::new(),
    }
}

impl Reader<'_> {
    /// The patches of which a source or a supplier speaks now, the newest first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn patches(&mut self, query: &ListQuery) -> Result<Paged<PatchLine>, StoreError> {
        self.list(&SPEC, spec_sql(), query, line)
    }
}

impl Reader<'_> {
    /// The patches of which a supplier speaks now, the newest first.
    ///
    /// # Errors
    /// As [`Reader::patches`].
    pub fn stated_patches(&mut self, query: &ListQuery) -> Result<Paged<PatchLine>, StoreError> {
        let sql = ListSql { condition: "p.statements > 0", ..spec_sql() };
        self.list(&SPEC, sql, query, line)
    }
}

/// Reads the columns of a line.
pub(super) fn line(row: &Row<'_>) -> Result<PatchLine, StoreError> {
    let sources: String = row.get(1)?;
    Ok(PatchLine {
        name: row.get(0)?,
        sources: sources.split_whitespace().map(str::to_owned).collect(),
        title: row.get(2)?,
        class: row.word(3)?,
        severity: row.get(4)?,
        bulletin: row.get(5)?,
        restart: row.get(6)?,
        released: row.get(7)?,
        products: row.get(8)?,
        fixes: row.get(9)?,
        statements: row.get(10)?,
    })
}
