//! The gold set of order numbers: an asset carries a number of the corpus, spelt as devices and people spell it.

use super::corpus::Corpus;
use super::{fact, naive, share};
use holdpoint_domain::matching::{Rung, Verdict};
use holdpoint_engine::matching::configuration::Memo;
use holdpoint_engine::matching::{Rules, match_configuration};
use std::collections::BTreeSet;

/// What came out.
#[derive(Debug, Default)]
pub struct Measured {
    /// Assets asked about.
    pub assets: usize,
    /// Leaves found that should be.
    pub right: usize,
    /// Leaves found that should not be.
    pub wrong: usize,
    /// Leaves that should have been found.
    pub missed: usize,
    /// Some of the wrong and missed, in words.
    pub examples: Vec<String>,
}

impl Measured {
    /// Right of all found.
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// Right of all that should be found.
    pub fn recall(&self) -> f64 {
        share(self.right, self.right + self.missed)
    }
}

/// Ways in which one number is written.
fn spellings(number: &str) -> Vec<String> {
    let blank_after_four: String =
        number.chars().take(4).chain([' ']).chain(number.chars().skip(4)).collect();
    vec![
        number.to_owned(),
        // As the identification record of the device has it: blanks inside, blanks up to twenty characters.
        format!("{blank_after_four:<20}"),
        number.to_lowercase(),
        // As a word processor sets it.
        number.replace('-', "\u{2013}"),
        number.replace('-', ""),
    ]
}

/// Numbers that are none of the corpus although they look like it: another last letter, and the first half.
fn strangers(number: &str) -> Vec<String> {
    let mut other = number.to_owned();
    let last = other.pop().unwrap_or('0');
    other.push(if last == '9' { '7' } else { '9' });
    vec![other, number.chars().take(number.len() / 2).collect()]
}

/// Measures every so many of the numbers of the corpus.
pub fn measure(corpus: &Corpus, every: usize) -> Measured {
    let numbers: BTreeSet<String> =
        corpus.listed.iter().flat_map(|listed| &listed.models).map(|model| naive::number(model)).collect();
    // Documents also write numbers into the name; those leaves mean the article as well.
    let names: Vec<Vec<String>> = corpus
        .listed
        .iter()
        .map(|row| naive::numbers_in(&format!("{}; {}", row.product, row.name)))
        .collect();
    let patterns: Vec<Vec<String>> = corpus
        .listed
        .iter()
        .map(|row| row.models.iter().map(|model| naive::number(model)).collect())
        .collect();
    let mut measured = Measured::default();
    let mut memo = Memo::default();
    let rules = Rules::default();
    for number in numbers.iter().step_by(every) {
        let mut asked: Vec<(String, String)> =
            spellings(number).into_iter().map(|spelling| (spelling, number.clone())).collect();
        asked.extend(strangers(number).into_iter().map(|stranger| (stranger.clone(), stranger)));
        for (spelling, meant) in asked {
            let meant = naive::number(&meant);
            let wanted: BTreeSet<i64> = (0_i64..)
                .zip(patterns.iter().zip(&names))
                .filter(|(_, (patterns, name))| {
                    patterns.iter().any(|pattern| naive::holds(pattern, &meant))
                        || (meant.len() >= 12 && name.contains(&meant))
                })
                .map(|(leaf, _)| leaf)
                .collect();
            let part = fact(measured.assets, "SIEMENS AG", "Station 7", &spelling);
            let found: BTreeSet<i64> = match_configuration(&corpus.leaves, &[&part], &rules, &mut memo)
                .into_iter()
                .filter(|found| {
                    found.decision.rung == Rung::OrderNumber && found.decision.verdict != Verdict::No
                })
                .map(|found| found.leaf)
                .collect();
            measured.assets += 1;
            measured.right += found.intersection(&wanted).count();
            measured.wrong += found.difference(&wanted).count();
            measured.missed += wanted.difference(&found).count();
            for leaf in found.symmetric_difference(&wanted).take(1) {
                let row = &corpus.listed[usize::try_from(*leaf).expect("a place")];
                let how = if found.contains(leaf) { "wrong" } else { "missed" };
                measured.examples.push(format!("{how}: `{spelling}` and `{}` {:?}", row.product, row.models));
            }
        }
    }
    measured
}
