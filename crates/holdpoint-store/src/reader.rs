//! Reading: one consistent view of the data, for as long as a closure runs.
//!
//! Each noun adds its own methods to [`Reader`] in its own file; the statement runners here are for them alone.

use crate::error::StoreError;
use crate::postgres::PostgresConnection;
use crate::sqlite;
use crate::value::{Row, Value};
use std::ops::ControlFlow;
use tokio::runtime::Runtime;

/// Values that are sent at once for an `IN ({list})`.
const LIST_CHUNK: usize = 256;

/// A consistent view of the data.
pub struct Reader<'t> {
    session: Session<'t>,
}

/// The connection behind a view.
pub(crate) enum Session<'t> {
    /// SQLite.
    Sqlite(&'t rusqlite::Connection),
    /// PostgreSQL.
    Postgres {
        /// Waits for the driver.
        runtime: &'t Runtime,
        /// The connection.
        connection: &'t mut PostgresConnection,
    },
}

impl<'t> Reader<'t> {
    pub(crate) fn new(session: Session<'t>) -> Self {
        Self { session }
    }

    fn run(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        visit: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        match &mut self.session {
            Session::Sqlite(connection) => sqlite::run(connection, sql, params, visit),
            Session::Postgres { runtime, connection } => connection.run(runtime, sql, params, visit),
        }
    }

    /// All rows of a query.
    pub(crate) fn query<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.each(sql, params, |row| {
            rows.push(map(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The first row of a query, if there is one.
    pub(crate) fn query_opt<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut first = None;
        self.run(sql, params, &mut |row| {
            first = Some(map(row)?);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(first)
    }

    /// The first row of a query that always has one.
    pub(crate) fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.query_opt(sql, params, map)?
            .ok_or_else(|| StoreError::damaged(format!("`{}` found nothing", sqlite::first_words(sql))))
    }

    /// Shows each row to `visit`; memory does not grow with the result.
    pub(crate) fn each(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.run(sql, params, &mut |row| visit(row).map(ControlFlow::Continue))
    }

    /// All rows of a query with `IN ({list})` for any number of values.
    ///
    /// The fixed values are `$1`… ; the list is sent in chunks, so the rows are sorted within a chunk only.
    pub(crate) fn query_in<T>(
        &mut self,
        sql: &str,
        fixed: &[Value<'_>],
        list: impl IntoIterator<Item = Value<'static>>,
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        let mut list = list.into_iter();
        loop {
            let mut chunk: Vec<Value<'static>> = list.by_ref().take(LIST_CHUNK).collect();
            let Some(last) = chunk.last().cloned() else { return Ok(rows) };
            // Few lengths, so few prepared statements: the last value is repeated.
            let length = if chunk.len() == 1 { 1 } else { chunk.len().next_power_of_two().max(8) };
            chunk.resize(length, last);
            let text = in_list(sql, fixed.len(), length);
            let mut params: Vec<Value<'_>> = fixed.to_vec();
            params.extend(chunk);
            self.each(&text, &params, |row| {
                rows.push(map(row)?);
                Ok(())
            })?;
        }
    }

    /// Prepares a statement without running it.
    #[cfg(test)]
    pub(crate) fn check(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.session {
            Session::Sqlite(connection) => {
                connection.prepare(sql).map(drop).map_err(|why| sqlite::refused(sql, why))
            }
            Session::Postgres { runtime, connection } => connection.prepare(runtime, sql).map(drop),
        }
    }

    /// Runs one statement for each row of parameters. Only [`crate::Change`] and the store itself call it.
    pub(crate) fn write_many<'v>(
        &mut self,
        sql: &str,
        rows: &mut dyn Iterator<Item = Vec<Value<'v>>>,
    ) -> Result<u64, StoreError> {
        match &mut self.session {
            Session::Sqlite(connection) => sqlite::exec_many(connection, sql, rows),
            Session::Postgres { runtime, connection } => connection.exec_many(runtime, sql, rows),
        }
    }

    /// Runs a schema text of this engine.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.session {
            Session::Sqlite(connection) => {
                connection.execute_batch(sql).map_err(|why| sqlite::refused("change the schema", why))
            }
            Session::Postgres { runtime, connection } => connection.batch(runtime, sql),
        }
    }

    /// Which engine this is.
    pub(crate) fn dialect(&self) -> crate::dialect::Dialect {
        match self.session {
            Session::Sqlite(_) => crate::dialect::Dialect::Sqlite,
            Session::Postgres { .. } => crate::dialect::Dialect::Postgres,
        }
    }
}

/// Writes `$k+1, $k+2, …` in the place of `{list}`.
pub(crate) fn in_list(sql: &str, fixed: usize, length: usize) -> String {
    let names: Vec<String> = (1..=length).map(|place| format!("${}", fixed + place)).collect();
    sql.replace("{list}", &names.join(", "))
}
