//! Carrying out a released plan: turns, outcomes, and what people say about a step.
//!
//! A turn reads everything and writes its events inside one change, so of two turns at once one comes after the other and sees
//! what the first wrote. What a turn hands out is done outside of it and reported back; a report that never comes is overdue by
//! its deadline. The surprise: beginning a plan decides nothing. Each installation asks everything again at its moment.

mod against;
mod back;
mod backup;
mod checks;
mod drift;
mod facts;
mod gates;
mod given;
mod hand;
mod late;
mod later;
mod lift;
mod line;
mod look;
mod partners;
mod permit;
mod restarting;
mod rounds;
mod saying;
mod snapshot;
mod telling;
mod verified;

pub(crate) use against::{against, pause_against};
pub use checks::{
    CheckWritten, PermitValue, Question, ask_outside, checks, put_check, remove_check, wants_asking,
};
pub(crate) use checks::{ask_before_work, of_plan as checks_of};
pub(crate) use drift::placed;
pub use drift::{drifts, look_again, observed, settle_drift, sweep};
pub(crate) use gates::good_until;
pub(crate) use given::{UNFETCHED, UNREAD};
pub use hand::carry_out;
pub(crate) use hand::compare_look;
pub use holdpoint_engine::verification::{Difference, Planned};
pub(crate) use later::know as know_later;
pub use lift::{agree_lift, ask_lift, refuse_lift};
pub use line::{NewLine, asset_named, line_of, lines, public_key, put_line, show_key};
pub use look::{HoldShown, Overview, StepShown, Verification, deployments, overview, step_list, step_shown};
pub(crate) use restarting::read_by_person;
pub use rounds::{Workers, recover};
pub use saying::{RestartWord, SAYINGS, Said, Saying, fitting, say};
pub(crate) use snapshot::{read as read_snapshot, read_promise, write as write_snapshot, write_promise};
pub(crate) use verified::{read_by_hand, took};

use crate::App;
use crate::access_check::Caller;
use crate::approval::{accountable, baselines::conflict, person, reading, refused};
use crate::error::AppError;
use crate::plans::{find_in, whole};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::execution::{
    Applied, Attempt, Deed, Ending, Event, Footing, ObservedBy, Outcome, Started, StepRun, StepState,
};
use holdpoint_domain::id::{AssetId, PlanId};
use holdpoint_domain::plan::life::{Endings, PlanWord};
use holdpoint_domain::plan::{ChangePlan, PlannedStep};
use holdpoint_engine::execution::{Stop, StopReach, next_turn};
use holdpoint_store::execution::{KeptEvent, PlanRun, StepLine, Word};
use holdpoint_store::plan::PlanLine;
use holdpoint_store::{Change, StoreError};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// A deed that was intended and is to be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOut {
    /// The plan.
    pub plan: PlanId,
    /// The step.
    pub step: u32,
    /// The deed.
    pub deed: Deed,
    /// Its attempt.
    pub attempt: Attempt,
    /// The asset.
    pub asset: AssetId,
    /// The patch.
    pub patch: String,
    /// How long the work may take, in minutes.
    pub work_minutes: u32,
    /// Who does it.
    pub by: Hand,
}

/// Who does a deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// A worker of this program, over SSH: as many at the same time as there are workers.
    Worker,
    /// The asset's agent: it is told, and reports when it can. Nobody here waits for it.
    Agent,
    /// The asset's controller, in the same way.
    Controller,
}

/// A deployment: a plan while it is carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployment {
    /// The plan.
    pub line: PlanLine,
    /// How it runs.
    pub run: PlanRun,
    /// Its steps.
    pub steps: Vec<StepLine>,
    /// What is stopped.
    pub stops: Vec<Stop>,
}

/// Begins a released plan: from now on each turn looks at what may be done.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when it is not released, or was begun.
pub fn begin(app: &App, caller: &Caller, id: &str, reason: &str) -> Result<Deployment, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let committed = app.store().change(&app.intent(caller, "deployment.begin", reason), |c| {
        let line = find_in(c, id, &reach)?;
        caller.require_at(Permission::WritePlans, Some(line.site))?;
        let by = accountable(caller)?;
        if line.state.word() != PlanWord::Released {
            let what = format!("plan {} is {} and not released", line.number, line.state.word());
            return Err(conflict("plan-not-released", what, before_beginning(line.state.word())));
        }
        if c.plan_run(line.id)?.is_some() {
            let what = format!("plan {} was begun before", line.number);
            return Err(conflict("plan-begun", what, "look at its deployment"));
        }
        c.begin_plan(line.id, &by.name)?;
        let (plan, _) = whole(c, line.id)?;
        crate::planning::ask_at_begin(c, &plan)?;
        c.about("plan", line.id);
        Ok(line.id)
    })?;
    show(app, caller, &committed.value.to_string())
}

