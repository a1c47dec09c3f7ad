//! Change plans: proposing one, looking at it, submitting, releasing, rejecting and taking it back.
//!
//! The planner and the checker are the engine's; here they meet what is stored. The surprise: nothing in a plan is mended.
//! When something that it counted on changed, it is stale, says what changed, and cannot be submitted or released; a new
//! plan takes its place.

mod asked;
mod elsewhere;
mod gather;
mod inputs;
mod life;
mod newer;
mod propose;
mod scope;
mod words;

pub use life::{CheckReport, Finding, StaleInput, check, reject, release, submit, withdraw};
pub(crate) use life::{Counted, planning_facts};
pub use propose::{Proposal, Proposed, USUAL_DAYS, USUAL_LEAD_MINUTES, again, propose};

use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use crate::execution::{Question, checks_of};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::id::PlanId;
use holdpoint_domain::plan::ChangePlan;
use holdpoint_store::Reader;
use holdpoint_store::execution::KeptCheck;
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::plan::{KeptStep, KeptWait, PlanBody, PlanEvent, PlanLine};
use std::collections::BTreeMap;

/// Lists plans, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<PlanLine>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach, ..query.clone() };
    Ok(app.store().read(|r| r.plan_list(&query))?)
}

/// A plan with everything but its steps and what waits, which come page by page.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The plan as lists show it.
    pub line: PlanLine,
    /// The plan itself.
    pub plan: ChangePlan,
    /// What belongs to it.
    pub body: PlanBody,
    /// The steps of its life.
    pub events: Vec<PlanEvent>,
    /// What is asked outside before its steps begin.
    pub checks: Vec<(KeptCheck, Question)>,
    /// Who said last what the redundancy groups of its site can lose, and when, by group.
    pub writers: BTreeMap<String, (String, Moment)>,
}

/// A plan, by its id or its running number.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<Shown, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let line = find_in(r, id, &reach)?;
        let (plan, body) = whole(r, line.id)?;
        let events = r.plan_events(line.id)?;
        let checks = checks_of(r, line.id)?;
        let writers = r.redundancy_writers()?.into_iter().filter(|((site, _), _)| *site == plan.site);
        let writers = writers.map(|((_, group), written)| (group, written)).collect();
        Ok(Shown { line, plan, body, events, checks, writers })
    })
}

/// The steps of a plan, page by page.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`], which holds filter errors in words.
pub fn steps(app: &App, caller: &Caller, id: &str, query: &ListQuery) -> Result<Paged<KeptStep>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let line = find_in(r, id, &reach)?;
        Ok(r.plan_steps(line.id, query)?)
    })
}

/// What waits in a plan, and for what, page by page.
///
/// # Errors
/// As [`steps`].
pub fn waits(app: &App, caller: &Caller, id: &str, query: &ListQuery) -> Result<Paged<KeptWait>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let line = find_in(r, id, &reach)?;
        Ok(r.plan_waits(line.id, query)?)
    })
}

/// A plan and what waits as a text for people, with where it stands and what is asked before its steps.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn export(app: &App, caller: &Caller, id: &str) -> Result<String, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let line = find_in(r, id, &reach)?;
        let text = r.plan_export(line.id)?.unwrap_or_default();
        let (plan, _) = whole(r, line.id)?;
        // The text is the plan as it was made; what is asked before its steps can be more by now.
        let asked = asked::text(r, &line, &plan)?;
        Ok(format!("{}{text}{asked}", words::head(&line)))
    })
}

pub(crate) fn find_in(r: &mut Reader<'_>, name: &str, reach: &Reach) -> Result<PlanLine, AppError> {
    let missing = || AppError::NotFound { noun: "plan", id: name.chars().take(64).collect() };
    let id = match (name.parse::<PlanId>(), name.parse::<i64>()) {
        (Ok(id), _) => id,
        (Err(_), Ok(number)) => r.plan_by_number(number)?.ok_or_else(missing)?,
        (Err(_), Err(_)) => return Err(missing()),
    };
    r.change_plan(id)?.filter(|line| reach.covers(Some(line.site))).ok_or_else(missing)
}

pub(crate) fn whole(r: &mut Reader<'_>, id: PlanId) -> Result<(ChangePlan, PlanBody), AppError> {
    r.whole_plan(id)?.ok_or_else(|| AppError::NotFound { noun: "plan", id: id.to_string() })
}
