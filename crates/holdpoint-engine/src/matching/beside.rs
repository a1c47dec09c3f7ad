//! What a document says of the same product beside a leaf of single versions.
//!
//! Without it, "not listed" would be read as "not affected". A document that lists `1.0` as affected and `3.0` as not affected has
//! not spoken of `1.5`; one that lists `1.0` and `2.0` and fixes the first in `1.1` has not spoken of `1.5` either. The rule for an
//! installed version that no statement names and no range covers:
//!
//! 1. It is open, unless what stands next below it clears **and reaches up to it**.
//! 2. A cleared or fixed version reaches upward as long as nothing above the installed version is affected or under
//!    investigation. Where something is, it reaches only within its own line (`33.017` up to `33.018`), and only when what is
//!    affected above has a fix in a line of its own.
//! 3. The end of an affected range (`< 2.0`) reaches as well, because those are the publisher's own words.
//! 4. Nothing reaches downward: what is older than everything that is named is open.
//!
//! The surprise: all that holds only where the document clears, fixes or still investigates something of the product. A list of
//! affected versions alone means those and no others, as it always did.

use holdpoint_versions::expression::{Expression, pairs};
use holdpoint_versions::{Answer, Bound, Comparison, Version, fix};

/// What stands beside a leaf of single versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The versions that the fixes name.
    pub fixes: Vec<String>,
    /// What the document says of the leaf itself.
    pub own: Says,
    /// What the document says of the same product in its other leaves.
    pub others: Vec<Other>,
}

/// What a document says of the same product in another leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// The versions of which it speaks.
    pub versions: Expression,
    /// What it says of them.
    pub says: Says,
}

/// What is said of a version. The order is that of concern: of two that name the same version the greater counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Says {
    /// All of it clears the version: it is not affected, or it holds the fix.
    Clears,
    /// The publisher does not know yet.
    Investigates,
    /// It is affected.
    Lists,
}

/// The two statements between which a document is silent; one of them may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    below: Option<(Version, Says)>,
    above: Option<(Version, Says)>,
}

/// A version of which something is said.
#[derive(Debug, Clone, Copy)]
struct Said<'v> {
    at: &'v Version,
    says: Says,
    place: Place,
}

/// What a version is to the statement that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// The last version of a range, or the first behind it.
    Ends,
    /// The first version of a range.
    Begins,
    /// A single version.
    Point,
}

impl Gap {
    /// Why nothing can be said of the installed version, a clause.
    #[must_use]
    pub fn why(&self, installed: &str) -> String {
        let word = |says: Says| match says {
            Says::Clears => "cleared",
            Says::Investigates => "under investigation",
            Says::Lists => "affected",
        };
        match (&self.below, &self.above) {
            (Some((listed, Says::Lists)), Some((cleared, Says::Clears)))
            | (Some((cleared, Says::Clears)), Some((listed, Says::Lists))) => format!(
                "the document lists `{}` and clears `{}`, and says nothing of the versions between, where `{installed}` lies",
                listed.text(),
                cleared.text()
            ),
            (Some((below, says)), None) => format!(
                "the document says nothing of `{installed}`; what it names next below is `{}`, which is {}",
                below.text(),
                word(*says)
            ),
            (None, Some((above, says))) => format!(
                "the document says nothing of `{installed}`, which is older than all that it names; next above is `{}`, \
                 which is {}",
                above.text(),
                word(*says)
            ),
            (Some((below, below_says)), Some((above, above_says))) => format!(
                "the document says nothing of `{installed}`, which lies between `{}`, which is {}, and `{}`, which is {}",
                below.text(),
                word(*below_says),
                above.text(),
                word(*above_says)
            ),
            (None, None) => format!("the document says nothing of `{installed}`"),
        }
    }
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

