//! What the steps of a plan rest on, as short texts: two of them that differ make the plan stale, and say how.
//!
//! The surprise: only what a step rests on is here. A patch that was approved meanwhile, or a new window, makes another
//! plan possible and this one no worse; a new freeze does, so all freezes count.

use super::gather::Gathered;
use crate::planning::way_words;
use crate::windows::words as window_words;
use holdpoint_domain::id::{AssetId, WindowId};
use holdpoint_domain::plan::ChangePlan;
use holdpoint_domain::window::WindowKind;
use holdpoint_engine::planning::{AssetFacts, Facts, GroupFacts, Work};
use holdpoint_store::execution::AssetLine;
use holdpoint_store::plan::{Input, KeptWait};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The inputs, sorted.
pub(super) fn inputs(gathered: &Gathered, plan: &ChangePlan) -> Vec<Input> {
    let mut found: BTreeSet<Input> = BTreeSet::new();
    let mut add = |kind: &str, what: &str, value: String| {
        found.insert(Input { kind: kind.to_owned(), what: what.to_owned(), value });
    };
    let facts = &gathered.facts;
    // Looked up for each step: a plan can have twenty thousand.
    let used: BTreeSet<WindowId> = plan.steps.iter().map(|step| step.window).collect();
    let assets: HashMap<AssetId, &AssetFacts> = facts.assets.iter().rev().map(|one| (one.id, one)).collect();
    let groups: HashMap<&str, &GroupFacts> =
        facts.groups.iter().rev().map(|one| (one.name.as_str(), one)).collect();
    let work: HashMap<(AssetId, &str), &Work> =
        facts.work.iter().rev().map(|one| ((one.asset, one.patch.as_str()), one)).collect();
    let extra: HashMap<(AssetId, &str), &KeptWait> =
        gathered.extra.iter().rev().map(|one| ((one.asset, one.patch.as_str()), one)).collect();
    add("rules", &gathered.site.name, rules(gathered));
    for window in &facts.windows {
        let used = used.contains(&window.id);
        if window.kind == WindowKind::Freeze {
            add("freeze", &window.name, window_words(window));
        } else if used {
            add("window", &window.name, window_words(window));
        }
    }
    for step in &plan.steps {
        let Some(asset) = assets.get(&step.asset) else { continue };
        let zone = asset.zone.map_or_else(|| "no zone".to_owned(), |zone| zone.to_string());
        let group = asset.group.as_deref().unwrap_or("no group");
        let importance = asset.importance.map_or("importance not said", |one| one.word());
        add("asset", &asset.tag, format!("{zone}, {group}, {importance}, {:?}", asset.role));
        add("line", &asset.tag, line_words(gathered.lines.get(&asset.id)));
        if let Some(group) = &asset.group {
            add("member", &asset.tag, member(group));
        }
        if let Some(group) = asset.group.as_deref().and_then(|name| groups.get(name)) {
            add("group", &group.name, can_lose(group.may_lose));
        }
        let what = format!("{} on {}", step.patch, asset.tag);
        let Some(work) = work.get(&(step.asset, step.patch.as_str())) else {
            let why = extra.get(&(step.asset, step.patch.as_str()));
            let why = why.map(|one| format!(": it waits {}", one.why));
            add("need", &what, format!("not needed any more{}", why.unwrap_or_default()));
            continue;
        };
        if let Some((_, need)) = gathered.why.get(&(step.asset, step.patch.clone())) {
            add("need", &what, need.clone());
        }
        let missing: Vec<&str> = work.missing.iter().map(|one| one.what.as_str()).collect();
        let approval = if missing.is_empty() { "may be installed".to_owned() } else { missing.join("; ") };
        add("approval", &what, approval);
        let duration = work.estimate.map_or("nobody knows".to_owned(), |estimate| {
            format!(
                "{} + {} min, {}, {} people",
                estimate.work_minutes, estimate.undo_minutes, estimate.source, work.people
            )
        });
        add("duration", &what, duration);
        add("way-back", &what, work.way_back.as_ref().map_or("nobody has said".to_owned(), way_words));
    }
    found.into_iter().collect()
}

