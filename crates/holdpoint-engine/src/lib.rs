//! Facts in, decisions out, each with its reasons. Pure: the same facts give the same decisions.
//!
//! Lives here: recognising products and deciding versions ([`matching`]). Does not live here: reading bytes,
//! keeping facts, or doing anything about a decision.

pub mod matching;
