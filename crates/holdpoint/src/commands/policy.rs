//! `holdpoint policy …`: the written rules, what they would change, and who published them.

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use holdpoint_app::inventory::Run;
use holdpoint_app::policies::write::{self, Proposal, RevisionKey};
use holdpoint_app::policies::{dry_run, exchange, read, reviews};
use holdpoint_domain::Moment;
use holdpoint_domain::policy::PolicyKind;
use holdpoint_server::api::policy_views::{
    CheckedView, DiffView, DifferenceView, EffectView, PolicyLineView, ReviewView, RevisionView, RoundView,
    ShownView, TakenView,
};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Verbs on policies.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// List what holds: every kind, and the sites that have their own
    List,
    /// Show a policy's text: the one that holds, or a revision
    Show(ShowArgs),
    /// Say how two revisions differ; 0 is what the program brings along
    Diff(DiffArgs),
    /// Say whether a file is a policy, and what is wrong with which line
    Check(FileArgs),
    /// Say what a policy would change if it were published now
    DryRun(TryArgs),
    /// Propose the next revision out of a file; needs --reason and a person's token
    Propose(ProposeArgs),
    /// Publish a revision that another person proposed; needs a person's token
    Publish(RevisionArgs),
    /// Reject a revision that waits, or take back one's own; needs --reason and a person's token
    Reject(RevisionArgs),
    /// Hand out all policies that hold: into a folder, one file each, or into one file
    Export(PathArgs),
    /// Take in a file or folder: what differs is proposed; needs a person's token
    Import(ImportArgs),
    /// List revisions, the newest first
    History(ListArgs),
    /// List what was decided under an earlier revision and lacks something now
    Reviews(ListArgs),
    /// Close a review; --reason says what was found
    CloseReview(ReviewArgs),
    /// Say when the regular cycle comes round next
    Cycle(CycleArgs),
}

/// Which policy.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Its kind, such as `exemptions`
    pub kind: String,
    /// What holds at this site
    #[arg(long, value_name = "NAME", conflicts_with = "revision")]
    pub site: Option<String>,
    /// This revision; 0: what the program brings along
    #[arg(long, value_name = "N")]
    pub revision: Option<u64>,
}

/// Which two.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// Their kind
    pub kind: String,
    /// The earlier revision
    pub from: u64,
    /// The later one
    pub to: u64,
}

/// A text.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// A file with a policy, TOML
    pub file: PathBuf,
}

/// A text to try out.
#[derive(Debug, Args)]
pub struct TryArgs {
    /// A file with a policy, TOML
    pub file: PathBuf,
    /// Rows of this group alone
    #[arg(long, value_name = "KEY")]
    pub group: Option<String>,
    /// Leave so many rows of each group out
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub skip: usize,
    /// The most rows of each group
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub limit: usize,
}

/// What is proposed.
#[derive(Debug, Args)]
pub struct ProposeArgs {
    /// A file with a policy, TOML
    pub file: PathBuf,
    /// From when it is to hold: 2027-01-01 [default: from its publication on]
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
}

/// A revision.
#[derive(Debug, Args)]
pub struct RevisionArgs {
    /// Its kind
    pub kind: String,
    /// Its number
    pub revision: u64,
}

/// Where to.
#[derive(Debug, Args)]
pub struct PathArgs {
    /// A folder, or a file whose name ends in `.toml`
    pub path: PathBuf,
}

/// Where from.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// A file, or a folder with files whose names end in `.toml`
    pub path: PathBuf,
    /// Only say what differs
    #[arg(long)]
    pub dry_run: bool,
}

/// A review.
#[derive(Debug, Args)]
pub struct ReviewArgs {
    /// Its number
    pub number: u64,
}

/// Which cycle.
#[derive(Debug, Args)]
pub struct CycleArgs {
    /// The cycle of this site
    #[arg(long, value_name = "NAME")]
    pub site: Option<String>,
    /// How many rounds
    #[arg(long, default_value_t = 6, value_name = "N")]
    pub limit: usize,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &PolicyCommand) -> Result<Exit> {
    match command {
        PolicyCommand::List => list(global),
        PolicyCommand::Show(args) => show(global, args),
        PolicyCommand::Diff(args) => diff(global, args),
        PolicyCommand::Check(args) => check(global, &args.file),
        PolicyCommand::DryRun(args) => try_out(global, args),
        PolicyCommand::Propose(args) => propose(global, args),
        PolicyCommand::Publish(args) => {
            let (app, key) = (open::app(global)?, key(args)?);
            write::publish(&app, &open::person(&app)?, key, &global.reason)?;
            shown(global, key)
        }
        PolicyCommand::Reject(args) => {
            let (app, key) = (open::app(global)?, key(args)?);
            write::reject(&app, &open::person(&app)?, key, &global.reason)?;
            shown(global, key)
        }
        PolicyCommand::Export(args) => export(global, &args.path),
        PolicyCommand::Import(args) => import(global, args),
        PolicyCommand::History(args) => history(global, args),
        PolicyCommand::Reviews(args) => review_list(global, args),
        PolicyCommand::CloseReview(args) => {
            let app = open::app(global)?;
            let closed = reviews::close(&app, &open::person(&app)?, args.number, &global.reason)?;
            let view = ReviewView::from(closed);
            output::value(global.output, &view, || format!("closed: {}: {}", view.title, view.what))?;
            Ok(Exit::Done)
        }
        PolicyCommand::Cycle(args) => cycle(global, args),
    }
}

