//! What was decided under an earlier revision and lacks something by the one that holds: listed, looked at again, closed.

use super::dry_run::{Between, Gathering, Rows, Then, approvals};
use super::holding::Rules;
use crate::App;
use crate::access_check::Caller;
use crate::approval::accountable;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::policy::PolicyKind;
use holdpoint_domain::signature::written;
use holdpoint_store::Change;
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::policy::{PolicyReview, StoredPolicy};

/// Opens a review for everything that a revision which begins to hold leaves without what it asks for; how many.
pub(super) fn open(
    c: &mut Change<'_>,
    stored: &StoredPolicy,
    (before, after): (&Rules, &Rules),
) -> Result<u64, AppError> {
    match stored.kind {
        PolicyKind::ApprovalRules | PolicyKind::Emergency | PolicyKind::Exemptions => {}
        // Ranks, categories, checks and rights follow their rules; nobody decided them.
        PolicyKind::ScanSchedule
        | PolicyKind::Categories
        | PolicyKind::PrioritiesAndDeadlines
        | PolicyKind::RegularCycle
        | PolicyKind::Roles => return Ok(0),
    }
    let now = c.at();
    let between = Between { before, after, kind: stored.kind, site: stored.site, now };
    let mut gathering = Gathering::new(Rows { group: None, skip: 0, limit: usize::MAX });
    approvals(c, &between, &mut gathering)?;
    let mut opened = 0;
    for group in gathering.into_groups().into_iter().filter(|group| group.then == Then::Review) {
        for row in group.rows {
            c.open_policy_review(&PolicyReview {
                number: 0,
                kind: stored.kind,
                revision: stored.revision,
                noun: row.noun.to_owned(),
                subject: row.id,
                title: row.title,
                site: row.site,
                what: format!("{}: {}; now {}", group.title, row.from, row.to),
                opened_at: now,
                closed_at: None,
                closed_by: String::new(),
                note: String::new(),
            })?;
            opened += 1;
        }
    }
    Ok(opened)
}

/// What is to be looked at again, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<PolicyReview>, AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    Ok(app.store().read(|r| r.policy_reviews(&query))?)
}

/// Writes that somebody looked again, and what they found. What was decided stays as it is; whoever wants otherwise decides
/// it anew.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a note; [`AppError::Conflict`] when somebody
/// was faster.
pub fn close(app: &App, caller: &Caller, number: u64, note: &str) -> Result<PolicyReview, AppError> {
    let reach = caller.require(Permission::WriteDecisions)?;
    let note = written("note", note).map_err(super::refused)?;
    let who = accountable(caller)?;
    let committed = app.store().change(&app.intent(caller, "policy.review", &note), |c| {
        let missing = || AppError::NotFound { noun: "policy review", id: number.to_string() };
        let found = c.policy_review(number)?.ok_or_else(missing)?;
        if found.site.is_some() && !reach.covers(found.site) {
            return Err(missing());
        }
        caller.require_at(Permission::WriteDecisions, found.site)?;
        if !c.close_policy_review(number, &who.name, &note)? {
            let what = format!("review {number} was closed by `{}`", found.closed_by);
            return Err(crate::approval::baselines::conflict(
                "review-over",
                what,
                "nothing needs to be done",
            ));
        }
        c.about("policy-review", number);
        c.about(&found.noun, &found.subject);
        Ok(c.policy_review(number)?.unwrap_or(found))
    })?;
    Ok(committed.value)
}
