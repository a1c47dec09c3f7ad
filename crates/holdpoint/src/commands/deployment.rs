//! `holdpoint deployment …`: plans while they are carried out.

use crate::cli::{Global, ListArgs, Output};
use crate::commands::underscored;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::execution::{self, Said, Verification};
use holdpoint_domain::filter::Filter;
use holdpoint_server::api::checks::{CheckBody, CheckView};
use holdpoint_server::api::deployment_views::{
    DeploymentLiftView, DeploymentShownView, DeploymentStepView, DeploymentView, StepEventView, StepShownView,
};
use holdpoint_server::api::drift::{DriftView, LookedView, SettledDriftView};
use std::path::PathBuf;
use std::time::Duration;

/// Verbs on deployments.
#[derive(Debug, Subcommand)]
pub enum DeploymentCommand {
    /// List deployments, those begun last first
    List(DeploymentListArgs),
    /// Show a deployment with its waves, its steps and what is stopped
    Show(OneArgs),
    /// List the steps of a deployment, or of all of them
    Steps(StepsArgs),
    /// List what was worked on: reported, observed and verified apart
    Verifications(ListArgs),
    /// Show a step: what it waits for, what happened, what may be said
    Step(StepArgs),
    /// Begin a released plan
    Begin(OneArgs),
    /// Pause a deployment; needs --reason
    Pause(OneArgs),
    /// Let a paused deployment go on
    Resume(OneArgs),
    /// End a deployment: what has not begun ends; needs --reason
    End(OneArgs),
    /// Ask to lift what stopped a deployment: name every step that failed; needs --reason
    Lift(LiftArgs),
    /// Agree to a lift that somebody else asked for: the deployment goes on, what failed is not tried again by that
    AgreeLift(OneArgs),
    /// Refuse a lift, or take your own back; needs --reason
    RefuseLift(OneArgs),
    /// Say something about a step: open a hold point, permit, agree, accept a failure, end it, send it back
    Say(SayArgs),
    /// List what was seen after assets were verified and is not as their baselines say
    Drift(ListArgs),
    /// Settle a drift; needs --reason
    SettleDrift(NumberArgs),
    /// Look at an asset afresh over SSH and hold it against its baseline; exit code 7 when it has drifted
    Look(AssetArgs),
    /// List what a deployment asks outside before steps begin
    Checks(OneArgs),
    /// Add a check (web, prometheus, modbus, opc_ua), as a file says (the API's JSON)
    AddCheck(AddCheckArgs),
    /// Take a check away; needs --reason
    RemoveCheck(RemoveCheckArgs),
    /// Follow a deployment until nothing of it is open; exit code 7 when a step failed
    Watch(WatchArgs),
}

/// One deployment.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// The plan, by id or number
    pub plan: String,
}

/// Deployments.
#[derive(Debug, Args)]
pub struct DeploymentListArgs {
    /// Only steps of which something is overdue, over all deployments
    #[arg(long)]
    pub overdue: bool,
    /// Which rows.
    #[command(flatten)]
    pub list: ListArgs,
}

/// Steps.
#[derive(Debug, Args)]
pub struct StepsArgs {
    /// The plan, by id or number [default: all]
    pub plan: Option<String>,
    /// Which rows.
    #[command(flatten)]
    pub list: ListArgs,
}

/// One step.
#[derive(Debug, Args)]
pub struct StepArgs {
    /// The plan, by id or number
    pub plan: String,
    /// The step's number
    pub number: u32,
    /// Print what was read on the way, too
    #[arg(long)]
    pub evidence: bool,
}

/// What is to be lifted.
#[derive(Debug, Args)]
pub struct LiftArgs {
    /// The plan, by id or number
    pub plan: String,
    /// Every step that failed and that nobody has accepted
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', required = true)]
    pub steps: Vec<u32>,
}

