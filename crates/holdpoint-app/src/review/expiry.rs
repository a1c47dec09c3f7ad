//! The sweep: rules whose time is over end, and their matches are brought back without anybody's doing.
//!
//! It takes no input and compares what is with what should be, so a program that was off for a week needs no repair.

use super::settle;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::matching::MatchCounts;
use holdpoint_domain::review::{RuleState, RuleStep, RuleSubject};
use serde_json::json;

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expired {
    /// Rules that ended, proposals included.
    pub rules: usize,
    /// The matches that were brought back.
    pub matches: MatchCounts,
}

/// Ends the rules whose time is over; `None` when there is none.
///
/// # Errors
/// [`AppError::Store`].
pub fn expire_due(app: &App) -> Result<Option<Expired>, AppError> {
    let now = app.now();
    if app.store().read(|r| r.rules_over(now))?.is_empty() {
        return Ok(None);
    }
    let caller = Caller::system("review");
    let intent = app.intent(&caller, "rule.expire", "their time is over");
    let committed = app.store().change(&intent, |c| {
        let at = c.at();
        let over = c.rules_over(at)?;
        if over.is_empty() {
            c.nothing_to_do();
            return Ok(None);
        }
        let mut subjects: Vec<RuleSubject> = Vec::new();
        for line in &over {
            let end = line.rule.expires_at.map(|end| end.to_string()).unwrap_or_default();
            let step = RuleStep {
                state: RuleState::Expired,
                at: c.at(),
                by: "review".to_owned(),
                account: "system:review".to_owned(),
                reason: format!("it held until {end}"),
            };
            c.step_rule(line.rule.id, &step)?;
            c.about("mapping-rule", line.rule.id);
            if line.state == RuleState::Holding {
                subjects.push(line.rule.subject.clone());
            }
        }
        let matches = settle::settle(app, c, &subjects.iter().collect::<Vec<_>>())?;
        c.detail("rules", json!(over.len()));
        c.detail("matches", json!(matches));
        Ok::<_, AppError>(Some(Expired { rules: over.len(), matches }))
    })?;
    Ok(committed.value)
}
