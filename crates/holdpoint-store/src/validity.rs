//! Periods of validity of temporal rows, and how "now" is asked for.
//!
//! The surprise: "now" is the last moment before the end of time, so that one condition,
//! `valid_from <= t AND valid_to > t`, finds the rows of the past and the open ones alike.

use holdpoint_domain::Moment;

/// The moment to compare periods with. [`Moment::OPEN`], which means now, becomes the last moment before it.
pub(crate) fn instant(as_of: Moment) -> Moment {
    as_of.min(Moment::from_micros(i64::MAX - 1))
}

/// When a new row may begin: at the wanted moment, but never before its forerunner has lasted a microsecond, so
/// that no version of the past can be hidden by a clock that stood still or went back.
pub(crate) fn begin_after(wanted: Moment, forerunner_began: Option<Moment>) -> Moment {
    forerunner_began.map_or(wanted, |began| wanted.max(began.plus_micros(1)))
}