/// A word about a step.
#[derive(Debug, Args)]
pub struct SayArgs {
    /// The plan, by id or number
    pub plan: String,
    /// The step's number
    pub number: u32,
    /// The word; `deployment step` lists those that fit
    pub word: String,
    /// What is said with it: the evidence, a reason
    #[arg(long, default_value = "", hide_default_value = true)]
    pub text: String,
    /// Which of the hold points before the step [default: the first]
    #[arg(long)]
    pub hold: Option<u32>,
    /// Until when it is put off
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
}

/// A drift.
#[derive(Debug, Args)]
pub struct NumberArgs {
    /// Its number
    pub number: i64,
}

/// An asset.
#[derive(Debug, Args)]
pub struct AssetArgs {
    /// The asset, by id or tag
    pub asset: String,
}

/// A new check.
#[derive(Debug, Args)]
pub struct AddCheckArgs {
    /// The plan, by id or number
    pub plan: String,
    /// A file with the API's JSON
    pub file: PathBuf,
}

/// A check.
#[derive(Debug, Args)]
pub struct RemoveCheckArgs {
    /// The plan, by id or number
    pub plan: String,
    /// The check's number
    pub number: u32,
}

/// How to watch.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// The plan, by id or number
    pub plan: String,
    /// Seconds between two looks
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub every: u64,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &DeploymentCommand) -> Result<Exit> {
    match command {
        DeploymentCommand::List(args) if args.overdue => overdue(global, &args.list),
        DeploymentCommand::List(args) => list(global, &args.list),
        DeploymentCommand::Show(args) => show(global, &args.plan),
        DeploymentCommand::Steps(args) => steps(global, args),
        DeploymentCommand::Verifications(args) => verifications(global, args),
        DeploymentCommand::Step(args) => step(global, args),
        DeploymentCommand::Begin(args) => moved(global, args, execution::begin),
        DeploymentCommand::Pause(args) => {
            anyhow::ensure!(
                !global.reason.trim().is_empty(),
                "a deployment is paused for a reason; nothing was changed; say it with --reason"
            );
            moved(global, args, |app, caller, id, why| execution::pause(app, caller, id, Some(why)))
        }
        DeploymentCommand::Resume(args) => {
            moved(global, args, |app, caller, id, _| execution::pause(app, caller, id, None))
        }
        DeploymentCommand::End(args) => moved(global, args, execution::end),
        DeploymentCommand::Lift(args) => {
            let app = open::app(global)?;
            let person = open::person(&app)?;
            execution::ask_lift(&app, &person, (&args.plan, &args.steps), &global.reason)?;
            shown(global, &execution::overview(&app, &person, &args.plan)?.into())
        }
        DeploymentCommand::AgreeLift(args) => lift_decided(global, args, execution::agree_lift),
        DeploymentCommand::RefuseLift(args) => lift_decided(global, args, execution::refuse_lift),
        DeploymentCommand::Say(args) => say(global, args),
        DeploymentCommand::Watch(args) => watch(global, args),
        DeploymentCommand::Drift(args) => drift(global, args),
        DeploymentCommand::SettleDrift(args) => {
            let app = open::app(global)?;
            execution::settle_drift(&app, &open::person(&app)?, args.number, &global.reason)?;
            let view = SettledDriftView { number: args.number };
            output::value(global.output, &view, || format!("drift {} is settled", view.number))?;
            Ok(Exit::Done)
        }
        DeploymentCommand::Look(args) => look(global, &args.asset),
        DeploymentCommand::Checks(args) => checks(global, &open::app(global)?, &args.plan),
        DeploymentCommand::AddCheck(args) => {
            let new: CheckBody = crate::commands::decision::body(&args.file)?;
            let (new, reason) = new.wording();
            let reason = if global.reason.is_empty() { &reason } else { &global.reason };
            let app = open::app(global)?;
            execution::put_check(&app, &open::person(&app)?, &args.plan, &new, reason)?;
            checks(global, &app, &args.plan)
        }
        DeploymentCommand::RemoveCheck(args) => {
            let app = open::app(global)?;
            let which = (args.plan.as_str(), args.number);
            execution::remove_check(&app, &open::person(&app)?, which, &global.reason)?;
            checks(global, &app, &args.plan)
        }
    }
}

