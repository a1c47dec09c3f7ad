//! Bytes of others become our nouns and warnings: advisories, feeds, inventories, suppliers' lists, calendars, policies.
//!
//! One module for each format. Pure: no file, no network, no clock; limits of size, depth and count are here. Not here:
//! what the values mean together (the engine) and where they are kept (the store). The surprise: a parser does not fail
//! on what it does not know; it says so in a warning, and only bytes that hold nothing usable are rejected.

pub mod calendar;
pub mod csaf;
pub mod exploit_status;
pub mod intelligence;
pub mod inventory;
pub mod microsoft;
pub mod plain_table;
pub mod policy;
pub mod qualification;
pub mod repository;
pub mod score_vector;
