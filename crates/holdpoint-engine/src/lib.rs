//! Facts in, decisions out, each with its reasons. Pure: the same facts give the same decisions.
//!
//! Lives here: recognising products and deciding versions ([`matching`]), what feeds say of products by trees of
//! criteria ([`applicability`]), and that for a whole inventory ([`fleet`]). Does not live here: reading bytes, keeping
//! facts, or doing anything about a decision.
//! Lives here: recognising products and deciding versions ([`matching`]), and which patch covers which
//! ([`supersedence`]). Does not live here: reading bytes,
//! keeping facts, or doing anything about a decision.

pub mod applicability;
pub mod fleet;
pub mod matching;
pub mod supersedence;
