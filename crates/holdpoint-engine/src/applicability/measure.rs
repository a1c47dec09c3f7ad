//! One version against every test of its product at once.
//!
//! A [`Scale`] first finds the place of the version among the product's marks, then reads every test off that. Where
//! the keys decide, the place is one binary search; other marks are compared one by one. The surprise: nothing
//! here decides what a comparison means, that is [`super::versions`], which the explanation uses too.

use super::catalogue::{Catalogue, NO_END, Test, TestKind};
use super::item::Item;
use super::qualifier::Qualifier;
use super::truth::Truth;
use super::versions::{Order, Position, Side, expression, inside, unread};
use holdpoint_domain::intelligence::Inclusion;
use holdpoint_versions::{Version, VersionKey};

/// Working memory for placing versions; one for each thread, used again and again.
#[derive(Default)]
pub(crate) struct Scale {
    positions: Vec<Position>,
    truths: Vec<Truth>,
    /// Answers on qualifiers of the component at hand.
    qualifiers: Vec<(usize, Truth)>,
    /// Marks that keys do not order, read once for all components of a product.
    read: Vec<Option<Version>>,
    read_for: Option<usize>,
}

impl Scale {
    /// Places a version of a product; afterwards [`Scale::truths`] has an answer for each of its tests.
    pub(super) fn place(&mut self, catalogue: &Catalogue, product: usize, version: Option<&str>) {
        let marks = catalogue.product_marks[product] as usize..catalogue.product_marks[product + 1] as usize;
        let first = marks.start;
        self.positions.clear();
        if let Some(version) = version {
            self.positions.resize(marks.len(), Position::Doubt);
            let mut at = marks.start;
            while at < marks.end {
                let code = catalogue.mark_orders[at];
                let same = catalogue.mark_orders[at..marks.end].partition_point(|other| *other == code);
                self.place_block(catalogue, product, first, at..at + same, version);
                at += same;
            }
        }
        let tests = catalogue.product_tests[product] as usize..catalogue.product_tests[product + 1] as usize;
        self.truths.clear();
        for test in &catalogue.tests[tests.clone()] {
            let truth = self.test(catalogue, test, first, tests.start, version);
            self.truths.push(truth);
        }
    }

    /// Marks of one order, either all ordered by their keys or none of them.
    fn place_block(
        &mut self,
        catalogue: &Catalogue,
        product: usize,
        first: usize,
        block: std::ops::Range<usize>,
        text: &str,
    ) {
        let code = catalogue.mark_orders[block.start];
        let order = Order::from_code((code >> 1) as u8).expect("checked when the catalogue was made");
        let ordered = code & 1 == 0;
        let version = order.read(text);
        let slots = block.start - first..block.end - first;
        if let (true, Some(version)) = (ordered && order.is_ordered(text) && !order.is_name(text), &version) {
            let below = search(catalogue, order, &block, version.key(), Edge::Before);
            let upto = search(catalogue, order, &block, version.key(), Edge::After);
            let positions = &mut self.positions[slots];
            positions[..below].fill(Position::Above);
            positions[below..upto].fill(Position::Equal);
            positions[upto..].fill(Position::Below);
            // Marks that name no build stand right below those that do.
            for stem in version.unbuilt().filter_map(|stem| order.scheme().encode(stem).ok()) {
                let from = search(catalogue, order, &block, &stem, Edge::Before);
                let end = search(catalogue, order, &block, &stem, Edge::After).min(below);
                for (at, position) in positions.iter_mut().enumerate().take(end).skip(from) {
                    let mark = order.read(catalogue.texts.get(catalogue.mark_texts[block.start + at]));
                    if mark.is_some_and(|mark| version.is_build_of(&mark)) {
                        *position = Position::Fix;
                    }
                }
            }
            if below > 0 && order.may_go_on(text) {
                stems(catalogue, order, &block, text, &mut positions[..below]);
            }
            return;
        }
        if self.read_for != Some(product) {
            self.read.clear();
            self.read_for = Some(product);
        }
        for at in slots {
            let mark = catalogue.texts.get(catalogue.mark_texts[first + at]);
            if self.read.len() <= at {
                self.read.resize(at + 1, None);
            }
            if self.read[at].is_none() {
                self.read[at] = order.read(mark);
            }
            self.positions[at] = match (order.counted_twice(text, mark), &version, &self.read[at]) {
                (Some(position), ..) => position,
                (None, Some(version), Some(mark)) => order.stands(version, mark),
                (None, ..) => unread(text, mark),
            };
        }
    }