/// What to do about a plan that cannot be begun.
const fn before_beginning(state: PlanWord) -> &'static str {
    match state {
        PlanWord::Draft => "submit it, and have a second person release it",
        PlanWord::Submitted => "have a second person release it",
        PlanWord::Rejected | PlanWord::Withdrawn => "propose a new plan",
        PlanWord::Superseded => "look at the plan that took its place",
        PlanWord::Ended => "it was carried out; propose it anew for what is left",
        PlanWord::Released => "look at it again",
    }
}

/// A deployment with its steps.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`] also for a plan that nobody has begun; [`AppError::Store`].
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<Deployment, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let now = app.now();
    reading(app, |r| {
        let line = find_in(r, id, &reach)?;
        let missing = || AppError::NotFound { noun: "deployment", id: id.chars().take(64).collect() };
        let run = r.plan_run(line.id)?.ok_or_else(missing)?;
        let (plan, body) = whole(r, line.id)?;
        let gathered = facts::gather(app, r, (&line, &plan, &body), now)?;
        let stops = next_turn(&gathered.of(&plan, now)).stops;
        let steps = r.step_lines(line.id)?;
        Ok(Deployment { line, run, steps, stops })
    })
}

/// Deployments with steps that are not over, the oldest plan first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn open(app: &App, caller: &Caller) -> Result<Vec<(PlanLine, PlanRun)>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let mut found = Vec::new();
        for id in r.open_runs()? {
            let Some(line) = r.change_plan(id)?.filter(|line| reach.covers(Some(line.site))) else {
                continue;
            };
            let Some(run) = r.plan_run(id)? else { continue };
            found.push((line, run));
        }
        Ok(found)
    })
}

/// What happened to a step, the oldest first, and what was said about it.
///
/// # Errors
/// As [`show`].
pub fn step(
    app: &App,
    caller: &Caller,
    id: &str,
    number: u32,
) -> Result<(Vec<KeptEvent>, BTreeMap<String, Word>), AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let line = find_in(r, id, &reach)?;
        let said = r.step_words(line.id)?;
        let said = said.into_iter().filter(|((step, _), _)| *step == number);
        Ok((r.step_events(line.id, number)?, said.map(|((_, kind), word)| (kind, word)).collect()))
    })
}

/// What a turn did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turned {
    /// How many events were written.
    pub moved: usize,
    /// What is to be done now.
    pub hand_outs: Vec<HandOut>,
    /// When the deployment was written to last, as this turn saw or left it.
    pub turned_at: Option<Moment>,
}

/// Looks at a plan that is carried out, writes what comes next, and gives what is to be done now.
///
/// Of what this program does itself at most `most` deeds are intended: an intent has a deadline, so nobody intends what nobody can
/// begin now. What agents and controllers do is handed out however much it is.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Store`].
pub fn turn(app: &App, plan: PlanId, most: usize) -> Result<Turned, AppError> {
    let caller = Caller::system("deployment");
    let committed = app.store().change(&app.intent(&caller, "deployment.turn", ""), |c| {
        let missing = || AppError::NotFound { noun: "plan", id: plan.to_string() };
        let line = c.change_plan(plan)?.ok_or_else(missing)?;
        let (whole, body) = whole(c, plan)?;
        let now = c.at();
        let gathered = facts::gather(app, c, (&line, &whole, &body), now)?;
        let mut turn = next_turn(&gathered.of(&whole, now));
        gates::word(&mut turn, gathered.served());
        let gates = gates::note(c, (plan, gathered.served()), &turn)?
            + gates::halt(app, c, (&line, gathered.has_sheets()), &turn)?;
        let (hand_outs, events) = write_events(c, (&whole, &gathered), &turn, most)?;
        let moved = events.len();
        let stops: Vec<String> = turn.stops.iter().map(stop_words).collect();
        if let Some(run) = c.plan_run(plan)?.filter(|run| run.stopped.is_none()) {
            telling::tell_stopped(app, c, (&line, &run), &stops)?;
        }
        let waits = write_waits(c, plan, &turn)?;
        if moved > 0 || waits || gates > 0 {
            c.plan_turned(plan)?;
            c.about("plan", plan);
            c.detail("events", json!(events));
            c.detail("stops", json!(stops));
            c.detail("gates", json!(gates));
        } else {
            c.nothing_to_do();
        }
        let turned_at = c.plan_run(plan)?.and_then(|run| run.turned_at);
        Ok::<_, AppError>(Turned { moved, hand_outs, turned_at })
    })?;
    Ok(committed.value)
}

