//! A catalogue as one block of bytes, and back in a fraction of a second.
//!
//! The arrays are written as they lie in memory. Reading checks every number that points somewhere, because a file
//! may have been damaged or made by someone else; what passes the checks cannot make a look-up panic. Whoever
//! keeps an index writes it to a new file and renames it, and builds it anew from the records when
//! [`Catalogue::decode`] refuses it.

use super::bytes::{DecodeError, Reader, Writer, are_starts, check};
use super::catalogue::{Catalogue, NO_END, Test, TestKind, Tree};
use super::packed::{Shelf, place};
use super::program;
use super::qualifier::Qualifier;
use super::versions::Order;
use holdpoint_domain::intelligence::Inclusion;

/// The number of this kind of index.
const KIND: u32 = 1;
/// The kind of a range is this, and one bit for each end that belongs to it.
const RANGE: u32 = 8;

impl Catalogue {
    /// The catalogue as bytes; equal catalogues give equal bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::new(KIND);
        to.shelf(&self.products);
        to.u32s(&self.product_marks);
        to.u32s(&self.product_tests);
        to.u16s(&self.mark_orders);
        to.u32s(&self.mark_texts);
        to.u128s(&self.mark_prefixes);
        to.shelf(&self.texts);
        to.u32s(&self.tests.iter().map(|test| kind_code(test.kind)).collect::<Vec<_>>());
        to.u32s(&self.tests.iter().map(|test| test.low).collect::<Vec<_>>());
        to.u32s(&self.tests.iter().map(|test| test.high).collect::<Vec<_>>());
        to.u32s(&self.tests.iter().map(|test| test.qualifier).collect::<Vec<_>>());
        to.u32s(&self.compounds);
        let mut qualifiers = Shelf::default();
        for text in self.qualifiers.iter().flat_map(Qualifier::texts) {
            qualifiers.push(text);
        }
        to.shelf(&qualifiers);
        to.u32s(&self.test_records);
        to.u32s(&self.leaf_records);
        to.u32s(&self.test_trees);
        to.u32s(&self.leaf_trees);
        to.u16s(&self.leaf_slots);
        to.u32s(&self.trees.iter().map(|tree| tree.reference).collect::<Vec<_>>());
        let masks = |tree: &Tree| [tree.full, tree.open[0], tree.open[1], tree.open[2], tree.platforms];
        to.u16s(&self.trees.iter().flat_map(masks).collect::<Vec<_>>());
        to.u32s(&self.trees.iter().map(|tree| tree.program).collect::<Vec<_>>());
        to.u32s(&self.program);
        to.shelf(&self.references);
        to.u64s(&self.prints);
        to.u32s(&self.reference_tests);
        to.u32s(&self.tests_of);
        to.u64s(&[self.unnamed]);
        to.shelf(&self.keys);
        to.u32s(&self.key_starts);
        to.u32s(&self.key_products);
        to.finish()
    }

    /// The catalogue of these bytes.
    ///
    /// # Errors
    /// [`DecodeError`] when they are not a whole catalogue of this program's form and rules.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut from = Reader::open(KIND, bytes)?;
        let mut made = Self {
            products: from.shelf("products")?,
            product_marks: from.read_u32s()?,
            product_tests: from.read_u32s()?,
            mark_orders: from.read_u16s()?,
            mark_texts: from.read_u32s()?,
            mark_prefixes: from.read_u128s()?,
            texts: from.shelf("texts")?,
            ..Self::default()
        };
        made.tests = read_tests(&mut from)?;
        made.compounds = from.read_u32s()?;
        made.qualifiers = read_qualifiers(&mut from)?;
        made.test_records = from.read_u32s()?;
        made.leaf_records = from.read_u32s()?;
        made.test_trees = from.read_u32s()?;
        made.leaf_trees = from.read_u32s()?;
        made.leaf_slots = from.read_u16s()?;
        made.trees = read_trees(&mut from)?;
        made.program = from.read_u32s()?;
        made.references = from.shelf("references")?;
        made.prints = from.read_u64s()?;
        made.reference_tests = from.read_u32s()?;
        made.tests_of = from.read_u32s()?;
        made.unnamed = from.read_u64s()?.first().copied().unwrap_or(0);
        made.keys = from.shelf("keys")?;
        made.key_starts = from.read_u32s()?;
        made.key_products = from.read_u32s()?;
        from.end()?;
        made.check_keys()?;
        made.check_scale()?;
        made.check_tests()?;
        made.check_leaves()?;
        Ok(made)
    }

    fn check_keys(&self) -> Result<(), DecodeError> {
        check(rising(&self.keys), "keys")?;
        let products = self.products.len();
        check(are_starts(&self.key_starts, self.keys.len(), self.key_products.len()), "products of keys")?;
        check(self.key_products.iter().all(|product| (*product as usize) < products), "products of keys")
    }

    fn check_scale(&self) -> Result<(), DecodeError> {
        let (products, marks) = (self.products.len(), self.mark_orders.len());
        check(rising(&self.products), "products")?;
        check(rising(&self.references), "references")?;
        check(are_starts(&self.product_marks, products, marks), "marks of products")?;
        check(are_starts(&self.product_tests, products, self.tests.len()), "tests of products")?;
        check(self.mark_texts.len() == marks && self.mark_prefixes.len() == marks, "marks")?;
        let known = |code: &u16| {
            u8::try_from(code >> 1).is_ok_and(|code| Order::from_code(code).is_some()) //
        };
        check(self.mark_orders.iter().all(known), "orders of marks")?;
        check(self.mark_texts.iter().all(|text| (*text as usize) < self.texts.len()), "texts of marks")
    }

    fn check_tests(&self) -> Result<(), DecodeError> {
        let compounds =
            compound_starts(&self.compounds).ok_or(DecodeError::Contradiction("compound tests"))?;
        for product in 0..self.products.len() {
            let marks = self.product_marks[product]..self.product_marks[product + 1];
            let tests = self.product_tests[product]..self.product_tests[product + 1];
            for number in tests.clone() {
                let test = &self.tests[number as usize];
                let end = |mark: u32| mark == NO_END || marks.contains(&mark);
                let holds = match test.kind {
                    TestKind::Any | TestKind::NotStated => true,
                    TestKind::Range { .. } => end(test.low) && end(test.high),
                    TestKind::Expression => (test.low as usize) < self.texts.len(),
                    TestKind::Compound => {
                        compounds.binary_search(&test.low).is_ok()
                            && self.parts_of(test.low).iter().all(|part| (tests.start..number).contains(part))
                    }
                };
                check(holds && (test.qualifier as usize) < self.qualifiers.len(), "tests")?;
            }
        }
        Ok(())
    }

    fn parts_of(&self, at: u32) -> &[u32] {
        let at = at as usize;
        let count = self.compounds[at] as usize + self.compounds[at + 1] as usize;
        &self.compounds[at + 2..at + 2 + count]
    }

    fn check_leaves(&self) -> Result<(), DecodeError> {
        let (tests, records) = (self.tests.len(), self.references.len());
        check(are_starts(&self.test_records, tests, self.leaf_records.len()), "leaves of tests")?;
        check(are_starts(&self.test_trees, tests, self.leaf_trees.len()), "tree leaves of tests")?;
        check(self.leaf_slots.len() == self.leaf_trees.len(), "slots of leaves")?;
        check(self.leaf_records.iter().all(|record| (*record as usize) < records), "records of leaves")?;
        check(self.trees.iter().all(|tree| (tree.reference as usize) < records), "records of trees")?;
        check(self.prints.len() == records, "fingerprints")?;
        check(are_starts(&self.reference_tests, records, self.tests_of.len()), "tests of records")?;
        check(self.tests_of.iter().all(|test| (*test as usize) < tests), "tests of records")?;
        for (tree, slot) in self.leaf_trees.iter().zip(&self.leaf_slots) {
            let slots = self.trees.get(*tree as usize).map_or(0, |tree| match tree.full {
                0 => u16::MAX,
                _ => 15,
            });
            check(*slot < slots, "slots of leaves")?;
        }
        let walked =
            |tree: &Tree| tree.full != 0 || program::end(&self.program, tree.program as usize, 0).is_some();
        check(self.trees.iter().all(walked), "programs of trees")
    }
}

