//! A fresh reading of the asset after the work: what was told is compared with what is there.
//!
//! The surprise: whoever reads says what they read and where, and a reading from before the end of the work is refused. It is an
//! observation, and the only thing that verifies. A firmware that was read goes into the inventory, whatever it comes to: the asset
//! shows it.

use super::beside::{agent_agrees, leads_to};
use super::promised::must_agree;
use super::result::{CLOCKS, ResultBody, run_of, voided};
use super::{WorkOrder, complete, find_in, withdrawn};
use crate::App;
use crate::access_check::Caller;
use crate::approval::{accountable, baselines::conflict, refused};
use crate::error::AppError;
use crate::execution::{offered, read_by_hand, read_by_person, took};
use crate::inventory::{reconcile, write};
use crate::planning::invalid;
use crate::plans;
use crate::runs::{self, Asker, Known, TouchedAssets};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::asset::Field;
use holdpoint_domain::execution::{Deed, Event, Footing, Observed, ObservedBy, Outcome};
use holdpoint_domain::id::ObservationId;
use holdpoint_domain::observation::{AssetReport, Observation, SourceKind};
use holdpoint_domain::signature::written;
use holdpoint_domain::work_order::WorkOrderState;
use holdpoint_store::Change;
use holdpoint_store::work_order::{KeptResult, WorkOrderLine};
use serde_json::json;
use std::collections::BTreeMap;

/// A version is a short line.
const FIRMWARE_CHARS: usize = 200;

/// What somebody read at the asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What it comes to.
    pub observed: Observed,
    /// What was read, word by word: the version, the place where it is shown.
    pub read: String,
    /// The firmware that the asset shows; `None`: the patch is none, or nobody looked. It goes into
    /// the inventory, and later inventories are held against it.
    pub firmware: Option<String>,
    /// When it was read.
    pub read_at: Moment,
}

/// Takes a reading of the asset.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for a reading that is older than the work;
/// [`AppError::Conflict`] when no look is wanted now.
pub fn observe(app: &App, caller: &Caller, id: &str, reading: &Reading) -> Result<WorkOrder, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let read = written("reading", &reading.read).map_err(refused)?;
    let firmware = plausible(app, reading)?;
    let committed = app.store().change(&app.intent(caller, "work_order.observe", ""), |c| {
        let line = find_in(c, id, &reach)?;
        caller.require_at(Permission::WritePlans, Some(line.site))?;
        let by = accountable(caller)?;
        wanted(&line)?;
        must_agree(c, &line.patch, reading, firmware)?;
        let results = c.work_order_results(line.id)?;
        fresh(&line, &results, reading)?;
        agent_agrees(c, &line, (&results, reading))?;
        let by_word = leads_to(c, &line)?.map(|leads| format!("by {}'s word, though {leads}", by.name));
        let asks = match reading.observed {
            Observed::AsPromised => {
                let plan = plans::find_in(c, &line.plan.to_string(), &reach)?;
                read_by_person(c, (&plan, &by), line.step)?
            }
            _ => None,
        };
        let event = match offered(app, c, line.plan, line.step)? {
            Ok(event) => event,
            Err(why) => return Err(conflict("not-now", why, "read it again then")),
        };
        let Event::Intended { deed: deed @ (Deed::Verify | Deed::Recheck | Deed::VerifyUndo), attempt } =
            &event
        else {
            let what = "no look at the asset is wanted now".to_owned();
            return Err(conflict("not-now", what, "look at the step"));
        };
        let run = run_of(c, &line)?;
        let run = c.put_step_event(line.plan, &run, &event, &by.name, None)?;
        let outcome = Outcome::Seen(reading.observed.clone());
        let end = Event::Ended { deed: *deed, attempt: attempt.number, at: c.at(), outcome };
        let mut evidence = format!("{} read at {}: {read}", by.name, reading.read_at);
        if let Some(asks) = asks {
            evidence = format!("{evidence}; the asset asked for a restart before: {asks}");
        }
        if let Some(by_word) = &by_word {
            evidence = format!("{evidence}; {by_word}");
        }
        let run = c.put_step_event(line.plan, &run, &end, &by.name, Some(&evidence))?;
        if let Some(by_word) = &by_word {
            c.note_observed(line.plan, line.step, by_word)?;
        }
        c.put_observed_by(line.plan, line.step, ObservedBy::Person)?;
        if let Some(firmware) = firmware {
            into_inventory(app, c, (caller, &line), (firmware, reading), &by.name)?;
        }
        if reading.observed == Observed::AsPromised && *deed != Deed::VerifyUndo {
            stays(c, &line, (*deed, firmware), &results)?;
        }
        if matches!(run.state.footing(), Footing::Over(_)) {
            c.move_work_order(line.id, WorkOrderState::Closed)?;
        }
        c.plan_turned(line.plan)?;
        c.about("work_order", line.id);
        c.about("plan", line.plan);
        c.detail("step", json!(line.step));
        c.detail("deed", json!(deed.word()));
        c.detail("state", json!(run.state.word().word()));
        c.detail("read", json!(evidence));
        let line = find_in(c, id, &reach)?;
        complete(c, line, &reach)
    })?;
    crate::ranking::refresh::now(app)?;
    Ok(committed.value)
}

