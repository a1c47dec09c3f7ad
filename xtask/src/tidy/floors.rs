//! The rules of import: which room may know which, and which foreign crates belong to one room alone.
//!
//! Here: the table of the house and the check of every direct dependency. Not here: what comes in through others
//! (`purity`).

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Violation;
use crate::root;

/// Where a crate of the workspace stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A room on a floor; it may know the rooms of lower floors.
    Floor(u8),
    /// A room that may know only the named one.
    KnowsOnly(&'static str),
    /// Test support: anyone's dev-dependency, nobody's dependency.
    TestSupport,
    /// The house's own tools: they know no room, and no room knows them.
    Tool,
}

/// The house, bottom up.
const HOUSE: [(&str, Place); 16] = [
    ("holdpoint-versions", Place::Floor(1)),
    ("holdpoint-wire", Place::Floor(1)),
    ("holdpoint-domain", Place::Floor(2)),
    ("holdpoint-agent", Place::KnowsOnly("holdpoint-wire")),
    ("holdpoint-formats", Place::Floor(3)),
    ("holdpoint-engine", Place::Floor(3)),
    ("holdpoint-store", Place::Floor(3)),
    ("holdpoint-connectors", Place::Floor(3)),
    ("holdpoint-tuf", Place::Floor(3)),
    ("holdpoint-app", Place::Floor(4)),
    ("holdpoint-ui", Place::Floor(5)),
    ("holdpoint-server", Place::Floor(5)),
    ("holdpoint", Place::Floor(6)),
    ("holdpoint-testkit", Place::TestSupport),
    ("holdpoint-bench", Place::TestSupport),
    ("xtask", Place::Tool),
];

/// The one arrow on the same floor: the embedded pages are data, and the server hands them out.
const SAME_FLOOR: (&str, &str) = ("holdpoint-server", "holdpoint-ui");

/// Foreign crates that belong to one room, and why.
struct Reserved {
    crates: &'static [&'static str],
    rooms: &'static [&'static str],
    why: &'static str,
}

const RESERVED: [Reserved; 4] = [
    Reserved {
        crates: &[
            "rusqlite",
            "libsqlite3-sys",
            "tokio-postgres",
            "postgres",
            "sqlx",
            "diesel",
            "sea-orm",
            "sea-query",
        ],
        rooms: &["holdpoint-store"],
        why: "only the store speaks SQL, so that one text serves both databases and no write escapes the audit log",
    },
    Reserved {
        crates: &["reqwest", "ureq", "isahc", "curl", "russh", "ssh2", "lettre", "async-nats", "suppaftp"],
        rooms: &["holdpoint-connectors"],
        why: "only the connectors open a connection outward, so that limits, proxy and trust are in one place",
    },
    Reserved {
        crates: &[
            "axum",
            "axum-server",
            "axum-extra",
            "hyper",
            "hyper-util",
            "tower-http",
            "utoipa-axum",
            "actix-web",
            "warp",
            "rocket",
        ],
        rooms: &["holdpoint-server", "holdpoint-testkit"],
        why: "only the server answers HTTP; test support plays the servers of others",
    },
    Reserved {
        crates: &["utoipa", "garde"],
        rooms: &["holdpoint-server"],
        why: "domain types are not an API: the server has views of its own",
    },
];

/// One direct dependency of a crate of the workspace.
#[derive(Debug, Clone)]
struct Arrow {
    from: String,
    to: String,
    is_dev: bool,
    manifest: String,
}

