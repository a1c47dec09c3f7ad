//! What comes back: a beginning, and a result that was typed in, scanned or taken from a file.
//!
//! The surprise: a result that answers an old revision of the sheet is refused with what has changed, and can be told again by
//! somebody who says that they looked at the changes. The same result twice is one result.

use super::before::{evidence_of, told_before};
use super::{Sheet, WorkOrder, complete, find_in, newest, now_made, read_code, read_sheet, sheet, withdrawn};
use crate::App;
use crate::access_check::Caller;
use crate::approval::{accountable, baselines::conflict, reading};
use crate::error::AppError;
use crate::execution::{against, ask_before_work, offered, pause_against};
use crate::planning::invalid;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::execution::{Deed, Event, Outcome, StepRun};
use holdpoint_domain::work_order::{RestartDone, ResultWay, ResultWord, Told, WorkOrderState, meaning};
use holdpoint_store::Change;
use holdpoint_store::work_order::{KeptResult, WorkOrderLine};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a text of a result.
const MOST_CHARS: usize = 2_000;
/// The most lines of a result.
const MOST_LINES: usize = 100;
/// So far clocks may go apart: five minutes.
pub(super) const CLOCKS: i64 = 300_000_000;

/// What a person says of one line of the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineResult {
    /// `before` or `work`.
    pub part: String,
    /// The line's number.
    pub number: u32,
    /// Whether it was done as the sheet says.
    pub done: bool,
    /// What was read or measured; empty: nothing.
    #[serde(default)]
    pub value: String,
}

/// What a person tells, as files and the API carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultBody {
    /// The code of the sheet: which order, which revision, which content.
    pub code: String,
    /// `installed`, `not_done`, `failed` or `went_back`.
    pub word: String,
    /// `not_needed` or `done`.
    #[serde(default = "not_needed")]
    pub restart: String,
    /// What happened; needed unless it was installed.
    #[serde(default)]
    pub what: String,
    /// When the work began.
    pub began_at: String,
    /// When it was over.
    pub done_at: String,
    /// Who did it.
    pub done_by: String,
    /// The lines of the sheet.
    #[serde(default)]
    pub lines: Vec<LineResult>,
}

fn not_needed() -> String {
    RestartDone::NotNeeded.word().to_owned()
}

/// A result on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered<'a> {
    /// What it says.
    pub body: &'a ResultBody,
    /// How it comes in.
    pub way: ResultWay,
    /// The newest revision, when the person looked at what changed since the sheet was printed.
    pub looked_at: Option<u32>,
}

struct Checked {
    told: Told,
    done_at: Moment,
    revision: u32,
    hash: String,
}

/// Begins the work on a tablet: everything that would keep a program from beginning keeps a person, too.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] with what the step waits for, when the sheet is stale, or
/// when a line before the work is not ticked.
pub fn begin(app: &App, caller: &Caller, id: &str, ticked: &[u32]) -> Result<WorkOrder, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    // Whoever begins stands at the asset: the process is asked now, and not when it was asked last.
    let plan = reading(app, |r| find_in(r, id, &reach))?.plan;
    ask_before_work(app, plan)?;
    let committed = app.store().change(&app.intent(caller, "work_order.begin", ""), |c| {
        let line = find_in(c, id, &reach)?;
        caller.require_at(Permission::WritePlans, Some(line.site))?;
        let by = accountable(caller)?;
        if line.state == WorkOrderState::Withdrawn {
            return Err(withdrawn(&line));
        }
        if line.state != WorkOrderState::Issued {
            let what = format!("work order {} is {}", line.number, line.state);
            return Err(conflict("work-order-state", what, "look at it again"));
        }
        let (sheet, _) = newest(c, &line)?;
        let changed = now_made(c, line.plan, line.step, &reach)?.differences(&sheet);
        if !changed.is_empty() {
            return Err(stale(&line, &changed));
        }
        if let Some(open) = sheet.before.iter().find(|one| !ticked.contains(&one.number)) {
            let what = format!("line {} before the work is not ticked: {}", open.number, open.what);
            return Err(conflict("not-ticked", what, "do not begin; or tick it when it holds"));
        }
        for deed in [Deed::Stage, Deed::Preflight, Deed::Backup, Deed::Install] {
            open(app, c, &line, (deed, &by.name))?;
        }
        c.move_work_order(line.id, WorkOrderState::Begun)?;
        c.plan_turned(line.plan)?;
        c.about("work_order", line.id);
        c.about("plan", line.plan);
        let line = find_in(c, id, &reach)?;
        complete(c, line, &reach)
    })?;
    Ok(committed.value)
}

