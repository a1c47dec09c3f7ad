//! What a controller asks, operation by operation, and what it says of itself.
//!
//! Clients differ: some send numbers where others send texts, some repeat themselves. What they send beyond the contract is
//! passed over.

use super::answers::cut;
use super::resident::{Known, Standing, is_overdue};
use super::{accepted, count_up, missing};
use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::Reader;
use holdpoint_store::controller::{AttributeMode, Confirms, Controller, ControllerAction, NewAction};
use holdpoint_store::patch::KeptFile;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A device may say so much of itself.
const MOST_ATTRIBUTES: usize = 100;

/// A file that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedFile {
    /// Its name.
    pub name: String,
    /// Its size.
    pub size_bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

/// An action as it is offered to the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The action.
    pub action: ControllerAction,
    /// The name of what is to be installed.
    pub part: String,
    /// Its files.
    pub files: Vec<OfferedFile>,
    /// What the device told, the newest first.
    pub history: Vec<(Moment, String, Vec<String>)>,
}

/// What a device says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    /// How it meets what is there.
    pub mode: AttributeMode,
    /// Names and values.
    pub data: BTreeMap<String, String>,
}

/// Name and version of what a patch installs, as a device can compare them.
#[must_use]
pub(super) fn module_of(patch: &str) -> (String, String) {
    if let Some(package) = crate::agents::package_of(patch) {
        return (package.name, package.version);
    }
    match patch.rsplit_once(' ') {
        Some((name, version)) => (name.to_owned(), version.to_owned()),
        None => (patch.to_owned(), patch.to_owned()),
    }
}

/// A controller and its open actions, the oldest first.
///
/// # Errors
/// [`AppError::NotFound`] when it is not accepted; [`AppError::Store`].
pub fn offers(app: &App, name: &str) -> Result<(Controller, Vec<ControllerAction>), AppError> {
    reading(app, |r| {
        let one = accepted(r, name)?;
        let actions = r.controller_actions(one.number)?;
        Ok((one, actions))
    })
}

/// What stands open for a controller, when it is in memory and nothing of it is over.
#[must_use]
pub fn in_memory(app: &App, known: &Known) -> Option<Arc<Standing>> {
    known.standing().filter(|standing| !standing.has_overdue(app.now()))
}

/// What stands open for a controller. Actions whose time is over are taken back before: the device is told so when it asks.
///
/// # Errors
/// [`AppError::NotFound`] when it is not accepted any more; [`AppError::Store`].
pub fn standing(app: &App, known: &Known) -> Result<Arc<Standing>, AppError> {
    if let Some(standing) = in_memory(app, known) {
        return Ok(standing);
    }
    take_back_overdue(app, &known.name)?;
    let changes = known.changes();
    let standing = reading(app, |r| {
        accepted(r, &known.name)?;
        Ok(Standing {
            actions: r.controller_actions(known.number)?,
            has_told: !r.controller_attributes(known.number)?.is_empty(),
            installed: r.controller_installed(known.number)?.map(|action| action.number),
        })
    })?;
    let standing = Arc::new(standing);
    known.keep(changes, &standing);
    Ok(standing)
}

fn take_back_overdue(app: &App, name: &str) -> Result<(), AppError> {
    let now = app.now();
    let any = reading(app, |r| {
        let Some(one) = r.controller(name)? else { return Ok(false) };
        Ok(r.controller_actions(one.number)?.iter().any(|action| is_overdue(action, now)))
    })?;
    if !any {
        return Ok(());
    }
    let intent = app.intent(&caller(name), "controller.take_back", "its time is over");
    let committed = app.store().change(&intent, |c| {
        let one = accepted(c, name)?;
        for action in c.controller_actions(one.number)?.iter().filter(|action| is_overdue(action, now)) {
            c.move_controller_action(action.number, "canceling", &action.confirmation)?;
            c.detail("action", json!(action.number));
        }
        c.about("asset", &one.tag);
        Ok::<_, AppError>((count_up(c)?, one.number))
    })?;
    app.controllers().counted(committed.value.0, [committed.value.1]);
    Ok(())
}

/// One action of a controller, open or closed, with its files.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Store`].
pub fn offer(app: &App, name: &str, action: i64) -> Result<Offer, AppError> {
    reading(app, |r| {
        let (_, action) = action_of(r, name, action)?;
        let files = r.patch_files(&action.patch)?.into_iter().map(file).collect();
        let history = r.controller_statuses(action.number, 100)?;
        let (part, _) = module_of(&action.patch);
        Ok(Offer { action, part, files, history })
    })
}

fn file(kept: KeptFile) -> OfferedFile {
    OfferedFile { name: kept.name, size_bytes: kept.size_bytes, sha256: kept.sha256 }
}

fn action_of(
    r: &mut Reader<'_>,
    name: &str,
    action: i64,
) -> Result<(Controller, ControllerAction), AppError> {
    let one = accepted(r, name)?;
    let missing = || AppError::NotFound { noun: "action", id: action.to_string() };
    let found = r.controller_action(action)?.filter(|found| found.controller == one.number);
    Ok((one, found.ok_or_else(missing)?))
}

