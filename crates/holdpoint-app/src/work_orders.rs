//! Work orders: steps that people carry out with a sheet in hand, on assets that no program reaches.
//!
//! Issuing is the intent, and it stands in the audit log before anybody has a tool in hand. The surprise: what a person tells
//! is a report and brings the step no further than to a fresh look; only what is read from the asset afterwards verifies it.

mod before;
mod beside;
mod brought;
mod observe;
mod page;
mod promised;
mod result;
mod sheet;
mod stick;

pub use brought::{Brought, Files, OneBrought, ResultOutcome, in_folder, take_stick, unpacked};
pub use observe::{Reading, observe};
pub use result::{Entered, LineResult, ResultBody, begin, enter};
pub use sheet::{Sheet, SheetFile, SheetLine, code, picture, read_code, short};
pub use stick::{MadeStick, form, make_stick};

use crate::App;
use crate::access_check::Caller;
use crate::approval::test_records::{MOST_ATTACHMENT_BYTES, MOST_ATTACHMENTS, file_name};
use crate::approval::{accountable, baselines::conflict, reading, refused};
use crate::error::AppError;
use crate::plans::{find_in as find_plan, whole};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::execution::StepState;
use holdpoint_domain::id::{PlanId, WorkOrderId};
use holdpoint_domain::plan::PlannedStep;
use holdpoint_domain::plan::life::PlanWord;
use holdpoint_domain::signature::written;
use holdpoint_domain::work_order::WorkOrderState;
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::test_record::Attachment;
use holdpoint_store::work_order::{KeptResult, KeptSheet, NewWorkOrder, WorkOrderLine};
use holdpoint_store::{Change, Reader};
use serde_json::json;

/// So long after its window a result is overdue.
const GRACE: i64 = 12 * 3_600_000_000;

/// A work order with its sheet and what came back.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkOrder {
    /// The order.
    pub line: WorkOrderLine,
    /// The newest revision of its sheet.
    pub sheet: Sheet,
    /// How that revision is kept.
    pub kept: KeptSheet,
    /// The text of its code.
    pub code: String,
    /// What the sheet would say otherwise if it were made now; not empty: it is stale.
    pub stale: Vec<String>,
    /// The results.
    pub results: Vec<KeptResult>,
    /// Its files.
    pub files: Vec<Attachment>,
}

/// Lists work orders.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<WorkOrderLine>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach, ..query.clone() };
    Ok(app.store().read(|r| r.work_order_list(&query))?)
}

/// A work order, by its id, its number or the code of its sheet.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<WorkOrder, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let line = find_in(r, id, &reach)?;
        complete(r, line, &reach)
    })
}

pub(crate) fn find_in(r: &mut Reader<'_>, name: &str, reach: &Reach) -> Result<WorkOrderLine, AppError> {
    let missing = || AppError::NotFound { noun: "work order", id: name.chars().take(64).collect() };
    let id = match (name.parse::<WorkOrderId>(), name.parse::<i64>(), read_code(name)) {
        (Ok(id), ..) => id,
        (Err(_), Ok(number), _) => r.work_order_by_number(number)?.ok_or_else(missing)?,
        (Err(_), Err(_), Some((id, ..))) => id,
        (Err(_), Err(_), None) => return Err(missing()),
    };
    r.work_order(id)?.filter(|line| reach.covers(Some(line.site))).ok_or_else(missing)
}

fn complete(r: &mut Reader<'_>, line: WorkOrderLine, reach: &Reach) -> Result<WorkOrder, AppError> {
    let (sheet, kept) = newest(r, &line)?;
    let stale = match line.state {
        WorkOrderState::Issued | WorkOrderState::Begun => {
            now_made(r, line.plan, line.step, reach)?.differences(&sheet)
        }
        WorkOrderState::Told | WorkOrderState::Closed | WorkOrderState::Void | WorkOrderState::Withdrawn => {
            Vec::new()
        }
    };
    Ok(WorkOrder {
        code: code(line.id, kept.revision, &kept.sha256),
        results: r.work_order_results(line.id)?,
        files: r.work_order_files(line.id)?,
        line,
        sheet,
        kept,
        stale,
    })
}

fn newest(r: &mut Reader<'_>, line: &WorkOrderLine) -> Result<(Sheet, KeptSheet), AppError> {
    let missing = || AppError::NotFound { noun: "sheet", id: line.number.to_string() };
    let kept = r.work_order_sheet(line.id, line.revision)?.ok_or_else(missing)?;
    let sheet = read_sheet(&kept)?;
    Ok((sheet, kept))
}

fn read_sheet(kept: &KeptSheet) -> Result<Sheet, AppError> {
    serde_json::from_str(&kept.body)
        .map_err(|why| holdpoint_store::StoreError::damaged(format!("a sheet: {why}")).into())
}

