//! The list of statements, the history of one subject, the words that wait for an explanation, and the vendors' lag.

use super::row::{self, columns};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::compatibility::{KeptStatement, StatedState};
use holdpoint_domain::id::StatementId;

const COLUMNS: &str = concat!(columns!(), ", p.name, s.said_at");
const FROM: &str = "compatibility_statement s JOIN patch p ON p.number = s.patch_no
    JOIN supplier_release r ON r.number = s.release_no LEFT JOIN statement_document d ON d.number = s.document_no";

const STATES: &[&str] =
    &["not_approved", "unknown", "available", "in_test", "not_applicable", "approved", "released"];

const FIELDS: &[FilterField] = &[
    FilterField::text("patch", "p.name").required(),
    FilterField::text("title", "p.title"),
    FilterField::text("vendor", "r.vendor").required(),
    FilterField::text("product", "r.product").required(),
    FilterField::text("version", "r.version").required(),
    FilterField::text("platform", "s.platform"),
    FilterField::text("publisher", "s.publisher").required(),
    FilterField::word("state", "s.state", STATES).required(),
    FilterField::text("word", "s.word"),
    FilterField::time("issued", "s.issued_at"),
    FilterField::time("said", "s.said_at").required(),
    FilterField::time("received", "s.received_at").required(),
    FilterField::text("document", "d.name"),
    FilterField::text("mapping", "d.mapping"),
];

/// The list of statements.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "statement",
    fields: FIELDS,
    words: &["p.name", "r.product", "s.word"],
    unique: "s.number",
    default_sort: ("said", Direction::Descending),
};

/// The statement behind the list, as of a moment.
pub(crate) fn spec_sql(as_of: Moment) -> ListSql<'static> {
    ListSql {
        columns: COLUMNS,
        from: FROM,
        condition: "s.valid_from <= $1 AND s.valid_to > $1",
        params: vec![Value::from(instant(as_of))],
    }
}

crate::statements! {
    ONE = concat!("SELECT ", columns!(), ", p.name, s.said_at FROM compatibility_statement s
        JOIN patch p ON p.number = s.patch_no JOIN supplier_release r ON r.number = s.release_no
        LEFT JOIN statement_document d ON d.number = s.document_no WHERE s.id = $1");
    HISTORY = concat!("SELECT ", columns!(), ", p.name, s.said_at FROM compatibility_statement o
        JOIN compatibility_statement s ON s.subject = o.subject
        JOIN patch p ON p.number = s.patch_no JOIN supplier_release r ON r.number = s.release_no
        LEFT JOIN statement_document d ON d.number = s.document_no WHERE o.id = $1
        ORDER BY s.said_at DESC, s.number DESC LIMIT 1000");
    OF_PATCH = concat!("SELECT ", columns!(), ", p.name, s.said_at FROM compatibility_statement s
        JOIN patch p ON p.number = s.patch_no JOIN supplier_release r ON r.number = s.release_no
        LEFT JOIN statement_document d ON d.number = s.document_no
        WHERE p.name = $1 AND s.valid_from <= $2 AND s.valid_to > $2
        ORDER BY r.vendor, r.product, r.version, s.platform, s.publisher, s.number");
    WAITING = "SELECT s.publisher, COALESCE(d.mapping, ''), s.word, COUNT(*), COUNT(DISTINCT s.patch_no),
            MIN(p.name), MIN(s.received_at)
        FROM compatibility_statement s JOIN patch p ON p.number = s.patch_no
        LEFT JOIN statement_document d ON d.number = s.document_no
        WHERE s.state = 'unknown' AND s.valid_to = 9223372036854775807
        GROUP BY s.publisher, COALESCE(d.mapping, ''), s.word ORDER BY 4 DESC, 1, 2, 3 LIMIT 1000";
    LAG = "SELECT s.publisher, s.patch_no, s.release_no, COALESCE(s.patch_released, p.released), s.issued_at, s.state
        FROM compatibility_statement s JOIN patch p ON p.number = s.patch_no ORDER BY s.publisher, s.number";
}

/// A statement in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// The statement.
    pub kept: KeptStatement,
    /// The name under which its patch is kept.
    pub patch: String,
    /// When it was said, else when it was received.
    pub said_at: Moment,
}

/// A word that nobody has explained yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordWaiting {
    /// Who uses it.
    pub publisher: String,
    /// The mapping that did not explain it; empty: it came with an answer or was entered.
    pub mapping: String,
    /// The word as written; empty: nothing was written.
    pub word: String,
    /// How many statements have it.
    pub statements: u64,
    /// Of how many patches.
    pub patches: u64,
    /// One of these patches.
    pub example: String,
    /// Since when it waits.
    pub since: Moment,
}

/// What the lag of a vendor is worked out from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LagRow {
    /// Who says it.
    pub publisher: String,
    /// The patch.
    pub patch_no: i64,
    /// The release.
    pub release_no: i64,
    /// When the patch came out; `None`: not known.
    pub released: Option<Moment>,
    /// When it was said; `None`: not known.
    pub issued: Option<Moment>,
    /// What was said.
    pub state: StatedState,
}

impl Reader<'_> {
    /// The statements that were the last word as of a moment, the newest first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn statements(&mut self, query: &ListQuery) -> Result<Paged<StatementLine>, StoreError> {
        self.list(&SPEC, spec_sql(query.as_of), query, line)
    }

    /// A statement.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn statement(&mut self, id: StatementId) -> Result<Option<StatementLine>, StoreError> {
        self.query_opt(ONE, params![id], line)
    }

    /// All that the publisher of a statement has said on its subject, the newest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn statement_history(&mut self, id: StatementId) -> Result<Vec<StatementLine>, StoreError> {
        self.query(HISTORY, params![id], line)
    }

    /// All that is said of a patch as of a moment, by release.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn statements_of_patch(
        &mut self,
        patch: &str,
        as_of: Moment,
    ) -> Result<Vec<StatementLine>, StoreError> {
        self.query(OF_PATCH, params![patch, instant(as_of)], line)
    }

    /// The words that nobody has explained, the most frequent first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn words_waiting(&mut self) -> Result<Vec<WordWaiting>, StoreError> {
        self.query(WAITING, params![], |row| {
            Ok(WordWaiting {
                publisher: row.get(0)?,
                mapping: row.get(1)?,
                word: row.get(2)?,
                statements: row.get(3)?,
                patches: row.get(4)?,
                example: row.get(5)?,
                since: row.get(6)?,
            })
        })
    }

    /// Shows what the vendors' lag is worked out from: every statement ever made, former ones too.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn lag_rows(&mut self, mut visit: impl FnMut(LagRow)) -> Result<(), StoreError> {
        self.each(LAG, params![], |row| {
            visit(LagRow {
                publisher: row.get(0)?,
                patch_no: row.get(1)?,
                release_no: row.get(2)?,
                released: row.get(3)?,
                issued: row.get(4)?,
                state: row.word(5)?,
            });
            Ok(())
        })
    }
}

fn line(row: &Row<'_>) -> Result<StatementLine, StoreError> {
    Ok(StatementLine {
        kept: row::read(row, 0)?,
        patch: row.get(row::WIDTH)?,
        said_at: row.get(row::WIDTH + 1)?,
    })
}
