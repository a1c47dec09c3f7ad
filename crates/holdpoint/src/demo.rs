//! The demo: a believable invented company in a database of its own.
//!
//! Lives here: where the demo's database lies, and that no other database is ever touched. The company is in
//! `company`, its devices in `assets`, its advisories in `advisories`, its last sixty days in `story`. The
//! surprise: a marker file beside the database says that it is a demo's; without it the folder is left alone.

mod advisories;
mod assets;
mod company;
mod csaf;
mod software;
mod story;
mod suppliers;
#[cfg(test)]
mod tests;
mod threats;
mod weaknesses;
mod windows_patches;

use anyhow::{Context, Result, bail};
use holdpoint_app::store::{Location, Store};
use holdpoint_domain::Moment;
use std::path::{Path, PathBuf};

pub use company::{NAME as COMPANY, PEOPLE};

const DATABASE: &str = "holdpoint.sqlite";
const MARKER: &str = "holdpoint-demo.txt";
const FILLING: &str = "This folder holds a demo of Holdpoint that is not complete.\n";
const FILLED: &str =
    "This folder holds a demo of Holdpoint: an invented company. It may be deleted at any time.\n";

/// Where a demo lies.
#[derive(Debug)]
pub enum Place {
    /// A folder that goes away with this value.
    Passing(tempfile::TempDir),
    /// A folder that stays.
    Kept(PathBuf),
}

impl Place {
    /// A folder that goes away at the end.
    pub fn passing() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("holdpoint-demo-").tempdir();
        Ok(Self::Passing(folder.context("cannot make a temporary folder for the demo")?))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        match self {
            Self::Passing(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }
}

/// Whether a demo was made or found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prepared {
    /// Made just now.
    Made,
    /// Found complete, and left as it was.
    Found,
}

/// Makes the demo's database in a place, unless a complete one is there.
///
/// # Errors
/// When a database lies there that is not a demo's, and then it was not opened; when files cannot be written.
pub fn prepare(place: &Place, now: Moment) -> Result<(Store, Prepared)> {
    let folder = place.folder();
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    let database = folder.join(DATABASE);
    let marker = folder.join(MARKER);
    let location = Location::Sqlite(database.clone());
    match std::fs::read_to_string(&marker) {
        Ok(text) if text == FILLED && database.exists() => {
            return Ok((Store::open(&location)?, Prepared::Found));
        }
        Ok(text) if text == FILLED || text == FILLING => remove(&database)?,
        Ok(_) | Err(_) if database.exists() => bail!(
            "`{}` is a database that is not a demo's; it was not opened; name another folder with --keep, or none",
            database.display()
        ),
        Ok(_) | Err(_) => {}
    }
    let write = |text: &str| {
        std::fs::write(&marker, text).with_context(|| format!("cannot write `{}`", marker.display()))
    };
    write(FILLING)?;
    let store = Store::open(&location)?;
    story::fill(store.clone(), now)?;
    write(FILLED)?;
    Ok((store, Prepared::Made))
}

/// Removes what a demo left that was not completed.
fn remove(database: &Path) -> Result<()> {
    for ending in ["", "-wal", "-shm"] {
        let mut name = database.as_os_str().to_owned();
        name.push(ending);
        let file = PathBuf::from(name);
        if file.exists() {
            std::fs::remove_file(&file).with_context(|| format!("cannot remove `{}`", file.display()))?;
        }
    }
    Ok(())
}
