//! From a path or bytes to the files of a feed: a file, a folder of files, the files inside a zip archive.
//!
//! One file is in memory at a time, besides the archive it lies in. Names inside an archive are only shown.

use crate::error::AppError;
use holdpoint_connectors::fetch::folder::{self, FolderLimits};
use holdpoint_connectors::unpack::Packing;
use holdpoint_domain::Rejected;
use std::io::{Cursor, Read};
use std::path::Path;

/// The largest file that is read: `wsusscn2.cab` and a zip of all CVE records are close to it.
pub const MAX_FILE_BYTES: u64 = 1024 * 1024 * 1024;
/// Files of a folder or of an archive; the CVE programme has given out below 400,000 numbers.
const MAX_FILES: usize = 1_000_000;
/// The most bytes of one file inside an archive.
const MAX_ENTRY_BYTES: u64 = 512 * 1024 * 1024;
/// The most bytes that an archive may unpack to.
const MAX_UNPACKED_BYTES: u64 = 16 * 1024 * 1024 * 1024;

/// A file of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its name, for people.
    pub name: String,
    /// Its bytes; gzip is still packed.
    pub bytes: Vec<u8>,
}

/// Files one after the other, and those that could not be read with the reason.
pub type Pieces<'a> = Box<dyn Iterator<Item = Result<Piece, (String, Rejected)>> + 'a>;

/// The files at a path. Archives come as they are.
///
/// # Errors
/// [`AppError::File`] when the path cannot be read at all.
pub fn at(path: &Path) -> Result<Pieces<'static>, AppError> {
    let label =
        path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    if !path.is_dir() {
        let bytes = folder::read_file(path, MAX_FILE_BYTES).map_err(|error| unreadable(path, &error))?;
        return Ok(Box::new(std::iter::once(Ok(Piece { name: label, bytes }))));
    }
    let limits = FolderLimits {
        max_files: MAX_FILES,
        max_file_bytes: MAX_FILE_BYTES,
        max_total_bytes: MAX_UNPACKED_BYTES,
        ..FolderLimits::default()
    };
    let listing = folder::list_folder(path, &limits).map_err(|error| unreadable(path, &error))?;
    let skipped: Vec<(String, Rejected)> = listing
        .skipped
        .iter()
        .map(|file| (file.relative.clone(), not_read(&file.reason.to_string())))
        .collect();
    let files = listing.files.into_iter().map(|file| match file.read() {
        Ok(bytes) => Ok(Piece { name: file.relative.clone(), bytes }),
        Err(error) => Err((file.relative.clone(), not_read(&error.to_string()))),
    });
    Ok(Box::new(skipped.into_iter().map(Err).chain(files)))
}

/// The files inside bytes: those of a zip archive, else the bytes themselves.
///
/// # Errors
/// A [`Rejected`] for an archive that cannot be opened.
pub fn inside<'b>(name: &str, bytes: &'b [u8]) -> Result<Pieces<'b>, Rejected> {
    if Packing::of(bytes) != Packing::Zip {
        let piece = Piece { name: name.to_owned(), bytes: bytes.to_vec() };
        return Ok(Box::new(std::iter::once(Ok(piece))));
    }
    let archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(name, &error.to_string()))?;
    if archive.len() > MAX_FILES {
        return Err(broken(name, &format!("it has {} files, at most {MAX_FILES} are read", archive.len())));
    }
    Ok(Box::new(Entries { archive, next: 0, unpacked: 0 }))
}

struct Entries<'b> {
    archive: zip::ZipArchive<Cursor<&'b [u8]>>,
    next: usize,
    unpacked: u64,
}

impl Iterator for Entries<'_> {
    type Item = Result<Piece, (String, Rejected)>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.next < self.archive.len() {
            let at = self.next;
            self.next += 1;
            if let Some(found) = self.read(at) {
                return Some(found);
            }
        }
        None
    }
}

impl Entries<'_> {
    fn read(&mut self, at: usize) -> Option<Result<Piece, (String, Rejected)>> {
        let label = format!("entry {at}");
        let mut entry = match self.archive.by_index(at) {
            Ok(entry) => entry,
            Err(error) => return Some(Err((label, not_read(&error.to_string())))),
        };
        if entry.is_dir() {
            return None;
        }
        let name = entry.name().map_or(label, std::borrow::Cow::into_owned);
        let mut bytes = Vec::new();
        let read = entry.by_ref().take(MAX_ENTRY_BYTES + 1).read_to_end(&mut bytes);
        drop(entry);
        self.unpacked += bytes.len() as u64;
        Some(match read {
            Err(error) => Err((name, not_read(&error.to_string()))),
            Ok(_) if bytes.len() as u64 > MAX_ENTRY_BYTES => {
                Err((name, not_read(&format!("it unpacks to more than {MAX_ENTRY_BYTES} bytes"))))
            }
            Ok(_) if self.unpacked > MAX_UNPACKED_BYTES => {
                self.next = self.archive.len();
                Err((name, not_read("the archive unpacks to more than 16 GiB; the rest was not read")))
            }
            Ok(_) => Ok(Piece { name, bytes }),
        })
    }
}

fn not_read(why: &str) -> Rejected {
    Rejected::new(
        "not-read",
        why,
        "this file was not taken in; what was here before stays",
        "if it belongs to the feed, put it into the folder as an ordinary file and import again",
    )
}

fn unreadable(path: &Path, error: &folder::FolderError) -> AppError {
    AppError::File(Rejected::new(
        "not-readable",
        format!("cannot read `{}`: {error}", path.display()),
        "nothing was taken in",
        "check the path and its permissions",
    ))
}

fn broken(name: &str, why: &str) -> Rejected {
    Rejected::new(
        "broken-archive",
        format!("`{name}` begins like a zip archive but cannot be read: {why}"),
        "nothing of it was taken in; what was here before stays",
        "fetch the archive again",
    )
}
