//! holdpoint-formats

pub mod csaf;
pub mod inventory;
