//! Waves: test assets first, then a pilot, then the rest from what matters least to what matters most; and which piece of
//! work takes its place next.
//!
//! The surprise: waves belong to a patch, places to everybody. Two patches run their waves beside each other and compete
//! for the same people.

use holdpoint_domain::Moment;
use holdpoint_domain::id::PlanId;
use holdpoint_domain::moment::minutes_in_words;
use holdpoint_domain::plan::{
    ChangePlan, HoldKind, HoldRole, PlannedHold, PlannedStep, Wave, WaveKind, WayBack, wave_order,
};
use std::collections::{BTreeMap, BTreeSet};

use super::facts::{AssetRole, Door, Facts, Proof};
use super::ledger::{Fate, Ledger, MICROS_PER_MINUTE};
use super::report::WaitCause;
use super::room::Room;

/// The waves of one patch: places of work in `facts.work`.
pub(super) struct PatchWaves<'a> {
    pub(super) patch: &'a str,
    /// In order.
    pub(super) waves: Vec<(WaveKind, Vec<usize>)>,
}

/// Everything sorted into waves, and who needs whom.
pub(super) struct Sorted<'a> {
    pub(super) patches: Vec<PatchWaves<'a>>,
    /// For each piece of work the places of the work that it needs.
    pub(super) needs: Vec<Vec<usize>>,
    /// For each piece of work its weight with the weight of all that waits for it directly or through others.
    pull: Vec<u64>,
}

/// Sorts work into waves; what cannot be planned for a reason of its own waits from here on.
pub(super) fn sort_out<'a>(facts: &'a Facts, room: &Room<'_>, ledger: &mut Ledger<'a>) -> Sorted<'a> {
    let needs = resolve_needs(facts, ledger);
    for place in 0..facts.work.len() {
        let causes = own_causes(facts, room, place);
        if !causes.is_empty() {
            ledger.wait(place, causes);
        }
    }
    spread_waits(facts, &needs, ledger);
    let mut by_patch: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, work) in facts.work.iter().enumerate() {
        if *ledger.fate(place) == Fate::Open {
            by_patch.entry(work.patch.as_str()).or_default().push(place);
        }
    }
    let patches = by_patch
        .into_iter()
        .map(|(patch, places)| PatchWaves { patch, waves: waves_of(facts, room, places) })
        .collect();
    let pull = pulls(facts, &needs);
    Sorted { patches, needs, pull }
}

fn own_causes(facts: &Facts, room: &Room<'_>, place: usize) -> Vec<WaitCause> {
    let work = &facts.work[place];
    let mut causes: Vec<WaitCause> = work.missing.iter().cloned().map(WaitCause::Missing).collect();
    if work.estimate.is_none_or(|estimate| estimate.work_minutes == 0) {
        causes.push(WaitCause::NoEstimate);
    }
    if work.way_back.is_none() {
        causes.push(WaitCause::NoWayBack);
    }
    let Some(asset) = room.assets.get(&work.asset) else {
        causes.push(WaitCause::NoAsset);
        return causes;
    };
    if matches!(work.way_back, Some(WayBack::Automatic { .. })) {
        match asset.door {
            Door::Nothing => causes.push(WaitCause::NoDoor),
            Door::Device => causes.push(WaitCause::NoOrderedWayBack),
            Door::NotAsked | Door::Agent | Door::Host => {}
        }
    }
    if let Some(name) = &asset.group {
        let group = room.groups.get(name.as_str());
        match group.and_then(|group| group.may_lose.map(|may_lose| (group, may_lose))) {
            None => causes.push(WaitCause::GroupUnknown { group: name.clone() }),
            Some((group, may_lose)) => {
                let others = group.out_now.iter().filter(|out| **out != asset.id).count();
                if others + 1 > usize::from(may_lose) {
                    let out_now = u16::try_from(others).unwrap_or(u16::MAX);
                    causes.push(WaitCause::GroupSpent { group: name.clone(), may_lose, out_now });
                }
            }
        }
    }
    causes
}

