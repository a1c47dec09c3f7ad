//! How deployments, their steps and what was verified look in the API.

use holdpoint_app::execution::{HoldShown, Overview, StepShown};
use holdpoint_app::store::execution::{DeploymentLine, KeptEvent, Lift, StepLine, StepRow};
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{Event, HandWord, Observed, ObservedBy, Outcome};
use holdpoint_domain::plan::WayBack;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Most letters of evidence that come with one event; the whole is in the store.
const EVIDENCE_LETTERS: usize = 16_000;

fn time(at: Option<Moment>) -> Option<String> {
    at.map(|at| at.to_string())
}

/// A plan while it is carried out, or after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Deployment)]
pub struct DeploymentView {
    /// The plan.
    pub plan_id: String,
    /// Its running number.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// The site.
    pub site_id: String,
    /// The site's name.
    pub site: String,
    /// The site's time zone.
    pub time_zone: String,
    /// `running`, `paused`, `stopped`, `taken_back` or `over`.
    pub state: String,
    /// How the plan stands.
    pub plan_state: String,
    /// Since when.
    pub started_at: String,
    /// Who began it.
    pub started_by: String,
    /// Why it is paused; `null`: it is not.
    pub paused: Option<String>,
    /// What is stopped, and why.
    pub stops: Vec<String>,
    /// When the server looked at it last.
    pub turned_at: Option<String>,
    /// How many steps it has.
    pub steps: u64,
    /// How many are not over.
    pub open: u64,
    /// How many are done.
    pub done: u64,
    /// How many have failed.
    pub failed: u64,
    /// How many are in work: their assets cannot be counted on.
    pub in_work: u64,
    /// How many have something overdue.
    pub overdue: u64,
    /// How many drifts from its baselines stand open.
    pub drift: u64,
    /// When its first step was planned to start.
    pub first_start: Option<String>,
    /// When its last step was planned to be free.
    pub last_free: Option<String>,
    /// When a step moved last.
    pub moved_at: Option<String>,
}

impl From<DeploymentLine> for DeploymentView {
    fn from(line: DeploymentLine) -> Self {
        let stops = line.stopped.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
        Self {
            plan_id: line.plan.to_string(),
            number: line.number,
            title: line.title,
            site_id: line.site.to_string(),
            site: line.site_name,
            time_zone: line.time_zone,
            state: line.state,
            plan_state: line.plan_state,
            started_at: line.started_at.to_string(),
            started_by: line.started_by,
            paused: line.paused,
            stops,
            turned_at: time(line.turned_at),
            steps: line.steps,
            open: line.open,
            done: line.done,
            failed: line.failed,
            in_work: line.in_work,
            overdue: line.overdue,
            drift: line.drift,
            first_start: time(line.first_start),
            last_free: time(line.last_free),
            moved_at: time(line.moved_at),
        }
    }
}

/// A hold point of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DeploymentHold)]
pub struct DeploymentHoldView {
    /// Before which step it is opened; one between waves holds every step of that step's wave.
    pub before: u32,
    /// Its number among the hold points before that step, from 1.
    pub number: u32,
    /// What must be on the table.
    pub evidence: String,
    /// Who may open it: `approver`, `operator` or `engineer`.
    pub opened_by_role: String,
    /// Who opened it; `null`: it is closed.
    pub opened_by: Option<String>,
    /// When.
    pub opened_at: Option<String>,
    /// What was on the table.
    pub opened_with: Option<String>,
}

impl From<HoldShown> for DeploymentHoldView {
    fn from(hold: HoldShown) -> Self {
        let (by, at, with) = match hold.opened {
            Some(word) => (Some(word.by), Some(word.at.to_string()), Some(word.body)),
            None => (None, None, None),
        };
        Self {
            before: hold.before,
            number: hold.number,
            evidence: hold.evidence,
            opened_by_role: hold.opened_by.word().to_owned(),
            opened_by: by,
            opened_at: at,
            opened_with: with,
        }
    }
}

/// A step in its wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WaveStep)]
pub struct WaveStepView {
    /// Its number.
    pub number: u32,
    /// The asset.
    pub asset: String,
    /// Where it stands.
    pub state: String,
    /// Whether it has failed.
    pub failed: bool,
    /// Whether something of it is overdue.
    pub overdue: bool,
}

/// A wave while it is carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DeploymentWave)]
pub struct DeploymentWaveView {
    /// `test`, `pilot` or `rollout`.
    pub kind: String,
    /// Its place among the waves of its patch.
    pub number: u32,
    /// The patch.
    pub patch: String,
    /// Minutes of normal running before the next wave.
    pub soak_minutes: u32,
    /// How many of its steps may fail before everything stops.
    pub failures_allowed: u32,
    /// Its steps.
    pub steps: Vec<WaveStepView>,
    /// The hold points before its steps.
    pub holds: Vec<DeploymentHoldView>,
}

