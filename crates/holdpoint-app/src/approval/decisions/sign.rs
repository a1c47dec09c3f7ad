//! Signing, returning, rejecting, taking back, revoking, and the review of an emergency.

use super::ask::{apply, declined, holdpoint, keep};
use super::{authority, find_in, readmit};
use crate::App;
use crate::access_check::Caller;
use crate::approval::baselines::conflict;
use crate::approval::card::{Ground, hash_now, kept_exemption};
use crate::approval::{baselines, exemptions, members, own_words, person, refused, rules, signer};
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::decision::checks;
use holdpoint_domain::decision::{Decision, Ending, Matter, Procedure, Signed, State};
use holdpoint_domain::id::{DecisionId, SiteId, UserId};
use holdpoint_domain::signature::{CardHash, Person, Signature, days};
use holdpoint_store::decision::KeptDecision;
use holdpoint_store::{Change, Reader};
use serde_json::json;
use std::collections::BTreeSet;

/// A signature that somebody wants to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignRequest {
    /// The decision.
    pub id: String,
    /// The hash of the card that they saw.
    pub shown: CardHash,
    /// What they write beside it; may be empty.
    pub note: String,
    /// The name of the person whose right was delegated to them.
    pub on_behalf_of: Option<String>,
}

/// What a signature did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignOutcome {
    /// More are needed.
    Waiting(Decision),
    /// The decision holds.
    Granted(Decision),
    /// What it is about changed, so it lapsed and nobody's signature counts.
    Lapsed(Decision),
}

impl SignOutcome {
    /// The decision as it stands now.
    #[must_use]
    pub const fn decision(&self) -> &Decision {
        match self {
            Self::Waiting(one) | Self::Granted(one) | Self::Lapsed(one) => one,
        }
    }
}

/// Signs a decision. What it rests on is looked at once more; when that changed, it lapses.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when the caller may not sign this one, or saw
/// something else than what it asks for.
pub fn sign(app: &App, caller: &Caller, request: &SignRequest) -> Result<SignOutcome, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let who = signer(caller)?;
    let committed = app.store().change(&app.intent(caller, "decision.sign", &request.note), |c| {
        let kept = find_in(c, &request.id, &reach)?;
        let behalf = match &request.on_behalf_of {
            None => {
                caller.require_at(Permission::Approve, kept.site)?;
                None
            }
            Some(name) => Some(lender(c, caller, name, kept.site)?),
        };
        let at = c.at();
        if !matches!(kept.decision.state, State::Waiting(_)) {
            let text = format!("decision {} is {}", kept.decision.id, kept.decision.state.word());
            return Err(conflict("decision-over", text, "ask for a new one when needed"));
        }
        // Whoever looked at another card has not seen that this one changed, so nothing lapses by their hand.
        if request.shown != kept.decision.card && request.shown != hash_now(c, &kept.decision)? {
            let text = "what was shown is not what this decision asks for";
            return Err(conflict("other-card", text, "look at the decision again"));
        }
        authority::required(c, caller, &kept, behalf.as_ref())?;
        let note = request.note.trim().chars().take(2_000).collect();
        let signature =
            Signature { by: who.clone(), on_behalf_of: behalf, at, note, shown: kept.decision.card };
        if let Some(why) = own_words::of_signer(c, &who, &kept.decision)? {
            return Err(conflict("four-eyes-word", why, "ask another person with the permission `approve`"));
        }
        let signed = with_testers(c, &kept.decision)?.sign(signature).map_err(refused)?;
        if let Some(why) = changed(c, &kept.decision, at)? {
            let lapsed = kept.decision.close(Ending::Lapsed, holdpoint(), &why, at).map_err(refused)?;
            keep(c, &lapsed, kept.site)?;
            if let Matter::Exempt { exemption, .. } = &lapsed.matter {
                let exemption = kept_exemption(c, *exemption)?;
                exemptions::lapsed(c, exemption, &why)?;
            }
            c.detail("lapsed", json!(why));
            return Ok(SignOutcome::Lapsed(lapsed));
        }
        match signed {
            Signed::StillWaiting(decision) => {
                keep(c, &decision, kept.site)?;
                Ok(SignOutcome::Waiting(decision))
            }
            Signed::Complete(decision) => {
                keep(c, &decision, kept.site)?;
                effect(c, &decision)?;
                Ok::<_, AppError>(SignOutcome::Granted(decision))
            }
        }
    })?;
    // A control of an exemption that holds from now on answers a question of a ranking otherwise.
    crate::ranking::refresh::now(app)?;
    Ok(committed.value)
}

