//! `holdpoint statement mapping …`

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use holdpoint_app::statements::mappings;
use holdpoint_server::api::statement_views::StatementMappingView;
use std::path::PathBuf;

/// Verbs on mappings.
#[derive(Debug, Subcommand)]
pub enum MappingCommand {
    /// List the mappings
    List,
    /// Print a mapping's text, to be copied and changed
    Show(NameArgs),
    /// Say whether a mapping file holds together; needs no database
    Check(FileArgs),
    /// Keep a mapping file; the one of its name before it ends
    Add(FileArgs),
}

/// Which mapping.
#[derive(Debug, Args)]
pub struct NameArgs {
    /// Its name
    pub name: String,
}

/// Which file.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// The mapping file
    pub file: PathBuf,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &MappingCommand) -> Result<Exit> {
    match command {
        MappingCommand::List => list(global),
        MappingCommand::Show(args) => show(global, args),
        MappingCommand::Check(args) => check(global, args),
        MappingCommand::Add(args) => add(global, args),
    }
}

fn list(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let items: Vec<StatementMappingView> =
        mappings::list(&app, &open::operator())?.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Mapping", "Publisher", "Format", "Words", "By", "For"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        vec![
            one.name.clone(),
            one.publisher.clone(),
            one.format.clone(),
            one.words.len().to_string(),
            one.author.clone().unwrap_or_else(|| "(shipped)".to_owned()),
            one.title.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn show(global: &Global, args: &NameArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let view: StatementMappingView = mappings::get(&app, &open::operator(), &args.name)?.into();
    output::value(global.output, &view, || output::printable(&view.text))?;
    Ok(Exit::Done)
}

fn text_of(args: &FileArgs) -> Result<String> {
    std::fs::read_to_string(&args.file).with_context(|| format!("`{}` cannot be read", args.file.display()))
}

fn check(global: &Global, args: &FileArgs) -> Result<Exit> {
    let mapping = mappings::check(&text_of(args)?)?;
    let n_words = mapping.words().count();
    let value = serde_json::json!({"name": mapping.name, "publisher": mapping.publisher, "words": n_words});
    output::value(global.output, &value, || {
        format!(
            "`{}` holds together: statements of {}, {n_words} words explained",
            mapping.name, mapping.publisher
        )
    })?;
    Ok(Exit::Done)
}

fn add(global: &Global, args: &FileArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let known = mappings::add(&app, &open::operator(), &text_of(args)?, &global.reason)?;
    let view: StatementMappingView = known.into();
    output::value(global.output, &view, || format!("`{}` is kept", view.name))?;
    Ok(Exit::Done)
}
