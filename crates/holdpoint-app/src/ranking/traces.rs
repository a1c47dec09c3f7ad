//! On which assets traces are secured before anything is changed: open findings of the kind for which BOD 26-04 asks for a
//! forensic triage first.
//!
//! The surprise: the clock that a list shows is the earliest one, so this asks the directive anew instead of reading it there.

use super::read::finding;
use super::world::World;
use holdpoint_domain::Moment;
use holdpoint_domain::id::AssetId;
use holdpoint_domain::ranking::fact::VulnerabilityFacts;
use holdpoint_engine::priority::Case;
use holdpoint_engine::priority::clocks::asks_for_traces;
use holdpoint_store::ranking::list::FindingLine;
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeSet, HashMap};

/// The vulnerabilities of these findings that ask for it, by asset.
pub(crate) fn asked(
    r: &mut Reader<'_>,
    lines: &[FindingLine],
    now: Moment,
) -> Result<HashMap<AssetId, BTreeSet<String>>, StoreError> {
    let mut found: HashMap<AssetId, BTreeSet<String>> = HashMap::new();
    if lines.is_empty() {
        return Ok(found);
    }
    let world = World::read(r, now)?;
    let numbers: BTreeSet<i64> = lines.iter().map(|line| line.asset_no).collect();
    let numbers: Vec<i64> = numbers.into_iter().collect();
    let ranked = r.ranked_assets(Some(&numbers))?;
    let mut world = world;
    let assets: HashMap<i64, _> =
        world.ready(r, ranked)?.into_iter().map(|asset| (asset.number, asset)).collect();
    let wanted: BTreeSet<i64> = lines.iter().map(|line| line.vulnerability_no).collect();
    let mut facts = r.ranking_facts(Some(&wanted.into_iter().collect::<Vec<_>>()))?;
    for line in lines {
        let Some(asset) = assets.get(&line.asset_no) else { continue };
        let known = facts.entry(line.vulnerability_no).or_insert_with(VulnerabilityFacts::unknown);
        let heard = world.heard(known.clone());
        let progress = world.progress(&finding(line), &heard, asset.site);
        let words = world.words_on(line.vulnerability_no, line.asset_no);
        let case = Case {
            vulnerability: &heard,
            asset: &asset.facts,
            overrides: &words,
            // A control lowers a rank; traces that are there are there all the same.
            controls: &[],
            policy: world.policy(asset.site),
            progress,
            at: now,
        };
        if asks_for_traces(&case) {
            found.entry(line.asset_id).or_default().insert(line.vulnerability.clone());
        }
    }
    Ok(found)
}
