//! The file with the highest numbers, outside of the data directory: what was seen of others, and what was given to bundles of our own.
//!
//! The surprise: a number in it never falls, and a file that cannot be read is an error. A database that is put back from a backup
//! forgets numbers; this file is why bundles that are made afterwards do not get one of them a second time.

use super::file_trouble;
use crate::error::AppError;
use holdpoint_domain::transfer::BundleKind;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The highest number of each role of a site.
pub(super) type Highest = BTreeMap<String, u64>;

/// The role of the numbers that bundles of our own get.
pub(super) fn given(kind: BundleKind) -> String {
    format!("{GIVEN}{kind}")
}

/// Whether a role is one of our own numbers, which are no numbers that were seen of somebody else.
pub(super) fn is_given(role: &str) -> bool {
    role.starts_with(GIVEN)
}

const GIVEN: &str = "made.";

fn whole(path: &Path) -> Result<BTreeMap<String, Highest>, String> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|why| format!("the file with the highest numbers is damaged: {why}")),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(why) => Err(why.to_string()),
    }
}

/// What the file says of a site.
pub(super) fn read(path: &Path, site: &str) -> Result<Highest, String> {
    Ok(whole(path)?.remove(site).unwrap_or_default())
}

/// Writes numbers of a site down; a lower one changes nothing.
pub(super) fn write(path: &Path, site: &str, seen: &Highest) -> Result<(), AppError> {
    let trouble = |why: &dyn std::fmt::Display| file_trouble("the file with the highest numbers", why);
    let mut all = whole(path).map_err(|why| trouble(&why))?;
    let own = all.entry(site.to_owned()).or_default();
    for (role, number) in seen {
        let known = own.entry(role.clone()).or_default();
        *known = (*known).max(*number);
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|why| trouble(&why))?;
    }
    let half = path.with_extension("part");
    let bytes = serde_json::to_vec_pretty(&all).expect("texts and numbers have a JSON form");
    fs::write(&half, bytes).map_err(|why| trouble(&why))?;
    fs::rename(&half, path).map_err(|why| trouble(&why))
}
