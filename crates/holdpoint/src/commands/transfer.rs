//! `holdpoint transfer …`: across the air gap, with keys that people keep.

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use holdpoint_app::transfer::{self, Carried, Gathered, Going, NewSite, Places, Signing};
use holdpoint_domain::transfer::OverrideState;
use holdpoint_server::api::transfers::{
    AgeView, BundleView, KeptFileView, OfficeApprovalView, OverrideView, PlacedView, WaitingView,
};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Verbs on transfers.
#[derive(Debug, Subcommand)]
pub enum TransferCommand {
    /// List bundles that were made, taken or refused
    List(ListArgs),
    /// How old what a site has is
    Age(SiteArgs),
    /// Make a key, into a new file; its public half is printed. Needs no database
    Key(KeyArgs),
    /// Make an unsigned root, which says which keys count. Needs no database
    Root(RootArgs),
    /// Add a key's signature to a paper: a root, or a list of files. Needs no database
    Sign(SignArgs),
    /// Put what is known here into a folder, with a list for people to sign
    Stage(StageArgs),
    /// Make the bundle of a site from a folder that people have signed
    Export(ExportArgs),
    /// Pin the first root of a repository, which came by another way than the bundle
    Pin(PinArgs),
    /// Say what would become of a bundle; nothing is taken in
    Check(ImportArgs),
    /// Take a bundle in
    Import(ImportArgs),
    /// What the office decided, beside what stands here
    Approvals(SiteArgs),
    /// What came with bundles and is kept: list it, or write one file of it
    Kept(KeptArgs),
    /// What came with bundles and waits for its place, with the reason
    Waiting(WaitingArgs),
    /// Try again to place what waits
    Place(PlaceArgs),
    /// Make the bundle that a site sends back
    Results(ResultsArgs),
    /// Two persons' word that an expired bundle may come in
    #[command(subcommand)]
    Override(OverrideCommand),
}

/// A site.
#[derive(Debug, Args)]
pub struct SiteArgs {
    /// The site's name
    pub site: String,
}

/// A site, and a file that came from it or for it.
#[derive(Debug, Args)]
pub struct KeptArgs {
    /// The site's name
    pub site: String,
    /// The file; without it all are listed
    #[arg(requires = "to")]
    pub name: Option<String>,
    /// Where it goes
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
}

/// A site, or all.
#[derive(Debug, Args)]
pub struct WaitingArgs {
    /// The site's name; without it all are listed
    pub site: Option<String>,
}

/// What is to be placed.
#[derive(Debug, Args)]
pub struct PlaceArgs {
    /// The site's name; without it what came for any
    pub site: Option<String>,
    /// Only this thing, by its id
    #[arg(long, value_name = "ID")]
    pub only: Option<String>,
}

/// Where a key goes.
#[derive(Debug, Args)]
pub struct KeyArgs {
    /// The new file
    pub file: PathBuf,
}

/// Which keys count.
#[derive(Debug, Args)]
pub struct RootArgs {
    /// The new file, by its version: 1.root.json
    pub file: PathBuf,
    /// A public key that is kept offline; once for each
    #[arg(long = "offline", value_name = "KEY", required = true)]
    pub offline: Vec<String>,
    /// How many of them must sign
    #[arg(long, default_value_t = 2)]
    pub threshold: usize,
    /// The public key of the server
    #[arg(long, value_name = "KEY")]
    pub online: String,
    /// Its version
    #[arg(long, default_value_t = 1)]
    pub version: u64,
    /// How many days it holds
    #[arg(long, default_value_t = 730)]
    pub days: u32,
}

