//! Reading and verifying the audit log. Nobody writes here: entries come from changes alone.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::audit::AuditEntry;
use holdpoint_store::AuditReport;
use holdpoint_store::page::{ListQuery, Paged};

/// Lists entries, newest first.
///
/// # Errors
/// [`AppError::Refused`] unless the caller may read the audit log of the whole installation; [`AppError::Store`].
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<AuditEntry>, AppError> {
    caller.require_everywhere(Permission::ReadAudit)?;
    Ok(app.store().read(|r| r.audit_page(query))?)
}

/// One entry.
///
/// # Errors
/// As [`list`]; [`AppError::NotFound`].
pub fn get(app: &App, caller: &Caller, sequence: u64) -> Result<AuditEntry, AppError> {
    caller.require_everywhere(Permission::ReadAudit)?;
    let found = app.store().read(|r| r.audit_entries(sequence, 1))?;
    found
        .into_iter()
        .find(|entry| entry.sequence == sequence)
        .ok_or(AppError::NotFound { noun: "audit entry", id: sequence.to_string() })
}

/// Recomputes the whole chain.
///
/// # Errors
/// As [`list`].
pub fn verify(app: &App, caller: &Caller) -> Result<AuditReport, AppError> {
    caller.require_everywhere(Permission::ReadAudit)?;
    Ok(app.store().verify_audit()?)
}
