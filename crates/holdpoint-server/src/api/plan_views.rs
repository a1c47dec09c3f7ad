//! How change plans look in the API.

use super::text::said;
use holdpoint_app::plans::{CheckReport, Proposed, Shown};
use holdpoint_app::store::plan::{KeptWait, PlanEvent, PlanLine};
use holdpoint_domain::plan::life::{Done, PlanState};
use holdpoint_domain::plan::{PlannedHold, Wave};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A change plan as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Plan)]
pub struct PlanView {
    /// Its id.
    pub id: String,
    /// Its running number, for people.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// Its site.
    pub site_id: String,
    /// The site's name.
    pub site: String,
    /// The site's time zone.
    pub time_zone: String,
    /// `draft`, `submitted`, `released`, `rejected`, `withdrawn`, `superseded` or `ended`.
    pub state: String,
    /// Who proposed it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When it was made.
    pub made_at: String,
    /// Who asked for its release.
    pub submitted_by: Option<String>,
    /// When.
    pub submitted_at: Option<String>,
    /// Who released, rejected or withdrew it.
    pub closed_by: Option<String>,
    /// When.
    pub closed_at: Option<String>,
    /// Why it was rejected or withdrawn.
    pub closed_why: Option<String>,
    /// When it was begun; `null`: it was not.
    pub begun_at: Option<String>,
    /// When it was seen that every step is over.
    pub ended_at: Option<String>,
    /// How its steps ended, as a clause.
    pub ended_how: Option<String>,
    /// The plan that took its place.
    pub superseded_by: Option<String>,
    /// The plan whose place it takes.
    pub replaces: Option<String>,
    /// The last moment that was looked at.
    pub until: String,
    /// When its first step starts; `null`: it has none.
    pub first_start: Option<String>,
    /// When its last step is free.
    pub last_free: Option<String>,
    /// How many steps it has.
    pub steps: u64,
    /// On how many assets.
    pub assets: u64,
    /// How much waits.
    pub waits: u64,
    /// Exposure that is left, in weight times hours.
    pub exposure: f64,
    /// What no plan of the same work can be below.
    pub exposure_bound: f64,
    /// How far it lies above that, in percent; `null`: there is nothing to compare.
    pub gap_percent: Option<f64>,
}

impl From<PlanLine> for PlanView {
    fn from(line: PlanLine) -> Self {
        let mut view = Self {
            id: line.id.to_string(),
            number: line.number,
            title: line.title,
            site_id: line.site.to_string(),
            site: line.site_name,
            time_zone: line.time_zone,
            state: line.state.word().word().to_owned(),
            author: line.author.name,
            reason: line.reason,
            made_at: line.made_at.to_string(),
            submitted_by: None,
            submitted_at: None,
            closed_by: None,
            closed_at: None,
            closed_why: None,
            begun_at: line.begun_at.map(|at| at.to_string()),
            ended_at: None,
            ended_how: None,
            superseded_by: None,
            replaces: line.replaces.map(|id| id.to_string()),
            until: line.until.to_string(),
            first_start: line.first_start.map(|at| at.to_string()),
            last_free: line.last_free.map(|at| at.to_string()),
            steps: line.steps,
            assets: line.assets,
            waits: line.waits,
            exposure: line.exposure_planned,
            exposure_bound: line.exposure_bound,
            gap_percent: (line.exposure_bound > 0.0)
                .then(|| (line.exposure_planned / line.exposure_bound - 1.0) * 100.0),
        };
        match line.state {
            PlanState::Draft => {}
            PlanState::Submitted { submitted } => view.submitted(submitted),
            PlanState::Released { submitted, released } => {
                view.submitted(submitted);
                view.closed(released, None);
            }
            PlanState::Rejected { rejected, why } => view.closed(rejected, Some(why)),
            PlanState::Withdrawn { withdrawn, why } => view.closed(withdrawn, Some(why)),
            PlanState::Ended { submitted, released, at, steps } => {
                view.submitted(submitted);
                view.closed(released, None);
                view.ended_at = Some(at.to_string());
                view.ended_how = Some(steps.to_string());
            }
            PlanState::Superseded { by, at } => {
                view.superseded_by = Some(by.to_string());
                view.closed_at = Some(at.to_string());
            }
        }
        view
    }
}

impl PlanView {
    fn submitted(&mut self, done: Done) {
        self.submitted_by = Some(done.by.name);
        self.submitted_at = Some(done.at.to_string());
    }

    fn closed(&mut self, done: Done, why: Option<String>) {
        self.closed_by = Some(done.by.name);
        self.closed_at = Some(done.at.to_string());
        self.closed_why = why;
    }
}

/// Steps that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Wave)]
pub struct WaveView {
    /// `test`, `pilot` or `rollout`.
    pub kind: String,
    /// The patch.
    pub patch: String,
    /// Its place among the waves of this patch, from 1.
    pub number: u32,
    /// Its steps, by number.
    pub steps: Vec<u32>,
    /// Minutes of normal running before the next wave.
    pub soak_minutes: u32,
    /// How many of its steps may fail before everything stops.
    pub failures_allowed: u32,
}

impl From<Wave> for WaveView {
    fn from(wave: Wave) -> Self {
        Self {
            kind: wave.kind.word().to_owned(),
            patch: wave.patch,
            number: wave.number,
            steps: wave.steps,
            soak_minutes: wave.soak_minutes,
            failures_allowed: wave.failures_allowed,
        }
    }
}

/// A hold point: the plan stops here until the evidence is there and a person lets it go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = HoldPoint)]
pub struct HoldView {
    /// Before which step.
    pub before: u32,
    /// For what it stops: `wave`, or `traces` that are secured before the asset is changed.
    pub kind: String,
    /// What must be on the table.
    pub evidence: String,
    /// Who may open it: `approver`, `operator` or `engineer`.
    pub opened_by: String,
}