/// Writes the events of a turn; gives what is to be done, and the events in words.
fn write_events(
    c: &mut Change<'_>,
    (plan, gathered): (&ChangePlan, &facts::Gathered),
    turn: &holdpoint_engine::execution::Turn,
    most: usize,
) -> Result<(Vec<HandOut>, Vec<String>), AppError> {
    let planned: BTreeMap<u32, &PlannedStep> = plan.steps.iter().map(|step| (step.number, step)).collect();
    let (mut hand_outs, mut events) = (Vec::new(), Vec::new());
    let mut by_workers = 0;
    for (number, event) in &turn.events {
        let Some(run) = gathered.run(*number) else { continue };
        let by = if gathered.served().by_agent.contains(number) {
            Hand::Agent
        } else if gathered.served().by_controller.contains(number) {
            Hand::Controller
        } else {
            Hand::Worker
        };
        let is_intent = matches!(event, Event::Intended { .. });
        if is_intent && by == Hand::Worker {
            if by_workers >= most {
                continue;
            }
            by_workers += 1;
        }
        let after = c.put_step_event(plan.id, run, event, "Holdpoint", None)?;
        events.push(format!("step {number}: {} → {}", run.state.word(), after.state.word()));
        if let (Event::Intended { deed, attempt }, Some(planned)) = (event, planned.get(number)) {
            hand_outs.push(HandOut {
                plan: plan.id,
                step: *number,
                deed: *deed,
                attempt: *attempt,
                asset: planned.asset,
                patch: planned.patch.clone(),
                work_minutes: planned.estimate.work_minutes,
                by,
            });
        }
    }
    Ok((hand_outs, events))
}

/// Writes what steps wait for, what is overdue and what is stopped, where that is something else than before; whether it was.
fn write_waits(
    c: &mut Change<'_>,
    plan: PlanId,
    turn: &holdpoint_engine::execution::Turn,
) -> Result<bool, StoreError> {
    let before: BTreeMap<u32, StepLine> =
        c.step_lines(plan)?.into_iter().map(|line| (line.number, line)).collect();
    let mut wrote = false;
    for wait in &turn.waits {
        let same = before.get(&wait.step).is_some_and(|line| {
            line.wait_for.as_deref() == Some(wait.for_what.word())
                && line.wait_why.as_deref() == Some(wait.why.as_str())
        });
        if !same {
            c.put_step_wait(plan, wait.step, (wait.for_what.word(), &wait.why, wait.until))?;
            wrote = true;
        }
    }
    for (number, line) in &before {
        let late = turn.overdue.get(number);
        if late != line.overdue.as_ref() {
            c.put_step_overdue(plan, *number, late.map(String::as_str))?;
            wrote = true;
        }
    }
    let stops: Vec<String> = turn.stops.iter().map(stop_words).collect();
    let stops = (!stops.is_empty()).then(|| stops.join("\n"));
    if c.plan_run(plan)?.is_some_and(|run| run.stopped != stops) {
        c.put_stopped(plan, stops.as_deref())?;
        wrote = true;
    }
    Ok(wrote)
}

/// A stop in words.
#[must_use]
pub fn stop_words(stop: &Stop) -> String {
    let reach = match &stop.reach {
        StopReach::Plan => "the plan is stopped".to_owned(),
        StopReach::Patch(patch) => format!("{patch} is stopped"),
        StopReach::Group(group) => format!("the group `{group}` is stopped"),
    };
    format!("{reach}: {}", stop.why)
}

/// What a deed left behind besides its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Left {
    /// What was read, word by word.
    pub evidence: Option<String>,
    /// Words to keep about the step, by kind.
    pub words: Vec<(String, String)>,
    /// Who read the asset, when it was a look.
    pub read_by: Option<ObservedBy>,
    /// Whether the asset was started again, as far as the look read that.
    pub started: Started,
    /// What on the asset asks for a restart, as a clause; `None`: nothing that was read.
    pub asks: Option<String>,
}

