//! The clocks of a finding: which rules bind the site, and from which day each counts.
//!
//! KEV's clock keeps the issuer's own date. BOD 26-04 gives days without saying from when; they are counted from the later of
//! the listing and the day on which the finding became known here, since nobody can act before both. The surprise: where an
//! input of the directive is unknown, the shortest time that is possible counts, and the source says so.

use super::{Answer, Case, Round};
use holdpoint_domain::clock::{Clock, ClockKind, Course, FORENSIC_DAYS, cip_007, days_after};
use holdpoint_domain::ranking::fact::Kev;
use holdpoint_domain::ranking::point::{Possible, Timeline};
use holdpoint_domain::ranking::policy::Lane;
use holdpoint_domain::ranking::table::{BOD_26_04, bod_26_04_span};
use jiff::civil::Date;

/// What BOD 26-04 gives.
#[must_use]
pub fn timeline(case: &Case<'_>) -> Possible<Timeline> {
    bod_26_04_span(
        case.vulnerability.listed(),
        case.asset.publicly_exposed(),
        case.vulnerability.automatable.possible,
        case.vulnerability.technical_impact.possible,
    )
}

/// Whether the directive, where it binds, asks that traces be secured before the asset is changed: of what is listed as
/// exploited, when nothing that is known rules it out.
#[must_use]
pub fn asks_for_traces(case: &Case<'_>) -> bool {
    let listed = matches!(case.vulnerability.kev, Kev::Listed { .. });
    listed && case.policy.binding.bod_26_04 && timeline(case).highest() == Timeline::ThreeDaysForensic
}

/// The earliest day and its clock, without the words: what ranking a fleet asks for.
pub(crate) fn earliest(case: &Case<'_>, answer: &Answer) -> Option<(Date, ClockKind)> {
    let binding = case.policy.binding;
    let opened = case.progress.opened;
    let mut first = (days_after(opened, answer.rule.days), ClockKind::Site);
    let mut offer = |due: Date, kind| {
        if due < first.0 {
            first = (due, kind);
        }
    };
    if binding.kev
        && let Kev::Listed { due: Some(due), .. } = case.vulnerability.kev
    {
        offer(due, ClockKind::Kev);
    }
    if binding.bod_26_04 {
        let timeline = timeline(case).highest();
        if let Some(days) = timeline.days() {
            let kind = if timeline == Timeline::ThreeDaysForensic {
                ClockKind::Bod2604Forensic
            } else {
                ClockKind::Bod2604
            };
            offer(days_after(bod_start(case), days), kind);
        }
    }
    if binding.cip_007 {
        for clock in plan_clocks(case) {
            if let Some(due) = clock.due() {
                offer(due, clock.kind);
            }
        }
    }
    if let Some(days) = binding.nis2_days {
        offer(days_after(opened, days), ClockKind::Nis2);
    }
    if let Some(phase) = case.progress.round.binds(answer.rule.lane) {
        offer(phase.install_by, ClockKind::Cycle);
    }
    Some(first)
}

fn plan_clocks(case: &Case<'_>) -> [Clock; 2] {
    let progress = case.progress;
    cip_007(progress.opened, progress.evaluated, progress.planned, progress.again)
}

fn bod_start(case: &Case<'_>) -> Date {
    let opened = case.progress.opened;
    match case.vulnerability.kev {
        Kev::Listed { added: Some(added), .. } => added.max(opened),
        Kev::Listed { added: None, .. } | Kev::NotListed | Kev::NeverRead => opened,
    }
}

