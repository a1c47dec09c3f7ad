//! `holdpoint serve`

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output::beside;
use anyhow::{Context as _, Result};
use clap::Args;
use holdpoint_app::execution::{self, Workers};
use holdpoint_app::{
    App, AppError, agents, approval, controllers, feeds, people, policies, questions, ranking, review,
    serving, sources,
};
use holdpoint_server::config::{
    DdiConfig, DemoData, DoorConfig, PlainHttp, ServeConfig, TargetTokens, TlsFiles,
};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

/// How often it is looked whether a provider is due: far below the shortest useful interval, far above busy.
const ROUND: std::time::Duration = std::time::Duration::from_secs(60);

/// How to serve.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Address and port; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8480", env = "HOLDPOINT_LISTEN", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// TLS certificate with its chain, PEM
    #[arg(long, value_name = "FILE", requires = "tls_key", env = "HOLDPOINT_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,
    /// TLS private key, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert", env = "HOLDPOINT_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// A proxy in front of Holdpoint ends TLS and passes Host and Origin on unchanged
    #[arg(long, conflicts_with = "tls_cert")]
    pub behind_proxy: bool,
    /// How many hosts are worked on at the same time, over all deployments
    #[arg(long, default_value_t = 8, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub deeds: u16,
    /// Address and port for agents, which come with TLS 1.3 and certificates of this installation
    #[arg(long, value_name = "ADDRESS", env = "HOLDPOINT_AGENTS")]
    pub agents: Option<SocketAddr>,
    /// Address and port for devices with an update client of their own (DDI)
    #[arg(long, value_name = "ADDRESS", env = "HOLDPOINT_DDI")]
    pub ddi: Option<SocketAddr>,
    /// Such a device may show the token that it was given when it was accepted
    #[arg(long, requires = "ddi")]
    pub ddi_target_tokens: bool,
    /// SHA-256 of a token with which a gateway may speak for every such device
    #[arg(long, value_name = "HASH", requires = "ddi", env = "HOLDPOINT_DDI_GATEWAY_SHA256")]
    pub ddi_gateway: Option<String>,
    /// A proxy that checks such devices' certificates and names them in X-Controller-Id; repeat it for each
    #[arg(long, value_name = "ADDRESS", requires = "ddi")]
    pub ddi_proxy: Vec<std::net::IpAddr>,
    /// A name or address by which devices reach the agents' door; repeat it for each
    #[arg(long = "agents-name", value_name = "NAME", requires = "agents")]
    pub agents_names: Vec<String>,
}

/// Serves until it is told to stop.
pub fn run(global: &Global, args: &ServeArgs) -> Result<Exit> {
    logging();
    let app = open::app(global)?;
    let tls = args.tls_cert.clone().zip(args.tls_key.clone());
    let ddi = ddi(args)?;
    let config = ServeConfig {
        ddi,
        listen: args.listen,
        tls: tls.map(|(certificate, key)| TlsFiles { certificate, key }),
        plain_http: if args.behind_proxy { PlainHttp::BehindProxy } else { PlainHttp::LoopbackOnly },
        demo: DemoData::No,
        door: args.agents.map(|listen| DoorConfig { listen, names: args.agents_names.clone() }),
    };
    first_run(&app)?;
    say_that_it_serves(&app)?;
    check_providers(app.clone());
    keep_up(&app);
    if args.agents.is_some() || args.ddi.is_some() {
        settle_agents(app.clone());
    }
    let workers = carry_out(app.clone(), usize::from(args.deeds));
    let ended = start(&config, app.clone());
    if !workers.stop(DEEDS_END) {
        beside!("warning: work on hosts is still under way; it is looked at when Holdpoint is started again");
    }
    if let Err(error) = serving::end(&app) {
        tracing::warn!(%error, "that this server ends could not be written down");
    }
    ended
}

/// Warns when another server was heard on the same database a moment ago, and says from now on that this one is there.
fn say_that_it_serves(app: &App) -> Result<()> {
    if let Some(heard) = serving::begin(app)? {
        beside!(
            "warning: another `holdpoint serve` was heard on this database at {heard} and did not say that it ended. Two of them take each \
             other's deeds for those of a dead one: if it still runs, end one of them; if it was killed, nothing needs to be done."
        );
    }
    let app = app.clone();
    let rounds = move || loop {
        std::thread::sleep(serving::EVERY);
        if let Err(error) = serving::go_on(&app) {
            tracing::warn!(%error, "that this server is there could not be written down");
        }
    };
    if let Err(error) = std::thread::Builder::new().name("serving".to_owned()).spawn(rounds) {
        tracing::error!(%error, "another server on this database will not be warned: no thread could be started");
    }
    Ok(())
}