/// A file of an action, by its name.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Store`].
pub fn module_file(
    app: &App,
    name: &str,
    action: i64,
    file_name: &str,
) -> Result<(OfferedFile, Vec<u8>), AppError> {
    reading(app, |r| {
        let (_, action) = action_of(r, name, action)?;
        let missing = || AppError::NotFound { noun: "file", id: file_name.chars().take(64).collect() };
        // Of what was taken back nothing more is given.
        let is_given = action.outcome.as_deref() == Some("finished")
            || action.closed_at.is_none() && action.state != "canceling";
        if !is_given {
            return Err(missing());
        }
        let kept = r.patch_files(&action.patch)?.into_iter().find(|file| file.name == file_name);
        let kept = kept.ok_or_else(missing)?;
        let bytes = r.blob(&kept.sha256)?.ok_or_else(missing)?;
        Ok((file(kept), bytes))
    })
}

fn caller(one: &str) -> Caller {
    Caller::system(format!("controller {one}"))
}

/// Keeps what a device says of itself.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] for more than is taken.
pub fn put_attributes(app: &App, name: &str, new: &Attributes) -> Result<(), AppError> {
    let fits = |text: &String, most: usize| (1..=most).contains(&text.len());
    let all_fit = new.data.iter().all(|(name, value)| fits(name, 128) && value.len() <= 128);
    if new.data.len() > MOST_ATTRIBUTES || !all_fit {
        let what = format!("at most {MOST_ATTRIBUTES} attributes of at most 128 bytes are taken");
        return Err(AppError::invalid("attributes", what, "nothing was kept", "send less"));
    }
    let committed = app.store().change(&app.intent(&caller(name), "controller.attributes", ""), |c| {
        let one = accepted(c, name)?;
        let before = c.controller_attributes(one.number)?;
        c.put_controller_attributes(one.number, &new.data, new.mode)?;
        let after = c.controller_attributes(one.number)?;
        if after.len() > MOST_ATTRIBUTES {
            let what = format!("at most {MOST_ATTRIBUTES} attributes are kept");
            return Err(AppError::invalid(
                "attributes",
                what,
                "nothing was kept",
                "replace those that are there",
            ));
        }
        c.about("asset", &one.tag);
        c.detail("controller", json!(one.name));
        c.detail("changed", json!(before != after));
        let new = before.is_empty() != after.is_empty();
        Ok((one.number, if new { Some(count_up(c)?) } else { None }))
    })?;
    let (number, generation) = committed.value;
    if let Some(generation) = generation {
        app.controllers().counted(generation, [number]);
    }
    app.controllers_told(number);
    Ok(())
}

/// The device says yes by itself from now on, or asks again.
///
/// # Errors
/// [`AppError::Conflict`] when it does so already; [`AppError::NotFound`].
pub fn auto_confirm(app: &App, name: &str, how: Confirms) -> Result<(), AppError> {
    let intent = app.intent(&caller(name), "controller.auto_confirm", "");
    let committed = app.store().change(&intent, |c| {
        let one = accepted(c, name)?;
        if one.confirms == (how == Confirms::ByItself) {
            if how == Confirms::Asks {
                c.nothing_to_do();
                return Ok::<_, AppError>(None);
            }
            let what = "the device says yes by itself already";
            let rejected =
                Rejected::new("auto-confirm", what, "nothing was changed", "there is nothing to do");
            return Err(AppError::Conflict(rejected));
        }
        c.controller_confirms(one.number, how)?;
        if how == Confirms::ByItself {
            for action in c.controller_actions(one.number)? {
                if action.confirmation == "wanted" {
                    c.move_controller_action(action.number, &action.state, "given")?;
                }
            }
        }
        c.about("asset", &one.tag);
        c.detail("controller", json!(one.name));
        Ok(Some((count_up(c)?, one.number)))
    })?;
    if let Some((generation, number)) = committed.value {
        app.controllers().counted(generation, [number]);
    }
    Ok(())
}

/// The device tells what was installed on it without us, for example from a stick. It is a report, and nothing follows by
/// itself. Gives whether it was new.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Store`].
pub fn side_loaded(app: &App, name: &str, (what, version): (&str, &str)) -> Result<bool, AppError> {
    let (what, version) = (cut(what), cut(version));
    let committed = app.store().change(&app.intent(&caller(name), "controller.side_loaded", ""), |c| {
        let one = c.controller(name)?.filter(|one| one.state == "accepted").ok_or_else(|| missing(name))?;
        let patch = format!("{what} {version}");
        let last = c.controller_installed(one.number)?;
        if last.is_some_and(|last| last.patch == patch) {
            c.nothing_to_do();
            return Ok(None);
        }
        let at = c.at();
        let new = NewAction {
            controller: one.number,
            of: None,
            patch,
            version: version.clone(),
            confirmation: "not_needed",
            starts_at: at,
            ends_at: at,
        };
        let number = c.put_controller_action(&new)?;
        c.close_controller_action(number, "finished", "reported by the device: installed without Holdpoint")?;
        c.settle_controller_action(number)?;
        c.about("asset", &one.tag);
        c.detail("controller", json!(one.name));
        c.detail("installed", json!([what, version]));
        Ok::<_, AppError>(Some((count_up(c)?, one.number)))
    })?;
    if let Some((generation, number)) = committed.value {
        app.controllers().counted(generation, [number]);
    }
    Ok(committed.value.is_some())
}
