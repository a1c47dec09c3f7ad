//! `holdpoint asset …`

use super::advisory::actions;
use crate::cli::{Global, ListArgs};
use crate::commands::vulnerability;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use holdpoint_app::inventory::edit::{self, Edit};
use holdpoint_app::inventory::export::{self, ExportFormat};
use holdpoint_app::inventory::unmatched;
use holdpoint_app::inventory::{
    self, ImportKind, ImportRequest, InventoryReport, MappingChoice, Mode, Run, TableChoice,
};
use holdpoint_app::remediation::{self, Within};
use holdpoint_app::{App, Caller};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use holdpoint_domain::matching::NoLine;
use holdpoint_server::api::asset_views::{AssetLineView, AssetMatches, AssetView, history};
use holdpoint_server::api::unmatched::{UnmatchedAssetView, UnmatchedReasonView};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What is said of an asset that no line of an advisory stands for.
const SILENT: &str =
    "? no advisory speaks of it, so nobody knows whether it is affected: see `asset unmatched`";

/// Verbs on assets.
#[derive(Debug, Subcommand)]
pub enum AssetCommand {
    /// Take in a table (CSV, XLSX) or a CycloneDX bill of materials
    Import(ImportArgs),
    /// Hand out the inventory as a file that can be edited and imported again
    Export(ExportArgs),
    /// List assets
    List(ListArgs),
    /// List the assets that no line of an advisory stands for (a question may be open), and why
    Unmatched(UnmatchedArgs),
    /// Show an asset, field by field, with source and age
    Show(OneArgs),
    /// Show how an asset changed
    History(OneArgs),
    /// List the vulnerabilities of an asset, by advisories and feeds, exploited ones first
    Vulnerabilities(vulnerability::AssetVulnerabilitiesArgs),
    /// List the advisories that match an asset, with where the work stands
    Advisories(WithinArgs),
    /// Change fields of an asset: FIELD=VALUE, or FIELD= to empty it
    Set(SetArgs),
}

/// What to take in, and how.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// CSV, XLSX, or CycloneDX JSON or XML
    pub file: PathBuf,
    /// Only show what would change
    #[arg(long)]
    pub dry_run: bool,
    /// Take nothing when one row is bad [default: take the valid rows]
    #[arg(long)]
    pub all_or_nothing: bool,
    /// What the file is
    #[arg(long, value_enum, default_value_t = Kind::Auto)]
    pub kind: Kind,
    /// The sheet of a workbook [default: the first that is not empty]
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// The row of the header as a spreadsheet program shows it [default: the first row that holds something]
    #[arg(long, value_name = "ROW", value_parser = clap::value_parser!(u32).range(1..))]
    pub header_row: Option<u32>,
    /// Take a column for a field: `--column "FW Stand=firmware_version"`; columns not named are not taken
    #[arg(long = "column", value_name = "HEADER=FIELD")]
    pub columns: Vec<String>,
    /// Remember these columns under a name, for files with the same header
    #[arg(long, value_name = "NAME", requires = "columns")]
    pub remember: Option<String>,
    /// The asset that a bill of materials belongs to
    #[arg(long, value_name = "TAG")]
    pub asset: Option<String>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Told by its content
    Auto,
    /// A table of assets
    Assets,
    /// A table of installed software
    Software,
    /// A CycloneDX bill of materials
    Cyclonedx,
}

/// What to hand out, and where to.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The file to write; its ending says the format (.csv or .xlsx)
    pub file: PathBuf,
    /// Filter, as on the pages
    #[arg(long, default_value = "", value_name = "FILTER", hide_default_value = true)]
    pub filter: String,
    /// As it was at a moment
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

/// One asset.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Tag or id
    pub id: String,
    /// As it was at a moment
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

/// Assets without a line.
#[derive(Debug, Args)]
pub struct UnmatchedArgs {
    /// Only those without a line because of this: no_name, no_vendor, vendor_unknown, name_too_general, no_product_near,
    /// resembles, named_cleared; or with open lines alone: only_candidates, only_not_understood, only_version_open,
    /// only_investigated
    #[arg(long, value_name = "CAUSE")]
    pub because: Option<NoLine>,
    /// Only how many assets there are for each cause
    #[arg(long, conflicts_with = "because")]
    pub counts: bool,
    /// Options of the list
    #[command(flatten)]
    pub list: ListArgs,
}

/// A list within one asset.
#[derive(Debug, Args)]
pub struct WithinArgs {
    /// Tag or id
    pub id: String,
    /// Options of the list
    #[command(flatten)]
    pub list: ListArgs,
}

