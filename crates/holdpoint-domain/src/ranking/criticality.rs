//! What is lost with an asset, by dimension, and where that was said: of the asset, of its function, of its zone.
//!
//! The rule: per dimension the highest value that anybody said holds, with where it was said; an asset can not be worth
//! less than what it is needed for. A dimension of which nobody said anything is unknown, which is not "none".

use super::point::{Mission, Possible, Safety};
use crate::asset::{Consequence, Field};
use crate::words::vocabulary;

vocabulary! {
    /// What can be lost.
    Dimension, "dimension" {
        /// People.
        Safety = "safety",
        /// Output.
        Production = "production",
        /// Surroundings.
        Environment = "environment",
        /// What is made.
        Quality = "quality",
        /// Data.
        Data = "data",
    }
}

impl Dimension {
    /// All of them, in the order in which they are named.
    pub const ALL_FIVE: [Self; 5] =
        [Self::Safety, Self::Production, Self::Environment, Self::Quality, Self::Data];

    /// The field of an asset that holds it.
    #[must_use]
    pub const fn field(self) -> Field {
        match self {
            Self::Safety => Field::SafetyConsequence,
            Self::Production => Field::ProductionConsequence,
            Self::Environment => Field::EnvironmentConsequence,
            Self::Quality => Field::QualityConsequence,
            Self::Data => Field::DataConsequence,
        }
    }
}

vocabulary! {
    /// Of what something was said. Of equals the nearer one is named as the source.
    Bearer, "bearer" {
        /// The asset itself.
        Asset = "asset",
        /// A function that the asset serves.
        Function = "function",
        /// The zone in which it stands.
        Zone = "zone",
    }
}

/// What was said of one bearer; `None`: nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Profile([Option<Consequence>; 5]);

impl Profile {
    /// What was said of a dimension.
    #[must_use]
    pub const fn of(self, dimension: Dimension) -> Option<Consequence> {
        self.0[dimension as usize]
    }

    /// The same, with this said of a dimension.
    #[must_use]
    pub const fn with(mut self, dimension: Dimension, said: Option<Consequence>) -> Self {
        self.0[dimension as usize] = said;
        self
    }

    /// The same, silent where a first word waits: what is known of it, whoever else said something of these dimensions.
    #[must_use]
    pub fn without_first_words(self, waiting: Dimensions) -> Self {
        let first = Dimension::ALL.iter().filter(|one| is_first_word(self.of(**one), waiting.has(**one)));
        first.fold(self, |all, dimension| all.with(*dimension, None))
    }

    /// Whether nothing was said at all.
    #[must_use]
    pub fn is_silent(self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// The higher of two in every dimension: several functions of one asset.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        let mut all = self;
        for dimension in Dimension::ALL {
            all = all.with(*dimension, self.of(*dimension).max(other.of(*dimension)));
        }
        all
    }
}

/// Some of the dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Dimensions([bool; 5]);

impl Dimensions {
    /// Those of which this is so.
    #[must_use]
    pub fn where_it_is(so: impl Fn(Dimension) -> bool) -> Self {
        Self(Dimension::ALL_FIVE.map(so))
    }

    /// Whether one is among them.
    #[must_use]
    pub const fn has(self, dimension: Dimension) -> bool {
        self.0[dimension as usize]
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == [false; 5]
    }

    /// Those of them of which this is so.
    #[must_use]
    pub fn filtered(self, so: impl Fn(Dimension) -> bool) -> Self {
        Self::where_it_is(|dimension| self.has(dimension) && so(dimension))
    }

    /// Those of either.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        Self::where_it_is(|dimension| self.has(dimension) || other.has(dimension))
    }
}

/// What holds for an asset, and of what it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Criticality {
    held: [Option<(Consequence, Bearer)>; 5],
    /// Whether nobody says it any more: what was said before, by one person's word against it, is the least that it can be.
    at_least: [bool; 5],
    /// Whether less was said since, and no second person has agreed yet.
    waiting: [bool; 5],
}

/// What goes on counting until a second person agrees that less is lost, of each bearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct StillHeld {
    /// Of the asset.
    pub asset: Profile,
    /// Of its functions, together.
    pub functions: Profile,
    /// Of its zone.
    pub zone: Profile,
    /// Of which a first word on the asset waits: it goes on counting as unknown.
    pub first_of_asset: Dimensions,
    /// The same, where nothing but such words is said of its functions.
    pub first_of_functions: Dimensions,
    /// The same of its zone.
    pub first_of_zone: Dimensions,
}

impl StillHeld {
    /// Of what first words wait that say something of the asset itself, or of where it stands: since it was moved, its zone's
    /// word is one as well.
    #[must_use]
    pub fn first_of_place(self) -> Dimensions {
        self.first_of_asset.joined(self.first_of_zone)
    }

