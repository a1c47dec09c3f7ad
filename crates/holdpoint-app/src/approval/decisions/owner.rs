//! Who bears the risk of an override of a supplier's word: somebody who may, who knows of it, and whose work it is not.

use crate::access_check::Caller;
use crate::approval::person_named;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::decision::Footing;
use holdpoint_domain::id::SiteId;
use holdpoint_store::Reader;
use std::collections::BTreeSet;

/// The footing with its risk owner by the name with which they sign in: an account in use with a role that may approve there,
/// and neither the one who asks nor one who tested. That they agree, their signature says ([`Footing::risk_owner`]).
///
/// # Errors
/// [`AppError::Invalid`] for somebody who cannot bear it, in words.
pub(super) fn borne(
    r: &mut Reader<'_>,
    caller: &Caller,
    footing: Footing,
    (site, testers): (Option<SiteId>, &BTreeSet<String>),
) -> Result<Footing, AppError> {
    let Footing::Override { reason, risk_owner, expires, of } = footing else { return Ok(footing) };
    let risk_owner = person_named(r, "risk owner", &risk_owner)?;
    let fault = |what: String| {
        let remedy = "name somebody who may approve there, and has neither asked nor tested";
        Err(AppError::invalid("risk-owner", what, "nothing was changed", remedy))
    };
    let Some(user) = r.users()?.into_iter().find(|one| one.name == risk_owner) else {
        return fault(format!("no account has the name of the risk owner `{risk_owner}`"));
    };
    let key = format!("person:{}", user.id);
    if caller.key() == key {
        return fault(format!("`{risk_owner}` asks for this override and cannot bear its risk as well"));
    }
    if testers.contains(&key) {
        return fault(format!("`{risk_owner}` tested this and cannot bear its risk as well"));
    }
    let grants = r.grants(user.id, Moment::OPEN)?;
    let roles = crate::policies::holding::roles(r)?;
    let administers = Reach::of(&roles, &grants, Permission::WritePeople) != Reach::Nowhere;
    if administers || !Reach::of(&roles, &grants, Permission::Approve).covers(site) {
        return fault(format!("`{risk_owner}` may not approve there, so the risk is not theirs to take"));
    }
    Ok(Footing::Override { reason, risk_owner, expires, of })
}
