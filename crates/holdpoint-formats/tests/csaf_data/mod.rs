//! Where the corpus of real documents is, for the tests that read it.

#![expect(clippy::disallowed_methods, reason = "tests on real documents read them from files")]
#![expect(clippy::unwrap_used, reason = "a broken fixture should stop the test where it breaks")]

use std::path::{Path, PathBuf};

/// The folder of real data: `$HOLDPOINT_DATA`, else beside the workspace. `None` when it is absent, and then it is
/// said plainly what was not checked.
#[must_use]
pub fn corpus(part: &str, unchecked: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("HOLDPOINT_DATA").map_or(beside, PathBuf::from);
    let folder = root.join(part);
    if folder.exists() {
        return Some(folder);
    }
    eprintln!("the corpus is absent at {}: {unchecked} was NOT checked", folder.display());
    None
}

/// All JSON files below a folder, in a fixed order.
#[must_use]
pub fn json_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
