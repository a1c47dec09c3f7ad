//! Deeds of deployments as orders to agents: what is intended becomes a signed order, what the agent tells becomes the outcome.
//!
//! The surprise: nothing here is done once and remembered. [`settle`] compares what steps wait for with the orders that exist
//! and the inventories that came, so a crash between an intent and its order, or between an event and its outcome, is made
//! good by the next look. An order's name follows from step, deed and attempt, so there is never a second one.

mod begin;
mod file;
mod job;
mod looks;
mod made;
mod script;
mod start;
mod withdraw;

pub(super) use file::all_places;
pub(crate) use file::{is_file, is_place};
pub(super) use job::{NO_WORK, command_of, other_versions};
pub(crate) use job::{PackagePatch, package_of};
pub(super) use script::all_checks;
pub(crate) use script::is_script;

use super::generation;
use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use crate::execution::{self, Left, Report, report_all};
use crate::plans::whole;
use begin::{renew, stop_shut};
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Attempt, Deed, ErrorClass, Outcome};
use holdpoint_domain::id::{AssetId, PlanId};
use holdpoint_domain::plan::{ChangePlan, PlannedStep};
use holdpoint_store::Reader;
use holdpoint_store::agent::{AgentLine, AgentOrder, OpenDeed};
use holdpoint_store::execution::Word;
use job::{Brings, Jobs};
use looks::{fresh_inventory, looked};
use made::issue;
use std::collections::{BTreeMap, HashMap, HashSet};
pub(crate) use withdraw::is_unbegun_by_device;
use withdraw::withdraw_orphans;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
/// So far ahead of its start an agent is told to ask often.
const AHEAD: i64 = 15 * MINUTE;
/// An inventory of the preflight is good for the backup for so long.
const FRESH: i64 = 10 * MINUTE;

/// Hands deeds over to the agents of their assets, however many there are. Gives how many steps moved.
///
/// # Errors
/// [`AppError::Store`]. What cannot be ordered is an outcome, not an error.
pub fn hand_over(app: &App, steps: &[(PlanId, u32)]) -> Result<u64, AppError> {
    if steps.is_empty() { Ok(0) } else { look_after(app, steps) }
}

/// One look at everything that agents have to do and have told. Gives how many steps moved.
///
/// # Errors
/// [`AppError::Store`]; [`AppError::File`] when the keys cannot be used.
pub fn settle(app: &App) -> Result<u64, AppError> {
    let now = app.now();
    let (seen, due, deeds) = reading(app, |r| {
        let due: HashSet<AssetId> = r.assets_due(now.plus_micros(AHEAD))?.into_iter().collect();
        Ok((generation(r)?, due, r.open_agent_deeds()?))
    })?;
    app.agents().seen_generation(seen);
    app.agents().put_due(due);
    // A plan is read whole for its deeds: those that nothing can move before the device tells something are left out.
    let (deeds, wait): (Vec<_>, Vec<_>) = deeds.into_iter().partition(can_move);
    wait.iter().for_each(|deed| app.agents().wish(deed.asset));
    let keys: Vec<(PlanId, u32)> = deeds.iter().map(|deed| (deed.plan, deed.step)).collect();
    let mut moved = look_after(app, &keys)?;
    moved += closed_orders(app)?;
    withdraw_orphans(app)?;
    stop_shut(app)?;
    renew(app)?;
    Ok(moved)
}

/// Whether a look at a deed can move it: one that waits for an inventory is moved by none that came long before it.
fn can_move(deed: &OpenDeed) -> bool {
    let looks = ["checking", "backing_up", "verifying", "rechecking", "verifying_undo"];
    !looks.contains(&deed.state.as_str())
        || deed.inventory_at.is_some_and(|came| came >= deed.since.plus_micros(-FRESH))
}

/// What is read of a step before its deed is looked after.
struct Facts {
    plan: PlanId,
    planned: PlannedStep,
    deed: Deed,
    attempt: Attempt,
    agent: AgentLine,
    orders: Vec<AgentOrder>,
    words: BTreeMap<String, String>,
    /// Until when the device may begin it by what the process says; `None`: it is not asked.
    good_until: Option<Moment>,
}

