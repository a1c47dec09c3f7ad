//! Review: questions that matching cannot decide, people's decisions on them, and the rules that these become.
//!
//! Every decision, one at a time or many at once, ends in [`rules`]: it is checked against the rules that hold, its
//! example is run, it is written, and the matches that it touches are brought up to date, all in one change. The
//! surprise: a decision of somebody whose permission does not reach all sites, or any decision where two persons are
//! asked for, is only a proposal: it does nothing until a second person agrees.

pub mod decide;
pub mod example;
pub mod exchange;
pub mod expiry;
mod listing;
pub mod policy;
pub mod queue;
pub mod rules;
pub mod settle;
mod wording;

pub use rules::{RuleShown, Settled, Written};
pub use wording::{NewRule, NewSubject};

use crate::access_check::Caller;
use holdpoint_domain::Moment;
use holdpoint_domain::actor::Actor;
use holdpoint_domain::review::{MappingRule, RuleState};
use holdpoint_engine::matching::Rules;
use holdpoint_store::{Reader, StoreError};

/// The rules in force, ready for the engine: those that held as of a moment ([`Moment::OPEN`]: now) and whose time was
/// not over at `at`, also before the sweep has found them.
pub(crate) fn rules_at(r: &mut Reader<'_>, as_of: Moment, at: Moment) -> Result<Rules, StoreError> {
    Ok(Rules::new(holding(r, as_of, at)?, at))
}

/// The same rules as they are kept.
pub(crate) fn holding(r: &mut Reader<'_>, as_of: Moment, at: Moment) -> Result<Vec<MappingRule>, StoreError> {
    let lines = r.rules_in(RuleState::Holding, as_of)?;
    Ok(lines.into_iter().map(|line| line.rule).filter(|rule| rule.holds_at(at)).collect())
}

/// What tells two persons apart: the account, or the operating system's name for somebody at the command line.
fn account_of(caller: &Caller) -> String {
    match (&caller.actor, caller.account()) {
        (_, Some(account)) => account.to_string(),
        (Actor::System { job }, None) => format!("system:{job}"),
        (Actor::Operator { name } | Actor::Person { name, .. } | Actor::Token { name, .. }, None) => {
            format!("operator:{name}")
        }
    }
}
