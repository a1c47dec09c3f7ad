//! "There is no patch" as the reason of an exemption: refused where one is known to be missing on its assets.
//!
//! The surprise: whether a patch may be installed does not matter here. One that is held, or that the supplier has not
//! approved, is a patch, and the reason is another.

use crate::App;
use crate::approval::{baselines, members};
use crate::error::AppError;
use crate::patches::asset::of_configuration;
use crate::patches::vendor::Documents;
use holdpoint_domain::exemption::{Exemption, ReasonCode, What};
use holdpoint_store::Reader;
use std::collections::{BTreeSet, HashSet};

/// The most patches that the refusal names.
const MOST: usize = 5;

/// Refuses the reason where a patch is known to be missing on an asset of the exemption.
pub(super) fn check(app: &App, r: &mut Reader<'_>, one: &Exemption) -> Result<(), AppError> {
    if one.reason_code != ReasonCode::NoPatch {
        return Ok(());
    }
    let (reference, names) = match &one.what {
        What::Patch(patch) => (None, BTreeSet::from([patch.clone()])),
        What::Vulnerability(name) => (Some(name), r.patches_against(name)?.into_iter().collect()),
    };
    let (mut documents, mut seen) = (Documents::default(), HashSet::new());
    let mut found: BTreeSet<String> = BTreeSet::new();
    for member in members::of_exemption(r, one.on)? {
        if !member.missing.is_empty() || !seen.insert(member.configuration_no) {
            continue;
        }
        let rows = of_configuration(app, r, member.configuration_no, &mut documents)?.rows.into_iter();
        let against = rows.filter(|row| {
            let is_named =
                names.contains(&row.patch) || reference.is_some_and(|name| row.fixes.contains(name));
            row.standing == "missing" && is_named
        });
        found.extend(against.map(|row| format!("`{}` ({})", row.patch, member.tag)));
        if found.len() >= MOST {
            break;
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    let named: Vec<String> = found.into_iter().take(MOST).collect();
    let what = format!("there is a patch for it that is missing: {}", named.join(", "));
    let remedy =
        "give the reason why it is not installed, or exempt the assets alone for which there is none";
    Err(baselines::conflict("patch-there", what, remedy))
}
