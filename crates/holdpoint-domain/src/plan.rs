//! Change plans: who works on which asset, with which patch, in which window, in which order.
//!
//! Lives here: the plan as immutable data, and the steps of its life ([`life`]). Does not live here: making one (the engine's `planning`), looking at one as a
//! stranger (`plan_check`), or carrying one out. The surprise: nothing in a plan is ever changed in place. A plan that
//! does not fit any more is replaced by another, and the old one stays with its signatures.

pub mod ground;
mod holds;
pub mod life;

use crate::Moment;
use crate::asset::Consequence;
use crate::id::{AssetId, PlanId, SiteId, WindowId};
use crate::words::vocabulary;

pub use holds::NumberedHold;

vocabulary! {
    /// Why a wave comes when it comes.
    WaveKind, "kind of wave" {
        /// On assets that exist for trying things out.
        Test = "test",
        /// On one or two assets of production that matter least.
        Pilot = "pilot",
        /// On the rest.
        Rollout = "rollout",
    }
}

vocabulary! {
    /// Where a number of minutes comes from.
    EstimateSource, "source of an estimate" {
        /// Measured in earlier work on the same kind of asset.
        Learned = "learned",
        /// Somebody wrote it down.
        Declared = "declared",
    }
}

vocabulary! {
    /// Who opens a hold point.
    HoldRole, "role at a hold point" {
        /// Whoever signs decisions.
        Approver = "approver",
        /// Whoever runs the process at that moment.
        Operator = "operator",
        /// Whoever carries the work out.
        Engineer = "engineer",
    }
}

vocabulary! {
    /// For what a plan stops at a hold point.
    HoldKind, "kind of hold point" {
        /// Somebody looks at what the wave before has shown.
        Wave = "wave",
        /// Traces on the asset are secured before anything on it is changed.
        Traces = "traces",
    }
}

/// Whether what is said of secured traces names what was kept: its SHA-256, or a sentence why nothing could be.
#[must_use]
pub fn names_traces(text: &str) -> bool {
    let digits = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_named = text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(digits);
    let why_not = text.trim().strip_prefix(NOT_POSSIBLE).map(str::trim);
    is_named || why_not.is_some_and(|why| why.chars().count() >= 10)
}

/// How a statement begins that no traces could be secured.
pub const NOT_POSSIBLE: &str = "not possible:";

/// How long work takes, in exact minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// From the start to the end of the verification, restart included; at least 1.
    pub work_minutes: u32,
    /// To undo all of it, verification included.
    pub undo_minutes: u32,
    /// Where the numbers come from.
    pub source: EstimateSource,
}

/// How an asset gets back to where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayBack {
    /// The program does it, from the named backup or file.
    Automatic {
        /// What it goes back to.
        to: String,
    },
    /// A person does it, by the named instruction.
    ByHand {
        /// The instruction.
        instruction: String,
    },
    /// There is none, and somebody has signed that.
    None {
        /// Who signed.
        signed_by: String,
        /// Why it is done all the same.
        reason: String,
    },
}

/// One piece of work in one asset's life: one patch, one window, one undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    /// Its number in the plan, counted from 1 in the order of the starts.
    pub number: u32,
    /// The asset.
    pub asset: AssetId,
    /// The patch, by its name in the catalogue.
    pub patch: String,
    /// The window.
    pub window: WindowId,
    /// When it starts.
    pub start: Moment,
    /// When it is done if nothing goes wrong.
    pub end: Moment,
    /// When it is undone if everything goes wrong, margin included; inside the window.
    pub free_at: Moment,
    /// The last moment at which it may start and still be undone in time.
    pub last_safe_start: Moment,
    /// How long it takes, and how that is known.
    pub estimate: Estimate,
    /// How many people it takes.
    pub people: u16,
    /// The way back.
    pub way_back: WayBack,
    /// Steps that must be done before, by number.
    pub after: Vec<u32>,
}

/// Steps that belong together: the next wave begins only when this one has soaked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wave {
    /// What kind it is.
    pub kind: WaveKind,
    /// The patch that it brings out.
    pub patch: String,
    /// Its place among the waves of this patch, from 1.
    pub number: u32,
    /// Its steps, by number, in order.
    pub steps: Vec<u32>,
    /// Minutes of normal running after its last step before the next wave may begin.
    pub soak_minutes: u32,
    /// How many of its steps may fail before everything stops. 0: the first failure stops.
    pub failures_allowed: u32,
}

/// A place at which the plan stops until the evidence is there and a person lets it go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedHold {
    /// Before which step: the first of a wave, all of which it holds, or one alone ([`ChangePlan::holds_by_step`]).
    pub before: u32,
    /// For what it stops there.
    pub kind: HoldKind,
    /// What must be on the table.
    pub evidence: String,
    /// Who may open it.
    pub opened_by: HoldRole,
}

/// A change plan. Made whole, checked by a stranger, released by a second person, and never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePlan {
    /// Its id.
    pub id: PlanId,
    /// The site whose work it is.
    pub site: SiteId,
    /// When it was made.
    pub made_at: Moment,
    /// The steps, in order of their numbers.
    pub steps: Vec<PlannedStep>,
    /// The waves, in order of their first steps.
    pub waves: Vec<Wave>,
    /// The hold points, in the order of the steps.
    pub holds: Vec<PlannedHold>,
}

/// How much it matters if an asset is lost or wrong; the order in which waves go. Nobody having said counts as the most.
#[must_use]
pub const fn wave_order(importance: Option<Consequence>) -> u8 {
    match importance {
        Some(consequence) => consequence as u8,
        None => u8::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secured_traces_are_named_by_their_hash_or_it_is_said_why_there_are_none() {
        let hash = "ab".repeat(32);
        assert!(names_traces(&format!("image of PLC-7 on the NAS, sha256:{hash}")));
        assert!(names_traces("not possible: the controller keeps no log and has no card"));
        assert!(!names_traces("not possible: no"), "a bare no is no sentence");
        assert!(!names_traces("we have an image"));
        assert!(!names_traces(&format!("{hash}ff")), "that is no SHA-256");
    }
}
