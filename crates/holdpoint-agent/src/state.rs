//! The agent's folder: who may be in it, and how a file is written so that it is whole or not there.
//!
//! Here: the folder, its lock, atomic writing. Not here: what the files mean.

use crate::error::{Result, Trouble};
use crate::system;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The folder, held by one agent at a time.
#[derive(Debug)]
pub struct StateFolder {
    path: PathBuf,
    /// Held as long as the agent runs.
    _lock: File,
}

impl StateFolder {
    /// Opens the folder, makes it when it is not there, and takes its lock.
    ///
    /// # Errors
    /// When another agent holds it, or when others than its owner may look into it.
    pub fn open(path: &Path) -> Result<Self> {
        system::private_folder(path)?;
        for part in ["files", "backup", "log", "local"] {
            system::private_folder(&path.join(part))?;
        }
        let lock_path = path.join("agent.lock");
        let lock = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&lock_path)
            .map_err(Trouble::system("open", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Trouble::Asked(format!(
                "another agent works in `{}`. Two must not; ask `status` what it does",
                path.display()
            ))),
            Err(TryLockError::Error(source)) => {
                Err(Trouble::System { what: "lock", path: lock_path, source })
            }
        }
    }

    /// A place in the folder.
    #[must_use]
    pub fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Writes a file so that after a crash either the old or the new text is there, whole.
///
/// # Errors
/// When the system does not do it.
pub fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    write_whole_of(path, bytes, mode, None)
}

/// As [`write_whole`], and the file is given to an account and a group, by their numbers, before it stands in its place.
///
/// # Errors
/// When the system does not do it.
pub fn write_whole_of(path: &Path, bytes: &[u8], mode: u32, owner: Option<(u32, u32)>) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let beside = beside(path);
    let _ = fs::remove_file(&beside);
    let mut file = system::create_new(&beside, mode)?;
    if let Some(owner) = owner {
        // A change of the owner may take rights away, so the mode is set once more after it.
        system::give_to(&beside, owner)?;
        system::set_mode(&beside, mode)?;
    }
    file.write_all(bytes).map_err(Trouble::system("write", &beside))?;
    file.sync_all().map_err(Trouble::system("write", &beside))?;
    fs::rename(&beside, path).map_err(Trouble::system("put in place", path))?;
    sync_folder(folder)
}

/// What the temporary name of a file ends with.
const HALF: &str = ".holdpoint-new";

/// Where a file is written before it stands in its place.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}{HALF}"))
}

/// Takes away what a killed agent left of files that it was writing: in its own folder, and beside these paths. What cannot be taken away
/// now is taken away by the next write of that file.
pub fn take_halves_away<'a>(state: &StateFolder, paths: impl Iterator<Item = &'a Path>) {
    let own = fs::read_dir(state.path()).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_half = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with('.') && name.ends_with(HALF)
    };
    for half in own.filter(is_half).chain(paths.map(beside)) {
        if fs::symlink_metadata(&half).is_ok_and(|found| found.is_file()) {
            let _ = fs::remove_file(&half);
        }
    }
}

/// Makes the names in a folder last.
///
/// # Errors
/// When the system does not do it.
pub fn sync_folder(folder: &Path) -> Result<()> {
    let opened = File::open(folder).map_err(Trouble::system("open", folder))?;
    opened.sync_all().map_err(Trouble::system("make last", folder))
}

/// Reads a file of at most so many bytes; `None` when it is not there.
///
/// # Errors
/// When it cannot be read, or is larger.
pub fn read_at_most(path: &Path, limit_bytes: u64) -> Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Trouble::System { what: "open", path: path.to_owned(), source }),
    };
    let mut bytes = Vec::new();
    file.take(limit_bytes + 1).read_to_end(&mut bytes).map_err(Trouble::system("read", path))?;
    if bytes.len() as u64 > limit_bytes {
        return Err(Trouble::Records(format!(
            "`{}` has more than {limit_bytes} bytes; it is not read",
            path.display()
        )));
    }
    Ok(Some(bytes))
}
