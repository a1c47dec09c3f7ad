//! `holdpoint advisory …`; what is done to advisories besides reading them is in [`actions`].

pub mod actions;

use crate::cli::{Global, ListArgs, Output};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::intake::ImportReport;
use holdpoint_app::inventory::unmatched::{self, Unspoken};
use holdpoint_app::{App, Caller, advisories, intake, vulnerabilities};
use holdpoint_domain::Moment;
use holdpoint_domain::id::AdvisoryId;
use holdpoint_server::api::advisory_views::{
    AdvisoryLineView, AdvisoryView, ProductView, RevisionView, VerdictCounts,
};
use holdpoint_server::api::impact_views::{ImpactOutlookView, ImpactPatchView, ImpactView};
use holdpoint_server::api::pressing_views::PressingView;
use holdpoint_server::api::threat_views::Threats;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::PathBuf;

/// Verbs on advisories.
#[derive(Debug, Subcommand)]
pub enum AdvisoryCommand {
    /// Take in CSAF documents from a file, a folder, a zip archive or an https address
    Import(ImportArgs),
    /// List advisories
    List(ListArgs),
    /// Show an advisory
    Show(OneArgs),
    /// Show which assets an advisory touches, and why
    Impact(ImpactArgs),
    /// List the products of an advisory and how their versions were read
    Products(WithinArgs),
    /// List the revisions of an advisory
    Revisions(OneArgs),
    /// Print the document as it came in
    Raw(OneArgs),
    /// Compare two revisions of an advisory
    Diff(actions::DiffArgs),
    /// List the assets that match an advisory, with where the work stands
    Assets(WithinArgs),
    /// List the products of the inventory that match an advisory
    MatchedProducts(WithinArgs),
    /// Count the assets that match an advisory, by where the work stands
    Statistics(actions::NamedArgs),
    /// Write a comment on an advisory, edit it, or take it back
    Comment(actions::CommentArgs),
    /// List the comments on an advisory
    Comments(actions::NamedArgs),
    /// Mark advisories as read; a newer revision is unread again
    Mark(actions::MarkArgs),
    /// Delete an advisory, with --reason; the past keeps it
    Delete(actions::NamedArgs),
    /// Bring a deleted advisory back
    Restore(actions::NamedArgs),
    /// List the advisories that are deleted
    Deleted,
    /// Read the version expressions of documents without taking anything in; needs no database
    Expressions(ImportArgs),
}

/// What to take in.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// A CSAF document, a folder of them, or a zip archive of them; when taking in also an https address
    pub path: PathBuf,
}

/// One advisory.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Tracking id, or long id when several publishers use the same
    pub id: String,
    /// As it was at a moment
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

/// The impact of one advisory.
#[derive(Debug, Args)]
pub struct ImpactArgs {
    /// Tracking id, or long id when several publishers use the same
    pub id: String,
    /// Options of the list of assets
    #[command(flatten)]
    pub list: ListArgs,
}

/// A list within one advisory.
#[derive(Debug, Args)]
pub struct WithinArgs {
    /// Tracking id, or long id when several publishers use the same
    pub id: String,
    /// Options of the list
    #[command(flatten)]
    pub list: ListArgs,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &AdvisoryCommand) -> Result<Exit> {
    if let AdvisoryCommand::Expressions(args) = command {
        return expressions(global, args);
    }
    let app = open::app(global)?;
    let caller = open::operator();
    match command {
        AdvisoryCommand::Expressions(args) => expressions(global, args),
        AdvisoryCommand::Import(args) => import(global, &app, &caller, args),
        AdvisoryCommand::List(args) => list(global, &app, &caller, args),
        AdvisoryCommand::Show(args) => show(global, &app, &caller, args),
        AdvisoryCommand::Impact(args) => impact(global, &app, &caller, args),
        AdvisoryCommand::Products(args) => products(global, &app, &caller, args),
        AdvisoryCommand::Revisions(args) => revisions(global, &app, &caller, args),
        AdvisoryCommand::Raw(args) => raw(&app, &caller, args),
        AdvisoryCommand::Diff(args) => actions::diff(global, &app, &caller, args),
        AdvisoryCommand::Assets(args) => actions::assets(global, &app, &caller, &args.id, &args.list),
        AdvisoryCommand::MatchedProducts(args) => {
            actions::matched_products(global, &app, &caller, &args.id, &args.list)
        }
        AdvisoryCommand::Statistics(args) => actions::statistics(global, &app, &caller, args),
        AdvisoryCommand::Comment(args) => actions::comment(global, &app, &caller, args),
        AdvisoryCommand::Comments(args) => actions::comments(global, &app, &caller, args),
        AdvisoryCommand::Mark(args) => actions::mark(global, &app, &caller, args),
        AdvisoryCommand::Delete(args) => actions::delete(global, &app, &caller, args),
        AdvisoryCommand::Restore(args) => actions::restore(global, &app, &caller, args),
        AdvisoryCommand::Deleted => actions::deleted(global, &app, &caller),
    }
}

