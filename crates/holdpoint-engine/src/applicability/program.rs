//! Trees that are not simply "one of each of these groups", as words in one array.
//!
//! A word says what a node is and how many children follow; leaves carry their number within the tree. Such trees
//! are rare (a negation, platforms and products mixed in one group), so they are walked. The surprise: a walk
//! returns two answers, because a tree that holds without a vulnerable product raises nothing.

use super::item::Parts;
use super::names::Reading;
use super::truth::Truth;
use holdpoint_domain::intelligence::{Condition, Role};

/// Deepest tree that is taken.
pub(super) const MAX_DEPTH: usize = 32;
/// Most leaves of one tree.
pub(super) const MAX_LEAVES: usize = 60_000;

const ALL: u32 = 0;
const ANY: u32 = 1;
const NOT: u32 = 2;
const LEAF: u32 = 3;
const SHIFT: u32 = 28;
const ARGUMENT: u32 = (1 << SHIFT) - 1;
const PLATFORM: u32 = 1 << 16;

/// Writes a tree down; `leaf` is called for each leaf in order and gives its subject's reading.
pub(super) fn write<'a>(node: &'a Condition, into: &mut Vec<u32>, leaves: &mut Vec<&'a Condition>) {
    match node {
        Condition::All(children) | Condition::Any(children) => {
            let kind = if matches!(node, Condition::All(_)) { ALL } else { ANY };
            into.push(kind << SHIFT | super::packed::place(children.len()) & ARGUMENT);
            children.iter().for_each(|child| write(child, into, leaves));
        }
        Condition::Not(child) => {
            into.push(NOT << SHIFT);
            write(child, into, leaves);
        }
        Condition::Is(criterion) => {
            let role = if criterion.role == Role::Platform { PLATFORM } else { 0 };
            let part = u32::from(Reading::of(&criterion.subject).part().bits()) << 17;
            into.push(LEAF << SHIFT | part | role | super::packed::place(leaves.len()));
            leaves.push(node);
        }
    }
}

/// How deep a tree is, and how many leaves it has.
pub(super) fn size(node: &Condition, depth: usize) -> (usize, usize) {
    if depth > MAX_DEPTH {
        return (depth, 0);
    }
    match node {
        Condition::All(children) | Condition::Any(children) => children
            .iter()
            .map(|child| size(child, depth + 1))
            .fold((depth, 0), |(deep, sum), (below, leaves)| (deep.max(below), sum + leaves)),
        Condition::Not(child) => size(child, depth + 1),
        Condition::Is(_) => (depth, 1),
    }
}

/// A tree at work: its leaves' answers, sorted by number, without the plain noes.
pub(super) struct Walk<'a> {
    pub(super) program: &'a [u32],
    pub(super) answers: &'a [(u16, Truth)],
    pub(super) listed: Parts,
    at: usize,
    raised: Truth,
}

impl<'a> Walk<'a> {
    pub(super) fn new(program: &'a [u32], answers: &'a [(u16, Truth)], listed: Parts) -> Self {
        Self { program, answers, listed, at: 0, raised: Truth::No }
    }

    /// The answer of the tree.
    pub(super) fn truth(mut self) -> Truth {
        let value = self.node(false);
        if self.raised == Truth::No { Truth::No } else { value }
    }

    fn node(&mut self, negated: bool) -> Truth {
        // Written and checked by this program; a word that is not there is a "no" without an end.
        let word = self.program.get(self.at).copied().unwrap_or(ANY << SHIFT);
        self.at += 1;
        let argument = word & ARGUMENT;
        match word >> SHIFT {
            ALL => (0..argument).fold(Truth::Yes, |value, _| value.min(self.node(negated))),
            NOT => self.node(!negated).negated(),
            LEAF => self.leaf(argument, negated),
            _ => (0..argument).fold(Truth::No, |value, _| value.max(self.node(negated))),
        }
    }

    fn leaf(&mut self, argument: u32, negated: bool) -> Truth {
        let number = argument as u16;
        let known = self.answers.binary_search_by_key(&number, |(leaf, _)| *leaf);
        let truth = known.map_or(Truth::No, |at| self.answers[at].1);
        if argument & PLATFORM == 0 {
            if !negated {
                self.raised = self.raised.max(truth);
            }
            return truth;
        }
        let part = Parts::from_bits((argument >> 17) as u8);
        if truth == Truth::No && self.listed.lack(part) { Truth::Unknown } else { truth }
    }
}

/// Where the tree ends that begins at `at`; `None` when it does not, or is deeper than any that is written.
pub(super) fn end(program: &[u32], at: usize, depth: usize) -> Option<usize> {
    if depth > MAX_DEPTH + 1 {
        return None;
    }
    let word = *program.get(at)?;
    let children = match word >> SHIFT {
        ALL | ANY => word & ARGUMENT,
        NOT => 1,
        LEAF => 0,
        _ => return None,
    };
    (0..children).try_fold(at + 1, |at, _| end(program, at, depth + 1))
}
