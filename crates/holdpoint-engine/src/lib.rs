//! Facts in, decisions out, each with its reasons. Pure: the same facts give the same decisions.
//!
//! Lives here: recognising products and deciding versions ([`matching`]), what feeds say of products by trees of
//! criteria ([`applicability`]), that for a whole inventory ([`fleet`]), which patch covers which ([`supersedence`]), and
//! when work may happen ([`calendar`]). Does not live here: reading bytes, keeping facts, or doing anything about a decision.

pub mod applicability;
pub mod approval;
pub mod calendar;
pub mod fleet;
pub mod matching;
pub mod priority;
pub mod supersedence;
