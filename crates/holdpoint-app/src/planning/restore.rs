//! Restore tests: that somebody restored a backup of an asset, what, when, and who wrote it down.
//!
//! The surprise: a backup that nobody ever restored may be none. Where a site's rules say how old the last test may be, no step
//! on the asset begins without one.

use super::{find_asset, invalid};
use crate::App;
use crate::access_check::Caller;
use crate::approval::{person, reading, refused};
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::plan::ground::RestoreTest;
use holdpoint_domain::signature::written;
use serde_json::json;

/// So far clocks may go apart: five minutes.
const CLOCKS: i64 = 300_000_000;

/// A restore test, as somebody writes it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRestoreTest {
    /// When the backup was restored; `None`: now.
    pub tested_at: Option<Moment>,
    /// Who did it; empty: whoever writes it down.
    pub tested_by: String,
    /// What was restored, and where.
    pub what: String,
}

/// The restore tests of an asset's backups, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn restore_tests(app: &App, caller: &Caller, asset: &str) -> Result<Vec<RestoreTest>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let asset = find_asset(r, asset, &reach)?;
        Ok(r.restore_tests(asset.asset.id)?)
    })
}

/// Writes down that a backup of an asset was restored.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for words that say nothing, and for a moment to come.
pub fn put_restore_test(
    app: &App,
    caller: &Caller,
    asset: &str,
    new: &NewRestoreTest,
    reason: &str,
) -> Result<RestoreTest, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let what = written("what was restored", &new.what).map_err(refused)?;
    let named = new.tested_by.trim();
    if named.chars().count() > 120 || named.chars().any(char::is_control) {
        return Err(invalid("tested_by", "the name cannot be used", "write at most 120 characters"));
    }
    let committed = app.store().change(&app.intent(caller, "planning.restore_test", reason), |c| {
        let found = find_asset(c, asset, &reach)?;
        caller.require_at(Permission::WritePlans, found.site)?;
        let (at, by) = (c.at(), person(caller).name);
        let tested_at = new.tested_at.unwrap_or(at);
        if tested_at > at.plus_micros(CLOCKS) {
            let what = format!("{tested_at} has not come yet");
            return Err(invalid("tested_at", what, "write down when the backup was restored"));
        }
        let test = RestoreTest {
            asset: found.asset.id,
            tested_at: tested_at.min(at),
            tested_by: if named.is_empty() { by.clone() } else { named.to_owned() },
            what: what.clone(),
            recorded_by: by,
            recorded_at: at,
        };
        c.put_restore_test(&test)?;
        c.about("asset", &found.asset.tag);
        c.detail("tested_at", json!(test.tested_at.to_string()));
        c.detail("tested_by", json!(test.tested_by));
        c.detail("what", json!(test.what));
        Ok::<_, AppError>(test)
    })?;
    Ok(committed.value)
}
