//! Clocks: until when something must have happened, who says so, and how it stands today.
//!
//! A clock is an object of its own beside the outcome of a ranking: it never lowers one, and the earliest is shown with its
//! source. Days are calendar days in the site's time zone: the day of the start is day 0, day 35 of 35 is in time to its
//! last second, and day 36 is late, whatever the clocks of the country did in between. The surprise: a state is never
//! stored, because it changes at midnight without anybody's doing; what is stored is the day.

use crate::Moment;
use crate::words::vocabulary;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Span, Timestamp};
use std::sync::LazyLock;

vocabulary! {
    /// Which rule set a clock.
    ClockKind, "clock" {
        /// CISA's catalogue of exploited vulnerabilities, with the issuer's own date.
        Kev = "kev",
        /// CISA's BOD 26-04.
        Bod2604 = "bod-26-04",
        /// The forensic triage of BOD 26-04, before anything is changed on the asset.
        Bod2604Forensic = "bod-26-04-forensic",
        /// NERC CIP-007 R2: evaluate.
        Cip007Evaluate = "cip-007-evaluate",
        /// NERC CIP-007 R2: apply, or plan.
        Cip007Plan = "cip-007-plan",
        /// NIS2, "without undue delay", in the days that the site takes that to be.
        Nis2 = "nis2",
        /// The regular cycle of the site, which holds once its owner has published one.
        Cycle = "cycle",
        /// The site's own rule.
        Site = "site",
    }
}

/// Days that NERC CIP-007 R2 gives, twice: to evaluate, then to apply or to plan.
pub const CIP_007_DAYS: i32 = 35;
/// Days that BOD 26-04 gives for the triage of a forensic case.
pub const FORENSIC_DAYS: i32 = 3;
/// From how many days before its day a clock is called due.
pub const DUE_DAYS: i32 = 7;

static BUNDLED: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The rules of an IANA time zone by the database in this program, never the machine's: the same window opens at the same moment
/// wherever it is reckoned.
#[must_use]
pub fn zone_rules(time_zone: &str) -> Option<TimeZone> {
    BUNDLED.get(time_zone).ok()
}

/// The calendar of a site.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
}

impl Calendar {
    /// The calendar of an IANA time zone; UTC's when the name is unknown.
    #[must_use]
    pub fn named(time_zone: &str) -> Self {
        Self { zone: zone_rules(time_zone).unwrap_or(TimeZone::UTC) }
    }

    /// UTC's calendar, for what stands on no site.
    #[must_use]
    pub const fn utc() -> Self {
        Self { zone: TimeZone::UTC }
    }

    /// The day on which a moment falls here; the last day of the calendar for a moment without end.
    #[must_use]
    pub fn day(&self, at: Moment) -> Date {
        Timestamp::from_microsecond(at.micros()).map_or(Date::MAX, |at| at.to_zoned(self.zone.clone()).date())
    }

    /// The first moment after a day: the end of it, and the first at which what was due on it is late.
    #[must_use]
    pub fn end_of(&self, day: Date) -> Moment {
        let next = day.tomorrow().ok().and_then(|next| next.to_zoned(self.zone.clone()).ok());
        next.map_or(Moment::OPEN, |next| Moment::from_micros(next.timestamp().as_microsecond()))
    }
}

/// That many calendar days after a day; the last day of the calendar when there is no such day.
#[must_use]
pub fn days_after(day: Date, days: i32) -> Date {
    day.checked_add(Span::new().days(days)).unwrap_or(Date::MAX)
}

/// Days from one day to another; negative when it lies before.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

/// Reads `YYYY-MM-DD`, as catalogues write days.
#[must_use]
pub fn read_day(text: &str) -> Option<Date> {
    text.get(..10).filter(|_| text.len() == 10).and_then(|text| text.parse().ok())
}

/// How far a clock has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// It runs, until the end of that day.
    Until(Date),
    /// It is bound to an event that has no date, such as the next upgrade of a system.
    UntilEvent,
    /// It begins when another clock is met.
    NotBegun,
    /// What it asks for was done on that day.
    Met {
        /// When it was done.
        on: Date,
        /// The last day on which that was in time; `None`: it had none.
        due: Option<Date>,
    },
    /// It does not bind here.
    NotApplicable,
}

