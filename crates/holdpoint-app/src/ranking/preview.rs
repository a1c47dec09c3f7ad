//! Ranking by other rules without writing anything: what a policy would change.

use super::world::{ReadyAsset, World};
use crate::policies::Rules;
use holdpoint_domain::Moment;
use holdpoint_domain::id::SiteId;
use holdpoint_domain::ranking::fact::VulnerabilityFacts;
use holdpoint_store::ranking::finding::{StoredFinding, StoredRank};
use holdpoint_store::{Reader, StoreError};
use std::collections::HashMap;

/// Shows every open finding with the rank that it would have by these rules; how many there are.
pub(crate) fn each_open(
    r: &mut Reader<'_>,
    rules: &Rules,
    at: Moment,
    mut visit: impl FnMut(&StoredFinding, Option<SiteId>, StoredRank),
) -> Result<u64, StoreError> {
    let mut world = World::by(r, rules, at)?;
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
            visit(finding, asset.site, rank);
        }
    }
    Ok(looked_at)
}
