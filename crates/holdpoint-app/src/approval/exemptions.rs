//! Exemptions: proposing one with its decision, verifying its controls, closing it, comparing it with patching.

mod floor;
mod no_patch;

pub(crate) use floor::of as floor_of;
pub use floor::{lower, lower_choices};

use super::card::{hash_of_exemption, kept_exemption};
use super::reading;
use super::{accountable, known, looked_after_by, members, person, refused, rules, sweep};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::policies::holding::of_approving;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::control::{ControlUse, Found, Verification};
use holdpoint_domain::decision::{Decision, Ending, ExemptionKind, Matter, Procedure, State};
use holdpoint_domain::exemption::{
    End, Exemption, ExemptionState, ExemptionWord, On, ReasonCode, Watched, What,
};
use holdpoint_domain::id::{DecisionId, ExemptionId, SiteId};
use holdpoint_domain::signature::{Person, Signatures};
use holdpoint_domain::substance::told;
use holdpoint_engine::approval::compare::compare;
pub use holdpoint_engine::approval::compare::{Choice, Compared};
use holdpoint_store::exemption::{ExemptionStep, KeptExemption};
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::ranking::finding::Met;
use holdpoint_store::{Change, Reader};
use serde_json::json;
use std::collections::BTreeSet;

/// On which assets, as people name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnNamed {
    /// An asset, by id or tag.
    Asset(String),
    /// A baseline, by id or name.
    Baseline(String),
    /// A zone, by id.
    Zone(String),
    /// A site, by id or name.
    Site(String),
}

/// An exemption to be proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExemption {
    /// Defer, mitigate or accept.
    pub kind: ExemptionKind,
    /// What is not done.
    pub what: What,
    /// On which assets.
    pub on: OnNamed,
    /// Why, as a code.
    pub reason_code: ReasonCode,
    /// Why.
    pub reason: String,
    /// What is done instead.
    pub controls: Vec<ControlUse>,
    /// The risk that is left.
    pub residual: RiskClass,
    /// Its end.
    pub expires: Moment,
}

/// Proposes an exemption and asks for its decision. How many sign depends on the risk that is left, and on how pressing what
/// it leaves open is: the author's word alone makes nothing small.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`] for what it is on; [`AppError::Invalid`] for what cannot be.
pub fn propose(app: &App, caller: &Caller, new: &NewExemption) -> Result<(Exemption, Decision), AppError> {
    caller.require(Permission::WriteDecisions)?;
    let id = ExemptionId::new(app.now(), app.random_bytes());
    let decision_id = DecisionId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "exemption.propose", &new.reason), |c| {
        let at = c.at();
        let open = c.open_exemptions()?;
        let (mut one, site, on_name) = proposed(app, c, caller, (new, &open), (id, at))?;
        let author = one.author.clone();
        let floor = floor::of(c, &one)?;
        one.residual = one.residual.max(floor.least);
        c.put_exemption(&one, site, &author, &one.reason)?;
        c.about("exemption", id);
        let changed_at = c.at();
        let kept = KeptExemption { number: 0, exemption: one.clone(), site, on_name, changed_at };
        let decision = ask(c, decision_id, &kept, (author, floor.why(new.residual)))?;
        Ok::<_, AppError>((one, decision))
    })?;
    Ok(committed.value)
}

/// Why each of these could not be proposed, in their order; `None`: it could. Changes nothing.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`]: a database that fails is no reason why something cannot be proposed.
pub(crate) fn hindrances(
    app: &App,
    caller: &Caller,
    all: &[NewExemption],
) -> Result<Vec<Option<String>>, AppError> {
    caller.require(Permission::WriteDecisions)?;
    let (at, id) = (app.now(), ExemptionId::new(app.now(), app.random_bytes()));
    reading(app, |r| {
        let open = r.open_exemptions()?;
        let one = |new| match proposed(app, r, caller, (new, &open), (id, at)) {
            Ok(_) => Ok(None),
            Err(AppError::Store(error)) => Err(error.into()),
            Err(why) => Ok(Some(why.to_string())),
        };
        all.iter().map(one).collect()
    })
}

