//! `holdpoint change-record …`: the record of a plan in a system outside, each field with the way that it goes.

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output;
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use holdpoint_app::change_records::{self, Shape};
use holdpoint_server::api::change_records::{HeardView, RecordView};
use serde_json::json;
use std::path::PathBuf;

/// Verbs on change records.
#[derive(Debug, Subcommand)]
pub enum ChangeRecordCommand {
    /// Show the record of a plan: what we say, and what they say
    Show(ShowArgs),
    /// Write the record into a file, as a system outside takes it
    Export(ExportArgs),
    /// Take in what a system outside says; exit code 7 when it changed what is ours
    Import(ImportArgs),
}

/// A plan.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The plan's id or number
    pub plan: String,
}

/// A plan and where its record goes.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The plan's id or number
    pub plan: String,
    /// The new file
    pub file: PathBuf,
    /// Its shape: file, servicenow, jira
    #[arg(long, default_value = "file", value_parser = shape)]
    pub shape: Shape,
}

/// A record that comes in.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file
    pub file: PathBuf,
    /// Its shape: file, servicenow, jira
    #[arg(long, default_value = "file", value_parser = shape)]
    pub shape: Shape,
}

fn shape(text: &str) -> Result<Shape, String> {
    text.parse().map_err(|why: holdpoint_app::AppError| why.to_string())
}

/// Carries out a verb.
pub fn run(global: &Global, command: &ChangeRecordCommand) -> Result<Exit> {
    let app = open::app(global)?;
    match command {
        ChangeRecordCommand::Show(args) => {
            let view = RecordView::from(change_records::show(&app, &open::operator(), &args.plan)?);
            output::value(global.output, &view, || table(&view))?;
        }
        ChangeRecordCommand::Export(args) => {
            let bytes = change_records::export(&app, &open::operator(), &args.plan, args.shape)?;
            std::fs::write(&args.file, &bytes)
                .with_context(|| format!("cannot write `{}`", args.file.display()))?;
            output::value(global.output, &json!({"file": args.file, "size_bytes": bytes.len()}), || {
                format!("{} bytes are in {}.", bytes.len(), args.file.display())
            })?;
        }
        ChangeRecordCommand::Import(args) => {
            let bytes = std::fs::read(&args.file)
                .with_context(|| format!("cannot read `{}`", args.file.display()))?;
            let heard = change_records::take(&app, &open::operator(), &bytes, args.shape, &global.reason)?;
            let view = HeardView::from(heard);
            output::value(global.output, &view, || {
                let problems =
                    view.problems.iter().map(|one| format!("\nProblem  {}", output::printable(one)));
                format!("{}{}", table(&view.record), problems.collect::<String>())
            })?;
            return Ok(if view.problems.is_empty() { Exit::Done } else { Exit::Partly });
        }
    }
    Ok(Exit::Done)
}

fn table(view: &RecordView) -> String {
    let rows = view.fields.iter().filter(|field| field.name != "plan").map(|field| {
        let value = field.value.as_deref().map_or_else(|| "nobody has said".to_owned(), output::printable);
        vec![field.name.clone(), field.way.clone(), value]
    });
    output::table(&["Field", "Way", "Value"], rows)
}