/// A paper and a key.
#[derive(Debug, Args)]
pub struct SignArgs {
    /// The paper
    pub paper: PathBuf,
    /// The file of the key
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// What is staged.
#[derive(Debug, Args)]
pub struct StageArgs {
    /// The folder; it becomes the image repository
    pub folder: PathBuf,
    /// A folder with files of feeds
    #[arg(long, value_name = "FOLDER")]
    pub feeds: Option<PathBuf>,
    /// A folder with suppliers' lists of what they qualified
    #[arg(long, value_name = "FOLDER")]
    pub statements: Option<PathBuf>,
    /// A folder with signed papers for devices: roots and images
    #[arg(long, value_name = "FOLDER")]
    pub papers: Option<PathBuf>,
    /// A patch that travels along, with what its sources say of it and its kept files; once for each
    #[arg(long = "patch", value_name = "PATCH")]
    pub patches: Vec<String>,
    /// A baseline whose decisions travel along; once for each
    #[arg(long = "baseline", value_name = "NAME")]
    pub baselines: Vec<String>,
    /// A site whose results say what it has taken in: that does not travel again, and the bundle is for this site alone
    #[arg(long, value_name = "SITE")]
    pub since: Option<String>,
}

/// What is made of it.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The signed folder
    pub folder: PathBuf,
    /// The new file
    pub file: PathBuf,
    /// The site's name
    #[arg(long)]
    pub site: String,
    /// The root of the site's orders
    #[arg(long, value_name = "FILE")]
    pub order_root: PathBuf,
    /// The file of the server's key
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The serial number of the medium
    #[arg(long, default_value = "", hide_default_value = true)]
    pub medium: String,
    /// Who carries it
    #[arg(long, default_value = "", hide_default_value = true)]
    pub carrier: String,
    /// This is the first bundle for a site of which nothing is known here yet
    #[arg(long)]
    pub first: bool,
    /// The highest number that the other end has seen, when data here was put back from a backup
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    pub after: u64,
    /// The file with the highest numbers; keep it outside of the data directory
    #[arg(long, value_name = "FILE", env = "HOLDPOINT_TRANSFER_LEDGER")]
    pub ledger: Option<PathBuf>,
}

/// A root.
#[derive(Debug, Args)]
pub struct PinArgs {
    /// Of which repository: image, order or results
    pub repository: String,
    /// The file
    pub file: PathBuf,
    /// The site's name
    #[arg(long)]
    pub site: String,
}

/// A bundle.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The bundle: a file or a folder
    pub bundle: PathBuf,
    /// The site's name
    #[arg(long)]
    pub site: String,
    /// The serial number of the medium
    #[arg(long, default_value = "", hide_default_value = true)]
    pub medium: String,
    /// Who carried it
    #[arg(long, default_value = "", hide_default_value = true)]
    pub carrier: String,
    /// The hash that was written down at the other end
    #[arg(long, default_value = "", hide_default_value = true)]
    pub sha256: String,
    /// The file with the highest numbers; keep it outside of the data directory
    #[arg(long, value_name = "FILE", env = "HOLDPOINT_TRANSFER_LEDGER")]
    pub ledger: Option<PathBuf>,
}

/// What goes back.
#[derive(Debug, Args)]
pub struct ResultsArgs {
    /// The new file
    pub file: PathBuf,
    /// The site's name
    #[arg(long)]
    pub site: String,
    /// The root of the site's results
    #[arg(long, value_name = "FILE")]
    pub root: PathBuf,
    /// The file of the site's key
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The serial number of the medium
    #[arg(long, default_value = "", hide_default_value = true)]
    pub medium: String,
    /// Who carries it
    #[arg(long, default_value = "", hide_default_value = true)]
    pub carrier: String,
    /// The highest number that the other end has seen, when data here was put back from a backup
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    pub after: u64,
    /// The file with the highest numbers; keep it outside of the data directory
    #[arg(long, value_name = "FILE", env = "HOLDPOINT_TRANSFER_LEDGER")]
    pub ledger: Option<PathBuf>,
}

/// Verbs on overrides.
#[derive(Debug, Subcommand)]
pub enum OverrideCommand {
    /// List overrides
    List,
    /// Ask that a refused bundle may come in although it expired; needs --reason
    Ask(BundleArgs),
    /// Agree, as a second person
    Agree(BundleArgs),
    /// Decline
    Decline(BundleArgs),
}

