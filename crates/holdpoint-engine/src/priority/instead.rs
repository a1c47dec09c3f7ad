//! Which kinds of control would make a finding less pressing, each tried on the table.
//!
//! The surprise: what is listed is what the table says, not what suits the plant; whether a control can be made and holds is
//! for people, and it counts only once somebody has seen it working.

use super::{Case, rank};
use holdpoint_domain::Moment;
use holdpoint_domain::control::Control;
use holdpoint_domain::ranking::point::Outcome;
use holdpoint_domain::ranking::policy::Lane;
use holdpoint_domain::ranking::replacement::{ControlEffect, PointValue};

/// What a control would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ControlOption {
    /// Which.
    pub control: Control,
    /// The most that its decision point could be while it holds.
    pub cap: PointValue,
    /// The outcome then.
    pub outcome: Outcome,
    /// The lane then.
    pub lane: Lane,
    /// What somebody must see to call it verified.
    pub evidence: &'static str,
}

/// The controls that would lower the outcome, those that lower it most first.
#[must_use]
pub fn options(case: &Case<'_>) -> Vec<ControlOption> {
    let now = rank(case).outcome;
    let mut found = Vec::new();
    for control in Control::ALL {
        let Some(cap) = control.cap() else { continue };
        let mut controls = case.controls.to_vec();
        controls.push(ControlEffect {
            control: control.word().to_owned(),
            source: String::new(),
            cap,
            verified_at: case.at,
            until: Moment::OPEN,
        });
        let then = rank(&Case { controls: &controls, ..*case });
        if then.outcome < now {
            let (outcome, lane) = (then.outcome, then.lane);
            found.push(ControlOption { control: *control, cap, outcome, lane, evidence: control.evidence() });
        }
    }
    found.sort_by_key(|one| one.outcome);
    found
}
