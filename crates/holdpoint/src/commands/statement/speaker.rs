//! `holdpoint statement speaker …`

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::statements::speakers;
use holdpoint_server::api::speakers::SpeakerView;

/// Verbs on who speaks for a vendor.
#[derive(Debug, Subcommand)]
pub enum SpeakerCommand {
    /// List them with who named them, and why
    List,
    /// Name a publisher as speaking for a vendor; needs --reason and a person who may approve
    Add(PairArgs),
    /// A publisher speaks for a vendor no longer; needs --reason and a person who may approve
    Remove(PairArgs),
}

/// Who speaks for whom.
#[derive(Debug, Args)]
pub struct PairArgs {
    /// The publisher, as statements name it
    pub publisher: String,
    /// The vendor
    pub vendor: String,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &SpeakerCommand) -> Result<Exit> {
    let app = open::app(global)?;
    match command {
        SpeakerCommand::List => {
            let all = speakers::list(&app, &open::operator())?;
            let items: Vec<SpeakerView> = all.into_iter().map(Into::into).collect();
            let count = items.len() as u64;
            let header = ["Publisher", "Speaks for", "Since", "By", "Reason"];
            output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
                let (publisher, vendor) = (one.publisher.clone(), one.vendor.clone());
                vec![publisher, vendor, one.since.clone(), one.by.clone(), one.reason.clone()]
            })?;
        }
        SpeakerCommand::Add(args) => {
            let pair = (args.publisher.as_str(), args.vendor.as_str());
            let view = SpeakerView::from(speakers::add(&app, &open::person(&app)?, pair, &global.reason)?);
            output::value(global.output, &view, || format!("{} speaks for {}", view.publisher, view.vendor))?;
        }
        SpeakerCommand::Remove(args) => {
            let pair = (args.publisher.as_str(), args.vendor.as_str());
            speakers::remove(&app, &open::person(&app)?, pair, &global.reason)?;
        }
    }
    Ok(Exit::Done)
}
