//! What suppliers say of what an exemption leaves uninstalled: those of the assets' own components, and of the system
//! release under which they work.

use super::super::members::{self, Covering, Member};
use super::super::standing::{self, Governs, Listener, Release};
use super::baselines;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use holdpoint_domain::baseline::{Baseline, Force};
use holdpoint_domain::compatibility::StatedState;
use holdpoint_domain::component::Component;
use holdpoint_domain::exemption::{Exemption, On, What};
use holdpoint_domain::id::AssetId;
use holdpoint_domain::patch_state::{SupplierStanding, SupplierState};
use holdpoint_store::Reader;
use std::collections::BTreeSet;

/// What suppliers say of what is not installed: of the patch, or of the patch against the vulnerability that they would
/// let be installed soonest.
pub(super) fn of(
    r: &mut Reader<'_>,
    one: &Exemption,
    members: &[Member],
) -> Result<Option<SupplierState>, AppError> {
    let patches = match &one.what {
        What::Patch(patch) => return Ok(heard(r, one.on, patch)?.state()),
        What::Vulnerability(name) => r.stated_patches_against(name)?,
    };
    // A patch for other products says nothing of these.
    let here = if patches.is_empty() { Here::default() } else { Here::of(r, one.on, members)? };
    let mut best = None;
    for patch in &patches {
        let said = here.standing(r, one.on, patch)?.state();
        let caution =
            |state| StatedState::BY_CAUTION.iter().position(|one| *one == StatedState::Known(state));
        best = best.max(said.map(|state| (caution(state), state)));
    }
    Ok(best.map(|(_, state)| state))
}

/// What suppliers say of one patch for what an exemption is on; of these assets, where it is on a place.
pub(in crate::approval) fn standing_of(
    r: &mut Reader<'_>,
    on: On,
    members: &[Member],
    patch: &str,
) -> Result<SupplierStanding, AppError> {
    Here::of(r, on, members)?.standing(r, on, patch)
}

/// What runs on a place, and under which releases; empty for what is no place.
#[derive(Debug, Default)]
struct Here {
    components: Vec<Component>,
    releases: Vec<Release>,
}

impl Here {
    fn of(r: &mut Reader<'_>, on: On, members: &[Member]) -> Result<Self, AppError> {
        match on {
            On::Zone(_) | On::Site(_) => {
                Ok(Self { components: installed(r, members)?, releases: releases(r, members)? })
            }
            On::Asset(_) | On::Baseline(_) => Ok(Self::default()),
        }
    }

    fn standing(&self, r: &mut Reader<'_>, on: On, patch: &str) -> Result<SupplierStanding, AppError> {
        match on {
            On::Zone(_) | On::Site(_) => {
                let (components, releases) = (&self.components, &self.releases);
                let listener = Listener { vendor: "", components, releases, own_fix: None };
                Ok(standing::on_asset(r, listener, patch, Moment::OPEN)?.standing)
            }
            On::Asset(_) | On::Baseline(_) => heard(r, on, patch),
        }
    }
}

/// What is installed on any of these.
fn installed(r: &mut Reader<'_>, members: &[Member]) -> Result<Vec<Component>, AppError> {
    let numbers: BTreeSet<i64> = members.iter().filter_map(|member| member.configuration_no).collect();
    let mut found = Vec::new();
    for number in numbers {
        found.extend(r.configuration(number)?.into_iter().map(|(_, one)| one));
    }
    Ok(found)
}

/// The system releases under which any of these work, or may.
fn releases(r: &mut Reader<'_>, members: &[Member]) -> Result<Vec<Release>, AppError> {
    let own: BTreeSet<AssetId> = members.iter().map(|one| one.id).collect();
    let all = r.baselines()?;
    let named: Vec<&Baseline> =
        all.iter().filter(|one| one.force == Force::InForce && one.scope.release.is_some()).collect();
    let scopes: Vec<Covering<'_>> = named.iter().map(|one| Covering::Scope(&one.scope)).collect();
    let mut found = Vec::new();
    for (baseline, held) in named.into_iter().zip(members::of_all(r, &scopes)?) {
        let mut here = held.iter().filter(|one| own.contains(&one.id));
        if let Some(first) = here.next() {
            let is_sure = std::iter::once(first).chain(here).any(|one| one.missing.is_empty());
            let governs = if is_sure { Governs::Surely } else { Governs::Perhaps };
            found.extend(Release::of(baseline, governs));
        }
    }
    Ok(found)
}

fn heard(r: &mut Reader<'_>, on: On, patch: &str) -> Result<SupplierStanding, AppError> {
    Ok(match on {
        On::Baseline(id) => {
            let found = baselines::by_id(r, id)?;
            standing::of(r, &found, patch, Moment::OPEN)?
        }
        On::Asset(id) => match r.asset(id, Moment::OPEN)? {
            Some(asset) => {
                let components: Vec<Component> = match asset.configuration_no {
                    Some(number) => r.configuration(number)?.into_iter().map(|(_, one)| one).collect(),
                    None => Vec::new(),
                };
                let releases = standing::releases(&r.baselines()?, &members::facts(&asset, &components));
                let vendor = asset.asset.value(Field::Vendor).unwrap_or_default();
                let listener =
                    Listener { vendor, components: &components, releases: &releases, own_fix: None };
                standing::on_asset(r, listener, patch, Moment::OPEN)?.standing
            }
            None => SupplierStanding::NoStatement { last_checked: None },
        },
        On::Zone(_) | On::Site(_) => standing::of_anybody(r, patch, Moment::OPEN)?,
    })
}
