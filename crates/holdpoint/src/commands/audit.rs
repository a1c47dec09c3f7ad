//! `holdpoint audit …`

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use holdpoint_app::store::{AuditReport, ExpectedHead, audit};
use holdpoint_app::{App, Caller};
use holdpoint_server::api::audit::{AuditEntryView, AuditReportView};
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::PathBuf;

/// Verbs on the audit log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Recompute the chain, of the database or of an exported file, and name the first bad entry
    Verify(VerifyArgs),
    /// List entries, newest first
    List(ListArgs),
    /// Write all entries to a file, one JSON object a line, to be verified elsewhere
    Export(ExportArgs),
}

/// What to verify.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// An exported file; needs no database
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// A head that was written down elsewhere, as `812:SHA-256` or the hash alone: finds a log whose end was cut off
    #[arg(long, value_name = "HEAD")]
    pub head: Option<String>,
}

/// Where to write.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The file to write
    pub file: PathBuf,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &AuditCommand) -> Result<Exit> {
    match command {
        AuditCommand::Verify(args) => verify(global, args),
        AuditCommand::List(args) => list(global, &open::app(global)?, &open::operator(), args),
        AuditCommand::Export(args) => export(&open::app(global)?, args),
    }
}

fn verify(global: &Global, args: &VerifyArgs) -> Result<Exit> {
    let head = args.head.as_deref().map(str::parse::<ExpectedHead>).transpose()?;
    let report: AuditReport = match &args.file {
        Some(path) => {
            let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
            let report = audit::verify_export(BufReader::new(file), head)?;
            if report.entries == 0 && report.fault.is_none() {
                bail!("`{}` holds no entry of an audit log, so there is nothing to verify", path.display());
            }
            report
        }
        None => open::app(global)?.store().verify_audit_against(head)?,
    };
    let view = AuditReportView::from(report);
    output::value(global.output, &view, || match &view.fault {
        None => format!(
            "intact: {} entries, head {}:{}\nhint: write the head down elsewhere; with --head it shows later that nothing was cut off",
            view.entries, view.head.sequence, view.head.hash
        ),
        Some(fault) => format!(
            "BROKEN at entry {}: {}\n{} entries before it are intact; what comes after cannot be relied on",
            fault.sequence, fault.what, view.entries
        ),
    })?;
    Ok(if view.intact { Exit::Done } else { Exit::Integrity })
}

fn list(global: &Global, app: &App, caller: &Caller, args: &ListArgs) -> Result<Exit> {
    let found = holdpoint_app::audit::list(app, caller, &open::list_query(app, args)?)?;
    let items: Vec<AuditEntryView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["No", "Time", "Actor", "Via", "Action", "Objects", "Reason"];
    output::list(global.output, &listed, &header, |entry| {
        let objects: Vec<String> = entry.objects.iter().take(3).map(|object| object.id.clone()).collect();
        let more = entry.objects.len().saturating_sub(3);
        let tail = if more == 0 { String::new() } else { format!(" +{more}") };
        vec![
            entry.sequence.to_string(),
            entry.at.clone(),
            entry.actor.name.clone(),
            entry.via.clone(),
            entry.action.clone(),
            format!("{}{tail}", objects.join(", ")),
            entry.reason.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn export(app: &App, args: &ExportArgs) -> Result<Exit> {
    let file = File::create(&args.file).with_context(|| format!("cannot write `{}`", args.file.display()))?;
    let mut out = BufWriter::new(file);
    app.store().export_audit(&mut out)?;
    out.flush()?;
    Ok(Exit::Done)
}
