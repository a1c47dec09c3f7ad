//! What a baseline inherits: the nearest decision wins, and it is said where it stands.

use holdpoint_domain::id::BaselineId;
use std::collections::{BTreeMap, HashMap};

/// The most generations that are followed.
pub const MOST_GENERATIONS: usize = 32;

/// A baseline and those it inherits from, the nearest first. A circle ends where it would begin again.
#[must_use]
pub fn chain(of: BaselineId, parents: &HashMap<BaselineId, BaselineId>) -> Vec<BaselineId> {
    let mut chain = vec![of];
    let mut at = of;
    while let Some(parent) = parents.get(&at).copied() {
        if chain.contains(&parent) || chain.len() == MOST_GENERATIONS {
            break;
        }
        chain.push(parent);
        at = parent;
    }
    chain
}

/// Whether a baseline could inherit from another without a circle.
#[must_use]
pub fn may_inherit(child: BaselineId, parent: BaselineId, parents: &HashMap<BaselineId, BaselineId>) -> bool {
    let chain = chain(parent, parents);
    !chain.contains(&child) && chain.len() < MOST_GENERATIONS
}

/// By patch the nearest entry, in the order of a chain.
#[must_use]
pub fn nearest<'a, T>(
    chain: &[BaselineId],
    entries: impl IntoIterator<Item = (BaselineId, &'a str, T)>,
) -> BTreeMap<&'a str, (BaselineId, T)> {
    let place: HashMap<BaselineId, usize> = chain.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut found: BTreeMap<&str, (usize, BaselineId, T)> = BTreeMap::new();
    for (baseline, patch, entry) in entries {
        let Some(at) = place.get(&baseline).copied() else { continue };
        if found.get(patch).is_none_or(|(nearer, _, _)| at < *nearer) {
            found.insert(patch, (at, baseline, entry));
        }
    }
    found.into_iter().map(|(patch, (_, baseline, entry))| (patch, (baseline, entry))).collect()
}
