//! Tests: environments, plans, runs step by step, and the files that belong to them.
//!
//! Beginning a run takes the patch *in internal test* in its baseline, in the same change, and a step that fails holds it
//! where it is approved. A run's files are stored once by their hash and never served with a type of their own.

use super::members::{Member, of_scope};
use super::reading;
use super::{accountable, baselines, known, patch_name, person_named, refused, sweep};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::baseline::{self, Baseline, Deed, Entry, EntryState, Force, Step as EntryStep};
use holdpoint_domain::id::{AssetId, EnvironmentId, TestRunId};
use holdpoint_domain::signature::{Person, written};
use holdpoint_domain::substance::told;
use holdpoint_domain::test_record::{
    Differences, Environment, Place, RunState, Step, StepOutcome, StepResult, TestRun,
};
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::test_record::{Attachment, KeptPlan, RunLine, TestPlan};
use holdpoint_store::{Change, Reader, StoreError};
use serde_json::json;

/// The largest attachment, in bytes.
pub const MOST_ATTACHMENT_BYTES: usize = 32 * 1024 * 1024;
/// The most attachments of a run.
pub const MOST_ATTACHMENTS: u64 = 100;

/// An environment to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnvironment {
    /// Its name.
    pub name: String,
    /// The baselines, by id or name, whose assets it stands for.
    pub represents: Vec<String>,
    /// How it differs from production.
    pub differences: Differences,
    /// Why.
    pub reason: String,
}

/// All test environments.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn environments(app: &App, caller: &Caller) -> Result<Vec<Environment>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.test_environments())?)
}

/// Makes a test environment.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`] for a baseline; [`AppError::Invalid`] for what is missing;
/// [`AppError::Conflict`] when the name is taken.
pub fn add_environment(app: &App, caller: &Caller, new: &NewEnvironment) -> Result<Environment, AppError> {
    let reach = caller.require(Permission::RecordTest)?;
    let id = EnvironmentId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "test.add-environment", &new.reason), |c| {
        let mut represents = Vec::new();
        for name in &new.represents {
            let found = baselines::find_in(c, name, &reach)?;
            // What it stands for, its tests are evidence for.
            caller.require_at(Permission::RecordTest, found.scope.place.site())?;
            represents.push(found.id);
        }
        let name = new.name.trim().to_owned();
        let differences = match &new.differences {
            Differences::NoneFound { by } => {
                Differences::NoneFound { by: person_named(c, "person who looked for differences", by)? }
            }
            known @ Differences::Known(_) => known.clone(),
        };
        let made = Environment { id, name, represents, differences };
        let made = made.checked().map_err(refused)?;
        if c.test_environments()?.iter().any(|one| one.name == made.name) {
            let what = format!("there is a test environment `{}` already", made.name);
            return Err(baselines::conflict("name-taken", what, "give another name"));
        }
        c.put_test_environment(&made, caller.actor.name())?;
        c.about("test-environment", id);
        c.detail("name", json!(made.name));
        Ok::<_, AppError>(made)
    })?;
    Ok(committed.value)
}

/// A plan as it is now, with its former versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownPlan {
    /// As it is now.
    pub now: KeptPlan,
    /// As it was before, the latest first.
    pub former: Vec<KeptPlan>,
}

/// The plans of all sites and of those within reach, each with what it was before.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn plans(app: &App, caller: &Caller) -> Result<Vec<ShownPlan>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| {
        let former = r.former_test_plans()?;
        let now = r.test_plans()?.into_iter();
        let now = now.filter(|kept| kept.plan.site.is_none_or(|site| reach.covers(Some(site))));
        Ok::<_, StoreError>(now.map(|now| shown_plan(now, &former)).collect())
    })?)
}

fn shown_plan(now: KeptPlan, former: &[KeptPlan]) -> ShownPlan {
    let former = former.iter().filter(|one| one.plan.name == now.plan.name).cloned().collect();
    ShownPlan { now, former }
}

