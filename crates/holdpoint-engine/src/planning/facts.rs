//! What a plan is made of: the work, the assets, the groups, the windows and the rules, as the caller knows them.
//!
//! The surprise: what nobody has said stays unsaid here (`None`), and the planner lets the work wait for it instead of
//! taking a number of its own.

use holdpoint_domain::Moment;
use holdpoint_domain::asset::Consequence;
use holdpoint_domain::id::{AssetId, SiteId, ZoneId};
use holdpoint_domain::plan::{Estimate, WayBack};
use holdpoint_domain::window::Window;
use std::collections::BTreeSet;

use crate::calendar::{Booking, Period};

/// Whether an asset exists for trying things out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssetRole {
    /// It does: work begins here.
    Test,
    /// It works for the plant.
    Production,
}

/// What leads to an asset, for whoever carries work out on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// Nobody asks: the plan is carried out already.
    NotAsked,
    /// Its agent.
    Agent,
    /// This server, over SSH.
    Host,
    /// A client of its own, which is told to install and no more.
    Device,
    /// Nothing: a person carries work out, by work order.
    Nothing,
}

/// An asset on which work is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetFacts {
    /// Its id.
    pub id: AssetId,
    /// Its tag, for texts.
    pub tag: String,
    /// The zone that it stands in.
    pub zone: Option<ZoneId>,
    /// Whether it exists for trying things out.
    pub role: AssetRole,
    /// The redundancy group that it belongs to, by name.
    pub group: Option<String>,
    /// The worst that its loss can bring; `None`: nobody has said, and it goes last.
    pub importance: Option<Consequence>,
    /// What leads to it.
    pub door: Door,
}

/// A redundancy group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupFacts {
    /// Its name.
    pub name: String,
    /// How many members it can lose at the same time; `None`: nobody has said.
    pub may_lose: Option<u16>,
    /// Members that are out of work now, whatever the reason.
    pub out_now: BTreeSet<AssetId>,
}

/// What work still lacks before it may be planned, as the deciding says it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// What is missing, such as `an Effective entry in the approval baseline`.
    pub what: String,
    /// Who or what brings it.
    pub from: String,
}

/// Whether a patch has shown somewhere that it does no harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Not yet: a test asset or a pilot goes first.
    Wanted,
    /// A test or pilot of this patch on this class of assets has passed.
    Given,
}

/// One patch on one asset that somebody wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Its number, unique among the facts; texts and needs refer to it.
    pub number: u32,
    /// The asset.
    pub asset: AssetId,
    /// The patch, by its name in the catalogue.
    pub patch: String,
    /// How much risk goes away with it, per hour of exposure; only the proportion to other work counts.
    pub weight: u32,
    /// What it lacks; empty: it may be planned.
    pub missing: Vec<Missing>,
    /// How long it takes; `None`: nobody knows.
    pub estimate: Option<Estimate>,
    /// How many people it takes.
    pub people: u16,
    /// The way back; `None`: nobody has said how.
    pub way_back: Option<WayBack>,
    /// Work that must be done before, by number: prerequisites, and assets that must go first.
    pub needs: Vec<u32>,
    /// Whether the patch still has to prove itself.
    pub proof: Proof,
    /// Why traces on the asset are secured before it is changed; `None`: nothing asks for that.
    pub traces: Option<String>,
}

/// The rules of a site for plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanningRules {
    /// How many assets are the pilot of a patch, 1 or more.
    pub pilots: u16,
    /// The most steps of one wave, 1 or more.
    pub wave_steps: u16,
    /// Minutes of normal running after a wave before the next may begin.
    pub soak_minutes: u32,
    /// Minutes that are kept free after the undo.
    pub margin_minutes: u32,
    /// How many steps of a rollout wave may fail before everything stops. Tests and pilots allow none.
    pub failures_allowed: u32,
    /// How many occurrences of one window are looked at.
    pub occurrences: usize,
    /// Minutes that are kept for the release: nothing starts before they are over.
    pub lead_minutes: u32,
}

impl Default for PlanningRules {
    fn default() -> Self {
        Self {
            pilots: 1,
            wave_steps: 20,
            soak_minutes: 3 * 24 * 60,
            margin_minutes: 30,
            failures_allowed: 0,
            occurrences: 400,
            lead_minutes: 0,
        }
    }
}

/// Everything that a plan is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The site.
    pub site: SiteId,
    /// When the plan is made; nothing starts earlier.
    pub now: Moment,
    /// The last moment that is looked at.
    pub until: Moment,
    /// The assets, each once.
    pub assets: Vec<AssetFacts>,
    /// The groups, each once.
    pub groups: Vec<GroupFacts>,
    /// Windows and freezes that reach any of the assets.
    pub windows: Vec<Window>,
    /// What is booked by other plans: people and steps of windows.
    pub booked: Vec<Booking>,
    /// When assets are in work by other plans.
    pub busy: Vec<(AssetId, Period)>,
    /// The work.
    pub work: Vec<Work>,
    /// The rules.
    pub rules: PlanningRules,
}

impl Facts {
    /// The first moment at which a step may start: the plan has to be submitted and released before.
    #[must_use]
    pub fn earliest(&self) -> Moment {
        self.now.plus_micros(i64::from(self.rules.lead_minutes) * 60_000_000)
    }
}
