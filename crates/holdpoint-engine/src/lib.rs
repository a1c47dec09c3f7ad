//! Facts in, decisions out, each with its reasons. Pure: the same facts give the same decisions.
//!
//! Lives here: recognising products and deciding versions ([`matching`]), what feeds say of products by trees of
//! criteria ([`applicability`]), that for a whole inventory ([`fleet`]), which patch covers which ([`supersedence`]), what
//! is pressing ([`priority`]), which patches to take first ([`cover`]), how long vendors take ([`lag`]), what may be
//! approved ([`approval`]), when work may happen ([`calendar`]), the plan ([`planning`]) and the stranger who looks at it
//! ([`plan_check`]), what comes next while it is carried out ([`execution`]), and whether a fresh look shows what was
//! promised ([`verification`]). Does not live here: reading bytes, keeping facts, or doing anything about a decision.

pub mod applicability;
pub mod approval;
pub mod calendar;
pub mod cover;
pub mod execution;
pub mod fleet;
pub mod lag;
pub mod matching;
pub mod package;
pub mod plan_check;
pub mod planning;
pub mod priority;
pub mod supersedence;
pub mod vendor_fix;
pub mod verification;