/// Writes a plan, of one site or of all; one of the same name gets its next version, for runs that begin from now on.
///
/// # Errors
/// [`AppError::Refused`], also for a plan of all sites by whoever tests on some only; [`AppError::NotFound`] for its site;
/// [`AppError::Invalid`] for steps that cannot be; [`AppError::Conflict`] when a plan of that name is for other sites.
pub fn put_plan(app: &App, caller: &Caller, plan: &TestPlan, reason: &str) -> Result<ShownPlan, AppError> {
    match plan.site {
        Some(site) => caller.require_at(Permission::RecordTest, Some(site))?,
        // Who changes a plan of no site changes the tests of every site.
        None => caller.require_everywhere(Permission::RecordTest)?,
    }
    let name = written("name of a plan", &plan.name).map_err(refused)?;
    check_steps(&plan.steps)?;
    let plan = TestPlan { name, site: plan.site, steps: plan.steps.clone() };
    let committed = app.store().change(&app.intent(caller, "test.put-plan", reason), |c| {
        if let Some(site) = plan.site
            && !c.sites()?.iter().any(|one| one.id == site)
        {
            return Err(AppError::NotFound { noun: "site", id: site.to_string() });
        }
        let known = c.test_plans()?.into_iter().find(|one| one.plan.name == plan.name);
        if known.as_ref().is_some_and(|known| known.plan.site != plan.site) {
            let what = format!("there is a plan `{}` that is for other sites than this one", plan.name);
            return Err(baselines::conflict("name-taken", what, "give another name"));
        }
        if known.is_some_and(|known| known.plan == plan) {
            c.nothing_to_do();
        } else {
            // What it was before stays to be read; a run has its own copy of the steps that it followed.
            c.put_test_plan(&plan, caller.actor.name())?;
            c.about("test-plan", &plan.name);
        }
        let now = c.test_plans()?.into_iter().find(|one| one.plan.name == plan.name);
        let former = c.former_test_plans()?;
        now.map(|now| shown_plan(now, &former))
            .ok_or_else(|| AppError::NotFound { noun: "test plan", id: plan.name.clone() })
    })?;
    Ok(committed.value)
}

fn check_steps(steps: &[(String, String)]) -> Result<(), AppError> {
    let most = holdpoint_domain::test_record::MOST_STEPS;
    if steps.is_empty() || steps.len() > most {
        let what = format!("a plan has 1 to {most} steps");
        return Err(AppError::invalid("test-steps", what, "nothing was changed", "write down what is tried"));
    }
    for (action, expected) in steps {
        told("action of a step", action).map_err(refused)?;
        told("expectation of a step", expected).map_err(refused)?;
    }
    Ok(())
}

/// Where a run shall take place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Where {
    /// In this environment, by id or name.
    Bench(String),
    /// On these assets, by id or tag.
    Pilot(Vec<String>),
}

/// A run to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// The patch.
    pub patch: String,
    /// The baseline's id or name.
    pub baseline: String,
    /// Where.
    pub place: Where,
    /// The plan's name; its steps are copied.
    pub plan: Option<String>,
    /// The steps, when there is no plan.
    pub steps: Vec<(String, String)>,
    /// Why.
    pub reason: String,
}

/// Begins a run; its patch is in internal test from then on.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`] for baseline, plan, environment or asset; [`AppError::Invalid`] and
/// [`AppError::Conflict`] for what cannot be.
pub fn begin(app: &App, caller: &Caller, new: &NewRun) -> Result<TestRun, AppError> {
    let reach = caller.require(Permission::RecordTest)?;
    let patch = patch_name(&new.patch)?;
    let id = TestRunId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "test.begin", &new.reason), |c| {
        let found = baselines::find_in(c, &new.baseline, &reach)?;
        caller.require_at(Permission::RecordTest, found.scope.place.site())?;
        known::must_be_known(c, &patch)?;
        baselines::not_declined(c, &patch)?;
        let (plan, plan_version, steps) = steps_of(c, new, &found)?;
        let at = c.at();
        let run = TestRun {
            id,
            patch: patch.clone(),
            baseline: found.id,
            place: place(c, caller, &new.place, &found)?,
            plan,
            plan_version,
            steps: steps
                .into_iter()
                .map(|(action, expected)| Step { action, expected, outcome: None })
                .collect(),
            state: RunState::Running,
            tester: accountable(caller)?,
            began_at: at,
            ended_at: None,
        };
        let run = run.begin().map_err(refused)?;
        c.put_test_run(&run)?;
        c.about("test-run", id);
        c.detail("kind", json!(run.place.kind().word()));
        in_test(c, &run)?;
        Ok::<_, AppError>(run)
    })?;
    Ok(committed.value)
}

