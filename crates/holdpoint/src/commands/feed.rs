//! `holdpoint feed …`

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::feeds::{self, NewFeed};
use holdpoint_domain::advisory::CheckResult;
use holdpoint_domain::intelligence::FeedKind;
use holdpoint_server::api::feeds::{FeedCheckView, FeedContentView, FeedImportView, FeedView};
use holdpoint_server::api::vex_authors::VexAuthorView;
use std::path::PathBuf;

/// Verbs on feeds.
#[derive(Debug, Subcommand)]
pub enum FeedCommand {
    /// List feeds with their last check and their age
    List,
    /// Say of each kind that was ever read which edition is here, and how old it is
    Status,
    /// Add a feed that is fetched, or a folder that is looked into
    Add(AddArgs),
    /// Read feeds now; every check is logged, also one that finds nothing
    Check(CheckArgs),
    /// Take in a file, a folder or a zip archive; the content tells its kind, or --kind does
    Import(ImportArgs),
    /// List checks
    Log(ListArgs),
    /// Forget a feed; what it said stays
    Remove(OneArgs),
    /// Authors of VEX documents whose all-clear counts
    #[command(subcommand)]
    Trust(TrustCommand),
}

/// Verbs on trusted authors of VEX documents. A product's own vendor needs an entry too.
#[derive(Debug, Subcommand)]
pub enum TrustCommand {
    /// List them with who said so, and why
    List,
    /// Trust an author for a time; needs --reason
    Add(TrustArgs),
    /// Trust an author no longer; needs --reason
    Remove(AuthorArgs),
}

/// Which author is to be trusted.
#[derive(Debug, Args)]
pub struct TrustArgs {
    /// As the documents write it; case and blanks do not matter
    pub author: String,
    /// Until when: 2027-06-30 [default: for a year]
    #[arg(long, value_name = "MOMENT")]
    pub until: Option<String>,
}

/// Which author.
#[derive(Debug, Args)]
pub struct AuthorArgs {
    /// As the documents write it; case and blanks do not matter
    pub author: String,
}

/// A feed.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// Name, for people
    pub name: String,
    /// What it carries: cve, nvd, kev, epss, osv, debian, redhat, msrc, microsoft-catalogue, wsusscn2, cyclonedx-vex,
    /// openvex; a folder can do without
    #[arg(long)]
    pub kind: Option<FeedKind>,
    /// https address of a file; may be repeated [default: where the kind is usually published]
    #[arg(long = "address", value_name = "URL")]
    pub addresses: Vec<String>,
    /// Folder into which files are put by hand
    #[arg(long, value_name = "FOLDER", conflicts_with = "addresses")]
    pub folder: Option<PathBuf>,
    /// Its own proxy, for example http://proxy.plant.example:3128
    #[arg(long)]
    pub proxy: Option<String>,
    /// PEM file with further TLS roots
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Minutes between checks [default: as suits the kind]
    #[arg(long, value_name = "MINUTES")]
    pub interval: Option<u32>,
}

/// Which feeds.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Name or id; without one, all that are enabled
    pub feed: Option<String>,
}

/// What to take in.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// A file (also .gz), a folder, or a zip archive
    pub path: PathBuf,
    /// Its kind, when its content does not tell
    #[arg(long)]
    pub kind: Option<FeedKind>,
}

/// One feed.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Name or id
    pub feed: String,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &FeedCommand) -> Result<Exit> {
    match command {
        FeedCommand::List => list(global),
        FeedCommand::Status => status(global),
        FeedCommand::Add(args) => add(global, args),
        FeedCommand::Check(args) => check(global, args),
        FeedCommand::Import(args) => import(global, args),
        FeedCommand::Log(args) => log(global, args),
        FeedCommand::Remove(args) => {
            let app = open::app(global)?;
            feeds::remove(&app, &open::operator(), &args.feed, &global.reason)?;
            Ok(Exit::Done)
        }
        FeedCommand::Trust(command) => trust(global, command),
    }
}

fn trust(global: &Global, command: &TrustCommand) -> Result<Exit> {
    let (app, caller) = (open::app(global)?, open::operator());
    match command {
        TrustCommand::List => {
            let all = feeds::trust::list(&app, &caller)?;
            let items: Vec<VexAuthorView> = all.into_iter().map(Into::into).collect();
            let count = items.len() as u64;
            let header = ["Author", "Since", "Until", "By", "Reason"];
            output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
                let (since, until) = (one.since.clone(), one.until.clone());
                vec![one.author.clone(), since, until, one.by.clone(), one.reason.clone()]
            })?;
        }
        TrustCommand::Add(args) => {
            let until = args.until.as_deref().map(str::parse).transpose()?;
            let added = feeds::trust::add(&app, &caller, &args.author, until, &global.reason)?;
            let view = VexAuthorView::from(added);
            output::value(global.output, &view, || format!("trusted until {}: {}", view.until, view.author))?;
        }
        TrustCommand::Remove(args) => feeds::trust::remove(&app, &caller, &args.author, &global.reason)?,
    }
    Ok(Exit::Done)
}