fn rising(shelf: &Shelf) -> bool {
    (1..place(shelf.len())).all(|at| shelf.get(at - 1) < shelf.get(at))
}

fn compound_starts(words: &[u32]) -> Option<Vec<u32>> {
    let mut starts = Vec::new();
    let mut at = 0;
    while at < words.len() {
        starts.push(place(at));
        let (meant, out) = (*words.get(at)? as usize, *words.get(at + 1)? as usize);
        at = (at + 2).checked_add(meant)?.checked_add(out)?;
    }
    (at == words.len()).then_some(starts)
}

fn kind_code(kind: TestKind) -> u32 {
    let bit = |inclusion: Inclusion| u32::from(inclusion == Inclusion::Included);
    match kind {
        TestKind::Any => 0,
        TestKind::NotStated => 1,
        TestKind::Compound => 2,
        TestKind::Expression => 3,
        TestKind::Range { low, high } => RANGE + bit(low) * 2 + bit(high),
    }
}

fn kind_of(code: u32) -> Option<TestKind> {
    let inclusion = |bit: u32| if code & bit == 0 { Inclusion::Excluded } else { Inclusion::Included };
    Some(match code {
        0 => TestKind::Any,
        1 => TestKind::NotStated,
        2 => TestKind::Compound,
        3 => TestKind::Expression,
        RANGE..12 => TestKind::Range { low: inclusion(2), high: inclusion(1) },
        _ => return None,
    })
}