fn kind(word: &str) -> Result<PolicyKind> {
    Ok(word.parse()?)
}

fn key(args: &RevisionArgs) -> Result<RevisionKey> {
    Ok(RevisionKey { kind: kind(&args.kind)?, number: args.revision })
}

fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

fn list(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let found = read::list(&app, &open::operator())?;
    let items: Vec<PolicyLineView> = found.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Kind", "Site", "Revision", "Since", "By", "Published by", "Own values", "Waiting"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        let waiting: Vec<String> = one.waiting.iter().map(u64::to_string).collect();
        vec![
            one.kind.clone(),
            one.site.clone().unwrap_or_else(|| "all".to_owned()),
            one.revision.to_string(),
            one.since.clone().unwrap_or_else(|| "as delivered".to_owned()),
            one.author.clone().unwrap_or_default(),
            one.published_by.clone().unwrap_or_default(),
            one.own_values.to_string(),
            waiting.join(", "),
        ]
    })?;
    Ok(Exit::Done)
}

fn show(global: &Global, args: &ShowArgs) -> Result<Exit> {
    let (app, kind) = (open::app(global)?, kind(&args.kind)?);
    let number = match args.revision {
        Some(number) => number,
        None => read::holding_at(&app, &open::operator(), kind, args.site.as_deref())?,
    };
    shown(global, RevisionKey { kind, number })
}

fn shown(global: &Global, key: RevisionKey) -> Result<Exit> {
    let app = open::app(global)?;
    let view = ShownView::from(read::show(&app, &open::operator(), key)?);
    output::value(global.output, &view, || {
        let mut words = view.text.clone();
        let holds = if view.holds { ", and it holds" } else { "" };
        match &view.written {
            None => drop(writeln!(words, "\n# Revision 0{holds}: as delivered with the program.")),
            Some(one) => {
                let _ = writeln!(
                    words,
                    "\n# Revision {} is {}{holds}. By {}: {}",
                    one.revision, one.state, one.author, one.reason
                );
                if let Some(by) = &one.closed_by {
                    let note = one.note.clone().unwrap_or_default();
                    let _ = writeln!(words, "# {} by {by}. {note}", one.state);
                }
            }
        }
        for change in &view.changes {
            let _ = writeln!(words, "# {}", said(change));
        }
        output::printable(&words)
    })?;
    Ok(Exit::Done)
}

fn said(change: &DifferenceView) -> String {
    format!("{}: {} → {}", change.name, change.from, change.to)
}

fn diff(global: &Global, args: &DiffArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let between = read::diff(&app, &open::operator(), kind(&args.kind)?, args.from, args.to)?;
    let view = DiffView::from(between);
    output::value(global.output, &view, || {
        if view.changes.is_empty() {
            return "they say the same".to_owned();
        }
        let mut words: String = view.changes.iter().map(|one| said(one) + "\n").collect();
        for line in &view.lines {
            let _ = write!(words, "\n{:>4} - {}\n     + {}", line.line, line.before, line.after);
        }
        output::printable(&words)
    })?;
    Ok(Exit::Done)
}

fn check(global: &Global, file: &Path) -> Result<Exit> {
    let app = open::app(global)?;
    let view = CheckedView::from(read::check(&app, &open::operator(), &text(file)?)?);
    output::value(global.output, &view, || {
        let mut words = String::new();
        for fault in &view.faults {
            let _ = writeln!(words, "line {}: `{}`: {}; {}", fault.line, fault.key, fault.what, fault.remedy);
        }
        if let Some(kind) = &view.kind {
            let site = view.site.as_deref().unwrap_or("all sites");
            let _ = writeln!(words, "{kind} for {site}: it can be proposed");
            for key in &view.left_out {
                let _ = writeln!(words, "left out, so as the program brings it along: {key}");
            }
            for warning in &view.warnings {
                let _ = writeln!(words, "look at this: {warning}");
            }
            for change in &view.changes {
                let _ = writeln!(words, "against revision {}: {}", view.base, said(change));
            }
        }
        output::printable(&words)
    })?;
    Ok(if view.faults.is_empty() { Exit::Done } else { Exit::Partly })
}

