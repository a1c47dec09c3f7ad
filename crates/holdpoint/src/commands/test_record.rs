//! `holdpoint test …`: was this patch tested, where, by whom, and with what result.

use crate::cli::{Global, ListArgs};
use crate::commands::decision::body;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand, ValueEnum};
use holdpoint_app::approval::test_records::{self, NewRun, Where};
use holdpoint_domain::test_record::StepResult;
use holdpoint_server::api::test_record_views::{EnvironmentView, PlanView, RunShownView, RunView};
use holdpoint_server::api::test_records::{NewEnvironmentBody, NewRunBody, PlanBody};
use std::path::PathBuf;

/// Verbs on tests.
#[derive(Debug, Subcommand)]
pub enum TestCommand {
    /// List runs, the newest first
    List(ListArgs),
    /// List test environments
    Environments,
    /// Make a test environment, as a file says (the API's JSON)
    AddEnvironment(FileArgs),
    /// List test plans
    Plans,
    /// Write a test plan, as a file says (the API's JSON); one of its name is replaced for runs that begin later
    PutPlan(FileArgs),
    /// Show a run with its steps and files
    Show(OneArgs),
    /// Begin a run, as a file says (the API's JSON)
    Begin(FileArgs),
    /// Record the outcome of a step; --reason says what was seen
    Record(RecordArgs),
    /// Put a file to a run
    Attach(AttachArgs),
    /// Break a run off; needs --reason
    Abort(OneArgs),
}

/// One run.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Its id
    pub id: String,
}

/// What begins.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// A file with the API's JSON
    pub file: PathBuf,
}

/// The result of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ResultWord {
    /// As expected
    Passed,
    /// Otherwise
    Failed,
    /// Left out
    Skipped,
}

/// The outcome of a step.
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// The run's id
    pub id: String,
    /// Which step, from 1
    pub step: usize,
    /// What came of it
    #[arg(value_enum)]
    pub result: ResultWord,
}

/// A file for a run.
#[derive(Debug, Args)]
pub struct AttachArgs {
    /// The run's id
    pub id: String,
    /// The file
    pub file: PathBuf,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &TestCommand) -> Result<Exit> {
    match command {
        TestCommand::List(args) => list(global, args),
        TestCommand::Environments => environments(global),
        TestCommand::AddEnvironment(args) => add_environment(global, args),
        TestCommand::Plans => plans(global),
        TestCommand::PutPlan(args) => put_plan(global, args),
        TestCommand::Show(args) => show(global, &args.id),
        TestCommand::Begin(args) => begin(global, args),
        TestCommand::Record(args) => {
            let app = open::app(global)?;
            let result = match args.result {
                ResultWord::Passed => StepResult::Passed,
                ResultWord::Failed => StepResult::Failed,
                ResultWord::Skipped => StepResult::Skipped,
            };
            test_records::record(&app, &open::person(&app)?, &args.id, args.step, (result, &global.reason))?;
            show(global, &args.id)
        }
        TestCommand::Attach(args) => {
            let app = open::app(global)?;
            let bytes = std::fs::read(&args.file)
                .with_context(|| format!("cannot read `{}`", args.file.display()))?;
            let name =
                args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            test_records::attach(&app, &open::person(&app)?, &args.id, &name, &bytes)?;
            show(global, &args.id)
        }
        TestCommand::Abort(args) => {
            let app = open::app(global)?;
            test_records::abort(&app, &open::person(&app)?, &args.id, &global.reason)?;
            show(global, &args.id)
        }
    }
}

fn list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = test_records::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<RunView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Id", "Patch", "Baseline", "Kind", "Environment", "State", "Tester", "Began", "Files"];
    output::list(global.output, &listed, &header, |run| {
        vec![
            run.id.clone(),
            run.patch.clone(),
            run.baseline.clone(),
            run.kind.clone(),
            run.environment.clone().unwrap_or_default(),
            run.state.clone(),
            run.tester.clone(),
            run.began_at.clone(),
            run.attachments.to_string(),
        ]
    })?;
    Ok(Exit::Done)
}

