//! iCalendar (RFC 5545): events of others become schedules, and ours become events.
//!
//! Lives here: reading and writing the text. Does not live here: what becomes of an event (a planner decides; a calendar never
//! changes a window by itself). The surprise: a time zone counts only when it is one of the IANA database, by its name or by
//! the `X-LIC-LOCATION` of its definition. The rules that a file brings along are not used: they are often wrong, and an event
//! an hour off is worse than one that is refused.

mod event;
mod lines;
mod write;
mod zone;

pub use write::{Published, write};

use holdpoint_domain::window::{Schedule, ZoneName};
use holdpoint_domain::{Parsed, Rejected, Warning};
use std::collections::BTreeMap;

/// The most bytes of a file; the calendars of large plants have some hundred kilobytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The most events of a file.
pub const MAX_EVENTS: usize = 5_000;

/// What an event says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEvent {
    /// Its UID; of a moved occurrence with the start that it had, behind a slash.
    pub uid: String,
    /// Its title.
    pub summary: String,
    /// Its description.
    pub description: String,
    /// Its categories, in capitals.
    pub categories: Vec<String>,
    /// Whether it is cancelled.
    pub cancelled: bool,
    /// When.
    pub schedule: Schedule,
}

/// Reads a calendar. Times without a zone are read on the clock of `site`.
///
/// What cannot be understood is a warning, and its event is left out: half of an event puts work on the wrong night.
///
/// # Errors
/// When the bytes are no calendar, too many, or hold more events than are taken.
pub fn read(bytes: &[u8], site: &ZoneName) -> Result<Parsed<Vec<CalendarEvent>>, Rejected> {
    if bytes.len() > MAX_BYTES {
        return Err(refused(
            "too-large",
            format!("the calendar has {} bytes; at most {MAX_BYTES} are read", bytes.len()),
            "hand out a shorter period",
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| {
        refused("not-utf8", "the calendar is no UTF-8".to_owned(), "save it as iCalendar in UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = lines::unfolded(text);
    if !lines.first().is_some_and(|line| line.eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
        return Err(refused(
            "not-icalendar",
            "the file does not begin with BEGIN:VCALENDAR".to_owned(),
            "hand out the calendar as an .ics file",
        ));
    }
    let mut warnings = Vec::new();
    let components = lines::components(&lines, &mut warnings);
    let zones = zones(&components);
    let events: Vec<&lines::Component> = components.iter().filter(|one| one.name == "VEVENT").collect();
    if events.len() > MAX_EVENTS {
        let what = format!("the calendar has {} events; at most {MAX_EVENTS} are taken", events.len());
        return Err(refused("too-many-events", what, "hand out a shorter period"));
    }
    for (name, count) in others(&components) {
        let what = format!("{count} components of the kind {name} are not events and were not read");
        warnings.push(Warning::new("ics-other-component", String::new(), what));
    }
    let value = event::all(&events, &zones, site, &mut warnings);
    Ok(Parsed { value, warnings })
}

fn refused(code: &str, what: String, remedy: &str) -> Rejected {
    Rejected::new(code, what, "nothing of it was taken", remedy)
}

/// The zones that the file defines, by their TZID: the IANA name that each says it is.
fn zones(components: &[lines::Component]) -> BTreeMap<String, ZoneName> {
    let mut found = BTreeMap::new();
    for zone in components.iter().filter(|one| one.name == "VTIMEZONE") {
        let Some(id) = zone.first("TZID").map(|line| line.value.clone()) else { continue };
        let said = zone.first("X-LIC-LOCATION").and_then(|line| line.value.parse().ok());
        if let Some(name) = said {
            found.insert(id, name);
        }
    }
    found
}

fn others(components: &[lines::Component]) -> BTreeMap<&str, usize> {
    let mut found = BTreeMap::new();
    let not_events = components.iter().filter(|one| {
        !matches!(
            one.name.as_str(),
            "VEVENT" | "VTIMEZONE" | "VCALENDAR" | "STANDARD" | "DAYLIGHT" | "VALARM"
        )
    });
    for one in not_events {
        *found.entry(one.name.as_str()).or_default() += 1;
    }
    found
}
