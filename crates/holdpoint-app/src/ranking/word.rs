//! People's words on decision points: said with a reason and an end, taken back, ended when their time is over.
//!
//! A word on a vulnerability or an asset as a whole changes findings on other sites too, so it asks for the permission
//! everywhere; a word on one finding asks for it on the asset's site.

use crate::App;
use crate::access_check::Caller;
use crate::approval::baselines::conflict;
use crate::approval::signer;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::OverrideId;
use holdpoint_domain::ranking::fact::Kev;
use holdpoint_domain::ranking::replacement::{Override, PointValue};
use holdpoint_domain::substance::told;
use holdpoint_store::ranking::list::FindingLine;
use holdpoint_store::ranking::word::{EndAsked, StoredWord};
use holdpoint_store::{Reader, StoreError};
use serde_json::json;

/// The longest that a word may hold: one year.
pub const MOST_DAYS: i64 = 366;
/// The fewest characters of a reason, as elsewhere.
const LEAST_REASON: usize = 3;
/// The most characters of a reason.
const MAX_REASON: usize = 2_000;

/// On what a word is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WordScope {
    /// On the finding alone.
    Finding,
    /// On the vulnerability, wherever it is.
    Vulnerability,
    /// On the asset, whatever its vulnerability.
    Asset,
}

/// A word that somebody wants to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWord<'a> {
    /// The finding from which it is said.
    pub finding: i64,
    /// On what.
    pub scope: WordScope,
    /// The value.
    pub value: PointValue,
    /// Why.
    pub reason: &'a str,
    /// Until when.
    pub expires_at: Moment,
}

pub(super) fn reason_given(reason: &str) -> Result<(), AppError> {
    let length = reason.trim().chars().count();
    if (LEAST_REASON..=MAX_REASON).contains(&length) {
        told("reason", reason).map_err(crate::approval::refused)?;
        return Ok(());
    }
    Err(AppError::invalid(
        "reason",
        format!("a reason has {LEAST_REASON} to {MAX_REASON} characters, this one has {length}"),
        "nothing was changed",
        "write why, for whoever reads it in a year",
    ))
}

fn checked(app: &App, new: &NewWord<'_>) -> Result<(), AppError> {
    reason_given(new.reason)?;
    let now = app.now();
    let latest = now.plus_micros(MOST_DAYS * 86_400_000_000);
    if new.expires_at <= now || new.expires_at > latest {
        return Err(AppError::invalid(
            "expiry",
            format!("`{}` is no end between now and {MOST_DAYS} days from now", new.expires_at),
            "nothing was changed: a word that never ends would outlive what it rests on",
            "name a day within that time",
        ));
    }
    Ok(())
}

/// Says a word. It raises what it is on at once; it lowers nothing until a second person has confirmed it. The findings that
/// it is on are ranked anew before this returns.
///
/// # Errors
/// [`AppError::Invalid`] for a missing reason or a wrong end; [`AppError::NotFound`]; [`AppError::Refused`];
/// [`AppError::Store`].
pub fn say(app: &App, caller: &Caller, new: &NewWord<'_>) -> Result<StoredWord, AppError> {
    checked(app, new)?;
    let reach = caller.require(Permission::WriteMatches)?;
    let line =
        app.store().read(|r| r.ranked_finding(new.finding, &reach))?.ok_or_else(|| unknown(new.finding))?;
    if new.value.denies_exploitation() && line.kev_added.is_some() {
        return Err(listed(&line.vulnerability));
    }
    if new.scope == WordScope::Vulnerability {
        caller.require_everywhere(Permission::WriteMatches)?;
    }
    let id = OverrideId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "finding.override", new.reason), |c| {
        let word = StoredWord {
            id,
            vulnerability_no: (new.scope != WordScope::Asset).then_some(line.vulnerability_no),
            asset_no: (new.scope != WordScope::Vulnerability).then_some(line.asset_no),
            word: Override {
                value: new.value,
                reason: new.reason.trim().to_owned(),
                author: caller.actor.name().to_owned(),
                at: c.at(),
                expires_at: new.expires_at,
                second: None,
            },
            author_account: caller.key(),
            end_asked: None,
            ended_at: None,
            ended_by: String::new(),
            end_reason: String::new(),
        };
        c.put_word(&word)?;
        c.about("override", id);
        name(c, &word, &line);
        c.detail("point", json!(new.value.point().word()));
        c.detail("before", json!(line.outcome.word()));
        c.detail("value", json!(new.value.word()));
        c.detail("expires_at", json!(new.expires_at.to_string()));
        Ok::<_, AppError>(word)
    })?;
    super::refresh::now(app)?;
    Ok(committed.value)
}

