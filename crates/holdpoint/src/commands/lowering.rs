//! `holdpoint lowering …`: what counts for less than before by one person's word, and waits for a second.

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::ranking::lowering;
use holdpoint_app::store::ranking::lowering::StoredLowering;
use holdpoint_server::api::lowerings::LoweringView;

/// Verbs on lowerings.
#[derive(Debug, Subcommand)]
pub enum LoweringCommand {
    /// List what is said to count for less than before and waits for a second person
    List(ListArgs),
    /// Agree to somebody else's lowerings, to all of them or to none: from then on the lower value counts; needs --reason
    Agree(AnswerArgs),
    /// Put back what was said before; needs --reason
    Refuse(AnswerArgs),
}

/// Which lowerings.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Those that came to an end instead, the last 200
    #[arg(long)]
    pub ended: bool,
}

/// Lowerings to answer.
#[derive(Debug, Args)]
pub struct AnswerArgs {
    /// Their ids
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
}

/// Carries out a verb on lowerings.
pub fn run(global: &Global, command: &LoweringCommand) -> Result<Exit> {
    let app = open::app(global)?;
    let found = match command {
        LoweringCommand::List(args) if args.ended => lowering::ended(&app, &open::operator())?,
        LoweringCommand::List(_) => lowering::waiting(&app, &open::operator())?,
        LoweringCommand::Agree(args) => {
            let caller = open::person(&app)?;
            let ids = args.ids.iter().map(|id| Ok(id.parse()?)).collect::<Result<Vec<_>>>()?;
            lowering::agree_to_all(&app, &caller, &ids, &global.reason)?
        }
        LoweringCommand::Refuse(args) => {
            let caller = open::person_or_operator(&app)?;
            let answer = |id: &String| -> Result<StoredLowering> {
                Ok(lowering::refuse(&app, &caller, id.parse()?, &global.reason)?)
            };
            args.ids.iter().map(answer).collect::<Result<Vec<_>>>()?
        }
    };
    let items: Vec<LoweringView> = found.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Id", "Of", "Name", "Before", "Now", "By", "Why", "State"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        let waits = if one.answered_for { "waits" } else { "waits for two persons" };
        vec![
            one.id.clone(),
            one.kind.clone(),
            one.name.clone(),
            one.before.clone(),
            one.now.clone(),
            one.by.clone(),
            one.reason.clone().unwrap_or_default(),
            one.end.clone().unwrap_or_else(|| waits.to_owned()),
        ]
    })?;
    Ok(Exit::Done)
}
