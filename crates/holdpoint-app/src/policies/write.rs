//! Proposing a revision, publishing it, rejecting it, taking it back.

use super::holding::{Rules, begin, values_of};
use super::{refused, unreadable};
use crate::App;
use crate::access_check::Caller;
use crate::approval::{accountable, person, signer};
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::id::SiteId;
use holdpoint_domain::policy::revision::{Closed, Revision, RevisionState, SecondPerson};
use holdpoint_domain::policy::{PolicyKind, Values, differences};
use holdpoint_formats::policy::{self as text, Document};
use holdpoint_store::policy::{NewPolicy, StoredPolicy};
use holdpoint_store::{Change, Reader};
use serde_json::json;

/// A revision by its kind and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevisionKey {
    /// The kind.
    pub kind: PolicyKind,
    /// The number.
    pub number: u64,
}

impl RevisionKey {
    pub(super) fn missing(self) -> AppError {
        AppError::NotFound { noun: "policy revision", id: format!("{} {}", self.kind, self.number) }
    }
}

/// A revision to be proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The text.
    pub text: String,
    /// Why.
    pub reason: String,
    /// From when it is to hold; `None`: from its publication on.
    pub from: Option<Moment>,
}

/// Whoever may write policies for that place: those who decide there, and those who run the installation.
pub(super) fn may_write(caller: &Caller, site: Option<SiteId>) -> Result<(), AppError> {
    if caller.reach(Permission::WriteSettings) == Reach::Everywhere {
        return Ok(());
    }
    Ok(caller.require_at(Permission::WriteDecisions, site)?)
}

/// The site that a document names, as its id.
pub(super) fn site_of(
    r: &mut Reader<'_>,
    caller: &Caller,
    document: &Document,
) -> Result<Option<SiteId>, AppError> {
    let Some(name) = &document.site else { return Ok(None) };
    let reach = caller.require(Permission::ReadPlant)?;
    let found = r.sites()?.into_iter().find(|site| site.name == *name && reach.covers(Some(site.id)));
    let found =
        found.ok_or_else(|| AppError::NotFound { noun: "site", id: name.chars().take(64).collect() })?;
    Ok(Some(found.id))
}

/// Proposes the next revision: it changes nothing until it is published.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Invalid`] for a text that is no policy, or without a reason; [`AppError::Conflict`]
/// when it says what holds already; [`AppError::NotFound`] for a site that is not here.
pub fn propose(app: &App, caller: &Caller, new: &Proposal) -> Result<RevisionKey, AppError> {
    let document = text::read(&new.text).map_err(|faults| unreadable(&faults))?;
    let committed = app.store().change(&app.intent(caller, "policy.propose", &new.reason), |c| {
        propose_in(c, caller, &document, new)
    })?;
    Ok(committed.value)
}

pub(super) fn propose_in(
    c: &mut Change<'_>,
    caller: &Caller,
    document: &Document,
    new: &Proposal,
) -> Result<RevisionKey, AppError> {
    let kind = document.values.kind();
    let site = site_of(c, caller, document)?;
    may_write(caller, site)?;
    let author = accountable(caller)?;
    let rules = Rules::read(c)?;
    not_locked_out(c, &rules, &document.values)?;
    let holds = rules.of(kind, site);
    let at = c.at();
    let one = Revision {
        number: 0,
        site,
        values: document.values.clone(),
        base: holds.revision,
        author,
        reason: new.reason.clone(),
        proposed_at: at,
        wanted_from: new.from,
        state: RevisionState::Proposed,
    };
    let one = one.proposed().map_err(refused)?;
    let said = differences(&holds.values, &one.values);
    if said.is_empty() && holds.site == site {
        return Err(AppError::Conflict(holdpoint_domain::Rejected::new(
            "policy-same",
            format!("revision {} of `{kind}` says the same", holds.revision),
            "nothing was changed",
            "nothing needs to be proposed",
        )));
    }
    let body = text::document(&one.values, None, &[]);
    let number = c.add_policy(&NewPolicy {
        kind,
        site,
        body: &body,
        base: one.base,
        reason: &one.reason,
        author: &one.author,
        wanted_from: one.wanted_from,
    })?;
    c.about("policy", format!("{kind}/{number}"));
    let words: Vec<String> = said.iter().map(ToString::to_string).collect();
    c.detail("changes", json!(words));
    c.detail("site", json!(document.site));
    Ok(RevisionKey { kind, number })
}

/// Refuses a table by which nobody could sign any more.
fn not_locked_out(r: &mut Reader<'_>, rules: &Rules, values: &Values) -> Result<(), AppError> {
    match super::hands::locks_out(r, rules, values)? {
        None => Ok(()),
        Some(why) => Err(AppError::Conflict(holdpoint_domain::Rejected::new(
            "policy-lockout",
            why,
            "nothing was changed",
            "leave `approve` with a role that somebody has, or give somebody the new role first",
        ))),
    }
}

