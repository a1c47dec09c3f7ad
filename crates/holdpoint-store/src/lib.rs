//! The only room that speaks SQL: one text for two engines, and the append to the audit log.
//!
//! A [`Store`] reads through a [`Reader`] (one closure, one consistent view) and writes through a [`Change`]
//! (one closure, one transaction, one audit entry). Write methods exist on `Change` alone. Not here: rules of
//! the domain, clocks, randomness; moments, ids and random bytes come as arguments.
//!
//! The surprise: a closure of [`Store::change`] can run more than once (PostgreSQL may ask for it), so it does
//! nothing but read and write through its `Change`. And never call the store again inside a closure.

pub mod advisory;
pub mod agent;
pub mod asset;
pub mod audit;
pub mod baseline;
pub mod blob;
mod bulk;
pub mod calendar_address;
pub mod change;
mod columns;
pub mod comment;
pub mod compatibility;
pub mod component;
pub mod control_file;
pub mod controller;
pub mod decision;
pub mod delegation;
mod dialect;
pub mod error;
pub mod execution;
pub mod exemption;
pub mod expression;
pub mod feed;
pub mod feed_finding;
pub mod impact;
pub mod location;
pub mod mapping;
pub mod matches;
pub mod migrate;
pub mod notice;
pub mod observation;
pub mod page;
pub mod patch;
pub mod people;
pub mod plan;
pub mod planning;
pub mod policy;
mod postgres;
pub mod provider;
pub mod quarantine;
pub mod question;
pub mod ranking;
pub mod read_mark;
pub mod reader;
pub mod remediation;
pub mod review;
pub mod run;
pub mod site;
mod sqlite;
pub mod stance;
pub mod store;
pub mod test_record;
pub mod transfer;
mod validity;
mod value;
mod version_key;
pub mod vex;
pub mod vulnerability_record;
pub mod window;
pub mod work_order;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use audit::{AuditFault, AuditReport, ExpectedHead, verify_export};
pub use change::{Change, Committed, Intent};
pub use error::StoreError;
pub use location::Location;
pub use reader::Reader;
pub use store::Store;

/// Declares a module's statements: a constant each, and `STATEMENTS` with all of them for the test that
/// prepares every statement on both engines.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*
        /// Every statement of this module, by the name of its constant.
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements;

/// Every fixed statement of the crate.
#[cfg(test)]
fn all_statements() -> Vec<(&'static str, &'static str)> {
    let core = [audit::STATEMENTS, blob::STATEMENTS, change::STATEMENTS].concat();
    [core, people::STATEMENTS.concat(), tests::plant::statements()].concat()
}

/// Every list of the crate, with the fixed part of its statement.
#[cfg(test)]
fn list_specs() -> Vec<(&'static page::ListSpec, page::ListSql<'static>)> {
    let mut lists = vec![(&audit::SPEC, audit::list_sql()), (&people::SPEC, people::list_sql())];
    lists.extend(tests::plant::lists());
    lists
}
