//! The only room that speaks SQL: one text for two engines, and the append to the audit log.
//!
//! A [`Store`] reads through a [`Reader`] (one closure, one consistent view) and writes through a [`Change`]
//! (one closure, one transaction, one audit entry). Write methods exist on `Change` alone. Not here: rules of
//! the domain, clocks, randomness; moments, ids and random bytes come as arguments.
//!
//! The surprise: a closure of [`Store::change`] can run more than once (PostgreSQL may ask for it), so it does
//! nothing but read and write through its `Change`. And never call the store again inside a closure.

pub mod audit;
pub mod blob;
pub mod change;
mod dialect;
pub mod error;
pub mod location;
pub mod migrate;
pub mod page;
mod postgres;
pub mod reader;
mod sqlite;
pub mod store;
mod value;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

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
    [audit::STATEMENTS, blob::STATEMENTS, change::STATEMENTS].concat()
}

/// Every list of the crate, with the fixed part of its statement.
#[cfg(test)]
fn list_specs() -> Vec<(&'static page::ListSpec, page::ListSql<'static>)> {
    Vec::new()
}
