//! Lists: filter, sort, one page, and how many there are in all; the same for every noun.
//!
//! A noun describes its fields once ([`FilterField`]); the statement is put together from those fixed texts
//! and bound parameters, so no text of a person ever becomes SQL. Paging goes by the sort key of the last row
//! and a unique tie-break, so a row is never shown twice or left out because others came or went.
//!
//! The surprise: what is not known sorts below everything that is, and a term that must not hold keeps it.

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, Value};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::filter::{FieldKind, FieldSpec, Filter};

mod compose;
mod cursor;

/// Most rows of one page.
pub const MAX_LIMIT: u32 = 1_000;
/// Rows are counted exactly up to here.
pub const COUNT_LIMIT: u64 = 100_000;

/// Which piece of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// How many rows, 1 to [`MAX_LIMIT`].
    pub limit: u32,
    /// [`Paged::next`] of the page before; none for the first page.
    pub cursor: Option<String>,
}

impl Page {
    /// The first page.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { limit, cursor: None }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The cursor of the next page; none when this is the last one.
    pub next: Option<String>,
    /// How many rows the filter lets through in all.
    pub count: Count,
}

/// A number of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The number.
    pub value: u64,
    /// False: there are more than this; counting stopped at [`COUNT_LIMIT`].
    pub exact: bool,
}

/// In which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// A sortable field of the noun.
    pub field: String,
    /// Which way.
    pub direction: Direction,
}

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the lowest.
    Ascending,
    /// From the highest.
    Descending,
}

impl Sort {
    /// Reads `field` or `-field`. Whether the field exists is found out by the list.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix('-') {
            Some(field) => Self { field: field.to_owned(), direction: Direction::Descending },
            None => Self { field: text.to_owned(), direction: Direction::Ascending },
        }
    }
}

/// What is asked of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// Which rows.
    pub filter: Filter,
    /// In which order; the noun's own when none.
    pub sort: Option<Sort>,
    /// Which piece.
    pub page: Page,
    /// As the data were at that moment; [`Moment::OPEN`] is now.
    pub as_of: Moment,
    /// What ages in the filter count from.
    pub now: Moment,
    /// What the person may see.
    pub reach: Reach,
}

impl ListQuery {
    /// Everything that is there now, unsorted and unfiltered, the first `limit` rows.
    #[must_use]
    pub fn everything(limit: u32, now: Moment) -> Self {
        Self {
            filter: Filter::default(),
            sort: None,
            page: Page::first(limit),
            as_of: Moment::OPEN,
            now,
            reach: Reach::Everywhere,
        }
    }
}

/// Whether a list can be sorted by a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorting {
    /// It can.
    Sortable,
    /// It cannot.
    Fixed,
}

/// Whether every row has a value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Its column is NOT NULL.
    Required,
    /// Some rows may have none.
    Optional,
}

/// A field of a noun: what people call it, and where it is stored.
#[derive(Debug, Clone, Copy)]
pub struct FilterField {
    /// Its name, in lower case.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether a list can be sorted by it.
    pub sorting: Sorting,
    pub(crate) sql: &'static str,
    /// Whether every row has a value, so that the list can be read in the order of an index.
    pub(crate) presence: Presence,
    /// For a field of which a row has many: the query in whose `{condition}` the test stands.
    pub(crate) within: Option<&'static str>,
    /// What a list is sorted by when that is not the value itself.
    pub(crate) sort: Option<&'static str>,
}

impl FilterField {
    const fn new(name: &'static str, kind: FieldKind, sql: &'static str) -> Self {
        Self {
            name,
            kind,
            sorting: Sorting::Sortable,
            sql,
            presence: Presence::Optional,
            within: None,
            sort: None,
        }
    }

    /// A text.
    pub(crate) const fn text(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, FieldKind::Text, sql)
    }

    /// A version text, which the store has learnt the sortable key of.
    pub(crate) const fn version(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, FieldKind::Version, sql)
    }

    /// A number, BIGINT or DOUBLE PRECISION.
    pub(crate) const fn number(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, FieldKind::Number, sql)
    }

    /// A moment.
    pub(crate) const fn time(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, FieldKind::Time, sql)
    }

    /// A word of a closed vocabulary, listed from the lowest to the highest.
    pub(crate) const fn word(name: &'static str, sql: &'static str, words: &'static [&'static str]) -> Self {
        Self::new(name, FieldKind::Word(words), sql)
    }

    /// A BOOLEAN.
    pub(crate) const fn flag(name: &'static str, sql: &'static str) -> Self {
        Self::new(name, FieldKind::Flag, sql)
    }

    /// The same field, which every row has.
    pub(crate) const fn required(mut self) -> Self {
        self.presence = Presence::Required;
        self
    }

    /// The same field, not sortable.
    pub(crate) const fn fixed(mut self) -> Self {
        self.sorting = Sorting::Fixed;
        self
    }

    /// The same field, of which a row has many: `within` is `SELECT 1 FROM … WHERE … AND ({condition})`.
    pub(crate) const fn any(mut self, within: &'static str) -> Self {
        self.within = Some(within);
        self.fixed()
    }

    /// The same field of which a row has many, sorted by this one value of them.
    pub(crate) const fn sorted_by(mut self, sort: &'static str) -> Self {
        self.sort = Some(sort);
        self.sorting = Sorting::Sortable;
        self
    }
}

