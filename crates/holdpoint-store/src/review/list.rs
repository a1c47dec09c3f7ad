//! The list of rules: all that ever were, in the state in which they stood at the moment that is asked for.

use super::RuleLine;
use super::row::{columns, rule_line, tables};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::Value;
use holdpoint_domain::Moment;

const FIELDS: &[FilterField] = &[
    FilterField::word("kind", "k.kind", &["names", "family", "vendor", "expression"]),
    FilterField::word("verdict", "k.verdict", &["same", "different"]),
    FilterField::word("state", "s.state", &["declined", "withdrawn", "expired", "holding", "proposed"]),
    FilterField::text("ours", "k.ours"),
    FilterField::text("theirs", "k.theirs"),
    FilterField::text("vendor", "k.vendor"),
    FilterField::text("author", "k.author"),
    FilterField::text("reason", "k.reason"),
    FilterField::text("origin", "k.origin"),
    FilterField::text("by", "s.by_name"),
    FilterField::time("decided", "k.decided_at").required(),
    FilterField::time("expires", "k.expires_at"),
    FilterField::time("since", "s.valid_from").required(),
];

/// The list of rules.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "mapping rule",
    fields: FIELDS,
    words: &["k.ours", "k.theirs", "k.reason", "k.author"],
    unique: "k.number",
    default_sort: ("decided", Direction::Descending),
};

/// The statement behind the list.
pub(crate) fn spec_sql(as_of: Moment) -> ListSql<'static> {
    ListSql {
        columns: columns!(),
        from: tables!(),
        condition: "s.valid_from <= $1 AND s.valid_to > $1",
        params: vec![Value::from(instant(as_of))],
    }
}

impl Reader<'_> {
    /// Rules, the latest decision first. They belong to no site: the query's reach does not matter.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn rule_list(&mut self, query: &ListQuery) -> Result<Paged<RuleLine>, StoreError> {
        self.list(&SPEC, spec_sql(query.as_of), query, rule_line)
    }
}
