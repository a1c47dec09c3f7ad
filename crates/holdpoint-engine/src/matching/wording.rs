//! The wording of a product's name, so that two names can be compared whatever way their words are joined,
//! split, ordered or put into the plural.
//!
//! One name *covers* another when it holds all words of it that count; then they may mean one product, and somebody
//! has to be asked. A brand that many products carry (`SIMATIC`, `SIPLUS`) and a class of devices (`PLC`,
//! `controllers`) do not count as long as other words are left. The surprises: words are compared joined with their
//! neighbours too, so `PCS7` is found in `PCS 7`; and nothing here ever makes two names one, but for
//! [`Wording::is_spelt_like`], where all letters and digits are equal and numbers are divided in the same places.

use super::tokens;
use super::words::{self, Part, Sense};
use std::borrow::Cow;
use std::hash::BuildHasher;

/// How many words are joined at most.
const MOST_JOINED: usize = 3;
/// The most words of a name that are looked at; names beyond that are lists, not names.
const MOST_WORDS: usize = 24;
/// A joined word that is longer is not looked for.
const LONGEST_JOINED: usize = 24;

/// A word, or neighbouring words as one, reduced to 64 bits.
pub type Gram = u64;

/// The wording of one product's name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wording {
    /// The words that count, in their order.
    counting: Vec<Word>,
    /// All words, also joined with their neighbours and taken apart; sorted.
    grams: Vec<Gram>,
    /// Whether the counting words say enough to be looked for.
    says: Says,
    /// The place of the word that others are looked for by.
    leading: usize,
    /// That word, as it is shown; empty when no word counts.
    leading_shown: String,
    /// All letters and digits, with the signs that divide numbers.
    spelt: String,
}

/// How much a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Says {
    /// Too little to look for.
    #[default]
    Nothing,
    /// Enough within the products of one vendor.
    Something,
    /// A code of letters and digits, which few vendors share.
    Code,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word {
    /// How many bytes it is long, as it is shown.
    length: usize,
    sense: Sense,
    /// This word alone, with one more, with two more; as far as there are any.
    joined: [Gram; MOST_JOINED],
    /// How many of them there are.
    reach: usize,
}

impl Word {
    fn joined(&self) -> &[Gram] {
        &self.joined[..self.reach]
    }
}

fn gram(text: &str) -> Gram {
    foldhash::quality::FixedState::with_seed(0x0077_6f72_6469_6e67).hash_one(text)
}

/// Each run of neighbours from a word on, as one.
fn joined_from<'w>(
    mut words: impl Iterator<Item = &'w str>,
    text: &mut String,
) -> ([Gram; MOST_JOINED], usize) {
    let (mut found, mut reach) = ([0; MOST_JOINED], 0);
    text.clear();
    while reach < MOST_JOINED {
        let Some(word) = words.next() else { break };
        text.push_str(word);
        if reach > 0 && text.len() > LONGEST_JOINED {
            break;
        }
        found[reach] = gram(text);
        reach += 1;
    }
    (found, reach)
}

impl Wording {
    /// Reads a product's name; `key` is its normal form, `release` the release at its end, `vendor` the bare words of
    /// the vendor's name.
    #[must_use]
    pub fn of(name: &str, key: &str, release: &str, vendor: &[String]) -> Self {
        let (outside, inside) = split(name);
        let mut all: Vec<Part<'_>> = words::parts(&outside).take(MOST_WORDS).collect();
        let inside: Vec<Part<'_>> = words::parts(&inside).take(MOST_WORDS).collect();
        let mut found = Self { spelt: spelt(key), ..Self::default() };
        found.count(if all.is_empty() { &inside } else { &all }, release, vendor);
        all.extend(inside);
        let mut text = String::with_capacity(LONGEST_JOINED);
        found.grams.reserve(all.len() * 4 + vendor.len());
        for at in 0..all.len() {
            let (grams, reach) = joined_from(all[at..].iter().map(|part| &*part.bare), &mut text);
            found.grams.extend(&grams[..reach]);
            found.grams.extend(all[at].pieces().map(gram));
        }
        found.grams.extend(vendor.iter().map(|word| gram(word)));
        found.grams.sort_unstable();
        found.grams.dedup();
        found
    }