/// What changed since a decision was asked for; `None`: it is the same, and still allowed.
fn changed(c: &mut Reader<'_>, decision: &Decision, at: Moment) -> Result<Option<String>, AppError> {
    if let Matter::Exempt { exemption, .. } = &decision.matter
        && let Some(why) = exemptions::failed_control(&kept_exemption(c, *exemption)?.exemption)
    {
        return Ok(Some(why));
    }
    if hash_now(c, decision)? != decision.card {
        return Ok(Some("what it is about changed after it was asked for".to_owned()));
    }
    match &decision.matter {
        Matter::Authorise(what) => {
            let ground = Ground::read(c, what, &decision.procedure)?;
            if let Err(why) = checks::authorise(what, &decision.procedure, &ground.facts(at)) {
                return Ok(Some(why.what));
            }
            if signed_by(decision, &ground.testers()) {
                return Ok(Some("somebody who signed has tested it since".to_owned()));
            }
            if let Some((why, _)) = own_words::of_author(c, &decision.author, what)? {
                return Ok(Some(why));
            }
            let needed = match decision.procedure {
                // Its signatures were given beforehand.
                Procedure::Standard(_) => decision.needed,
                Procedure::Normal | Procedure::Emergency(_) => {
                    checks::signatures_needed(&decision.procedure, ground.risk, &ground.policy)
                }
            };
            Ok(too_few(decision, needed))
        }
        Matter::Exempt { exemption, .. } => {
            let kept = kept_exemption(c, *exemption)?;
            let one = &kept.exemption;
            let rules = rules::of_exemption(c, one, kept.site)?.policy;
            if one.expires.since(at) > days(rules.exemption_most_days) {
                let most = rules.exemption_most_days;
                return Ok(Some(format!(
                    "it would hold until {}, and {most} days are the most now",
                    one.expires
                )));
            }
            if signed_by(decision, &looked_since(c, decision)?) {
                return Ok(Some("somebody who signed has looked at a control of it since".to_owned()));
            }
            let risk = one.residual.max(exemptions::floor_of(c, one)?.least);
            Ok(too_few(decision, rules.of(risk).signatures))
        }
        Matter::Reject { baseline: None, .. } => {
            let rules = rules::of_members(c, None, &[])?;
            Ok(too_few(decision, rules.policy.critical.signatures))
        }
        Matter::Readmit { patch, .. } => readmit::changed(c, decision, patch),
        Matter::Standard(change) => {
            let found = baselines::by_id(c, change.baseline)?;
            let members = members::of_scope(c, &found)?;
            let rules = rules::of_members(c, found.scope.place.site(), &members)?;
            Ok(too_few(decision, rules.policy.critical.signatures))
        }
        Matter::Reject { .. } => Ok(None),
    }
}

/// Why a decision that waits would lapse if somebody signed it now; `None`: it would not.
fn lapses(r: &mut Reader<'_>, decision: &Decision, at: Moment) -> Result<Option<String>, AppError> {
    match decision.state {
        State::Waiting(_) => changed(r, decision, at),
        State::Returned(_)
        | State::Granted { .. }
        | State::Rejected(_)
        | State::Withdrawn(_)
        | State::Lapsed(_)
        | State::Revoked(_) => Ok(None),
    }
}

/// Whether one of these has signed it, or somebody for them.
fn signed_by(decision: &Decision, accounts: &BTreeSet<String>) -> bool {
    decision.signatures().any(|one| one.accounts().any(|account| accounts.contains(account)))
}

/// Rules that ask for more signatures than the decision was asked for with.
pub(super) fn too_few(decision: &Decision, needed: u8) -> Option<String> {
    let asked = decision.needed;
    (needed > asked)
        .then(|| format!("the rules ask for {needed} signatures now, and it was asked for with {asked}"))
}

/// Whoever has looked at a control of an exemption, or recorded any test of the patch in the baseline, before the decision
/// was asked for or since: they tested it.
fn looked_since(r: &mut Reader<'_>, decision: &Decision) -> Result<BTreeSet<String>, AppError> {
    match &decision.matter {
        Matter::Exempt { exemption, .. } => {
            Ok(exemptions::verifiers(&kept_exemption(r, *exemption)?.exemption.controls))
        }
        Matter::Authorise(what) => {
            let runs = r.test_runs_of(&what.patch, what.baseline)?;
            Ok(runs.iter().flat_map(|line| line.run.testers()).collect())
        }
        Matter::Standard(_) | Matter::Reject { .. } | Matter::Readmit { .. } => Ok(BTreeSet::new()),
    }
}

