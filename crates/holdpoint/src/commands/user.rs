//! `holdpoint user …`: accounts made at the machine's own command line, for first steps and for lost passwords.

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use holdpoint_app::people;
use holdpoint_domain::access::{Grant, Role, Scope};
use holdpoint_server::api::people_views::{SiteNames, UserView};

/// Verbs on accounts.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List accounts with their roles
    List,
    /// Make an account; its password is read from standard input
    Create(CreateArgs),
    /// Set a new password, read from standard input, and end all sessions of the account
    Password(OneArgs),
}

/// A new account.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Sign-in name
    pub name: String,
    /// Name for people
    #[arg(long, value_name = "NAME")]
    pub display_name: Option<String>,
    /// Role on all sites; may be repeated: viewer, engineer, approver, administrator, auditor
    #[arg(long = "role", required = true, value_name = "ROLE")]
    pub roles: Vec<String>,
}

/// One account.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Sign-in name
    pub name: String,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &UserCommand) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::operator();
    match command {
        UserCommand::List => {
            let sites = app.store().read(|r| r.sites())?;
            let names: SiteNames = sites.into_iter().map(|site| (site.id, site.name)).collect();
            let accounts = people::accounts::list(&app, &caller)?;
            let items: Vec<UserView> = accounts.iter().map(|account| UserView::of(account, &names)).collect();
            let count = items.len() as u64;
            let header = ["Name", "Display name", "Roles", "Disabled"];
            output::list(global.output, &Listed { items, next: None, count }, &header, |user| {
                let roles: Vec<String> = user
                    .grants
                    .iter()
                    .map(|grant| match &grant.site_name {
                        Some(site) => format!("{} at {site}", grant.role),
                        None => grant.role.clone(),
                    })
                    .collect();
                vec![
                    user.name.clone(),
                    user.display_name.clone(),
                    roles.join(", "),
                    user.disabled_at.clone().unwrap_or_default(),
                ]
            })?;
            Ok(Exit::Done)
        }
        UserCommand::Create(args) => {
            let mut grants = Vec::new();
            for role in &args.roles {
                grants.push(Grant { role: role.parse::<Role>()?, scope: Scope::AllSites });
            }
            let display_name = args.display_name.clone().unwrap_or_else(|| args.name.clone());
            let new = people::accounts::NewAccount {
                name: args.name.clone(),
                display_name,
                password: password()?,
                grants,
                reason: global.reason.clone(),
            };
            let made = people::accounts::create(&app, &caller, &new)?;
            println!("made account {} ({})", made.name, made.id);
            Ok(Exit::Done)
        }
        UserCommand::Password(args) => {
            people::accounts::reset_password(&app, &caller, &args.name, &password()?, &global.reason)?;
            println!("password set; all sessions of {} ended", args.name);
            Ok(Exit::Done)
        }
    }
}

fn password() -> Result<String> {
    eprintln!("password, then Enter:");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("cannot read the password from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
