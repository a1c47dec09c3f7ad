//! `holdpoint baseline …`: how patches stand in approval baselines, and how assets compare with them.

use crate::cli::{Global, ListArgs};
use crate::commands::decision::{body, rows};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand, ValueEnum};
use holdpoint_app::approval::baselines::{self, EntryDeed, NewBaseline};
use holdpoint_app::approval::{compliance, evidence, export};
use holdpoint_domain::baseline::Baseline;
use holdpoint_server::api::approval_views::{
    AssetBaselineView, AssetComplianceView, BaselineLineView, BaselineView, ResolvedView,
};
use holdpoint_server::api::baseline_standing::NeededView;
use holdpoint_server::api::baselines::{NewBaselineBody, RowOutcome, scope};
use std::path::PathBuf;

/// Verbs on baselines.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// List baselines
    List(ListArgs),
    /// Show how every patch stands in a baseline, what is inherited included
    Show(ShowArgs),
    /// Make a baseline, as a file says (the API's JSON)
    Create(CreateArgs),
    /// Put a draft in force that somebody else made; needs --reason
    PutInForce(ForceArgs),
    /// Do something with patches of a baseline; needs --reason
    Set(SetArgs),
    /// Say how the assets that a baseline governs compare with it
    Drift(DriftArgs),
    /// Say what an asset should have, by the baselines that govern it
    For(ForArgs),
    /// Say what an authorisation of a patch would still need: evidence, signatures, the supplier's word
    Needed(NeededArgs),
    /// Write a baseline to a CSV file: every patch as it stands
    Export(ExportArgs),
}

/// Which baseline, and when.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Its id or name
    pub baseline: String,
    /// As it was at a moment
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

/// A baseline to be made.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// A file with the API's JSON
    pub file: PathBuf,
}

/// Which draft.
#[derive(Debug, Args)]
pub struct ForceArgs {
    /// Its id or name
    pub baseline: String,
}

/// What is done with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deed {
    /// Look again at what was refused
    Reopen,
    /// Refuse it, or take an authorisation back
    Refuse,
    /// Post an authorised patch for use
    Post,
    /// Set a hold
    Hold,
    /// Take a hold away
    Release,
}

/// Which patches of which baseline.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// The baseline's id or name
    pub baseline: String,
    /// What is done
    #[arg(value_enum)]
    pub deed: Deed,
    /// The patches
    #[arg(required = true)]
    pub patches: Vec<String>,
}

/// Which baseline.
#[derive(Debug, Args)]
pub struct DriftArgs {
    /// Its id or name
    pub baseline: String,
}

/// Which asset.
#[derive(Debug, Args)]
pub struct ForArgs {
    /// Its id or tag
    pub asset: String,
}

/// Which patch in which baseline.
#[derive(Debug, Args)]
pub struct NeededArgs {
    /// The baseline's id or name
    pub baseline: String,
    /// The patch
    pub patch: String,
}

/// Which baseline, and where to.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The baseline's id or name
    pub baseline: String,
    /// The file to write
    pub file: PathBuf,
    /// As it was at a moment
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &BaselineCommand) -> Result<Exit> {
    match command {
        BaselineCommand::List(args) => list(global, args),
        BaselineCommand::Show(args) => show(global, args),
        BaselineCommand::Create(args) => create(global, args),
        BaselineCommand::PutInForce(args) => {
            let app = open::app(global)?;
            let caller = open::person(&app)?;
            made(global, baselines::put_in_force(&app, &caller, &args.baseline, &global.reason)?)
        }
        BaselineCommand::Set(args) => set(global, args),
        BaselineCommand::Drift(args) => drift(global, args),
        BaselineCommand::For(args) => of_asset(global, args),
        BaselineCommand::Needed(args) => needed(global, args),
        BaselineCommand::Export(args) => export_file(global, args),
    }
}

fn list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = baselines::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<BaselineLineView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Name", "Inherits from", "Site", "Zone", "Patches", "Effective", "On hold"];
    output::list(global.output, &listed, &header, |line| {
        vec![
            line.baseline.name.clone(),
            line.parent.clone().unwrap_or_default(),
            line.site.clone().unwrap_or_default(),
            line.zone.clone().unwrap_or_default(),
            line.entries.to_string(),
            line.effective.to_string(),
            line.on_hold.to_string(),
        ]
    })?;
    Ok(Exit::Done)
}

fn show(global: &Global, args: &ShowArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let as_of = open::as_of(args.as_of.as_deref())?;
    let found = baselines::resolved(&app, &open::operator(), &args.baseline, as_of)?;
    let items: Vec<ResolvedView> = found.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header =
        ["Patch", "State", "Decided in", "Supplier", "Footing", "Risk owner", "Signed by", "Blocked by"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |row| {
        vec![
            row.entry.patch.clone(),
            row.entry.state.clone(),
            row.entry.baseline.clone(),
            row.supplier.text.clone(),
            row.footing.clone().unwrap_or_default(),
            row.risk_owner.clone().unwrap_or_default(),
            row.signed_by.join(", "),
            row.blocked.join("; "),
        ]
    })?;
    Ok(Exit::Done)
}