fn import(global: &Global, app: &App, caller: &Caller, args: &ImportArgs) -> Result<Exit> {
    let address =
        args.path.to_str().filter(|text| text.starts_with("https://") || text.starts_with("http://"));
    let report = match address {
        Some(url) => intake::files::import_url(app, caller, url, &global.reason)?,
        None => intake::files::import_path(app, caller, &args.path, &global.reason)?,
    };
    output::value(global.output, &report_json(&report), || report_text(&report))?;
    Ok(if report.problems.is_empty() { Exit::Done } else { Exit::Partly })
}

/// The report of an import as JSON; the names of its fields are stable.
pub fn report_json(report: &ImportReport) -> Value {
    let problems: Vec<Value> = report
        .problems
        .iter()
        .map(|problem| {
            let why = &problem.rejected;
            json!({"name": problem.name, "code": why.code, "what": why.what, "meaning": why.meaning, "remedy": why.remedy})
        })
        .collect();
    json!({
        "documents": report.documents,
        "expressions": report.expressions,
        "matches": report.matches,
        "changed": report.changed,
        "problems": problems,
        "audit_sequence": report.audit_sequence,
    })
}

/// The report of an import for people.
pub fn report_text(report: &ImportReport) -> String {
    let (documents, expressions, matches) = (&report.documents, &report.expressions, &report.matches);
    let mut text = format!(
        "Documents    {} read: {} new, {} changed, {} unchanged, {} in quarantine\n\
         Expressions  {} decided, {} conditional, {} not understood (of new and changed documents)\n\
         Matches      {} opened, {} changed, {} carried over, {} closed\n",
        documents.read,
        documents.new,
        documents.changed,
        documents.unchanged,
        documents.quarantined,
        expressions.decided,
        expressions.conditional,
        expressions.not_understood,
        matches.opened,
        matches.changed,
        matches.carried_over,
        matches.closed,
    );
    let silent = report.changed.iter().filter(|changed| changed.silent).count();
    if silent > 0 {
        text.push_str(&format!("Silent       {silent} documents changed under the same version\n"));
    }
    for problem in report.problems.iter().take(20) {
        text.push_str(&format!("! {}: {}\n", problem.name, problem.rejected));
    }
    if report.problems.len() > 20 {
        text.push_str(&format!(
            "! and {} more; see `holdpoint quarantine list`\n",
            report.problems.len() - 20
        ));
    }
    match report.audit_sequence {
        Some(sequence) => text.push_str(&format!("Audit entry  {sequence}\n")),
        None => text.push_str("Nothing was written.\n"),
    }
    text
}

