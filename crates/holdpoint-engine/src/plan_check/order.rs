//! Form, work, needs, waves and hold points of a plan.

use holdpoint_domain::id::AssetId;
use holdpoint_domain::plan::{
    ChangePlan, HoldKind, HoldRole, PlannedStep, Wave, WaveKind, WayBack, wave_order,
};
use std::collections::{HashMap, HashSet};

use super::{Promise, Violation, note};
use crate::planning::{AssetRole, Door, Facts, Proof, Work};

const MINUTE: i64 = 60_000_000;

pub(super) fn check_form(plan: &ChangePlan, found: &mut Vec<Violation>) {
    for (index, step) in plan.steps.iter().enumerate() {
        if usize::try_from(step.number) != Ok(index + 1) {
            note(found, step.number, Promise::Form, "its number is not its place in the plan");
        }
    }
    for pair in plan.steps.windows(2) {
        if pair[1].start < pair[0].start {
            note(found, pair[1].number, Promise::Form, "it starts before the step in front of it");
        }
    }
    let mut seen: HashMap<u32, u32> = HashMap::new();
    for number in plan.waves.iter().flat_map(|wave| &wave.steps) {
        *seen.entry(*number).or_default() += 1;
    }
    for step in &plan.steps {
        match seen.remove(&step.number) {
            Some(1) => {}
            None => note(found, step.number, Promise::Form, "it belongs to no wave"),
            Some(count) => note(found, step.number, Promise::Form, format!("it belongs to {count} waves")),
        }
    }
    if let Some(number) = seen.keys().min() {
        note(found, 0, Promise::Form, format!("a wave names step {number}, which the plan does not have"));
    }
}

/// The work that a step carries out, when there is exactly one.
fn work_of<'a>(facts: &'a Facts, step: &PlannedStep) -> Result<&'a Work, &'static str> {
    let mut fitting = facts.work.iter().filter(|work| work.asset == step.asset && work.patch == step.patch);
    match (fitting.next(), fitting.next()) {
        (Some(work), None) => Ok(work),
        (None, _) => Err("nobody wants this work"),
        (Some(_), Some(_)) => Err("the facts want this work twice"),
    }
}

pub(super) fn check_work(facts: &Facts, plan: &ChangePlan, found: &mut Vec<Violation>) {
    let mut done = HashSet::new();
    let doors: HashMap<AssetId, Door> = facts.assets.iter().map(|asset| (asset.id, asset.door)).collect();
    for step in &plan.steps {
        let mut bad = |what: &str| note(found, step.number, Promise::Work, what);
        if !done.insert((step.asset, step.patch.as_str())) {
            bad("the same patch is put on the same asset twice");
        }
        let work = match work_of(facts, step) {
            Ok(work) => work,
            Err(what) => {
                bad(what);
                continue;
            }
        };
        if let Some(missing) = work.missing.first() {
            bad(&format!("it waits for {}", missing.what));
        }
        match work.estimate {
            None => bad("nobody knows how long it takes"),
            Some(estimate) if estimate != step.estimate => bad("its duration is not the one of the facts"),
            Some(_) => {}
        }
        if work.way_back.as_ref() != Some(&step.way_back) {
            bad("its way back is not the one of the facts");
        }
        if matches!(step.way_back, WayBack::Automatic { .. }) {
            match doors.get(&step.asset) {
                Some(Door::Nothing) => {
                    bad(
                        "it promises an automatic way back, and nothing leads to its asset: no agent, line or client",
                    );
                }
                Some(Door::Device) => {
                    bad(
                        "it promises an automatic way back, and a client of this kind has none that can be ordered",
                    );
                }
                Some(Door::NotAsked | Door::Agent | Door::Host) | None => {}
            }
        }
        if work.people != step.people {
            bad("it takes another number of people than the facts say");
        }
        let work_micros = i64::from(step.estimate.work_minutes) * MINUTE;
        let tail_minutes = i64::from(step.estimate.undo_minutes) + i64::from(facts.rules.margin_minutes);
        if work_micros == 0 || step.end.since(step.start) != work_micros {
            bad("its end is not its start and its work");
        }
        if step.free_at.since(step.end) != tail_minutes * MINUTE {
            bad("it is not kept free for its undo and its margin");
        }
        if step.start < facts.now || step.free_at > facts.until {
            bad("it lies outside the time that was planned");
        } else if step.start.since(facts.now) < i64::from(facts.rules.lead_minutes) * MINUTE {
            bad("it starts before the plan can be released");
        }
    }
}

pub(super) fn check_needs(facts: &Facts, plan: &ChangePlan, found: &mut Vec<Violation>) {
    let by_number: HashMap<u32, &Work> = facts.work.iter().map(|work| (work.number, work)).collect();
    let steps: HashMap<(_, &str), &PlannedStep> =
        plan.steps.iter().map(|step| ((step.asset, step.patch.as_str()), step)).collect();
    for step in &plan.steps {
        let Ok(work) = work_of(facts, step) else { continue };
        let mut after = Vec::new();
        for need in &work.needs {
            let needed = by_number.get(need).and_then(|need| steps.get(&(need.asset, need.patch.as_str())));
            match needed {
                None => note(
                    found,
                    step.number,
                    Promise::Needs,
                    format!("it needs work {need}, which is not planned"),
                ),
                Some(needed) => {
                    after.push(needed.number);
                    if needed.free_at > step.start {
                        let what =
                            format!("it starts before step {}, which it needs, is free", needed.number);
                        note(found, step.number, Promise::Needs, what);
                    }
                }
            }
        }
        after.sort_unstable();
        after.dedup();
        if after != step.after {
            note(found, step.number, Promise::Needs, "it does not name the steps that it needs");
        }
    }
}

