//! Stores for this crate's tests: every test that touches data runs on both engines.

use crate::{Change, Committed, Intent, Location, Store, StoreError};
use holdpoint_domain::Moment;
use holdpoint_domain::actor::{Actor, Via};
use std::ops::Deref;

/// A fresh store; its data go away with it.
pub(crate) struct TestStore {
    pub store: Store,
    pub engine: &'static str,
    pub location: Location,
    // Dropped after the store.
    folder: Option<tempfile::TempDir>,
    pub database: Option<holdpoint_testkit::postgres::Database>,
}

impl Deref for TestStore {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

impl TestStore {
    fn open(
        engine: &'static str,
        location: Location,
        folder: Option<tempfile::TempDir>,
        database: Option<holdpoint_testkit::postgres::Database>,
    ) -> Self {
        let store = Store::open(&location).expect("a fresh database opens");
        Self { store, engine, location, folder, database }
    }

    /// The SQLite file, on that engine.
    pub(crate) fn file(&self) -> Option<std::path::PathBuf> {
        self.folder.as_ref().map(|folder| folder.path().join("plant.db"))
    }

    /// A change by a test, one second after the other.
    pub(crate) fn write<T>(
        &self,
        mut work: impl FnMut(&mut Change<'_>) -> Result<T, StoreError>,
    ) -> Result<Committed<T>, StoreError> {
        self.store.change(&intent("test.write", 1_000_000), |change| work(change))
    }
}

/// A store on SQLite in a file, and one on PostgreSQL.
pub(crate) fn stores() -> Vec<TestStore> {
    vec![sqlite(), postgres()]
}

/// A store on SQLite in a file.
pub(crate) fn sqlite() -> TestStore {
    let folder = tempfile::tempdir().expect("a folder can be made for temporary files");
    let location = Location::Sqlite(folder.path().join("plant.db"));
    TestStore::open("sqlite", location, Some(folder), None)
}

/// A store on PostgreSQL.
pub(crate) fn postgres() -> TestStore {
    let database = holdpoint_testkit::postgres::database();
    TestStore::open("postgres", Location::Postgres(database.url()), None, Some(database))
}

/// An intent of a test at that many microseconds after 1970.
pub(crate) fn intent(action: &str, at_us: i64) -> Intent {
    Intent {
        actor: Actor::System { job: "test".to_owned() },
        via: Via::Job,
        action: action.to_owned(),
        reason: String::new(),
        at: Moment::from_micros(at_us),
    }
}