/// Does what a granted decision says.
fn effect(c: &mut Change<'_>, decision: &Decision) -> Result<(), AppError> {
    match &decision.matter {
        Matter::Authorise(what) => {
            let ground = Ground::read(c, what, &decision.procedure)?;
            apply(c, &ground, decision)
        }
        Matter::Exempt { exemption, .. } => {
            let kept = kept_exemption(c, *exemption)?;
            exemptions::accept(c, kept, decision)
        }
        Matter::Reject { baseline: None, patch } => declined(c, decision, patch),
        Matter::Readmit { decline, .. } => readmit::effect(c, decision, *decline),
        Matter::Standard(_) | Matter::Reject { .. } => Ok(()),
    }
}

/// The person whose right to approve was lent to the caller and still is theirs to lend.
fn lender(c: &mut Change<'_>, caller: &Caller, name: &str, site: Option<SiteId>) -> Result<Person, AppError> {
    caller.require_person()?;
    let at = c.at();
    let lent = c.delegations_to(&caller.key(), at)?;
    let found = lent
        .into_iter()
        .map(|one| one.delegation)
        .find(|one| one.holds_at(at) && (one.from.name == name || one.from.account == name));
    let Some(found) = found else {
        let text = format!("`{name}` has lent you no right to sign");
        return Err(conflict("no-delegation", text, "ask them for a delegation"));
    };
    may_lend(c, &found.from, site)?;
    Ok(found.from)
}

fn may_lend(r: &mut Reader<'_>, from: &Person, site: Option<SiteId>) -> Result<(), AppError> {
    let refuse = || {
        let text = format!("`{}` may not approve this themselves, so nobody may for them", from.name);
        conflict("no-delegation", text, "ask somebody who may")
    };
    let id: UserId =
        from.account.strip_prefix("person:").and_then(|id| id.parse().ok()).ok_or_else(refuse)?;
    let user = r.user(id)?.ok_or_else(refuse)?;
    let grants = r.grants(id, Moment::OPEN)?;
    let roles = crate::policies::holding::roles(r)?;
    let own = Reach::of(&roles, &grants, Permission::Approve);
    let administers = Reach::of(&roles, &grants, Permission::WritePeople) != Reach::Nowhere;
    if user.disabled_at.is_some() || administers || !own.covers(site) { Err(refuse()) } else { Ok(()) }
}

/// Why a caller cannot sign a decision; empty: they can.
///
/// # Errors
/// When the database fails or holds damaged data.
pub(crate) fn cannot_sign(
    r: &mut Reader<'_>,
    at: Moment,
    caller: &Caller,
    kept: &KeptDecision,
) -> Result<Vec<String>, AppError> {
    let who = match signer(caller) {
        Err(refusal) => return Ok(vec![refusal.to_string()]),
        Ok(who) => who,
    };
    let mut why = Vec::new();
    // Of who may sign nothing it need not be said that their role accepts too little.
    match caller.require_at(Permission::Approve, kept.site) {
        Err(refusal) => why.push(refusal.to_string()),
        Ok(()) => why.extend(authority::lacks(r, caller, kept, None)?),
    }
    let shown = kept.decision.card;
    if let Some(changed) = lapses(r, &kept.decision, at)? {
        why.push(format!("it lapses instead of being signed: {changed}; it has to be asked for anew"));
    }
    why.extend(own_words::of_signer(r, &who, &kept.decision)?);
    let signature = Signature { by: who, on_behalf_of: None, at, note: String::new(), shown };
    if let Err(refusal) = with_testers(r, &kept.decision)?.sign(signature) {
        why.push(refusal.what);
    }
    Ok(why)
}

/// The decision with everybody who has tested by now.
fn with_testers(r: &mut Reader<'_>, decision: &Decision) -> Result<Decision, AppError> {
    let mut decision = decision.clone();
    decision.testers.extend(looked_since(r, &decision)?);
    Ok(decision)
}

/// The people who lent the caller their right to sign this one, and whose signature it would take.
pub(crate) fn lenders(
    r: &mut Reader<'_>,
    at: Moment,
    caller: &Caller,
    kept: &KeptDecision,
) -> Result<Vec<String>, AppError> {
    let Ok(who) = signer(caller) else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    if lapses(r, &kept.decision, at)?.is_some() {
        return Ok(names);
    }
    for lent in r.delegations_to(&caller.key(), at)? {
        let from = lent.delegation.from.clone();
        if !lent.delegation.holds_at(at) || may_lend(r, &from, kept.site).is_err() {
            continue;
        }
        let name = from.name.clone();
        let shown = kept.decision.card;
        let signature =
            Signature { by: who.clone(), on_behalf_of: Some(from), at, note: String::new(), shown };
        let lent_by = signature.on_behalf_of.clone();
        if with_testers(r, &kept.decision)?.sign(signature).is_ok()
            && authority::lacks(r, caller, kept, lent_by.as_ref())?.is_none()
        {
            names.push(name);
        }
    }
    Ok(names)
}

