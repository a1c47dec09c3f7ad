//! Which stored match goes on in a newer revision, whatever id the document gives the product there.
//!
//! A match is told by its configuration, its document and the product's id. Publishers number their products anew, and
//! then the same statement on the same product would end one match and begin another. So where a revision changed, a
//! stored match follows what the document says (vendor, product and version) before it follows the id. The surprise: an
//! id that now means another product is not followed when its old product is still there under another id.

use holdpoint_engine::matching::Known;
use holdpoint_store::advisory::SaidProduct;
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The stored and the wanted matches of one configuration with one document, as places in their lists.
#[derive(Debug, Default)]
struct Group {
    stored: Vec<usize>,
    wanted: Vec<usize>,
}

/// Gives stored matches the product id under which they go on, so that a comparison meets them there.
pub(super) fn follow(r: &mut Reader<'_>, stored: &mut [Known], wanted: &[Known]) -> Result<(), StoreError> {
    let mut groups = moved(stored, wanted);
    groups.retain(|_, group| !group.wanted.is_empty());
    let leaves = groups.values().flat_map(|group| {
        let (before, now) = (group.stored.iter(), group.wanted.iter());
        before.map(|at| stored[*at].leaf).chain(now.map(|at| wanted[*at].leaf))
    });
    let leaves: Vec<i64> = leaves.collect();
    if leaves.is_empty() {
        return Ok(());
    }
    let said = r.said_products(&leaves)?;
    for group in groups.into_values() {
        pair(group, stored, wanted, &said);
    }
    Ok(())
}

/// The groups in which a stored match rests on a product that is not wanted any more.
fn moved(stored: &[Known], wanted: &[Known]) -> BTreeMap<(i64, i64), Group> {
    let current: HashSet<(i64, i64)> = wanted.iter().map(|now| (now.configuration, now.leaf)).collect();
    let mut groups: BTreeMap<(i64, i64), Group> = BTreeMap::new();
    for (at, before) in stored.iter().enumerate() {
        if !current.contains(&(before.configuration, before.leaf)) {
            groups.entry((before.configuration, before.document)).or_default().stored.push(at);
        }
    }
    let kept: HashSet<(i64, i64)> = stored.iter().map(|before| (before.configuration, before.leaf)).collect();
    for (at, now) in wanted.iter().enumerate() {
        if let Some(group) = groups.get_mut(&(now.configuration, now.document))
            && !kept.contains(&(now.configuration, now.leaf))
        {
            group.wanted.push(at);
        }
    }
    groups
}

/// Pairs what says the same: first under the same id, then under the same name, then at all; what is left keeps its id.
fn pair(mut group: Group, stored: &mut [Known], wanted: &[Known], said: &HashMap<i64, SaidProduct>) {
    let same_text = |before: &Known, now: &Known| {
        let (before, now) = (said.get(&before.leaf), said.get(&now.leaf));
        before.zip(now).is_some_and(|(before, now)| before.expression_no == now.expression_no)
    };
    let same_name = |before: &Known, now: &Known| {
        said.get(&before.leaf).map(|one| &one.name) == said.get(&now.leaf).map(|one| &one.name)
    };
    let mut taken: HashSet<String> = HashSet::new();
    for pass in 0..3 {
        let fits = |before: &Known, now: &Known| {
            same_text(before, now)
                && match pass {
                    0 => before.product_id == now.product_id,
                    1 => same_name(before, now),
                    _ => true,
                }
        };
        let mut left = Vec::new();
        for at in std::mem::take(&mut group.stored) {
            let found = group.wanted.iter().position(|now| fits(&stored[at], &wanted[*now]));
            match found {
                Some(place) => {
                    let id = &wanted[group.wanted.remove(place)].product_id;
                    taken.insert(id.clone());
                    stored[at].product_id.clone_from(id);
                }
                None => left.push(at),
            }
        }
        group.stored = left;
    }
    for at in group.stored {
        if taken.contains(&stored[at].product_id) {
            // An id that no document has: this match ends, and the one that says the same has its id.
            stored[at].product_id = format!("\0{at}");
        }
    }
}