const HEADER: [&str; 10] =
    ["Plan", "Title", "Site", "State", "Done", "Failed", "In work", "Overdue", "Drift", "Moved"];

fn row(one: &DeploymentView) -> Vec<String> {
    vec![
        one.number.to_string(),
        one.title.clone(),
        one.site.clone(),
        one.state.clone(),
        format!("{} of {}", one.done, one.steps),
        one.failed.to_string(),
        one.in_work.to_string(),
        one.overdue.to_string(),
        one.drift.to_string(),
        one.moved_at.clone().unwrap_or_default(),
    ]
}

fn list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = execution::deployments(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<DeploymentView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    output::list(global.output, &listed, &HEADER, row)?;
    Ok(Exit::Done)
}

fn overdue(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let mut query = open::list_query(&app, args)?;
    query.filter = Filter::parse(&format!("{} overdue:yes", args.filter))?;
    let found = execution::step_list(&app, &open::operator(), None, &query)?;
    let items: Vec<DeploymentStepView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    output::list(global.output, &listed, &["Plan", "Step", "Asset", "State", "Overdue", "Since"], |one| {
        vec![
            one.plan_number.to_string(),
            one.number.to_string(),
            one.asset.clone(),
            one.state.clone(),
            one.overdue.clone().unwrap_or_default(),
            one.overdue_since.clone().unwrap_or_default(),
        ]
    })?;
    Ok(Exit::Done)
}

const STEP_HEADER: [&str; 7] = ["Plan", "Step", "Asset", "Patch", "State", "Waits for", "Planned start"];

fn step_row(one: &DeploymentStepView) -> Vec<String> {
    vec![
        one.plan_number.to_string(),
        one.number.to_string(),
        one.asset.clone(),
        one.patch.clone(),
        one.state.clone(),
        one.wait_why.clone().unwrap_or_default(),
        one.start.clone(),
    ]
}

fn steps(global: &Global, args: &StepsArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let query = open::list_query(&app, &args.list)?;
    let found = execution::step_list(&app, &open::operator(), args.plan.as_deref(), &query)?;
    let items: Vec<DeploymentStepView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    output::list(global.output, &listed, &STEP_HEADER, step_row)?;
    Ok(Exit::Done)
}

fn verifications(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = Verification::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<DeploymentStepView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Plan", "Asset", "Patch", "Reported", "Observed", "Verified", "Drift", "State"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.plan_number.to_string(),
            one.asset.clone(),
            one.patch.clone(),
            one.reported.clone().unwrap_or_else(|| "?".into()),
            one.observed_what.clone().or_else(|| one.observed.clone()).unwrap_or_else(|| "?".into()),
            verified_words(one),
            // What nobody has looked at since has no "no drift".
            if one.observed_at.is_some() { one.drift.to_string() } else { output::counted(one.drift) },
            one.state.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

/// Since when, and by whose word when it is the word of whoever did the work.
fn verified_words(one: &DeploymentStepView) -> String {
    match (&one.verified_at, one.own_word) {
        (Some(at), Some(true)) => format!("{at}, by its own word"),
        (Some(at), Some(false) | None) => at.clone(),
        (None, _) => "not yet".into(),
    }
}

fn drift(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = execution::drifts(&app, &open::operator(), None, &open::list_query(&app, args)?)?;
    let items: Vec<DriftView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["No", "Asset", "Not as the baseline says", "Seen", "By", "Settled"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.number.to_string(),
            one.asset.clone(),
            one.what.clone(),
            one.seen_at.clone(),
            one.seen_by.clone(),
            one.closed_why.clone().unwrap_or_else(|| "not yet".into()),
        ]
    })?;
    Ok(Exit::Done)
}

fn look(global: &Global, asset: &str) -> Result<Exit> {
    let app = open::app(global)?;
    let view = LookedView { drift: execution::look_again(&app, &open::operator(), asset)? };
    output::value(global.output, &view, || match &view.drift {
        None => "it is as it was verified".to_owned(),
        Some(drift) => output::printable(drift),
    })?;
    Ok(if view.drift.is_some() { Exit::Partly } else { Exit::Done })
}

