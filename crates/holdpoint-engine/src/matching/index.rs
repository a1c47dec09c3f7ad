//! The inverted indexes: leaves by key, and components by key.
//!
//! Both are built whole and never changed; a new generation replaces the old one.

use super::beside::{Beside, Other, Says};
use super::component::ComponentFact;
use super::keys::{Key, VendorParts};
use super::leaf::{Leaf, LeafInput, Standing};
use super::listed::{self, ListedProduct};
use super::rules::Rules;
use hashbrown::hash_table::Entry;
use hashbrown::{HashMap, HashTable};
use std::hash::BuildHasher;
use std::sync::Arc;

/// The most texts of one product that are compared with each other: no document lists more in earnest.
const MOST_HEADS: usize = 64;

/// Rows by key. One vector holds the rows of all keys as chains, because most keys have a row or two.
#[derive(Debug, Default)]
struct Postings {
    /// The newest link of each key.
    newest: HashMap<Key, u32, foldhash::fast::RandomState>,
    links: Vec<Link>,
}

#[derive(Debug, Clone, Copy)]
struct Link {
    row: u32,
    /// The link before this one; the first names itself.
    before: u32,
}

impl Postings {
    fn add(&mut self, key: Key, row: u32) {
        let link = place(self.links.len());
        let before = self.newest.insert(key, link).unwrap_or(link);
        self.links.push(Link { row, before });
    }

    /// The rows of a key, the newest first.
    fn rows(&self, key: Key) -> impl Iterator<Item = u32> {
        let mut next = self.newest.get(&key).copied();
        std::iter::from_fn(move || {
            let at = next?;
            let Link { row, before } = self.links[at as usize];
            next = (before != at).then_some(before);
            Some(row)
        })
    }
}

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
    /// Places of leaves by document and product id.
    by_id: HashTable<u32>,
    dependents: HashMap<u32, Vec<u32>>,
}

impl Leaves {
    /// Parses and indexes the products of documents.
    #[must_use]
    pub fn new(inputs: Vec<LeafInput>) -> Self {
        let mut index = Self { leaves: Vec::with_capacity(inputs.len()), ..Self::default() };
        let mut known: HashTable<(u64, u32, Arc<ListedProduct>)> = HashTable::new();
        let mut vendors: HashMap<String, VendorParts> = HashMap::new();
        for (at, input) in inputs.into_iter().enumerate() {
            let (at, hash) = (place(at), listed::hash_of(&input.expression));
            let found = known.find(hash, |(_, _, one)| one.is_that_of(&input.expression)).cloned();
            let (_, product, listed) = found.unwrap_or_else(|| {
                let vendor = listed::texts(&input.expression).0;
                let vendor = vendors.entry_ref(vendor).or_insert_with(|| VendorParts::of(vendor));
                let product = Arc::new(ListedProduct::with(vendor, &input.expression));
                let new = (hash, place(index.members.len()), product);
                index.members.push(Vec::new());
                new.2.keys().into_iter().for_each(|key| index.postings.add(key, new.1));
                known.insert_unique(hash, new.clone(), |(hash, ..)| *hash);
                new
            });
            index.members[product as usize].push(at);
            index.by_number.insert(input.number, at);
            index.leaves.push(Leaf::with(input, listed));
            index.name(at);
        }
        index.tell_what_stands_beside();
        index.tell_spans();
        index.tell_what_is_judged_alike();
        for at in 0..index.leaves.len() {
            for part in index.parts(at) {
                index.dependents.entry(part).or_default().push(place(at));
            }
        }
        index
    }

    /// Makes the last leaf the one that its document means by its id.
    fn name(&mut self, at: u32) {
        let Self { leaves, by_id, .. } = self;
        let hash_at = |at: u32| id_hash(leaves[at as usize].document, &leaves[at as usize].product_id);
        let (document, id) = (leaves[at as usize].document, &leaves[at as usize].product_id);
        let is_same = |known: &u32| {
            let known = &leaves[*known as usize];
            known.document == document && known.product_id == *id
        };
        match by_id.entry(hash_at(at), is_same, |known| hash_at(*known)) {
            Entry::Occupied(mut known) => *known.get_mut() = at,
            Entry::Vacant(free) => {
                free.insert(at);
            }
        }
    }

