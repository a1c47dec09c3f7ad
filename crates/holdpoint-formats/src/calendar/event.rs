//! One event: its zone, its start, how long it lasts and how it comes again.
//!
//! The surprise: a length that is given by an end is exact minutes, as the standard has it, and one of whole days is on the
//! clock. An occurrence that was moved becomes an event of its own, and the start that it had is left out of the series.

use super::CalendarEvent;
use super::lines::{Component, Line, plain};
use holdpoint_domain::Warning;
use holdpoint_domain::recurrence::Recurrence;
use holdpoint_domain::window::{Length, Schedule, ZoneName};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

const TITLE_CHARS: usize = 100;
const NOTE_CHARS: usize = 2_000;
const DAY_MINUTES: i64 = 24 * 60;

/// Where the zones of a file are looked up.
struct Zones<'a> {
    defined: &'a BTreeMap<String, ZoneName>,
    site: &'a ZoneName,
}

/// A time of a line: on which clock, and whether it is a day alone.
#[derive(Debug, Clone)]
struct Time {
    zone: ZoneName,
    wall: DateTime,
    is_day: bool,
}

/// Reads all events; moved occurrences leave their series.
pub(super) fn all(
    events: &[&Component],
    defined: &BTreeMap<String, ZoneName>,
    site: &ZoneName,
    warnings: &mut Vec<Warning>,
) -> Vec<CalendarEvent> {
    let zones = Zones { defined, site };
    let mut moved: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    let mut ranged: BTreeSet<String> = BTreeSet::new();
    for event in events {
        if let (Some(uid), Some(line)) = (uid_of(event), event.first("RECURRENCE-ID")) {
            if line.param("RANGE").is_some() {
                ranged.insert(uid.clone());
            }
            moved.entry(uid).or_default().push(line.clone());
        }
    }
    let mut found: Vec<CalendarEvent> = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (place, event) in events.iter().enumerate() {
        let place = format!("event {}", place + 1);
        if uid_of(event).is_some_and(|uid| ranged.contains(&uid)) {
            let what = "it was left out: all later occurrences of its series were moved at once (RANGE)";
            warnings.push(Warning::new("ics-event", place, what));
            continue;
        }
        match one(event, &zones, &moved) {
            Ok(event) if seen.insert(event.uid.clone()) => found.push(event),
            Ok(event) => {
                let what = format!("`{}` comes twice, and the second was left out", event.uid);
                warnings.push(Warning::new("ics-twice", place, what));
            }
            Err(why) => warnings.push(Warning::new("ics-event", place, format!("it was left out: {why}"))),
        }
    }
    found
}

fn uid_of(event: &Component) -> Option<String> {
    event.first("UID").map(|line| plain(&line.value, 200)).filter(|uid| !uid.is_empty())
}

fn one(
    event: &Component,
    zones: &Zones<'_>,
    moved: &BTreeMap<String, Vec<Line>>,
) -> Result<CalendarEvent, String> {
    let mut uid = uid_of(event).ok_or("it has no UID")?;
    let start = time(event.first("DTSTART").ok_or("it has no DTSTART")?, zones)?;
    if event.first("EXRULE").is_some() {
        return Err("it leaves days out by a rule (EXRULE), which the standard took back".to_owned());
    }
    let length = length(event, &start, zones)?;
    let in_zone = |at: Time| convert(&at, &start.zone);
    let own = moved.get(&uid).map_or(&[][..], Vec::as_slice);
    let (mut rule, mut left_out, mut added) = (None, BTreeSet::new(), BTreeSet::new());
    match event.first("RECURRENCE-ID") {
        Some(line) => uid = format!("{uid}/{}", line.value.trim()),
        None => {
            let mut rules = event.every("RRULE");
            if let Some(line) = rules.next() {
                let read = Recurrence::read(&line.value, &start.zone.rules());
                rule = Some(read.map_err(|why| why.to_string())?);
            }
            if rules.next().is_some() {
                return Err("it comes again by more than one rule".to_owned());
            }
            for line in event.every("EXDATE") {
                left_out.extend(times(line, zones)?.into_iter().map(in_zone));
            }
            for line in own {
                left_out.insert(in_zone(time(line, zones)?));
            }
            for line in event.every("RDATE") {
                added.extend(times(line, zones)?.into_iter().map(in_zone));
            }
        }
    }
    let schedule = Schedule::new(start.zone.clone(), start.wall, length, rule, added, left_out)
        .map_err(|why| why.to_string())?;
    let text = |name: &str, most| event.first(name).map_or_else(String::new, |line| plain(&line.value, most));
    let categories = event.every("CATEGORIES").flat_map(|line| line.value.split(','));
    Ok(CalendarEvent {
        uid,
        summary: text("SUMMARY", TITLE_CHARS),
        description: text("DESCRIPTION", NOTE_CHARS),
        categories: categories.map(|one| plain(one, 40).to_uppercase()).take(20).collect(),
        cancelled: event
            .first("STATUS")
            .is_some_and(|line| line.value.trim().eq_ignore_ascii_case("CANCELLED")),
        schedule,
    })
}