    /// Between what an installed version lies of which the document says nothing; `None`: it says something, or what it says
    /// reaches up to it.
    #[must_use]
    pub fn gap_around(&self, read: &Expression, installed: &str) -> Option<Gap> {
        let is_open = !self.fixes.is_empty()
            || self.own == Says::Investigates
            || self.others.iter().any(|other| other.says != Says::Lists);
        if !is_open || !lists_single_versions(read) || self.speaks_of(installed) {
            return None;
        }
        let own = read.parse_version(installed).ok()?;
        let kept = self.versions(read);
        let said: Vec<Said<'_>> =
            kept.iter().map(|(at, says, place)| Said { at, says: *says, place: *place }).collect();
        let is_lower = |one: &&Said<'_>| is_below(one.at, &own) || is_same(one.at, &own);
        let lower = said.iter().filter(|one| one.place != Place::Begins).filter(is_lower);
        let below = lower.copied().reduce(higher);
        if below.is_some_and(|below| reaches(below, &own, &said)) {
            return None;
        }
        let upper = said.iter().filter(|one| one.place != Place::Ends && is_above(one.at, &own));
        let above = upper.copied().reduce(lower_of);
        let told = |one: Said<'_>| (one.at.clone(), one.says);
        Some(Gap { below: below.map(told), above: above.map(told) })
    }

    /// Every version of which something is said, in the order of the leaf that is asked.
    fn versions(&self, read: &Expression) -> Vec<(Version, Says, Place)> {
        let mut said = Vec::new();
        let own = read.range().into_iter().flat_map(|range| range.intervals());
        said.extend(own.filter_map(|one| Some((one.point()?.clone(), self.own, Place::Point))));
        let fixes = self.fixes.iter().filter_map(|fix| read.parse_version(fix).ok());
        said.extend(fixes.map(|fix| (fix, Says::Clears, Place::Point)));
        for other in &self.others {
            for interval in other.versions.range().into_iter().flat_map(|range| range.intervals()) {
                if interval.point().is_some() {
                    said.extend(end(&interval.lower, read).map(|at| (at, other.says, Place::Point)));
                    continue;
                }
                said.extend(end(&interval.lower, read).map(|at| (at, other.says, Place::Begins)));
                said.extend(end(&interval.upper, read).map(|at| (at, other.says, Place::Ends)));
            }
        }
        said
    }

    fn speaks_of(&self, installed: &str) -> bool {
        self.others.iter().any(|other| other.versions.contains(installed) == Answer::Yes)
    }
}

/// Whether what stands next below an installed version reaches up to it.
fn reaches(below: Said<'_>, own: &Version, said: &[Said<'_>]) -> bool {
    match (below.says, below.place) {
        (Says::Lists | Says::Investigates, Place::Ends) => true,
        (Says::Lists | Says::Investigates, Place::Point | Place::Begins) => false,
        (Says::Clears, _) => {
            let mut worse = said.iter().filter(|one| one.says != Says::Clears && is_above(one.at, own));
            worse.all(|one| {
                is_of_line(own, below.at) && !is_of_line(one.at, below.at) && has_line(one.at, said)
            })
        }
    }
}

/// Whether a fix above a listed version is of the line of that version.
fn has_line(listed: &Version, said: &[Said<'_>]) -> bool {
    said.iter().any(|one| one.says == Says::Clears && is_above(one.at, listed) && is_of_line(listed, one.at))
}

/// Whether a version has all numbers of another one but the last: `33.018` is of the line of `33.017`, and `33` begins it.
fn is_of_line(version: &Version, of: &Version) -> bool {
    let text = version.text();
    let Some((line, _)) = of.text().rsplit_once('.') else { return false };
    let bare = |text: &'_ str| -> bool {
        text.trim_start_matches(['v', 'V']) == line.trim_start_matches(['v', 'V'])
    };
    bare(text) || pairs::goes_on(line, text)
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

fn is_above(one: &Version, other: &Version) -> bool {
    is_below(other, one)
}

fn is_same(one: &Version, other: &Version) -> bool {
    one.compare(other) == Comparison::Equal
}

/// The higher of two; of two at one place that of more concern, and a single version before the end of a range.
fn higher<'v>(one: Said<'v>, other: Said<'v>) -> Said<'v> {
    if is_below(one.at, other.at) {
        other
    } else if is_below(other.at, one.at) || (one.place, one.says) >= (other.place, other.says) {
        one
    } else {
        other
    }
}

fn lower_of<'v>(one: Said<'v>, other: Said<'v>) -> Said<'v> {
    if is_below(other.at, one.at) {
        other
    } else if is_below(one.at, other.at) || one.says >= other.says {
        one
    } else {
        other
    }
}
