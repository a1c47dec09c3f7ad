//! The resident index: what matching looks things up in, kept in memory from one change to the next.
//!
//! Two halves, each a generation that is built beside the old one and swapped whole, so nobody waits and nobody sees
//! half a generation. The inventory's half only grows, because a number of a component or configuration means the same
//! for ever; the documents' half compares which revisions are current. Both catch up with the database when they are
//! asked for, in the transaction of whoever asks; nothing has to be told to them. The surprise: the change that writes
//! advisories only asks for the inventory, and the other way round, so nothing uncommitted ever gets in here.

use super::leaf_of;
use arc_swap::ArcSwapOption;
use holdpoint_domain::component::Component;
use holdpoint_domain::id::{AdvisoryId, RevisionId};
use holdpoint_engine::matching::{ComponentFact, Components, LeafInput, Leaves, Rules};
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

#[cfg(test)]
mod tests;

/// When a segment is merged with what came after it, so that segments stay few and merging stays rare.
#[derive(Debug, Clone, Copy)]
struct Merging {
    /// A segment of at most this many rows is always merged.
    small: usize,
    /// So is one that is not at least this many times as large as what came.
    times: usize,
}

impl Merging {
    const fn takes(self, before: usize, new: usize) -> bool {
        before <= self.small || before / self.times < new
    }
}

impl Default for Merging {
    fn default() -> Self {
        Self { small: 2_000, times: 8 }
    }
}

/// Both halves.
#[derive(Debug, Default)]
pub(crate) struct Resident {
    merging: Merging,
    inventory: ArcSwapOption<Inventory>,
    documents: ArcSwapOption<Documents>,
}

impl Resident {
    /// The inventory's half, as the database has it in this transaction.
    pub(crate) fn inventory(&self, r: &mut Reader<'_>) -> Result<Arc<Inventory>, StoreError> {
        let known = self.inventory.load_full();
        let known = match known {
            Some(known) if known.is_of(r)? => known,
            Some(_) | None => Arc::new(Inventory::default()),
        };
        let components = r.components_after(known.last_component)?;
        let configurations = r.configurations_after(known.last_configuration)?;
        if components.is_empty() && configurations.is_empty() {
            return Ok(known);
        }
        let grown = Arc::new(known.grown(self.merging, components, configurations));
        self.inventory.store(Some(Arc::clone(&grown)));
        Ok(grown)
    }

    /// The documents' half, as the database has it in this transaction.
    pub(crate) fn documents(&self, r: &mut Reader<'_>) -> Result<Arc<Documents>, StoreError> {
        let known = self.documents.load_full().unwrap_or_default();
        let current: HashMap<AdvisoryId, RevisionId> = r.current_revisions()?.into_iter().collect();
        if current == known.current {
            return Ok(known);
        }
        let changed = Arc::new(known.changed(r, self.merging, current)?);
        self.documents.store(Some(Arc::clone(&changed)));
        Ok(changed)
    }
}

/// One half: the components of the inventory, and which configurations hold them.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    segments: Vec<Arc<InventorySegment>>,
    last_component: i64,
    last_key: Option<[u8; 32]>,
    last_configuration: i64,
}

/// A part of the inventory that does not change any more.
#[derive(Debug, Default)]
struct InventorySegment {
    rows: Vec<(i64, Component)>,
    components: Components,
    configurations: HashMap<i64, Vec<i64>>,
    holders: HashMap<i64, Vec<i64>>,
}

impl InventorySegment {
    fn new(rows: Vec<(i64, Component)>, configurations: HashMap<i64, Vec<i64>>) -> Self {
        let facts =
            rows.iter().map(|(number, component)| ComponentFact::new(*number, component.clone())).collect();
        let mut holders: HashMap<i64, Vec<i64>> = HashMap::new();
        for (configuration, parts) in &configurations {
            for part in parts {
                holders.entry(*part).or_default().push(*configuration);
            }
        }
        Self { rows, components: Components::new(facts), configurations, holders }
    }

    fn len(&self) -> usize {
        self.rows.len() + self.configurations.len()
    }
}

impl Inventory {
    /// Whether this is of the database at hand: a database that was put back from a backup has other numbers.
    fn is_of(&self, r: &mut Reader<'_>) -> Result<bool, StoreError> {
        Ok(self.last_component == 0 || r.component_key(self.last_component)? == self.last_key)
    }

    fn grown(
        &self,
        merging: Merging,
        components: Vec<(i64, Component)>,
        configurations: Vec<(i64, Vec<i64>)>,
    ) -> Self {
        let last = components.last();
        let last_component = last.map_or(self.last_component, |(number, _)| *number);
        let last_key = last.map_or(self.last_key, |(_, component)| Some(component.key()));
        let last_configuration = configurations.last().map_or(self.last_configuration, |(number, _)| *number);
        let mut rows = components;
        let mut configurations: HashMap<i64, Vec<i64>> = configurations.into_iter().collect();
        let mut segments = self.segments.clone();
        while let Some(before) =
            segments.pop_if(|before| merging.takes(before.len(), rows.len() + configurations.len()))
        {
            rows = before.rows.iter().cloned().chain(rows).collect();
            configurations
                .extend(before.configurations.iter().map(|(number, parts)| (*number, parts.clone())));
        }
        segments.push(Arc::new(InventorySegment::new(rows, configurations)));
        Self { segments, last_component, last_key, last_configuration }
    }

