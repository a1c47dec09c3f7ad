//! Which assets a baseline concerns: those that it governs, and those that it may govern.

use crate::error::AppError;
use crate::policies::holding::of_approving;
use holdpoint_domain::Moment;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::asset::{AssetKind, Consequence, Field};
use holdpoint_domain::baseline::{AssetScope, Baseline};
use holdpoint_domain::component::Component;
use holdpoint_domain::exemption::On;
use holdpoint_domain::id::{AssetId, BaselineId, SiteId, ZoneId};
use holdpoint_domain::ranking::criticality::{Criticality, Dimension};
use holdpoint_engine::approval::governing::{AssetFacts, Governing, Membership, governing, membership};
use holdpoint_engine::approval::risk::AssetAtStake;
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::{Reader, StoreError};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The components of every configuration in use.
pub(crate) struct Configurations {
    components: HashMap<i64, Component>,
    parts: HashMap<i64, Vec<i64>>,
}

impl Configurations {
    /// Reads them.
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            components: r.all_components()?.into_iter().collect(),
            parts: r.configurations_in_use(Moment::OPEN)?.into_iter().collect(),
        })
    }

    /// The components of one.
    pub(crate) fn of(&self, number: Option<i64>) -> Vec<Component> {
        let parts = number.and_then(|number| self.parts.get(&number));
        parts.into_iter().flatten().filter_map(|part| self.components.get(part)).cloned().collect()
    }
}

/// What scopes ask of an asset.
pub(crate) fn facts<'a>(asset: &'a StoredAsset, components: &'a [Component]) -> AssetFacts<'a> {
    AssetFacts {
        id: Some(asset.asset.id),
        kind: asset.asset.value(Field::Kind).and_then(|word| word.parse().ok()),
        vendor: asset.asset.value(Field::Vendor).unwrap_or_default(),
        product: asset.asset.value(Field::Product).unwrap_or_default(),
        site: asset.site,
        zone: asset.zone,
        components,
    }
}

/// An asset of a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The asset.
    pub id: AssetId,
    /// Its tag.
    pub tag: String,
    /// Its site.
    pub site: Option<SiteId>,
    /// Its zone.
    pub zone: Option<ZoneId>,
    /// The redundancy group that it is in; empty: none that is known.
    pub redundancy: String,
    /// Who answers for it; empty: nobody has said.
    pub(crate) owner: String,
    /// Its configuration.
    pub(crate) configuration_no: Option<i64>,
    /// Its number in the store.
    pub(crate) number: i64,
    /// What is missing to be sure that it belongs; empty: it does.
    pub missing: Vec<&'static str>,
    /// What hangs on it.
    pub(crate) stake: AssetAtStake,
}

impl Member {
    /// The worst that hangs on it; `None`: a dimension is not known, and then nobody can say.
    pub(crate) fn worst(&self) -> Option<Consequence> {
        let known: Option<Vec<Consequence>> = self.stake.consequences.iter().copied().collect();
        known?.into_iter().max()
    }
}

/// What assets are looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Covering<'a> {
    /// This one.
    Asset(AssetId),
    /// Those of a zone.
    Zone(ZoneId),
    /// Those of a site.
    Site(SiteId),
    /// Those whom a scope holds or may hold.
    Scope(&'a AssetScope),
}

impl<'a> Covering<'a> {
    /// What an exemption is on; `None`: on a baseline that is none of these.
    pub(crate) fn of(on: On, baselines: &'a [Baseline]) -> Option<Self> {
        Some(match on {
            On::Asset(id) => Self::Asset(id),
            On::Zone(id) => Self::Zone(id),
            On::Site(id) => Self::Site(id),
            On::Baseline(id) => Self::Scope(&baselines.iter().find(|one| one.id == id)?.scope),
        })
    }
}