/// The exemption as it would be proposed, with its site and the name of what it is on.
fn proposed(
    app: &App,
    r: &mut Reader<'_>,
    caller: &Caller,
    (new, open): (&NewExemption, &[KeptExemption]),
    (id, at): (ExemptionId, Moment),
) -> Result<(Exemption, Option<SiteId>, String), AppError> {
    let (on, site, on_name) = place(r, caller, &new.on)?;
    if let What::Patch(patch) = &new.what {
        known::must_be_known(r, patch)?;
    }
    caller.require_at(Permission::WriteDecisions, site)?;
    let one = Exemption {
        id,
        kind: new.kind,
        what: new.what.clone(),
        on,
        reason_code: new.reason_code,
        reason: new.reason.trim().to_owned(),
        controls: cared_for(r, &new.controls)?,
        residual: new.residual,
        author: accountable(caller)?,
        proposed_at: at,
        expires: new.expires,
        watched: Watched::default(),
        state: ExemptionState::Proposed,
    };
    let rules = rules::of_exemption(r, &one, site)?.policy;
    let one = one.propose(&rules, at).map_err(refused)?;
    once(open, &one)?;
    no_patch::check(app, r, &one)?;
    Ok((one, site, on_name))
}

/// The controls, each with the account of who looks after it, or with a plain word that they have none.
fn cared_for(r: &mut Reader<'_>, controls: &[ControlUse]) -> Result<Vec<ControlUse>, AppError> {
    let one = |control: &ControlUse| {
        let owner = looked_after_by(r, "owner of a control", &control.owner)?;
        Ok(ControlUse { owner, ..control.clone() })
    };
    controls.iter().map(one).collect()
}

/// The same is not asked for twice while it waits.
fn once(open: &[KeptExemption], new: &Exemption) -> Result<(), AppError> {
    let same = open.iter().map(|kept| &kept.exemption).find(|one| {
        one.state == ExemptionState::Proposed
            && (&one.what, one.on, one.kind) == (&new.what, new.on, new.kind)
    });
    let Some(same) = same else { return Ok(()) };
    let text = format!("exemption {} waits for signatures on the same", same.id);
    Err(super::baselines::conflict("waits-already", text, "sign it, or take it back first"))
}

/// Nobody bears a risk by the word of a control that was found not working.
pub(crate) fn failed_control(one: &Exemption) -> Option<String> {
    one.controls.iter().find_map(|control| match &control.verification {
        Verification::Failed(found) => Some(format!(
            "{} found the control `{}` not working at {}: {}",
            found.by.name, control.what, found.at, found.evidence
        )),
        Verification::Never | Verification::Working(_) => None,
    })
}

fn ask(
    c: &mut Change<'_>,
    id: DecisionId,
    kept: &KeptExemption,
    (author, mut risk_why): (Person, Vec<String>),
) -> Result<Decision, AppError> {
    let one = &kept.exemption;
    if let Some(why) = failed_control(one) {
        let remedy = "mend it and write down that it works, or propose another exemption";
        return Err(super::baselines::conflict("control-failed", why, remedy));
    }
    let rules = rules::of_exemption(c, one, kept.site)?;
    let needed = rules.policy.of(one.residual).signatures;
    risk_why.extend(rules.why(one.residual));
    let decision = Decision {
        id,
        matter: Matter::Exempt { kind: one.kind, exemption: one.id },
        procedure: Procedure::Normal,
        risk: one.residual,
        risk_why,
        reason: one.reason.clone(),
        author,
        asked_at: c.at(),
        card: hash_of_exemption(kept),
        needed,
        // Whoever verified a control has tested, as far as its exemption goes.
        testers: verifiers(&one.controls),
        state: State::Waiting(Signatures::default()),
    };
    c.put_decision(&decision, kept.site)?;
    c.about("decision", decision.id);
    c.detail("kind", json!(one.kind.word()));
    c.detail("until", json!(one.expires.to_string()));
    Ok(decision)
}

pub(crate) fn verifiers(controls: &[ControlUse]) -> BTreeSet<String> {
    let found = controls.iter().filter_map(|one| match &one.verification {
        Verification::Working(found) | Verification::Failed(found) => Some(found.by.account.clone()),
        Verification::Never => None,
    });
    found.collect()
}

