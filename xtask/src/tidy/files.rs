//! The project's own text files, read once for all checks.
//!
//! Here: which folders and kinds of file count. Not here: any rule. The surprise: nothing is asked of git, so a
//! file that was never committed is checked as well, and a source archive without history works.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::root;

/// Folders in which nothing is ours.
const FOREIGN: [&str; 5] = ["target", "node_modules", "dist", "holdpoint-data", "fixtures"];

/// Hidden folders that are ours all the same.
const OWN_HIDDEN: [&str; 3] = [".ci", ".cargo", ".config"];

/// Endings of the files that are read; a file without an ending counts when it lies in `.ci`.
const KINDS: [&str; 13] =
    ["rs", "md", "toml", "ts", "tsx", "js", "mjs", "css", "html", "json", "sql", "sh", "yml"];

/// One text file.
#[derive(Debug)]
pub struct File {
    /// Path from the workspace's folder, with `/` on every system.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl File {
    /// The ending of the name, without the dot; empty when there is none.
    pub fn kind(&self) -> &str {
        Path::new(&self.path).extension().and_then(|kind| kind.to_str()).unwrap_or_default()
    }

    /// Whether the file holds only tests: below `tests/` or `benches/`, `tests.rs`, or `*.test.ts`.
    pub fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.path.split('/').any(|part| part == "tests" || part == "benches" || part == "browser")
            || name == "tests.rs"
            || name.contains(".test.")
    }

    /// Whether a program writes the file, so that no rule of style holds for it.
    pub fn is_generated(&self) -> bool {
        ["docs/openapi.json", "web/src/api/schema.ts", "web/package-lock.json"].contains(&self.path.as_str())
    }
}

/// Reads all of our text files, sorted by path.
///
/// # Errors
/// When a folder cannot be listed or a file cannot be read.
pub fn all() -> Result<Vec<File>> {
    let root = root::folder();
    let mut files = Vec::new();
    collect(&root, &root, &mut files)?;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list `{}`", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            let is_hidden = name.starts_with('.') && !OWN_HIDDEN.contains(&name.as_str());
            if !is_hidden && !FOREIGN.contains(&name.as_str()) && !name.starts_with("target-") {
                collect(root, &path, files)?;
            }
        } else if counts(&path) {
            let text =
                fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            let relative = path.strip_prefix(root).expect("the walk began at the root");
            files.push(File { path: relative.to_string_lossy().replace('\\', "/"), text });
        }
    }
    Ok(())
}

fn counts(path: &Path) -> bool {
    match path.extension().and_then(|kind| kind.to_str()) {
        Some(kind) => KINDS.contains(&kind),
        None => path.parent().and_then(Path::file_name).is_some_and(|folder| folder == ".ci"),
    }
}
