//! Deeds of deployments as actions of controllers, and what becomes of them.
//!
//! The surprise: a client of this kind can be told to install, and no more. It looks after its own fitness and its own
//! restart, it makes no backup and has no way back that we could order, and what it says of itself is all there is to see. So
//! nobody here calls its preflight, backup and restart done: they are kept as not done by anyone. A plan for it needs a way
//! back by hand, with a person's word of where the backup lies, or a signed word that there is none; and the fresh look is what
//! it says of itself *after* the work.

use super::given::not_fetched;
use super::talk::module_of;
use super::{count_up, generation, taken_back};
use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use crate::execution::{Left, Report, UNFETCHED, report_all};
use crate::plans::whole;
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Attempt, Deed, ErrorClass, Observed, ObservedBy, Outcome, StepRun};
use holdpoint_domain::id::{AssetId, PlanId};
use holdpoint_domain::plan::{PlannedStep, WayBack};
use holdpoint_store::controller::{Controller, ControllerAction, ControllerDeed, NewAction};
use holdpoint_store::execution::Word;
use holdpoint_store::{Change, Reader};
use serde_json::json;
use std::collections::{BTreeMap, HashMap, HashSet};

const MINUTE: i64 = 60_000_000;
/// So many steps are read at once: what a device says of itself is kept in memory meanwhile.
const AT_ONCE: usize = 5_000;

/// Hands deeds over to the assets' controllers, however many there are. Gives how many steps moved.
///
/// # Errors
/// [`AppError::Store`].
pub fn hand_over(app: &App, steps: &[(PlanId, u32)]) -> Result<u64, AppError> {
    look_after(app, steps)
}

/// One look at everything that controllers have to do and have told. Gives how many steps moved.
///
/// # Errors
/// [`AppError::Store`].
pub fn settle(app: &App) -> Result<u64, AppError> {
    let (counted, deeds, closed) = reading(app, |r| {
        Ok((generation(r)?, r.open_controller_deeds()?, r.unsettled_controller_actions()?))
    })?;
    app.controllers().seen_generation(counted);
    let keys: Vec<(PlanId, u32)> =
        deeds.iter().filter(|deed| is_to_do(app, deed)).map(|deed| (deed.plan, deed.step)).collect();
    let moved = look_after(app, &keys)?;
    let moved = moved + settle_closed(app, &closed)?;
    taken_back::settle(app)?;
    Ok(moved)
}

/// Whether a look at a deed can move it: what a device has to say first is asked for, and not looked at before it came.
fn is_to_do(app: &App, deed: &ControllerDeed) -> bool {
    let waits = matches!(deed.state.as_str(), "verifying" | "rechecking" | "verifying_undo");
    !waits || app.controllers_has_told(deed.controller, deed.since)
}

/// Tells the steps of closed actions what became of them.
fn settle_closed(app: &App, closed: &[ControllerAction]) -> Result<u64, AppError> {
    if closed.is_empty() {
        return Ok(0);
    }
    let (mut reports, mut of_report) = (Vec::new(), Vec::new());
    for (place, action) in closed.iter().enumerate() {
        if let Some((plan, step, deed, attempt)) = &action.of
            && let Ok(deed) = deed.parse::<Deed>()
        {
            let told = app.store().read(|r| r.controller_statuses(action.number, 100))?;
            let line = |(at, status, messages): &(Moment, String, Vec<String>)| {
                format!("{at} {status}: {}", messages.join(" | "))
            };
            let lines: Vec<String> = told.iter().rev().map(line).collect();
            let mut left = Left { evidence: Some(lines.join("\n")), ..Left::default() };
            let missing = app.store().read(|r| not_fetched(r, action))?;
            let given = app.store().read(|r| r.controller_given(action.number))?;
            let fetched = given.iter().any(|given| !given.spans.is_empty());
            let (outcome, deed) = (outcome_of(action, &missing, fetched), (deed, *attempt));
            if action.outcome.as_deref() == Some("finished") && !missing.is_empty() {
                left.words.push((UNFETCHED.to_owned(), missing.join(", ")));
            }
            reports.push(Report { plan: *plan, step: *step, deed, outcome, left });
            of_report.push(place);
        }
    }
    let told = report_all(app, &reports);
    let refused: HashSet<usize> = told.refused.iter().map(|place| of_report[*place]).collect();
    // Afterwards: an outcome that is told twice changes nothing, and one that is settled untold is lost.
    let caller = Caller::system("controllers' actions");
    app.store().change(&app.intent(&caller, "controller.settle", ""), |c| {
        let mut settled = Vec::new();
        for (_, action) in closed.iter().enumerate().filter(|(place, _)| !refused.contains(place)) {
            c.settle_controller_action(action.number)?;
            settled.push(action.number);
        }
        if settled.is_empty() {
            c.nothing_to_do();
        }
        c.detail("actions", json!(settled));
        Ok::<_, AppError>(())
    })?;
    told.all()
}

