//! Calendars of others: what a file would change is shown first, and a planner takes exactly that, or leaves it.
//!
//! Nothing is kept between the two: the second call brings the same file and the mark of what was shown. When the windows or
//! the file changed meanwhile, the mark is another one, and nothing is written. The surprise: an event that is not in the file
//! any more ends nothing, because a file that was handed out for a shorter period must not end what lies outside it; only an
//! event that says that it is cancelled does.

use super::address::Titles;
use super::{LengthWord, NewWindow, ReachNamed, put, spec};
use crate::App;
use crate::access_check::Caller;
use crate::approval::{baselines::conflict, reading};
use crate::error::AppError;
use crate::planning::{find_site, invalid};
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::id::{PlanId, WindowId};
use holdpoint_domain::site::Site;
use holdpoint_domain::window::{Length, Window, WindowKind, ZoneName};
use holdpoint_domain::{Moment, Warning};
use holdpoint_formats::calendar::{self, CalendarEvent, Published};
use holdpoint_store::window::KeptWindow;
use holdpoint_store::{Change, Reader, StoreError};
use serde_json::json;
use sha2::{Digest, Sha256};

const DAY: i64 = 86_400_000_000;
/// How far ahead a calendar that is handed out reaches.
const PUBLISHED_DAYS: i64 = 400;
/// How the UID of a window of ours begins, in a calendar that is handed out.
const WINDOW_UID: &str = "window-";
/// How that of a planned step begins, and what stands between the plan's id and the step's number.
const STEP_UID: &str = "plan-";
const STEP_PART: &str = "-step-";

/// A calendar that somebody hands in.
#[derive(Debug, Clone)]
pub struct CalendarFile<'a> {
    /// The site, by id or name; its events reach all of it.
    pub site: &'a str,
    /// The kind of windows, for events whose categories name none.
    pub kind: WindowKind,
    /// The file.
    pub bytes: &'a [u8],
    /// The mark of what was shown; `None`: only show.
    pub accept: Option<&'a str>,
    /// Why.
    pub reason: &'a str,
}

/// What would become of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventChange {
    /// `new`, `changed`, `cancelled` or `same`.
    pub what: &'static str,
    /// The event.
    pub uid: String,
    /// The window's name.
    pub name: String,
    /// How the window is; `None`: there is none.
    pub before: Option<String>,
    /// How it would be; `None`: it ends.
    pub after: Option<String>,
}

/// What a file would change, or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarChanges {
    /// What becomes of each event, in the order of the file.
    pub changes: Vec<EventChange>,
    /// What was not understood.
    pub warnings: Vec<Warning>,
    /// The mark of exactly these changes.
    pub mark: String,
    /// Whether they were made.
    pub accepted: bool,
}

/// One event, with the window that it is.
struct Step {
    change: EventChange,
    window: Option<Window>,
    kept: Option<KeptWindow>,
}

/// Shows what a calendar would change, or changes exactly what was shown.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for a file that is no calendar;
/// [`AppError::Conflict`] when what was shown is not what would be changed now.
pub fn import(app: &App, caller: &Caller, file: &CalendarFile<'_>) -> Result<CalendarChanges, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let seed: [u8; 10] = app.random_bytes();
    let now = app.now();
    let Some(accept) = file.accept else {
        return reading(app, |r| {
            let site = find_site(r, file.site, &reach)?;
            let (steps, warnings, mark) = steps(r, &site, file, (now, seed))?;
            Ok(answer(steps, warnings, mark, false))
        });
    };
    let committed = app.store().change(&app.intent(caller, "window.import", file.reason), |c| {
        let site = find_site(c, file.site, &reach)?;
        caller.require_at(Permission::WritePlans, Some(site.id))?;
        let (steps, warnings, mark) = steps(c, &site, file, (now, seed))?;
        if mark != accept {
            let what = "the file or the windows are not those that were shown";
            return Err(conflict("calendar-changed", what, "look at what would change, and accept that"));
        }
        let mut wrote = false;
        for step in &steps {
            wrote |= carry_out(c, caller, step)?;
        }
        if !wrote {
            c.nothing_to_do();
        }
        Ok::<_, AppError>(answer(steps, warnings, mark, true))
    })?;
    Ok(committed.value)
}

fn answer(steps: Vec<Step>, warnings: Vec<Warning>, mark: String, accepted: bool) -> CalendarChanges {
    let changes = steps.into_iter().map(|step| step.change).collect();
    CalendarChanges { changes, warnings, mark, accepted }
}

