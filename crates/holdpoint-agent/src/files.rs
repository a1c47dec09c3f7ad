//! Files that orders use, in the agent's folder, named by their hash.
//!
//! Here: where one lies, and taking one in. A file is believed only after its hash was computed here; a part that was
//! brought before is gone on with, and thrown away when the whole does not have the hash.

use crate::error::{Result, Trouble};
use crate::state::{StateFolder, sync_folder};
use holdpoint_wire::order::{Artifact, Order};
use holdpoint_wire::text::Hash;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Where the file of this hash lies, once it was brought.
#[must_use]
pub fn path_of(state: &StateFolder, hash: &Hash) -> PathBuf {
    state.at("files").join(hash.as_str())
}

/// The same file under a name that apt takes for a package.
///
/// # Errors
/// When the system does not link it.
pub fn as_package(state: &StateFolder, hash: &Hash) -> Result<PathBuf> {
    let named = state.at("files").join(format!("{hash}.deb"));
    match fs::hard_link(path_of(state, hash), &named) {
        Ok(()) => Ok(named),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(named),
        Err(source) => Err(Trouble::System { what: "link", path: named, source }),
    }
}

/// Whether the file is there and has its size and hash; looked at anew each time.
///
/// # Errors
/// When it cannot be read.
pub fn is_here(state: &StateFolder, artifact: &Artifact) -> Result<bool> {
    let path = path_of(state, &artifact.sha256);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(source) => return Err(Trouble::System { what: "open", path, source }),
    };
    let (n_bytes, hash) = hash_of(file, artifact.size_bytes, &path)?;
    Ok(n_bytes == artifact.size_bytes && hash == artifact.sha256)
}

/// Length, to one byte past the limit, and hash.
fn hash_of(file: File, limit_bytes: u64, path: &Path) -> Result<(u64, Hash)> {
    let (mut digest, mut n_bytes) = (Sha256::new(), 0);
    let mut reader = file.take(limit_bytes.saturating_add(1));
    let mut block = vec![0; 256 * 1024];
    loop {
        let n = reader.read(&mut block).map_err(Trouble::system("read", path))?;
        if n == 0 {
            return Ok((n_bytes, Hash::of_digest(digest)));
        }
        digest.update(&block[..n]);
        n_bytes += n as u64;
    }
}

/// Brings a file: `open(from)` gives its bytes from there on.
///
/// # Errors
/// When the bytes cannot be had, or are not those of the hash.
pub fn bring<R: Read>(
    state: &StateFolder,
    artifact: &Artifact,
    open: impl FnOnce(u64) -> Result<R>,
) -> Result<()> {
    let path = path_of(state, &artifact.sha256);
    let part = state.at("files").join(format!("{}.part", artifact.sha256));
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&part)
        .map_err(Trouble::system("open", &part))?;
    crate::system::set_mode(&part, 0o600)?;
    let mut n_here = file.metadata().map_err(Trouble::system("look at", &part))?.len();
    if n_here > artifact.size_bytes {
        file.set_len(0).map_err(Trouble::system("cut", &part))?;
        n_here = 0;
    }
    if n_here < artifact.size_bytes {
        file.seek(SeekFrom::Start(n_here)).map_err(Trouble::system("go on in", &part))?;
        // One byte more than announced is enough to see that there are more.
        let mut rest = open(n_here)?.take(artifact.size_bytes - n_here + 1);
        std::io::copy(&mut rest, &mut file).map_err(Trouble::system("bring", &part))?;
    }
    file.flush().and_then(|()| file.sync_all()).map_err(Trouble::system("write", &part))?;
    let (n_bytes, hash) =
        hash_of(File::open(&part).map_err(Trouble::system("open", &part))?, artifact.size_bytes, &part)?;
    if n_bytes < artifact.size_bytes {
        return Err(Trouble::Server(format!(
            "file `{}` came only to byte {n_bytes} of {}; it is gone on with later",
            artifact.name, artifact.size_bytes
        )));
    }
    if n_bytes != artifact.size_bytes || hash != artifact.sha256 {
        fs::remove_file(&part).map_err(Trouble::system("take away", &part))?;
        return Err(Trouble::Server(format!(
            "file `{}` came with other content than approved ({hash}); it was thrown away",
            artifact.name
        )));
    }
    fs::rename(&part, &path).map_err(Trouble::system("put in place", &path))?;
    sync_folder(&state.at("files"))
}

/// Throws away what no order in this list uses. Files of the way back of the last orders are in the list.
///
/// # Errors
/// When the folder cannot be read.
pub fn keep_only(state: &StateFolder, orders: &[&Order]) -> Result<()> {
    let wanted: BTreeSet<&str> = orders
        .iter()
        .flat_map(|order| order.artifacts.iter().map(|artifact| artifact.sha256.as_str()))
        .collect();
    let folder = state.at("files");
    let entries = fs::read_dir(&folder).map_err(Trouble::system("list", &folder))?;
    for entry in entries {
        let path = entry.map_err(Trouble::system("list", &folder))?.path();
        let hash = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !wanted.contains(hash.as_str()) {
            fs::remove_file(&path).map_err(Trouble::system("take away", &path))?;
        }
    }
    Ok(())
}
