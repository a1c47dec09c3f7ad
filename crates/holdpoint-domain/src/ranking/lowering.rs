//! What counts for less than before by one person's word, and so goes on counting until a second person agrees.
//!
//! Raising counts at once. The surprise: taking a value away is no raising, though the value is unknown afterwards; what was
//! said of it before then counts as the least that it can be. And a first word lowers what was unknown, unless it says that much
//! is lost: whatever the same person says next, it goes on counting as unknown until a second one agrees. A word that was
//! only waiting is nothing to go back to.

pub mod duties;

use super::criticality::{Dimension, Dimensions, FIRST_BELOW, Profile};
use crate::Moment;
use crate::asset::Consequence;
use crate::id::{BaselineId, FunctionId, LoweringId, SiteId, ZoneId};
use crate::site::Exposure;
use crate::words::vocabulary;

/// What is lost with something, and how far it can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Weight {
    /// What is lost, by dimension.
    pub lost: Profile,
    /// How far it can be reached; `None`: nobody has said.
    pub exposure: Option<Exposure>,
    /// Of what nobody had said anything, and a first word waits: it goes on counting as unknown.
    pub unsaid: Dimensions,
}

/// What less is said of than this is little. The unknown counts as this in the ranking, so taking away what is less raises.
const LITTLE_BELOW: Consequence = Consequence::Moderate;

impl Weight {
    /// What was said of exposure alone.
    #[must_use]
    pub fn reached(exposure: Option<Exposure>) -> Self {
        Self { exposure, ..Self::default() }
    }

    /// What was said of what is lost alone.
    #[must_use]
    pub fn lost(lost: Profile) -> Self {
        Self { lost, ..Self::default() }
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_silent(self) -> bool {
        self.lost.is_silent() && self.exposure.is_none() && self.unsaid.is_empty()
    }

    /// The higher of two in every respect.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        Self {
            lost: self.lost.joined(other.lost),
            exposure: self.exposure.max(other.exposure),
            unsaid: self.unsaid.joined(other.unsaid),
        }
    }

    /// What of this would count for less afterwards. The lowest value is not named where nobody says anything any more: the
    /// unknown is never less than that.
    #[must_use]
    pub fn more_than(self, after: Self) -> Self {
        let mut lost = Profile::default();
        for dimension in Dimension::ALL {
            let (before, after) = (self.lost.of(*dimension), after.lost.of(*dimension));
            let kept = before.filter(|before| match after {
                Some(after) => after < *before,
                None => *before >= LITTLE_BELOW,
            });
            lost = lost.with(*dimension, kept);
        }
        let exposure = self.exposure.filter(|before| match after.exposure {
            Some(after) => after < *before,
            None => *before > Exposure::Small,
        });
        Self { lost, exposure, unsaid: Dimensions::default() }
    }

    /// The same, with the dimensions of which a first word waits.
    #[must_use]
    pub fn with_unsaid(self, unsaid: Dimensions) -> Self {
        Self { unsaid: self.unsaid.joined(unsaid), ..self }
    }

    /// What goes on counting of a function or a zone for an asset on which its word is a first one that waits: in these
    /// dimensions what was said of it before is no better known of the asset than what is said now.
    #[must_use]
    pub fn of_newcomer(self, first: Dimensions) -> Self {
        Self { lost: self.lost.without_first_words(first), ..self }.with_unsaid(first)
    }

    /// In words: `safety major, exposure open`; empty when nothing is said.
    #[must_use]
    pub fn words(self) -> String {
        let lost = Dimension::ALL
            .iter()
            .filter_map(|dimension| self.lost.of(*dimension).map(|value| format!("{dimension} {value}")));
        let reached = self.exposure.map(|value| format!("exposure {value}"));
        let unsaid = Dimension::ALL.iter().filter(|dimension| self.unsaid.has(**dimension));
        let unsaid = unsaid.map(|dimension| format!("{dimension} unknown"));
        lost.chain(reached).chain(unsaid).collect::<Vec<_>>().join(", ")
    }
}

/// The dimensions that were unknown, and of which less than much is said to be lost now.
#[must_use]
pub fn first_word(was_unknown: impl Fn(Dimension) -> bool, now: Profile) -> Dimensions {
    Dimensions::where_it_is(|dimension| {
        was_unknown(dimension) && now.of(dimension).is_some_and(|said| said < FIRST_BELOW)
    })
}

/// Of what less is said than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lowered {
    /// Of an asset, by its number: what was said of itself, or where it stands.
    Asset(i64),
    /// Of an asset, by its number: fields by which more is asked of work on it.
    Fields(i64),
    /// Of an asset, by its number, that does not serve a function any more.
    Leaving(i64, FunctionId),
    /// Of an asset, by its number, of which nobody had said anything, and that serves a function of which something is said.
    Joining(i64, FunctionId),
    /// Of a function.
    Function(FunctionId),
    /// Of a function that is to go.
    Removal(FunctionId),
    /// Of what is lost with a zone.
    Zone(ZoneId),
    /// Of how far a zone can be reached.
    Exposure(ZoneId),
    /// Of an asset, by its number, on which the release of a stricter baseline is not seen any more.
    Release(i64, BaselineId),
}

