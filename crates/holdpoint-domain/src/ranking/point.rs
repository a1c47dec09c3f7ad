//! Decision points: closed vocabularies with the id and version of the standard that defines them.
//!
//! The values stand from the least to the most pressing, and every table relies on it. The surprise: System Exposure is
//! [`crate::site::Exposure`], because a zone is described by the same words.

use crate::site::Exposure;
use crate::words::vocabulary;

vocabulary! {
    /// How far attackers are (SSVC Exploitation 1.1.0).
    Exploitation, "exploitation" {
        /// Somebody looked, and found neither exploit nor attack.
        None = "none",
        /// A way to exploit it is public or well known.
        PublicPoc = "public poc",
        /// It is being exploited.
        Active = "active",
    }
}

vocabulary! {
    /// Whether an attack can be automated from reconnaissance to exploitation (SSVC Automatable 2.0.0).
    Automatable, "automatable" {
        /// Not reliably.
        No = "no",
        /// Reliably.
        Yes = "yes",
    }
}

vocabulary! {
    /// Harm to people and surroundings, after IEC 61508 (SSVC Safety Impact 2.0.1).
    Safety, "safety impact" {
        /// Minor injuries at worst.
        Negligible = "negligible",
        /// Major injuries, or the safety margin gone.
        Marginal = "marginal",
        /// Loss of life, or parts of the system break.
        Critical = "critical",
        /// Several lives, or the system destroyed.
        Catastrophic = "catastrophic",
    }
}

vocabulary! {
    /// Harm to what the organisation is there for (SSVC Mission Impact 2.0.0; MEF: mission essential function).
    Mission, "mission impact" {
        /// Little or nothing of the essential functions.
        Degraded = "degraded",
        /// What supports an essential function is crippled.
        SupportCrippled = "mef support crippled",
        /// One essential function fails.
        OneFails = "mef failure",
        /// Several or all essential functions fail.
        AllFail = "mission failure",
    }
}

vocabulary! {
    /// Safety and mission together (SSVC Human Impact 2.0.2).
    HumanImpact, "human impact" {
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
        /// Very high.
        VeryHigh = "very high",
    }
}

vocabulary! {
    /// How much control an exploit gives (SSVC Technical Impact 1.0.0).
    TechnicalImpact, "technical impact" {
        /// Limited control or disclosure.
        Partial = "partial",
        /// Total control or disclosure.
        Total = "total",
    }
}

vocabulary! {
    /// What the public feels (SSVC Mission and Well-Being Impact 1.0.0).
    WellBeing, "mission and well-being impact" {
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
    }
}

vocabulary! {
    /// Whether CISA's catalogue of exploited vulnerabilities lists it (CISA In KEV 1.0.0).
    Listed, "in KEV" {
        /// Not listed.
        No = "no",
        /// Listed.
        Yes = "yes",
    }
}

vocabulary! {
    /// Whether the asset is reachable over public networks (CISA Publicly Exposed 1.0.0).
    PubliclyExposed, "publicly exposed" {
        /// It is not.
        No = "no",
        /// It is.
        Yes = "yes",
    }
}

vocabulary! {
    /// The answer of the deployer's table (SSVC Defer, Scheduled, Out-of-Cycle, Immediate 1.0.0).
    Outcome, "outcome" {
        /// Nothing now.
        Defer = "defer",
        /// With the regular work.
        Scheduled = "scheduled",
        /// At the next opportunity, made if need be.
        OutOfCycle = "out-of-cycle",
        /// At once, outside the normal process.
        Immediate = "immediate",
    }
}

vocabulary! {
    /// The answer of CISA's coordinator table (CISA Levels 1.1.0).
    Level, "CISA level" {
        /// Follow it.
        Track = "track",
        /// Follow it closely.
        TrackClosely = "track*",
        /// Needs the attention of those in charge of the service.
        Attend = "attend",
        /// Needs the attention of those in charge of the organisation.
        Act = "act",
    }
}

vocabulary! {
    /// The answer of the table of BOD 26-04 (CISA BOD 26-04 Remediation Timelines 1.0.0).
    Timeline, "timeline" {
        /// With the next upgrade of the system.
        SystemUpgrade = "fix on system upgrade",
        /// Within 60 days.
        SixtyDays = "60 days",
        /// Within 14 days.
        FourteenDays = "14 days",
        /// Within 3 days.
        ThreeDays = "3 days",
        /// Within 3 days, and the traces are secured before.
        ThreeDaysForensic = "3 days & forensic investigation",
    }
}

