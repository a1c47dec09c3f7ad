//! Exemptions: what is not patched, why, what protects it meanwhile, who bears the rest of the risk, and until when.
//!
//! An exemption always ends: by its expiry at the latest, which policy bounds. The surprise: when something that it was
//! accepted under changes (exploited now, a control failed, moved to another zone…) it stops holding *until somebody has
//! looked again*; a doubt never protects.

use crate::Rejected;
use crate::approval_policy::{ApprovalPolicy, RiskClass};
use crate::control::{Control, ControlUse, Verification};
use crate::decision::ExemptionKind;
use crate::id::{AssetId, BaselineId, DecisionId, ExemptionId, SiteId, ZoneId};
use crate::moment::Moment;
use crate::patch_state::SupplierState;
use crate::ranking::replacement::ControlEffect;
use crate::signature::{Person, days, refused, written};
use crate::substance::told;
use crate::words::vocabulary;
use std::collections::BTreeSet;

vocabulary! {
    /// Why something is not patched.
    ReasonCode, "reason of an exemption" {
        /// There is no patch.
        NoPatch = "no_patch",
        /// The supplier has not approved it.
        NotApproved = "not_approved",
        /// It would break a certificate.
        BreaksCertificate = "breaks_certificate",
        /// It needs an outage that does not come soon.
        Outage = "outage",
        /// The thing is out of support.
        EndOfLife = "end_of_life",
        /// Patching is the greater risk.
        RiskAboveBenefit = "risk_above_benefit",
        /// Somebody says that it cannot be exploited where it stands; why is in the reason.
        NotRelevant = "not_relevant",
    }
}

/// What is not done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A vulnerability stays.
    Vulnerability(String),
    /// A patch is not installed.
    Patch(String),
}

/// On which assets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum On {
    /// One asset.
    Asset(AssetId),
    /// All assets of a baseline.
    Baseline(BaselineId),
    /// All assets of a zone.
    Zone(ZoneId),
    /// All assets of a site.
    Site(SiteId),
}

vocabulary! {
    /// What makes somebody look again.
    Trigger, "review trigger" {
        /// It came onto the list of exploited vulnerabilities.
        Kev = "kev",
        /// It is exploited more than it was.
        ExploitationUp = "exploitation_up",
        /// A control failed, or was not verified in time.
        ControlFailed = "control_failed",
        /// The asset moved to another zone, or another one came to those that it covers.
        AssetMoved = "asset_moved",
        /// More hangs on the assets than did.
        RiskUp = "risk_up",
        /// The supplier says something else.
        VendorStateChanged = "vendor_state_changed",
        /// The end of support was reached.
        EndOfSupport = "end_of_support",
    }
}

vocabulary! {
    /// How much a vulnerability is exploited.
    Exploitation, "exploitation" {
        /// Nothing is known of any.
        None = "none",
        /// There is a public proof of concept.
        PublicPoc = "poc",
        /// It is used.
        Active = "active",
    }
}

/// What an exemption was accepted under; a change of it asks for a review. `None`: not known then.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watched {
    /// Whether it is listed as exploited.
    pub kev: Option<Listed>,
    /// How much it is exploited.
    pub exploitation: Option<Exploitation>,
    /// What the supplier says.
    pub supplier: Option<SupplierState>,
    /// The zone of the asset, by name.
    pub zone: Option<String>,
    /// When support ends.
    pub end_of_support: Option<Moment>,
    /// The assets that it covered for sure, by their numbers.
    pub covered: Option<BTreeSet<i64>>,
    /// How much hung on the assets.
    pub stake: Option<RiskClass>,
}

vocabulary! {
    /// Whether something stands on a list.
    Listed, "listing" {
        /// It does not.
        No = "no",
        /// It does.
        Yes = "yes",
    }
}

/// How an exemption stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExemptionState {
    /// It waits for its decision.
    Proposed,
    /// It holds.
    Holding {
        /// By this decision.
        decision: DecisionId,
    },
    /// Something changed; it does not hold until somebody has looked.
    UnderReview {
        /// By this decision it held.
        decision: DecisionId,
        /// What changed; at least one.
        triggers: Vec<Trigger>,
    },
    /// It is over.
    Ended {
        /// Why.
        why: End,
        /// In words.
        note: String,
    },
}

vocabulary! {
    /// Why an exemption is over.
    End, "end of an exemption" {
        /// Its time was over.
        Expired = "expired",
        /// Somebody closed it: patched, or not needed any more.
        Closed = "closed",
        /// It was never accepted.
        Declined = "declined",
    }
}