fn add_environment(global: &Global, args: &FileArgs) -> Result<Exit> {
    let wanted: NewEnvironmentBody = body(&args.file)?;
    let wanted = wanted.environment().map_err(|problem| anyhow!(problem.detail))?;
    let app = open::app(global)?;
    let made = test_records::add_environment(&app, &open::person(&app)?, &wanted)?;
    let view = EnvironmentView::from(made);
    output::value(global.output, &view, || format!("made: {}", view.name))?;
    Ok(Exit::Done)
}

fn plans(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let all = test_records::plans(&app, &open::operator())?;
    let items: Vec<PlanView> = all.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    output::list(
        global.output,
        &Listed { items, next: None, count },
        &["Name", "Version", "Site", "By", "Steps"],
        |plan| {
            let steps: Vec<String> = plan.steps.iter().map(|step| step.action.clone()).collect();
            let site = plan.site_id.clone().unwrap_or_else(|| "all".to_owned());
            vec![plan.name.clone(), plan.version.to_string(), site, plan.author.clone(), steps.join("; ")]
        },
    )?;
    Ok(Exit::Done)
}

fn put_plan(global: &Global, args: &FileArgs) -> Result<Exit> {
    let wanted: PlanBody = body(&args.file)?;
    let (plan, reason) = wanted.plan().map_err(|problem| anyhow!(problem.detail))?;
    let app = open::app(global)?;
    let reason = if reason.trim().is_empty() { global.reason.clone() } else { reason };
    let view = PlanView::from(test_records::put_plan(&app, &open::person(&app)?, &plan, &reason)?);
    output::value(global.output, &view, || {
        format!("written: {}, version {}, with {} steps", view.name, view.version, view.steps.len())
    })?;
    Ok(Exit::Done)
}

fn environments(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let all = test_records::environments(&app, &open::operator())?;
    let items: Vec<EnvironmentView> = all.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Name", "Stands for", "Differs from production by"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        let none = one.no_difference_by.as_ref().map(|by| format!("nothing, says {by}"));
        vec![one.name.clone(), one.represents.join(", "), none.unwrap_or_else(|| one.differences.join("; "))]
    })?;
    Ok(Exit::Done)
}

fn begin(global: &Global, args: &FileArgs) -> Result<Exit> {
    let body: NewRunBody = body(&args.file)?;
    let app = open::app(global)?;
    let place = match body.environment {
        Some(name) => Where::Bench(name),
        None => Where::Pilot(body.assets),
    };
    let new = NewRun {
        patch: body.patch,
        baseline: body.baseline,
        place,
        plan: body.plan,
        steps: body.steps.into_iter().map(|step| (step.action, step.expected)).collect(),
        reason: if body.reason.is_empty() { global.reason.clone() } else { body.reason },
    };
    let run = test_records::begin(&app, &open::person(&app)?, &new)?;
    show(global, &run.id.to_string())
}

fn show(global: &Global, id: &str) -> Result<Exit> {
    let app = open::app(global)?;
    let (line, files) = test_records::show(&app, &open::operator(), id)?;
    let view = RunShownView { run: line.into(), files: files.into_iter().map(Into::into).collect() };
    output::value(global.output, &view, || {
        let run = &view.run;
        let steps = run.steps.iter().map(|step| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            vec![
                step.action.clone(),
                step.expected.clone(),
                step.result.clone().unwrap_or_else(|| "not yet".to_owned()),
                text(&step.note),
                text(&step.by),
            ]
        });
        let text = format!(
            "{}  {} for {}: {} ({}), begun by {}\n\n{}",
            run.id,
            run.patch,
            run.baseline,
            run.state,
            run.kind,
            run.tester,
            output::table(&["Step", "Must be seen", "Result", "Seen", "By"], steps),
        );
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}
