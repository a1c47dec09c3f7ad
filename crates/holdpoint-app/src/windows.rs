//! Windows of work and freezes: keeping them, what they give over time, and where a piece of work fits.
//!
//! The surprise: a window is never deleted. It ends, and what happened in it keeps its name.

mod address;
mod calendar;
mod import;
mod slot;
mod spec;

pub use address::{Titles, addresses, open_address, read_address, revoke_address};
pub use calendar::{Calendar, Entry, Horizon, OpenPart, calendar, occurrences};
pub use holdpoint_engine::calendar::ClockChange;
pub use import::{CalendarChanges, CalendarFile, EventChange, import, publish};
pub(crate) use slot::reaches;
pub use slot::{Found, SlotQuery, find_slot};
pub use spec::{LengthWord, NewWindow, ReachNamed};

use crate::App;
use crate::access_check::Caller;
use crate::approval::{baselines::conflict, person, reading, refused};
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::id::WindowId;
use holdpoint_domain::signature::written;
use holdpoint_domain::window::Window;
use holdpoint_engine::calendar::{Remark, remarks as engine_remarks};
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::window::KeptWindow;
use holdpoint_store::{Change, Reader};
use serde_json::json;

/// Lists windows and freezes.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<KeptWindow>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach, ..query.clone() };
    Ok(app.store().read(|r| r.window_list(&query))?)
}

/// A window, by its id.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<KeptWindow, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| find_in(r, id, &reach))
}

/// A window by its id, or by a name that only one window has.
pub(crate) fn find_in(r: &mut Reader<'_>, name: &str, reach: &Reach) -> Result<KeptWindow, AppError> {
    let missing = || AppError::NotFound { noun: "window", id: name.chars().take(64).collect() };
    let seen = |one: &KeptWindow| one.site.is_none_or(|site| reach.covers(Some(site)));
    if let Ok(id) = name.parse::<WindowId>() {
        return r.window(id)?.filter(seen).ok_or_else(missing);
    }
    let mut named = r.all_windows()?.into_iter().filter(|one| one.window.name == name && seen(one));
    let found = named.next().ok_or_else(missing)?;
    if named.next().is_some() {
        let what = format!("several windows are called `{}`", found.window.name);
        return Err(conflict("name-ambiguous", what, "name the window by its id, as the list gives it"));
    }
    Ok(found)
}

/// Makes a window or a freeze.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`] for what it reaches; [`AppError::Invalid`] for a time that cannot be;
/// [`AppError::Conflict`] when the name is taken.
pub fn create(app: &App, caller: &Caller, new: &NewWindow, reason: &str) -> Result<KeptWindow, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let id = WindowId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "window.create", reason), |c| {
        let (window, site) = spec::window(c, id, new, &reach)?;
        caller.require_at(Permission::WritePlans, site)?;
        gives_time(&window, c.at())?;
        put(c, caller, &window, None)?;
        kept(c, id)
    })?;
    Ok(committed.value)
}

/// Changes a window: it is written anew as a whole. Plans that counted on it become stale and say so.
///
/// # Errors
/// As [`create`]; [`AppError::Changed`] when it changed since the caller looked; [`AppError::Conflict`] when it ended.
pub fn edit(
    app: &App,
    caller: &Caller,
    id: &str,
    (new, revision): (&NewWindow, Option<u64>),
    reason: &str,
) -> Result<KeptWindow, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let committed = app.store().change(&app.intent(caller, "window.edit", reason), |c| {
        let before = find_in(c, id, &reach)?;
        caller.require_at(Permission::WritePlans, before.site)?;
        if let Some(expected) = revision.filter(|expected| *expected != before.revision) {
            return Err(AppError::Changed { id: before.window.name, expected, actual: before.revision });
        }
        holds(&before)?;
        let (window, site) = spec::window(c, before.window.id, new, &reach)?;
        caller.require_at(Permission::WritePlans, site)?;
        if window == before.window {
            c.nothing_to_do();
            return Ok(before);
        }
        gives_time(&window, c.at())?;
        put(c, caller, &window, Some(&before))?;
        kept(c, window.id)
    })?;
    Ok(committed.value)
}

