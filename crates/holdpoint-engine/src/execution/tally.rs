//! What the steps of a plan take together: assets in work, members of groups, places in windows, waves that are not over.
//!
//! The surprise: it is counted once a turn and carried along, because a plan can have a hundred thousand steps.

use holdpoint_domain::execution::{Footing, StepRun, StepState};
use holdpoint_domain::id::{AssetId, WindowId};
use holdpoint_domain::plan::PlannedStep;
use std::collections::{BTreeMap, BTreeSet};

use super::facts::PlanFacts;
use super::stop::{is_done, is_settled};

/// What is taken, and where each step is found.
pub(super) struct Tally<'a> {
    facts: &'a PlanFacts<'a>,
    /// Step number → place among the facts.
    places: BTreeMap<u32, usize>,
    /// Step number → place in the plan.
    planned: BTreeMap<u32, usize>,
    /// Step number → place of its wave.
    wave_of: BTreeMap<u32, usize>,
    /// A patch → the places of its waves, in their order.
    waves_of: BTreeMap<&'a str, Vec<usize>>,
    waves: Vec<WaveTally>,
    in_work: BTreeMap<AssetId, BTreeSet<u32>>,
    /// Steps that have a deed under way.
    at_it: BTreeMap<AssetId, BTreeSet<u32>>,
    groups: BTreeMap<&'a str, BTreeSet<AssetId>>,
    windows: BTreeMap<WindowId, Taken>,
}

/// How a wave stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct WaveTally {
    /// Steps that are not over.
    pub open: u32,
    /// Steps that ended well.
    pub done: u32,
}

/// What the steps in work take of a window.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Taken {
    /// People.
    pub people: u32,
    /// Places.
    pub steps: u32,
}

impl<'a> Tally<'a> {
    /// The tally of a plan as it stands.
    pub(super) fn new(facts: &'a PlanFacts<'a>, runs: &[StepRun]) -> Self {
        let mut tally = Self {
            facts,
            places: runs.iter().enumerate().map(|(place, run)| (run.number, place)).collect(),
            planned: facts.plan.steps.iter().enumerate().map(|(place, step)| (step.number, place)).collect(),
            wave_of: BTreeMap::new(),
            waves_of: BTreeMap::new(),
            waves: vec![WaveTally::default(); facts.plan.waves.len()],
            in_work: BTreeMap::new(),
            at_it: BTreeMap::new(),
            groups: BTreeMap::new(),
            windows: BTreeMap::new(),
        };
        for (place, wave) in facts.plan.waves.iter().enumerate() {
            tally.waves_of.entry(wave.patch.as_str()).or_default().push(place);
            for number in &wave.steps {
                tally.wave_of.insert(*number, place);
                // A step that nobody knows anything of is not over.
                if !tally.places.contains_key(number) {
                    tally.waves[place].open += 1;
                }
            }
        }
        for places in tally.waves_of.values_mut() {
            places.sort_by_key(|place| facts.plan.waves.get(*place).map_or(0, |wave| wave.number));
        }
        for run in runs {
            tally.enter(run);
        }
        tally
    }

    /// The place of a step among the facts.
    pub(super) fn place(&self, number: u32) -> Option<usize> {
        self.places.get(&number).copied()
    }

    /// The step as it was planned.
    pub(super) fn planned(&self, number: u32) -> Option<&'a PlannedStep> {
        self.facts.plan.steps.get(*self.planned.get(&number)?)
    }

    /// The place of a step's wave.
    pub(super) fn wave_of(&self, number: u32) -> Option<usize> {
        self.wave_of.get(&number).copied()
    }

    /// The places of the waves of a patch, in their order.
    pub(super) fn waves_of(&self, patch: &str) -> &[usize] {
        self.waves_of.get(patch).map_or(&[], Vec::as_slice)
    }

    /// How a wave stands.
    pub(super) fn wave(&self, place: usize) -> WaveTally {
        self.waves.get(place).copied().unwrap_or_default()
    }

    /// Another step that is in work on an asset.
    pub(super) fn busy(&self, asset: AssetId, but: u32) -> Option<u32> {
        self.in_work.get(&asset)?.iter().copied().find(|number| *number != but)
    }

    /// Another step that has a deed under way on an asset.
    pub(super) fn at_it(&self, asset: AssetId, but: u32) -> Option<u32> {
        self.at_it.get(&asset)?.iter().copied().find(|number| *number != but)
    }

    /// The members of a group that this plan has in work.
    pub(super) fn out_of(&self, group: &str) -> Option<&BTreeSet<AssetId>> {
        self.groups.get(group)
    }

    /// What is taken of a window.
    pub(super) fn taken(&self, window: WindowId) -> Taken {
        self.windows.get(&window).copied().unwrap_or_default()
    }

    /// A step went from one state to another.
    pub(super) fn moved(&mut self, before: &StepRun, after: &StepRun) {
        self.count(before, -1);
        self.count(after, 1);
    }

    fn enter(&mut self, run: &StepRun) {
        self.count(run, 1);
    }

    fn count(&mut self, run: &StepRun, by: i32) {
        if let Some(wave) = self.wave_of(run.number).and_then(|place| self.waves.get_mut(place)) {
            let accepted = self
                .places
                .get(&run.number)
                .and_then(|place| self.facts.steps.get(*place))
                .is_some_and(|step| is_settled(run, step.failure_accepted));
            wave.open = wave.open.saturating_add_signed(if accepted { 0 } else { by });
            wave.done = wave.done.saturating_add_signed(if is_done(run) { by } else { 0 });
        }
        let Some(planned) = self.planned(run.number) else { return };
        if run.state.open_attempt().is_some() {
            note(self.at_it.entry(planned.asset).or_default(), run.number, by);
        }
        if run.state.footing() != Footing::InWork {
            return;
        }
        let numbers = self.in_work.entry(planned.asset).or_default();
        note(numbers, run.number, by);
        let none_left = numbers.is_empty();
        if let Some(group) = self.facts.group_of.get(&planned.asset) {
            let out = self.groups.entry(group.as_str()).or_default();
            if none_left {
                out.remove(&planned.asset);
            } else {
                out.insert(planned.asset);
            }
        }
        // Whoever has it by hand stands at the asset, not in the window's list.
        if !matches!(run.state, StepState::ByHand { .. }) {
            let taken = self.windows.entry(planned.window).or_default();
            taken.people = taken.people.saturating_add_signed(by.saturating_mul(i32::from(planned.people)));
            taken.steps = taken.steps.saturating_add_signed(by);
        }
    }
}

fn note(numbers: &mut BTreeSet<u32>, number: u32, by: i32) {
    if by > 0 {
        numbers.insert(number);
    } else {
        numbers.remove(&number);
    }
}
