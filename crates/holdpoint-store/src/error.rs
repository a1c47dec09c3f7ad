//! What can go wrong in the store, in words for the person who has to act on it.
//!
//! No message holds a password: locations are shown through [`crate::Location`], which hides it, and the
//! drivers' own messages never quote a connection string.

use holdpoint_domain::filter::FilterError;

/// A cause from a driver or from the reading of a value.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The text names no place where data can live.
    #[error("cannot use database `{location}`: {why}")]
    Location {
        /// The text, without its password.
        location: String,
        /// What is wrong with it, and what to write instead.
        why: String,
    },
    /// The database could not be opened.
    #[error("cannot open database `{location}`")]
    Open {
        /// The place, without its password.
        location: String,
        /// What the driver said.
        source: Cause,
    },
    /// Another process holds the database for longer than this one waits.
    #[error(
        "the database stayed busy for {waited_s} s: another process is in the middle of a change; nothing was written; try again"
    )]
    Busy {
        /// How long this process waited, in seconds.
        waited_s: u64,
    },
    /// The database was written by a newer Holdpoint.
    #[error(
        "the database has schema {found}, but this program knows schemas up to {known} only; it was not touched; run the newer program, or restore a backup of before the upgrade"
    )]
    NewerSchema {
        /// The newest migration in the database.
        found: i64,
        /// The newest migration that this program has.
        known: i64,
    },
    /// A migration that was applied is not the one that this program has.
    #[error(
        "migration {number} `{name}` of the database is not the one of this program; the database was not touched; use the program that made it"
    )]
    ForeignMigration {
        /// The migration's number.
        number: i64,
        /// Its name in the database.
        name: String,
    },
    /// A statement failed.
    #[error("the database refused to {doing}")]
    Statement {
        /// What was being done, as a verb with its object, or the statement's first words.
        doing: String,
        /// What the driver said.
        source: Cause,
    },
    /// A value that must be unique, present or related is not.
    #[error("the change breaks a rule of the data, so nothing was written: {rule}")]
    Conflict {
        /// What the database says of the rule.
        rule: String,
    },
    /// The connection broke while the change was being committed, and the new connection does not answer.
    #[error(
        "the connection to the database broke while a change was committed; whether it was made is unknown; look for audit entry {sequence} before you try again"
    )]
    OutcomeUnknown {
        /// The entry that exists if, and only if, the change was made.
        sequence: u64,
    },
    /// What is stored cannot be what was written.
    #[error("stored data is damaged: {what}")]
    Damaged {
        /// Which value, and what is wrong with it.
        what: String,
    },
    /// A change that wrote something was declared to have nothing to do.
    #[error("a change said that it has nothing to do after it wrote something; it was undone")]
    NotNothing,
    /// A write failed, and the closure went on as if it had not.
    #[error("a change went on after one of its writes had failed; it was undone")]
    FailureIgnored,
    /// The filter of a list is wrong.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// A list was asked in a way that it cannot answer.
    #[error("cannot list: {why}")]
    List {
        /// What is wrong with the sort, the limit or the cursor, and what to do.
        why: String,
    },
    /// Something to be stored is larger than what is taken.
    #[error("`{what}` has {size} bytes; at most {limit} are stored")]
    TooLarge {
        /// What was to be stored.
        what: &'static str,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
}

impl StoreError {
    /// Makes the error for a value that cannot have been written by Holdpoint.
    #[must_use]
    pub fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}
