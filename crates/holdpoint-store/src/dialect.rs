//! The few words in which the two engines differ.
//!
//! Statements are one text: PostgreSQL's own words stand in `/*+pg … */`, a comment for SQLite. Schemas are one
//! text in PostgreSQL's words; SQLite gets its own type names and `STRICT`. A line that begins with `--pg ` or
//! `--sqlite ` is opened for that engine alone; only triggers need it.

use std::borrow::Cow;

/// Which engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// Opens PostgreSQL's hints in a statement.
pub(crate) fn for_postgres(sql: &str) -> Cow<'_, str> {
    let mut rest = sql;
    let mut opened = String::new();
    while let Some((before, hint)) = rest.split_once("/*+pg") {
        let Some((words, after)) = hint.split_once("*/") else { break };
        opened.push_str(before);
        opened.push_str(words);
        rest = after;
    }
    if opened.is_empty() {
        return Cow::Borrowed(sql);
    }
    opened.push_str(rest);
    Cow::Owned(opened)
}

/// A schema text in the words of one engine.
pub(crate) fn schema(ddl: &str, dialect: Dialect) -> String {
    let (own, other) = match dialect {
        Dialect::Sqlite => ("--sqlite ", "--pg "),
        Dialect::Postgres => ("--pg ", "--sqlite "),
    };
    let mut out = String::with_capacity(ddl.len() + ddl.len() / 4);
    for line in ddl.lines() {
        if let Some(opened) = line.strip_prefix(own) {
            out.push_str(opened);
        } else if line.starts_with(other) || line.trim_start().starts_with("--") {
            continue;
        } else if line == ");" && dialect == Dialect::Sqlite {
            out.push_str(") STRICT;");
        } else {
            map_types(line, dialect, &mut out);
        }
        out.push('\n');
    }
    out
}

fn map_types(line: &str, dialect: Dialect, out: &mut String) {
    let pairs: &[(&str, &str)] = match dialect {
        Dialect::Sqlite => {
            &[("DOUBLE PRECISION", "REAL"), ("BIGINT", "INTEGER"), ("BYTEA", "BLOB"), ("BOOLEAN", "INTEGER")]
        }
        Dialect::Postgres => &[("TEXT", "TEXT COLLATE \"C\"")],
    };
    let mut mapped = line.to_owned();
    for (from, to) in pairs {
        mapped = replace_word(&mapped, from, to);
    }
    out.push_str(&mapped);
}

/// Replaces whole words only: `TEXT`, not the `TEXT` in `CONTEXT`.
fn replace_word(line: &str, from: &str, to: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::with_capacity(line.len() + to.len());
    let mut rest = line;
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        let whole = !out.chars().chain(before.chars()).next_back().is_some_and(is_part)
            && !after.starts_with(is_part);
        out.push_str(before);
        out.push_str(if whole { to } else { from });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_open_for_postgres_alone() {
        assert_eq!(for_postgres("SELECT 1 /*+pg FOR UPDATE */ -- x"), "SELECT 1  FOR UPDATE  -- x");
        assert_eq!(for_postgres("SELECT /* plain */ 1"), "SELECT /* plain */ 1");
    }

    #[test]
    fn one_schema_text_becomes_two() {
        let ddl = "CREATE TABLE a (\n    context TEXT NOT NULL,\n    n BIGINT, b BYTEA, CONTEXT TEXT\n);\n--pg SELECT 1;\n--sqlite SELECT 2;\n-- remark\n";
        assert_eq!(
            schema(ddl, Dialect::Sqlite),
            "CREATE TABLE a (\n    context TEXT NOT NULL,\n    n INTEGER, b BLOB, CONTEXT TEXT\n) STRICT;\nSELECT 2;\n"
        );
        assert_eq!(
            schema(ddl, Dialect::Postgres),
            "CREATE TABLE a (\n    context TEXT COLLATE \"C\" NOT NULL,\n    n BIGINT, b BYTEA, CONTEXT TEXT COLLATE \"C\"\n);\nSELECT 1;\n"
        );
    }
}
