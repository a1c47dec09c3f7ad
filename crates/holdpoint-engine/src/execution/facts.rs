//! What a turn looks at: the plan, its steps as they stand, and what the world says at this moment.
//!
//! The surprise: everything that can be unknown has a case of its own here, and no such case lets anything begin.

use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Deed, ErrorClass, StepRun};
use holdpoint_domain::id::{AssetId, WindowId};
use holdpoint_domain::plan::{ChangePlan, HoldRole, NumberedHold};
use std::collections::{BTreeMap, BTreeSet};

use crate::planning::GroupFacts;

/// Whether a plan may be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Release {
    /// Nobody has released it.
    NotReleased,
    /// A second person has.
    Released,
    /// It was, and that was taken back.
    Withdrawn {
        /// Why, as a clause.
        why: String,
    },
}

/// What stands about a patch in the approval baseline of an asset, now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approval {
    /// It may be installed.
    Effective,
    /// It may not.
    NotEffective {
        /// What stands instead, as a clause.
        what: String,
    },
    /// Nobody knows.
    Unknown {
        /// Why not, as a clause.
        what: String,
    },
}

/// What stands of the supplier's word, now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Supplier {
    /// Nothing stands against it, as the approval saw it.
    NotAgainst,
    /// The supplier does not approve it.
    Against {
        /// Its word.
        word: String,
        /// Until when an owner's signed override holds; `None`: there is none.
        overridden_until: Option<Moment>,
    },
}

/// Whether the process permits that work begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interlock {
    /// The plan asks for none.
    NotAsked,
    /// It was permitted.
    Permitted {
        /// When that was read or said.
        at: Moment,
    },
    /// It is not.
    Refused {
        /// What was read or said.
        what: String,
    },
    /// It could not be read.
    Unknown {
        /// Why not.
        what: String,
    },
}

/// How old an answer of the process may be when a device begins by itself, in microseconds: as long as it takes to ask again, to tell
/// the device, and to hear it ask.
const ON_ITS_OWN: i64 = 90_000_000;

/// Until when a device may begin by itself what the process permits; `None`: the process is not asked.
///
/// `signal`: what was read before every step, without what people said of it; `ends`: when a person's permission ends.
#[must_use]
pub fn good_until(
    (said, signal, ends): (&Interlock, &Interlock, Option<Moment>),
    limits: &Limits,
    now: Moment,
) -> Option<Moment> {
    let of = |one: &Interlock, lasts: i64| match one {
        Interlock::NotAsked => None,
        Interlock::Permitted { at } => Some(at.plus_micros(lasts)),
        Interlock::Refused { .. } | Interlock::Unknown { .. } => Some(now),
    };
    let permit = i64::from(limits.permit_minutes) * 60_000_000;
    let asked = of(said, permit).into_iter().chain(of(signal, ON_ITS_OWN)).min()?;
    Some(asked.min(now.plus_micros(ON_ITS_OWN)).min(ends.unwrap_or(Moment::OPEN)))
}

/// What the operator of an asset says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operator {
    /// The plan asks nobody.
    NotAsked,
    /// Asked, and no answer.
    Asked,
    /// Go on.
    Agreed,
    /// Later.
    Postponed {
        /// Until when.
        until: Moment,
    },
}

/// What is to be restarted after the installation, and who may do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RestartRule {
    /// Nothing: a person says so.
    NotNeeded {
        /// By whose word, where the asset itself asks for it, as a clause; `None`: it does not, as far as was read.
        against: Option<String>,
    },
    /// The program does it.
    Automatic,
    /// The operator of the asset must agree.
    OperatorAgrees(Operator),
    /// A person does it.
    ByHand,
}

/// Who answers for the backup of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackupBy {
    /// Whoever carries the step out, or nobody because it is signed that there is no way back.
    ItsHand,
    /// A person: nothing of this program can make or read one on the asset.
    Person {
        /// When a person said where it lies; `None`: nobody has.
        told_at: Option<Moment>,
    },
}

/// A hold point that holds a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldFacts {
    /// What must be on the table.
    pub evidence: String,
    /// Who may open it.
    pub opened_by: HoldRole,
    /// When it was opened; `None`: it is closed.
    pub opened_at: Option<Moment>,
}

/// What holds each step of a plan, and which of it is open; `opened` says when a hold point was opened, named by the step that it
/// stands before and its number there.
#[must_use]
pub fn holds_of(
    plan: &ChangePlan,
    opened: impl Fn(u32, u32) -> Option<Moment>,
) -> BTreeMap<u32, Vec<HoldFacts>> {
    let of = |numbered: &NumberedHold<'_>| HoldFacts {
        evidence: numbered.hold.evidence.clone(),
        opened_by: numbered.hold.opened_by,
        opened_at: opened(numbered.hold.before, numbered.number),
    };
    let held = plan.holds_by_step().into_iter();
    held.map(|(step, holds)| (step, holds.iter().map(of).collect())).collect()
}

/// What the calendar says of the window of a step at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Open, freezes taken off.
    Open {
        /// Until when.
        until: Moment,
    },
    /// Closed.
    Closed {
        /// When it opens next, when that is known.
        opens: Option<Moment>,
    },
    /// A freeze stands.
    Frozen {
        /// Until when.
        until: Moment,
    },
}