/// A success of which this server knows that the device never had the files is no success: nobody knows what it installed.
fn outcome_of(action: &ControllerAction, missing: &[String], fetched: bool) -> Outcome {
    let what = action.words.clone().unwrap_or_default();
    match action.outcome.as_deref() {
        Some("finished") if missing.is_empty() => Outcome::Succeeded,
        Some("finished") => {
            let missing = missing.join(", ");
            Outcome::Unknown { what: format!("the device says success, but did not fetch {missing}") }
        }
        Some("error") => {
            Outcome::Failed { class: ErrorClass::Broken, what: format!("the device says: {what}") }
        }
        // It was taken back before it fetched anything, and says that it let it be.
        Some("canceled") if action.stop_at.is_some() && !fetched => {
            let why = action.shut.as_deref().unwrap_or("its gate has shut");
            Outcome::NotBegun { what: format!("the device was told not to begin: {why}") }
        }
        // Whether it had begun before it gave up, it does not say.
        _ => Outcome::Unknown { what: format!("the device gave it up: {what}") },
    }
}

/// What is read of a step before its deed is looked after.
struct Facts {
    plan: PlanId,
    planned: PlannedStep,
    deed: Deed,
    attempt: Attempt,
    one: Controller,
    attributes: BTreeMap<String, String>,
    /// What it said before the work, when the deed asks for it.
    before: Option<String>,
    /// Where its backup lies, as a person says, when the deed asks for it.
    backup: Option<Word>,
    has_file: bool,
}

fn facts(r: &mut Reader<'_>, keys: &[(PlanId, u32)]) -> Result<Vec<Facts>, AppError> {
    let mut by_plan: BTreeMap<PlanId, Vec<u32>> = BTreeMap::new();
    for (plan, step) in keys {
        by_plan.entry(*plan).or_default().push(*step);
    }
    let (mut found, mut files) = (Vec::with_capacity(keys.len()), HashMap::new());
    for (plan, steps) in by_plan {
        let (body, _) = whole(r, plan)?;
        let planned: HashMap<u32, &PlannedStep> = body.steps.iter().map(|one| (one.number, one)).collect();
        let (mut runs, controllers) = of_steps(r, plan, &steps, &planned)?;
        for step in steps {
            let (Some(planned), Some(run)) = (planned.get(&step), runs.remove(&step)) else { continue };
            let Some((deed, attempt)) = run.state.open_attempt() else { continue };
            let Some(one) = controllers.get(&planned.asset).cloned() else { continue };
            let (attributes, before) = said(r, (plan, step), &one, deed)?;
            let by_person = deed == Deed::Backup && matches!(planned.way_back, WayBack::ByHand { .. });
            let backup = if by_person { r.words_of_step(plan, step)?.remove("backup") } else { None };
            let has_file = match files.get(&planned.patch) {
                Some(has) => *has,
                None => {
                    let has = !r.patch_files(&planned.patch)?.is_empty();
                    files.insert(planned.patch.clone(), has);
                    has
                }
            };
            let planned = (*planned).clone();
            found.push(Facts { plan, planned, deed, attempt, one, attributes, before, backup, has_file });
        }
    }
    Ok(found)
}

type OfSteps = (BTreeMap<u32, StepRun>, HashMap<AssetId, Controller>);

