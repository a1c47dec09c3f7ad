//! What the steps of a plan rest on, as short texts: two of them that differ make the plan stale, and say how.
//!
//! The surprise: only what a step rests on is here. A patch that was approved meanwhile, or a new window, makes another
//! plan possible and this one no worse; a new freeze does, so all freezes count.

use super::gather::Gathered;
use crate::planning::way_words;
use crate::windows::words as window_words;
use holdpoint_domain::plan::ChangePlan;
use holdpoint_domain::window::WindowKind;
use holdpoint_store::plan::Input;
use std::collections::BTreeSet;

/// The inputs, sorted.
pub(super) fn inputs(gathered: &Gathered, plan: &ChangePlan) -> Vec<Input> {
    let mut found: BTreeSet<Input> = BTreeSet::new();
    let mut add = |kind: &str, what: &str, value: String| {
        found.insert(Input { kind: kind.to_owned(), what: what.to_owned(), value });
    };
    let facts = &gathered.facts;
    add("rules", &gathered.site.name, rules(gathered));
    for window in &facts.windows {
        let used = plan.steps.iter().any(|step| step.window == window.id);
        if window.kind == WindowKind::Freeze {
            add("freeze", &window.name, window_words(window));
        } else if used {
            add("window", &window.name, window_words(window));
        }
    }
    for step in &plan.steps {
        let Some(asset) = facts.assets.iter().find(|one| one.id == step.asset) else { continue };
        let zone = asset.zone.map_or_else(|| "no zone".to_owned(), |zone| zone.to_string());
        let group = asset.group.as_deref().unwrap_or("no group");
        let importance = asset.importance.map_or("importance not said", |one| one.word());
        add("asset", &asset.tag, format!("{zone}, {group}, {importance}, {:?}", asset.role));
        if let Some(group) = facts.groups.iter().find(|one| Some(&one.name) == asset.group.as_ref()) {
            let lose = group.may_lose.map_or("not said".to_owned(), |most| most.to_string());
            add("group", &group.name, format!("can lose {lose}"));
        }
        let what = format!("{} on {}", step.patch, asset.tag);
        let work = facts.work.iter().find(|one| one.asset == step.asset && one.patch == step.patch);
        let Some(work) = work else {
            add("need", &what, "not needed any more".to_owned());
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
