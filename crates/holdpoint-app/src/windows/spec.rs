//! A window as somebody writes it: names become ids, texts become a schedule, and each refusal says what to write.

use crate::error::AppError;
use crate::planning::{find_asset, find_site, invalid};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::{SiteId, WindowId};
use holdpoint_domain::recurrence::Recurrence;
use holdpoint_domain::window::{Capacity, Length, Schedule, Window, WindowKind, WindowReach, ZoneName};
use holdpoint_store::{Reader, StoreError};
use jiff::civil::DateTime;
use std::collections::BTreeSet;
use std::num::NonZeroU16;

const NAME_CHARS: usize = 100;
const NOTE_CHARS: usize = 2_000;

/// What a window reaches, as people name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReachNamed {
    /// Everything; only a freeze.
    Everywhere,
    /// A site, by id or name.
    Site(String),
    /// A zone: by id, as `Site/Zone`, or by a name that only one zone has.
    Zone(String),
    /// An asset, by id or tag.
    Asset(String),
}

/// How a length is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthWord {
    /// On the clock of the site.
    Wall,
    /// Exactly so many minutes.
    Exact,
}

/// A window to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWindow {
    /// Its name.
    pub name: String,
    /// What kind of time it is.
    pub kind: WindowKind,
    /// What it reaches.
    pub reach: ReachNamed,
    /// Its zone of the IANA database; `None`: that of its site.
    pub time_zone: Option<String>,
    /// Wall time of the first start, as `2026-11-21T22:00`.
    pub first: String,
    /// How long it lasts, in minutes.
    pub minutes: u32,
    /// How that is meant.
    pub length: LengthWord,
    /// How it recurs, as `FREQ=WEEKLY;BYDAY=SA`; empty: once.
    pub rule: String,
    /// Starts besides those of the rule, as wall times.
    pub added: Vec<String>,
    /// Starts that do not happen, as wall times.
    pub left_out: Vec<String>,
    /// People who are there.
    pub people: Option<u16>,
    /// Steps that may run at once.
    pub steps: Option<u16>,
    /// What people should know.
    pub note: String,
}

/// Reads it.
pub(super) fn window(
    r: &mut Reader<'_>,
    id: WindowId,
    new: &NewWindow,
    reach: &Reach,
) -> Result<(Window, Option<SiteId>), AppError> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
        return Err(invalid(
            "name",
            "the window has no usable name",
            "give it a name of 1 to 100 characters",
        ));
    }
    if new.note.chars().count() > NOTE_CHARS {
        return Err(invalid(
            "note",
            "the note is longer than 2,000 characters",
            "put the rest into a document",
        ));
    }
    let reached = reached(r, &new.reach, reach)?;
    if reached == WindowReach::Everywhere && new.kind != WindowKind::Freeze {
        return Err(invalid(
            "reach",
            format!("a {} cannot reach everywhere; only a freeze can", new.kind),
            "name a site, a zone or an asset",
        ));
    }
    let site = site_of(r, reached)?;
    let zone = zone_name(r, site, new.time_zone.as_deref())?;
    let schedule = schedule(new, zone)?;
    let capacity = Capacity { people: number("people", new.people)?, steps: number("steps", new.steps)? };
    let (name, note) = (name.to_owned(), new.note.trim().to_owned());
    Ok((Window { id, name, kind: new.kind, reach: reached, schedule, capacity, note }, site))
}

fn number(what: &str, value: Option<u16>) -> Result<Option<NonZeroU16>, AppError> {
    let none = || {
        invalid(what, format!("a window without {what} gives no room"), "leave it out, or write 1 or more")
    };
    value.map(|value| NonZeroU16::new(value).ok_or_else(none)).transpose()
}

fn reached(r: &mut Reader<'_>, named: &ReachNamed, reach: &Reach) -> Result<WindowReach, AppError> {
    Ok(match named {
        ReachNamed::Everywhere => WindowReach::Everywhere,
        ReachNamed::Site(name) => WindowReach::Site(find_site(r, name, reach)?.id),
        ReachNamed::Asset(name) => WindowReach::Asset(find_asset(r, name, reach)?.asset.id),
        ReachNamed::Zone(name) => {
            let sites = r.sites()?;
            let is_it = |zone: &holdpoint_domain::site::Zone| {
                let site = sites.iter().find(|site| site.id == zone.site);
                zone.id.to_string() == *name
                    || zone.name == *name
                    || site.is_some_and(|site| format!("{}/{}", site.name, zone.name) == *name)
            };
            let seen = r.zones()?.into_iter().filter(|zone| reach.covers(Some(zone.site)) && is_it(zone));
            let found: Vec<_> = seen.collect();
            match found.as_slice() {
                [one] => WindowReach::Zone(one.id),
                [] => return Err(AppError::NotFound { noun: "zone", id: name.chars().take(64).collect() }),
                _ => {
                    let what = format!("several zones are called `{name}`");
                    return Err(invalid("zone", what, "write it as `Site/Zone`"));
                }
            }
        }
    })
}

