//! Looking at deployments: the lists, one deployment at a glance, one step with everything that is known of it.
//!
//! The surprise: nothing is worked out here that a turn has not written. Many people may watch one deployment, and none of them
//! makes the server plan anew.

use super::saying::accepted;
use super::{Saying, backup, fitting, later, snapshot};
use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use crate::plans::{find_in, whole};
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::execution::StepRun;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::id::PlanId;
use holdpoint_domain::plan::life::PlanWord;
use holdpoint_domain::plan::{ChangePlan, HoldRole, NumberedHold, PlannedStep};
use holdpoint_engine::execution::{BackupBy, open_before};
use holdpoint_engine::verification::{Promise, Verdict, compare};
use holdpoint_store::Reader;
use holdpoint_store::execution::{DeploymentLine, KeptEvent, Lift, StepLine, StepQuery, StepRow, Word};
use holdpoint_store::page::{ListQuery, Paged};
use std::collections::BTreeMap;

/// Lists deployments, those begun last first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn deployments(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<DeploymentLine>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach, ..query.clone() };
    Ok(app.store().read(|r| r.deployment_list(&query))?)
}

/// Lists steps: those of one deployment, by the plan's id or number, or those of all.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`], which holds filter errors in words.
pub fn step_list(
    app: &App,
    caller: &Caller,
    id: Option<&str>,
    query: &ListQuery,
) -> Result<Paged<StepRow>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach: reach.clone(), ..query.clone() };
    reading(app, |r| {
        let which = match id {
            Some(id) => StepQuery::Of(find_in(r, id, &reach)?.id),
            None => StepQuery::All,
        };
        Ok(r.deployment_steps(which, &query)?)
    })
}

/// What was worked on: reported, observed and verified apart.
pub struct Verification;

impl Verification {
    /// Lists steps of which something is known after the work.
    ///
    /// # Errors
    /// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
    pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<StepRow>, AppError> {
        let reach = caller.require(Permission::ReadPlant)?;
        let query = ListQuery { reach, ..query.clone() };
        Ok(app.store().read(|r| r.deployment_steps(StepQuery::Worked, &query))?)
    }
}

/// A hold point with whether it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldShown {
    /// Before which step it is opened; one between waves holds every step of that step's wave.
    pub before: u32,
    /// Its number among the hold points before that step, from 1.
    pub number: u32,
    /// What must be on the table.
    pub evidence: String,
    /// Who may open it.
    pub opened_by: HoldRole,
    /// Who opened it, when, and with what evidence; `None`: it is closed.
    pub opened: Option<Word>,
}

/// A deployment at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// As lists show it.
    pub line: DeploymentLine,
    /// Its plan.
    pub plan: ChangePlan,
    /// Its steps as they stand.
    pub steps: Vec<StepLine>,
    /// Its hold points.
    pub holds: Vec<HoldShown>,
    /// The steps that failed and whose failure nobody has accepted, by number.
    pub unaccepted: Vec<u32>,
    /// The last time that somebody asked to lift a stop; `None`: nobody has.
    pub lift: Option<Lift>,
}

/// A deployment at a glance, by the plan's id or number.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`] also for a plan that nobody has begun; [`AppError::Store`].
pub fn overview(app: &App, caller: &Caller, id: &str) -> Result<Overview, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let now = app.now();
    reading(app, |r| {
        let found = find_in(r, id, &reach)?;
        let missing = || AppError::NotFound { noun: "deployment", id: id.chars().take(64).collect() };
        let query = numbered(found.number, now, &reach);
        let line = r.deployment_list(&query)?.items.into_iter().next().ok_or_else(missing)?;
        let (plan, _) = whole(r, found.id)?;
        let words = r.step_words(found.id)?;
        let holds = holds(&plan, &words);
        let steps = r.step_lines(found.id)?;
        let (lift, known) = (r.last_lift(found.id)?, accepted(&words));
        let unaccepted = steps.iter().filter(|step| step.failed && !known.contains(&step.number));
        let unaccepted = unaccepted.map(|step| step.number).collect();
        Ok(Overview { line, plan, steps, holds, unaccepted, lift })
    })
}

fn numbered(number: impl std::fmt::Display, now: holdpoint_domain::Moment, reach: &Reach) -> ListQuery {
    let filter = Filter::parse(&format!("number:{number}")).unwrap_or_default();
    ListQuery { filter, reach: reach.clone(), ..ListQuery::everything(1, now) }
}

fn holds(plan: &ChangePlan, words: &BTreeMap<(u32, String), Word>) -> Vec<HoldShown> {
    plan.numbered_holds().into_iter().map(|one| hold_shown(one, words)).collect()
}

