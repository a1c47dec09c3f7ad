//! The catalogue: every test of every product in flat arrays, and what passing each one counts for.
//!
//! Products are found by name (binary search); the marks of a product, its versions, lie sorted by their keys, so
//! one search places a component among all of them; tests point to marks. Leaves lie grouped by test: first
//! those that count for a record at once, then those that count for a group of a tree. The surprise: records are
//! numbered in the order of their references, so a list of findings is sorted by reference without looking.

use super::item::{Item, ItemName, Parts};
use super::measure::Scale;
use super::packed::{Shelf, group};
use super::program::Walk;
use super::qualifier::Qualifier;
use super::truth::Truth;
use super::written;
use holdpoint_domain::intelligence::Inclusion;

/// Set in a target that is a tree.
pub(crate) const TREE: u32 = 1 << 31;
/// No mark on this side.
pub(super) const NO_END: u32 = u32::MAX;

/// What kind of test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum TestKind {
    /// Every version.
    Any,
    /// The source does not say.
    NotStated,
    /// Between two marks.
    Range {
        /// Whether the lower mark belongs to it.
        low: Inclusion,
        /// Whether the upper one does.
        high: Inclusion,
    },
    /// Some tests, without others.
    Compound,
    /// A text.
    Expression,
}

/// A test: `low` and `high` are marks; `low` is the place of a compound or the number of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Test {
    pub(super) kind: TestKind,
    pub(super) low: u32,
    pub(super) high: u32,
    pub(super) qualifier: u32,
}

/// A tree: either groups of which each must have a member, or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tree {
    pub(crate) reference: u32,
    /// A bit for each group; zero: see the program.
    pub(crate) full: u16,
    /// Groups of platforms that are open when the inventory lists no application, system, hardware.
    pub(crate) open: [u16; 3],
    /// The groups of platforms.
    pub(crate) platforms: u16,
    pub(crate) program: u32,
}

/// A test that a component passes, or may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passed {
    /// The test's number within the catalogue.
    pub(crate) test: u32,
    /// Yes or unknown.
    pub(crate) truth: Truth,
}

impl Passed {
    /// Yes or unknown.
    #[must_use]
    pub const fn truth(self) -> Truth {
        self.truth
    }
}

/// What passing a test counts for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Targets<'a> {
    /// Records.
    pub(crate) records: &'a [u32],
    /// Trees.
    pub(crate) trees: &'a [u32],
    /// The group, or the leaf's number, for each of the trees.
    pub(crate) slots: &'a [u16],
}

/// All criteria of all records.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// Names of products, sorted.
    pub(super) products: Shelf,
    /// Starts of the marks of each product.
    pub(super) product_marks: Vec<u32>,
    /// Starts of the tests of each product.
    pub(super) product_tests: Vec<u32>,
    pub(super) mark_orders: Vec<u16>,
    pub(super) mark_texts: Vec<u32>,
    /// The first bytes of the keys of marks that keys alone order; zero for others.
    pub(super) mark_prefixes: Vec<u128>,
    pub(super) texts: Shelf,
    pub(super) tests: Vec<Test>,
    pub(super) compounds: Vec<u32>,
    pub(super) qualifiers: Vec<Qualifier>,
    /// Starts of the leaves of each test that count for a record at once.
    pub(super) test_records: Vec<u32>,
    pub(super) leaf_records: Vec<u32>,
    /// Starts of the leaves of each test that count for a tree.
    pub(super) test_trees: Vec<u32>,
    pub(super) leaf_trees: Vec<u32>,
    pub(super) leaf_slots: Vec<u16>,
    pub(super) trees: Vec<Tree>,
    pub(super) program: Vec<u32>,
    pub(super) references: Shelf,
    pub(super) prints: Vec<u64>,
    /// Starts of the tests of each record.
    pub(super) reference_tests: Vec<u32>,
    pub(super) tests_of: Vec<u32>,
    pub(super) unnamed: u64,
    /// The keys of `written.rs` under which products are found besides, sorted.
    pub(super) keys: Shelf,
    /// Starts of the products of each key.
    pub(super) key_starts: Vec<u32>,
    pub(super) key_products: Vec<u32>,
}

impl Catalogue {
    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.references.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many leaves there are, and how many of them name no product and therefore match nothing.
    #[must_use]
    pub fn leaves(&self) -> (u64, u64) {
        let indexed = self.leaf_records.len() + self.leaf_trees.len();
        (indexed as u64 + self.unnamed, self.unnamed)
    }

    /// How many trees there are besides the records that are simply one of several products.
    #[must_use]
    pub fn tree_count(&self) -> usize {
        self.trees.len()
    }

