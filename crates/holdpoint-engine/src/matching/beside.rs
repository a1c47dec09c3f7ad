//! What a document says of the same product beside a leaf of single versions.
//!
//! Without it, "not listed" would be read as "not affected". Two things keep that from being said: a fix that lies above the
//! installed version, and a gap. A document that lists `1.0` as affected and `3.0` as not affected has not spoken of `1.5`.
//! The surprise: a gap ends where anything is said. Above a fix, above a cleared version and above the end of an affected span
//! nothing is opened, however far away the next cleared version is.

use holdpoint_versions::expression::Expression;
use holdpoint_versions::{Answer, Bound, Comparison, Interval, Version, fix};

/// What stands beside a leaf of single versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The versions that the fixes name.
    pub fixes: Vec<String>,
    /// What the document says of the same product in its other leaves.
    pub others: Vec<Other>,
}

/// What a document says of the same product in another leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// The versions of which it speaks.
    pub versions: Expression,
    /// Whether all that it says of them clears them.
    pub is_cleared: bool,
}

/// Between which two versions the document is silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The listed version on one side.
    pub listed: Version,
    /// The cleared version on the other side.
    pub cleared: Version,
}

/// Where what is said of a product begins and ends, in one order of versions.
struct Said {
    /// The versions of the leaf itself.
    listed: Vec<Version>,
    /// Where cleared versions begin, and where they end.
    cleared: (Vec<Version>, Vec<Version>),
    /// Where other listed versions begin, and where they end.
    others: (Vec<Version>, Vec<Version>),
    fixes: Vec<Version>,
}

impl Beside {
    /// The named fix that an installed version does not have yet, as far as versions tell.
    #[must_use]
    pub fn fix_newer_than(&self, read: &Expression, installed: &str) -> Option<&str> {
        fix::named_above(read.profile(), installed, &self.fixes)
    }

    /// The named fix that an installed version does not have yet, as far as versions tell, unless the document speaks of
    /// that very version somewhere else.
    #[must_use]
    pub fn fix_above(&self, read: &Expression, installed: &str) -> Option<&str> {
        let fix = self.fix_newer_than(read, installed)?;
        (!self.speaks_of(installed)).then_some(fix)
    }

    /// The listed and the cleared version between which an installed one lies, when nothing at all is said from the nearest
    /// listed one on. Below, too: a version that is cleared because it is older than the fault clears none that is newer.
    #[must_use]
    pub fn gap_around(&self, read: &Expression, installed: &str) -> Option<Gap> {
        if !self.others.iter().any(|other| other.is_cleared)
            || !lists_single_versions(read)
            || self.speaks_of(installed)
        {
            return None;
        }
        let own = read.parse_version(installed).ok()?;
        let said = self.said(read);
        said.gap_above(&own).or_else(|| said.gap_below(&own))
    }

    fn said(&self, read: &Expression) -> Said {
        let intervals = |is_cleared: bool| {
            let others = self.others.iter().filter(move |other| other.is_cleared == is_cleared);
            others.filter_map(|other| other.versions.range()).flat_map(|range| range.intervals())
        };
        let ends = |is_cleared: bool| {
            let lower = intervals(is_cleared).filter_map(|interval| end(&interval.lower, read));
            let upper = intervals(is_cleared).filter_map(|interval| end(&interval.upper, read));
            (lower.collect(), upper.collect())
        };
        let listed = read.range().into_iter().flat_map(|range| range.intervals());
        Said {
            listed: listed.filter_map(Interval::point).cloned().collect(),
            cleared: ends(true),
            others: ends(false),
            fixes: self.fixes.iter().filter_map(|fix| read.parse_version(fix).ok()).collect(),
        }
    }

    fn speaks_of(&self, installed: &str) -> bool {
        self.others.iter().any(|other| other.versions.contains(installed) == Answer::Yes)
    }
}

impl Said {
    /// A listed version below the installed one, and a cleared one above it.
    fn gap_above(&self, own: &Version) -> Option<Gap> {
        let listed = self.listed.iter().filter(|point| is_below(point, own)).reduce(greater)?;
        let cleared = self.cleared.0.iter().filter(|begin| is_below(own, begin)).reduce(lesser)?;
        let mut said = self.cleared.0.iter().chain(&self.others.1).chain(&self.fixes);
        let is_between = |one: &Version| is_below(listed, one) && !is_below(own, one);
        (!said.any(is_between)).then(|| Gap { listed: listed.clone(), cleared: cleared.clone() })
    }

    /// A listed version above the installed one, which is the first of all, and a cleared one below it.
    fn gap_below(&self, own: &Version) -> Option<Gap> {
        let listed = self.listed.iter().filter(|point| is_below(own, point)).reduce(lesser)?;
        let cleared = self.cleared.1.iter().filter(|end| is_below(end, own)).reduce(greater)?;
        let is_between = |one: &Version| is_below(own, one) && is_below(one, listed);
        // Behind an affected version or a fix, what is cleared is the end of a train, not what is older than the fault.
        let mut earlier = self.listed.iter().chain(&self.others.0).chain(&self.others.1).chain(&self.fixes);
        let follows = earlier.any(|one| !is_below(own, one));
        let is_open = !follows && !self.cleared.0.iter().any(is_between);
        is_open.then(|| Gap { listed: listed.clone(), cleared: cleared.clone() })
    }
}

/// Whether an expression lists single versions and nothing else.
pub(super) fn lists_single_versions(expression: &Expression) -> bool {
    expression.range().is_some_and(|range| {
        !range.intervals().is_empty()
            && range.excluded().is_empty()
            && range.intervals().iter().all(|interval| interval.point().is_some())
    })
}

/// The version at an end, in the order of the leaf that is asked.
fn end(bound: &Bound, read: &Expression) -> Option<Version> {
    let (Bound::Included(version) | Bound::Excluded(version)) = bound else { return None };
    let own = || read.parse_version(version.text()).ok();
    let scheme = read.range()?.intervals().first()?.point()?.scheme();
    if version.scheme() == scheme { Some(version.clone()) } else { own() }
}

fn is_below(one: &Version, other: &Version) -> bool {
    one.compare(other) == Comparison::Less
}

fn greater<'v>(one: &'v Version, other: &'v Version) -> &'v Version {
    if is_below(one, other) { other } else { one }
}

fn lesser<'v>(one: &'v Version, other: &'v Version) -> &'v Version {
    if is_below(other, one) { other } else { one }
}