/// The sheet of a step as it would be made now.
fn now_made(r: &mut Reader<'_>, plan: PlanId, step: u32, reach: &Reach) -> Result<Sheet, AppError> {
    let line = find_plan(r, &plan.to_string(), reach)?;
    let (plan, _) = whole(r, line.id)?;
    let step = planned(&plan, step)?;
    let missing = || AppError::NotFound { noun: "asset", id: step.asset.to_string() };
    let asset = r.asset(step.asset, Moment::OPEN)?.ok_or_else(missing)?;
    let window = r.window(step.window)?.map(|kept| kept.window);
    let (files, restart) = sheet::files(r, &step.patch)?;
    let ground =
        sheet::Ground { line: &line, plan: &plan, step, asset: &asset.asset, window, files, restart };
    Ok(sheet::make(&ground))
}

fn planned(plan: &holdpoint_domain::plan::ChangePlan, number: u32) -> Result<&PlannedStep, AppError> {
    let missing = || AppError::NotFound { noun: "step", id: number.to_string() };
    plan.steps.iter().find(|step| step.number == number).ok_or_else(missing)
}

/// Issues a work order for a step, or the next revision of its sheet when that says something else by now.
///
/// From then on the program does nothing on that asset for this step.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when the plan is not carried out, or the step is
/// being worked on already.
pub fn issue(
    app: &App,
    caller: &Caller,
    (plan, step): (&str, u32),
    technician: &str,
    reason: &str,
) -> Result<WorkOrder, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let id = WorkOrderId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "work_order.issue", reason), |c| {
        let line = find_plan(c, plan, &reach)?;
        caller.require_at(Permission::WritePlans, Some(line.site))?;
        let by = accountable(caller)?;
        if line.state.word() != PlanWord::Released || c.plan_run(line.id)?.is_none() {
            let what = format!("plan {} is {} and is not carried out", line.number, line.state.word());
            return Err(conflict("plan-not-begun", what, "have it released and begin it first"));
        }
        let made = now_made(c, line.id, step, &reach)?;
        let known = c.work_orders_of(line.id)?.into_iter().find(|one| one.step == step);
        let given = technician.trim();
        let id = match known {
            Some(known) => again(c, &known, &made, (given, &by.name))?,
            None => {
                first(c, (id, &line, step), &made, (given, &by.name))?;
                id
            }
        };
        let line =
            c.work_order(id)?.ok_or_else(|| AppError::NotFound { noun: "work order", id: id.to_string() })?;
        complete(c, line, &reach)
    })?;
    Ok(committed.value)
}

fn first(
    c: &mut Change<'_>,
    (id, line, number): (WorkOrderId, &holdpoint_store::plan::PlanLine, u32),
    made: &Sheet,
    (technician, by): (&str, &str),
) -> Result<(), AppError> {
    let (plan, _) = whole(c, line.id)?;
    let step = planned(&plan, number)?;
    free(c, line.id, number)?;
    let due = step.free_at.plus_micros(GRACE);
    let new = NewWorkOrder {
        id,
        plan: line.id,
        step: number,
        site: line.site,
        asset: step.asset,
        tag: made.tag.clone(),
        patch: step.patch.clone(),
        technician: technician.to_owned(),
        start: step.start,
        due,
        by: by.to_owned(),
    };
    c.put_work_order(&new)?;
    let text = made.text();
    let hash = sheet::hash(&text);
    c.put_work_order_sheet(id, (&text, &hash), (technician, due, WorkOrderState::Issued), by)?;
    told(c, id, (line.id, number), (1, &hash));
    Ok(())
}

/// Refuses a step on which something is being done, or that is over.
fn free(c: &mut Change<'_>, plan: PlanId, number: u32) -> Result<(), AppError> {
    let runs = c.step_runs(plan)?;
    let state = runs.get(&number).map(|run| run.state.clone()).unwrap_or(StepState::Waiting);
    let free = matches!(
        state,
        StepState::Waiting
            | StepState::Staged { .. }
            | StepState::Checked { .. }
            | StepState::BackedUp { .. }
            | StepState::ByHand { .. }
    );
    if free {
        return Ok(());
    }
    let what = format!("step {number} is {}", state.word());
    Err(conflict(
        "step-state",
        what,
        "wait until nothing is being done on it; what is over needs a new plan, or begins again by `retry`",
    ))
}

