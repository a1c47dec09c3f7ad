//! `holdpoint exemption …`: what is not patched, until when, and what protects it meanwhile.

use crate::cli::{Global, ListArgs};
use crate::commands::decision::body;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use holdpoint_app::approval::control_files;
use holdpoint_app::approval::exemptions::{self, Works};
use holdpoint_domain::control::Control;
use holdpoint_server::api::exemption_views::{ControlKindView, ControlView, ExemptionView};
use holdpoint_server::api::exemptions::{
    self as exemptions_api, CompareBody, ComparedView, NewExemptionBody,
};
use holdpoint_server::api::stake_views::{NOTHING_KNOWN, StakeView};
use serde_json::json;
use std::path::PathBuf;

/// Verbs on exemptions.
#[derive(Debug, Subcommand)]
pub enum ExemptionCommand {
    /// List exemptions, the next to end first
    List(ListArgs),
    /// Show an exemption with its steps
    Show(OneArgs),
    /// Propose one and ask for its decision, as a file says (the API's JSON)
    Propose(FileArgs),
    /// Write down a look at a control; --reason says what was seen
    Verify(VerifyArgs),
    /// Put a file to a control: a photo, a log, an export of the rule that stands there
    Attach(AttachArgs),
    /// Write a file of a control out, checked against its hash
    File(FileOutArgs),
    /// Say that less risk is left than you signed for; needs --reason
    Lower(LowerArgs),
    /// Close one: patched, or not needed any more; needs --reason
    Close(OneArgs),
    /// Ask for a new decision on one that is under review; needs --reason
    AskAgain(OneArgs),
    /// Compare ways of patching, as a file says (the API's JSON), with the controls of an exemption
    Compare(CompareArgs),
    /// List the catalogue of controls: what each answers otherwise, and what one must see to call it verified
    Controls,
}

/// One exemption.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Its id
    pub id: String,
}

/// What is compared.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The exemption's id
    pub id: String,
    /// A file with the API's JSON: the ways of patching
    pub file: PathBuf,
}

/// What is proposed.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// A file with the API's JSON
    pub file: PathBuf,
}

/// The risk that is left.
#[derive(Debug, Args)]
pub struct LowerArgs {
    /// The exemption's id
    pub id: String,
    /// low, normal or high
    pub residual: String,
}

/// A look at a control.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The exemption's id
    pub id: String,
    /// Which control, from 1
    pub control: usize,
    /// It does not work
    #[arg(long)]
    pub failed: bool,
}

/// A file for a control.
#[derive(Debug, Args)]
pub struct AttachArgs {
    /// The exemption's id
    pub id: String,
    /// Which control, from 1
    pub control: usize,
    /// The file
    pub file: PathBuf,
}

/// A file that is there.
#[derive(Debug, Args)]
pub struct FileOutArgs {
    /// The exemption's id
    pub id: String,
    /// Which file, from 1 over all controls, as `show` lists them
    pub place: usize,
    /// The new file
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &ExemptionCommand) -> Result<Exit> {
    match command {
        ExemptionCommand::List(args) => list(global, args),
        ExemptionCommand::Show(args) => show(global, &args.id),
        ExemptionCommand::Propose(args) => {
            let new: NewExemptionBody = body(&args.file)?;
            let new = new.wording().map_err(|problem| anyhow!(problem.detail))?;
            let app = open::app(global)?;
            let (one, _) = exemptions::propose(&app, &open::person(&app)?, &new)?;
            show(global, &one.id.to_string())
        }
        ExemptionCommand::Verify(args) => {
            let app = open::app(global)?;
            let works = if args.failed { Works::No } else { Works::Yes };
            exemptions::verify(&app, &open::person(&app)?, &args.id, args.control, (works, &global.reason))?;
            show(global, &args.id)
        }
        ExemptionCommand::Attach(args) => attach(global, args),
        ExemptionCommand::File(args) => write_out(global, args),
        ExemptionCommand::Lower(args) => {
            let app = open::app(global)?;
            let residual = args.residual.parse()?;
            exemptions::lower(&app, &open::person(&app)?, &args.id, residual, &global.reason)?;
            show(global, &args.id)
        }
        ExemptionCommand::Close(args) => {
            let app = open::app(global)?;
            exemptions::close(&app, &open::person(&app)?, &args.id, &global.reason)?;
            show(global, &args.id)
        }
        ExemptionCommand::Compare(args) => compare(global, args),
        ExemptionCommand::Controls => controls(global),
        ExemptionCommand::AskAgain(args) => {
            let app = open::app(global)?;
            exemptions::ask_again(&app, &open::person(&app)?, &args.id, &global.reason)?;
            show(global, &args.id)
        }
    }
}

fn attach(global: &Global, args: &AttachArgs) -> Result<Exit> {
    let bytes =
        std::fs::read(&args.file).with_context(|| format!("cannot read `{}`", args.file.display()))?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let app = open::app(global)?;
    control_files::put(&app, &open::person(&app)?, (&args.id, args.control), &name, &bytes)?;
    show(global, &args.id)
}

fn write_out(global: &Global, args: &FileOutArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let bytes = control_files::bytes(&app, &open::operator(), &args.id, args.place)?;
    std::fs::write(&args.to, &bytes).with_context(|| format!("cannot write `{}`", args.to.display()))?;
    output::value(global.output, &json!({"file": args.to, "size_bytes": bytes.len()}), || {
        format!("{} bytes are in {}.", bytes.len(), args.to.display())
    })?;
    Ok(Exit::Done)
}

