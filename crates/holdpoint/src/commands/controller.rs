//! `holdpoint controller …`: devices with an update client of their own (DDI).

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::controllers;
use holdpoint_server::api::controller_views::ControllerView;

/// Verbs on controllers.
#[derive(Debug, Subcommand)]
pub enum ControllerCommand {
    /// List devices that showed up: candidates, accepted and refused ones
    List(ListArgs),
    /// Say which asset a device is; prints its token, once
    Accept(AcceptArgs),
    /// Say that a device is nobody of ours
    Refuse(OneArgs),
}

/// A device and its asset.
#[derive(Debug, Args)]
pub struct AcceptArgs {
    /// What the device calls itself
    pub name: String,
    /// The asset that it is, by id or tag
    #[arg(long)]
    pub asset: String,
}

/// A device.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// What the device calls itself
    pub name: String,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &ControllerCommand) -> Result<Exit> {
    let app = open::app(global)?;
    match command {
        ControllerCommand::List(args) => {
            let found = controllers::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
            let items: Vec<ControllerView> = found.items.into_iter().map(Into::into).collect();
            let listed = Listed { items, next: found.next, count: found.count.value };
            output::list(
                global.output,
                &listed,
                &["Name", "State", "Asset", "From", "First", "Seen", "By"],
                |one| {
                    vec![
                        one.name.clone(),
                        one.state.clone(),
                        one.asset.clone(),
                        one.address.clone(),
                        one.first_at.clone(),
                        one.seen_at.clone(),
                        one.decided_by.clone(),
                    ]
                },
            )?;
        }
        ControllerCommand::Accept(args) => {
            let token =
                controllers::accept(&app, &open::operator(), &args.name, &args.asset, &global.reason)?;
            let shown = serde_json::json!({ "controller": args.name, "token": token });
            output::value(global.output, &shown, || format!("token, shown this once: {token}"))?;
        }
        ControllerCommand::Refuse(args) => {
            controllers::refuse(&app, &open::operator(), &args.name, &global.reason)?;
        }
    }
    Ok(Exit::Done)
}