fn look_after(app: &App, keys: &[(PlanId, u32)]) -> Result<u64, AppError> {
    let mut wanted = Vec::new();
    let mut reports = Vec::new();
    let mut jobs = Jobs::new(app, app.now());
    let now = app.now();
    for facts in reading(app, |r| facts(r, keys, now))? {
        match facts.deed {
            Deed::Install | Deed::Restart | Deed::Undo => {
                let name = order_name(&facts);
                if !facts.orders.iter().any(|order| order.name == name) {
                    wanted.push(facts);
                }
            }
            Deed::Stage => reports.push(told(&facts, staged(app, &mut jobs, &facts)?)),
            Deed::Preflight | Deed::Backup | Deed::Verify | Deed::Recheck | Deed::VerifyUndo => {
                match fresh_inventory(app, &facts)? {
                    Some(seen) => {
                        if let Some(outcome) = looked(app, &mut jobs, &facts, &seen)? {
                            reports.push(told(&facts, outcome));
                        }
                    }
                    None => app.agents().wish(facts.agent.asset),
                }
            }
        }
    }
    let moved = report_all(app, &reports);
    issue(app, &wanted)?;
    moved.all()
}

fn facts(r: &mut Reader<'_>, keys: &[(PlanId, u32)], now: Moment) -> Result<Vec<Facts>, AppError> {
    let mut found = Vec::with_capacity(keys.len());
    let mut by_plan: HashMap<PlanId, Vec<u32>> = HashMap::new();
    for (plan, step) in keys {
        by_plan.entry(*plan).or_default().push(*step);
    }
    for (id, steps) in by_plan {
        let (plan, _): (ChangePlan, _) = whole(r, id)?;
        let mut runs = r.step_runs(id)?;
        let planned: HashMap<u32, &PlannedStep> = plan.steps.iter().map(|step| (step.number, step)).collect();
        let mut words: BTreeMap<u32, BTreeMap<String, String>> = BTreeMap::new();
        let mut permits: BTreeMap<u32, Word> = BTreeMap::new();
        for ((step, kind), word) in r.step_words(id)? {
            if kind == "permit" {
                permits.insert(step, word.clone());
            }
            words.entry(step).or_default().insert(kind, word.body);
        }
        let (asked, mut later) = (r.plan_checks(id)?, r.later_steps_of(id)?);
        let (agents, mut orders) = held_by(r, &plan, id, &steps)?;
        for step in steps {
            let (Some(planned), Some(run)) = (planned.get(&step), runs.remove(&step)) else { continue };
            let Some((deed, attempt)) = run.state.open_attempt() else { continue };
            let Some(agent) = agents.get(&planned.asset).cloned() else { continue };
            let orders = orders.remove(&step).unwrap_or_default();
            let mut words = words.remove(&step).unwrap_or_default();
            execution::know_later(&mut words, &later.remove(&step).unwrap_or_default());
            // The way back of what failed is held by nothing.
            let is_asked = deed != Deed::Undo || words.contains_key("back_wanted") && !run.is_faulted();
            let good_until =
                execution::good_until(permits.get(&step), &asked, (&plan, planned), now).filter(|_| is_asked);
            let planned = (*planned).clone();
            found.push(Facts { plan: id, planned, deed, attempt, agent, orders, words, good_until });
        }
    }
    Ok(found)
}

type Held = (HashMap<AssetId, AgentLine>, HashMap<u32, Vec<AgentOrder>>);

/// The agents and the orders of these steps: of one step by itself, of more in one statement for the plan.
fn held_by(r: &mut Reader<'_>, plan: &ChangePlan, id: PlanId, steps: &[u32]) -> Result<Held, AppError> {
    let (agents, orders) = match steps {
        [step] => {
            let asset = plan.steps.iter().find(|one| one.number == *step).map(|one| one.asset);
            let agent = asset.map(|asset| r.agent_of(asset)).transpose()?.flatten();
            (agent.into_iter().collect(), r.agent_orders_of_step(id, *step)?)
        }
        _ => (r.agents_of_open_steps(id)?, r.agent_orders_of_open_steps(id)?),
    };
    let mut by_step: HashMap<u32, Vec<AgentOrder>> = HashMap::new();
    for order in orders {
        if let Some(of) = &order.of {
            by_step.entry(of.step).or_default().push(order);
        }
    }
    Ok((agents.into_iter().map(|agent| (agent.asset, agent)).collect(), by_step))
}

fn name_of(plan: PlanId, step: u32, deed: Deed, attempt: u16) -> String {
    format!("{plan}.{step}.{}.{attempt}", deed.word())
}

fn order_name(facts: &Facts) -> String {
    name_of(facts.plan, facts.planned.number, facts.deed, facts.attempt.number)
}

/// The outcome of a deed.
fn told(facts: &Facts, (outcome, left): (Outcome, Left)) -> Report {
    let deed = (facts.deed, facts.attempt.number);
    Report { plan: facts.plan, step: facts.planned.number, deed, outcome, left }
}