/// A deployment at a glance. Its steps come page by page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DeploymentShown)]
pub struct DeploymentShownView {
    /// The deployment.
    pub deployment: DeploymentView,
    /// Its waves.
    pub waves: Vec<DeploymentWaveView>,
    /// The steps that failed and whose failure nobody has accepted, by number.
    pub unaccepted: Vec<u32>,
    /// The last time that somebody asked to lift a stop; `null`: nobody has.
    pub lift: Option<DeploymentLiftView>,
}

/// Two persons let a stopped deployment go on: one asks, a second one agrees or refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DeploymentLift)]
pub struct DeploymentLiftView {
    /// `asked`, `lifted`, `refused` or `replaced`.
    pub state: String,
    /// The failed steps that were named.
    pub steps: Vec<u32>,
    /// What was stopped then.
    pub stops: Vec<String>,
    /// Why it may go on.
    pub reason: String,
    /// When somebody asked.
    pub asked_at: String,
    /// Who asked.
    pub asked_by: String,
    /// When a second person agreed or refused; `null`: nobody has.
    pub decided_at: Option<String>,
    /// Who did.
    pub decided_by: Option<String>,
    /// With what words.
    pub note: Option<String>,
}

impl From<Lift> for DeploymentLiftView {
    fn from(lift: Lift) -> Self {
        Self {
            state: lift.state.word().to_owned(),
            steps: lift.steps,
            stops: lift.stops.lines().map(str::to_owned).collect(),
            reason: lift.reason,
            asked_at: lift.asked_at.to_string(),
            asked_by: lift.asked_by.name,
            decided_at: time(lift.decided_at),
            decided_by: lift.decided_by,
            note: lift.note,
        }
    }
}

impl From<Overview> for DeploymentShownView {
    fn from(shown: Overview) -> Self {
        // Looked up for each step: a wave can have twenty thousand.
        let lines: BTreeMap<u32, &StepLine> = shown.steps.iter().map(|line| (line.number, line)).collect();
        let step = |number: u32| -> Option<WaveStepView> {
            let line = lines.get(&number)?;
            Some(WaveStepView {
                number,
                asset: line.tag.clone(),
                state: line.state.clone(),
                failed: line.failed,
                overdue: line.overdue.is_some(),
            })
        };
        let waves = shown.plan.waves.iter().map(|wave| DeploymentWaveView {
            kind: wave.kind.word().to_owned(),
            number: wave.number,
            patch: wave.patch.clone(),
            soak_minutes: wave.soak_minutes,
            failures_allowed: wave.failures_allowed,
            steps: wave.steps.iter().filter_map(|number| step(*number)).collect(),
            holds: shown
                .holds
                .iter()
                .filter(|hold| wave.steps.contains(&hold.before))
                .cloned()
                .map(Into::into)
                .collect(),
        });
        let (lift, unaccepted) = (shown.lift.clone().map(Into::into), shown.unaccepted.clone());
        Self { waves: waves.collect(), deployment: shown.line.into(), unaccepted, lift }
    }
}

/// A step of a deployment as lists show it. Reported, observed and verified are three different things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DeploymentStep)]
pub struct DeploymentStepView {
    /// The plan.
    pub plan_id: String,
    /// Its running number.
    pub plan_number: i64,
    /// Its title.
    pub title: String,
    /// The site's name.
    pub site: String,
    /// The site's time zone.
    pub time_zone: String,
    /// The step's number.
    pub number: u32,
    /// The asset's id.
    pub asset_id: String,
    /// The asset's tag.
    pub asset: String,
    /// The patch.
    pub patch: String,
    /// Where it stands.
    pub state: String,
    /// When it was planned to start.
    pub start: String,
    /// When it moved last.
    pub moved_at: String,
    /// When an outcome is overdue; `null`: nothing is being done.
    pub deadline: Option<String>,
    /// Whether it has failed.
    pub failed: bool,
    /// What it waits for, as a word.
    pub wait_for: Option<String>,
    /// Why, as a clause.
    pub wait_why: Option<String>,
    /// When that changes by itself.
    pub wait_until: Option<String>,
    /// What is overdue, as a clause.
    pub overdue: Option<String>,
    /// Since when.
    pub overdue_since: Option<String>,
    /// What was reported of the installation: `succeeded`, `failed`, `unknown` or `by_hand`.
    pub reported: Option<String>,
    /// When.
    pub reported_at: Option<String>,
    /// What the last look showed: `as_promised`, `not_restarted`, `as_before` or `otherwise`.
    pub observed: Option<String>,
    /// In words, when it is otherwise.
    pub observed_what: Option<String>,
    /// When.
    pub observed_at: Option<String>,
    /// Who read it: `device` or `agent`, the client that also reported the work; `host`, this server over SSH; `person`. `null`: nobody
    /// looked, or nobody kept who.
    pub observed_by: Option<String>,
    /// Whether whoever reported the work is also the one who read what came of it; `null`: nobody knows.
    pub own_word: Option<bool>,
    /// Since when it is verified; `null`: it is not.
    pub verified_at: Option<String>,
    /// How many drifts of the asset stand open.
    pub drift: u64,
}

