//! Who may look again at what was refused: somebody who may approve, and neither asked for it nor tested it.
//!
//! A refusal is an approver's word, so whoever wants the patch does not undo it. What ended by itself, because its time was
//! over, was refused by nobody, and is looked at again by whoever prepares decisions. The surprise: reopening approves
//! nothing; the patch is in internal test again, and a new decision with its signatures is needed.

use super::conflict;
use crate::access_check::Caller;
use crate::approval::decisions::holdpoint;
use crate::approval::{person, signer};
use crate::error::AppError;
use holdpoint_domain::Rejected;
use holdpoint_domain::access::Permission;
use holdpoint_domain::baseline::{Baseline, Entry, EntryState};
use holdpoint_domain::decision::Matter;
use holdpoint_domain::signature::Person;
use holdpoint_store::Change;
use serde_json::json;
use std::collections::BTreeSet;

/// The person who reopens an entry, when they may.
pub(super) fn may_reopen(
    c: &mut Change<'_>,
    caller: &Caller,
    (baseline, entry): (&Baseline, Option<&Entry>),
) -> Result<Person, AppError> {
    let site = baseline.scope.place.site();
    let Some((entry, why)) = entry.and_then(|entry| Some((entry, refusal(entry)?))) else {
        caller.require_at(Permission::WriteDecisions, site)?;
        return Ok(person(caller));
    };
    caller.require_at(Permission::Approve, site)?;
    let who = signer(caller)?;
    let barred = |deed: &str| {
        let what = format!("`{}` {deed}, and does not look again at what was refused", who.name);
        let remedy = "ask another person with the permission `approve`";
        AppError::Conflict(Rejected::new("four-eyes-reopen", what, "it stays refused", remedy))
    };
    let asked = |matter: &Matter| matches!(matter, Matter::Authorise(what) if what.baseline == baseline.id);
    let authors: BTreeSet<String> = c
        .decisions_of_patch(&entry.patch)?
        .into_iter()
        .filter(|kept| asked(&kept.decision.matter))
        .map(|kept| kept.decision.author.account)
        .collect();
    if authors.contains(&who.account) {
        return Err(barred("asked for its approval"));
    }
    let runs = c.test_runs_of(&entry.patch, entry.baseline)?;
    if runs.iter().any(|line| line.run.testers().contains(&who.account)) {
        return Err(barred("tested it"));
    }
    c.detail("refused", json!([entry.by.name, entry.since.to_string(), why]));
    Ok(who)
}

/// What was refused is not tested again before somebody who may has reopened it.
pub(in crate::approval) fn not_refused(entry: Option<&Entry>) -> Result<(), AppError> {
    let Some((entry, why)) = entry.and_then(|entry| Some((entry, refusal(entry)?))) else { return Ok(()) };
    let what = format!("`{}` refused {} at {}: {why}", entry.by.name, entry.patch, entry.since);
    Err(conflict("refused", what, "ask somebody with the permission `approve` to look at it again"))
}

/// Why a person refused it; `None`: nobody did.
fn refusal(entry: &Entry) -> Option<&str> {
    match &entry.state {
        EntryState::NotAuthorized { why } if entry.by.account != holdpoint().account => Some(why),
        EntryState::NotAuthorized { .. }
        | EntryState::InInternalTest
        | EntryState::Authorized { .. }
        | EntryState::Effective { .. } => None,
    }
}
