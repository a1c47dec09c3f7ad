//! Words that must not be in the project: unfinished work, skipped tests, paths of one machine, names of registries.
//!
//! Here: the list and the search. The surprise: each word is put together from pieces, so that this file does not
//! find itself. Markers of unfinished work are looked for in comments too, calls only in code.

use super::Violation;
use super::files::File;
use super::rust_source::{code_only, line_of};

/// Where a word is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    /// Anywhere in sources and documents, as a word of its own.
    AsWord,
    /// Anywhere in any text file, where no letter, digit or dot stands before it.
    AsPath,
    /// Anywhere in any text file.
    Anywhere,
    /// In Rust, outside comments and strings.
    RustCode,
    /// In the tests of the web front.
    WebTests,
}

struct Banned {
    word: &'static str,
    place: Where,
    why: &'static str,
    remedy: &'static str,
}

const UNFINISHED: &str = "unfinished work is invisible once it is merged";
const FINISH: &str =
    "finish it, or say what is missing where users and maintainers look: CHANGELOG or an issue";
const SKIPPED: &str = "a test that does not run proves nothing and looks as if it did";
const UNSKIP: &str = "repair it or remove it; a missing part of the machine is an error that says what to do";
const ONE_MACHINE: &str = "the path exists on one machine only";
const FIND_IT: &str = "derive it from the workspace, a temporary folder or a setting";
const REGISTRY: &str = "a plant builds from its own mirror; the clients know where the registries are";
const NAME_PACKAGE: &str = "name the package, not the host";

const fn banned(word: &'static str, place: Where, why: &'static str, remedy: &'static str) -> Banned {
    Banned { word, place, why, remedy }
}

const BANNED: [Banned; 18] = [
    banned(concat!("TO", "DO"), Where::AsWord, UNFINISHED, FINISH),
    banned(concat!("FIX", "ME"), Where::AsWord, UNFINISHED, FINISH),
    banned(concat!("HA", "CK"), Where::AsWord, UNFINISHED, FINISH),
    banned(concat!("to", "do!"), Where::RustCode, UNFINISHED, FINISH),
    banned(concat!("unimpl", "emented!"), Where::RustCode, UNFINISHED, FINISH),
    banned(concat!("db", "g!"), Where::RustCode, "it is left over from looking for a fault", "remove it"),
    banned(concat!("#[ign", "ore"), Where::RustCode, SKIPPED, UNSKIP),
    banned(concat!(".sk", "ip("), Where::WebTests, SKIPPED, UNSKIP),
    banned(concat!(".on", "ly("), Where::WebTests, SKIPPED, UNSKIP),
    banned(concat!(".to", "do("), Where::WebTests, SKIPPED, UNSKIP),
    banned(concat!("/wo", "rk/"), Where::AsPath, ONE_MACHINE, FIND_IT),
    banned(concat!("/ro", "ot/"), Where::AsPath, ONE_MACHINE, FIND_IT),
    banned(concat!("/ho", "me/"), Where::AsPath, ONE_MACHINE, FIND_IT),
    banned(concat!("index.crates", ".io"), Where::Anywhere, REGISTRY, NAME_PACKAGE),
    banned(concat!("static.crates", ".io"), Where::Anywhere, REGISTRY, NAME_PACKAGE),
    banned(concat!("registry.npmjs", ".org"), Where::Anywhere, REGISTRY, NAME_PACKAGE),
    banned(concat!("deb.debian", ".org"), Where::Anywhere, REGISTRY, NAME_PACKAGE),
    banned(concat!("pypi", ".org"), Where::Anywhere, REGISTRY, NAME_PACKAGE),
];

