//! The pure rooms: which foreign crates must not be in them, not even through others, and what they may not print.
//!
//! Here: the whole tree of normal dependencies of each pure room, as cargo resolves it for that room alone, and the
//! macros that print. Not here: banned calls (`clippy.toml` beside each pure room's manifest), except that those
//! files must be the same everywhere.

use anyhow::Result;

use super::Violation;
use super::files::File;
use super::rust_source::{code_only, line_of, without_test_modules};
use crate::root;

/// The rooms that only compute.
const PURE: [&str; 5] =
    ["holdpoint-versions", "holdpoint-wire", "holdpoint-domain", "holdpoint-formats", "holdpoint-engine"];

/// Pure rooms whose types must not be serialised as they are. The engine is none of them: its index is kept in a file that
/// only it reads.
const NOT_AN_API: [&str; 2] = ["holdpoint-versions", "holdpoint-domain"];

/// What has no place in a pure room, not even deep down, and why.
const BANNED: [(&str, &[&str]); 5] = [
    ("a pure room is not asynchronous", &["tokio", "async-std", "smol", "mio", "futures-executor"]),
    ("a pure room has no connection", &["reqwest", "ureq", "hyper", "axum", "rustls", "socket2", "russh"]),
    ("a pure room knows no database", &["rusqlite", "libsqlite3-sys", "tokio-postgres", "sqlx"]),
    ("randomness is an argument", &["rand", "getrandom", "fastrand"]),
    (
        "a pure room writes no log and touches no file",
        &["tracing", "log", "env_logger", "tempfile", "walkdir", "dirs"],
    ),
];

/// Crates that are there all the same: through whom, and why that is harmless.
const ALLOWED: [(&str, &str, &str); 3] = [
    ("log", "calamine", "calamine tells odd cells to a logger; none is set, so nothing is written"),
    ("log", "zopfli", "zip's slow compressor logs its progress; workbooks are written without it"),
    (
        "getrandom",
        "zip",
        "zip draws salts when it encrypts; archives and workbooks are only read, or written plain",
    ),
];

const PRINTING: [&str; 4] = ["println!", "eprintln!", "print!", "eprint!"];

/// Checks the pure rooms that exist.
///
/// # Errors
/// When `cargo tree` fails.
pub fn check(files: &[File]) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for room in PURE {
        let manifest = format!("crates/{room}/Cargo.toml");
        if !files.iter().any(|file| file.path == manifest) {
            continue;
        }
        let tree = root::read(root::cargo().args([
            "tree",
            "--package",
            room,
            "--edges",
            "normal,no-proc-macro",
            "--prefix",
            "depth",
            "--format",
            " {p}",
        ]))?;
        violations.extend(banned_in(&tree, room, &manifest));
        violations.extend(printing_in(files, room));
        violations.extend(call_bans(files, room));
    }
    Ok(violations)
}

/// Looks through a tree in which each line is a depth and a package, as `2 log v0.4.22`.
fn banned_in(tree: &str, room: &str, manifest: &str) -> Vec<Violation> {
    let mut trail: Vec<&str> = Vec::new();
    let mut violations = Vec::new();
    for line in tree.lines() {
        let Some((depth, rest)) = line.split_once(' ') else { continue };
        let (Ok(depth), Some(name)) = (depth.parse::<usize>(), rest.split_whitespace().next()) else {
            continue;
        };
        trail.truncate(depth);
        let through = trail.last().copied().unwrap_or_default();
        trail.push(name);
        let is_serialised = depth == 1 && name == "serde" && NOT_AN_API.contains(&room);
        let reason = if is_serialised {
            Some("domain types are not an API: whoever writes them outward has views of its own")
        } else {
            BANNED.iter().find(|(_, names)| names.contains(&name)).map(|(reason, _)| *reason)
        };
        let is_allowed = ALLOWED.iter().any(|(what, by, _)| *what == name && *by == through);
        if let (Some(reason), false) = (reason, is_allowed) {
            violations.push(Violation {
                path: manifest.to_owned(),
                line: None,
                what: format!("`{room}` brings in `{name}`: {}", trail.join(" -> ")),
                why: reason.to_owned(),
                remedy: "take the value as an argument, turn the feature off, or choose another crate"
                    .to_owned(),
            });
        }
    }
    violations
}

fn printing_in(files: &[File], room: &str) -> Vec<Violation> {
    let sources = format!("crates/{room}/src/");
    let mut violations = Vec::new();
    for file in
        files.iter().filter(|file| file.path.starts_with(&sources) && !file.is_test() && file.kind() == "rs")
    {
        let code = without_test_modules(&code_only(&file.text));
        for needle in PRINTING {
            let inside_name =
                |at: usize| code[..at].ends_with(|last: char| last.is_alphanumeric() || last == '_');
            for (at, _) in code.match_indices(needle).filter(|(at, _)| !inside_name(*at)) {
                violations.push(Violation {
                    path: file.path.clone(),
                    line: Some(line_of(&code, at)),
                    what: format!("`{needle}` in a pure room"),
                    why: "what a pure room has to say is in its result, where a person can see it".to_owned(),
                    remedy: "return it, as a value or as a `Warning`".to_owned(),
                });
            }
        }
    }
    violations
}

/// The nearest clippy.toml wins, so each pure room has its own; they must not drift apart.
fn call_bans(files: &[File], room: &str) -> Option<Violation> {
    let text_of = |room: &str| {
        let path = format!("crates/{room}/clippy.toml");
        files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    };
    let model = "holdpoint-domain";
    (text_of(room).is_none() || text_of(room) != text_of(model)).then(|| Violation {
        path: format!("crates/{room}/clippy.toml"),
        line: None,
        what: format!("differs from that of `{model}`, or is missing"),
        why: "all pure rooms refuse the same calls, and clippy reads only the nearest file".to_owned(),
        remedy: format!("copy `crates/{model}/clippy.toml` here"),
    })
}

#[cfg(test)]
mod tests {
    use super::banned_in;

    #[test]
    fn a_banned_crate_is_found_with_the_way_it_came() {
        let tree =
            "0 room v0.1.0 (/x)\n1 serde_json v1.0.0\n2 itoa v1.0.0\n1 uuid v1.0.0\n2 getrandom v0.4.0\n";
        let violations = banned_in(tree, "holdpoint-formats", "m");
        assert_eq!(violations.len(), 1);
        assert!(violations[0].what.contains("room -> uuid -> getrandom"), "{}", violations[0].what);
    }

    #[test]
    fn an_allowance_holds_only_for_the_crate_it_names() {
        let through =
            |by: &str| banned_in(&format!("0 room v1\n1 {by} v1\n2 log v1\n"), "holdpoint-formats", "m");
        assert_eq!(through("calamine").len(), 0);
        assert_eq!(through("another").len(), 1);
    }

    #[test]
    fn serde_beside_the_nouns_is_refused_and_below_others_is_not() {
        assert_eq!(banned_in("0 d v1\n1 serde v1\n", "holdpoint-domain", "m").len(), 1);
        assert_eq!(banned_in("0 d v1\n1 uuid v1\n2 serde v1\n", "holdpoint-domain", "m").len(), 0);
        assert_eq!(banned_in("0 d v1\n1 serde v1\n", "holdpoint-formats", "m").len(), 0);
    }
}
