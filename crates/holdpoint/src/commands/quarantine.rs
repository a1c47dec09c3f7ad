//! `holdpoint quarantine …`

use crate::cli::{Global, ListArgs};
use crate::commands::advisory;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::sources;
use holdpoint_server::api::quarantine::QuarantinedView;

/// Verbs on documents in quarantine.
#[derive(Debug, Subcommand)]
pub enum QuarantineCommand {
    /// List documents that were not taken, with the reason
    List(ListArgs),
    /// Take a document in after all, on your word; needs --reason
    Release(ReleaseArgs),
}

/// Which document.
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// Its id, as the list shows it
    pub id: String,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &QuarantineCommand) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::operator();
    match command {
        QuarantineCommand::List(args) => {
            let found = sources::quarantine(&app, &caller, &open::list_query(&app, args)?)?;
            let items: Vec<QuarantinedView> = found.items.into_iter().map(Into::into).collect();
            let listed = Listed { items, next: found.next, count: found.count.value };
            let header = ["Id", "Name", "Source", "Received", "Why"];
            output::list(global.output, &listed, &header, |document| {
                vec![
                    document.id.clone(),
                    document.name.clone(),
                    document.source.clone(),
                    document.received_at.clone(),
                    document.what.clone(),
                ]
            })?;
            Ok(Exit::Done)
        }
        QuarantineCommand::Release(args) => {
            let report = sources::release(&app, &caller, &args.id, &global.reason)?;
            output::value(global.output, &advisory::report_json(&report), || advisory::report_text(&report))?;
            Ok(if report.problems.is_empty() { Exit::Done } else { Exit::Partly })
        }
    }
}
