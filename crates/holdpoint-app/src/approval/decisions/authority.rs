//! Whether a signer's role may bear what an exemption leaves: the policy names the roles for high and critical risks.
//!
//! The surprise: who signs for somebody else signs with the role of the one who lent the right, and of several sites the
//! roles count that all of them name.

use crate::access_check::Caller;
use crate::approval::baselines::conflict;
use crate::approval::card::kept_exemption;
use crate::approval::rules;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, RoleSet};
use holdpoint_domain::decision::Matter;
use holdpoint_domain::id::UserId;
use holdpoint_domain::signature::Person;
use holdpoint_store::Reader;
use holdpoint_store::decision::KeptDecision;

/// The signer's role is enough for what is left of the risk.
pub(super) fn required(
    r: &mut Reader<'_>,
    caller: &Caller,
    kept: &KeptDecision,
    behalf: Option<&Person>,
) -> Result<(), AppError> {
    match lacks(r, caller, kept, behalf)? {
        Some(why) => Err(conflict("authority", why, "ask somebody whose role the policy names")),
        None => Ok(()),
    }
}

/// Why the signer's role is not enough for what is left of the risk; `None`: it is.
pub(super) fn lacks(
    r: &mut Reader<'_>,
    caller: &Caller,
    kept: &KeptDecision,
    behalf: Option<&Person>,
) -> Result<Option<String>, AppError> {
    let Matter::Exempt { exemption, .. } = &kept.decision.matter else { return Ok(None) };
    let exemption = kept_exemption(r, *exemption)?.exemption;
    let risk = exemption.residual.max(kept.decision.risk);
    let named = rules::of_exemption(r, &exemption, kept.site)?.policy.accepted_by(risk);
    let wanted = (Permission::Approve, kept.site);
    let own = match behalf {
        None => RoleSet::granted(&caller.roles, &caller.grants, wanted),
        Some(from) => {
            let id: Option<UserId> = from.account.strip_prefix("person:").and_then(|id| id.parse().ok());
            let grants = match id {
                Some(id) => r.grants(id, Moment::OPEN)?,
                None => Vec::new(),
            };
            RoleSet::granted(&crate::policies::holding::roles(r)?, &grants, wanted)
        }
    };
    if !named.and(own).is_empty() {
        return Ok(None);
    }
    let roles: Vec<String> = named.words().into_iter().map(|word| format!("`{word}`")).collect();
    let roles =
        if roles.is_empty() { "no role that all its sites name".to_owned() } else { roles.join(", ") };
    Ok(Some(format!("the residual risk is {risk}, and the policy lets it be accepted by {roles}")))
}