/// A change by hand.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// Tag or id
    pub id: String,
    /// FIELD=VALUE, or FIELD= to empty it
    #[arg(required = true, value_name = "FIELD=VALUE")]
    pub fields: Vec<String>,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &AssetCommand) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::operator();
    match command {
        AssetCommand::Import(args) => import(global, &app, &caller, args),
        AssetCommand::Export(args) => export_file(&app, &caller, args),
        AssetCommand::List(args) => list(global, &app, &caller, args),
        AssetCommand::Unmatched(args) => list_unmatched(global, &app, &caller, args),
        AssetCommand::Show(args) => show(global, &app, &caller, args),
        AssetCommand::History(args) => show_history(global, &app, &caller, args),
        AssetCommand::Vulnerabilities(args) => {
            let exit = vulnerability::of_asset(global, args)?;
            say_when_silent(&app, &caller, &args.asset, Moment::OPEN)?;
            Ok(exit)
        }
        AssetCommand::Advisories(args) => {
            let within = Within { advisory: None, asset: Some(args.id.clone()) };
            let query = open::list_query(&app, &args.list)?;
            let exit = actions::pairs(global, remediation::pairs(&app, &caller, &within, &query)?)?;
            say_when_silent(&app, &caller, &args.id, query.as_of)?;
            Ok(exit)
        }
        AssetCommand::Set(args) => set(global, &app, &caller, args),
    }
}

/// Says beside a list of an asset of which no advisory speaks that its emptiness is no answer.
fn say_when_silent(app: &App, caller: &Caller, id: &str, as_of: Moment) -> Result<()> {
    let asset = inventory::get(app, caller, id, as_of)?;
    if unmatched::without_line(app, caller, std::slice::from_ref(&asset), as_of)?.contains(&true) {
        eprintln!("{SILENT}");
    }
    Ok(())
}

fn import(global: &Global, app: &App, caller: &Caller, args: &ImportArgs) -> Result<Exit> {
    let bytes =
        std::fs::read(&args.file).with_context(|| format!("cannot read `{}`", args.file.display()))?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let report = inventory::import(
        app,
        caller,
        &ImportRequest {
            name: &name,
            bytes: &bytes,
            kind: match args.kind {
                Kind::Auto => ImportKind::Auto,
                Kind::Assets => ImportKind::Assets,
                Kind::Software => ImportKind::Software,
                Kind::Cyclonedx => ImportKind::CycloneDx,
            },
            run: if args.dry_run { Run::Dry } else { Run::Apply },
            mode: if args.all_or_nothing { Mode::AllOrNothing } else { Mode::ValidRows },
            table: TableChoice { sheet: args.sheet.as_deref(), header_row: args.header_row },
            mapping: columns(&args.columns)?,
            remember_as: args.remember.as_deref(),
            asset: args.asset.as_deref(),
            reason: &global.reason,
        },
    )?;
    output::value(global.output, &report, || report_text(&report))?;
    Ok(if report.rejected.is_empty() && !report.mapping_needed { Exit::Done } else { Exit::Partly })
}

fn columns(pairs: &[String]) -> Result<MappingChoice> {
    if pairs.is_empty() {
        return Ok(MappingChoice::Known);
    }
    let mut columns = BTreeMap::new();
    for pair in pairs {
        let Some((header, field)) = pair.rsplit_once('=') else {
            bail!("`{pair}` is no HEADER=FIELD");
        };
        columns.insert(header.to_owned(), field.to_owned());
    }
    Ok(MappingChoice::Columns(columns))
}

/// The proposal as the options that take it, and what is still missing in it.
fn mapping_hint(report: &InventoryReport) -> String {
    let proposed = report.columns.iter().filter_map(|column| {
        let field = column.field.as_deref()?;
        Some(format!(" --column \"{}={field}\"", column.column))
    });
    let mut options: String = proposed.collect();
    let has_tag = report.columns.iter().any(|column| column.field.as_deref() == Some("asset_tag"));
    if !has_tag {
        options.push_str(" --column \"HEADER=asset_tag\"");
    }
    let missing = if has_tag { "" } else { " No column was recognised as the tag: put its HEADER." };
    format!(
        "hint: take it as proposed, or say otherwise; columns not named are not taken.{missing}\n {options}\n"
    )
}