fn resolve_needs<'a>(facts: &'a Facts, ledger: &mut Ledger<'a>) -> Vec<Vec<usize>> {
    let mut by_number: BTreeMap<u32, usize> = BTreeMap::new();
    for (place, work) in facts.work.iter().enumerate() {
        if let Some(first) = by_number.insert(work.number, place) {
            ledger.wait(first, vec![WaitCause::NumberTwice]);
            ledger.wait(place, vec![WaitCause::NumberTwice]);
        }
    }
    let mut needs = Vec::with_capacity(facts.work.len());
    for (place, work) in facts.work.iter().enumerate() {
        let mut places = Vec::new();
        for need in &work.needs {
            match by_number.get(need) {
                Some(needed) => places.push(*needed),
                None => ledger.wait(place, vec![WaitCause::Needs { work: *need }]),
            }
        }
        places.sort_unstable();
        places.dedup();
        needs.push(places);
    }
    for place in circles(&needs) {
        ledger.wait(place, vec![WaitCause::Circle]);
    }
    needs
}

/// The places that stand in a circle, or behind one.
fn circles(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut left: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (place, own) in needs.iter().enumerate() {
        for need in own {
            needed_by[*need].push(place);
        }
    }
    let mut free: Vec<usize> = (0..needs.len()).filter(|place| left[*place] == 0).collect();
    while let Some(place) = free.pop() {
        for next in &needed_by[place] {
            left[*next] -= 1;
            if left[*next] == 0 {
                free.push(*next);
            }
        }
    }
    (0..needs.len()).filter(|place| left[*place] > 0).collect()
}

/// Weights with everything behind them. Work that several others need counts once for each of them.
fn pulls(facts: &Facts, needs: &[Vec<usize>]) -> Vec<u64> {
    let mut pull: Vec<u64> = facts.work.iter().map(|work| u64::from(work.weight)).collect();
    let mut left = vec![0_usize; needs.len()];
    for need in needs.iter().flatten() {
        left[*need] += 1;
    }
    let mut free: Vec<usize> = (0..needs.len()).filter(|place| left[*place] == 0).collect();
    while let Some(place) = free.pop() {
        for need in &needs[place] {
            pull[*need] = pull[*need].saturating_add(pull[place]).min(u64::from(u32::MAX));
            left[*need] -= 1;
            if left[*need] == 0 {
                free.push(*need);
            }
        }
    }
    pull
}