fn listed(vulnerability: &str) -> AppError {
    let what = format!("KEV lists {vulnerability} as exploited, and no word denies that while it does");
    conflict("kev-listed", what, "change another point, or let an exemption with controls be accepted")
}

/// Whether a word denies the exploitation of what KEV lists.
fn is_contradicted(r: &mut Reader<'_>, word: &StoredWord) -> Result<bool, StoreError> {
    let Some(number) = word.vulnerability_no.filter(|_| word.word.value.denies_exploitation()) else {
        return Ok(false);
    };
    let facts = r.ranking_facts(Some(&[number]))?.remove(&number);
    Ok(facts.is_some_and(|facts| matches!(facts.kev, Kev::Listed { .. })))
}

fn name(c: &mut holdpoint_store::Change<'_>, word: &StoredWord, line: &FindingLine) {
    if word.vulnerability_no.is_some() {
        c.about("vulnerability", &line.vulnerability);
    }
    if word.asset_no.is_some() {
        c.about("asset", &line.asset_tag);
    }
}

fn unknown(number: i64) -> AppError {
    AppError::NotFound { noun: "finding", id: number.to_string() }
}

/// Confirms somebody else's word, which lowers from then on too; or, where somebody wants it ended, that it ends. The findings
/// that it is on are ranked anew before this returns.
///
/// # Errors
/// [`AppError::Invalid`] without a reason; [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Conflict`] for whoever
/// said it, and when it ended or was confirmed before; [`AppError::Store`].
pub fn confirm(app: &App, caller: &Caller, id: OverrideId, reason: &str) -> Result<StoredWord, AppError> {
    reason_given(reason)?;
    let who = signer(caller)?;
    let word = reached(app, caller, id, Permission::Approve)?;
    if let Some(asked) = &word.end_asked
        && word.ended_at.is_none()
    {
        return end_by_two(app, caller, (&word, asked, &who.account), reason);
    }
    if word.author_account == who.account {
        let what = "whoever said a word does not confirm it";
        return Err(conflict("four-eyes-author", what, "ask another person who may approve"));
    }
    if !word.author_account.starts_with("person:") {
        let what = "it was said at a console, where nobody can tell who sat there";
        return Err(conflict("four-eyes-author", what, "let a person with an account say it anew"));
    }
    app.store().change(&app.intent(caller, "finding.override.confirm", reason), |c| {
        if is_contradicted(c, &word)? {
            return Err(listed("this vulnerability"));
        }
        if !c.confirm_word(&word, &who.name)? {
            let what = "this word has ended, or was confirmed before";
            return Err(conflict("override-confirmed", what, "look at its history"));
        }
        c.about("override", id);
        c.detail("point", json!(word.word.value.point().word()));
        c.detail("value", json!(word.word.value.word()));
        Ok(())
    })?;
    super::refresh::now(app)?;
    app.store().read(|r| r.word(id))?.ok_or_else(|| no_word(id))
}

fn no_word(id: OverrideId) -> AppError {
    AppError::NotFound { noun: "override", id: id.to_string() }
}

/// A word within the caller's reach.
fn reached(
    app: &App,
    caller: &Caller,
    id: OverrideId,
    permission: Permission,
) -> Result<StoredWord, AppError> {
    let reach = caller.require(permission)?;
    let word = app.store().read(|r| r.word(id))?.ok_or_else(|| no_word(id))?;
    match word.asset_no {
        None => caller.require_everywhere(permission)?,
        Some(asset) => {
            let known = app.store().read(|r| r.ranked_assets(Some(&[asset])))?;
            if !known.first().is_some_and(|asset| reach.covers(asset.site)) {
                return Err(no_word(id));
            }
        }
    }
    Ok(word)
}

/// A second person agrees that a word ends.
fn end_by_two(
    app: &App,
    caller: &Caller,
    (word, asked, account): (&StoredWord, &EndAsked, &str),
    reason: &str,
) -> Result<StoredWord, AppError> {
    if asked.account == account {
        let what = "whoever wants a word ended does not agree to that";
        return Err(conflict("four-eyes-author", what, "ask another person who may approve"));
    }
    if !asked.account.starts_with("person:") {
        let what = "that it ends was asked at a console, where nobody can tell who sat there";
        return Err(conflict("four-eyes-author", what, "let a person with an account ask anew"));
    }
    app.store().change(&app.intent(caller, "finding.override.end.agree", reason), |c| {
        if !c.end_word(word, &asked.by, &asked.why)? {
            return Err(conflict("override-ended", "this word has ended already", "look at its history"));
        }
        c.about("override", word.id);
        c.detail("asked_by", json!(asked.by));
        Ok::<_, AppError>(())
    })?;
    super::refresh::now(app)?;
    app.store().read(|r| r.word(word.id))?.ok_or_else(|| no_word(word.id))
}