/// A bundle or an override.
#[derive(Debug, Args)]
pub struct BundleArgs {
    /// Its id
    pub id: String,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &TransferCommand) -> Result<Exit> {
    match command {
        TransferCommand::List(args) => return list(global, args),
        TransferCommand::Age(args) => return age(global, &args.site),
        TransferCommand::Key(args) => key(global, &args.file)?,
        TransferCommand::Root(args) => root(global, args)?,
        TransferCommand::Sign(args) => {
            sign(global, args)?;
        }
        TransferCommand::Stage(args) => return stage(global, args),
        TransferCommand::Export(args) => export(global, args)?,
        TransferCommand::Pin(args) => pin(global, args)?,
        TransferCommand::Check(args) => return import(global, args, Some(())),
        TransferCommand::Import(args) => return import(global, args, None),
        TransferCommand::Approvals(args) => approvals(global, &args.site)?,
        TransferCommand::Kept(args) => kept(global, args)?,
        TransferCommand::Waiting(args) => return waiting(global, args.site.as_deref()),
        TransferCommand::Place(args) => return place(global, args),
        TransferCommand::Results(args) => results(global, args)?,
        TransferCommand::Override(command) => overrides(global, command)?,
    }
    Ok(Exit::Done)
}

fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

fn list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = transfer::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<BundleView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Id", "When", "Way", "Kind", "Site", "No", "State", "Made", "Expires", "Medium", "What"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.id.clone(),
            one.at.clone(),
            one.direction.clone(),
            one.kind.clone(),
            one.site.clone(),
            one.sequence.to_string(),
            one.state.clone(),
            one.made_at.clone().unwrap_or_else(|| "?".to_owned()),
            one.expires_at.clone().unwrap_or_else(|| "?".to_owned()),
            one.medium.clone().unwrap_or_default(),
            match (one.waiting, one.words.clone().unwrap_or_default()) {
                (0, words) => words,
                (waiting, words) => format!("{waiting} waiting; {words}"),
            },
        ]
    })?;
    Ok(Exit::Done)
}

fn age(global: &Global, site: &str) -> Result<Exit> {
    let app = open::app(global)?;
    let view = AgeView::from(transfer::age(&app, &open::operator(), site)?);
    output::value(global.output, &view, || {
        let age = match (&view.days, &view.expired_at) {
            (None, _) => format!("Nobody knows how old the data of {site} is: no bundle was taken in."),
            (Some(days), None) => format!("The data of {site} is {days} days old."),
            (Some(days), Some(at)) => format!(
                "The data of {site} is {days} days old and expired at {at}. Read it, and do not trust it as current."
            ),
        };
        let by = view.overridden.as_ref().map(overridden).unwrap_or_default();
        format!("{age}{by}")
    })?;
    Ok(if view.expired_at.is_some() || view.days.is_none() { Exit::Partly } else { Exit::Done })
}

/// By whose word data came in that had expired.
fn overridden(one: &OverrideView) -> String {
    let agreed = one.agreed_by.as_deref().unwrap_or("nobody");
    output::printable(&format!(
        " It had expired at {} when it came in: {} asked for that and {agreed} agreed, because: {}",
        one.expired_at, one.asked_by, one.reason
    ))
}

fn approvals(global: &Global, site: &str) -> Result<()> {
    let app = open::app(global)?;
    let all = transfer::approvals(&app, &open::operator(), site)?;
    let all: Vec<OfficeApprovalView> = all.into_iter().map(Into::into).collect();
    let listed = Listed { count: all.len() as u64, items: all, next: None };
    let header = ["Baseline", "Patch", "Office", "Here", "Signed by", "Rests on", "Bundle"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.baseline.clone(),
            one.patch.clone(),
            one.state.clone(),
            one.here.clone().unwrap_or_else(|| "nobody has decided".to_owned()),
            one.signed_by.clone().unwrap_or_default(),
            one.evidence.clone().unwrap_or_default(),
            one.sequence.to_string(),
        ]
    })
}