/// How steps stand, and the controllers of their assets: of one step by itself, of more in one statement for the plan.
fn of_steps(
    r: &mut Reader<'_>,
    plan: PlanId,
    steps: &[u32],
    planned: &HashMap<u32, &PlannedStep>,
) -> Result<OfSteps, AppError> {
    let (runs, all) = match steps {
        [step] => {
            let run = r.step_run(plan, *step)?.map(|run| (*step, run));
            let asset = planned.get(step).map(|one| one.asset);
            let one = asset.map(|asset| r.controller_of(asset)).transpose()?.flatten();
            (run.into_iter().collect(), one.into_iter().collect())
        }
        _ => (r.step_runs(plan)?, r.controllers_of_open_steps(plan)?),
    };
    let mut by_asset = HashMap::new();
    for one in all {
        if let Some(asset) = one.asset {
            by_asset.entry(asset).or_insert(one);
        }
    }
    Ok((runs, by_asset))
}

/// What a device says of itself, and what it said before the work, where the deed asks for it.
fn said(
    r: &mut Reader<'_>,
    (plan, step): (PlanId, u32),
    one: &Controller,
    deed: Deed,
) -> Result<(BTreeMap<String, String>, Option<String>), AppError> {
    match deed {
        Deed::Stage | Deed::Backup | Deed::Install | Deed::Restart | Deed::Undo => {
            Ok((BTreeMap::new(), None))
        }
        Deed::Preflight => Ok((r.controller_attributes(one.number)?, None)),
        Deed::Verify | Deed::Recheck | Deed::VerifyUndo => {
            let before = r.words_of_step(plan, step)?.remove("before").map(|word| word.body);
            Ok((r.controller_attributes(one.number)?, before))
        }
    }
}

fn impossible(what: &str) -> Outcome {
    Outcome::Failed { class: ErrorClass::Impossible, what: what.to_owned() }
}

fn unfit(what: impl Into<String>) -> Outcome {
    Outcome::Failed { class: ErrorClass::Unfit, what: what.into() }
}

fn look_after(app: &App, keys: &[(PlanId, u32)]) -> Result<u64, AppError> {
    let mut moved = 0;
    for some in keys.chunks(AT_ONCE) {
        let (mut offers, mut reports) = (Vec::new(), Vec::new());
        for facts in reading(app, |r| facts(r, some))? {
            if facts.deed == Deed::Install {
                offers.push(facts);
            } else if let Some((outcome, left)) = looked(app, &facts) {
                let (step, deed) = (facts.planned.number, (facts.deed, facts.attempt.number));
                reports.push(Report { plan: facts.plan, step, deed, outcome, left });
            }
        }
        offer(app, &offers)?;
        moved += report_all(app, &reports).all()?;
    }
    Ok(moved)
}

/// The outcome of a deed that is no installation; `None`: the device has not told yet.
fn looked(app: &App, facts: &Facts) -> Option<(Outcome, Left)> {
    let (part, version) = module_of(&facts.planned.patch);
    let mut left = Left::default();
    let outcome = match facts.deed {
        Deed::Stage if !facts.has_file => unfit(format!("no file of `{}` is kept here", facts.planned.patch)),
        Deed::Stage => Outcome::Succeeded,
        Deed::Restart => not_done("the device restarts by itself when it has to, and nobody here saw it"),
        Deed::Preflight => {
            let before = facts.attributes.get(&part).cloned().unwrap_or_default();
            left.words.push(("before".into(), json!({ part.clone(): before }).to_string()));
            not_done("a device of this kind looks after its own fitness, and nobody here looked at it")
        }
        Deed::Backup => match &facts.planned.way_back {
            WayBack::Automatic { .. } => impossible(
                "the plan promises an automatic way back, and this kind of client has none that can be ordered",
            ),
            WayBack::ByHand { .. } => told_backup(facts.backup.as_ref(), &mut left),
            WayBack::None { signed_by, reason } => not_done(&format!(
                "nobody made one: {signed_by} has signed that there is no way back: {reason}"
            )),
        },
        Deed::Undo => impossible("this kind of client goes no way back by order; a person has to"),
        Deed::Install => return None,
        Deed::Verify | Deed::Recheck | Deed::VerifyUndo => {
            if !app.controllers_has_told(facts.one.number, facts.attempt.intended_at) {
                return None;
            }
            let now = facts.attributes.get(&part).cloned();
            left.words.push(("after".into(), json!({ part.clone(): now }).to_string()));
            seen(facts, (&part, &version), now)
        }
    };
    let said = left.evidence.take().map(|text| format!("; {text}")).unwrap_or_default();
    left.read_by = Some(ObservedBy::Device);
    left.evidence = Some(match facts.deed {
        Deed::Stage if facts.has_file => format!("the files of `{}` are kept here", facts.planned.patch),
        Deed::Preflight | Deed::Verify | Deed::Recheck | Deed::VerifyUndo => {
            format!("controller {}, by its own word: {}", facts.one.name, json!(facts.attributes))
        }
        Deed::Stage | Deed::Backup | Deed::Install | Deed::Restart | Deed::Undo => {
            format!("controller {}{said}", facts.one.name)
        }
    });
    Some((outcome, left))
}

