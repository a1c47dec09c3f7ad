//! Windows, freezes, assets, groups and people of a plan.

use holdpoint_domain::Moment;
use holdpoint_domain::id::{AssetId, WindowId};
use holdpoint_domain::plan::{ChangePlan, PlannedStep};
use holdpoint_domain::window::{Window, WindowKind, WindowReach};
use std::collections::{BTreeSet, HashMap};

use super::{Promise, Violation, note};
use crate::calendar::{Period, occurrences};
use crate::planning::{AssetFacts, Facts};

/// Occurrences of one window around one step that are looked at; a step touches few.
const AROUND: usize = 1_000;

fn whole(step: &PlannedStep) -> Option<Period> {
    Period::new(step.start, step.free_at)
}

fn covers(window: &Window, asset: &AssetFacts, facts: &Facts) -> bool {
    match (window.reach, window.kind) {
        (WindowReach::Everywhere, kind) => kind == WindowKind::Freeze,
        (WindowReach::Site(site), _) => site == facts.site,
        (WindowReach::Zone(zone), _) => Some(zone) == asset.zone,
        (WindowReach::Asset(id), _) => id == asset.id,
    }
}

pub(super) fn check_windows(facts: &Facts, plan: &ChangePlan, found: &mut Vec<Violation>) {
    let assets: HashMap<AssetId, &AssetFacts> = facts.assets.iter().map(|asset| (asset.id, asset)).collect();
    for step in &plan.steps {
        let Some(asset) = assets.get(&step.asset).copied() else {
            note(found, step.number, Promise::Work, "its asset is not known at this site");
            continue;
        };
        let Some(period) = whole(step) else {
            note(found, step.number, Promise::Form, "it ends before it starts");
            continue;
        };
        for freeze in facts.windows.iter().filter(|window| window.kind == WindowKind::Freeze) {
            if covers(freeze, asset, facts) && !occurrences(&freeze.schedule, period, 1).items.is_empty() {
                note(found, step.number, Promise::Freeze, format!("it touches the freeze `{}`", freeze.name));
            }
        }
        let window =
            facts.windows.iter().find(|window| window.id == step.window && window.kind != WindowKind::Freeze);
        let Some(window) = window.filter(|window| covers(window, asset, facts)) else {
            note(found, step.number, Promise::Window, "its window does not reach the asset");
            continue;
        };
        let around = occurrences(&window.schedule, period, AROUND);
        let inside = around
            .items
            .iter()
            .any(|one| one.period.from() <= period.from() && period.to() <= one.period.to());
        if !inside {
            note(
                found,
                step.number,
                Promise::Window,
                format!("it does not lie inside one occurrence of `{}`", window.name),
            );
        }
        let room_left = |latest: Moment| {
            let late = Period::new(latest, latest.plus_micros(period.micros()));
            late.is_some_and(|late| {
                around
                    .items
                    .iter()
                    .any(|one| late.to() <= one.period.to() && one.period.from() <= late.from())
            })
        };
        if step.last_safe_start < step.start || !room_left(step.last_safe_start) {
            note(found, step.number, Promise::Window, "its last safe start is not safe");
        }
    }
}

pub(super) fn check_assets(facts: &Facts, plan: &ChangePlan, found: &mut Vec<Violation>) {
    let mut by_asset: HashMap<AssetId, Vec<(u32, Period)>> = HashMap::new();
    for step in &plan.steps {
        by_asset.entry(step.asset).or_default().extend(whole(step).map(|period| (step.number, period)));
    }
    for (asset, busy) in &facts.busy {
        if let Some(own) = by_asset.get(asset) {
            for (number, _) in own.iter().filter(|(_, period)| period.touches(*busy)) {
                note(found, *number, Promise::Asset, "its asset is in other work at that time");
            }
        }
    }
    for own in by_asset.values_mut() {
        own.sort_by_key(|(_, period)| *period);
        for pair in own.windows(2) {
            if pair[0].1.touches(pair[1].1) {
                note(found, pair[1].0, Promise::Asset, format!("its asset is still in step {}", pair[0].0));
            }
        }
    }
}

pub(super) fn check_groups(facts: &Facts, plan: &ChangePlan, found: &mut Vec<Violation>) {
    let group_of: HashMap<AssetId, &str> = facts
        .assets
        .iter()
        .filter_map(|asset| asset.group.as_deref().map(|group| (asset.id, group)))
        .collect();
    let mut out: HashMap<&str, Vec<(Period, AssetId)>> = HashMap::new();
    let planned = plan.steps.iter().filter_map(|step| whole(step).map(|period| (period, step.asset)));
    for (period, asset) in planned.chain(facts.busy.iter().map(|(asset, period)| (*period, *asset))) {
        if let Some(group) = group_of.get(&asset) {
            out.entry(group).or_default().push((period, asset));
        }
    }
    for step in &plan.steps {
        let Some(name) = group_of.get(&step.asset) else { continue };
        let group = facts.groups.iter().find(|group| group.name == **name);
        let Some((group, most)) = group.and_then(|group| group.may_lose.map(|most| (group, most))) else {
            note(
                found,
                step.number,
                Promise::Group,
                format!("nobody has said how many members `{name}` can lose"),
            );
            continue;
        };
        // The number of members that are out rises only where one goes out, so it is enough to look there.
        let at = step.start;
        let mut members: BTreeSet<AssetId> = group.out_now.clone();
        members.insert(step.asset);
        let going = out.get(name).into_iter().flatten();
        members.extend(
            going.filter(|(period, _)| period.from() <= at && at < period.to()).map(|(_, asset)| *asset),
        );
        if members.len() > usize::from(most) {
            let what =
                format!("`{name}` would miss {} members at its start and can lose {most}", members.len());
            note(found, step.number, Promise::Group, what);
        }
    }
    check_starts_of_others(facts, plan, &group_of, &out, found);
}

