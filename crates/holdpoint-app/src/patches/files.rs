//! Files of patches: Holdpoint keeps one only when somebody puts it in, with its hash, its origin and what a scan found.
//!
//! The surprise: a file whose hash differs from the one that a source gives for a file of that name is refused, and one
//! that nobody gives a hash for is kept with just that remark.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::audit::ChainHash;
use holdpoint_domain::patch::ScanResult;
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::blob::MAX_BLOB_BYTES;
use holdpoint_store::patch::{KeptFile, StoredPatch};
use serde_json::json;
use sha2::{Digest, Sha256};

/// A file to be put in.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The hash that whoever hands it in expects, as 64 hexadecimal digits; empty: none.
    pub expected_sha256: String,
    /// Where it comes from.
    pub origin: String,
    /// What a scan for malware found.
    pub scan: ScanResult,
    /// What scanned it, with its version and the date of its signatures.
    pub scanner: String,
    /// When.
    pub scanned_at: Option<Moment>,
}

fn bad(code: &str, what: impl Into<String>, remedy: &str) -> AppError {
    AppError::invalid(code, what, "the file was not kept", remedy)
}

/// Puts a file of a patch into the store.
///
/// # Errors
/// [`AppError::Invalid`] when it is too large, its hash is another, malware was found, or origin or scan are not told;
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn add(
    app: &App,
    caller: &Caller,
    patch: &str,
    new: &NewFile,
    reason: &str,
) -> Result<KeptFile, AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    let shown = super::get(app, caller, patch)?;
    let size = new.bytes.len() as u64;
    if size == 0 || size > MAX_BLOB_BYTES {
        let what = format!("the file has {size} bytes; a file of 1 to {MAX_BLOB_BYTES} is kept");
        return Err(bad(
            "file-size",
            what,
            "keep larger files where they are, and note their place as a comment",
        ));
    }
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 200 || new.origin.trim().is_empty() {
        return Err(bad(
            "file-origin",
            "the file needs a name and an origin",
            "say where it was fetched, and by whom",
        ));
    }
    check_scan(new)?;
    let sha256: [u8; 32] = Sha256::digest(&new.bytes).into();
    let hex = ChainHash(sha256).to_string();
    let expected = new.expected_sha256.trim();
    if !expected.is_empty() && !expected.eq_ignore_ascii_case(&hex) {
        let what = format!("the file has the SHA-256 {hex}, not {expected}");
        return Err(bad(
            "file-hash",
            what,
            "fetch it again from its publisher; it may be cut off or altered",
        ));
    }
    let note = against_sources(&shown.records, name, &hex)?;
    let name_of_patch = shown.line.name;
    let committed = app.store().change(&app.intent(caller, "patch.add-file", reason), |c| {
        let known = c.patch_files(&name_of_patch)?;
        if let Some(known) = known.into_iter().find(|file| file.sha256 == sha256 && file.scan == new.scan) {
            c.nothing_to_do();
            return Ok(known);
        }
        c.put_blob(&new.bytes)?;
        let mut file = KeptFile {
            number: 0,
            name: name.to_owned(),
            sha256,
            size_bytes: size,
            origin: new.origin.trim().to_owned(),
            scan: new.scan,
            scanner: new.scanner.trim().to_owned(),
            scanned_at: new.scanned_at,
            note: note.clone(),
            added_by: caller.actor.name().to_owned(),
            added_at: c.at(),
        };
        file.number = c.put_patch_file(&name_of_patch, &file)?;
        c.about("patch", &name_of_patch);
        c.detail("file", json!(file.name));
        c.detail("sha256", json!(hex));
        c.detail("origin", json!(file.origin));
        c.detail("scan", json!(file.scan.word()));
        Ok::<_, AppError>(file)
    })?;
    Ok(committed.value)
}

fn check_scan(new: &NewFile) -> Result<(), AppError> {
    match new.scan {
        ScanResult::Found => {
            let remedy = "keep it out of the plant, and tell whoever it came from";
            Err(bad("file-malware", "the scan found malware in the file", remedy))
        }
        ScanResult::Clean if new.scanner.trim().is_empty() || new.scanned_at.is_none() => {
            let remedy = "name the scanner with its version, and the moment; or say that it was not scanned";
            Err(bad("file-scan", "it is not said what scanned the file, or when", remedy))
        }
        ScanResult::Clean | ScanResult::NotScanned => Ok(()),
    }
}

/// How the hash stands to what the sources say of a file of that name.
fn against_sources(records: &[StoredPatch], name: &str, hex: &str) -> Result<String, AppError> {
    let listed = records.iter().flat_map(|stored| stored.record.files.iter().map(move |file| (stored, file)));
    let mut other_algorithms = false;
    for (stored, file) in listed.filter(|(_, file)| file.name.eq_ignore_ascii_case(name)) {
        for hash in &file.hashes {
            let (algorithm, value) = hash.split_once(':').unwrap_or(("", hash));
            if !algorithm.eq_ignore_ascii_case("sha256") {
                other_algorithms = true;
            } else if value.eq_ignore_ascii_case(hex) {
                return Ok(format!(
                    "its SHA-256 is the one that {} {} gives",
                    stored.source, stored.document
                ));
            } else {
                return Err(AppError::Invalid(Rejected::new(
                    "file-hash",
                    format!(
                        "{} {} gives SHA-256 {value} for `{name}`, and the file has {hex}",
                        stored.source, stored.document
                    ),
                    "the file was not kept",
                    "fetch it again from its publisher; it may be cut off or altered",
                )));
            }
        }
    }
    Ok(if other_algorithms {
        "sources give hashes of other algorithms for this file, which were not compared".to_owned()
    } else {
        "no source gives a hash for this file".to_owned()
    })
}

/// The files of a patch that lie in the store.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn list(app: &App, caller: &Caller, patch: &str) -> Result<Vec<KeptFile>, AppError> {
    let shown = super::get(app, caller, patch)?;
    Ok(app.store().read(|r| r.patch_files(&shown.line.name))?)
}

/// The bytes of a file of a patch.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn bytes(app: &App, caller: &Caller, patch: &str, number: i64) -> Result<(KeptFile, Vec<u8>), AppError> {
    let missing = || AppError::NotFound { noun: "file", id: number.to_string() };
    let file =
        list(app, caller, patch)?.into_iter().find(|file| file.number == number).ok_or_else(missing)?;
    let bytes = app.store().read(|r| r.blob(&file.sha256))?.ok_or_else(missing)?;
    Ok((file, bytes))
}
