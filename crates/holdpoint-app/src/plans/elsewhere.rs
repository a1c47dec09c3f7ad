//! What other plans have done, or hold, of the work that is asked for.
//!
//! The surprise: an inventory that nobody has renewed still lists as missing what was installed yesterday. What a look verified counts
//! until a look shows otherwise; then it is wanted again.

use super::gather::{OtherPlans, Request};
use super::words::plant_time;
use holdpoint_domain::Moment;
use holdpoint_domain::execution::StepStateWord;
use holdpoint_domain::id::AssetId;
use holdpoint_domain::plan::life::PlanWord;
use holdpoint_domain::window::ZoneName;
use holdpoint_store::plan::{KnownWork, Reserved};
use holdpoint_store::{Reader, StoreError};
use std::collections::HashMap;

/// Why work is not planned a second time, as a clause that follows "it waits".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Elsewhere {
    /// It was done, and a look showed it.
    Done(String),
    /// It stands in another plan, or is being done by one.
    Stands(String),
}

impl Elsewhere {
    /// The cause of waiting, as a word, and why.
    pub(super) fn as_wait(&self) -> (&'static str, String) {
        match self {
            Self::Done(why) => ("need", why.clone()),
            Self::Stands(why) => ("elsewhere", why.clone()),
        }
    }
}

/// By asset and patch.
pub(super) type ByWork = HashMap<(AssetId, String), Elsewhere>;

/// What stands in other plans of the site; empty when it is not asked for.
pub(super) fn elsewhere(
    r: &mut Reader<'_>,
    request: &Request<'_>,
    zone: &ZoneName,
) -> Result<ByWork, StoreError> {
    match request.others {
        OtherPlans::NotAsked => return Ok(ByWork::new()),
        OtherPlans::LeftOut => {}
    }
    let mut found = ByWork::new();
    for one in r.known_work(request.site)? {
        if Some(one.plan) == request.without[0] {
            continue;
        }
        if let Some(why) = judged(&one, request, zone) {
            found.insert((one.asset, one.patch), why);
        }
    }
    Ok(found)
}

fn judged(one: &KnownWork, request: &Request<'_>, zone: &ZoneName) -> Option<Elsewhere> {
    let number = one.plan_number;
    match one.state.parse::<StepStateWord>().ok()? {
        StepStateWord::Waiting
        | StepStateWord::Staging
        | StepStateWord::Staged
        | StepStateWord::Checking
        | StepStateWord::Checked
        | StepStateWord::BackingUp
        | StepStateWord::BackedUp => {
            // What the replaced plan has not begun is taken over.
            if Some(one.plan) == request.without[1] {
                return None;
            }
            let how = match (one.plan_state, request.reserved) {
                (PlanWord::Released, _) => "is released",
                (PlanWord::Submitted, Reserved::Asked) => "waits for release",
                (PlanWord::Submitted, Reserved::Released)
                | (
                    PlanWord::Draft
                    | PlanWord::Rejected
                    | PlanWord::Withdrawn
                    | PlanWord::Superseded
                    | PlanWord::Ended,
                    _,
                ) => return None,
            };
            Some(Elsewhere::Stands(format!("for plan {number}, in which it stands and which {how}")))
        }
        StepStateWord::Installing
        | StepStateWord::AwaitingRestart
        | StepStateWord::Restarting
        | StepStateWord::ToVerify
        | StepStateWord::Verifying
        | StepStateWord::Broken
        | StepStateWord::Undoing
        | StepStateWord::ToVerifyUndo
        | StepStateWord::VerifyingUndo
        | StepStateWord::ByHand => {
            Some(Elsewhere::Stands(format!("for plan {number}, by which it is in work")))
        }
        StepStateWord::Verified | StepStateWord::Rechecking | StepStateWord::Done => {
            let at = one.verified_at?;
            let stands = one.drifted_at.is_none_or(|drifted: Moment| drifted < at);
            let when = plant_time(zone, at);
            stands.then(|| Elsewhere::Done(format!("for nothing: plan {number} did it, verified {when}")))
        }
        StepStateWord::Aborted | StepStateWord::RolledBack => None,
    }
}