    /// Whether nothing but first words that wait is said of a dimension.
    fn is_first_word(self, dimension: Dimension, said: [Profile; 3]) -> bool {
        let waits = [self.first_of_asset, self.first_of_functions, self.first_of_place()];
        let still = [self.asset, self.functions, self.zone];
        let words =
            said.into_iter().zip(waits).filter_map(|(said, waits)| Some((said.of(dimension)?, waits)));
        let mut words = words.map(|(said, waits)| is_first_word(Some(said), waits.has(dimension))).peekable();
        words.peek().is_some()
            && words.all(|waits| waits)
            && still.iter().all(|held| held.of(dimension).is_none())
    }
}

/// Less than this is a first word that waits: of what nobody has said anything as much may be lost, and it counts as much when
/// people sign.
pub(super) const FIRST_BELOW: Consequence = Consequence::Major;

/// Whether a word is a first one that waits. What was raised since counts.
fn is_first_word(said: Option<Consequence>, waits: bool) -> bool {
    waits && said.is_some_and(|said| said < FIRST_BELOW)
}

impl Criticality {
    /// The highest of what was said of the asset, its functions and its zone.
    #[must_use]
    pub fn inherited(asset: Profile, functions: Profile, zone: Profile) -> Self {
        let mut held = [None; 5];
        for dimension in Dimension::ALL {
            let said = [
                (asset.of(*dimension), Bearer::Asset),
                (functions.of(*dimension), Bearer::Function),
                (zone.of(*dimension), Bearer::Zone),
            ];
            for (value, bearer) in said {
                let Some(value) = value else { continue };
                let slot: &mut Option<(Consequence, Bearer)> = &mut held[*dimension as usize];
                if slot.is_none_or(|(known, _)| value > known) {
                    *slot = Some((value, bearer));
                }
            }
        }
        Self { held, at_least: [false; 5], waiting: [false; 5] }
    }

    /// The same, with what goes on counting until a second person agrees to less.
    #[must_use]
    pub fn counted(asset: Profile, functions: Profile, zone: Profile, still: StillHeld) -> Self {
        let said = Self::inherited(asset, functions, zone);
        let mut all = Self::inherited(
            asset.joined(still.asset),
            functions.joined(still.functions),
            zone.joined(still.zone),
        );
        for dimension in Dimension::ALL {
            let place = *dimension as usize;
            let first = still.is_first_word(*dimension, [asset, functions, zone]);
            all.at_least[place] = first || (said.held[place].is_none() && all.held[place].is_some());
            all.waiting[place] = first || said.held[place] != all.held[place];
        }
        all
    }

    /// Whether a dimension may be higher than [`Criticality::of`] says, since nobody says it any more.
    #[must_use]
    pub const fn is_at_least(self, dimension: Dimension) -> bool {
        self.at_least[dimension as usize]
    }

    /// Whether less was said of a dimension since, and waits for a second person.
    #[must_use]
    pub const fn is_waiting(self, dimension: Dimension) -> bool {
        self.waiting[dimension as usize]
    }

    /// What holds in each dimension.
    #[must_use]
    pub fn profile(self) -> Profile {
        Dimension::ALL.iter().fold(Profile::default(), |all, dimension| {
            all.with(*dimension, self.of(*dimension).map(|(value, _)| value))
        })
    }

    /// What holds in a dimension, and of what it was said; `None`: nobody has said.
    #[must_use]
    pub const fn of(self, dimension: Dimension) -> Option<(Consequence, Bearer)> {
        self.held[dimension as usize]
    }

    /// SSVC's Safety Impact. Harm to the surroundings is one of its classes, so it raises the value; alone it leaves open
    /// how high the value is, since nobody has said what happens to people.
    #[must_use]
    pub fn safety(self) -> Possible<Safety> {
        self.span(Dimension::Safety, &[Dimension::Environment], safety_of)
    }

    /// SSVC's Mission Impact, from production; quality and data raise it, and alone leave open how high it is.
    #[must_use]
    pub fn mission(self) -> Possible<Mission> {
        self.span(Dimension::Production, &[Dimension::Quality, Dimension::Data], mission_of)
    }

    fn span<T: super::point::Point>(
        self,
        first: Dimension,
        others: &[Dimension],
        read: fn(Consequence) -> T,
    ) -> Possible<T> {
        let known = match self.of(first) {
            Some((value, _)) if self.is_at_least(first) => {
                Possible::any().worse_of(Possible::exactly(read(value)))
            }
            Some((value, _)) => Possible::exactly(read(value)),
            None => Possible::any(),
        };
        others
            .iter()
            .filter_map(|dimension| self.of(*dimension))
            .fold(known, |known, (value, _)| known.worse_of(Possible::exactly(read(value))))
    }
}

const fn safety_of(consequence: Consequence) -> Safety {
    match consequence {
        Consequence::None | Consequence::Minor => Safety::Negligible,
        Consequence::Moderate => Safety::Marginal,
        Consequence::Major => Safety::Critical,
        Consequence::Catastrophic => Safety::Catastrophic,
    }
}

const fn mission_of(consequence: Consequence) -> Mission {
    match consequence {
        Consequence::None | Consequence::Minor => Mission::Degraded,
        Consequence::Moderate => Mission::SupportCrippled,
        Consequence::Major => Mission::OneFails,
        Consequence::Catastrophic => Mission::AllFail,
    }
}
