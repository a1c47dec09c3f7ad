//! The inverted indexes: leaves by key, and components by key.
//!
//! Both are built whole and never changed; a new generation replaces the old one.

use super::component::ComponentFact;
use super::keys::Key;
use super::leaf::{Leaf, LeafInput};
use super::listed::{self, ListedProduct};
use super::rules::Rules;
use hashbrown::{HashMap, HashTable};
use std::sync::Arc;

type Postings = HashMap<Key, Vec<u32>, foldhash::fast::RandomState>;

fn place(at: usize) -> u32 {
    u32::try_from(at).expect("an index holds fewer than four thousand million rows")
}

/// All product leaves of the documents that count, by key.
///
/// Keys lead to products as they are listed, and these to their leaves: documents repeat each other's names.
#[derive(Debug, Default)]
pub struct Leaves {
    leaves: Vec<Leaf>,
    /// The leaves of each listed product.
    members: Vec<Vec<u32>>,
    /// Listed products by key.
    postings: Postings,
    by_number: HashMap<i64, u32>,
    by_id: HashMap<i64, HashMap<String, u32>>,
    dependents: HashMap<u32, Vec<u32>>,
}

impl Leaves {
    /// Parses and indexes the products of documents.
    #[must_use]
    pub fn new(inputs: Vec<LeafInput>) -> Self {
        let mut index = Self { leaves: Vec::with_capacity(inputs.len()), ..Self::default() };
        let mut known: HashTable<(u64, u32, Arc<ListedProduct>)> = HashTable::new();
        for (at, input) in inputs.into_iter().enumerate() {
            let (at, hash) = (place(at), listed::hash_of(&input.expression));
            let found = known.find(hash, |(_, _, one)| one.is_that_of(&input.expression)).cloned();
            let (_, product, listed) = found.unwrap_or_else(|| {
                let new = (hash, place(index.members.len()), Arc::new(ListedProduct::of(&input.expression)));
                index.members.push(Vec::new());
                for key in new.2.keys() {
                    index.postings.entry(key).or_default().push(new.1);
                }
                known.insert_unique(hash, new.clone(), |(hash, ..)| *hash);
                new
            });
            index.members[product as usize].push(at);
            index.by_number.insert(input.number, at);
            index.by_id.entry(input.document).or_default().insert(input.expression.product_id.clone(), at);
            index.leaves.push(Leaf::with(input, listed));
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
            .filter_map(|id| self.by_id(leaf.document, id))
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

    /// All products, each once for all leaves that write it in the same way.
    pub fn products(&self) -> impl Iterator<Item = &ListedProduct> {
        self.members.iter().map(|members| &*self.leaves[members[0] as usize].listed)
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
        self.by_id.get(&document)?.get(product_id).copied()
    }

    pub(super) fn dependents(&self, at: u32) -> &[u32] {
        self.dependents.get(&at).map_or(&[], Vec::as_slice)
    }

    /// The leaves of a listed product, sorted.
    pub(super) fn members(&self, product: u32) -> &[u32] {
        &self.members[product as usize]
    }

    /// Listed products that share a key with the component, sorted.
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
        let mut keys: Vec<Key> = leaves.products().flat_map(ListedProduct::keys).collect();
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
