//! Ranked findings: kept equal to what is known, listed, explained, and changed by people's words.
//!
//! The rank of a finding is never written by hand. Whoever changes an input leaves a mark in the same change; [`refresh`]
//! takes the marks and ranks anew what they name, by difference. The surprise: a refresh is a change of its own, by the system,
//! so that an import of a large inventory does not wait for it and a crash in between loses nothing.

pub(crate) mod dealt;
pub(crate) mod doing;
pub mod function;
mod held;
pub mod lowering;
pub(crate) mod preview;
pub mod read;
pub mod refresh;
pub(crate) mod traces;
pub mod word;
mod world;
