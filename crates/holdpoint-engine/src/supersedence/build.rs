//! Builds as evidence: an installed build at or above the one that a patch brings covers the patch.
//!
//! This holds only where updates are cumulative: Windows from 10.0 on, within one branch (the first three numbers). SQL
//! Server and Exchange have branches too: a cumulative update of 2020 has a higher number than a security update of 2024 for
//! the first release, and does not hold it. Nor does Office that comes with a click hold an update for what an installer
//! brought, though both are 16.0 ([`Lines`]). The surprise: for anything older a build says nothing here, because a
//! security-only update raises it without bringing what earlier ones brought.

use holdpoint_versions::{Comparison, Lines, Scheme};

/// How an installed build stands to the build that a patch brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BuildOrder {
    /// The same or newer, in the same branch.
    Reached,
    /// Older, in the same branch.
    Older,
    /// Nothing can be said.
    NotComparable,
}

/// Compares an installed build with the one that a patch brings.
pub(super) fn order(installed: &str, fixed: &str, family: Family) -> BuildOrder {
    let numbers = |text: &str| text.split('.').map(str::parse::<u32>).collect::<Result<Vec<_>, _>>().ok();
    let (Some(one), Some(other)) = (numbers(installed), numbers(fixed)) else {
        return BuildOrder::NotComparable;
    };
    let four = one.len() == 4 && other.len() == 4;
    let (branch, scheme, is_cumulative) = match family {
        Family::Windows => (3, Scheme::WindowsBuild, four && one[0] >= 10),
        Family::Branching => (3, Scheme::Intdot, four),
        Family::Lined(lines) if lines.are_apart(installed, fixed) => return BuildOrder::NotComparable,
        Family::Lined(_) | Family::Other => (2, Scheme::Intdot, one.len() > 2 && other.len() > 2),
    };
    if !is_cumulative || one[..branch] != other[..branch] {
        return BuildOrder::NotComparable;
    }
    match scheme.compare(installed, fixed) {
        Ok(Comparison::Greater | Comparison::Equal) => BuildOrder::Reached,
        Ok(Comparison::Less) => BuildOrder::Older,
        Ok(Comparison::Undecidable(_)) | Err(_) => BuildOrder::NotComparable,
    }
}

/// How the builds of a product are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Windows itself.
    Windows,
    /// SQL Server and Exchange: several lines are kept side by side, and the higher number of one says nothing of another.
    Branching,
    /// Office and SharePoint: their lines are told apart by the number of the build.
    Lined(Lines),
    /// Something else that runs on Windows, or elsewhere.
    Other,
}

impl Family {
    pub(super) fn of(name: &str) -> Self {
        if name.starts_with("windows ") {
            return Self::Windows;
        }
        match Lines::of_microsoft(name) {
            Some(Lines::SqlServer | Lines::Exchange) => Self::Branching,
            Some(lines @ (Lines::SharePoint | Lines::Office)) => Self::Lined(lines),
            None => Self::Other,
        }
    }
}
