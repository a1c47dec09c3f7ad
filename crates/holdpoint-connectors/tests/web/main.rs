//! Fetching from real TLS servers on this machine: an honest one, and one that lies as it is told.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod faults;
mod fetching;
mod proof;
mod raw;
mod support;
