//! The SQLite half: one writer, read-only readers, and the binding of parameters by number.
//!
//! The surprise: SQLite takes `$2` as a *name* and numbers names by first appearance, so parameters are bound by
//! the number in the name, not by position. Several processes may have the file open: a change takes the write
//! lock at its beginning and waits for others up to [`BUSY_WAIT_S`].

mod checkpoint;

use crate::error::StoreError;
use crate::value::{Row, Value};
use checkpoint::{Checkpoints, JOURNAL_PAGES, Writer, WriterState};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::Duration;

/// How long a statement waits for another process, in seconds.
pub(crate) const BUSY_WAIT_S: u64 = 60;
/// Idle readers that are kept.
const READERS_KEPT: usize = 16;
/// Prepared statements that a connection keeps.
const STATEMENTS_KEPT: usize = 256;

/// An open SQLite database.
pub(crate) struct SqliteDatabase {
    /// `None` in memory: then the writer is the only connection and reads use it too.
    path: Option<PathBuf>,
    /// None in memory. Ended before the writer is closed, as readers are.
    checkpoints: Option<Checkpoints>,
    /// Closed before the writer: only a connection that may write can fold the log back into the file when it is
    /// the last one, and then everything is in the one file.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<WriterState>,
}

impl SqliteDatabase {
    /// Opens or makes the file; a new file can be read by its owner alone.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, StoreError> {
        let refuse = |source| StoreError::Open {
            location: path.map_or_else(|| "memory".to_owned(), |path| path.display().to_string()),
            source,
        };
        let opened = match path {
            Some(path) => {
                make_private(path).map_err(|source| refuse(source.into()))?;
                Connection::open_with_flags(
                    path,
                    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
                )
            }
            None => Connection::open_in_memory(),
        };
        let writer = opened.map_err(|source| refuse(source.into()))?;
        prepare_connection(&writer).map_err(|source| refuse(source.into()))?;
        keep_journal(&writer).map_err(|source| refuse(source.into()))?;
        Ok(Self {
            path: path.map(Path::to_owned),
            checkpoints: path.map(Checkpoints::of),
            readers: Mutex::new(Vec::new()),
            writer: Mutex::new(WriterState::new(writer)),
        })
    }

    /// The one connection that writes; waits for the change of another thread to end.
    pub(crate) fn writer(&self) -> Writer<'_> {
        // A panic in a closure has rolled its transaction back, so the connection is as good as new.
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        Writer::new(writer, self.checkpoints.as_ref())
    }

    /// Runs `work` with the connection that writes, unless somebody is changing data right now.
    ///
    /// `None`: somebody is, and nothing was done.
    pub(crate) fn write_if_free<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let writer = match self.writer.try_lock() {
            Ok(writer) => writer,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(None),
        };
        let writer = Writer::new(writer, self.checkpoints.as_ref());
        let patience = |wait| writer.busy_timeout(wait).map_err(|why| refused("set its patience", why));
        patience(Duration::ZERO)?;
        let begun = Transaction::begin(&writer, "BEGIN IMMEDIATE");
        patience(Duration::from_secs(BUSY_WAIT_S))?;
        let transaction = match begun {
            Ok(transaction) => transaction,
            Err(StoreError::Busy { .. }) => return Ok(None),
            Err(other) => return Err(other),
        };
        let value = work(&writer)?;
        transaction.commit()?;
        Ok(Some(value))
    }

    /// Runs `work` in one consistent view. `Err` of the work ends the view as well.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let Some(path) = &self.path else {
            let writer = self.writer();
            let view = Transaction::begin(&writer, "BEGIN")?;
            let only = QueryOnly::on(&writer)?;
            let result = work(&writer);
            drop(only);
            drop(view);
            return result;
        };
        let kept = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = match kept {
            Some(reader) => reader,
            None => open_reader(path)?,
        };
        let view = Transaction::begin(&reader, "BEGIN")?;
        let result = work(&reader);
        drop(view);
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS_KEPT {
            readers.push(reader);
        }
        result
    }
}

/// Creates the file with owner-only rights when it is absent.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Sets how changes are kept. While another program that starts sets the same, SQLite refuses at once instead of waiting, so
/// it is asked again.
fn keep_journal(writer: &Connection) -> rusqlite::Result<()> {
    const PAUSE: Duration = Duration::from_millis(100);
    let mut tries = BUSY_WAIT_S * 10;
    loop {
        let set = writer.execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;
            PRAGMA wal_autocheckpoint = {JOURNAL_PAGES};"
        ));
        match set {
            Err(why) if why.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && tries > 0 => tries -= 1,
            done => return done,
        }
        std::thread::sleep(PAUSE);
    }
}

fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let refuse = |source: rusqlite::Error| StoreError::Open {
        location: path.display().to_string(),
        source: source.into(),
    };
    let reader =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(refuse)?;
    prepare_connection(&reader).map_err(refuse)?;
    reader.pragma_update(None, "query_only", true).map_err(refuse)?;
    Ok(reader)
}

