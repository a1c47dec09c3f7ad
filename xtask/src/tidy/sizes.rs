//! How long files and functions may be, how they begin, and what they may not be called.
//!
//! Here: sizes, the `//!` header, and names that say nothing. Not here: how functions are found (`rust_source`).
//! Test files may be as long as they like; their functions may not.

use std::path::Path;

use super::Violation;
use super::files::File;
use super::rust_source::{code_only, functions};

/// Longest file, in lines. The service houses this one was measured against have 95 % of their files below it.
const FILE_WALL: usize = 800;
/// From here on `-v` lists a file: time to look for the second thing in it.
const FILE_AIM: usize = 400;
/// Longest function, in lines, head and closing brace counted: what one screen shows.
const FUNCTION_WALL: usize = 70;
/// Longest ARCHITECTURE.md, in lines: what a newcomer reads in one sitting.
const ARCHITECTURE_WALL: usize = 250;

/// Names under which anything could be put, so that in the end everything is.
const EMPTY_NAMES: [&str; 8] = ["util", "utils", "common", "helper", "helpers", "manager", "misc", "shared"];

/// Checks sizes, headers and names.
pub fn check(files: &[File]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in files.iter().filter(|file| !file.is_generated()) {
        violations.extend(too_long(file));
        violations.extend(empty_name(file));
        if file.kind() == "rs" {
            violations.extend(headless(file));
            violations.extend(long_functions(file));
        }
    }
    violations
}

/// Lists the files that are past the aim but not past the wall.
pub fn print_near_limits(files: &[File]) {
    for file in files.iter().filter(|file| has_wall(file)) {
        let n_lines = file.text.lines().count();
        if (FILE_AIM..=FILE_WALL).contains(&n_lines) {
            println!("near: {} has {n_lines} lines (aim {FILE_AIM}, wall {FILE_WALL})", file.path);
        }
    }
}

fn has_wall(file: &File) -> bool {
    ["rs", "ts", "tsx", "js", "mjs", "css", "sql"].contains(&file.kind())
        && !file.is_test()
        && !file.is_generated()
}

fn too_long(file: &File) -> Option<Violation> {
    let wall = if file.path == "docs/ARCHITECTURE.md" {
        ARCHITECTURE_WALL
    } else if has_wall(file) {
        FILE_WALL
    } else {
        return None;
    };
    let n_lines = file.text.lines().count();
    (n_lines > wall).then(|| Violation {
        path: file.path.clone(),
        line: None,
        what: format!("{n_lines} lines; at most {wall}"),
        why: "a long file holds several things, and hides all but the first".to_owned(),
        remedy: "give the second thing a file of its own".to_owned(),
    })
}

fn empty_name(file: &File) -> Option<Violation> {
    let path = Path::new(&file.path);
    let parts = path.with_extension("");
    let bad = parts.iter().filter_map(|part| part.to_str()).find(|part| EMPTY_NAMES.contains(part))?;
    ["rs", "ts", "tsx"].contains(&file.kind()).then(|| Violation {
        path: file.path.clone(),
        line: None,
        what: format!("`{bad}` is no name"),
        why: "whatever has no home ends there, and nobody looks for it there".to_owned(),
        remedy: "name it after what it holds; if that is two things, make two files".to_owned(),
    })
}

fn headless(file: &File) -> Option<Violation> {
    // A script line or an attribute may stand before the header; a blank line or code may not.
    let first = file.text.lines().find(|line| !line.starts_with("#!")).unwrap_or_default();
    (!first.starts_with("//!")).then(|| Violation {
        path: file.path.clone(),
        line: Some(1),
        what: "the file does not begin with `//!`".to_owned(),
        why: "a reader who opens a file wants to know what lives there, what does not, and the one surprise"
            .to_owned(),
        remedy: "say these three things in a few lines".to_owned(),
    })
}

fn long_functions(file: &File) -> Vec<Violation> {
    let long =
        functions(&code_only(&file.text)).into_iter().filter(|function| function.n_lines > FUNCTION_WALL);
    let violation = |function: super::rust_source::Function| Violation {
        path: file.path.clone(),
        line: Some(function.line),
        what: format!("`{}` has {} lines; at most {FUNCTION_WALL}", function.name, function.n_lines),
        why: "what does not fit on a screen is not read as a whole".to_owned(),
        remedy: "take out the part that has a name of its own".to_owned(),
    };
    long.map(violation).collect()
}

#[cfg(test)]
mod tests {
    use super::{FILE_WALL, FUNCTION_WALL, check};
    use crate::tidy::files::File;

    #[track_caller]
    fn n_violations(path: &str, text: &str, expected: usize) {
        let found = check(&[File { path: path.to_owned(), text: text.to_owned() }]);
        assert_eq!(found.len(), expected, "{path}: {found:?}");
    }

    #[test]
    fn a_file_at_the_wall_passes_and_one_line_more_does_not() {
        let lines = |n: usize| "//! x\n".repeat(n);
        n_violations("crates/a/src/a.rs", &lines(FILE_WALL), 0);
        n_violations("crates/a/src/a.rs", &lines(FILE_WALL + 1), 1);
        n_violations("crates/a/tests/a.rs", &lines(FILE_WALL + 1), 0);
        n_violations("web/src/api/schema.ts", &lines(FILE_WALL + 1), 0);
        n_violations("docs/ARCHITECTURE.md", &lines(251), 1);
    }

    #[test]
    fn a_function_at_the_wall_passes_and_one_line_more_does_not() {
        let function = |n: usize| format!("//! x\nfn f() {{\n{}}}\n", "    g(\"}\");\n".repeat(n - 2));
        n_violations("crates/a/src/a.rs", &function(FUNCTION_WALL), 0);
        n_violations("crates/a/src/a.rs", &function(FUNCTION_WALL + 1), 1);
        n_violations("crates/a/tests/a.rs", &function(FUNCTION_WALL + 1), 1);
    }

    #[test]
    fn a_header_and_a_name_are_wanted() {
        n_violations("crates/a/src/a.rs", "use x;\n", 1);
        n_violations("crates/a/src/a.rs", "\n//! late\n", 1);
        n_violations("crates/a/src/a.rs", "#![expect(x)]\n//! fine\n", 0);
        n_violations("crates/a/src/util.rs", "//! x\n", 1);
        n_violations("crates/a/tests/common/mod.rs", "//! x\n", 1);
        n_violations("crates/a/src/commonplace.rs", "//! x\n", 0);
    }
}
