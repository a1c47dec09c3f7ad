//! Who may take a hold away, and when: none of those who asked, tested, set it, or made the supplier's word milder.
//!
//! A hold is the last thing between a doubt and a machine, so the two eyes that lift it are not among those that have an
//! interest in it. The surprise: who entered a statement stands in the audit log alone, and is read there.

use super::conflict;
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
    who: &Person,
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
    if said_since(c, who, &entry.patch, hold.since)? {
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
    who: &Person,
    patch: &str,
    since: Moment,
) -> Result<bool, AppError> {
    for line in c.statements_of_patch(patch, Moment::OPEN)? {
        if explained_since(c, who, (None, &line.kept.statement.source), since)? {
            return Ok(true);
        }
    }
    spoke_about(c, who, ("patch", patch), since)
}

/// Whether this person explained a word of the mapping that read a statement; `patch`: or said something of it.
pub(in crate::approval) fn explained_since(
    c: &mut Reader<'_>,
    who: &Person,
    (patch, source): (Option<&str>, &StatementSource),
    since: Moment,
) -> Result<bool, AppError> {
    if let StatementSource::Document { mapping, .. } = source
        && spoke_about(c, who, ("statement-mapping", mapping), since)?
    {
        return Ok(true);
    }
    match patch {
        Some(patch) => spoke_about(c, who, ("patch", patch), since),
        None => Ok(false),
    }
}

fn spoke_about(
    c: &mut Reader<'_>,
    who: &Person,
    (kind, id): (&str, &str),
    since: Moment,
) -> Result<bool, AppError> {
    let own = who.account.strip_prefix("person:").unwrap_or_default();
    let speaks = |action: &str| {
        // Who confirms a word has neither brought nor explained it.
        action != "statement.confirm"
            && ["statement.", "statement-", "question."].iter().any(|head| action.starts_with(head))
    };
    let all = c.audit_about(kind, id, since)?;
    Ok(all.iter().any(|entry| {
        let is_own = (!own.is_empty() && entry.actor_id == own)
            || entry.actor_name.split('/').next() == Some(&who.name);
        is_own && speaks(&entry.action)
    }))
}
