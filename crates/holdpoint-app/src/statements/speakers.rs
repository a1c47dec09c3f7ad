//! Who speaks for a supplier besides the supplier itself: an integrator, a distributor, a subsidiary of another name.
//!
//! Each is named by a person who may approve, with a reason, and each change has its audit entry. The surprise: nobody is
//! named by entering a statement under their name; until somebody who may approve has vouched for them, their yes is heard by
//! nobody, and their no by everybody.

use crate::App;
use crate::access_check::Caller;
use crate::approval::standing::{Voice, maker};
use crate::approval::{refused, signer};
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::compatibility::folded;
use holdpoint_domain::substance::told;
use holdpoint_store::compatibility::VoicePair;
use holdpoint_store::{Change, Reader, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// The setting that holds them.
const SETTING: &str = "statements.speakers";
/// The most that can be named: a person has to be able to read the list.
const MOST: usize = 200;

/// Somebody who speaks for a supplier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    /// The publisher, as statements name it; case and blanks do not matter.
    pub publisher: String,
    /// The vendor for whom they speak; other names of it are the same.
    pub vendor: String,
    /// Since when, as RFC 3339.
    pub since: String,
    /// Who named them.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Those who were named.
#[derive(Debug, Clone, Default)]
pub(crate) struct Speakers(Vec<Speaker>);

impl Speakers {
    /// Whether a publisher speaks for a vendor.
    pub(crate) fn speaks_for(&self, publisher: &str, vendor: &str) -> bool {
        self.0.iter().any(|one| is_pair(one, publisher, vendor))
    }
}

fn is_pair(one: &Speaker, publisher: &str, vendor: &str) -> bool {
    let vendor = maker(vendor);
    !vendor.is_empty() && folded(&one.publisher) == folded(publisher) && maker(&one.vendor) == vendor
}

fn all(r: &mut Reader<'_>) -> Result<Vec<Speaker>, StoreError> {
    let Some(stored) = r.setting(SETTING)? else { return Ok(Vec::new()) };
    serde_json::from_value(stored)
        .map_err(|why| StoreError::Damaged { what: format!("setting `{SETTING}`: {why}") })
}

/// Those who were named by a moment.
pub(crate) fn at(r: &mut Reader<'_>, as_of: Moment) -> Result<Speakers, StoreError> {
    let mut found = all(r)?;
    found.retain(|one| one.since.parse().is_ok_and(|since: Moment| since <= as_of));
    Ok(Speakers(found))
}

/// Keeps for lists whose yes counts by what was said, and by who was named; says whether anything changed.
pub(crate) fn keep_voices(c: &mut Change<'_>) -> Result<bool, StoreError> {
    let named = at(c, Moment::OPEN)?;
    let counts: BTreeSet<VoicePair> = c
        .voices_spoken()?
        .into_iter()
        .filter(|(publisher, vendor)| Voice::of(publisher, vendor, &named) != Voice::Other)
        .collect();
    let known: BTreeSet<VoicePair> = c.voices()?.into_iter().collect();
    let fresh: Vec<VoicePair> = counts.difference(&known).cloned().collect();
    let gone: Vec<VoicePair> = known.difference(&counts).cloned().collect();
    c.put_voices(&fresh, &gone)?;
    Ok(!fresh.is_empty() || !gone.is_empty())
}

/// Lists those who were named, by vendor and publisher.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn list(app: &App, caller: &Caller) -> Result<Vec<Speaker>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(all)?)
}

/// Names a publisher as speaking for a vendor; one who was named already stays so, with the reason of before.
///
/// # Errors
/// [`AppError::Refused`] for whoever may not approve everywhere; [`AppError::Invalid`] without a reason or for what is no
/// name; [`AppError::Conflict`] for an administrator.
pub fn add(
    app: &App,
    caller: &Caller,
    (publisher, vendor): (&str, &str),
    reason: &str,
) -> Result<Speaker, AppError> {
    caller.require_everywhere(Permission::Approve)?;
    let who = signer(caller)?;
    let (publisher, vendor) = (named("publisher", publisher)?, named("vendor", vendor)?);
    let reason = told("reason", reason).map_err(refused)?;
    let committed = app.store().change(&app.intent(caller, "statement.name-speaker", &reason), |c| {
        let mut known = all(c)?;
        if let Some(found) = known.iter().find(|one| is_pair(one, &publisher, &vendor)) {
            let found = found.clone();
            c.nothing_to_do();
            return Ok::<_, AppError>(found);
        }
        if known.len() >= MOST {
            let what = format!("{MOST} publishers are named already");
            return Err(AppError::invalid(
                "too-many",
                what,
                "nothing was changed",
                "take one away that is not needed",
            ));
        }
        let new = Speaker {
            publisher: publisher.clone(),
            vendor: vendor.clone(),
            since: c.at().to_string(),
            by: who.name.clone(),
            reason: reason.clone(),
        };
        known.push(new.clone());
        known.sort_by_key(|one| (folded(&one.vendor), folded(&one.publisher)));
        c.put_setting(SETTING, &json!(known))?;
        keep_voices(c)?;
        c.about("vendor", &vendor);
        c.detail("publisher", json!(publisher));
        Ok(new)
    })?;
    Ok(committed.value)
}

/// A publisher speaks for a vendor no longer; a yes of theirs counts no more, from now on.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason.
pub fn remove(
    app: &App,
    caller: &Caller,
    (publisher, vendor): (&str, &str),
    reason: &str,
) -> Result<(), AppError> {
    caller.require_everywhere(Permission::Approve)?;
    let reason = told("reason", reason).map_err(refused)?;
    app.store().change(&app.intent(caller, "statement.unname-speaker", &reason), |c| {
        let mut known = all(c)?;
        let before = known.len();
        known.retain(|one| !is_pair(one, publisher, vendor));
        if known.len() == before {
            let id = format!("{publisher} for {vendor}").chars().take(64).collect();
            return Err(AppError::NotFound { noun: "speaker", id });
        }
        c.put_setting(SETTING, &json!(known))?;
        keep_voices(c)?;
        c.about("vendor", vendor);
        c.detail("publisher", json!(publisher));
        Ok(())
    })?;
    Ok(())
}

fn named(what: &str, text: &str) -> Result<String, AppError> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if maker(&name).is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(AppError::invalid(
            "name",
            format!("a {what} has a name of 1 to 200 characters"),
            "nothing was changed",
            "write it as the statements do; `holdpoint statement list` shows it",
        ));
    }
    Ok(name)
}
