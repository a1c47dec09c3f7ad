//! Tests of the store's own promises, each on both engines.
#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

mod changes;
mod connections;
mod lists;
mod schemas;
