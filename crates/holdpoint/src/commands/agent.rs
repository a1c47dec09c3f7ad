//! `holdpoint agent …`: the agent of this device. It needs no database and no server's data.

use crate::cli::Global;
use crate::exit::Exit;
use crate::output::{self, Listed};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use holdpoint_agent::agent::Enrolled;
use holdpoint_agent::command::{self, OrderStatus, Status};
use holdpoint_agent::enrol::{self, Enrolment};
use holdpoint_agent::journal::{Entry, Line};
use holdpoint_agent::local::{self, Word};
use holdpoint_agent::run as rounds;
use holdpoint_agent::settings::Settings;
use holdpoint_agent::wire::text::{Hash, Id, Words};
use std::path::{Path, PathBuf};

/// Verbs on the agent of this device.
#[derive(Debug, Subcommand)]
pub enum AgentCommand {
    /// Enrol this device with a code that the server showed to a person
    Enrol(EnrolArgs),
    /// Enrol this device without a connection, from a file that a person brought
    Adopt(AdoptArgs),
    /// Ask for work and carry it out, until ended
    Run(Places),
    /// One round: ask, carry out, report; with the server, or with a folder that a person carries
    Once(OnceArgs),
    /// Have the certificate of this device renewed now; it happens by itself every half year
    Renew(Places),
    /// What is installed on this device, as the agent sees it
    Inventory(Places),
    /// How the agent stands: who it is, its orders, what was not delivered
    Status(Places),
    /// What was about to be done and what became of it, line by line
    Journal(Places),
    /// Say yes to an order that waits for somebody at the device
    Confirm(WordArgs),
    /// Put an order off, as often as it allows
    Postpone(WordArgs),
    /// Say that the clock is right now though it went back; needs `--reason`
    ClockCorrected(Places),
}

/// Where the agent keeps and finds things.
#[derive(Debug, Clone, Args)]
pub struct Places {
    /// The agent's own folder
    #[arg(
        long,
        env = "HOLDPOINT_AGENT_STATE",
        value_name = "FOLDER",
        default_value = "/var/lib/holdpoint-agent"
    )]
    pub state: PathBuf,
    /// The file apart from it with the highest numbers seen
    #[arg(
        long,
        env = "HOLDPOINT_AGENT_WITNESS",
        value_name = "FILE",
        default_value = "/etc/holdpoint-agent/seen"
    )]
    pub witness: PathBuf,
    /// The scripts that may be ordered by name
    #[arg(
        long,
        env = "HOLDPOINT_AGENT_SCRIPTS",
        value_name = "FOLDER",
        default_value = "/etc/holdpoint-agent/scripts"
    )]
    pub scripts: PathBuf,
}

/// How to enrol.
#[derive(Debug, Args)]
pub struct EnrolArgs {
    /// The server's door for agents, as HOST:PORT
    pub server: String,
    /// SHA-256 of the certificate of the server or of its authority, as the server shows it
    #[arg(long, value_name = "HASH")]
    pub fingerprint: String,
    /// The code; it works once
    #[arg(long, value_name = "CODE")]
    pub code: String,
    /// SHA-256 of the first root, when it was brought another way; else the server's word is taken
    #[arg(long, value_name = "HASH")]
    pub root: Option<String>,
    /// Where things are kept
    #[command(flatten)]
    pub places: Places,
}

/// What was brought.
#[derive(Debug, Args)]
pub struct AdoptArgs {
    /// The file
    pub file: PathBuf,
    /// SHA-256 of the first root, brought another way than the file
    #[arg(long, value_name = "HASH")]
    pub root: String,
    /// Where things are kept
    #[command(flatten)]
    pub places: Places,
}

/// One round.
#[derive(Debug, Args)]
pub struct OnceArgs {
    /// A folder with papers and files, for example on a stick; reports are put into it
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// Where things are kept
    #[command(flatten)]
    pub places: Places,
}

/// A word to an order.
#[derive(Debug, Args)]
pub struct WordArgs {
    /// The order's id
    pub order: String,
    /// Who says it
    #[arg(long, value_name = "NAME")]
    pub who: String,
    /// Where things are kept
    #[command(flatten)]
    pub places: Places,
}

impl Places {
    fn settings(&self) -> Settings {
        Settings {
            state: self.state.clone(),
            witness: self.witness.clone(),
            scripts: self.scripts.clone(),
            ..Settings::default()
        }
    }
}