fn prepare_connection(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(BUSY_WAIT_S))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;",
    )?;
    // Otherwise a statement is planned anew whenever a parameter changes, because the planner looks at its value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // SQLite's own `lower` knows ASCII alone; PostgreSQL's knows the letters of the database's language.
    connection.create_scalar_function(
        "lower",
        1,
        rusqlite::functions::FunctionFlags::SQLITE_UTF8
            | rusqlite::functions::FunctionFlags::SQLITE_DETERMINISTIC
            | rusqlite::functions::FunctionFlags::SQLITE_INNOCUOUS,
        |arguments| Ok(arguments.get::<Option<String>>(0)?.map(|text| text.to_lowercase())),
    )
}

/// A transaction that is undone unless it is committed, also when a closure panics.
pub(crate) struct Transaction<'a> {
    connection: &'a Connection,
    open: bool,
}

impl<'a> Transaction<'a> {
    pub(crate) fn begin(connection: &'a Connection, begin: &str) -> Result<Self, StoreError> {
        connection.execute_batch(begin).map_err(|why| refused("begin a transaction", why))?;
        Ok(Self { connection, open: true })
    }

    pub(crate) fn commit(mut self) -> Result<(), StoreError> {
        self.connection.execute_batch("COMMIT").map_err(|why| refused("commit", why))?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.open {
            // When even the rollback fails the connection is gone, and with it the transaction.
            drop(self.connection.execute_batch("ROLLBACK"));
        }
    }
}

/// Keeps the only connection of a database in memory from writing while it reads, also when a closure panics.
struct QueryOnly<'a>(&'a Connection);

impl<'a> QueryOnly<'a> {
    fn on(connection: &'a Connection) -> Result<Self, StoreError> {
        connection.pragma_update(None, "query_only", true).map_err(|why| refused("begin to read", why))?;
        Ok(Self(connection))
    }
}

impl Drop for QueryOnly<'_> {
    fn drop(&mut self) {
        // A connection that cannot be switched back refuses the next change in words; nothing is lost.
        drop(self.0.pragma_update(None, "query_only", false));
    }
}

/// Runs a query and shows each row to `visit` until it breaks off.
pub(crate) fn run(
    connection: &Connection,
    sql: &str,
    params: &[Value<'_>],
    visit: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(|why| refused(sql, why))?;
    let places = places(&statement, sql)?;
    bind(&mut statement, sql, &places, params)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(|why| refused(sql, why))? {
        if visit(&Row::Sqlite(row))?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Runs one statement for each row of parameters; says how many rows were written in all.
pub(crate) fn exec_many<'v>(
    connection: &Connection,
    sql: &str,
    rows: &mut dyn Iterator<Item = Vec<Value<'v>>>,
) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(|why| refused(sql, why))?;
    let places = places(&statement, sql)?;
    let mut written = 0;
    for params in rows {
        bind(&mut statement, sql, &places, &params)?;
        written += statement.raw_execute().map_err(|why| refused(sql, why))? as u64;
    }
    Ok(written)
}

/// For each parameter of a statement the place of its value: the number in its name, less one.
fn places(statement: &Statement<'_>, sql: &str) -> Result<Vec<usize>, StoreError> {
    let place = |index| {
        let name = statement.parameter_name(index).unwrap_or("?");
        let number: Option<usize> = name.strip_prefix('$').and_then(|digits| digits.parse().ok());
        number
            .and_then(|number| number.checked_sub(1))
            .ok_or_else(|| unbound(sql, format!("parameter `{name}` is not of the form `$1`")))
    };
    (1..=statement.parameter_count()).map(place).collect()
}

/// Binds each parameter to the value of its place.
fn bind(
    statement: &mut Statement<'_>,
    sql: &str,
    places: &[usize],
    params: &[Value<'_>],
) -> Result<(), StoreError> {
    for (index, place) in (1..).zip(places) {
        let value = params.get(*place).ok_or_else(|| {
            unbound(sql, format!("parameter `${}` has no value; {} are given", place + 1, params.len()))
        })?;
        statement.raw_bind_parameter(index, value).map_err(|why| refused(sql, why))?;
    }
    Ok(())
}

fn unbound(sql: &str, why: String) -> StoreError {
    StoreError::Statement { doing: first_words(sql), source: why.into() }
}

/// The start of a statement, for messages.
pub(crate) fn first_words(sql: &str) -> String {
    let mut words = sql.split_whitespace();
    let start: Vec<&str> = words.by_ref().take(6).collect();
    format!("run `{}{}`", start.join(" "), if words.next().is_some() { " …" } else { "" })
}

/// What a failure of SQLite means.
pub(crate) fn refused(doing: &str, why: rusqlite::Error) -> StoreError {
    match why.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Busy { waited_s: BUSY_WAIT_S }
        }
        Some(ErrorCode::ConstraintViolation) => StoreError::Conflict { rule: why.to_string() },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::damaged(format!("the database file: {why}"))
        }
        _ => StoreError::Statement {
            doing: if doing.contains(' ') && doing.starts_with(char::is_uppercase) {
                first_words(doing)
            } else {
                doing.to_owned()
            },
            source: why.into(),
        },
    }
}
