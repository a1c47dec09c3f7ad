//! How assets compare with what was decided: *effective but not seen*, and *seen but not effective*.
//!
//! An asset complies only when everything that can be said says so; what nobody has looked for is unknown, and an unknown
//! is no compliance and no deviation.

use holdpoint_domain::patch_state::OwnerState;
use holdpoint_domain::words::UnknownWord;

/// What was seen of a patch on an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seen {
    /// Installed.
    Installed,
    /// Something newer covers it.
    Covered,
    /// Missing.
    Missing,
    /// Nobody can say.
    Unknown,
}

/// How a patch on an asset compares with the decision on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compared {
    /// Effective and there, or not to be used and not there.
    AsDecided,
    /// Effective and not seen installed.
    EffectiveNotSeen,
    /// Seen installed and not effective.
    SeenNotEffective,
    /// Nobody can say.
    Unknown,
    /// Missing, and nobody has decided anything.
    Undecided,
    /// Effective and missing, as is an effective patch that does what it does: that one is asked for.
    Superseded,
    /// Effective and missing, and it may not be installed here.
    Blocked,
}

impl Compared {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::AsDecided,
        Self::EffectiveNotSeen,
        Self::SeenNotEffective,
        Self::Unknown,
        Self::Undecided,
        Self::Superseded,
        Self::Blocked,
    ];

    /// The fixed word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AsDecided => "as_decided",
            Self::EffectiveNotSeen => "effective_not_seen",
            Self::SeenNotEffective => "seen_not_effective",
            Self::Unknown => "unknown",
            Self::Undecided => "undecided",
            Self::Superseded => "superseded",
            Self::Blocked => "blocked",
        }
    }
}

impl std::str::FromStr for Compared {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|one| one.word() == text).ok_or_else(|| UnknownWord {
            text: text.chars().take(64).collect(),
            noun: "comparison",
            allowed: Self::ALL.iter().map(|one| one.word()).collect::<Vec<_>>().join(", "),
        })
    }
}

/// How one patch on one asset compares. `None`: nobody has decided anything on it.
#[must_use]
pub const fn compare(decided: Option<OwnerState>, seen: Seen) -> Compared {
    match (decided, seen) {
        (Some(OwnerState::Effective), Seen::Installed | Seen::Covered) => Compared::AsDecided,
        (Some(OwnerState::Effective), Seen::Missing) => Compared::EffectiveNotSeen,
        (_, Seen::Unknown) => Compared::Unknown,
        (_, Seen::Installed) => Compared::SeenNotEffective,
        (
            Some(OwnerState::InInternalTest | OwnerState::NotAuthorized | OwnerState::Authorized),
            Seen::Missing,
        )
        | (_, Seen::Covered) => Compared::AsDecided,
        (None, Seen::Missing) => Compared::Undecided,
    }
}

/// How a whole asset stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tally {
    /// Rows as decided.
    pub as_decided: u64,
    /// Effective and not seen.
    pub effective_not_seen: u64,
    /// Seen and not effective.
    pub seen_not_effective: u64,
    /// Nobody can say.
    pub unknown: u64,
    /// Missing and undecided.
    pub undecided: u64,
    /// Effective and missing, as is what does the same.
    pub superseded: u64,
    /// Effective and missing, and not to be installed here.
    pub blocked: u64,
}

impl Tally {
    /// Counts a row.
    pub const fn add(&mut self, compared: Compared) {
        match compared {
            Compared::AsDecided => self.as_decided += 1,
            Compared::EffectiveNotSeen => self.effective_not_seen += 1,
            Compared::SeenNotEffective => self.seen_not_effective += 1,
            Compared::Unknown => self.unknown += 1,
            Compared::Undecided => self.undecided += 1,
            Compared::Superseded => self.superseded += 1,
            Compared::Blocked => self.blocked += 1,
        }
    }

    /// `deviates`, `unknown` or `complies`: what is superseded counts with what supersedes it, and what may not be installed
    /// is not asked for; a deviation is certain, and compliance only without any gap. An asset of which
    /// nothing was compared is unknown.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        if self.effective_not_seen + self.seen_not_effective > 0 {
            "deviates"
        } else if self.unknown > 0 || self.as_decided == 0 {
            "unknown"
        } else {
            "complies"
        }
    }
}
