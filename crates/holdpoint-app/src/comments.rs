//! Comments on advisories, and read marks.
//!
//! A comment belongs to its author: only they edit it or take it back, and every version is kept. A read mark belongs
//! to its reader, so that what one person has read is still new to another. The surprise: a token reads as the account
//! that it belongs to.

use crate::App;
use crate::access_check::{Caller, Refused};
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::{AdvisoryId, CommentId};
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::StoreError;
use holdpoint_store::comment::{Comment, CommentStanding};
use serde_json::json;

/// The longest comment, in characters.
pub const LONGEST: usize = 10_000;

/// Whoever signs decisions or takes advisories in may comment on them.
fn may_comment(caller: &Caller) -> Result<(), Refused> {
    caller.require(Permission::ReadPlant)?;
    caller.require_one_of(&[Permission::Approve, Permission::WriteAdvisories])
}

/// The comments on an advisory, oldest first.
///
/// # Errors
/// As [`crate::advisories::find`].
pub fn list(app: &App, caller: &Caller, advisory: &str, as_of: Moment) -> Result<Vec<Comment>, AppError> {
    let advisory = crate::advisories::find(app, caller, advisory)?;
    Ok(app.store().read(|r| r.comments(advisory, as_of))?)
}

/// All versions of a comment, oldest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn versions(app: &App, caller: &Caller, id: &str) -> Result<Vec<Comment>, AppError> {
    caller.require(Permission::ReadPlant)?;
    let id: CommentId = id.parse().map_err(|_| missing(id))?;
    let found = app.store().read(|r| r.comment_versions(id))?;
    if found.is_empty() { Err(missing(&id.to_string())) } else { Ok(found) }
}

fn missing(id: &str) -> AppError {
    AppError::NotFound { noun: "comment", id: id.chars().take(64).collect() }
}

/// Writes a comment on an advisory.
///
/// # Errors
/// As [`crate::advisories::find`]; [`AppError::Invalid`] for an empty or endless text.
pub fn add(app: &App, caller: &Caller, advisory: &str, text: &str) -> Result<Comment, AppError> {
    may_comment(caller)?;
    let text = checked(text)?;
    let found = crate::advisories::find(app, caller, advisory)?;
    let id = CommentId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "comment.add", ""), |c| {
        let Some((_, _, revision, version)) = c.advisory_numbers(found)? else {
            return Err(AppError::NotFound { noun: "advisory", id: advisory.chars().take(64).collect() });
        };
        let at = c.at();
        c.put_comment(&Comment {
            id,
            version: 1,
            advisory: found,
            revision: Some(revision),
            tracking_version: Some(version),
            author: caller.key(),
            author_name: caller.actor.name().to_owned(),
            created_at: at,
            written_at: at,
            valid_to: Moment::OPEN,
            standing: CommentStanding::Kept,
            text: text.clone(),
        })?;
        c.about("advisory", found);
        c.about("comment", id);
        c.detail("text", json!(text));
        c.comment(id)?.ok_or_else(|| missing(&id.to_string()))
    })?;
    Ok(committed.value)
}

/// Writes a new version of one's own comment.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] for the comment of somebody else or one that was
/// withdrawn; [`AppError::Changed`] when it is at another version; [`AppError::Invalid`] for an empty or endless text.
pub fn edit(
    app: &App,
    caller: &Caller,
    id: &str,
    expected: Option<u64>,
    text: &str,
) -> Result<Comment, AppError> {
    let text = checked(text)?;
    next(
        app,
        caller,
        id,
        Next { action: "comment.edit", expected, standing: CommentStanding::Kept, text: Some(text) },
    )
}

/// Takes one's own comment back; its versions stay in the history.
///
/// # Errors
/// As [`edit`].
pub fn withdraw(app: &App, caller: &Caller, id: &str, expected: Option<u64>) -> Result<Comment, AppError> {
    let standing = CommentStanding::Withdrawn;
    next(app, caller, id, Next { action: "comment.withdraw", expected, standing, text: None })
}

struct Next {
    action: &'static str,
    expected: Option<u64>,
    standing: CommentStanding,
    text: Option<String>,
}

fn next(app: &App, caller: &Caller, id: &str, next: Next) -> Result<Comment, AppError> {
    may_comment(caller)?;
    let id: CommentId = id.parse().map_err(|_| missing(id))?;
    let committed = app.store().change(&app.intent(caller, next.action, ""), |c| {
        let known = c.comment(id)?.ok_or_else(|| missing(&id.to_string()))?;
        if let Some(expected) = next.expected.filter(|expected| *expected != known.version) {
            return Err(AppError::Changed { id: id.to_string(), expected, actual: known.version });
        }
        if known.author != caller.key() || known.standing == CommentStanding::Withdrawn {
            return Err(AppError::Conflict(Rejected::new(
                "not-your-comment",
                format!("the comment is by {} and {}", known.author_name, known.standing.word()),
                "nothing was changed",
                "write a comment of your own",
            )));
        }
        let text = next.text.clone().unwrap_or_else(|| known.text.clone());
        if text == known.text && next.standing == known.standing {
            c.nothing_to_do();
            return Ok(known);
        }
        c.about("advisory", known.advisory);
        c.about("comment", id);
        c.detail("before", json!(known.text));
        c.detail("text", json!(text));
        c.put_comment(&Comment { standing: next.standing, text, ..known })?;
        c.comment(id)?.ok_or_else(|| missing(&id.to_string()))
    })?;
    Ok(committed.value)
}

fn checked(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST {
        return Err(AppError::invalid(
            "bad-comment",
            format!("the comment has {} characters", text.chars().count()),
            "nothing was changed",
            "write between 1 and 10,000 characters",
        ));
    }
    Ok(text.to_owned())
}

/// Whether documents are to be marked as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadMark {
    /// They are read, up to their current revision.
    Read,
    /// They are not.
    Unread,
}

/// Marks advisories as read or unread for the caller; says how many marks changed.
///
/// # Errors
/// As [`crate::advisories::find`]; nothing is marked when one of them is not there.
pub fn mark(app: &App, caller: &Caller, ids: &[String], mark: ReadMark) -> Result<u64, AppError> {
    caller.require(Permission::ReadPlant)?;
    let found: Vec<AdvisoryId> =
        ids.iter().map(|id| crate::advisories::find(app, caller, id)).collect::<Result<_, _>>()?;
    let action = match mark {
        ReadMark::Read => "advisory.mark-read",
        ReadMark::Unread => "advisory.mark-unread",
    };
    let reader = caller.key();
    let committed = app.store().change(&app.intent(caller, action, ""), |c| {
        let mut changed = 0;
        for id in &found {
            let done = match mark {
                ReadMark::Read => c.mark_read(&reader, *id)?,
                ReadMark::Unread => c.mark_unread(&reader, *id)?,
            };
            if done {
                changed += 1;
                c.about("advisory", id);
            }
        }
        if changed == 0 {
            c.nothing_to_do();
        }
        Ok::<_, StoreError>(changed)
    })?;
    Ok(committed.value)
}
