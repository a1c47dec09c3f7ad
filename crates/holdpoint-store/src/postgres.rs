//! The PostgreSQL half: a runtime of its own, a pool of connections, and pipelined bulk statements.
//!
//! Everything outside is synchronous; the asynchronous driver is waited for here. The surprise: never call the
//! store from inside an asynchronous task, only from a thread that may block.
//! A broken connection is thrown away and a new one is made; a statement that takes too long is ended by the
//! server ([`STATEMENT_LIMIT_MS`], [`LOCK_LIMIT_MS`]).

use crate::dialect::for_postgres;
use crate::error::StoreError;
use crate::sqlite::first_words;
use crate::value::{Row, Value};
use futures_util::StreamExt;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Statement};

/// How long one statement may run on the server, in milliseconds.
const STATEMENT_LIMIT_MS: u64 = 300_000;
/// How long a statement waits for the change of another process, in milliseconds.
const LOCK_LIMIT_MS: u64 = 60_000;
/// Idle connections that are kept.
const CONNECTIONS_KEPT: usize = 16;
/// Prepared statements that a connection keeps; when there are more, all are prepared afresh.
const STATEMENTS_KEPT: usize = 512;
/// Bulk statements that are on their way at once.
const PIPELINE_DEPTH: usize = 1024;
/// Rows that are taken from the driver at once.
const ROWS_AT_ONCE: usize = 256;

/// A PostgreSQL database.
pub(crate) struct PostgresDatabase {
    location: String,
    config: Config,
    idle: Mutex<Vec<PostgresConnection>>,
    /// `None` only while being dropped.
    runtime: Option<Runtime>,
}

/// One connection with its prepared statements.
pub(crate) struct PostgresConnection {
    client: Client,
    statements: HashMap<String, Statement>,
    /// The server asked to run the transaction again.
    pub(crate) run_again: bool,
}

/// A connection on loan; goes back to the pool only after [`Lease::give_back`].
pub(crate) struct Lease<'a> {
    database: &'a PostgresDatabase,
    /// `Some` until it is given back.
    connection: Option<PostgresConnection>,
}

impl PostgresDatabase {
    /// Reads the URL and makes a first connection.
    pub(crate) fn open(url: &str, location: String) -> Result<Self, StoreError> {
        let refuse = |source| StoreError::Open { location: location.clone(), source };
        let mut config: Config = url.parse().map_err(|_| refuse("it is no PostgreSQL URL".into()))?;
        config.application_name("holdpoint");
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(10));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("holdpoint-postgres")
            .enable_all()
            .build()
            .map_err(|source| refuse(source.into()))?;
        let database = Self { location, config, idle: Mutex::new(Vec::new()), runtime: Some(runtime) };
        let first = database.connect()?;
        database.keep(first);
        Ok(database)
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("the runtime leaves only when the database is dropped")
    }

    fn connect(&self) -> Result<PostgresConnection, StoreError> {
        let refuse = |why: tokio_postgres::Error| StoreError::Open {
            location: self.location.clone(),
            source: plain_message(&why).into(),
        };
        self.runtime().block_on(async {
            let (client, connection) = self.config.connect(NoTls).await.map_err(refuse)?;
            // The task ends by itself when the client is dropped; a failure shows in the next statement.
            tokio::spawn(async move { drop(connection.await) });
            let settings = format!(
                "SET statement_timeout = {STATEMENT_LIMIT_MS}; SET lock_timeout = {LOCK_LIMIT_MS}; \
                 SET client_min_messages = warning"
            );
            client.batch_execute(&settings).await.map_err(refuse)?;
            Ok(PostgresConnection { client, statements: HashMap::new(), run_again: false })
        })
    }

    fn keep(&self, connection: PostgresConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < CONNECTIONS_KEPT && !connection.client.is_closed() {
            idle.push(connection);
        }
    }

    /// Borrows a connection on which `begin` has run; one that broke while it was idle is replaced.
    pub(crate) fn begin(&self, begin: &str) -> Result<Lease<'_>, StoreError> {
        loop {
            let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(mut connection) = kept else { break };
            connection.run_again = false;
            if self.runtime().block_on(connection.client.batch_execute(begin)).is_ok() {
                return Ok(Lease { database: self, connection: Some(connection) });
            }
        }
        let mut connection = self.connect()?;
        connection.batch(self.runtime(), begin)?;
        Ok(Lease { database: self, connection: Some(connection) })
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Lease<'_> {
    pub(crate) fn connection(&mut self) -> &mut PostgresConnection {
        self.connection.as_mut().expect("a lease has its connection until it is given back")
    }

    /// Ends the transaction with `end` and returns the connection to the pool.
    pub(crate) fn give_back(mut self, end: &str) -> Result<(), StoreError> {
        let database = self.database;
        self.connection().batch(database.runtime(), end)?;
        if let Some(connection) = self.connection.take() {
            database.keep(connection);
        }
        Ok(())
    }
}