fn kept(global: &Global, args: &KeptArgs) -> Result<()> {
    let app = open::app(global)?;
    if let (Some(name), Some(to)) = (&args.name, &args.to) {
        let bytes = transfer::kept_bytes(&app, &open::operator(), (&args.site, name))?;
        write_new(to, &bytes)?;
        return output::value(global.output, &json!({"file": to, "size_bytes": bytes.len()}), || {
            format!("{} bytes are in {}.", bytes.len(), to.display())
        });
    }
    let all = transfer::kept(&app, &open::operator(), &args.site)?;
    let all: Vec<KeptFileView> = all.into_iter().map(Into::into).collect();
    let listed = Listed { count: all.len() as u64, items: all, next: None };
    output::list(global.output, &listed, &["Name", "Bundle", "Bytes", "SHA-256"], |one| {
        vec![one.name.clone(), one.sequence.to_string(), one.size_bytes.to_string(), one.sha256.clone()]
    })
}

fn waiting(global: &Global, site: Option<&str>) -> Result<Exit> {
    let app = open::app(global)?;
    let all = transfer::waiting(&app, &open::operator(), site)?;
    let all: Vec<WaitingView> = all.into_iter().map(Into::into).collect();
    let listed = Listed { count: all.len() as u64, items: all, next: None };
    let header = ["Id", "Site", "Bundle", "Kind", "Name", "Patch", "Bytes", "Why"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.id.clone(),
            one.site.clone(),
            one.sequence.to_string(),
            one.kind.clone(),
            one.name.clone(),
            one.patch.clone().unwrap_or_default(),
            one.size_bytes.to_string(),
            one.why.clone(),
        ]
    })?;
    Ok(if listed.items.is_empty() { Exit::Done } else { Exit::Partly })
}

fn place(global: &Global, args: &PlaceArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let which = (args.site.as_deref(), args.only.as_deref());
    let view = PlacedView::from(transfer::place(&app, &open::operator(), which, &global.reason)?);
    output::value(global.output, &view, || {
        let mut out = format!("{} placed, {} still waiting.\n", view.placed.len(), view.left.len());
        for name in &view.placed {
            out.push_str(&format!("Placed   {}\n", output::printable(name)));
        }
        for one in &view.left {
            let line = format!("Waiting  {}: {}\n", one.name, one.why);
            out.push_str(&output::printable(&line));
        }
        out
    })?;
    Ok(if view.left.is_empty() { Exit::Done } else { Exit::Partly })
}

fn key(global: &Global, file: &Path) -> Result<()> {
    use std::io::Write;
    let (private, public) = transfer::new_key();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut out = options.open(file).with_context(|| format!("cannot make `{}`", file.display()))?;
    out.write_all(private.as_bytes())?;
    output::value(global.output, &json!({"public": public}), || public.clone())
}

fn sign(global: &Global, args: &SignArgs) -> Result<()> {
    let signed = transfer::sign_file(&args.paper, &text(&args.key)?)?;
    let counted: Vec<_> = signed
        .counted
        .iter()
        .map(|(version, have, want)| json!({"root": version, "signed": have, "wanted": want}))
        .collect();
    output::value(global.output, &json!({"signed_by": signed.signers, "counted": counted}), || {
        let mut lines =
            vec![format!("signed by {} keys: {}", signed.signers.len(), signed.signers.join(" "))];
        lines.extend(signed.counted.iter().map(|(version, have, want)| {
            format!("Of the keys that root {version} names, {have} have signed it; it wants {want}.")
        }));
        if signed.counted.is_empty() {
            lines.push("No root lies beside it, so nobody has looked whether this key counts.".to_owned());
        }
        lines.join("\n")
    })
}