fn list(global: &Global, app: &App, caller: &Caller, args: &ListArgs) -> Result<Exit> {
    let query = open::list_query(app, args)?;
    let found = advisories::list(app, caller, &query)?;
    let names: Vec<String> = found.items.iter().flat_map(|line| line.cves.clone()).collect();
    let threats = Threats::new(vulnerabilities::threats(app, caller, &names)?);
    let ids: Vec<AdvisoryId> = found.items.iter().map(|line| line.id).collect();
    let pressing = PressingView::of_advisories(app, caller, &ids, query.as_of)?;
    let items: Vec<AdvisoryLineView> = found
        .items
        .into_iter()
        .zip(pressing)
        .map(|(line, pressing)| AdvisoryLineView::with_threat(line, &threats, pressing))
        .collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    // Which assets cannot be compared is known of now alone.
    let doubt = query.as_of != Moment::OPEN || unmatched::unspoken(app, caller)?.not_compared > 0;
    let header = [
        "Advisory",
        "Publisher",
        "Title",
        "Released",
        "Version",
        "CVEs",
        "KEV",
        "Affected",
        "To check",
        "Lane",
        "Clock",
    ];
    output::list(global.output, &listed, &header, |line| {
        let (lane, clock) = line.pressing.words();
        let is_silent = line.assets.yes + line.assets.unknown == 0;
        let is_unknown = is_silent && (doubt || line.outcomes.not_understood > 0);
        let told = |n: u64| if is_unknown { output::UNKNOWN.to_owned() } else { n.to_string() };
        vec![
            line.tracking_id.clone(),
            line.publisher.clone(),
            line.title.clone(),
            line.current_release.chars().take(10).collect(),
            line.tracking_version.clone(),
            line.cves.len().to_string(),
            line.threat.as_ref().map_or_else(|| "unknown".to_owned(), |threat| threat.kev.clone()),
            told(line.assets.yes),
            told(line.assets.unknown),
            lane,
            clock,
        ]
    })?;
    Ok(Exit::Done)
}

