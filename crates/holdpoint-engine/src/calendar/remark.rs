//! What people should know of a schedule before they count on it: that it never gives a time, gives none any more, or that the
//! clock is changed at a start.
//!
//! The surprise: a short time whose start the clock skips may not happen at all that night, and no list of occurrences shows it.

use holdpoint_domain::Moment;
use holdpoint_domain::window::Schedule;
use jiff::civil::DateTime;

use super::occurrence::{ClockChange, Starts, occurrences, place};
use super::open::Period;

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
    changes_of_the_clock(schedule, now)
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