/// Work of other plans that begins while a step of this one runs counts as well.
fn check_starts_of_others(
    facts: &Facts,
    plan: &ChangePlan,
    group_of: &HashMap<AssetId, &str>,
    out: &HashMap<&str, Vec<(Period, AssetId)>>,
    found: &mut Vec<Violation>,
) {
    for (asset, busy) in &facts.busy {
        let Some(name) = group_of.get(asset) else { continue };
        let Some(group) = facts.groups.iter().find(|group| group.name == **name) else { continue };
        let Some(most) = group.may_lose else { continue };
        let at = busy.from();
        let running = |step: &&PlannedStep| {
            group_of.get(&step.asset) == Some(name) && step.start <= at && at < step.free_at
        };
        let Some(step) = plan.steps.iter().find(running) else { continue };
        let mut members: BTreeSet<AssetId> = group.out_now.clone();
        let going = out.get(name).into_iter().flatten();
        members.extend(
            going.filter(|(period, _)| period.from() <= at && at < period.to()).map(|(_, asset)| *asset),
        );
        if members.len() > usize::from(most) {
            let what =
                format!("`{name}` would miss {} members while it runs and can lose {most}", members.len());
            note(found, step.number, Promise::Group, what);
        }
    }
}

pub(super) fn check_capacity(facts: &Facts, plan: &ChangePlan, found: &mut Vec<Violation>) {
    let mut load: HashMap<WindowId, Vec<(Period, u16)>> = HashMap::new();
    for step in &plan.steps {
        load.entry(step.window).or_default().extend(whole(step).map(|period| (period, step.people)));
    }
    for booking in &facts.booked {
        load.entry(booking.window).or_default().push((booking.period, booking.people));
    }
    let over: HashMap<WindowId, (&Window, Vec<Over>)> = facts
        .windows
        .iter()
        .filter_map(|window| Some((window.id, (window, over(window, load.get(&window.id)?)))))
        .collect();
    for step in &plan.steps {
        let Some((window, over)) = over.get(&step.window) else { continue };
        let Some(period) = whole(step) else { continue };
        let from = over.partition_point(|one| one.at < period.from());
        for one in over[from..].iter().take_while(|one| one.at < period.to()) {
            if window.capacity.people.is_some_and(|most| one.people > u32::from(most.get())) {
                let what = format!("`{}` has fewer than {} people", window.name, one.people);
                note(found, step.number, Promise::Capacity, what);
            }
            if window.capacity.steps.is_some_and(|most| one.steps > usize::from(most.get())) {
                let what = format!("`{}` lets fewer than {} steps run", window.name, one.steps);
                note(found, step.number, Promise::Capacity, what);
            }
        }
    }
}

/// A moment at which more runs in a window than it has room for.
struct Over {
    at: Moment,
    people: u32,
    steps: usize,
}

/// These moments, in order. What runs becomes more only where something begins, so it is enough to look there; of two that touch,
/// the one has ended when the other begins.
fn over(window: &Window, load: &[(Period, u16)]) -> Vec<Over> {
    let capacity = &window.capacity;
    if capacity.people.is_none() && capacity.steps.is_none() {
        return Vec::new();
    }
    let mut begins: Vec<(Moment, u16)> =
        load.iter().map(|(period, people)| (period.from(), *people)).collect();
    let mut ends: Vec<(Moment, u16)> = load.iter().map(|(period, people)| (period.to(), *people)).collect();
    begins.sort_unstable();
    ends.sort_unstable();
    let (mut found, mut people, mut steps) = (Vec::new(), 0_u32, 0_usize);
    let mut ends = ends.into_iter().peekable();
    for (place, (at, heads)) in begins.iter().enumerate() {
        while let Some((_, gone)) = ends.next_if(|(end, _)| end <= at) {
            people = people.saturating_sub(u32::from(gone));
            steps = steps.saturating_sub(1);
        }
        people = people.saturating_add(u32::from(*heads));
        steps += 1;
        let is_last = begins.get(place + 1).is_none_or(|(next, _)| next != at);
        let too_many = capacity.people.is_some_and(|most| people > u32::from(most.get()))
            || capacity.steps.is_some_and(|most| steps > usize::from(most.get()));
        if is_last && too_many {
            found.push(Over { at: *at, people, steps });
        }
    }
    found
}
