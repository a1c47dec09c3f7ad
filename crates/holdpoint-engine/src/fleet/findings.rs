//! From what components pass to what configurations have: records at once, trees by counting their groups.
//!
//! A tree is touched only by a component that passes one of its leaves. Each touch sets the bit of its group; when all
//! have been set, the tree holds. The surprise: two bits for each group, one for "surely" and one for "perhaps",
//! are the whole three-valued logic of such a tree.

use super::answers::Answers;
use super::build::Fleet;
use crate::applicability::packed::place;
use crate::applicability::{Catalogue, Parts, Tree, Truth, written_names};
use std::ops::Range;

/// One finding: a record that speaks, or may speak, of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding(u32);

impl Finding {
    pub(super) fn new(record: u32, truth: Truth) -> Self {
        Self(record << 1 | u32::from(truth == Truth::Yes))
    }

    /// The record's number in the catalogue.
    #[must_use]
    pub const fn record(self) -> u32 {
        self.0 >> 1
    }

    /// Yes or unknown; a "no" is no finding.
    #[must_use]
    pub const fn truth(self) -> Truth {
        if self.0 & 1 == 1 { Truth::Yes } else { Truth::Unknown }
    }
}

/// The findings of following configurations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Part {
    starts: Vec<u32>,
    findings: Vec<Finding>,
}

/// The findings of all configurations of a fleet, each list sorted by record.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    parts: Vec<Part>,
    /// The first configuration of each part.
    firsts: Vec<u32>,
}

/// Most configurations of one part: growing one list for all would copy it again and again.
const PART: u32 = 1024;

impl Findings {
    /// All configurations.
    #[must_use]
    pub fn of(catalogue: &Catalogue, fleet: &Fleet, answers: &Answers) -> Self {
        Self::part(catalogue, fleet, answers, 0..place(fleet.configurations()))
    }

    /// A range of configurations, for a caller with threads.
    #[must_use]
    pub fn part(catalogue: &Catalogue, fleet: &Fleet, answers: &Answers, range: Range<u32>) -> Self {
        let mut made = Self::default();
        let mut board = Board::new(catalogue);
        let mut first = range.start;
        while first < range.end {
            let end = range.end.min(first.saturating_add(PART));
            let mut part = Part { starts: vec![0], findings: Vec::new() };
            for configuration in first..end {
                let components = fleet.components_of(configuration);
                let words = components.iter().map(|component| answers.words(*component));
                board.configuration(catalogue, words, fleet.listed(configuration), &mut part.findings);
                part.starts.push(place(part.findings.len()));
            }
            part.findings.shrink_to_fit();
            made.firsts.push(first);
            made.parts.push(part);
            first = end;
        }
        made
    }

    /// Parts of following ranges put together; the first begins with the first configuration.
    #[must_use]
    pub fn join(parts: Vec<Self>) -> Self {
        let mut made = Self::default();
        for part in parts {
            made.firsts.extend(part.firsts);
            made.parts.extend(part.parts);
        }
        made
    }

    /// The findings of a configuration, sorted by record.
    #[must_use]
    pub fn of_configuration(&self, configuration: u32) -> &[Finding] {
        let at = self.firsts.partition_point(|first| *first <= configuration).saturating_sub(1);
        let Some(part) = self.parts.get(at) else { return &[] };
        let within = (configuration - self.firsts[at]) as usize;
        match part.starts.get(within..within + 2) {
            Some(ends) => &part.findings[ends[0] as usize..ends[1] as usize],
            None => &[],
        }
    }

    /// The finding of one configuration for one record.
    #[must_use]
    pub fn find(&self, configuration: u32, record: u32) -> Option<Finding> {
        let list = self.of_configuration(configuration);
        list.binary_search_by_key(&record, |finding| finding.record()).ok().map(|at| list[at])
    }

    /// How many findings there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.parts.iter().map(|part| part.findings.len() as u64).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many pairs of asset and record the findings stand for.
    #[must_use]
    pub fn implied(&self, fleet: &Fleet) -> u64 {
        (0..place(fleet.configurations()))
            .map(|at| fleet.assets_of(at).len() as u64 * self.of_configuration(at).len() as u64)
            .sum()
    }

    /// The configurations that a record speaks of, rising, with the answer: only those are looked at that have a
    /// component which passes one of the record's tests.
    #[must_use]
    pub fn of_record(
        &self,
        catalogue: &Catalogue,
        fleet: &Fleet,
        answers: &Answers,
        record: u32,
    ) -> Vec<(u32, Truth)> {
        let mut near = Vec::new();
        let (mut last, mut items) = ("", Vec::new());
        for test in catalogue.tests_of(record) {
            let name = catalogue.product_of(*test);
            if last != name {
                last = name;
                items.clear();
                items.extend_from_slice(fleet.items_named(name));
                written_names(name).iter().for_each(|key| items.extend_from_slice(fleet.items_named(key)));
            }
            for item in &items {
                let words = answers.words(*item);
                let at = words.partition_point(|word| word >> 1 < *test);
                if words.get(at).is_some_and(|word| word >> 1 == *test) {
                    near.extend_from_slice(fleet.configurations_with(*item));
                }
            }
        }
        near.sort_unstable();
        near.dedup();
        near.into_iter()
            .filter_map(|configuration| {
                let finding = self.find(configuration, record)?;
                Some((configuration, finding.truth()))
            })
            .collect()
    }
}

/// Stands in [`Board::groups`] for a tree that is walked; groups never have all bits set.
const WALKED: u32 = u32::MAX;

