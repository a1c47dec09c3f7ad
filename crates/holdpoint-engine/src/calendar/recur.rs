//! Which days a recurrence rule gives, by the table of RFC 5545, section 3.3.10.
//!
//! Lives here: dates alone. Does not live here: the time of day and the time zone ([`super::occurrence`]). The surprise:
//! a month without a 31st is passed over and not shortened, as the standard says. A rule that never gives a day
//! (`BYMONTH=2;BYMONTHDAY=30`) ends by itself after a fixed number of empty periods instead of searching for ever.

use holdpoint_domain::recurrence::{Frequency, Recurrence, RuleDay};
use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

/// So many periods in a row without a day, and the rule is taken to give none any more. The longest pause that a rule of
/// ours can make is forty years (29 February on one weekday, over the year 2100), so sixty years are enough.
const fn most_empty_periods(frequency: Frequency) -> u32 {
    match frequency {
        Frequency::Daily => 22_000,
        Frequency::Weekly => 3_200,
        Frequency::Monthly => 740,
        Frequency::Yearly => 62,
    }
}

/// The days of a rule, in order, from the day of the first occurrence on, without end unless the calendar ends.
pub(super) struct Days<'a> {
    rule: &'a Recurrence,
    first: Date,
    period: i64,
    waiting: std::vec::IntoIter<Date>,
}

impl<'a> Days<'a> {
    /// The days from `first` on.
    pub(super) fn new(rule: &'a Recurrence, first: Date) -> Self {
        Self { rule, first, period: 0, waiting: Vec::new().into_iter() }
    }

    /// The same, begun near `from`: earlier days may be missing, none from there on. For rules that count nothing.
    pub(super) fn near(rule: &'a Recurrence, first: Date, from: Date) -> Self {
        let mut days = Self::new(rule, first);
        let passed = i64::from(days_between(first, from).max(0));
        let longest = match rule.frequency {
            Frequency::Daily => 1,
            Frequency::Weekly => 7,
            Frequency::Monthly => 31,
            Frequency::Yearly => 366,
        };
        let periods = passed / (longest * i64::from(rule.interval.get()));
        days.period = (periods - 1).max(0);
        days
    }

    fn start_of(&self, period: i64) -> Option<Date> {
        let steps = period.checked_mul(i64::from(self.rule.interval.get()))?;
        let base = match self.rule.frequency {
            Frequency::Daily => self.first,
            Frequency::Weekly => week_start(self.first, self.rule.week_start)?,
            Frequency::Monthly => self.first.first_of_month(),
            Frequency::Yearly => self.first.first_of_year(),
        };
        let span = match self.rule.frequency {
            Frequency::Daily => Span::new().try_days(steps),
            Frequency::Weekly => Span::new().try_weeks(steps),
            Frequency::Monthly => Span::new().try_months(steps),
            Frequency::Yearly => Span::new().try_years(steps),
        };
        base.checked_add(span.ok()?).ok()
    }

    fn candidates(&self, start: Date) -> Vec<Date> {
        let rule = self.rule;
        let mut days = match rule.frequency {
            Frequency::Daily => vec![start],
            Frequency::Weekly => self.of_week(start),
            Frequency::Monthly => self.of_month(start),
            Frequency::Yearly => self.of_year(start),
        };
        if !rule.months.is_empty() {
            days.retain(|day| rule.months.contains(&day.month()));
        }
        if rule.frequency == Frequency::Daily {
            if !rule.month_days.is_empty() {
                days.retain(|day| is_month_day(*day, &rule.month_days));
            }
            if !rule.days.is_empty() {
                days.retain(|day| is_weekday(*day, &rule.days));
            }
        }
        days.sort_unstable();
        days.dedup();
        if rule.positions.is_empty() { days } else { by_position(&days, &rule.positions) }
    }

    fn of_week(&self, start: Date) -> Vec<Date> {
        let week = (0..7).filter_map(|step| start.checked_add(step.days()).ok());
        if self.rule.days.is_empty() {
            week.filter(|day| day.weekday() == self.first.weekday()).collect()
        } else {
            week.filter(|day| is_weekday(*day, &self.rule.days)).collect()
        }
    }