fn list(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let now = app.now();
    let known = feeds::feeds(&app, &open::operator())?;
    let items: Vec<FeedView> = known.into_iter().map(|one| FeedView::of(one, now)).collect();
    let count = items.len() as u64;
    let header = ["Name", "Kind", "Enabled", "Last check", "Result", "Last changed", "Records", "Message"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |feed| {
        let last = feed.last_check.as_ref();
        vec![
            feed.name.clone(),
            feed.kind.clone().unwrap_or_else(|| "told by content".to_owned()),
            if feed.enabled { "yes" } else { "no" }.to_owned(),
            last.map_or_else(|| "never".to_owned(), |check| check.finished_at.clone()),
            output::said(last.map(|check| &check.result)),
            feed.last_changed_at.clone().unwrap_or_else(|| "never".to_owned()),
            output::said(feed.content.as_ref().map(|content| &content.records)),
            last.map_or_else(String::new, |check| check.message.clone()),
        ]
    })?;
    Ok(Exit::Done)
}

fn status(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let now = app.now();
    let known = feeds::contents(&app, &open::operator())?;
    let items: Vec<FeedContentView> = known.into_iter().map(|one| FeedContentView::of(one, now)).collect();
    let count = items.len() as u64;
    let header = ["Kind", "Read", "Age", "Changed", "Edition", "Records"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |content| {
        vec![
            content.kind.clone(),
            content.read_at.clone(),
            age(content.age_seconds),
            content.changed_at.clone(),
            output::said(content.edition.as_ref()),
            content.records.to_string(),
        ]
    })?;
    Ok(Exit::Done)
}

/// An age as people say it.
pub fn age(seconds: u64) -> String {
    match seconds {
        0..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

fn add(global: &Global, args: &AddArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let path =
        |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let new = NewFeed {
        name: args.name.clone(),
        kind: args.kind,
        addresses: args.addresses.clone(),
        folder: path(&args.folder),
        proxy: args.proxy.clone().unwrap_or_default(),
        ca_file: path(&args.ca_file),
        interval_minutes: args.interval,
        enabled: None,
    };
    let added = feeds::add(&app, &open::operator(), &new, &global.reason)?;
    println!("added {} ({})", added.name, added.id);
    Ok(Exit::Done)
}

fn check(global: &Global, args: &CheckArgs) -> Result<Exit> {
    let (app, caller) = (open::app(global)?, open::operator());
    let wanted = match &args.feed {
        Some(name) => vec![name.clone()],
        None => feeds::feeds(&app, &caller)?
            .into_iter()
            .filter(|known| known.feed.enabled)
            .map(|known| known.feed.name)
            .collect(),
    };
    let mut exit = Exit::Done;
    let mut items = Vec::new();
    for name in wanted {
        let check = feeds::check(&app, &caller, &name, &global.reason)?;
        if check.result == CheckResult::Failed {
            exit = Exit::Partly;
        }
        items.push(FeedCheckView::from(check));
    }
    let count = items.len() as u64;
    print_checks(global, &Listed { items, next: None, count })?;
    Ok(exit)
}

fn log(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = feeds::checks(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<FeedCheckView> = found.items.into_iter().map(Into::into).collect();
    print_checks(global, &Listed { items, next: found.next, count: found.count.value })?;
    Ok(Exit::Done)
}

fn print_checks(global: &Global, listed: &Listed<FeedCheckView>) -> Result<()> {
    let header = ["Feed", "Started", "Result", "Files", "New", "Changed", "Withdrawn", "Message"];
    output::list(global.output, listed, &header, |check| {
        vec![
            check.source.clone(),
            check.started_at.clone(),
            check.result.clone(),
            check.files.read.to_string(),
            check.records.new.to_string(),
            check.records.changed.to_string(),
            check.records.withdrawn.to_string(),
            check.message.clone(),
        ]
    })
}

fn import(global: &Global, args: &ImportArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let report = feeds::import_path(&app, &open::operator(), &args.path, args.kind, &global.reason)?;
    let exit = if report.problems.is_empty() { Exit::Done } else { Exit::Partly };
    let view = FeedImportView::from(report);
    output::value(global.output, &view, || {
        let (files, records) = (view.files, view.records);
        let mut text = format!(
            "Kinds    {}\nFiles    {} read: {} taken in, {} unchanged, {} failed\n\
             Records  {} read: {} new, {} changed, {} unchanged, {} older than what is here, {} withdrawn\n",
            view.kinds.join(", "),
            files.read,
            files.taken,
            files.unchanged,
            files.failed,
            records.read,
            records.new,
            records.changed,
            records.unchanged,
            records.older,
            records.withdrawn,
        );
        for remark in &view.remarks {
            text.push_str(&format!("Remark   {remark}\n"));
        }
        if view.warnings > view.remarks.len() as u64 {
            text.push_str(&format!("         and {} more\n", view.warnings - view.remarks.len() as u64));
        }
        for file in &view.skipped {
            text.push_str(&format!("Skipped  {}: {}\n", file.name, file.why));
        }
        for problem in &view.problems {
            text.push_str(&format!("Problem  {}: {}\n", problem.name, problem.text));
        }
        text
    })?;
    Ok(exit)
}
