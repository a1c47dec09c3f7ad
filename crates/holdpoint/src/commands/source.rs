//! `holdpoint source …`

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use holdpoint_app::AppSettings;
use holdpoint_app::connectors::fetch::{FetchSettings, Proxy, ProxyAddress, Roots};
use holdpoint_app::sources::{self, NewProvider};
use holdpoint_domain::advisory::CheckResult;
use holdpoint_server::api::providers::{CheckView, ProviderView};
use std::path::PathBuf;

/// Verbs on providers of advisories.
#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// List providers with their last check
    List,
    /// Add a CSAF provider by its domain or the address of its provider-metadata.json
    Add(AddArgs),
    /// Fetch what a provider has that is new; every check is logged, also one that finds nothing
    Check(CheckArgs),
    /// List checks
    Log(ListArgs),
    /// Forget a provider; its advisories stay
    Remove(OneArgs),
}

/// A provider.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// Name, for people
    pub name: String,
    /// Domain, or https address of provider-metadata.json
    pub address: String,
    /// Accept only this OpenPGP key; may be repeated [default: the keys that the provider announces]
    #[arg(long = "fingerprint", value_name = "HEX")]
    pub fingerprints: Vec<String>,
}

/// One provider.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Name or id
    pub provider: String,
}

/// Which provider, by which way out.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Name or id; without one, all that are enabled
    pub provider: Option<String>,
    /// Proxy, for example http://proxy.plant.example:3128
    #[arg(long, env = "HOLDPOINT_PROXY", hide_env_values = true)]
    pub proxy: Option<String>,
    /// PEM file with further TLS roots
    #[arg(long, value_name = "FILE", env = "HOLDPOINT_CA_FILE")]
    pub ca_file: Option<PathBuf>,
    /// Trust only the roots of --ca-file
    #[arg(long, requires = "ca_file")]
    pub only_these_roots: bool,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &SourceCommand) -> Result<Exit> {
    let caller = open::operator();
    match command {
        SourceCommand::List => {
            let app = open::app(global)?;
            let items: Vec<ProviderView> =
                sources::providers(&app, &caller)?.into_iter().map(Into::into).collect();
            let count = items.len() as u64;
            let header = ["Name", "Address", "Enabled", "Last check", "Result"];
            output::list(global.output, &Listed { items, next: None, count }, &header, |provider| {
                let last = provider.last_check.as_ref();
                vec![
                    provider.name.clone(),
                    provider.address.clone(),
                    if provider.enabled { "yes" } else { "no" }.to_owned(),
                    last.map_or_else(|| "never".to_owned(), |check| check.finished_at.clone()),
                    output::said(last.map(|check| &check.message)),
                ]
            })?;
            Ok(Exit::Done)
        }
        SourceCommand::Add(args) => {
            let app = open::app(global)?;
            let new = NewProvider {
                name: args.name.clone(),
                address: args.address.clone(),
                fingerprints: args.fingerprints.clone(),
                ..NewProvider::default()
            };
            let added = sources::add(&app, &caller, &new, &global.reason)?;
            println!("added {} ({})", added.name, added.id);
            Ok(Exit::Done)
        }
        SourceCommand::Check(args) => check(global, args),
        SourceCommand::Log(args) => {
            let app = open::app(global)?;
            let found = sources::checks(&app, &caller, &open::list_query(&app, args)?)?;
            let items: Vec<CheckView> = found.items.into_iter().map(Into::into).collect();
            let listed = Listed { items, next: found.next, count: found.count.value };
            let header = ["Source", "Started", "Result", "New", "Changed", "Unchanged", "Message"];
            output::list(global.output, &listed, &header, |check| {
                vec![
                    check.source.clone(),
                    check.started_at.clone(),
                    check.result.clone(),
                    check.documents.new.to_string(),
                    check.documents.changed.to_string(),
                    check.documents.unchanged.to_string(),
                    check.message.clone(),
                ]
            })?;
            Ok(Exit::Done)
        }
        SourceCommand::Remove(args) => {
            let app = open::app(global)?;
            let provider = sources::find(&app, &caller, &args.provider)?;
            sources::remove(&app, &caller, provider.id, &global.reason)?;
            Ok(Exit::Done)
        }
    }
}

fn fetch_settings(args: &CheckArgs) -> Result<FetchSettings> {
    let mut settings = FetchSettings::default();
    if let Some(proxy) = &args.proxy {
        settings.proxy = Proxy::Through { address: ProxyAddress::parse(proxy)?, except: Vec::new() };
    }
    if let Some(path) = &args.ca_file {
        let pem = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        settings.roots = if args.only_these_roots { Roots::Only(pem) } else { Roots::SystemAnd(pem) };
    }
    Ok(settings)
}

fn check(global: &Global, args: &CheckArgs) -> Result<Exit> {
    let caller = open::operator();
    let app = open::app_with(global, AppSettings { fetch: fetch_settings(args)?, ..AppSettings::default() })?;
    let wanted = match &args.provider {
        Some(name) => vec![sources::find(&app, &caller, name)?],
        None => sources::providers(&app, &caller)?
            .into_iter()
            .map(|known| known.provider)
            .filter(|provider| provider.enabled)
            .collect(),
    };
    let mut exit = Exit::Done;
    let mut items = Vec::new();
    for provider in wanted {
        let check = sources::check(&app, &caller, provider.id, &global.reason)?;
        if check.result == CheckResult::Failed || check.counts.quarantined > 0 {
            exit = Exit::Partly;
        }
        items.push(CheckView::from(check));
    }
    let count = items.len() as u64;
    let header = ["Source", "Result", "Read", "New", "Changed", "Quarantined", "Message"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |check| {
        vec![
            check.source.clone(),
            check.result.clone(),
            check.documents.read.to_string(),
            check.documents.new.to_string(),
            check.documents.changed.to_string(),
            check.documents.quarantined.to_string(),
            check.message.clone(),
        ]
    })?;
    Ok(exit)
}
