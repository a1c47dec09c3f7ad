//! The other direction: new records in, the configurations they speak of out, without touching anything else.
//!
//! The records that are new or changed are put into a small catalogue of their own. Its products name the components
//! to look at, its tests say which of them pass, and only those components' configurations are visited. The surprise:
//! a tree is not looked at before one of its vulnerable products is found, because platforms are everywhere.

use super::build::Fleet;
use super::findings::{counted, strongest};
use crate::applicability::{Catalogue, Item, Scale, Truth};
use hashbrown::HashMap;

/// Working memory for asking a fleet about new records, used again and again.
pub struct Percolator {
    /// For each configuration the answer so far.
    truths: Vec<Truth>,
    /// For each configuration the groups of the tree at hand.
    groups: Vec<u32>,
    /// The configurations that have an answer.
    touched: List,
    /// The configurations that have a group of the tree at hand.
    grown: List,
    scale: Scale,
}

/// Configurations in the order of their arrival, in room for all: whether one is kept is a sum and no branch, which the
/// processor would guess wrong every third time.
struct List {
    room: Vec<u32>,
    len: usize,
}

impl List {
    fn new(count: usize) -> Self {
        Self { room: vec![0; count + 1], len: 0 }
    }

    /// Keeps the configuration when it is new; nobody says twice that it is.
    #[inline]
    fn note(&mut self, configuration: u32, new: bool) {
        self.room[self.len] = configuration;
        self.len += usize::from(new);
    }

    fn noted(&mut self) -> &mut [u32] {
        &mut self.room[..self.len]
    }
}

/// From one of so many configurations on, looking at all of them is quicker than sorting those that have an answer.
const SORTED_BELOW: usize = 64;

/// How many answers are looked at together.
const LOOK: usize = 32;

/// A component that passes a test.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    test: u32,
    component: u32,
    truth: Truth,
}

impl Percolator {
    /// For one fleet.
    #[must_use]
    pub fn new(fleet: &Fleet) -> Self {
        let count = fleet.configurations();
        Self {
            truths: vec![Truth::No; count],
            groups: vec![0; count],
            touched: List::new(count),
            grown: List::new(count),
            scale: Scale::default(),
        }
    }

    /// The configurations that each record of a small catalogue speaks of, rising, with the answer.
    ///
    /// The answers are those of [`super::Findings`]; the catalogue may be of any size, but every test of every product
    /// that the fleet has is asked, so the full catalogue is better asked by [`super::Findings::of_record`].
    #[must_use]
    pub fn affected(&mut self, catalogue: &Catalogue, fleet: &Fleet) -> Vec<Vec<(u32, Truth)>> {
        let hits = self.hits(catalogue, fleet);
        let mut trees: HashMap<u32, Vec<(u16, Hit)>, foldhash::fast::FixedState> = HashMap::default();
        let mut found = vec![Vec::new(); catalogue.len()];
        let mut records: Vec<(u32, Hit)> = Vec::new();
        for hit in &hits {
            let targets = catalogue.targets(hit.test);
            records.extend(targets.records.iter().map(|record| (*record, *hit)));
            for (tree, slot) in targets.trees.iter().zip(targets.slots) {
                trees.entry(*tree).or_default().push((*slot, *hit));
            }
        }
        records.sort_unstable();
        let mut trees: Vec<(u32, Vec<(u16, Hit)>)> = trees.into_iter().collect();
        trees.sort_unstable_by_key(|(tree, _)| (catalogue.trees()[*tree as usize].reference, *tree));
        let (mut direct, mut grown) = (records.as_slice(), trees.as_slice());
        for record in 0..catalogue.len() as u32 {
            let here = direct.partition_point(|(other, _)| *other <= record);
            for (_, hit) in &direct[..here] {
                for configuration in fleet.configurations_with(hit.component) {
                    self.raise(*configuration, hit.truth);
                }
            }
            direct = &direct[here..];
            let of_record = |tree: u32| catalogue.trees()[tree as usize].reference <= record;
            let here = grown.partition_point(|(tree, _)| of_record(*tree));
            for (tree, leaves) in &grown[..here] {
                self.tree(catalogue, fleet, *tree, leaves);
            }
            grown = &grown[here..];
            found[record as usize] = self.take();
        }
        found
    }