fn compare(global: &Global, args: &CompareArgs) -> Result<Exit> {
    let asked: CompareBody = body(&args.file)?;
    let choices = asked.wording().map_err(|problem| anyhow!(problem.detail))?;
    let app = open::app(global)?;
    let rows = exemptions::compared(&app, &open::operator(), &args.id, choices)?;
    let items: Vec<ComparedView> = rows.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Way", "Cost", "Work", "Downtime", "Risk left", "Beaten by", "Nobody has said"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        let minutes = |value: Option<u32>| value.map_or("unknown".to_owned(), |value| format!("{value} min"));
        vec![
            one.choice.name.clone(),
            one.choice
                .cost_cents
                .map_or("unknown".to_owned(), |cents| format!("{}.{:02}", cents / 100, cents % 100)),
            minutes(one.choice.effort_min),
            minutes(one.choice.downtime_min),
            one.choice.risk_left.clone().unwrap_or_else(|| "unknown".to_owned()),
            one.beaten_by.join(", "),
            one.gaps.join(", "),
        ]
    })?;
    Ok(Exit::Done)
}

fn controls(global: &Global) -> Result<Exit> {
    let items: Vec<ControlKindView> = Control::ALL.iter().copied().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Control", "Answers otherwise", "Verified by"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        vec![one.control.clone(), one.changes.clone(), one.evidence.clone()]
    })?;
    Ok(Exit::Done)
}

fn list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = exemptions::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<ExemptionView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header =
        ["Id", "Kind", "State", "What", "On", "Residual", "Controls", "Expires", "Look again because"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.id.clone(),
            one.kind.clone(),
            one.state.clone(),
            one.vulnerability.clone().or_else(|| one.patch.clone()).unwrap_or_default(),
            one.on.clone().unwrap_or_else(|| one.on_id.clone()),
            one.residual.clone(),
            one.controls.len().to_string(),
            one.expires_at.clone(),
            one.triggers.join(", "),
        ]
    })?;
    Ok(Exit::Done)
}

fn show(global: &Global, id: &str) -> Result<Exit> {
    let app = open::app(global)?;
    let view = exemptions_api::shown(&app, &open::operator(), id)?;
    output::value(global.output, &view, || {
        let one = &view.exemption;
        let steps = view
            .steps
            .iter()
            .map(|step| vec![step.at.clone(), step.state.clone(), step.by.clone(), step.note.clone()]);
        let files = view.files.iter().enumerate().map(|(at, one)| {
            let file = &one.file;
            let control = one.control.to_string();
            vec![(at + 1).to_string(), control, file.name.clone(), file.sha256.clone(), file.added_by.clone()]
        });
        let files = match view.files.as_slice() {
            [] => String::new(),
            _ => format!("\n{}", output::table(&["File", "Control", "Name", "SHA-256", "By"], files)),
        };
        let text = format!(
            "{}\n{}{}\n{}{files}\n{}",
            about(one),
            view.stake.as_ref().map_or_else(|| NOTHING_KNOWN.to_owned(), StakeView::words),
            view.on_offer.words(),
            output::table(&CONTROLS, controls_of(one)),
            output::table(&["Since", "State", "By", "Why"], steps),
        );
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}

/// An exemption in words: what stays, where, how it stands, and what is left.
pub(super) fn about(one: &ExemptionView) -> String {
    let what = match (&one.vulnerability, &one.patch) {
        (Some(name), _) => format!("{name} stays"),
        (None, Some(name)) => format!("{name} is not installed"),
        (None, None) => "nothing is named".to_owned(),
    };
    let state = match one.state.as_str() {
        "proposed" => format!("waits for signatures; would end {}", one.expires_at),
        "holding" => format!("holds until {}", one.expires_at),
        "under_review" => {
            format!("holds nothing until somebody has looked again ({})", one.triggers.join(", "))
        }
        _ => format!("is over: {}", one.ended_why.as_deref().unwrap_or("nobody has said why")),
    };
    format!(
        "{}: {what}, on {} {}\n{state}\nwhy: {} ({})\nrisk that is left: {}\nproposed by {} at {}",
        one.kind,
        one.on_kind,
        one.on.as_deref().unwrap_or(&one.on_id),
        one.reason,
        one.reason_code,
        one.residual,
        one.author,
        one.proposed_at,
    )
}

/// The columns of an exemption's controls.
pub(super) const CONTROLS: [&str; 6] = ["Control", "What", "Owner", "Cost", "Seen working", "What was seen"];

/// What a control costs, as far as somebody has said.
fn cost(one: &ControlView) -> String {
    let part = |value: Option<String>, what: &str| value.unwrap_or_else(|| format!("{what} unknown"));
    let money = one.cost_cents.map(|cents| format!("{}.{:02}", cents / 100, cents % 100));
    let work = one.effort_min.map(|minutes| format!("work {minutes} min"));
    let down = one.downtime_min.map(|minutes| format!("downtime {minutes} min"));
    [part(money, "cost"), part(work, "work"), part(down, "downtime")].join(", ")
}

pub(super) fn controls_of(one: &ExemptionView) -> impl Iterator<Item = Vec<String>> {
    one.controls.iter().map(|control| {
        let by = control.verified_by.as_deref().unwrap_or("nobody");
        let seen = match (control.verified.as_str(), &control.verified_at) {
            ("working", Some(at)) => format!("yes, {by}, {at}"),
            ("failed", Some(at)) => format!("no, {by}, {at}"),
            _ => "never looked at".to_owned(),
        };
        vec![
            control.control.clone(),
            control.what.clone(),
            control.owner.clone(),
            cost(control),
            seen,
            control.evidence.clone().unwrap_or_default(),
        ]
    })
}
