//! The authors of VEX documents whose all-clear counts for products that are not their own.
//!
//! Each has its reason, and each change an audit entry. The surprise: findings follow in the same change, so that no
//! list lags behind what was said here.

use crate::App;
use crate::access_check::Caller;
use crate::applicability::findings;
use crate::applicability::voices::{self, SETTING, TrustedAuthor};
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::intelligence::FindingCause;
use holdpoint_store::Change;
use serde_json::json;

/// The most authors: a person has to be able to read the list.
const MOST: usize = 200;

/// Lists the trusted authors by name.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn list(app: &App, caller: &Caller) -> Result<Vec<TrustedAuthor>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(voices::authors)?)
}

/// Trusts an author; one who is trusted already stays so, with the reason of before.
///
/// # Errors
/// [`AppError::Invalid`] without a reason or for what is no name; [`AppError::Refused`]; [`AppError::Store`].
pub fn add(app: &App, caller: &Caller, author: &str, reason: &str) -> Result<TrustedAuthor, AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    let (author, reason) = (voices::checked(author)?, reasoned(reason)?);
    let committed = app.store().change(&app.intent(caller, "feed.trust", &reason), |c| {
        let mut all = voices::authors(c)?;
        let same = |one: &&TrustedAuthor| voices::written(&one.author) == voices::written(&author);
        if let Some(known) = all.iter().find(same) {
            c.nothing_to_do();
            return Ok(known.clone());
        }
        if all.len() >= MOST {
            return Err(AppError::invalid(
                "too-many-authors",
                format!("{MOST} authors are trusted already"),
                "nothing was changed",
                "remove one that is not needed",
            ));
        }
        let by = caller.actor.name().to_owned();
        let new =
            TrustedAuthor { author: author.clone(), at: c.at().to_string(), by, reason: reason.clone() };
        all.push(new.clone());
        settle(app, c, all, &author)?;
        Ok(new)
    })?;
    Ok(committed.value)
}

/// Trusts an author no longer.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] without a reason; [`AppError::Refused`]; [`AppError::Store`].
pub fn remove(app: &App, caller: &Caller, author: &str, reason: &str) -> Result<(), AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    let reason = reasoned(reason)?;
    app.store().change(&app.intent(caller, "feed.distrust", &reason), |c| {
        let mut all = voices::authors(c)?;
        let before = all.len();
        all.retain(|one| voices::written(&one.author) != voices::written(author));
        if all.len() == before {
            return Err(AppError::NotFound { noun: "trusted author", id: author.chars().take(64).collect() });
        }
        settle(app, c, all, author)
    })?;
    Ok(())
}

/// Writes the list, and brings up to date what the author's documents speak of.
fn settle(app: &App, c: &mut Change<'_>, mut all: Vec<TrustedAuthor>, author: &str) -> Result<(), AppError> {
    all.sort_by_key(|one| voices::written(&one.author));
    c.put_setting(SETTING, &json!(all))?;
    c.about("vex-author", author);
    c.detail("author", json!(author));
    let author = voices::written(author);
    c.touch_vex_of_authors(|other| voices::written(other) == author)?;
    findings::after_feed(app, c, FindingCause::Vex)?;
    Ok(())
}

fn reasoned(reason: &str) -> Result<String, AppError> {
    match reason.trim() {
        "" => Err(AppError::invalid(
            "reason-missing",
            "no reason was given",
            "nothing was changed: whose all-clear counts is not decided without one",
            "say with `--reason` (over HTTP `?reason=`) why this author may be believed, or no longer",
        )),
        reason => Ok(reason.to_owned()),
    }
}