/// Checks every direct dependency in the workspace, as cargo itself reads the manifests.
///
/// # Errors
/// When `cargo metadata` fails or prints something else than expected.
pub fn check() -> Result<Vec<Violation>> {
    let text =
        root::read(root::cargo().args(["metadata", "--no-deps", "--offline", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&text).context("`cargo metadata` printed no JSON")?;
    let packages = metadata["packages"].as_array().context("`cargo metadata` names no packages")?;
    let mut violations = Vec::new();
    for package in packages {
        let name = package["name"].as_str().context("a package has no name")?;
        if place(name).is_none() {
            violations.push(Violation {
                path: manifest_of(package),
                line: None,
                what: format!("`{name}` stands on no floor"),
                why: "a room that the table does not know could import anything".to_owned(),
                remedy: "give it a place in `xtask/src/tidy/floors.rs` and in `docs/ARCHITECTURE.md`"
                    .to_owned(),
            });
        }
        violations.extend(arrows(package).iter().filter_map(judge));
    }
    Ok(violations)
}

fn manifest_of(package: &Value) -> String {
    let path = package["manifest_path"].as_str().unwrap_or_default();
    let root = root::folder();
    path.strip_prefix(&*root.to_string_lossy()).unwrap_or(path).trim_start_matches('/').to_owned()
}

fn arrows(package: &Value) -> Vec<Arrow> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let dependencies = package["dependencies"].as_array().cloned().unwrap_or_default();
    let arrow = |dependency: &Value| Arrow {
        from: text(&package["name"]),
        to: text(&dependency["name"]),
        is_dev: dependency["kind"].as_str() == Some("dev"),
        manifest: manifest_of(package),
    };
    dependencies.iter().map(arrow).collect()
}

fn place(name: &str) -> Option<Place> {
    HOUSE.iter().find(|(known, _)| *known == name).map(|(_, place)| *place)
}

/// Says what is wrong with one dependency, if anything is.
fn judge(arrow: &Arrow) -> Option<Violation> {
    let (why, remedy) = match (place(&arrow.from), place(&arrow.to)) {
        (_, None) => return judge_foreign(arrow),
        // That the crate itself has no place has been said already.
        (None, Some(_)) => return None,
        (Some(from), Some(to)) => wrong_between_rooms(arrow, from, to)?,
    };
    Some(violation(arrow, why, remedy))
}

fn wrong_between_rooms(arrow: &Arrow, from: Place, to: Place) -> Option<(&'static str, &'static str)> {
    match (from, to) {
        (_, Place::TestSupport) if arrow.is_dev => None,
        (_, Place::TestSupport) => {
            Some(("test support must never be in a program", "make it a dev-dependency"))
        }
        (Place::Tool, _) | (_, Place::Tool) => {
            Some(("the tools must work on a house that does not build", "call the program instead"))
        }
        (Place::KnowsOnly(name), _) if arrow.to == name => None,
        (Place::KnowsOnly(_), _) => {
            Some(("the agent is audited and shipped by itself", "move what it needs into `holdpoint-wire`"))
        }
        (Place::TestSupport, Place::Floor(floor)) if floor <= 5 => None,
        // The program brings the agent along as one of its words; nothing else knows it.
        (Place::Floor(6), Place::KnowsOnly(_)) => None,
        // The door is tested with the agent's own code: whoever stands on the other side must not be a copy.
        (Place::Floor(5), Place::KnowsOnly(_)) if arrow.is_dev => None,
        (Place::Floor(from), Place::Floor(to)) if from > to => None,
        (Place::Floor(_), Place::Floor(_)) if (arrow.from.as_str(), arrow.to.as_str()) == SAME_FLOOR => None,
        (Place::Floor(_) | Place::TestSupport, Place::Floor(_) | Place::KnowsOnly(_)) => Some((
            "an arrow goes to a lower floor only, and rooms of one floor do not know each other",
            "move what both need down into the domain, or the joining of both up into `holdpoint-app`",
        )),
    }
}

fn judge_foreign(arrow: &Arrow) -> Option<Violation> {
    let reserved = RESERVED.iter().find(|reserved| reserved.crates.contains(&arrow.to.as_str()))?;
    if reserved.rooms.contains(&arrow.from.as_str()) {
        return None;
    }
    let rooms: BTreeSet<_> = reserved.rooms.iter().copied().collect();
    let rooms = rooms.into_iter().collect::<Vec<_>>().join("` or `");
    Some(violation(arrow, reserved.why, &format!("do it in `{rooms}` and call that")))
}

fn violation(arrow: &Arrow, why: &str, remedy: &str) -> Violation {
    let kind = if arrow.is_dev { "dev-depends on" } else { "depends on" };
    Violation {
        path: arrow.manifest.clone(),
        line: None,
        what: format!("`{}` {kind} `{}`", arrow.from, arrow.to),
        why: why.to_owned(),
        remedy: remedy.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrow, judge};

    #[track_caller]
    fn check(from: &str, to: &str, is_dev: bool, is_right: bool) {
        let arrow = Arrow { from: from.to_owned(), to: to.to_owned(), is_dev, manifest: String::new() };
        assert_eq!(judge(&arrow).is_none(), is_right, "{from} -> {to}, dev: {is_dev}");
    }

    #[test]
    fn arrows_go_down_only() {
        check("holdpoint-app", "holdpoint-store", false, true);
        check("holdpoint-store", "holdpoint-app", false, false);
        check("holdpoint-store", "holdpoint-app", true, false);
        check("holdpoint-domain", "holdpoint-domain", false, false);
    }

    #[test]
    fn rooms_of_one_floor_do_not_know_each_other_but_for_the_pages() {
        check("holdpoint-engine", "holdpoint-store", false, false);
        check("holdpoint-formats", "holdpoint-connectors", true, false);
        check("holdpoint-server", "holdpoint-ui", false, true);
        check("holdpoint-ui", "holdpoint-server", false, false);
    }

    #[test]
    fn the_agent_is_known_to_the_program_and_to_tests_of_its_door() {
        check("holdpoint", "holdpoint-agent", false, true);
        check("holdpoint-server", "holdpoint-agent", true, true);
        check("holdpoint-server", "holdpoint-agent", false, false);
        check("holdpoint-app", "holdpoint-agent", true, false);
    }

    #[test]
    fn test_support_is_for_tests() {
        check("holdpoint-store", "holdpoint-testkit", true, true);
        check("holdpoint-store", "holdpoint-testkit", false, false);
        check("holdpoint-testkit", "holdpoint-domain", false, true);
        check("holdpoint-testkit", "holdpoint", false, false);
    }

    #[test]
    fn the_agent_knows_the_wire_alone() {
        check("holdpoint-agent", "holdpoint-wire", false, true);
        check("holdpoint-agent", "holdpoint-versions", false, false);
        check("holdpoint-agent", "holdpoint-testkit", true, true);
        check("holdpoint", "holdpoint-agent", false, true);
        check("holdpoint-server", "holdpoint-agent", false, false);
    }

    #[test]
    fn tools_and_rooms_keep_apart() {
        check("xtask", "holdpoint-domain", false, false);
        check("holdpoint", "xtask", true, false);
    }

    #[test]
    fn sql_network_and_http_have_one_home_each() {
        check("holdpoint-store", "rusqlite", false, true);
        check("holdpoint-app", "rusqlite", false, false);
        check("holdpoint-app", "tokio-postgres", true, false);
        check("holdpoint-connectors", "reqwest", false, true);
        check("holdpoint-server", "reqwest", true, false);
        check("holdpoint-testkit", "axum", false, true);
        check("holdpoint-connectors", "axum", true, false);
        check("holdpoint-domain", "thiserror", false, true);
    }
}