/// Writes the intent of a deed if it comes next, and its end unless it is the installation, which now goes on.
fn open(
    app: &App,
    c: &mut Change<'_>,
    line: &WorkOrderLine,
    (deed, by): (Deed, &str),
) -> Result<(), AppError> {
    let event = match offered(app, c, line.plan, line.step)? {
        Ok(event) => event,
        Err(why) => return Err(conflict("not-now", why, "wait, and begin then")),
    };
    let Event::Intended { deed: next, attempt } = &event else {
        return Err(conflict("not-now", "the step cannot begin any more".to_owned(), "look at the plan"));
    };
    if *next != deed {
        // It stands further than the first deeds already.
        return Ok(());
    }
    let run = run_of(c, line)?;
    let after = c.put_step_event(line.plan, &run, &event, by, None)?;
    if deed != Deed::Install {
        let end = Event::Ended { deed, attempt: attempt.number, at: c.at(), outcome: Outcome::Succeeded };
        c.put_step_event(line.plan, &after, &end, by, Some("a person has ticked it on the sheet"))?;
    }
    Ok(())
}

pub(super) fn run_of(c: &mut Change<'_>, line: &WorkOrderLine) -> Result<StepRun, AppError> {
    let missing = || AppError::NotFound { noun: "step", id: line.step.to_string() };
    c.step_runs(line.plan)?.remove(&line.step).ok_or_else(missing)
}

fn stale(line: &WorkOrderLine, changed: &[String]) -> AppError {
    let what = format!(
        "the sheet of work order {} is stale, because the order says something else by now: {}",
        line.number,
        changed.join("; ")
    );
    conflict("stale-sheet", what, "issue the next revision, and work by that one")
}

/// Takes a result.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for what cannot be read; [`AppError::Conflict`] when the
/// sheet is stale, or the step does not allow it.
pub fn enter(app: &App, caller: &Caller, entered: &Entered<'_>, reason: &str) -> Result<WorkOrder, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let checked = check(app, entered.body)?;
    let text = serde_json::to_string(entered.body).expect("texts and numbers have a JSON form");
    let sha256 = sheet::hash(&text);
    let committed = app.store().change(&app.intent(caller, "work_order.tell", reason), |c| {
        let line = find_in(c, &entered.body.code, &reach)?;
        caller.require_at(Permission::WritePlans, Some(line.site))?;
        let by = accountable(caller)?;
        if c.work_order_results(line.id)?.iter().any(|one| one.sha256 == sha256) {
            c.nothing_to_do();
            return complete(c, line, &reach);
        }
        let answered = answered(c, &line, &checked)?;
        wanted(&line)?;
        current(c, (&line, &reach), (&answered, checked.revision), entered.looked_at)?;
        in_time(&line, &checked)?;
        on_the_sheet(&answered, entered.body)?;
        ticked(&answered, entered.body, checked.told.word)?;
        let worked_against = worked_against(app, c, &line, &checked)?;
        let run = run_of(c, &line)?;
        let told = Told { before: told_before(&answered, entered.body), ..checked.told.clone() };
        let meant = meaning(&run, &told, c.at()).map_err(|why| {
            conflict("step-state", why.to_string(), "look at the step; a reading of the asset decides")
        })?;
        let mut run = run;
        let evidence = match &worked_against {
            Some(why) => format!("{text}\nworked against: {why}"),
            None => text.clone(),
        };
        for event in &meant.events {
            let evidence = evidence_of(event, &answered, (entered.body, &evidence));
            run = c.put_step_event(line.plan, &run, event, &by.name, Some(&evidence))?;
        }
        if let Some(why) = &worked_against {
            let what = format!("work order {} was worked against: {why}", line.number);
            pause_against(app, c, line.plan, &what)?;
            c.detail("worked_against", json!(why));
        }
        let new = KeptResult {
            nth: 0,
            revision: checked.revision,
            way: entered.way,
            body: text.clone(),
            sha256,
            done_by: entered.body.done_by.trim().to_owned(),
            done_at: checked.done_at,
            entered_by: by.name,
            entered_at: c.at(),
        };
        c.put_work_order_result(line.id, &new)?;
        let over = matches!(run.state.footing(), holdpoint_domain::execution::Footing::Over(_));
        c.move_work_order(line.id, if over { WorkOrderState::Closed } else { WorkOrderState::Told })?;
        c.plan_turned(line.plan)?;
        c.about("work_order", line.id);
        c.about("plan", line.plan);
        c.detail("step", json!(line.step));
        c.detail("result", json!(checked.told.word.word()));
        c.detail("way", json!(entered.way.word()));
        c.detail("done_by", json!(new.done_by));
        c.detail("done_at", json!(new.done_at.to_string()));
        let line = find_in(c, &entered.body.code, &reach)?;
        complete(c, line, &reach)
    })?;
    Ok(committed.value)
}

