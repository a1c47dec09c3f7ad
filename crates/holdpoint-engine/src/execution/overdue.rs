//! What of a step is overdue, in words: nothing stands anywhere for ever without a name for it.
//!
//! The surprise: overdue is no state and changes none. It says that somebody should look, and why.

use holdpoint_domain::Moment;
use holdpoint_domain::execution::{StepRun, StepState};
use holdpoint_domain::plan::PlannedStep;

use super::facts::Limits;
use super::progress::minutes;
use super::{Wait, WaitFor};

/// What is overdue of a step, as a clause; `None`: nothing.
pub(super) fn overdue(
    run: &StepRun,
    planned: Option<&PlannedStep>,
    wait: Option<&Wait>,
    (limits, now): (&Limits, Moment),
) -> Option<String> {
    if let Some((deed, attempt)) = run.state.open_attempt() {
        return (now > attempt.deadline).then(|| format!("{deed} had to end by {}", attempt.deadline));
    }
    let longer = |since: Moment, than: u32| now.since(since) > minutes(than);
    match &run.state {
        StepState::Waiting
        | StepState::Staged { .. }
        | StepState::Checked { .. }
        | StepState::BackedUp { .. } => late(planned?, wait?, now),
        StepState::AwaitingRestart { installed_at } => {
            let waits = wait.map(|wait| format!(", and waits: {}", wait.why)).unwrap_or_default();
            longer(*installed_at, limits.restart_minutes / 2)
                .then(|| format!("it is installed since {installed_at} and not restarted{waits}"))
        }
        StepState::ToVerify { since, .. } | StepState::ToVerifyUndo { since, .. } => {
            longer(*since, limits.look_minutes).then(|| format!("a look at it is wanted since {since}"))
        }
        StepState::Broken { since, .. } => {
            longer(*since, limits.look_minutes).then(|| format!("it is broken since {since}"))
        }
        StepState::ByHand { since, .. } => {
            longer(*since, limits.person_minutes).then(|| format!("a person has it since {since}"))
        }
        StepState::Verified { .. }
        | StepState::Done { .. }
        | StepState::Aborted { .. }
        | StepState::RolledBack { .. }
        | StepState::Staging(_)
        | StepState::Checking(_)
        | StepState::BackingUp { .. }
        | StepState::Installing(_)
        | StepState::Restarting(_)
        | StepState::Verifying { .. }
        | StepState::Rechecking { .. }
        | StepState::Undoing { .. }
        | StepState::VerifyingUndo { .. } => None,
    }
}

/// A step of which nothing was begun, after the last moment at which it was safe to begin.
fn late(planned: &PlannedStep, wait: &Wait, now: Moment) -> Option<String> {
    let by_itself = matches!(wait.for_what, WaitFor::Window | WaitFor::Freeze | WaitFor::Earlier);
    (now > planned.last_safe_start && !by_itself)
        .then(|| format!("its last safe start was {}, and it waits: {}", planned.last_safe_start, wait.why))
}
