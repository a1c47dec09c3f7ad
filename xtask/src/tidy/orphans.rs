//! Rust files that no other file names: they compile nowhere, and rot.
//!
//! Here: finding the file that should say `mod name` for each file. The surprise: only the nearest possible parents
//! are looked at, and `#[path]` is not followed; nobody needs it here.

use super::Violation;
use super::files::File;
use super::rust_source::code_only;

/// Folders whose own files are roots of a crate each.
const ROOT_FOLDERS: [&str; 5] = ["tests", "benches", "examples", "bin", "fuzz_targets"];

/// Looks for files without a parent.
pub fn check(files: &[File]) -> Vec<Violation> {
    let rust: Vec<&File> = files.iter().filter(|file| file.kind() == "rs").collect();
    let is_orphan = |file: &&&File| {
        let (name, parents) = match wanted_parents(&file.path) {
            Some(wanted) => wanted,
            None => return false,
        };
        !rust.iter().any(|other| parents.contains(&other.path) && declares(&other.text, &name))
    };
    let violation = |file: &&File| Violation {
        path: file.path.clone(),
        line: None,
        what: "no file names this one".to_owned(),
        why: "it is not compiled, so nothing keeps it right".to_owned(),
        remedy: "say `mod` for it in its parent, or remove it".to_owned(),
    };
    rust.iter().filter(is_orphan).map(violation).collect()
}

fn declares(text: &str, name: &str) -> bool {
    let code = code_only(text);
    let mut rest = code.as_str();
    while let Some(at) = rest.find("mod ") {
        rest = &rest[at + 4..];
        let declared = rest.trim_start().strip_prefix(name);
        if declared.is_some_and(|after| after.trim_start().starts_with(';')) {
            return true;
        }
    }
    false
}

/// The module's name and the files that could declare it; `None` for the root of a crate.
fn wanted_parents(path: &str) -> Option<(String, Vec<String>)> {
    let (folder, file) = path.rsplit_once('/')?;
    let stem = file.strip_suffix(".rs")?;
    if ["lib", "main", "build"].contains(&stem) {
        return None;
    }
    // `a/mod.rs` is the module `a`, whose parents stand where `a.rs` would.
    let (folder, stem) = if stem == "mod" { folder.rsplit_once('/')? } else { (folder, stem) };
    let (above, last) = folder.rsplit_once('/').unwrap_or(("", folder));
    if ROOT_FOLDERS.contains(&last) && !above.ends_with("/src") {
        return None;
    }
    let inside = ["mod.rs", "lib.rs", "main.rs"].map(|name| format!("{folder}/{name}"));
    let beside = format!("{above}/{last}.rs");
    Some((stem.to_owned(), inside.into_iter().chain([beside]).collect()))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::files::File;

    #[track_caller]
    fn orphans(files: &[(&str, &str)], expected: &[&str]) {
        let files: Vec<File> = files
            .iter()
            .map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() })
            .collect();
        let found: Vec<String> = check(&files).into_iter().map(|violation| violation.path).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_file_that_nobody_names_is_found() {
        orphans(&[("c/src/lib.rs", "mod a;"), ("c/src/a.rs", ""), ("c/src/b.rs", "")], &["c/src/b.rs"]);
        orphans(
            &[("c/src/lib.rs", "// mod a;\nmod ab;"), ("c/src/a.rs", ""), ("c/src/ab.rs", "")],
            &["c/src/a.rs"],
        );
    }

    #[test]
    fn modules_in_folders_are_followed_in_both_ways() {
        orphans(&[("c/src/lib.rs", "pub mod a;"), ("c/src/a.rs", "mod b;"), ("c/src/a/b.rs", "")], &[]);
        orphans(&[("c/src/lib.rs", "pub mod a;"), ("c/src/a/mod.rs", "mod b;"), ("c/src/a/b.rs", "")], &[]);
    }

    #[test]
    fn tests_are_roots_and_their_folders_are_not() {
        orphans(
            &[("c/tests/one.rs", ""), ("c/tests/two/main.rs", "mod part;"), ("c/tests/two/part.rs", "")],
            &[],
        );
        orphans(&[("c/tests/one.rs", ""), ("c/tests/plant/x.rs", "")], &["c/tests/plant/x.rs"]);
    }
}
