//! `holdpoint patch …`

mod catalogue;
mod file;
mod matrix;
mod own;

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use holdpoint_app::patches;
use holdpoint_app::patches::fleet::FleetQuery;
use holdpoint_domain::Moment;
use holdpoint_domain::matching::Verdict;
use holdpoint_server::api::patch_views::{
    AssetLackView, AssetPatchesView, FleetLackView, PatchDetailView, PatchView, RowsWanted,
};

/// Verbs on patches.
#[derive(Debug, Subcommand)]
pub enum PatchCommand {
    /// List patches, the newest first
    List(ListArgs),
    /// Show a patch with what each source says of it
    Show(ShowArgs),
    /// Say how patches stand on an asset: installed, covered, missing or unknown, with the reason
    Covers(CoversArgs),
    /// Say which assets lack the patches against a vulnerability
    Lacking(LackingArgs),
    /// Show what suppliers say: patches × releases of their products
    Matrix(Box<matrix::MatrixArgs>),
    /// Say which patches to take first: the fewest that close the most
    Cover(catalogue::CoverArgs),
    /// Bring the patches of advisories' fixes up to date
    Gather,
    /// Read a repository of Linux packages; what the inventory has of it becomes patches
    ReadRepository(Box<catalogue::RepositoryArgs>),
    /// Write a file of the plant's own down as a patch that agents put in place
    Add(own::AddArgs),
    /// List the files of a patch that somebody put in
    Files(ShowArgs),
    /// Put a file of a patch in, with its origin and what a scan for malware found
    AddFile(Box<file::AddFileArgs>),
}

/// Which patch.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Its name, for example KB5034441 in any spelling
    pub name: String,
}

/// A standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StandingWord {
    /// Seen installed
    Installed,
    /// Covered by another patch or the build
    Covered,
    /// Missing
    Missing,
    /// Nobody can say
    Unknown,
}

/// Which asset, and which of its patches.
#[derive(Debug, Args)]
pub struct CoversArgs {
    /// Its tag or id
    pub asset: String,
    /// Only patches that stand so
    #[arg(long, value_enum)]
    pub standing: Option<StandingWord>,
    /// The most rows that are printed
    #[arg(long, default_value_t = 1000, value_name = "N")]
    pub limit: usize,
    /// Go on where a list ended
    #[arg(long, default_value_t = 0, value_name = "CURSOR")]
    pub cursor: usize,
}

/// Which vulnerability, and which of the assets.
#[derive(Debug, Args)]
pub struct LackingArgs {
    /// For example CVE-2024-21392
    pub vulnerability: String,
    /// Only these answers: yes, no, unknown
    #[arg(long, value_name = "VERDICT", value_delimiter = ',', value_parser = verdict)]
    pub verdict: Vec<Verdict>,
    /// The most rows that are printed
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub limit: u32,
    /// Go on where a list ended
    #[arg(long, default_value = "", value_name = "CURSOR", hide_default_value = true)]
    pub cursor: String,
}

fn verdict(text: &str) -> Result<Verdict, String> {
    text.parse().map_err(|error: holdpoint_domain::words::UnknownWord| error.to_string())
}

/// Carries out a verb.
pub fn run(global: &Global, command: &PatchCommand) -> Result<Exit> {
    match command {
        PatchCommand::List(args) => list(global, args),
        PatchCommand::Show(args) => show(global, args),
        PatchCommand::Covers(args) => covers(global, args),
        PatchCommand::Lacking(args) => lacking(global, args),
        PatchCommand::Matrix(args) => matrix::run(global, args),
        PatchCommand::Cover(args) => catalogue::fewest(global, args),
        PatchCommand::Gather => catalogue::gather(global),
        PatchCommand::ReadRepository(args) => catalogue::read(global, args),
        PatchCommand::Add(args) => own::add(global, args),
        PatchCommand::Files(args) => file::list(global, &args.name),
        PatchCommand::AddFile(args) => file::add(global, args),
    }
}

fn list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = patches::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<PatchView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Patch", "Class", "Severity", "Released", "Products", "Fixes", "Title"];
    output::list(global.output, &listed, &header, |patch| {
        vec![
            patch.name.clone(),
            patch.class.clone(),
            output::said(patch.severity.as_ref()),
            output::said(patch.released_at.as_ref()),
            output::counted(patch.products),
            output::counted(patch.fixes),
            output::said(patch.title.as_ref()),
        ]
    })?;
    Ok(Exit::Done)
}

