//! Forward-only migrations: numbered schema texts inside the program, each applied once, in one transaction.
//!
//! There is no way back: a newer schema is refused in words, and so is a database whose migrations were
//! others. The hash is that of the one text before it is mapped to an engine.

use crate::dialect::{self, Dialect};
use crate::error::StoreError;
use crate::reader::Reader;
use crate::store::Store;
use crate::value::params;
use sha2::{Digest, Sha256};

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its number, from 1 and rising; a number may be left out.
    pub number: i64,
    /// Its name.
    pub name: &'static str,
    /// Its text, in PostgreSQL's words.
    pub ddl: &'static str,
}

/// All migrations of this program, in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "core", ddl: include_str!("../migrations/0001_core.sql") },
    Migration { number: 2, name: "plant", ddl: include_str!("../migrations/0002_plant.sql") },
    Migration { number: 3, name: "advisory", ddl: include_str!("../migrations/0003_advisory.sql") },
    Migration { number: 4, name: "match", ddl: include_str!("../migrations/0004_match.sql") },
    Migration { number: 5, name: "source", ddl: include_str!("../migrations/0005_source.sql") },
    Migration { number: 6, name: "asset order", ddl: include_str!("../migrations/0006_asset_order.sql") },
    Migration { number: 7, name: "intelligence", ddl: include_str!("../migrations/0007_intelligence.sql") },
    Migration { number: 8, name: "review", ddl: include_str!("../migrations/0008_review.sql") },
    Migration { number: 9, name: "csaf system", ddl: include_str!("../migrations/0009_csaf_system.sql") },
    Migration { number: 10, name: "version key", ddl: include_str!("../migrations/0010_version_key.sql") },
    Migration { number: 11, name: "patch", ddl: include_str!("../migrations/0011_patch.sql") },
    Migration {
        number: 12,
        name: "match overlay",
        ddl: include_str!("../migrations/0012_match_overlay.sql"),
    },
    Migration { number: 13, name: "feed finding", ddl: include_str!("../migrations/0013_feed_finding.sql") },
    Migration {
        number: 14,
        name: "revision hash",
        ddl: include_str!("../migrations/0014_revision_hash.sql"),
    },
    Migration { number: 15, name: "ranking", ddl: include_str!("../migrations/0015_ranking.sql") },
    Migration { number: 16, name: "approval", ddl: include_str!("../migrations/0016_approval.sql") },
    Migration {
        number: 17,
        name: "compatibility",
        ddl: include_str!("../migrations/0017_compatibility.sql"),
    },
    Migration { number: 20, name: "window", ddl: include_str!("../migrations/0020_window.sql") },
    Migration { number: 21, name: "plan", ddl: include_str!("../migrations/0021_plan.sql") },
    Migration { number: 24, name: "control file", ddl: include_str!("../migrations/0024_control_file.sql") },
    Migration {
        number: 25,
        name: "finding decision",
        ddl: include_str!("../migrations/0025_finding_decision.sql"),
    },
    Migration { number: 26, name: "execution", ddl: include_str!("../migrations/0026_execution.sql") },
    Migration { number: 27, name: "policy", ddl: include_str!("../migrations/0027_policy.sql") },
    Migration { number: 28, name: "notice", ddl: include_str!("../migrations/0028_notice.sql") },
    Migration { number: 29, name: "deployment", ddl: include_str!("../migrations/0029_deployment.sql") },
    Migration { number: 31, name: "agent", ddl: include_str!("../migrations/0031_agent.sql") },
    Migration { number: 32, name: "controller", ddl: include_str!("../migrations/0032_controller.sql") },
    Migration { number: 33, name: "work order", ddl: include_str!("../migrations/0033_work_order.sql") },
    Migration { number: 34, name: "transfer", ddl: include_str!("../migrations/0034_transfer.sql") },
    Migration { number: 36, name: "in force", ddl: include_str!("../migrations/0036_in_force.sql") },
    Migration { number: 37, name: "second word", ddl: include_str!("../migrations/0037_second_word.sql") },
    Migration { number: 39, name: "plan end", ddl: include_str!("../migrations/0039_plan_end.sql") },
    Migration {
        number: 40,
        name: "safety certificate",
        ddl: include_str!("../migrations/0040_safety_certificate.sql"),
    },
    Migration { number: 41, name: "seen", ddl: include_str!("../migrations/0041_seen.sql") },
    Migration { number: 42, name: "reported", ddl: include_str!("../migrations/0042_reported.sql") },
    Migration { number: 43, name: "lowering", ddl: include_str!("../migrations/0043_lowering.sql") },
    Migration { number: 44, name: "lift", ddl: include_str!("../migrations/0044_lift.sql") },
    Migration { number: 45, name: "given", ddl: include_str!("../migrations/0045_given.sql") },
    Migration { number: 46, name: "restore", ddl: include_str!("../migrations/0046_restore.sql") },
    Migration { number: 47, name: "waiting", ddl: include_str!("../migrations/0047_waiting.sql") },
    Migration { number: 48, name: "first_word", ddl: include_str!("../migrations/0048_first_word.sql") },
    Migration { number: 49, name: "plan_again", ddl: include_str!("../migrations/0049_plan_again.sql") },
    Migration { number: 50, name: "cleared", ddl: include_str!("../migrations/0050_cleared.sql") },
    Migration { number: 51, name: "check_before", ddl: include_str!("../migrations/0051_check_before.sql") },
    Migration {
        number: 52,
        name: "zone_exposure",
        ddl: include_str!("../migrations/0052_zone_exposure.sql"),
    },
    Migration { number: 53, name: "begin", ddl: include_str!("../migrations/0053_begin.sql") },
    Migration { number: 54, name: "halt", ddl: include_str!("../migrations/0054_halt.sql") },
    Migration { number: 55, name: "wanted", ddl: include_str!("../migrations/0055_wanted.sql") },
    Migration { number: 58, name: "release", ddl: include_str!("../migrations/0058_release.sql") },
    Migration {
        number: 59,
        name: "supplier voice",
        ddl: include_str!("../migrations/0059_supplier_voice.sql"),
    },
    Migration { number: 60, name: "plan version", ddl: include_str!("../migrations/0060_plan_version.sql") },
    Migration {
        number: 61,
        name: "statement origin",
        ddl: include_str!("../migrations/0061_statement_origin.sql"),
    },
];

