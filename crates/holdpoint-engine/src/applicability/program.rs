//! Trees that are not simply "one of each of these groups", as words in one array.
//!
//! A word says what a node is and how many children follow; leaves carry their number within the tree. Such trees
//! are rare (a negation, platforms and products mixed in one group), so they are walked. The surprise: a walk
//! returns two answers, because a tree that holds without a vulnerable product raises nothing. A negated product
//! raises where something of its name is there: "not below 5" speaks of those that have it, and of nobody else.

use super::condition::{Sign, is_unusable};
use super::item::Parts;
use super::names::Reading;
use super::truth::Truth;
use holdpoint_domain::intelligence::{Condition, Criterion, Role};

/// Deepest tree that is taken.
pub(super) const MAX_DEPTH: usize = 32;
/// Most leaves of one tree.
pub(super) const MAX_LEAVES: usize = 60_000;

const ALL: u32 = 0;
const ANY: u32 = 1;
const NOT: u32 = 2;
const LEAF: u32 = 3;
/// Holds always, and lets the tree raise when its leaf, a bare name, is there.
const NAMED: u32 = 4;
/// A negated leaf that names no product which could be compared: nobody can say whom it leaves out.
const OPEN: u32 = 5;
const SHIFT: u32 = 28;
const ARGUMENT: u32 = (1 << SHIFT) - 1;
const PLATFORM: u32 = 1 << 16;

/// A leaf of a written tree, in the order of their numbers.
pub(super) enum Written<'a> {
    /// The whole criterion is asked.
    Whole(&'a Criterion),
    /// Only whether something of its name is there.
    Name(&'a Criterion),
}

/// Writes a tree down, and its leaves in the order of their numbers.
pub(super) fn write<'a>(node: &'a Condition, into: &mut Vec<u32>, leaves: &mut Vec<Written<'a>>) {
    signed(node, Sign::Plain, into, leaves);
}

fn signed<'a>(node: &'a Condition, sign: Sign, into: &mut Vec<u32>, leaves: &mut Vec<Written<'a>>) {
    match node {
        Condition::All(children) | Condition::Any(children) => {
            let kind = if matches!(node, Condition::All(_)) { ALL } else { ANY };
            into.push(kind << SHIFT | super::packed::place(children.len()) & ARGUMENT);
            children.iter().for_each(|child| signed(child, sign, into, leaves));
        }
        Condition::Not(child) => {
            into.push(NOT << SHIFT);
            signed(child, sign.turned(), into, leaves);
        }
        Condition::Is(criterion) if sign == Sign::Negated && is_unusable(criterion) => {
            into.push(OPEN << SHIFT);
        }
        Condition::Is(criterion) => {
            let named = criterion.role == Role::Vulnerable && sign == Sign::Negated;
            if named {
                into.push(ALL << SHIFT | 2);
            }
            let role = if criterion.role == Role::Platform { PLATFORM } else { 0 };
            let part = u32::from(Reading::of_criterion(criterion).part().bits()) << 17;
            into.push(LEAF << SHIFT | part | role | super::packed::place(leaves.len()));
            leaves.push(Written::Whole(criterion));
            if named {
                into.push(NAMED << SHIFT | super::packed::place(leaves.len()));
                leaves.push(Written::Name(criterion));
            }
        }
    }
}

/// How deep a tree is, and how many leaves it has when written; below a negation each may be two.
pub(super) fn size(node: &Condition, depth: usize) -> (usize, usize) {
    if depth > MAX_DEPTH {
        return (depth, 0);
    }
    match node {
        Condition::All(children) | Condition::Any(children) => children
            .iter()
            .map(|child| size(child, depth + 1))
            .fold((depth, 0), |(deep, sum), (below, leaves)| (deep.max(below), sum + leaves)),
        Condition::Not(child) => {
            let (depth, leaves) = size(child, depth + 1);
            (depth, leaves.saturating_mul(2))
        }
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
            OPEN => Truth::Unknown,
            NAMED => {
                self.raised = self.raised.max(self.answer(argument as u16));
                Truth::Yes
            }
            _ => (0..argument).fold(Truth::No, |value, _| value.max(self.node(negated))),
        }
    }

    fn leaf(&mut self, argument: u32, negated: bool) -> Truth {
        let truth = self.answer(argument as u16);
        if argument & PLATFORM == 0 {
            if !negated {
                self.raised = self.raised.max(truth);
            }
            return truth;
        }
        let part = Parts::from_bits((argument >> 17) as u8);
        if truth == Truth::No && self.listed.lack(part) { Truth::Unknown } else { truth }
    }

    fn answer(&self, number: u16) -> Truth {
        let known = self.answers.binary_search_by_key(&number, |(leaf, _)| *leaf);
        known.map_or(Truth::No, |at| self.answers[at].1)
    }
}

/// Where the tree ends that begins at `at`; `None` when it does not, or is deeper than any that is written.
pub(super) fn end(program: &[u32], at: usize, depth: usize) -> Option<usize> {
    if depth > MAX_DEPTH + 2 {
        return None;
    }
    let word = *program.get(at)?;
    let children = match word >> SHIFT {
        ALL | ANY => word & ARGUMENT,
        NOT => 1,
        LEAF | NAMED | OPEN => 0,
        _ => return None,
    };
    (0..children).try_fold(at + 1, |at, _| end(program, at, depth + 1))
}
