//! The wording of a product's name, so that two names can be compared whatever way their words are joined,
//! split, ordered or put into the plural.
//!
//! One name *covers* another when it holds all words of it that count; then they may mean one product, and somebody
//! has to be asked. A brand that many products carry (`SIMATIC`, `SIPLUS`) and a class of devices (`PLC`,
//! `controllers`) do not count as long as other words are left. The surprises: words are compared joined with their
//! neighbours too, so `PCS7` is found in `PCS 7`; and nothing here ever makes two names one, but for
//! [`Wording::is_spelt_like`], where all letters and digits are equal and numbers are divided in the same places.

use super::tokens;
use super::words::{self, Sense};
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

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    shown: String,
    sense: Sense,
    /// This word alone, with one more, with two more; as far as there are any.
    joined: Vec<Gram>,
}

fn gram(text: &str) -> Gram {
    foldhash::quality::FixedState::with_seed(0x0077_6f72_6469_6e67).hash_one(text)
}

/// Each run of neighbours from a word on, as one.
fn joined_from<'w>(words: &'w [&'w str], at: usize) -> impl Iterator<Item = Gram> + 'w {
    let mut text = String::new();
    words[at..].iter().take(MOST_JOINED).map_while(move |word| {
        let first = text.is_empty();
        text.push_str(word);
        (first || text.len() <= LONGEST_JOINED).then(|| gram(&text))
    })
}

impl Wording {
    /// Reads a product's name; `key` is its normal form, `release` the release at its end, `vendor` the vendor's key.
    #[must_use]
    pub fn of(name: &str, key: &str, release: &str, vendor: &str) -> Self {
        let (mut all, inside) = split(name);
        let bare = |text| words::parts(text).into_iter().map(|part| part.bare).collect::<Vec<String>>();
        let vendor = bare(vendor);
        let counting = {
            let own = if all.is_empty() { &inside } else { &all };
            counting(own, &bare(release), &vendor)
        };
        let mut found = Self { says: says(&counting), spelt: spelt(key), ..Self::default() };
        let bare: Vec<&str> = counting.iter().map(|part| part.bare.as_str()).collect();
        let word = |(at, part): (usize, &&words::Part)| Word {
            shown: part.shown.clone(),
            sense: part.sense,
            joined: joined_from(&bare, at).collect(),
        };
        found.counting = counting.iter().enumerate().map(word).collect();
        found.leading = leading(&found.counting);
        all.extend(inside);
        let bare: Vec<&str> = all.iter().map(|part| part.bare.as_str()).collect();
        found.grams = (0..bare.len()).flat_map(|at| joined_from(&bare, at)).collect();
        found.grams.extend(all.iter().flat_map(|part| &part.pieces).map(|piece| gram(piece)));
        found.grams.extend(vendor.iter().map(|word| gram(word)));
        found.grams.sort_unstable();
        found.grams.dedup();
        found
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
    #[must_use]
    pub fn leading(&self) -> Vec<Gram> {
        let mut found = Vec::new();
        if self.says == Says::Nothing {
            return found;
        }
        let first = self.leading.saturating_sub(MOST_JOINED - 1);
        for at in first..=self.leading {
            found.extend(self.counting[at].joined.iter().skip(self.leading - at));
        }
        found
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
            return Some(&self.counting[self.leading].shown);
        }
        if other.is_held_by(self) {
            return Some(&other.counting[other.leading].shown);
        }
        self.shared_code(other)
    }

    /// Whether the other name holds all words that count here.
    #[must_use]
    pub fn is_held_by(&self, other: &Self) -> bool {
        self.says != Says::Nothing && self.held_words(other).iter().all(|held| *held)
    }

    /// Which counting words the other name holds, alone or joined.
    fn held_words(&self, other: &Self) -> Vec<bool> {
        let mut held = vec![false; self.counting.len()];
        for (at, word) in self.counting.iter().enumerate() {
            for (more, gram) in word.joined.iter().enumerate() {
                if other.grams.binary_search(gram).is_ok() {
                    held[at..=at + more].fill(true);
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
        let agrees = |ours: &Self, held: &[bool]| {
            let mut left = ours.counting.iter().zip(held).filter(|(_, held)| !**held).peekable();
            left.peek().is_some() && left.all(|(word, _)| !word.sense.is_number() && word.shown.len() >= 4)
        };
        let (ours, theirs) = (self.held_words(other), other.held_words(self));
        (agrees(self, &ours) && agrees(other, &theirs)).then(|| self.counting[self.leading].shown.as_str())
    }
}

/// The words outside and inside parentheses.
fn split(name: &str) -> (Vec<words::Part>, Vec<words::Part>) {
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
    let mut found = (words::parts(&outside), words::parts(&inside));
    found.0.truncate(MOST_WORDS);
    found.1.truncate(MOST_WORDS);
    found
}

/// The words that count: without those that say nothing, and without brands and classes while others are left.
fn counting<'p>(own: &'p [words::Part], releases: &[String], vendor: &[String]) -> Vec<&'p words::Part> {
    let says_a_thing = |part: &&words::Part| part.sense != Sense::Filler && !vendor.contains(&part.bare);
    let named: Vec<&words::Part> = own.iter().filter(says_a_thing).collect();
    let special: Vec<&words::Part> =
        named.iter().filter(|part| part.sense != Sense::Common).copied().collect();
    let without = |parts: &[&'p words::Part]| -> Vec<&'p words::Part> {
        parts.iter().filter(|part| !releases.contains(&part.bare)).copied().collect()
    };
    let choices = [without(&special), without(&named), special];
    choices.into_iter().find(|parts| says(parts) != Says::Nothing).unwrap_or(named)
}

fn says(counting: &[&words::Part]) -> Says {
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
        Sense::Telling => (2, word.shown.len()),
        Sense::Weak | Sense::Common | Sense::Number | Sense::Filler => (1, word.shown.len()),
    };
    counting.iter().enumerate().max_by_key(rank).map_or(0, |(at, _)| at)
}

/// All letters and digits; between two digits a sign says that two numbers stand there.
fn spelt(name: &str) -> String {
    let mut found = String::with_capacity(name.len());
    for part in words::parts(name) {
        let divides = found.ends_with(|c: char| c.is_ascii_digit())
            && part.written.starts_with(|c: char| c.is_ascii_digit());
        if divides {
            found.push('-');
        }
        found.push_str(&part.written);
    }
    found
}

/// Whether a version that stands in a name of ours and one of theirs cannot be of one release.
#[must_use]
pub fn releases_clash(ours: &str, installed: &str, theirs: &str) -> bool {
    let installed = if ours.is_empty() { installed } else { ours };
    !theirs.is_empty() && !installed.is_empty() && !tokens::may_be_of_release(installed, theirs)
}