impl From<StepRow> for DeploymentStepView {
    fn from(row: StepRow) -> Self {
        let step = row.step;
        Self {
            plan_id: row.plan.to_string(),
            plan_number: row.plan_number,
            title: row.title,
            site: row.site_name,
            time_zone: row.time_zone,
            number: step.number,
            asset_id: step.asset.to_string(),
            asset: step.tag,
            patch: step.patch,
            state: step.state,
            start: step.start.to_string(),
            moved_at: step.changed_at.to_string(),
            deadline: time(step.deadline),
            failed: step.failed,
            wait_for: step.wait_for,
            wait_why: step.wait_why,
            wait_until: time(step.wait_until),
            overdue: step.overdue,
            overdue_since: time(row.overdue_since),
            reported: row.reported,
            reported_at: time(row.reported_at),
            observed: row.observed,
            observed_what: row.observed_what,
            observed_at: time(row.observed_at),
            observed_by: row.observed_by.map(|by| by.word().to_owned()),
            own_word: row.observed_by.map(ObservedBy::is_own_word),
            verified_at: time(row.verified_at),
            drift: row.drift,
        }
    }
}

/// Something that happened to a step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StepEvent)]
pub struct StepEventView {
    /// When it was written.
    pub at: String,
    /// By whom.
    pub by: String,
    /// `intended`, `ended`, `overdue`, `no_restart_needed`, `stopped`, `restaged`, `back_wanted`, `reopened` or `handed_back`.
    pub kind: String,
    /// The deed, of an intent or an outcome.
    pub deed: Option<String>,
    /// The number of its attempt.
    pub attempt: Option<u16>,
    /// When its outcome was due.
    pub deadline: Option<String>,
    /// `succeeded`, `as_promised`, `not_restarted`, `as_before`, `otherwise`, `failed`, `unknown`, `not_done` (nobody did it, and the step went on
    /// without it), `not_begun` (it was ordered, and it is certain that nobody began it), `refused` (whoever was to do it said no before
    /// beginning anything) or `not_told` (nobody told whether it was done).
    pub outcome: Option<String>,
    /// What kind of failure.
    pub class: Option<String>,
    /// In words.
    pub what: Option<String>,
    /// What was read on the way, word by word; cut after 16,000 letters.
    pub evidence: Option<String>,
}

impl From<KeptEvent> for StepEventView {
    fn from(kept: KeptEvent) -> Self {
        let mut view = Self {
            at: kept.at.to_string(),
            by: kept.by,
            evidence: kept.evidence.map(|text| text.chars().take(EVIDENCE_LETTERS).collect()),
            ..Self::default()
        };
        let kind = match kept.event {
            Event::Intended { deed, attempt } => {
                view.deed = Some(deed.word().to_owned());
                view.attempt = Some(attempt.number);
                view.deadline = Some(attempt.deadline.to_string());
                "intended"
            }
            Event::Ended { deed, attempt, outcome, .. } => {
                view.deed = Some(deed.word().to_owned());
                view.attempt = Some(attempt);
                view.ended(outcome);
                "ended"
            }
            Event::Overdue { .. } => "overdue",
            Event::NoRestartNeeded { against, .. } => {
                view.what = against;
                "no_restart_needed"
            }
            Event::Stopped { why, .. } => view.said(why, "stopped"),
            Event::Restaged { why, .. } => view.said(why, "restaged"),
            Event::BackWanted { why, .. } => view.said(why, "back_wanted"),
            Event::Reopened { .. } => "reopened",
            Event::HandedBack { says, .. } => {
                let what = match says {
                    HandWord::Installed => "the patch is on it",
                    HandWord::AsBefore => "it is as it was before",
                };
                view.said(what.to_owned(), "handed_back")
            }
        };
        view.kind = kind.to_owned();
        view
    }
}