/// The site that a window belongs to; `None`: all.
pub(crate) fn site_of(r: &mut Reader<'_>, reach: WindowReach) -> Result<Option<SiteId>, StoreError> {
    Ok(match reach {
        WindowReach::Everywhere => None,
        WindowReach::Site(id) => Some(id),
        WindowReach::Zone(id) => r.zones()?.into_iter().find(|zone| zone.id == id).map(|zone| zone.site),
        WindowReach::Asset(id) => r.asset(id, Moment::OPEN)?.and_then(|asset| asset.site),
    })
}

fn zone_name(r: &mut Reader<'_>, site: Option<SiteId>, named: Option<&str>) -> Result<ZoneName, AppError> {
    let of_site = r.sites()?.into_iter().find(|one| Some(one.id) == site).map(|one| one.time_zone);
    let text = named.map(str::to_owned).or(of_site);
    let Some(text) = text else {
        return Err(invalid(
            "time-zone",
            "what reaches no single site has no time zone of its own",
            "name one, as `Europe/Berlin`",
        ));
    };
    text.parse().map_err(|why: holdpoint_domain::window::NoZone| {
        invalid("time-zone", why.to_string(), "write an IANA name such as `Europe/Berlin`")
    })
}

fn schedule(new: &NewWindow, zone: ZoneName) -> Result<Schedule, AppError> {
    let wrong = |what: String| invalid("schedule", what, "correct the times of the window");
    let recurrence = match new.rule.trim() {
        "" => None,
        rule => {
            let rule = rule.strip_prefix("RRULE:").unwrap_or(rule);
            Some(Recurrence::read(rule, &zone.rules()).map_err(|why| wrong(why.to_string()))?)
        }
    };
    let length = match new.length {
        LengthWord::Wall => Length::Wall { minutes: new.minutes },
        LengthWord::Exact => Length::Exact { minutes: new.minutes },
    };
    let (added, left_out) = (wall_times(&new.added)?, wall_times(&new.left_out)?);
    Schedule::new(zone, wall_time(&new.first)?, length, recurrence, added, left_out)
        .map_err(|why| wrong(why.to_string()))
}

fn wall_times(texts: &[String]) -> Result<BTreeSet<DateTime>, AppError> {
    texts.iter().map(|text| wall_time(text)).collect()
}

/// `2026-11-21T22:00`: a time on the clock of the site, without an offset.
fn wall_time(text: &str) -> Result<DateTime, AppError> {
    let refuse = || {
        let shown: String = text.chars().take(40).collect();
        invalid(
            "wall-time",
            format!("`{shown}` is no time on a clock"),
            "write it as `2026-11-21T22:00`, in the time of the site and without an offset",
        )
    };
    let has_zone =
        text.ends_with(['Z', 'z', ']']) || text.get(10..).is_some_and(|rest| rest.contains(['+', '-']));
    if has_zone {
        return Err(refuse());
    }
    text.trim().parse().map_err(|_| refuse())
}

/// A window in one line.
pub(crate) fn words(window: &Window) -> String {
    let schedule = &window.schedule;
    let length = match schedule.length() {
        Length::Wall { minutes } => format!("{minutes} min on the clock"),
        Length::Exact { minutes } => format!("{minutes} min exactly"),
    };
    let mut text = format!("{} from {} {} for {length}", window.kind, schedule.first(), schedule.zone());
    if let Some(rule) = schedule.recurrence() {
        text.push_str(&format!(", {rule}"));
    }
    for (what, all) in [("also", schedule.added()), ("not", schedule.left_out())] {
        if !all.is_empty() {
            let all: Vec<String> = all.iter().map(ToString::to_string).collect();
            text.push_str(&format!(", {what} {}", all.join(" ")));
        }
    }
    let said =
        |number: Option<NonZeroU16>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    text.push_str(&format!(
        "; people {}, steps {}",
        said(window.capacity.people),
        said(window.capacity.steps)
    ));
    text
}