    /// Finds the words that count, and the one that leads.
    fn count(&mut self, own: &[Part<'_>], release: &str, vendor: &[String]) {
        let release = bare_words(release);
        let counting = counting(own, &release, vendor);
        self.says = says(&counting);
        let mut text = String::with_capacity(LONGEST_JOINED);
        for (at, part) in counting.iter().enumerate() {
            let (joined, reach) = joined_from(counting[at..].iter().map(|part| &*part.bare), &mut text);
            self.counting.push(Word { length: part.shown.len(), sense: part.sense, joined, reach });
        }
        self.leading = leading(&self.counting);
        self.leading_shown =
            counting.get(self.leading).map_or_else(String::new, |part| part.shown.to_owned());
    }

    /// How much the name says.
    #[must_use]
    pub fn says(&self) -> Says {
        self.says
    }

    /// All words, also joined and taken apart: where the leading words of other names are looked for.
    #[must_use]
    pub fn grams(&self) -> &[Gram] {
        &self.grams
    }

    /// The leading word, alone and joined with its neighbours; empty when the name says too little.
    pub fn leading(&self) -> impl Iterator<Item = Gram> {
        let leads = self.says != Says::Nothing;
        let first = self.leading.saturating_sub(MOST_JOINED - 1);
        let near = if leads { first..self.leading + 1 } else { 0..0 };
        near.flat_map(|at| self.counting[at].joined().iter().skip(self.leading - at).copied())
    }

    /// All letters and digits in their order, in lower case, with the signs that divide numbers.
    #[must_use]
    pub fn spelt(&self) -> &str {
        &self.spelt
    }

    /// Whether both names have the same letters and digits in the same order, and divide numbers in the same places.
    #[must_use]
    pub fn is_spelt_like(&self, other: &Self) -> bool {
        !self.spelt.is_empty() && self.spelt == other.spelt
    }

    /// The word by which two names may mean one product; `None` when nothing says so.
    #[must_use]
    pub fn shared<'w>(&'w self, other: &'w Self) -> Option<&'w str> {
        if self.is_held_by(other) {
            return Some(&self.leading_shown);
        }
        if other.is_held_by(self) {
            return Some(&other.leading_shown);
        }
        self.shared_code(other)
    }

    /// Whether the other name holds all words that count here.
    #[must_use]
    pub fn is_held_by(&self, other: &Self) -> bool {
        self.says != Says::Nothing && self.held_words(other) == every(self.counting.len())
    }

    /// Which counting words the other name holds, alone or joined: a bit for each.
    fn held_words(&self, other: &Self) -> u32 {
        let mut held = 0;
        for (at, word) in self.counting.iter().enumerate() {
            for (more, gram) in word.joined().iter().enumerate() {
                if other.grams.binary_search(gram).is_ok() {
                    held |= every(more + 1) << at;
                }
            }
        }
        held
    }

    /// The same codes on both sides and other words around them: `SEL-3530 RTAC`, `SEL-3530 Automation Controller`.
    ///
    /// Short words tell editions apart (`G`, `EEC`), long ones only describe.
    fn shared_code<'w>(&'w self, other: &'w Self) -> Option<&'w str> {
        if self.says != Says::Code || other.says != Says::Code {
            return None;
        }
        let agrees = |ours: &Self, held: u32| {
            let mut left =
                ours.counting.iter().enumerate().filter(|(at, _)| held & (1 << at) == 0).peekable();
            left.peek().is_some() && left.all(|(_, word)| !word.sense.is_number() && word.length >= 4)
        };
        let (ours, theirs) = (self.held_words(other), other.held_words(self));
        (agrees(self, ours) && agrees(other, theirs)).then_some(self.leading_shown.as_str())
    }
}

/// The first so many bits. No name has more than [`MOST_WORDS`] counting words.
fn every(count: usize) -> u32 {
    (1 << count) - 1
}

/// The bare words of a text.
#[must_use]
pub fn bare_words(text: &str) -> Vec<String> {
    words::bare(&words::lowered(text)).map(Cow::into_owned).collect()
}

/// The words outside and inside parentheses, in lower case.
fn split(name: &str) -> (String, String) {
    if !name.contains(['(', '[', ')', ']']) {
        return (words::lowered(name), String::new());
    }
    let (mut outside, mut inside) = (String::new(), String::new());
    let mut depth = 0_u32;
    for c in name.chars() {
        match c {
            '(' | '[' => {
                depth += 1;
                inside.push(' ');
            }
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(c),
            _ => inside.push(c),
        }
    }
    (words::lowered(&outside), words::lowered(&inside))
}

/// The words that count: without those that say nothing, and without brands and classes while others are left.
fn counting<'p, 't>(own: &'p [Part<'t>], releases: &[String], vendor: &[String]) -> Vec<&'p Part<'t>> {
    let is_one_of = |part: &Part<'_>, words: &[String]| words.iter().any(|word| *word == part.bare);
    let named: Vec<&Part<'t>> =
        own.iter().filter(|part| part.sense != Sense::Filler && !is_one_of(part, vendor)).collect();
    let special: Vec<&Part<'t>> = named.iter().filter(|part| part.sense != Sense::Common).copied().collect();
    let without = |parts: &[&'p Part<'t>]| -> Vec<&'p Part<'t>> {
        parts.iter().filter(|part| !is_one_of(part, releases)).copied().collect()
    };
    let choices = [without(&special), without(&named), special];
    choices.into_iter().find(|parts| says(parts) != Says::Nothing).unwrap_or(named)
}