/// The door for devices with a client of their own; its certificate is the pages'.
fn ddi(args: &ServeArgs) -> Result<Option<DdiConfig>> {
    let Some(listen) = args.ddi else { return Ok(None) };
    let gateway_token = match &args.ddi_gateway {
        Some(text) => Some(agents::hash_of_hex(text).context(
            "--ddi-gateway is no SHA-256 in 64 lower-case digits; give the hash of the token and not the token itself",
        )?),
        None => None,
    };
    let tls = args.tls_cert.clone().zip(args.tls_key.clone());
    Ok(Some(DdiConfig {
        listen,
        tls: tls.map(|(certificate, key)| TlsFiles { certificate, key }),
        tenant: "DEFAULT".to_owned(),
        target_tokens: if args.ddi_target_tokens { TargetTokens::Taken } else { TargetTokens::Refused },
        gateway_token,
        proxies: args.ddi_proxy.clone(),
    }))
}

/// How often each deployment is looked at when nothing happens by itself: a person's word is heard that soon.
const DEPLOYMENT_ROUND: std::time::Duration = std::time::Duration::from_secs(2);

/// How long work on hosts may go on after the program was told to stop. What is not over then is looked at after the next start.
const DEEDS_END: std::time::Duration = std::time::Duration::from_secs(20);

/// Carries out released plans for as long as the program runs; what an earlier process left behind is taken up first.
pub fn carry_out(app: App, most: usize) -> Workers {
    let workers = Workers::new(most);
    let own = workers.clone();
    let rounds = move || {
        loop {
            match execution::recover(&app) {
                Ok(0) => break,
                Ok(found) => {
                    tracing::warn!(found, "deeds of an earlier process have no outcome; they are looked at");
                    break;
                }
                Err(error) => tracing::warn!(%error, "what an earlier process left could not be taken up"),
            }
            own.wait(DEPLOYMENT_ROUND);
        }
        while !own.is_stopping() {
            let trouble = |error: &AppError| tracing::warn!(%error, "a deployment could not be looked at");
            match own.round(&app, &trouble) {
                Ok(0) => {}
                Ok(begun) => tracing::info!(begun, "deeds begun on hosts"),
                Err(error) => tracing::warn!(%error, "deployments could not be looked at"),
            }
            own.wait(DEPLOYMENT_ROUND);
        }
    };
    if let Err(error) = std::thread::Builder::new().name("deployments".to_owned()).spawn(rounds) {
        tracing::error!(%error, "deployments will not be carried out: no thread could be started");
    }
    workers
}

/// Starts what must go on by itself while the program runs and opens no connection: time that runs out, and ranking.
pub fn keep_up(app: &App) {
    end_decisions(app.clone());
    rank_findings(app.clone());
}

/// Checks providers and feeds that are due, for as long as the program runs. The loop takes no input: each round compares
/// what was checked with what should have been, so a restart needs no repair.
fn check_providers(app: App) {
    let rounds = move || loop {
        match sources::run_due(&app) {
            Ok(checks) => {
                for check in checks {
                    tracing::info!(source = check.source, result = %check.result, "provider checked");
                }
            }
            Err(error) => tracing::warn!(%error, "providers that are due could not be checked"),
        }
        match feeds::run_due(&app) {
            Ok(checks) => {
                for check in checks {
                    tracing::info!(feed = check.source, result = %check.result, "feed checked");
                }
            }
            Err(error) => tracing::warn!(%error, "feeds that are due could not be checked"),
        }
        std::thread::sleep(ROUND);
    };
    if let Err(error) = std::thread::Builder::new().name("providers".to_owned()).spawn(rounds) {
        tracing::error!(%error, "providers will not be checked: no thread could be started");
    }
}