fn create(global: &Global, args: &CreateArgs) -> Result<Exit> {
    let body: NewBaselineBody = body(&args.file)?;
    let app = open::app(global)?;
    let reason = if body.reason.is_empty() { global.reason.clone() } else { body.reason };
    let new = NewBaseline {
        name: body.name,
        description: body.description,
        parent: body.parent,
        scope: scope(body.scope).map_err(|problem| anyhow!(problem.detail))?,
        reason,
    };
    made(global, baselines::create(&app, &open::person_or_operator(&app)?, &new)?)
}

fn made(global: &Global, one: Baseline) -> Result<Exit> {
    let view = BaselineView::from(one);
    output::value(global.output, &view, || {
        let force = if view.force == "draft" { "  (a draft: a second person puts it in force)" } else { "" };
        output::printable(&format!("{}  {}{force}\n", view.id, view.name))
    })?;
    Ok(Exit::Done)
}

fn set(global: &Global, args: &SetArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let deed = match args.deed {
        Deed::Reopen => EntryDeed::Reopen,
        Deed::Refuse => EntryDeed::Refuse,
        Deed::Post => EntryDeed::Post,
        Deed::Hold => EntryDeed::Hold,
        Deed::Release => EntryDeed::Release,
    };
    let caller = open::person(&app)?;
    let outcomes = args.patches.iter().map(|patch| {
        let done = baselines::act(&app, &caller, &args.baseline, patch, deed, &global.reason);
        RowOutcome::of(patch.clone(), done.map(|entry| entry.state.owner_state().word().to_owned()))
    });
    rows(global, outcomes.collect())
}

fn drift(global: &Global, args: &DriftArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = compliance::compliance(&app, &open::operator(), &args.baseline)?;
    let items: Vec<AssetComplianceView> = found.assets.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = [
        "Asset",
        "Stands",
        "As decided",
        "Effective not seen",
        "Seen not effective",
        "Unknown",
        "Superseded",
        "Blocked",
        "Missing",
    ];
    output::list(global.output, &Listed { items, next: None, count }, &header, |row| {
        vec![
            row.tag.clone(),
            row.word.clone(),
            row.as_decided.to_string(),
            row.effective_not_seen.to_string(),
            row.seen_not_effective.to_string(),
            row.unknown.to_string(),
            row.superseded.to_string(),
            row.blocked.to_string(),
            row.missing.join(", "),
        ]
    })?;
    Ok(Exit::Done)
}

fn of_asset(global: &Global, args: &ForArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let view = AssetBaselineView::from(baselines::for_asset(&app, &open::operator(), &args.asset)?);
    output::value(global.output, &view, || {
        let row =
            |word: &str, row: &ResolvedView, why: String| vec![row.entry.patch.clone(), word.to_owned(), why];
        let mut all: Vec<Vec<String>> =
            view.should_have.iter().map(|one| row("should have", one, String::new())).collect();
        all.extend(view.superseded.iter().map(|one| row("superseded", &one.row, one.why.clone())));
        all.extend(
            view.unsure.iter().map(|one| row("not known whether it applies", &one.row, one.why.clone())),
        );
        all.extend(view.blocked.iter().map(|one| row("blocked", one, one.blocked.join("; "))));
        let others = view.for_others.iter();
        all.extend(others.map(|one| vec![one.patch.clone(), "for others".to_owned(), one.why.clone()]));
        let head = format!(
            "governed by: {} ({}{})\n\n",
            view.baselines.join(", "),
            view.governing,
            if view.missing.is_empty() {
                String::new()
            } else {
                format!("; missing: {}", view.missing.join(", "))
            }
        );
        output::printable(&(head + &output::table(&["Patch", "For this asset", "Why"], all.into_iter())))
    })?;
    Ok(Exit::Done)
}

fn needed(global: &Global, args: &NeededArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = evidence::needed(&app, &open::operator(), &args.baseline, &args.patch)?;
    let view = NeededView::from(found);
    output::value(global.output, &view, || {
        let missing = if view.missing.is_empty() { "nothing".to_owned() } else { view.missing.join(", ") };
        let rows = [
            vec!["state".to_owned(), view.state.clone().unwrap_or_else(|| "not decided".to_owned())],
            vec!["risk".to_owned(), format!("{}: {}", view.risk, view.risk_why.join("; "))],
            vec!["signatures".to_owned(), view.signatures.to_string()],
            vec!["evidence".to_owned(), view.evidence.clone()],
            vec!["missing".to_owned(), missing],
            vec!["supplier".to_owned(), view.supplier.text.clone()],
            vec!["declined".to_owned(), view.declined.clone().unwrap_or_default()],
            vec!["waits".to_owned(), view.waiting_id.clone().unwrap_or_default()],
        ];
        output::printable(&output::table(&["What", "How it stands"], rows.into_iter()))
    })?;
    Ok(Exit::Done)
}

fn export_file(global: &Global, args: &ExportArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let as_of = open::as_of(args.as_of.as_deref())?;
    let bytes = export::csv(&app, &open::operator(), &args.baseline, as_of)?;
    std::fs::write(&args.file, bytes).with_context(|| format!("cannot write `{}`", args.file.display()))?;
    Ok(Exit::Done)
}