/// Until when something must have happened, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Which rule set it.
    pub kind: ClockKind,
    /// What it asks for and where it comes from, in words.
    pub source: String,
    /// Day 0; `None`: it has not begun.
    pub start: Option<Date>,
    /// How far it has come.
    pub course: Course,
}

/// How a clock stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// That many days are left, more than [`DUE_DAYS`].
    Left {
        /// Days; 0 is today.
        days: i32,
    },
    /// At most [`DUE_DAYS`] days are left.
    Due {
        /// Days; 0 is today.
        days: i32,
    },
    /// It ran out that many days ago.
    Overdue {
        /// Days, at least 1.
        days: i32,
    },
    /// It was met.
    Met {
        /// Days after the last day in time; 0: in time.
        late: i32,
    },
    /// It runs without a date.
    Undated,
    /// It binds, and begins when another clock is met.
    NotBegun,
    /// It does not bind.
    NotApplicable,
}

impl Clock {
    /// The last day in time, while it runs.
    #[must_use]
    pub const fn due(&self) -> Option<Date> {
        match self.course {
            Course::Until(due) => Some(due),
            Course::UntilEvent | Course::NotBegun | Course::Met { .. } | Course::NotApplicable => None,
        }
    }

    /// How it stands on a day.
    #[must_use]
    pub fn state(&self, today: Date) -> ClockState {
        match self.course {
            Course::Until(due) => until(today, due),
            Course::Met { on, due } => {
                ClockState::Met { late: due.map_or(0, |due| days_between(due, on).max(0)) }
            }
            Course::UntilEvent => ClockState::Undated,
            Course::NotBegun => ClockState::NotBegun,
            Course::NotApplicable => ClockState::NotApplicable,
        }
    }
}

/// How something with a last day in time stands on a day.
#[must_use]
pub fn until(today: Date, due: Date) -> ClockState {
    match days_between(today, due) {
        left if left < 0 => ClockState::Overdue { days: left.saturating_neg() },
        left if left <= DUE_DAYS => ClockState::Due { days: left },
        left => ClockState::Left { days: left },
    }
}

impl std::fmt::Display for ClockState {
    /// The words of every page: `33 d left`, `due`, `overdue 2 d`, `met`, `not applicable`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Left { days } => write!(f, "{days} d left"),
            Self::Due { days: 0 } => f.write_str("due today"),
            Self::Due { days } => write!(f, "due in {days} d"),
            Self::Overdue { days } => write!(f, "overdue {days} d"),
            Self::Met { late: 0 } => f.write_str("met"),
            Self::Met { late } => write!(f, "met {late} d late"),
            Self::Undated => f.write_str("no date"),
            Self::NotBegun => f.write_str("not begun"),
            Self::NotApplicable => f.write_str("not applicable"),
        }
    }
}

/// The clock that runs out first; of equals the first in the list.
#[must_use]
pub fn earliest(clocks: &[Clock]) -> Option<&Clock> {
    clocks.iter().filter(|clock| clock.due().is_some()).min_by_key(|clock| clock.due())
}

