//! Where the assets of a baseline stand, for whoever signs: sites, zones, and which of them stand in for each other.

use super::members::Member;
use holdpoint_domain::id::{SiteId, ZoneId};
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many tags of a place are named; the rest is counted.
const MOST_TAGS: usize = 12;

/// The assets of one zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffectedPlace {
    /// The site's name; empty: they stand on none that is known.
    pub site: String,
    /// The zone's name; empty: none that is known.
    pub zone: String,
    /// How many belong for sure.
    pub assets: u64,
    /// How many may belong.
    pub unsure: u64,
    /// How many of all have a partner in a redundancy group that is named.
    pub redundant: u64,
    /// The first of them, by tag.
    pub tags: Vec<String>,
}

/// The places of these assets, by site and zone.
pub(crate) fn places(r: &mut Reader<'_>, members: &[Member]) -> Result<Vec<AffectedPlace>, StoreError> {
    let sites: HashMap<SiteId, String> = r.sites()?.into_iter().map(|one| (one.id, one.name)).collect();
    let zones: HashMap<ZoneId, String> = r.zones()?.into_iter().map(|one| (one.id, one.name)).collect();
    let mut groups: BTreeMap<&str, u64> = BTreeMap::new();
    let unique: BTreeSet<_> = members.iter().map(|one| (one.redundancy.as_str(), one.id)).collect();
    for (group, _) in unique {
        *groups.entry(group).or_default() += 1;
    }
    let mut found: BTreeMap<(String, String), AffectedPlace> = BTreeMap::new();
    for member in members {
        let site = member.site.and_then(|id| sites.get(&id)).cloned().unwrap_or_default();
        let zone = member.zone.and_then(|id| zones.get(&id)).cloned().unwrap_or_default();
        let key = (site.clone(), zone.clone());
        let empty = AffectedPlace { site, zone, assets: 0, unsure: 0, redundant: 0, tags: Vec::new() };
        let place = found.entry(key).or_insert(empty);
        if member.missing.is_empty() {
            place.assets += 1
        } else {
            place.unsure += 1
        }
        let partners = groups.get(member.redundancy.as_str()).copied().unwrap_or_default();
        if !member.redundancy.is_empty() && partners > 1 {
            place.redundant += 1;
        }
        if place.tags.len() < MOST_TAGS {
            place.tags.push(member.tag.clone());
        }
    }
    Ok(found.into_values().collect())
}
