//! Revision numbers of documents: integers or semantic versions, and the order of a revision history.
//!
//! Not here: versions of products. The surprise: numbers can have any length, so they are compared as digits.

use std::cmp::Ordering;

use crate::csaf::date::Instant;
use crate::csaf::model::{Revision, Tracking};
use crate::csaf::pattern;

/// A revision number taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number<'t> {
    /// Major, minor, patch; an integer has `0` for the last two.
    core: [&'t str; 3],
    /// The part after `-`.
    pub(crate) pre_release: Option<&'t str>,
    /// The part after the first `+`.
    pub(crate) build: Option<&'t str>,
    /// Whether it is an integer.
    pub(crate) is_integer: bool,
}

impl<'t> Number<'t> {
    /// Takes a number apart; `None` when it is neither an integer nor a semantic version.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        if pattern::is_plain_number(text) {
            return Some(Self { core: [text, "0", "0"], pre_release: None, build: None, is_integer: true });
        }
        if !pattern::is_semantic_version(text) {
            return None;
        }
        let (text, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
        let (text, pre_release) = text.split_once('-').map_or((text, None), |(rest, pre)| (rest, Some(pre)));
        let mut parts = text.split('.');
        let mut next = || parts.next().unwrap_or("0");
        Some(Self { core: [next(), next(), next()], pre_release, build, is_integer: false })
    }

    /// The major part; numbers beyond 128 bits count as the largest.
    pub(crate) fn major(&self) -> u128 {
        self.core[0].parse().unwrap_or(u128::MAX)
    }

    /// `0` or `0.y.z`.
    pub(crate) fn is_zero(&self) -> bool {
        self.core[0] == "0"
    }

    /// The order of precedence; build metadata does not count.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        self.core_order(other).then_with(|| match (self.pre_release, other.pre_release) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => pre_release_order(a, b),
        })
    }

    /// The order of major, minor and patch alone.
    pub(crate) fn core_order(&self, other: &Self) -> Ordering {
        let pairs = self.core.iter().zip(other.core.iter());
        pairs.map(|(a, b)| digits_order(a, b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

fn digits_order(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn pre_release_order(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (pattern::is_plain_number(a), pattern::is_plain_number(b)) {
                (true, true) => digits_order(a, b),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => a.cmp(b),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// One entry of the history that has a readable date and number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'t, 'a> {
    /// Its place in the list as it stands.
    pub(crate) index: usize,
    pub(crate) date: Instant,
    pub(crate) number: Number<'t>,
    pub(crate) revision: &'t Revision<'a>,
}

/// The history in the order of its dates; entries of the same moment in the order of their numbers.
pub(crate) fn by_date<'t, 'a>(tracking: &'t Tracking<'a>) -> Vec<Entry<'t, 'a>> {
    let mut entries: Vec<Entry<'t, 'a>> = tracking
        .revision_history
        .iter()
        .enumerate()
        .filter_map(|(index, revision)| {
            let date = revision.date.as_ref()?.instant()?;
            let number = Number::parse(revision.number.as_deref()?)?;
            Some(Entry { index, date, number, revision })
        })
        .collect();
    entries.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| a.number.order(&b.number)));
    entries
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::Number;

    fn order(a: &str, b: &str) -> Ordering {
        Number::parse(a).expect("a number").order(&Number::parse(b).expect("a number"))
    }

    #[test]
    fn precedence_of_semantic_versions() {
        let ascending = [
            "0",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.2.0",
            "1.10.0",
            "2",
            "10",
            "100000000000000000000000000000000000000000",
        ];
        for pair in ascending.windows(2) {
            assert_eq!(order(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(order(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
        }
        assert_eq!(order("1.0.0+a", "1.0.0+b"), Ordering::Equal);
        assert!(Number::parse("1.0").is_none());
    }
}
