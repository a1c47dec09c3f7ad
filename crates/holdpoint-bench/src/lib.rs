//! Measurements of the pure rooms at the size of a large operator: feeds, generated fleets, replays.
//!
//! Here: reading real files, making inventories from a seed, running the engine, and telling what it cost. Not here:
//! what is measured, that is the pure rooms' own code. This crate is never part of a program; it exists because
//! formats and engine do not know each other, and the whole application takes long to build. The surprise: figures are
//! read from `/proc`, so they exist on Linux alone, and count processor time rather than the clock.

pub mod cost;
pub mod dice;
pub mod fingerprint;
pub mod hosts;
pub mod nvd;
pub mod ot;
pub mod plant;
pub mod reading;
pub mod work;