/// A stored revision as the domain knows it, with the text it was stored in.
pub(super) fn find(
    r: &mut Reader<'_>,
    caller: &Caller,
    key: RevisionKey,
) -> Result<(Revision, StoredPolicy), AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let stored = r.policy(key.kind, key.number)?.ok_or_else(|| key.missing())?;
    if stored.site.is_some() && !reach.covers(stored.site) {
        return Err(key.missing());
    }
    Ok((revision(&stored)?, stored))
}

/// A stored revision as the domain knows it.
pub(super) fn revision(stored: &StoredPolicy) -> Result<Revision, AppError> {
    Ok(Revision {
        number: stored.revision,
        site: stored.site,
        values: values_of(stored)?,
        base: stored.base,
        author: stored.author.clone(),
        reason: stored.reason.clone(),
        proposed_at: stored.proposed_at,
        wanted_from: stored.wanted_from,
        state: stored.state.clone(),
    })
}

/// Publishes a revision: it holds from now on, or from the moment that its author wanted. Who may: where a second person is
/// needed, somebody who may approve there and did not write it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when it does not wait, the caller wrote it, or
/// another revision holds by now.
pub fn publish(app: &App, caller: &Caller, key: RevisionKey, note: &str) -> Result<(), AppError> {
    app.store().change(&app.intent(caller, "policy.publish", note), |c| {
        let (one, stored) = find(c, caller, key)?;
        let rules = Rules::read(c)?;
        let second = if rules.second_person_for(one.site)?.contains(&key.kind) {
            SecondPerson::Needed
        } else {
            SecondPerson::NotNeeded
        };
        let by = publisher(caller, second, one.site)?;
        not_locked_out(c, &rules, &one.values)?;
        let closed = Closed { by, at: c.at(), note: note.trim().chars().take(2_000).collect() };
        let holding = rules.of(key.kind, one.site).revision;
        let one = one.published(closed, second, holding).map_err(refused)?;
        c.close_policy(key.kind, key.number, &one.state)?;
        c.about("policy", format!("{}/{}", key.kind, key.number));
        if let RevisionState::Published { from, .. } = one.state
            && from <= c.at()
        {
            begin(c, &stored)?;
        }
        Ok::<_, AppError>(())
    })?;
    if key.kind == PolicyKind::PrioritiesAndDeadlines {
        crate::ranking::refresh::now(app)?;
    }
    Ok(())
}

/// Who publishes: an approver of that place, or, where one person is enough, whoever may write policies.
fn publisher(
    caller: &Caller,
    second: SecondPerson,
    site: Option<SiteId>,
) -> Result<holdpoint_domain::signature::Person, AppError> {
    match second {
        SecondPerson::Needed => {
            let who = signer(caller)?;
            caller.require_at(Permission::Approve, site)?;
            Ok(who)
        }
        SecondPerson::NotNeeded => {
            if caller.require_at(Permission::Approve, site).is_err() {
                may_write(caller, site)?;
            }
            accountable(caller)
        }
    }
}

/// Rejects a revision that waits, or takes back one's own.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when it does not wait; [`AppError::Invalid`]
/// without a reason.
pub fn reject(app: &App, caller: &Caller, key: RevisionKey, why: &str) -> Result<(), AppError> {
    app.store().change(&app.intent(caller, "policy.reject", why), |c| {
        let (one, _) = find(c, caller, key)?;
        let by = person(caller);
        let closed = Closed { by: by.clone(), at: c.at(), note: why.trim().to_owned() };
        let one = if by.account == one.author.account {
            one.withdrawn(closed)
        } else {
            caller.require_at(Permission::Approve, one.site)?;
            signer(caller)?;
            one.rejected(closed)
        };
        c.close_policy(key.kind, key.number, &one.map_err(refused)?.state)?;
        c.about("policy", format!("{}/{}", key.kind, key.number));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

/// Why a caller cannot publish a revision that waits; empty: they can.
pub(super) fn cannot_publish(
    caller: &Caller,
    rules: &Rules,
    one: &Revision,
    at: Moment,
) -> Result<Vec<String>, AppError> {
    let needed = rules.second_person_for(one.site)?.contains(&one.kind());
    let second = if needed { SecondPerson::Needed } else { SecondPerson::NotNeeded };
    let by = match publisher(caller, second, one.site) {
        Err(why) => return Ok(vec![why.to_string()]),
        Ok(by) => by,
    };
    let closed = Closed { by, at, note: String::new() };
    let holding = rules.of(one.kind(), one.site).revision;
    Ok(one.clone().published(closed, second, holding).err().map(|why| why.what).into_iter().collect())
}
