//! Who is told that a deployment was stopped: whoever drafted the plan and whoever began it, at the moment of the turn that saw it.

use crate::App;
use crate::notices::{People, Told, tell};
use holdpoint_domain::notice::NoticeKind;
use holdpoint_store::execution::PlanRun;
use holdpoint_store::plan::PlanLine;
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
        "Plan {} ({}): {why}. Nothing new begins there. Look at the failed step, accept the failure with a reason, or end the deployment.",
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