/// Carries out a verb.
pub fn run(global: &Global, command: &AgentCommand) -> Result<Exit> {
    match command {
        AgentCommand::Enrol(args) => {
            let enrolment = Enrolment {
                server: args.server.clone(),
                fingerprint: Hash::new(&args.fingerprint)?,
                code: Id::new(&args.code)?,
                root: args.root.as_ref().map(Hash::new).transpose()?,
                host_name: std::fs::read_to_string("/etc/hostname").unwrap_or_default().trim().to_owned(),
            };
            say_enrolled(global, &enrol::enrol(&args.places.settings(), &enrolment)?)
        }
        AgentCommand::Adopt(args) => {
            let path = &args.file;
            let bytes = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
            say_enrolled(global, &enrol::adopt(&args.places.settings(), &bytes, &Hash::new(&args.root)?)?)
        }
        AgentCommand::Run(places) => {
            rounds::run(places.settings(), |why| eprintln!("{why}"))?;
            Ok(Exit::Done)
        }
        AgentCommand::Once(args) => once(args),
        AgentCommand::Renew(places) => {
            let (agent, _) = rounds::open(places.settings(), None)?;
            let fingerprint = agent.enrolled().fingerprint.clone();
            let fingerprint =
                fingerprint.context("this device has no server; papers come to it in a folder")?;
            rounds::renew(&agent, &fingerprint)?;
            Ok(Exit::Done)
        }
        AgentCommand::Inventory(places) => {
            let seen = command::inventory(&places.settings())?;
            let n_packages =
                seen.packages.as_ref().map_or("unknown".to_owned(), |all| all.items.len().to_string());
            let system = seen.os.as_ref().map_or("unknown system", |os| os.pretty_name.as_str());
            output::value(global.output, &seen, || {
                format!("{system}; packages: {n_packages}; all of it with -o json")
            })?;
            Ok(Exit::Done)
        }
        AgentCommand::Status(places) => status(global, &command::status(&places.settings())?),
        AgentCommand::Journal(places) => journal(global, command::lines(&places.settings())?),
        AgentCommand::Confirm(args) => word(args, Word::Confirm),
        AgentCommand::Postpone(args) => word(args, Word::Postpone),
        AgentCommand::ClockCorrected(places) => {
            if global.reason.trim().is_empty() {
                bail!("why is the clock right now? Say it with --reason; the server keeps it");
            }
            // No server is asked; the word goes with the next report.
            let (mut agent, _) = rounds::open(places.settings(), Some(Path::new("/nonexistent")))?;
            agent.clock_corrected(&Words::cut(&global.reason))?;
            Ok(Exit::Done)
        }
    }
}

fn say_enrolled(global: &Global, enrolled: &Enrolled) -> Result<Exit> {
    output::value(global.output, enrolled, || {
        format!(
            "this device is asset {} (class {}) of site {}",
            enrolled.asset, enrolled.class, enrolled.site
        )
    })?;
    Ok(Exit::Done)
}

fn once(args: &OnceArgs) -> Result<Exit> {
    let (mut agent, mut door) = rounds::open(args.places.settings(), args.folder.as_deref())?;
    match agent.round(&mut door)?.server {
        None => Ok(Exit::Done),
        Some(why) => {
            eprintln!("{why}. What is done is kept and told with the next round");
            Ok(Exit::Partly)
        }
    }
}

fn word(args: &WordArgs, word: Word) -> Result<Exit> {
    local::say(&args.places.settings(), &Id::new(&args.order)?, word, &Words::cut(&args.who))?;
    Ok(Exit::Done)
}

fn status(global: &Global, status: &Status) -> Result<Exit> {
    output::value(global.output, status, || {
        let who = status.enrolled.as_ref().map_or("not enrolled".to_owned(), |enrolled| {
            format!("asset {} of site {}", enrolled.asset, enrolled.site)
        });
        let rows = status.orders.iter().map(order_row);
        let orders = output::table(&["order", "patch", "template", "starts", "stands"], rows);
        format!(
            "{who}; highest order {}, image {}; {} events not delivered\n{orders}",
            status.counter, status.image_version, status.n_undelivered
        )
    })?;
    Ok(Exit::Done)
}

fn order_row(order: &OrderStatus) -> Vec<String> {
    let stands = match (&order.closed, &order.open) {
        (Some(outcome), _) => format!("closed: {}", in_word(outcome)),
        (None, Some(step)) => format!("in work: {}", in_word(step)),
        (None, None) if order.waits_for.is_empty() => "open".to_owned(),
        (None, None) => format!("waits: {}", order.waits_for),
    };
    vec![
        order.order.clone(),
        order.patch.clone(),
        order.command.to_owned(),
        order.starts_at.to_string(),
        stands,
    ]
}

/// The word that a value has on the wire.
fn in_word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn journal(global: &Global, lines: Vec<Line>) -> Result<Exit> {
    let count = lines.len() as u64;
    let listed = Listed { items: lines, next: None, count };
    output::list(global.output, &listed, &["line", "at", "order", "step", "outcome", "words"], journal_row)?;
    Ok(Exit::Done)
}

fn journal_row(line: &Line) -> Vec<String> {
    let plain = |what: &str, words: String| [String::new(), what.to_owned(), String::new(), words];
    let cells = match &line.entry {
        Entry::Began { journal } => plain("began", format!("journal {journal}")),
        Entry::Torn { n_bytes } => {
            plain("torn", format!("{n_bytes} bytes of a line that was not whole were cut off"))
        }
        Entry::Held { .. } => plain("held", "an order is kept".to_owned()),
        Entry::Seen { counter, image_version, .. } => {
            plain("seen", format!("order {counter}, image {image_version}"))
        }
        Entry::Delivered { through } => plain("delivered", format!("up to line {through}")),
        Entry::ClockCorrected { words, .. } => plain("clock", words.to_string()),
        Entry::Event { order, step, outcome, words, .. } => {
            let order = order.as_ref().map(ToString::to_string).unwrap_or_default();
            [order, in_word(step), in_word(outcome), words.to_string()]
        }
    };
    [line.seq.to_string(), line.at.to_string()].into_iter().chain(cells).collect()
}
