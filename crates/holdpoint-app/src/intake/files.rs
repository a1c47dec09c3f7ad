//! Documents from a file, a folder or a zip archive.
//!
//! One document is in memory at a time. Archives are read entry by entry under limits; an entry that says it is
//! small and is not is cut off and reported. The surprise: names inside an archive are only ever shown, never
//! used as paths.

use super::{Admission, ImportReport, IncomingDocument, Problem, import};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_connectors::fetch::folder::{self, FolderLimits, FoundFile};
use holdpoint_connectors::fetch::{Conditional, Fetcher};
use holdpoint_domain::Rejected;
use holdpoint_domain::access::Permission;
use std::io::{Cursor, Read};
use std::path::Path;

/// The largest archive that is opened: 256 MiB.
pub const MAX_ARCHIVE_BYTES: u64 = 256 * 1024 * 1024;
/// The most bytes that are read of one document; what a parser takes may be less, and it says so in words.
pub const MAX_DOCUMENT_BYTES: u64 = 32 * 1024 * 1024;
const MAX_ARCHIVE_ENTRIES: usize = 200_000;
const MAX_UNPACKED_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// Documents, one at a time, and files that are none with the reason.
pub type Documents = Box<dyn Iterator<Item = Result<IncomingDocument, Problem>>>;

/// Takes in a CSAF document, a folder of them, or a zip archive of them.
///
/// # Errors
/// [`AppError::File`] when the path cannot be read at all; [`AppError::Refused`]; [`AppError::Store`].
pub fn import_path(app: &App, caller: &Caller, path: &Path, reason: &str) -> Result<ImportReport, AppError> {
    import(app, caller, documents_at(path)?, Admission::ByTheRules, reason)
}

/// Takes in the bytes of one document or of a zip archive of documents.
///
/// # Errors
/// [`AppError::Invalid`] for an archive that cannot be opened; [`AppError::Refused`]; [`AppError::Store`].
pub fn import_bytes(
    app: &App,
    caller: &Caller,
    name: &str,
    bytes: Vec<u8>,
    reason: &str,
) -> Result<ImportReport, AppError> {
    import(app, caller, documents_in(name, bytes)?, Admission::ByTheRules, reason)
}

/// Takes in the document, or the zip archive of documents, at an address. HTTPS alone; redirects are refused.
///
/// # Errors
/// [`AppError::Remote`] when it does not come; [`AppError::Invalid`] for an archive that cannot be opened;
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn import_url(app: &App, caller: &Caller, url: &str, reason: &str) -> Result<ImportReport, AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    let remote = |code: &str, what: String| {
        AppError::Remote(Rejected::new(
            code,
            what,
            "nothing was taken in",
            "check the address and the way out; or fetch the file yourself and import it from there",
        ))
    };
    let fetcher = Fetcher::new(app.settings().fetch.clone())
        .map_err(|error| remote("fetch-settings", format!("the way out cannot be used: {error}")))?;
    let fetched = fetcher
        .get(url, &Conditional::default())
        .map_err(|error| remote("not-fetched", format!("cannot get `{url}`: {error}")))?;
    let bytes = fetched
        .into_document()
        .ok_or_else(|| remote("not-fetched", format!("`{url}` gave no document")))?
        .bytes;
    let name = url.split(['?', '#']).next().unwrap_or(url).rsplit('/').next().unwrap_or(url);
    let documents = documents_in(if name.is_empty() { url } else { name }, bytes)?;
    let source = format!("address {url}");
    let documents = documents.map(move |document| {
        document.map(|document| IncomingDocument { source: source.clone(), ..document })
    });
    import(app, caller, documents, Admission::ByTheRules, reason)
}

/// The documents at a path: a CSAF document, a folder of them, or a zip archive of them. Needs no store.
///
/// # Errors
/// [`AppError::File`] when the path cannot be read at all; [`AppError::Invalid`] for a broken archive.
pub fn documents_at(path: &Path) -> Result<Documents, AppError> {
    let label =
        path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    if !path.is_dir() {
        let bytes = folder::read_file(path, MAX_ARCHIVE_BYTES).map_err(|error| unreadable(path, &error))?;
        return documents_in(&label, bytes);
    }
    let listing =
        folder::list_folder(path, &FolderLimits::default()).map_err(|error| unreadable(path, &error))?;
    let skipped: Vec<Problem> =
        listing.skipped.iter().map(|file| skipped(&file.relative, &file.reason.to_string())).collect();
    let source = format!("folder {label}");
    let all = listing.files.len();
    let wanted: Vec<FoundFile> =
        listing.files.into_iter().filter(|file| file.relative.to_lowercase().ends_with(".json")).collect();
    let nothing = wanted.is_empty().then(|| nothing_in(&label, all));
    let documents = wanted.into_iter().map(move |file| read_found(&file, &source));
    Ok(Box::new(skipped.into_iter().chain(nothing).map(Err).chain(documents)))
}