fn place(
    r: &mut Reader<'_>,
    caller: &Caller,
    wanted: &OnNamed,
) -> Result<(On, Option<SiteId>, String), AppError> {
    let reach = caller.require(Permission::WriteDecisions)?;
    let missing = |noun, name: &str| AppError::NotFound { noun, id: name.chars().take(64).collect() };
    Ok(match wanted {
        OnNamed::Asset(name) => {
            let found = match name.parse() {
                Ok(id) => r.asset(id, Moment::OPEN)?,
                Err(_) => r.asset_by_tag(name, Moment::OPEN)?,
            };
            let found = found.filter(|one| reach.covers(one.site)).ok_or_else(|| missing("asset", name))?;
            (On::Asset(found.asset.id), found.site, found.asset.tag)
        }
        OnNamed::Baseline(name) => {
            let found = super::baselines::find_in(r, name, &reach)?;
            (On::Baseline(found.id), found.scope.place.site(), found.name)
        }
        OnNamed::Zone(name) => {
            let found = r.zones()?.into_iter().find(|one| one.id.to_string() == *name);
            let found =
                found.filter(|one| reach.covers(Some(one.site))).ok_or_else(|| missing("zone", name))?;
            (On::Zone(found.id), Some(found.site), found.name)
        }
        OnNamed::Site(name) => {
            let found = r.sites()?.into_iter().find(|one| one.name == *name || one.id.to_string() == *name);
            let found =
                found.filter(|one| reach.covers(Some(one.id))).ok_or_else(|| missing("site", name))?;
            (On::Site(found.id), Some(found.id), found.name)
        }
    })
}

/// An exemption whose decision was granted holds from now on, watched from how things are.
pub(crate) fn accept(c: &mut Change<'_>, kept: KeptExemption, decision: &Decision) -> Result<(), AppError> {
    let at = c.at();
    let watched = sweep::watch(c, &kept.exemption)?;
    dealt(c, &kept.exemption)?;
    let one = kept.exemption.accepted(decision.id, watched, at).map_err(refused)?;
    let State::Granted { signatures, .. } = &decision.state else { return Ok(()) };
    let by = signatures.all().last().map_or_else(|| decision.author.clone(), |last| last.by.clone());
    c.put_exemption(&one, kept.site, &by, &decision.reason)?;
    c.about("exemption", one.id);
    Ok(())
}

/// A mitigation that stops holding, by its end or because something of it failed, is no plan any more: the clocks that it
/// met run again. What met them before or since stays.
pub(crate) fn ceased(c: &mut Change<'_>, before: &ExemptionState, now: &Exemption) -> Result<(), AppError> {
    let held = matches!(before, ExemptionState::Holding { .. });
    if !held || matches!(now.state, ExemptionState::Holding { .. }) || met_by(now) == Met::Evaluated {
        return Ok(());
    }
    let steps = c.exemption_steps(now.id)?;
    let began = steps.into_iter().filter(|step| step.state == ExemptionWord::Holding);
    let names = c.vulnerabilities_exempted(&now.what)?;
    Ok(crate::ranking::dealt::run_again(c, names, &began.map(|step| step.at).collect())?)
}

/// Bearing a risk evaluates it; what is done instead, or later with something done meanwhile, is a plan with a date.
fn met_by(one: &Exemption) -> Met {
    match one.kind {
        ExemptionKind::Mitigate => Met::Planned,
        ExemptionKind::Defer if !one.controls.is_empty() => Met::Planned,
        ExemptionKind::Defer | ExemptionKind::Accept => Met::Evaluated,
    }
}

fn dealt(c: &mut Change<'_>, one: &Exemption) -> Result<(), AppError> {
    let met = met_by(one);
    let names = c.vulnerabilities_exempted(&one.what)?;
    let members = members::of_exemption(c, one.on)?.into_iter();
    let sure = members.filter(|member| member.missing.is_empty()).map(|member| member.number).collect();
    Ok(crate::ranking::dealt::meet(c, names, Some(&sure), met)?)
}