fn carry_out(c: &mut Change<'_>, caller: &Caller, step: &Step) -> Result<bool, AppError> {
    match (step.change.what, &step.window, &step.kept) {
        ("new" | "changed", Some(window), kept) => {
            put(c, caller, window, kept.as_ref())?;
            let site = spec::site_of(c, window.reach)?;
            // A window of ours that comes back is still no event of another's calendar.
            let uid = kept.as_ref().map_or(step.change.uid.as_str(), |kept| kept.calendar_uid.as_str());
            c.put_window(window, site, uid, &crate::approval::person(caller).name)?;
            Ok(true)
        }
        ("cancelled", _, Some(kept)) => {
            c.end_window(kept.window.id)?;
            c.about("window", kept.window.id);
            c.detail("cancelled", json!(kept.window.name));
            Ok(true)
        }
        _ => Ok(false),
    }
}

type Steps = (Vec<Step>, Vec<Warning>, String);

fn steps(
    r: &mut Reader<'_>,
    site: &Site,
    file: &CalendarFile<'_>,
    (now, seed): (Moment, [u8; 10]),
) -> Result<Steps, AppError> {
    let zone: ZoneName = site.time_zone.parse().map_err(|why: holdpoint_domain::window::NoZone| {
        invalid("time-zone", why.to_string(), "set the site's time zone")
    })?;
    let parsed = calendar::read(file.bytes, &zone).map_err(AppError::Invalid)?;
    let known = r.windows_of(site.id)?;
    let (mut steps, mut warnings) = (Vec::new(), parsed.warnings);
    for (place, event) in parsed.value.into_iter().enumerate() {
        let here = |one: &&KeptWindow| one.site == Some(site.id);
        let by_calendar = || known.iter().filter(here).find(|one| one.calendar_uid == event.uid);
        let own = known.iter().find(|one| window_uid(one) == event.uid);
        let kept = match own {
            Some(one) if !here(&one) => {
                warnings.push(left_alone(
                    &event,
                    "a window of ours for all sites; a calendar of one does not change it",
                ));
                continue;
            }
            own => own.or_else(by_calendar).cloned(),
        };
        if is_own_step(r, &event.uid)? {
            warnings.push(left_alone(&event, "a planned step of ours; a calendar changes no plan"));
            continue;
        }
        let mut own = seed;
        for (byte, mark) in own.iter_mut().zip(place.to_le_bytes()) {
            *byte ^= mark;
        }
        let id = kept.as_ref().map_or_else(|| WindowId::new(now, own), |kept| kept.window.id);
        steps.push(step(r, site, file.kind, (event, id, kept))?);
    }
    let mut hash = Sha256::new();
    hash.update(file.bytes);
    for step in &steps {
        let change = &step.change;
        hash.update(format!("{}\0{}\0{:?}\0{:?}\0", change.what, change.uid, change.before, change.after));
    }
    let mark: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Ok((steps, warnings, mark))
}

fn window_uid(kept: &KeptWindow) -> String {
    format!("{WINDOW_UID}{}", kept.window.id)
}

/// Whether a UID is that of a step of a plan that is known here, as it is published.
fn is_own_step(r: &mut Reader<'_>, uid: &str) -> Result<bool, StoreError> {
    let plan = uid.strip_prefix(STEP_UID).and_then(|rest| rest.rsplit_once(STEP_PART));
    let Some(plan) = plan.and_then(|(plan, _)| plan.parse::<PlanId>().ok()) else { return Ok(false) };
    Ok(r.change_plan(plan)?.is_some())
}

fn left_alone(event: &CalendarEvent, what: &str) -> Warning {
    Warning::new("ics-own-event", event.uid.clone(), format!("it is {what}"))
}

fn step(
    r: &mut Reader<'_>,
    site: &Site,
    kind: WindowKind,
    (event, id, kept): (CalendarEvent, WindowId, Option<KeptWindow>),
) -> Result<Step, AppError> {
    let before = kept.as_ref().map(|kept| spec::words(&kept.window));
    let uid = event.uid.clone();
    if event.cancelled {
        let what = if kept.is_some() { "cancelled" } else { "same" };
        let change = EventChange { what, uid, name: event.summary, before, after: None };
        return Ok(Step { change, window: None, kept });
    }
    let new = spec_of(&event, site, kind, kept.as_ref());
    let (window, _) = spec::window(r, id, &new, &Reach::Everywhere)?;
    let after = Some(spec::words(&window));
    let what = match &kept {
        None => "new",
        Some(kept) if kept.window == window => "same",
        Some(_) => "changed",
    };
    let change = EventChange { what, uid, name: window.name.clone(), before, after };
    Ok(Step { change, window: Some(window), kept })
}

