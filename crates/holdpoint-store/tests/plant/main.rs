//! The plant's half of the store, through its public face and on both engines.
#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

mod advisories;
mod assets;
mod compatibility;
mod intelligence;
mod matches;
mod patches;
mod sources;
mod speed;
mod support;
