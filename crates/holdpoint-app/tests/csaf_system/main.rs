//! Each requirement of the CSAF consumer, viewer, management system and asset matching system (CSAF 2.0, 9.1.10 to
//! 9.1.13) as a test of its name. What touches the store runs on both engines. The table of all of them is
//! `docs/csaf-conformance.md`.

#![recursion_limit = "256"]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod consumer;
mod cured;
mod management;
mod matching;
mod plant;
