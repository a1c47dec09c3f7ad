//! A plan and its report as a text that an engineer of the plant can read, in the wall time of the site.

use holdpoint_domain::Moment;
use holdpoint_domain::id::{AssetId, WindowId};
use holdpoint_domain::moment::minutes_in_words;
use holdpoint_domain::plan::{ChangePlan, EstimateSource, HoldKind, WayBack};
use holdpoint_domain::window::ZoneName;
use std::collections::BTreeMap;
use std::fmt::Write;

use super::Exposure;
use super::facts::Facts;
use super::report::{Remark, WaitCause, WaitReport};

/// The most digits after the point of an exposure: a second of one hour of the least weight shows.
const MOST_DIGITS: usize = 6;

struct Names<'a> {
    assets: BTreeMap<AssetId, &'a str>,
    windows: BTreeMap<WindowId, &'a str>,
    zone: &'a ZoneName,
}

impl<'a> Names<'a> {
    fn new(facts: &'a Facts, zone: &'a ZoneName) -> Self {
        Self {
            assets: facts.assets.iter().map(|asset| (asset.id, asset.tag.as_str())).collect(),
            windows: facts.windows.iter().map(|window| (window.id, window.name.as_str())).collect(),
            zone,
        }
    }

    fn asset(&self, id: AssetId) -> &str {
        self.assets.get(&id).copied().unwrap_or("an asset that is not known here")
    }

    fn window(&self, id: WindowId) -> &str {
        self.windows.get(&id).copied().unwrap_or("a window that is not known here")
    }

    /// `Sat 2026-11-21 22:00 CET`.
    fn time(&self, at: Moment) -> String {
        jiff::Timestamp::from_microsecond(at.micros()).map_or_else(
            |_| "without end".to_owned(),
            |at| at.to_zoned(self.zone.rules()).strftime("%a %Y-%m-%d %H:%M %Z").to_string(),
        )
    }

    /// `23:30`, or the whole of it when that is on another day than the start.
    fn clock(&self, at: Moment, start: Moment) -> String {
        let day = |at: Moment| {
            let at = jiff::Timestamp::from_microsecond(at.micros()).ok()?;
            Some(at.to_zoned(self.zone.rules()))
        };
        match (day(at), day(start)) {
            (Some(at), Some(start)) if at.date() == start.date() => at.strftime("%H:%M").to_string(),
            _ => self.time(at),
        }
    }
}

/// The plan, wave by wave in the order of their first steps.
#[must_use]
pub fn plan_text(facts: &Facts, plan: &ChangePlan, exposure: &Exposure, zone: &ZoneName) -> String {
    let names = Names::new(facts, zone);
    let mut text = String::new();
    if plan.steps.is_empty() {
        text.push_str("No step has a place.\n");
    }
    for wave in &plan.waves {
        let allowed = match wave.failures_allowed {
            0 => "the first failure stops everything".to_owned(),
            count => format!("more than {count} failures stop everything"),
        };
        for hold in plan.holds.iter().filter(|hold| wave.steps.contains(&hold.before)) {
            if hold.kind == HoldKind::Traces {
                let _ = writeln!(
                    text,
                    "HOLD before step {} until the {} sees: {}",
                    hold.before, hold.opened_by, hold.evidence
                );
                continue;
            }
            let _ = writeln!(text, "HOLD until the {} sees: {}", hold.opened_by, hold.evidence);
        }
        let _ =
            writeln!(text, "{} wave {} of {}: {allowed}", capital(wave.kind.word()), wave.number, wave.patch);
        for step in plan.steps.iter().filter(|step| wave.steps.contains(&step.number)) {
            let _ = writeln!(
                text,
                "  {:>3}. {}  {}, done by {}, last safe start {}  ({}; {} min {}, undo {} min; {})",
                step.number,
                names.asset(step.asset),
                names.time(step.start),
                names.clock(step.end, step.start),
                names.clock(step.last_safe_start, step.start),
                names.window(step.window),
                step.estimate.work_minutes,
                match step.estimate.source {
                    EstimateSource::Learned => "as measured before",
                    EstimateSource::Declared => "as somebody estimated",
                },
                step.estimate.undo_minutes,
                way_back(&step.way_back),
            );
        }
    }
    if let Some(gap) = exposure.gap_percent() {
        let _ = writeln!(text, "{}", exposure_text(exposure, gap));
    }
    text
}