/// Writes a file that is not there yet: what lies there may be signed, or on its way.
fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write;
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(path).with_context(|| {
            format!("cannot make `{}`; give it a name that is not there yet", path.display())
        })?;
    file.write_all(bytes).with_context(|| format!("cannot write `{}`", path.display()))
}

fn root(global: &Global, args: &RootArgs) -> Result<()> {
    use holdpoint_app::edge::{Clock, SystemClock};
    let signing = Signing {
        offline: args.offline.clone(),
        threshold: args.threshold,
        online: args.online.clone(),
        version: args.version,
        days: args.days,
    };
    let root = transfer::new_root(&signing, SystemClock.now())?;
    write_new(&args.file, &root)?;
    let wants = if args.version == 1 { "those keys" } else { "those keys and the ones before" };
    output::value(global.output, &json!({"file": args.file}), || {
        format!(
            "Nobody has signed it yet. It counts when {} of {wants} have: `transfer sign`.",
            args.threshold
        )
    })
}

fn stage(global: &Global, args: &StageArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let from = Gathered {
        feeds: args.feeds.as_deref(),
        statements: args.statements.as_deref(),
        papers: args.papers.as_deref(),
        patches: &args.patches,
        baselines: &args.baselines,
        since: args.since.as_deref(),
    };
    let staged = transfer::stage(&app, &open::operator(), &args.folder, &from)?;
    let value = json!({"version": staged.version, "items": staged.items, "missing": staged.missing,
        "came_before": staged.came_before, "builds_on": staged.builds_on});
    output::value(global.output, &value, || {
        let mut out = format!(
            "List {} with {:?}. Have enough people sign targets.json, then export.\n",
            staged.version, staged.items
        );
        if !staged.builds_on.is_empty() {
            let line = format!("It {}: {} things are there already.\n", staged.builds_on, staged.came_before);
            out.push_str(&output::printable(&line));
        }
        for missing in &staged.missing {
            out.push_str(&format!("Missing  {}\n", output::printable(missing)));
        }
        out
    })?;
    Ok(if staged.missing.is_empty() { Exit::Done } else { Exit::Partly })
}

fn export(global: &Global, args: &ExportArgs) -> Result<()> {
    let app = open::app(global)?;
    let key = text(&args.key)?;
    let made = transfer::export(
        &app,
        &open::operator(),
        (&args.folder, &args.order_root, &key, holdpoint_tuf::believe),
        &Going {
            site: &args.site,
            new_site: if args.first { NewSite::First } else { NewSite::Refused },
            out: &args.file,
            medium: &args.medium,
            carrier: &args.carrier,
            ledger: &places(global, args.ledger.as_deref())?.ledger,
            after: args.after,
        },
    )?;
    shown(global, made.bundle.into(), &format!("Write down for the other end: {}", made.sha256))
}

fn results(global: &Global, args: &ResultsArgs) -> Result<()> {
    let app = open::app(global)?;
    let key = text(&args.key)?;
    let made = transfer::results(
        &app,
        &open::operator(),
        (&args.root, &key),
        &Going {
            site: &args.site,
            new_site: NewSite::Refused,
            out: &args.file,
            medium: &args.medium,
            carrier: &args.carrier,
            ledger: &places(global, args.ledger.as_deref())?.ledger,
            after: args.after,
        },
    )?;
    shown(global, made.bundle.into(), &format!("Write down for the other end: {}", made.sha256))
}

fn shown(global: &Global, view: BundleView, more: &str) -> Result<()> {
    output::value(global.output, &view, || {
        format!("Bundle {} ({}) of {} is {}.\n{more}", view.sequence, view.kind, view.site, view.state)
    })
}

fn pin(global: &Global, args: &PinArgs) -> Result<()> {
    let app = open::app(global)?;
    let root = std::fs::read(&args.file).with_context(|| format!("cannot read `{}`", args.file.display()))?;
    let what = (args.site.as_str(), args.repository.as_str());
    let hash = transfer::pin(&app, &open::operator(), what, &root, &global.reason)?;
    output::value(global.output, &json!({"fingerprint": hash}), || {
        format!("Pinned. Compare with what was told by another way: {hash}")
    })
}

