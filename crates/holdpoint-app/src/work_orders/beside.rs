//! What leads to an asset beside the person who reads it, and what that says.
//!
//! The surprise: a person's reading stands although a program could look. Work on paper was begun without a snapshot before it, so there
//! is nothing that a look could be held against; but the record says whose word it was, and an agent that says otherwise is heard.

use super::observe::Reading;
use crate::agents::{installed_by_agent, package_of};
use crate::approval::baselines::conflict;
use crate::error::AppError;
use holdpoint_domain::execution::Observed;
use holdpoint_store::work_order::{KeptResult, WorkOrderLine};
use holdpoint_store::{Reader, StoreError};

/// What leads to the asset of a work order, as a clause; `None`: nothing does.
pub(super) fn leads_to(r: &mut Reader<'_>, line: &WorkOrderLine) -> Result<Option<&'static str>, StoreError> {
    if r.agent_of(line.asset)?.is_some() {
        return Ok(Some("an agent leads to it"));
    }
    if r.controller_of(line.asset)?.is_some() {
        return Ok(Some("a client of its own leads to it"));
    }
    Ok(r.asset_line(line.asset)?.map(|_| "a line leads to it"))
}

/// Refuses a reading against which the asset's own agent speaks, by an inventory that came after the end of the work.
pub(super) fn agent_agrees(
    r: &mut Reader<'_>,
    line: &WorkOrderLine,
    (results, reading): (&[KeptResult], &Reading),
) -> Result<(), AppError> {
    let Some(package) = package_of(&line.patch) else { return Ok(()) };
    let Some((came, version)) = installed_by_agent(r, line.asset, &package)? else { return Ok(()) };
    let is_after = results.iter().map(|one| one.done_at).max().is_some_and(|done_at| came > done_at);
    let has_it = version.as_deref() == Some(package.version.as_str());
    let contradicts = match &reading.observed {
        Observed::AsPromised | Observed::NotRestarted { .. } => !has_it,
        Observed::AsBefore => has_it,
        Observed::Otherwise { .. } => false,
    };
    if !is_after || !contradicts {
        return Ok(());
    }
    let shows = version
        .map_or_else(|| "no such package".to_owned(), |version| format!("`{}` at {version}", package.name));
    let what = format!("the inventory that the asset's agent handed over at {came} shows {shows}");
    let remedy = "look again; tell it as `otherwise` with what is there, or wait for the next inventory";
    Err(conflict("agent-says-otherwise", what, remedy))
}
