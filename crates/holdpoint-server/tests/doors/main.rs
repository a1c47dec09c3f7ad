//! The doors for devices, over real connections: the real agent's own code with TLS on both sides, and a client of the Direct
//! Device Integration API that nobody of this project wrote.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod agent;
mod ddi;
mod host;
mod orders;
mod people;
mod plan;
mod swupdate;

use holdpoint_app::agents::{self, RootProposal};
use holdpoint_app::edge::{Clock, OsRandom, SystemClock};
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller};
use holdpoint_testkit::postgres;
use std::sync::Arc;
use tempfile::TempDir;

/// An app over a fresh database with three assets on one site, and a folder for keys.
struct World {
    app: App,
    folder: TempDir,
    _database: Option<postgres::Database>,
}

/// Both databases, by name.
const ENGINES: [&str; 2] = ["sqlite", "postgres"];

fn operator() -> Caller {
    Caller::operator("test")
}

fn world(engine: &str) -> World {
    world_at(engine, Arc::new(SystemClock))
}

/// A world with a clock of its own.
fn world_at(engine: &str, clock: Arc<dyn Clock>) -> World {
    let folder = tempfile::tempdir().unwrap();
    let database = (engine == "postgres").then(postgres::database);
    let location = match &database {
        Some(database) => Location::parse(&database.url()).unwrap(),
        None => Location::Sqlite(folder.path().join("holdpoint.db")),
    };
    let store = Store::open(&location).unwrap();
    let settings = AppSettings { door_folder: Some(folder.path().join("door")), ..AppSettings::default() };
    let app = App::new(store, clock, Arc::new(OsRandom), settings);
    let rows = "asset_tag,site,zone,kind,vendor,product\n\
        H-1,North,Z2,server,Acme,HMI\nH-2,North,Z2,server,Acme,HMI\nH-3,North,Z2,server,Acme,HMI\n";
    people::import(&app, rows);
    World { app, folder, _database: database }
}

impl World {
    /// A root that one person has signed.
    fn root(&self) {
        let (secret, public) = agents::person_key(&[7; 32]);
        let proposal =
            RootProposal { site: "North".into(), image_keys: vec![public], threshold: 1, days: 100 };
        let root = agents::make_root(&self.app, &operator(), &proposal).unwrap();
        let signed = agents::sign_paper(&agents::write(&root), &secret).unwrap();
        agents::put_paper(&self.app, &operator(), &signed, "a test").unwrap();
    }
}
