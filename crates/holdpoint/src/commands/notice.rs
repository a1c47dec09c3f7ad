//! `holdpoint notice …`: what people are told because something changed by itself.
//!
//! With a token in HOLDPOINT_TOKEN these are the notices of its owner; without one everybody's, as the console sees them.

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::notices;
use holdpoint_server::api::notices::NoticeView;

/// Verbs on notices.
#[derive(Debug, Subcommand)]
pub enum NoticeCommand {
    /// List notices, the newest first; what is new: --filter state:unread
    List(ListArgs),
    /// Mark one of your notices as read
    Read(OneArgs),
}

/// One notice.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Its id
    pub id: String,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &NoticeCommand) -> Result<Exit> {
    let app = open::app(global)?;
    match command {
        NoticeCommand::List(args) => {
            let caller = if open::has_token() { open::person(&app)? } else { open::operator() };
            let found = notices::list(&app, &caller, &open::list_query(&app, args)?)?;
            let items: Vec<NoticeView> = found.items.into_iter().map(Into::into).collect();
            let listed = Listed { items, next: found.next, count: found.count.value };
            output::list(global.output, &listed, &["Id", "At", "To", "Kind", "Read", "What"], |one| {
                vec![
                    one.id.clone(),
                    one.at.clone(),
                    one.to.clone(),
                    one.kind.clone(),
                    one.read.clone().unwrap_or_default(),
                    one.text.clone(),
                ]
            })?;
        }
        NoticeCommand::Read(args) => notices::read(&app, &open::person(&app)?, &args.id)?,
    }
    Ok(Exit::Done)
}