impl Lowered {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asset(_) => "asset",
            Self::Fields(_) => "fields",
            Self::Leaving(..) => "leaving",
            Self::Joining(..) => "joining",
            Self::Function(_) => "function",
            Self::Removal(_) => "removal",
            Self::Zone(_) => "zone",
            Self::Exposure(_) => "exposure",
            Self::Release(..) => "release",
        }
    }
}

vocabulary! {
    /// How a lowering that waited came to its end.
    LoweringEnd, "end of a lowering" {
        /// A second person agreed; the lower value counts.
        Agreed = "agreed",
        /// A second person did not agree; the old value is back.
        Refused = "refused",
        /// It was said anew, higher or lower.
        Overtaken = "overtaken",
    }
}

/// A lowering that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lowering {
    /// Its id.
    pub id: LoweringId,
    /// Of what.
    pub of: Lowered,
    /// The site on which it counts; `None`: of an asset that stands on none.
    pub site: Option<SiteId>,
    /// How people call what is lowered.
    pub name: String,
    /// What counted before and goes on counting.
    pub held: Weight,
    /// What is said now, in words.
    pub now: String,
    /// What refusing puts back: the words that were said before, by field; a field without one is emptied.
    pub back: Vec<(String, Option<String>)>,
    /// What agreeing writes: of fields that keep what was said before until then; empty: the lower value is said already.
    pub wanted: Vec<(String, Option<String>)>,
    /// Who said so; the last that did.
    pub by: String,
    /// The accounts of all who had a part in it: none of them is the second person.
    pub accounts: Vec<String>,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
}

impl Lowering {
    /// What goes on counting, in words: `safety major, exposure open`, `kind safety-controller`.
    #[must_use]
    pub fn before(&self) -> String {
        match self.of {
            Lowered::Release(..) => duties::words(&self.back),
            Lowered::Fields(_) if !self.wanted.is_empty() => duties::words(&self.back),
            Lowered::Asset(_)
            | Lowered::Fields(_)
            | Lowered::Leaving(..)
            | Lowered::Joining(..)
            | Lowered::Function(_)
            | Lowered::Removal(_)
            | Lowered::Zone(_)
            | Lowered::Exposure(_) => self.held.words(),
        }
    }

    /// Whether a person with an account answers for it. Of a console, a job or a device nobody can tell who sat there.
    #[must_use]
    pub fn is_answered_for(&self) -> bool {
        self.accounts.iter().any(|account| account.starts_with("person:"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(value: Option<Consequence>) -> Weight {
        Weight::lost(Profile::default().with(Dimension::Safety, value))
    }

    #[test]
    fn a_first_word_on_the_unknown_waits_unless_it_says_that_much_is_lost() {
        let first = |now| first_word(|_| true, lost(Some(now)).lost).has(Dimension::Safety);
        assert!(first(Consequence::None) && first(Consequence::Minor) && first(Consequence::Moderate));
        assert!(!first(Consequence::Major) && !first(Consequence::Catastrophic));
        assert!(first_word(|_| false, lost(Some(Consequence::None)).lost).is_empty(), "it was known");
        let held = Weight::default().with_unsaid(first_word(|_| true, lost(Some(Consequence::None)).lost));
        assert!(!held.is_silent());
        assert_eq!(held.words(), "safety unknown");
    }

    #[test]
    fn raising_and_a_first_word_hold_nothing_back() {
        let (minor, major) = (lost(Some(Consequence::Minor)), lost(Some(Consequence::Major)));
        assert!(minor.more_than(major).is_silent());
        assert!(Weight::default().more_than(minor).is_silent());
        let (small, open) = (Weight::reached(Some(Exposure::Small)), Weight::reached(Some(Exposure::Open)));
        assert!(small.more_than(open).is_silent());
        assert!(Weight::default().more_than(small).is_silent());
    }

    #[test]
    fn less_in_any_respect_and_a_value_taken_away_go_on_counting() {
        let major = lost(Some(Consequence::Major));
        assert_eq!(major.more_than(lost(Some(Consequence::Minor))), major);
        assert_eq!(major.more_than(Weight::default()), major, "taken away is not raised");
        let open = Weight::reached(Some(Exposure::Open));
        assert_eq!(open.more_than(Weight::reached(Some(Exposure::Controlled))), open);
        assert_eq!(open.more_than(Weight::default()), open);
        assert_eq!(major.joined(open).words(), "safety major, exposure open");
    }

    #[test]
    fn the_lowest_that_is_taken_away_is_unknown_at_once() {
        for low in [Consequence::None, Consequence::Minor] {
            assert!(lost(Some(low)).more_than(Weight::default()).is_silent(), "{low}");
        }
        assert!(Weight::reached(Some(Exposure::Small)).more_than(Weight::default()).is_silent());
    }
}
