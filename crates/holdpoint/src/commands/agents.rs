//! `holdpoint agents …`: the agents of this installation. The agent of this device itself is `holdpoint agent`.

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::agents;
use holdpoint_server::api::agent_views::{AgentView, CodeView};

/// Verbs on agents.
#[derive(Debug, Subcommand)]
pub enum AgentsCommand {
    /// List agents: who is enrolled, when each was last heard
    List(ListArgs),
    /// Make a code with which one device becomes an asset; it is shown once
    Code(CodeArgs),
    /// End the agent of an asset: its certificate works no more
    Revoke(OneArgs),
}

/// For which asset.
#[derive(Debug, Args)]
pub struct CodeArgs {
    /// The asset, by id or tag
    pub asset: String,
    /// The class of devices; images are signed for a class
    #[arg(long, default_value = "default")]
    pub class: String,
    /// For how many hours the code works, 1 to 72
    #[arg(long, default_value_t = 8)]
    pub hours: u32,
}

/// One asset.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// The asset, by id or tag
    pub asset: String,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &AgentsCommand) -> Result<Exit> {
    match command {
        AgentsCommand::List(args) => list(global, args),
        AgentsCommand::Code(args) => code(global, args),
        AgentsCommand::Revoke(args) => {
            let app = open::app(global)?;
            agents::revoke(&app, &open::operator(), &args.asset, &global.reason)?;
            Ok(Exit::Done)
        }
    }
}

fn code(global: &Global, args: &CodeArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let made =
        agents::make_code(&app, &open::operator(), &args.asset, (&args.class, args.hours), &global.reason)?;
    let view = CodeView::from(made);
    output::value(global.output, &view, || {
        format!(
            "code {code} for {} (class {}), until {}\non the device:\n  holdpoint-agent enrol HOST:PORT {print} {code} {root}\nor, where \
             it has `holdpoint`:\n  holdpoint agent enrol HOST:PORT --fingerprint {print} --code {code} --root {root}",
            view.asset,
            view.class,
            view.expires_at,
            code = view.code,
            print = view.fingerprint,
            root = view.root
        )
    })?;
    Ok(Exit::Done)
}

fn list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = agents::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<AgentView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = [
        "Asset",
        "Site",
        "Class",
        "Version",
        "State",
        "Seen",
        "Heard",
        "Inventory",
        "Certificate until",
        "Ended",
        "Remark",
    ];
    output::list(global.output, &listed, &header, |one| {
        let last = |text: &Option<String>| text.clone().unwrap_or_else(|| "never".to_owned());
        vec![
            one.asset.clone(),
            one.site.clone(),
            one.class.clone(),
            one.agent_version.clone(),
            one.state.clone(),
            one.seen_at.clone(),
            last(&one.heard_at),
            last(&one.inventory_at),
            one.expires_at.clone(),
            one.ended_at.clone().unwrap_or_default(),
            one.remark.clone().unwrap_or_default(),
        ]
    })?;
    Ok(Exit::Done)
}