/// A step as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepFacts {
    /// Its run.
    pub run: StepRun,
    /// Its approval.
    pub approval: Approval,
    /// The supplier's word.
    pub supplier: Supplier,
    /// Its hold points.
    pub holds: Vec<HoldFacts>,
    /// Its window.
    pub room: Room,
    /// The permission of the process.
    pub interlock: Interlock,
    /// What was read of the process before every step, without what people said of it: right before the asset is changed it must be
    /// of that moment.
    pub signal: Interlock,
    /// When the permission that a person gave ends, where one was given for a time.
    pub permit_ends: Option<Moment>,
    /// The operator's word before the installation.
    pub operator: Operator,
    /// What comes after the installation.
    pub restart: RestartRule,
    /// Who answers for its backup.
    pub backup: BackupBy,
    /// Since when its backup is known to be restorable, by a test; `None`: it was never tested.
    pub restore_tested_at: Option<Moment>,
    /// Deeds that nobody has permitted for it, with the reason.
    pub withheld: BTreeMap<Deed, String>,
    /// Its way back is wanted though its asset works: that is new work, and waits as an installation does.
    pub back_from_work: bool,
    /// A person has looked at its failure and lets the plan go on.
    pub failure_accepted: bool,
}

/// The limits that a policy sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long before its start the files of a step may be brought near.
    pub stage_ahead_minutes: u32,
    /// How old a preflight may be when the installation begins.
    pub preflight_minutes: u32,
    /// How old a permission of the process may be.
    pub permit_minutes: u32,
    /// How old the restore test of a backup may be, in days; `None`: the policy asks for none.
    pub restore_test_days: Option<u32>,
    /// How long after its planned start a step may still begin.
    pub catch_up_minutes: u32,
    /// How long after the installation a restart may be put off.
    pub restart_minutes: u32,
    /// Minutes that are kept free after the undo.
    pub margin_minutes: u32,
    /// How long a deed that changes nothing may take.
    pub look_minutes: u32,
    /// How often such a deed is tried, 1 or more.
    pub tries: u16,
    /// How long a person may have a step in hand before that is overdue.
    pub person_minutes: u32,
    /// How many failures of one patch, over all plans, stop that patch.
    pub patch_failures: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            stage_ahead_minutes: 24 * 60,
            preflight_minutes: 60,
            permit_minutes: 5,
            restore_test_days: Some(365),
            catch_up_minutes: 7 * 24 * 60,
            restart_minutes: 8 * 60,
            margin_minutes: 30,
            look_minutes: 30,
            tries: 6,
            person_minutes: 8 * 60,
            patch_failures: 2,
        }
    }
}

impl Limits {
    /// Minutes until the next try, after that many tries: doubling from a start that the class of failure gives, at most an
    /// hour.
    #[must_use]
    pub const fn back_off_minutes(class: ErrorClass, tries: u16) -> u32 {
        let first = match class {
            ErrorClass::Interrupted => 0,
            ErrorClass::Unreachable => 1,
            ErrorClass::Busy => 2,
            ErrorClass::Unfit | ErrorClass::Mismatch | ErrorClass::Broken | ErrorClass::Impossible => 5,
        };
        let doublings = if tries > 6 { 6 } else { tries.saturating_sub(1) };
        let minutes = first << doublings;
        if minutes > 60 { 60 } else { minutes }
    }
}

/// Everything a turn looks at.
#[derive(Debug, Clone)]
pub struct PlanFacts<'a> {
    /// The moment of the turn.
    pub now: Moment,
    /// The plan.
    pub plan: &'a ChangePlan,
    /// Whether it may be carried out.
    pub release: Release,
    /// Why it is paused; `None`: it is not.
    pub paused: Option<String>,
    /// Its steps as they stand, in the order of their numbers.
    pub steps: Vec<StepFacts>,
    /// To which redundancy group an asset belongs.
    pub group_of: BTreeMap<AssetId, String>,
    /// The groups; `out_now` names the members that are out for reasons outside of this plan.
    pub groups: Vec<GroupFacts>,
    /// Members of groups of which nothing is heard though it should be, with what is known, as a clause that names the asset. Nobody
    /// knows whether they serve, so they count as out.
    pub silent: BTreeMap<String, BTreeMap<AssetId, String>>,
    /// People and places that each window has left for this plan; a window that is not named has no limit.
    pub left: BTreeMap<WindowId, Left>,
    /// Where something spoke against each patch in other plans and nobody has accepted it, as clauses: `plan 3, step 2`.
    pub failed_elsewhere: BTreeMap<String, Vec<String>>,
    /// Assets that other plans have in work.
    pub in_work_elsewhere: BTreeSet<AssetId>,
    /// Assets at which other plans have a look or files under way.
    pub looked_at_elsewhere: BTreeSet<AssetId>,
    /// What was put on the asset of a broken step after it and stands, as a clause: a way back would take that off too.
    pub laid_over: BTreeMap<u32, String>,
    /// Assets whose redundancy group is not what it was when the plan was released, with what changed, as a clause.
    pub regrouped: BTreeMap<AssetId, String>,
    /// The limits.
    pub limits: Limits,
}

/// What a window has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// People; `None`: not limited.
    pub people: Option<u16>,
    /// Steps at the same time; `None`: not limited.
    pub steps: Option<u16>,
}