/// Ends a waiting decision: its author takes it back, or an approver returns or rejects it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when it does not wait or the caller may not;
/// [`AppError::Invalid`] without a reason.
pub fn close(app: &App, caller: &Caller, id: &str, ending: Ending, why: &str) -> Result<Decision, AppError> {
    close_if(app, caller, (id, ending), why, |_| Ok(()))
}

/// Its author takes a decision back that nobody has signed.
///
/// # Errors
/// As [`close`]; [`AppError::Conflict`] when somebody has signed it.
pub(crate) fn undo(app: &App, caller: &Caller, id: &str, why: &str) -> Result<Decision, AppError> {
    close_if(app, caller, (id, Ending::Withdrawn), why, |decision| {
        if decision.signatures().next().is_none() {
            return Ok(());
        }
        let text = format!("decision {} carries a signature", decision.id);
        Err(conflict("signed", text, "withdraw it where it stands, with a reason that the signer reads"))
    })
}

fn close_if(
    app: &App,
    caller: &Caller,
    (id, ending): (&str, Ending),
    why: &str,
    may: impl Fn(&Decision) -> Result<(), AppError>,
) -> Result<Decision, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let action = match ending {
        Ending::Withdrawn => "decision.withdraw",
        Ending::Rejected => "decision.refuse",
        Ending::Returned => "decision.return",
        Ending::Lapsed => "decision.lapse",
    };
    let committed = app.store().change(&app.intent(caller, action, why), |c| {
        let kept = find_in(c, id, &reach)?;
        let who = match ending {
            Ending::Withdrawn | Ending::Lapsed => person(caller),
            Ending::Rejected | Ending::Returned => {
                caller.require_at(Permission::Approve, kept.site)?;
                signer(caller)?
            }
        };
        may(&kept.decision)?;
        let at = c.at();
        let closed = kept.decision.close(ending, who.clone(), why, at).map_err(refused)?;
        keep(c, &closed, kept.site)?;
        if let Matter::Exempt { exemption, .. } = &closed.matter {
            let exemption = kept_exemption(c, *exemption)?;
            exemptions::not_granted(c, exemption, ending, (&who, why))?;
        }
        Ok::<_, AppError>(closed)
    })?;
    Ok(committed.value)
}

/// Takes back what holds. A standard change ends at once, which makes things safer; that a patch is declined everywhere
/// no longer is a decision of its own, which waits for as many signatures as the decline took. The patch stays declined
/// meanwhile.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] for other decisions, and when the same waits
/// already; [`AppError::Invalid`] without a reason.
pub fn revoke(app: &App, caller: &Caller, id: &str, why: &str) -> Result<Decision, AppError> {
    let reach = caller.require(Permission::Approve)?;
    let who = signer(caller)?;
    let asked = DecisionId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "decision.revoke", why), |c| {
        let kept = find_in(c, id, &reach)?;
        caller.require_at(Permission::Approve, kept.site)?;
        match &kept.decision.matter {
            Matter::Standard(_) => {}
            Matter::Reject { baseline: None, .. } => {
                return readmit::ask(c, asked, (&kept.decision, why), who.clone());
            }
            Matter::Authorise(_) | Matter::Reject { .. } | Matter::Readmit { .. } | Matter::Exempt { .. } => {
                let text =
                    "this decision is taken back where it works: in its baseline, or by ending the exemption";
                let remedy = "`decision reject PATCH --baseline BASELINE` takes a patch back there, `exemption close ID` ends an exemption";
                return Err(conflict("revoke-elsewhere", text, remedy));
            }
        }
        let at = c.at();
        let revoked = kept.decision.revoke(who.clone(), why, at).map_err(refused)?;
        keep(c, &revoked, kept.site)?;
        Ok::<_, AppError>(revoked)
    })?;
    Ok(committed.value)
}

/// Writes down the review of an emergency, once it was carried out or holds no more.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when there is nothing to review or the caller
/// declared it; [`AppError::Invalid`] without a finding.
pub fn review(app: &App, caller: &Caller, id: &str, found: &str) -> Result<Decision, AppError> {
    let reach = caller.require(Permission::Approve)?;
    let who = signer(caller)?;
    crate::applicability::warm(app)?;
    let committed = app.store().change(&app.intent(caller, "decision.review", found), |c| {
        let kept = find_in(c, id, &reach)?;
        caller.require_at(Permission::Approve, kept.site)?;
        let at = c.at();
        let carried = super::carried::carried(app, c, &kept.decision)?;
        let reviewed = kept.decision.reviewed(who.clone(), found, (carried, at)).map_err(refused)?;
        keep(c, &reviewed, kept.site)?;
        Ok::<_, AppError>(reviewed)
    })?;
    Ok(committed.value)
}
