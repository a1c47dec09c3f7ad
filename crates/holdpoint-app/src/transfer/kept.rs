//! What came with bundles and is kept as it was signed: a site's results outside, and the office's approvals inside.
//!
//! The surprise: an approval of the office is evidence and no decision. It stands beside what was decided here, and a patch is installed
//! here only when people of this plant have signed.

use super::file_trouble;
use crate::App;
use crate::access_check::Caller;
use crate::approval::baselines::{self, Resolved};
use crate::approval::card::standing_words;
use crate::approval::export::{evidence, signers};
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::decision::Matter;
use holdpoint_store::{Change, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// The most bytes of a file that is kept for people to read.
pub(super) const MOST_KEPT: u64 = 64 * 1024 * 1024;

/// A file that came with a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// Its size.
    pub size_bytes: u64,
    /// The number of the bundle that brought it.
    pub sequence: u64,
}

/// How a patch stands in a baseline of the office, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeApproval {
    /// The baseline.
    pub baseline: String,
    /// The patch.
    pub patch: String,
    /// The owner's state there.
    pub state: String,
    /// Since when.
    pub since: String,
    /// Who brought it there.
    pub by: String,
    /// Who signed; empty: nobody.
    pub signed_by: String,
    /// What it rests on.
    pub evidence: String,
    /// What suppliers say.
    pub supplier: String,
    /// Why it may not be installed; empty: it may.
    pub blocked: String,
}

/// An approval of the office beside what stands here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalBeside {
    /// What the office says.
    pub office: OfficeApproval,
    /// The owner's state in the baseline of the same name here; `None`: nobody here has decided.
    pub here: Option<String>,
    /// The number of the bundle that brought it.
    pub sequence: u64,
}

fn key(site: &str) -> String {
    format!("transfer.kept.{site}")
}

/// How every patch stands in a baseline, as words that can travel.
pub(super) fn approvals_of(
    app: &App,
    caller: &Caller,
    baseline: &str,
) -> Result<Vec<OfficeApproval>, AppError> {
    let name = baselines::find(app, caller, baseline)?.name;
    let all = baselines::resolved(app, caller, baseline, Moment::OPEN)?;
    Ok(all.iter().map(|one| in_words(&name, one)).collect())
}

fn in_words(baseline: &str, one: &Resolved) -> OfficeApproval {
    let basis = one.decision.as_ref().and_then(|decision| match &decision.matter {
        Matter::Authorise(what) => Some(evidence(&what.basis)),
        Matter::Reject { .. } | Matter::Readmit { .. } | Matter::Standard(_) | Matter::Exempt { .. } => None,
    });
    OfficeApproval {
        baseline: baseline.to_owned(),
        patch: one.entry.patch.clone(),
        state: one.entry.state.owner_state().word().to_owned(),
        since: one.entry.since.to_string(),
        by: one.entry.by.name.clone(),
        signed_by: one.decision.as_ref().map(signers).unwrap_or_default(),
        evidence: basis.unwrap_or_default(),
        supplier: standing_words(&one.standing),
        blocked: one.blocked.join("; "),
    }
}

/// Keeps files that came, the newest under each name, in the same change as the bundle's line.
pub(super) fn keep(
    c: &mut Change<'_>,
    (site, sequence): (&str, u64),
    files: &[(String, Vec<u8>)],
) -> Result<(), StoreError> {
    if files.is_empty() {
        return Ok(());
    }
    let mut all = c.setting(&key(site))?.unwrap_or_else(|| json!({}));
    for (name, bytes) in files {
        let sha256 = holdpoint_wire::text::hex(&c.put_blob(bytes)?);
        c.detail(name, json!(sha256));
        let kept = KeptFile { sha256, size_bytes: bytes.len() as u64, sequence };
        all[name] = json!(kept);
    }
    c.put_setting(&key(site), &all)
}

/// The files that are kept of a site, by their names.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn kept(app: &App, caller: &Caller, site: &str) -> Result<BTreeMap<String, KeptFile>, AppError> {
    caller.require_everywhere(Permission::ReadPlant)?;
    let found = app.store().read(|r| r.setting(&key(site)))?;
    let damaged = |why: serde_json::Error| StoreError::damaged(format!("what is kept of a site: {why}"));
    Ok(found.map(serde_json::from_value).transpose().map_err(damaged)?.unwrap_or_default())
}

/// The bytes of a kept file, as they were signed.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn kept_bytes(app: &App, caller: &Caller, (site, name): (&str, &str)) -> Result<Vec<u8>, AppError> {
    let missing = || AppError::NotFound { noun: "kept file", id: name.chars().take(64).collect() };
    let file = kept(app, caller, site)?.remove(name).ok_or_else(missing)?;
    let sha256 = holdpoint_wire::text::from_hex::<32>(&file.sha256).ok_or_else(missing)?;
    app.store().read(|r| r.blob(&sha256))?.ok_or_else(missing)
}

/// What the office decided, beside what stands here.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::File`] when what came cannot be read; [`AppError::Store`].
pub fn approvals(app: &App, caller: &Caller, site: &str) -> Result<Vec<ApprovalBeside>, AppError> {
    let mut found = Vec::new();
    for (name, file) in kept(app, caller, site)? {
        if !name.starts_with("approvals ") {
            continue;
        }
        let bytes = kept_bytes(app, caller, (site, &name))?;
        let told: Vec<OfficeApproval> =
            serde_json::from_slice(&bytes).map_err(|why| file_trouble("the approvals", &why))?;
        let baseline = name.trim_start_matches("approvals ");
        let here: BTreeMap<String, String> = match baselines::resolved(app, caller, baseline, Moment::OPEN) {
            Ok(all) => all
                .into_iter()
                .map(|one| (one.entry.patch, one.entry.state.owner_state().word().to_owned()))
                .collect(),
            Err(AppError::NotFound { .. }) => BTreeMap::new(),
            Err(why) => return Err(why),
        };
        found.extend(told.into_iter().map(|office| ApprovalBeside {
            here: here.get(&office.patch).cloned(),
            sequence: file.sequence,
            office,
        }));
    }
    Ok(found)
}
