//! Plans in words: the head of a text, causes of waiting, times of the plant.

use super::gather::Gathered;
use holdpoint_domain::Moment;
use holdpoint_domain::plan::ChangePlan;
use holdpoint_domain::plan::life::PlanState;
use holdpoint_domain::window::ZoneName;
use holdpoint_engine::planning::{Facts, Wait, WaitCause, cause_text};
use holdpoint_store::plan::{KeptWait, PlanLine};
use std::collections::BTreeMap;

/// The head of the text of a plan: what it is and where it stands.
pub(super) fn head(line: &PlanLine) -> String {
    let zone: Option<ZoneName> = line.time_zone.parse().ok();
    let time = |at: Moment| zone.as_ref().map_or_else(|| at.to_string(), |zone| plant_time(zone, at));
    let state = match &line.state {
        PlanState::Draft => "Draft: nobody has asked for its release.".to_owned(),
        PlanState::Submitted { submitted } => {
            format!("Waits for release since {}, asked by {}.", time(submitted.at), submitted.by.name)
        }
        PlanState::Released { submitted, released } => format!(
            "Released on {} by {}, asked by {}.",
            time(released.at),
            released.by.name,
            submitted.by.name
        ),
        PlanState::Rejected { rejected, why } => {
            format!("REJECTED on {} by {}: {why}", time(rejected.at), rejected.by.name)
        }
        PlanState::Withdrawn { withdrawn, why } => {
            format!("WITHDRAWN on {} by {}: {why}", time(withdrawn.at), withdrawn.by.name)
        }
        PlanState::Ended { submitted, released, at, steps } => format!(
            "ENDED on {}: {steps}. Released by {}, asked by {}.",
            time(*at),
            released.by.name,
            submitted.by.name
        ),
        PlanState::Superseded { by, at } => format!("REPLACED on {} by plan {by}.", time(*at)),
    };
    format!(
        "Change plan {}: {}\n{}, times of {}. Made on {} by {}: {}\n{state}\n\n",
        line.number,
        line.title,
        line.site_name,
        line.time_zone,
        time(line.made_at),
        line.author.name,
        line.reason,
    )
}

/// `Sat 2026-11-21 22:00 CET`.
pub(super) fn plant_time(zone: &ZoneName, at: Moment) -> String {
    jiff::Timestamp::from_microsecond(at.micros()).map_or_else(
        |_| "without end".to_owned(),
        |at| at.to_zoned(zone.rules()).strftime("%a %Y-%m-%d %H:%M %Z").to_string(),
    )
}

/// A wait with its causes, in words that name assets and patches.
pub(super) fn kept_wait(
    facts: &Facts,
    wait: &Wait,
    tags: &BTreeMap<holdpoint_domain::id::AssetId, String>,
) -> KeptWait {
    let tag = |asset| tags.get(&asset).cloned().unwrap_or_default();
    let clause = |cause: &WaitCause| match cause {
        WaitCause::Needs { work } => {
            let found = facts.work.iter().find(|one| one.number == *work);
            found.map_or_else(
                || cause_text(cause),
                |one| format!("for {} on {}, which has no place", one.patch, tag(one.asset)),
            )
        }
        WaitCause::Missing(_)
        | WaitCause::NoEstimate
        | WaitCause::NoWayBack
        | WaitCause::NoDoor
        | WaitCause::NoOrderedWayBack
        | WaitCause::NoAsset
        | WaitCause::NumberTwice
        | WaitCause::GroupUnknown { .. }
        | WaitCause::GroupSpent { .. }
        | WaitCause::Circle
        | WaitCause::WaveBefore
        | WaitCause::NoWindow
        | WaitCause::Frozen { .. }
        | WaitCause::TooShort { .. }
        | WaitCause::TooFewPeople { .. }
        | WaitCause::Full => cause_text(cause),
    };
    let clauses: Vec<String> = wait.causes.iter().map(clause).collect();
    KeptWait {
        asset: wait.asset,
        tag: tag(wait.asset),
        patch: wait.patch.clone(),
        cause: wait.causes.first().map_or("full", code).to_owned(),
        why: clauses.join("; "),
    }
}

/// Where what is missing of approval comes from; what is missing otherwise comes from elsewhere.
pub(super) const FROM_APPROVERS: &str = "the approvers";

fn code(cause: &WaitCause) -> &'static str {
    match cause {
        WaitCause::Missing(missing) if missing.from == FROM_APPROVERS => "approval",
        WaitCause::Missing(_) => "need",
        WaitCause::NoEstimate => "estimate",
        WaitCause::NoWayBack | WaitCause::NoOrderedWayBack => "way-back",
        WaitCause::NoDoor => "no-door",
        WaitCause::NoAsset => "asset",
        WaitCause::NumberTwice => "number-twice",
        WaitCause::GroupUnknown { .. } | WaitCause::GroupSpent { .. } => "group",
        WaitCause::Needs { .. } => "needs",
        WaitCause::Circle => "circle",
        WaitCause::WaveBefore => "wave-before",
        WaitCause::NoWindow => "no-window",
        WaitCause::Frozen { .. } => "frozen",
        WaitCause::TooShort { .. } => "too-short",
        WaitCause::TooFewPeople { .. } => "people",
        WaitCause::Full => "full",
    }
}

/// Of which steps nobody knows whether they are needed, one sentence for each patch and reason: a second person who releases the plan
/// releases that too.
pub(super) fn need_texts(gathered: &Gathered, plan: &ChangePlan) -> Vec<String> {
    const MOST: usize = 10;
    let mut assets: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for step in &plan.steps {
        let Some(why) = gathered.need_unknown.get(&(step.asset, step.patch.clone())) else { continue };
        let tag = gathered.tags.get(&step.asset).map_or("an asset", String::as_str);
        assets.entry((step.patch.as_str(), why.as_str())).or_default().push(tag);
    }
    let sentence = |((patch, why), mut tags): ((&str, &str), Vec<&str>)| {
        tags.sort_unstable();
        let more = tags.len().saturating_sub(MOST);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        tags.truncate(MOST);
        format!("It is not known whether {patch} is needed on {}{more}: {why}.", tags.join(", "))
    };
    assets.into_iter().map(sentence).collect()
}
