//! What devices tell of their actions, many reports in one change, each answered when it is on the disk.
//!
//! The surprise: a success that is told twice is a success once, and what is told of a closed action is gone. A report that
//! cannot be taken is answered by itself and takes no other with it.

use super::count_up;
use super::taken_back::is_awaited;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_store::Change;
use holdpoint_store::controller::ControllerAction;
use serde_json::{Value, json};

/// A device may tell so often of one action.
const MOST_STATUSES: u64 = 1_000;
/// So many messages of one report are kept.
const MOST_MESSAGES: usize = 50;
/// So many bytes of one message are kept.
const MESSAGE_BYTES: usize = 4 * 1024;

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

impl Said {
    const fn word(self) -> &'static str {
        match self {
            Self::Going(word) => word,
            Self::Finished => "finished",
            Self::Failed => "error",
            Self::Canceled => "canceled",
        }
    }
}

/// A report of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// What it says.
    pub said: Said,
    /// Its words.
    pub details: Vec<String>,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// It may begin.
    Yes,
    /// It may not, for now.
    No,
}

/// Where a report came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Under `deploymentBase`.
    Deployment,
    /// Under `cancelAction`, of an action that is being taken back.
    Cancel,
    /// Under `confirmationBase`: somebody at the device says yes or no.
    Confirmation(Agreement),
}

/// A report and who sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What the controller calls itself.
    pub name: String,
    /// The action.
    pub action: i64,
    /// Where it came in.
    pub what: What,
    /// What it says.
    pub feedback: Feedback,
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
    /// The controller has no such action, or none that this can be told of now.
    Unknown,
}

/// Takes what devices tell, in one change; each report has its answer at its place.
///
/// # Errors
/// [`AppError::Store`]: then nothing of it is kept, and nobody may be answered.
pub fn answer(app: &App, batch: &[Told]) -> Result<Vec<Answered>, AppError> {
    let caller = match batch {
        [one] => Caller::system(format!("controller {}", one.name)),
        _ => Caller::system("devices' door"),
    };
    let committed = app.store().change(&app.intent(&caller, "controller.feedback", ""), |c| {
        let (mut answers, mut kept, mut moved) = (Vec::with_capacity(batch.len()), Vec::new(), Vec::new());
        for told in batch {
            let (answer, controller) = one(c, told)?;
            if answer == Answered::Kept {
                kept.push(json!([told.name, told.action, told.feedback.said.word()]));
            }
            moved.extend(controller);
            answers.push(answer);
        }
        if kept.is_empty() {
            c.nothing_to_do();
            return Ok((answers, None, moved));
        }
        detail(c, kept);
        let generation = if moved.is_empty() { None } else { Some(count_up(c)?) };
        Ok::<_, AppError>((answers, generation, moved))
    })?;
    let (answers, generation, moved) = committed.value;
    if let Some(generation) = generation {
        app.controllers().counted(generation, moved);
    }
    Ok(answers)
}

fn detail(c: &mut Change<'_>, kept: Vec<Value>) {
    match kept.as_slice() {
        [one] => {
            c.detail("controller", one[0].clone());
            c.detail("action", one[1].clone());
            c.detail("status", one[2].clone());
        }
        _ => c.detail("told", kept),
    }
}

/// Takes one report; gives its answer, and the controller's number when what it is to be told is another thing now.
fn one(c: &mut Change<'_>, told: &Told) -> Result<(Answered, Option<i64>), AppError> {
    let unknown = Ok((Answered::Unknown, None));
    let Some(own) = c.controller(&told.name)?.filter(|one| one.state == "accepted") else { return unknown };
    let found = c.controller_action(told.action)?.filter(|found| found.controller == own.number);
    let Some(action) = found else { return unknown };
    if action.closed_at.is_some() {
        return Ok((Answered::Gone, None));
    }
    if c.count_controller_statuses(told.action)? >= MOST_STATUSES {
        return Ok((Answered::TooOften, None));
    }
    let fits = match told.what {
        // What is taken back may have begun: how it ended is taken all the same.
        What::Deployment => action.confirmation != "wanted",
        What::Cancel => action.state == "canceling",
        What::Confirmation(_) => action.confirmation == "wanted",
    };
    if !fits {
        return unknown;
    }
    let Feedback { said, details } = &told.feedback;
    let messages: Vec<String> = details.iter().take(MOST_MESSAGES).map(|text| cut(text)).collect();
    c.put_controller_status(action.number, said.word(), &messages)?;
    let moved = follow(c, told, &action)?;
    c.about("asset", &own.tag);
    Ok((Answered::Kept, moved.then_some(own.number)))
}

/// What follows from a report that fits; whether the action stands elsewhere now.
fn follow(c: &mut Change<'_>, told: &Told, action: &ControllerAction) -> Result<bool, AppError> {
    let words = told.feedback.details.last().map(|text| cut(text)).unwrap_or_default();
    let number = action.number;
    let outcome = match (told.what, told.feedback.said) {
        // A no leaves it waiting: a person here decides what follows.
        (What::Confirmation(Agreement::No), _) => return Ok(false),
        (What::Confirmation(Agreement::Yes), _) => {
            c.move_controller_action(number, &action.state, "given")?;
            return Ok(true);
        }
        // It goes on and will say how it ended. What nobody waits for is not offered again for that.
        (What::Cancel, Said::Going("rejected")) if !is_awaited(c, action)? => return Ok(false),
        (What::Cancel, Said::Going("rejected")) => {
            c.move_controller_action(number, "open", &action.confirmation)?;
            return Ok(true);
        }
        (What::Deployment | What::Cancel, Said::Going(_)) => return Ok(false),
        (What::Cancel, Said::Finished | Said::Failed | Said::Canceled)
        | (What::Deployment, Said::Canceled) => "canceled",
        (What::Deployment, Said::Finished) => "finished",
        (What::Deployment, Said::Failed) => "error",
    };
    c.close_controller_action(number, outcome, &words)?;
    Ok(true)
}

/// At most 4 KB of a message, cut between letters.
pub(super) fn cut(text: &str) -> String {
    let mut end = text.len().min(MESSAGE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}
