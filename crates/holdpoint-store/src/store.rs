//! The open database: reads and changes as closures.
//!
//! Not here: what is read and written; each noun has its own file.

use crate::change::{Change, Committed, Ending, Intent};
use crate::error::StoreError;
use crate::location::Location;
use crate::migrate;
use crate::postgres::PostgresDatabase;
use crate::reader::{Reader, Session};
use crate::sqlite::{SqliteDatabase, Transaction};
use crate::value::Value;
use std::sync::Arc;

/// How often a change is run when PostgreSQL asks for another attempt.
const ATTEMPTS: u32 = 10;
/// A change on PostgreSQL sees what was committed when it got the head of the audit log.
const BEGIN_CHANGE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// An open database. Cloning is cheap and shares the connections; it can be used from many threads.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    location: Location,
    engine: Engine,
}

enum Engine {
    Sqlite(Box<SqliteDatabase>),
    Postgres(Box<PostgresDatabase>),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.inner.location)
    }
}

impl Store {
    /// Opens the database, makes it when it is absent, and brings its schema forward.
    ///
    /// # Errors
    /// [`StoreError::Open`] when it cannot be reached, [`StoreError::NewerSchema`] and
    /// [`StoreError::ForeignMigration`] when it belongs to another program; then it was not touched.
    pub fn open(location: &Location) -> Result<Self, StoreError> {
        let store = Self::connect(location)?;
        store.migrate(migrate::MIGRATIONS)?;
        Ok(store)
    }

    fn connect(location: &Location) -> Result<Self, StoreError> {
        let engine = match location {
            Location::Sqlite(path) => Engine::Sqlite(Box::new(SqliteDatabase::open(Some(path))?)),
            Location::Memory => Engine::Sqlite(Box::new(SqliteDatabase::open(None)?)),
            Location::Postgres(url) => {
                Engine::Postgres(Box::new(PostgresDatabase::open(url, location.to_string())?))
            }
        };
        Ok(Self { inner: Arc::new(Inner { location: location.clone(), engine }) })
    }

    /// Where the data lives.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.inner.location
    }

    /// Reads in one consistent view.
    ///
    /// Do not call the store again inside the closure: in memory it would wait for itself.
    ///
    /// # Errors
    /// Those of the closure, and [`StoreError`] when the view cannot be opened.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &self.inner.engine {
            Engine::Sqlite(database) => {
                database.read(|connection| work(&mut Reader::new(Session::Sqlite(connection))))
            }
            Engine::Postgres(database) => {
                let mut lease = database.begin(BEGIN_READ)?;
                let session =
                    Session::Postgres { runtime: database.runtime(), connection: lease.connection() };
                let result = work(&mut Reader::new(session));
                let ended = lease.give_back("ROLLBACK");
                result.and_then(|value| ended.map(|()| value))
            }
        }
    }

    /// Changes data in one transaction that ends with its audit entry, or not at all.
    ///
    /// The closure can run several times on PostgreSQL: it does nothing but read and write through its
    /// [`Change`]. An error or a panic in it undoes everything. Do not call the store again inside it.
    ///
    /// # Errors
    /// Those of the closure; [`StoreError::Busy`], [`StoreError::Conflict`] and the other ways in which the
    /// database can refuse. Nothing was written then, except after [`StoreError::OutcomeUnknown`].
    pub fn change<T, E>(
        &self,
        intent: &Intent,
        mut work: impl FnMut(&mut Change<'_>) -> Result<T, E>,
    ) -> Result<Committed<T>, E>
    where
        E: From<StoreError>,
    {
        match &self.inner.engine {
            Engine::Sqlite(database) => {
                let writer = database.writer();
                let transaction = Transaction::begin(&writer, "BEGIN IMMEDIATE")?;
                let (value, ending) = attempt(Reader::new(Session::Sqlite(&writer)), intent, &mut work)?;
                if matches!(ending, Ending::Entry(..)) {
                    transaction.commit()?;
                }
                Ok(committed(value, &ending))
            }
            Engine::Postgres(database) => change_postgres(database, intent, &mut work),
        }
    }

    /// Leaves marks outside the audit log, unless a change keeps SQLite busy: a mark is not worth waiting for. Whether they
    /// were left.
    pub(crate) fn mark<'v>(
        &self,
        sql: &str,
        rows: &mut dyn Iterator<Item = Vec<Value<'v>>>,
    ) -> Result<bool, StoreError> {
        let mut write = |tx: &mut Reader<'_>| tx.write_many(sql, rows).map(drop);
        match &self.inner.engine {
            Engine::Sqlite(database) => database
                .write_if_free(|connection| write(&mut Reader::new(Session::Sqlite(connection))))
                .map(|written| written.is_some()),
            // Rows of their own: the change of somebody else is not in the way.
            Engine::Postgres(_) => self.write_unaudited(write).map(|()| true),
        }
    }

    /// Writes outside the audit log: for the schema, and for the few marks that would drown it.
    pub(crate) fn write_unaudited<T>(
        &self,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &self.inner.engine {
            Engine::Sqlite(database) => {
                let writer = database.writer();
                let transaction = Transaction::begin(&writer, "BEGIN IMMEDIATE")?;
                let value = work(&mut Reader::new(Session::Sqlite(&writer)))?;
                transaction.commit()?;
                Ok(value)
            }
            Engine::Postgres(database) => {
                let mut lease = database.begin(BEGIN_CHANGE)?;
                let session =
                    Session::Postgres { runtime: database.runtime(), connection: lease.connection() };
                let value = work(&mut Reader::new(session))?;
                lease.give_back("COMMIT")?;
                Ok(value)
            }
        }
    }
}

