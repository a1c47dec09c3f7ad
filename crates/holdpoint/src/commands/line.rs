//! `holdpoint line …`: how hosts without an agent are reached.

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use holdpoint_app::execution::{self, NewLine};
use holdpoint_server::api::asset_lines::{HostKeyView, LineRowView, LineShownView, LoginKeyView};

/// Verbs on lines to hosts.
#[derive(Debug, Subcommand)]
pub enum LineCommand {
    /// List hosts that are reached over SSH, and which of them an agent or a controller serves instead
    List(ListArgs),
    /// Show how an asset is reached
    Show(AssetArgs),
    /// Say how an asset is reached, with the pinned fingerprint of its key
    Put(PutArgs),
    /// Forget how an asset is reached
    Forget(AssetArgs),
    /// Ask a host for the fingerprint of its key, to compare it at the machine; nobody signs in
    Key(KeyArgs),
    /// Print the public half of this installation's login key, for authorized_keys
    LoginKey,
}

/// An asset.
#[derive(Debug, Args)]
pub struct AssetArgs {
    /// The asset, by id or tag
    pub asset: String,
}

/// How it is reached.
#[derive(Debug, Args)]
pub struct PutArgs {
    /// The asset, by id or tag
    pub asset: String,
    /// Its name or address
    pub address: String,
    /// The account to sign in with
    #[arg(long)]
    pub account: String,
    /// The fingerprint of its key, as `SHA256:…`, compared at the machine
    #[arg(long)]
    pub fingerprint: String,
    /// The port
    #[arg(long, default_value_t = 22)]
    pub port: u16,
    /// With whose rights scripts run
    #[arg(long, value_enum, default_value_t = Rights::Sudo)]
    pub rights: Rights,
    /// Where that is known from
    #[arg(long, default_value = "", hide_default_value = true)]
    pub note: String,
}

/// With whose rights scripts run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Rights {
    /// Those of the account
    Own,
    /// Root's, by sudo without a password
    Sudo,
}

/// A host.
#[derive(Debug, Args)]
pub struct KeyArgs {
    /// Its name or address
    pub address: String,
    /// The port
    #[arg(long, default_value_t = 22)]
    pub port: u16,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &LineCommand) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::operator();
    match command {
        LineCommand::List(args) => list(global, &app, args),
        LineCommand::Show(args) => show(global, &app, &args.asset),
        LineCommand::Put(args) => {
            let line = NewLine {
                address: args.address.clone(),
                port: args.port,
                account: args.account.clone(),
                fingerprint: args.fingerprint.clone(),
                rights: match args.rights {
                    Rights::Own => "own".into(),
                    Rights::Sudo => "sudo".into(),
                },
                note: args.note.clone(),
            };
            let asset = execution::asset_named(&app, &caller, &args.asset)?;
            execution::put_line(&app, &caller, asset, Some(&line), &global.reason)?;
            show(global, &app, &args.asset)
        }
        LineCommand::Forget(args) => {
            let asset = execution::asset_named(&app, &caller, &args.asset)?;
            execution::put_line(&app, &caller, asset, None, &global.reason)?;
            show(global, &app, &args.asset)
        }
        LineCommand::Key(args) => {
            let fingerprint = execution::show_key(&caller, &args.address, args.port)?;
            let view = HostKeyView { fingerprint };
            output::value(global.output, &view, || view.fingerprint.clone())?;
            Ok(Exit::Done)
        }
        LineCommand::LoginKey => {
            let view = LoginKeyView { public_line: execution::public_key(&app, &caller)? };
            output::value(global.output, &view, || view.public_line.clone())?;
            Ok(Exit::Done)
        }
    }
}

fn list(global: &Global, app: &holdpoint_app::App, args: &ListArgs) -> Result<Exit> {
    let found = execution::lines(app, &open::operator(), &open::list_query(app, args)?)?;
    let items: Vec<LineRowView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header =
        ["Asset", "Site", "Served by", "Address", "Port", "Account", "Rights", "Key", "Last worked on"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.asset.clone(),
            one.site.clone(),
            one.served.clone(),
            one.line.address.clone(),
            one.line.port.to_string(),
            one.line.account.clone(),
            one.line.rights.clone(),
            one.line.fingerprint.clone(),
            one.worked_at.clone().unwrap_or_default(),
        ]
    })?;
    Ok(Exit::Done)
}

fn show(global: &Global, app: &holdpoint_app::App, asset: &str) -> Result<Exit> {
    let caller = open::operator();
    let id = execution::asset_named(app, &caller, asset)?;
    let view = LineShownView { line: execution::line_of(app, &caller, id)?.map(Into::into) };
    output::value(global.output, &view, || match &view.line {
        None => "nobody has said how it is reached".to_owned(),
        Some(line) => output::table(
            &["Address", "Port", "Account", "Rights", "Key", "Known from"],
            std::iter::once(vec![
                line.address.clone(),
                line.port.to_string(),
                line.account.clone(),
                line.rights.clone(),
                line.fingerprint.clone(),
                line.note.clone(),
            ]),
        ),
    })?;
    Ok(Exit::Done)
}
