//! What people should know of a schedule before they count on it: that it never gives a time, gives none any more, that the
//! clock is changed at a start, or that what is named as a start is none.
//!
//! The surprise: a short time whose start the clock skips may not happen at all that night, and no list of occurrences shows it.

use holdpoint_domain::Moment;
use holdpoint_domain::window::Schedule;
use jiff::civil::DateTime;
use std::collections::BTreeSet;

use super::occurrence::{ClockChange, Starts, occurrences, place};
use super::open::Period;
use super::recur::Days;

const DAY: i64 = 24 * 3_600_000_000;
/// Changes of the clock are looked for so far ahead: two years hold four of them.
const LOOK_AHEAD: i64 = 731 * DAY;
/// The last moment that is asked for: the calendar ends soon after it.
const FAR: i64 = 7_900 * 366 * DAY;
/// So many changes of the clock are named.
const NAMED: usize = 4;
/// So many occurrences are looked through for the last one.
const MOST: usize = 20_000;

/// Something to know of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// It never gives a time.
    Never,
    /// It gives no time any more.
    Over {
        /// When the last one ended, where that was found.
        ended: Option<Moment>,
    },
    /// The clock skips this start: it begins later on the clock.
    Skipped {
        /// The start, as the schedule says.
        wall_start: DateTime,
        /// When it begins.
        from: Moment,
    },
    /// The clock skips all of it: it does not happen.
    Lost {
        /// The start, as the schedule says.
        wall_start: DateTime,
    },
    /// The clock shows this start twice: it is the first.
    Twice {
        /// The start, as the schedule says.
        wall_start: DateTime,
        /// When it begins.
        from: Moment,
    },
    /// A start that is left out is none of its starts: it takes nothing away.
    NoStart {
        /// The start, as the schedule says.
        wall_start: DateTime,
    },
    /// Its rule does not give the first start: here it begins with the next that the rule gives, and other calendars may take the
    /// first one for a start.
    FirstIsNone {
        /// The first start, as the schedule says.
        wall_start: DateTime,
    },
}

/// What there is to know of a schedule, as it stands now.
#[must_use]
pub fn remarks(schedule: &Schedule, now: Moment) -> Vec<Remark> {
    let far = Moment::from_micros(FAR);
    let past = Moment::from_micros(-FAR / 4);
    let gives = |from: Moment, to: Moment| {
        Period::new(from, to).is_some_and(|within| !occurrences(schedule, within, 1).items.is_empty())
    };
    if !gives(now, far) {
        if !gives(past, far) {
            return vec![Remark::Never];
        }
        let gone = Period::new(past, now).map(|within| occurrences(schedule, within, MOST));
        let ended = gone.filter(|gone| !gone.cut).and_then(|gone| Some(gone.items.last()?.period.to()));
        return vec![Remark::Over { ended }];
    }
    let mut found = starts_that_are_none(schedule);
    found.extend(changes_of_the_clock(schedule, now));
    found
}

/// What is named as a start and is none.
fn starts_that_are_none(schedule: &Schedule) -> Vec<Remark> {
    let mut found = Vec::new();
    if let Some(rule) = schedule.recurrence()
        && Days::new(rule, schedule.first().date()).next() != Some(schedule.first().date())
    {
        found.push(Remark::FirstIsNone { wall_start: schedule.first() });
    }
    let Some(last) = schedule.left_out().last() else { return found };
    let all = Schedule::new(
        schedule.zone().clone(),
        schedule.first(),
        schedule.length(),
        schedule.recurrence().cloned(),
        schedule.added().clone(),
        BTreeSet::new(),
    );
    let always = Period::new(Moment::from_micros(-FAR / 4), Moment::from_micros(FAR));
    let (Ok(all), Some(always)) = (all, always) else { return found };
    let starts = Starts::new(&all, &schedule.zone().rules(), always);
    let given: BTreeSet<DateTime> = starts.take(MOST).take_while(|start| start <= last).collect();
    // Of what comes after so many starts nobody has looked.
    let looked_to = if given.len() < MOST { Some(last) } else { given.last() };
    let none = schedule.left_out().iter().filter(|start| looked_to >= Some(*start) && !given.contains(start));
    found.extend(none.take(NAMED).map(|wall_start| Remark::NoStart { wall_start: *wall_start }));
    found
}

fn changes_of_the_clock(schedule: &Schedule, now: Moment) -> Vec<Remark> {
    let (zone, mut found) = (schedule.zone().rules(), Vec::new());
    let until = now.plus_micros(LOOK_AHEAD);
    let Some(within) = Period::new(now, until) else { return found };
    let today = jiff::Timestamp::from_microsecond(now.micros()).map(|at| zone.to_datetime(at));
    let end = jiff::Timestamp::from_microsecond(until.micros()).map(|at| zone.to_datetime(at));
    let (Ok(today), Ok(end)) = (today, end) else { return found };
    for wall_start in Starts::new(schedule, &zone, within).take_while(|wall| *wall < end) {
        if wall_start < today || found.len() == NAMED {
            continue;
        }
        found.extend(match place(schedule, wall_start, &zone) {
            None => Some(Remark::Lost { wall_start }),
            Some(one) => match one.at_start {
                ClockChange::None => None,
                ClockChange::Skipped => Some(Remark::Skipped { wall_start, from: one.period.from() }),
                ClockChange::Twice => Some(Remark::Twice { wall_start, from: one.period.from() }),
            },
        });
    }
    found
}