/// Runs the closure once and appends its entry.
fn attempt<T, E: From<StoreError>>(
    reader: Reader<'_>,
    intent: &Intent,
    work: &mut impl FnMut(&mut Change<'_>) -> Result<T, E>,
) -> Result<(T, Ending), E> {
    let (mut change, head) = Change::open(reader, intent.at)?;
    let value = work(&mut change)?;
    let ending = change.end(intent, head)?;
    Ok((value, ending))
}

fn committed<T>(value: T, ending: &Ending) -> Committed<T> {
    let (Ending::Entry(sequence, hash) | Ending::Nothing(sequence, hash)) = *ending;
    Committed { value, sequence, hash }
}

fn change_postgres<T, E: From<StoreError>>(
    database: &PostgresDatabase,
    intent: &Intent,
    work: &mut impl FnMut(&mut Change<'_>) -> Result<T, E>,
) -> Result<Committed<T>, E> {
    let mut attempts_left = ATTEMPTS;
    loop {
        attempts_left -= 1;
        // A lease that is dropped on the way, by `?` or by a panic, closes its connection: the server undoes.
        let mut lease = database.begin(BEGIN_CHANGE)?;
        let session = Session::Postgres { runtime: database.runtime(), connection: lease.connection() };
        let result = attempt(Reader::new(session), intent, work);
        let run_again = lease.connection().run_again && attempts_left > 0;
        match result {
            Err(_) if run_again => lease.give_back("ROLLBACK")?,
            Err(error) => {
                // What the closure said matters more than a failing rollback; the connection is gone then.
                drop(lease.give_back("ROLLBACK"));
                return Err(error);
            }
            Ok((value, Ending::Nothing(sequence, hash))) => {
                lease.give_back("ROLLBACK")?;
                return Ok(Committed { value, sequence, hash });
            }
            Ok((value, ending @ Ending::Entry(..))) => match lease.give_back("COMMIT") {
                Ok(()) => return Ok(committed(value, &ending)),
                Err(error) => return settle(database, value, &ending, error).map_err(E::from),
            },
        }
    }
}

/// Finds out whether a commit whose answer was lost was made: its entry is there or it is not.
fn settle<T>(
    database: &PostgresDatabase,
    value: T,
    ending: &Ending,
    error: StoreError,
) -> Result<Committed<T>, StoreError> {
    let (Ending::Entry(sequence, hash) | Ending::Nothing(sequence, hash)) = *ending;
    let unknown = StoreError::OutcomeUnknown { sequence };
    let Ok(mut lease) = database.begin(BEGIN_CHANGE) else { return Err(unknown) };
    let session = Session::Postgres { runtime: database.runtime(), connection: lease.connection() };
    let found = Reader::new(session).audit_hash_settled(sequence);
    drop(lease.give_back("ROLLBACK"));
    match found {
        Ok(Some(stored)) if stored == hash => Ok(committed(value, ending)),
        Ok(_) => Err(error),
        Err(_) => Err(unknown),
    }
}
