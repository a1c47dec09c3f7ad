//! Compatibility statements: what suppliers say of patches, with who said it, when, and where it stands.
//!
//! A statement is opened by [`crate::Change::put_statements`] and closed by a later one on the same subject; the former
//! stays. The surprise: a document that is older than what is known closes nothing; its statements are kept with a period
//! of no length, to be seen in the history and never counted.

mod document;
mod list;
mod matrix;
mod row;
mod voice;
mod write;

#[cfg(test)]
pub(crate) use document::STATEMENTS as DOCUMENT_STATEMENTS;
#[cfg(test)]
pub(crate) use list::STATEMENTS as LIST_STATEMENTS;
#[cfg(test)]
pub(crate) use list::{SPEC, spec_sql};
#[cfg(test)]
pub(crate) use matrix::{RELEASE_SPEC, STATEMENTS as MATRIX_STATEMENTS, release_sql};
#[cfg(test)]
pub(crate) use voice::STATEMENTS as VOICE_STATEMENTS;
#[cfg(test)]
pub(crate) use write::STATEMENTS as WRITE_STATEMENTS;

pub use document::{StatementDocument, StoredMapping};
pub use list::{LagRow, StatementLine, WordWaiting};
pub use matrix::{Cell, SupplierRelease};
pub use voice::VoicePair;
pub use write::{NewStatement, Origin, StatementCounts};
