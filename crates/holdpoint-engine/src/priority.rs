//! Priority: from what is known of a vulnerability and of an asset to an outcome, a lane, a day, and the reasons.
//!
//! Lives here: the row of the table that answers ([`rank`]), the number that orders within an outcome ([`order`]), the clocks
//! ([`clocks`]), the gate that says how and when ([`gate`]), what can be done instead ([`instead`]), what facts give which
//! value ([`evidence`]), and the answered questions for a reader ([`explain`](explain::explain)). Does not live here: the tables (`domain::ranking`), and keeping
//! anything. The surprise: ranking costs a few look-ups, so a whole fleet is ranked anew rather than patched up.

pub mod clocks;
pub mod evidence;
pub mod explain;
pub mod gate;
pub mod instead;
pub mod order;
pub mod points;

#[cfg(test)]
mod tests;

use holdpoint_domain::Moment;
use holdpoint_domain::clock::ClockKind;
use holdpoint_domain::policy::{Category, CyclePhase};
use holdpoint_domain::ranking::fact::{AssetFacts, Kev, VulnerabilityFacts};
use holdpoint_domain::ranking::point::{
    Automatable, Exploitation, HumanImpact, Mission, Outcome, Point, Possible, Safety,
};
use holdpoint_domain::ranking::policy::{Lane, LaneRule, RankingPolicy, Unknowns};
use holdpoint_domain::ranking::replacement::{ControlEffect, Override, Spans};
use holdpoint_domain::ranking::table::{deployer, deployer_span};
use holdpoint_domain::site::Exposure;
use jiff::civil::Date;

/// How far the work on a finding has come, for the clocks that ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Since when the finding is known here.
    pub opened: Date,
    /// When somebody evaluated it.
    pub evaluated: Option<Date>,
    /// When it was planned or mitigated.
    pub planned: Option<Date>,
    /// Since when what was planned or mitigated does not hold any more; it counts while nothing is planned.
    pub again: Option<Date>,
    /// Which round of regular patching its fix falls into.
    pub round: Round,
}

/// Which round of regular patching the fix of a finding falls into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// No cycle was published for the site, or it gives no further round.
    None,
    /// The rules deal with such a fix outside the cycle.
    Outside(Category),
    /// The first that begins on the day of the finding or later.
    In(CyclePhase),
}

impl Round {
    /// The last day of the round, for work that goes by it: what is done in the next window.
    #[must_use]
    pub fn binds(self, lane: Lane) -> Option<CyclePhase> {
        match (self, lane) {
            (Self::In(phase), Lane::NextWindow) => Some(phase),
            (Self::In(_), Lane::Accept | Lane::NextOutage | Lane::Now)
            | (Self::None | Self::Outside(_), _) => None,
        }
    }
}

/// One finding with all that its ranking rests on.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// What is known of the vulnerability.
    pub vulnerability: &'a VulnerabilityFacts,
    /// What is known of the asset.
    pub asset: &'a AssetFacts,
    /// People's words on points; the last that holds wins.
    pub overrides: &'a [Override],
    /// Controls, holding or not.
    pub controls: &'a [ControlEffect],
    /// The site's rules.
    pub policy: &'a RankingPolicy,
    /// How far the work has come.
    pub progress: Progress,
    /// The moment at which overrides and controls must hold.
    pub at: Moment,
}

/// What a ranking comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    /// The outcome, with unknown inputs counted as the policy says.
    pub outcome: Outcome,
    /// Every outcome that is possible.
    pub range: Possible<Outcome>,
    /// When it is to be dealt with.
    pub lane: Lane,
    /// The number that orders within an outcome: the higher, the earlier.
    pub order: i64,
    /// The earliest day on which a clock runs out, and which clock.
    pub due: Option<(Date, ClockKind)>,
}

/// Ranks one finding.
#[must_use]
pub fn rank(case: &Case<'_>) -> Ranked {
    let answer = answer(case);
    Ranked {
        outcome: answer.outcome,
        range: answer.range,
        lane: answer.rule.lane,
        order: order::number(case, answer.spans.exposure),
        due: clocks::earliest(case, &answer),
    }
}

/// The five inputs as single values, and the two human ones as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) spans: Spans,
    pub(crate) impact: HumanImpact,
}

