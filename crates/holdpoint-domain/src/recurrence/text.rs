//! A recurrence rule as text: reading `FREQ=MONTHLY;BYDAY=2SA`, and writing it in one canonical order.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroU16;

use super::{Frequency, NoRecurrence, Recurrence, RuleDay, RuleEnd};

/// Longest text of a rule, in bytes.
const LONGEST: usize = 1_024;
/// Most values in one list of a rule.
const MOST_VALUES: usize = 400;
/// Most occurrences that a rule may count.
const MOST_OCCURRENCES: u32 = 100_000;

impl Recurrence {
    /// Reads the value of an `RRULE` property. `zone` turns an end that is written in UTC into the wall time of the
    /// schedule's zone.
    ///
    /// # Errors
    /// A text that is no rule, or a rule that says more than Holdpoint follows.
    pub fn read(text: &str, zone: &TimeZone) -> Result<Self, NoRecurrence> {
        if text.len() > LONGEST {
            return Err(unreadable(text, "it is longer than a rule can sensibly be"));
        }
        let mut seen = BTreeSet::new();
        let mut draft = Draft::default();
        for part in text.trim().trim_end_matches(';').split(';') {
            let Some((name, value)) = part.split_once('=') else {
                return Err(unreadable(part, "each part is a name, an equals sign and a value"));
            };
            let name = name.trim().to_ascii_uppercase();
            if !seen.insert(name.clone()) {
                return Err(unreadable(part, "the same name comes twice"));
            }
            draft.take(&name, value.trim(), zone)?;
        }
        draft.finish()
    }

    /// A rule that comes round every `interval` periods, without restriction or end.
    #[must_use]
    pub const fn every(interval: NonZeroU16, frequency: Frequency) -> Self {
        Self {
            frequency,
            interval,
            months: Vec::new(),
            month_days: Vec::new(),
            days: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Monday,
            end: RuleEnd::Never,
        }
    }
}

#[derive(Default)]
struct Draft {
    frequency: Option<Frequency>,
    interval: Option<NonZeroU16>,
    months: Vec<i8>,
    month_days: Vec<i8>,
    days: Vec<RuleDay>,
    positions: Vec<i16>,
    week_start: Option<Weekday>,
    count: Option<u32>,
    until: Option<DateTime>,
}

impl Draft {
    fn take(&mut self, name: &str, value: &str, zone: &TimeZone) -> Result<(), NoRecurrence> {
        match name {
            "FREQ" => self.frequency = Some(frequency(value)?),
            "INTERVAL" => {
                let interval: NonZeroU16 = value
                    .parse()
                    .map_err(|_| unreadable(value, "an interval is a number from 1 to 65535"))?;
                self.interval = Some(interval);
            }
            "COUNT" => {
                let count = value.parse().ok().filter(|count| (1..=MOST_OCCURRENCES).contains(count));
                self.count =
                    Some(count.ok_or_else(|| unreadable(value, "a count is a number from 1 to 100000"))?);
            }
            "UNTIL" => self.until = Some(until(value, zone)?),
            "BYMONTH" => {
                self.months = list(value, |part| part.parse().ok().filter(|month| (1..=12).contains(month)))?;
            }
            "BYMONTHDAY" => {
                self.month_days = list(value, |part| {
                    part.parse().ok().filter(|day: &i8| *day != 0 && (-31..=31).contains(day))
                })?;
            }
            "BYDAY" => self.days = list(value, rule_day)?,
            "BYSETPOS" => {
                self.positions = list(value, |part| {
                    part.parse().ok().filter(|place: &i16| *place != 0 && (-366..=366).contains(place))
                })?;
            }
            "WKST" => {
                self.week_start =
                    Some(weekday(value).ok_or_else(|| unreadable(value, "it is no day of the week"))?);
            }
            "BYSECOND" | "BYMINUTE" | "BYHOUR" | "BYYEARDAY" | "BYWEEKNO" | "RSCALE" | "SKIP" => {
                return Err(NoRecurrence::NotSupported { part: name.to_owned() });
            }
            _ => return Err(unreadable(name, "the standard knows no such part")),
        }
        Ok(())
    }

    fn finish(self) -> Result<Recurrence, NoRecurrence> {
        let Some(frequency) = self.frequency else {
            return Err(unreadable("FREQ", "a rule must say how often it comes round"));
        };
        let end = match (self.count, self.until) {
            (None, None) => RuleEnd::Never,
            (Some(count), None) => RuleEnd::Count(count),
            (None, Some(until)) => RuleEnd::Until(until),
            (Some(_), Some(_)) => {
                return Err(NoRecurrence::Contradiction { what: "ended by COUNT and by UNTIL at once" });
            }
        };
        let counts_days = self.days.iter().any(|day| day.nth != 0);
        if counts_days && matches!(frequency, Frequency::Daily | Frequency::Weekly) {
            return Err(NoRecurrence::Contradiction {
                what: "daily or weekly and count weekdays of the month (BYDAY=2SA)",
            });
        }
        if frequency == Frequency::Weekly && !self.month_days.is_empty() {
            return Err(NoRecurrence::Contradiction { what: "weekly and by days of the month" });
        }
        let restricts = !(self.days.is_empty() && self.month_days.is_empty() && self.months.is_empty());
        if !self.positions.is_empty() && !restricts {
            return Err(NoRecurrence::Contradiction {
                what: "taken by position without anything to take from",
            });
        }
        Ok(Recurrence {
            frequency,
            interval: self.interval.unwrap_or(NonZeroU16::MIN),
            months: self.months,
            month_days: self.month_days,
            days: self.days,
            positions: self.positions,
            week_start: self.week_start.unwrap_or(Weekday::Monday),
            end,
        })
    }
}

