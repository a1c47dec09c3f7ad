//! A plan's life: checked before each step, submitted by one person, released by another.
//!
//! What the check reads is read inside the change that writes, so nobody gets past it by being fast: of two releases at
//! once, one finds the plan released.

use super::gather::{Gathered, OtherPlans, Request, gather};
use super::inputs::{inputs, regrouped, rerouted};
use super::words::need_texts;
use super::{find_in, whole};
use crate::App;
use crate::access_check::Caller;
use crate::approval::{accountable, baselines::conflict, person, reading, refused, signer};
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::{AssetId, PlanId};
use holdpoint_domain::plan::ChangePlan;
use holdpoint_domain::plan::life::{Done, PlanState};
use holdpoint_engine::plan_check::{Promise, check_plan};
use holdpoint_engine::planning::{Facts, Missing};
use holdpoint_store::plan::{Input, PlanBody, PlanLine, Reserved, Wanted};
use holdpoint_store::{Change, Reader};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// An input that is not as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleInput {
    /// What kind of input.
    pub kind: String,
    /// Of what.
    pub what: String,
    /// How it was; `None`: it was not there.
    pub was: Option<String>,
    /// How it is; `None`: it is gone.
    pub is: Option<String>,
}

/// Something that the checker found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The step, by number; 0: the plan as a whole.
    pub step: u32,
    /// Which promise is broken, as a word.
    pub promise: &'static str,
    /// What was found, as a clause.
    pub what: String,
}

/// What a look at a plan gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// When it was looked at.
    pub at: Moment,
    /// What changed since it was made.
    pub stale: Vec<StaleInput>,
    /// What is wrong with it by the facts of now.
    pub findings: Vec<Finding>,
    /// What it counts on without anybody knowing it; it can go on all the same.
    pub remarks: Vec<String>,
}

impl CheckReport {
    /// Whether it can go on.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.stale.is_empty() && self.findings.is_empty()
    }
}

/// Looks at a plan with the eyes of the checker and the facts of now.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn check(app: &App, caller: &Caller, id: &str) -> Result<CheckReport, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let now = app.now();
    reading(app, |r| {
        let line = find_in(r, id, &reach)?;
        let (plan, body) = whole(r, line.id)?;
        look(app, r, &line, (&plan, &body), now)
    })
}

fn look(
    app: &App,
    r: &mut Reader<'_>,
    line: &PlanLine,
    (plan, body): (&ChangePlan, &PlanBody),
    now: Moment,
) -> Result<CheckReport, AppError> {
    let gathered = gathered(app, r, line, (plan, body), (now, OtherPlans::LeftOut))?;
    let violations = check_plan(&gathered.facts, plan);
    let findings = violations
        .into_iter()
        .map(|one| Finding { step: one.step, promise: promise_word(one.promise), what: one.what })
        .collect();
    let remarks = need_texts(&gathered, plan);
    Ok(CheckReport { at: now, stale: compare(&body.inputs, &inputs(&gathered, plan)), findings, remarks })
}

fn gathered(
    app: &App,
    r: &mut Reader<'_>,
    line: &PlanLine,
    (plan, body): (&ChangePlan, &PlanBody),
    (now, others): (Moment, OtherPlans),
) -> Result<Gathered, AppError> {
    let wanted: BTreeSet<Wanted> = body.wanted.iter().cloned().collect();
    let request = Request {
        site: plan.site,
        wanted: &wanted,
        now,
        until: line.until,
        without: [Some(plan.id), line.replaces],
        reserved: Reserved::Released,
        others,
        lead_minutes: 0,
    };
    gather(app, r, &request)
}

/// What a plan that is carried out counts on, as it is now.
pub(crate) struct Counted {
    /// The planner's facts.
    pub facts: Facts,
    /// Assets whose group is another, or can lose another number, or that are reached otherwise than when a second person released
    /// the plan; what changed.
    pub regrouped: BTreeMap<AssetId, String>,
    /// What approval lacks for what is on its asset already.
    pub in_place: BTreeMap<(AssetId, String), Vec<Missing>>,
}

/// The planner's facts of now about the work of a plan.
pub(crate) fn planning_facts(
    app: &App,
    r: &mut Reader<'_>,
    line: &PlanLine,
    plan: (&ChangePlan, &PlanBody),
    now: Moment,
) -> Result<Counted, AppError> {
    let gathered = gathered(app, r, line, plan, (now, OtherPlans::NotAsked))?;
    let mut regrouped = regrouped(&gathered.facts, plan.0, &plan.1.inputs);
    regrouped.extend(rerouted(&gathered, plan.0, &plan.1.inputs));
    Ok(Counted { facts: gathered.facts, regrouped, in_place: gathered.in_place })
}

/// The word of a promise.
const fn promise_word(promise: Promise) -> &'static str {
    match promise {
        Promise::Form => "form",
        Promise::Work => "work",
        Promise::Window => "window",
        Promise::Freeze => "freeze",
        Promise::Asset => "asset",
        Promise::Group => "group",
        Promise::Capacity => "capacity",
        Promise::Needs => "needs",
        Promise::Waves => "waves",
        Promise::Holds => "holds",
    }
}

fn compare(before: &[Input], now: &[Input]) -> Vec<StaleInput> {
    type Sides = (Option<String>, Option<String>);
    let mut both: BTreeMap<(&str, &str), Sides> = BTreeMap::new();
    for one in before {
        both.entry((&one.kind, &one.what)).or_default().0 = Some(one.value.clone());
    }
    for one in now {
        both.entry((&one.kind, &one.what)).or_default().1 = Some(one.value.clone());
    }
    let changed = both.into_iter().filter(|(_, (was, is))| was != is);
    changed
        .map(|((kind, what), (was, is))| StaleInput { kind: kind.to_owned(), what: what.to_owned(), was, is })
        .collect()
}

