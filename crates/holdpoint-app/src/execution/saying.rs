//! What people say about a step: a hold point is opened, the process permits, the operator agrees or puts off, a failure is
//! looked at, a step is ended, taken in hand and handed back.

use super::find_step;
use crate::App;
use crate::access_check::Caller;
use crate::approval::{accountable, baselines::conflict, signer};
use crate::error::AppError;
use crate::plans::{find_in, whole};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::execution::{Event, HandWord, StepRun};
use holdpoint_domain::plan::HoldRole;
use serde_json::json;

/// Something that a person says about a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// The evidence is on the table: the hold point with this number before the step is open.
    HoldOpened {
        /// Its number, from 1.
        hold: u32,
        /// What the evidence is.
        evidence: String,
    },
    /// From now on the process must permit this step.
    PermitWanted,
    /// The process permits it.
    Permitted,
    /// It does not.
    PermitRefused {
        /// Why.
        why: String,
    },
    /// The operator must agree before the installation.
    OperatorWanted,
    /// The operator agrees to the installation.
    OperatorAgreed,
    /// The operator puts the installation off.
    OperatorPostponed {
        /// Until when.
        until: Moment,
    },
    /// What is restarted afterwards, and who does it.
    Restart(RestartWord),
    /// The failure was looked at, and the plan may go on.
    FailureAccepted {
        /// Why.
        why: String,
    },
    /// The step ends here.
    Ended {
        /// Why.
        why: String,
    },
    /// What was done by hand.
    HandedBack(HandWord),
}

/// What is said of a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestartWord {
    /// Nothing has to be restarted.
    None,
    /// The program may do it.
    Automatic,
    /// The operator agrees.
    Agreed,
    /// A person does it.
    ByHand,
}

/// Takes a person's word about a step.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when the step does not allow it, or this person may
/// not open that hold point.
pub fn say(
    app: &App,
    caller: &Caller,
    (id, number): (&str, u32),
    said: &Said,
    reason: &str,
) -> Result<StepRun, AppError> {
    let permission = Permission::ReadPlant;
    let reach = caller.require(permission)?;
    let (action, event) = (action(said), event(said));
    let committed = app.store().change(&app.intent(caller, action, reason), |c| {
        let line = find_in(c, id, &reach)?;
        let (plan, _) = whole(c, line.id)?;
        let needed = match said {
            Said::HoldOpened { hold, .. } => hold_permission(&plan, number, *hold)?,
            _ => Permission::WritePlans,
        };
        caller.require_at(needed, Some(line.site))?;
        let by = if needed == Permission::Approve { signer(caller)? } else { accountable(caller)? };
        if needed == Permission::Approve && by.account == line.author.account {
            let what = format!("{} drafted the plan, and whoever did may not open its hold points", by.name);
            return Err(conflict("four-eyes", what, "ask another approver"));
        }
        let run = find_step(c, line.id, number)?;
        let at = c.at();
        let after = match event {
            Some(make) => {
                let event = make(at, said);
                run.after(&event).map_err(|why| {
                    conflict("step-state", why.to_string(), "look at the step, and say what fits")
                })?;
                c.put_step_event(line.id, &run, &event, &by.name, None)?
            }
            None => run.clone(),
        };
        if let Some((kind, body)) = word(said) {
            c.say_of_step(line.id, number, &kind, (&by.name, &body))?;
        }
        c.plan_turned(line.id)?;
        c.about("plan", line.id);
        c.detail("step", json!(number));
        c.detail("state", json!([run.state.word().word(), after.state.word().word()]));
        Ok::<_, AppError>(after)
    })?;
    Ok(committed.value)
}

fn hold_permission(
    plan: &holdpoint_domain::plan::ChangePlan,
    number: u32,
    hold: u32,
) -> Result<Permission, AppError> {
    let mut holds = plan.holds.iter().filter(|one| one.before == number);
    let place = usize::try_from(hold).unwrap_or(usize::MAX).checked_sub(1);
    let found = place.and_then(|place| holds.nth(place));
    let missing = || AppError::NotFound { noun: "hold point", id: format!("{hold} before step {number}") };
    Ok(match found.ok_or_else(missing)?.opened_by {
        HoldRole::Approver => Permission::Approve,
        HoldRole::Operator | HoldRole::Engineer => Permission::WritePlans,
    })
}

type MakeEvent = fn(Moment, &Said) -> Event;

fn event(said: &Said) -> Option<MakeEvent> {
    match said {
        Said::Ended { .. } => Some(|at, said| {
            let why = match said {
                Said::Ended { why } => format!("a person ended it: {why}"),
                _ => String::new(),
            };
            Event::Stopped { at, why }
        }),
        Said::HandedBack(HandWord::Installed) => {
            Some(|at, _| Event::HandedBack { at, says: HandWord::Installed })
        }
        Said::HandedBack(HandWord::AsBefore) => {
            Some(|at, _| Event::HandedBack { at, says: HandWord::AsBefore })
        }
        Said::HoldOpened { .. }
        | Said::PermitWanted
        | Said::Permitted
        | Said::PermitRefused { .. }
        | Said::OperatorWanted
        | Said::OperatorAgreed
        | Said::OperatorPostponed { .. }
        | Said::Restart(_)
        | Said::FailureAccepted { .. } => None,
    }
}

const fn action(said: &Said) -> &'static str {
    match said {
        Said::HoldOpened { .. } => "deployment.open_hold",
        Said::PermitWanted | Said::Permitted | Said::PermitRefused { .. } => "deployment.permit",
        Said::OperatorWanted | Said::OperatorAgreed | Said::OperatorPostponed { .. } => "deployment.operator",
        Said::Restart(_) => "deployment.restart_word",
        Said::FailureAccepted { .. } => "deployment.accept_failure",
        Said::Ended { .. } => "deployment.end_step",
        Said::HandedBack(_) => "deployment.hand_back",
    }
}

/// The word that is kept, by kind.
fn word(said: &Said) -> Option<(String, String)> {
    let word = |kind: &str, body: &str| Some((kind.to_owned(), body.to_owned()));
    match said {
        Said::HoldOpened { hold, evidence } => Some((format!("hold:{hold}"), evidence.clone())),
        Said::PermitWanted => word("permit", "asked"),
        Said::Permitted => word("permit", "permitted"),
        Said::PermitRefused { why } => Some(("permit".to_owned(), format!("refused: {why}"))),
        Said::OperatorWanted => word("operator", "asked"),
        Said::OperatorAgreed => word("operator", "agreed"),
        Said::OperatorPostponed { until } => Some(("operator".to_owned(), format!("postponed {until}"))),
        Said::Restart(RestartWord::None) => word("restart", "none"),
        Said::Restart(RestartWord::Automatic) => word("restart", "automatic"),
        Said::Restart(RestartWord::Agreed) => word("restart", "agreed"),
        Said::Restart(RestartWord::ByHand) => word("restart", "by_hand"),
        Said::FailureAccepted { why } => Some(("accepted".to_owned(), why.clone())),
        Said::Ended { .. } | Said::HandedBack(_) => None,
    }
}
