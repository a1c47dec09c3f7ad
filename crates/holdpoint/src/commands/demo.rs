//! `holdpoint demo`

use super::serve;
use crate::cli::Global;
use crate::demo::{self, Place, Prepared};
use crate::exit::Exit;
use anyhow::{Result, bail};
use clap::Args;
use holdpoint_app::edge::{Clock, OsRandom, SystemClock};
use holdpoint_app::{App, AppSettings};
use holdpoint_server::config::{DemoData, PlainHttp, ServeConfig};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// How to show the demo.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Address and port on this machine; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8480", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Keep the demo in this folder [default: a temporary folder that goes away at the end]
    #[arg(long, value_name = "FOLDER")]
    pub keep: Option<PathBuf>,
    /// Only make the demo's database, and do not serve it
    #[arg(long)]
    pub prepare_only: bool,
}

/// Makes the demo and serves it.
pub fn run(global: &Global, args: &DemoArgs) -> Result<Exit> {
    if !args.listen.ip().is_loopback() {
        bail!(
            "the demo's passwords are printed for everybody, so it listens on this machine only, and `{}` is not; \
             nothing was started; leave --listen away, or take 127.0.0.1",
            args.listen
        );
    }
    if global.database.is_some() {
        bail!(
            "the demo makes a database of its own and touches no other; nothing was started; \
             leave --database and HOLDPOINT_DATABASE away"
        );
    }
    let place = place(global, args)?;
    eprintln!("Preparing the demo: three sites, about 400 assets, 60 days of history …");
    let (store, prepared) = demo::prepare(&place, SystemClock.now())?;
    banner(&place, prepared);
    if args.prepare_only {
        return Ok(Exit::Done);
    }
    serve::logging();
    // The keys of the devices' doors lie beside the demo's data, so that its pages of agents and images can be tried out.
    let settings = AppSettings { door_folder: Some(place.folder().join("door")), ..AppSettings::default() };
    let app = App::new(store, Arc::new(SystemClock), Arc::new(OsRandom), settings);
    let config = ServeConfig {
        listen: args.listen,
        tls: None,
        plain_http: PlainHttp::LoopbackOnly,
        demo: DemoData::Yes,
        door: None,
        ddi: None,
    };
    serve::keep_up(&app);
    let workers = serve::carry_out(app.clone(), 1);
    let ended = serve::start(&config, app);
    // The demo has no hosts: nothing is under way that could be waited for.
    let _ = workers.stop(std::time::Duration::ZERO);
    drop(place);
    ended
}

fn place(global: &Global, args: &DemoArgs) -> Result<Place> {
    match args.keep.as_ref().or(global.data_dir.as_ref()) {
        Some(folder) => Ok(Place::Kept(folder.clone())),
        None if args.prepare_only => bail!(
            "--prepare-only without a folder would make a demo and throw it away; nothing was made; \
             name a folder with --keep"
        ),
        None => Place::passing(),
    }
}

fn banner(place: &Place, prepared: Prepared) {
    println!("{}, a company that does not exist: a coatings plant, a heat-and-power station,", demo::COMPANY);
    println!("and a tank terminal that no cable leaves.");
    if prepared == Prepared::Found {
        println!("Found in `{}` from an earlier run, and left as it was.", place.folder().display());
    } else if let Place::Kept(folder) = place {
        println!("Kept in `{}`; the other commands read it with --data-dir.", folder.display());
    }
    println!();
    println!("Sign in as (the passwords are printed here for everybody and are good for the demo alone):");
    for person in demo::PEOPLE {
        let place = if person.site.is_some() { ", tank terminal only" } else { "" };
        println!("  {:<14} {:<26} {}{place}", person.name, person.password(), person.role.word(),);
    }
    println!();
    println!("{LOOK_AT}");
}

const LOOK_AT: &str = "\
Look at these three first:
  1. Advisory OTC-DEMO-001: which controllers it touches, and why four of them no longer.
     The asset HC-PLC-01 as of three weeks ago still had the old firmware.
  2. Advisory OTC-DEMO-039: its publisher changed it in silence, and since then it touches
     the air-gapped terminal as well.
  3. Matches with the verdict `unknown`, for example those of OTC-DEMO-045 and OTC-DEMO-009:
     what could not be told, and why. Nothing is guessed.
";
