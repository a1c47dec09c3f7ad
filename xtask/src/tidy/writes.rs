//! Who may write: only the app opens a change of the store.
//!
//! Here: a look at the source of the rooms above the app. The compiler cannot hold this rule, because the server and
//! the commands can reach the store through the app; in tests they may, to prepare what they need.

use super::Violation;
use super::files::File;
use super::rust_source::{code_only, line_of, without_test_modules};

/// Rooms that ask the app and never write themselves.
const ABOVE: [&str; 2] = ["crates/holdpoint-server/src/", "crates/holdpoint/src/"];

/// What opening a change looks like.
const OPENING: [&str; 3] = [".change(&", "store::Change", "store::Intent"];

/// Looks through the rooms above the app.
pub fn check(files: &[File]) -> Vec<Violation> {
    let is_above = |file: &&File| ABOVE.iter().any(|room| file.path.starts_with(room));
    files
        .iter()
        .filter(is_above)
        .filter(|file| file.kind() == "rs" && !file.is_test())
        .flat_map(check_file)
        .collect()
}

fn check_file(file: &File) -> Vec<Violation> {
    let code = without_test_modules(&code_only(&file.text));
    let places = OPENING.iter().flat_map(|needle| code.match_indices(needle));
    let violation = |(at, needle): (usize, &str)| {
        Violation {
        path: file.path.clone(),
        line: Some(line_of(&code, at)),
        what: format!("`{needle}` above the app"),
        why: "the same deed must be possible, allowed and recorded the same way for API, pages, commands and jobs"
            .to_owned(),
        remedy: "make it a use case of `holdpoint-app` and call that".to_owned(),
    }
    };
    places.map(violation).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::files::File;

    #[track_caller]
    fn n_violations(path: &str, expected: usize) {
        let text =
            "//! x\nfn f() { app.store().change(&intent, |c| c.put()) }\n// store::Change\n".to_owned();
        assert_eq!(check(&[File { path: path.to_owned(), text }]).len(), expected, "{path}");
    }

    #[test]
    fn only_the_app_opens_a_change() {
        n_violations("crates/holdpoint-server/src/api/asset.rs", 1);
        n_violations("crates/holdpoint/src/commands/asset.rs", 1);
        n_violations("crates/holdpoint-app/src/intake.rs", 0);
        n_violations("crates/holdpoint-server/tests/asset.rs", 0);
        n_violations("crates/holdpoint-server/src/api/asset/tests.rs", 0);
    }
}