/// The documents in bytes: one document, or the entries of a zip archive.
fn documents_in(name: &str, bytes: Vec<u8>) -> Result<Documents, AppError> {
    let source = format!("file {name}");
    if !(bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")) {
        return Ok(Box::new(std::iter::once(Ok(IncomingDocument::unproven(name, source, bytes)))));
    }
    let archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken_archive(name, &error.to_string()))?;
    if archive.len() > MAX_ARCHIVE_ENTRIES {
        let why = format!("it has {} entries, at most {MAX_ARCHIVE_ENTRIES} are read", archive.len());
        return Err(broken_archive(name, &why));
    }
    Ok(Box::new(Entries { archive, next: 0, source, unpacked: 0, met: Met::Nothing }))
}

fn read_found(file: &FoundFile, source: &str) -> Result<IncomingDocument, Problem> {
    match file.read() {
        Ok(bytes) => Ok(IncomingDocument::unproven(file.relative.clone(), source, bytes)),
        Err(error) => Err(skipped(&file.relative, &error.to_string())),
    }
}

fn skipped(name: &str, why: &str) -> Problem {
    Problem {
        name: name.to_owned(),
        rejected: Rejected::new(
            "not-read",
            why,
            "this file was not taken in",
            "if it is an advisory, put it into the folder as an ordinary file and import again",
        ),
    }
}

/// What is said of a folder or an archive that holds no document at all.
fn nothing_in(name: &str, others: usize) -> Problem {
    Problem {
        name: name.to_owned(),
        rejected: Rejected::new(
            "no-documents",
            format!("it holds no file whose name ends in `.json`; {others} other files were not looked at"),
            "nothing was taken in",
            "unpack archives that lie inside, and import the folder with the documents",
        ),
    }
}

fn unreadable(path: &Path, error: &folder::FolderError) -> AppError {
    AppError::File(Rejected::new(
        "not-readable",
        format!("cannot read `{}`: {error}", path.display()),
        "nothing was taken in",
        "check the path and its permissions",
    ))
}

fn broken_archive(name: &str, why: &str) -> AppError {
    AppError::invalid(
        "broken-archive",
        format!("`{name}` begins like a zip archive but cannot be read: {why}"),
        "nothing of it was taken in",
        "make the archive again, or import its folder",
    )
}

/// The JSON entries of an archive, one at a time.
struct Entries {
    archive: zip::ZipArchive<Cursor<Vec<u8>>>,
    next: usize,
    source: String,
    unpacked: u64,
    met: Met,
}

/// Whether an archive has given anything yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Met {
    Nothing,
    Something,
}

impl Entries {
    fn read(&mut self, at: usize) -> Option<Result<IncomingDocument, Problem>> {
        let mut entry = match self.archive.by_index(at) {
            Ok(entry) => entry,
            Err(error) => return Some(Err(skipped(&format!("entry {at}"), &error.to_string()))),
        };
        let name = match entry.name() {
            Ok(name) => name.into_owned(),
            Err(error) => return Some(Err(skipped(&format!("entry {at}"), &error.to_string()))),
        };
        if entry.is_dir() || !name.to_lowercase().ends_with(".json") {
            return None;
        }
        let mut bytes = Vec::new();
        let read = entry.by_ref().take(MAX_DOCUMENT_BYTES + 1).read_to_end(&mut bytes);
        drop(entry);
        self.unpacked += bytes.len() as u64;
        Some(match read {
            Err(error) => Err(skipped(&name, &error.to_string())),
            Ok(_) if self.unpacked > MAX_UNPACKED_BYTES => {
                self.next = self.archive.len();
                Err(skipped(&name, "the archive unpacks to more than 4 GiB; the rest of it was not read"))
            }
            Ok(_) => Ok(IncomingDocument::unproven(name, self.source.clone(), bytes)),
        })
    }
}

impl Iterator for Entries {
    type Item = Result<IncomingDocument, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.next < self.archive.len() {
            let at = self.next;
            self.next += 1;
            if let Some(found) = self.read(at) {
                self.met = Met::Something;
                return Some(found);
            }
        }
        if self.met == Met::Nothing {
            self.met = Met::Something;
            return Some(Err(nothing_in(&self.source, self.archive.len())));
        }
        None
    }
}
