//! Who may take a hold away, and when: none of those who asked, tested, set it, or made the supplier's word milder.
//!
//! A hold is the last thing between a doubt and a machine, so the two eyes that lift it are not among those that have an
//! interest in it. The surprise: who entered a statement stands in the audit log alone, and is read there.

use super::conflict;
use crate::access_check::Caller;
use crate::approval::{standing, sweep};
use crate::error::AppError;
use holdpoint_domain::baseline::{Baseline, Entry};
use holdpoint_domain::compatibility::StatementSource;
use holdpoint_domain::decision::Matter;
use holdpoint_domain::patch_state::SupplierStanding;
use holdpoint_domain::signature::Person;
use holdpoint_domain::test_record::unanswered_failure;
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::{Change, Reader};
use std::collections::BTreeSet;

/// Whether this person may take the hold away now; an entry without one is the domain's to refuse.
pub(super) fn may_release(
    c: &mut Change<'_>,
    (caller, who): (&Caller, &Person),
    (baseline, entry): (&Baseline, Option<&Entry>),
    said: &SupplierStanding,
) -> Result<(), AppError> {
    let Some((entry, hold)) = entry.and_then(|entry| Some((entry, entry.hold.as_ref()?))) else {
        return Ok(());
    };
    let decision = match entry.state.decision() {
        Some(id) => c.decision(id)?.map(|kept| kept.decision),
        None => None,
    };
    let runs = c.test_runs_of(&entry.patch, entry.baseline)?;
    if entry.by.account == who.account {
        return Err(barred(who, "set this hold"));
    }
    if decision.as_ref().is_some_and(|decision| decision.author.account == who.account) {
        return Err(barred(who, "asked for the approval beneath this hold"));
    }
    let testers: BTreeSet<String> = runs.iter().flat_map(|line| line.run.testers()).collect();
    if testers.contains(&who.account) {
        return Err(barred(who, "tested this patch"));
    }
    if said_since(c, (caller, who), &entry.patch, hold.since)? {
        return Err(barred(who, "entered or explained what the supplier says by now"));
    }
    if let Some(run) = unanswered_failure(runs.iter().map(|line| &line.run)) {
        let what = format!("test run {} failed, and none of its kind has passed since", run.id);
        return Err(conflict("hold-stays", what, "test it again, or refuse the patch"));
    }
    let outgrown = match &decision {
        Some(decision) => sweep::is_outgrown(c, decision, baseline)?,
        None => None,
    };
    if let Some(why) = outgrown {
        return Err(conflict("hold-stays", why, "decide anew, for what hangs on the assets now"));
    }
    let footing = decision.and_then(|decision| match decision.matter {
        Matter::Authorise(what) => Some(what.footing),
        Matter::Reject { .. } | Matter::Readmit { .. } | Matter::Standard(_) | Matter::Exempt { .. } => None,
    });
    let doubt = match &footing {
        Some(footing) => {
            let of = (baseline, entry.patch.as_str());
            standing::doubt(c, &mut standing::Fleet::default(), of, (footing, said))?
        }
        None => None,
    };
    match doubt {
        Some(why) => Err(conflict("hold-stays", why, "wait for another word, or decide anew")),
        None => Ok(()),
    }
}

fn barred(who: &Person, deed: &str) -> AppError {
    let what = format!("`{}` {deed} and does not take the hold away", who.name);
    let remedy = "ask another person with the permission `approve`";
    AppError::Conflict(Rejected::new("four-eyes-hold", what, "the hold stays", remedy))
}

/// Whether this person entered a statement on the patch, or explained a word under one, since the hold was set.
pub(in crate::approval) fn said_since(
    c: &mut Reader<'_>,
    (caller, who): (&Caller, &Person),
    patch: &str,
    since: Moment,
) -> Result<bool, AppError> {
    let mut objects = vec![("patch", patch.to_owned())];
    for line in c.statements_of_patch(patch, Moment::OPEN)? {
        if let StatementSource::Document { mapping, .. } = line.kept.statement.source {
            objects.push(("statement-mapping", mapping));
        }
    }
    objects.dedup();
    let own = caller.account().map(|id| id.to_string()).unwrap_or_default();
    for (kind, id) in objects {
        for entry in c.audit_about(kind, &id, since)? {
            let speaks = ["statement.", "statement-", "question."];
            let is_own = entry.actor_id == own || entry.actor_name.split('/').next() == Some(&who.name);
            if is_own && speaks.iter().any(|head| entry.action.starts_with(head)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