vocabulary! {
    /// How an exemption stands, as a word.
    ExemptionWord, "state of an exemption" {
        /// It waits for its decision.
        Proposed = "proposed",
        /// It holds.
        Holding = "holding",
        /// It does not hold until somebody has looked.
        UnderReview = "under_review",
        /// It is over.
        Ended = "ended",
    }
}

impl ExemptionState {
    /// Its word.
    #[must_use]
    pub const fn word(&self) -> ExemptionWord {
        match self {
            Self::Proposed => ExemptionWord::Proposed,
            Self::Holding { .. } => ExemptionWord::Holding,
            Self::UnderReview { .. } => ExemptionWord::UnderReview,
            Self::Ended { .. } => ExemptionWord::Ended,
        }
    }
}

/// An exemption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemption {
    /// Its id.
    pub id: ExemptionId,
    /// Defer, mitigate or accept.
    pub kind: ExemptionKind,
    /// What is not done.
    pub what: What,
    /// On which assets.
    pub on: On,
    /// Why, as a code.
    pub reason_code: ReasonCode,
    /// Why, in words.
    pub reason: String,
    /// What is done instead.
    pub controls: Vec<ControlUse>,
    /// The risk that is left.
    pub residual: RiskClass,
    /// Who proposed it.
    pub author: Person,
    /// When.
    pub proposed_at: Moment,
    /// Its end.
    pub expires: Moment,
    /// What it was accepted under.
    pub watched: Watched,
    /// How it stands.
    pub state: ExemptionState,
}

/// The most controls of an exemption.
pub const MOST_CONTROLS: usize = 50;

impl Exemption {
    /// Proposes one.
    ///
    /// # Errors
    /// A refusal without a reason or subject, with an end that is over or beyond the policy's most, and for a mitigation
    /// without a control.
    pub fn propose(self, policy: &ApprovalPolicy, at: Moment) -> Result<Self, Rejected> {
        told("reason", &self.reason)?;
        let (What::Vulnerability(name) | What::Patch(name)) = &self.what;
        if name.trim().is_empty() || name.chars().count() > 200 {
            let what = "an exemption names one vulnerability or one patch";
            return Err(refused("exemption-subject", what, "name it"));
        }
        let most = policy.exemption_most_days;
        if self.expires <= at || self.expires.since(at) > days(most) {
            let what = format!("an exemption ends after now and within {most} days");
            return Err(refused("exemption-expiry", what, "name an earlier end; it can be decided anew"));
        }
        if self.controls.len() > MOST_CONTROLS {
            return Err(refused(
                "exemption-controls",
                format!("at most {MOST_CONTROLS} controls"),
                "leave some out",
            ));
        }
        if self.kind == ExemptionKind::Mitigate && self.controls.is_empty() {
            let what = "a mitigation is what is done instead, and nothing is named";
            return Err(refused("exemption-controls", what, "name a control, or defer or accept instead"));
        }
        let controls = self.controls.into_iter().map(ControlUse::checked).collect::<Result<_, _>>()?;
        Ok(Self { controls, proposed_at: at, state: ExemptionState::Proposed, ..self })
    }

    /// Whether somebody's look may be the proof that a control of it works: not that of the one who proposed it.
    ///
    /// # Errors
    /// A refusal for the one who proposed it; that a control failed, they may say.
    pub fn may_vouch(&self, verification: &Verification) -> Result<(), Rejected> {
        match verification {
            Verification::Working(found) if found.by.account == self.author.account => {
                let what =
                    format!("`{}` proposed this exemption and cannot verify its controls", found.by.name);
                Err(refused("four-eyes-author", what, "ask another person to look at it"))
            }
            Verification::Working(_) | Verification::Failed(_) | Verification::Never => Ok(()),
        }
    }

    /// With its decision granted: it holds from now on, watched from how things are now.
    ///
    /// # Errors
    /// A refusal when it does not wait for one, or its time is over.
    pub fn accepted(self, decision: DecisionId, watched: Watched, at: Moment) -> Result<Self, Rejected> {
        match &self.state {
            ExemptionState::Proposed | ExemptionState::UnderReview { .. } if at < self.expires => {
                Ok(Self { state: ExemptionState::Holding { decision }, watched, ..self })
            }
            ExemptionState::Proposed
            | ExemptionState::UnderReview { .. }
            | ExemptionState::Holding { .. }
            | ExemptionState::Ended { .. } => {
                let what = format!("the exemption is {}, and ends at {}", self.state.word(), self.expires);
                Err(refused("exemption-state", what, "propose a new one"))
            }
        }
    }

    /// Over.
    ///
    /// # Errors
    /// A refusal when it is over already, or nobody says why.
    pub fn ended(self, why: End, note: &str) -> Result<Self, Rejected> {
        let note = written("reason", note)?;
        if let ExemptionState::Ended { why, .. } = &self.state {
            return Err(refused(
                "exemption-state",
                format!("the exemption is over: {why}"),
                "propose a new one",
            ));
        }
        Ok(Self { state: ExemptionState::Ended { why, note }, ..self })
    }

