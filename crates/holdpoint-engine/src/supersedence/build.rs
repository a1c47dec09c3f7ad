//! Builds as evidence: an installed build at or above the one that a patch brings covers the patch.
//!
//! This holds only where updates are cumulative: Windows from 10.0 on, within one branch (the first three numbers). The
//! surprise: for anything older a build says nothing here, because a security-only update raises it without bringing
//! what earlier ones brought.

use holdpoint_versions::{Comparison, Scheme};

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
pub(super) fn order(installed: &str, fixed: &str, is_windows: IsWindows) -> BuildOrder {
    let (branch, scheme) = match is_windows {
        IsWindows::Yes => (3, Scheme::WindowsBuild),
        IsWindows::No => (2, Scheme::Intdot),
    };
    let numbers = |text: &str| text.split('.').map(str::parse::<u32>).collect::<Result<Vec<_>, _>>().ok();
    let (Some(one), Some(other)) = (numbers(installed), numbers(fixed)) else {
        return BuildOrder::NotComparable;
    };
    let is_cumulative = match is_windows {
        IsWindows::Yes => one.len() == 4 && other.len() == 4 && one[0] >= 10,
        IsWindows::No => one.len() > branch && other.len() > branch,
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

/// Whether a product is Windows itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IsWindows {
    /// It is.
    Yes,
    /// It is something that runs on it, or elsewhere.
    No,
}

impl IsWindows {
    pub(super) fn of(name: &str) -> Self {
        if name.starts_with("windows ") { Self::Yes } else { Self::No }
    }
}
