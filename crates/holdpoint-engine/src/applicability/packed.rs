//! Texts kept once each, in one block of bytes: the building block of the catalogue and of the fleet.
//!
//! Not here: what the texts mean. The surprise: the numbers are given in the order in which texts first arrive;
//! whoever needs the order of the texts sorts them with [`Texts::sorted`].

use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Texts by number, without a way back from text to number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shelf {
    bytes: String,
    /// Where each text ends.
    ends: Vec<u32>,
}

impl Shelf {
    /// The text with that number; empty for a number that was never given.
    pub(crate) fn get(&self, at: u32) -> &str {
        let at = at as usize;
        let start = if at == 0 { 0 } else { self.ends.get(at - 1).copied().unwrap_or(0) };
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.bytes.get(start as usize..end as usize).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn push(&mut self, text: &str) -> u32 {
        let number = place(self.ends.len());
        self.bytes.push_str(text);
        self.ends.push(place(self.bytes.len()));
        number
    }

    /// The bytes and the ends, for writing down.
    pub(crate) fn parts(&self) -> (&str, &[u32]) {
        (&self.bytes, &self.ends)
    }

    /// Puts together what [`Shelf::parts`] gave; `None` when the ends do not fit the bytes.
    pub(crate) fn from_parts(bytes: String, ends: Vec<u32>) -> Option<Self> {
        let rising = ends.windows(2).all(|pair| pair[0] <= pair[1]);
        let whole = ends.last().copied().unwrap_or(0) as usize == bytes.len();
        let cut = ends.iter().all(|end| bytes.is_char_boundary(*end as usize));
        (rising && whole && cut).then_some(Self { bytes, ends })
    }
}

/// Texts by number and numbers by text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    shelf: Shelf,
    table: HashTable<u32>,
}

/// The hash of the tables of this folder; never written down, so another version of it changes nothing.
pub(crate) fn hash_of<T: std::hash::Hash + ?Sized>(value: &T) -> u64 {
    foldhash::fast::FixedState::with_seed(0x0068_7061_7070_6c69).hash_one(value)
}

impl Texts {
    /// The number of a text, a new one when it is new.
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        let hash = hash_of(text);
        if let Some(at) = self.table.find(hash, |at| self.shelf.get(*at) == text) {
            return *at;
        }
        let number = self.shelf.push(text);
        self.table.insert_unique(hash, number, |at| hash_of(self.shelf.get(*at)));
        number
    }

    pub(crate) fn get(&self, at: u32) -> &str {
        self.shelf.get(at)
    }

    pub(crate) fn len(&self) -> usize {
        self.shelf.len()
    }

    /// The numbers in the order of their texts.
    pub(crate) fn sorted(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..place(self.shelf.len())).collect();
        order.sort_unstable_by(|a, b| self.shelf.get(*a).cmp(self.shelf.get(*b)));
        order
    }
}

/// A place in an array as it is kept.
pub(crate) fn place(at: usize) -> u32 {
    u32::try_from(at).expect("an index holds fewer than four thousand million rows")
}

/// Starts of groups out of their sizes: `[2, 0, 3]` gives `[0, 2, 2, 5]`.
pub(crate) fn starts(sizes: &[u32]) -> Vec<u32> {
    let mut starts = Vec::with_capacity(sizes.len() + 1);
    let mut sum = 0_u32;
    starts.push(0);
    for size in sizes {
        sum = sum.checked_add(*size).expect("an index holds fewer than four thousand million rows");
        starts.push(sum);
    }
    starts
}

/// The members of one group.
pub(crate) fn group<'a, T>(starts: &[u32], values: &'a [T], at: usize) -> &'a [T] {
    &values[starts[at] as usize..starts[at + 1] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number_and_comes_back_by_it() {
        let mut texts = Texts::default();
        let numbers: Vec<u32> = ["b", "", "a", "b", ""].iter().map(|text| texts.number(text)).collect();
        assert_eq!(numbers, [0, 1, 2, 0, 1]);
        assert_eq!((texts.get(0), texts.get(1), texts.get(2), texts.get(9)), ("b", "", "a", ""));
        assert_eq!(texts.sorted(), [1, 2, 0]);
    }

    #[test]
    fn ends_that_do_not_fit_are_refused() {
        assert!(Shelf::from_parts("abc".into(), vec![1, 3]).is_some());
        assert!(Shelf::from_parts("abc".into(), vec![1, 2]).is_none());
        assert!(Shelf::from_parts("abc".into(), vec![2, 1, 3]).is_none());
        assert!(Shelf::from_parts("ü".into(), vec![1, 2]).is_none());
    }
}