/// Where this installation keeps what belongs to transfers.
pub fn places(global: &Global, ledger: Option<&Path>) -> Result<Places> {
    let data = open::data_dir(global)?;
    // Each installation has its own: two that lie in one folder have seen different bundles.
    let mut own = data.file_name().unwrap_or_default().to_os_string();
    own.push("-transfer.json");
    let beside = data.with_file_name(own);
    Ok(Places {
        quarantine: data.join("transfer"),
        ledger: ledger.map_or(beside, Path::to_path_buf),
        reader: holdpoint_tuf::believe,
    })
}

fn import(global: &Global, args: &ImportArgs, only: Option<()>) -> Result<Exit> {
    let app = open::app(global)?;
    let carried = Carried { medium: &args.medium, carrier: &args.carrier, sha256: &args.sha256 };
    let places = places(global, args.ledger.as_deref())?;
    let what = (args.bundle.as_path(), args.site.as_str());
    let taken = transfer::import(&app, &open::operator(), what, &places, (carried, only), &global.reason)?;
    let view = BundleView::from(taken.bundle);
    let waiting: Vec<WaitingView> = taken.waiting.into_iter().map(Into::into).collect();
    let value = json!({"bundle": view, "items": taken.items, "problems": taken.problems,
        "placed": taken.placed, "waiting": waiting});
    output::value(global.output, &value, || {
        let verb = match (only.is_some(), view.state == "taken_expired") {
            (true, _) => "would be taken in",
            (false, true) => "had expired, and was taken in by the word of two persons",
            (false, false) => "was taken in",
        };
        let mut out = format!("Bundle {} for {} {verb}: {:?}\n", view.sequence, view.site, taken.items);
        if only.is_some()
            && let Some(words) = &view.words
        {
            out.push_str(&format!("It {}.\n", output::printable(words)));
        }
        for problem in &taken.problems {
            out.push_str(&format!("Problem  {}\n", output::printable(problem)));
        }
        for name in &taken.placed {
            out.push_str(&format!("Placed   {} (it waited)\n", output::printable(name)));
        }
        for one in waiting.iter().filter(|one| one.sequence != view.sequence) {
            let line = format!("Waiting  {} (bundle {}): {}\n", one.name, one.sequence, one.why);
            out.push_str(&output::printable(&line));
        }
        out
    })?;
    Ok(if taken.problems.is_empty() && waiting.is_empty() { Exit::Done } else { Exit::Partly })
}

fn overrides(global: &Global, command: &OverrideCommand) -> Result<()> {
    let app = open::app(global)?;
    let one = match command {
        OverrideCommand::List => {
            let all = transfer::overrides(&app, &open::operator())?;
            let all: Vec<OverrideView> = all.into_iter().map(Into::into).collect();
            return output::value(global.output, &all, || {
                let rows = all.iter().map(|one| {
                    vec![
                        one.id.clone(),
                        one.site.clone(),
                        one.sequence.to_string(),
                        one.state.clone(),
                        one.reason.clone(),
                    ]
                });
                output::table(&["Id", "Site", "No", "State", "Reason"], rows)
            });
        }
        OverrideCommand::Ask(args) => {
            transfer::ask_override(&app, &open::person(&app)?, &args.id, &global.reason)?
        }
        OverrideCommand::Agree(args) => transfer::answer_override(
            &app,
            &open::person(&app)?,
            &args.id,
            OverrideState::Agreed,
            &global.reason,
        )?,
        OverrideCommand::Decline(args) => transfer::answer_override(
            &app,
            &open::person(&app)?,
            &args.id,
            OverrideState::Declined,
            &global.reason,
        )?,
    };
    let view = OverrideView::from(one);
    output::value(global.output, &view, || {
        format!("Override {} is {}, until {}.", view.id, view.state, view.until)
    })
}