/// How a host is reached, as an input: where the work is done, and how that host is known.
fn line_words(line: Option<&AssetLine>) -> String {
    line.map_or_else(
        || "no line".to_owned(),
        |line| {
            format!(
                "{}@{} port {}, {}, {}",
                line.account, line.address, line.port, line.fingerprint, line.rights
            )
        },
    )
}

/// How assets were reached when their plan was made: what changed of it since, by asset. A second person released work on that host
/// and on no other.
pub(super) fn rerouted(gathered: &Gathered, plan: &ChangePlan, then: &[Input]) -> BTreeMap<AssetId, String> {
    let then: HashMap<&str, &str> = then
        .iter()
        .filter(|one| one.kind == "line")
        .map(|one| (one.what.as_str(), one.value.as_str()))
        .collect();
    let mut changed = BTreeMap::new();
    for asset in plan.steps.iter().map(|step| step.asset) {
        let Some((tag, was)) = gathered.tags.get(&asset).and_then(|tag| Some((tag, then.get(tag.as_str())?)))
        else {
            continue;
        };
        let is = line_words(gathered.lines.get(&asset));
        if is != **was {
            changed.insert(asset, format!("the line of {tag} was `{was}` and is `{is}`"));
        }
    }
    changed
}

/// Which group an asset belongs to, as an input.
fn member(group: &str) -> String {
    format!("in `{group}`")
}

/// What a group can lose, as an input.
fn can_lose(may_lose: Option<u16>) -> String {
    format!("can lose {}", may_lose.map_or("not said".to_owned(), |most| most.to_string()))
}

/// To which group assets belonged when their plan was made, and what these groups could lose: what changed of it since, by asset.
///
/// A second person released the plan on that ground, so nobody lets more of a group be lost by writing another number.
pub(super) fn regrouped(facts: &Facts, plan: &ChangePlan, then: &[Input]) -> BTreeMap<AssetId, String> {
    let then: HashMap<(&str, &str), &str> = then
        .iter()
        .filter(|one| ["member", "group"].contains(&one.kind.as_str()))
        .map(|one| ((one.kind.as_str(), one.what.as_str()), one.value.as_str()))
        .collect();
    let assets: HashMap<AssetId, &AssetFacts> = facts.assets.iter().map(|one| (one.id, one)).collect();
    let groups: HashMap<&str, &GroupFacts> =
        facts.groups.iter().rev().map(|one| (one.name.as_str(), one)).collect();
    let mut changed = BTreeMap::new();
    for asset in plan.steps.iter().filter_map(|step| assets.get(&step.asset)) {
        let is = asset.group.as_deref();
        if let Some(was) = then.get(&("member", asset.tag.as_str()))
            && is.map(member).as_deref() != Some(*was)
        {
            let is = is.map_or_else(|| "in no group".to_owned(), member);
            changed.insert(asset.id, format!("{} was {was} and is {is}", asset.tag));
            continue;
        }
        if let Some(group) = is.and_then(|name| groups.get(name))
            && let Some(was) = then.get(&("group", group.name.as_str()))
        {
            let is = can_lose(group.may_lose);
            if is != *was {
                changed.insert(asset.id, format!("`{}` {was} then and {is} now", group.name));
            }
        }
    }
    changed
}

fn rules(gathered: &Gathered) -> String {
    let rules = &gathered.facts.rules;
    format!(
        "{} pilots, waves of {}, soak {} min, margin {} min, {} failures allowed, in {}",
        rules.pilots,
        rules.wave_steps,
        rules.soak_minutes,
        rules.margin_minutes,
        rules.failures_allowed,
        gathered.zone
    )
}