impl PostgresConnection {
    /// Runs a text of several statements without parameters.
    pub(crate) fn batch(&mut self, runtime: &Runtime, sql: &str) -> Result<(), StoreError> {
        let done = runtime.block_on(self.client.batch_execute(sql));
        done.map_err(|why| self.refused(sql, &why))
    }

    /// Prepares a statement, or finds it prepared.
    pub(crate) fn prepare(&mut self, runtime: &Runtime, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let prepared = runtime.block_on(self.client.prepare(&for_postgres(sql)));
        let statement = prepared.map_err(|why| self.refused(sql, &why))?;
        if self.statements.len() >= STATEMENTS_KEPT {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Runs a query and shows each row to `visit` until it breaks off; memory does not grow with the result.
    pub(crate) fn run(
        &mut self,
        runtime: &Runtime,
        sql: &str,
        params: &[Value<'_>],
        visit: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.prepare(runtime, sql)?;
        let params = used(&statement, sql, params)?;
        let started = runtime.block_on(self.client.query_raw(&statement, params.iter().map(as_param)));
        let stream = started.map_err(|why| self.refused(sql, &why))?;
        let mut chunks = std::pin::pin!(stream.ready_chunks(ROWS_AT_ONCE));
        while let Some(chunk) = runtime.block_on(chunks.next()) {
            for row in chunk {
                let row = row.map_err(|why| self.refused(sql, &why))?;
                if visit(&Row::Postgres(&row))?.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Runs one statement for each row of parameters, many on their way at once.
    pub(crate) fn exec_many<'v>(
        &mut self,
        runtime: &Runtime,
        sql: &str,
        rows: &mut dyn Iterator<Item = Vec<Value<'v>>>,
    ) -> Result<u64, StoreError> {
        let statement = self.prepare(runtime, sql)?;
        let mut written = 0;
        loop {
            let batch: Vec<Vec<Value<'v>>> =
                std::iter::from_fn(|| rows.next()).take(PIPELINE_DEPTH).collect();
            if batch.is_empty() {
                return Ok(written);
            }
            let client = &self.client;
            let done: Result<Vec<u64>, Failure> = runtime.block_on(async {
                let calls = batch.iter().map(|params| {
                    let statement = &statement;
                    async move {
                        let params = used(statement, sql, params).map_err(Failure::Shape)?;
                        client
                            .execute_raw(statement, params.iter().map(as_param))
                            .await
                            .map_err(Failure::Driver)
                    }
                });
                futures_util::future::try_join_all(calls).await
            });
            match done {
                Ok(counts) => written += counts.iter().sum::<u64>(),
                Err(Failure::Shape(why)) => return Err(why),
                Err(Failure::Driver(why)) => return Err(self.refused(sql, &why)),
            }
        }
    }

    /// What a failure means; remembers when the server asks for another attempt.
    fn refused(&mut self, doing: &str, why: &tokio_postgres::Error) -> StoreError {
        let Some(code) = why.code() else {
            return StoreError::Statement { doing: first_words(doing), source: plain_message(why).into() };
        };
        if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
            self.run_again = true;
        }
        if *code == SqlState::LOCK_NOT_AVAILABLE {
            return StoreError::Busy { waited_s: LOCK_LIMIT_MS / 1_000 };
        }
        if code.code().starts_with("23") {
            return StoreError::Conflict { rule: plain_message(why) };
        }
        StoreError::Statement { doing: first_words(doing), source: plain_message(why).into() }
    }
}

enum Failure {
    Shape(StoreError),
    Driver(tokio_postgres::Error),
}

fn as_param<'a>(value: &'a Value<'_>) -> &'a (dyn ToSql + Sync) {
    value
}

/// The parameters that the statement uses; a shared list may hold more at its end.
fn used<'p, 'v>(
    statement: &Statement,
    sql: &str,
    params: &'p [Value<'v>],
) -> Result<&'p [Value<'v>], StoreError> {
    let needed = statement.params().len();
    params.get(..needed).ok_or_else(|| StoreError::Statement {
        doing: first_words(sql),
        source: format!("it needs {needed} values; {} are given", params.len()).into(),
    })
}

/// The server's message without connection details.
pub(crate) fn plain_message(why: &tokio_postgres::Error) -> String {
    use std::error::Error;
    match why.as_db_error() {
        Some(told) => told.message().to_owned(),
        None => match why.source() {
            Some(source) => format!("{why}: {source}"),
            None => why.to_string(),
        },
    }
}
