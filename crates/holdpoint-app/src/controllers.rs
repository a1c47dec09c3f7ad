//! Devices with an update client of their own, which ask by the Direct Device Integration API (DDI): who they are, what they
//! are to do, and what they tell.
//!
//! The connection is the server's. The surprise: nobody becomes an asset by showing up. A device that nobody knows is a
//! candidate until a person says which asset it is; until then it is told nothing but how often to ask.

mod answers;
mod deeds;
mod given;
mod resident;
mod taken_back;
mod talk;

pub use answers::{Agreement, Answered, Feedback, Said, Told, What, answer};
pub use deeds::{hand_over, settle};
pub use given::{Given, given};
pub use resident::{Known, Standing};
pub use talk::{
    Attributes, Offer, OfferedFile, auto_confirm, in_memory as standing_in_memory, module_file, offer,
    offers, put_attributes, side_loaded, standing,
};

pub(crate) use resident::Resident;
pub(crate) use taken_back::{is_untouched_by_device, of_step as take_back_of_step};

use crate::App;
use crate::access_check::Caller;
use crate::approval::person;
use crate::error::AppError;
use crate::intake::prepare::sha256;
use crate::planning::find_asset;
use holdpoint_domain::Rejected;
use holdpoint_domain::access::Permission;
use holdpoint_store::controller::{Controller, ControllerDecision};
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::{Change, Reader};
use serde_json::json;
use std::sync::Arc;

/// Counts up whenever a controller is to be told something else, or is somebody else.
const GENERATION: &str = "controllers.generation";

/// So many devices may wait for a person at once; more are sent away, so that nobody fills the list.
const MOST_CANDIDATES: u64 = 1_000;

/// Lists controllers.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<Controller>, AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    Ok(app.store().read(|r| r.controller_list(&query))?)
}

/// A person says which asset a controller is. Gives its new token, which is shown this once.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when the asset has another controller or an agent.
pub fn accept(app: &App, caller: &Caller, name: &str, asset: &str, reason: &str) -> Result<String, AppError> {
    let reach = caller.require(Permission::WriteInventory)?;
    let token = holdpoint_wire::text::hex(&app.random_bytes::<24>());
    app.store().change(&app.intent(caller, "controller.accept", reason), |c| {
        let found = find_asset(c, asset, &reach)?;
        caller.require_at(Permission::WriteInventory, found.site)?;
        let one = c.controller(name)?.ok_or_else(|| missing(name))?;
        let site = found.site.ok_or_else(|| {
            AppError::invalid(
                "no-site",
                "the asset stands on no site",
                "nothing was changed",
                "say where it stands",
            )
        })?;
        let other = c.controller_of(found.asset.id)?.filter(|other| other.number != one.number);
        if other.is_some() || c.agent_of(found.asset.id)?.is_some() {
            return Err(AppError::Conflict(Rejected::new(
                "asset-taken",
                format!("`{}` is served by another controller or an agent", found.asset.tag),
                "nothing was changed",
                "refuse the other one, or revoke the agent",
            )));
        }
        let decision = ControllerDecision {
            state: "accepted",
            asset: Some((found.asset.id, site)),
            token: Some(sha256(token.as_bytes())),
            by: person(caller).name,
        };
        c.decide_controller(one.number, &decision)?;
        c.about("asset", &found.asset.tag);
        c.detail("controller", json!(one.name));
        count_up(c)?;
        Ok::<_, AppError>(())
    })?;
    app.controllers().forget();
    Ok(token)
}

/// A person says that a controller is nobody of ours.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`].
pub fn refuse(app: &App, caller: &Caller, name: &str, reason: &str) -> Result<(), AppError> {
    let reach = caller.require(Permission::WriteInventory)?;
    app.store().change(&app.intent(caller, "controller.refuse", reason), |c| {
        let one = c.controller(name)?.filter(|one| one.site.is_none() || reach.covers(one.site));
        let one = one.ok_or_else(|| missing(name))?;
        let by = person(caller).name;
        c.decide_controller(
            one.number,
            &ControllerDecision { state: "refused", asset: None, token: None, by },
        )?;
        c.detail("controller", json!(one.name));
        count_up(c)?;
        Ok::<_, AppError>(())
    })?;
    app.controllers().forget();
    Ok(())
}