fn read_tests(from: &mut Reader<'_>) -> Result<Vec<Test>, DecodeError> {
    let kinds = from.read_u32s()?;
    let (lows, highs, qualifiers) = (from.read_u32s()?, from.read_u32s()?, from.read_u32s()?);
    let same = [lows.len(), highs.len(), qualifiers.len()].iter().all(|length| *length == kinds.len());
    check(same, "tests")?;
    let rows = kinds.into_iter().zip(lows).zip(highs.into_iter().zip(qualifiers));
    rows.map(|((kind, low), (high, qualifier))| {
        let kind = kind_of(kind).ok_or(DecodeError::Contradiction("kinds of tests"))?;
        Ok(Test { kind, low, high, qualifier })
    })
    .collect()
}

fn read_qualifiers(from: &mut Reader<'_>) -> Result<Vec<Qualifier>, DecodeError> {
    let texts = from.shelf("qualifiers")?;
    check(texts.len() % 9 == 0, "qualifiers")?;
    let one = |at: usize| Qualifier::from_texts(std::array::from_fn(|nth| texts.get(place(at * 9 + nth))));
    Ok((0..texts.len() / 9).map(one).collect())
}

fn read_trees(from: &mut Reader<'_>) -> Result<Vec<Tree>, DecodeError> {
    let references = from.read_u32s()?;
    let masks = from.read_u16s()?;
    let programs = from.read_u32s()?;
    check(masks.len() == references.len() * 5 && programs.len() == references.len(), "trees")?;
    let rows = references.into_iter().zip(masks.chunks_exact(5)).zip(programs);
    Ok(rows
        .map(|((reference, masks), program)| Tree {
            reference,
            full: masks[0],
            open: [masks[1], masks[2], masks[3]],
            platforms: masks[4],
            program,
        })
        .collect())
}
