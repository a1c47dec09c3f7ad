//! The catalogue as a file beside the SQLite database, so that a start need not build it.
//!
//! The surprise: every trouble with the file is the same as no file. It says nothing that the database does not say.

use super::{Conditions, Mark};
use holdpoint_connectors::fetch::folder::read_file;
use holdpoint_engine::applicability::Catalogue;
use holdpoint_store::Location;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What the file begins with.
const HEAD: &[u8] = b"holdpoint-applicability-5\n";
/// The largest file that is read: three times what 380,000 records take.
const MAX_BYTES: u64 = 2 * 1024 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Label {
    mark: Mark,
    outlined: BTreeSet<String>,
}

fn place(location: &Location) -> Option<PathBuf> {
    match location {
        Location::Sqlite(file) => Some(file.with_extension("applicability")),
        Location::Memory | Location::Postgres(_) => None,
    }
}

/// The kept conditions, if there are any and they fit.
pub(super) fn read(location: &Location, mark: &Mark) -> Option<Conditions> {
    let file = place(location)?;
    let bytes = read_file(&file, MAX_BYTES).ok()?;
    let rest = bytes.strip_prefix(HEAD)?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (label, body) = rest.split_at(end);
    let label: Label = serde_json::from_slice(label).ok()?;
    if label.mark != *mark {
        return None;
    }
    let catalogue = Catalogue::decode(body.get(1..)?).ok()?;
    Some(Conditions { mark: label.mark, catalogue, outlined: label.outlined })
}

/// Keeps conditions for the next start. Without any, there is nothing to keep. A disk that is full is no reason to fail.
pub(super) fn write(location: &Location, conditions: &Conditions) {
    let Some(file) = place(location).filter(|_| !conditions.catalogue.is_empty()) else { return };
    let label = Label { mark: conditions.mark.clone(), outlined: conditions.outlined.clone() };
    let label = serde_json::to_vec(&label).expect("a label is plain data");
    let bytes = [HEAD, &label, b"\n", &conditions.catalogue.encode()].concat();
    if written(&file, &bytes).is_err() {
        // The next start builds it again.
    }
}

fn written(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = file.with_extension(format!("applicability-{}", std::process::id()));
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, file).inspect_err(|_| drop(std::fs::remove_file(&beside)))
}
