//! How old what is here is, and two persons' word that something old may still come in.
//!
//! The surprise: an override is for one file by its hash, for a week, and once. It never becomes a habit.

use super::DAY;
use crate::App;
use crate::access_check::Caller;
use crate::approval::{accountable, baselines::conflict, refused, signer};
use crate::error::AppError;
use crate::planning::invalid;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::ExpiryOverrideId;
use holdpoint_domain::signature::written;
use holdpoint_domain::transfer::{BundleDirection, BundleKind, OverrideState};
use holdpoint_store::transfer::{ExpiryOverride, KeptBundle};
use serde_json::json;

/// So long an override can be used.
const OVERRIDE_DAYS: i64 = 7;

/// How old the data of a site is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Age {
    /// The newest bundle with content that was taken in; `None`: none was.
    pub newest: Option<KeptBundle>,
    /// Whole days since that bundle was made; `None`: nobody knows.
    pub days: Option<i64>,
    /// Whether it has expired by now: what is here may be read and is not to be trusted as current.
    pub expired: Option<Moment>,
    /// An override by which it came in.
    pub overridden: Option<ExpiryOverride>,
}

/// How old what a site has is.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn age(app: &App, caller: &Caller, site: &str) -> Result<Age, AppError> {
    caller.require(Permission::ReadPlant)?;
    let now = app.now();
    let (newest, all) = app.store().read(|r| {
        Ok((r.newest_bundle(BundleDirection::In, BundleKind::Content, site)?, r.expiry_overrides()?))
    })?;
    let made = newest.as_ref().map(|one| one.made_at).filter(|made| *made != Moment::OPEN);
    let expired = newest.as_ref().map(|one| one.expires_at).filter(|at| *at <= now);
    let overridden = newest.as_ref().and_then(|one| {
        all.into_iter().find(|word| word.state == OverrideState::Used && word.sha256 == one.sha256)
    });
    Ok(Age { days: made.map(|made| now.since(made).div_euclid(DAY)), expired, overridden, newest })
}

/// The overrides, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn overrides(app: &App, caller: &Caller) -> Result<Vec<ExpiryOverride>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.expiry_overrides())?)
}

/// Asks that one expired bundle, which was refused, may come in.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason; [`AppError::Conflict`] when it was
/// refused for anything else.
pub fn ask_override(
    app: &App,
    caller: &Caller,
    bundle: &str,
    reason: &str,
) -> Result<ExpiryOverride, AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    let by = accountable(caller)?;
    let reason = written("reason", reason).map_err(refused)?;
    let missing = || AppError::NotFound { noun: "bundle", id: bundle.chars().take(64).collect() };
    let id = bundle.parse().map_err(|_| missing())?;
    let own = ExpiryOverrideId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "transfer.ask_override", &reason), |c| {
        let refused = c.transfer_bundle(id)?.ok_or_else(missing)?;
        if refused.refusal != "expired" {
            let what = "only what was refused for its age alone can be overridden".to_owned();
            return Err(conflict("not-expired", what, "bring a bundle that holds"));
        }
        let new = ExpiryOverride {
            id: own,
            sha256: refused.sha256,
            site: refused.site,
            sequence: refused.sequence,
            expired_at: refused.expires_at,
            reason: reason.clone(),
            state: OverrideState::Asked,
            asked_by: by.name.clone(),
            asked_account: by.account.clone(),
            asked_at: c.at(),
            agreed_by: String::new(),
            agreed_account: String::new(),
            agreed_at: None,
            until: c.at().plus_micros(OVERRIDE_DAYS * DAY),
        };
        c.ask_expiry_override(&new)?;
        c.about("bundle", id);
        c.detail("sha256", json!(holdpoint_wire::text::hex(&new.sha256)));
        Ok(new)
    })?;
    Ok(committed.value)
}

/// Agrees to an override, or declines it: a second person, who approves.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when it is the same person, or it was answered.
pub fn answer_override(
    app: &App,
    caller: &Caller,
    id: &str,
    answer: OverrideState,
    reason: &str,
) -> Result<ExpiryOverride, AppError> {
    caller.require_everywhere(Permission::Approve)?;
    let by = signer(caller)?;
    let action = match answer {
        OverrideState::Agreed => "transfer.agree_override",
        OverrideState::Declined => "transfer.decline_override",
        OverrideState::Asked | OverrideState::Used => {
            let what = "an answer is `agreed` or `declined`".to_owned();
            return Err(invalid("answer", what, "use one of these words"));
        }
    };
    let missing = || AppError::NotFound { noun: "override", id: id.chars().take(64).collect() };
    let own: ExpiryOverrideId = id.parse().map_err(|_| missing())?;
    let committed = app.store().change(&app.intent(caller, action, reason), |c| {
        let known = c.expiry_override(own)?.ok_or_else(missing)?;
        if known.state != OverrideState::Asked || known.until <= c.at() {
            let what = format!("the override is {}, until {}", known.state, known.until);
            return Err(conflict("override-state", what, "ask for another one"));
        }
        if known.asked_account == by.account {
            let what = format!("{} asked for it, and a second person must agree", by.name);
            return Err(conflict("four-eyes", what, "ask another approver"));
        }
        c.answer_expiry_override(own, answer, (&by.name, &by.account))?;
        c.about("override", own);
        c.detail("sha256", json!(holdpoint_wire::text::hex(&known.sha256)));
        c.expiry_override(own)?.ok_or_else(missing)
    })?;
    Ok(committed.value)
}

/// The override that lets this very file in, if there is one.
pub(super) fn usable_override(app: &App, sha256: &[u8; 32]) -> Result<Option<ExpiryOverride>, AppError> {
    let now = app.now();
    let all = app.store().read(|r| r.expiry_overrides())?;
    Ok(all
        .into_iter()
        .find(|one| one.sha256 == *sha256 && one.state == OverrideState::Agreed && one.until > now))
}
