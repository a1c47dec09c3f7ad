//! Recurrence rules of calendars (RFC 5545, section 3.3.10): the part that windows of work need, as data.
//!
//! Lives here: reading a rule from its text, writing it back, and what of the standard is not taken. Does not live here:
//! which days a rule gives (the engine's `calendar`). The surprise: a rule speaks in wall time, the time on the clock of
//! the site, and only dates recur; the time of day is that of the first occurrence. Parts of the standard that a plant's
//! calendar does not use (hours, minutes, seconds, weeks of the year, days of the year) are refused by name, because a
//! rule that is read by half puts work on the wrong night.

mod text;

use jiff::civil::{DateTime, Weekday};
use std::num::NonZeroU16;

use crate::words::vocabulary;

vocabulary! {
    /// How often a rule comes round.
    Frequency, "frequency" {
        /// Every so many days.
        Daily = "DAILY",
        /// Every so many weeks.
        Weekly = "WEEKLY",
        /// Every so many months.
        Monthly = "MONTHLY",
        /// Every so many years.
        Yearly = "YEARLY",
    }
}

/// A weekday of a rule: every one of the period, or the n-th.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleDay {
    /// Which one of the period: 1 the first, -1 the last, 0 every one. -53 to 53.
    pub nth: i8,
    /// The day of the week.
    pub day: Weekday,
}

/// Where a rule ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleEnd {
    /// It does not.
    Never,
    /// After that many occurrences, the first one counted; at least 1.
    Count(u32),
    /// With the last occurrence that starts at or before this wall time of the schedule's zone.
    Until(DateTime),
}

/// A recurrence rule. Made by [`Recurrence::read`], which refuses what cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    /// How often.
    pub frequency: Frequency,
    /// Every how many days, weeks, months or years.
    pub interval: NonZeroU16,
    /// Months, 1 to 12; empty: not restricted.
    pub months: Vec<i8>,
    /// Days of the month, 1 to 31, or -1 (the last) to -31; empty: not restricted.
    pub month_days: Vec<i8>,
    /// Weekdays; empty: not restricted.
    pub days: Vec<RuleDay>,
    /// Which of the days of a period are taken: 1 the first, -1 the last; empty: all.
    pub positions: Vec<i16>,
    /// The day on which a week begins; counts for every second week and the like.
    pub week_start: Weekday,
    /// Where it ends.
    pub end: RuleEnd,
}

/// Why a text is no recurrence rule that Holdpoint takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRecurrence {
    /// A part is not `NAME=VALUE`, a name comes twice, or the whole is too long.
    #[error("`{part}` in a recurrence rule cannot be read: {why}")]
    Unreadable {
        /// The part, cut to 64 characters.
        part: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A part of the standard that is not taken here.
    #[error(
        "a recurrence rule with {part} is not supported; write the window by days, weekdays, days of the month or months"
    )]
    NotSupported {
        /// The part, such as `BYWEEKNO`.
        part: String,
    },
    /// Parts that contradict each other by the standard.
    #[error("a recurrence rule cannot be {what}")]
    Contradiction {
        /// What stands against what.
        what: &'static str,
    },
}

#[cfg(test)]
mod tests;
