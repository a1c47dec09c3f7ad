//! holdpoint-testkit

pub mod hosts;
pub mod postgres;
pub mod web;
