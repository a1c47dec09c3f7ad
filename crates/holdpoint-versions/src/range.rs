//! Sets of versions, and whether a version is inside.
//!
//! A range is a union of intervals; a single version is an interval with two equal bounds. The surprise: an
//! answer is [`Answer::No`] only when *every* interval surely excludes the version; one undecidable comparison
//! makes the answer unknown.

use std::fmt;

use crate::version::{Comparison, Edge, Scheme, Undecidable, Version};

/// The answer to a question about a version or a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Surely inside.
    Yes,
    /// Surely outside.
    No,
    /// Nobody can say; never treat this as a no.
    Unknown {
        /// The reason, a clause for people.
        why: String,
    },
}

impl Answer {
    /// `yes`, `no` or `unknown`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown { .. } => "unknown",
        }
    }
}

/// One end of an interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// No end on this side.
    Unbounded,
    /// Up to this version, which belongs to the interval.
    Included(Version),
    /// Up to this version, which does not belong to the interval.
    Excluded(Version),
}

/// The versions between two bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// The older end.
    pub lower: Bound,
    /// The newer end.
    pub upper: Bound,
}

impl Interval {
    /// Exactly one version.
    pub fn exact(version: Version) -> Self {
        Self { lower: Bound::Included(version.clone()), upper: Bound::Included(version) }
    }

    /// Every version.
    pub fn all() -> Self {
        Self { lower: Bound::Unbounded, upper: Bound::Unbounded }
    }

    /// The one version, when the interval is a single point.
    pub fn point(&self) -> Option<&Version> {
        match (&self.lower, &self.upper) {
            (Bound::Included(a), Bound::Included(b)) if a == b => Some(a),
            _ => None,
        }
    }

    fn contains(&self, version: &Version) -> Verdict {
        side(version, &self.lower, Side::Lower).and(side(version, &self.upper, Side::Upper))
    }
}

/// Which end a bound is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Lower,
    Upper,
}

/// An answer without an allocation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Yes,
    No,
    Unknown(Undecidable),
}

impl Verdict {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Unknown(why), _) | (_, Self::Unknown(why)) => Self::Unknown(why),
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }

    fn of(inside: bool) -> Self {
        if inside { Self::Yes } else { Self::No }
    }
}

fn side(version: &Version, bound: &Bound, side: Side) -> Verdict {
    let (limit, included) = match bound {
        Bound::Unbounded => return Verdict::Yes,
        Bound::Included(limit) => (limit, true),
        Bound::Excluded(limit) => (limit, false),
    };
    if version.is_meant_by(limit) {
        return Verdict::of(included);
    }
    match version.compare(limit) {
        Comparison::Equal => Verdict::of(included),
        // An installed package whose release is not given may have that release or a later one.
        Comparison::Less
            if side == Side::Lower && version.scheme() == Scheme::Rpm && limit.is_meant_by(version) =>
        {
            Verdict::Unknown(Undecidable::LeftLacksBuild)
        }
        Comparison::Less => Verdict::of(side == Side::Upper),
        // `1.2.3` as the last one that is meant: whether all its builds are is not said.
        Comparison::Greater if side == Side::Upper && included && version.is_build_of(limit) => {
            Verdict::Unknown(Undecidable::RightLacksBuild)
        }
        Comparison::Greater => Verdict::of(side == Side::Lower),
        // The bound names a release without a build: every build of it is that release.
        Comparison::Undecidable(Undecidable::RightLacksBuild) => Verdict::of(included),
        Comparison::Undecidable(why) => Verdict::Unknown(why),
    }
}

/// A set of versions: the union of intervals, without the excluded versions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionRange {
    intervals: Vec<Interval>,
    excluded: Vec<Version>,
}

impl VersionRange {
    /// Every version.
    pub fn all() -> Self {
        Self { intervals: vec![Interval::all()], excluded: Vec::new() }
    }

    /// No version.
    pub fn none() -> Self {
        Self::default()
    }

    /// Exactly one version.
    pub fn exact(version: Version) -> Self {
        Self { intervals: vec![Interval::exact(version)], excluded: Vec::new() }
    }

    /// The union of the given intervals.
    pub fn from_intervals(intervals: Vec<Interval>) -> Self {
        Self { intervals, excluded: Vec::new() }
    }

    /// The same range without these versions.
    #[must_use]
    pub fn without(mut self, versions: Vec<Version>) -> Self {
        self.excluded.extend(versions);
        self
    }

    /// The intervals, in the order of the source.
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    /// The versions that are taken out again.
    pub fn excluded(&self) -> &[Version] {
        &self.excluded
    }

    /// True when every version is inside.
    pub fn is_all(&self) -> bool {
        let unbounded = |i: &Interval| i.lower == Bound::Unbounded && i.upper == Bound::Unbounded;
        self.excluded.is_empty() && self.intervals.iter().any(unbounded)
    }

    /// True when the range has no interval at all.
    pub fn is_none(&self) -> bool {
        self.intervals.is_empty()
    }

    /// Adds everything of the other range.
    pub(crate) fn add(&mut self, other: Self) {
        self.intervals.extend(other.intervals);
        self.excluded.extend(other.excluded);
    }

    /// Whether the version is inside; `No` only when every part of the range surely leaves it out.
    pub fn contains(&self, version: &Version) -> Answer {
        let mut verdict = Verdict::No;
        for interval in &self.intervals {
            match interval.contains(version) {
                Verdict::Yes => {
                    verdict = Verdict::Yes;
                    break;
                }
                Verdict::Unknown(why) => verdict = Verdict::Unknown(why),
                Verdict::No => {}
            }
        }
        for gone in &self.excluded {
            if version.compare(gone) == Comparison::Equal || version.is_meant_by(gone) {
                return Answer::No;
            }
        }
        match verdict {
            Verdict::Yes => Answer::Yes,
            Verdict::No => Answer::No,
            Verdict::Unknown(why) => {
                Answer::Unknown { why: format!("`{version}` cannot be compared with `{self}`: {why}") }
            }
        }
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.intervals.is_empty() {
            return f.write_str("no version");
        }
        for (nth, interval) in self.intervals.iter().enumerate() {
            if nth > 0 {
                f.write_str(" or ")?;
            }
            write!(f, "{interval}")?;
        }
        for (nth, version) in self.excluded.iter().enumerate() {
            write!(f, "{} {version}", if nth == 0 { " except" } else { "," })?;
        }
        Ok(())
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(point) = self.point() {
            return write!(f, "{point}");
        }
        let lower = match &self.lower {
            Bound::Unbounded => None,
            Bound::Included(v) if v.edge() == Edge::FamilyEnd => Some((">", v)),
            Bound::Included(v) => Some((">=", v)),
            Bound::Excluded(v) => Some((">", v)),
        };
        let upper = match &self.upper {
            Bound::Unbounded => None,
            Bound::Excluded(v) if v.edge() == Edge::FamilyEnd => Some(("<=", v)),
            Bound::Excluded(v) => Some(("<", v)),
            Bound::Included(v) => Some(("<=", v)),
        };
        match (lower, upper) {
            (None, None) => f.write_str("all versions"),
            (Some((">=", a)), Some(("<=", b)))
                if a.text() == b.text() && a.edge() != Edge::Exact && b.edge() != Edge::Exact =>
            {
                write!(f, "{a}")
            }
            (Some((op, v)), None) | (None, Some((op, v))) => write!(f, "{op} {v}"),
            (Some((from, a)), Some((to, b))) => write!(f, "{from} {a}, {to} {b}"),
        }
    }
}