/// Refuses what never occurs: a window that somebody waits for, and a freeze that somebody counts on.
fn gives_time(window: &Window, now: Moment) -> Result<(), AppError> {
    if !engine_remarks(&window.schedule, now).contains(&Remark::Never) {
        return Ok(());
    }
    let what = format!("`{}` never occurs: its rule gives no day, or every start is left out", window.name);
    Err(crate::planning::invalid("never-occurs", what, "correct the rule, or the starts that are left out"))
}

/// What people should know of a window before they count on it, in sentences: that it is over, or that the clock is changed at one
/// of its starts within two years.
#[must_use]
pub fn remarks(window: &Window, now: Moment) -> Vec<String> {
    let wall = |at: jiff::civil::DateTime| at.strftime("%Y-%m-%d %H:%M").to_string();
    let found = engine_remarks(&window.schedule, now).into_iter();
    let said = found.map(|remark| match remark {
        Remark::Never => "It never occurs: its rule gives no day, or every start is left out.".to_owned(),
        Remark::Over { ended: Some(ended) } => {
            format!("It gives no time any more: its last ended at {ended}.")
        }
        Remark::Over { ended: None } => "It gives no time any more.".to_owned(),
        Remark::Skipped { wall_start, from } => {
            format!("The clock skips its start of {}: that time it begins at {from}.", wall(wall_start))
        }
        Remark::Lost { wall_start } => {
            format!("The clock skips all of {}: that time it does not happen.", wall(wall_start))
        }
        Remark::Twice { wall_start, from } => {
            format!(
                "The clock shows its start of {} twice: that time it begins at the first, {from}.",
                wall(wall_start)
            )
        }
        Remark::NoStart { wall_start } => format!(
            "{} is left out and is none of its starts, so it takes nothing away: write the start on the clock of the window.",
            wall(wall_start)
        ),
        Remark::FirstIsNone { wall_start } => format!(
            "Its rule does not give the first start, {}: here it begins with the next one that the rule gives, and other calendars \
             that read it may show the first one too. Name a first start that the rule gives.",
            wall(wall_start)
        ),
    });
    said.collect()
}

/// Ends a window: from now on it gives no time, and a freeze takes none.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason; [`AppError::Conflict`] when it
/// ended before.
pub fn end(app: &App, caller: &Caller, id: &str, why: &str) -> Result<KeptWindow, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let why = written("reason", why).map_err(refused)?;
    let committed = app.store().change(&app.intent(caller, "window.end", &why), |c| {
        let before = find_in(c, id, &reach)?;
        caller.require_at(Permission::WritePlans, before.site)?;
        holds(&before)?;
        c.end_window(before.window.id)?;
        c.about("window", before.window.id);
        c.detail("name", json!(before.window.name));
        kept(c, before.window.id)
    })?;
    Ok(committed.value)
}

fn holds(window: &KeptWindow) -> Result<(), AppError> {
    if window.ended_at == Moment::OPEN {
        return Ok(());
    }
    let what = format!("`{}` ended at {}", window.window.name, window.ended_at);
    Err(conflict("window-ended", what, "make a new window"))
}

fn kept(r: &mut Reader<'_>, id: WindowId) -> Result<KeptWindow, AppError> {
    r.window(id)?.ok_or_else(|| AppError::NotFound { noun: "window", id: id.to_string() })
}

/// Writes a window with what the audit log says of it. Two windows of one reach never have one name.
pub(crate) fn put(
    c: &mut Change<'_>,
    caller: &Caller,
    window: &Window,
    before: Option<&KeptWindow>,
) -> Result<(), AppError> {
    let taken = c.all_windows()?.into_iter().any(|one| {
        one.window.id != window.id && one.window.name == window.name && one.window.reach == window.reach
    });
    if taken {
        let what = format!("a window with that reach is called `{}` already", window.name);
        return Err(conflict("name-taken", what, "give another name, or change the one that is there"));
    }
    let site = spec::site_of(c, window.reach)?;
    let uid = before.map_or("", |before| before.calendar_uid.as_str());
    c.put_window(window, site, uid, &person(caller).name)?;
    c.about("window", window.id);
    c.detail("before", json!(before.map(|before| spec::words(&before.window))));
    c.detail("after", json!(spec::words(window)));
    Ok(())
}

/// A window's time and capacity in one line, for the audit log and for plans that count on it.
#[must_use]
pub fn words(window: &Window) -> String {
    spec::words(window)
}