fn checks(global: &Global, app: &holdpoint_app::App, id: &str) -> Result<Exit> {
    let found = execution::checks(app, &open::operator(), id)?;
    let items: Vec<CheckView> = found.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let listed = Listed { items, next: None, count };
    output::list(
        global.output,
        &listed,
        &["No", "Check", "Before each", "Answer", "What", "Asked"],
        |one| {
            vec![
                one.number.to_string(),
                one.name.clone(),
                one.before.clone(),
                one.answer.clone().unwrap_or_else(|| "?".into()),
                one.what.clone().unwrap_or_default(),
                one.asked_at.clone().unwrap_or_default(),
            ]
        },
    )?;
    Ok(Exit::Done)
}

fn shown(global: &Global, view: &DeploymentShownView) -> Result<Exit> {
    output::value(global.output, view, || {
        let mut text = output::table(&HEADER, std::iter::once(row(&view.deployment)));
        for stop in &view.deployment.stops {
            text.push_str(&format!("\n{stop}"));
        }
        if let Some(paused) = &view.deployment.paused {
            text.push_str(&format!("\npaused: {paused}"));
        }
        if let Some(lift) = &view.lift {
            text.push_str(&format!("\n{}", lift_line(lift)));
        }
        let waves = view.waves.iter().map(|wave| {
            let steps =
                wave.steps.iter().map(|step| format!("{} {}: {}", step.number, step.asset, step.state));
            let holds = wave.holds.iter().map(|hold| match &hold.opened_by {
                Some(by) => format!("opened by {by}"),
                None => format!("{} opens it when there is: {}", hold.opened_by_role, hold.evidence),
            });
            vec![
                format!("{} {} of {}", wave.kind, wave.number, wave.patch),
                steps.collect::<Vec<_>>().join(", "),
                holds.collect::<Vec<_>>().join("; "),
            ]
        });
        format!("{text}\n\n{}", output::table(&["Wave", "Steps", "Hold points"], waves))
    })?;
    Ok(Exit::Done)
}

fn lift_line(lift: &DeploymentLiftView) -> String {
    let steps = lift.steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let asked = format!("{} asked to lift the stop over step {steps}: {}", lift.asked_by, lift.reason);
    match &lift.decided_by {
        Some(by) => format!("{}: {asked} ({by}: {})", lift.state, lift.note.as_deref().unwrap_or_default()),
        None => format!("waits for a second person: {asked}"),
    }
}

type LiftDeed = fn(
    &holdpoint_app::App,
    &holdpoint_app::Caller,
    &str,
    &str,
) -> Result<holdpoint_app::store::execution::Lift, holdpoint_app::AppError>;

fn lift_decided(global: &Global, args: &OneArgs, deed: LiftDeed) -> Result<Exit> {
    let app = open::app(global)?;
    let person = open::person(&app)?;
    deed(&app, &person, &args.plan, &global.reason)?;
    shown(global, &execution::overview(&app, &person, &args.plan)?.into())
}

fn show(global: &Global, id: &str) -> Result<Exit> {
    let app = open::app(global)?;
    shown(global, &execution::overview(&app, &open::operator(), id)?.into())
}

type Deed = fn(
    &holdpoint_app::App,
    &holdpoint_app::Caller,
    &str,
    &str,
) -> Result<execution::Deployment, holdpoint_app::AppError>;

fn moved(global: &Global, args: &OneArgs, deed: Deed) -> Result<Exit> {
    let app = open::app(global)?;
    let person = open::person(&app)?;
    deed(&app, &person, &args.plan, &global.reason)?;
    shown(global, &execution::overview(&app, &person, &args.plan)?.into())
}

fn event_line(event: &StepEventView) -> Vec<String> {
    let deed = match (&event.deed, event.attempt) {
        (Some(deed), Some(attempt)) => format!("{deed} ({attempt})"),
        (Some(deed), None) => deed.clone(),
        (None, _) => String::new(),
    };
    let ended = event.outcome.clone().unwrap_or_else(|| event.kind.clone());
    vec![event.at.clone(), event.by.clone(), deed, ended, event.what.clone().unwrap_or_default()]
}

