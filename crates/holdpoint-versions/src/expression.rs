//! The reader of version expressions as advisories really write them.
//!
//! Here live the outcome types and the way through the reader: clean the text, take remarks and conditions
//! apart, read the bounds, put everything together. The surprise: there are three outcomes. What is not fully
//! understood is *not understood*, with the reason; nothing is ever guessed, because a wrong "not affected" is
//! the worst answer of all.

mod bounds;
mod clause;
mod combine;
mod dates;
mod days;
mod facts;
mod flag;
mod interval;
mod languages;
mod marks;
mod models;
mod named;
pub(crate) mod notation;
pub mod pairs;
mod phrase;
mod predicate;
mod read;
pub mod releases;
mod serials;
mod shape;
mod tail;
mod text;

use std::fmt;

pub use facts::{ARCHITECTURE, Component, Coverage, Facts};
pub use flag::Flag;
pub use named::{NameRemark, remarks_in_name};
pub use predicate::Predicate;

use crate::lines::Lines;
use crate::profile::Profile;
use crate::range::{Answer, Bound, Interval, VersionRange};
use crate::version::{Comparison, Edge, Version, VersionError};

/// Where a text stands; the same words can mean different things for different products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context<'a> {
    /// The vendor's name as the document spells it; may be empty.
    pub vendor: &'a str,
    /// The product's name as the document spells it; may be empty.
    pub product: &'a str,
    /// The kind of node the text was found in.
    pub category: Category,
}

/// The kind of node of a product tree a text was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// `product_version`: one version.
    Version,
    /// `product_version_range`: a range.
    Range,
    /// Anything else, for example a free-text field of an import.
    Other,
}

/// A version expression after reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// What the text means.
    pub outcome: Outcome,
    /// What was tolerated or should be known besides.
    pub flags: Vec<Flag>,
    profile: Profile,
    lines: Option<Lines>,
}

/// The three outcomes of reading an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The text is a range of versions and nothing else.
    Decided {
        /// The affected versions.
        range: VersionRange,
    },
    /// The text is a range of versions, and more must be known about the asset.
    Conditional {
        /// Versions outside are surely not meant, whatever the predicates say.
        range: VersionRange,
        /// Versions inside are surely meant, whatever the predicates say; often none.
        certain: VersionRange,
        /// What must be known, at least one.
        predicates: Vec<Predicate>,
    },
    /// The text was not fully understood; a person must look.
    NotUnderstood {
        /// Why, a clause for people.
        why: String,
    },
}

/// Reads a version expression. Never fails: what cannot be read is [`Outcome::NotUnderstood`].
///
/// Texts of more than [`MAX_EXPRESSION_BYTES`](crate::MAX_EXPRESSION_BYTES) are not read.
pub fn parse(context: &Context<'_>, text: &str) -> Expression {
    let lines = Lines::of(context.vendor, context.product);
    let read = Expression { lines, ..read::expression(context, text) };
    if read.why().is_some() {
        return read;
    }
    let doubt = if shape::names_models(text) {
        Some("it looks like a list of models, not of versions".to_owned())
    } else {
        shape::cut_off(text)
            .or_else(|| shape::two_in_one(text))
            .or_else(|| shape::no_version(context.product, &read))
            .or_else(|| line_by_itself(context, text))
    };
    match doubt {
        Some(why) => Expression { outcome: Outcome::NotUnderstood { why }, ..read },
        None => read,
    }
}

/// Why a text of several lines is not understood although its words are, one after the other: a line that begins with
/// a version and says nothing by itself may not be the beginning of the next.
fn line_by_itself(context: &Context<'_>, text: &str) -> Option<String> {
    let is_end = |c: char| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    let lines = text.split(is_end).map(str::trim).filter(|line| !line.is_empty());
    if lines.clone().count() < 2 {
        return None;
    }
    let begins = |line: &&str| {
        let rest = line.trim_start_matches(['<', '>', '=', '≤', '≥', ' ']).trim_start_matches(['v', 'V']);
        rest.starts_with(|c: char| c.is_ascii_digit())
    };
    let mut naming = lines.filter(begins);
    naming.find_map(|line| {
        let alone = read::expression(context, line);
        let shown: String = line.chars().take(64).collect();
        alone.why().map(|why| format!("its line `{shown}` says nothing by itself: {why}"))
    })
}

