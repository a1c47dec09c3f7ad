//! Paths and links in documents: what a document names must be there.
//!
//! Here: paths of this project in backticks, and relative links, in every Markdown file. Not here: links into the
//! internet, which a plant does not have anyway. A path with `<`, `*` or `…` in it is a pattern and is left alone.

use std::path::{Path, PathBuf};

use super::Violation;
use super::files::File;
use crate::root;

/// A word in backticks that begins like this is a path of ours.
const ROOTS: [&str; 6] = ["crates/", "docs/", "web/", "xtask/", ".ci/", ".cargo/"];

/// Checks all Markdown files.
pub fn check(files: &[File]) -> Vec<Violation> {
    let folder = root::folder();
    let exists = |path: &Path| folder.join(path).exists();
    files.iter().filter(|file| file.kind() == "md").flat_map(|file| check_file(file, &exists)).collect()
}

fn check_file(file: &File, exists: &dyn Fn(&Path) -> bool) -> Vec<Violation> {
    let mut violations = Vec::new();
    let beside = Path::new(&file.path).parent().unwrap_or(Path::new(""));
    for (index, line) in file.text.lines().enumerate() {
        let named = ticked(line).filter_map(own_path).map(PathBuf::from);
        let linked = link_targets(line).map(|target| beside.join(target));
        for path in named.chain(linked).filter(|path| !exists(path)) {
            violations.push(Violation {
                path: file.path.clone(),
                line: Some(index + 1),
                what: format!("`{}` does not exist", path.display()),
                why: "a document that names what is not there is not believed in the rest".to_owned(),
                remedy: "name the file as it is called now, or take the sentence out".to_owned(),
            });
        }
    }
    violations
}

/// The pieces of a line between single backticks.
fn ticked(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The path in a piece of code, without `:line` and `::item` behind it; `None` when it is no path of ours.
fn own_path(piece: &str) -> Option<&str> {
    let path = piece.split([':', ' ', '#']).next().unwrap_or_default();
    let is_ours = ROOTS.iter().any(|root| path.starts_with(root));
    let is_pattern = path.contains(['<', '*', '…', '{']) || path.contains("NNNN");
    (is_ours && !is_pattern).then_some(path)
}

/// The targets of `[text](target)` that are files, without their anchors.
fn link_targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', ' ', '#']).next().unwrap_or_default();
        let is_elsewhere = target.contains("://") || target.starts_with("mailto:") || target.is_empty();
        (!is_elsewhere).then_some(target)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::check_file;
    use crate::tidy::files::File;

    #[track_caller]
    fn check(text: &str, missing: &[&str]) {
        let file = File { path: "docs/recipes/a.md".to_owned(), text: text.to_owned() };
        let exists =
            |path: &Path| path == Path::new("docs/STYLE.md") || path == Path::new("docs/recipes/b.md");
        let found: Vec<_> = check_file(&file, &exists).into_iter().map(|violation| violation.what).collect();
        let expected: Vec<_> = missing.iter().map(|path| format!("`{path}` does not exist")).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn paths_in_backticks_must_exist() {
        check("see `docs/STYLE.md` and `docs/NOT.md:7`", &["docs/NOT.md"]);
        check("call `crates/a/src/b.rs::name`", &["crates/a/src/b.rs"]);
        check("`docs/decisions/NNNN-title.md`, `crates/<room>/x`, `web/*.ts`, `cargo xtask`", &[]);
    }

    #[test]
    fn links_are_followed_from_the_document() {
        check("[b](b.md#part) [c](c.md) [there](https://example.org/x)", &["docs/recipes/c.md"]);
    }
}
