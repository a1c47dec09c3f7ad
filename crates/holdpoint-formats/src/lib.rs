//! holdpoint-formats

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
