//! The fewest patches that close the most: which to take first, and how far from the best that can be.
//!
//! Patches are taken one after the other, each time the one that closes most of what is still open, by name where two close
//! as much. The surprise: finding the true minimum takes too long for any computer, so a lower bound stands beside the
//! answer: no choice whatever closes all of it with fewer.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A patch and what it closes, as numbers of findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its name.
    pub name: String,
    /// What it closes, each number below the count of findings.
    pub closes: Vec<u32>,
}

/// A patch that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// Its place among the candidates.
    pub candidate: usize,
    /// What it closes that nothing before it closed.
    pub closes: usize,
    /// What is closed with it in all.
    pub closed: usize,
}

/// What to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// The patches in the order in which they close most.
    pub picks: Vec<Pick>,
    /// How many findings some candidate closes.
    pub closable: usize,
    /// How many no candidate closes.
    pub not_closable: usize,
    /// No choice closes all that can be closed with fewer patches than this.
    pub lower_bound: usize,
}

/// A candidate in the heap: what it closed when it was looked at last.
#[derive(PartialEq, Eq)]
struct Waiting<'c> {
    gain: usize,
    name: &'c str,
    candidate: usize,
}

impl Ord for Waiting<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        // The greatest comes first: most closed, then the first name.
        self.gain
            .cmp(&other.gain)
            .then_with(|| other.name.cmp(self.name))
            .then_with(|| other.candidate.cmp(&self.candidate))
    }
}

impl PartialOrd for Waiting<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Chooses among candidates until nothing more can be closed. Numbers of no finding are passed over.
#[must_use]
pub fn cover(candidates: &[Candidate], n_findings: usize) -> Cover {
    let sets: Vec<Vec<u32>> =
        candidates.iter().map(|candidate| clean(&candidate.closes, n_findings)).collect();
    let mut is_closed = vec![false; n_findings];
    let mut heap: BinaryHeap<Waiting<'_>> = BinaryHeap::new();
    for (candidate, set) in sets.iter().enumerate().filter(|(_, set)| !set.is_empty()) {
        heap.push(Waiting { gain: set.len(), name: &candidates[candidate].name, candidate });
    }
    let (mut picks, mut closed) = (Vec::new(), 0);
    while let Some(mut top) = heap.pop() {
        let gain = sets[top.candidate].iter().filter(|finding| !is_closed[**finding as usize]).count();
        if gain == 0 {
            continue;
        }
        if gain < top.gain {
            // Gains only shrink, so what still leads after a new look is the best.
            top.gain = gain;
            heap.push(top);
            continue;
        }
        for finding in &sets[top.candidate] {
            is_closed[*finding as usize] = true;
        }
        closed += gain;
        picks.push(Pick { candidate: top.candidate, closes: gain, closed });
    }
    let lower_bound = lower_bound(&sets, n_findings, closed, picks.len());
    Cover { picks, closable: closed, not_closable: n_findings - closed, lower_bound }
}

fn clean(closes: &[u32], n_findings: usize) -> Vec<u32> {
    let mut set: Vec<u32> = closes.iter().copied().filter(|one| (*one as usize) < n_findings).collect();
    set.sort_unstable();
    set.dedup();
    set
}

/// The best of three bounds: by size, by findings that share no patch, and by what choosing greedily can lose at most.
fn lower_bound(sets: &[Vec<u32>], n_findings: usize, closable: usize, taken: usize) -> usize {
    if closable == 0 {
        return 0;
    }
    let mut sizes: Vec<usize> = sets.iter().map(Vec::len).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let mut reached = 0;
    let by_size = sizes.iter().take_while(|size| {
        let goes_on = reached < closable;
        reached += **size;
        goes_on
    });
    let by_size = by_size.count();
    let by_sharing = unshared(sets, n_findings);
    // Choosing greedily takes at most H(d) times the fewest, where d is the largest set.
    let harmonic: f64 = (1..=sizes[0]).map(|n| 1.0 / n as f64).sum();
    let by_greed = (taken as f64 / harmonic - 1e-9).ceil().max(1.0) as usize;
    by_size.max(by_sharing).max(by_greed)
}

