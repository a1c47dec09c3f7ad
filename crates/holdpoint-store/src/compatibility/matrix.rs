//! The qualification matrix: releases as columns, and what is said in the cells of a page.

use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::compatibility::StatedState;
use holdpoint_domain::id::StatementId;
use std::collections::{BTreeSet, HashSet};

const FIELDS: &[FilterField] = &[
    FilterField::text("key", "r.release_key").required(),
    FilterField::text("vendor", "r.vendor").required(),
    FilterField::text("product", "r.product").required(),
    FilterField::text("version", "r.version").required(),
];

/// The list of releases.
pub(crate) const RELEASE_SPEC: ListSpec = ListSpec {
    noun: "release",
    fields: FIELDS,
    words: &["r.vendor", "r.product", "r.version"],
    unique: "r.number",
    default_sort: ("key", Direction::Ascending),
};

/// The statement behind the list of releases.
pub(crate) fn release_sql(condition: &str) -> ListSql<'_> {
    ListSql {
        columns: "r.number, r.vendor, r.product, r.version",
        from: "supplier_release r",
        condition,
        params: Vec::new(),
    }
}

crate::statements! {
    ALL_RELEASES = "SELECT number, vendor, product, version FROM supplier_release";
    NUMBERS = "SELECT p.name, p.number FROM patch p WHERE p.name = $1";
}

const CELLS: &str =
    "SELECT p.name, s.release_no, s.id, s.state, s.word, s.said_at, s.platform, s.publisher, s.facts,
        s.issued_at
    FROM compatibility_statement s JOIN patch p ON p.number = s.patch_no
    WHERE s.valid_from <= $1 AND s.valid_to > $1 AND p.name IN ({list})
    ORDER BY p.name, s.release_no, s.platform, s.publisher, s.number";

/// One version of a supplier's product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplierRelease {
    /// Its number in this database.
    pub number: i64,
    /// Who makes the product.
    pub vendor: String,
    /// The product.
    pub product: String,
    /// The version; empty: the supplier does not say which.
    pub version: String,
}

/// One statement in a cell. A cell has several when platforms or publishers differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The patch.
    pub patch: String,
    /// The release.
    pub release_no: i64,
    /// The statement.
    pub id: StatementId,
    /// The state.
    pub state: StatedState,
    /// The supplier's own word.
    pub word: String,
    /// When it was said, else when it was received.
    pub said_at: Moment,
    /// Whether its publisher dated it; else `said_at` is the day on which it was received.
    pub is_dated: bool,
    /// For which platform; empty: not said.
    pub platform: String,
    /// Who says it.
    pub publisher: String,
    /// On what it depends; empty: nothing said.
    pub conditions: String,
}

impl Reader<'_> {
    /// The releases of which anybody has ever spoken, by vendor, product and version, without these.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn supplier_releases(
        &mut self,
        query: &ListQuery,
        without: &[i64],
    ) -> Result<Paged<SupplierRelease>, StoreError> {
        let condition = if without.is_empty() {
            "TRUE".to_owned()
        } else {
            let numbers: Vec<String> = without.iter().map(i64::to_string).collect();
            format!("r.number NOT IN ({})", numbers.join(", "))
        };
        self.list(&RELEASE_SPEC, release_sql(&condition), query, release)
    }

    /// All of them, in no order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn all_supplier_releases(&mut self) -> Result<Vec<SupplierRelease>, StoreError> {
        self.query(ALL_RELEASES, params![], release)
    }

    /// The number of a patch by its name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn patch_number(&mut self, name: &str) -> Result<Option<i64>, StoreError> {
        self.query_opt(NUMBERS, params![name], |row| row.get(1))
    }

    /// What is said of these patches for these releases as of a moment, by patch and release.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn matrix_cells(
        &mut self,
        patches: &[String],
        releases: &[i64],
        as_of: Moment,
    ) -> Result<Vec<Cell>, StoreError> {
        let wanted: HashSet<i64> = releases.iter().copied().collect();
        let names: BTreeSet<&String> = patches.iter().collect();
        let names = names.into_iter().map(|name| Value::from(name.clone()));
        let cells = self.query_in(CELLS, params![instant(as_of)], names, |row| {
            let release_no: i64 = row.get(1)?;
            if wanted.contains(&release_no) { cell(row, release_no).map(Some) } else { Ok(None) }
        })?;
        let mut cells: Vec<Cell> = cells.into_iter().flatten().collect();
        cells.sort_by(|a, b| (&a.patch, a.release_no).cmp(&(&b.patch, b.release_no)));
        Ok(cells)
    }
}

fn release(row: &Row<'_>) -> Result<SupplierRelease, StoreError> {
    Ok(SupplierRelease {
        number: row.get(0)?,
        vendor: row.get(1)?,
        product: row.get(2)?,
        version: row.get(3)?,
    })
}

fn cell(row: &Row<'_>, release_no: i64) -> Result<Cell, StoreError> {
    let facts: serde_json::Value = crate::columns::read_json(row, 8)?;
    Ok(Cell {
        patch: row.get(0)?,
        release_no,
        id: row.get(2)?,
        state: row.word(3)?,
        word: row.get(4)?,
        said_at: row.get(5)?,
        is_dated: row.get::<Option<Moment>>(9)?.is_some(),
        platform: row.get(6)?,
        publisher: row.get(7)?,
        conditions: facts["conditions"].as_str().unwrap_or_default().to_owned(),
    })
}