/// The firmware that was read, if any. What no asset shows and what was read at no time is refused here.
fn plausible<'r>(app: &App, reading: &'r Reading) -> Result<Option<&'r str>, AppError> {
    let firmware = reading.firmware.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if firmware
        .is_some_and(|text| text.chars().count() > FIRMWARE_CHARS || text.chars().any(char::is_control))
    {
        let what = "a firmware version is one line of at most 200 characters".to_owned();
        return Err(invalid("firmware", what, "write the version as the asset shows it"));
    }
    if reading.read_at > app.now().plus_micros(CLOCKS) {
        let what = "the reading lies in the future".to_owned();
        return Err(invalid("read_at", what, "correct the time; mind the clock of the device"));
    }
    Ok(firmware)
}

/// A reading from before the sheet, or from before the end of the work, says nothing of what the work came to.
fn fresh(line: &WorkOrderLine, results: &[KeptResult], reading: &Reading) -> Result<(), AppError> {
    if reading.read_at < line.issued_at.plus_micros(-CLOCKS) {
        let what =
            format!("the reading is older than the first sheet, which was issued at {}", line.issued_at);
        return Err(invalid("read_at", what, "read the asset again"));
    }
    let done_at = results.iter().map(|one| one.done_at).max();
    if done_at.is_some_and(|done_at| reading.read_at < done_at) {
        let what = "the reading is older than the end of the work, and says nothing of it".to_owned();
        return Err(invalid("read_at", what, "read the asset again"));
    }
    Ok(())
}

/// What the asset shows is an observation like any other: by whom, by which order, and when it was read. It says nothing of what
/// was promised; that is the step's.
fn into_inventory(
    app: &App,
    c: &mut Change<'_>,
    (caller, order): (&Caller, &WorkOrderLine),
    (firmware, reading): (&str, &Reading),
    by: &str,
) -> Result<(), AppError> {
    let missing = || AppError::NotFound { noun: "asset", id: order.tag.clone() };
    let known = c.asset(order.asset, Moment::OPEN)?.ok_or_else(missing)?;
    let firmware = Field::FirmwareVersion.normalise(firmware).map_err(|why| {
        invalid("firmware", why.to_string(), "write the version as the asset shows it, on one line")
    })?;
    let raw = json!({
        "asset": order.asset.to_string(), "work_order": order.number, "firmware": firmware, "read": reading.read, "read_by": by,
        "read_at": reading.read_at.to_string()
    });
    let raw = raw.to_string().into_bytes();
    let observation = Observation {
        id: ObservationId::new(app.now(), app.random_bytes()),
        kind: SourceKind::Person,
        source: format!("{by}, by work order {}", order.number),
        observed_at: reading.read_at,
        raw_sha256: crate::intake::prepare::sha256(&raw),
    };
    c.put_blob(&raw)?;
    c.put_observation(&observation, 1)?;
    c.about("observation", observation.id);
    let report = AssetReport {
        tag: known.asset.tag.clone(),
        fields: BTreeMap::from([(Field::FirmwareVersion, firmware)]),
        ..AssetReport::default()
    };
    let planned = reconcile::apply(0, Some(known), &report, &observation);
    if let Some(difference) = planned.difference() {
        let mut touched = TouchedAssets::default();
        let asker = Asker { caller, reason: "" };
        let configurations = write::put(c, app, &planned, &asker)?;
        touched.add(Known::Before, &planned.tag, configurations);
        runs::after_assets(app, c, &asker, touched)?;
        c.detail("fields", json!(difference.fields));
    }
    Ok(())
}

/// A reading is wanted once somebody has told what was done.
fn wanted(line: &WorkOrderLine) -> Result<(), AppError> {
    if line.state == WorkOrderState::Void {
        return Err(voided(line));
    }
    if line.state == WorkOrderState::Withdrawn {
        return Err(withdrawn(line));
    }
    if line.state == WorkOrderState::Told {
        return Ok(());
    }
    let what = format!("work order {} is {}, and no reading is wanted", line.number, line.state);
    Err(conflict("work-order-state", what, "tell what was done first"))
}

/// What stays of a good reading: how long the work took, as its result tells, and the firmware as the asset's baseline.
fn stays(
    c: &mut Change<'_>,
    order: &WorkOrderLine,
    (deed, firmware): (Deed, Option<&str>),
    results: &[KeptResult],
) -> Result<(), AppError> {
    let Some(step) = c.step_lines(order.plan)?.into_iter().find(|line| line.number == order.step) else {
        return Ok(());
    };
    if let Some(firmware) = firmware {
        read_by_hand(c, order.plan, &step, firmware)?;
    }
    let told = results.iter().max_by_key(|one| one.done_at);
    let began =
        told.and_then(|one| serde_json::from_str::<ResultBody>(&one.body).ok()?.began_at.parse().ok());
    if let (Deed::Verify, Some(began), Some(told)) = (deed, began, told) {
        took(c, &step, (began, told.done_at))?;
    }
    Ok(())
}