/// Findings of which no two are closed by one patch: each needs a patch of its own. Those with the fewest patches first.
fn unshared(sets: &[Vec<u32>], n_findings: usize) -> usize {
    let mut patches_of: Vec<Vec<u32>> = vec![Vec::new(); n_findings];
    for (candidate, set) in sets.iter().enumerate() {
        for finding in set {
            patches_of[*finding as usize].push(u32::try_from(candidate).unwrap_or(u32::MAX));
        }
    }
    let mut order: Vec<usize> = (0..n_findings).filter(|finding| !patches_of[*finding].is_empty()).collect();
    let weight = |finding: &usize| -> usize {
        patches_of[*finding].iter().map(|candidate| sets[*candidate as usize].len()).sum()
    };
    order.sort_by_cached_key(|finding| (weight(finding), *finding));
    let mut is_used = vec![false; sets.len()];
    let mut n_apart = 0;
    for finding in order {
        let patches = &patches_of[finding];
        if patches.iter().all(|candidate| !is_used[*candidate as usize]) {
            n_apart += 1;
            patches.iter().for_each(|candidate| is_used[*candidate as usize] = true);
        }
    }
    n_apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(sets: &[&[u32]]) -> Vec<Candidate> {
        let name = |place: usize| format!("P{place}");
        sets.iter()
            .enumerate()
            .map(|(place, set)| Candidate { name: name(place), closes: set.to_vec() })
            .collect()
    }

    #[test]
    fn the_patch_that_closes_most_comes_first_and_names_settle_ties() {
        let found = cover(&of(&[&[0, 1], &[2, 3], &[0, 1, 2, 9], &[4]]), 6);
        let picks: Vec<(usize, usize, usize)> =
            found.picks.iter().map(|pick| (pick.candidate, pick.closes, pick.closed)).collect();
        assert_eq!(picks, [(2, 3, 3), (1, 1, 4), (3, 1, 5)]);
        assert_eq!((found.closable, found.not_closable, found.lower_bound), (5, 1, 3));
        assert_eq!(cover(&[], 3), Cover { picks: vec![], closable: 0, not_closable: 3, lower_bound: 0 });
    }

    /// The true minimum, by trying everything.
    fn fewest(sets: &[Vec<u32>], closable: usize) -> usize {
        (0_u32..1 << sets.len())
            .filter(|choice| {
                let mut all: Vec<u32> = (0..sets.len())
                    .filter(|place| choice >> place & 1 == 1)
                    .flat_map(|place| sets[place].clone())
                    .collect();
                all.sort_unstable();
                all.dedup();
                all.len() == closable
            })
            .map(u32::count_ones)
            .min()
            .unwrap_or(0) as usize
    }

    proptest! {
        #[test]
        fn the_bound_never_passes_the_true_minimum(
            sets in proptest::collection::vec(proptest::collection::vec(0_u32..12, 0..6), 0..9),
        ) {
            let candidates: Vec<Candidate> = sets
                .iter()
                .enumerate()
                .map(|(place, set)| Candidate { name: format!("P{place}"), closes: set.clone() })
                .collect();
            let found = cover(&candidates, 12);
            let clean: Vec<Vec<u32>> = sets.iter().map(|set| super::clean(set, 12)).collect();
            let best = fewest(&clean, found.closable);
            prop_assert!(found.lower_bound <= best, "bound {} best {best}", found.lower_bound);
            prop_assert!(best <= found.picks.len());
            prop_assert_eq!(found.picks.iter().map(|pick| pick.closes).sum::<usize>(), found.closable);
            prop_assert_eq!(&found, &cover(&candidates, 12));
        }
    }
}
