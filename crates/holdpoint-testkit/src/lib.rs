//! holdpoint-testkit

pub mod web;
