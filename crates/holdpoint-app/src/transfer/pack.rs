//! A bundle as one file (zip, stored) or a folder, into and out of quarantine.
//!
//! The surprise: sizes are looked at before a byte is read, names are flat and known, and what lies on a stick is copied first:
//! nothing is checked where somebody else can still change it.

use super::file_trouble;
use crate::error::AppError;
use holdpoint_domain::Rejected;
use holdpoint_wire::believed::Disbelief;
use holdpoint_wire::repository::is_flat;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// The most bytes of a bundle.
const MOST_BYTES: u64 = 64 * 1024 * 1024 * 1024;
/// The most bytes of one file. A stick of 64 GiB holds several of them.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024 * 1024;
/// The most files of a bundle.
const MOST_FILES: usize = 40_000;

/// A bundle in quarantine.
pub(super) struct Quarantined {
    pub folder: PathBuf,
    pub sha256: [u8; 32],
    pub size_bytes: u64,
}

impl Drop for Quarantined {
    fn drop(&mut self) {
        // What is left over is harmless and is put away by the next one.
        drop(fs::remove_dir_all(&self.folder));
    }
}

fn unreadable(what: impl Into<String>) -> AppError {
    AppError::Invalid(Rejected::new(
        "unreadable",
        what,
        "nothing of the bundle was taken in",
        "copy it again, and compare the hash at both ends",
    ))
}

/// Whether a path is one that a bundle may have: a repository, then papers, or files under `targets`.
fn is_known(name: &str) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    match parts.as_slice() {
        [repository, file] => matches!(*repository, "image" | "order") && is_flat(file),
        [repository, "targets", file] => matches!(*repository, "image" | "order") && is_flat(file),
        _ => false,
    }
}

/// Why a bundle did not come into quarantine.
pub(super) enum NotIn {
    /// It is not the bundle: nothing lies there, or this place has trouble.
    Here(AppError),
    /// What was brought cannot be read.
    Unreadable {
        /// Why not.
        why: Disbelief,
        /// SHA-256 of the file; zeros: not known.
        sha256: [u8; 32],
        /// Its size, as far as it was looked at.
        size_bytes: u64,
    },
}

/// Brings a bundle into a fresh folder.
pub(super) fn quarantine(bundle: &Path, place: &Path, name: &str) -> Result<Quarantined, NotIn> {
    let folder = place.join(name);
    fs::create_dir_all(&folder).map_err(|why| NotIn::Here(file_trouble("the quarantine", &why)))?;
    let mut found = Quarantined { folder, sha256: [0; 32], size_bytes: 0 };
    let brought = if bundle.is_dir() { copy_folder(bundle, &mut found) } else { unzip(bundle, &mut found) };
    match brought {
        Ok(()) => Ok(found),
        Err(AppError::Invalid(why)) => {
            let size_bytes = match fs::metadata(bundle) {
                Ok(file) if file.is_file() => file.len(),
                Ok(_) | Err(_) => found.size_bytes,
            };
            let why = Disbelief::new("unreadable", why.what);
            Err(NotIn::Unreadable { why, sha256: found.sha256, size_bytes })
        }
        Err(other) => Err(NotIn::Here(other)),
    }
}

fn copy_folder(bundle: &Path, found: &mut Quarantined) -> Result<(), AppError> {
    let mut names = Vec::new();
    walk(bundle, String::new(), &mut names)?;
    names.sort();
    let mut hash = Sha256::new();
    for name in &names {
        let cannot = |why: std::io::Error| unreadable(format!("`{name}` cannot be read: {why}"));
        let mut from = fs::File::open(bundle.join(name)).map_err(cannot)?;
        let size = from.metadata().map_err(cannot)?.len();
        let own = put(&mut from, (name, size), found)?;
        hash.update(format!("{name}\n{size}\n"));
        hash.update(own);
    }
    found.sha256 = hash.finalize().into();
    Ok(())
}

fn walk(folder: &Path, prefix: String, names: &mut Vec<String>) -> Result<(), AppError> {
    for entry in fs::read_dir(folder).map_err(|why| file_trouble("the bundle", &why))? {
        let entry = entry.map_err(|why| file_trouble("the bundle", &why))?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().map_err(|why| file_trouble(&name, &why))?;
        if kind.is_dir() && name.matches('/').count() < 2 {
            walk(&entry.path(), format!("{name}/"), names)?;
        } else if kind.is_file() && names.len() < MOST_FILES {
            names.push(name);
        } else {
            return Err(unreadable(format!("`{name}` is no file that a bundle has")));
        }
    }
    Ok(())
}

