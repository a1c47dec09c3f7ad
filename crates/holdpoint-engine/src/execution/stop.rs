//! What is stopped: the plan by its thresholds, a patch by its failures, a group by the failure of one member.
//!
//! The surprise: a stop is worked out anew in each turn from what stands. It ends when a person has looked at the failure and
//! accepted it, not when somebody presses a button.

use holdpoint_domain::execution::{Ending, Footing, StepRun};
use holdpoint_domain::plan::{ChangePlan, Wave};
use std::collections::{BTreeMap, BTreeSet};

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
        let failed = counted.get(&planned.number);
        let faulted = failed.is_some_and(|step| step.run.is_faulted());
        *patches.entry(planned.patch.as_str()).or_default() += u32::from(faulted);
        if failed.is_some()
            && let Some(group) = facts.group_of.get(&planned.asset)
        {
            let why = format!("step {} failed, and its asset belongs to the group", planned.number);
            found.push(Stop { reach: StopReach::Group(group.clone()), why });
        }
    }
    for (patch, here) in patches {
        let elsewhere = facts.failed_elsewhere.get(patch).map_or(&[][..], Vec::as_slice);
        let all = here.saturating_add(u32::try_from(elsewhere.len()).unwrap_or(u32::MAX));
        if all >= facts.limits.patch_failures.max(1) {
            let why = format!("{patch} failed {all} times{}", named(elsewhere));
            found.push(Stop { reach: StopReach::Patch(patch.to_owned()), why });
        }
    }
    found.sort_by(|one, other| one.reach.cmp(&other.reach));
    found
}

/// Where the failures of other plans stand, so that a person can look at them and accept them there.
fn named(elsewhere: &[String]) -> String {
    const MOST: usize = 3;
    if elsewhere.is_empty() {
        return String::new();
    }
    let more = elsewhere.len().saturating_sub(MOST);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let some = elsewhere[..elsewhere.len().min(MOST)].join("; ");
    format!(
        ", {} of them in other plans ({some}{more}); whoever has looked at one accepts the failure there",
        elsewhere.len()
    )
}

/// What is not over before a step: the waves of its patch that come before its own. `None`: they are, and each has a step that
/// ended well.
///
/// `accepted` names the steps whose failure a person has accepted. A step of which nothing is known is not over.
#[must_use]
pub fn open_before(
    plan: &ChangePlan,
    runs: &BTreeMap<u32, StepRun>,
    accepted: &BTreeSet<u32>,
    number: u32,
) -> Option<String> {
    let own = plan.waves.iter().find(|wave| wave.steps.contains(&number))?;
    let mut before: Vec<&Wave> =
        plan.waves.iter().filter(|wave| wave.patch == own.patch && wave.number < own.number).collect();
    before.sort_by_key(|wave| wave.number);
    before.into_iter().find_map(|wave| {
        let run = |number: &u32| runs.get(number);
        let is_over =
            |number: &u32| run(number).is_some_and(|run| is_settled(run, accepted.contains(number)));
        let open = wave.steps.iter().filter(|number| !is_over(number)).count();
        if open > 0 {
            return Some(format!("wave {} of {} is not over: {open} steps are not", wave.number, wave.patch));
        }
        let good = wave.steps.iter().any(|number| run(number).is_some_and(is_done));
        (!good).then(|| format!("in wave {} of {} not one step ended well", wave.number, wave.patch))
    })
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
