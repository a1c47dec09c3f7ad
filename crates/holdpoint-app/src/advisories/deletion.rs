//! Deleting advisories, and taking that back.
//!
//! Deleting is of now: every list of the past still shows the advisory, its bytes stay, its statuses and comments wait.
//! The surprise: a deleted advisory is not taken in again by itself; whoever brings it is told who deleted it and why.

use super::missing;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::intake::prepare::prepare;
use crate::intake::{self, Admission, IncomingDocument};
use crate::runs::{self, Arrivals, Asker, Ran};
use holdpoint_domain::Rejected;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::AdvisoryId;
use holdpoint_domain::run::RunTrigger;
use holdpoint_store::advisory::DeletedAdvisory;
use serde_json::json;

/// The advisories that are deleted now, the newest deletion first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn list(app: &App, caller: &Caller) -> Result<Vec<DeletedAdvisory>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.deleted_advisories())?)
}

/// Deletes an advisory: from now on it is in no list, matches nothing and is not taken in again.
///
/// # Errors
/// [`AppError::Invalid`] without a reason; [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn delete(app: &App, caller: &Caller, id: &str, reason: &str) -> Result<DeletedAdvisory, AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    if reason.trim().is_empty() {
        return Err(AppError::invalid(
            "reason-missing",
            "no reason was given",
            "the advisory stays",
            "say why it is deleted; whoever brings it again will read that",
        ));
    }
    let found = super::find(app, caller, id)?;
    let committed = app.store().change(&app.intent(caller, "advisory.delete", reason), |c| {
        let started_at = app.now();
        if !c.delete_advisory(found, caller.actor.name(), reason)? {
            return Err(missing(id));
        }
        let counts = crate::matching::for_advisories(app, c, &[found])?;
        let deleted = c.deleted_advisory(found)?.ok_or_else(|| missing(id))?;
        c.about("advisory", &deleted.tracking_id);
        c.detail("matches", json!(counts));
        let names = vec![deleted.tracking_id.clone()];
        let trigger = RunTrigger::Deleted;
        runs::keep(
            app,
            c,
            &Asker { caller, reason },
            Ran { trigger, started_at, names, counts, news: Vec::new() },
        )?;
        Ok(deleted)
    })?;
    Ok(committed.value)
}

/// Brings a deleted advisory back, with the revision that was current then.
///
/// # Errors
/// [`AppError::NotFound`] when it is not deleted; [`AppError::Invalid`] when several deleted ones have that tracking id,
/// or when its bytes cannot be read any more; [`AppError::Refused`]; [`AppError::Store`].
pub fn restore(app: &App, caller: &Caller, id: &str, reason: &str) -> Result<AdvisoryId, AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    let (deleted, bytes) = deleted(app, id)?;
    let incoming = IncomingDocument::unproven(deleted.tracking_id.clone(), "restored", bytes);
    let prepared = prepare(incoming, deleted.raw_sha256, Admission::OnAPersonsWord)
        .map_err(|refused| AppError::Invalid(refused.1))?;
    app.store().change(&app.intent(caller, "advisory.restore", reason), |c| {
        let mut arrivals = Arrivals::default();
        intake::put(c, &prepared, None, &mut arrivals)?;
        let counts = runs::after_documents(app, c, &Asker { caller, reason }, &arrivals)?;
        c.detail("matches", json!(counts));
        Ok::<_, AppError>(())
    })?;
    Ok(deleted.id)
}

fn deleted(app: &App, id: &str) -> Result<(DeletedAdvisory, Vec<u8>), AppError> {
    let found = app.store().read(|r| {
        let all = match id.parse::<AdvisoryId>() {
            Ok(id) => r.deleted_advisory(id)?.into_iter().collect(),
            Err(_) => r.deleted_by_tracking_id(id)?,
        };
        let bytes = match all.as_slice() {
            [one] => r.blob(&one.raw_sha256)?,
            _ => None,
        };
        Ok((all, bytes))
    })?;
    match (found.0.as_slice(), found.1) {
        ([one], Some(bytes)) => Ok((one.clone(), bytes)),
        ([], _) | ([_], None) => {
            Err(AppError::NotFound { noun: "deleted advisory", id: id.chars().take(64).collect() })
        }
        (several, _) => {
            let ids: Vec<String> =
                several.iter().map(|one| format!("{} of {}", one.id, one.namespace)).collect();
            Err(AppError::invalid(
                "ambiguous",
                format!("several publishers use the id `{id}`: {}", ids.join(", ")),
                "none was restored",
                "name one by its long id",
            ))
        }
    }
}

/// What is said of a document whose advisory was deleted.
pub(crate) fn refusal(deleted: &DeletedAdvisory) -> Rejected {
    Rejected::new(
        "advisory-deleted",
        format!(
            "`{}` was deleted by {} on {}: {}",
            deleted.tracking_id, deleted.by, deleted.deleted_at, deleted.reason
        ),
        "it was not taken in again",
        "if it should be here after all, restore it with `holdpoint advisory restore`, or release it from quarantine",
    )
}
