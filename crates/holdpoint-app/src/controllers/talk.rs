//! What a controller asks and tells, operation by operation.
//!
//! Clients differ: some send numbers where others send texts, some repeat themselves. What they send beyond the contract is
//! passed over. The surprise: a success that is told twice is a success once, and what is told of a closed action is gone.

use super::{accepted, missing};
use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::controller::{AttributeMode, Confirms, Controller, ControllerAction, NewAction};
use holdpoint_store::patch::KeptFile;
use holdpoint_store::{Change, Reader};
use serde_json::json;
use std::collections::BTreeMap;

/// A device may tell so often of one action.
const MOST_STATUSES: u64 = 1_000;
/// So many messages of one report are kept.
const MOST_MESSAGES: usize = 50;
/// So many bytes of one message are kept.
const MESSAGE_BYTES: usize = 4 * 1024;
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

/// What a device tells of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It goes on; the word is kept.
    Going(&'static str),
    /// It is at its end, and it went well.
    Finished,
    /// It is at its end, and it did not go well.
    Failed,
    /// It was given up.
    Canceled,
}

/// A report of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// What it says.
    pub said: Said,
    /// Its words.
    pub details: Vec<String>,
}

/// What a device says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    /// How it meets what is there.
    pub mode: AttributeMode,
    /// Names and values.
    pub data: BTreeMap<String, String>,
}

/// What becomes of what a device tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// It is kept.
    Kept,
    /// The action is closed; nothing more is taken.
    Gone,
    /// It has told too often.
    TooOften,
}

/// Name and version of what a patch installs, as a device can compare them.
#[must_use]
pub(super) fn module_of(patch: &str) -> (String, String) {
    if let Some((name, version, _)) = crate::agents::package_of(patch) {
        return (name, version);
    }
    match patch.rsplit_once(' ') {
        Some((name, version)) => (name.to_owned(), version.to_owned()),
        None => (patch.to_owned(), patch.to_owned()),
    }
}

/// The open actions of a controller, the oldest first, and whether it should tell what it is.
///
/// # Errors
/// [`AppError::NotFound`] when it is not accepted; [`AppError::Store`].
pub fn offers(app: &App, name: &str) -> Result<(Controller, Vec<ControllerAction>, bool), AppError> {
    reading(app, |r| {
        let one = accepted(r, name)?;
        let actions = r.controller_actions(one.number)?;
        let knows = !r.controller_attributes(one.number)?.is_empty();
        let wanted = !knows || app.controllers_wish(one.number);
        Ok((one, actions, wanted))
    })
}

