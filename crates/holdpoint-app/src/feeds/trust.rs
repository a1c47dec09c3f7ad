//! The authors of VEX documents whose all-clear counts.
//!
//! Each has its reason and its end, and each change an audit entry. The surprise: findings follow in the same change, so
//! that no list lags behind what was said here; an end that has come is carried out by [`end_due`].

use crate::App;
use crate::access_check::Caller;
use crate::applicability::findings;
use crate::applicability::voices::{self, SETTING, TrustedAuthor};
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::intelligence::FindingCause;
use holdpoint_store::Change;
use serde_json::json;
use std::collections::BTreeSet;

/// The most authors: a person has to be able to read the list.
const MOST: usize = 200;
/// How long an entry holds when nobody says: long enough for a yearly review.
const USUAL_DAYS: i64 = 366;
/// The longest that one can hold: who spoke for a vendor changes faster than that.
const LONGEST_DAYS: i64 = 3 * 366;
const DAY_MICROS: i64 = 86_400_000_000;

/// Lists the trusted authors by name.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn list(app: &App, caller: &Caller) -> Result<Vec<TrustedAuthor>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(voices::authors)?)
}

/// Trusts an author until a moment, `None`: for a year; one who is trusted until then already stays so, with the reason
/// of before.
///
/// # Errors
/// [`AppError::Invalid`] without a reason, for what is no name, or for a time that is over or too long;
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn add(
    app: &App,
    caller: &Caller,
    author: &str,
    until: Option<Moment>,
    reason: &str,
) -> Result<TrustedAuthor, AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    let (author, reason) = (voices::checked(author)?, reasoned(reason)?);
    let asked = until;
    let until = end(until, app.now())?;
    let committed = app.store().change(&app.intent(caller, "feed.trust", &reason), |c| {
        let reason = reason.clone();
        let mut all = voices::authors(c)?;
        let same = |one: &&TrustedAuthor| voices::written(&one.author) == voices::written(&author);
        if let Some(known) = all.iter().find(same)
            && known.holds_at(c.at())
            && (asked.is_none() || known.until == until.to_string())
        {
            c.nothing_to_do();
            return Ok(known.clone());
        }
        all.retain(|one| !same(&one));
        if all.len() >= MOST {
            return Err(AppError::invalid(
                "too-many-authors",
                format!("{MOST} authors are trusted already"),
                "nothing was changed",
                "remove one that is not needed",
            ));
        }
        let by = caller.actor.name().to_owned();
        let new = TrustedAuthor {
            author: author.clone(),
            at: c.at().to_string(),
            until: until.to_string(),
            by,
            reason,
        };
        all.push(new.clone());
        c.detail("until", json!(new.until));
        settle(app, c, all, std::slice::from_ref(&author))?;
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
        settle(app, c, all, &[author.to_owned()])
    })?;
    Ok(())
}

/// Ends the trust whose time is over, and brings findings up to date; says how many authors that were, `None`: nobody.
///
/// # Errors
/// [`AppError::Store`].
pub fn end_due(app: &App) -> Result<Option<usize>, AppError> {
    let now = app.now();
    if app.store().read(voices::authors)?.iter().all(|one| one.holds_at(now)) {
        return Ok(None);
    }
    let intent = app.intent(&Caller::system("feeds"), "feed.trust-ended", "its time is over");
    let committed = app.store().change(&intent, |c| {
        let at = c.at();
        let (holding, over): (Vec<_>, Vec<_>) =
            voices::authors(c)?.into_iter().partition(|one| one.holds_at(at));
        if over.is_empty() {
            c.nothing_to_do();
            return Ok(None);
        }
        let names: Vec<String> = over.into_iter().map(|one| one.author).collect();
        settle(app, c, holding, &names)?;
        Ok::<_, AppError>(Some(names.len()))
    })?;
    Ok(committed.value)
}

/// The end of an entry, checked.
fn end(until: Option<Moment>, now: Moment) -> Result<Moment, AppError> {
    let longest = now.plus_micros(LONGEST_DAYS * DAY_MICROS);
    match until {
        None => Ok(now.plus_micros(USUAL_DAYS * DAY_MICROS)),
        Some(end) if now < end && end <= longest => Ok(end),
        Some(end) => Err(AppError::invalid(
            "until",
            format!("trust until {end} is over already, or lasts longer than three years"),
            "nothing was changed",
            &format!("name a moment up to {longest}, or none: then it holds for a year"),
        )),
    }
}

/// Writes the list, and brings up to date what the authors' documents speak of.
fn settle(
    app: &App,
    c: &mut Change<'_>,
    mut all: Vec<TrustedAuthor>,
    authors: &[String],
) -> Result<(), AppError> {
    all.sort_by_key(|one| voices::written(&one.author));
    c.put_setting(SETTING, &json!(all))?;
    for author in authors {
        c.about("vex-author", author);
    }
    c.detail("author", json!(authors.join(", ")));
    let authors: BTreeSet<String> = authors.iter().map(|author| voices::written(author)).collect();
    c.touch_vex_of_authors(|other| authors.contains(&voices::written(other)))?;
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
