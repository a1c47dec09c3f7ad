//! The change record of a plan for a system outside: what we say goes out, what they say comes in, and no field goes both ways.
//!
//! Here: which fields there are and which way each goes, and what came in. Not here: the shapes of files (`shapes`) and any connection:
//! a file is carried, or a script of the owner posts it. The surprise: an approval outside releases nothing here. It stands beside the
//! plan, and a second person of the plant releases it.

mod shapes;

pub use shapes::Shape;

use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use crate::plans::{self, find_in, whole};
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::filter::Filter;
use holdpoint_domain::id::PlanId;
use holdpoint_domain::plan::{ChangePlan, WayBack};
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::Reader;
use holdpoint_store::page::{ListQuery, MAX_LIMIT};
use holdpoint_store::plan::PlanLine;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// The most bytes of a record that comes in.
pub const MOST_BYTES: usize = 1024 * 1024;
/// The most characters of a field that comes in; a comment of ten pages.
const MOST_CHARACTERS: usize = 20_000;

/// Which way a field goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// We say it, and the system outside shows it.
    Out,
    /// They say it, and it is shown here.
    In,
}

impl Way {
    /// `out` or `in`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::In => "in",
        }
    }
}

/// A field of a change record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Which way it goes.
    pub way: Way,
    /// What it says; `None`: nobody has said.
    pub value: Option<String>,
}

/// The change record of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRecord {
    /// The plan.
    pub plan: PlanId,
    /// Its running number.
    pub number: i64,
    /// The fields, ours first.
    pub fields: Vec<Field>,
    /// When something came in last.
    pub heard_at: Option<Moment>,
    /// Who brought it.
    pub heard_by: Option<String>,
}

impl ChangeRecord {
    fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name)?.value.as_deref()
    }
}

/// What they said, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Outside {
    their_number: Option<String>,
    their_state: Option<String>,
    their_approval: Option<String>,
    their_approver: Option<String>,
    their_comment: Option<String>,
    heard_at: i64,
    heard_by: String,
}

impl Outside {
    /// Where a field of theirs is kept, by its name.
    fn place(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "their_number" => &mut self.their_number,
            "their_state" => &mut self.their_state,
            "their_approval" => &mut self.their_approval,
            "their_approver" => &mut self.their_approver,
            "their_comment" => &mut self.their_comment,
            _ => return None,
        })
    }
}

/// What came of a record that was brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The record as it stands now.
    pub record: ChangeRecord,
    /// Fields of ours that they had changed, and a number that is not the one that is known; nothing of that was taken.
    pub problems: Vec<String>,
}

fn key(plan: PlanId) -> String {
    format!("change-record.{plan}")
}

/// The change record of a plan, by the plan's id or number.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn show(app: &App, caller: &Caller, plan: &str) -> Result<ChangeRecord, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let text = plans::export(app, caller, plan)?;
    let now = app.now();
    reading(app, |r| {
        let line = find_in(r, plan, &reach)?;
        record(r, &line, &text, now)
    })
}

fn record(r: &mut Reader<'_>, line: &PlanLine, text: &str, now: Moment) -> Result<ChangeRecord, AppError> {
    let (plan, _) = whole(r, line.id)?;
    let outside = outside_of(r, line.id)?;
    let mut tags = BTreeSet::new();
    let mut query = ListQuery { reach: Reach::Everywhere, ..ListQuery::everything(MAX_LIMIT, now) };
    loop {
        let page = r.plan_steps(line.id, &query)?;
        tags.extend(page.items.into_iter().map(|step| step.tag));
        query.page.cursor = page.next;
        if query.page.cursor.is_none() {
            break;
        }
    }
    let patches: BTreeSet<&str> = plan.steps.iter().map(|step| step.patch.as_str()).collect();
    let ours = [
        ("title", Some(line.title.clone())),
        ("site", Some(line.site_name.clone())),
        ("reason", Some(line.reason.clone())),
        ("author", Some(line.author.name.clone())),
        ("state", Some(line.state.word().word().to_owned())),
        ("planned_start", line.first_start.map(|at| at.to_string())),
        ("planned_end", line.last_free.map(|at| at.to_string())),
        ("assets", Some(tags.into_iter().collect::<Vec<_>>().join(", "))),
        ("patches", Some(patches.into_iter().collect::<Vec<_>>().join(", "))),
        ("way_back", Some(way_back(&plan))),
        ("plan", Some(text.to_owned())),
        ("result", result(r, line, now)?),
    ];
    let outside = outside.unwrap_or_default();
    let theirs = [
        ("their_number", &outside.their_number),
        ("their_state", &outside.their_state),
        ("their_approval", &outside.their_approval),
        ("their_approver", &outside.their_approver),
        ("their_comment", &outside.their_comment),
    ];
    let ours = ours.into_iter().map(|(name, value)| Field { name, way: Way::Out, value });
    let theirs = theirs.into_iter().map(|(name, value)| Field { name, way: Way::In, value: value.clone() });
    Ok(ChangeRecord {
        plan: line.id,
        number: line.number,
        fields: ours.chain(theirs).collect(),
        heard_at: (outside.heard_at != 0).then(|| Moment::from_micros(outside.heard_at)),
        heard_by: Some(outside.heard_by).filter(|by| !by.is_empty()),
    })
}

