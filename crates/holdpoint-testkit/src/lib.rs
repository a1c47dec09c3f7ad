//! holdpoint-testkit

pub mod postgres;
pub mod web;
