//! `holdpoint statement …`

mod mapping;
mod speaker;

use crate::cli::{Global, ListArgs};
use crate::commands::decision::body;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use holdpoint_app::statements;
use holdpoint_app::statements::mappings;
use holdpoint_app::statements::taking::{self, Mode};
use holdpoint_domain::patch_state::SupplierState;
use holdpoint_server::api::statement_views::{
    CompatibilityStatementView, StatementDetailView, StatementDocumentView, StatementImportView,
    VendorLagView, WaitingWordView,
};
use holdpoint_server::api::statements::NewStatementBody;
use std::path::PathBuf;

/// Verbs on suppliers' statements.
#[derive(Debug, Subcommand)]
pub enum StatementCommand {
    /// Take in a supplier's qualification list: CSV, XLSX or XML
    Import(ImportArgs),
    /// Enter what a supplier said, as a file says (the API's JSON); needs --reason
    Enter(EnterArgs),
    /// Confirm a statement that somebody else entered or took in, or the document in which it stands; needs --reason
    Confirm(ShowArgs),
    /// List what suppliers say of patches, the newest first
    List(ListArgs),
    /// Show a statement with everything that its publisher has said on the same
    Show(ShowArgs),
    /// List the words that nobody has explained yet: a task each
    Words,
    /// Say what a supplier's word means; the lists with it are read again
    Explain(ExplainArgs),
    /// Say how long each vendor takes from the release of a patch to its word on it
    Lag,
    /// List the documents that were taken in
    Documents,
    /// Mappings: where a supplier's list keeps what, and what its words mean
    #[command(subcommand)]
    Mapping(mapping::MappingCommand),
    /// Publishers whose yes counts for a vendor, such as its integrators
    #[command(subcommand)]
    Speaker(speaker::SpeakerCommand),
}

/// Which list.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file
    pub file: PathBuf,
    /// The mapping that reads it; without one, the only one that fits
    #[arg(long, value_name = "NAME")]
    pub mapping: Option<String>,
    /// Read it and keep nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What is entered.
#[derive(Debug, Args)]
pub struct EnterArgs {
    /// A file with the API's JSON
    pub file: PathBuf,
}

/// Which statement.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Its id
    pub id: String,
}

/// Which word, and what it means. Why stands in `--reason`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The mapping that does not explain it
    pub mapping: String,
    /// The word
    pub word: String,
    /// What it means: available, in_test, not_approved, not_applicable, approved, released
    #[arg(value_parser = state)]
    pub state: SupplierState,
}

fn state(text: &str) -> Result<SupplierState, String> {
    text.parse().map_err(|error: holdpoint_domain::words::UnknownWord| error.to_string())
}

/// Carries out a verb.
pub fn run(global: &Global, command: &StatementCommand) -> Result<Exit> {
    match command {
        StatementCommand::Import(args) => import(global, args),
        StatementCommand::Enter(args) => enter(global, args),
        StatementCommand::Confirm(args) => confirm(global, args),
        StatementCommand::List(args) => list(global, args),
        StatementCommand::Show(args) => show(global, args),
        StatementCommand::Words => words(global),
        StatementCommand::Explain(args) => explain(global, args),
        StatementCommand::Lag => lag(global),
        StatementCommand::Documents => documents(global),
        StatementCommand::Mapping(command) => mapping::run(global, command),
        StatementCommand::Speaker(command) => speaker::run(global, command),
    }
}

fn import(global: &Global, args: &ImportArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let mode = if args.dry_run { Mode::DryRun } else { Mode::Write };
    let mapping = args.mapping.as_deref();
    let report = taking::import_path(&app, &open::operator(), &args.file, mapping, mode, &global.reason)?;
    let view = StatementImportView::from(report);
    output::value(global.output, &view, || import_text(&view, args.dry_run))?;
    Ok(Exit::Done)
}

fn enter(global: &Global, args: &EnterArgs) -> Result<Exit> {
    let wanted: NewStatementBody = body(&args.file)?;
    let wanted = wanted.statement().map_err(|problem| anyhow!(problem.detail))?;
    let app = open::app(global)?;
    let line = statements::enter(&app, &open::person(&app)?, &wanted, &global.reason)?;
    let view = CompatibilityStatementView::from(line);
    output::value(global.output, &view, || {
        format!("{} says `{}` of {}: {}", view.publisher, view.word, view.patch, view.state)
    })?;
    Ok(Exit::Done)
}

fn confirm(global: &Global, args: &ShowArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let line = statements::confirm(&app, &open::person(&app)?, &args.id, &global.reason)?;
    let view = CompatibilityStatementView::from(line);
    output::value(global.output, &view, || {
        format!("{}: `{}` of {}; {}", view.patch, view.word, view.publisher, hands(&view))
    })?;
    Ok(Exit::Done)
}

/// Through whose hands a statement came.
pub(super) fn hands(one: &CompatibilityStatementView) -> String {
    let brought = one.brought_by.as_deref().unwrap_or("somebody who is not known");
    match &one.confirmed_by {
        Some(by) => format!("brought by {brought}, confirmed by {by}"),
        None => format!("brought by {brought}, confirmed by nobody else"),
    }
}