impl From<PlannedHold> for HoldView {
    fn from(hold: PlannedHold) -> Self {
        Self {
            before: hold.before,
            kind: hold.kind.word().to_owned(),
            evidence: hold.evidence,
            opened_by: hold.opened_by.word().to_owned(),
        }
    }
}

/// A step of a plan's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanEvent)]
pub struct PlanEventView {
    /// When.
    pub at: String,
    /// Who.
    pub by: String,
    /// How it stood from then on.
    pub state: String,
    /// Why.
    pub note: Option<String>,
}

impl From<PlanEvent> for PlanEventView {
    fn from(one: PlanEvent) -> Self {
        Self { at: one.at.to_string(), by: one.by, state: one.state.word().to_owned(), note: said(&one.note) }
    }
}

/// Something that the plan's steps rest on, as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanInput)]
pub struct InputView {
    /// What kind.
    pub kind: String,
    /// Of what.
    pub what: String,
    /// How it was.
    pub value: String,
    /// Of what a redundancy group can lose: who said it last; `null` for everything else.
    pub said_by: Option<String>,
    /// When.
    pub said_at: Option<String>,
}

/// A change plan with its waves and hold points. Its steps and what waits come page by page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanShown)]
pub struct PlanShownView {
    /// The plan.
    pub plan: PlanView,
    /// What it was asked for, in words.
    pub origin: String,
    /// The waves, in order of their first steps.
    pub waves: Vec<WaveView>,
    /// The hold points, in order of the steps.
    pub holds: Vec<HoldView>,
    /// What is asked outside before its steps begin. What stands here when it is released is released with it.
    pub checks: Vec<super::checks::CheckView>,
    /// What it counts on without knowing.
    pub remarks: Vec<String>,
    /// What its steps rest on.
    pub inputs: Vec<InputView>,
    /// The steps of its life, the oldest first.
    pub events: Vec<PlanEventView>,
}

impl From<Shown> for PlanShownView {
    fn from(one: Shown) -> Self {
        let inputs = one.body.inputs.into_iter();
        let mut writers = one.writers;
        Self {
            plan: one.line.into(),
            origin: one.body.origin,
            waves: one.plan.waves.into_iter().map(Into::into).collect(),
            holds: one.plan.holds.into_iter().map(Into::into).collect(),
            checks: one.checks.into_iter().map(Into::into).collect(),
            remarks: one.body.remarks,
            inputs: inputs
                .map(|one| {
                    let written = if one.kind == "group" { writers.remove(&one.what) } else { None };
                    let (said_by, said_at) = written.map(|(by, at)| (by, at.to_string())).unzip();
                    InputView { kind: one.kind, what: one.what, value: one.value, said_by, said_at }
                })
                .collect(),
            events: one.events.into_iter().map(Into::into).collect(),
        }
    }
}

/// Something without a place in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanWait)]
pub struct WaitView {
    /// The asset.
    pub asset_id: String,
    /// Its tag.
    pub asset: String,
    /// The patch; `null`: none is known.
    pub patch: Option<String>,
    /// The first cause, as a word.
    pub cause: String,
    /// What it waits for, as a clause.
    pub why: String,
}

impl From<KeptWait> for WaitView {
    fn from(one: KeptWait) -> Self {
        Self {
            asset_id: one.asset.to_string(),
            asset: one.tag,
            patch: said(&one.patch),
            cause: one.cause,
            why: one.why,
        }
    }
}

/// What came of a proposal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Proposed)]
pub struct ProposedView {
    /// The drafts, one a site.
    pub plans: Vec<PlanView>,
    /// Tags of assets that stand at no site: no plan can hold them.
    pub nowhere: Vec<String>,
}

impl From<Proposed> for ProposedView {
    fn from(one: Proposed) -> Self {
        Self { plans: one.plans.into_iter().map(Into::into).collect(), nowhere: one.nowhere }
    }
}

/// An input that is not as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StaleInput)]
pub struct StaleView {
    /// What kind.
    pub kind: String,
    /// Of what.
    pub what: String,
    /// How it was; `null`: it was not there.
    pub was: Option<String>,
    /// How it is; `null`: it is gone.
    pub is: Option<String>,
}

/// Something that the plan checker found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanFinding)]
pub struct PlanFindingView {
    /// The step, by number; 0: the plan as a whole.
    pub step: u32,
    /// Which promise is broken.
    pub promise: String,
    /// What was found.
    pub what: String,
}

/// What a look at a plan gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanCheck)]
pub struct CheckView {
    /// When it was looked at.
    pub at: String,
    /// Whether it can go on.
    pub holds: bool,
    /// What changed since it was made.
    pub stale: Vec<StaleView>,
    /// What is wrong with it by the facts of now.
    pub findings: Vec<PlanFindingView>,
    /// What it counts on without anybody knowing it; it can go on all the same.
    pub remarks: Vec<String>,
}

impl From<CheckReport> for CheckView {
    fn from(report: CheckReport) -> Self {
        let holds = report.holds();
        let stale = report.stale.into_iter();
        let findings = report.findings.into_iter();
        Self {
            at: report.at.to_string(),
            holds,
            stale: stale
                .map(|one| StaleView { kind: one.kind, what: one.what, was: one.was, is: one.is })
                .collect(),
            findings: findings
                .map(|one| PlanFindingView {
                    step: one.step,
                    promise: one.promise.to_owned(),
                    what: one.what,
                })
                .collect(),
            remarks: report.remarks,
        }
    }
}