/// The outcome of a deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    /// The plan.
    pub plan: PlanId,
    /// The step.
    pub step: u32,
    /// The deed, and the number of its attempt.
    pub deed: (Deed, u16),
    /// How it ended.
    pub outcome: Outcome,
    /// What it left behind.
    pub left: Left,
}

/// Most outcomes in one change.
const MOST_REPORTS: usize = 1_000;

/// Takes the outcome of a deed. One that comes after its attempt was given up is kept beside the step and changes nothing; a second
/// outcome of an attempt is none.
///
/// # Errors
/// [`AppError::NotFound`] for a step that the plan does not have; [`AppError::Store`], also for an attempt that nobody intended.
pub fn report(
    app: &App,
    plan: PlanId,
    number: u32,
    (deed, attempt): (Deed, u16),
    (outcome, left): (Outcome, Left),
) -> Result<StepRun, AppError> {
    let one = Report { plan, step: number, deed: (deed, attempt), outcome, left };
    let caller = Caller::system("deployment");
    let committed = app.store().change(&app.intent(&caller, "deployment.report", ""), |c| {
        let (before, after) = take_report(app, c, &one)?;
        c.plan_turned(plan)?;
        c.about("plan", plan);
        c.detail("step", json!(number));
        c.detail("deed", json!(deed.word()));
        c.detail("state", json!([before.state.word().word(), after.state.word().word()]));
        Ok::<_, AppError>(after)
    })?;
    Ok(committed.value)
}

/// What became of many outcomes.
#[must_use]
pub(crate) struct Reported {
    /// How many were given.
    given: u64,
    /// The places among them of those that could not be taken.
    pub(crate) refused: BTreeSet<usize>,
    /// Why the first of these could not.
    why: Option<AppError>,
}

impl Reported {
    /// How many were taken, or why one was not.
    pub(crate) fn all(self) -> Result<u64, AppError> {
        self.why.map_or(Ok(self.given), Err)
    }
}

/// Takes the outcomes of many deeds, up to a thousand of one plan in one change. Where one of them cannot be taken, those beside it
/// are taken one by one.
pub(crate) fn report_all(app: &App, reports: &[Report]) -> Reported {
    let mut by_plan: BTreeMap<PlanId, Vec<usize>> = BTreeMap::new();
    for (place, one) in reports.iter().enumerate() {
        by_plan.entry(one.plan).or_default().push(place);
    }
    let (mut refused, mut why) = (BTreeSet::new(), None);
    for (plan, places) in by_plan {
        for some in places.chunks(MOST_REPORTS) {
            if some.len() > 1 && report_some(app, plan, reports, some).is_ok() {
                continue;
            }
            for place in some {
                let one = &reports[*place];
                if let Err(trouble) =
                    report(app, plan, one.step, one.deed, (one.outcome.clone(), one.left.clone()))
                {
                    refused.insert(*place);
                    why.get_or_insert(trouble);
                }
            }
        }
    }
    Reported { given: reports.len() as u64, refused, why }
}

