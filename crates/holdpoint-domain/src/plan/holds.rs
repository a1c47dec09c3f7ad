//! Which hold points hold a step: one answer for the gate, the sheet, the page and whoever opens one.
//!
//! The surprise: a hold point between waves is written before one step and holds every step of that step's wave. Waves have no order
//! inside: their steps lie in windows of their own, and none of them may slip past while another one waits.

use super::{ChangePlan, HoldKind, PlannedHold};
use std::collections::BTreeMap;

/// A hold point with its number among those before the same step: with both it is named, opened and closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberedHold<'a> {
    /// Its number among the hold points before that step, from 1.
    pub number: u32,
    /// The hold point.
    pub hold: &'a PlannedHold,
}

impl ChangePlan {
    /// The hold points in the order of the plan, each with its number.
    #[must_use]
    pub fn numbered_holds(&self) -> Vec<NumberedHold<'_>> {
        let mut counted: BTreeMap<u32, u32> = BTreeMap::new();
        let mut numbered = Vec::with_capacity(self.holds.len());
        for hold in &self.holds {
            let number = counted.entry(hold.before).or_default();
            *number += 1;
            numbered.push(NumberedHold { number: *number, hold });
        }
        numbered
    }

    /// What holds each step until it is open. Steps that nothing holds are left out.
    #[must_use]
    pub fn holds_by_step(&self) -> BTreeMap<u32, Vec<NumberedHold<'_>>> {
        let mut wave_of: BTreeMap<u32, &[u32]> = BTreeMap::new();
        for wave in &self.waves {
            wave_of.extend(wave.steps.iter().map(|step| (*step, wave.steps.as_slice())));
        }
        let mut found: BTreeMap<u32, Vec<NumberedHold<'_>>> = BTreeMap::new();
        for numbered in self.numbered_holds() {
            let before = numbered.hold.before;
            let held = match numbered.hold.kind {
                HoldKind::Wave => wave_of.get(&before).copied(),
                HoldKind::Traces => None,
            };
            for step in held.unwrap_or(&[]) {
                found.entry(*step).or_default().push(numbered);
            }
            if !held.is_some_and(|held| held.contains(&before)) {
                found.entry(before).or_default().push(numbered);
            }
        }
        found
    }

    /// What holds one step until it is open.
    #[must_use]
    pub fn holds_of(&self, step: u32) -> Vec<NumberedHold<'_>> {
        self.holds_by_step().remove(&step).unwrap_or_default()
    }

    /// The steps that a hold point holds.
    #[must_use]
    pub fn held_by(&self, hold: &PlannedHold) -> Vec<u32> {
        let own = self.waves.iter().find(|wave| wave.steps.contains(&hold.before));
        match (hold.kind, own) {
            (HoldKind::Wave, Some(wave)) => wave.steps.clone(),
            (HoldKind::Wave | HoldKind::Traces, _) => vec![hold.before],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{HoldRole, Wave, WaveKind};
    use super::*;
    use crate::Moment;
    use crate::id::{PlanId, SiteId};

    fn hold(before: u32, kind: HoldKind) -> PlannedHold {
        PlannedHold { before, kind, evidence: "seen".into(), opened_by: HoldRole::Engineer }
    }

    fn wave(number: u32, steps: &[u32]) -> Wave {
        Wave {
            kind: WaveKind::Rollout,
            patch: "P".into(),
            number,
            steps: steps.to_vec(),
            soak_minutes: 1,
            failures_allowed: 0,
        }
    }

    #[test]
    fn a_hold_between_waves_holds_the_whole_wave_and_one_for_traces_its_step_alone() {
        let plan = ChangePlan {
            id: PlanId::from_bytes([1; 16]),
            site: SiteId::from_bytes([2; 16]),
            made_at: Moment::from_micros(0),
            steps: Vec::new(),
            waves: vec![wave(1, &[1]), wave(2, &[2, 3, 5]), wave(3, &[4, 6])],
            holds: vec![
                hold(2, HoldKind::Wave),
                hold(2, HoldKind::Traces),
                hold(3, HoldKind::Traces),
                hold(4, HoldKind::Wave),
                hold(9, HoldKind::Wave),
            ],
        };
        let named = |step: u32| -> Vec<(u32, u32, HoldKind)> {
            plan.holds_of(step).iter().map(|one| (one.hold.before, one.number, one.hold.kind)).collect()
        };
        assert_eq!(named(1), []);
        assert_eq!(named(2), [(2, 1, HoldKind::Wave), (2, 2, HoldKind::Traces)]);
        assert_eq!(named(3), [(2, 1, HoldKind::Wave), (3, 1, HoldKind::Traces)]);
        assert_eq!(named(5), [(2, 1, HoldKind::Wave)]);
        assert_eq!((named(4), named(6)), (vec![(4, 1, HoldKind::Wave)], vec![(4, 1, HoldKind::Wave)]));
        assert_eq!(named(9), [(9, 1, HoldKind::Wave)], "a step of no wave is held for itself");
        for numbered in plan.numbered_holds() {
            for step in plan.held_by(numbered.hold) {
                assert!(plan.holds_of(step).contains(&numbered), "both directions say the same");
            }
        }
    }
}