/// An exemption whose decision lapsed: one that was never granted is over; one under review stays so.
pub(crate) fn lapsed(c: &mut Change<'_>, kept: KeptExemption, why: &str) -> Result<(), AppError> {
    not_granted(c, kept, Ending::Lapsed, (&super::decisions::holdpoint(), why))
}

/// An exemption whose decision ended without being granted. One that an approver rejects is over unless another decision
/// bears it; one that was never granted is over in any case; what holds by another decision is left alone.
pub(crate) fn not_granted(
    c: &mut Change<'_>,
    kept: KeptExemption,
    ending: Ending,
    (by, why): (&Person, &str),
) -> Result<(), AppError> {
    match (&kept.exemption.state, ending) {
        (ExemptionState::Proposed, _) | (ExemptionState::UnderReview { .. }, Ending::Rejected) => {
            declined(c, kept, by, why)
        }
        (ExemptionState::UnderReview { .. }, Ending::Withdrawn | Ending::Returned | Ending::Lapsed)
        | (ExemptionState::Holding { .. } | ExemptionState::Ended { .. }, _) => Ok(()),
    }
}

/// An exemption whose decision was not granted is over.
fn declined(c: &mut Change<'_>, kept: KeptExemption, by: &Person, why: &str) -> Result<(), AppError> {
    let one = kept.exemption.ended(End::Declined, why).map_err(refused)?;
    c.put_exemption(&one, kept.site, by, why)?;
    c.about("exemption", one.id);
    Ok(())
}

pub(crate) fn find_in(r: &mut Reader<'_>, id: &str, reach: &Reach) -> Result<KeptExemption, AppError> {
    let missing = || AppError::NotFound { noun: "exemption", id: id.chars().take(64).collect() };
    let key: ExemptionId = id.parse().map_err(|_| missing())?;
    let kept = kept_exemption(r, key)?;
    if kept.site.is_none_or(|site| reach.covers(Some(site))) { Ok(kept) } else { Err(missing()) }
}

/// Lists exemptions, the next to end first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<KeptExemption>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach, ..query.clone() };
    Ok(app.store().read(|r| r.exemption_list(&query))?)
}

/// An exemption with its steps.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<(KeptExemption, Vec<ExemptionStep>), AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let kept = find_in(r, id, &reach)?;
        let steps = r.exemption_steps(kept.exemption.id)?;
        Ok((kept, steps))
    })
}

/// Whether a control was found working.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Works {
    /// It was.
    Yes,
    /// It was not; the exemption stops holding at once.
    No,
}

/// Writes down a look at a control, counted from 1.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without evidence; [`AppError::Conflict`] when the
/// exemption is over, and when whoever proposed it or looks after the control found it working.
pub fn verify(
    app: &App,
    caller: &Caller,
    id: &str,
    place: usize,
    (works, evidence): (Works, &str),
) -> Result<Exemption, AppError> {
    let reach = caller.require(Permission::RecordTest)?;
    let committed = app.store().change(&app.intent(caller, "exemption.verify-control", evidence), |c| {
        let kept = find_in(c, id, &reach)?;
        caller.require_at(Permission::RecordTest, kept.site)?;
        let at = c.at();
        if let ExemptionState::Ended { .. } = kept.exemption.state {
            return Err(super::baselines::conflict(
                "exemption-state",
                "the exemption is over",
                "propose a new one",
            ));
        }
        let by = accountable(caller)?;
        let found = Found { at, by: by.clone(), evidence: evidence.trim().to_owned() };
        let verification = match works {
            Works::Yes => Verification::Working(found),
            Works::No => Verification::Failed(found),
        };
        let days = rules::verify_days(&of_approving(c)?, &kept)?;
        let mut one = kept.exemption;
        let before = one.state.clone();
        one.may_vouch(&verification).map_err(refused)?;
        let missing = || AppError::NotFound { noun: "control", id: place.to_string() };
        let slot = place.checked_sub(1).filter(|at| *at < one.controls.len()).ok_or_else(missing)?;
        one.controls[slot] = one.controls[slot].clone().looked_at(verification).map_err(refused)?;
        let watched = sweep::watch(c, &one)?;
        let one = one.at_moment(&watched, at, days);
        ceased(c, &before, &one)?;
        c.put_exemption(&one, kept.site, &by, evidence)?;
        c.about("exemption", one.id);
        c.detail("control", json!([place, one.controls[slot].control.word(), works == Works::Yes]));
        Ok::<_, AppError>(one)
    })?;
    crate::ranking::refresh::now(app)?;
    Ok(committed.value)
}

