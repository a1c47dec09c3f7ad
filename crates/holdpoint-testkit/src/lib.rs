//! holdpoint-testkit

pub mod hosts;
pub mod opcua;
pub mod postgres;
pub mod web;
