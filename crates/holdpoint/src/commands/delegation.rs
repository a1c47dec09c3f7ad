//! `holdpoint delegation …`: who may sign in whose place, until when.

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::approval::delegations;
use holdpoint_server::api::approval_views::DelegationView;

/// Verbs on delegations.
#[derive(Debug, Subcommand)]
pub enum DelegationCommand {
    /// List delegations, the newest first
    List,
    /// Lend your own right to sign until an end; needs --reason
    Give(GiveArgs),
    /// Take one back; either of the two persons may
    Revoke(OneArgs),
}

/// What is lent.
#[derive(Debug, Args)]
pub struct GiveArgs {
    /// The account that may sign in your place
    pub to: String,
    /// Until when
    #[arg(long, value_name = "TIME")]
    pub until: String,
}

/// One delegation.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Its id
    pub id: String,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &DelegationCommand) -> Result<Exit> {
    let app = open::app(global)?;
    match command {
        DelegationCommand::List => {
            let items: Vec<DelegationView> =
                delegations::list(&app, &open::operator())?.into_iter().map(Into::into).collect();
            let count = items.len() as u64;
            let listed = Listed { items, next: None, count };
            output::list(global.output, &listed, &HEADER, row)?;
        }
        DelegationCommand::Give(args) => {
            let caller = open::person(&app)?;
            let given = delegations::give(&app, &caller, &args.to, args.until.parse()?, &global.reason)?;
            let view: DelegationView = given.into();
            output::value(global.output, &view, || output::table(&HEADER, std::iter::once(row(&view))))?;
        }
        DelegationCommand::Revoke(args) => {
            delegations::revoke(&app, &open::person(&app)?, &args.id, &global.reason)?;
        }
    }
    Ok(Exit::Done)
}

const HEADER: [&str; 6] = ["Id", "From", "To", "Until", "Taken back", "Why"];

fn row(one: &DelegationView) -> Vec<String> {
    vec![
        one.id.clone(),
        one.from.name.clone(),
        one.to.name.clone(),
        one.until.clone(),
        one.revoked_at.clone().unwrap_or_default(),
        one.reason.clone(),
    ]
}