/// Takes outcomes of one plan in one change: all of them, or none.
fn report_some(app: &App, plan: PlanId, reports: &[Report], places: &[usize]) -> Result<(), AppError> {
    let caller = Caller::system("deployment");
    app.store().change(&app.intent(&caller, "deployment.report", ""), |c| {
        let mut told = Vec::with_capacity(places.len());
        for one in places.iter().map(|place| &reports[*place]) {
            let (before, after) = take_report(app, c, one)?;
            let states = [before.state.word().word(), after.state.word().word()];
            told.push(json!({"step": one.step, "deed": one.deed.0.word(), "state": states}));
        }
        c.plan_turned(plan)?;
        c.about("plan", plan);
        c.detail("steps", json!(told));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

/// Writes one outcome; gives the step before and after.
fn take_report(app: &App, c: &mut Change<'_>, one: &Report) -> Result<(StepRun, StepRun), AppError> {
    let run = find_step(c, one.plan, one.step)?;
    let (deed, attempt) = one.deed;
    let outcome = match &one.outcome {
        Outcome::Seen(seen) => {
            Outcome::Seen(run.with_start(seen.clone(), one.left.started, one.left.asks.as_deref()))
        }
        other => other.clone(),
    };
    let event = Event::Ended { deed, attempt, at: c.at(), outcome };
    if matches!(run.after(&event), Ok(Applied::Late(_))) {
        late::tell(app, c, (one, &run))?;
    }
    let after = c.put_step_event(one.plan, &run, &event, "Holdpoint", one.left.evidence.as_deref())?;
    if after != run {
        for (kind, body) in &one.left.words {
            c.say_of_step(one.plan, one.step, kind, ("Holdpoint", body))?;
        }
        if let (Outcome::Seen(_), Some(by)) = (&one.outcome, one.left.read_by) {
            c.put_observed_by(one.plan, one.step, by)?;
        }
        restarting::keep(c, one.plan, (&after, deed), one.left.asks.as_deref())?;
        verified::remember(c, one.plan, (&run, &after))?;
    }
    Ok((run, after))
}

/// What a step does next when a person's hand does it: its next event, or in words what it waits for.
pub(crate) fn offered(
    app: &App,
    c: &mut Change<'_>,
    plan: PlanId,
    number: u32,
) -> Result<Result<Event, String>, AppError> {
    let missing = || AppError::NotFound { noun: "plan", id: plan.to_string() };
    let line = c.change_plan(plan)?.ok_or_else(missing)?;
    let (whole, body) = whole(c, plan)?;
    let now = c.at();
    let gathered = facts::gather(app, c, (&line, &whole, &body), now)?;
    let mut facts = gathered.of(&whole, now);
    let asset = whole.steps.iter().find(|step| step.number == number).map(|step| step.asset);
    for step in facts.steps.iter_mut().filter(|step| step.run.number == number) {
        step.withheld.clear();
        // A person does not wait until the program would try again.
        step.run.last_failure = None;
    }
    for group in &mut facts.groups {
        group.out_now.retain(|out| Some(*out) != asset);
    }
    let turn = next_turn(&facts);
    if let Some((_, event)) = turn.events.into_iter().find(|(step, _)| *step == number) {
        return Ok(Ok(event));
    }
    let why = turn.waits.into_iter().find(|wait| wait.step == number).map(|wait| wait.why);
    Ok(Err(why.unwrap_or_else(|| "the step is over".to_owned())))
}

fn find_step(c: &mut Change<'_>, plan: PlanId, number: u32) -> Result<StepRun, AppError> {
    let missing = || AppError::NotFound { noun: "step", id: number.to_string() };
    c.step_run(plan, number)?.ok_or_else(missing)
}

/// Pauses a deployment, or lets it go on.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn pause(app: &App, caller: &Caller, id: &str, why: Option<&str>) -> Result<Deployment, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let action = if why.is_some() { "deployment.pause" } else { "deployment.go_on" };
    app.store().change(&app.intent(caller, action, why.unwrap_or_default()), |c| {
        let line = find_in(c, id, &reach)?;
        caller.require_at(Permission::WritePlans, Some(line.site))?;
        let by = accountable(caller)?;
        let missing = || AppError::NotFound { noun: "deployment", id: id.chars().take(64).collect() };
        c.plan_run(line.id)?.ok_or_else(missing)?;
        let words = why.map(|why| format!("{} has paused it: {why}", by.name));
        c.pause_plan(line.id, words.as_deref(), None)?;
        c.plan_turned(line.id)?;
        c.about("plan", line.id);
        Ok::<_, AppError>(())
    })?;
    show(app, caller, id)
}

/// Ends a deployment: what has not begun on an asset is ended, what is in work comes to its safe end. What a device was told to do and,
/// as far as was heard, has not begun, is taken back, and a person has it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason; [`AppError::Store`].
pub fn end(app: &App, caller: &Caller, id: &str, why: &str) -> Result<Deployment, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let why = why.trim();
    if why.is_empty() {
        return Err(crate::planning::invalid("reason", "a deployment is ended for a reason", "say why"));
    }
    let committed = app.store().change(&app.intent(caller, "deployment.end", why), |c| {
        let line = find_in(c, id, &reach)?;
        caller.require_at(Permission::WritePlans, Some(line.site))?;
        let by = accountable(caller)?;
        let missing = || AppError::NotFound { noun: "deployment", id: id.chars().take(64).collect() };
        c.plan_run(line.id)?.ok_or_else(missing)?;
        let (at, mut ended, mut taken) = (c.at(), Vec::new(), Vec::new());
        for (number, run) in c.step_runs(line.id)? {
            let offered = matches!(run.state, StepState::Installing(_)) && is_unbegun(c, line.id, number)?;
            if run.state.footing() != Footing::Untouched && !offered {
                continue;
            }
            let why = format!("{} has ended the deployment: {why}", by.name);
            taken.extend(crate::controllers::take_back_of_step(c, (line.id, number), &why)?);
            c.put_step_event(line.id, &run, &Event::Stopped { at, why }, &by.name, None)?;
            ended.push(number);
        }
        if ended.is_empty() {
            let what = format!("no step of plan {} waits to begin", line.number);
            return Err(conflict("nothing-to-end", what, "what is in work is ended step by step"));
        }
        c.plan_turned(line.id)?;
        c.about("plan", line.id);
        c.detail("steps", json!(ended));
        Ok::<_, AppError>(taken)
    })?;
    committed.value.into_iter().for_each(|taken| taken.written(app));
    show(app, caller, id)
}

/// Whether the device that a step's installation was handed to has, as far as was heard, not begun it.
fn is_unbegun(c: &mut Change<'_>, plan: PlanId, step: u32) -> Result<bool, AppError> {
    Ok(crate::controllers::is_untouched_by_device(c, plan, step)?
        || crate::agents::is_unbegun_by_device(c, plan, step)?)
}

/// Ends the plans of which every step is over: they hold no place any more, and say how they ended. Gives how many.
///
/// # Errors
/// [`AppError::Store`].
pub fn end_finished(app: &App) -> Result<usize, AppError> {
    let finished = app.store().read(|r| r.finished_runs())?;
    let caller = Caller::system("deployment");
    for plan in &finished {
        app.store().change(&app.intent(&caller, "plan.end", ""), |c| {
            let line = c.change_plan(*plan)?;
            let open = c.plan_run(*plan)?.is_none_or(|run| run.open_steps > 0);
            // A person may have begun a step again meanwhile.
            let Some(line) = line.filter(|line| line.state.word() == PlanWord::Released && !open) else {
                c.nothing_to_do();
                return Ok::<_, AppError>(());
            };
            let states = c.step_states(*plan)?;
            let count = |word: Ending| states.get(word.word()).copied().unwrap_or(0);
            let steps = Endings {
                done: count(Ending::Done),
                rolled_back: count(Ending::RolledBack),
                aborted: count(Ending::Aborted),
            };
            let state = line.state.clone().end(c.at(), steps).map_err(refused)?;
            c.move_plan(*plan, &state, &person(&caller), &steps.to_string())?;
            c.about("plan", *plan);
            c.detail("state", json!([line.state.word().word(), state.word().word()]));
            c.detail("steps", json!(steps.to_string()));
            Ok(())
        })?;
    }
    Ok(finished.len())
}

/// Most turns of one plan in one round: a step has fewer deeds, so a plan that still moves then is looked at in the next round.
const MOST_TURNS: usize = 64;

/// One round over all deployments: each has its turns until nothing moves at this moment, and what they hand out is done, one
/// after the other.
///
/// Gives how many deeds were done. What one deed fails at is its outcome and stops no other.
///
/// # Errors
/// [`AppError::Store`].
pub fn work(app: &App) -> Result<u64, AppError> {
    let mut done = 0;
    let plans = app.store().read(|r| r.open_runs())?;
    for plan in plans {
        for _ in 0..MOST_TURNS {
            let turned = turn(app, plan, usize::MAX)?;
            done += turned.hand_outs.len() as u64;
            let own = hand_over(app, turned.hand_outs)?;
            for hand_out in &own {
                carry_out(app, hand_out)?;
            }
            if turned.moved == 0 {
                break;
            }
        }
    }
    end_finished(app)?;
    Ok(done)
}

/// Hands over at once what the assets' own programs do; gives what is left for workers.
///
/// # Errors
/// [`AppError::Store`].
pub(crate) fn hand_over(app: &App, hand_outs: Vec<HandOut>) -> Result<Vec<HandOut>, AppError> {
    let (mut own, mut by_agents, mut by_controllers) = (Vec::new(), Vec::new(), Vec::new());
    for hand_out in hand_outs {
        match hand_out.by {
            Hand::Worker => own.push(hand_out),
            Hand::Agent => by_agents.push((hand_out.plan, hand_out.step)),
            Hand::Controller => by_controllers.push((hand_out.plan, hand_out.step)),
        }
    }
    crate::controllers::hand_over(app, &by_controllers)?;
    crate::agents::hand_over(app, &by_agents)?;
    Ok(own)
}

/// Whether anything of an asset's step is at a moment where people must look, for lists.
#[must_use]
pub fn wants_a_person(line: &StepLine, now: Moment) -> bool {
    line.state == "by_hand" || line.failed || line.deadline.is_some_and(|deadline| deadline < now)
}