    /// These configurations alone, straight from the database: for the change that has just written them.
    pub(crate) fn of(r: &mut Reader<'_>, configurations: &[i64]) -> Result<Self, StoreError> {
        let configurations: HashMap<i64, Vec<i64>> =
            r.configuration_components(configurations)?.into_iter().collect();
        let parts: BTreeSet<i64> = configurations.values().flatten().copied().collect();
        let rows = r.components(&parts.into_iter().collect::<Vec<_>>())?;
        let segment = InventorySegment::new(rows, configurations);
        Ok(Self { segments: vec![Arc::new(segment)], ..Self::default() })
    }

    /// All configurations that are known, sorted.
    pub(crate) fn configurations(&self) -> Vec<i64> {
        let mut all: Vec<i64> =
            self.segments.iter().flat_map(|segment| segment.configurations.keys()).copied().collect();
        all.sort_unstable();
        all
    }

    /// The component with that number.
    pub(crate) fn component(&self, number: i64) -> Option<&ComponentFact> {
        self.segments.iter().find_map(|segment| segment.components.by_number(number))
    }

    /// The numbers of the components of a configuration; `None` for one that is not known.
    pub(crate) fn parts(&self, configuration: i64) -> Option<&[i64]> {
        self.segments.iter().find_map(|segment| segment.configurations.get(&configuration)).map(Vec::as_slice)
    }

    /// The components of which one of these leaves may speak.
    pub(crate) fn near(&self, leaves: &Leaves, rules: &Rules) -> BTreeSet<i64> {
        self.segments.iter().flat_map(|segment| segment.components.near(leaves, rules)).collect()
    }

    /// The configurations with one of these components, whether or not an asset has them; sorted.
    pub(crate) fn holding(&self, components: &BTreeSet<i64>) -> Vec<i64> {
        let mut found: Vec<i64> = components
            .iter()
            .flat_map(|component| self.segments.iter().filter_map(|segment| segment.holders.get(component)))
            .flatten()
            .copied()
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The other half: the product leaves of the current revisions.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    segments: Vec<Arc<DocumentSegment>>,
    current: HashMap<AdvisoryId, RevisionId>,
    numbers: HashMap<AdvisoryId, i64>,
    /// Leaves in the segments whose revision is not current any more.
    ended: HashSet<i64>,
}

/// Leaves that do not change any more.
#[derive(Debug, Default)]
struct DocumentSegment {
    inputs: Vec<(AdvisoryId, RevisionId, LeafInput)>,
    leaves: Leaves,
}

impl DocumentSegment {
    fn new(inputs: Vec<(AdvisoryId, RevisionId, LeafInput)>) -> Self {
        let leaves = Leaves::new(inputs.iter().map(|(_, _, input)| input.clone()).collect());
        Self { inputs, leaves }
    }
}

impl Documents {
    fn changed(
        &self,
        r: &mut Reader<'_>,
        merging: Merging,
        current: HashMap<AdvisoryId, RevisionId>,
    ) -> Result<Self, StoreError> {
        let mut fresh: Vec<AdvisoryId> = current
            .iter()
            .filter(|(advisory, revision)| self.current.get(*advisory) != Some(revision))
            .map(|(advisory, _)| *advisory)
            .collect();
        fresh.sort_unstable();
        let mut numbers = self.numbers.clone();
        for advisory in &fresh {
            let next = i64::try_from(numbers.len()).expect("fewer advisories than i64 can count");
            numbers.entry(*advisory).or_insert(next);
        }
        let mut inputs = loaded(r, &fresh, current.len(), &numbers)?;
        let is_current = |advisory: AdvisoryId, revision| current.get(&advisory) == Some(&revision);
        let mut segments = self.segments.clone();
        while let Some(before) = segments.pop_if(|before| merging.takes(before.inputs.len(), inputs.len())) {
            let kept =
                before.inputs.iter().filter(|(advisory, revision, _)| is_current(*advisory, *revision));
            inputs.extend(kept.cloned());
        }
        inputs.sort_unstable_by_key(|(_, _, input)| input.number);
        segments.push(Arc::new(DocumentSegment::new(inputs)));
        let ended = segments
            .iter()
            .flat_map(|segment| &segment.inputs)
            .filter(|(advisory, revision, _)| !is_current(*advisory, *revision))
            .map(|(_, _, input)| input.number)
            .collect();
        Ok(Self { segments, current, numbers, ended })
    }

    /// The parts of the index: each has whole documents, and every current document is in exactly one.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Leaves> {
        self.segments.iter().map(|segment| &segment.leaves)
    }

    /// Whether a leaf's revision is still current.
    pub(crate) fn is_current(&self, leaf: i64) -> bool {
        !self.ended.contains(&leaf)
    }

    /// The number of every document in here.
    pub(crate) fn numbers(&self) -> &HashMap<AdvisoryId, i64> {
        &self.numbers
    }
}

/// The leaves of these advisories: one sweep over all when most are wanted.
fn loaded(
    r: &mut Reader<'_>,
    wanted: &[AdvisoryId],
    all: usize,
    numbers: &HashMap<AdvisoryId, i64>,
) -> Result<Vec<(AdvisoryId, RevisionId, LeafInput)>, StoreError> {
    let mut inputs = Vec::new();
    let mut take = |product: holdpoint_store::advisory::StoredProduct| {
        let (advisory, revision) = (product.advisory, product.revision);
        if let Some(number) = numbers.get(&advisory) {
            inputs.push((advisory, revision, leaf_of(product, *number)));
        }
    };
    if wanted.len() * 2 > all {
        let wanted: HashSet<AdvisoryId> = wanted.iter().copied().collect();
        r.current_products(holdpoint_domain::Moment::OPEN, |product| {
            if wanted.contains(&product.advisory) {
                take(product);
            }
            Ok(())
        })?;
    } else {
        r.products_of_advisories(wanted)?.into_iter().for_each(take);
    }
    Ok(inputs)
}
