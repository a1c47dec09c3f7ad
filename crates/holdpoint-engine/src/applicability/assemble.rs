//! From a builder's rows to the flat arrays of a catalogue: everything sorted and numbered anew.
//!
//! The result depends on what was pushed and hardly on the order: records, products, marks and tests are sorted by
//! what they say. Only trees and compound tests keep the order in which they came.

use super::catalogue::{Catalogue, NO_END, TREE, Test, TestKind};
use super::compile::{Builder, LeafRow, Mark, TestRow};
use super::packed::{Shelf, Texts, place, starts};
use super::versions::Order;
use super::written;
use holdpoint_domain::intelligence::Inclusion;
use holdpoint_versions::VersionKey;

/// Sorts a builder's rows.
pub(super) fn catalogue(builder: Builder) -> Catalogue {
    let (references, reference_ranks) = sorted_shelf(&builder.references);
    let (products, product_ranks) = sorted_shelf(&builder.products);
    let mut made = Catalogue { references, products, unnamed: builder.unnamed, ..Catalogue::default() };
    made.prints = vec![0; made.references.len()];
    for (old, print) in builder.prints.iter().enumerate() {
        made.prints[reference_ranks[old] as usize] = *print;
    }
    let mark_ranks = marks(&mut made, &builder.marks, &builder.texts, &product_ranks);
    let test_ranks = tests(&mut made, &builder.tests, &product_ranks, &mark_ranks);
    made.compounds = compounds(&builder.compounds, &test_ranks);
    made.trees = builder.trees;
    for tree in &mut made.trees {
        tree.reference = reference_ranks[tree.reference as usize];
    }
    leaves(&mut made, builder.leaves, &test_ranks, &reference_ranks);
    back(&mut made);
    keys(&mut made);
    made.texts = shelf(&builder.texts);
    made.qualifiers = builder.qualifiers;
    made.program = builder.program;
    made
}

fn shelf(texts: &Texts) -> Shelf {
    let mut shelf = Shelf::default();
    for at in 0..place(texts.len()) {
        shelf.push(texts.get(at));
    }
    shelf
}

/// The texts in their order, and the new number of each old one.
fn sorted_shelf(texts: &Texts) -> (Shelf, Vec<u32>) {
    let mut shelf = Shelf::default();
    let mut ranks = vec![0; texts.len()];
    for old in texts.sorted() {
        ranks[old as usize] = shelf.push(texts.get(old));
    }
    (shelf, ranks)
}

fn marks(made: &mut Catalogue, marks: &[Mark], texts: &Texts, product_ranks: &[u32]) -> Vec<u32> {
    let mut rows: Vec<(u32, u16, Option<VersionKey>, u32)> = Vec::with_capacity(marks.len());
    for (old, mark) in marks.iter().enumerate() {
        let order = Order::from_code(mark.order).expect("an order that a test named");
        let text = texts.get(mark.text);
        let key = if order.is_ordered(text) { order.scheme().encode(text).ok() } else { None };
        let code = u16::from(mark.order) << 1 | u16::from(key.is_none());
        rows.push((product_ranks[mark.product as usize], code, key, place(old)));
    }
    rows.sort_unstable();
    let mut ranks = vec![0; marks.len()];
    let mut sizes = vec![0; made.products.len()];
    for (rank, (product, code, key, old)) in rows.into_iter().enumerate() {
        ranks[old as usize] = place(rank);
        sizes[product as usize] += 1;
        made.mark_orders.push(code);
        made.mark_texts.push(marks[old as usize].text);
        made.mark_prefixes.push(key.map_or(0, |key| key.prefix()));
    }
    made.product_marks = starts(&sizes);
    ranks
}

/// What tests are sorted by: compounds come after everything that they are made of.
fn rank_of(test: &Test, old: u32) -> (u8, u32, u32, u32, u32) {
    let bit = |inclusion: Inclusion| u8::from(inclusion == Inclusion::Included);
    match test.kind {
        TestKind::Any => (0, 0, 0, test.qualifier, old),
        TestKind::NotStated => (1, 0, 0, test.qualifier, old),
        TestKind::Range { low, high } => {
            (2 + bit(low) * 2 + bit(high), test.low, test.high, test.qualifier, old)
        }
        TestKind::Expression => (6, test.low, 0, test.qualifier, old),
        TestKind::Compound => (7, old, 0, 0, old),
    }
}