    fn hits(&mut self, catalogue: &Catalogue, fleet: &Fleet) -> Vec<Hit> {
        let mut near: Vec<u32> =
            catalogue.product_names().flat_map(|name| fleet.items_named(name)).copied().collect();
        near.sort_unstable();
        near.dedup();
        let mut hits = Vec::new();
        let mut passed = Vec::new();
        for component in near {
            passed.clear();
            let item: &Item = fleet.item(component);
            catalogue.passed_into(item, &mut self.scale, &mut passed);
            hits.extend(passed.iter().map(|passed| Hit {
                test: passed.test,
                component,
                truth: passed.truth,
            }));
        }
        self.scale.forget_product();
        hits
    }

    #[inline]
    fn raise(&mut self, configuration: u32, truth: Truth) {
        let known = &mut self.truths[configuration as usize];
        self.touched.note(configuration, *known == Truth::No && truth != Truth::No);
        *known = (*known).max(truth);
    }

    /// The configurations with an answer, rising, and the answers; forgets them.
    fn take(&mut self) -> Vec<(u32, Truth)> {
        let touched = self.touched.noted();
        let mut taken = Vec::with_capacity(touched.len());
        if touched.len() < self.truths.len() / SORTED_BELOW {
            touched.sort_unstable();
            for at in touched {
                let truth = std::mem::replace(&mut self.truths[*at as usize], Truth::No);
                taken.push((*at, truth));
            }
        } else {
            for (place, truths) in self.truths.chunks_mut(LOOK).enumerate() {
                if truths.iter().fold(false, |any, truth| any | (*truth != Truth::No)) {
                    let first = (place * LOOK) as u32;
                    let answers = (first..).zip(truths.iter().copied());
                    taken.extend(answers.filter(|(_, truth)| *truth != Truth::No));
                    truths.fill(Truth::No);
                }
            }
        }
        self.touched.len = 0;
        taken
    }

    fn tree(&mut self, catalogue: &Catalogue, fleet: &Fleet, number: u32, leaves: &[(u16, Hit)]) {
        let tree = &catalogue.trees()[number as usize];
        if tree.full == 0 {
            self.walked(catalogue, fleet, number, leaves);
            return;
        }
        // Groups of platforms are those that can be open; the others are of vulnerable products.
        let platforms = tree.platforms;
        let (grounds, vulnerable): (Vec<_>, Vec<_>) =
            leaves.iter().copied().partition(|(slot, _)| platforms & (1 << slot) != 0);
        for (slot, hit) in vulnerable {
            let bits = bits(slot, hit.truth);
            for configuration in fleet.configurations_with(hit.component) {
                let groups = &mut self.groups[*configuration as usize];
                self.grown.note(*configuration, *groups == 0);
                *groups |= bits;
            }
        }
        if self.grown.len == 0 {
            return;
        }
        for (slot, hit) in grounds {
            let bits = bits(slot, hit.truth);
            for configuration in fleet.configurations_with(hit.component) {
                let groups = &mut self.groups[*configuration as usize];
                // All bits where a group is there already, none elsewhere.
                *groups |= bits & u32::from(*groups != 0).wrapping_neg();
            }
        }
        for at in 0..std::mem::take(&mut self.grown.len) {
            let configuration = self.grown.room[at];
            let groups = std::mem::take(&mut self.groups[configuration as usize]);
            if let Some(truth) = counted(tree, groups, fleet.listed(configuration)) {
                self.raise(configuration, truth);
            }
        }
    }

    fn walked(&mut self, catalogue: &Catalogue, fleet: &Fleet, number: u32, leaves: &[(u16, Hit)]) {
        let mut rows: Vec<(u32, u16, Truth)> = Vec::new();
        for (slot, hit) in leaves {
            let configurations = fleet.configurations_with(hit.component);
            rows.extend(configurations.iter().map(|configuration| (*configuration, *slot, hit.truth)));
        }
        rows.sort_unstable();
        let tree = &catalogue.trees()[number as usize];
        let mut answers = Vec::new();
        for rows in rows.chunk_by(|a, b| a.0 == b.0) {
            strongest(rows.iter().map(|(_, slot, truth)| (*slot, *truth)), &mut answers);
            let truth = catalogue.walk(tree, &answers, fleet.listed(rows[0].0));
            if truth != Truth::No {
                self.raise(rows[0].0, truth);
            }
        }
    }
}

fn bits(slot: u16, truth: Truth) -> u32 {
    (if truth == Truth::Yes { 1 << 16 | 1 } else { 1 }) << slot
}