/// The sheet that a result answers.
fn answered(c: &mut Change<'_>, line: &WorkOrderLine, checked: &Checked) -> Result<Sheet, AppError> {
    let missing = || {
        let what = format!("work order {} never had a revision {}", line.number, checked.revision);
        invalid("code", what, "compare the code with the sheet")
    };
    let kept = c.work_order_sheet(line.id, checked.revision)?.ok_or_else(missing)?;
    if sheet::short(&kept.sha256) != checked.hash {
        let what = format!("the code names another content than revision {} has", checked.revision);
        return Err(invalid("code", what, "compare the code with the sheet; somebody may have changed it"));
    }
    read_sheet(&kept)
}

/// Whether a result is still wanted.
fn wanted(line: &WorkOrderLine) -> Result<(), AppError> {
    match line.state {
        WorkOrderState::Issued | WorkOrderState::Begun => Ok(()),
        WorkOrderState::Told | WorkOrderState::Closed => {
            let what = format!("work order {} is {}, and has its result", line.number, line.state);
            Err(conflict("work-order-state", what, "write a reading of the asset instead"))
        }
        WorkOrderState::Void => Err(voided(line)),
        WorkOrderState::Withdrawn => Err(withdrawn(line)),
    }
}

pub(super) fn voided(line: &WorkOrderLine) -> AppError {
    let what = format!("work order {} was voided, so nothing was to be done by its sheet", line.number);
    conflict("work-order-state", what, "issue a new sheet for the step, or say at the step what was done")
}

/// Refuses a result of a sheet that says something else than one made now, unless somebody looked at the changes.
fn current(
    c: &mut Change<'_>,
    (line, reach): (&WorkOrderLine, &Reach),
    (answered, revision): (&Sheet, u32),
    looked_at: Option<u32>,
) -> Result<(), AppError> {
    if looked_at == Some(line.revision) {
        return Ok(());
    }
    let mut changed = now_made(c, line.plan, line.step, reach)?.differences(answered);
    if changed.is_empty() && revision == line.revision {
        return Ok(());
    }
    if changed.is_empty() {
        changed.push(format!("revision {} was issued", line.revision));
    }
    let what = format!(
        "the sheet of work order {} is stale, because the order says something else by now: {}",
        line.number,
        changed.join("; ")
    );
    let remedy = format!(
        "look at what changed; whoever worked by this sheet all the same tells it as looked at revision {}",
        line.revision
    );
    Err(conflict("stale-sheet", what, &remedy))
}

/// Refuses times that cannot be: work from before the first sheet, and an end from before the beginning on the screen.
fn in_time(line: &WorkOrderLine, checked: &Checked) -> Result<(), AppError> {
    if checked.told.began_at < line.issued_at.plus_micros(-CLOCKS) {
        let what = format!("the work began before its first sheet was issued, at {}", line.issued_at);
        return Err(invalid("began_at", what, "correct the time; mind the clock of the device"));
    }
    // Nothing else touches an order that was begun, so it changed last when it was begun.
    if line.state == WorkOrderState::Begun && checked.done_at < line.changed_at.plus_micros(-CLOCKS) {
        let what = format!("the work ended before it was begun, at {}", line.changed_at);
        return Err(invalid("done_at", what, "correct the time; mind the clock of the device"));
    }
    Ok(())
}

/// Refuses lines that the sheet does not have: what was ticked must be what was asked.
fn on_the_sheet(sheet: &Sheet, body: &ResultBody) -> Result<(), AppError> {
    let known = |one: &LineResult| {
        let lines = match one.part.as_str() {
            "before" => &sheet.before,
            "work" => &sheet.work,
            _ => return false,
        };
        lines.iter().any(|line| line.number == one.number)
    };
    let Some(strange) = body.lines.iter().find(|one| !known(one)) else { return Ok(()) };
    let part: String = strange.part.chars().take(20).collect();
    let what = format!("the sheet has no line {} in `{part}`", strange.number);
    Err(invalid("lines", what, "name lines of the sheet, in `before` or `work`, by their numbers"))
}

