//! What the API says of dealing with a finding: the way, what stands against it, patches, and what can be done instead.

use holdpoint_app::approval::card::standing_by_day;
use holdpoint_app::ranking::read::{Candidate, ControlOption, GateAnswer, OwnerWord, PatchWord, Way};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How and when it can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Gate)]
pub struct GateView {
    /// `patch`, `mitigate_now`, `prepare` or `review`.
    pub way: String,
    /// How and when, one sentence each.
    pub notes: Vec<String>,
    /// What stands against installing a patch.
    pub missing: Vec<String>,
    /// What nobody has said and must be settled first. It is no "no".
    pub unknown: Vec<String>,
    /// The patches that would fix it here, those that may be installed first. Empty: no source lists one.
    pub patches: Vec<GatePatchView>,
    /// What documents say can be done instead, in their own words.
    pub instead: Vec<GateInsteadView>,
    /// Controls that would make it less pressing once somebody has seen them working.
    pub controls: Vec<GateControlView>,
}

impl GateView {
    /// The view of an answer.
    #[must_use]
    pub fn of(gate: GateAnswer, controls: Vec<ControlOption>) -> Self {
        let way = match gate.way {
            Way::Patch => "patch",
            Way::MitigateNow => "mitigate_now",
            Way::Prepare => "prepare",
            Way::Review => "review",
        };
        Self {
            way: way.to_owned(),
            notes: gate.notes,
            missing: gate.missing,
            unknown: gate.unknown,
            patches: gate.patches.into_iter().map(Into::into).collect(),
            instead: gate.instead.into_iter().map(Into::into).collect(),
            controls: controls.into_iter().map(Into::into).collect(),
        }
    }
}

/// A patch that would fix it, and what is known of using it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = GatePatch)]
pub struct GatePatchView {
    /// The patch.
    pub patch: String,
    /// The vendor's word in a sentence.
    pub supplier: String,
    /// The vendor's state; `null`: none is known or understood.
    pub supplier_state: Option<String>,
    /// Who says so; empty: nobody.
    pub said_by: String,
    /// `effective`, `blocked` or `undecided`, in the baselines of the asset.
    pub owner: String,
    /// Why it is blocked.
    pub blocked: Vec<String>,
    /// Whether it may be installed as far as vendor and owner go.
    pub permissible: bool,
    /// How the policy on categories deals with it: `urgent`, `regular`, `planned` or `on-request`.
    pub category: Option<String>,
}

/// What can be done instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = GateInstead)]
pub struct GateInsteadView {
    /// `workaround` or `mitigation`.
    pub category: String,
    /// The publisher's words.
    pub text: String,
    /// The document.
    pub source: String,
}

/// What a control would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = GateControl)]
pub struct GateControlView {
    /// The control.
    pub control: String,
    /// The decision point that it holds down.
    pub point: String,
    /// To which value at most.
    pub at_most: String,
    /// The outcome then.
    pub outcome: String,
    /// The lane then.
    pub lane: String,
    /// What somebody must see to call it verified.
    pub evidence: String,
}

impl From<PatchWord> for GatePatchView {
    fn from(one: PatchWord) -> Self {
        let permissible = one.is_permissible();
        let (owner, blocked) = match one.owner {
            OwnerWord::Effective => ("effective", Vec::new()),
            OwnerWord::Blocked(why) => ("blocked", why),
            OwnerWord::Undecided => ("undecided", Vec::new()),
        };
        Self {
            patch: one.patch,
            supplier: standing_by_day(&one.supplier),
            supplier_state: one.supplier.state().map(|state| state.word().to_owned()),
            said_by: one.said_by,
            owner: owner.to_owned(),
            blocked,
            permissible,
            category: one.category.map(|category| category.word().to_owned()),
        }
    }
}

impl From<Candidate> for GateInsteadView {
    fn from(one: Candidate) -> Self {
        Self { category: one.category.word().to_owned(), text: one.text, source: one.source }
    }
}

impl From<ControlOption> for GateControlView {
    fn from(one: ControlOption) -> Self {
        Self {
            control: one.control.word().to_owned(),
            point: one.cap.point().word().to_owned(),
            at_most: one.cap.word().to_owned(),
            outcome: one.outcome.word().to_owned(),
            lane: one.lane.word().to_owned(),
            evidence: one.evidence.to_owned(),
        }
    }
}