/// How much exposure is left, with digits enough to tell it from the least that is possible.
fn exposure_text(exposure: &Exposure, gap: f64) -> String {
    let Exposure { planned, bound, work } = *exposure;
    let over = if work == 1 { "1 step".to_owned() } else { format!("{work} steps") };
    let told = (0..=MOST_DIGITS).map(|digits| (format!("{planned:.digits$}"), format!("{bound:.digits$}")));
    // Three digits that count: 436, 43.6, 4.36.
    let few = [100.0, 10.0, 1.0, 0.1].iter().filter(|least| bound < **least).count();
    let apart = told.skip(few).find(|(planned, bound)| planned != bound);
    let Some((planned, bound)) = apart.filter(|_| gap >= 0.05) else {
        let digits = few.min(MOST_DIGITS);
        return format!(
            "Exposure left: {planned:.digits$} hours over {over}, each hour counted by how pressing the work is; no plan can be \
             below that."
        );
    };
    format!(
        "Exposure left: {planned} hours over {over}, each hour counted by how pressing the work is; no plan can be below \
         {bound} ({gap:.1} % above it)."
    )
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn way_back(way: &WayBack) -> String {
    match way {
        WayBack::Automatic { to } => format!("back to {to} by itself"),
        WayBack::ByHand { instruction } => format!("back by hand: {instruction}"),
        WayBack::None { signed_by, reason } => format!("NO WAY BACK, signed by {signed_by}: {reason}"),
    }
}

/// What waits, and for what.
#[must_use]
pub fn report_text(facts: &Facts, report: &WaitReport, zone: &ZoneName) -> String {
    let names = Names::new(facts, zone);
    let mut text = String::new();
    if report.waits.is_empty() {
        text.push_str("Nothing waits.\n");
    }
    for wait in &report.waits {
        let causes: Vec<String> = wait.causes.iter().map(cause_text).collect();
        let _ = writeln!(text, "{} on {} waits: {}", wait.patch, names.asset(wait.asset), causes.join("; "));
    }
    for remark in &report.remarks {
        let _ = writeln!(text, "{}", remark_text(*remark, |window| names.window(window).to_owned()));
    }
    if let Some(said) = by_person_text(&report.by_person, |asset| names.asset(asset).to_owned()) {
        let _ = writeln!(text, "{said}");
    }
    text
}

/// To which assets nothing leads, as a sentence; `tag` says what an asset is called. `None`: something leads to each.
#[must_use]
pub fn by_person_text(assets: &[AssetId], tag: impl Fn(AssetId) -> String) -> Option<String> {
    const MOST: usize = 10;
    if assets.is_empty() {
        return None;
    }
    let some: Vec<String> = assets.iter().take(MOST).map(|asset| tag(*asset)).collect();
    let more = assets.len().saturating_sub(MOST);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!(
        "Nothing leads to {}{more}: no agent, line or client; a person carries the steps out, by work order.",
        some.join(", ")
    ))
}

/// A remark as a sentence; `name` says what a window is called.
#[must_use]
pub fn remark_text(remark: Remark, name: impl Fn(WindowId) -> String) -> String {
    match remark {
        Remark::PeopleNotSaid(window) => {
            format!("Nobody has said how many people {} has; the plan counts on enough.", name(window))
        }
        Remark::StepsNotSaid(window) => format!(
            "Nobody has said how many steps may run at once in {}; the plan lets any number.",
            name(window)
        ),
        Remark::OccurrencesCut(window) => {
            format!("{} comes more often than was looked at; later occurrences are not used.", name(window))
        }
    }
}

/// A cause of waiting, as a clause that follows `waits:`.
#[must_use]
pub fn cause_text(cause: &WaitCause) -> String {
    match cause {
        WaitCause::Missing(missing) => format!("for {} (from {})", missing.what, missing.from),
        WaitCause::NoEstimate => "for somebody to say how long it takes".to_owned(),
        WaitCause::NoWayBack => "for a way back, or a signed word that there is none".to_owned(),
        WaitCause::NoDoor => "for a way in: nothing leads to it (no agent, line or client), and it promises an automatic way back that \
             nobody could go; enrol an agent, write its line, or write a way back by hand"
            .to_owned(),
        WaitCause::NoOrderedWayBack => "for another way back: it promises an automatic one, and this kind of client has none that can be \
             ordered; write one by hand, or sign that there is none"
            .to_owned(),
        WaitCause::NoAsset => "the asset is not known at this site".to_owned(),
        WaitCause::NumberTwice => "its number is used twice".to_owned(),
        WaitCause::GroupUnknown { group } => {
            format!("for somebody to say how many members the redundancy group {group} can lose")
        }
        WaitCause::GroupSpent { group, may_lose: 0, .. } => {
            format!("for the redundancy group {group}: it can lose none of its members, so nothing of it goes out")
        }
        WaitCause::GroupSpent { group, may_lose, out_now } => format!(
            "for the redundancy group {group}: it can lose {may_lose}, and {out_now} others are out of work now"
        ),
        WaitCause::Needs { work } => format!("for work {work}, which has no place"),
        WaitCause::Circle => "it needs work that needs it".to_owned(),
        WaitCause::WaveBefore => "for the wave before, which has no place".to_owned(),
        WaitCause::NoWindow => "for a window: none reaches it before the end of the horizon".to_owned(),
        WaitCause::Frozen { occurrences } => {
            format!("for a window that is not frozen: all {occurrences} occurrences are")
        }
        WaitCause::TooShort { longest, needed } => format!(
            "for a longer window: work, undo and margin take {}, the longest stretch has {longest}",
            minutes_in_words(u64::try_from(*needed).unwrap_or_default())
        ),
        WaitCause::TooFewPeople { most, needed } => {
            format!("for people: it takes {needed}, no window has more than {most}")
        }
        WaitCause::Full => {
            "for room: all windows up to the end of the horizon are taken by other work".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_exposures_that_differ_are_never_told_as_one_number() {
        let told = |planned, bound| {
            let exposure = Exposure { planned, bound, work: 1 };
            exposure_text(&exposure, exposure.gap_percent().unwrap_or_default())
        };
        assert!(told(1.2, 1.1).contains("1.20 hours over 1 step,"), "{}", told(1.2, 1.1));
        assert!(told(1.2, 1.1).contains("below 1.10 (9.1 % above it)"), "{}", told(1.2, 1.1));
        assert!(told(0.29, 0.23).contains("0.290 hours") && told(0.29, 0.23).contains("below 0.230 (26.1 %"));
        assert!(told(436.2, 436.0).contains("436 hours") && told(436.2, 436.0).ends_with("below that."));
        assert!(
            told(1000.2, 999.4).contains("1000 hours") && told(1000.2, 999.4).contains("below 999 (0.1 %")
        );
        assert!(told(5.0, 5.0).ends_with("no plan can be below that."), "{}", told(5.0, 5.0));
    }
}
