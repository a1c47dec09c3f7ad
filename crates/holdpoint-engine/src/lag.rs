//! How long vendors take from the release of a patch to their word on it.
//!
//! The surprise: what has no date is counted apart, and so is what still waits; neither makes a vendor look quick.

use holdpoint_domain::Moment;
use std::collections::BTreeMap;

const DAY_MICROS: i64 = 86_400_000_000;

/// One statement ever made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LagFact {
    /// Who made it.
    pub publisher: String,
    /// The patch and the release that it speaks of.
    pub pair: (i64, i64),
    /// When the patch came out; `None`: not known.
    pub released: Option<Moment>,
    /// When it was made; `None`: not known.
    pub issued: Option<Moment>,
    /// Whether the vendor made up its mind in it.
    pub decision: Decision,
}

/// Whether a statement decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is an answer.
    Made,
    /// It says "not yet", or is not understood.
    Open,
}

/// How long one vendor takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorLag {
    /// The vendor.
    pub publisher: String,
    /// Pairs of patch and release that it speaks of.
    pub pairs: usize,
    /// Those with a decision and both dates: what the figures are from.
    pub measured: usize,
    /// Days that half of them took at most; `None`: nothing is measured.
    pub median_days: Option<i64>,
    /// Days that nine of ten took at most.
    pub p90_days: Option<i64>,
    /// The most days.
    pub longest_days: Option<i64>,
    /// Those of the measured that took more than 30 days, the term of IEC TR 62443-2-3.
    pub over_30_days: usize,
    /// Pairs without a decision.
    pub waiting: usize,
    /// Days that the one among them waits longest whose patch has a date.
    pub longest_wait_days: Option<i64>,
    /// Pairs with a decision and without dates that can be used.
    pub undated: usize,
}

#[derive(Default)]
struct Pair {
    released: Option<Moment>,
    first: Option<Moment>,
    is_decided: bool,
}

/// How long each vendor takes, by name.
pub fn vendor_lag(facts: impl IntoIterator<Item = LagFact>, now: Moment) -> Vec<VendorLag> {
    let mut vendors: BTreeMap<String, BTreeMap<(i64, i64), Pair>> = BTreeMap::new();
    for fact in facts {
        let pair = vendors.entry(fact.publisher).or_default().entry(fact.pair).or_default();
        pair.released = earlier(pair.released, fact.released);
        match fact.decision {
            Decision::Made => {
                pair.is_decided = true;
                pair.first = earlier(pair.first, fact.issued);
            }
            Decision::Open => {}
        }
    }
    vendors.into_iter().map(|(publisher, pairs)| of_vendor(publisher, &pairs, now)).collect()
}

fn of_vendor(publisher: String, pairs: &BTreeMap<(i64, i64), Pair>, now: Moment) -> VendorLag {
    let mut days: Vec<i64> = Vec::new();
    let (mut waiting, mut longest_wait, mut undated) = (0, None, 0);
    for pair in pairs.values() {
        match (pair.is_decided, pair.released, pair.first) {
            (true, Some(released), Some(first)) if first >= released => {
                days.push(first.since(released) / DAY_MICROS);
            }
            (true, _, _) => undated += 1,
            (false, released, _) => {
                waiting += 1;
                let wait = released.map(|released| now.since(released).max(0) / DAY_MICROS);
                longest_wait = longest_wait.max(wait);
            }
        }
    }
    days.sort_unstable();
    VendorLag {
        publisher,
        pairs: pairs.len(),
        measured: days.len(),
        median_days: at_part(&days, 50),
        p90_days: at_part(&days, 90),
        longest_days: days.last().copied(),
        over_30_days: days.iter().filter(|days| **days > 30).count(),
        waiting,
        longest_wait_days: longest_wait,
        undated,
    }
}

fn earlier(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// The value that so many of a hundred do not pass, by the nearest rank.
fn at_part(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(pair: i64, released: Option<i64>, issued: Option<i64>, decision: Decision) -> LagFact {
        let day = |day: i64| Moment::from_micros(day * DAY_MICROS);
        LagFact {
            publisher: "Example".to_owned(),
            pair: (pair, 1),
            released: released.map(day),
            issued: issued.map(day),
            decision,
        }
    }

    #[test]
    fn what_waits_or_has_no_date_is_counted_apart() {
        let facts = [
            fact(1, Some(10), Some(12), Decision::Open),
            fact(1, Some(10), Some(20), Decision::Made),
            // Said again later: the first word counts.
            fact(1, Some(10), Some(90), Decision::Made),
            fact(2, Some(10), Some(50), Decision::Made),
            fact(3, Some(10), Some(14), Decision::Made),
            fact(4, Some(10), None, Decision::Open),
            fact(5, None, Some(50), Decision::Made),
            fact(6, Some(60), Some(50), Decision::Made),
        ];
        let lag = vendor_lag(facts, Moment::from_micros(100 * DAY_MICROS));
        assert_eq!(
            lag,
            [VendorLag {
                publisher: "Example".to_owned(),
                pairs: 6,
                measured: 3,
                median_days: Some(10),
                p90_days: Some(40),
                longest_days: Some(40),
                over_30_days: 1,
                waiting: 1,
                longest_wait_days: Some(90),
                undated: 2,
            }]
        );
        assert!(vendor_lag([], Moment::OPEN).is_empty());
    }
}
