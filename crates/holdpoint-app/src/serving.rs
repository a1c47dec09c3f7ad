//! That this program serves a database, for another one that is started on the same.
//!
//! The surprise: nobody is kept out by it. Two servers on one database do no step twice, but each takes the deeds of the other
//! for those of a dead one; so the second says so, and a person ends one of them.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use serde_json::{Value, json};

const KEY: &str = "serving";
/// Whoever was not heard for so long serves no more.
const SILENT: i64 = 60_000_000;
/// How often a server says that it is there.
pub const EVERY: std::time::Duration = std::time::Duration::from_secs(15);

/// Says that this program begins to serve. Gives when another one was heard last that did not say that it ended.
///
/// # Errors
/// [`AppError::Store`].
pub fn begin(app: &App) -> Result<Option<Moment>, AppError> {
    let caller = Caller::system("server");
    let committed = app.store().change(&app.intent(&caller, "server.begin", ""), |c| {
        let at = c.at();
        let heard = c.setting(KEY)?.and_then(|value| value["heard_at"].as_i64());
        let other = heard.map(Moment::from_micros).filter(|heard| at.since(*heard) < SILENT);
        c.put_setting(KEY, &mark(at))?;
        Ok::<_, AppError>(other)
    })?;
    Ok(committed.value)
}

/// Says that this program still serves.
///
/// # Errors
/// [`AppError::Store`]. Nothing is lost then: it is said again.
pub fn go_on(app: &App) -> Result<(), AppError> {
    app.store().mark_setting(KEY, &mark(app.now()))?;
    Ok(())
}

/// Says that this program serves no more.
///
/// # Errors
/// [`AppError::Store`]. The next one warns then for a minute without need.
pub fn end(app: &App) -> Result<(), AppError> {
    app.store().mark_setting(KEY, &Value::Null)?;
    Ok(())
}

fn mark(at: Moment) -> Value {
    json!({ "heard_at": at.micros() })
}