/// All clocks of a finding, those that do not bind included: a reader sees that they were thought of.
#[must_use]
pub(crate) fn all(case: &Case<'_>, answer: &Answer) -> Vec<Clock> {
    let binding = case.policy.binding;
    let opened = case.progress.opened;
    let mut clocks = vec![Clock {
        kind: ClockKind::Site,
        source: format!(
            "ranking policy, version {}: {} within {} days of {opened}",
            case.policy.version, answer.rule.lane, answer.rule.days
        ),
        start: Some(opened),
        course: Course::Until(days_after(opened, answer.rule.days)),
    }];
    clocks.push(if binding.kev { kev(case) } else { unbound(ClockKind::Kev) });
    if binding.bod_26_04 {
        directive(case, &mut clocks);
    } else {
        clocks.push(unbound(ClockKind::Bod2604));
    }
    if binding.cip_007 {
        clocks.extend(plan_clocks(case));
    } else {
        clocks.extend([unbound(ClockKind::Cip007Evaluate), unbound(ClockKind::Cip007Plan)]);
    }
    clocks.push(match binding.nis2_days {
        Some(days) => Clock {
            kind: ClockKind::Nis2,
            source: format!("NIS2: without undue delay, here {days} days, which is the site's own reading"),
            start: Some(opened),
            course: Course::Until(days_after(opened, days)),
        },
        None => unbound(ClockKind::Nis2),
    });
    clocks.push(cycle(case.progress.round, answer.rule.lane));
    clocks
}

fn cycle(round: Round, lane: Lane) -> Clock {
    let silent =
        |source: String| Clock { kind: ClockKind::Cycle, source, start: None, course: Course::NotApplicable };
    match (round, round.binds(lane)) {
        (_, Some(phase)) => Clock {
            kind: ClockKind::Cycle,
            source: format!(
                "the regular cycle: the round of {}, evaluated by {}, tested by {}, installed by {}",
                phase.begins, phase.evaluate_by, phase.test_by, phase.install_by
            ),
            start: Some(phase.begins),
            course: Course::Until(phase.install_by),
        },
        (Round::None, None) => silent("no regular cycle was published for the site".to_owned()),
        (Round::Outside(category), None) => silent(format!(
            "by the rules on categories this is dealt with as `{category}`, outside the cycle"
        )),
        (Round::In(_), None) => silent(format!("what is in lane `{lane}` does not go by the regular cycle")),
    }
}

fn unbound(kind: ClockKind) -> Clock {
    let source = "the ranking policy does not bind this site to it".to_owned();
    Clock { kind, source, start: None, course: Course::NotApplicable }
}

fn kev(case: &Case<'_>) -> Clock {
    let (source, start, course) = match case.vulnerability.kev {
        Kev::Listed { added, due: Some(due), .. } => {
            (format!("KEV: the issuer's date is {due}"), added, Course::Until(due))
        }
        Kev::Listed { added, due: None, .. } => {
            ("KEV: listed, and no date that can be read".to_owned(), added, Course::UntilEvent)
        }
        Kev::NotListed => ("KEV does not list it".to_owned(), None, Course::NotApplicable),
        Kev::NeverRead => ("KEV was never read here: unknown".to_owned(), None, Course::NotBegun),
    };
    Clock { kind: ClockKind::Kev, source, start, course }
}

fn directive(case: &Case<'_>, clocks: &mut Vec<Clock>) {
    let timeline = timeline(case);
    let start = bod_start(case);
    let doubt = if timeline.known().is_some() { "" } else { "; the shortest possible counts" };
    let source = format!("BOD 26-04 ({BOD_26_04}): {timeline}{doubt}, counted from {start}");
    let course =
        timeline.highest().days().map_or(Course::UntilEvent, |days| Course::Until(days_after(start, days)));
    if timeline.highest() == Timeline::ThreeDaysForensic {
        clocks.push(Clock {
            kind: ClockKind::Bod2604Forensic,
            source: format!("BOD 26-04: secure the traces before anything is changed, triage by day {FORENSIC_DAYS}{doubt}"),
            start: Some(start),
            course: Course::Until(days_after(start, FORENSIC_DAYS)),
        });
    }
    clocks.push(Clock { kind: ClockKind::Bod2604, source, start: Some(start), course });
}
