//! Decisions: asking for one, signing, answering otherwise, and what a granted one does.

mod ask;
mod authority;
mod carried;
mod owner;
mod readmit;
mod sign;
mod way_back;

pub(crate) use ask::holdpoint;
pub use ask::{AskAuthorise, AskStandard, Rejection, Urgency, ask_authorise, ask_standard, reject, runs_of};
pub use sign::{SignOutcome, SignRequest, close, review, revoke, sign};
pub(crate) use sign::{cannot_sign, lenders, undo};

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::id::DecisionId;
use holdpoint_store::Reader;
use holdpoint_store::decision::KeptDecision;
use holdpoint_store::page::{ListQuery, Paged};

/// Lists decisions, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<KeptDecision>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach, ..query.clone() };
    Ok(app.store().read(|r| r.decision_list(&query))?)
}

pub(crate) fn find_in(r: &mut Reader<'_>, id: &str, reach: &Reach) -> Result<KeptDecision, AppError> {
    let missing = || AppError::NotFound { noun: "decision", id: id.chars().take(64).collect() };
    let key: DecisionId = id.parse().map_err(|_| missing())?;
    let found = r.decision(key)?;
    found.filter(|one| one.site.is_none_or(|site| reach.covers(Some(site)))).ok_or_else(missing)
}