/// Keeps a word that somebody wanted ended: two persons' word again.
///
/// # Errors
/// [`AppError::Invalid`] without a reason; [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Conflict`] when nobody
/// wants it ended; [`AppError::Store`].
pub fn keep(app: &App, caller: &Caller, id: OverrideId, reason: &str) -> Result<StoredWord, AppError> {
    reason_given(reason)?;
    let word = reached(app, caller, id, Permission::Approve)?;
    app.store().change(&app.intent(caller, "finding.override.keep", reason), |c| {
        if !c.keep_word(&word)? {
            let what = "nobody wants this word ended, or it has ended";
            return Err(conflict("override-end-asked", what, "look at its history"));
        }
        c.about("override", id);
        Ok::<_, AppError>(())
    })?;
    super::refresh::now(app)?;
    app.store().read(|r| r.word(id))?.ok_or_else(|| no_word(id))
}

/// Takes a word back before its end. One that may raise, and that two persons or another one stand behind, goes on raising until
/// a second person agrees ([`confirm`]); it lowers nothing from now on. Saying so twice changes nothing.
///
/// # Errors
/// [`AppError::Invalid`] without a reason; [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Conflict`] when that
/// waits already; [`AppError::Store`].
pub fn take_back(app: &App, caller: &Caller, id: OverrideId, reason: &str) -> Result<(), AppError> {
    reason_given(reason)?;
    let word = reached(app, caller, id, Permission::WriteMatches)?;
    let is_own = word.word.second.is_none() && word.author_account == caller.key();
    if word.ended_at.is_none() && !is_own && !word.word.value.is_lowest() {
        return ask_end(app, caller, &word, reason);
    }
    app.store().change(&app.intent(caller, "finding.override.end", reason), |c| {
        if !c.end_word(&word, caller.actor.name(), reason.trim())? {
            // Whoever ended it first has said why.
            return Err(conflict("override-ended", "this word has ended already", "look at its history"));
        }
        c.about("override", id);
        Ok(())
    })?;
    super::refresh::now(app)?;
    Ok(())
}

fn ask_end(app: &App, caller: &Caller, word: &StoredWord, reason: &str) -> Result<(), AppError> {
    let account = caller.key();
    // What a console asked for, a person with an account may ask for anew, so that somebody answers for it.
    let anew = |asked: &EndAsked| !asked.account.starts_with("person:") && asked.account != account;
    if word.end_asked.as_ref().is_some_and(|asked| !anew(asked)) {
        let what = "that this word ends waits for a second person already";
        return Err(conflict("override-end-asked", what, "ask somebody who may approve to confirm that"));
    }
    app.store().change(&app.intent(caller, "finding.override.end.ask", reason), |c| {
        let (at, by, why) = (c.at(), caller.actor.name().to_owned(), reason.trim().to_owned());
        if !c.ask_word_end(word, &EndAsked { at, by, account: account.clone(), why })? {
            return Err(conflict("override-ended", "this word has ended already", "look at its history"));
        }
        c.about("override", word.id);
        c.detail("waits_for_second_person", json!(true));
        Ok::<_, AppError>(())
    })?;
    super::refresh::now(app)?;
    Ok(())
}

/// Ends the words whose time is over, and those that deny the exploitation of what KEV lists by now. Compares what is with
/// what should be, so a program that was off needs no repair.
///
/// # Errors
/// [`AppError::Store`].
pub fn end_over(app: &App) -> Result<usize, AppError> {
    let now = app.now();
    if app.store().read(|r| to_end(r, now))?.is_empty() {
        return Ok(0);
    }
    let caller = Caller::system("ranking");
    let intent =
        app.intent(&caller, "finding.override.expire", "their time is over, or a listing denies them");
    let committed = app.store().change(&intent, |c| {
        let at = c.at();
        let over = to_end(c, at)?;
        if over.is_empty() {
            c.nothing_to_do();
        }
        for (word, why) in &over {
            c.end_word(word, "ranking", why)?;
            c.about("override", word.id);
        }
        Ok::<_, AppError>(over.len())
    })?;
    Ok(committed.value)
}

/// The words that end now, each with why.
fn to_end(r: &mut Reader<'_>, at: Moment) -> Result<Vec<(StoredWord, &'static str)>, StoreError> {
    let mut over: Vec<_> = r.words_over(at)?.into_iter().map(|word| (word, "its time is over")).collect();
    for word in r.open_words()? {
        if word.word.expires_at > at && is_contradicted(r, &word)? {
            over.push((word, "KEV lists the vulnerability as exploited, which no word denies"));
        }
    }
    Ok(over)
}