/// Refuses a plan that does not hold, and says why in the first few of its reasons.
fn must_hold(app: &App, c: &mut Change<'_>, line: &PlanLine) -> Result<(), AppError> {
    let (plan, body) = whole(c, line.id)?;
    if plan.steps.is_empty() {
        return Err(conflict(
            "plan-empty",
            "no step of the plan has a place, so there is nothing to release",
            "read what waits and for what, settle it, and propose a new plan",
        ));
    }
    let now = c.at();
    let report = look(app, c, line, (&plan, &body), now)?;
    let some = |all: Vec<String>| {
        let more = all.len().saturating_sub(5);
        let mut text = all.into_iter().take(5).collect::<Vec<_>>().join("; ");
        if more > 0 {
            text.push_str(&format!("; and {more} more"));
        }
        text
    };
    if !report.stale.is_empty() {
        let said = |one: &StaleInput| {
            let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
            format!("{} {}: was {}, is {}", one.kind, one.what, side(&one.was), side(&one.is))
        };
        let all = some(report.stale.iter().map(said).collect());
        let what = format!("the plan is stale, because what it counts on changed: {all}");
        return Err(conflict("plan-stale", what, "propose a new plan that takes its place"));
    }
    if !report.findings.is_empty() {
        let said = |one: &Finding| match one.step {
            0 => format!("the plan: {}", one.what),
            step => format!("step {step}: {}", one.what),
        };
        let all = some(report.findings.iter().map(said).collect());
        let what = format!("the plan checker refuses the plan: {all}");
        return Err(conflict("plan-check", what, "propose a new plan that takes its place"));
    }
    Ok(())
}

/// Who may take a step of a plan's life.
#[derive(Clone, Copy)]
enum Step<'a> {
    Submit(&'a str),
    Release(&'a str),
    Reject(&'a str),
    Withdraw(&'a str),
}

/// Asks for the release of a draft.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when it is no draft, has no step, is stale, or
/// the checker refuses it.
pub fn submit(app: &App, caller: &Caller, id: &str, note: &str) -> Result<PlanLine, AppError> {
    take(app, caller, id, Step::Submit(note))
}

/// Lets a submitted plan go: by another person than the one who drafted it and the one who submitted it.
///
/// # Errors
/// As [`submit`]; [`AppError::Conflict`] for the author, the submitter, and whoever administers accounts.
pub fn release(app: &App, caller: &Caller, id: &str, note: &str) -> Result<PlanLine, AppError> {
    take(app, caller, id, Step::Release(note))
}

/// Refuses a submitted plan.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason; [`AppError::Conflict`] when it
/// does not wait.
pub fn reject(app: &App, caller: &Caller, id: &str, why: &str) -> Result<PlanLine, AppError> {
    take(app, caller, id, Step::Reject(why))
}

/// Takes a plan back; of a released one, nothing begins any more.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason; [`AppError::Conflict`] when it is
/// over.
pub fn withdraw(app: &App, caller: &Caller, id: &str, why: &str) -> Result<PlanLine, AppError> {
    take(app, caller, id, Step::Withdraw(why))
}

fn take(app: &App, caller: &Caller, id: &str, step: Step<'_>) -> Result<PlanLine, AppError> {
    let (action, note, permission) = match step {
        Step::Submit(note) => ("plan.submit", note, Permission::WritePlans),
        Step::Release(note) => ("plan.release", note, Permission::Approve),
        Step::Reject(note) => ("plan.reject", note, Permission::Approve),
        Step::Withdraw(note) => ("plan.withdraw", note, Permission::WritePlans),
    };
    let reach = caller.require(permission)?;
    let committed = app.store().change(&app.intent(caller, action, note), |c| {
        let line = find_in(c, id, &reach)?;
        caller.require_at(permission, Some(line.site))?;
        let at = c.at();
        let by = match step {
            Step::Submit(_) => accountable(caller)?,
            Step::Release(_) | Step::Reject(_) => signer(caller)?,
            Step::Withdraw(_) => person(caller),
        };
        let done = Done { by: by.clone(), at };
        let state = line.state.clone();
        let state = match step {
            Step::Submit(_) => state.submit(done),
            Step::Release(_) => state.release(&line.author, done),
            Step::Reject(why) => state.reject(done, why),
            Step::Withdraw(why) => state.withdraw(done, why),
        };
        let state = state.map_err(refused)?;
        if matches!(step, Step::Submit(_) | Step::Release(_)) {
            must_hold(app, c, &line)?;
        }
        c.move_plan(line.id, &state, &by, note)?;
        c.about("plan", line.id);
        if matches!(step, Step::Release(_)) {
            let checks = c.plan_checks(line.id)?.into_iter().map(|kept| (kept.number, kept.check.name));
            c.detail("checks", json!(checks.collect::<Vec<_>>()));
        }
        c.detail("state", json!([line.state.word().word(), state.word().word()]));
        if let (PlanState::Released { .. }, Some(old)) = (&state, line.replaces) {
            give_way(c, old, line.id)?;
        }
        find_in(c, &line.id.to_string(), &reach)
    })?;
    Ok(committed.value)
}

/// The plan that a released one takes the place of ends with the same release.
fn give_way(c: &mut Change<'_>, old: PlanId, new: PlanId) -> Result<(), AppError> {
    let Some(old) = c.change_plan(old)? else { return Ok(()) };
    if !old.state.is_alive() {
        return Ok(());
    }
    let at = c.at();
    let state = old.state.supersede(new, at).map_err(refused)?;
    c.move_plan(old.id, &state, &old.author, "another plan takes its place")?;
    c.about("plan", old.id);
    Ok(())
}
