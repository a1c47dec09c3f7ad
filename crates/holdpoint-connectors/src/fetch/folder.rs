//! A file drop: the tree of a mirrored provider, carried in on a stick or a share.
//!
//! The same distrust as on the line: links are not followed, devices and pipes not opened, sizes counted,
//! the order always the same. Archives are not opened here; the format rooms do that from bytes.
//! The surprise: a file is opened a second time after listing, so it is compared with what was listed;
//! another one in its place is refused.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How much of a folder is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderLimits {
    /// Most entries of any kind.
    pub max_files: usize,
    /// Most folders inside each other; the root is 0.
    pub max_depth: usize,
    /// Largest file, in bytes.
    pub max_file_bytes: u64,
    /// Most bytes of all files together.
    pub max_total_bytes: u64,
}

impl Default for FolderLimits {
    /// 500,000 entries, 16 deep, 32 MiB a file, 64 GiB in all.
    fn default() -> Self {
        Self {
            max_files: 500_000,
            max_depth: 16,
            max_file_bytes: 32 * 1024 * 1024,
            max_total_bytes: 64 * 1024 * 1024 * 1024,
        }
    }
}

/// What a folder holds.
#[derive(Debug)]
pub struct FolderListing {
    /// Files that can be read, in the order of their relative names (bytewise).
    pub files: Vec<FoundFile>,
    /// What was left out, and why, in the same order.
    pub skipped: Vec<SkippedFile>,
}

/// A file that can be read.
#[derive(Debug, Clone)]
pub struct FoundFile {
    /// Its name below the folder, with `/` between the parts.
    pub relative: String,
    /// Its size when it was listed.
    pub bytes: u64,
    path: PathBuf,
    identity: Identity,
    limit: u64,
}

/// Something that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedFile {
    /// Its name below the folder, with `/` between the parts; what is no UTF-8 is shown as `�`.
    pub relative: String,
    /// Why.
    pub reason: SkipReason,
}

/// Why something was left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SkipReason {
    /// A link.
    #[error("it is a link, and links can lead out of the folder; put the file itself there")]
    Link,
    /// Neither file nor folder.
    #[error("it is neither a file nor a folder")]
    Special,
    /// Too large.
    #[error("it has {bytes} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// Too deep.
    #[error("it lies deeper than {limit} folders")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// The name is no text.
    #[error("its name is no UTF-8 text; rename it")]
    Name,
    /// It cannot be read.
    #[error("it cannot be read ({why}); give the reading account the right to it")]
    Unreadable {
        /// What the system says.
        why: String,
    },
}

/// Why a folder or file could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It is not there, or not for us.
    #[error("`{path}` cannot be read: check that it is there and that this program may read it")]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// It is no folder.
    #[error("`{path}` is no folder: give the folder that holds the documents")]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// It is no file.
    #[error("`{path}` is no ordinary file: give a document, not a folder or a device")]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Too many entries.
    #[error("`{path}` holds more than {limit} entries: nothing of it was taken; give a smaller folder")]
    TooMany {
        /// The folder.
        path: PathBuf,
        /// The limit.
        limit: usize,
    },
    /// Too many bytes.
    #[error(
        "the files of `{path}` have more than {limit} bytes together: nothing was taken; give a smaller folder"
    )]
    TooMuch {
        /// The folder.
        path: PathBuf,
        /// The limit.
        limit: u64,
    },
    /// Too large.
    #[error("`{path}` has more than {limit} bytes: nothing of it was taken; a document stays far below")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit: u64,
    },
    /// Something else is in its place.
    #[error(
        "`{path}` changed while it was being read: nothing of it was taken; try again when copying has ended"
    )]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

/// Device and file number where the system has them, so that a swapped file shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    number: u64,
}

impl Identity {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self { device: metadata.dev(), number: metadata.ino() }
    }

    #[cfg(not(unix))]
    fn of(metadata: &Metadata) -> Self {
        Self { device: 0, number: metadata.len() }
    }
}

struct Walk<'a> {
    root: &'a Path,
    limits: &'a FolderLimits,
    listing: FolderListing,
    pending: Vec<(PathBuf, String, usize)>,
    entries: usize,
    bytes: u64,
}