pub(super) fn check_waves(facts: &Facts, plan: &ChangePlan, found: &mut Vec<Violation>) {
    let mut patches: HashMap<&str, Vec<&Wave>> = HashMap::new();
    for wave in &plan.waves {
        patches.entry(wave.patch.as_str()).or_default().push(wave);
    }
    for waves in patches.values_mut() {
        waves.sort_by_key(|wave| wave.number);
        check_patch(facts, plan, waves, found);
    }
}

fn check_patch(facts: &Facts, plan: &ChangePlan, waves: &[&Wave], found: &mut Vec<Violation>) {
    let steps_of = |wave: &Wave| -> Vec<&PlannedStep> {
        plan.steps.iter().filter(|step| wave.steps.contains(&step.number)).collect()
    };
    let asset_of = |step: &PlannedStep| facts.assets.iter().find(|asset| asset.id == step.asset);
    let mut last_kind = WaveKind::Test;
    let mut least = 0;
    for (index, wave) in waves.iter().enumerate() {
        let steps = steps_of(wave);
        let Some(first) = steps.iter().min_by_key(|step| step.start) else {
            note(found, 0, Promise::Waves, format!("wave {} of {} is empty", wave.number, wave.patch));
            continue;
        };
        let mut bad = |what: String| note(found, first.number, Promise::Waves, what);
        if usize::try_from(wave.number) != Ok(index + 1) {
            bad(format!("wave {} of {} is not in its place", wave.number, wave.patch));
        }
        if steps.iter().any(|step| step.patch != wave.patch) {
            bad("a wave brings out another patch than its own".to_owned());
        }
        if wave.kind < last_kind {
            bad(format!("a wave of kind {} comes after one of kind {last_kind}", wave.kind));
        }
        last_kind = wave.kind;
        if wave.soak_minutes < facts.rules.soak_minutes {
            bad("it soaks for less time than the rules ask for".to_owned());
        }
        let allowed = if wave.kind == WaveKind::Rollout { facts.rules.failures_allowed } else { 0 };
        if wave.failures_allowed > allowed {
            bad("it lets more steps fail than the rules do".to_owned());
        }
        check_members(facts, wave, &steps, found);
        let orders = steps.iter().map(|step| wave_order(asset_of(step).and_then(|asset| asset.importance)));
        if wave.kind == WaveKind::Rollout {
            let (lowest, highest) =
                orders.fold((u8::MAX, 0), |(low, high), order| (low.min(order), high.max(order)));
            if lowest < least {
                note(
                    found,
                    first.number,
                    Promise::Waves,
                    "assets that matter less come after assets that matter more",
                );
            }
            least = least.max(highest);
        }
        let Some(next) = waves.get(index + 1) else { continue };
        let done = steps.iter().map(|step| step.end).max().unwrap_or(first.end);
        let soaked = done.plus_micros(i64::from(facts.rules.soak_minutes) * MINUTE);
        for step in steps_of(next).iter().filter(|step| step.start < soaked) {
            note(found, step.number, Promise::Waves, "it starts before the wave in front of it has soaked");
        }
    }
}

fn check_members(facts: &Facts, wave: &Wave, steps: &[&PlannedStep], found: &mut Vec<Violation>) {
    let Some(first) = steps.first() else { return };
    let is_test = |step: &PlannedStep| {
        facts.assets.iter().any(|asset| asset.id == step.asset && asset.role == AssetRole::Test)
    };
    let tests = steps.iter().filter(|step| is_test(step)).count();
    let most = match wave.kind {
        WaveKind::Test => {
            if tests != steps.len() {
                note(found, first.number, Promise::Waves, "an asset of production is in a test wave");
            }
            return;
        }
        WaveKind::Pilot => facts.rules.pilots,
        WaveKind::Rollout => facts.rules.wave_steps,
    };
    if tests > 0 {
        note(found, first.number, Promise::Waves, "a test asset is not in a test wave");
    }
    if steps.len() > usize::from(most.max(1)) {
        note(found, first.number, Promise::Waves, format!("a {} wave has more steps than {most}", wave.kind));
    }
    let proven = |step: &PlannedStep| work_of(facts, step).is_ok_and(|work| work.proof == Proof::Given);
    if wave.kind == WaveKind::Rollout && wave.number == 1 && !steps.iter().all(|step| proven(step)) {
        note(
            found,
            first.number,
            Promise::Waves,
            "a patch that has proved itself nowhere begins without a pilot",
        );
    }
}

pub(super) fn check_holds(facts: &Facts, plan: &ChangePlan, found: &mut Vec<Violation>) {
    for step in &plan.steps {
        let Ok(Work { traces: Some(why), .. }) = work_of(facts, step) else { continue };
        let asked = plan.holds.iter().any(|hold| {
            hold.before == step.number
                && hold.kind == HoldKind::Traces
                && hold.opened_by == HoldRole::Approver
                && !hold.evidence.trim().is_empty()
        });
        if !asked {
            let what = format!("traces must be secured before it, and no hold point asks for them: {why}");
            note(found, step.number, Promise::Holds, what);
        }
    }
    let waves = plan.holds.iter().filter(|hold| hold.kind == HoldKind::Wave);
    let holds: HashSet<u32> = waves.map(|hold| hold.before).collect();
    for wave in plan.waves.iter().filter(|wave| wave.number > 1) {
        let first =
            plan.steps.iter().filter(|step| wave.steps.contains(&step.number)).min_by_key(|step| step.start);
        if let Some(first) = first
            && !wave.steps.iter().any(|number| holds.contains(number) && *number <= first.number)
        {
            note(
                found,
                first.number,
                Promise::Holds,
                "nobody looks at the wave before: the hold point is missing",
            );
        }
    }
}