/// Looks for the words in all files.
pub fn check(files: &[File]) -> Vec<Violation> {
    files.iter().filter(|file| !file.is_generated()).flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Violation> {
    let is_rust = file.kind() == "rs";
    let is_prose_or_source =
        ["rs", "md", "ts", "tsx", "js", "mjs", "css", "sql", "sh", "toml"].contains(&file.kind());
    let is_web_test = file.is_test() && ["ts", "tsx", "js", "mjs"].contains(&file.kind());
    let code = if is_rust { code_only(&file.text) } else { String::new() };
    let mut violations = Vec::new();
    for banned in &BANNED {
        let text = match banned.place {
            Where::RustCode if is_rust => &code,
            Where::AsWord if is_prose_or_source => &file.text,
            Where::WebTests if is_web_test => &file.text,
            Where::Anywhere | Where::AsPath => &file.text,
            Where::RustCode | Where::AsWord | Where::WebTests => continue,
        };
        violations.extend(places(text, banned).into_iter().map(|line| Violation {
            path: file.path.clone(),
            line: Some(line),
            what: format!("`{}`", banned.word),
            why: banned.why.to_owned(),
            remedy: banned.remedy.to_owned(),
        }));
    }
    violations
}

fn places(text: &str, banned: &Banned) -> Vec<usize> {
    let is_name = |character: char| character.is_alphanumeric() || character == '_';
    let fits = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + banned.word.len()..].chars().next();
        match banned.place {
            Where::AsWord => !before.is_some_and(is_name) && !after.is_some_and(is_name),
            Where::RustCode => !before.is_some_and(is_name),
            Where::AsPath => {
                !before.is_some_and(|character| is_name(character) || "./}>-".contains(character))
            }
            Where::Anywhere | Where::WebTests => true,
        }
    };
    text.match_indices(banned.word).filter(|(at, _)| fits(*at)).map(|(at, _)| line_of(text, at)).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::files::File;

    #[track_caller]
    fn n_violations(path: &str, text: &str, expected: usize) {
        let found = check(&[File { path: path.to_owned(), text: text.to_owned() }]);
        assert_eq!(found.len(), expected, "{path}: {text}: {found:?}");
    }

    #[test]
    fn markers_are_found_in_comments_and_only_as_words() {
        n_violations("a.rs", concat!("// TO", "DO later"), 1);
        n_violations("a.md", concat!("FIX", "ME"), 1);
        n_violations("a.rs", concat!("let TO", "DOS = 1;"), 0);
        n_violations("a.json", concat!("\"TO", "DO\""), 0);
    }

    #[test]
    fn calls_are_found_in_code_only() {
        n_violations("a.rs", concat!("fn f() { to", "do!() }"), 1);
        n_violations("a.rs", concat!("// to", "do!()"), 0);
        n_violations("a.rs", concat!("x(\"to", "do!()\")"), 0);
        n_violations("a.rs", concat!("my_db", "g!()"), 0);
        n_violations("a.rs", concat!("#[ign", "ore = \"slow\"]"), 1);
    }

    #[test]
    fn skipped_web_tests_are_found_in_web_tests_only() {
        n_violations("web/src/a.test.ts", concat!("it.sk", "ip('x')"), 1);
        n_violations("web/browser/a.mjs", concat!("it.on", "ly('x')"), 1);
        n_violations("crates/a/src/a.rs", concat!("list.iter().sk", "ip(1)"), 0);
    }

    #[test]
    fn paths_of_one_machine_are_found_and_parts_of_addresses_are_not() {
        n_violations("a.md", concat!("see /wo", "rk/x"), 1);
        n_violations("a.toml", concat!("path = \"/ro", "ot/x\""), 1);
        n_violations("a.rs", concat!("\"/api/v1/wo", "rk/7\""), 0);
        n_violations("a.rs", concat!("\"{base}/wo", "rk/7\""), 0);
    }

    #[test]
    fn hosts_of_registries_are_found_everywhere() {
        n_violations("web/x.json", concat!("https://registry.npmjs", ".org/x"), 1);
        n_violations("a.md", concat!("https://index.crates", ".io"), 1);
    }
}
