//! Files that show a compensating control: put in by whoever looked, kept by their hash, never served with a type.

use super::exemptions::find_in;
use super::test_records::{MOST_ATTACHMENT_BYTES, MOST_ATTACHMENTS, file_name};
use super::{accountable, baselines, reading};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::exemption::ExemptionState;
use holdpoint_store::control_file::ControlFile;
use holdpoint_store::test_record::Attachment;
use serde_json::json;

/// The files of an exemption's controls, the oldest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn list(app: &App, caller: &Caller, id: &str) -> Result<Vec<ControlFile>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let kept = find_in(r, id, &reach)?;
        Ok(r.control_files(kept.exemption.id)?)
    })
}

/// Puts a file to a control, counted from 1, of an exemption that is not over.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when the exemption is over or full;
/// [`AppError::Invalid`] for a name or size that cannot be.
pub fn put(
    app: &App,
    caller: &Caller,
    (id, control): (&str, usize),
    name: &str,
    bytes: &[u8],
) -> Result<ControlFile, AppError> {
    let reach = caller.require(Permission::RecordTest)?;
    accountable(caller)?;
    let name = file_name(name)?;
    if bytes.is_empty() || bytes.len() > MOST_ATTACHMENT_BYTES {
        let what = format!("a file has 1 to {MOST_ATTACHMENT_BYTES} bytes, not {}", bytes.len());
        return Err(AppError::invalid("size", what, "nothing was changed", "attach less"));
    }
    let committed = app.store().change(&app.intent(caller, "exemption.control-file", name), |c| {
        let kept = find_in(c, id, &reach)?;
        caller.require_at(Permission::RecordTest, kept.site)?;
        if !(1..=kept.exemption.controls.len()).contains(&control) {
            return Err(AppError::NotFound { noun: "control", id: control.to_string() });
        }
        let is_over = matches!(kept.exemption.state, ExemptionState::Ended { .. });
        if is_over || c.control_files(kept.exemption.id)?.len() as u64 >= MOST_ATTACHMENTS {
            let what = format!("the exemption is over, or has {MOST_ATTACHMENTS} files already");
            return Err(baselines::conflict("exemption-state", what, "propose a new one"));
        }
        let sha256 = c.put_blob(bytes)?;
        let file = Attachment {
            name: name.to_owned(),
            sha256,
            size_bytes: bytes.len() as u64,
            added_by: caller.actor.name().to_owned(),
            added_at: c.at(),
        };
        let new = ControlFile { control: control as u64, file };
        c.put_control_file(kept.exemption.id, &new)?;
        c.about("exemption", kept.exemption.id);
        c.detail("control", json!(control));
        c.detail("sha256", json!(holdpoint_domain::audit::ChainHash(sha256).to_string()));
        Ok::<_, AppError>(new)
    })?;
    Ok(committed.value)
}

/// The bytes of a file, counted from 1 over all controls; they are checked against their hash.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn bytes(app: &App, caller: &Caller, id: &str, place: usize) -> Result<Vec<u8>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let kept = find_in(r, id, &reach)?;
        let missing = || AppError::NotFound { noun: "file", id: place.to_string() };
        let files = r.control_files(kept.exemption.id)?;
        let found = place.checked_sub(1).and_then(|at| files.into_iter().nth(at)).ok_or_else(missing)?;
        r.blob(&found.file.sha256)?.ok_or_else(missing)
    })
}