fn unreadable(part: &str, why: &'static str) -> NoRecurrence {
    NoRecurrence::Unreadable { part: part.chars().take(64).collect(), why }
}

fn frequency(value: &str) -> Result<Frequency, NoRecurrence> {
    let upper = value.to_ascii_uppercase();
    match upper.as_str() {
        "HOURLY" | "MINUTELY" | "SECONDLY" => {
            Err(NoRecurrence::NotSupported { part: format!("FREQ={upper}") })
        }
        _ => upper.parse().map_err(|_| unreadable(value, "it is no frequency")),
    }
}

fn list<T>(value: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, NoRecurrence> {
    let mut values = Vec::new();
    for part in value.split(',') {
        if values.len() == MOST_VALUES {
            return Err(unreadable(value, "the list is longer than a rule can sensibly be"));
        }
        values.push(read(part.trim()).ok_or_else(|| unreadable(part, "the value is out of range"))?);
    }
    Ok(values)
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text.to_ascii_uppercase().as_str() {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    })
}

const fn weekday_word(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "MO",
        Weekday::Tuesday => "TU",
        Weekday::Wednesday => "WE",
        Weekday::Thursday => "TH",
        Weekday::Friday => "FR",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "SU",
    }
}

fn rule_day(text: &str) -> Option<RuleDay> {
    let split = text.len().checked_sub(2).filter(|place| text.is_char_boundary(*place))?;
    let (number, day) = text.split_at(split);
    let nth = if number.is_empty() {
        0
    } else {
        number.parse().ok().filter(|nth: &i8| *nth != 0 && (-53..=53).contains(nth))?
    };
    Some(RuleDay { nth, day: weekday(day)? })
}

/// `20261231`, `20261231T220000` (wall time) or `20261231T210000Z`. A date alone ends with that whole day.
fn until(value: &str, zone: &TimeZone) -> Result<DateTime, NoRecurrence> {
    let refuse = || unreadable(value, "an end is a date, a wall time, or a time in UTC");
    let (text, utc) = match value.strip_suffix(['Z', 'z']) {
        Some(text) => (text, true),
        None => (value, false),
    };
    let at = compact(text).ok_or_else(refuse)?;
    if !utc {
        return Ok(at);
    }
    let instant = TimeZone::UTC.to_timestamp(at).map_err(|_| refuse())?;
    Ok(zone.to_datetime(instant))
}

/// Reads the standard's forms of a date and of a date with a time; a date alone becomes its last second.
#[must_use]
pub(crate) fn compact(text: &str) -> Option<DateTime> {
    if !text.is_ascii() {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<i16> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let small = |from: usize, to: usize| number(from, to).and_then(|value| i8::try_from(value).ok());
    let date = Date::new(number(0, 4)?, small(4, 6)?, small(6, 8)?).ok()?;
    let time = match text.len() {
        8 => Time::new(23, 59, 59, 0).ok()?,
        15 if matches!(text.as_bytes()[8], b'T' | b't') => {
            // The standard allows 60 for a leap second; clocks of a plant do not show it.
            let second = small(13, 15)?;
            Time::new(small(9, 11)?, small(11, 13)?, second.min(59), 0).ok().filter(|_| second <= 60)?
        }
        _ => return None,
    };
    Some(date.to_datetime(time))
}

impl fmt::Display for Recurrence {
    /// The parts in the order of the standard's text, defaults left out. An end is written as wall time.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.frequency)?;
        match self.end {
            RuleEnd::Never => {}
            RuleEnd::Count(count) => write!(f, ";COUNT={count}")?,
            RuleEnd::Until(until) => write!(f, ";UNTIL={}", until.strftime("%Y%m%dT%H%M%S"))?,
        }
        if self.interval.get() != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        write_list(f, "BYMONTH", self.months.iter())?;
        write_list(f, "BYMONTHDAY", self.month_days.iter())?;
        write_list(f, "BYDAY", self.days.iter())?;
        write_list(f, "BYSETPOS", self.positions.iter())?;
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", weekday_word(self.week_start))?;
        }
        Ok(())
    }
}

fn write_list<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    values: impl Iterator<Item = T>,
) -> fmt::Result {
    for (place, value) in values.enumerate() {
        if place == 0 {
            write!(f, ";{name}={value}")?;
        } else {
            write!(f, ",{value}")?;
        }
    }
    Ok(())
}

impl fmt::Display for RuleDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nth != 0 {
            write!(f, "{}", self.nth)?;
        }
        f.write_str(weekday_word(self.day))
    }
}
