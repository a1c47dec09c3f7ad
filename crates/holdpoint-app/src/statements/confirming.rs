//! Confirming a statement: another person has looked at the supplier's own word as well.
//!
//! Whoever brought a yes does not ask for an approval that rests on it, nor sign one, unless somebody else confirmed it. The
//! surprise: of a statement in a document the document is confirmed, with all that stands in it; it is one file with one hash.

use super::{bad, may_enter};
use crate::App;
use crate::access_check::Caller;
use crate::approval::{accountable, own_words, refused};
use crate::error::AppError;
use holdpoint_domain::id::StatementId;
use holdpoint_domain::substance::told;
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::compatibility::StatementLine;
use serde_json::json;

/// Confirms a statement, or the document in which it stands. `reason`: where the supplier's own word was seen.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Conflict`] for whoever brought or explained it, for one that was
/// confirmed already, and for one that is not the last word any more; [`AppError::Invalid`] without a reason.
pub fn confirm(app: &App, caller: &Caller, id: &str, reason: &str) -> Result<StatementLine, AppError> {
    may_enter(caller)?;
    let who = accountable(caller)?;
    let reason = told("reason", reason).map_err(refused)?;
    let missing = || AppError::NotFound { noun: "statement", id: id.chars().take(64).collect() };
    let wanted: StatementId = id.parse().map_err(|_| missing())?;
    let committed = app.store().change(&app.intent(caller, "statement.confirm", &reason), |c| {
        let line = c.statement(wanted)?.ok_or_else(missing)?;
        if line.kept.valid_to != Moment::OPEN {
            return Err(bad(
                "it is not the supplier's last word any more".to_owned(),
                "confirm the one that is",
            ));
        }
        if let Some((by, at)) = &line.kept.confirmed {
            let what = format!("`{}` confirmed it at {at}", by.name);
            return Err(conflict("confirmed", what, "nothing needs to be done"));
        }
        if own_words::is_of(c, &who, &line)? {
            let what = format!("`{}` brought or explained this word, and does not confirm it", who.name);
            return Err(conflict(
                "four-eyes-word",
                what,
                "ask another person to look at the supplier's own word",
            ));
        }
        let at = c.at();
        c.confirm_statement(&line.kept, &who, at)?;
        c.about("patch", &line.patch);
        c.about("statement", wanted);
        c.detail("state", json!(line.kept.statement.state.word()));
        c.detail("brought_by", json!(line.kept.brought_by.name));
        Ok::<_, AppError>(c.statement(wanted)?.unwrap_or(line))
    })?;
    Ok(committed.value)
}

fn conflict(code: &'static str, what: String, remedy: &str) -> AppError {
    AppError::Conflict(Rejected::new(code, what, "nothing was changed", remedy))
}
