//! One text, two engines: every statement prepares on both, and both schemas are the same.

use crate::migrate::{MIGRATIONS, Migration};
use crate::testing::{TestStore, postgres, sqlite, stores};
use crate::value::params;
use crate::{Location, Store, StoreError};
use std::collections::BTreeMap;

/// Table → column → (type, may be absent).
type Schema = BTreeMap<String, BTreeMap<String, (String, bool)>>;

fn schema_of_sqlite(store: &TestStore) -> Schema {
    let columns = "SELECT m.name, p.name, p.type, p.\"notnull\" OR p.pk > 0 FROM sqlite_schema m \
                   JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
    let rows = store
        .read(|r| {
            r.query(columns, params![], |row| {
                Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.get::<String>(2)?, row.get::<bool>(3)?))
            })
        })
        .unwrap();
    collected(rows)
}

fn schema_of_postgres(store: &TestStore) -> Schema {
    let columns = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT), \
                   is_nullable = 'NO' FROM information_schema.columns WHERE table_schema = 'public'";
    let rows = store
        .read(|r| {
            r.query(columns, params![], |row| {
                let kind: String = row.get(2)?;
                let mapped = match kind.as_str() {
                    "bigint" | "boolean" => "INTEGER",
                    "text" => "TEXT",
                    "bytea" => "BLOB",
                    "double precision" => "REAL",
                    other => panic!("type {other} is not used here"),
                };
                Ok((row.get::<String>(0)?, row.get::<String>(1)?, mapped.to_owned(), row.get::<bool>(3)?))
            })
        })
        .unwrap();
    collected(rows)
}

fn collected(rows: Vec<(String, String, String, bool)>) -> Schema {
    let mut schema = Schema::new();
    for (table, column, kind, required) in rows {
        schema.entry(table).or_default().insert(column, (kind, required));
    }
    schema
}

#[test]
fn both_engines_have_the_same_tables_and_columns() {
    let (one, other) = (schema_of_sqlite(&sqlite()), schema_of_postgres(&postgres()));
    assert!(one.len() > 8, "tables: {:?}", one.keys());
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (table, columns) in &one {
        assert_eq!(columns, &other[table], "table `{table}`");
    }
}

#[test]
fn both_engines_have_the_same_indexes_by_name() {
    let of_sqlite =
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let of_postgres = "SELECT CAST(i.relname AS TEXT) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid \
        JOIN pg_namespace n ON n.oid = i.relnamespace LEFT JOIN pg_constraint c ON c.conindid = i.oid \
        WHERE n.nspname = 'public' AND c.oid IS NULL ORDER BY i.relname";
    let names = |store: &TestStore, sql: &str| -> Vec<String> {
        store.read(|r| r.query(sql, params![], |row| row.get(0))).unwrap()
    };
    let mut other = names(&postgres(), of_postgres);
    other.sort();
    assert_eq!(names(&sqlite(), of_sqlite), other);
}

#[test]
fn every_table_of_sqlite_is_strict() {
    let loose: Vec<String> = sqlite()
        .read(|r| {
            r.query(
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
                 AND strict = 0 AND name NOT LIKE 'sqlite_%'",
                params![],
                |row| row.get(0),
            )
        })
        .unwrap();
    assert_eq!(loose, Vec::<String>::new());
}

#[test]
fn every_statement_prepares_on_both_engines() {
    let statements = crate::all_statements();
    assert!(statements.len() > 10);
    for store in stores() {
        for (name, sql) in &statements {
            let sql = crate::reader::in_list(sql, highest_parameter(sql), 2);
            store
                .read(|r| r.check(&sql))
                .unwrap_or_else(|why| panic!("{name} on {}: {why:?}\n{sql}", store.engine));
        }
    }
}

/// The largest `$n` of a statement.
fn highest_parameter(sql: &str) -> usize {
    let digits = |rest: &str| -> usize {
        rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
    };
    sql.split('$').skip(1).map(digits).max().unwrap_or(0)
}

#[test]
fn a_newer_schema_and_a_foreign_one_are_refused_untouched() {
    for store in stores() {
        let mut newer = MIGRATIONS.to_vec();
        let number = newer[newer.len() - 1].number + 1;
        newer.push(Migration {
            number,
            name: "future",
            ddl: "CREATE TABLE future (\n    n BIGINT NOT NULL\n);\n",
        });
        store.migrate(&newer).unwrap();
        assert!(
            matches!(Store::open(&store.location), Err(StoreError::NewerSchema { found, .. }) if found == number),
            "{}",
            store.engine
        );
        newer[0].ddl = "CREATE TABLE other (\n    n BIGINT NOT NULL\n);\n";
        assert!(matches!(store.migrate(&newer), Err(StoreError::ForeignMigration { number: 1, .. })));
    }
}

#[test]
fn a_migration_that_fails_leaves_nothing_of_itself() {
    for store in stores() {
        let mut broken = MIGRATIONS.to_vec();
        let number = broken[broken.len() - 1].number + 1;
        let ddl =
            "CREATE TABLE half (\n    n BIGINT NOT NULL\n);\nCREATE TABLE broken (\n    n BIGINT NOT\n);\n";
        broken.push(Migration { number, name: "broken", ddl });
        assert!(store.migrate(&broken).is_err());
        assert!(store.read(|r| r.check("SELECT n FROM half")).is_err(), "{}", store.engine);
        Store::open(&store.location).unwrap();
    }
}

#[test]
fn two_programs_that_start_at_once_migrate_once() {
    let folder = tempfile::tempdir().unwrap();
    let database = holdpoint_testkit::postgres::database();
    for location in [Location::Sqlite(folder.path().join("plant.db")), Location::Postgres(database.url())] {
        std::thread::scope(|scope| {
            let opened: Vec<_> = (0..4).map(|_| scope.spawn(|| Store::open(&location).map(drop))).collect();
            for thread in opened {
                thread.join().unwrap().unwrap();
            }
        });
    }
}