fn way_back(plan: &ChangePlan) -> String {
    let all: BTreeSet<String> = plan
        .steps
        .iter()
        .map(|step| match &step.way_back {
            WayBack::Automatic { to } => format!("by the program, to {to}"),
            WayBack::ByHand { instruction } => format!("by hand: {instruction}"),
            WayBack::None { signed_by, reason } => format!("none; {signed_by} has signed why: {reason}"),
        })
        .collect();
    all.into_iter().collect::<Vec<_>>().join("; ")
}

/// What became of the work; `None`: it was not begun.
fn result(r: &mut Reader<'_>, line: &PlanLine, now: Moment) -> Result<Option<String>, AppError> {
    let filter = Filter::parse(&format!("number:{}", line.number)).expect("a whole number is a condition");
    let query = ListQuery { filter, reach: Reach::Everywhere, ..ListQuery::everything(1, now) };
    let found = r.deployment_list(&query)?.items.into_iter().next();
    Ok(found.map(|run| {
        format!(
            "{}: {} of {} steps done, {} failed, {} in work, {} overdue, {} drifts open",
            run.state, run.done, run.steps, run.failed, run.in_work, run.overdue, run.drift
        )
    }))
}

/// Writes the record as a system outside takes it.
///
/// # Errors
/// As [`show`].
pub fn export(app: &App, caller: &Caller, plan: &str, shape: Shape) -> Result<Vec<u8>, AppError> {
    Ok(shapes::write(&show(app, caller, plan)?, shape))
}

/// Takes in what they say of a record. What is ours is never taken from them; a difference is told. What the shape does not say stays
/// as it was heard before. A record of another number than the one that is known is of another system or another change: nothing of it
/// is taken, and both numbers are told.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Invalid`] for what is no record; [`AppError::NotFound`] for its plan.
pub fn take(app: &App, caller: &Caller, bytes: &[u8], shape: Shape, reason: &str) -> Result<Heard, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let told = shapes::read(bytes, shape)?;
    let mut heard = show(app, caller, &told.plan)?;
    let mut problems = Vec::new();
    for (name, value) in &told.ours {
        if heard.value(name) != Some(value.as_str()) {
            problems.push(format!("`{name}` is said here and goes out; what it says outside was not taken"));
        }
    }
    let theirs = of_theirs(told.theirs, &mut problems)?;
    let taken = app.store().change(&app.intent(caller, "change_record.take", reason), |c| {
        let line = find_in(c, &told.plan, &reach)?;
        caller.require_at(Permission::WritePlans, Some(line.site))?;
        let before = outside_of(c, line.id)?;
        let mut after = before.clone().unwrap_or_default();
        if let Some(clash) = of_another(&after, &theirs) {
            c.nothing_to_do();
            return Ok::<_, AppError>(Some(clash));
        }
        for (name, value) in &theirs {
            if let Some(place) = after.place(name) {
                place.clone_from(value);
            }
        }
        caller.actor.name().clone_into(&mut after.heard_by);
        after.heard_at = c.at().micros();
        c.put_setting(&key(line.id), &json!(after))?;
        c.about("plan", line.id);
        c.detail("outside", json!([before, after]));
        Ok(None)
    })?;
    problems.extend(taken.value);
    heard = show(app, caller, &told.plan)?;
    Ok(Heard { record: heard, problems })
}

/// The fields that a record says, each with its text; `None`: it says that there is none.
type Theirs = Vec<(String, Option<String>)>;

/// The fields of theirs among what a record says; what is none of them is told.
fn of_theirs(told: Vec<(String, String)>, problems: &mut Vec<String>) -> Result<Theirs, AppError> {
    let mut theirs = Theirs::new();
    for (name, value) in told {
        if Outside::default().place(&name).is_none() {
            let name: String = name.chars().take(64).collect();
            problems.push(format!("`{name}` is no field of a change record"));
            continue;
        }
        if value.chars().count() > MOST_CHARACTERS {
            return Err(unreadable(format!("`{name}` has more than {MOST_CHARACTERS} characters")));
        }
        theirs.push((name, Some(value.trim().to_owned()).filter(|value| !value.is_empty())));
    }
    Ok(theirs)
}

/// Why a record is not the one that is known, in words; `None`: it is, or none is known.
fn of_another(known: &Outside, theirs: &Theirs) -> Option<String> {
    let known = known.their_number.as_deref()?;
    let other =
        theirs.iter().find_map(|(name, value)| value.as_deref().filter(|_| name == "their_number"))?;
    (other != known).then(|| {
        format!(
            "the plan has the number {known} outside, and this record says {other}; nothing of it was taken. If {other} takes the \
             place of {known}, bring a record of shape `file` whose `their_number` is empty first"
        )
    })
}

/// What was heard of a plan's record; `None`: nothing yet.
fn outside_of(r: &mut Reader<'_>, plan: PlanId) -> Result<Option<Outside>, AppError> {
    let kept = r.setting(&key(plan))?.map(serde_json::from_value).transpose();
    Ok(kept.map_err(|why| holdpoint_store::StoreError::damaged(format!("a change record: {why}")))?)
}

fn unreadable(what: impl Into<String>) -> AppError {
    AppError::Invalid(Rejected::new(
        "change-record",
        what,
        "nothing was taken in",
        "export the record again, and bring back what the system outside makes of it",
    ))
}
