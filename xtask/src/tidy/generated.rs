//! Files that a program writes must be what the program would write now.
//!
//! Here: the comparison. Not here: the writing (`generate`). The surprise: the API's description is asked of the
//! program itself, so this check builds it.

use std::fs;

use anyhow::Result;

use super::Violation;
use crate::{generate, root};

/// Compares the generated files with a fresh generation.
///
/// # Errors
/// When the program cannot be built, or the generator of the web's types is not installed.
pub fn check() -> Result<Vec<Violation>> {
    let openapi = generate::openapi()?;
    let mut violations: Vec<Violation> = stale(generate::OPENAPI, &openapi).into_iter().collect();
    // Types are made from the description as it is committed; if that is stale, one complaint is enough.
    if violations.is_empty() {
        violations.extend(stale(generate::SCHEMA, &generate::schema()?));
    }
    Ok(violations)
}

fn stale(path: &str, fresh: &str) -> Option<Violation> {
    let committed = fs::read_to_string(root::folder().join(path)).unwrap_or_default();
    if committed == fresh {
        return None;
    }
    let difference = committed.lines().zip(fresh.lines()).position(|(old, new)| old != new);
    Some(Violation {
        path: path.to_owned(),
        line: Some(difference.unwrap_or_else(|| committed.lines().count()) + 1),
        what: "is not what the program would write now".to_owned(),
        why: "whoever builds on the API reads this file".to_owned(),
        remedy: "run `cargo xtask generate` and commit the result".to_owned(),
    })
}