/// Working memory for one configuration after another.
struct Board {
    sure: Vec<u64>,
    perhaps: Vec<u64>,
    /// For each tree the groups that are surely met (high half) and perhaps met (low half), or [`WALKED`].
    groups: Vec<u32>,
    touched: Vec<u32>,
    /// Leaves of trees that are walked.
    walked: Vec<(u32, u16, Truth)>,
    few: Vec<Finding>,
}

impl Board {
    fn new(catalogue: &Catalogue) -> Self {
        let words = catalogue.len().div_ceil(64);
        let groups = catalogue.trees().iter().map(|tree| if tree.full == 0 { WALKED } else { 0 });
        Self {
            sure: vec![0; words],
            perhaps: vec![0; words],
            groups: groups.collect(),
            touched: Vec::new(),
            walked: Vec::new(),
            few: Vec::new(),
        }
    }

    /// One configuration: the answers of its components in, its findings out.
    fn configuration<'a>(
        &mut self,
        catalogue: &Catalogue,
        components: impl Iterator<Item = &'a [u32]> + Clone,
        listed: Parts,
        into: &mut Vec<Finding>,
    ) {
        let passed = components.flatten();
        let volume: usize = passed.clone().map(|word| catalogue.targets(word >> 1).records.len()).sum();
        // Few findings are sorted, many are collected as bits and read off in order.
        let many = volume > self.sure.len() / 8;
        for word in passed {
            let truth = if word & 1 == 1 { Truth::Yes } else { Truth::Unknown };
            let targets = catalogue.targets(word >> 1);
            if many {
                let bits = if truth == Truth::Yes { &mut self.sure } else { &mut self.perhaps };
                for record in targets.records {
                    bits[(record >> 6) as usize] |= 1 << (record & 63);
                }
            } else {
                self.few.extend(targets.records.iter().map(|record| Finding::new(*record, truth)));
            }
            self.touch(targets.trees, targets.slots, truth);
        }
        self.settle(catalogue, listed);
        if many {
            self.read_off(into);
        } else {
            self.sort_out(into);
        }
    }

    fn touch(&mut self, trees: &[u32], slots: &[u16], truth: Truth) {
        let bits = if truth == Truth::Yes { 1 << 16 | 1 } else { 1 };
        for (tree, slot) in trees.iter().zip(slots) {
            let groups = &mut self.groups[*tree as usize];
            match *groups {
                WALKED => {
                    self.walked.push((*tree, *slot, truth));
                    continue;
                }
                0 => self.touched.push(*tree),
                _ => {}
            }
            *groups |= bits << slot;
        }
    }

    /// Decides the trees that were touched; their findings join the few.
    fn settle(&mut self, catalogue: &Catalogue, listed: Parts) {
        for at in self.touched.drain(..) {
            let groups = std::mem::take(&mut self.groups[at as usize]);
            let tree = &catalogue.trees()[at as usize];
            if let Some(truth) = counted(tree, groups, listed) {
                self.few.push(Finding::new(tree.reference, truth));
            }
        }
        if self.walked.is_empty() {
            return;
        }
        self.walked.sort_unstable();
        let mut answers = Vec::new();
        for leaves in self.walked.chunk_by(|a, b| a.0 == b.0) {
            strongest(leaves.iter().map(|(_, slot, truth)| (*slot, *truth)), &mut answers);
            let tree = &catalogue.trees()[leaves[0].0 as usize];
            let truth = catalogue.walk(tree, &answers, listed);
            if truth != Truth::No {
                self.few.push(Finding::new(tree.reference, truth));
            }
        }
        self.walked.clear();
    }

    fn sort_out(&mut self, into: &mut Vec<Finding>) {
        let from = into.len();
        self.few.sort_unstable();
        for finding in self.few.drain(..) {
            // "Yes" sorts after "unknown" of the same record, and is the one that stays.
            match into[from..].last_mut() {
                Some(last) if last.record() == finding.record() => *last = finding,
                Some(_) | None => into.push(finding),
            }
        }
    }

    fn read_off(&mut self, into: &mut Vec<Finding>) {
        for finding in self.few.drain(..) {
            let bits = if finding.truth() == Truth::Yes { &mut self.sure } else { &mut self.perhaps };
            bits[(finding.record() >> 6) as usize] |= 1 << (finding.record() & 63);
        }
        for (at, (sure, perhaps)) in self.sure.iter_mut().zip(&mut self.perhaps).enumerate() {
            let mut both = *sure | *perhaps;
            if both == 0 {
                continue;
            }
            let base = (at as u32) << 6;
            while both != 0 {
                let bit = both.trailing_zeros();
                into.push(Finding((base | bit) << 1 | (*sure >> bit & 1) as u32));
                both &= both - 1;
            }
            (*sure, *perhaps) = (0, 0);
        }
    }
}

/// The answer of a tree whose groups were counted; `None` is "no".
pub(super) fn counted(tree: &Tree, groups: u32, listed: Parts) -> Option<Truth> {
    let (sure, mut perhaps) = ((groups >> 16) as u16, groups as u16);
    if sure == tree.full {
        return Some(Truth::Yes);
    }
    for (part, open) in tree.open.iter().enumerate() {
        if listed.bits() & (1 << part) == 0 {
            perhaps |= open;
        }
    }
    (perhaps & tree.full == tree.full).then_some(Truth::Unknown)
}

/// Answers of leaves sorted by number, the strongest of each.
pub(super) fn strongest(leaves: impl Iterator<Item = (u16, Truth)>, into: &mut Vec<(u16, Truth)>) {
    into.clear();
    into.extend(leaves);
    into.sort_unstable_by_key(|(slot, truth)| (*slot, std::cmp::Reverse(*truth)));
    into.dedup_by_key(|(slot, _)| *slot);
}
