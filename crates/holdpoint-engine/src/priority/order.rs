//! One number that orders findings within an outcome, and its terms.
//!
//! The terms stand one before the other, so a later one only counts where all before are equal: listed in KEV, used in
//! ransomware campaigns, harm to people said with CVSS, exposure, EPSS percentile, CVSS base score, age. There are no weights.
//! The surprise: a term that nobody knows counts as its highest, so what is not known is looked at first and never last.

use super::Case;
use holdpoint_domain::ranking::fact::{Kev, Ransomware};
use holdpoint_domain::ranking::point::Possible;
use holdpoint_domain::site::Exposure;
use jiff::civil::{Date, date};

/// One term: its name, its value in words, and its share of the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What it is of.
    pub name: &'static str,
    /// Its value in words.
    pub value: String,
    /// What it adds.
    pub share: i64,
}

/// Bits of each term, from the first to the last: 46 in all.
const BITS: [u32; 7] = [1, 1, 1, 2, 20, 7, 14];
const MAX_PPM: i64 = 1_000_000;
const MAX_TENTHS: i64 = 100;
/// Days of the last term: an earlier opening counts higher, until forty years after this day.
const FIRST_DAY: Date = date(2020, 1, 1);
const LAST: i64 = (1 << 14) - 1;

/// The values of the terms.
fn values(case: &Case<'_>, exposure: Possible<Exposure>) -> [i64; 7] {
    let facts = case.vulnerability;
    let (listed, ransomware) = match facts.kev {
        Kev::Listed { ransomware, .. } => (1, i64::from(ransomware == Ransomware::Known)),
        Kev::NotListed | Kev::NeverRead => (0, 0),
    };
    let known = facts.epss_percentile_ppm.map_or(MAX_PPM, i64::from);
    let since = i64::from(holdpoint_domain::clock::days_between(FIRST_DAY, case.progress.opened));
    [
        listed,
        ransomware,
        i64::from(facts.harm.is_some()),
        exposure.highest() as i64,
        known.clamp(0, MAX_PPM),
        facts.base_tenths.map_or(MAX_TENTHS, i64::from).clamp(0, MAX_TENTHS),
        LAST - since.clamp(0, LAST),
    ]
}

/// What is known of its use in ransomware campaigns; nobody can know that there is none.
const fn ransomware(kev: &Kev) -> &'static str {
    match kev {
        Kev::Listed { ransomware: Ransomware::Known, .. } => "yes",
        Kev::Listed { ransomware: Ransomware::NotKnown, .. } => "unknown: KEV names no use",
        Kev::NotListed => "unknown: KEV does not list it",
        Kev::NeverRead => "unknown: KEV was never read",
    }
}

/// The number.
#[must_use]
pub fn number(case: &Case<'_>, exposure: Possible<Exposure>) -> i64 {
    values(case, exposure).iter().zip(BITS).fold(0, |number, (value, bits)| (number << bits) | value)
}

/// The terms of the number, from the one that counts first.
#[must_use]
pub fn terms(case: &Case<'_>, exposure: Possible<Exposure>) -> Vec<Term> {
    let facts = case.vulnerability;
    let unknown = || "unknown, counted as the highest".to_owned();
    let words = [
        ("listed in KEV", yes(matches!(facts.kev, Kev::Listed { .. }), "no listing known")),
        ("ransomware campaigns", ransomware(&facts.kev).to_owned()),
        ("harm to people (CVSS)", facts.harm.clone().unwrap_or_else(|| "nobody says so".to_owned())),
        ("exposure", exposure.known().map_or_else(unknown, |value| value.word().to_owned())),
        (
            "EPSS percentile",
            facts
                .epss_percentile_ppm
                .map_or_else(unknown, |ppm| format!("{}.{:02} %", ppm / 10_000, ppm % 10_000 / 100)),
        ),
        (
            "CVSS base score",
            facts.base_tenths.map_or_else(unknown, |tenths| format!("{}.{}", tenths / 10, tenths % 10)),
        ),
        ("known since", case.progress.opened.to_string()),
    ];
    let mut left: u32 = BITS.iter().sum();
    words
        .into_iter()
        .zip(values(case, exposure))
        .zip(BITS)
        .map(|(((name, value), number), bits)| {
            left -= bits;
            Term { name, value, share: number << left }
        })
        .collect()
}

fn yes(holds: bool, otherwise: &str) -> String {
    if holds { "yes" } else { otherwise }.to_owned()
}