/// A run takes its patch in internal test; a run of one that is authorised already, here or where this baseline inherits
/// from, adds evidence and changes nothing.
fn in_test(c: &mut Change<'_>, run: &TestRun) -> Result<(), AppError> {
    let before = c.entry(run.baseline, &run.patch)?;
    baselines::not_refused(before.as_ref())?;
    let begins = match before.as_ref().map(|entry| &entry.state) {
        None => !is_authorised(&baselines::inherited_state(c, run.baseline, &run.patch)?),
        Some(EntryState::NotAuthorized { .. }) => true,
        Some(EntryState::InInternalTest | EntryState::Authorized { .. } | EntryState::Effective { .. }) => {
            false
        }
    };
    if begins { begin_test(c, run, (before, &run.tester)) } else { Ok(()) }
}

fn is_authorised(state: &Option<EntryState>) -> bool {
    match state {
        Some(EntryState::Authorized { .. } | EntryState::Effective { .. }) => true,
        None | Some(EntryState::InInternalTest | EntryState::NotAuthorized { .. }) => false,
    }
}

fn begin_test(
    c: &mut Change<'_>,
    run: &TestRun,
    (before, by): (Option<Entry>, &Person),
) -> Result<(), AppError> {
    let deed = Deed { by: by.clone(), at: c.at() };
    let entry = baseline::step(before.clone(), (run.baseline, &run.patch), EntryStep::BeginTest, deed);
    Ok(baselines::write_entry(c, before.as_ref(), &entry.map_err(refused)?)?)
}

/// The name, the version and the steps of the plan that a run follows; its own steps where it follows none.
type Planned = (String, Option<u64>, Vec<(String, String)>);

fn steps_of(r: &mut Reader<'_>, new: &NewRun, baseline: &Baseline) -> Result<Planned, AppError> {
    let Some(name) = &new.plan else { return Ok((String::new(), None, new.steps.clone())) };
    let found = r.test_plans()?.into_iter().find(|kept| kept.plan.name == *name);
    let missing = || AppError::NotFound { noun: "test plan", id: name.chars().take(64).collect() };
    let KeptPlan { plan, version, .. } = found.ok_or_else(missing)?;
    if plan.site.is_some() && plan.site != baseline.scope.place.site() {
        let what =
            format!("the plan `{}` is for one site, and this baseline is not for that site", plan.name);
        return Err(baselines::conflict("plan-site", what, "follow a plan of this site, or of all sites"));
    }
    Ok((plan.name, Some(version), plan.steps))
}

fn place(
    r: &mut Reader<'_>,
    caller: &Caller,
    wanted: &Where,
    baseline: &Baseline,
) -> Result<Place, AppError> {
    match wanted {
        Where::Bench(name) => {
            let id = name.parse::<EnvironmentId>().ok();
            let found =
                r.test_environments()?.into_iter().find(|one| Some(one.id) == id || one.name == *name);
            let missing =
                || AppError::NotFound { noun: "test environment", id: name.chars().take(64).collect() };
            let found = found.ok_or_else(missing)?;
            if !found.represents.contains(&baseline.id) {
                let what = format!("`{}` does not stand for the assets of this baseline", found.name);
                return Err(baselines::conflict("environment", what, "use another environment"));
            }
            Ok(Place::Bench(found.id))
        }
        Where::Pilot(names) => {
            let reach = caller.require(Permission::RecordTest)?;
            let mut ids = Vec::new();
            for name in names.iter().take(3) {
                let found = match name.parse() {
                    Ok(id) => r.asset(id, Moment::OPEN)?,
                    Err(_) => r.asset_by_tag(name, Moment::OPEN)?,
                };
                let missing = || AppError::NotFound { noun: "asset", id: name.chars().take(64).collect() };
                ids.push(found.filter(|asset| reach.covers(asset.site)).ok_or_else(missing)?.asset.id);
            }
            stands_for(r, baseline, &ids)?;
            Ok(Place::Pilot(ids))
        }
    }
}