/// Ends decisions on names whose time is over, for as long as the program runs. On a thread of its own: a provider that
/// answers slowly must not keep a rule alive.
fn end_decisions(app: App) {
    let rounds = move || loop {
        match review::expiry::expire_due(&app) {
            Ok(Some(expired)) => tracing::info!(rules = expired.rules, "decisions on names expired"),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "decisions whose time is over could not be ended"),
        }
        match feeds::trust::end_due(&app) {
            Ok(Some(authors)) => tracing::info!(authors, "trust in authors of VEX documents ended"),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "trust whose time is over could not be ended"),
        }
        match approval::sweep::sweep(&app) {
            Ok(swept) if swept == approval::sweep::Swept::default() => {}
            Ok(swept) => tracing::info!(?swept, "approvals and exemptions that changed by themselves"),
            Err(error) => tracing::warn!(%error, "approvals and exemptions could not be looked at"),
        }
        match questions::overdue::sweep(&app) {
            Ok(done) if done == questions::overdue::Overdue::default() => {}
            Ok(done) => tracing::info!(?done, "questions to suppliers whose time is over"),
            Err(error) => tracing::warn!(%error, "questions to suppliers could not be looked at"),
        }
        std::thread::sleep(ROUND);
    };
    if let Err(error) = std::thread::Builder::new().name("decisions".to_owned()).spawn(rounds) {
        tracing::error!(%error, "decisions will not expire: no thread could be started");
    }
}

/// How often it is looked what agents have to do and have told; a step of a plan waits for no longer than that.
const AGENTS_ROUND: std::time::Duration = std::time::Duration::from_secs(1);

/// Makes orders of what is intended on assets with an agent, and outcomes of what agents told, for as long as the program runs.
fn settle_agents(app: App) {
    let rounds = move || loop {
        if let Err(error) = agents::settle(&app) {
            tracing::warn!(%error, "what agents have to do could not be looked after");
        }
        if let Err(error) = agents::mark_seen(&app) {
            tracing::warn!(%error, "that agents asked could not be written down");
        }
        if let Err(error) = controllers::settle(&app) {
            tracing::warn!(%error, "what controllers have to do could not be looked after");
        }
        if let Err(error) = controllers::mark_seen(&app) {
            tracing::warn!(%error, "that controllers asked could not be written down");
        }
        std::thread::sleep(AGENTS_ROUND);
    };
    if let Err(error) = std::thread::Builder::new().name("agents".to_owned()).spawn(rounds) {
        tracing::error!(%error, "agents will get no orders: no thread could be started");
    }
}

/// How often it is looked whether a ranking is stale: soon enough that nobody waits, and one row is read.
const RANKING_ROUND: std::time::Duration = std::time::Duration::from_secs(2);

/// Ranks anew what is stale, and ends people's words on decision points whose time is over, for as long as the program runs.
fn rank_findings(app: App) {
    let rounds = move || loop {
        if let Err(error) = policies::put_into_effect(&app) {
            tracing::warn!(%error, "policies whose time has come could not be put into effect");
        }
        match ranking::refresh::keep_current(&app) {
            Ok(Some(counts)) => {
                tracing::info!(looked_at = counts.looked_at, outcomes = counts.outcomes, "findings ranked");
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "findings could not be ranked"),
        }
        std::thread::sleep(RANKING_ROUND);
    };
    if let Err(error) = std::thread::Builder::new().name("ranking".to_owned()).spawn(rounds) {
        tracing::error!(%error, "findings will not be ranked: no thread could be started");
    }
}

/// Prints the one-time secret with which the first administrator is made, as long as there is none.
fn first_run(app: &App) -> Result<()> {
    if let Some(secret) = people::setup::secret(app)? {
        println!(
            "No account exists yet. Open the page below and make the first administrator with this secret:"
        );
        println!("  {secret}");
        println!("It works once, and only until Holdpoint is started again.");
    }
    Ok(())
}

/// Serves, and says where.
pub fn start(config: &ServeConfig, app: App) -> Result<Exit> {
    if holdpoint_server::front_is_placeholder() {
        beside!("warning: THE PAGES ARE MISSING from this program: it was built without Node.");
        beside!(
            "         API and command line work. For the pages, install Node 20 or newer and build again."
        );
    }
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    holdpoint_server::serve(config, app, |address| {
        let _ = writeln!(std::io::stdout(), "Holdpoint serves {scheme}://{address}/");
    })?;
    Ok(Exit::Done)
}

/// Log lines to standard error; `HOLDPOINT_LOG` says which. One that cannot be written is dropped: what was asked for is answered
/// all the same.
pub fn logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HOLDPOINT_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,holdpoint_server=info"));
    // To say that a line could not be written would be one more, and breaks off whoever wrote the first.
    let lines = tracing_subscriber::fmt().with_env_filter(filter).log_internal_errors(false);
    if lines.with_writer(std::io::stderr).try_init().is_err() {
        beside!("warning: log lines are already being written elsewhere");
    }
}
