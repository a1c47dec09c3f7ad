//! Compensating controls that hold at a moment, and on which findings: what exemptions lend to ranking.
//!
//! The surprise: an asset of which it is not known for sure that it belongs to an exemption's baseline has no share in its
//! controls, because a doubt never protects.

use super::world::ReadyAsset;
use crate::approval::members::facts;
use crate::approval::rules::verify_days;
use crate::policies::Rules;
use holdpoint_domain::Moment;
use holdpoint_domain::baseline::{AssetScope, Baseline};
use holdpoint_domain::component::Component;
use holdpoint_domain::exemption::On;
use holdpoint_domain::ranking::replacement::ControlEffect;
use holdpoint_engine::approval::governing::{Membership, membership};
use holdpoint_store::ranking::input::RankedAsset;
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What holds, by vulnerability.
#[derive(Default)]
pub(super) struct Held {
    by_vulnerability: HashMap<i64, Vec<HeldControls>>,
    /// The baselines on which something holds, with the assets that surely belong to them, as far as they were asked for.
    members: BTreeMap<usize, (AssetScope, HashSet<i64>)>,
}

/// The controls of one exemption.
struct HeldControls {
    on: Place,
    effects: Vec<ControlEffect>,
}

/// On which assets.
enum Place {
    Asset(i64),
    Zone(holdpoint_domain::id::ZoneId),
    Site(holdpoint_domain::id::SiteId),
    /// Of a baseline, by its place in [`Held::members`].
    Members(usize),
}

impl Held {
    /// As it is in this transaction.
    pub(super) fn read(r: &mut Reader<'_>, at: Moment) -> Result<Self, StoreError> {
        let mut held = Self::default();
        let open = r.open_exemptions()?;
        if open.iter().all(|kept| kept.exemption.controls.is_empty()) {
            return Ok(held);
        }
        let rules = Rules::read(r)?;
        let mut baselines: Option<Vec<Baseline>> = None;
        for kept in open {
            let days = verify_days(&rules, &kept)?;
            let effects = kept.exemption.effects(&format!("exemption {}", kept.number), at, days);
            if effects.is_empty() {
                continue;
            }
            let on = match kept.exemption.on {
                On::Zone(id) => Place::Zone(id),
                On::Site(id) => Place::Site(id),
                On::Asset(id) => match r.asset_number(id)? {
                    Some(number) => Place::Asset(number),
                    None => continue,
                },
                On::Baseline(id) => {
                    if baselines.is_none() {
                        baselines = Some(r.baselines()?);
                    }
                    let found = baselines.iter().flatten().find(|one| one.id == id);
                    let Some(found) = found else { continue };
                    let place = held.members.len();
                    held.members.insert(place, (found.scope.clone(), HashSet::new()));
                    Place::Members(place)
                }
            };
            let names = r.vulnerabilities_exempted(&kept.exemption.what)?;
            let numbers = r.vulnerability_numbers_of(names.iter().map(String::as_str))?;
            held.put(numbers.into_values(), &on, &effects);
        }
        Ok(held)
    }

    fn put(&mut self, numbers: impl Iterator<Item = i64>, on: &Place, effects: &[ControlEffect]) {
        for number in numbers {
            let on = match on {
                Place::Asset(number) => Place::Asset(*number),
                Place::Zone(id) => Place::Zone(*id),
                Place::Site(id) => Place::Site(*id),
                Place::Members(place) => Place::Members(*place),
            };
            let one = HeldControls { on, effects: effects.to_vec() };
            self.by_vulnerability.entry(number).or_default().push(one);
        }
    }

    /// Finds out which of these assets belong to the baselines on which something holds.
    pub(super) fn learn(&mut self, r: &mut Reader<'_>, assets: &[RankedAsset]) -> Result<(), StoreError> {
        if self.members.is_empty() {
            return Ok(());
        }
        let mut configurations: HashMap<i64, Vec<Component>> = HashMap::new();
        for asset in assets {
            let Some(stored) = r.asset_by_number(asset.number, Moment::OPEN)? else { continue };
            if let Some(number) = stored.configuration_no
                && !configurations.contains_key(&number)
            {
                let found = r.configuration(number)?.into_iter().map(|(_, one)| one).collect();
                configurations.insert(number, found);
            }
            let components = stored.configuration_no.and_then(|number| configurations.get(&number));
            let known = facts(&stored, components.map_or(&[], Vec::as_slice));
            for (scope, members) in self.members.values_mut() {
                if membership(scope, &known) == Membership::Yes {
                    members.insert(asset.number);
                }
            }
        }
        Ok(())
    }

    /// What holds on a vulnerability of an asset.
    pub(super) fn on(&self, vulnerability_no: i64, asset: &ReadyAsset) -> Vec<ControlEffect> {
        let Some(all) = self.by_vulnerability.get(&vulnerability_no) else { return Vec::new() };
        let here = all.iter().filter(|one| match &one.on {
            Place::Asset(number) => *number == asset.number,
            Place::Zone(id) => Some(*id) == asset.zone,
            Place::Site(id) => Some(*id) == asset.site,
            Place::Members(place) => {
                self.members.get(place).is_some_and(|(_, members)| members.contains(&asset.number))
            }
        });
        here.flat_map(|one| one.effects.iter().cloned()).collect()
    }
}
