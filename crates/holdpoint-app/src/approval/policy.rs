//! The written rules of approving, kept as a setting with its history in the audit log.

use super::refused;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::approval_policy::{ApprovalPolicy, ClassRule, EvidenceRule};
use holdpoint_store::{Reader, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::json;

const SETTING: &str = "approval.policy";

/// The rules as the setting holds them; what an older program did not write has its default.
#[derive(Serialize, Deserialize)]
#[serde(default)]
struct Stored {
    low: (u8, String),
    normal: (u8, String),
    high: (u8, String),
    critical: (u8, String),
    emergency_signatures: u8,
    emergency_review_days: u32,
    exemption_most_days: u32,
    override_most_days: u32,
    delegation_most_days: u32,
    test_most_days: u32,
    control_verify_days: u32,
}

impl Default for Stored {
    fn default() -> Self {
        Self::of(&ApprovalPolicy::default())
    }
}

impl Stored {
    fn of(policy: &ApprovalPolicy) -> Self {
        let rule = |rule: ClassRule| (rule.signatures, rule.evidence.word().to_owned());
        Self {
            low: rule(policy.low),
            normal: rule(policy.normal),
            high: rule(policy.high),
            critical: rule(policy.critical),
            emergency_signatures: policy.emergency_signatures,
            emergency_review_days: policy.emergency_review_days,
            exemption_most_days: policy.exemption_most_days,
            override_most_days: policy.override_most_days,
            delegation_most_days: policy.delegation_most_days,
            test_most_days: policy.test_most_days,
            control_verify_days: policy.control_verify_days,
        }
    }

    fn read(self) -> Result<ApprovalPolicy, StoreError> {
        let rule = |(signatures, word): (u8, String)| {
            let evidence = word.parse::<EvidenceRule>();
            evidence.map(|evidence| ClassRule { signatures, evidence })
        };
        let damaged =
            |why: &dyn std::fmt::Display| StoreError::Damaged { what: format!("setting `{SETTING}`: {why}") };
        let class = |stored| rule(stored).map_err(|why| damaged(&why));
        let policy = ApprovalPolicy {
            low: class(self.low)?,
            normal: class(self.normal)?,
            high: class(self.high)?,
            critical: class(self.critical)?,
            emergency_signatures: self.emergency_signatures,
            emergency_review_days: self.emergency_review_days,
            exemption_most_days: self.exemption_most_days,
            override_most_days: self.override_most_days,
            delegation_most_days: self.delegation_most_days,
            test_most_days: self.test_most_days,
            control_verify_days: self.control_verify_days,
        };
        policy.checked().map_err(|why| damaged(&why))
    }
}

/// The rules that hold.
pub(crate) fn policy(r: &mut Reader<'_>) -> Result<ApprovalPolicy, StoreError> {
    let Some(stored) = r.setting(SETTING)? else { return Ok(ApprovalPolicy::default()) };
    let stored: Stored = serde_json::from_value(stored)
        .map_err(|why| StoreError::Damaged { what: format!("setting `{SETTING}`: {why}") })?;
    stored.read()
}

/// The rules that hold, for whoever may look.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn show(app: &App, caller: &Caller) -> Result<ApprovalPolicy, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(policy)?)
}

/// Writes other rules.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Invalid`] for rules that cannot be; [`AppError::Store`].
pub fn set(
    app: &App,
    caller: &Caller,
    new: ApprovalPolicy,
    reason: &str,
) -> Result<ApprovalPolicy, AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    let reason = holdpoint_domain::signature::written("reason", reason).map_err(refused)?;
    let new = new.checked().map_err(refused)?;
    app.store().change(&app.intent(caller, "approval.policy", &reason), |c| {
        let before = policy(c)?;
        if before == new {
            c.nothing_to_do();
            return Ok(());
        }
        c.put_setting(SETTING, &json!(Stored::of(&new)))?;
        c.about("setting", SETTING);
        c.detail("before", json!(Stored::of(&before)));
        c.detail("after", json!(Stored::of(&new)));
        Ok::<_, StoreError>(())
    })?;
    Ok(new)
}