/// How a noun is listed.
pub(crate) struct ListSpec {
    /// The noun, in the singular.
    pub noun: &'static str,
    /// Its fields.
    pub fields: &'static [FilterField],
    /// The text columns that free words search; or whole conditions around `LIKE {pattern} ESCAPE '!'`.
    pub words: &'static [&'static str],
    /// A unique column: BIGINT, BYTEA or TEXT.
    pub unique: &'static str,
    /// The order when none is asked for.
    pub default_sort: (&'static str, Direction),
}

/// The fixed part of a list's statement.
#[derive(Debug, Clone)]
pub(crate) struct ListSql<'a> {
    /// The columns that the row is read from.
    pub columns: &'a str,
    /// `FROM` and all joins, without the word `FROM`.
    pub from: &'a str,
    /// What holds for every row, over `$1`…; `TRUE` when nothing does.
    pub condition: &'a str,
    /// The values of `$1`….
    pub params: Vec<Value<'static>>,
}

impl ListSpec {
    fn field_specs(&self) -> Vec<FieldSpec> {
        self.fields.iter().map(|field| FieldSpec { name: field.name, kind: field.kind }).collect()
    }
}

/// What a person may see, as a condition over the column of a site's id; its values begin at `$first`.
pub(crate) fn reach_condition(reach: &Reach, column: &str, first: usize) -> (String, Vec<Value<'static>>) {
    match reach {
        Reach::Everywhere => ("TRUE".to_owned(), Vec::new()),
        Reach::Nowhere => ("FALSE".to_owned(), Vec::new()),
        Reach::Sites(sites) if sites.is_empty() => ("FALSE".to_owned(), Vec::new()),
        Reach::Sites(sites) => {
            let list = crate::reader::in_list("{list}", first - 1, sites.len());
            (format!("{column} IN ({list})"), sites.iter().map(|site| Value::from(*site)).collect())
        }
    }
}

impl Reader<'_> {
    /// One page of a list; `map` reads the columns of `sql` from index 0.
    pub(crate) fn list<T>(
        &mut self,
        spec: &ListSpec,
        sql: ListSql<'_>,
        query: &ListQuery,
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Paged<T>, StoreError> {
        let limit = query.page.limit;
        if limit == 0 || limit > MAX_LIMIT {
            return Err(StoreError::List { why: format!("a page has 1 to {MAX_LIMIT} rows, not {limit}") });
        }
        let composed = compose::compose(spec, sql, query)?;
        let counted: u64 = self.query_one(&composed.count, &composed.params, |row| row.get(0))?;
        let count = Count { value: counted.min(COUNT_LIMIT), exact: counted <= COUNT_LIMIT };

        let mark = cursor::mark(spec, query);
        let (page, params) = composed.page(query.page.cursor.as_deref(), mark, limit)?;
        let mut items: Vec<T> = Vec::new();
        let mut last = None;
        let mut more = false;
        self.each(&page, &params, |row| {
            if items.len() < limit as usize {
                last = Some((row.get(composed.columns)?, row.get(composed.columns + 1)?));
                items.push(map(row)?);
            } else {
                more = true;
            }
            Ok(())
        })?;
        let next = last.filter(|_| more).map(|(key, unique)| cursor::write(mark, &key, &unique));
        Ok(Paged { items, next, count })
    }

    /// How SQLite finds the rows of a page.
    #[cfg(test)]
    pub(crate) fn plan(
        &mut self,
        spec: &ListSpec,
        sql: ListSql<'_>,
        query: &ListQuery,
    ) -> Result<Vec<String>, StoreError> {
        let mark = cursor::mark(spec, query);
        let composed = compose::compose(spec, sql, query)?;
        let (page, params) = composed.page(query.page.cursor.as_deref(), mark, query.page.limit)?;
        self.query(&format!("EXPLAIN QUERY PLAN {page}"), &params, |row| row.get(3))
    }

    /// Every row that the filter lets through, in order, one at a time; the page of the query is not used.
    pub(crate) fn list_each(
        &mut self,
        spec: &ListSpec,
        sql: ListSql<'_>,
        query: &ListQuery,
        visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let composed = compose::compose(spec, sql, query)?;
        self.each(&composed.all(), &composed.params, visit)
    }
}
