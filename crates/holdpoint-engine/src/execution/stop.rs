//! What is stopped: the plan by its thresholds, a patch by its failures, a group by the failure of one member.
//!
//! The surprise: a stop is worked out anew in each turn from what stands. It ends when a person has looked at the failure and
//! accepted it, not when somebody presses a button.

use holdpoint_domain::execution::{Ending, Footing, StepRun};
use std::collections::BTreeMap;

use super::facts::{PlanFacts, StepFacts};

/// Something that is stopped. What has begun comes to a safe end; nothing new begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// How far it reaches.
    pub reach: StopReach,
    /// Why, as a clause.
    pub why: String,
}

/// How far a stop reaches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum StopReach {
    /// The whole plan.
    Plan,
    /// A patch.
    Patch(String),
    /// A redundancy group.
    Group(String),
}

/// Everything that is stopped now.
pub fn stops(facts: &PlanFacts<'_>) -> Vec<Stop> {
    let mut found = Vec::new();
    let counted: BTreeMap<u32, &StepFacts> = facts
        .steps
        .iter()
        .filter(|step| !step.failure_accepted && step.run.has_failed())
        .map(|step| (step.run.number, step))
        .collect();
    for wave in &facts.plan.waves {
        let failed: Vec<u32> = wave.steps.iter().copied().filter(|n| counted.contains_key(n)).collect();
        if u32::try_from(failed.len()).unwrap_or(u32::MAX) > wave.failures_allowed {
            let why = format!(
                "{} wave {} of {} may have {} failures and has {}: step {}",
                wave.kind,
                wave.number,
                wave.patch,
                wave.failures_allowed,
                failed.len(),
                failed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            );
            found.push(Stop { reach: StopReach::Plan, why });
        }
    }
    let mut patches: BTreeMap<&str, u32> = BTreeMap::new();
    for planned in &facts.plan.steps {
        let here = u32::from(counted.contains_key(&planned.number));
        *patches.entry(planned.patch.as_str()).or_default() += here;
        if here == 1
            && let Some(group) = facts.group_of.get(&planned.asset)
        {
            let why = format!("step {} failed, and its asset belongs to the group", planned.number);
            found.push(Stop { reach: StopReach::Group(group.clone()), why });
        }
    }
    for (patch, here) in patches {
        let elsewhere = facts.failed_elsewhere.get(patch).copied().unwrap_or(0);
        let all = here.saturating_add(elsewhere);
        if all >= facts.limits.patch_failures.max(1) {
            let why = format!("{patch} failed {all} times, {elsewhere} of them in other plans");
            found.push(Stop { reach: StopReach::Patch(patch.to_owned()), why });
        }
    }
    found.sort_by(|one, other| one.reach.cmp(&other.reach));
    found
}

/// Whether a step ended well.
pub const fn is_done(run: &StepRun) -> bool {
    matches!(run.state.footing(), Footing::Over(Ending::Done))
}

/// Whether a step is over, or failed and a person lets the plan go on.
pub fn is_settled(run: &StepRun, accepted: bool) -> bool {
    match run.state.footing() {
        Footing::Over(_) => true,
        Footing::Untouched | Footing::InWork | Footing::Soaking => accepted && run.has_failed(),
    }
}
