//! Ranking: how urgent a finding is, by published decision tables, and what a site makes of the answer.
//!
//! Lives here: decision points with their versions ([`point`]), the tables as data ([`table`]), what is known and who says so
//! ([`fact`]), what is lost with an asset ([`criticality`]), a site's rules ([`policy`]), and what a person or a control puts in the place of a value
//! ([`replacement`]). Does not live here: which fact gives which value, and the ranking itself (`engine::priority`).
//! The surprise: an input is never one value but a span of possible ones, so an outcome is a span too.

pub mod criticality;
pub mod decided;
pub mod fact;
pub mod lowering;
pub mod point;
pub mod policy;
pub mod replacement;
pub mod table;

#[cfg(test)]
mod tests;
