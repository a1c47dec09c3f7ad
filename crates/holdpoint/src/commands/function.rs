//! `holdpoint function …` and `holdpoint zone …`: what is lost with functions of the plant and with zones.

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use holdpoint_app::ranking::function::{self, NewFunction};
use holdpoint_app::{App, AppError, Caller, sites};
use holdpoint_domain::Moment;
use holdpoint_domain::id::{AssetId, SiteId, ZoneId};
use holdpoint_domain::ranking::criticality::{Dimension, Profile};
use holdpoint_server::api::finding_views::{CriticalityView, FunctionView, ZoneCriticalityView};
use std::collections::HashMap;

/// Verbs on functions.
#[derive(Debug, Subcommand)]
pub enum FunctionCommand {
    /// List the functions of the plant with what is lost with each
    List,
    /// Make a function, or change the one of this name; its assets are ranked anew
    Set(SetArgs),
    /// Remove a function; its assets are ranked anew
    Remove(RemoveArgs),
}

/// Verbs on zones.
#[derive(Debug, Subcommand)]
pub enum ZoneCommand {
    /// What is lost with zones
    #[command(subcommand)]
    Criticality(ZoneCriticalityCommand),
    /// Say how far a zone can be reached; less than before waits for a second person
    SetExposure(ExposureArgs),
}

/// Verbs on the criticality of zones.
#[derive(Debug, Subcommand)]
pub enum ZoneCriticalityCommand {
    /// List what is lost with zones, as far as somebody has said
    List,
    /// Say what is lost with a zone; its assets are ranked anew
    Set(ZoneArgs),
}

/// What is lost, by dimension: none, minor, moderate, major or catastrophic; left out: nobody has said.
#[derive(Debug, Clone, Args)]
pub struct LostArgs {
    /// People
    #[arg(long, value_name = "WORD")]
    pub safety: Option<String>,
    /// Output
    #[arg(long, value_name = "WORD")]
    pub production: Option<String>,
    /// Surroundings
    #[arg(long, value_name = "WORD")]
    pub environment: Option<String>,
    /// What is made
    #[arg(long, value_name = "WORD")]
    pub quality: Option<String>,
    /// Data
    #[arg(long = "data", value_name = "WORD")]
    pub of_data: Option<String>,
}

impl LostArgs {
    fn profile(&self) -> Result<Profile> {
        let words = [&self.safety, &self.production, &self.environment, &self.quality, &self.of_data];
        let mut profile = Profile::default();
        for (dimension, word) in Dimension::ALL.iter().zip(words) {
            let said = word.as_deref().map(str::parse).transpose()?;
            profile = profile.with(*dimension, said);
        }
        Ok(profile)
    }
}

/// A function.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// Its name
    pub name: String,
    /// Its site, by name
    #[arg(long, value_name = "NAME")]
    pub site: String,
    /// An asset that serves it, by tag or id; may be given several times: exactly these serve it
    #[arg(long = "asset", value_name = "TAG")]
    pub assets: Vec<String>,
    /// What is lost with it
    #[command(flatten)]
    pub lost: LostArgs,
}

/// A function to remove.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// Its name
    pub name: String,
    /// Its site, by name
    #[arg(long, value_name = "NAME")]
    pub site: String,
}

/// A zone.
#[derive(Debug, Args)]
pub struct ZoneArgs {
    /// Its name or id
    pub zone: String,
    /// Its site, by name, where several have a zone of that name
    #[arg(long, value_name = "NAME")]
    pub site: Option<String>,
    /// What is lost with it
    #[command(flatten)]
    pub lost: LostArgs,
}

/// How far a zone can be reached.
#[derive(Debug, Args)]
pub struct ExposureArgs {
    /// Its name or id
    pub zone: String,
    /// small, controlled or open; unknown: nobody can say
    pub exposure: String,
    /// Its site, by name, where several have a zone of that name
    #[arg(long, value_name = "NAME")]
    pub site: Option<String>,
}

/// Carries out a verb on functions.
pub fn run(global: &Global, command: &FunctionCommand) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::operator();
    match command {
        FunctionCommand::List => {}
        FunctionCommand::Set(args) => {
            let site = site_named(&app, &caller, &args.site)?;
            let assets =
                args.assets.iter().map(|name| asset_named(&app, name)).collect::<Result<Vec<_>>>()?;
            let profile = args.lost.profile()?;
            let new = NewFunction { site, name: &args.name, profile, assets: &assets };
            function::put(&app, &caller, &new, &global.reason)?;
        }
        FunctionCommand::Remove(args) => {
            let site = site_named(&app, &caller, &args.site)?;
            let found = function::list(&app, &caller)?;
            let found = found.into_iter().find(|one| one.site == site && one.name == args.name);
            let found =
                found.ok_or_else(|| AppError::NotFound { noun: "function", id: args.name.clone() })?;
            function::remove(&app, &caller, found.id, &global.reason)?;
        }
    }
    list(global, &app, &caller)
}