fn hold_shown(numbered: NumberedHold<'_>, words: &BTreeMap<(u32, String), Word>) -> HoldShown {
    let NumberedHold { number, hold } = numbered;
    HoldShown {
        before: hold.before,
        number,
        evidence: hold.evidence.clone(),
        opened_by: hold.opened_by,
        opened: words.get(&(hold.before, format!("hold:{number}"))).cloned(),
    }
}

/// A step with everything that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StepShown {
    /// As lists show it.
    pub row: StepRow,
    /// As it was planned.
    pub planned: PlannedStep,
    /// The kind and number of its wave.
    pub wave: Option<(String, u32)>,
    /// As its events say.
    pub run: StepRun,
    /// What happened, the oldest first.
    pub events: Vec<KeptEvent>,
    /// What was said, by kind.
    pub words: BTreeMap<String, Word>,
    /// What holds it until it is open: its own hold points, and those of its wave.
    pub holds: Vec<HoldShown>,
    /// What may be said now.
    pub fitting: Vec<Saying>,
    /// What was promised.
    pub promise: Promise,
    /// The look held against the snapshot before and the promise; `None`: one of them is not there yet.
    pub verdict: Option<Verdict>,
    /// The name of the window.
    pub window: String,
}

/// A step with everything that is known of it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn step_shown(app: &App, caller: &Caller, id: &str, number: u32) -> Result<StepShown, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let now = app.now();
    reading(app, |r| {
        let line = find_in(r, id, &reach)?;
        let missing = || AppError::NotFound { noun: "step", id: number.to_string() };
        let query = numbered(number, now, &reach);
        let found = r.deployment_steps(StepQuery::Of(line.id), &query)?;
        let row = found.items.into_iter().next().ok_or_else(missing)?;
        let run = r.step_runs(line.id)?.remove(&number).ok_or_else(missing)?;
        step_of(r, line.id, (row, run))?.ok_or_else(missing)
    })
}

fn step_of(
    r: &mut Reader<'_>,
    id: PlanId,
    (row, run): (StepRow, StepRun),
) -> Result<Option<StepShown>, AppError> {
    let number = run.number;
    let (plan, _) = whole(r, id)?;
    let Some(planned) = plan.steps.iter().find(|step| step.number == number).cloned() else {
        return Ok(None);
    };
    let all = r.step_words(id)?;
    let holds: Vec<HoldShown> = plan.holds_of(number).into_iter().map(|one| hold_shown(one, &all)).collect();
    let open = open_before(&plan, &r.step_runs(id)?, &accepted(&all), number);
    // Nothing is opened before there can be evidence, and what has ended is not begun again.
    let ready: &[HoldShown] = if open.is_none() { &holds } else { &[] };
    let has_ended = r.change_plan(id)?.is_some_and(|line| line.state.word() == PlanWord::Ended);
    let words: BTreeMap<String, Word> = all
        .into_iter()
        .filter(|((step, _), _)| *step == number)
        .map(|((_, kind), word)| (kind, word))
        .collect();
    let wave = plan.waves.iter().find(|wave| wave.steps.contains(&number));
    let (promise, verdict) = judged(&words, &planned.patch);
    let window = r.window(planned.window)?.map(|kept| kept.window.name).unwrap_or_default();
    let mut said = fitting(&run, &words, ready);
    let by_person =
        backup::by((&planned, false), &r.steps_served(id)?, &BTreeMap::new()) != BackupBy::ItsHand;
    said.retain(|one| match one.word {
        "retry" => !has_ended,
        "backup_made" => by_person,
        _ => true,
    });
    Ok(Some(StepShown {
        fitting: said,
        wave: wave.map(|wave| (wave.kind.word().to_owned(), wave.number)),
        events: r.step_events(id, number)?,
        row,
        planned,
        run,
        words,
        holds,
        promise,
        verdict,
        window,
    }))
}

/// The promise with the names of the host, and what the last look says of it.
fn judged(words: &BTreeMap<String, Word>, patch: &str) -> (Promise, Option<Verdict>) {
    let promise = words.get("promise").map(|word| snapshot::read_promise(&word.body)).unwrap_or_default();
    let (Some(before), Some(after)) = (words.get("before"), words.get("after")) else {
        return (promise, None);
    };
    let (before, after) = (snapshot::read(&before.body), snapshot::read(&after.body));
    let mut promise = snapshot::with_architecture(&before, &after, promise);
    let (own, mut before) = (promise.clone(), before);
    if let Some(word) = words.get(later::WORD) {
        let named = snapshot::with_architecture(&before, &after, snapshot::read_promise(&word.body));
        later::laid(&mut before, &mut promise, named);
    }
    let verdict = compare(&before, &after, &promise, patch);
    (own, Some(verdict))
}
