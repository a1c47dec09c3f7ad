//! Inserting many rows: one prepared statement in a tight loop on SQLite, many rows a statement on PostgreSQL.
//!
//! The surprise: the statement of many rows is made from the statement of one by numbering its parameters on, so
//! that there is one text to read and to check.

use crate::change::Change;
use crate::dialect::Dialect;
use crate::error::StoreError;
use crate::value::Value;
use std::fmt::Write as _;

/// Rows of one statement on PostgreSQL. What is left over goes row by row, all on their way at once.
const ROWS: usize = 64;

impl Change<'_> {
    /// Runs `INSERT … VALUES (…)`, a statement for one row, for each row of parameters.
    pub(crate) fn insert_many<'v>(
        &mut self,
        sql: &str,
        rows: impl IntoIterator<Item = Vec<Value<'v>>>,
    ) -> Result<(), StoreError> {
        match self.dialect() {
            Dialect::Sqlite => self.exec_many(sql, rows).map(drop),
            Dialect::Postgres => self.insert_folded(sql, rows),
        }
    }

    fn insert_folded<'v>(
        &mut self,
        sql: &str,
        rows: impl IntoIterator<Item = Vec<Value<'v>>>,
    ) -> Result<(), StoreError> {
        let mut rows = rows.into_iter();
        loop {
            let chunk: Vec<Vec<Value<'v>>> = rows.by_ref().take(ROWS).collect();
            if chunk.len() < ROWS {
                return self.exec_many(sql, chunk).map(drop);
            }
            let part: Vec<Value<'v>> = chunk.into_iter().flatten().collect();
            self.exec_many(&folded(sql, ROWS), [part])?;
        }
    }
}

/// The statement for that many rows at once.
fn folded(sql: &str, rows: usize) -> String {
    let Some(start) = sql.rfind("VALUES").map(|at| at + "VALUES".len()) else { return sql.to_owned() };
    let (head, row) = sql.split_at(start);
    let mut text = head.to_owned();
    let width = row.matches('$').count();
    for place in 0..rows {
        text.push_str(if place == 0 { " " } else { ", " });
        renumbered(row.trim(), place * width, &mut text);
    }
    text
}

/// Writes a row of placeholders with their numbers moved on.
fn renumbered(row: &str, by: usize, text: &mut String) {
    let mut parts = row.split('$');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let number: usize = part[..digits].parse().expect("a placeholder is `$` and a small number");
        write!(text, "${}{}", number + by, &part[digits..]).expect("writing to a text cannot fail");
    }
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn a_statement_of_one_row_becomes_one_of_many() {
        assert_eq!(
            folded("INSERT INTO t (a, b, c)\n VALUES ($1, 9223372036854775807, $2)", 3),
            "INSERT INTO t (a, b, c)\n VALUES ($1, 9223372036854775807, $2), ($3, 9223372036854775807, $4), \
             ($5, 9223372036854775807, $6)"
        );
    }
}
