//! What windows give over time: occurrences with what freezes leave of them, and what is planned in them.
//!
//! The surprise: a freeze cuts a window here only when it reaches all of it. One that reaches a part of it is named beside
//! it, because for the rest of the window the time stays open.

use super::find_in;
use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use crate::planning::{find_site, invalid};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::id::{AssetId, SiteId, WindowId, ZoneId};
use holdpoint_domain::window::{Schedule, Window, WindowKind, WindowReach};
use holdpoint_engine::calendar::{ClockChange, Period, occurrences as engine_occurrences, open_time};
use holdpoint_store::plan::{KeptStep, Reserved, StepQuery};
use holdpoint_store::window::KeptWindow;
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeSet, HashMap};

const DAY: i64 = 86_400_000_000;
const MINUTE: i64 = 60_000_000;
/// The longest stretch that one answer covers.
const MOST_DAYS: i64 = 800;
/// The most occurrences of one window in an answer; every day of two years and some.
const MOST_OCCURRENCES: usize = 900;

/// A stretch of time that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// From when; `None`: from now.
    pub from: Option<Moment>,
    /// Until when; `None`: 60 days later.
    pub to: Option<Moment>,
}

/// What is open of an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenPart {
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
}

/// One occurrence of a window or a freeze.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The window.
    pub window: WindowId,
    /// The wall time of its start, in its own zone.
    pub wall_start: String,
    /// Its start.
    pub from: Moment,
    /// Its end.
    pub to: Moment,
    /// What the clock does at its start.
    pub at_start: ClockChange,
    /// What the clock does at its end.
    pub at_end: ClockChange,
    /// Minutes by which it is shorter than on the clock, because the clock goes forward within it; below 0: longer.
    pub lost_minutes: i64,
    /// What freezes leave of it; of a freeze, nothing is open.
    pub open: Vec<OpenPart>,
    /// The freezes that take something off it, by name.
    pub cut_by: Vec<String>,
    /// Freezes that take something off a part of what it reaches, by name.
    pub cut_in_part: Vec<String>,
    /// How many steps are planned in it.
    pub steps: u64,
    /// Minutes that these hold, undo and margin included.
    pub booked_minutes: u64,
    /// Minutes that are open, times the steps that may run at once; `None`: nobody has said how many may.
    pub room_minutes: Option<u64>,
    /// The last moment at which one of its steps may start and still be undone in time.
    pub last_safe_start: Option<Moment>,
}

/// Windows, their occurrences and the steps that are planned, over a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// The windows and freezes, by name.
    pub windows: Vec<KeptWindow>,
    /// Their occurrences, in order of their starts.
    pub entries: Vec<Entry>,
    /// Steps of released plans and of plans that wait for release.
    pub steps: Vec<KeptStep>,
    /// Windows with more occurrences than are given.
    pub cut: Vec<WindowId>,
}

/// The calendar of a site, or of all sites within reach.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for a stretch that cannot be.
pub fn calendar(
    app: &App,
    caller: &Caller,
    site: Option<&str>,
    horizon: Horizon,
) -> Result<Calendar, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let period = period(app, horizon)?;
    reading(app, |r| {
        let site = site.map(|name| find_site(r, name, &reach)).transpose()?.map(|site| site.id);
        let windows = seen(r, site, &reach)?;
        let steps = steps(r, site, &reach, period)?;
        Ok(filled(r, windows, steps, period)?)
    })
}

/// The occurrences of one window.
///
/// # Errors
/// As [`calendar`].
pub fn occurrences(app: &App, caller: &Caller, id: &str, horizon: Horizon) -> Result<Calendar, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let period = period(app, horizon)?;
    reading(app, |r| {
        let window = find_in(r, id, &reach)?;
        let own = window.window.id;
        let mut all = seen(r, window.site, &reach)?;
        if !all.iter().any(|one| one.window.id == own) {
            all.push(window.clone());
        }
        let steps = steps(r, window.site, &reach, period)?;
        let steps = steps.into_iter().filter(|step| step.step.window == own).collect();
        let mut calendar = filled(r, all, steps, period)?;
        calendar.entries.retain(|entry| entry.window == own);
        calendar.windows.retain(|one| one.window.id == own);
        calendar.cut.retain(|cut| *cut == own);
        Ok(calendar)
    })
}

/// By how much an occurrence is shorter than its schedule says, on the clock or exactly.
fn lost_minutes(schedule: &Schedule, period: Period) -> i64 {
    i64::from(schedule.length().minutes()) - period.micros() / MINUTE
}

fn period(app: &App, horizon: Horizon) -> Result<Period, AppError> {
    let from = horizon.from.unwrap_or_else(|| app.now());
    let to = horizon.to.unwrap_or_else(|| from.plus_micros(60 * DAY));
    let found = Period::new(from, to).filter(|period| period.micros() <= MOST_DAYS * DAY);
    found.ok_or_else(|| {
        let what = format!("a calendar shows from a moment to a later one, {MOST_DAYS} days at most");
        invalid("period", what, "ask for a shorter stretch")
    })
}

fn seen(r: &mut Reader<'_>, site: Option<SiteId>, reach: &Reach) -> Result<Vec<KeptWindow>, StoreError> {
    let all = match site {
        Some(site) => r.windows_of(site)?,
        None => r.all_windows()?,
    };
    let mut seen: Vec<KeptWindow> =
        all.into_iter().filter(|one| one.site.is_none_or(|site| reach.covers(Some(site)))).collect();
    seen.sort_by(|one, other| (&one.window.name, one.window.id).cmp(&(&other.window.name, other.window.id)));
    Ok(seen)
}