fn unzip(bundle: &Path, found: &mut Quarantined) -> Result<(), AppError> {
    let mut file = fs::File::open(bundle).map_err(|why| file_trouble("the bundle", &why))?;
    if file.metadata().map_err(|why| file_trouble("the bundle", &why))?.len() > MOST_BYTES {
        return Err(unreadable(format!("it has more than {MOST_BYTES} bytes")));
    }
    found.sha256 = hash_of(&mut file).map_err(|why| unreadable(format!("it cannot be read: {why}")))?.0;
    let mut archive =
        zip::ZipArchive::new(file).map_err(|why| unreadable(format!("it is no bundle: {why}")))?;
    if archive.len() > MOST_FILES {
        return Err(unreadable(format!("it has more than {MOST_FILES} files")));
    }
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).map_err(|why| unreadable(why.to_string()))?;
        let size = entry.size();
        let name = entry.name().map_err(|why| unreadable(why.to_string()))?.into_owned();
        if entry.compression() != zip::CompressionMethod::Stored {
            return Err(unreadable(format!("`{name}` is compressed, and a bundle is not")));
        }
        put(&mut entry, (&name, size), found)?;
    }
    Ok(())
}

/// Copies one file, no more bytes of it than it says.
fn put(
    from: &mut dyn Read,
    (name, size): (&str, u64),
    found: &mut Quarantined,
) -> Result<[u8; 32], AppError> {
    if !is_known(name) {
        let shown: String = name.chars().take(100).collect();
        return Err(unreadable(format!("`{shown}` is no file that a bundle has")));
    }
    found.size_bytes = found.size_bytes.saturating_add(size);
    if found.size_bytes > MOST_BYTES {
        return Err(unreadable(format!("it comes to more than {MOST_BYTES} bytes")));
    }
    let path = found.folder.join(name);
    if path.exists() {
        return Err(unreadable(format!("`{name}` is in it twice")));
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|why| file_trouble("the quarantine", &why))?;
    }
    let mut to = fs::File::create(&path).map_err(|why| file_trouble("the quarantine", &why))?;
    let mut hash = Sha256::new();
    let (mut part, mut left) = (vec![0; 128 * 1024], size);
    loop {
        let read = from.read(&mut part).map_err(|why| unreadable(format!("`{name}`: {why}")))?;
        if read == 0 {
            break;
        }
        left = left
            .checked_sub(read as u64)
            .ok_or_else(|| unreadable(format!("`{name}` is longer than it says")))?;
        hash.update(&part[..read]);
        to.write_all(&part[..read]).map_err(|why| file_trouble("the quarantine", &why))?;
    }
    if left > 0 {
        return Err(unreadable(format!("`{name}` is cut off")));
    }
    Ok(hash.finalize().into())
}

/// Packs a folder into one file, and gives its hash and size.
pub(super) fn pack(folder: &Path, file: &Path) -> Result<([u8; 32], u64), AppError> {
    let mut names = Vec::new();
    walk(folder, String::new(), &mut names)?;
    names.sort();
    let half = file.with_extension("part");
    let out = fs::File::create(&half).map_err(|why| file_trouble("the bundle", &why))?;
    let mut archive = zip::ZipWriter::new(out);
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .large_file(true);
    for name in &names {
        archive.start_file(name.as_str(), options).map_err(|why| file_trouble("the bundle", &why))?;
        let mut from = fs::File::open(folder.join(name)).map_err(|why| file_trouble(name, &why))?;
        std::io::copy(&mut from, &mut archive).map_err(|why| file_trouble("the bundle", &why))?;
    }
    let out = archive.finish().map_err(|why| file_trouble("the bundle", &why))?;
    out.sync_all().map_err(|why| file_trouble("the bundle", &why))?;
    fs::rename(&half, file).map_err(|why| file_trouble("the bundle", &why))?;
    let mut packed = fs::File::open(file).map_err(|why| file_trouble("the bundle", &why))?;
    hash_of(&mut packed)
}

fn hash_of(file: &mut fs::File) -> Result<([u8; 32], u64), AppError> {
    let mut hash = Sha256::new();
    let (mut part, mut size) = (vec![0; 128 * 1024], 0);
    loop {
        let read = file.read(&mut part).map_err(|why| file_trouble("the bundle", &why))?;
        if read == 0 {
            return Ok((hash.finalize().into(), size));
        }
        size += read as u64;
        hash.update(&part[..read]);
    }
}

/// Checks the bytes of a file: its size before anything is read, then its hash.
pub(super) fn check_file(path: &Path, name: &str, (size, sha256): (u64, [u8; 32])) -> Result<(), Disbelief> {
    let unread = |why: std::io::Error| Disbelief::new("unreadable", format!("`{name}`: {why}"));
    let own = fs::metadata(path).map_err(unread)?.len();
    if own != size || size > MAX_FILE_BYTES {
        let what = format!("`{name}` has {own} bytes, and {size} were signed for");
        return Err(Disbelief::new("changed_byte", what));
    }
    let mut file = fs::File::open(path).map_err(unread)?;
    let mut hash = Sha256::new();
    let mut part = vec![0; 128 * 1024];
    loop {
        let read = file.read(&mut part).map_err(unread)?;
        if read == 0 {
            break;
        }
        hash.update(&part[..read]);
    }
    let own: [u8; 32] = hash.finalize().into();
    if own == sha256 {
        return Ok(());
    }
    Err(Disbelief::new("changed_byte", format!("the bytes of `{name}` are not those that were signed for")))
}