/// A pilot says something of a baseline's assets when it is one of them, and not the one on which most hangs.
fn stands_for(r: &mut Reader<'_>, baseline: &Baseline, pilots: &[AssetId]) -> Result<(), AppError> {
    let all = r.baselines()?;
    let mut members = Vec::new();
    // A draft governs nothing yet, so its assets are none of those on which the patch will come by this baseline.
    let bears = |one: &&Baseline| one.id == baseline.id || one.force == Force::InForce;
    for one in all.iter().filter(bears).filter(|one| baseline::is_heir(&all, one.id, baseline.id)) {
        members.extend(of_scope(r, one)?);
    }
    let least = members.iter().filter_map(Member::worst).min();
    let most = members.iter().filter_map(Member::worst).max();
    for pilot in pilots {
        let own: Vec<&Member> = members.iter().filter(|one| one.id == *pilot).collect();
        let Some(member) = own.iter().find(|one| one.missing.is_empty()).or(own.first()) else {
            let what = format!("asset {pilot} is none of those that `{}` is for", baseline.name);
            return Err(baselines::conflict("pilot", what, "choose one or two of its own assets"));
        };
        if !member.missing.is_empty() {
            let what = format!(
                "nobody can say whether {} is one of the assets of `{}`: {} is missing",
                member.tag,
                baseline.name,
                member.missing.join(", ")
            );
            return Err(baselines::conflict("pilot", what, "complete the asset, or choose another one"));
        }
        let worst = member.worst();
        if let Some(word) = worst
            && worst > least
            && worst == most
        {
            let what = format!("of all assets of `{}` most hangs on {} ({word})", baseline.name, member.tag);
            return Err(baselines::conflict("pilot", what, "choose a less important one"));
        }
    }
    Ok(())
}

fn find_in(r: &mut Reader<'_>, caller: &Caller, id: &str, needs: Permission) -> Result<RunLine, AppError> {
    let reach = caller.require(needs)?;
    let missing = || AppError::NotFound { noun: "test run", id: id.chars().take(64).collect() };
    let key: TestRunId = id.parse().map_err(|_| missing())?;
    let line = r.test_run(key)?.ok_or_else(missing)?;
    let site = baselines::by_id(r, line.run.baseline)?.scope.place.site();
    if site.is_none_or(|site| reach.covers(Some(site))) { Ok(line) } else { Err(missing()) }
}

/// Records the outcome of a step, counted from 1. The last one ends the run.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when the run is over or the step was recorded;
/// [`AppError::Invalid`] without a note where one is needed.
pub fn record(
    app: &App,
    caller: &Caller,
    id: &str,
    step: usize,
    (result, note): (StepResult, &str),
) -> Result<TestRun, AppError> {
    let committed = app.store().change(&app.intent(caller, "test.record", note), |c| {
        let line = find_in(c, caller, id, Permission::RecordTest)?;
        let outcome =
            StepOutcome { result, note: note.trim().to_owned(), by: accountable(caller)?, at: c.at() };
        let run = line.run.record(step, outcome.clone()).map_err(refused)?;
        c.put_test_run(&run)?;
        c.about("test-run", run.id);
        if result == StepResult::Failed {
            failed(app, c, &run, (step, outcome))?;
        }
        c.detail("step", json!([step, result.word()]));
        c.detail("state", json!(run.state.word()));
        Ok::<_, AppError>(run)
    })?;
    Ok(committed.value)
}

/// A step that fails holds the patch where it is approved, at once: what was approved rested on its working. Where the approval
/// is inherited, the patch is in internal test here from then on, until somebody decides.
fn failed(
    app: &App,
    c: &mut Change<'_>,
    run: &TestRun,
    (step, outcome): (usize, StepOutcome),
) -> Result<(), AppError> {
    let Some(entry) = c.entry(run.baseline, &run.patch)? else {
        if is_authorised(&baselines::inherited_state(c, run.baseline, &run.patch)?) {
            begin_test(c, run, (None, &outcome.by))?;
        }
        return Ok(());
    };
    if !is_authorised(&Some(entry.state.clone())) || entry.hold.is_some() {
        return Ok(());
    }
    let note: String = outcome.note.chars().take(500).collect();
    let why = format!("step {step} of test run {} failed: {note}", run.id);
    sweep::stepped(app, c, entry, (EntryStep::Hold { why }, &outcome.by))
}