/// Carries out a verb on zones.
pub fn zone(global: &Global, command: &ZoneCommand) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::operator();
    match command {
        ZoneCommand::Criticality(ZoneCriticalityCommand::List) => {}
        ZoneCommand::Criticality(ZoneCriticalityCommand::Set(args)) => {
            let zone = zone_named(&app, &caller, &args.zone, args.site.as_deref())?;
            function::put_zone(&app, &caller, zone, args.lost.profile()?, &global.reason)?;
        }
        ZoneCommand::SetExposure(args) => {
            let zone = zone_named(&app, &caller, &args.zone, args.site.as_deref())?;
            let exposure = match args.exposure.as_str() {
                "unknown" => None,
                word => Some(word.parse()?),
            };
            sites::set_exposure(&app, &caller, zone, exposure, &global.reason)?;
        }
    }
    zones(global, &app, &caller)
}

fn zone_named(app: &App, caller: &Caller, name: &str, site: Option<&str>) -> Result<ZoneId> {
    let site = site.map(|name| site_named(app, caller, name)).transpose()?;
    let mut known = sites::zones(app, caller)?;
    known.retain(|zone| {
        (zone.name == name || zone.id.to_string() == name) && site.is_none_or(|site| zone.site == site)
    });
    let [found] = known.as_slice() else {
        let missing = AppError::NotFound { noun: "zone", id: name.to_owned() };
        let several = anyhow!("{} sites have a zone `{name}`; name one with --site", known.len());
        return Err(if known.is_empty() { missing.into() } else { several });
    };
    Ok(found.id)
}

fn site_named(app: &App, caller: &Caller, name: &str) -> Result<SiteId> {
    let found = sites::sites(app, caller)?;
    let found = found.into_iter().find(|site| site.name == name || site.id.to_string() == name);
    Ok(found.ok_or_else(|| AppError::NotFound { noun: "site", id: name.to_owned() })?.id)
}

fn asset_named(app: &App, name: &str) -> Result<AssetId> {
    if let Ok(id) = name.parse() {
        return Ok(id);
    }
    let found = app.store().read(|r| r.asset_by_tag(name, Moment::OPEN))?;
    Ok(found.ok_or_else(|| AppError::NotFound { noun: "asset", id: name.to_owned() })?.asset.id)
}

fn lost(one: &CriticalityView) -> Vec<String> {
    let all = [&one.safety, &one.production, &one.environment, &one.quality, &one.data];
    all.into_iter().map(|word| word.clone().unwrap_or_else(|| "not said".to_owned())).collect()
}

fn list(global: &Global, app: &App, caller: &Caller) -> Result<Exit> {
    let items: Vec<FunctionView> = function::list(app, caller)?
        .into_iter()
        .map(|one| FunctionView {
            id: one.id.to_string(),
            site_id: one.site.to_string(),
            name: one.name,
            criticality: one.profile.into(),
            assets: one.assets,
        })
        .collect();
    let count = items.len() as u64;
    let names: HashMap<String, String> =
        sites::sites(app, caller)?.into_iter().map(|site| (site.id.to_string(), site.name)).collect();
    let header = ["Name", "Assets", "Safety", "Production", "Environment", "Quality", "Data", "Site"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        let mut row = vec![one.name.clone(), one.assets.to_string()];
        row.extend(lost(&one.criticality));
        row.push(names.get(&one.site_id).unwrap_or(&one.site_id).clone());
        row
    })?;
    Ok(Exit::Done)
}

fn zones(global: &Global, app: &App, caller: &Caller) -> Result<Exit> {
    let said = function::zones(app, caller)?;
    let items: Vec<ZoneCriticalityView> = sites::zones(app, caller)?
        .into_iter()
        .map(|zone| {
            let profile = said.iter().find(|(id, _)| *id == zone.id).map(|(_, profile)| *profile);
            ZoneCriticalityView::of(&zone, profile.unwrap_or_default())
        })
        .collect();
    let count = items.len() as u64;
    let header = ["Zone", "Exposure", "Safety", "Production", "Environment", "Quality", "Data"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        let exposure = one.exposure.clone().unwrap_or_else(|| "not said".to_owned());
        let mut row = vec![one.name.clone(), exposure];
        row.extend(lost(&one.criticality));
        row
    })?;
    Ok(Exit::Done)
}