fn step_shown(global: &Global, view: &StepShownView, with_evidence: bool) -> Result<Exit> {
    output::value(global.output, view, || {
        let mut text = output::table(&STEP_HEADER, std::iter::once(step_row(&view.step)));
        let say = |value: &Option<String>| value.clone().unwrap_or_else(|| "?".into());
        text.push_str(&format!(
            "\nreported: {}   observed: {}   verified: {}",
            say(&view.step.reported),
            say(&view.step.observed),
            view.step.verified_at.clone().unwrap_or_else(|| "not yet".into())
        ));
        for one in view.differences.iter().flatten() {
            let word = if one.expected { "expected" } else { "UNEXPECTED" };
            text.push_str(&format!(
                "\n{word}: {} {}: {} → {}",
                one.part,
                one.name,
                one.before.as_deref().unwrap_or("nothing"),
                one.after.as_deref().unwrap_or("nothing")
            ));
        }
        let words: Vec<&str> = view.sayings.iter().map(|one| one.word.as_str()).collect();
        text.push_str(&format!("\nway back: {}\nmay be said now: {}\n\n", view.way_back, words.join(", ")));
        let header = ["When", "By", "Deed", "Outcome", "What"];
        text.push_str(&output::table(&header, view.events.iter().map(event_line)));
        if with_evidence {
            for event in &view.events {
                if let Some(evidence) = &event.evidence {
                    text.push_str(&format!("\n\n-- {} {}\n{evidence}", event.at, say(&event.deed)));
                }
            }
        }
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}

fn step(global: &Global, args: &StepArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let view = execution::step_shown(&app, &open::operator(), &args.plan, args.number)?.into();
    step_shown(global, &view, args.evidence)
}

fn say(global: &Global, args: &SayArgs) -> Result<Exit> {
    let until = args.until.as_deref().map(str::parse).transpose()?;
    let said = Said::read(&underscored(&args.word), &args.text, args.hold, until)?;
    let app = open::app(global)?;
    let person = open::person(&app)?;
    let reason = if global.reason.is_empty() { &args.text } else { &global.reason };
    execution::say(&app, &person, (&args.plan, args.number), &said, reason)?;
    let view = execution::step_shown(&app, &person, &args.plan, args.number)?.into();
    step_shown(global, &view, false)
}

/// Prints what changed until nothing is open any more.
fn watch(global: &Global, args: &WatchArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::operator();
    let mut last: Option<DeploymentShownView> = None;
    loop {
        let view: DeploymentShownView = execution::overview(&app, &caller, &args.plan)?.into();
        if last.as_ref() != Some(&view) {
            watched(global.output, &view, last.as_ref())?;
        }
        if view.deployment.open == 0 {
            return Ok(if view.deployment.failed > 0 { Exit::Partly } else { Exit::Done });
        }
        last = Some(view);
        std::thread::sleep(Duration::from_secs(args.every));
    }
}

fn watched(as_what: Output, view: &DeploymentShownView, last: Option<&DeploymentShownView>) -> Result<()> {
    if matches!(as_what, Output::Json | Output::Jsonl) {
        return output::value(Output::Jsonl, view, String::new);
    }
    let moved = last.is_none_or(|last| last.deployment.moved_at != view.deployment.moved_at);
    for step in view.waves.iter().flat_map(|wave| &wave.steps) {
        let before = last.and_then(|last| {
            last.waves.iter().flat_map(|wave| &wave.steps).find(|one| one.number == step.number)
        });
        if before != Some(step) {
            println!("step {} on {}: {}", step.number, output::printable(&step.asset), step.state);
        }
    }
    let news = |last: Option<&DeploymentShownView>| last.map(|last| last.deployment.stops.clone());
    if moved && news(last).unwrap_or_default() != view.deployment.stops {
        for stop in &view.deployment.stops {
            println!("{}", output::printable(stop));
        }
    }
    Ok(())
}
