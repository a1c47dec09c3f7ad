//! Mapping rules and what waits for a person's decision.
//!
//! A rule's row never changes; its steps say how it stood and since when, so that what was in force at any moment can
//! be asked. Not here: which rule may be written, and what it does to matches (`holdpoint-app`).

mod candidate;
mod list;
mod row;
mod write;

pub use candidate::{ConfigurationPlace, QueueState};
#[cfg(test)]
pub(crate) use {
    candidate::STATEMENTS as CANDIDATE_STATEMENTS,
    list::{SPEC, spec_sql},
    row::STATEMENTS as ROW_STATEMENTS,
    write::STATEMENTS as WRITE_STATEMENTS,
};

use holdpoint_domain::Moment;
use holdpoint_domain::review::{MappingRule, RuleState};

/// A rule as a list shows it: with its last step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLine {
    /// The rule.
    pub rule: MappingRule,
    /// How it stands.
    pub state: RuleState,
    /// Where it came from.
    pub origin: String,
    /// Since when it stands so.
    pub since: Moment,
    /// Who did that, by name.
    pub by: String,
    /// Why.
    pub why: String,
}