    /// A record's reference by its number; empty for a number that was never given.
    #[must_use]
    pub fn reference(&self, number: u32) -> &str {
        self.references.get(number)
    }

    /// The number of a record.
    #[must_use]
    pub fn number(&self, reference: &str) -> Option<u32> {
        search(&self.references, reference)
    }

    /// A stable fingerprint of what a record says it applies to.
    #[must_use]
    pub fn fingerprint(&self, number: u32) -> u64 {
        self.prints.get(number as usize).copied().unwrap_or_default()
    }

    /// The names of all products, and the keys under which they are found besides.
    pub(crate) fn product_names(&self) -> impl Iterator<Item = &str> {
        let names = (0..self.products.len()).map(|at| self.products.get(at as u32));
        names.chain((0..self.keys.len()).map(|at| self.keys.get(at as u32)))
    }

    /// The tests that a component passes or may pass, each once, sorted.
    #[must_use]
    pub fn passed(&self, item: &Item) -> Vec<Passed> {
        let mut found = Vec::new();
        self.passed_into(item, &mut Scale::default(), &mut found);
        found
    }

    /// As [`Catalogue::passed`], with working memory that is used again.
    pub(crate) fn passed_into(&self, item: &Item, scale: &mut Scale, found: &mut Vec<Passed>) {
        let from = found.len();
        for name in &item.names {
            match written::worth(&name.name) {
                None => {
                    if let Some(product) = search(&self.products, &name.name) {
                        self.passed_of(product, (item, name, Truth::Yes), scale, found);
                    }
                }
                Some(worth) => {
                    let Some(key) = search(&self.keys, &name.name) else { continue };
                    for product in group(&self.key_starts, &self.key_products, key as usize) {
                        self.passed_of(*product, (item, name, worth.most()), scale, found);
                    }
                }
            }
        }
        scale.forget_item();
        // One component may have one name twice, by CPE and by its fields; the better answer counts.
        found[from..].sort_unstable_by_key(|passed| (passed.test, std::cmp::Reverse(passed.truth)));
        let mut kept = from;
        for at in from..found.len() {
            if kept == from || found[kept - 1].test != found[at].test {
                found[kept] = found[at];
                kept += 1;
            }
        }
        found.truncate(kept);
    }

    /// The tests of one product that a component passes under one of its names, which is worth so much at most.
    fn passed_of(
        &self,
        product: u32,
        (item, name, most): (&Item, &ItemName, Truth),
        scale: &mut Scale,
        found: &mut Vec<Passed>,
    ) {
        scale.place(self, product as usize, name.version.as_deref());
        let first = self.product_tests[product as usize];
        for at in 0..scale.truths().len() {
            let truth = scale.truths()[at];
            if truth == Truth::No {
                continue;
            }
            let test = first + at as u32;
            let qualifier = self.tests[test as usize].qualifier as usize;
            let truth = truth.min(scale.qualified(qualifier, &self.qualifiers[qualifier], item)).min(most);
            if truth != Truth::No {
                found.push(Passed { test, truth });
            }
        }
    }

    /// What passing a test counts for.
    pub(crate) fn targets(&self, test: u32) -> Targets<'_> {
        let at = test as usize;
        Targets {
            records: group(&self.test_records, &self.leaf_records, at),
            trees: group(&self.test_trees, &self.leaf_trees, at),
            slots: group(&self.test_trees, &self.leaf_slots, at),
        }
    }

    pub(crate) fn trees(&self) -> &[Tree] {
        &self.trees
    }

    /// The tests of a record, each once, sorted.
    pub(crate) fn tests_of(&self, record: u32) -> &[u32] {
        group(&self.reference_tests, &self.tests_of, record as usize)
    }

    /// The number of the product that a test belongs to.
    pub(crate) fn product_of(&self, test: u32) -> &str {
        let at = self.product_tests.partition_point(|start| *start <= test);
        self.products.get(at.saturating_sub(1) as u32)
    }

    /// The answer of a tree that is walked, from its leaves' answers sorted by number.
    pub(crate) fn walk(&self, tree: &Tree, answers: &[(u16, Truth)], listed: Parts) -> Truth {
        Walk::new(&self.program[tree.program as usize..], answers, listed).truth()
    }
}

/// The number of a text on a sorted shelf.
pub(crate) fn search(shelf: &Shelf, text: &str) -> Option<u32> {
    let (mut low, mut high) = (0, shelf.len());
    while low < high {
        let middle = low.midpoint(high);
        match shelf.get(middle as u32).cmp(text) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Equal => return Some(middle as u32),
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}