    /// What changed since it was accepted that asks for a review; empty: nothing.
    #[must_use]
    pub fn triggers(&self, now: &Watched, at: Moment, verify_days: u32) -> Vec<Trigger> {
        let then = &self.watched;
        let mut found = Vec::new();
        if now.kev == Some(Listed::Yes) && then.kev != Some(Listed::Yes) {
            found.push(Trigger::Kev);
        }
        // That somebody looked and found nothing is no rise.
        let none = Exploitation::None;
        if now.exploitation.unwrap_or(none) > then.exploitation.unwrap_or(none) {
            found.push(Trigger::ExploitationUp);
        }
        // A control that was never seen working protected nothing, and changes nothing by failing.
        let lost = |one: &ControlUse| match &one.verification {
            Verification::Never => false,
            Verification::Working(_) => !one.holds_at(at, verify_days),
            Verification::Failed(_) => true,
        };
        if self.controls.iter().any(lost) {
            found.push(Trigger::ControlFailed);
        }
        let came = match (&now.covered, &then.covered) {
            (Some(now), Some(then)) => !now.is_subset(then),
            (None, _) | (_, None) => false,
        };
        if now.zone != then.zone || came {
            found.push(Trigger::AssetMoved);
        }
        if let (Some(now), Some(then)) = (now.stake, then.stake)
            && now > then
        {
            found.push(Trigger::RiskUp);
        }
        if now.supplier != then.supplier {
            found.push(Trigger::VendorStateChanged);
        }
        let over = |end: Option<Moment>, when: Moment| end.is_some_and(|end| end <= when);
        if over(now.end_of_support, at) && !over(then.end_of_support, self.proposed_at) {
            found.push(Trigger::EndOfSupport);
        }
        found
    }

    /// As it is at a moment, given how things are: expired, under review, or as it was.
    #[must_use]
    pub fn at_moment(self, now: &Watched, at: Moment, verify_days: u32) -> Self {
        match self.state.clone() {
            ExemptionState::Proposed
            | ExemptionState::Holding { .. }
            | ExemptionState::UnderReview { .. }
                if at >= self.expires =>
            {
                let note = format!("its time was over at {}", self.expires);
                Self { state: ExemptionState::Ended { why: End::Expired, note }, ..self }
            }
            ExemptionState::Holding { decision } => {
                let triggers = self.triggers(now, at, verify_days);
                if triggers.is_empty() {
                    return self;
                }
                Self { state: ExemptionState::UnderReview { decision, triggers }, ..self }
            }
            ExemptionState::UnderReview { decision, mut triggers } => {
                let more = self.triggers(now, at, verify_days).into_iter();
                let more: Vec<Trigger> = more.filter(|one| !triggers.contains(one)).collect();
                triggers.extend(more);
                Self { state: ExemptionState::UnderReview { decision, triggers }, ..self }
            }
            ExemptionState::Proposed | ExemptionState::Ended { .. } => self,
        }
    }

    /// Whether it holds.
    #[must_use]
    pub fn holds_at(&self, at: Moment) -> bool {
        matches!(self.state, ExemptionState::Holding { .. }) && at < self.expires
    }

    /// What its controls do to a ranking at that moment: of an exemption that holds, and seen working in time. Each says
    /// who saw it working and until when it counts; `name` is what people call the exemption.
    #[must_use]
    pub fn effects(&self, name: &str, at: Moment, verify_days: u32) -> Vec<ControlEffect> {
        if !self.holds_at(at) {
            return Vec::new();
        }
        let mut all = Vec::new();
        for one in self.controls.iter().filter(|one| one.holds_at(at, verify_days)) {
            let (Some(cap), Some(again), Verification::Working(found)) =
                (one.control.cap(), one.due_again(verify_days), &one.verification)
            else {
                continue;
            };
            all.push(ControlEffect {
                control: one.control.word().to_owned(),
                source: format!("{}; {} saw it working at {}; {name}", one.what, found.by.name, found.at),
                cap,
                verified_at: found.at,
                until: again.min(self.expires),
            });
        }
        all
    }

    /// The controls that hold now: of an exemption that holds, and seen working in time.
    #[must_use]
    pub fn held_controls(&self, at: Moment, verify_days: u32) -> Vec<Control> {
        if !self.holds_at(at) {
            return Vec::new();
        }
        let held = self.controls.iter().filter(|one| one.holds_at(at, verify_days));
        held.map(|one| one.control).collect()
    }
}

#[cfg(test)]
mod tests;
