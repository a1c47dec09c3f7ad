//! Which decision points rise or fall when a finding is ranked by other rules.
//!
//! The surprise: facts stay as they are; what changes is how an unknown one counts, and how safety and mission make one
//! point. So a point can rise without anybody having said anything new.

use super::{Answer, Case, answer_for, spans};
use holdpoint_domain::ranking::policy::RankingPolicy;

/// A decision point that counts as something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PointChange {
    /// The point, as people call it.
    pub point: &'static str,
    /// What it counts as by the rules of before.
    pub from: &'static str,
    /// What it counts as by the others.
    pub to: &'static str,
    /// Whether it presses more.
    pub rises: bool,
}

/// The points of a finding that count as something else by the case's rules than by those of before, and the outcome.
#[must_use]
pub fn changes(case: &Case<'_>, before: &RankingPolicy) -> Vec<PointChange> {
    let (old, new) = (answer_for(spans(case), before), answer_for(spans(case), case.policy));
    let pairs = counted(&old).into_iter().zip(counted(&new));
    let changed = pairs.filter(|((_, _, old), (_, _, new))| old != new);
    changed
        .map(|((point, from, old), (_, to, new))| PointChange { point, from, to, rises: new > old })
        .collect()
}

/// Each point with its value and how high that is.
fn counted(answer: &Answer) -> [(&'static str, &'static str, usize); 7] {
    let single = answer.counted.spans;
    let (exploitation, exposure) = (single.exploitation.highest(), single.exposure.highest());
    let (automatable, safety) = (single.automatable.highest(), single.safety.highest());
    let (mission, impact) = (single.mission.highest(), answer.counted.impact);
    [
        ("exploitation", exploitation.word(), exploitation as usize),
        ("exposure", exposure.word(), exposure as usize),
        ("automatable", automatable.word(), automatable as usize),
        ("safety impact", safety.word(), safety as usize),
        ("mission impact", mission.word(), mission as usize),
        ("human impact", impact.word(), impact as usize),
        ("outcome", answer.outcome.word(), answer.outcome as usize),
    ]
}