impl StepEventView {
    fn said(&mut self, why: String, kind: &'static str) -> &'static str {
        self.what = Some(why);
        kind
    }

    fn ended(&mut self, outcome: Outcome) {
        let (word, what) = match outcome {
            Outcome::Succeeded => ("succeeded", None),
            Outcome::Seen(Observed::AsPromised) => ("as_promised", None),
            Outcome::Seen(Observed::NotRestarted { what }) => ("not_restarted", Some(what)),
            Outcome::Seen(Observed::AsBefore) => ("as_before", None),
            Outcome::Seen(Observed::Otherwise { what }) => ("otherwise", Some(what)),
            Outcome::Failed { class, what } => {
                self.class = Some(class.word().to_owned());
                ("failed", Some(what))
            }
            Outcome::Unknown { what } => ("unknown", Some(what)),
            Outcome::NotDone { what } => ("not_done", Some(what)),
            Outcome::NotBegun { what } => ("not_begun", Some(what)),
            Outcome::Refused { what } => ("refused", Some(what)),
            Outcome::NotTold { what } => ("not_told", Some(what)),
        };
        self.outcome = Some(word.to_owned());
        self.what = what;
    }
}

/// A word that a person may say about a step now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StepSaying)]
pub struct SayingView {
    /// The word.
    pub word: String,
    /// What it needs besides: `text`, `until`, or nothing.
    pub needs: Option<String>,
}

/// Something that was said about a step: the last word of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StepWord)]
pub struct StepWordView {
    /// Of which kind.
    pub kind: String,
    /// When.
    pub at: String,
    /// By whom.
    pub by: String,
    /// What.
    pub said: String,
}

/// What was promised of one piece of software.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StepPromise)]
pub struct PromiseView {
    /// Its name.
    pub name: String,
    /// The version after the work; `null`: it is gone.
    pub version: Option<String>,
}

/// A difference between the snapshot before and the last look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StepDifference)]
pub struct DifferenceView {
    /// The part: `software`, `system`, `ports`, `services`, `accounts` or `settings`.
    pub part: String,
    /// What differs.
    pub name: String,
    /// What stood before; `null`: nothing.
    pub before: Option<String>,
    /// What stands now; `null`: nothing.
    pub after: Option<String>,
    /// Whether it was planned.
    pub expected: bool,
}

/// A step with everything that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DeploymentStepShown)]
pub struct StepShownView {
    /// The step.
    pub step: DeploymentStepView,
    /// The kind of its wave.
    pub wave_kind: Option<String>,
    /// The number of its wave.
    pub wave: Option<u32>,
    /// The window.
    pub window: String,
    /// When it has to have started at the latest.
    pub last_safe_start: String,
    /// How long the work takes, in minutes.
    pub work_minutes: u32,
    /// How long the undo takes, in minutes.
    pub undo_minutes: u32,
    /// The way back, in words.
    pub way_back: String,
    /// Its hold points.
    pub holds: Vec<DeploymentHoldView>,
    /// What may be said now.
    pub sayings: Vec<SayingView>,
    /// What was said.
    pub words: Vec<StepWordView>,
    /// What was promised.
    pub promise: Vec<PromiseView>,
    /// The last look held against the snapshot before; `null`: there is nothing to compare yet.
    pub differences: Option<Vec<DifferenceView>>,
    /// What happened, the oldest first.
    pub events: Vec<StepEventView>,
}

impl From<StepShown> for StepShownView {
    fn from(shown: StepShown) -> Self {
        let way_back = match &shown.planned.way_back {
            WayBack::Automatic { to } => format!("by itself, to {to}"),
            WayBack::ByHand { instruction } => format!("by hand: {instruction}"),
            WayBack::None { signed_by, reason } => format!("none, signed by {signed_by}: {reason}"),
        };
        // Snapshots and promises are long and have a form of their own here.
        let own = ["before", "after", "promise", "differences", "boot"];
        let words = shown.words.into_iter().filter(|(kind, _)| !own.contains(&kind.as_str()));
        let differences = shown.verdict.map(|verdict| {
            let view = |one: holdpoint_app::execution::Difference| DifferenceView {
                part: one.part.to_owned(),
                name: one.name,
                before: one.before,
                after: one.after,
                expected: one.planned == holdpoint_app::execution::Planned::Expected,
            };
            verdict.differences.into_iter().map(view).collect()
        });
        let saying = |one: holdpoint_app::execution::Saying| SayingView {
            word: one.word.to_owned(),
            needs: one.needs.map(str::to_owned),
        };
        Self {
            wave_kind: shown.wave.as_ref().map(|(kind, _)| kind.clone()),
            wave: shown.wave.map(|(_, number)| number),
            window: shown.window,
            last_safe_start: shown.planned.last_safe_start.to_string(),
            work_minutes: shown.planned.estimate.work_minutes,
            undo_minutes: shown.planned.estimate.undo_minutes,
            way_back,
            holds: shown.holds.into_iter().map(Into::into).collect(),
            sayings: shown.fitting.into_iter().map(saying).collect(),
            words: words
                .map(|(kind, word)| StepWordView {
                    kind,
                    at: word.at.to_string(),
                    by: word.by,
                    said: word.body,
                })
                .collect(),
            promise: shown.promise.into_iter().map(|(name, version)| PromiseView { name, version }).collect(),
            differences,
            events: shown.events.into_iter().map(Into::into).collect(),
            step: shown.row.into(),
        }
    }
}