/// Whoever needs work that waits, waits too.
fn spread_waits(facts: &Facts, needs: &[Vec<usize>], ledger: &mut Ledger<'_>) {
    loop {
        let mut changed = false;
        for (place, own) in needs.iter().enumerate() {
            if *ledger.fate(place) != Fate::Open {
                continue;
            }
            let waiting = own.iter().filter(|need| matches!(ledger.fate(**need), Fate::Waits(_)));
            let causes: Vec<WaitCause> =
                waiting.map(|need| WaitCause::Needs { work: facts.work[*need].number }).collect();
            if !causes.is_empty() {
                ledger.wait(place, causes);
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

fn waves_of(facts: &Facts, room: &Room<'_>, places: Vec<usize>) -> Vec<(WaveKind, Vec<usize>)> {
    let asset = |place: &usize| room.assets.get(&facts.work[*place].asset);
    let (tests, mut rest): (Vec<usize>, Vec<usize>) =
        places.into_iter().partition(|place| asset(place).is_some_and(|asset| asset.role == AssetRole::Test));
    rest.sort_by_cached_key(|place| {
        let order = asset(place).map_or(u8::MAX, |asset| wave_order(asset.importance));
        (order, facts.work[*place].number)
    });
    let mut waves = Vec::new();
    if !tests.is_empty() {
        waves.push((WaveKind::Test, tests));
    }
    let proven = rest.iter().all(|place| facts.work[*place].proof == Proof::Given);
    let pilots = usize::from(facts.rules.pilots.max(1));
    if !proven && !rest.is_empty() {
        waves.push((WaveKind::Pilot, pilot_of(facts, room, &mut rest, pilots)));
    }
    // A wave never mixes assets that matter differently: what matters most sees everything before it.
    let steps = usize::from(facts.rules.wave_steps.max(1));
    let order = |place: &usize| asset(place).map_or(u8::MAX, |asset| wave_order(asset.importance));
    for alike in rest.chunk_by(|one, other| order(one) == order(other)) {
        waves.extend(alike.chunks(steps).map(|wave| (WaveKind::Rollout, wave.to_vec())));
    }
    waves
}

/// Takes the pilot out of the rest: the assets that matter least, never two of one redundancy group.
fn pilot_of(facts: &Facts, room: &Room<'_>, rest: &mut Vec<usize>, wanted: usize) -> Vec<usize> {
    let mut groups: BTreeSet<&str> = BTreeSet::new();
    let mut pilot = Vec::new();
    rest.retain(|place| {
        if pilot.len() == wanted {
            return true;
        }
        let asset = room.assets.get(&facts.work[*place].asset);
        let group = asset.and_then(|asset| asset.group.as_deref());
        if group.is_some_and(|group| !groups.insert(group)) {
            return true;
        }
        pilot.push(*place);
        false
    });
    pilot
}

/// Gives every piece of work its place, wave by wave.
pub(super) fn place_all(facts: &Facts, sorted: &Sorted<'_>, ledger: &mut Ledger<'_>, precedence: Precedence) {
    let mut order = Order::new(facts, sorted, precedence);
    while let Some((place, not_before)) = order.next(facts, sorted, ledger) {
        ledger.place(place, not_before);
    }
}

/// Which wave of each patch is being placed, and what of it is left.
struct Order {
    precedence: Precedence,
    current: Vec<Current>,
}

/// The wave of one patch that is being placed.
struct Current {
    /// Its place among the waves of the patch.
    wave: usize,
    /// The moment before which it may not start.
    from: Moment,
    /// The work that is left of it; what goes first comes last.
    left: Vec<usize>,
}

impl Current {
    fn new(
        facts: &Facts,
        sorted: &Sorted<'_>,
        precedence: Precedence,
        (patch, wave): (usize, usize),
        from: Moment,
    ) -> Self {
        let mut left = sorted.patches[patch].waves.get(wave).map(|wave| wave.1.clone()).unwrap_or_default();
        left.sort_by(|one, other| precedence.compare(facts, sorted, *one, *other));
        Self { wave, from, left }
    }
}

impl Order {
    fn new(facts: &Facts, sorted: &Sorted<'_>, precedence: Precedence) -> Self {
        let patches = 0..sorted.patches.len();
        let first = |patch| Current::new(facts, sorted, precedence, (patch, 0), facts.earliest());
        Self { precedence, current: patches.map(first).collect() }
    }

    /// The next piece of work and the moment before which it may not start: of all that could be placed now, the one that
    /// goes first by the precedence.
    fn next(
        &mut self,
        facts: &Facts,
        sorted: &Sorted<'_>,
        ledger: &mut Ledger<'_>,
    ) -> Option<(usize, Moment)> {
        loop {
            for patch in 0..self.current.len() {
                self.advance(facts, sorted, ledger, patch);
            }
            let mut best: Option<(usize, usize, Moment)> = None;
            for (patch, current) in self.current.iter().enumerate() {
                let ready = current.left.iter().enumerate().rev().find_map(|(at, place)| {
                    match after_needs(sorted, ledger, *place) {
                        Needs::Done(done) => Some((at, current.from.max(done))),
                        Needs::Open | Needs::Never => None,
                    }
                });
                let Some((at, from)) = ready else { continue };
                let better = best.is_none_or(|(other, place, _)| {
                    self.precedence
                        .compare(facts, sorted, current.left[at], self.current[other].left[place])
                        .is_gt()
                });
                if better {
                    best = Some((patch, at, from));
                }
            }
            if let Some((patch, at, from)) = best {
                return Some((self.current[patch].left.remove(at), from.max(facts.earliest())));
            }
            if !self.give_up(facts, sorted, ledger) {
                return None;
            }
        }
    }

    /// Goes on to the next wave of a patch when the present one has its places.
    fn advance(&mut self, facts: &Facts, sorted: &Sorted<'_>, ledger: &mut Ledger<'_>, patch: usize) {
        let waves = &sorted.patches[patch].waves;
        while self.current[patch].left.is_empty() && self.current[patch].wave < waves.len() {
            let Current { wave, from, .. } = self.current[patch];
            let next = match ends_of(ledger, &waves[wave].1).max() {
                Some(done) => {
                    let soak = i64::from(facts.rules.soak_minutes) * MICROS_PER_MINUTE;
                    Current::new(
                        facts,
                        sorted,
                        self.precedence,
                        (patch, wave + 1),
                        done.plus_micros(soak).max(from),
                    )
                }
                None => {
                    // Nothing of this wave has a place: nothing after it may have one.
                    for place in waves[wave + 1..].iter().flat_map(|wave| &wave.1) {
                        ledger.wait(*place, vec![WaitCause::WaveBefore]);
                    }
                    Current::new(facts, sorted, self.precedence, (patch, waves.len()), from)
                }
            };
            self.current[patch] = next;
        }
    }

    /// Nothing can be placed: work that is left needs something that has no place, or that comes in a later wave of its own
    /// patch. It waits. Says whether anything changed.
    fn give_up(&mut self, facts: &Facts, sorted: &Sorted<'_>, ledger: &mut Ledger<'_>) -> bool {
        let mut changed = false;
        for current in &mut self.current {
            for place in std::mem::take(&mut current.left) {
                let missing =
                    sorted.needs[place].iter().filter(|need| !matches!(ledger.fate(**need), Fate::Placed(_)));
                let causes: Vec<WaitCause> =
                    missing.map(|need| WaitCause::Needs { work: facts.work[*need].number }).collect();
                ledger.wait(place, causes);
                changed = true;
            }
        }
        changed
    }
}

enum Needs {
    /// All that is needed is done by then.
    Done(Moment),
    /// Something has no place yet.
    Open,
    /// Something has no place for good.
    Never,
}

fn after_needs(sorted: &Sorted<'_>, ledger: &Ledger<'_>, place: usize) -> Needs {
    let mut at = Moment::from_micros(i64::MIN);
    let mut open = false;
    for need in &sorted.needs[place] {
        match ledger.fate(*need) {
            Fate::Placed(found) => at = at.max(found.free_at),
            Fate::Open => open = true,
            Fate::Waits(_) => return Needs::Never,
        }
    }
    if open { Needs::Open } else { Needs::Done(at) }
}

fn ends_of<'a>(ledger: &'a Ledger<'_>, wave: &'a [usize]) -> impl Iterator<Item = Moment> {
    wave.iter().filter_map(|place| match ledger.fate(*place) {
        Fate::Placed(found) => Some(found.end),
        Fate::Open | Fate::Waits(_) => None,
    })
}

/// In which order work takes its place, when several pieces could. No order is best for every plant, so all are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precedence {
    /// What takes most risk away per minute.
    Density,
    /// The same, with the risk of everything that waits for it.
    Pull,
    /// What takes most risk away, however long it takes.
    Weight,
}

impl Precedence {
    pub(super) const ALL: [Self; 3] = [Self::Density, Self::Pull, Self::Weight];

    /// The greater goes first; of equals the one with more risk, then the lower number.
    fn compare(self, facts: &Facts, sorted: &Sorted<'_>, one: usize, other: usize) -> std::cmp::Ordering {
        let minutes = |place: usize| match self {
            Self::Weight => 1,
            Self::Density | Self::Pull => {
                u64::from(facts.work[place].estimate.map_or(1, |estimate| estimate.work_minutes.max(1)))
            }
        };
        let risk = |place: usize| match self {
            Self::Density | Self::Weight => u64::from(facts.work[place].weight),
            Self::Pull => sorted.pull[place],
        };
        // Risk by minutes compared by multiplying over, so that nothing is rounded; both factors fit 32 bits.
        let (left, right) = (risk(one) * minutes(other), risk(other) * minutes(one));
        left.cmp(&right)
            .then(risk(one).cmp(&risk(other)))
            .then(facts.work[other].number.cmp(&facts.work[one].number))
    }
}

/// Puts the places together into a plan.
pub(super) fn assemble(facts: &Facts, id: PlanId, sorted: &Sorted<'_>, fates: &[Fate]) -> ChangePlan {
    let mut placed: Vec<(usize, super::ledger::Place)> = fates
        .iter()
        .enumerate()
        .filter_map(|(place, fate)| match fate {
            Fate::Placed(found) => Some((place, *found)),
            Fate::Open | Fate::Waits(_) => None,
        })
        .collect();
    placed.sort_by_key(|(place, found)| (found.start, facts.work[*place].number));
    let numbers: BTreeMap<usize, u32> = placed.iter().map(|(place, _)| *place).zip(1..).collect();
    let step = |(place, found): &(usize, super::ledger::Place)| {
        let work = &facts.work[*place];
        let mut after: Vec<u32> =
            sorted.needs[*place].iter().filter_map(|need| numbers.get(need).copied()).collect();
        after.sort_unstable();
        Some(PlannedStep {
            number: *numbers.get(place)?,
            asset: work.asset,
            patch: work.patch.clone(),
            window: found.window,
            start: found.start,
            end: found.end,
            free_at: found.free_at,
            last_safe_start: found.last_safe_start,
            estimate: work.estimate?,
            people: work.people,
            way_back: work.way_back.clone()?,
            after,
        })
    };
    let steps: Vec<PlannedStep> = placed.iter().filter_map(step).collect();
    let waves = waves_with_numbers(facts, sorted, &numbers);
    let mut holds = holds_of(&waves);
    holds.extend(traces_of(facts, &steps));
    holds.sort_by_key(|hold| (hold.before, hold.kind));
    ChangePlan { id, site: facts.site, made_at: facts.now, steps, waves, holds }
}

fn waves_with_numbers(facts: &Facts, sorted: &Sorted<'_>, numbers: &BTreeMap<usize, u32>) -> Vec<Wave> {
    let mut waves = Vec::new();
    for patch in &sorted.patches {
        let mut number = 0;
        for (kind, places) in &patch.waves {
            let mut steps: Vec<u32> = places.iter().filter_map(|place| numbers.get(place).copied()).collect();
            if steps.is_empty() {
                continue;
            }
            steps.sort_unstable();
            number += 1;
            let failures_allowed = match kind {
                WaveKind::Test | WaveKind::Pilot => 0,
                WaveKind::Rollout => facts.rules.failures_allowed,
            };
            let patch = patch.patch.to_owned();
            let soak_minutes = facts.rules.soak_minutes;
            waves.push(Wave { kind: *kind, patch, number, steps, soak_minutes, failures_allowed });
        }
    }
    waves.sort_by_key(|wave| wave.steps.first().copied());
    waves
}

/// A hold before every wave but the first of a patch: somebody looks at what the wave before has shown.
fn holds_of(waves: &[Wave]) -> Vec<PlannedHold> {
    let mut holds: Vec<PlannedHold> = waves
        .iter()
        .filter(|wave| wave.number > 1)
        .filter_map(|wave| {
            let before = *wave.steps.first()?;
            let evidence = format!(
                "wave {} of {} is done, verified on every asset, and has run {} without a fault",
                wave.number - 1,
                wave.patch,
                minutes_in_words(wave.soak_minutes)
            );
            Some(PlannedHold { before, kind: HoldKind::Wave, evidence, opened_by: HoldRole::Engineer })
        })
        .collect();
    holds.sort_by_key(|hold| hold.before);
    holds
}

/// A hold before every step whose asset may carry traces: they are secured before anything on it is changed.
fn traces_of(facts: &Facts, steps: &[PlannedStep]) -> Vec<PlannedHold> {
    let mut holds = Vec::new();
    for step in steps {
        let work = facts.work.iter().find(|work| work.asset == step.asset && work.patch == step.patch);
        let Some(why) = work.and_then(|work| work.traces.as_ref()) else { continue };
        let tag = facts.assets.iter().find(|asset| asset.id == step.asset).map(|asset| asset.tag.as_str());
        let evidence = format!(
            "an image or the logs of {} from before {}, with where they lie and their SHA-256: {why}",
            tag.unwrap_or("the asset"),
            step.patch
        );
        let (before, kind) = (step.number, HoldKind::Traces);
        holds.push(PlannedHold { before, kind, evidence, opened_by: HoldRole::Approver });
    }
    holds
}
