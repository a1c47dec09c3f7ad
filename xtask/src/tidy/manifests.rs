//! What every crate and the web's lock file must say of themselves.
//!
//! Here: the inherited fields of manifests, the licence texts, and addresses in `package-lock.json`. Not here:
//! dependencies (`floors`, `purity`) and the licences of others (`licences`).

use super::Violation;
use super::files::File;
use crate::root;

const INHERITED: [(&str, &str); 5] = [
    ("[lints]\nworkspace = true", "without it the lints of the workspace do not hold there"),
    ("version.workspace = true", "all rooms have one version"),
    ("rust-version.workspace = true", "the oldest usable compiler is one decision"),
    ("license.workspace = true", "the licence is one decision"),
    ("publish.workspace = true", "nothing is published by accident"),
];

const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

/// Checks manifests, licence texts and the web's lock file.
pub fn check(files: &[File]) -> Vec<Violation> {
    // The fuzz targets are a package outside the workspace, which cannot inherit from it.
    let is_member = |file: &&File| file.path.ends_with("/Cargo.toml") && file.path != "fuzz/Cargo.toml";
    let mut violations: Vec<Violation> = files.iter().filter(is_member).flat_map(missing_in).collect();
    for name in LICENCES.into_iter().filter(|name| !root::folder().join(name).is_file()) {
        violations.push(Violation {
            path: name.to_owned(),
            line: None,
            what: "the licence text is missing".to_owned(),
            why: "the manifests promise MIT OR Apache-2.0".to_owned(),
            remedy: "bring the file back from the history".to_owned(),
        });
    }
    violations
        .extend(files.iter().filter(|file| file.path.ends_with("package-lock.json")).flat_map(addresses_in));
    violations
}

fn missing_in(file: &File) -> Vec<Violation> {
    let missing = INHERITED.iter().filter(|(needle, _)| !file.text.contains(needle));
    let violation = |(needle, why): &(&str, &str)| Violation {
        path: file.path.clone(),
        line: None,
        what: format!("`{}` is missing", needle.replace('\n', " ")),
        why: (*why).to_owned(),
        remedy: "inherit it from the workspace".to_owned(),
    };
    missing.map(violation).collect()
}

/// A lock file with addresses would tie every build to one registry, which a plant's mirror replaces.
fn addresses_in(file: &File) -> Option<Violation> {
    let (index, _) = file.text.lines().enumerate().find(|(_, line)| line.contains("\"resolved\": \"http"))?;
    Some(Violation {
        path: file.path.clone(),
        line: Some(index + 1),
        what: "the lock file names download addresses".to_owned(),
        why: "a build inside a plant takes its packages from a mirror".to_owned(),
        remedy: "run `npm install --package-lock-only --omit-lockfile-registry-resolved` in web/".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{addresses_in, missing_in};
    use crate::tidy::files::File;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_manifest_must_inherit() {
        let whole = "version.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\n\
                     publish.workspace = true\n\n[lints]\nworkspace = true\n";
        assert!(missing_in(&file("crates/a/Cargo.toml", whole)).is_empty());
        assert_eq!(missing_in(&file("crates/a/Cargo.toml", &whole.replace("[lints]", "[other]"))).len(), 1);
    }

    #[test]
    fn an_address_in_the_lock_file_is_found_with_its_line() {
        let bad = file("web/package-lock.json", "{\n\"resolved\": \"https://mirror.example/x.tgz\"\n}");
        assert_eq!(addresses_in(&bad).map(|violation| violation.line), Some(Some(2)));
        let linked = file("web/package-lock.json", "{\n\"resolved\": \"packages/a\"\n}");
        assert_eq!(addresses_in(&linked), None);
    }
}
