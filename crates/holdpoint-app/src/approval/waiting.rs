//! What waits for the caller's own signature, and in whose name they may give it.
//!
//! Not here: the whole list of decisions, which everybody who reads the plant may see (`decisions`). The surprise: a
//! decision that the caller wrote or tested for is left out, because four eyes would refuse it anyway.

use super::decisions::{cannot_sign, lenders};
use super::reading;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_store::decision::KeptDecision;

/// A decision that the caller can sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The decision.
    pub kept: KeptDecision,
    /// Why the caller cannot sign it in their own name; empty: they can.
    pub cannot_sign: Vec<String>,
    /// The people in whose name they can.
    pub sign_for: Vec<String>,
}

/// What waits for the caller's signature, the oldest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn waiting(app: &App, caller: &Caller) -> Result<Vec<Waiting>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let now = app.now();
    reading(app, |r| {
        let mut found = Vec::new();
        for kept in r.all_waiting_decisions()? {
            if !kept.site.is_none_or(|site| reach.covers(Some(site))) {
                continue;
            }
            let cannot_sign = cannot_sign(r, now, caller, &kept)?;
            let sign_for = lenders(r, now, caller, &kept)?;
            if cannot_sign.is_empty() || !sign_for.is_empty() {
                found.push(Waiting { kept, cannot_sign, sign_for });
            }
        }
        Ok(found)
    })
}