    /// Gives leaves of single versions what their document says of the same product in its other leaves.
    fn tell_what_stands_beside(&mut self) {
        let combined = self.said_of_components();
        for members in &self.members {
            let mut documents: HashMap<i64, Vec<(u32, Says)>> = HashMap::new();
            for at in members {
                let leaf = &self.leaves[*at as usize];
                // A component that is only named speaks all the same where a combination with it does.
                let says = match leaf.standing {
                    Standing::Named => combined.get(at).copied(),
                    standing => Some(standing.says()),
                };
                documents.entry(leaf.document).or_default().extend(says.map(|says| (*at, says)));
            }
            for at in members {
                let leaf = &self.leaves[*at as usize];
                let said = documents.get(&leaf.document).map_or(&[][..], Vec::as_slice);
                let is_open =
                    leaf.may_lie_beside_a_gap() && said.iter().any(|(_, says)| *says != Says::Lists);
                if leaf.beside.is_none() && !is_open {
                    continue;
                }
                let others = said.iter().filter(|(other, _)| other != at).filter_map(|(other, says)| {
                    let versions = self.leaves[*other as usize].version.clone()?;
                    Some(Other { versions, says: *says })
                });
                let others: Vec<Other> = others.collect();
                let own = said.iter().find(|(own, _)| own == at).map_or(Says::Lists, |(_, says)| *says);
                if !others.is_empty() || own == Says::Investigates {
                    let fixes = leaf.beside.as_ref().map_or_else(Vec::new, |beside| beside.fixes.clone());
                    self.leaves[*at as usize].beside = Some(Arc::new(Beside { fixes, own, others }));
                }
            }
        }
    }

    /// The components of combinations of which something is stated, and what concerns most of it.
    fn said_of_components(&self) -> HashMap<u32, Says> {
        let mut said: HashMap<u32, Says> = HashMap::new();
        for leaf in self.leaves.iter().filter(|leaf| leaf.standing != Standing::Named) {
            let component = leaf.relation.as_ref().map(|relation| &relation.product);
            if let Some(at) = component.and_then(|id| self.by_id(leaf.document, id)) {
                let says = leaf.standing.says();
                said.entry(at).and_modify(|known| *known = says.max(*known)).or_insert(says);
            }
        }
        said
    }

    /// Gives the two ends of a train what lies between them.
    fn tell_spans(&mut self) {
        for at in 0..self.leaves.len() {
            let leaf = &self.leaves[at];
            let Standing::Span { other } = leaf.standing else { continue };
            let other = self.by_number(other).filter(|other| other.document == leaf.document);
            let span = other.and_then(|other| leaf.span_to(other)).map(Arc::new);
            self.leaves[at].span = span;
        }
    }

    /// Finds the leaves whose answers are those of another leaf.
    fn tell_what_is_judged_alike(&mut self) {
        for members in &self.members {
            let mut heads: Vec<u32> = Vec::new();
            for at in members {
                let own = &self.leaves[*at as usize];
                let like =
                    heads.iter().find(|head| self.leaves[**head as usize].is_judged_like(own)).copied();
                if like.is_none() && heads.len() < MOST_HEADS {
                    heads.push(*at);
                }
                self.leaves[*at as usize].like = like.unwrap_or(*at);
            }
        }
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
        let is_it = |at: &u32| {
            let leaf = &self.leaves[*at as usize];
            leaf.document == document && leaf.product_id == product_id
        };
        self.by_id.find(id_hash(document, product_id), is_it).copied()
    }

    /// Whether any product is made of others.
    pub(super) fn has_combinations(&self) -> bool {
        !self.dependents.is_empty()
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

fn id_hash(document: i64, product_id: &str) -> u64 {
    foldhash::fast::FixedState::with_seed(0x0070_726f_6475_6374).hash_one((document, product_id))
}

fn near(postings: &Postings, keys: &[Key]) -> Vec<u32> {
    let mut found: Vec<u32> = keys.iter().flat_map(|key| postings.rows(*key)).collect();
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
                index.postings.add(key, place(at));
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
