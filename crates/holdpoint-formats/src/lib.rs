//! holdpoint-formats

pub mod csaf;