/// Actions whose time is over are taken back: the device is told so when it asks.
///
/// # Errors
/// [`AppError::Store`].
pub fn take_back_overdue(app: &App, name: &str) -> Result<(), AppError> {
    let now = app.now();
    let overdue = |action: &ControllerAction| action.state == "open" && action.ends_at < now;
    let any = reading(app, |r| {
        let Some(one) = r.controller(name)? else { return Ok(false) };
        Ok(r.controller_actions(one.number)?.iter().any(overdue))
    })?;
    if !any {
        return Ok(());
    }
    app.store().change(&app.intent(&caller(name), "controller.take_back", "its time is over"), |c| {
        let one = accepted(c, name)?;
        for action in c.controller_actions(one.number)?.iter().filter(|action| overdue(action)) {
            c.move_controller_action(action.number, "canceling", &action.confirmation)?;
            c.detail("action", json!(action.number));
        }
        c.about("asset", &one.tag);
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

/// Whether something is intended for the controller's asset, or begins soon.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Store`].
pub fn is_due(app: &App, name: &str) -> Result<bool, AppError> {
    let one = reading(app, |r| accepted(r, name))?;
    Ok(one.asset.is_some_and(|asset| app.agents().is_due(asset)))
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

/// The action that a controller finished last.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Store`].
pub fn installed(app: &App, name: &str) -> Result<Option<ControllerAction>, AppError> {
    reading(app, |r| {
        let one = accepted(r, name)?;
        Ok(r.controller_installed(one.number)?)
    })
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
        Ok(one.number)
    })?;
    app.controllers_told(committed.value);
    Ok(())
}

/// Takes what a device tells of an action under `deploymentBase`.
///
/// # Errors
/// [`AppError::NotFound`] also while the action waits for a confirmation or is being taken back; [`AppError::Store`].
pub fn answer_deployment(app: &App, name: &str, action: i64, told: &Feedback) -> Result<Answered, AppError> {
    answer(app, name, (action, told), |c, action| {
        if action.confirmation == "wanted" || action.state == "canceling" {
            return Err(AppError::NotFound { noun: "action", id: action.number.to_string() });
        }
        let words = told.details.last().map(|text| cut(text)).unwrap_or_default();
        match told.said {
            Said::Going(_) => {}
            Said::Finished => drop(c.close_controller_action(action.number, "finished", &words)?),
            Said::Failed => drop(c.close_controller_action(action.number, "error", &words)?),
            Said::Canceled => drop(c.close_controller_action(action.number, "canceled", &words)?),
        }
        Ok(())
    })
}

/// Takes what a device tells of an action that is being taken back.
///
/// # Errors
/// [`AppError::NotFound`] when it is not being taken back; [`AppError::Store`].
pub fn answer_cancel(app: &App, name: &str, action: i64, told: &Feedback) -> Result<Answered, AppError> {
    answer(app, name, (action, told), |c, action| {
        if action.state != "canceling" {
            return Err(AppError::NotFound { noun: "action", id: action.number.to_string() });
        }
        let words = told.details.last().map(|text| cut(text)).unwrap_or_default();
        match told.said {
            Said::Going("rejected") => {
                c.move_controller_action(action.number, "open", &action.confirmation)?
            }
            Said::Going(_) => {}
            Said::Finished | Said::Failed | Said::Canceled => {
                c.close_controller_action(action.number, "canceled", &words)?;
            }
        }
        Ok(())
    })
}

/// Somebody at the device says yes or no to an action.
///
/// # Errors
/// [`AppError::NotFound`] when nobody asked; [`AppError::Store`].
pub fn answer_confirmation(
    app: &App,
    name: &str,
    action: i64,
    (agrees, told): (Agreement, &Feedback),
) -> Result<Answered, AppError> {
    answer(app, name, (action, told), |c, action| {
        if action.confirmation != "wanted" {
            return Err(AppError::NotFound { noun: "action", id: action.number.to_string() });
        }
        match agrees {
            // A no leaves it waiting: a person here decides what follows.
            Agreement::No => Ok(()),
            Agreement::Yes => Ok(c.move_controller_action(action.number, &action.state, "given")?),
        }
    })
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// It may begin.
    Yes,
    /// It may not, for now.
    No,
}

fn answer(
    app: &App,
    name: &str,
    (number, told): (i64, &Feedback),
    work: impl Fn(&mut Change<'_>, &ControllerAction) -> Result<(), AppError>,
) -> Result<Answered, AppError> {
    let committed = app.store().change(&app.intent(&caller(name), "controller.feedback", ""), |c| {
        let (one, action) = action_of(c, name, number)?;
        if action.closed_at.is_some() {
            c.nothing_to_do();
            return Ok(Answered::Gone);
        }
        if c.count_controller_statuses(number)? >= MOST_STATUSES {
            c.nothing_to_do();
            return Ok(Answered::TooOften);
        }
        let word = match told.said {
            Said::Going(word) => word,
            Said::Finished => "finished",
            Said::Failed => "error",
            Said::Canceled => "canceled",
        };
        let messages: Vec<String> = told.details.iter().take(MOST_MESSAGES).map(|text| cut(text)).collect();
        c.put_controller_status(number, word, &messages)?;
        work(c, &action)?;
        c.about("asset", &one.tag);
        c.detail("controller", json!(one.name));
        c.detail("action", json!(number));
        c.detail("status", json!(word));
        Ok::<_, AppError>(Answered::Kept)
    })?;
    Ok(committed.value)
}

/// At most 4 KB of a message, cut between letters.
fn cut(text: &str) -> String {
    let mut end = text.len().min(MESSAGE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

/// The device says yes by itself from now on, or asks again.
///
/// # Errors
/// [`AppError::Conflict`] when it does so already; [`AppError::NotFound`].
pub fn auto_confirm(app: &App, name: &str, how: Confirms) -> Result<(), AppError> {
    app.store().change(&app.intent(&caller(name), "controller.auto_confirm", ""), |c| {
        let one = accepted(c, name)?;
        if one.confirms == (how == Confirms::ByItself) {
            if how == Confirms::Asks {
                c.nothing_to_do();
                return Ok::<_, AppError>(());
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
        Ok(())
    })?;
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
            return Ok(false);
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
        Ok::<_, AppError>(true)
    })?;
    Ok(committed.value)
}