/// The row that answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    /// What is possible of each input, after controls and people.
    pub(crate) spans: Spans,
    /// What each counts as.
    pub(crate) counted: Counted,
    pub(crate) outcome: Outcome,
    pub(crate) range: Possible<Outcome>,
    pub(crate) rule: LaneRule,
}

/// Reads the row of the table. What is exploited goes to acceptance by the facts and by the controls of an exemption, never
/// by people's words on its points.
pub(crate) fn answer(case: &Case<'_>) -> Answer {
    let answer = answer_for(spans(case), case.policy);
    if held_back(case, &answer) { Answer { rule: case.policy.least_work(), ..answer } } else { answer }
}

/// Whether words alone would put something that is exploited to acceptance.
pub(crate) fn held_back(case: &Case<'_>, answer: &Answer) -> bool {
    let exploited = matches!(case.vulnerability.kev, Kev::Listed { .. })
        || case.vulnerability.exploitation.possible.known() == Some(Exploitation::Active);
    exploited
        && case.policy.rule_within(answer.outcome, answer.range).lane == Lane::Accept
        && case.overrides.iter().any(|word| word.holds(case.at))
        && answer_for(controlled(case), case.policy).rule.lane != Lane::Accept
}

/// The row for these inputs.
pub(crate) fn answer_for(spans: Spans, policy: &RankingPolicy) -> Answer {
    let range = deployer_span(
        spans.exploitation,
        spans.exposure,
        spans.automatable,
        policy.human_impact.span(spans.safety, spans.mission),
    );
    let counted = counted(spans, policy);
    let single = counted.spans;
    let outcome = deployer(
        single.exploitation.highest(),
        single.exposure.highest(),
        single.automatable.highest(),
        counted.impact,
    );
    Answer { spans, counted, outcome, range, rule: policy.rule_within(outcome, range) }
}

/// What is possible of each input: the facts, held down by controls, replaced by people.
fn spans(case: &Case<'_>) -> Spans {
    let words = case.overrides.iter().filter(|word| word.holds(case.at));
    words.fold(controlled(case), |spans, word| {
        if is_contradicted(case, word) { spans.raised(word.value) } else { spans.said(word) }
    })
}

/// Whether a word denies an exploitation that KEV lists. It lowers nothing, however many have confirmed it.
pub(crate) fn is_contradicted(case: &Case<'_>, word: &Override) -> bool {
    matches!(case.vulnerability.kev, Kev::Listed { .. }) && word.value.denies_exploitation()
}

/// What the facts say, held down by controls.
fn controlled(case: &Case<'_>) -> Spans {
    let held = case.controls.iter().filter(|control| control.holds(case.at));
    held.fold(facts(case), |spans, control| spans.capped(control.cap))
}

/// What the facts alone say.
pub(crate) fn facts(case: &Case<'_>) -> Spans {
    Spans {
        exploitation: case.vulnerability.exploitation.possible,
        exposure: case.asset.exposure.possible,
        automatable: case.vulnerability.automatable.possible,
        safety: evidence::safety(case.vulnerability, case.asset),
        mission: case.asset.criticality.mission(),
    }
}

/// Makes one value of each span, as the policy says.
fn counted(spans: Spans, policy: &RankingPolicy) -> Counted {
    let single = match policy.unknowns {
        Unknowns::Worst => Spans {
            exploitation: Possible::exactly(spans.exploitation.highest()),
            exposure: Possible::exactly(spans.exposure.highest()),
            automatable: Possible::exactly(spans.automatable.highest()),
            safety: Possible::exactly(spans.safety.highest()),
            mission: Possible::exactly(spans.mission.highest()),
        },
        Unknowns::Standard => Spans {
            exploitation: Possible::exactly(spans.exploitation.highest()),
            exposure: nearest(spans.exposure, Exposure::Open),
            automatable: nearest(spans.automatable, Automatable::Yes),
            safety: nearest(spans.safety, Safety::Marginal),
            mission: nearest(spans.mission, Mission::SupportCrippled),
        },
    };
    let impact = policy.human_impact.human_impact(single.safety.highest(), single.mission.highest());
    Counted { spans: single, impact }
}

/// The value of a span that lies nearest to a default.
fn nearest<T: Point>(span: Possible<T>, default: T) -> Possible<T> {
    Possible::exactly(default.clamp(span.lowest(), span.highest()))
}
