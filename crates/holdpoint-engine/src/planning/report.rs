//! What waits, and for what: the half of a plan that people forget to read, so it cannot be dropped unread.

use holdpoint_domain::id::{AssetId, WindowId};

use super::facts::Missing;

/// One reason why work has no place in the plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum WaitCause {
    /// The deciding is not done.
    Missing(Missing),
    /// Nobody knows how long it takes.
    NoEstimate,
    /// Nobody has said how to get back.
    NoWayBack,
    /// It promises an automatic way back, and nothing leads to the asset that could go it.
    NoDoor,
    /// It promises an automatic way back, and the client on the asset has none that can be ordered.
    NoOrderedWayBack,
    /// The asset is not among the facts.
    NoAsset,
    /// Two pieces of work have the same number; neither is planned.
    NumberTwice,
    /// Nobody has said how many members its redundancy group can lose.
    GroupUnknown {
        /// The group.
        group: String,
    },
    /// The group can lose none, or too many members are out already.
    GroupSpent {
        /// The group.
        group: String,
        /// How many members it can lose.
        may_lose: u16,
        /// How many others are out of work now.
        out_now: u16,
    },
    /// Work that must be done before has no place, or is not among the facts.
    Needs {
        /// Its number.
        work: u32,
    },
    /// Pieces of work need each other in a circle.
    Circle,
    /// No step of the wave before has a place, so nothing can show that the patch does no harm.
    WaveBefore,
    /// No window reaches the asset.
    NoWindow,
    /// Every occurrence up to the end of the horizon is frozen.
    Frozen {
        /// How many occurrences.
        occurrences: usize,
    },
    /// No stretch of a window is long enough.
    TooShort {
        /// Minutes of the longest stretch that is left.
        longest: i64,
        /// Minutes of work, undo and margin.
        needed: i64,
    },
    /// No window has so many people.
    TooFewPeople {
        /// The most that any window has.
        most: u16,
        /// What the work takes.
        needed: u16,
    },
    /// It would fit, if other work were not there: bookings, the group, or the waves before take all of it.
    Full,
}

/// Work without a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Its number.
    pub work: u32,
    /// The asset.
    pub asset: AssetId,
    /// The patch.
    pub patch: String,
    /// Every reason, sorted; at least one.
    pub causes: Vec<WaitCause>,
}

/// Something that the plan counts on without knowing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// Nobody has said how many people a window has: the plan counts on enough.
    PeopleNotSaid(WindowId),
    /// Nobody has said how many steps may run at once in a window: the plan lets any number.
    StepsNotSaid(WindowId),
    /// A window or freeze has more occurrences than were looked at.
    OccurrencesCut(WindowId),
}

/// What waits, in order of the work's numbers, and what the plan counts on.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitReport {
    /// Work without a place.
    pub waits: Vec<Wait>,
    /// What the plan counts on without knowing.
    pub remarks: Vec<Remark>,
    /// The assets of its steps to which nothing leads, by tag: a person carries them out, by work order.
    pub by_person: Vec<AssetId>,
}
