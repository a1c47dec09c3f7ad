//! Ranking by other rules without writing anything: what a policy would change.

use super::world::{ReadyAsset, World};
use crate::policies::Rules;
use holdpoint_domain::Moment;
use holdpoint_domain::id::SiteId;
use holdpoint_domain::ranking::fact::VulnerabilityFacts;
use holdpoint_domain::ranking::policy::RankingPolicy;
use holdpoint_engine::priority::points::PointChange;
use holdpoint_store::ranking::finding::{StoredFinding, StoredRank};
use holdpoint_store::{Reader, StoreError};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// An open finding, as other rules would have it.
pub(crate) struct Tried<'a> {
    /// As it is.
    pub finding: &'a StoredFinding,
    /// The site of its asset.
    pub site: Option<SiteId>,
    /// The rank that it would have.
    pub rank: StoredRank,
    /// The decision points that would count as something else.
    pub points: Vec<PointChange>,
}

/// Shows every open finding with the rank that it would have by the second of these rules; how many there are.
pub(crate) fn each_open(
    r: &mut Reader<'_>,
    (before, rules): (&Rules, &Rules),
    at: Moment,
    mut visit: impl FnMut(Tried<'_>),
) -> Result<u64, StoreError> {
    let mut world = World::by(r, rules, at)?;
    let mut held: HashMap<Option<SiteId>, RankingPolicy> = HashMap::new();
    let assets = r.ranked_assets(None)?;
    let assets: HashMap<i64, ReadyAsset> =
        world.ready(r, assets)?.into_iter().map(|asset| (asset.number, asset)).collect();
    let known: HashMap<i64, VulnerabilityFacts> =
        r.ranking_facts(None)?.into_iter().map(|(number, facts)| (number, world.heard(facts))).collect();
    let open = r.open_findings()?;
    let looked_at = open.len() as u64;
    for finding in &open {
        if let (Some(facts), Some(asset)) =
            (known.get(&finding.vulnerability_no), assets.get(&finding.asset_no))
        {
            let rank = world.rank(finding, facts, asset);
            let held = match held.entry(asset.site) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(before.ranking(asset.site)?),
            };
            let points = world.changes(finding, facts, asset, held);
            visit(Tried { finding, site: asset.site, rank, points });
        }
    }
    Ok(looked_at)
}
