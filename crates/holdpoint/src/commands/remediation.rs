//! `holdpoint remediation …`

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::remediation::{self, SetRequest, Within};
use holdpoint_app::{App, Caller};
use holdpoint_domain::filter::Filter;
use holdpoint_server::api::remediation_views::{
    FindingView, RemediationLineView, SetOutcomeView, StatusPeriodView,
};

/// Verbs on the status of the work.
#[derive(Debug, Subcommand)]
pub enum RemediationCommand {
    /// List documents, vulnerabilities and assets that match, with where the work stands
    List(LinesArgs),
    /// Say where the work stands on all lines that a filter lets through
    Set(SetArgs),
    /// List vulnerabilities of assets over all documents, with where the work stands
    Findings(LinesArgs),
    /// Show who said what of one line, when and why
    History(HistoryArgs),
}

/// Which lines.
#[derive(Debug, Args)]
pub struct LinesArgs {
    /// Only of this advisory
    #[arg(long, value_name = "ID")]
    pub advisory: Option<String>,
    /// Only of this asset
    #[arg(long, value_name = "TAG")]
    pub asset: Option<String>,
    /// Options of the list
    #[command(flatten)]
    pub list: ListArgs,
}

/// What is to be set.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// not_remediated, in_progress or done
    pub state: String,
    /// Only of this advisory
    #[arg(long, value_name = "ID")]
    pub advisory: Option<String>,
    /// Only of this asset
    #[arg(long, value_name = "TAG")]
    pub asset: Option<String>,
    /// Which lines, as in the list
    #[arg(long, default_value = "", value_name = "FILTER", hide_default_value = true)]
    pub filter: String,
    /// Only show what would change
    #[arg(long)]
    pub preview: bool,
    /// Refuse unless exactly so many lines change
    #[arg(long, value_name = "N")]
    pub expect: Option<u64>,
}

/// One line.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// The advisory
    pub advisory: String,
    /// The vulnerability
    pub vulnerability: String,
    /// The asset's tag
    pub asset: String,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &RemediationCommand) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::operator();
    match command {
        RemediationCommand::List(args) => list(global, &app, &caller, args),
        RemediationCommand::Findings(args) => findings(global, &app, &caller, args),
        RemediationCommand::Set(args) => set(global, &app, &caller, args),
        RemediationCommand::History(args) => history(global, &app, &caller, args),
    }
}

fn findings(global: &Global, app: &App, caller: &Caller, args: &LinesArgs) -> Result<Exit> {
    let found = remediation::findings(app, caller, &within(args), &open::list_query(app, &args.list)?)?;
    let items: Vec<FindingView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Vulnerability", "Asset", "Affected", "Confidence", "State", "Documents", "Changed"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.vulnerability.clone(),
            one.asset_tag.clone(),
            one.verdict.clone(),
            one.confidence_words.clone(),
            one.state.clone(),
            one.documents.all.to_string(),
            one.changed.clone().unwrap_or_default(),
        ]
    })?;
    Ok(Exit::Done)
}

fn within(args: &LinesArgs) -> Within {
    Within { advisory: args.advisory.clone(), asset: args.asset.clone() }
}

fn list(global: &Global, app: &App, caller: &Caller, args: &LinesArgs) -> Result<Exit> {
    let found = remediation::lines(app, caller, &within(args), &open::list_query(app, &args.list)?)?;
    let items: Vec<RemediationLineView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header =
        ["Advisory", "Vulnerability", "Asset", "Affected", "Confidence", "State", "By", "Since", "Reason"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.advisory.clone(),
            one.vulnerability.clone(),
            one.asset_tag.clone(),
            one.verdict.clone(),
            one.confidence_words.clone(),
            one.state.clone(),
            one.by.clone().unwrap_or_default(),
            one.since.clone().unwrap_or_default(),
            one.reason.clone().unwrap_or_default(),
        ]
    })?;
    Ok(Exit::Done)
}

fn set(global: &Global, app: &App, caller: &Caller, args: &SetArgs) -> Result<Exit> {
    let request = SetRequest {
        within: Within { advisory: args.advisory.clone(), asset: args.asset.clone() },
        filter: Filter::parse(&args.filter)?,
        state: args.state.parse()?,
        reason: global.reason.clone(),
        expected: args.expect,
    };
    let outcome = if args.preview {
        remediation::preview(app, caller, &request)?
    } else {
        remediation::set(app, caller, &request)?
    };
    let view = SetOutcomeView::from(outcome);
    output::value(global.output, &view, || {
        let verb = if args.preview { "would change" } else { "changed" };
        format!("{} lines of {} assets {verb}; {} stood so already", view.changes, view.assets, view.already)
    })?;
    Ok(Exit::Done)
}

fn history(global: &Global, app: &App, caller: &Caller, args: &HistoryArgs) -> Result<Exit> {
    let all = remediation::history(app, caller, &args.advisory, &args.vulnerability, &args.asset)?;
    let items: Vec<StatusPeriodView> = all.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["From", "To", "State", "Cause", "By", "On version", "Reason"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        vec![
            one.from.clone(),
            one.to.clone().unwrap_or_default(),
            one.state.clone(),
            one.cause.clone(),
            one.by.clone(),
            one.tracking_version.clone(),
            one.reason.clone(),
        ]
    })?;
    Ok(Exit::Done)
}