    fn test(
        &self,
        catalogue: &Catalogue,
        test: &Test,
        first: usize,
        first_test: usize,
        version: Option<&str>,
    ) -> Truth {
        match test.kind {
            TestKind::Any => Truth::Yes,
            TestKind::NotStated => Truth::Unknown,
            TestKind::Range { low, high } => {
                let low = self.side(test.low, first, Side::Low, low);
                low.min(self.side(test.high, first, Side::High, high))
            }
            TestKind::Compound => {
                let at = test.low as usize;
                let (meant, out) = (catalogue.compounds[at] as usize, catalogue.compounds[at + 1] as usize);
                let truth = |test: &u32| self.truths[*test as usize - first_test];
                let best = |tests: &[u32]| tests.iter().map(truth).max().unwrap_or(Truth::No);
                let meant = &catalogue.compounds[at + 2..][..meant + out].split_at(meant);
                best(meant.0).min(best(meant.1).negated())
            }
            TestKind::Expression => {
                let mut words = catalogue.texts.get(test.low).splitn(3, '\u{1f}');
                let (vendor, product, text) = (words.next(), words.next(), words.next());
                expression(
                    vendor.unwrap_or_default(),
                    product.unwrap_or_default(),
                    text.unwrap_or_default(),
                    version,
                )
            }
        }
    }

    fn side(&self, mark: u32, first: usize, side: Side, inclusion: Inclusion) -> Truth {
        if mark == NO_END {
            return Truth::Yes;
        }
        // No positions: the inventory gives no version.
        self.positions.get(mark as usize - first).map_or(Truth::Unknown, |at| inside(*at, side, inclusion))
    }

    pub(super) fn truths(&self) -> &[Truth] {
        &self.truths
    }

    /// The answer on a qualifier, asked once for each component.
    pub(super) fn qualified(&mut self, number: usize, qualifier: &Qualifier, item: &Item) -> Truth {
        if let Some((_, truth)) = self.qualifiers.iter().find(|(known, _)| *known == number) {
            return *truth;
        }
        let (truth, _) = qualifier.judge(item);
        self.qualifiers.push((number, truth));
        truth
    }

    /// Before another catalogue is asked.
    pub(crate) fn forget_product(&mut self) {
        self.read_for = None;
    }

    pub(super) fn forget_item(&mut self) {
        self.qualifiers.clear();
    }
}

/// Finds the marks that a version of plain numbers goes on from, among those below it: they equal one of its beginnings.
fn stems(
    catalogue: &Catalogue,
    order: Order,
    block: &std::ops::Range<usize>,
    text: &str,
    below: &mut [Position],
) {
    for (dot, _) in text.match_indices('.') {
        let Ok(stem) = order.scheme().encode(&text[..dot]) else { continue };
        let from = search(catalogue, order, block, &stem, Edge::Before);
        let upto = search(catalogue, order, block, &stem, Edge::After).min(below.len());
        for (at, position) in below.iter_mut().enumerate().take(upto).skip(from) {
            // `1.0` has the key of `1`, and `1.2` goes on from one of them only.
            let mark = catalogue.texts.get(catalogue.mark_texts[block.start + at]);
            if order.goes_on(mark, text) {
                *position = Position::Fix;
            }
        }
    }
}

/// Which end of a run of equal marks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Before,
    After,
}

/// How many marks of the block lie below the key, or below and at it.
fn search(
    catalogue: &Catalogue,
    order: Order,
    block: &std::ops::Range<usize>,
    key: &VersionKey,
    edge: Edge,
) -> usize {
    let prefix = key.prefix();
    let prefixes = &catalogue.mark_prefixes[block.clone()];
    let start = prefixes.partition_point(|other| *other < prefix);
    let end = start + prefixes[start..].partition_point(|other| *other == prefix);
    // Equal beginnings say nothing: the marks in between are compared by their whole keys.
    let at_or_below = |at: usize| {
        let mark = order.scheme().encode(catalogue.texts.get(catalogue.mark_texts[block.start + at]));
        let order = mark.map_or(std::cmp::Ordering::Less, |mark| mark.cmp(key));
        order == std::cmp::Ordering::Less || (edge == Edge::After && order == std::cmp::Ordering::Equal)
    };
    let mut range = start..end;
    while !range.is_empty() {
        let middle = range.start.midpoint(range.end);
        if at_or_below(middle) {
            range.start = middle + 1;
        } else {
            range.end = middle;
        }
    }
    range.start
}
