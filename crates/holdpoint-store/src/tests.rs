//! Tests of the store's own promises, each on both engines.
#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

mod audit;
mod changes;
mod connections;
mod lists;
mod people;
pub(crate) mod plant;
mod schemas;
