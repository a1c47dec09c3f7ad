//! Filling a catalogue, record by record.
//!
//! A record is taken apart when it is pushed and not kept: what stays is a row for each leaf and one copy of each
//! product, version and test. [`Builder::finish`] sorts the rows into the flat arrays of a [`Catalogue`]. The
//! surprise: the qualifier is part of the test, so a component is asked once for all leaves that ask the same.

use super::asked_update;
use super::bytes::Print;
use super::catalogue::{Catalogue, NO_END, TREE, Test, TestKind, Tree};
use super::condition::alternatives;
use super::names::Reading;
use super::packed::{Texts, hash_of, place};
use super::program::{self, Written};
use super::qualifier::Qualifier;
use super::versions::{Ground, Order, version_text, words};
use hashbrown::{HashMap, HashTable};
use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, End, Inclusion, Role, VersionTest,
};

/// Most groups of a tree that is counted instead of walked; one bit of sixteen stays free as a mark.
const MAX_GROUPS: usize = 15;

/// A record with a tree beyond every limit. The caller keeps it and says so; it is not indexed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the applicability of `{reference}` has {leaves} leaves in {depth} levels; more than {} leaves or {} levels are \
     not indexed, so it has to be looked at by a person",
    program::MAX_LEAVES,
    program::MAX_DEPTH
)]
pub struct TooLarge {
    /// The record.
    pub reference: String,
    /// Its leaves.
    pub leaves: usize,
    /// Its levels, counted up to the limit.
    pub depth: usize,
}

/// A version as a mark on the scale of one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Mark {
    pub(super) product: u32,
    pub(super) order: u8,
    /// Its text.
    pub(super) text: u32,
}

/// A test of one product, with the product's number while building.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TestRow {
    pub(super) product: u32,
    pub(super) test: Test,
}

/// A leaf: which test it is, and what it counts for.
#[derive(Debug, Clone, Copy)]
pub(super) struct LeafRow {
    pub(super) test: u32,
    /// A record, or with [`TREE`] a tree.
    pub(super) target: u32,
    /// The group or the leaf's number in the tree.
    pub(super) slot: u16,
}

/// Fills a catalogue.
#[derive(Default)]
pub struct Builder {
    pub(super) products: Texts,
    pub(super) references: Texts,
    pub(super) prints: Vec<u64>,
    pub(super) texts: Texts,
    pub(super) marks: Vec<Mark>,
    mark_table: HashTable<u32>,
    pub(super) tests: Vec<TestRow>,
    test_table: HashTable<u32>,
    pub(super) qualifiers: Vec<Qualifier>,
    qualifier_numbers: HashMap<Qualifier, u32, foldhash::fast::FixedState>,
    /// For each compound test: how many are meant, how many taken out, then these tests.
    pub(super) compounds: Vec<u32>,
    pub(super) leaves: Vec<LeafRow>,
    pub(super) trees: Vec<Tree>,
    pub(super) program: Vec<u32>,
    pub(super) unnamed: u64,
}