fn import_text(view: &StatementImportView, dry_run: bool) -> String {
    let mut text =
        format!("{} statements of {}, read by {}\n", view.statements, view.publisher, view.mapping);
    if view.known {
        text.push_str("this very file was read by this very mapping before; nothing was written\n");
    } else if dry_run {
        text.push_str("dry run: nothing was written\n");
    } else {
        text.push_str(&format!(
            "{} new, {} changed, {} unchanged, {} older than what is known\n",
            view.new, view.changed, view.unchanged, view.older
        ));
    }
    if view.not_understood > 0 {
        text.push_str(&format!(
            "{} statements are not understood and count as unknown; see `holdpoint statement words`\n",
            view.not_understood
        ));
    }
    for remark in view.remarks.iter().take(20) {
        text.push_str(&format!("remark: {remark}\n"));
    }
    if dry_run {
        text.push('\n');
        text.push_str(&output::table(&HEADER, view.sample.iter().map(row)));
    }
    output::printable(&text)
}

const HEADER: [&str; 7] = ["Patch", "Product", "Version", "Platform", "Word", "State", "Said"];

fn row(one: &CompatibilityStatementView) -> Vec<String> {
    vec![
        one.patch.clone(),
        format!("{} {}", one.vendor, one.product),
        output::said(one.version.as_ref()),
        output::said(one.platform.as_ref()),
        one.word.clone(),
        one.state.clone(),
        when(one),
    ]
}

/// When it was said; of one that its publisher did not date, when it was received.
pub(super) fn when(one: &CompatibilityStatementView) -> String {
    let received = || one.received_at.as_deref().unwrap_or("at a moment that is not known");
    one.issued_at.clone().unwrap_or_else(|| format!("undated, received {}", received()))
}

fn list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = statements::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<CompatibilityStatementView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    output::list(global.output, &listed, &HEADER, row)?;
    Ok(Exit::Done)
}

fn show(global: &Global, args: &ShowArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let shown: StatementDetailView = statements::get(&app, &open::operator(), &args.id)?.into();
    output::value(global.output, &shown, || {
        let one = &shown.statement;
        let mut text = format!(
            "{} on {} {} {}: {} ({})\n",
            one.patch,
            one.vendor,
            one.product,
            one.version.as_deref().unwrap_or("(version not said)"),
            one.word,
            one.state
        );
        let source = &one.source;
        let parts = [&source.name, &source.place, &source.mapping, &source.question];
        let parts: Vec<&str> = parts.into_iter().filter_map(Option::as_deref).collect();
        text.push_str(&format!("source: {} {}\n", source.kind, parts.join(", ")));
        text.push_str(&format!("{}\n", hands(one)));
        if let Some(conditions) = &one.conditions {
            text.push_str(&format!("conditions: {conditions}\n"));
        }
        text.push_str("\nEverything said on it, the newest first\n");
        let rows = shown.history.iter().map(|one| {
            vec![when(one), output::said(one.received_at.as_ref()), one.word.clone(), one.state.clone()]
        });
        text.push_str(&output::table(&["Said", "Received", "Word", "State"], rows));
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}

fn words(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let items: Vec<WaitingWordView> =
        statements::words_waiting(&app, &open::operator())?.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Publisher", "Mapping", "Word", "Statements", "Patches", "For example", "Since"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        vec![
            one.publisher.clone(),
            one.mapping.clone().unwrap_or_default(),
            one.word.clone().unwrap_or_else(|| "(empty cell)".to_owned()),
            one.statements.to_string(),
            one.patches.to_string(),
            one.example.clone(),
            one.since.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn explain(global: &Global, args: &ExplainArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let word = (args.word.as_str(), args.state);
    let done = mappings::explain(&app, &open::operator(), &args.mapping, word, &global.reason)?;
    let value = serde_json::json!({
        "documents": done.documents, "changed": done.counts.new + done.counts.changed, "audit_sequence": done.sequence,
    });
    output::value(global.output, &value, || {
        format!(
            "`{}` means {} from now on; {} documents were read again, {} statements changed",
            args.word,
            args.state,
            done.documents,
            done.counts.new + done.counts.changed
        )
    })?;
    Ok(Exit::Done)
}

fn lag(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let items: Vec<VendorLagView> =
        statements::lag(&app, &open::operator())?.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header =
        ["Vendor", "Measured", "Median", "90%", "Longest", "> 30 days", "Waiting", "Waits", "No dates"];
    let days =
        |days: Option<i64>| days.map_or_else(|| output::UNKNOWN.to_owned(), |days| format!("{days} d"));
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        vec![
            one.publisher.clone(),
            one.measured.to_string(),
            days(one.median_days),
            days(one.p90_days),
            days(one.longest_days),
            one.over_30_days.to_string(),
            one.waiting.to_string(),
            if one.waiting == 0 { String::new() } else { days(one.longest_wait_days) },
            one.undated.to_string(),
        ]
    })?;
    Ok(Exit::Done)
}

fn documents(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let items: Vec<StatementDocumentView> =
        statements::documents(&app, &open::operator())?.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Document", "Publisher", "Mapping", "Received", "By", "Statements", "Not understood"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        vec![
            one.name.clone(),
            one.publisher.clone(),
            one.mapping.clone(),
            one.received_at.clone(),
            one.received_by.clone(),
            one.statements.to_string(),
            one.not_understood.to_string(),
        ]
    })?;
    Ok(Exit::Done)
}