/// The same content keeps its revision, so that a sheet in somebody's hand stays the one that holds.
fn again(
    c: &mut Change<'_>,
    known: &WorkOrderLine,
    made: &Sheet,
    (technician, by): (&str, &str),
) -> Result<WorkOrderId, AppError> {
    match known.state {
        WorkOrderState::Issued => {}
        WorkOrderState::Void => free(c, known.plan, known.step)?,
        WorkOrderState::Withdrawn => return Err(withdrawn(known)),
        WorkOrderState::Begun | WorkOrderState::Told | WorkOrderState::Closed => {
            let what = format!("work order {} is {}", known.number, known.state);
            return Err(conflict("work-order-state", what, "look at what came back"));
        }
    }
    let (old, _) = newest(c, known)?;
    let technician = if technician.is_empty() { known.technician.as_str() } else { technician };
    if known.state == WorkOrderState::Issued && old == *made && technician == known.technician {
        c.nothing_to_do();
        return Ok(known.id);
    }
    let text = made.text();
    let hash = sheet::hash(&text);
    if old == *made {
        c.reissue_work_order(known.id, (technician, known.due))?;
        told(c, known.id, (known.plan, known.step), (known.revision, &hash));
        c.detail("technician", json!(technician));
        return Ok(known.id);
    }
    c.put_work_order_sheet(known.id, (&text, &hash), (technician, known.due, WorkOrderState::Issued), by)?;
    told(c, known.id, (known.plan, known.step), (known.revision + 1, &hash));
    c.detail("changed", json!(made.differences(&old)));
    Ok(known.id)
}

fn told(
    c: &mut Change<'_>,
    id: WorkOrderId,
    (plan, step): (PlanId, u32),
    (revision, hash): (u32, &[u8; 32]),
) {
    c.about("work_order", id);
    c.about("plan", plan);
    c.detail("step", json!(step));
    c.detail("revision", json!(revision));
    c.detail("sheet", json!(short(hash)));
}

/// The step ended while the sheet was out.
fn withdrawn(line: &WorkOrderLine) -> AppError {
    let what = format!(
        "step {} ended without work order {} (it is {}), so nothing is to be done by its sheet any more",
        line.step, line.number, line.step_state
    );
    let remedy =
        "put the sheet away; if somebody worked by it all the same, read the asset and take its inventory in";
    conflict("work-order-state", what, remedy)
}

/// Takes a work order back before anything was done. The program may do the step again.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason; [`AppError::Conflict`] when somebody
/// has begun.
pub fn void(app: &App, caller: &Caller, id: &str, why: &str) -> Result<WorkOrder, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let why = written("reason", why).map_err(refused)?;
    let committed = app.store().change(&app.intent(caller, "work_order.void", &why), |c| {
        let line = find_in(c, id, &reach)?;
        caller.require_at(Permission::WritePlans, Some(line.site))?;
        if line.state == WorkOrderState::Withdrawn {
            return Err(withdrawn(&line));
        }
        if line.state != WorkOrderState::Issued {
            let what = format!("work order {} is {}", line.number, line.state);
            return Err(conflict("work-order-state", what, "tell what was done instead"));
        }
        c.move_work_order(line.id, WorkOrderState::Void)?;
        c.about("work_order", line.id);
        let line = find_in(c, id, &reach)?;
        complete(c, line, &reach)
    })?;
    Ok(committed.value)
}

/// Puts a file to a work order: a photo, a log.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for a name or size that cannot be;
/// [`AppError::Conflict`] when there are too many.
pub fn attach(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    bytes: &[u8],
) -> Result<Attachment, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let name = file_name(name)?;
    if bytes.is_empty() || bytes.len() > MOST_ATTACHMENT_BYTES {
        let what = format!("a file has 1 to {MOST_ATTACHMENT_BYTES} bytes, not {}", bytes.len());
        return Err(AppError::invalid("size", what, "nothing was changed", "attach less"));
    }
    let committed = app.store().change(&app.intent(caller, "work_order.attach", name), |c| {
        let line = find_in(c, id, &reach)?;
        caller.require_at(Permission::WritePlans, Some(line.site))?;
        if c.work_order_files(line.id)?.len() as u64 >= MOST_ATTACHMENTS {
            let what = format!("the work order has {MOST_ATTACHMENTS} files already");
            return Err(conflict("too-many", what, "put several into one archive"));
        }
        let sha256 = c.put_blob(bytes)?;
        let new = Attachment {
            name: name.to_owned(),
            sha256,
            size_bytes: bytes.len() as u64,
            added_by: caller.actor.name().to_owned(),
            added_at: c.at(),
        };
        c.put_work_order_file(line.id, &new)?;
        c.about("work_order", line.id);
        c.detail("sha256", json!(holdpoint_domain::audit::ChainHash(sha256).to_string()));
        Ok::<_, AppError>(new)
    })?;
    Ok(committed.value)
}

/// The bytes of a file, counted from 1; they are checked against their hash.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn file_bytes(app: &App, caller: &Caller, id: &str, place: usize) -> Result<Vec<u8>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let line = find_in(r, id, &reach)?;
        let missing = || AppError::NotFound { noun: "file", id: place.to_string() };
        let files = r.work_order_files(line.id)?;
        let found = place.checked_sub(1).and_then(|at| files.into_iter().nth(at)).ok_or_else(missing)?;
        r.blob(&found.sha256)?.ok_or_else(missing)
    })
}
