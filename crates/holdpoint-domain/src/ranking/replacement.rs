//! What stands in the place of a value: a person's word with an end, or a compensating control while it holds.
//!
//! One person's word only raises a point; it lowers it once a second person has confirmed it.
//! The surprise: neither touches an outcome. They change a decision point and the row of the table is read again, so that
//! the reason stays visible; when they end, the old value is back by itself.

use super::point::{Automatable, Exploitation, Mission, Possible, Safety};
use crate::Moment;
use crate::site::Exposure;
use crate::words::{UnknownWord, vocabulary};

vocabulary! {
    /// A decision point of which a person can say another value.
    Replaceable, "decision point" {
        /// Exploitation.
        Exploitation = "exploitation",
        /// System exposure.
        Exposure = "exposure",
        /// Automatable.
        Automatable = "automatable",
        /// Safety impact.
        Safety = "safety",
        /// Mission impact.
        Mission = "mission",
    }
}

/// A value of a decision point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PointValue {
    /// Of exploitation.
    Exploitation(Exploitation),
    /// Of system exposure.
    Exposure(Exposure),
    /// Of automatable.
    Automatable(Automatable),
    /// Of safety impact.
    Safety(Safety),
    /// Of mission impact.
    Mission(Mission),
}

impl PointValue {
    /// Reads the word of a point.
    ///
    /// # Errors
    /// [`UnknownWord`] names the words that the point has.
    pub fn read(point: Replaceable, word: &str) -> Result<Self, UnknownWord> {
        Ok(match point {
            Replaceable::Exploitation => Self::Exploitation(word.parse()?),
            Replaceable::Exposure => Self::Exposure(word.parse()?),
            Replaceable::Automatable => Self::Automatable(word.parse()?),
            Replaceable::Safety => Self::Safety(word.parse()?),
            Replaceable::Mission => Self::Mission(word.parse()?),
        })
    }

    /// Of which point it is.
    #[must_use]
    pub const fn point(self) -> Replaceable {
        match self {
            Self::Exploitation(_) => Replaceable::Exploitation,
            Self::Exposure(_) => Replaceable::Exposure,
            Self::Automatable(_) => Replaceable::Automatable,
            Self::Safety(_) => Replaceable::Safety,
            Self::Mission(_) => Replaceable::Mission,
        }
    }

    /// Whether it says of exploitation that there is none in the wild. Of what a catalogue lists as exploited nobody says so.
    #[must_use]
    pub const fn denies_exploitation(self) -> bool {
        matches!(self, Self::Exploitation(Exploitation::None | Exploitation::PublicPoc))
    }

    /// Whether its point knows nothing less: a word that says so raises nothing, and ending it lowers nothing.
    #[must_use]
    pub const fn is_lowest(self) -> bool {
        match self {
            Self::Exploitation(value) => matches!(value, Exploitation::None),
            Self::Exposure(value) => matches!(value, Exposure::Small),
            Self::Automatable(value) => matches!(value, Automatable::No),
            Self::Safety(value) => matches!(value, Safety::Negligible),
            Self::Mission(value) => matches!(value, Mission::Degraded),
        }
    }

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exploitation(value) => value.word(),
            Self::Exposure(value) => value.word(),
            Self::Automatable(value) => value.word(),
            Self::Safety(value) => value.word(),
            Self::Mission(value) => value.word(),
        }
    }
}

/// A person's word on a decision point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// What holds instead.
    pub value: PointValue,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub author: String,
    /// When.
    pub at: Moment,
    /// Until when; there is always an end.
    pub expires_at: Moment,
    /// Who confirmed it; `None`: it is one person's word, which lowers nothing.
    pub second: Option<Second>,
}

/// The second person behind a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Second {
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// What a compensating control does to a decision point while it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlEffect {
    /// The control, as people call it.
    pub control: String,
    /// What is done where, who saw it working and when, and by which exemption it counts.
    pub source: String,
    /// The most that the point can be while the control holds.
    pub cap: PointValue,
    /// When it was shown to work.
    pub verified_at: Moment,
    /// Until when it holds.
    pub until: Moment,
}

impl ControlEffect {
    /// Whether it holds at that moment.
    #[must_use]
    pub fn holds(&self, at: Moment) -> bool {
        self.verified_at <= at && at < self.until
    }
}

impl Override {
    /// Whether it holds at that moment.
    #[must_use]
    pub fn holds(&self, at: Moment) -> bool {
        self.at <= at && at < self.expires_at
    }
}

/// The spans of the five points on which an outcome rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spans {
    /// Exploitation.
    pub exploitation: Possible<Exploitation>,
    /// System exposure.
    pub exposure: Possible<Exposure>,
    /// Automatable.
    pub automatable: Possible<Automatable>,
    /// Safety impact.
    pub safety: Possible<Safety>,
    /// Mission impact.
    pub mission: Possible<Mission>,
}

impl Spans {
    /// With a value in the place of what was known of its point.
    #[must_use]
    pub const fn replaced(mut self, value: PointValue) -> Self {
        match value {
            PointValue::Exploitation(value) => self.exploitation = Possible::exactly(value),
            PointValue::Exposure(value) => self.exposure = Possible::exactly(value),
            PointValue::Automatable(value) => self.automatable = Possible::exactly(value),
            PointValue::Safety(value) => self.safety = Possible::exactly(value),
            PointValue::Mission(value) => self.mission = Possible::exactly(value),
        }
        self
    }

    /// With a point that is at least a value, as far as one person's word goes.
    #[must_use]
    pub fn raised(mut self, value: PointValue) -> Self {
        match value {
            PointValue::Exploitation(value) => {
                self.exploitation = self.exploitation.worse_of(Possible::exactly(value));
            }
            PointValue::Exposure(value) => self.exposure = self.exposure.worse_of(Possible::exactly(value)),
            PointValue::Automatable(value) => {
                self.automatable = self.automatable.worse_of(Possible::exactly(value));
            }
            PointValue::Safety(value) => self.safety = self.safety.worse_of(Possible::exactly(value)),
            PointValue::Mission(value) => self.mission = self.mission.worse_of(Possible::exactly(value)),
        }
        self
    }

    /// As a word changes them: one person's word raises, two persons' word stands in the place of the facts.
    #[must_use]
    pub fn said(self, word: &Override) -> Self {
        match word.second {
            Some(_) => self.replaced(word.value),
            None => self.raised(word.value),
        }
    }

    /// With a point held at or below a value.
    #[must_use]
    pub fn capped(mut self, cap: PointValue) -> Self {
        match cap {
            PointValue::Exploitation(cap) => self.exploitation = self.exploitation.capped(cap),
            PointValue::Exposure(cap) => self.exposure = self.exposure.capped(cap),
            PointValue::Automatable(cap) => self.automatable = self.automatable.capped(cap),
            PointValue::Safety(cap) => self.safety = self.safety.capped(cap),
            PointValue::Mission(cap) => self.mission = self.mission.capped(cap),
        }
        self
    }
}