fn report_text(report: &InventoryReport) -> String {
    let mut text = format!(
        "{} rows: {} assets new, {} changed, {} unchanged; {} rows rejected\n",
        report.rows,
        report.new,
        report.changed,
        report.unchanged,
        report.rejected.len(),
    );
    for column in &report.columns {
        let field = column.field.as_deref().unwrap_or("—");
        text.push_str(&format!("  column {} → {field} ({})\n", column.column, column.how));
    }
    if report.mapping_needed {
        text.push_str("The header is not known, so nothing was taken in.\n");
        text.push_str(&mapping_hint(report));
        return output::printable(&text);
    }
    for row in report.rejected.iter().take(20) {
        text.push_str(&format!("! row {}: {}\n", row.row, row.reason));
    }
    for warning in report.warnings.iter().take(20) {
        text.push_str(&format!("? {} {}\n", warning.place, warning.message));
    }
    for change in report.changes.iter().take(20) {
        let fields: Vec<String> = change
            .fields
            .iter()
            .map(|field| {
                let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".to_owned());
                format!("{}: {} → {}", field.field, side(&field.before), side(&field.after))
            })
            .collect();
        text.push_str(&format!("  {} {}: {}\n", change.action, change.asset_tag, fields.join(", ")));
    }
    if let Some(matches) = &report.matches {
        text.push_str(&format!(
            "Matches: {} opened, {} changed, {} closed\n",
            matches.opened, matches.changed, matches.closed
        ));
    }
    text.push_str(match (report.dry_run, report.audit_sequence) {
        (true, _) => "Dry run: nothing was written.\n",
        (false, None) => "Nothing was written.\n",
        (false, Some(_)) => "",
    });
    output::printable(&text)
}

fn export_file(app: &App, caller: &Caller, args: &ExportArgs) -> Result<Exit> {
    let format = match args.file.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => ExportFormat::Csv,
        Some("xlsx") => ExportFormat::Xlsx,
        Some(_) | None => bail!("`{}` must end in .csv or .xlsx", args.file.display()),
    };
    let list = ListArgs {
        filter: args.filter.clone(),
        sort: None,
        limit: 1_000,
        cursor: None,
        as_of: args.as_of.clone(),
    };
    let bytes = export::export(app, caller, &open::list_query(app, &list)?, &args.filter, format)?;
    std::fs::write(&args.file, bytes).with_context(|| format!("cannot write `{}`", args.file.display()))?;
    Ok(Exit::Done)
}

fn list(global: &Global, app: &App, caller: &Caller, args: &ListArgs) -> Result<Exit> {
    let query = open::list_query(app, args)?;
    let found = inventory::list(app, caller, &query)?;
    let matches = AssetMatches::counted(app, caller, &found.items, query.as_of)?;
    let silent = unmatched::without_line(app, caller, &found.items, query.as_of)?;
    let silent: BTreeSet<String> = found
        .items
        .iter()
        .zip(silent)
        .filter(|(_, is_silent)| *is_silent)
        .map(|(asset, _)| asset.asset.id.to_string())
        .collect();
    let items: Vec<AssetLineView> =
        found.items.iter().zip(matches).map(|(asset, matches)| AssetLineView::of(asset, matches)).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = [
        "Tag", "Kind", "Vendor", "Product", "Firmware", "Site", "Zone", "Level", "Affected", "To check",
        "Lane", "Clock",
    ];
    output::list(global.output, &listed, &header, |asset| {
        let text = |value: &Option<String>| output::said(value.as_ref());
        // Where no advisory speaks of it, nought lines are no answer, and no finding by feeds alone makes them one.
        let is_silent = silent.contains(&asset.id) && asset.matches.yes + asset.matches.unknown == 0;
        let told = |n: u64| if is_silent { output::UNKNOWN.to_owned() } else { n.to_string() };
        let (lane, clock) = match (is_silent, &asset.pressing.lane) {
            (true, None) => (output::UNKNOWN.to_owned(), output::UNKNOWN.to_owned()),
            (_, _) => asset.pressing.words(),
        };
        vec![
            asset.tag.clone(),
            text(&asset.kind),
            text(&asset.vendor),
            text(&asset.product),
            text(&asset.firmware_version),
            text(&asset.site),
            text(&asset.zone),
            text(&asset.purdue_level),
            told(asset.matches.yes),
            told(asset.matches.unknown),
            lane,
            clock,
        ]
    })?;
    Ok(Exit::Done)
}