fn unfit(what: impl Into<String>) -> Outcome {
    Outcome::Failed { class: ErrorClass::Unfit, what: what.into() }
}

/// The files are near when they are kept here and the approved image names them; the device fetches them with the order.
fn staged(app: &App, jobs: &mut Jobs, facts: &Facts) -> Result<(Outcome, Left), AppError> {
    let job = reading(app, |r| jobs.of(r, facts))?;
    Ok(match job {
        Ok(job) => {
            let version = job.image_version;
            let evidence = match &job.brings {
                Brings::Package(_, file) | Brings::File(_, file) => {
                    format!("{} is here, and image {version} names it", file.name)
                }
                Brings::Script(work) => {
                    format!("`{}` lies on the device, and image {version} says how it runs", work.run.script)
                }
            };
            (Outcome::Succeeded, Left { evidence: Some(evidence), ..Left::default() })
        }
        Err(outcome) => (outcome, Left::default()),
    })
}

/// Tells the steps of closed orders what became of them.
fn closed_orders(app: &App) -> Result<u64, AppError> {
    let closed = app.store().read(|r| r.unsettled_agent_orders())?;
    if closed.is_empty() {
        return Ok(0);
    }
    let caller = Caller::system("agents' orders");
    let (mut reports, mut of_report) = (Vec::new(), Vec::new());
    for (place, order) in closed.iter().enumerate() {
        if let Some(of) = &order.of
            && let Ok(deed) = of.deed.parse::<Deed>()
        {
            let evidence = app.store().read(|r| r.agent_events(&order.name))?;
            let lines: Vec<String> = evidence
                .iter()
                .map(|event| {
                    format!("{} {} {}: {} {}", event.at, event.part, event.outcome, event.rule, event.words)
                })
                .collect();
            let left = Left { evidence: Some(lines.join("\n")), ..Left::default() };
            let has_begun = evidence.iter().any(|event| event.outcome == "intended");
            let (outcome, deed) = (outcome_of(order, has_begun), (deed, of.attempt));
            reports.push(Report { plan: of.plan, step: of.step, deed, outcome, left });
            of_report.push(place);
        }
    }
    let told = report_all(app, &reports);
    let refused: HashSet<usize> = told.refused.iter().map(|place| of_report[*place]).collect();
    // Afterwards: an outcome that is told twice changes nothing, and one that is settled untold is lost.
    app.store().change(&app.intent(&caller, "agent.settle", ""), |c| {
        let mut settled = 0;
        for (_, order) in closed.iter().enumerate().filter(|(place, _)| !refused.contains(place)) {
            c.settle_agent_order(&order.name)?;
            c.about("order", &order.name);
            settled += 1;
        }
        if settled == 0 {
            c.nothing_to_do();
        }
        Ok::<_, AppError>(())
    })?;
    told.all()
}

/// What the agent reports, as the outcome of a deed. Nothing that nobody knows is taken for done or not done.
///
/// `has_begun`: it told that it was about to act. What it refused before that changed nothing, so there is nothing to go back from.
fn outcome_of(order: &AgentOrder, has_begun: bool) -> Outcome {
    let what = order.words.clone().unwrap_or_default();
    match order.outcome.as_deref().unwrap_or_default() {
        "done" => Outcome::Succeeded,
        // The agent closes an order in these ways only before its act.
        "stopped" => {
            let why = order.shut.as_deref().unwrap_or("another order said so");
            Outcome::NotBegun { what: format!("the device was told not to begin: {why}") }
        }
        "refused" if ["(too_late)", "(expired)"].iter().any(|rule| what.ends_with(rule)) => {
            Outcome::NotBegun { what: format!("the device did not begin in time: {what}") }
        }
        // A device that has seen the number and does not know the order has lost what it wrote down of it.
        "refused" if has_begun || what.ends_with("(counter_replayed)") => Outcome::Unknown {
            what: format!("the agent refuses it now and may have begun it before: {what}"),
        },
        "refused" => Outcome::Refused { what: format!("the agent says: {what}") },
        "not_done" if !has_begun => Outcome::Refused { what: format!("the agent says: {what}") },
        "not_done" => {
            Outcome::Failed { class: ErrorClass::Unfit, what: format!("the agent did not do it: {what}") }
        }
        "failed" => Outcome::Failed { class: ErrorClass::Broken, what: format!("the agent says: {what}") },
        _ => Outcome::Unknown { what: format!("the agent cannot tell: {what}") },
    }
}