/// Closes an exemption: patched, or not needed any more.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason; [`AppError::Conflict`] when it is
/// over.
pub fn close(app: &App, caller: &Caller, id: &str, why: &str) -> Result<Exemption, AppError> {
    let reach = caller.require(Permission::WriteDecisions)?;
    let why = told("reason", why).map_err(refused)?;
    let committed = app.store().change(&app.intent(caller, "exemption.close", &why), |c| {
        let kept = find_in(c, id, &reach)?;
        caller.require_at(Permission::WriteDecisions, kept.site)?;
        let before = kept.exemption.state.clone();
        let one = kept.exemption.ended(End::Closed, &why).map_err(refused)?;
        ceased(c, &before, &one)?;
        c.put_exemption(&one, kept.site, &person(caller), &why)?;
        c.about("exemption", one.id);
        Ok::<_, AppError>(one)
    })?;
    crate::ranking::refresh::now(app)?;
    Ok(committed.value)
}

/// Asks for a new decision on an exemption that is under review: the same, looked at again.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when it is not under review.
pub fn ask_again(app: &App, caller: &Caller, id: &str, reason: &str) -> Result<Decision, AppError> {
    let reach = caller.require(Permission::WriteDecisions)?;
    let reason = told("reason", reason).map_err(refused)?;
    let decision_id = DecisionId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "exemption.ask-again", &reason), |c| {
        let mut kept = find_in(c, id, &reach)?;
        caller.require_at(Permission::WriteDecisions, kept.site)?;
        if !matches!(kept.exemption.state, ExemptionState::UnderReview { .. }) {
            let text = format!("the exemption is {}", kept.exemption.state.word());
            return Err(super::baselines::conflict(
                "exemption-state",
                text,
                "nothing needs to be looked at again",
            ));
        }
        let waiting = c.all_waiting_decisions()?;
        let about = |matter: &Matter| match matter {
            Matter::Exempt { exemption, .. } => *exemption == kept.exemption.id,
            Matter::Authorise(_) | Matter::Reject { .. } | Matter::Readmit { .. } | Matter::Standard(_) => {
                false
            }
        };
        if let Some(other) = waiting.iter().find(|one| about(&one.decision.matter)) {
            let text = format!("decision {} waits for signatures on the same", other.decision.id);
            return Err(super::baselines::conflict("waits-already", text, "sign it, or take it back first"));
        }
        let author = accountable(caller)?;
        let (floor, said) = (floor::of(c, &kept.exemption)?, kept.exemption.residual);
        if floor.least > said {
            kept.exemption.residual = floor.least;
            c.put_exemption(&kept.exemption, kept.site, &author, &reason)?;
        }
        ask(c, decision_id, &kept, (author, floor.why(said)))
    })?;
    Ok(committed.value)
}

/// Patching against the controls of an exemption and against doing nothing, side by side.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn compared(
    app: &App,
    caller: &Caller,
    id: &str,
    mut patching: Vec<Choice>,
) -> Result<Vec<Compared>, AppError> {
    let (kept, _) = show(app, caller, id)?;
    let sum = |values: Vec<Option<u64>>| values.into_iter().sum::<Option<u64>>();
    let narrow = |value: Option<u64>| value.map(|value| u32::try_from(value).unwrap_or(u32::MAX));
    let controls = &kept.exemption.controls;
    if !controls.is_empty() {
        patching.push(Choice {
            name: "the controls of this exemption".to_owned(),
            cost_cents: sum(controls.iter().map(|one| one.burden.cost_cents).collect()),
            effort_min: narrow(sum(controls
                .iter()
                .map(|one| one.burden.effort_min.map(u64::from))
                .collect())),
            downtime_min: narrow(sum(controls
                .iter()
                .map(|one| one.burden.downtime_min.map(u64::from))
                .collect())),
            risk_left: Some(kept.exemption.residual),
        });
    }
    Ok(compare(patching))
}
