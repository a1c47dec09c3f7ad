//! Whether a firmware that somebody read is what the step promised.
//!
//! The surprise: only a contradiction is found here. Where nobody knows which version a patch brings, the person who read decides.

use super::observe::Reading;
use crate::error::AppError;
use crate::planning::invalid;
use holdpoint_domain::execution::Observed;
use holdpoint_store::{Reader, StoreError};
use holdpoint_versions::{Comparison, Scheme, fix::named_versions};

/// The versions that a patch brings, by its name and by its records; empty: nobody has said.
fn promised(r: &mut Reader<'_>, patch: &str) -> Result<Vec<String>, StoreError> {
    let package = patch.strip_prefix("deb ").or_else(|| patch.strip_prefix("rpm "));
    if let Some(package) = package {
        return Ok(package.split(' ').nth(1).map(str::to_owned).into_iter().collect());
    }
    let mut found = named_versions(patch);
    for kept in r.patch_records(patch)? {
        let build = kept.record.fixed_build.trim().to_owned();
        if !build.is_empty() && !found.contains(&build) {
            found.push(build);
        }
    }
    Ok(found)
}

fn is_same(one: &str, other: &str) -> bool {
    let equal = |scheme: Scheme| scheme.compare(one, other).is_ok_and(|order| order == Comparison::Equal);
    one == other || equal(Scheme::Ot)
}

/// Refuses a reading that says one thing and shows another: the firmware that was written down decides.
pub(super) fn must_agree(
    r: &mut Reader<'_>,
    patch: &str,
    reading: &Reading,
    firmware: Option<&str>,
) -> Result<(), AppError> {
    let Some(firmware) = firmware else { return Ok(()) };
    let promised = promised(r, patch)?;
    if promised.is_empty() {
        return Ok(());
    }
    let shows_it = promised.iter().any(|version| is_same(version, firmware));
    let versions = promised.join(" or ");
    let what = match (&reading.observed, shows_it) {
        (Observed::AsPromised, false) => {
            format!("the asset shows {firmware}, and `{patch}` promises {versions}")
        }
        (Observed::AsBefore, true) => {
            format!("the asset shows {firmware}, which is what `{patch}` promises, and not what was before")
        }
        (
            Observed::AsPromised
            | Observed::NotRestarted { .. }
            | Observed::AsBefore
            | Observed::Otherwise { .. },
            _,
        ) => return Ok(()),
    };
    let remedy = "tell it as `otherwise`, with what is there; leave the firmware out when the patch is none";
    Err(invalid("firmware", what, remedy))
}