fn show(global: &Global, args: &ShowArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let shown: PatchDetailView = patches::get(&app, &open::operator(), &args.name)?.into();
    output::value(global.output, &shown, || {
        let patch = &shown.patch;
        let mut text = format!("{}  {}\n", patch.name, output::said(patch.title.as_ref()));
        for record in &shown.records {
            text.push_str(&format!(
                "\n{} {}, known since {}\n",
                record.source, record.document, record.known_since
            ));
            let lists = [
                ("products", &record.products),
                ("fixes", &record.fixes),
                ("replaces", &record.supersedes),
                ("is replaced by", &record.superseded_by),
                ("needs", &record.needs),
            ];
            for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
                text.push_str(&format!("  {name}: {}\n", list.join(", ")));
            }
            let facts =
                [("restart", &record.restart), ("fixed build", &record.fixed_build), ("read", &record.url)];
            for (name, fact) in facts {
                if let Some(fact) = fact {
                    text.push_str(&format!("  {name}: {fact}\n"));
                }
            }
        }
        text.push_str(&said_text(&shown));
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}

fn said_text(shown: &PatchDetailView) -> String {
    let mut text = String::new();
    for one in &shown.statements {
        let version = one.version.as_deref().unwrap_or("(version not said)");
        let said = super::statement::when(one);
        text.push_str(&format!(
            "\n{} of {} {version}: {} ({}), {said}",
            one.publisher, one.product, one.word, one.state
        ));
        if let Some(conditions) = &one.conditions {
            text.push_str(&format!(", on condition: {conditions}"));
        }
    }
    for file in &shown.files {
        text.push_str(&format!(
            "\nfile {} {} bytes, scan: {}; {}",
            file.name, file.size_bytes, file.scan, file.note
        ));
    }
    text
}

fn covers(global: &Global, args: &CoversArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let (asset, found) = patches::asset::of_asset(&app, &open::operator(), &args.asset, Moment::OPEN)?;
    let standing = match args.standing {
        None => "",
        Some(StandingWord::Installed) => "installed",
        Some(StandingWord::Covered) => "covered",
        Some(StandingWord::Missing) => "missing",
        Some(StandingWord::Unknown) => "unknown",
    };
    let wanted = RowsWanted { standing: standing.to_owned(), offset: args.cursor, limit: args.limit };
    let view = AssetPatchesView::of(asset.asset.id.to_string(), asset.asset.tag, found, &wanted);
    output::value(global.output, &view, || covers_text(&view))?;
    Ok(Exit::Done)
}

fn covers_text(view: &AssetPatchesView) -> String {
    let mut text = format!("{}\n", view.tag);
    if view.products.is_empty() && view.patches.items.is_empty() {
        text.push_str(
            "no source that was read lists patches for this asset; nothing can be said of its patches\n",
        );
    }
    for product in &view.products {
        let candidates = if product.candidates.is_empty() {
            "no source that was read lists patches for it; nothing can be said".to_owned()
        } else {
            product.candidates.join(", or ")
        };
        text.push_str(&format!("{}: {candidates}\n", product.component));
    }
    if !view.listed && !view.products.is_empty() {
        text.push_str("nobody has listed the patches of this asset, so nothing is missing for certain\n");
    }
    let standings = &view.standings;
    text.push_str(&format!(
        "{} installed, {} covered, {} missing, {} unknown; missing patches fix {} vulnerabilities\n\n",
        standings.installed,
        standings.covered,
        standings.missing,
        standings.unknown,
        view.open_vulnerabilities.len()
    ));
    let rows = view.patches.items.iter().map(|row| {
        let newer = row.superseded_by.as_ref().map(|newer| format!("; {newer} does the same"));
        let why = format!("{}{}", row.why, newer.unwrap_or_default());
        vec![row.patch.clone(), row.standing.clone(), why, output::counted(row.fixes.len() as u64)]
    });
    text.push_str(&output::table(&["Patch", "Standing", "Why", "Fixes"], rows));
    if let Some(next) = &view.patches.next {
        text.push_str(&format!("\nhint: more with --cursor {next}"));
    }
    text
}

fn lacking(global: &Global, args: &LackingArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let query = FleetQuery {
        reference: args.vulnerability.clone(),
        verdicts: args.verdict.clone(),
        after: args.cursor.clone(),
        limit: args.limit,
    };
    let lack = patches::fleet::lacking(&app, &open::operator(), &query)?;
    let is_wanted = |verdict: Verdict| args.verdict.is_empty() || args.verdict.contains(&verdict);
    let counts = [(Verdict::Yes, lack.yes), (Verdict::No, lack.no), (Verdict::Unknown, lack.unknown)];
    let n_wanted = counts.into_iter().filter(|(verdict, _)| is_wanted(*verdict)).map(|(_, n)| n).sum();
    let view = FleetLackView::of(lack, n_wanted);
    output::value(global.output, &view, || {
        let head = if view.has_patches {
            format!(
                "{}: {} lack the patches, {} have one of them, of {} nobody can say; for the products of {} more no \
                 patch is listed\n\n",
                view.reference, view.yes, view.no, view.unknown, view.not_listed
            )
        } else {
            format!(
                "{}: no source that was read lists a patch against it; nothing can be said\n",
                view.reference
            )
        };
        let row = |asset: &AssetLackView| vec![asset.tag.clone(), asset.verdict.clone(), asset.why.clone()];
        let mut text = head + &output::table(&["Asset", "Lacks", "Why"], view.assets.items.iter().map(row));
        if let Some(next) = &view.assets.next {
            text.push_str(&format!("\nhint: more with --cursor {next}"));
        }
        text
    })?;
    Ok(Exit::Done)
}