fn not_done(what: &str) -> Outcome {
    Outcome::NotDone { what: what.to_owned() }
}

/// A backup that a person made and says where it lies.
fn told_backup(word: Option<&Word>, left: &mut Left) -> Outcome {
    let Some(word) = word else { return unfit("nobody has said where its backup lies") };
    left.evidence = Some(format!("as {} said at {}, and nobody else saw: {}", word.by, word.at, word.body));
    Outcome::Succeeded
}

/// What the device says of itself, beside what was promised and what it said before.
fn seen(facts: &Facts, (part, version): (&str, &str), now: Option<String>) -> Outcome {
    let before = facts.before.as_ref().and_then(|text| {
        let value: serde_json::Value = serde_json::from_str(text).ok()?;
        value[part].as_str().map(str::to_owned)
    });
    match now {
        None => {
            let what = format!("the device says nothing of `{part}`, so nobody can see which version it has");
            Outcome::Seen(Observed::Otherwise { what })
        }
        Some(now) if now == version => Outcome::Seen(Observed::AsPromised),
        Some(now) if Some(&now) == before.as_ref() => Outcome::Seen(Observed::AsBefore),
        Some(now) => {
            let what = format!("the device says `{part}` is at {now}, and {version} was promised");
            Outcome::Seen(Observed::Otherwise { what })
        }
    }
}

/// Makes actions of installations that have none yet, in one change.
fn offer(app: &App, wanted: &[Facts]) -> Result<(), AppError> {
    if wanted.is_empty() {
        return Ok(());
    }
    let caller = Caller::system("controllers' actions");
    let committed = app.store().change(&app.intent(&caller, "controller.action", ""), |c| {
        let mut made = Vec::new();
        for facts in wanted {
            if let Some(number) = offer_one(c, facts)? {
                c.about("asset", &facts.one.tag);
                made.push((number, facts.one.number));
            }
        }
        match made.as_slice() {
            [] => {
                c.nothing_to_do();
                return Ok::<_, AppError>(None);
            }
            [one] => c.detail("action", json!(one.0)),
            [first, .., last] => c.detail("actions", json!({ "from": first.0, "to": last.0 })),
        }
        Ok(Some((count_up(c)?, made)))
    })?;
    if let Some((generation, made)) = committed.value {
        app.controllers().counted(generation, made.into_iter().map(|(_, controller)| controller));
    }
    Ok(())
}

/// The number of the action that was made; `None`: it was there.
fn offer_one(c: &mut Change<'_>, facts: &Facts) -> Result<Option<i64>, AppError> {
    let of = (facts.plan, facts.planned.number, facts.deed.word().to_owned(), facts.attempt.number);
    if c.controller_action_of(of.0, of.1, (&of.2, of.3))?.is_some() {
        return Ok(None);
    }
    Ok(Some(c.put_controller_action(&NewAction {
        controller: facts.one.number,
        of: Some(of),
        patch: facts.planned.patch.clone(),
        version: module_of(&facts.planned.patch).1,
        confirmation: "not_needed",
        starts_at: facts.attempt.intended_at.plus_micros(-MINUTE),
        ends_at: facts.attempt.deadline,
    })?))
}
