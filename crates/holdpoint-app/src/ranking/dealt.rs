//! Which clocks a decision meets: whoever decides has evaluated, and a mitigation with an end is a dated plan.
//!
//! A plan that does not hold any more meets nothing: its clock runs again from then. The surprise: an asset of which it is not known for sure that the decision is on it keeps its clocks running, because a
//! doubt meets none.

use holdpoint_domain::Moment;
use holdpoint_store::ranking::finding::Met;
use holdpoint_store::ranking::input::Members;
use holdpoint_store::{Change, StoreError};
use std::collections::{BTreeSet, HashSet};

/// Meets clocks of the open findings of these vulnerabilities on these assets; `None`: on all. What was met before stays.
pub(crate) fn meet(
    c: &mut Change<'_>,
    vulnerabilities: impl IntoIterator<Item = String>,
    assets: Option<&HashSet<i64>>,
    met: Met,
) -> Result<(), StoreError> {
    let names: Vec<String> = vulnerabilities.into_iter().collect();
    let numbers = c.vulnerability_numbers_of(names.iter().map(String::as_str))?;
    let numbers: Vec<i64> = numbers.into_values().collect();
    if numbers.is_empty() {
        return Ok(());
    }
    let findings = c.stored_findings(Members::OfVulnerabilities(&numbers))?;
    let open = findings.into_iter().filter(|one| {
        one.closed_at == Moment::OPEN && assets.is_none_or(|assets| assets.contains(&one.asset_no))
    });
    let open: Vec<_> = open.collect();
    c.meet_clocks(&open, met)
}

/// Runs the clocks again that these moments met: what was planned then does not hold any more.
pub(crate) fn run_again(
    c: &mut Change<'_>,
    vulnerabilities: impl IntoIterator<Item = String>,
    met: &BTreeSet<Moment>,
) -> Result<(), StoreError> {
    let names: Vec<String> = vulnerabilities.into_iter().collect();
    let numbers = c.vulnerability_numbers_of(names.iter().map(String::as_str))?;
    let numbers: Vec<i64> = numbers.into_values().collect();
    if numbers.is_empty() {
        return Ok(());
    }
    let findings = c.stored_findings(Members::OfVulnerabilities(&numbers))?;
    let again = findings.into_iter().filter(|one| {
        one.closed_at == Moment::OPEN && one.planned_at.is_some_and(|planned| met.contains(&planned))
    });
    let again: Vec<_> = again.collect();
    c.plan_again(&again)
}