fn steps(
    r: &mut Reader<'_>,
    site: Option<SiteId>,
    reach: &Reach,
    period: Period,
) -> Result<Vec<KeptStep>, StoreError> {
    let sites: Vec<Option<SiteId>> = match (site, reach) {
        (Some(site), _) => vec![Some(site)],
        (None, Reach::Everywhere) => vec![None],
        (None, Reach::Sites(sites)) => sites.iter().copied().map(Some).collect(),
        (None, Reach::Nowhere) => Vec::new(),
    };
    let mut found = Vec::new();
    for site in sites {
        let query = StepQuery { site, from: period.from(), to: period.to(), of: Reserved::Asked };
        found.append(&mut r.held_steps(query)?);
    }
    Ok(found)
}

/// Where an asset or a zone lies, so that a freeze on the larger is known to cover the smaller.
struct Places {
    zones: HashMap<ZoneId, SiteId>,
    assets: HashMap<AssetId, (Option<SiteId>, Option<ZoneId>)>,
}

impl Places {
    fn read(r: &mut Reader<'_>, windows: &[KeptWindow]) -> Result<Self, StoreError> {
        let zones = r.zones()?.into_iter().map(|zone| (zone.id, zone.site)).collect();
        let mut assets = HashMap::new();
        for window in windows {
            if let WindowReach::Asset(id) = window.window.reach
                && let Some(asset) = r.asset(id, Moment::OPEN)?
            {
                assets.insert(id, (asset.site, asset.zone));
            }
        }
        Ok(Self { zones, assets })
    }

    /// Whether all that `small` reaches is reached by `large`.
    fn holds(&self, large: WindowReach, small: WindowReach) -> bool {
        let asset = |id| self.assets.get(&id).copied().unwrap_or_default();
        match (large, small) {
            (WindowReach::Everywhere, _) => true,
            (WindowReach::Site(site), WindowReach::Zone(zone)) => self.zones.get(&zone) == Some(&site),
            (WindowReach::Site(site), WindowReach::Asset(id)) => asset(id).0 == Some(site),
            (WindowReach::Zone(zone), WindowReach::Asset(id)) => asset(id).1 == Some(zone),
            (large, small) => large == small,
        }
    }
}

fn filled(
    r: &mut Reader<'_>,
    windows: Vec<KeptWindow>,
    steps: Vec<KeptStep>,
    period: Period,
) -> Result<Calendar, StoreError> {
    let places = Places::read(r, &windows)?;
    let mut calendar = Calendar {
        from: period.from(),
        to: period.to(),
        windows,
        entries: Vec::new(),
        steps,
        cut: Vec::new(),
    };
    for kept in &calendar.windows {
        let window = &kept.window;
        let freezes: Vec<&Window> = calendar
            .windows
            .iter()
            .map(|one| &one.window)
            .filter(|one| one.kind == WindowKind::Freeze && one.id != window.id)
            .collect();
        let found = engine_occurrences(&window.schedule, period, MOST_OCCURRENCES);
        if found.cut {
            calendar.cut.push(window.id);
        }
        for item in found.items {
            let mut entry = Entry {
                window: window.id,
                wall_start: item.wall_start.to_string(),
                from: item.period.from(),
                to: item.period.to(),
                at_start: item.at_start,
                at_end: item.at_end,
                lost_minutes: lost_minutes(&window.schedule, item.period),
                open: Vec::new(),
                cut_by: Vec::new(),
                cut_in_part: Vec::new(),
                steps: 0,
                booked_minutes: 0,
                room_minutes: None,
                last_safe_start: None,
            };
            if window.kind != WindowKind::Freeze {
                open_parts(&mut entry, window, &freezes, &places, item.period);
                booked(&mut entry, window, &calendar.steps);
            }
            calendar.entries.push(entry);
        }
    }
    calendar.entries.sort_by_key(|entry| (entry.from, entry.to, entry.window));
    Ok(calendar)
}

fn open_parts(entry: &mut Entry, window: &Window, freezes: &[&Window], places: &Places, period: Period) {
    let whole = freezes.iter().filter(|freeze| places.holds(freeze.reach, window.reach));
    let mut asked: Vec<Window> = whole.map(|freeze| (*freeze).clone()).collect();
    asked.push(window.clone());
    let open = open_time(&asked, period, MOST_OCCURRENCES);
    let mut ids: BTreeSet<WindowId> = BTreeSet::new();
    for span in open.spans.iter().chain(&open.frozen).filter(|span| span.occurrence == period) {
        ids.extend(span.cut_by.iter().copied());
    }
    let own = open.spans.iter().filter(|span| span.occurrence == period);
    entry.open = own.map(|span| OpenPart { from: span.period.from(), to: span.period.to() }).collect();
    for freeze in freezes {
        if ids.contains(&freeze.id) {
            entry.cut_by.push(freeze.name.clone());
        } else if places.holds(window.reach, freeze.reach)
            && !engine_occurrences(&freeze.schedule, period, 1).items.is_empty()
        {
            entry.cut_in_part.push(freeze.name.clone());
        }
    }
}

fn booked(entry: &mut Entry, window: &Window, steps: &[KeptStep]) {
    let minutes = |from: Moment, to: Moment| u64::try_from(to.since(from) / 60_000_000).unwrap_or(0);
    let own = steps.iter().filter(|step| {
        step.step.window == window.id && entry.from <= step.step.start && step.step.start < entry.to
    });
    for step in own {
        entry.steps += 1;
        entry.booked_minutes += minutes(step.step.start, step.step.free_at);
        entry.last_safe_start = Some(
            entry
                .last_safe_start
                .map_or(step.step.last_safe_start, |last| last.min(step.step.last_safe_start)),
        );
    }
    let open: u64 = entry.open.iter().map(|part| minutes(part.from, part.to)).sum();
    entry.room_minutes = window.capacity.steps.map(|steps| open * u64::from(steps.get()));
}