/// What a calendar does not know (people, steps at once, a zone or an asset that was set here) stays as it is.
fn spec_of(event: &CalendarEvent, site: &Site, kind: WindowKind, kept: Option<&KeptWindow>) -> NewWindow {
    let kinds = [
        ("FREEZE", WindowKind::Freeze),
        ("TURNAROUND", WindowKind::Turnaround),
        ("OUTAGE", WindowKind::Outage),
        ("MAINTENANCE", WindowKind::Maintenance),
    ];
    let named = kinds.iter().find(|(word, _)| event.categories.iter().any(|own| own == word));
    let schedule = &event.schedule;
    let (minutes, length) = match (schedule.length(), kept.map(|kept| kept.window.schedule.length())) {
        (Length::Wall { minutes }, _) => (minutes, LengthWord::Wall),
        // A calendar has no word for a length on the clock: the same minutes are the same length.
        (Length::Exact { minutes }, Some(Length::Wall { minutes: known })) if minutes == known => {
            (minutes, LengthWord::Wall)
        }
        (Length::Exact { minutes }, _) => (minutes, LengthWord::Exact),
    };
    let name = if event.summary.is_empty() { event.uid.clone() } else { event.summary.clone() };
    NewWindow {
        name: name.chars().take(100).collect(),
        kind: named.map_or(kind, |(_, kind)| *kind),
        reach: match kept.map(|kept| kept.window.reach) {
            Some(holdpoint_domain::window::WindowReach::Zone(id)) => ReachNamed::Zone(id.to_string()),
            Some(holdpoint_domain::window::WindowReach::Asset(id)) => ReachNamed::Asset(id.to_string()),
            Some(_) | None => ReachNamed::Site(site.id.to_string()),
        },
        time_zone: Some(schedule.zone().to_string()),
        first: schedule.first().to_string(),
        minutes,
        length,
        rule: schedule.recurrence().map(ToString::to_string).unwrap_or_default(),
        added: schedule.added().iter().map(ToString::to_string).collect(),
        left_out: schedule.left_out().iter().map(ToString::to_string).collect(),
        people: kept.and_then(|kept| kept.window.capacity.people).map(std::num::NonZero::get),
        steps: kept.and_then(|kept| kept.window.capacity.steps).map(std::num::NonZero::get),
        note: event.description.clone(),
    }
}

/// Windows, freezes and planned steps as an iCalendar text. Nothing comes back by it: a calendar that is edited elsewhere
/// changes nothing here until a planner takes it in.
///
/// # Errors
/// As [`super::calendar`].
pub fn publish(app: &App, caller: &Caller, site: Option<&str>) -> Result<String, AppError> {
    calendar_text(app, caller, site, Titles::Shown)
}

/// The calendar as text, with its titles or without.
pub(super) fn calendar_text(
    app: &App,
    caller: &Caller,
    site: Option<&str>,
    titles: Titles,
) -> Result<String, AppError> {
    let horizon = super::Horizon { from: None, to: Some(app.now().plus_micros(PUBLISHED_DAYS * DAY)) };
    let found = super::calendar(app, caller, site, horizon)?;
    let told = |text: String, instead: &str| match titles {
        Titles::Shown => text,
        Titles::Hidden => instead.to_owned(),
    };
    let windows = found.windows.iter().map(|kept| Published::Window {
        uid: window_uid(kept),
        summary: told(kept.window.name.clone(), kept.window.kind.word()),
        description: told(kept.window.note.clone(), ""),
        category: kept.window.kind.word().to_uppercase(),
        schedule: Box::new(kept.window.schedule.clone()),
    });
    let steps = found.steps.iter().map(|kept| Published::Step {
        uid: format!("{STEP_UID}{}{STEP_PART}{}", kept.plan, kept.step.number),
        summary: told(format!("{} on {}", kept.step.patch, kept.tag), "planned work"),
        description: told(
            format!(
                "{} ({}). Last safe start {}.",
                kept.plan_title, kept.plan_state, kept.step.last_safe_start
            ),
            "",
        ),
        from: kept.step.start,
        to: kept.step.free_at,
    });
    let events: Vec<Published> = windows.chain(steps).collect();
    let name = site.and_then(|site| {
        found
            .windows
            .iter()
            .find(|kept| kept.site.is_some_and(|id| id.to_string() == site))
            .map(|kept| kept.site_name.clone())
    });
    let name = name.unwrap_or_else(|| "Holdpoint".to_owned());
    Ok(calendar::write(&name, found.from, &events))
}