/// The two clocks of NERC CIP-007 R2: known on a day, evaluated on a day, applied or planned on a day. Since `again` what was
/// planned before does not hold any more, and the second clock runs from that day.
#[must_use]
pub fn cip_007(
    known: Date,
    evaluated: Option<Date>,
    planned: Option<Date>,
    again: Option<Date>,
) -> [Clock; 2] {
    let again = again.filter(|again| planned.is_none_or(|on| *again <= on));
    let start = evaluated.max(again);
    let (first, second) =
        (days_after(known, CIP_007_DAYS), start.map(|start| days_after(start, CIP_007_DAYS)));
    let course = |done: Option<Date>, due: Option<Date>| match (done, due) {
        (Some(on), due) => Course::Met { on, due },
        (None, Some(due)) => Course::Until(due),
        (None, None) => Course::NotBegun,
    };
    [
        Clock {
            kind: ClockKind::Cip007Evaluate,
            source: format!(
                "NERC CIP-007 R2: evaluate within {CIP_007_DAYS} calendar days, known since {known}"
            ),
            start: Some(known),
            course: course(evaluated, Some(first)),
        },
        Clock {
            kind: ClockKind::Cip007Plan,
            source: match again {
                None => format!(
                    "NERC CIP-007 R2: apply or plan within {CIP_007_DAYS} calendar days of the evaluation"
                ),
                Some(again) => format!(
                    "NERC CIP-007 R2: apply or plan within {CIP_007_DAYS} calendar days; what was planned does not hold \
                     since {again}, so it runs again"
                ),
            },
            start,
            course: course(planned, second),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        read_day(text).expect("a day")
    }

    #[test]
    fn day_35_is_in_time_and_day_36_is_late_over_both_changes_of_the_clocks_and_a_leap_day() {
        for (known, last) in [
            ("2026-03-01", "2026-04-05"), // the clocks go forward on 29 March
            ("2026-10-01", "2026-11-05"), // and back on 25 October
            ("2028-02-10", "2028-03-16"), // over 29 February
            ("2027-02-10", "2027-03-17"),
            ("2026-12-15", "2027-01-19"),
        ] {
            let [first, second] = cip_007(day(known), None, None, None);
            assert_eq!(first.due(), Some(day(last)), "{known}");
            assert_eq!(first.state(day(last)), ClockState::Due { days: 0 });
            let after = day(last).tomorrow().expect("a day");
            assert_eq!(first.state(after), ClockState::Overdue { days: 1 });
            assert_eq!(second.state(after), ClockState::NotBegun);
        }
    }

    #[test]
    fn a_day_ends_at_the_site_and_not_in_greenwich() {
        let berlin = Calendar::named("Europe/Berlin");
        let late: Moment = "2026-03-28T23:30:00Z".parse().expect("a moment");
        assert_eq!(berlin.day(late), day("2026-03-29"));
        assert_eq!(Calendar::utc().day(late), day("2026-03-28"));
        // The day on which the clocks go forward has 23 hours.
        assert_eq!(berlin.end_of(day("2026-03-29")).to_string(), "2026-03-29T22:00:00Z");
        assert_eq!(berlin.end_of(day("2026-10-25")).to_string(), "2026-10-25T23:00:00Z");
        assert_eq!(berlin.day(Moment::OPEN), Date::MAX);
        assert_eq!(berlin.end_of(Date::MAX), Moment::OPEN);
    }

    #[test]
    fn the_second_clock_begins_with_the_evaluation_and_remembers_lateness() {
        let [first, second] = cip_007(day("2026-01-01"), Some(day("2026-02-06")), None, None);
        assert_eq!(first.state(day("2026-12-31")), ClockState::Met { late: 1 });
        assert_eq!(second.due(), Some(day("2026-03-13")));
        let [_, second] = cip_007(day("2026-01-01"), Some(day("2026-02-01")), Some(day("2026-03-08")), None);
        assert_eq!(second.state(day("2027-01-01")), ClockState::Met { late: 0 });
        assert_eq!(second.state(day("2027-01-01")).to_string(), "met");
        let failed =
            |planned| cip_007(day("2026-01-01"), Some(day("2026-02-01")), planned, Some(day("2026-06-01")));
        let [_, second] = failed(None);
        assert_eq!((second.start, second.due()), (Some(day("2026-06-01")), Some(day("2026-07-06"))));
        assert!(second.source.contains("since 2026-06-01"), "{}", second.source);
        let [_, second] = failed(Some(day("2026-06-20")));
        assert_eq!(second.state(day("2027-01-01")), ClockState::Met { late: 0 }, "planned anew");
    }

    #[test]
    fn the_words_are_those_of_the_pages_and_the_earliest_leads() {
        let clock = |kind, due: &str| Clock {
            kind,
            source: String::new(),
            start: None,
            course: Course::Until(day(due)),
        };
        let clocks = [clock(ClockKind::Site, "2026-12-24"), clock(ClockKind::Kev, "2026-12-01")];
        assert_eq!(earliest(&clocks).map(|clock| clock.kind), Some(ClockKind::Kev));
        let words = |today: &str| clocks[1].state(day(today)).to_string();
        assert_eq!(words("2026-11-23"), "8 d left");
        assert_eq!(words("2026-11-24"), "due in 7 d");
        assert_eq!(words("2026-12-01"), "due today");
        assert_eq!(words("2026-12-03"), "overdue 2 d");
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in ["", "2026-13-01", "2026-1-1", "2026-01-01T00:00:00Z", "soon", "２０２６-01"] {
            assert_eq!(read_day(text), None, "{text}");
        }
    }
}