impl Expression {
    pub(crate) fn new(profile: Profile, outcome: Outcome, flags: Vec<Flag>) -> Self {
        Self { outcome, flags, profile, lines: None }
    }

    /// The vendor's way of writing versions that the text was read with.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// `decided`, `conditional` or `not_understood`.
    pub fn outcome_name(&self) -> &'static str {
        match self.outcome {
            Outcome::Decided { .. } => "decided",
            Outcome::Conditional { .. } => "conditional",
            Outcome::NotUnderstood { .. } => "not_understood",
        }
    }

    /// The same expression, of which nothing is sure unless these hold as well.
    #[must_use]
    pub fn only_if(mut self, further: Vec<Predicate>) -> Self {
        if further.is_empty() {
            return self;
        }
        self.outcome = match self.outcome {
            Outcome::Decided { range } => {
                Outcome::Conditional { range, certain: VersionRange::none(), predicates: further }
            }
            Outcome::Conditional { range, mut predicates, .. } => {
                predicates.extend(further);
                Outcome::Conditional { range, certain: VersionRange::none(), predicates }
            }
            not_understood @ Outcome::NotUnderstood { .. } => not_understood,
        };
        self
    }

    /// The range outside of which no version is meant; `None` when the text was not understood.
    pub fn range(&self) -> Option<&VersionRange> {
        match &self.outcome {
            Outcome::Decided { range } | Outcome::Conditional { range, .. } => Some(range),
            Outcome::NotUnderstood { .. } => None,
        }
    }

    /// What must be known besides the version; empty unless the outcome is conditional.
    pub fn predicates(&self) -> &[Predicate] {
        match &self.outcome {
            Outcome::Conditional { predicates, .. } => predicates,
            Outcome::Decided { .. } | Outcome::NotUnderstood { .. } => &[],
        }
    }

    /// Why the text was not understood; `None` when it was.
    pub fn why(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::NotUnderstood { why } => Some(why),
            Outcome::Decided { .. } | Outcome::Conditional { .. } => None,
        }
    }

    /// Reads the version of an asset in the way the expression was read.
    ///
    /// # Errors
    /// When the text is not fully understood as a version.
    pub fn parse_version(&self, text: &str) -> Result<Version, VersionError> {
        let scheme = self
            .range()
            .and_then(|range| {
                range.intervals().iter().find_map(interval_version).or_else(|| range.excluded().first())
            })
            .map_or(crate::Scheme::Ot, Version::scheme);
        if let Some(why) = notation::no_version(scheme, text) {
            return Err(VersionError::new(scheme, text, why));
        }
        Version::with_profile(scheme, self.profile, text)
    }

    /// Whether an asset with this version text is meant. A text that is no version gives unknown, unless every
    /// version is meant.
    pub fn contains(&self, version_text: &str) -> Answer {
        match &self.outcome {
            Outcome::Decided { range } if range.is_all() => return Answer::Yes,
            Outcome::Conditional { range, predicates, .. } if range.is_all() => {
                let version = self.parse_version(version_text);
                return version.map_or_else(
                    |_| Answer::Unknown { why: missing(predicates) },
                    |version| self.contains_version(&version),
                );
            }
            Outcome::Decided { .. } | Outcome::Conditional { .. } | Outcome::NotUnderstood { .. } => {}
        }
        let answer = match self.parse_version(version_text) {
            Ok(version) => self.contains_version(&version),
            Err(error) => return Answer::Unknown { why: error.to_string() },
        };
        match (answer, self.range()) {
            (Answer::No, Some(range)) => match self.of_another_line(range, version_text) {
                Some(why) => Answer::Unknown { why },
                None => shape::doubted(range, version_text, Answer::No),
            },
            (Answer::Yes, Some(range)) => shape::doubted(range, version_text, Answer::Yes),
            (answer, _) => answer,
        }
    }

    /// Whether a version is meant: `No` only when the range alone excludes it, `Yes` only when nothing else counts.
    pub fn contains_version(&self, version: &Version) -> Answer {
        match &self.outcome {
            Outcome::Decided { range } => self.decided(range, version),
            Outcome::Conditional { range, certain, predicates } => {
                if !certain.is_none() && certain.contains(version) == Answer::Yes {
                    return Answer::Yes;
                }
                match self.decided(range, version) {
                    Answer::Yes => Answer::Unknown { why: missing(predicates) },
                    other => other,
                }
            }
            Outcome::NotUnderstood { why } => {
                Answer::Unknown { why: format!("the text of the advisory is not understood: {why}") }
            }
        }
    }

    /// Why an installed build is of another line than all that the range names; `None`: it is not.
    fn of_another_line(&self, range: &VersionRange, installed: &str) -> Option<String> {
        let lines = self.lines?;
        let mut bounds = shape::bounds(range).peekable();
        let named = *bounds.peek()?;
        bounds.all(|bound| lines.are_apart(bound, installed)).then(|| {
            format!("`{installed}` is a build of another line than `{named}`, and each has its own fixes")
        })
    }

    /// True when a remark or condition may add versions, so that its own failing excludes nothing.
    fn is_opened(&self) -> bool {
        self.flags.contains(&Flag::RangeOpened)
    }

    /// Whether the range alone holds a version text.
    fn inside(&self, range: &VersionRange, version_text: &str) -> Answer {
        match self.parse_version(version_text) {
            Ok(version) => match self.decided(range, &version) {
                answer @ (Answer::Yes | Answer::No) => shape::doubted(range, version_text, answer),
                answer @ Answer::Unknown { .. } => answer,
            },
            Err(error) => Answer::Unknown { why: error.to_string() },
        }
    }

    fn decided(&self, range: &VersionRange, version: &Version) -> Answer {
        let answer = range.contains(version);
        if answer != Answer::No || version.scheme() != crate::Scheme::Ot {
            return answer;
        }
        for interval in range.intervals() {
            if let Some(why) = self.coarse(interval, version) {
                return Answer::Unknown { why };
            }
        }
        answer
    }

    /// A text that says `8` may mean the whole of 8.x: a version that continues it is not excluded.
    fn coarse(&self, interval: &Interval, version: &Version) -> Option<String> {
        if let Bound::Included(upper) | Bound::Excluded(upper) = &interval.upper
            && upper.edge() == Edge::Exact
            && version.runs_on(upper)
        {
            return Some(format!("the text names `{}`; `{version}` goes on where it ends", upper.text()));
        }
        let Bound::Included(upper) = &interval.upper else { return None };
        let exact = self.flags.contains(&Flag::ExactPoint);
        if interval.point().is_some() && !exact && version.is_fix_of(upper) {
            return Some(format!("the text names `{}`; its fix level is not given", upper.text()));
        }
        if pairs::goes_on(upper.text(), version.text()) || version.is_fix_of(upper) {
            return Some(format!("the text names `{}`; `{version}` goes on where it ends", upper.text()));
        }
        let numbers = upper.text().trim_start_matches(['v', 'V', '.', ' ']);
        let parts = numbers.split('.').count();
        let plain = !numbers.is_empty() && numbers.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let is_point = interval.point().is_some();
        if !plain || parts > 2 || (parts == 2 && (!is_point || exact)) {
            return None;
        }
        let (start, end) = Version::family(self.profile, numbers, numbers).ok()?;
        let inside =
            version.compare(&start) != Comparison::Less && version.compare(&end) != Comparison::Greater;
        inside.then(|| format!("the text names `{}`; `{version}` may be meant by that", upper.text()))
    }
}

fn interval_version(interval: &Interval) -> Option<&Version> {
    let of = |bound| match bound {
        &Bound::Unbounded => None,
        Bound::Included(version) | Bound::Excluded(version) => Some(version),
    };
    of(&interval.lower).or_else(|| of(&interval.upper))
}

fn missing(predicates: &[Predicate]) -> String {
    let mut attributes: Vec<String> = predicates.iter().map(Predicate::attribute).collect();
    attributes.dedup();
    format!("it depends on what is not known: {}", attributes.join(", "))
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Outcome::Decided { range } => write!(f, "{range}"),
            Outcome::Conditional { range, predicates, .. } => {
                write!(f, "{range}")?;
                for predicate in predicates {
                    write!(f, "; {predicate}")?;
                }
                Ok(())
            }
            Outcome::NotUnderstood { why } => write!(f, "not understood: {why}"),
        }
    }
}