fn length(event: &Component, start: &Time, zones: &Zones<'_>) -> Result<Length, String> {
    if let Some(line) = event.first("DTEND") {
        let end = time(line, zones)?;
        if start.is_day != end.is_day {
            return Err("its start is a day and its end is not, or the other way round".to_owned());
        }
        if start.is_day {
            let days = i64::from((end.wall.date() - start.wall.date()).get_days());
            return minutes(days * DAY_MINUTES).map(|minutes| Length::Wall { minutes });
        }
        let seconds = instant(&end)?.as_second() - instant(start)?.as_second();
        return minutes(seconds / 60).map(|minutes| Length::Exact { minutes });
    }
    match event.first("DURATION") {
        Some(line) => duration(line.value.trim()),
        None if start.is_day => Ok(Length::Wall { minutes: 24 * 60 }),
        None => Err("it has neither an end nor a duration".to_owned()),
    }
}

fn minutes(value: i64) -> Result<u32, String> {
    u32::try_from(value)
        .ok()
        .filter(|minutes| *minutes > 0)
        .ok_or("it does not end after its start".to_owned())
}

/// `PT8H30M`, `P2D`, `P1W`; whole days and weeks are on the clock, the rest is exact.
fn duration(text: &str) -> Result<Length, String> {
    let wrong = || format!("`{}` is no duration", text.chars().take(40).collect::<String>());
    let rest = text.strip_prefix('+').unwrap_or(text).strip_prefix(['P', 'p']).ok_or_else(wrong)?;
    let (mut total, mut number, mut exact, mut digits) = (0_i64, 0_i64, false, 0);
    for character in rest.chars() {
        let unit = match character.to_ascii_uppercase() {
            'T' if digits == 0 => {
                exact = true;
                continue;
            }
            digit @ '0'..='9' if digits < 7 => {
                number = number * 10 + i64::from(digit as u8 - b'0');
                digits += 1;
                continue;
            }
            'W' if !exact => 7 * DAY_MINUTES * 60,
            'D' if !exact => DAY_MINUTES * 60,
            'H' if exact => 3_600,
            'M' if exact => 60,
            'S' if exact => 1,
            _ => return Err(wrong()),
        };
        if digits == 0 {
            return Err(wrong());
        }
        total = total.checked_add(number * unit).ok_or_else(wrong)?;
        (number, digits) = (0, 0);
    }
    if digits > 0 {
        return Err(wrong());
    }
    let minutes = minutes(total / 60)?;
    Ok(if exact { Length::Exact { minutes } } else { Length::Wall { minutes } })
}

fn times(line: &Line, zones: &Zones<'_>) -> Result<Vec<Time>, String> {
    if line.param("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("PERIOD")) {
        return Err(format!("its {} are periods with a length of their own", line.name));
    }
    line.value.split(',').map(|value| one_time(value, line, zones)).collect()
}

fn time(line: &Line, zones: &Zones<'_>) -> Result<Time, String> {
    one_time(&line.value, line, zones)
}

fn one_time(value: &str, line: &Line, zones: &Zones<'_>) -> Result<Time, String> {
    let value = value.trim();
    let wrong = || {
        let shown: String = value.chars().take(40).collect();
        format!("`{shown}` of {} is no time", line.name)
    };
    let (text, utc) = match value.strip_suffix(['Z', 'z']) {
        Some(text) => (text, true),
        None => (value, false),
    };
    let bytes = text.as_bytes();
    let is_ascii = text.is_ascii()
        && (text.len() == 8 || (text.len() == 15 && matches!(bytes.get(8), Some(b'T' | b't'))));
    let spelled = is_ascii.then(|| match text.len() {
        8 => format!("{}-{}-{}T00:00:00", &text[..4], &text[4..6], &text[6..8]),
        _ => format!(
            "{}-{}-{}T{}:{}:{}",
            &text[..4],
            &text[4..6],
            &text[6..8],
            &text[9..11],
            &text[11..13],
            &text[13..15]
        ),
    });
    let wall: DateTime = spelled.and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
    let is_day = text.len() == 8;
    let zone = if utc {
        "UTC".parse().map_err(|_| wrong())?
    } else {
        match line.param("TZID").filter(|_| !is_day) {
            None => zones.site.clone(),
            Some(id) => zone(id, zones)?,
        }
    };
    Ok(Time { zone, wall, is_day })
}

/// The zone of a TZID: an IANA name, one behind a slash, or one that the file's definition names.
fn zone(id: &str, zones: &Zones<'_>) -> Result<ZoneName, String> {
    if let Some(known) = zones.defined.get(id) {
        return Ok(known.clone());
    }
    if let Ok(named) = id.parse() {
        return Ok(named);
    }
    // Some programs write `/vendor.example/20260101_1/Europe/Berlin`.
    let parts: Vec<&str> = id.split('/').collect();
    let tails = (1..parts.len()).map(|from| parts[from..].join("/"));
    tails.filter_map(|tail| tail.parse().ok()).next().ok_or_else(|| {
        let shown: String = id.chars().take(40).collect();
        format!("the time zone `{shown}` is none of the IANA database, and its rules are not guessed")
    })
}

fn instant(at: &Time) -> Result<jiff::Timestamp, String> {
    at.zone.rules().to_ambiguous_timestamp(at.wall).compatible().map_err(|why| why.to_string())
}

/// The same moment on the clock of another zone; days stay days.
fn convert(at: &Time, zone: &ZoneName) -> DateTime {
    if at.is_day || at.zone == *zone {
        return at.wall;
    }
    let rules: TimeZone = zone.rules();
    instant(at).map_or(at.wall, |at| rules.to_datetime(at))
}