/// How an alternative is kept.
enum Shape<'a> {
    /// One vulnerable leaf.
    Leaf(&'a Criterion),
    /// One of each group.
    Groups(Vec<Vec<&'a Criterion>>),
    /// Anything else.
    Walked,
    /// It can never raise anything.
    Nothing,
}

impl Builder {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in what a record says it applies to. A record may be pushed again with another source's statements.
    ///
    /// # Errors
    /// [`TooLarge`]; nothing of the record is then taken in.
    pub fn push(&mut self, reference: &str, statements: &[Applicability]) -> Result<(), TooLarge> {
        for statement in statements {
            let (depth, leaves) = program::size(&statement.root, 0);
            if depth > program::MAX_DEPTH || leaves > program::MAX_LEAVES {
                return Err(TooLarge { reference: reference.to_owned(), leaves, depth });
            }
        }
        let number = self.references.number(reference);
        if self.prints.len() < self.references.len() {
            self.prints.push(Print::new().get());
        }
        let mut print = Print::new();
        print.word(self.prints[number as usize]);
        for statement in statements {
            for (_, root) in alternatives(&statement.root) {
                self.alternative(number, root, &mut print);
            }
        }
        self.prints[number as usize] = print.get();
        Ok(())
    }

    /// How many records there are so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.references.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sorts everything into a catalogue.
    #[must_use]
    pub fn finish(self) -> Catalogue {
        super::assemble::catalogue(self)
    }

    fn alternative(&mut self, reference: u32, root: &Condition, print: &mut Print) {
        match shape(root) {
            Shape::Nothing => print.word(0),
            Shape::Leaf(criterion) => {
                print.word(1);
                self.leaf(criterion, reference, 0, print);
            }
            Shape::Groups(groups) => {
                let number = place(self.trees.len());
                let mut tree = Tree { reference, full: 0, open: [0; 3], platforms: 0, program: NO_END };
                for (at, group) in groups.iter().enumerate() {
                    let bit = 1_u16 << at;
                    tree.full |= bit;
                    print.word(2);
                    if group[0].role == Role::Platform {
                        tree.platforms |= bit;
                    }
                    for criterion in group {
                        let part = self.leaf(criterion, number | TREE, at as u16, print);
                        for (nth, open) in tree.open.iter_mut().enumerate() {
                            if criterion.role == Role::Platform && part & (1 << nth) != 0 {
                                *open |= bit;
                            }
                        }
                    }
                }
                self.trees.push(tree);
            }
            Shape::Walked => {
                let number = place(self.trees.len());
                let start = place(self.program.len());
                let mut leaves = Vec::new();
                program::write(root, &mut self.program, &mut leaves);
                self.program[start as usize..].iter().for_each(|word| print.word(u64::from(*word)));
                self.trees.push(Tree { reference, full: 0, open: [0; 3], platforms: 0, program: start });
                for (at, leaf) in leaves.into_iter().enumerate() {
                    match leaf {
                        Written::Whole(criterion) => {
                            self.leaf(criterion, number | TREE, at as u16, print);
                        }
                        Written::Name(criterion) => self.name(criterion, number | TREE, at as u16),
                    }
                }
            }
        }
    }

    /// Takes in a leaf; gives the bits of its part.
    fn leaf(&mut self, criterion: &Criterion, target: u32, slot: u16, print: &mut Print) -> u8 {
        let reading = Reading::of_criterion(criterion);
        let part = reading.part().bits();
        if reading.names.is_empty() {
            self.unnamed += 1;
        }
        let qualifier = Qualifier::of(criterion, reading.cpe.as_ref());
        print_leaf(print, criterion, &reading, &qualifier);
        let qualifier = self.qualifier(qualifier);
        for name in &reading.names {
            let product = self.products.number(name);
            let ground = Ground::of(criterion.role, &criterion.subject);
            let mut found = Vec::new();
            self.tests(product, ground, &criterion.versions, qualifier, &mut found);
            let rows = found.into_iter().map(|test| LeafRow { test, target, slot });
            self.leaves.extend(rows);
        }
        part
    }

    /// Takes in the bare name of a leaf: every version, whatever else is asked.
    fn name(&mut self, criterion: &Criterion, target: u32, slot: u16) {
        let qualifier = self.qualifier(Qualifier::default());
        for name in &Reading::of(&criterion.subject).names {
            let product = self.products.number(name);
            let ground = Ground::of(criterion.role, &criterion.subject);
            let mut found = Vec::new();
            self.tests(product, ground, &VersionTest::Any, qualifier, &mut found);
            self.leaves.extend(found.into_iter().map(|test| LeafRow { test, target, slot }));
        }
    }

    fn qualifier(&mut self, qualifier: Qualifier) -> u32 {
        if let Some(number) = self.qualifier_numbers.get(&qualifier) {
            return *number;
        }
        let number = place(self.qualifiers.len());
        self.qualifiers.push(qualifier.clone());
        self.qualifier_numbers.insert(qualifier, number);
        number
    }

    /// The tests of which one must be passed.
    fn tests(
        &mut self,
        product: u32,
        ground: Ground<'_>,
        versions: &VersionTest,
        qualifier: u32,
        found: &mut Vec<u32>,
    ) {
        let (kind, low, high) = match versions {
            VersionTest::Any => (TestKind::Any, NO_END, NO_END),
            VersionTest::NotStated => match ground.role {
                Role::Platform => (TestKind::Any, NO_END, NO_END),
                Role::Vulnerable => (TestKind::NotStated, NO_END, NO_END),
            },
            VersionTest::Exact { version, update } => {
                let version = asked_update::mark(ground.subject, version, update);
                let mark = self.mark(product, ground.order, &version);
                (TestKind::Range { low: Inclusion::Included, high: Inclusion::Included }, mark, mark)
            }
            VersionTest::Between { scheme, low, high } => {
                let order = ground.order.named(scheme);
                let included = |end: Option<&End>| end.map_or(Inclusion::Included, |end| end.inclusion);
                let kind = TestKind::Range { low: included(low.as_ref()), high: included(high.as_ref()) };
                let mut mark = |end: Option<&End>| {
                    end.map_or(NO_END, |end| self.mark(product, order, &end.version)) //
                };
                (kind, mark(low.as_ref()), mark(high.as_ref()))
            }
            VersionTest::OneOf(tests) => {
                tests.iter().for_each(|test| self.tests(product, ground, test, qualifier, found));
                return;
            }
            VersionTest::Except { meant, taken_out } => {
                let start = self.compound(product, ground, meant, taken_out);
                (TestKind::Compound, start, NO_END)
            }
            VersionTest::Expression(text) => {
                let (vendor, name) = words(ground.subject);
                let text = self.texts.number(&format!("{vendor}\u{1f}{name}\u{1f}{text}"));
                (TestKind::Expression, text, NO_END)
            }
        };
        found.push(self.test(TestRow { product, test: Test { kind, low, high, qualifier } }));
    }

    fn compound(
        &mut self,
        product: u32,
        ground: Ground<'_>,
        meant: &VersionTest,
        taken_out: &[VersionTest],
    ) -> u32 {
        // The qualifier is asked once, by the compound itself; its parts ask nothing.
        let nothing = self.qualifier(Qualifier::default());
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        self.tests(product, ground, meant, nothing, &mut inside);
        taken_out.iter().for_each(|test| self.tests(product, ground, test, nothing, &mut outside));
        let start = place(self.compounds.len());
        self.compounds.extend([place(inside.len()), place(outside.len())]);
        self.compounds.extend(inside.into_iter().chain(outside));
        start
    }

    fn mark(&mut self, product: u32, order: Order, text: &str) -> u32 {
        let text = self.texts.number(&version_text(text));
        let mark = Mark { product, order: order.code(), text };
        let hash = hash_of(&mark);
        if let Some(at) = self.mark_table.find(hash, |at| self.marks[*at as usize] == mark) {
            return *at;
        }
        let number = place(self.marks.len());
        self.marks.push(mark);
        self.mark_table.insert_unique(hash, number, |at| hash_of(&self.marks[*at as usize]));
        number
    }

    fn test(&mut self, row: TestRow) -> u32 {
        let hash = hash_of(&row);
        if let Some(at) = self.test_table.find(hash, |at| self.tests[*at as usize] == row) {
            return *at;
        }
        let number = place(self.tests.len());
        self.tests.push(row);
        self.test_table.insert_unique(hash, number, |at| hash_of(&self.tests[*at as usize]));
        number
    }
}

/// What a leaf says, for telling whether a record changed.
fn print_leaf(print: &mut Print, criterion: &Criterion, reading: &Reading<'_>, qualifier: &Qualifier) {
    print.word(u64::from(criterion.role == Role::Platform));
    reading.names.iter().for_each(|name| print.bytes(name.as_bytes()));
    qualifier.texts().iter().for_each(|text| print.bytes(text.as_bytes()));
    print_test(print, &criterion.versions);
}

fn print_test(print: &mut Print, test: &VersionTest) {
    match test {
        VersionTest::Any => print.word(10),
        VersionTest::NotStated => print.word(11),
        VersionTest::Exact { version, .. } => {
            print.word(12);
            print.bytes(version.as_bytes());
        }
        VersionTest::Between { scheme, low, high } => {
            print.word(13);
            print.bytes(scheme.as_bytes());
            for end in [low, high] {
                print.word(end.as_ref().map_or(0, |end| 1 + u64::from(end.inclusion == Inclusion::Included)));
                print.bytes(end.as_ref().map_or("", |end| &end.version).as_bytes());
            }
        }
        VersionTest::OneOf(tests) => {
            print.word(14 + ((tests.len() as u64) << 8));
            tests.iter().for_each(|test| print_test(print, test));
        }
        VersionTest::Except { meant, taken_out } => {
            print.word(15 + ((taken_out.len() as u64) << 8));
            print_test(print, meant);
            taken_out.iter().for_each(|test| print_test(print, test));
        }
        VersionTest::Expression(text) => {
            print.word(16);
            print.bytes(text.as_bytes());
        }
    }
}

fn shape(root: &Condition) -> Shape<'_> {
    let mut parts = Vec::new();
    if !conjuncts(root, &mut parts) {
        return Shape::Walked;
    }
    let mut groups = Vec::with_capacity(parts.len());
    for part in parts {
        let mut group = Vec::new();
        if !disjuncts(part, &mut group) {
            return Shape::Walked;
        }
        let Some(first) = group.first() else { return Shape::Nothing };
        if group.iter().any(|criterion: &&Criterion| criterion.role != first.role) {
            return Shape::Walked;
        }
        groups.push(group);
    }
    let raises = groups.iter().any(|group| group[0].role == Role::Vulnerable);
    match groups.as_slice() {
        _ if !raises => Shape::Nothing,
        [group] if group.len() == 1 => Shape::Leaf(group[0]),
        _ if groups.len() <= MAX_GROUPS => Shape::Groups(groups),
        _ => Shape::Walked,
    }
}

/// What must all hold; false when there is a negation on the way.
fn conjuncts<'a>(node: &'a Condition, found: &mut Vec<&'a Condition>) -> bool {
    match node {
        Condition::All(children) => children.iter().all(|child| conjuncts(child, found)),
        Condition::Not(_) => false,
        Condition::Any(_) | Condition::Is(_) => {
            found.push(node);
            true
        }
    }
}

/// Of which one must hold; false when there is anything but leaves.
fn disjuncts<'a>(node: &'a Condition, found: &mut Vec<&'a Criterion>) -> bool {
    match node {
        Condition::Any(children) => children.iter().all(|child| disjuncts(child, found)),
        Condition::All(children) if children.len() == 1 => disjuncts(&children[0], found),
        Condition::All(_) | Condition::Not(_) => false,
        Condition::Is(criterion) => {
            found.push(criterion);
            true
        }
    }
}
