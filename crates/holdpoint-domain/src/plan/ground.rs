//! What people say once, so that every plan can count on it: groups, profiles of work, what was measured, a site's rules.
//!
//! Lives here: the data. Does not live here: which profile fits, and what follows from measurements (the engine's
//! `planning`). The surprise: nothing here has a number of its own. What nobody has said stays unsaid, and work waits.

use super::WayBack;
use crate::asset::AssetKind;
use crate::id::{AssetId, SiteId};
use crate::moment::Moment;

/// Longest work or undo that somebody may write down, in minutes: a week.
pub const LONGEST_WORK_MINUTES: u32 = 7 * 24 * 60;

/// What is known of a redundancy group of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedundancyGroup {
    /// The site.
    pub site: SiteId,
    /// Its name, as the assets carry it.
    pub name: String,
    /// How many members it can lose at the same time; 0: none.
    pub may_lose: u16,
    /// Where that is written.
    pub note: String,
}

impl RedundancyGroup {
    /// How many it can lose while it has this many members: one at least goes on, whatever was written when there were more.
    #[must_use]
    pub fn can_lose_of(&self, members: usize) -> u16 {
        self.may_lose.min(u16::try_from(members.saturating_sub(1)).unwrap_or(u16::MAX))
    }
}

/// How a piece of work is done: for one patch, one kind of asset, both, or all that nothing else is said of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkProfile {
    /// The patch; `None`: any.
    pub patch: Option<String>,
    /// The kind of asset; `None`: any.
    pub kind: Option<AssetKind>,
    /// From the start to the end of the verification, in minutes.
    pub work_minutes: u32,
    /// To undo all of it, in minutes.
    pub undo_minutes: u32,
    /// How many people it takes.
    pub people: u16,
    /// How to get back; `None`: nobody has said.
    pub way_back: Option<WayBack>,
    /// What people are told and asked before it.
    pub asks: WorkAsks,
}

/// What people are told and asked before a piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkAsks {
    /// What is told at the asset; `None`: nothing.
    pub notice: Option<WorkNotice>,
    /// Whether the process has to permit it.
    pub permit: Asked,
}

/// What people at an asset are told before the work, and what they may do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkNotice {
    /// The words.
    pub message: String,
    /// How often they may put it off.
    pub postpone_at_most: u8,
    /// For how many minutes each time.
    pub postpone_minutes: u32,
    /// Whether somebody there has to say yes.
    pub confirmation: Asked,
}

/// Whether something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Asked {
    /// It is not.
    #[default]
    No,
    /// It is.
    Yes,
}

/// A backup that somebody restored, to see whether it can be gone back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreTest {
    /// The asset.
    pub asset: AssetId,
    /// When it was restored.
    pub tested_at: Moment,
    /// Who did it.
    pub tested_by: String,
    /// What was restored, and where.
    pub what: String,
    /// Who wrote it down.
    pub recorded_by: String,
    /// When.
    pub recorded_at: Moment,
}

/// How long a piece of work took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkObservation {
    /// The patch.
    pub patch: String,
    /// The asset.
    pub asset: AssetId,
    /// Its kind; `None`: nobody had said.
    pub kind: Option<AssetKind>,
    /// Its product, as written.
    pub product: String,
    /// From the start to the end of the verification, in minutes.
    pub work_minutes: u32,
    /// How long the undo took, when there was one.
    pub undo_minutes: Option<u32>,
    /// When it was done.
    pub at: Moment,
}

/// A site's rules for plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteRules {
    /// How many assets are the pilot of a patch.
    pub pilots: u16,
    /// The most steps of one wave.
    pub wave_steps: u16,
    /// Minutes of normal running between two waves.
    pub soak_minutes: u32,
    /// Minutes that are kept free after the undo.
    pub margin_minutes: u32,
    /// How many steps of a rollout wave may fail before everything stops.
    pub failures_allowed: u32,
    /// How often work must have been measured before its durations count.
    pub measured_at_least: u16,
    /// How long after its planned start a missed step may still begin, in minutes.
    pub catch_up_minutes: u32,
    /// How old the last restore test of an asset's backup may be, in days; `None`: none is asked for.
    pub restore_test_days: Option<u32>,
    /// Assets that exist for trying things out.
    pub test_assets: Vec<AssetId>,
}