fn tests(made: &mut Catalogue, rows: &[TestRow], product_ranks: &[u32], mark_ranks: &[u32]) -> Vec<u32> {
    let mark = |old: u32| if old == NO_END { NO_END } else { mark_ranks[old as usize] };
    let mut sorted: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(old, row)| {
            let mut test = row.test;
            if matches!(test.kind, TestKind::Range { .. }) {
                (test.low, test.high) = (mark(test.low), mark(test.high));
            }
            (product_ranks[row.product as usize], rank_of(&test, place(old)), test)
        })
        .collect();
    sorted.sort_unstable_by_key(|(product, rank, _)| (*product, *rank));
    let mut ranks = vec![0; rows.len()];
    let mut sizes = vec![0; made.products.len()];
    for (product, (.., old), test) in sorted {
        ranks[old as usize] = place(made.tests.len());
        sizes[product as usize] += 1;
        made.tests.push(test);
    }
    made.product_tests = starts(&sizes);
    ranks
}

fn compounds(words: &[u32], test_ranks: &[u32]) -> Vec<u32> {
    let mut renumbered = Vec::with_capacity(words.len());
    let mut rest = words;
    while let [meant, out, tail @ ..] = rest {
        let (tests, next) = tail.split_at((meant + out) as usize);
        renumbered.extend([*meant, *out]);
        renumbered.extend(tests.iter().map(|old| test_ranks[*old as usize]));
        rest = next;
    }
    renumbered
}

fn leaves(made: &mut Catalogue, rows: Vec<LeafRow>, test_ranks: &[u32], reference_ranks: &[u32]) {
    let mut records = vec![0; test_ranks.len()];
    let mut trees = vec![0; test_ranks.len()];
    for row in &rows {
        let sizes = if row.target & TREE == 0 { &mut records } else { &mut trees };
        sizes[test_ranks[row.test as usize] as usize] += 1;
    }
    made.test_records = starts(&records);
    made.test_trees = starts(&trees);
    made.leaf_records = vec![0; made.test_records.last().copied().unwrap_or(0) as usize];
    made.leaf_trees = vec![0; made.test_trees.last().copied().unwrap_or(0) as usize];
    made.leaf_slots = vec![0; made.leaf_trees.len()];
    let mut next_record = made.test_records.clone();
    let mut next_tree = made.test_trees.clone();
    for row in rows {
        let test = test_ranks[row.test as usize] as usize;
        if row.target & TREE == 0 {
            made.leaf_records[next_record[test] as usize] = reference_ranks[row.target as usize];
            next_record[test] += 1;
        } else {
            let at = next_tree[test] as usize;
            made.leaf_trees[at] = row.target & !TREE;
            made.leaf_slots[at] = row.slot;
            next_tree[test] += 1;
        }
    }
    for pair in made.test_records.windows(2) {
        made.leaf_records[pair[0] as usize..pair[1] as usize].sort_unstable();
    }
}

/// The keys of `written.rs`, each with its products.
fn keys(made: &mut Catalogue) {
    let mut pairs: Vec<(String, u32)> = Vec::new();
    for product in 0..place(made.products.len()) {
        let own = written::of_product(made.products.get(product));
        pairs.extend(own.into_iter().map(|key| (key, product)));
    }
    pairs.sort_unstable();
    pairs.dedup();
    let mut sizes: Vec<u32> = Vec::new();
    let mut last = None;
    for (key, product) in &pairs {
        if last != Some(key) {
            made.keys.push(key);
            sizes.push(0);
            last = Some(key);
        }
        *sizes.last_mut().expect("a key was just begun") += 1;
        made.key_products.push(*product);
    }
    made.key_starts = starts(&sizes);
}

/// The way back from records to tests.
fn back(made: &mut Catalogue) {
    let mut sizes = vec![0_u32; made.references.len()];
    each_pair(made, |record, _| sizes[record as usize] += 1);
    let starts = starts(&sizes);
    let mut next = starts.clone();
    let mut tests_of = vec![0; starts.last().copied().unwrap_or(0) as usize];
    each_pair(made, |record, test| {
        tests_of[next[record as usize] as usize] = test;
        next[record as usize] += 1;
    });
    (made.reference_tests, made.tests_of) = (starts, tests_of);
}

/// Each pair of record and test once, tests rising.
fn each_pair(made: &Catalogue, mut take: impl FnMut(u32, u32)) {
    let mut seen = vec![u32::MAX; made.references.len()];
    for test in 0..place(made.tests.len()) {
        let targets = made.targets(test);
        let of_trees = targets.trees.iter().map(|tree| made.trees[*tree as usize].reference);
        for record in targets.records.iter().copied().chain(of_trees) {
            if seen[record as usize] != test {
                seen[record as usize] = test;
                take(record, test);
            }
        }
    }
}
