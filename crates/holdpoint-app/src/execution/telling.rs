//! Who is told that a deployment was stopped: whoever drafted the plan and whoever began it, at the moment of the turn that saw it.
//! That work on paper was done against something is told to those who may approve there, too.

use crate::App;
use crate::notices::{People, Told, tell};
use holdpoint_domain::notice::NoticeKind;
use holdpoint_domain::signature::Person;
use holdpoint_store::execution::PlanRun;
use holdpoint_store::plan::PlanLine;
use holdpoint_store::work_order::WorkOrderLine;
use holdpoint_store::{Change, StoreError};

/// Tells people what is stopped, once for each reason.
pub(super) fn tell_stopped(
    app: &App,
    c: &mut Change<'_>,
    (line, run): (&PlanLine, &PlanRun),
    stops: &[String],
) -> Result<(), StoreError> {
    if stops.is_empty() {
        return Ok(());
    }
    let people = People::default().with(&line.author);
    let people = people.named(c, std::iter::once(run.started_by.as_str()))?;
    let people = people.or_approvers(c, Some(line.site))?;
    let why = stops.join("; ");
    let text = format!(
        "Plan {} ({}): {why}. Nothing new begins there. Look at the failed step; accept the failure with a reason, ask a second person to lift the stop, or end the deployment.",
        line.number, line.title
    );
    let told = Told {
        kind: NoticeKind::DeploymentStopped,
        noun: "plan",
        about: line.id.to_string(),
        text,
        cause: why,
    };
    tell(app, c, &told, people)?;
    Ok(())
}

/// Tells those who may agree that somebody wants a stopped deployment to go on.
pub(super) fn tell_lift(
    app: &App,
    c: &mut Change<'_>,
    (line, run): (&PlanLine, &PlanRun),
    (by, reason): (&Person, &str),
) -> Result<(), StoreError> {
    let people = People::default().with(&line.author);
    let people = people.named(c, std::iter::once(run.started_by.as_str()))?;
    let people = people.approvers(c, Some(line.site))?;
    let cause = format!("{} asks to lift the stop: {reason}", by.name);
    let text = format!(
        "Plan {} ({}): {cause}. Nothing begins before a second person agrees. Look at the failed steps, and agree or refuse on the \
         deployment's page.",
        line.number, line.title
    );
    let told =
        Told { kind: NoticeKind::DeploymentStopped, noun: "plan", about: line.id.to_string(), text, cause };
    tell(app, c, &told, people)?;
    Ok(())
}

/// Tells people that something stands against work that somebody has begun with a sheet in hand: who works, who gave it out, and whose plan
/// it is.
pub(super) fn tell_halt(
    app: &App,
    c: &mut Change<'_>,
    (line, run): (&PlanLine, &PlanRun),
    (order, why): (&WorkOrderLine, &str),
) -> Result<(), StoreError> {
    let people = People::default().with(&line.author);
    let names = [run.started_by.as_str(), order.technician.as_str(), order.issued_by.as_str()];
    let people = people.named(c, names.into_iter())?;
    let people = people.or_approvers(c, Some(line.site))?;
    let told = Told {
        kind: NoticeKind::DeploymentStopped,
        noun: "plan",
        about: line.id.to_string(),
        text: format!(
            "Work order {} ({}, plan {}): the work was begun, and now {why}. Its sheet stays as it was issued. Tell whoever works there; stop \
             where it is safe, and tell what was done.",
            order.number, order.tag, line.number
        ),
        // What stands there again later is told again.
        cause: format!("work order {}, since {}: {why}", order.number, c.at()),
    };
    tell(app, c, &told, people)?;
    Ok(())
}

/// Tells people that work on paper was done while something stood against it, and that the plan is paused for it.
pub(super) fn tell_against(
    app: &App,
    c: &mut Change<'_>,
    (line, run): (&PlanLine, &PlanRun),
    why: &str,
) -> Result<(), StoreError> {
    let people = People::default().with(&line.author);
    let people = people.named(c, std::iter::once(run.started_by.as_str()))?;
    let people = people.approvers(c, Some(line.site))?;
    let told = Told {
        kind: NoticeKind::DeploymentStopped,
        noun: "plan",
        about: line.id.to_string(),
        text: format!(
            "Plan {} ({}) is paused: {why}. Look at the asset and at the step, and let the plan go on when that is settled.",
            line.number, line.title
        ),
        cause: why.to_owned(),
    };
    tell(app, c, &told, people)?;
    Ok(())
}

/// Tells people that a device speaks of work after its step was ended: whose plan it is, who began it, and who ended the step.
pub(super) fn tell_late(
    app: &App,
    c: &mut Change<'_>,
    (line, run): (&PlanLine, &PlanRun),
    (by, what, state): (&str, &str, &str),
) -> Result<(), StoreError> {
    let people = People::default().with(&line.author);
    let people = people.named(c, [run.started_by.as_str(), by].into_iter())?;
    let people = people.or_approvers(c, Some(line.site))?;
    let told = Told {
        kind: NoticeKind::DeploymentStopped,
        noun: "plan",
        about: line.id.to_string(),
        text: format!(
            "Plan {} ({}): {what}. The patch may be on the asset, and the step stands as `{state}`. Look at the asset, and at what the \
             step says of it.",
            line.number, line.title
        ),
        cause: what.to_owned(),
    };
    tell(app, c, &told, people)?;
    Ok(())
}
