//! Policies: which rules hold where, writing the next revision, publishing it by a second person, trying it out before.
//!
//! Everything that follows a rule asks [`holding`] for it: ranking, approving, checking sources, and who may do what. The
//! surprise: publishing changes nothing that was decided before. What would not be decided so any more is listed, and a
//! review is opened for each.

pub mod dry_run;
pub mod exchange;
mod hands;
pub(crate) mod holding;
mod older;
pub mod read;
pub mod reviews;
pub mod write;

pub use holding::{Held, Rules, put_into_effect};

use crate::error::AppError;
use holdpoint_domain::Rejected;
use holdpoint_formats::policy::ReadFault;

/// A refusal of the domain as an error of a use case: what somebody wrote can be corrected, the rest is a conflict.
fn refused(why: Rejected) -> AppError {
    match why.code.as_str() {
        "text" | "policy-site" | "policy-from" => AppError::Invalid(why),
        _ => AppError::Conflict(why),
    }
}

/// Everything that is wrong with a text, as one refusal.
fn unreadable(faults: &[ReadFault]) -> AppError {
    let mut words: Vec<String> = faults.iter().take(5).map(ToString::to_string).collect();
    if faults.len() > words.len() {
        words.push(format!("and {} more", faults.len() - words.len()));
    }
    AppError::invalid(
        "policy-text",
        words.join("; "),
        "nothing was changed",
        "correct the lines that are named; `policy check FILE` says all of them",
    )
}