impl Timeline {
    /// The days that it gives; `None` when it gives none.
    #[must_use]
    pub const fn days(self) -> Option<i32> {
        match self {
            Self::SystemUpgrade => None,
            Self::SixtyDays => Some(60),
            Self::FourteenDays => Some(14),
            Self::ThreeDays | Self::ThreeDaysForensic => Some(3),
        }
    }
}

/// A decision point: an ordered vocabulary with the id under which its standard publishes it.
pub trait Point: Copy + Ord + std::fmt::Debug + 'static {
    /// Namespace, key and version, for example `ssvc:E:1.1.0`.
    const ID: &'static str;

    /// All values, the least pressing first.
    fn all() -> &'static [Self];

    /// The value's word.
    fn said(self) -> &'static str;
}

macro_rules! points {
    ($($name:ident = $id:literal,)*) => {$(
        impl Point for $name {
            const ID: &'static str = $id;
            fn all() -> &'static [Self] { Self::ALL }
            fn said(self) -> &'static str { self.word() }
        }
    )*};
}

points! {
    Exploitation = "ssvc:E:1.1.0",
    Exposure = "ssvc:EXP:1.0.1",
    Automatable = "ssvc:A:2.0.0",
    Safety = "ssvc:SI:2.0.1",
    Mission = "ssvc:MI:2.0.0",
    HumanImpact = "ssvc:HI:2.0.2",
    TechnicalImpact = "ssvc:TI:1.0.0",
    WellBeing = "ssvc:MWI:1.0.0",
    Listed = "cisa:KEV:1.0.0",
    PubliclyExposed = "cisa:PE:1.0.0",
    Outcome = "ssvc:DSOI:1.0.0",
    Level = "cisa:CISA:1.1.0",
    Timeline = "cisa:BOD2604:1.0.0",
}

/// The values that a point may have, as far as anybody knows: all from the lowest to the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Possible<T> {
    lowest: T,
    highest: T,
}

impl<T: Point> Possible<T> {
    /// This value and no other.
    #[must_use]
    pub const fn exactly(value: T) -> Self {
        Self { lowest: value, highest: value }
    }

    /// Every value: nobody has said.
    #[must_use]
    pub fn any() -> Self {
        let all = T::all();
        Self { lowest: all[0], highest: all[all.len() - 1] }
    }

    /// From one value to another, whichever is the lower.
    #[must_use]
    pub fn between(one: T, other: T) -> Self {
        Self { lowest: one.min(other), highest: one.max(other) }
    }

    /// This value or anything above it.
    #[must_use]
    pub fn at_least(value: T) -> Self {
        Self { lowest: value, highest: Self::any().highest }
    }

    /// The least pressing of them.
    #[must_use]
    pub const fn lowest(self) -> T {
        self.lowest
    }

    /// The most pressing of them.
    #[must_use]
    pub const fn highest(self) -> T {
        self.highest
    }

    /// The value, when there is one alone.
    #[must_use]
    pub fn known(self) -> Option<T> {
        (self.lowest == self.highest).then_some(self.lowest)
    }

    /// Whether a value is among them.
    #[must_use]
    pub fn contains(self, value: T) -> bool {
        self.lowest <= value && value <= self.highest
    }

    /// All of them, the least pressing first.
    pub fn values(self) -> impl Iterator<Item = T> {
        T::all().iter().copied().filter(move |value| self.contains(*value))
    }

    /// None of them above `cap`: what a control that holds makes of it. What lay above becomes `cap`.
    #[must_use]
    pub fn capped(self, cap: T) -> Self {
        Self { lowest: self.lowest.min(cap), highest: self.highest.min(cap) }
    }

    /// The worse of two: what another fact adds to what is known already.
    #[must_use]
    pub fn worse_of(self, other: Self) -> Self {
        Self { lowest: self.lowest.max(other.lowest), highest: self.highest.max(other.highest) }
    }
}

impl<T: Point> std::fmt::Display for Possible<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.known() {
            Some(value) => f.write_str(value.said()),
            None => write!(f, "{} to {}", self.lowest.said(), self.highest.said()),
        }
    }
}