fn says(counting: &[&Part<'_>]) -> Says {
    let has = |sense: Sense| counting.iter().any(|part| part.sense == sense);
    if has(Sense::Code) {
        Says::Code
    } else if has(Sense::Telling) || counting.iter().filter(|part| part.sense != Sense::Number).count() >= 2 {
        Says::Something
    } else {
        Says::Nothing
    }
}

/// The last code, else the longest word that tells, else the longest.
fn leading(counting: &[Word]) -> usize {
    let rank = |(at, word): &(usize, &Word)| match word.sense {
        Sense::Code => (3_u8, *at),
        Sense::Telling => (2, word.length),
        Sense::Weak | Sense::Common | Sense::Number | Sense::Filler => (1, word.length),
    };
    counting.iter().enumerate().max_by_key(rank).map_or(0, |(at, _)| at)
}

/// All letters and digits; between two digits a sign says that two numbers stand there.
fn spelt(name: &str) -> String {
    let mut found = String::with_capacity(name.len());
    for written in words::written(&words::lowered(name)) {
        let divides = found.ends_with(|c: char| c.is_ascii_digit())
            && written.starts_with(|c: char| c.is_ascii_digit());
        if divides {
            found.push('-');
        }
        found.push_str(&written);
    }
    found
}

/// Whether what is known of our release, by our name and by the installed version, cannot be the release in a name of theirs.
///
/// Where name and version contradict each other, either of them may be right.
#[must_use]
pub fn releases_clash(ours: &str, installed: &str, theirs: &str) -> bool {
    let may_be = |known: &str| known.is_empty() || tokens::may_be_of_release(known, theirs);
    if theirs.is_empty() {
        return false;
    }
    if ours.is_empty() {
        return !may_be(installed);
    }
    let is_of_neither = !(contradicts(ours, installed) && may_be(installed));
    is_of_neither && !may_be(ours)
}

/// Whether an installed version cannot be of the release that the asset's own name says.
#[must_use]
pub fn contradicts(named: &str, installed: &str) -> bool {
    let is_numbered =
        installed.trim_start().trim_start_matches(['v', 'V']).starts_with(|c: char| c.is_ascii_digit());
    !named.is_empty() && is_numbered && !tokens::may_be_of_release(installed, named)
}
