//! Where a field stands: in a column, at a path of XML, or the same for the whole file.
//!
//! The surprise: a column that is missing makes the file unfit unless the mapping says `optional = true`: a list that
//! lost its column of conditions would otherwise turn conditional approvals into plain ones.

use super::mapping::MappedFormat;
use serde::Deserialize;

/// Where a field stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Place {
    /// In a column of a table.
    Column {
        /// Its name; case and blanks do not count.
        column: String,
        /// Whether the file may come without it.
        #[serde(default)]
        optional: bool,
    },
    /// At a path of XML, from the element of the row: `Name`, `../@vendor`, `.`.
    Path {
        /// The path.
        path: String,
    },
    /// The same for all rows.
    Value {
        /// The text.
        value: String,
    },
}

impl Place {
    /// Whether it can be in such a file.
    pub(super) fn check(&self, format: MappedFormat) -> Result<(), &'static str> {
        match (self, format) {
            (Self::Column { column, .. }, MappedFormat::Table) if column.trim().is_empty() => {
                Err("names a column without a name")
            }
            (Self::Column { .. }, MappedFormat::Table) | (Self::Value { .. }, _) => Ok(()),
            (Self::Column { .. }, MappedFormat::Xml) => {
                Err("names a column, which XML does not have; use `path`")
            }
            (Self::Path { .. }, MappedFormat::Table) => {
                Err("names a path, which a table does not have; use `column`")
            }
            (Self::Path { path }, MappedFormat::Xml) => check_path(path),
        }
    }
}

/// Steps upwards first, then names downwards, an attribute last.
fn check_path(path: &str) -> Result<(), &'static str> {
    let steps: Vec<&str> = path.split('/').collect();
    if steps.len() > 20 || steps.iter().any(|step| step.trim().is_empty()) {
        return Err("has a path with an empty step, or with more than 20");
    }
    let n_up = steps.iter().take_while(|step| **step == "..").count();
    let down = &steps[n_up..];
    if down.contains(&"..") {
        return Err("has a path that goes up after it went down; begin with all `..`");
    }
    if down.iter().rev().skip(1).any(|step| step.starts_with('@') || *step == ".") {
        return Err("has a path that goes on after an attribute or `.`");
    }
    Ok(())
}