fn show(global: &Global, app: &App, caller: &Caller, args: &OneArgs) -> Result<Exit> {
    let as_of = open::as_of(args.as_of.as_deref())?;
    let detail = advisories::get(app, caller, &args.id, as_of)?;
    let pressing = PressingView::of_advisory(app, caller, detail.advisory.line.id, as_of)?;
    let view = AdvisoryView::of(detail, pressing);
    output::value(global.output, &view, || {
        let line = &view.line;
        let mut text = format!(
            "{} {}\n{}\nversion {} released {} by {}; {} revisions kept\n{}\n\n",
            line.tracking_id,
            output::said(line.severity.as_ref()),
            line.title,
            line.tracking_version,
            line.current_release,
            line.publisher,
            line.revision_count,
            touched(&line.assets),
        );
        for vulnerability in &view.vulnerabilities {
            let score = vulnerability.scores.first().and_then(|score| score.base);
            let score = score.map_or_else(|| "no score".to_owned(), |base| format!("{base:.1}"));
            text.push_str(&format!("{}  {}  {}\n", vulnerability.reference, score, vulnerability.title));
        }
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}

fn impact(global: &Global, app: &App, caller: &Caller, args: &ImpactArgs) -> Result<Exit> {
    let query = open::list_query(app, &args.list)?;
    let found = advisories::impact(app, caller, &args.id, &query)?;
    let pressing = PressingView::of_advisory(app, caller, found.line.id, query.as_of)?;
    let outlooks = if query.as_of == Moment::OPEN {
        advisories::outlook::of_rows(app, caller, &found.rows.items)?
    } else {
        HashMap::new()
    };
    let view = ImpactView::of(found, query.as_of.min(app.now()), pressing, outlooks);
    let unspoken = unmatched::unspoken(app, caller)?;
    output::value(global.output, &view, || {
        let rows = view.assets.iter().map(|row| {
            vec![
                row.asset_tag.clone(),
                output::said(row.zone.as_ref()),
                row.verdict.clone(),
                row.confidence_words.clone(),
                output::said(row.installed_version.as_ref()),
                row.outlook.as_ref().map_or_else(|| "-".to_owned(), qualified),
                row.outlook.as_ref().map_or_else(|| "-".to_owned(), next_window),
                row.why.clone(),
            ]
        });
        let header =
            ["Asset", "Zone", "Affected", "Confidence", "Installed", "Supplier's word", "Window", "Why"];
        format!(
            "{} {}\n{}\n{}\n{}",
            view.advisory.tracking_id,
            output::printable(&view.advisory.title),
            touched(&view.totals),
            gaps(&view, unspoken),
            output::table(&header, rows),
        )
    })?;
    Ok(Exit::Done)
}

/// The patches that would fix it, each with the supplier's word.
fn qualified(one: &ImpactOutlookView) -> String {
    if one.patches.is_empty() {
        return "no source lists a patch".to_owned();
    }
    let word = |patch: &ImpactPatchView| {
        let mut text = format!("{}: {}", patch.patch, patch.supplier);
        if !patch.conditions.is_empty() {
            text.push_str(&format!(", on conditions: {}", patch.conditions.join("; ")));
        }
        text
    };
    one.patches.iter().map(word).collect::<Vec<_>>().join("; ")
}

fn next_window(one: &ImpactOutlookView) -> String {
    match (one.window_on.as_ref(), one.window.as_str()) {
        (Some(day), _) => day.clone(),
        (None, "none_ahead") => "none ahead".to_owned(),
        (None, _) => "none set".to_owned(),
    }
}

/// How many assets it touches, in words that do not take "not recognised" for "not affected".
fn touched(assets: &VerdictCounts) -> String {
    match (assets.yes, assets.unknown, assets.no) {
        (0, 0, 0) => "no asset here is recognised in it".to_owned(),
        (yes, unknown, no) => format!("{yes} affected, {unknown} to check, {no} not affected"),
    }
}

/// What is not known, line by line; nothing when everything could be compared.
fn gaps(view: &ImpactView, unspoken: Unspoken) -> String {
    let lines = [
        (view.gaps.assets_without_version, "of the assets without a known version"),
        (view.gaps.expressions_not_understood, "of its version texts not understood: `expression list`"),
        (
            unspoken.not_compared,
            "of the assets cannot be compared with any advisory, without a name or a vendor: `asset unmatched`",
        ),
    ];
    lines.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("? {n} {what}\n")).collect()
}

fn products(global: &Global, app: &App, caller: &Caller, args: &WithinArgs) -> Result<Exit> {
    let query = open::list_query(app, &args.list)?;
    let (found, statements) = advisories::products(app, caller, &args.id, &query)?;
    let items: Vec<ProductView> =
        found.items.into_iter().map(|product| ProductView::of(product, &statements)).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Product id", "Vendor", "Product", "Version as written", "Understood as", "Outcome"];
    output::list(global.output, &listed, &header, |product| {
        vec![
            product.product_id.clone(),
            output::said(product.vendor.as_ref()),
            product.product.clone().unwrap_or_else(|| product.name.clone()),
            output::said(product.version.as_ref()),
            output::said(product.range.as_ref()),
            product.outcome.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn revisions(global: &Global, app: &App, caller: &Caller, args: &OneArgs) -> Result<Exit> {
    let found = advisories::revisions(app, caller, &args.id)?;
    let items: Vec<RevisionView> = found.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let listed = Listed { items, next: None, count };
    let header = ["Version", "Released", "Received", "Source", "SHA-256"];
    output::list(global.output, &listed, &header, |revision| {
        vec![
            revision.tracking_version.clone(),
            revision.current_release.clone(),
            revision.received_at.clone(),
            revision.source.clone(),
            revision.sha256.chars().take(16).collect(),
        ]
    })?;
    Ok(Exit::Done)
}

fn raw(app: &App, caller: &Caller, args: &OneArgs) -> Result<Exit> {
    use std::io::Write;
    let (_, bytes) = advisories::raw(app, caller, &args.id, None)?;
    std::io::stdout().lock().write_all(&bytes)?;
    Ok(Exit::Done)
}

fn expressions(global: &Global, args: &ImportArgs) -> Result<Exit> {
    use std::io::Write;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let problems = intake::expressions::expressions::<anyhow::Error>(&args.path, |line| {
        match global.output {
            Output::Table => {
                let read = if line.range.is_empty() { &line.why } else { &line.range };
                let text =
                    format!("{}\t{} {}\t{}\t{read}", line.outcome.0, line.vendor, line.product, line.text);
                writeln!(out, "{}", output::printable(&text))?;
            }
            Output::Json | Output::Jsonl => writeln!(out, "{}", serde_json::to_string(&line)?)?,
        }
        Ok(())
    })?;
    out.flush()?;
    for problem in &problems {
        eprintln!("! {}: {}", problem.name, problem.rejected);
    }
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Partly })
}
