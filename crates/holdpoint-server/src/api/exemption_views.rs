//! How exemptions and their controls look in the API.

use super::stake_views::{OffersView, StakeView};
use super::test_record_views::AttachmentView;
use super::text::said;
use holdpoint_app::store::control_file::ControlFile;
use holdpoint_app::store::exemption::{ExemptionStep, KeptExemption};
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::control::{Control, ControlUse, Verification};
use holdpoint_domain::exemption::{ExemptionState, On, What};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A kind of control in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ControlKind)]
pub struct ControlKindView {
    /// Its word.
    pub control: String,
    /// Which question of a ranking it answers otherwise while it holds.
    pub changes: String,
    /// What somebody must see to call it verified.
    pub evidence: String,
}

impl From<Control> for ControlKindView {
    fn from(one: Control) -> Self {
        Self {
            control: one.word().to_owned(),
            changes: one.changes().word().to_owned(),
            evidence: one.evidence().to_owned(),
        }
    }
}

/// A control of an exemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Control)]
pub struct ControlView {
    /// Which.
    pub control: String,
    /// What exactly is done where.
    pub what: String,
    /// Who looks after it: the name of an account, or `outside: NAME`.
    pub owner: String,
    /// Cost in hundredths of the plant's currency; `null`: nobody has said.
    pub cost_cents: Option<u64>,
    /// Work in minutes.
    pub effort_min: Option<u32>,
    /// Downtime in minutes.
    pub downtime_min: Option<u32>,
    /// `never`, `working` or `failed`.
    pub verified: String,
    /// When somebody looked last.
    pub verified_at: Option<String>,
    /// Who.
    pub verified_by: Option<String>,
    /// What they saw.
    pub evidence: Option<String>,
}

impl From<ControlUse> for ControlView {
    fn from(one: ControlUse) -> Self {
        let (verified, found) = match &one.verification {
            Verification::Never => ("never", None),
            Verification::Working(found) => ("working", Some(found)),
            Verification::Failed(found) => ("failed", Some(found)),
        };
        Self {
            verified: verified.to_owned(),
            verified_at: found.map(|found| found.at.to_string()),
            verified_by: found.map(|found| found.by.name.clone()),
            evidence: found.map(|found| found.evidence.clone()),
            control: one.control.word().to_owned(),
            what: one.what,
            owner: one.owner,
            cost_cents: one.burden.cost_cents,
            effort_min: one.burden.effort_min,
            downtime_min: one.burden.downtime_min,
        }
    }
}

/// An exemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Exemption)]
pub struct ExemptionView {
    /// Its id.
    pub id: String,
    /// Its number, for people.
    pub number: i64,
    /// `defer`, `mitigate` or `accept`.
    pub kind: String,
    /// `proposed`, `holding`, `under_review` or `ended`.
    pub state: String,
    /// The vulnerability that stays.
    pub vulnerability: Option<String>,
    /// The patch that is not installed.
    pub patch: Option<String>,
    /// `asset`, `baseline`, `zone` or `site`.
    pub on_kind: String,
    /// The id of what it is on.
    pub on_id: String,
    /// Its tag or name.
    pub on: Option<String>,
    /// Why, as a code.
    pub reason_code: String,
    /// Why.
    pub reason: String,
    /// What is done instead.
    pub controls: Vec<ControlView>,
    /// The risk that is left.
    pub residual: String,
    /// Who proposed it.
    pub author: String,
    /// When.
    pub proposed_at: String,
    /// Its end.
    pub expires_at: String,
    /// The decision by which it holds.
    pub decision_id: Option<String>,
    /// What changed, so that somebody must look again.
    pub triggers: Vec<String>,
    /// Why it is over.
    pub ended_why: Option<String>,
    /// When it changed last.
    pub changed_at: String,
}

impl From<KeptExemption> for ExemptionView {
    fn from(kept: KeptExemption) -> Self {
        let one = kept.exemption;
        let (vulnerability, patch) = match one.what {
            What::Vulnerability(name) => (Some(name), None),
            What::Patch(name) => (None, Some(name)),
        };
        let (on_kind, on_id) = match one.on {
            On::Asset(id) => ("asset", id.to_string()),
            On::Baseline(id) => ("baseline", id.to_string()),
            On::Zone(id) => ("zone", id.to_string()),
            On::Site(id) => ("site", id.to_string()),
        };
        let state = one.state.word().word().to_owned();
        let (decision, triggers, ended_why) = match one.state {
            ExemptionState::Proposed => (None, Vec::new(), None),
            ExemptionState::Holding { decision } => (Some(decision), Vec::new(), None),
            ExemptionState::UnderReview { decision, triggers } => (Some(decision), triggers, None),
            ExemptionState::Ended { why, note } => (None, Vec::new(), Some(format!("{why}: {note}"))),
        };
        Self {
            id: one.id.to_string(),
            number: kept.number,
            kind: one.kind.word().to_owned(),
            state,
            vulnerability,
            patch,
            on_kind: on_kind.to_owned(),
            on_id,
            on: said(&kept.on_name),
            reason_code: one.reason_code.word().to_owned(),
            reason: one.reason,
            controls: one.controls.into_iter().map(Into::into).collect(),
            residual: one.residual.word().to_owned(),
            author: one.author.name,
            proposed_at: one.proposed_at.to_string(),
            expires_at: one.expires.to_string(),
            decision_id: decision.map(|id| id.to_string()),
            triggers: triggers.into_iter().map(|one| one.word().to_owned()).collect(),
            ended_why,
            changed_at: kept.changed_at.to_string(),
        }
    }
}

/// A step of an exemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ExemptionStep)]
pub struct ExemptionStepView {
    /// When.
    pub at: String,
    /// Who.
    pub by: String,
    /// How it stood from then on.
    pub state: String,
    /// Why.
    pub note: String,
}

impl From<ExemptionStep> for ExemptionStepView {
    fn from(step: ExemptionStep) -> Self {
        Self { at: step.at.to_string(), by: step.by, state: step.state.word().to_owned(), note: step.note }
    }
}

/// An exemption with its steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ExemptionShown)]
pub struct ExemptionShownView {
    /// The exemption.
    pub exemption: ExemptionView,
    /// Its steps, the oldest first.
    pub steps: Vec<ExemptionStepView>,
    /// The files of its controls, the oldest first.
    pub files: Vec<ControlFileView>,
    /// How pressing what it leaves open is, on its assets; `null`: no vulnerability is known that it is about.
    pub stake: Option<StakeView>,
    /// What it leaves uninstalled.
    pub on_offer: OffersView,
    /// The classes of risk below what was signed for, and whether the reader can say now that no more is left.
    pub lower: Vec<LowerChoiceView>,
}

/// A class of risk below what was signed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = LowerChoice)]
pub struct LowerChoiceView {
    /// The class.
    pub residual: String,
    /// Why the reader cannot say it now; none: they can.
    pub cannot: Option<String>,
}

impl From<(RiskClass, Option<String>)> for LowerChoiceView {
    fn from((class, cannot): (RiskClass, Option<String>)) -> Self {
        Self { residual: class.word().to_owned(), cannot }
    }
}

/// A file of a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ControlFile)]
pub struct ControlFileView {
    /// Which control, from 1.
    pub control: u64,
    /// The file.
    pub file: AttachmentView,
}

impl From<ControlFile> for ControlFileView {
    fn from(one: ControlFile) -> Self {
        Self { control: one.control, file: one.file.into() }
    }
}
