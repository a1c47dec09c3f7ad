//! The inverted indexes: leaves by key, and components by key.
//!
//! Both are built whole and never changed; a new generation replaces the old one.

use super::component::ComponentFact;
use super::keys::Key;
use super::leaf::{Leaf, LeafInput};
use super::rules::Rules;
use hashbrown::HashMap;

type Postings = HashMap<Key, Vec<u32>, foldhash::fast::RandomState>;

fn place(at: usize) -> u32 {
    u32::try_from(at).expect("an index holds fewer than four thousand million rows")
}

/// All product leaves of the documents that count, by key.
#[derive(Debug, Default)]
pub struct Leaves {
    leaves: Vec<Leaf>,
    postings: Postings,
    by_number: HashMap<i64, u32>,
    by_id: HashMap<(i64, String), u32>,
    dependents: HashMap<u32, Vec<u32>>,
}

impl Leaves {
    /// Parses and indexes the products of documents.
    #[must_use]
    pub fn new(inputs: Vec<LeafInput>) -> Self {
        let mut index = Self { leaves: inputs.into_iter().map(Leaf::new).collect(), ..Self::default() };
        for (at, leaf) in index.leaves.iter().enumerate() {
            let at = place(at);
            for key in leaf.keys() {
                index.postings.entry(key).or_default().push(at);
            }
            index.by_number.insert(leaf.number, at);
            index.by_id.insert((leaf.document, leaf.product_id.clone()), at);
        }
        for at in 0..index.leaves.len() {
            for part in index.parts(at) {
                index.dependents.entry(part).or_default().push(place(at));
            }
        }
        index
    }

    fn parts(&self, at: usize) -> Vec<u32> {
        let leaf = &self.leaves[at];
        let Some(relation) = &leaf.relation else { return Vec::new() };
        [&relation.product, &relation.relates_to]
            .into_iter()
            .filter_map(|id| self.by_id.get(&(leaf.document, id.clone())).copied())
            .collect()
    }

    /// How many leaves there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.leaves.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// All leaves, in the order of the input.
    pub fn iter(&self) -> impl Iterator<Item = &Leaf> {
        self.leaves.iter()
    }

    /// The leaf with that number.
    #[must_use]
    pub fn by_number(&self, number: i64) -> Option<&Leaf> {
        self.by_number.get(&number).map(|at| &self.leaves[*at as usize])
    }

    pub(super) fn at(&self, at: u32) -> &Leaf {
        &self.leaves[at as usize]
    }

    pub(super) fn by_id(&self, document: i64, product_id: &str) -> Option<u32> {
        self.by_id.get(&(document, product_id.to_owned())).copied()
    }

    pub(super) fn dependents(&self, at: u32) -> &[u32] {
        self.dependents.get(&at).map_or(&[], Vec::as_slice)
    }

    /// Places of the leaves that share a key with the component, sorted.
    #[must_use]
    pub(super) fn near(&self, component: &ComponentFact, rules: &Rules) -> Vec<u32> {
        let mut keys = component.keys();
        keys.extend(rules.keys(component));
        near(&self.postings, &keys)
    }
}

fn near(postings: &Postings, keys: &[Key]) -> Vec<u32> {
    let mut found: Vec<u32> = keys.iter().filter_map(|key| postings.get(key)).flatten().copied().collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// All distinct components of the inventory, by key.
#[derive(Debug, Default)]
pub struct Components {
    facts: Vec<ComponentFact>,
    postings: Postings,
    by_number: HashMap<i64, u32>,
}

impl Components {
    /// Indexes components.
    #[must_use]
    pub fn new(facts: Vec<ComponentFact>) -> Self {
        let mut index = Self { facts, ..Self::default() };
        for (at, fact) in index.facts.iter().enumerate() {
            for key in fact.keys() {
                index.postings.entry(key).or_default().push(place(at));
            }
            index.by_number.insert(fact.number, place(at));
        }
        index
    }

    /// The component with that number.
    #[must_use]
    pub fn by_number(&self, number: i64) -> Option<&ComponentFact> {
        self.by_number.get(&number).map(|at| &self.facts[*at as usize])
    }

    /// Numbers of the components that share a key with any of these leaves, sorted, each once.
    #[must_use]
    pub fn near(&self, leaves: &Leaves, rules: &Rules) -> Vec<i64> {
        let mut keys: Vec<Key> = leaves.iter().flat_map(Leaf::keys).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut found: Vec<i64> =
            near(&self.postings, &keys).into_iter().map(|at| self.facts[at as usize].number).collect();
        if !rules.is_empty() {
            let by_rule =
                |fact: &&ComponentFact| rules.keys(fact).iter().any(|key| keys.binary_search(key).is_ok());
            found.extend(self.facts.iter().filter(by_rule).map(|fact| fact.number));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