fn list_unmatched(global: &Global, app: &App, caller: &Caller, args: &UnmatchedArgs) -> Result<Exit> {
    if args.list.as_of.is_some() {
        bail!("this list is of now only: the reasons are said of today's documents; leave out --as-of");
    }
    if args.counts {
        return count_unmatched(global, app, caller, args);
    }
    let found = unmatched::list(app, caller, &open::list_query(app, &args.list)?, args.because)?;
    let items: Vec<UnmatchedAssetView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    output::list(
        global.output,
        &listed,
        &["Tag", "Vendor", "Product", "Order number", "Site", "Why", "Question"],
        |asset| {
            let text = |value: &Option<String>| output::said(value.as_ref());
            vec![
                asset.tag.clone(),
                text(&asset.vendor),
                text(&asset.product),
                text(&asset.order_number),
                text(&asset.site),
                asset.why.clone(),
                asset.questions.first().cloned().unwrap_or_default(),
            ]
        },
    )?;
    Ok(Exit::Done)
}

fn count_unmatched(global: &Global, app: &App, caller: &Caller, args: &UnmatchedArgs) -> Result<Exit> {
    let found = unmatched::counts(app, caller, &open::list_query(app, &args.list)?)?;
    let items: Vec<UnmatchedReasonView> = found.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    output::list(
        global.output,
        &Listed { items, next: None, count },
        &["Cause", "Assets", "Lines", "What it means"],
        |counted| {
            let lines = if counted.has_lines { "all open" } else { "none" };
            vec![counted.reason.clone(), counted.assets.to_string(), lines.to_owned(), counted.why.clone()]
        },
    )?;
    Ok(Exit::Done)
}

fn show(global: &Global, app: &App, caller: &Caller, args: &OneArgs) -> Result<Exit> {
    let as_of = open::as_of(args.as_of.as_deref())?;
    let asset = inventory::get(app, caller, &args.id, as_of)?;
    let matches = AssetMatches::counted(app, caller, std::slice::from_ref(&asset), as_of)?;
    let is_silent =
        unmatched::without_line(app, caller, std::slice::from_ref(&asset), as_of)?.contains(&true);
    let view = AssetView::of(&asset, matches.into_iter().next().unwrap_or_default(), app.now());
    output::value(global.output, &view, || {
        let fields = view.fields.iter().map(|field| {
            vec![field.field.clone(), field.value.clone(), field.source.clone(), field.observed_at.clone()]
        });
        let installed = view.installed.iter().map(|seen| {
            vec![
                output::said(seen.vendor.as_ref()),
                output::said(seen.product.as_ref()),
                output::said(seen.version.as_ref()),
                output::said(seen.purl.as_ref()),
            ]
        });
        format!(
            "{} (revision {})\n{}\n{}\n\n{}",
            view.line.tag,
            view.line.revision,
            spoken(&view, is_silent),
            output::table(&["Field", "Value", "Source", "Seen"], fields),
            output::table(&["Vendor", "Software", "Version", "Package URL"], installed),
        )
    })?;
    Ok(Exit::Done)
}

/// What advisories say of it, in a line; that none speaks of it is no "not affected".
fn spoken(view: &AssetView, is_silent: bool) -> String {
    let counts = view.line.matches;
    match (counts.yes, counts.unknown, is_silent) {
        (0, 0, true) => SILENT.to_owned(),
        (0, 0, false) => "no line says that it is affected: see `match list`".to_owned(),
        (yes, unknown, _) => format!("{yes} affected, {unknown} to check"),
    }
}

fn show_history(global: &Global, app: &App, caller: &Caller, args: &OneArgs) -> Result<Exit> {
    let items = history(&inventory::history(app, caller, &args.id)?);
    let count = items.len() as u64;
    let listed = Listed { items, next: None, count };
    output::list(global.output, &listed, &["Revision", "From", "Changes"], |revision| {
        let changes: Vec<String> = revision
            .changes
            .iter()
            .map(|change| {
                let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".to_owned());
                format!("{}: {} → {}", change.field, side(&change.before), side(&change.after))
            })
            .collect();
        vec![revision.revision.to_string(), revision.valid_from.clone(), changes.join(", ")]
    })?;
    Ok(Exit::Done)
}

fn set(global: &Global, app: &App, caller: &Caller, args: &SetArgs) -> Result<Exit> {
    let asset = inventory::get(app, caller, &args.id, Moment::OPEN)?;
    let mut fields = BTreeMap::new();
    for pair in &args.fields {
        let Some((field, value)) = pair.split_once('=') else { bail!("`{pair}` is no FIELD=VALUE") };
        let field: Field = field.parse()?;
        fields.insert(field, (!value.is_empty()).then(|| value.to_owned()));
    }
    let edit = Edit { expected_revision: asset.revision, fields, reason: global.reason.clone() };
    edit::edit(app, caller, asset.asset.id, &edit)?;
    show(global, app, caller, &OneArgs { id: asset.asset.id.to_string(), as_of: None })
}
