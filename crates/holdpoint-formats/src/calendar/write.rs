//! Writing a calendar: windows with their rules, planned steps as single events.
//!
//! The surprise: times are written with the zone's IANA name as TZID, and each zone is defined all the same: a program that does not
//! know the name by heart would show another hour, and a freeze would begin elsewhere.

use super::zone;
use holdpoint_domain::Moment;
use holdpoint_domain::recurrence::{Recurrence, RuleEnd};
use holdpoint_domain::window::{Length, Schedule, ZoneName};
use jiff::civil::DateTime;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The most bytes of a line.
const FOLD: usize = 75;

/// An event to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// A window or a freeze, with its rule.
    Window {
        /// Its UID.
        uid: String,
        /// Its title.
        summary: String,
        /// What people should know.
        description: String,
        /// Its kind, as a category.
        category: String,
        /// When.
        schedule: Box<Schedule>,
    },
    /// A step: from a moment to a moment.
    Step {
        /// Its UID.
        uid: String,
        /// Its title.
        summary: String,
        /// What people should know.
        description: String,
        /// From when.
        from: Moment,
        /// Until when.
        to: Moment,
    },
}

/// The calendar as text. `made_at` is the moment of which it speaks.
#[must_use]
pub fn write(name: &str, made_at: Moment, events: &[Published]) -> String {
    let mut out = Text(String::new());
    out.line("BEGIN:VCALENDAR");
    out.line("VERSION:2.0");
    out.line("PRODID:-//Holdpoint//Calendar//EN");
    out.line("CALSCALE:GREGORIAN");
    out.line(&format!("X-WR-CALNAME:{}", escaped(name)));
    for (zone, first) in zones(events) {
        for line in zone::definition(zone, first, year(made_at)) {
            out.line(&line);
        }
    }
    for event in events {
        out.event(event, made_at);
    }
    out.line("END:VCALENDAR");
    out.0
}

/// The zones that events name, with the first time on their clocks that is named.
fn zones(events: &[Published]) -> BTreeMap<&ZoneName, DateTime> {
    let mut found: BTreeMap<&ZoneName, DateTime> = BTreeMap::new();
    for event in events {
        let Published::Window { schedule, .. } = event else { continue };
        if schedule.zone().as_str() == "UTC" {
            continue;
        }
        let first = schedule.added().iter().copied().fold(schedule.first(), DateTime::min);
        found.entry(schedule.zone()).and_modify(|known| *known = first.min(*known)).or_insert(first);
    }
    found
}

fn year(at: Moment) -> i16 {
    let at = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or(jiff::Timestamp::MAX);
    jiff::tz::Offset::UTC.to_datetime(at).year()
}

struct Text(String);

impl Text {
    /// A line, folded at 75 bytes, never within a character.
    fn line(&mut self, line: &str) {
        let mut used = 0;
        for character in line.chars() {
            if used + character.len_utf8() > FOLD {
                self.0.push_str("\r\n ");
                used = 1;
            }
            self.0.push(character);
            used += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    fn event(&mut self, event: &Published, made_at: Moment) {
        self.line("BEGIN:VEVENT");
        let (Published::Window { uid, summary, description, .. }
        | Published::Step { uid, summary, description, .. }) = event;
        self.line(&format!("UID:{}", escaped(uid)));
        self.line(&format!("DTSTAMP:{}", utc(made_at)));
        self.line(&format!("SUMMARY:{}", escaped(summary)));
        if !description.is_empty() {
            self.line(&format!("DESCRIPTION:{}", escaped(description)));
        }
        match event {
            Published::Step { from, to, .. } => {
                self.line(&format!("DTSTART:{}", utc(*from)));
                self.line(&format!("DTEND:{}", utc(*to)));
            }
            Published::Window { category, schedule, .. } => {
                self.line(&format!("CATEGORIES:{}", escaped(category)));
                self.schedule(schedule);
            }
        }
        self.line("END:VEVENT");
    }

    fn schedule(&mut self, schedule: &Schedule) {
        let zone = schedule.zone().as_str();
        let place = |name: &str| {
            if zone == "UTC" { name.to_owned() } else { format!("{name};TZID={zone}") }
        };
        let value = |at: DateTime| {
            let text = at.strftime("%Y%m%dT%H%M%S").to_string();
            if zone == "UTC" { format!("{text}Z") } else { text }
        };
        self.line(&format!("{}:{}", place("DTSTART"), value(schedule.first())));
        match schedule.length() {
            Length::Exact { minutes } => self.line(&format!("DURATION:PT{minutes}M")),
            Length::Wall { minutes } if minutes.is_multiple_of(24 * 60) => {
                self.line(&format!("DURATION:P{}D", minutes / (24 * 60)));
            }
            // A calendar has no word for a length on the clock; the first end is written, and others shift with the clock.
            Length::Wall { minutes } => {
                let end = schedule.first().checked_add(jiff::Span::new().minutes(i64::from(minutes)));
                self.line(&format!("{}:{}", place("DTEND"), value(end.unwrap_or(DateTime::MAX))));
            }
        }
        if let Some(rule) = schedule.recurrence() {
            self.line(&format!("RRULE:{}", published(rule, schedule)));
        }
        for (name, dates) in [("EXDATE", schedule.left_out()), ("RDATE", schedule.added())] {
            for at in dates {
                self.line(&format!("{}:{}", place(name), value(*at)));
            }
        }
    }
}

/// A rule as the standard wants it beside a start with a zone: its end in UTC (RFC 5545, 3.3.10).
fn published(rule: &Recurrence, schedule: &Schedule) -> String {
    let RuleEnd::Until(until) = rule.end else { return rule.to_string() };
    let zone = schedule.zone().rules();
    let at = zone.to_ambiguous_timestamp(until);
    let at = if at.is_ambiguous() { zone.to_ambiguous_timestamp(last_start(until, schedule)) } else { at };
    let endless = Recurrence { end: RuleEnd::Never, ..rule.clone() };
    match at.compatible() {
        Ok(at) => format!("{endless};UNTIL={}", at.strftime("%Y%m%dT%H%M%SZ")),
        // Beyond what the clock can show nothing starts.
        Err(_) => endless.to_string(),
    }
}

/// The last time on the clock, at or before an end, at which a rule that starts when the schedule does can start. An end that the
/// clock shows twice, or not at all, is no moment; a start is one all the same.
fn last_start(until: DateTime, schedule: &Schedule) -> DateTime {
    let start = schedule.first().time();
    let day = if start <= until.time() { Ok(until.date()) } else { until.date().yesterday() };
    day.map_or(until, |day| day.to_datetime(start))
}

fn utc(at: Moment) -> String {
    jiff::Timestamp::from_microsecond(at.micros())
        .map_or_else(|_| "99991231T235959Z".to_owned(), |at| at.strftime("%Y%m%dT%H%M%SZ").to_string())
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => {
                let _ = write!(out, "\\{character}");
            }
            '\n' => out.push_str("\\n"),
            other if other.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}
