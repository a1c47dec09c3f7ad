//! The signature under "there is no way back": the deed of the account that signs, and never a name that somebody else writes.

use crate::access_check::Caller;
use crate::approval::{baselines::conflict, refused, signer};
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::signature::written;

/// What a person needs to write a way back down: to say that there is none is to approve.
pub(super) const fn permission(way: Option<&WayBack>) -> Permission {
    match way {
        Some(WayBack::None { .. }) => Permission::Approve,
        Some(WayBack::Automatic { .. } | WayBack::ByHand { .. }) | None => Permission::WritePlans,
    }
}

/// That there is no way back, signed by whoever says it now.
pub(super) fn without_way(caller: &Caller, signed_by: &str, reason: &str) -> Result<WayBack, AppError> {
    let who = signer(caller)?;
    let named = signed_by.trim();
    if !named.is_empty() && named != who.name {
        let named: String = named.chars().take(64).collect();
        let what =
            format!("{} writes that `{named}` has signed, and everybody signs for themselves", who.name);
        let remedy =
            "let them write this profile with their own account, or leave the name out and sign yourself";
        return Err(conflict("signed-by-another", what, remedy));
    }
    let reason = written("reason to do it without a way back", reason).map_err(refused)?;
    Ok(WayBack::None { signed_by: who.name, reason })
}