const REGISTER: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    number BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    applied_at BIGINT NOT NULL
);
";
/// Two programs that start at once migrate one after the other.
const ONE_AT_A_TIME: &str = "SELECT pg_advisory_xact_lock(5208174093187)";
const APPLIED: &str = "SELECT number, name, sha256 FROM schema_migration ORDER BY number";
const APPLY: &str = "INSERT INTO schema_migration (number, name, sha256, applied_at) VALUES ($1, $2, $3, $4)";
/// The databases' own clocks: nobody hands a moment to the opening of a store, and nothing depends on this one.
const CLOCK_OF_SQLITE: &str = "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) * 1000";
const CLOCK_OF_POSTGRES: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";

impl Store {
    /// Applies what is missing of `migrations`.
    pub(crate) fn migrate(&self, migrations: &[Migration]) -> Result<(), StoreError> {
        // Nothing to do, most of the time: then the change of another process is not waited for.
        match self.read(|tx| applied(tx, migrations)) {
            Ok(applied) if applied == migrations.len() => return Ok(()),
            Err(refused @ (StoreError::NewerSchema { .. } | StoreError::ForeignMigration { .. })) => {
                return Err(refused);
            }
            // A database without any schema cannot be read; if it is another trouble, it shows below.
            Ok(_) | Err(_) => {}
        }
        let applied = self.write_unaudited(|tx| {
            one_at_a_time(tx)?;
            tx.batch(&dialect::schema(REGISTER, tx.dialect()))?;
            applied(tx, migrations)
        })?;
        for (place, migration) in migrations.iter().enumerate().skip(applied) {
            self.write_unaudited(|tx| {
                one_at_a_time(tx)?;
                // Another process may have been faster.
                if self::applied(tx, migrations)? <= place {
                    apply(tx, migration)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

fn one_at_a_time(tx: &mut Reader<'_>) -> Result<(), StoreError> {
    match tx.dialect() {
        // A change of SQLite begins with the file's write lock.
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => tx.batch(ONE_AT_A_TIME),
    }
}

/// How many migrations are applied; refuses a database that is not of this program.
fn applied(tx: &mut Reader<'_>, migrations: &[Migration]) -> Result<usize, StoreError> {
    let rows: Vec<(i64, String, [u8; 32])> =
        tx.query(APPLIED, params![], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let known = migrations.last().map_or(0, |last| last.number);
    if let Some((found, ..)) = rows.last()
        && *found > known
    {
        return Err(StoreError::NewerSchema { found: *found, known });
    }
    for (index, (number, name, sha256)) in rows.iter().enumerate() {
        let same = migrations
            .get(index)
            .is_some_and(|own| own.number == *number && own.name == name && fingerprint(own) == *sha256);
        if !same {
            return Err(StoreError::ForeignMigration { number: *number, name: name.clone() });
        }
    }
    Ok(rows.len())
}

fn apply(tx: &mut Reader<'_>, migration: &Migration) -> Result<(), StoreError> {
    tx.batch(&dialect::schema(migration.ddl, tx.dialect()))?;
    let clock = match tx.dialect() {
        Dialect::Sqlite => CLOCK_OF_SQLITE,
        Dialect::Postgres => CLOCK_OF_POSTGRES,
    };
    let now: i64 = tx.query_one(clock, params![], |row| row.get(0))?;
    let row = params![migration.number, migration.name, fingerprint(migration), now].to_vec();
    tx.write_many(APPLY, &mut std::iter::once(row)).map(drop)
}

fn fingerprint(migration: &Migration) -> [u8; 32] {
    Sha256::digest(migration.ddl.as_bytes()).into()
}
