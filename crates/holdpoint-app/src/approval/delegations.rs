//! Delegations: lending one's right to sign until an end, and taking it back.

use super::{person, refused, signer};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::policies::Rules;
use crate::policies::holding::roles;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::id::{DelegationId, SiteId};
use holdpoint_domain::signature::{Delegation, Person, written};
use holdpoint_store::delegation::KeptDelegation;
use holdpoint_store::{Reader, StoreError};
use serde_json::json;

/// All delegations, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn list(app: &App, caller: &Caller) -> Result<Vec<KeptDelegation>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.delegations())?)
}

/// Lends the caller's own right to sign. It reaches as far as theirs does when it is used, and nobody passes it on.
///
/// # Errors
/// [`AppError::Refused`] for whoever may not approve; [`AppError::NotFound`] for an unknown account;
/// [`AppError::Invalid`] for an end that cannot be; [`AppError::Conflict`] for administrators.
pub fn give(
    app: &App,
    caller: &Caller,
    to: &str,
    until: Moment,
    reason: &str,
) -> Result<KeptDelegation, AppError> {
    let reach = caller.require(Permission::Approve)?;
    caller.require_person()?;
    let from = signer(caller)?;
    let reason = written("reason", reason).map_err(refused)?;
    let id = DelegationId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "delegation.give", &reason), |c| {
        let missing = || AppError::NotFound { noun: "account", id: to.chars().take(64).collect() };
        let user = c.user_by_name(to)?.filter(|user| user.disabled_at.is_none()).ok_or_else(missing)?;
        let grants = c.grants(user.id, Moment::OPEN)?;
        let table = roles(c)?;
        if Reach::of(&table, &grants, Permission::WritePeople) != Reach::Nowhere {
            let text = format!(
                "`{}` administers accounts, and whoever can make approvers may not approve",
                user.name
            );
            return Err(super::baselines::conflict("administrator", text, "lend it to somebody else"));
        }
        let takes_part = [Permission::WriteDecisions, Permission::Approve];
        if takes_part.iter().all(|one| Reach::of(&table, &grants, *one) == Reach::Nowhere) {
            let text = format!("`{}` has no part in decisions", user.name);
            let remedy = "lend it to an engineer or an approver";
            return Err(super::baselines::conflict("no-part-in-decisions", text, remedy));
        }
        let to = Person { account: format!("person:{}", user.id), name: user.name };
        let at = c.at();
        let most = most_days(c, &reach)?;
        let delegation = Delegation::new(from.clone(), to, at, until, most).map_err(refused)?;
        let kept = KeptDelegation { id, delegation, reason: reason.clone() };
        c.put_delegation(&kept)?;
        c.about("delegation", id);
        c.detail("to", json!(kept.delegation.to.name));
        c.detail("until", json!(until.to_string()));
        Ok::<_, AppError>(kept)
    })?;
    Ok(committed.value)
}

/// For how many days a right may be lent: as the strictest of the sites says that it reaches.
fn most_days(r: &mut Reader<'_>, reach: &Reach) -> Result<u32, StoreError> {
    let rules = Rules::read(r)?;
    let reached: Vec<Option<SiteId>> = match reach {
        Reach::Everywhere => {
            let sites = r.sites()?.into_iter().map(|site| Some(site.id));
            std::iter::once(None).chain(sites).collect()
        }
        Reach::Sites(sites) => sites.iter().map(|site| Some(*site)).collect(),
        Reach::Nowhere => Vec::new(),
    };
    let mut most = u32::MAX;
    for site in reached {
        most = most.min(rules.approval(site)?.delegation_most_days);
    }
    Ok(most)
}

/// Takes a delegation back; either of the two persons may.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Conflict`] for the delegation of others; [`AppError::Refused`].
pub fn revoke(app: &App, caller: &Caller, id: &str, reason: &str) -> Result<(), AppError> {
    caller.require(Permission::ReadPlant)?;
    let missing = || AppError::NotFound { noun: "delegation", id: id.chars().take(64).collect() };
    let key: DelegationId = id.parse().map_err(|_| missing())?;
    let who = person(caller);
    app.store().change(&app.intent(caller, "delegation.revoke", reason), |c| {
        let found = c.delegations()?.into_iter().find(|one| one.id == key).ok_or_else(missing)?;
        let persons = [&found.delegation.from.account, &found.delegation.to.account];
        if !persons.contains(&&who.account) {
            let text = "only the two persons of a delegation can end it";
            return Err(super::baselines::conflict("not-your-delegation", text, "ask one of them"));
        }
        if !c.revoke_delegation(key)? {
            c.nothing_to_do();
            return Ok(());
        }
        c.about("delegation", key);
        Ok::<_, AppError>(())
    })?;
    Ok(())
}
