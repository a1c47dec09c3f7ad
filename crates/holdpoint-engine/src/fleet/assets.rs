//! A set of assets as runs of places in a fleet.

use roaring::RoaringBitmap;
use std::ops::Range;

/// Assets, as sorted runs of places that neither touch nor overlap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AssetSet {
    runs: Vec<Range<u32>>,
}

impl AssetSet {
    /// The union of runs in any order.
    #[must_use]
    pub fn from_runs(mut runs: Vec<Range<u32>>) -> Self {
        runs.retain(|run| !run.is_empty());
        runs.sort_unstable_by_key(|run| run.start);
        let mut set = Self { runs: Vec::with_capacity(runs.len()) };
        runs.into_iter().for_each(|run| set.push(run));
        set
    }

    /// Adds a run that starts no earlier than the last one did.
    pub(super) fn push(&mut self, run: Range<u32>) {
        if run.is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.end >= run.start => last.end = last.end.max(run.end),
            Some(_) | None => self.runs.push(run),
        }
    }

    /// How many assets.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.runs.iter().map(|run| u64::from(run.end - run.start)).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Whether the asset at a place is in the set.
    #[must_use]
    pub fn contains(&self, place: u32) -> bool {
        let after = self.runs.partition_point(|run| run.start <= place);
        after > 0 && self.runs[after - 1].contains(&place)
    }

    /// The runs, rising.
    #[must_use]
    pub fn runs(&self) -> &[Range<u32>] {
        &self.runs
    }

    /// All places, rising.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.runs.iter().flat_map(Range::clone)
    }

    /// The set without some places.
    #[must_use]
    pub fn without(&self, places: impl IntoIterator<Item = u32>) -> Self {
        let mut bits = self.to_bitmap();
        for place in places {
            bits.remove(place);
        }
        let mut set = Self::default();
        for place in bits {
            set.push(place..place + 1);
        }
        set
    }

    /// As a compressed bitmap, for unions and cuts with sets that are no runs.
    #[must_use]
    pub fn to_bitmap(&self) -> RoaringBitmap {
        let mut bits = RoaringBitmap::new();
        for run in &self.runs {
            bits.insert_range(run.clone());
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::AssetSet;

    #[test]
    fn runs_that_touch_become_one() {
        let set = AssetSet::from_runs(vec![5..7, 0..2, 2..3, 6..9, 4..4]);
        assert_eq!(set.runs(), [0..3, 5..9]);
        assert_eq!(set.len(), 7);
        assert!(set.contains(2) && !set.contains(3) && set.contains(8) && !set.contains(9));
        assert_eq!(set.without([1, 5, 40]).runs(), [0..1, 2..3, 6..9]);
        assert_eq!(set.iter().count(), 7);
    }
}
