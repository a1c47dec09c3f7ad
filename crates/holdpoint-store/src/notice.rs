//! Notices to persons. None is ever deleted; reading one leaves a mark.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::id::NoticeId;
use holdpoint_domain::notice::{Notice, NoticeKind};
use holdpoint_domain::signature::Person;

const COLUMNS: &str =
    "n.id, n.at, n.to_name, n.to_account, n.kind, n.noun, n.about, n.body, n.cause, n.read_at";

crate::statements! {
    PUT = "INSERT INTO notice (number, id, at, to_name, to_account, kind, noun, about, body, cause)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM notice), $1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (to_account, kind, about, cause) DO NOTHING";
    READ = "UPDATE notice SET read_at = $3 WHERE id = $1 AND to_account = $2 AND read_at IS NULL";
    TOLD = "SELECT 1 FROM notice WHERE kind = $1 AND about = $2 LIMIT 1";
    THERE = "SELECT 1 FROM notice WHERE id = $1 AND to_account = $2";
}

const KINDS: &[&str] = &[
    "held",
    "authorisation_ended",
    "exemption_review",
    "exemption_ended",
    "review_overdue",
    "question_due",
    "question_escalated",
    "drift",
    "deployment_stopped",
];
const FIELDS: &[FilterField] = &[
    FilterField::word(
        "state",
        "CASE WHEN n.read_at IS NULL THEN 'unread' ELSE 'read' END",
        &["read", "unread"],
    ),
    FilterField::word("kind", "n.kind", KINDS),
    FilterField::text("noun", "n.noun"),
    FilterField::text("to", "n.to_name"),
    FilterField::time("at", "n.at").required(),
];

/// The list of notices.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "notice",
    fields: FIELDS,
    words: &["n.body", "n.about"],
    unique: "n.number",
    default_sort: ("at", Direction::Descending),
};

/// Whose notices are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticesOf {
    /// Everybody's.
    Everybody,
    /// Those of this account.
    Account(String),
}

/// The condition of whose notices are listed, with its parameters.
pub(crate) fn within(of: &NoticesOf) -> (&'static str, Vec<Value<'static>>) {
    match of {
        NoticesOf::Everybody => ("TRUE", Vec::new()),
        NoticesOf::Account(account) => ("n.to_account = $1", vec![Value::from(account.clone())]),
    }
}

pub(crate) fn spec_sql<'a>(within: &'a (&'static str, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: "notice n", condition: within.0, params: within.1.clone() }
}

impl Reader<'_> {
    /// Notices, the newest first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn notices(&mut self, of: &NoticesOf, query: &ListQuery) -> Result<Paged<Notice>, StoreError> {
        let within = within(of);
        self.list(&SPEC, spec_sql(&within), query, line)
    }

    /// Whether anybody was told this of it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn was_told(&mut self, kind: NoticeKind, about: &str) -> Result<bool, StoreError> {
        Ok(self.query_opt(TOLD, params![kind.word(), about], |row| row.get::<i64>(0))?.is_some())
    }

    /// Whether an account has that notice.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has_notice(&mut self, id: NoticeId, account: &str) -> Result<bool, StoreError> {
        Ok(self.query_opt(THERE, params![id, account], |row| row.get::<i64>(0))?.is_some())
    }
}

impl Change<'_> {
    /// Tells a person something; says whether it is new to them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_notice(&mut self, new: &Notice) -> Result<bool, StoreError> {
        let done = self.exec(
            PUT,
            params![
                new.id,
                new.at,
                &*storable(&new.to.name),
                &*storable(&new.to.account),
                new.kind.word(),
                &*storable(&new.noun),
                &*storable(&new.about),
                &*storable(&new.text),
                &*storable(&new.cause),
            ],
        )?;
        Ok(done == 1)
    }

    /// Marks a notice of an account as read; says whether it was unread.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read_notice(&mut self, id: NoticeId, account: &str) -> Result<bool, StoreError> {
        let at = self.at();
        Ok(self.exec(READ, params![id, account, at])? == 1)
    }
}

fn line(row: &Row<'_>) -> Result<Notice, StoreError> {
    Ok(Notice {
        id: row.get(0)?,
        at: row.get(1)?,
        to: Person { name: row.get(2)?, account: row.get(3)? },
        kind: row.word(4)?,
        noun: row.get(5)?,
        about: row.get(6)?,
        text: row.get(7)?,
        cause: row.get(8)?,
        read_at: row.get(9)?,
    })
}
