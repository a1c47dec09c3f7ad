//! Approving: baselines, decisions with their signatures, tests, exemptions and delegations.
//!
//! The rules are the domain's; here they meet what is stored, in one change each. What a decision rests on is read and
//! checked inside the change that writes it, so two people at once cannot get past each other. The surprise: nobody but
//! a person with an account asks, tests or signs: of the machine's own command line nobody can tell who sits there.

pub mod affected;
pub mod baselines;
pub mod card;
pub mod carrying;
pub mod compliance;
pub mod control_files;
pub mod decisions;
pub mod delegations;
pub mod evidence;
pub mod exemptions;
pub mod export;
pub mod known;
pub mod members;
pub mod origin;
pub(crate) mod own_words;
pub(crate) mod rules;
pub mod stake;
pub mod standing;
pub mod sweep;
mod telling;
pub mod test_records;
pub mod triage;
pub mod waiting;

use crate::App;
use crate::access_check::{Caller, Refused};
use crate::error::AppError;
use holdpoint_domain::Rejected;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::actor::Actor;
use holdpoint_domain::compatibility::folded;
use holdpoint_domain::patch::canonical_kb;
use holdpoint_domain::signature::Person;
use holdpoint_domain::substance::told;
use holdpoint_store::{Reader, StoreError};

/// A refusal of the domain as an error of a use case: what somebody wrote can be corrected, the rest is a conflict.
pub(crate) fn refused(why: Rejected) -> AppError {
    let is_input = matches!(
        why.code.as_str(),
        "text"
            | "says-nothing"
            | "expiry"
            | "test-steps"
            | "pilot-assets"
            | "environment"
            | "differences"
            | "exemption-subject"
            | "exemption-expiry"
            | "exemption-controls"
            | "override-expiry"
            | "delegation-end"
            | "name"
            | "patch"
    );
    if is_input { AppError::Invalid(why) } else { AppError::Conflict(why) }
}

/// The caller as the domain knows persons: a token stands for its owner.
pub(crate) fn person(caller: &Caller) -> Person {
    let name = match &caller.actor {
        Actor::Token { name, .. } => name.split('/').next().unwrap_or(name).to_owned(),
        Actor::Person { .. } | Actor::Operator { .. } | Actor::System { .. } => {
            caller.actor.name().to_owned()
        }
    };
    Person { account: caller.key(), name }
}

/// The person who may ask, test or verify: with an account. Of a console nobody can tell that it is not the approver.
pub(crate) fn accountable(caller: &Caller) -> Result<Person, AppError> {
    let who = person(caller);
    if caller.account().is_none() {
        return Err(Refused::PersonNeeded { who: who.name }.into());
    }
    Ok(who)
}

/// The person who may sign: with an account, and no administrator, who could make approvers of their own.
pub(crate) fn signer(caller: &Caller) -> Result<Person, AppError> {
    let who = accountable(caller)?;
    if caller.reach(Permission::WritePeople) != Reach::Nowhere {
        return Err(AppError::Conflict(Rejected::new(
            "administrator",
            format!("`{}` administers accounts, and whoever can make approvers may not approve", who.name),
            "nothing was changed",
            "sign with an account without that role",
        )));
    }
    Ok(who)
}

/// The name with which a person signs in, by that name or the one that people read: somebody who answers for a thing is
/// somebody who is here.
///
/// # Errors
/// [`AppError::Invalid`] for a name that no account in use has, or several have.
pub(crate) fn person_named(r: &mut Reader<'_>, what: &str, text: &str) -> Result<String, AppError> {
    let wanted = folded(text);
    let fault = |why: String| {
        let remedy = "name somebody who has an account here, by the name with which they sign in";
        Err(AppError::invalid("no-such-person", why, "nothing was changed", remedy))
    };
    if wanted.is_empty() {
        return fault(format!("the {what} is not named"));
    }
    match people_called(r, text)?.as_slice() {
        [one] => Ok(one.clone()),
        [] => fault(format!("no account in use has the name of the {what} `{}`", text.trim())),
        several => fault(format!("the {what} `{}` may be {}", text.trim(), several.join(" or "))),
    }
}

/// The names with which those people sign in who are called so, by that name or the one that people read.
fn people_called(r: &mut Reader<'_>, text: &str) -> Result<Vec<String>, StoreError> {
    let wanted = folded(text);
    let users = r.users()?;
    let in_use = || users.iter().filter(|one| one.disabled_at.is_none());
    if let Some(found) = in_use().find(|one| folded(&one.name) == wanted) {
        return Ok(vec![found.name.clone()]);
    }
    Ok(in_use().filter(|one| folded(&one.display_name) == wanted).map(|one| one.name.clone()).collect())
}

/// Who looks after something: an account here, or somebody of whom it is said plainly that they have none. Whoever has an
/// account is never outside, whatever is written.
///
/// # Errors
/// [`AppError::Invalid`] for nobody, and for a name that several accounts have.
pub(crate) fn looked_after_by(r: &mut Reader<'_>, what: &str, text: &str) -> Result<String, AppError> {
    const OUTSIDE: &str = "outside:";
    let text = text.trim();
    let is_outside = text.get(..OUTSIDE.len()).is_some_and(|head| head.eq_ignore_ascii_case(OUTSIDE));
    let name = if is_outside { text[OUTSIDE.len()..].trim() } else { text };
    let name = told(what, name).map_err(refused)?;
    match people_called(r, &name)?.as_slice() {
        [] => Ok(format!("{OUTSIDE} {name}")),
        _ => person_named(r, what, &name),
    }
}

/// Reads with one view of the data, where a refusal may come out of it as well.
pub(crate) fn reading<T>(
    app: &App,
    work: impl FnOnce(&mut Reader<'_>) -> Result<T, AppError>,
) -> Result<T, AppError> {
    app.store().read(|r| Ok(work(r)))?
}

/// A patch as it is called: an article in its canonical spelling, anything else trimmed.
///
/// # Errors
/// [`AppError::Invalid`] for an empty or endless name.
pub fn patch_name(text: &str) -> Result<String, AppError> {
    let name = canonical_kb(text).unwrap_or_else(|| text.trim().to_owned());
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(AppError::invalid(
            "patch",
            "a patch has a name of 1 to 200 characters",
            "nothing was changed",
            "name it as `patch list` does",
        ));
    }
    Ok(name)
}

/// The class of a patch, as far as any source says one.
pub(crate) fn class_of(
    r: &mut Reader<'_>,
    patch: &str,
) -> Result<holdpoint_domain::patch::PatchClass, StoreError> {
    Ok(r.patch(patch)?.map_or(holdpoint_domain::patch::PatchClass::Unknown, |line| line.class))
}