/// The assets of each of these, by tag; all in one reading of the inventory.
pub(crate) fn of_all(r: &mut Reader<'_>, wanted: &[Covering<'_>]) -> Result<Vec<Vec<Member>>, StoreError> {
    let (mut assets, mut zones, mut sites) =
        (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
    let mut scopes = Vec::new();
    for (place, one) in wanted.iter().enumerate() {
        match one {
            Covering::Asset(id) => assets.entry(*id).or_default().push(place),
            Covering::Zone(id) => zones.entry(*id).or_default().push(place),
            Covering::Site(id) => sites.entry(*id).or_default().push(place),
            Covering::Scope(scope) => scopes.push((place, *scope)),
        }
    }
    let configurations = if scopes.is_empty() { None } else { Some(Configurations::read(r)?) };
    let mut found: Vec<Vec<Member>> = wanted.iter().map(|_| Vec::new()).collect();
    r.all_assets(Moment::OPEN, |asset| {
        let of_asset = assets.get(&asset.asset.id).into_iter().flatten();
        let of_zone = asset.zone.and_then(|zone| zones.get(&zone)).into_iter().flatten();
        let of_site = asset.site.and_then(|site| sites.get(&site)).into_iter().flatten();
        for place in of_asset.chain(of_zone).chain(of_site) {
            found[*place].push(member(&asset, Vec::new()));
        }
        if let Some(configurations) = &configurations {
            let components = configurations.of(asset.configuration_no);
            for (place, scope) in &scopes {
                match membership(scope, &facts(&asset, &components)) {
                    Membership::No => {}
                    Membership::Yes => found[*place].push(member(&asset, Vec::new())),
                    Membership::Unknown(missing) => found[*place].push(member(&asset, missing)),
                }
            }
        }
        Ok(())
    })?;
    inherit(r, &mut found)?;
    for members in &mut found {
        members.sort_by(|one, other| one.tag.cmp(&other.tag));
    }
    Ok(found)
}

/// The assets whom a baseline's scope holds or may hold, by tag.
pub(crate) fn of_scope(r: &mut Reader<'_>, baseline: &Baseline) -> Result<Vec<Member>, StoreError> {
    Ok(of_all(r, &[Covering::Scope(&baseline.scope)])?.remove(0))
}

/// The assets that an exemption is on, by tag.
pub(crate) fn of_exemption(r: &mut Reader<'_>, on: On) -> Result<Vec<Member>, AppError> {
    let baselines = match on {
        On::Baseline(id) => vec![super::baselines::by_id(r, id)?],
        On::Asset(_) | On::Zone(_) | On::Site(_) => Vec::new(),
    };
    let Some(covering) = Covering::of(on, &baselines) else { return Ok(Vec::new()) };
    Ok(of_all(r, &[covering])?.remove(0))
}

/// The assets that a baseline governs, or may govern, among all baselines; by tag.
pub(crate) fn governed(
    r: &mut Reader<'_>,
    all: &[Baseline],
    baseline: BaselineId,
    configurations: &Configurations,
) -> Result<Vec<Member>, StoreError> {
    let mut found = Vec::new();
    r.all_assets(Moment::OPEN, |asset| {
        let components = configurations.of(asset.configuration_no);
        match governing(all, &facts(&asset, &components)) {
            Governing::One(id) if id == baseline => found.push(member(&asset, Vec::new())),
            Governing::Several(ids) if ids.contains(&baseline) => found.push(member(&asset, Vec::new())),
            Governing::Unknown { candidates, missing } if candidates.contains(&baseline) => {
                found.push(member(&asset, missing));
            }
            Governing::None | Governing::One(_) | Governing::Several(_) | Governing::Unknown { .. } => {}
        }
        Ok(())
    })?;
    inherit(r, std::slice::from_mut(&mut found))?;
    found.sort_by(|one, other| one.tag.cmp(&other.tag));
    Ok(found)
}

/// Gives members what is lost with their functions and zones: an asset is worth no less than what it is needed for. What
/// nobody says any more is unknown; that it was said to be something only keeps it from being less than that.
fn inherit(r: &mut Reader<'_>, members: &mut [Vec<Member>]) -> Result<(), StoreError> {
    let numbers: Vec<i64> = members.iter().flatten().map(|one| one.number).collect();
    let ranked = r.ranked_assets(Some(&numbers))?;
    let held: HashMap<i64, Criticality> =
        ranked.into_iter().map(|one| (one.number, one.criticality())).collect();
    for one in members.iter_mut().flatten() {
        if let Some(all) = held.get(&one.number) {
            one.stake.consequences = Dimension::ALL_FIVE.map(|dimension| counted(*all, dimension));
        }
    }
    let silent = |one: &Member| one.stake.consequences.iter().any(Option::is_none);
    if members.iter().flatten().any(silent) {
        let (rules, mut of_site) = (of_approving(r)?, HashMap::new());
        for one in members.iter_mut().flatten().filter(|one| silent(one)) {
            one.stake.unsaid = match of_site.entry(one.site) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(slot) => *slot.insert(rules.approval(one.site)?.unsaid),
            };
        }
    }
    Ok(())
}

/// What counts of a dimension; `None`: nobody says, or it may be more than what is held. From major on it weighs by itself.
fn counted(all: Criticality, dimension: Dimension) -> Option<Consequence> {
    let (value, _) = all.of(dimension)?;
    (!all.is_at_least(dimension) || value >= Consequence::Major).then_some(value)
}

fn member(asset: &StoredAsset, missing: Vec<&'static str>) -> Member {
    let consequence = |field| asset.asset.value(field).and_then(|word| word.parse::<Consequence>().ok());
    Member {
        id: asset.asset.id,
        tag: asset.asset.tag.clone(),
        site: asset.site,
        zone: asset.zone,
        redundancy: asset.asset.value(Field::RedundancyGroup).unwrap_or_default().to_owned(),
        owner: asset.asset.value(Field::Owner).unwrap_or_default().to_owned(),
        configuration_no: asset.configuration_no,
        number: asset.number,
        missing,
        stake: AssetAtStake {
            kind: asset.asset.value(Field::Kind).and_then(|word| word.parse::<AssetKind>().ok()),
            consequences: [
                consequence(Field::SafetyConsequence),
                consequence(Field::ProductionConsequence),
                consequence(Field::EnvironmentConsequence),
                consequence(Field::QualityConsequence),
                consequence(Field::DataConsequence),
            ],
            unsaid: RiskClass::High,
        },
    }
}