/// Refuses a work that is called installed while a line of it is not ticked. Lines may be left out as a whole; values alone are
/// no ticks.
fn ticked(sheet: &Sheet, body: &ResultBody, word: ResultWord) -> Result<(), AppError> {
    let given = |number: u32| body.lines.iter().filter(move |one| one.part == "work" && one.number == number);
    let ticks = sheet.work.iter().any(|line| line.field == "tick" && given(line.number).next().is_some());
    if word != ResultWord::Installed {
        return Ok(());
    }
    let open = sheet.work.iter().find(|line| {
        let refused = given(line.number).any(|one| !one.done);
        refused || ticks && given(line.number).next().is_none()
    });
    let Some(open) = open else { return Ok(()) };
    let what =
        format!("line {} of the work is not ticked, so it is not installed: {}", open.number, open.what);
    Err(invalid("lines", what, "tick what was done; or tell `not_done` or `failed`, with what happened"))
}

/// What would have kept a person from beginning when this work began; asked when nobody asked it on the screen.
fn worked_against(
    app: &App,
    c: &mut Change<'_>,
    line: &WorkOrderLine,
    checked: &Checked,
) -> Result<Option<String>, AppError> {
    if checked.told.word == ResultWord::NotDone {
        return Ok(None);
    }
    if line.state == WorkOrderState::Begun {
        return Ok(too_early(line, checked.told.began_at));
    }
    against(app, c, (line.plan, line.step), checked.told.began_at)
}

/// Whether work that was begun on the screen began before its planned start by its own word. When it was begun there, the screen let
/// nobody begin too early; the clocks of the two may differ, and then a person says so.
fn too_early(line: &WorkOrderLine, began: Moment) -> Option<String> {
    // Nothing else touches an order that was begun, so it changed last when it was begun.
    let begun = line.changed_at;
    (began < line.start && began < begun).then(|| {
        format!(
            "by its own word the work began at {began}, before its planned start at {} and before it was begun on the screen at {begun}",
            line.start
        )
    })
}

fn check(app: &App, body: &ResultBody) -> Result<Checked, AppError> {
    let unread = || {
        let what = "this is not the code of a sheet".to_owned();
        invalid("code", what, "read the code again; it begins with HOLDPOINT-WO")
    };
    let (_, revision, hash) = read_code(&body.code).ok_or_else(unread)?;
    let word: ResultWord = body.word.parse().map_err(words)?;
    let restart: RestartDone = body.restart.parse().map_err(words)?;
    let moment = |field: &str, text: &str| {
        text.parse::<Moment>().map_err(|_| {
            invalid(field, format!("`{field}` is no moment"), "write it as 2026-11-22T02:10:00Z")
        })
    };
    let (began_at, done_at) = (moment("began_at", &body.began_at)?, moment("done_at", &body.done_at)?);
    if began_at > done_at || done_at > app.now().plus_micros(CLOCKS) {
        let what = "the work began after its end, or ends in the future".to_owned();
        return Err(invalid("done_at", what, "correct the times; mind the clock of the device"));
    }
    let long = body.lines.len() > MOST_LINES
        || [&body.what, &body.done_by].iter().any(|text| text.chars().count() > MOST_CHARS)
        || body.lines.iter().any(|line| line.value.chars().count() > MOST_CHARS);
    if long || body.done_by.trim().is_empty() {
        let what =
            format!("a result has a name, at most {MOST_LINES} lines, and texts of {MOST_CHARS} characters");
        return Err(invalid("result", what, "name who did the work, and shorten the rest"));
    }
    if word != ResultWord::Installed && body.what.trim().is_empty() {
        let what = format!("`{word}` needs a sentence of what happened");
        return Err(invalid("what", what, "write it down"));
    }
    let told = Told { word, restart, began_at, what: body.what.trim().to_owned(), before: Vec::new() };
    Ok(Checked { told, done_at, revision, hash })
}

fn words(why: holdpoint_domain::words::UnknownWord) -> AppError {
    invalid("word", why.to_string(), "use one of these words")
}