/// Lists a folder and everything below it.
///
/// # Errors
/// When the folder cannot be read or passes a limit as a whole. What concerns one entry alone is in
/// [`FolderListing::skipped`].
pub fn list_folder(root: &Path, limits: &FolderLimits) -> Result<FolderListing, FolderError> {
    let failed = |source| FolderError::Io { path: root.to_owned(), source };
    if !fs::metadata(root).map_err(failed)?.is_dir() {
        return Err(FolderError::NotAFolder { path: root.to_owned() });
    }
    let mut walk = Walk {
        root,
        limits,
        listing: FolderListing { files: Vec::new(), skipped: Vec::new() },
        pending: Vec::new(),
        entries: 0,
        bytes: 0,
    };
    walk.folder(fs::read_dir(root).map_err(failed)?, "", 0)?;
    while let Some((path, relative, depth)) = walk.pending.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => walk.folder(entries, &relative, depth)?,
            Err(error) => walk.skip(relative, unreadable(&error)),
        }
    }
    let mut listing = walk.listing;
    listing.files.sort_by(|one, other| one.relative.cmp(&other.relative));
    listing.skipped.sort_by(|one, other| one.relative.cmp(&other.relative));
    Ok(listing)
}

impl Walk<'_> {
    fn folder(&mut self, entries: fs::ReadDir, above: &str, depth: usize) -> Result<(), FolderError> {
        for entry in entries {
            self.entries += 1;
            if self.entries > self.limits.max_files {
                return Err(FolderError::TooMany {
                    path: self.root.to_owned(),
                    limit: self.limits.max_files,
                });
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.skip(format!("{above}?"), unreadable(&error));
                    continue;
                }
            };
            let name = entry.file_name();
            let relative = format!("{above}{}", name.to_string_lossy());
            match name.to_str() {
                Some(_) => self.entry(&entry.path(), relative, depth)?,
                None => self.skip(relative, SkipReason::Name),
            }
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, relative: String, depth: usize) -> Result<(), FolderError> {
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => {
                self.skip(relative, unreadable(&error));
                return Ok(());
            }
        };
        let limit = self.limits.max_file_bytes;
        if metadata.is_symlink() {
            self.skip(relative, SkipReason::Link);
        } else if metadata.is_dir() && depth >= self.limits.max_depth {
            self.skip(relative, SkipReason::TooDeep { limit: self.limits.max_depth });
        } else if metadata.is_dir() {
            self.pending.push((path.to_owned(), format!("{relative}/"), depth + 1));
        } else if !metadata.is_file() {
            self.skip(relative, SkipReason::Special);
        } else if metadata.len() > limit {
            self.skip(relative, SkipReason::TooLarge { bytes: metadata.len(), limit });
        } else {
            self.bytes = self.bytes.saturating_add(metadata.len());
            if self.bytes > self.limits.max_total_bytes {
                let limit = self.limits.max_total_bytes;
                return Err(FolderError::TooMuch { path: self.root.to_owned(), limit });
            }
            let identity = Identity::of(&metadata);
            let (bytes, path) = (metadata.len(), path.to_owned());
            self.listing.files.push(FoundFile { relative, bytes, path, identity, limit });
        }
        Ok(())
    }

    fn skip(&mut self, relative: String, reason: SkipReason) {
        self.listing.skipped.push(SkippedFile { relative, reason });
    }
}

fn unreadable(error: &io::Error) -> SkipReason {
    SkipReason::Unreadable { why: error.to_string() }
}

impl FoundFile {
    /// Reads it, if it still is the file that was listed.
    ///
    /// # Errors
    /// When it cannot be read, grew past the limit, or something else is in its place.
    pub fn read(&self) -> Result<Vec<u8>, FolderError> {
        let failed = |source| FolderError::Io { path: self.path.clone(), source };
        let changed = || FolderError::Changed { path: self.path.clone() };
        let before = fs::symlink_metadata(&self.path).map_err(failed)?;
        if !before.is_file() || Identity::of(&before) != self.identity {
            return Err(changed());
        }
        let file = File::open(&self.path).map_err(failed)?;
        let opened = file.metadata().map_err(failed)?;
        if !opened.is_file() || Identity::of(&opened) != self.identity {
            return Err(changed());
        }
        read_open(file, &self.path, self.limit)
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Reads the one file a person named; a link they named is theirs to follow.
///
/// # Errors
/// When it cannot be read, is no ordinary file, or is larger than `max_bytes`.
pub fn read_file(path: &Path, max_bytes: u64) -> Result<Vec<u8>, FolderError> {
    let failed = |source| FolderError::Io { path: path.to_owned(), source };
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(FolderError::NotAFile { path: path.to_owned() });
    }
    read_open(File::open(path).map_err(failed)?, path, max_bytes)
}

fn read_open(file: File, path: &Path, limit: u64) -> Result<Vec<u8>, FolderError> {
    let mut bytes = Vec::new();
    let mut capped = file.take(limit.saturating_add(1));
    capped.read_to_end(&mut bytes).map_err(|source| FolderError::Io { path: path.to_owned(), source })?;
    match bytes.len() as u64 > limit {
        true => Err(FolderError::TooLarge { path: path.to_owned(), limit }),
        false => Ok(bytes),
    }
}