    fn of_month(&self, start: Date) -> Vec<Date> {
        let rule = self.rule;
        let days = month(start);
        if !rule.month_days.is_empty() {
            let mut days: Vec<Date> = days.filter(|day| is_month_day(*day, &rule.month_days)).collect();
            if !rule.days.is_empty() {
                let whole: Vec<Date> = month(start).collect();
                let allowed = by_weekday(&whole, &rule.days);
                days.retain(|day| allowed.contains(day));
            }
            return days;
        }
        if !rule.days.is_empty() {
            return by_weekday(&days.collect::<Vec<_>>(), &rule.days);
        }
        days.filter(|day| day.day() == self.first.day()).collect()
    }

    fn of_year(&self, start: Date) -> Vec<Date> {
        let rule = self.rule;
        let months = (1..=12_i8).filter(|month| rule.months.is_empty() || rule.months.contains(month));
        let first_days = months.filter_map(|month| Date::new(start.year(), month, 1).ok());
        if !rule.month_days.is_empty() {
            let days: Vec<Date> =
                first_days.flat_map(month).filter(|day| is_month_day(*day, &rule.month_days)).collect();
            if rule.days.is_empty() {
                return days;
            }
            let allowed = self.weekdays_of_year(start);
            return days.into_iter().filter(|day| allowed.contains(day)).collect();
        }
        if !rule.days.is_empty() {
            return self.weekdays_of_year(start);
        }
        if rule.months.is_empty() {
            return Date::new(start.year(), self.first.month(), self.first.day()).into_iter().collect();
        }
        first_days.filter_map(|day| Date::new(day.year(), day.month(), self.first.day()).ok()).collect()
    }

    /// The weekdays of a yearly rule: counted within each month where months are named, else within the year.
    fn weekdays_of_year(&self, start: Date) -> Vec<Date> {
        let rule = self.rule;
        if rule.months.is_empty() {
            let year: Vec<Date> = (1..=12_i8)
                .filter_map(|month| Date::new(start.year(), month, 1).ok())
                .flat_map(month)
                .collect();
            return by_weekday(&year, &rule.days);
        }
        let named = rule.months.iter().filter_map(|month| Date::new(start.year(), *month, 1).ok());
        named.flat_map(|first| by_weekday(&month(first).collect::<Vec<_>>(), &rule.days)).collect()
    }
}

impl Iterator for Days<'_> {
    type Item = Date;

    fn next(&mut self) -> Option<Date> {
        let mut empty = 0;
        loop {
            if let Some(day) = self.waiting.next() {
                if day < self.first {
                    continue;
                }
                return Some(day);
            }
            if empty == most_empty_periods(self.rule.frequency) {
                return None;
            }
            empty += 1;
            let start = self.start_of(self.period)?;
            self.period += 1;
            self.waiting = self.candidates(start).into_iter();
        }
    }
}

/// Whole days from one date to another; negative when the other is earlier.
fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn week_start(day: Date, begins: Weekday) -> Option<Date> {
    let back = begins.until(day.weekday());
    day.checked_sub(i64::from(back).days()).ok()
}

/// All days of a month, from its first.
fn month(first: Date) -> impl Iterator<Item = Date> {
    (1..=first.days_in_month()).filter_map(move |day| Date::new(first.year(), first.month(), day).ok())
}

fn is_month_day(day: Date, wanted: &[i8]) -> bool {
    let from_end = day.day() - day.days_in_month() - 1;
    wanted.contains(&day.day()) || wanted.contains(&from_end)
}

fn is_weekday(day: Date, wanted: &[RuleDay]) -> bool {
    wanted.iter().any(|rule| rule.day == day.weekday())
}

/// The wanted weekdays among the days of one period, which lie in order.
fn by_weekday(period: &[Date], wanted: &[RuleDay]) -> Vec<Date> {
    let mut days = Vec::new();
    for rule in wanted {
        let of_week: Vec<Date> = period.iter().copied().filter(|day| day.weekday() == rule.day).collect();
        match usize::from(rule.nth.unsigned_abs()) {
            0 => days.extend(of_week),
            nth if rule.nth > 0 => days.extend(of_week.get(nth - 1)),
            nth => days.extend(of_week.len().checked_sub(nth).and_then(|place| of_week.get(place))),
        }
    }
    days
}

fn by_position(days: &[Date], positions: &[i16]) -> Vec<Date> {
    let mut taken: Vec<Date> = positions
        .iter()
        .filter_map(|position| {
            let place = usize::from(position.unsigned_abs());
            if *position > 0 {
                days.get(place - 1)
            } else {
                days.len().checked_sub(place).and_then(|at| days.get(at))
            }
        })
        .copied()
        .collect();
    taken.sort_unstable();
    taken.dedup();
    taken
}