/// What controllers are told changed: everybody who keeps it in memory sees the new number.
fn count_up(c: &mut Change<'_>) -> Result<u64, AppError> {
    let next = generation(c)? + 1;
    c.put_setting(GENERATION, &json!(next))?;
    Ok(next)
}

fn generation(r: &mut Reader<'_>) -> Result<u64, AppError> {
    Ok(r.setting(GENERATION)?.and_then(|value| value.as_u64()).unwrap_or_default())
}

fn missing(name: &str) -> AppError {
    AppError::NotFound { noun: "controller", id: name.chars().take(64).collect() }
}

/// Who asks; one that nobody knows becomes a candidate.
///
/// # Errors
/// [`AppError::NotFound`] for a name that cannot be or was refused; [`AppError::NotNow`] when too many wait for a person.
pub fn show_up(app: &App, name: &str, address: &str) -> Result<Controller, AppError> {
    let fits = (1..=128).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-:@".contains(c));
    if !fits {
        return Err(missing(name));
    }
    if let Some(known) = app.store().read(|r| r.controller(name))? {
        return if known.state == "refused" { Err(missing(name)) } else { Ok(known) };
    }
    let caller = Caller::system("devices' door");
    let committed = app.store().change(&app.intent(&caller, "controller.candidate", ""), |c| {
        if c.controller_candidates()? >= MOST_CANDIDATES {
            let what = format!("{MOST_CANDIDATES} devices wait for a person already");
            let remedy = "accept or refuse those that wait";
            return Err(AppError::NotNow(Rejected::new(
                "too-many-candidates",
                what,
                "it was not noted",
                remedy,
            )));
        }
        if !c.put_controller(name, address)? {
            c.nothing_to_do();
        }
        c.detail("controller", json!(name));
        c.detail("from", json!(address));
        c.controller(name)?.ok_or_else(|| missing(name))
    })?;
    Ok(committed.value)
}

/// Who asks, when it is accepted and in memory.
#[must_use]
pub fn in_memory(app: &App, name: &str) -> Option<Arc<Known>> {
    app.controllers().known(name)
}

/// Who asks; `None`: a candidate, who is told nothing but how often to ask.
///
/// # Errors
/// As [`show_up`].
pub fn come_in(app: &App, name: &str, address: &str) -> Result<Option<Arc<Known>>, AppError> {
    let forgotten = app.controllers().forgotten();
    let one = show_up(app, name, address)?;
    if one.state == "accepted" {
        return Ok(Some(app.controllers().keep(forgotten, one)));
    }
    // A mark that it waits; who is accepted is marked with the others.
    app.controllers().asked.of(one.number, one.seen_at).note(app.now());
    Ok(None)
}

/// A controller has asked and proven itself.
pub fn seen(app: &App, known: &Known) {
    known.asked.note(app.now());
}

/// Writes down who has asked, some minutes coarse, so that it is known after a restart and in another process.
///
/// # Errors
/// [`AppError::Store`]. Nothing is lost then: it is tried again.
pub fn mark_seen(app: &App) -> Result<(), AppError> {
    let marks = &app.controllers().asked;
    let seen = marks.to_mark();
    if !seen.is_empty() && app.store().touch_controllers(&seen)? {
        marks.marked(&seen);
    }
    Ok(())
}

/// Whether something is intended for the controller's asset, or begins soon.
#[must_use]
pub fn is_due(app: &App, known: &Known) -> bool {
    known.asset.is_some_and(|asset| app.agents().is_due(asset))
}

/// Whether a controller is asked to tell what it is.
#[must_use]
pub fn is_asked(app: &App, known: &Known) -> bool {
    app.controllers_wish(known.number)
}

/// A controller that a person has accepted; others are told nothing.
fn accepted(r: &mut Reader<'_>, name: &str) -> Result<Controller, AppError> {
    r.controller(name)?.filter(|one| one.state == "accepted").ok_or_else(|| missing(name))
}
