//! Test records: where a patch was tried, how that place differs from production, step by step, and with what result.
//!
//! A run is either in a test environment or a pilot on one or two less important assets; each is evidence of its own kind.
//! The surprise: a finished run never changes, and nobody calls a run passed: that follows from its steps.

use crate::Rejected;
use crate::approval_policy::{ApprovalPolicy, TestedBy};
use crate::id::{AssetId, BaselineId, EnvironmentId, TestRunId};
use crate::moment::Moment;
use crate::signature::{Person, days, refused, written};
use crate::substance::told;
use crate::words::vocabulary;
use std::collections::BTreeSet;

/// How a test environment differs from what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Differences {
    /// These are known.
    Known(Vec<String>),
    /// Somebody looked and found none.
    NoneFound {
        /// Who looked.
        by: String,
    },
}

/// Where tests are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its id.
    pub id: EnvironmentId,
    /// Its name: `BED-2`.
    pub name: String,
    /// The baselines whose assets it stands for; at least one.
    pub represents: Vec<BaselineId>,
    /// How it differs.
    pub differences: Differences,
}

impl Environment {
    /// Makes one.
    ///
    /// # Errors
    /// A refusal when it stands for nothing, has no name, or an empty list of differences claims that there are none.
    pub fn checked(self) -> Result<Self, Rejected> {
        if self.name.trim().is_empty() || self.name.chars().count() > 200 {
            return Err(refused(
                "environment",
                "a test environment needs a name of at most 200 characters",
                "name it",
            ));
        }
        if self.represents.is_empty() {
            let what = "a test environment stands for the assets of at least one baseline";
            return Err(refused("environment", what, "name the baseline"));
        }
        match &self.differences {
            Differences::Known(all) if all.iter().all(|one| one.trim().is_empty()) => Err(refused(
                "differences",
                "an empty list does not say that there is no difference",
                "write the differences down, or say who looked and found none",
            )),
            Differences::NoneFound { by } if by.trim().is_empty() => {
                Err(refused("differences", "nobody is named who looked for differences", "name them"))
            }
            Differences::Known(all) => {
                for one in all {
                    told("difference", one)?;
                }
                Ok(self)
            }
            Differences::NoneFound { .. } => Ok(self),
        }
    }
}

/// Where a run takes place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a test environment.
    Bench(EnvironmentId),
    /// On one or two less important assets of production.
    Pilot(Vec<AssetId>),
}

vocabulary! {
    /// Of which kind evidence is.
    EvidenceKind, "kind of evidence" {
        /// A run in a test environment.
        Bench = "bench",
        /// A pilot.
        Pilot = "pilot",
    }
}

impl Place {
    /// The kind of evidence that a run here gives.
    #[must_use]
    pub const fn kind(&self) -> EvidenceKind {
        match self {
            Self::Bench(_) => EvidenceKind::Bench,
            Self::Pilot(_) => EvidenceKind::Pilot,
        }
    }
}

vocabulary! {
    /// What came of a step.
    StepResult, "result of a step" {
        /// As expected.
        Passed = "passed",
        /// Otherwise; the run fails.
        Failed = "failed",
        /// Left out, with the reason in its note.
        Skipped = "skipped",
    }
}

/// A step of a plan, with what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub action: String,
    /// What must be seen.
    pub expected: String,
    /// What came of it; `None`: not done yet.
    pub outcome: Option<StepOutcome>,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepOutcome {
    /// The result.
    pub result: StepResult,
    /// What was seen.
    pub note: String,
    /// Who did it.
    pub by: Person,
    /// When.
    pub at: Moment,
}