fn try_out(global: &Global, args: &TryArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let rows = dry_run::Rows { group: args.group.clone(), skip: args.skip, limit: args.limit };
    let view = EffectView::from(dry_run::dry_run(&app, &open::operator(), &text(&args.file)?, &rows)?);
    output::value(global.output, &view, || {
        let mut words = String::new();
        for change in &view.changes {
            let _ = writeln!(words, "{}", said(change));
        }
        let _ = writeln!(words, "looked at: {} {}", view.looked_at, view.looked_at_what);
        if view.groups.is_empty() {
            let _ = writeln!(words, "nothing would change");
        }
        for group in &view.groups {
            let then = if group.then == "review" { " (they stay; a review is opened for each)" } else { "" };
            let _ = writeln!(words, "\n{}: {}{then} [{}]", group.count, group.title, group.key);
            for row in &group.rows {
                let _ = writeln!(words, "  {} {}: {} → {}", row.noun, row.title, row.from, row.to);
            }
        }
        for note in &view.notes {
            let _ = writeln!(words, "\nnot told: {note}");
        }
        output::printable(&words)
    })?;
    Ok(Exit::Done)
}

fn propose(global: &Global, args: &ProposeArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let from = args.from.as_deref().map(str::parse::<Moment>).transpose()?;
    let new = Proposal { text: text(&args.file)?, reason: global.reason.clone(), from };
    let key = write::propose(&app, &open::person(&app)?, &new)?;
    shown(global, key)
}

fn export(global: &Global, path: &Path) -> Result<Exit> {
    let app = open::app(global)?;
    let all = exchange::export(&app, &open::operator())?;
    let write = |path: &Path, text: &str| {
        std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
    };
    if path.extension().is_some_and(|ending| ending == "toml") {
        write(path, &exchange::one_file(&all))?;
    } else {
        std::fs::create_dir_all(path)
            .with_context(|| format!("cannot make the folder `{}`", path.display()))?;
        for one in &all {
            write(&path.join(&one.file), &one.text)?;
        }
    }
    eprintln!("{} policies", all.len());
    Ok(Exit::Done)
}

/// The files of a folder, joined as one, or the one file.
fn gathered(path: &Path) -> Result<String> {
    if !path.is_dir() {
        return text(path);
    }
    let entries = std::fs::read_dir(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    if files.is_empty() {
        bail!("`{}` holds no file whose name ends in `.toml`; nothing was changed", path.display());
    }
    let texts = files.iter().map(|file| text(file)).collect::<Result<Vec<_>>>()?;
    Ok(texts.join("\n+++\n"))
}

fn import(global: &Global, args: &ImportArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let file = gathered(&args.path)?;
    let (run, caller) =
        if args.dry_run { (Run::Dry, open::operator()) } else { (Run::Apply, open::person(&app)?) };
    let taken = exchange::import(&app, &caller, &file, run, &global.reason)?;
    let items: Vec<TakenView> = taken.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Kind", "Site", "Proposed", "What differs"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        let said: Vec<String> = one.changes.iter().map(said).collect();
        vec![
            one.kind.clone(),
            one.site.clone().unwrap_or_else(|| "all".to_owned()),
            one.proposed.map_or_else(String::new, |number| format!("revision {number}")),
            if said.is_empty() { "nothing".to_owned() } else { said.join("; ") },
        ]
    })?;
    Ok(Exit::Done)
}

fn history(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let page = read::revisions(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<RevisionView> = page.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: page.next, count: page.count.value };
    let header = ["Kind", "Revision", "Site", "State", "Proposed", "Author", "Holds from", "By", "Reason"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.kind.clone(),
            one.revision.to_string(),
            one.site.clone().unwrap_or_else(|| "all".to_owned()),
            one.state.clone(),
            one.proposed_at.clone(),
            one.author.clone(),
            one.holds_from.clone().unwrap_or_default(),
            one.closed_by.clone().unwrap_or_default(),
            one.reason.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn review_list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let page = reviews::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<ReviewView> = page.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: page.next, count: page.count.value };
    let header = ["Number", "Opened", "Policy", "What", "Lacks", "Closed by", "Found"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.number.to_string(),
            one.opened_at.clone(),
            format!("{} {}", one.kind, one.revision),
            one.title.clone(),
            one.what.clone(),
            one.closed_by.clone().unwrap_or_default(),
            one.note.clone().unwrap_or_default(),
        ]
    })?;
    Ok(Exit::Done)
}

fn cycle(global: &Global, args: &CycleArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let limit = args.limit.clamp(1, 100);
    let found = read::next_rounds(&app, &open::operator(), args.site.as_deref(), limit)?;
    let items: Vec<RoundView> = found.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Begins", "Evaluated by", "Tested by", "Installed by"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        vec![one.begins.clone(), one.evaluate_by.clone(), one.test_by.clone(), one.install_by.clone()]
    })?;
    Ok(Exit::Done)
}
