//! How tests look in the API.

use super::text::{hex, said};
use holdpoint_app::approval::test_records::ShownPlan;
use holdpoint_app::store::test_record::{Attachment, KeptPlan, RunLine};
use holdpoint_domain::test_record::{Differences, Environment, Place, Step};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A test environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TestEnvironment)]
pub struct EnvironmentView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The ids of the baselines whose assets it stands for.
    pub represents: Vec<String>,
    /// How it differs from production.
    pub differences: Vec<String>,
    /// Who looked and found no difference.
    pub no_difference_by: Option<String>,
}

impl From<Environment> for EnvironmentView {
    fn from(one: Environment) -> Self {
        let (differences, no_difference_by) = parts(one.differences);
        Self {
            id: one.id.to_string(),
            name: one.name,
            represents: one.represents.iter().map(ToString::to_string).collect(),
            differences,
            no_difference_by,
        }
    }
}

fn parts(differences: Differences) -> (Vec<String>, Option<String>) {
    match differences {
        Differences::Known(all) => (all, None),
        Differences::NoneFound { by } => (Vec::new(), Some(by)),
    }
}

/// What is done in a step and what must be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlannedStep)]
#[serde(deny_unknown_fields)]
pub struct PlannedStepView {
    /// What is done.
    pub action: String,
    /// What must be seen.
    pub expected: String,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TestPlan)]
pub struct PlanView {
    /// Its name.
    pub name: String,
    /// The id of the site that it is for; `null`: all sites.
    pub site_id: Option<String>,
    /// Which version, from 1.
    pub version: u64,
    /// Its steps.
    pub steps: Vec<PlannedStepView>,
    /// Who wrote this version.
    pub author: String,
    /// When.
    pub written_at: String,
    /// What it was before, the latest first.
    pub former: Vec<FormerPlanView>,
}

/// A former version of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormerTestPlan)]
pub struct FormerPlanView {
    /// Which version, from 1.
    pub version: u64,
    /// Its steps.
    pub steps: Vec<PlannedStepView>,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub written_at: String,
}

impl From<ShownPlan> for PlanView {
    fn from(one: ShownPlan) -> Self {
        let now = one.now;
        Self {
            name: now.plan.name,
            site_id: now.plan.site.map(|site| site.to_string()),
            version: now.version,
            steps: planned(now.plan.steps),
            author: now.author,
            written_at: now.at.to_string(),
            former: one.former.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<KeptPlan> for FormerPlanView {
    fn from(one: KeptPlan) -> Self {
        let (version, author, written_at) = (one.version, one.author, one.at.to_string());
        Self { version, steps: planned(one.plan.steps), author, written_at }
    }
}

fn planned(steps: Vec<(String, String)>) -> Vec<PlannedStepView> {
    steps.into_iter().map(|(action, expected)| PlannedStepView { action, expected }).collect()
}

/// A step of a run with what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TestStep)]
pub struct StepView {
    /// What is done.
    pub action: String,
    /// What must be seen.
    pub expected: String,
    /// `passed`, `failed` or `skipped`; `null`: not done yet.
    pub result: Option<String>,
    /// What was seen.
    pub note: Option<String>,
    /// Who did it.
    pub by: Option<String>,
    /// When.
    pub at: Option<String>,
}

impl From<Step> for StepView {
    fn from(step: Step) -> Self {
        let outcome = step.outcome.as_ref();
        Self {
            result: outcome.map(|one| one.result.word().to_owned()),
            note: outcome.map(|one| one.note.clone()),
            by: outcome.map(|one| one.by.name.clone()),
            at: outcome.map(|one| one.at.to_string()),
            action: step.action,
            expected: step.expected,
        }
    }
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TestRun)]
pub struct RunView {
    /// Its id.
    pub id: String,
    /// The patch.
    pub patch: String,
    /// The baseline's id.
    pub baseline_id: String,
    /// The baseline's name.
    pub baseline: String,
    /// `bench` or `pilot`.
    pub kind: String,
    /// The environment's name.
    pub environment: Option<String>,
    /// How that differs from production.
    pub differences: Vec<String>,
    /// Who looked and found no difference.
    pub no_difference_by: Option<String>,
    /// The ids of a pilot's assets.
    pub assets: Vec<String>,
    /// The plan's name.
    pub plan: Option<String>,
    /// Which version of the plan; `null`: it follows none, or began before versions were counted.
    pub plan_version: Option<u64>,
    /// `running`, `passed`, `failed` or `aborted`.
    pub state: String,
    /// Who began it.
    pub tester: String,
    /// When.
    pub began_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// Its steps.
    pub steps: Vec<StepView>,
    /// How many files belong to it.
    pub attachments: u64,
}

impl From<RunLine> for RunView {
    fn from(line: RunLine) -> Self {
        let run = line.run;
        let (differences, no_difference_by) = line.differences.map(parts).unwrap_or_default();
        Self {
            id: run.id.to_string(),
            baseline_id: run.baseline.to_string(),
            baseline: line.baseline,
            kind: run.place.kind().word().to_owned(),
            environment: said(&line.environment),
            differences,
            no_difference_by,
            assets: match &run.place {
                Place::Bench(_) => Vec::new(),
                Place::Pilot(assets) => assets.iter().map(ToString::to_string).collect(),
            },
            patch: run.patch,
            plan: said(&run.plan),
            plan_version: run.plan_version,
            state: run.state.word().to_owned(),
            tester: run.tester.name,
            began_at: run.began_at.to_string(),
            ended_at: run.ended_at.map(|at| at.to_string()),
            steps: run.steps.into_iter().map(Into::into).collect(),
            attachments: line.attachments,
        }
    }
}

/// A file of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentView {
    /// Its name.
    pub name: String,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// Its size.
    pub size_bytes: u64,
    /// Who put it in.
    pub added_by: String,
    /// When.
    pub added_at: String,
}

impl From<Attachment> for AttachmentView {
    fn from(one: Attachment) -> Self {
        Self {
            name: one.name,
            sha256: hex(&one.sha256),
            size_bytes: one.size_bytes,
            added_by: one.added_by,
            added_at: one.added_at.to_string(),
        }
    }
}

/// A run with its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TestRunShown)]
pub struct RunShownView {
    /// The run.
    pub run: RunView,
    /// Its files.
    pub files: Vec<AttachmentView>,
}
