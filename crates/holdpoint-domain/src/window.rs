//! Windows and freezes: when work may happen on a zone or an asset, and when none may.
//!
//! Lives here: the schedule as it is written down, the capacity, and what a window reaches. Does not live here: which
//! moments a schedule gives, and what fits into them (the engine's `calendar`). The surprise: a schedule is kept in the
//! wall time of a named zone. "Saturday 22:00 to Sunday 06:00" stays that when the clocks change, and is then seven or
//! nine hours long; a window that must last exactly so many minutes says so.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

use crate::clock::zone_rules;
use crate::id::{AssetId, SiteId, WindowId, ZoneId};
use crate::recurrence::Recurrence;
use crate::words::vocabulary;

/// Longest window, in minutes: a turnaround of a quarter of a year.
pub const LONGEST_MINUTES: u32 = 92 * 24 * 60;
/// Most dates that a schedule may add or leave out one by one.
pub const MOST_DATES: usize = 2_000;

vocabulary! {
    /// What kind of time it is.
    WindowKind, "kind of window" {
        /// A regular window: the process goes on around the work.
        Maintenance = "maintenance",
        /// A part of the plant stands still.
        Outage = "outage",
        /// The whole plant stands still.
        Turnaround = "turnaround",
        /// No work may happen; it wins over every window.
        Freeze = "freeze",
    }
}

/// The name of a time zone of the IANA database, such as `Europe/Berlin`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZoneName(String);

/// A text that names no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no time zone of the IANA database, as `Europe/Berlin` is one")]
pub struct NoZone {
    /// The text, cut to 64 characters.
    pub text: String,
}

impl ZoneName {
    /// The zone's rules.
    #[must_use]
    pub fn rules(&self) -> TimeZone {
        zone_rules(&self.0).expect("a name is taken only when the bundled database holds it")
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ZoneName {
    type Err = NoZone;

    /// Takes names of the bundled database, in any case, and keeps them in its spelling.
    fn from_str(text: &str) -> Result<Self, NoZone> {
        let refuse = || NoZone { text: text.chars().take(64).collect() };
        if text.len() > 64 {
            return Err(refuse());
        }
        let zone = zone_rules(text).ok_or_else(refuse)?;
        zone.iana_name().map(|name| Self(name.to_owned())).ok_or_else(refuse)
    }
}

impl fmt::Display for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How long one occurrence lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Until that many minutes of wall time have passed on the clock: 22:00 to 06:00, whatever the clocks do.
    Wall {
        /// Minutes on the clock, 1 to [`LONGEST_MINUTES`].
        minutes: u32,
    },
    /// Exactly that many minutes, as a calendar of others means it.
    Exact {
        /// Minutes, 1 to [`LONGEST_MINUTES`].
        minutes: u32,
    },
}

impl Length {
    /// Its minutes, on the clock or exact.
    #[must_use]
    pub const fn minutes(self) -> u32 {
        match self {
            Self::Wall { minutes } | Self::Exact { minutes } => minutes,
        }
    }
}

/// When: a first start, a length, and how it recurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    zone: ZoneName,
    first: DateTime,
    length: Length,
    recurrence: Option<Recurrence>,
    added: BTreeSet<DateTime>,
    left_out: BTreeSet<DateTime>,
}

/// Why a schedule cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSchedule {
    /// No minute, or more than a turnaround.
    #[error("a window lasts from 1 to {LONGEST_MINUTES} minutes, and this one {minutes}")]
    Length {
        /// What was asked for.
        minutes: u32,
    },
    /// Too many single dates.
    #[error("a schedule adds or leaves out at most {MOST_DATES} single dates, and this one {count}")]
    Dates {
        /// How many there are.
        count: usize,
    },
}

impl Schedule {
    /// A schedule from its parts.
    ///
    /// # Errors
    /// A length of nothing or of more than [`LONGEST_MINUTES`]; more than [`MOST_DATES`] single dates.
    pub fn new(
        zone: ZoneName,
        first: DateTime,
        length: Length,
        recurrence: Option<Recurrence>,
        added: BTreeSet<DateTime>,
        left_out: BTreeSet<DateTime>,
    ) -> Result<Self, NoSchedule> {
        let minutes = length.minutes();
        if minutes == 0 || minutes > LONGEST_MINUTES {
            return Err(NoSchedule::Length { minutes });
        }
        let count = added.len() + left_out.len();
        if count > MOST_DATES {
            return Err(NoSchedule::Dates { count });
        }
        Ok(Self { zone, first, length, recurrence, added, left_out })
    }

    /// The zone whose clock it is read on.
    #[must_use]
    pub const fn zone(&self) -> &ZoneName {
        &self.zone
    }

    /// Wall time of the first start.
    #[must_use]
    pub const fn first(&self) -> DateTime {
        self.first
    }

    /// How long an occurrence lasts.
    #[must_use]
    pub const fn length(&self) -> Length {
        self.length
    }

    /// How it recurs; `None`: once.
    #[must_use]
    pub const fn recurrence(&self) -> Option<&Recurrence> {
        self.recurrence.as_ref()
    }

    /// Starts besides those of the rule, as wall times.
    #[must_use]
    pub const fn added(&self) -> &BTreeSet<DateTime> {
        &self.added
    }

    /// Starts that do not happen, as wall times.
    #[must_use]
    pub const fn left_out(&self) -> &BTreeSet<DateTime> {
        &self.left_out
    }
}

/// What a window or a freeze reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WindowReach {
    /// Everything at every site. Only a freeze may reach that far.
    Everywhere,
    /// Everything at a site.
    Site(SiteId),
    /// Everything in a zone.
    Zone(ZoneId),
    /// One asset.
    Asset(AssetId),
}

/// How much work fits beside each other. `None` means that nobody has said, and then the planner asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capacity {
    /// People who are there.
    pub people: Option<NonZeroU16>,
    /// Steps that may run at the same time.
    pub steps: Option<NonZeroU16>,
}

/// A window of work, or a freeze.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Its id.
    pub id: WindowId,
    /// Its name, as people call it; unique within what it reaches.
    pub name: String,
    /// What kind of time it is.
    pub kind: WindowKind,
    /// What it reaches.
    pub reach: WindowReach,
    /// When.
    pub schedule: Schedule,
    /// How much fits in at once.
    pub capacity: Capacity,
    /// What people should know: who opens the gate, which permit is needed.
    pub note: String,
}