/// Breaks a run off. A step of it that failed stays one that failed.
///
/// # Errors
/// As [`record`].
pub fn abort(app: &App, caller: &Caller, id: &str, reason: &str) -> Result<TestRun, AppError> {
    accountable(caller)?;
    let reason = written("reason", reason).map_err(refused)?;
    let committed = app.store().change(&app.intent(caller, "test.abort", &reason), |c| {
        let line = find_in(c, caller, id, Permission::RecordTest)?;
        let at = c.at();
        let run = line.run.abort(at).map_err(refused)?;
        c.put_test_run(&run)?;
        c.about("test-run", run.id);
        Ok::<_, AppError>(run)
    })?;
    Ok(committed.value)
}

/// The name of a file as it can be kept.
pub(crate) fn file_name(name: &str) -> Result<&str, AppError> {
    let name = name.trim();
    let is_plain = !name.is_empty() && name.chars().count() <= 200 && !name.contains(['/', '\\']);
    if is_plain && !name.chars().any(char::is_control) {
        return Ok(name);
    }
    let remedy = "give it a name of at most 200 characters without slashes";
    Err(AppError::invalid("name", "the file has no usable name", "nothing was changed", remedy))
}

/// Puts a file to a run that is not over.
///
/// # Errors
/// As [`record`]; [`AppError::Invalid`] for a name or size that cannot be.
pub fn attach(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    bytes: &[u8],
) -> Result<Attachment, AppError> {
    caller.require(Permission::RecordTest)?;
    let name = file_name(name)?;
    if bytes.is_empty() || bytes.len() > MOST_ATTACHMENT_BYTES {
        let what = format!("a file has 1 to {MOST_ATTACHMENT_BYTES} bytes, not {}", bytes.len());
        return Err(AppError::invalid("size", what, "nothing was changed", "attach less"));
    }
    let committed = app.store().change(&app.intent(caller, "test.attach", name), |c| {
        let line = find_in(c, caller, id, Permission::RecordTest)?;
        if line.run.state != RunState::Running || line.attachments >= MOST_ATTACHMENTS {
            let what = format!("the run is {} with {} files", line.run.state, line.attachments);
            return Err(baselines::conflict("test-over", what, "begin another run"));
        }
        let sha256 = c.put_blob(bytes)?;
        let new = Attachment {
            name: name.to_owned(),
            sha256,
            size_bytes: bytes.len() as u64,
            added_by: caller.actor.name().to_owned(),
            added_at: c.at(),
        };
        c.put_test_attachment(line.run.id, &new)?;
        c.about("test-run", line.run.id);
        c.detail("sha256", json!(holdpoint_domain::audit::ChainHash(sha256).to_string()));
        Ok::<_, AppError>(new)
    })?;
    Ok(committed.value)
}

/// A run with its files.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn show(app: &App, caller: &Caller, id: &str) -> Result<(RunLine, Vec<Attachment>), AppError> {
    reading(app, |r| {
        let line = find_in(r, caller, id, Permission::ReadPlant)?;
        let files = r.test_attachments(line.run.id)?;
        Ok((line, files))
    })
}

/// The bytes of a run's file, counted from 1; they are checked against their hash.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn file(app: &App, caller: &Caller, id: &str, place: usize) -> Result<(Attachment, Vec<u8>), AppError> {
    reading(app, |r| {
        let line = find_in(r, caller, id, Permission::ReadPlant)?;
        let files = r.test_attachments(line.run.id)?;
        let missing = || AppError::NotFound { noun: "attachment", id: place.to_string() };
        let found = place.checked_sub(1).and_then(|at| files.into_iter().nth(at)).ok_or_else(missing)?;
        let bytes = r.blob(&found.sha256)?.ok_or_else(missing)?;
        Ok((found, bytes))
    })
}

/// Lists runs, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<RunLine>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach, ..query.clone() };
    Ok(app.store().read(|r| r.test_run_list(&query))?)
}
