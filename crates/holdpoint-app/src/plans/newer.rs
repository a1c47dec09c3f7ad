//! Older and newer versions of one package on one asset: a plan never goes back, and does not put two where one does the same.
//!
//! The surprise: an inventory may be older than the work. What a step verified counts here whatever a list says that was read before.

use crate::agents::{PackagePatch, package_of};
use crate::error::AppError;
use holdpoint_domain::id::AssetId;
use holdpoint_engine::planning::Work;
use holdpoint_store::Reader;
use holdpoint_versions::{Comparison, Scheme};
use holdpoint_wire::inventory::PackageDatabase;
use std::collections::{BTreeMap, BTreeSet};

/// How the version of a package stands to that of another patch of the same package; `None`: they are not the same package, or their
/// versions have no order.
fn beside(patch: &PackagePatch, other: &str) -> Option<Comparison> {
    let other = package_of(other)?;
    let is_same = other.database == patch.database
        && other.name == patch.name
        && other.architecture == patch.architecture;
    let scheme = match patch.database {
        PackageDatabase::Dpkg => Scheme::Dpkg,
        PackageDatabase::Rpm => Scheme::Rpm,
    };
    scheme.compare(&other.version, &patch.version).ok().filter(|_| is_same)
}

/// What was verified on an asset and is as new as a patch, or newer, as a clause; `None`: nothing.
pub(super) fn verified(r: &mut Reader<'_>, asset: AssetId, patch: &str) -> Result<Option<String>, AppError> {
    let Some(package) = package_of(patch) else { return Ok(None) };
    let standing = r.steps_that_stand(asset)?.into_iter().rev();
    let found = standing.into_iter().find_map(|one| {
        let newer = match beside(&package, &one.patch)? {
            Comparison::Greater => "a newer version on it, and to go back is no patch",
            Comparison::Equal => "that version on it",
            Comparison::Less | Comparison::Undecidable(_) => return None,
        };
        Some(format!("plan {}, step {} (`{}`) verified {newer}", one.plan, one.step, one.patch))
    });
    Ok(found)
}

/// Which works bring a version of a package where another work, which waits for nothing, brings a newer one to the same asset: their
/// numbers, each with the newer patch. Work that other work needs is none of them.
pub(super) fn superseded(works: &[Work]) -> Vec<(u32, String)> {
    let needed: BTreeSet<u32> = works.iter().flat_map(|work| work.needs.iter().copied()).collect();
    let mut ready: BTreeMap<AssetId, Vec<&Work>> = BTreeMap::new();
    for work in works {
        if work.missing.is_empty() && work.estimate.is_some() && work.way_back.is_some() {
            ready.entry(work.asset).or_default().push(work);
        }
    }
    let newer_than = |work: &Work| {
        let beside_it = ready.get(&work.asset).filter(|all| all.len() > 1 || all[0].number != work.number)?;
        let package = package_of(&work.patch)?;
        let is_newer = |other: &&&Work| beside(&package, &other.patch) == Some(Comparison::Greater);
        beside_it.iter().find(is_newer).map(|other| other.patch.clone())
    };
    let candidates = works.iter().filter(|work| !needed.contains(&work.number));
    candidates.filter_map(|work| Some((work.number, newer_than(work)?))).collect()
}