vocabulary! {
    /// How a run stands.
    RunState, "state of a test run" {
        /// Steps are open.
        Running = "running",
        /// Every step that counts passed.
        Passed = "passed",
        /// A step failed.
        Failed = "failed",
        /// It was broken off, or more than half of its steps were left out; it is evidence of nothing.
        Aborted = "aborted",
    }
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestRun {
    /// Its id.
    pub id: TestRunId,
    /// The patch.
    pub patch: String,
    /// The baseline whose assets it stands for.
    pub baseline: BaselineId,
    /// Where.
    pub place: Place,
    /// The name of the plan that it follows.
    pub plan: String,
    /// Which version of it, from 1; `None`: it follows none, or began before versions were counted.
    pub plan_version: Option<u64>,
    /// The steps, at least one.
    pub steps: Vec<Step>,
    /// How it stands.
    pub state: RunState,
    /// Who began it.
    pub tester: Person,
    /// When it began.
    pub began_at: Moment,
    /// When it ended.
    pub ended_at: Option<Moment>,
}

/// The most steps of a run.
pub const MOST_STEPS: usize = 200;

impl TestRun {
    /// Begins a run.
    ///
    /// # Errors
    /// A refusal for no steps or too many, steps without words, a pilot on none or more than two assets.
    pub fn begin(self) -> Result<Self, Rejected> {
        if self.steps.is_empty() || self.steps.len() > MOST_STEPS {
            let what = format!("a run has 1 to {MOST_STEPS} steps, not {}", self.steps.len());
            return Err(refused("test-steps", what, "write down what is tried and what must be seen"));
        }
        for step in &self.steps {
            told("action of a step", &step.action)?;
            told("expectation of a step", &step.expected)?;
        }
        if let Place::Pilot(assets) = &self.place {
            let distinct: BTreeSet<_> = assets.iter().collect();
            if distinct.len() != assets.len() || !(1..=2).contains(&assets.len()) {
                let what = "a pilot runs on one or two assets";
                return Err(refused("pilot-assets", what, "name one or two less important ones"));
            }
        }
        let steps = self.steps.into_iter().map(|step| Step { outcome: None, ..step }).collect();
        Ok(Self { steps, state: RunState::Running, ended_at: None, ..self })
    }

    /// With the outcome of a step, counted from 1; the last one ends the run.
    ///
    /// # Errors
    /// A refusal when the run is over, the step is unknown or done, or something but a pass has no note.
    pub fn record(mut self, step: usize, outcome: StepOutcome) -> Result<Self, Rejected> {
        self.open()?;
        let Some(found) = step.checked_sub(1).and_then(|at| self.steps.get_mut(at)) else {
            return Err(refused("test-step", format!("the run has no step {step}"), "look at its steps"));
        };
        if found.outcome.is_some() {
            return Err(refused(
                "test-step",
                format!("step {step} was recorded before"),
                "begin another run",
            ));
        }
        match outcome.result {
            StepResult::Passed => {}
            StepResult::Failed | StepResult::Skipped => {
                drop(written("note of a failed or skipped step", &outcome.note)?)
            }
        }
        let at = outcome.at;
        found.outcome = Some(outcome);
        let results: Vec<StepResult> = self
            .steps
            .iter()
            .filter_map(|step| step.outcome.as_ref())
            .map(|outcome| outcome.result)
            .collect();
        if results.len() == self.steps.len() {
            // A run of which most was left out shows nothing.
            self.state = if results.contains(&StepResult::Failed) {
                RunState::Failed
            } else if self.shows_little() {
                RunState::Aborted
            } else {
                RunState::Passed
            };
            self.ended_at = Some(at);
        }
        Ok(self)
    }

    /// Broken off.
    ///
    /// # Errors
    /// A refusal when it is over.
    pub fn abort(self, at: Moment) -> Result<Self, Rejected> {
        self.open()?;
        Ok(Self { state: RunState::Aborted, ended_at: Some(at), ..self })
    }

    fn open(&self) -> Result<(), Rejected> {
        if self.state == RunState::Running {
            return Ok(());
        }
        Err(refused(
            "test-over",
            format!("the run is {} and does not change any more", self.state),
            "begin another run",
        ))
    }

    /// How many of its steps were left out.
    #[must_use]
    pub fn n_skipped(&self) -> usize {
        let outcomes = self.steps.iter().filter_map(|step| step.outcome.as_ref());
        outcomes.filter(|outcome| outcome.result == StepResult::Skipped).count()
    }

    /// Whether more than half of its steps were left out.
    fn shows_little(&self) -> bool {
        self.n_skipped() * 2 > self.steps.len()
    }

    /// When a step of it failed last; breaking the run off takes nothing of that back.
    #[must_use]
    pub fn failed_at(&self) -> Option<Moment> {
        let outcomes = self.steps.iter().filter_map(|step| step.outcome.as_ref());
        outcomes.filter(|outcome| outcome.result == StepResult::Failed).map(|outcome| outcome.at).max()
    }

    /// Everybody who tested.
    #[must_use]
    pub fn testers(&self) -> BTreeSet<String> {
        let steps = self.steps.iter().filter_map(|step| step.outcome.as_ref()).map(|outcome| &outcome.by);
        std::iter::once(&self.tester).chain(steps).map(|person| person.account.clone()).collect()
    }

    /// Whether it is a full test that the patch may be used in that baseline at that moment, by these rules.
    ///
    /// # Errors
    /// Why it is not, as a clause.
    pub fn is_full_test(
        &self,
        patch: &str,
        baseline: BaselineId,
        at: Moment,
        rules: &ApprovalPolicy,
    ) -> Result<(), String> {
        self.supports(patch, baseline, at, rules.test_most_days)?;
        match rules.tested_by {
            TestedBy::Plan if self.plan.is_empty() => Err(format!(
                "run {} went by {} step(s) of its own, and the rules ask for a run by a plan",
                self.id,
                self.steps.len()
            )),
            TestedBy::Plan | TestedBy::AnySteps => Ok(()),
        }
    }

    /// Whether it is evidence that the patch may be used in that baseline at that moment.
    ///
    /// # Errors
    /// Why it is not, as a clause.
    pub fn supports(
        &self,
        patch: &str,
        baseline: BaselineId,
        at: Moment,
        most_days: u32,
    ) -> Result<(), String> {
        let id = self.id;
        if self.patch != patch {
            return Err(format!("run {id} tested {}, not {patch}", self.patch));
        }
        if self.baseline != baseline {
            return Err(format!("run {id} stands for the assets of another baseline"));
        }
        if self.state != RunState::Passed {
            return Err(format!("run {id} is {}, not passed", self.state));
        }
        if self.shows_little() {
            let (skipped, all) = (self.n_skipped(), self.steps.len());
            return Err(format!("run {id} left {skipped} of its {all} steps out, so it shows little"));
        }
        match self.ended_at {
            Some(ended) if ended <= at && at.since(ended) <= days(most_days) => Ok(()),
            Some(_) | None => Err(format!("run {id} is older than {most_days} days")),
        }
    }
}

/// The last run in which a step failed and after which none of its kind was begun that passed. The runs are all of one patch
/// for one baseline, in the order of their beginning. A pilot that passes says nothing of what failed on a bench, nor the
/// other way round.
#[must_use]
pub fn unanswered_failure<'a>(runs: impl IntoIterator<Item = &'a TestRun>) -> Option<&'a TestRun> {
    let runs: Vec<&TestRun> = runs.into_iter().collect();
    let answered = |place: usize, failed: &TestRun, when: Moment| {
        let later = runs.iter().enumerate().filter(|(at, run)| (run.began_at, *at) > (when, place));
        let mut same = later.map(|(_, run)| *run).filter(|run| run.place.kind() == failed.place.kind());
        same.any(|run| run.state == RunState::Passed && !run.shows_little())
    };
    let mut failed = runs.iter().enumerate().rev();
    failed.find_map(|(at, run)| run.failed_at().filter(|when| !answered(at, run, *when)).map(|_| *run))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::signature::tests::person;

    pub(crate) fn at(day: i64) -> Moment {
        Moment::from_micros(day * days(1))
    }

    pub(crate) fn run(id: u8, place: Place) -> TestRun {
        let step = |text: &str| Step { action: text.to_owned(), expected: "runs".to_owned(), outcome: None };
        TestRun {
            id: TestRunId::new(at(0), [id; 10]),
            patch: "KB1".to_owned(),
            baseline: BaselineId::new(at(0), [1; 10]),
            place,
            plan: "usual".to_owned(),
            plan_version: Some(1),
            steps: vec![step("install"), step("restart")],
            state: RunState::Running,
            tester: person("tester"),
            began_at: at(0),
            ended_at: None,
        }
    }

    pub(crate) fn outcome(result: StepResult) -> StepOutcome {
        StepOutcome { result, note: "seen".to_owned(), by: person("second-tester"), at: at(1) }
    }

    fn bench() -> TestRun {
        run(1, Place::Bench(EnvironmentId::new(at(0), [1; 10]))).begin().expect("it begins")
    }

    #[test]
    fn a_run_is_passed_when_its_steps_say_so_and_then_never_changes() {
        use StepResult as R;
        let with = |one, two| {
            bench()
                .record(1, outcome(one))
                .and_then(|run| run.record(2, outcome(two)))
                .expect("steps are recorded")
        };
        assert_eq!(with(R::Passed, R::Passed).state, RunState::Passed);
        assert_eq!(with(R::Passed, R::Skipped).state, RunState::Passed);
        assert_eq!(with(R::Failed, R::Passed).state, RunState::Failed);
        assert_eq!(with(R::Skipped, R::Skipped).state, RunState::Aborted, "nothing was shown");
        let begun = bench().record(1, outcome(R::Failed)).expect("it is recorded");
        let broken_off = begun.abort(at(2)).expect("it is broken off");
        assert_eq!((broken_off.state, broken_off.failed_at()), (RunState::Aborted, Some(at(1))));
        let over = with(R::Passed, R::Passed);
        assert!(over.clone().record(1, outcome(R::Failed)).is_err());
        assert!(over.clone().abort(at(2)).is_err());
        assert_eq!(over.testers().len(), 2, "whoever did a step tested");
    }

    #[test]
    fn a_run_of_which_most_was_left_out_shows_nothing_and_half_is_enough() {
        let with_steps = |results: &[StepResult]| {
            let mut begun = run(1, Place::Bench(EnvironmentId::new(at(0), [1; 10])));
            begun.steps = results.iter().map(|_| begun.steps[0].clone()).collect();
            let begun = begun.begin().expect("it begins");
            results.iter().enumerate().fold(begun, |run, (place, result)| {
                run.record(place + 1, outcome(*result)).expect("a step is recorded")
            })
        };
        let (p, s) = (StepResult::Passed, StepResult::Skipped);
        assert_eq!(with_steps(&[p, p, s, s]).state, RunState::Passed);
        let little = with_steps(&[p, s, s, s, s]);
        assert_eq!((little.state, little.n_skipped()), (RunState::Aborted, 4));
        let kept_as_passed = TestRun { state: RunState::Passed, ..little };
        assert!(kept_as_passed.supports("KB1", kept_as_passed.baseline, at(2), 365).is_err());
    }

    #[test]
    fn a_failure_stands_until_a_run_of_its_kind_that_began_later_passed() {
        use StepResult::{Failed, Passed};
        let of = |id, place: Place, day, result| {
            let run = TestRun { began_at: at(day), ..run(id, place) }.begin().expect("it begins");
            let said = |result| StepOutcome { at: at(day), ..outcome(result) };
            run.record(1, said(result)).and_then(|run| run.record(2, said(Passed))).expect("it ends")
        };
        let bench = || Place::Bench(EnvironmentId::new(at(0), [1; 10]));
        let pilot = || Place::Pilot(vec![AssetId::new(at(0), [1; 10])]);
        let (passed, failed) = (of(1, bench(), 1, Passed), of(2, bench(), 2, Failed));
        let found = |runs: &[TestRun]| unanswered_failure(runs).map(|run| run.id);
        assert_eq!(found(std::slice::from_ref(&passed)), None);
        assert_eq!(found(&[passed.clone(), failed.clone()]), Some(failed.id));
        assert_eq!(found(&[passed.clone(), failed.clone(), of(3, pilot(), 3, Passed)]), Some(failed.id));
        assert_eq!(found(&[passed, failed.clone(), of(3, bench(), 3, Passed)]), None);
        assert_eq!(found(&[failed, of(3, bench(), 2, Passed)]), None, "in the same moment the order counts");
    }

    #[test]
    fn a_run_supports_its_own_patch_and_baseline_while_it_is_young() {
        use StepResult::Passed;
        let open = bench();
        let done = open.clone().record(1, outcome(Passed)).and_then(|run| run.record(2, outcome(Passed)));
        let done = done.expect("it passes");
        assert_eq!(done.supports("KB1", done.baseline, at(366), 365), Ok(()));
        assert!(done.supports("KB1", done.baseline, at(367), 365).is_err(), "too old");
        assert!(done.supports("KB2", done.baseline, at(2), 365).is_err());
        let by = |plan: &str, tested_by| {
            let rules = ApprovalPolicy { tested_by, ..ApprovalPolicy::default() };
            TestRun { plan: plan.to_owned(), ..done.clone() }.is_full_test(
                "KB1",
                done.baseline,
                at(2),
                &rules,
            )
        };
        assert_eq!(by("", TestedBy::AnySteps), Ok(()));
        assert_eq!(by("Monthly round", TestedBy::Plan), Ok(()));
        assert!(by("", TestedBy::Plan).is_err_and(|why| why.contains("of its own")));
        assert!(done.supports("KB1", BaselineId::new(at(0), [9; 10]), at(2), 365).is_err());
        assert!(open.supports("KB1", open.baseline, at(2), 365).is_err(), "it is not over");
    }

    #[test]
    fn a_pilot_has_one_or_two_assets_and_an_environment_says_how_it_differs() {
        let asset = |n| AssetId::new(at(0), [n; 10]);
        assert!(run(1, Place::Pilot(vec![asset(1), asset(2)])).begin().is_ok());
        for wrong in [vec![], vec![asset(1), asset(1)], vec![asset(1), asset(2), asset(3)]] {
            assert!(run(1, Place::Pilot(wrong)).begin().is_err());
        }
        let bed = Environment {
            id: EnvironmentId::new(at(0), [1; 10]),
            name: "BED-2".to_owned(),
            represents: vec![BaselineId::new(at(0), [1; 10])],
            differences: Differences::Known(vec![]),
        };
        assert!(bed.clone().checked().is_err(), "an empty list is no claim");
        for nothing in ["...", "none", "unknown"] {
            let bed =
                Environment { differences: Differences::Known(vec![nothing.to_owned()]), ..bed.clone() };
            assert!(bed.checked().is_err(), "{nothing}");
        }
        assert!(
            Environment { differences: Differences::NoneFound { by: "R. Vos".to_owned() }, ..bed }
                .checked()
                .is_ok()
        );
    }
}
