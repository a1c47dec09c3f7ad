//! Deeds of deployments as actions of controllers, and what becomes of them.
//!
//! The surprise: a client of this kind can be told to install, and no more. It looks after its own fitness and its own
//! restart, it has no way back that we could order, and what it says of itself is all there is to see. So a plan for it needs
//! a way back by hand or a signed word that there is none, and the fresh look is what it says of itself *after* the work.

use super::talk::module_of;
use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use crate::execution::{HandOut, Left, report};
use crate::plans::whole;
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Attempt, Deed, ErrorClass, Observed, Outcome};
use holdpoint_domain::id::PlanId;
use holdpoint_domain::plan::{PlannedStep, WayBack};
use holdpoint_store::Reader;
use holdpoint_store::controller::{Controller, ControllerAction, NewAction};
use serde_json::json;
use std::collections::BTreeMap;

const MINUTE: i64 = 60_000_000;

/// Hands a deed over to the asset's controller. Gives how many steps moved.
///
/// # Errors
/// [`AppError::Store`].
pub fn hand_over(app: &App, hand_out: &HandOut) -> Result<u64, AppError> {
    look_after(app, hand_out.plan, hand_out.step)
}

/// One look at everything that controllers have to do and have told. Gives how many steps moved.
///
/// # Errors
/// [`AppError::Store`].
pub fn settle(app: &App) -> Result<u64, AppError> {
    let (deeds, closed) =
        app.store().read(|r| Ok((r.open_controller_deeds()?, r.unsettled_controller_actions()?)))?;
    let mut moved = 0;
    for (plan, step, _) in deeds {
        moved += look_after(app, plan, step)?;
    }
    let caller = Caller::system("controllers' actions");
    for action in closed {
        if let Some((plan, step, deed, attempt)) = &action.of
            && let Ok(deed) = deed.parse::<Deed>()
        {
            let told = app.store().read(|r| r.controller_statuses(action.number, 100))?;
            let line = |(at, status, messages): &(Moment, String, Vec<String>)| {
                format!("{at} {status}: {}", messages.join(" | "))
            };
            let lines: Vec<String> = told.iter().rev().map(line).collect();
            let left = Left { evidence: Some(lines.join("\n")), words: Vec::new() };
            report(app, *plan, *step, (deed, *attempt), (outcome_of(&action), left))?;
            moved += 1;
        }
        app.store().change(&app.intent(&caller, "controller.settle", ""), |c| {
            c.settle_controller_action(action.number)?;
            c.detail("action", json!(action.number));
            Ok::<_, AppError>(())
        })?;
    }
    Ok(moved)
}

fn outcome_of(action: &ControllerAction) -> Outcome {
    let what = action.words.clone().unwrap_or_default();
    match action.outcome.as_deref() {
        Some("finished") => Outcome::Succeeded,
        Some("error") => {
            Outcome::Failed { class: ErrorClass::Broken, what: format!("the device says: {what}") }
        }
        // Whether it had begun before it gave up, it does not say.
        _ => Outcome::Unknown { what: format!("the device gave it up: {what}") },
    }
}

struct Facts {
    plan: PlanId,
    planned: PlannedStep,
    deed: Deed,
    attempt: Attempt,
    one: Controller,
    action: Option<ControllerAction>,
    attributes: BTreeMap<String, String>,
    words: BTreeMap<String, String>,
    n_files: usize,
}

fn facts(r: &mut Reader<'_>, plan: PlanId, step: u32) -> Result<Option<Facts>, AppError> {
    let (body, _) = whole(r, plan)?;
    let Some(planned) = body.steps.iter().find(|one| one.number == step).cloned() else { return Ok(None) };
    let run = r.step_run(plan, step)?;
    let Some((deed, attempt)) = run.and_then(|run| run.state.open_attempt()) else { return Ok(None) };
    let Some(one) = r.controller_of(planned.asset)? else { return Ok(None) };
    let action = r.controller_action_of(plan, step, (deed.word(), attempt.number))?;
    let attributes = r.controller_attributes(one.number)?;
    let words = r.words_of_step(plan, step)?.into_iter().map(|(kind, word)| (kind, word.body)).collect();
    let n_files = r.patch_files(&planned.patch)?.len();
    Ok(Some(Facts { plan, planned, deed, attempt, one, action, attributes, words, n_files }))
}

fn unfit(what: impl Into<String>) -> Outcome {
    Outcome::Failed { class: ErrorClass::Unfit, what: what.into() }
}

fn look_after(app: &App, plan: PlanId, step: u32) -> Result<u64, AppError> {
    let Some(facts) = reading(app, |r| facts(r, plan, step))? else { return Ok(0) };
    let (part, version) = module_of(&facts.planned.patch);
    let mut left = Left::default();
    let outcome = match facts.deed {
        Deed::Stage if facts.n_files == 0 => {
            unfit(format!("no file of `{}` is kept here", facts.planned.patch))
        }
        Deed::Stage | Deed::Restart => Outcome::Succeeded,
        Deed::Preflight => {
            let before = facts.attributes.get(&part).cloned().unwrap_or_default();
            left.words.push(("before".into(), json!({ part.clone(): before }).to_string()));
            Outcome::Succeeded
        }
        Deed::Backup => match &facts.planned.way_back {
            WayBack::Automatic { .. } => unfit(
                "the plan promises an automatic way back, and this kind of client has none that can be ordered",
            ),
            WayBack::ByHand { .. } | WayBack::None { .. } => Outcome::Succeeded,
        },
        Deed::Undo => unfit("this kind of client goes no way back by order; a person has to"),
        Deed::Install => {
            if facts.action.is_none() {
                offer(app, &facts, &version)?;
            }
            return Ok(0);
        }
        Deed::Verify | Deed::Recheck | Deed::VerifyUndo => {
            if !app.controllers_has_told(facts.one.number, facts.attempt.intended_at) {
                return Ok(0);
            }
            let now = facts.attributes.get(&part).cloned();
            left.words.push(("after".into(), json!({ part.clone(): now }).to_string()));
            seen(&facts, (&part, &version), now)
        }
    };
    left.evidence = Some(format!("controller {}: {}", facts.one.name, json!(facts.attributes)));
    let deed = (facts.deed, facts.attempt.number);
    report(app, facts.plan, facts.planned.number, deed, (outcome, left))?;
    Ok(1)
}

/// What the device says of itself, beside what was promised and what it said before.
fn seen(facts: &Facts, (part, version): (&str, &str), now: Option<String>) -> Outcome {
    let before = facts.words.get("before").and_then(|text| {
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

fn offer(app: &App, facts: &Facts, version: &str) -> Result<(), AppError> {
    let caller = Caller::system("controllers' actions");
    app.store().change(&app.intent(&caller, "controller.action", ""), |c| {
        let of = (facts.plan, facts.planned.number, facts.deed.word().to_owned(), facts.attempt.number);
        if c.controller_action_of(of.0, of.1, (&of.2, of.3))?.is_some() {
            c.nothing_to_do();
            return Ok(());
        }
        let number = c.put_controller_action(&NewAction {
            controller: facts.one.number,
            of: Some(of),
            patch: facts.planned.patch.clone(),
            version: version.to_owned(),
            confirmation: "not_needed",
            starts_at: facts.attempt.intended_at.plus_micros(-MINUTE),
            ends_at: facts.attempt.deadline,
        })?;
        c.about("asset", &facts.one.tag);
        c.detail("controller", json!(facts.one.name));
        c.detail("action", json!(number));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}
