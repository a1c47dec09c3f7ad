//! What people are told and asked before a piece of work, by its profile.
//!
//! The surprise: it is asked when a plan is begun, in the same words that a person could say about a step. What somebody writes
//! into a profile later asks nothing of a plan that is under way.

use super::invalid;
use crate::approval::refused;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use holdpoint_domain::id::PlanId;
use holdpoint_domain::plan::ChangePlan;
use holdpoint_domain::plan::ground::{Asked, WorkAsks, WorkNotice};
use holdpoint_domain::signature::written;
use holdpoint_engine::planning::{WorkKind, known_duration};
use holdpoint_store::{Change, Reader};
use serde::{Deserialize, Serialize};

/// The kind of the word that is told at the asset.
pub(crate) const NOTICE: &str = "notice";
/// The kind of the word that says what people there may do about it.
pub(crate) const NOTICE_TERMS: &str = "notice_terms";
/// Who asks when a plan is begun.
const BY: &str = "Holdpoint";

/// What people at the asset may do, as it is kept about a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Terms {
    /// How often they may put it off.
    pub postpone_at_most: u8,
    /// For how many minutes each time.
    pub postpone_minutes: u32,
    /// Whether somebody there has to say yes.
    pub confirm: bool,
}

/// The terms of a notice as they were kept; `None`: they cannot be read.
pub(crate) fn read_terms(body: &str) -> Option<Terms> {
    serde_json::from_str(body).ok()
}

/// Refuses words and numbers that cannot be.
pub(super) fn checked(asks: &WorkAsks) -> Result<WorkAsks, AppError> {
    let Some(notice) = &asks.notice else { return Ok(asks.clone()) };
    let message = written("message to the operator", &notice.message).map_err(refused)?;
    if message.chars().count() > 500 {
        return Err(invalid("message", "a message has at most 500 characters", "write less"));
    }
    let fits = notice.postpone_at_most <= 20 && (1..=24 * 60).contains(&notice.postpone_minutes);
    if notice.postpone_at_most > 0 && !fits {
        let what = "work is put off 20 times at most, for 1 minute to a day each time";
        return Err(invalid("postpone", what, "write numbers in that range"));
    }
    Ok(WorkAsks { notice: Some(WorkNotice { message, ..notice.clone() }), ..asks.clone() })
}

/// Asks what the profiles of a plan's work ask, when it is begun. Where an agent serves the asset, people are asked at the device;
/// elsewhere the operator is asked here.
pub(crate) fn ask_at_begin(c: &mut Change<'_>, plan: &ChangePlan) -> Result<(), AppError> {
    let all = by_profile(c, plan)?;
    if all.is_empty() {
        return Ok(());
    }
    let served = c.steps_served(plan.id)?;
    for (step, asks) in all {
        ask(c, (plan.id, step), &asks, served.by_agent.contains(&step))?;
    }
    Ok(())
}

/// The steps whose work the process has to permit by a person's word: as it was asked when the plan was begun, and before that as the
/// profiles say now.
pub(crate) fn permits_asked(r: &mut Reader<'_>, plan: &ChangePlan) -> Result<Vec<u32>, AppError> {
    if r.plan_run(plan.id)?.is_some() {
        let words = r.step_words(plan.id)?;
        return Ok(words.into_keys().filter(|(_, kind)| kind == "permit").map(|(step, _)| step).collect());
    }
    let all = by_profile(r, plan)?;
    Ok(all.into_iter().filter(|(_, asks)| asks.permit == Asked::Yes).map(|(step, _)| step).collect())
}

/// What the profiles of a plan's work ask, by step; steps of which they ask nothing are left out.
fn by_profile(r: &mut Reader<'_>, plan: &ChangePlan) -> Result<Vec<(u32, WorkAsks)>, AppError> {
    let profiles = r.work_profiles()?;
    let mut found = Vec::new();
    if profiles.iter().all(|profile| profile.asks == WorkAsks::default()) {
        return Ok(found);
    }
    for step in &plan.steps {
        let Some(asset) = r.asset(step.asset, Moment::OPEN)? else { continue };
        let work = WorkKind {
            patch: &step.patch,
            kind: asset.asset.value(Field::Kind).and_then(|word| word.parse().ok()),
            product: asset.asset.value(Field::Product).unwrap_or_default(),
        };
        let Some(profile) = known_duration(&profiles, &[], work, 1).profile else { continue };
        if profile.asks != WorkAsks::default() {
            found.push((step.number, profile.asks.clone()));
        }
    }
    Ok(found)
}

fn ask(
    c: &mut Change<'_>,
    (plan, step): (PlanId, u32),
    asks: &WorkAsks,
    by_agent: bool,
) -> Result<(), AppError> {
    if asks.permit == Asked::Yes {
        c.say_of_step(plan, step, "permit", (BY, "asked"))?;
    }
    let Some(notice) = &asks.notice else { return Ok(()) };
    let terms = Terms {
        postpone_at_most: notice.postpone_at_most,
        postpone_minutes: notice.postpone_minutes,
        confirm: notice.confirmation == Asked::Yes,
    };
    c.say_of_step(plan, step, NOTICE, (BY, &notice.message))?;
    let text = serde_json::to_string(&terms).expect("numbers have a JSON form");
    c.say_of_step(plan, step, NOTICE_TERMS, (BY, &text))?;
    if terms.confirm && !by_agent {
        c.say_of_step(plan, step, "operator", (BY, "asked"))?;
    }
    Ok(())
}
