//! What two version texts say of each other before any order is asked.
//!
//! The order of the numbers is always defined and means nothing for some pairs: days, releases that their maker counts in two
//! ways, generations beside versions, a number that goes on where the other one ends. Whoever compares an installed version with
//! a listed one asks here first, be it for the words of an advisory or for a CPE name, so that the same two texts are never
//! unknown in one place and excluded in the other.

use super::shape::{self, is_same_run};
use super::{days, releases, tail};

/// Whether a version is written like a listed one with more behind it: `2.2.2.1` and `2.2.2`, `B.02.14` and `B.02`, `07.04.01` and
/// `7.4`. Such a version may be meant by the listed one, or be its fix.
#[must_use]
pub fn goes_on(listed: &str, installed: &str) -> bool {
    let separator = |c: char| !c.is_alphanumeric();
    let mut rest = shape::without_v(installed.trim());
    let mut any = false;
    for run in shape::runs(listed) {
        let text = rest.trim_start_matches(separator);
        let own = shape::first_run(text);
        if own.is_empty() || !is_same_run(own, run) {
            return false;
        }
        rest = &text[own.len()..];
        any = true;
    }
    any && rest.starts_with(['.', '-', '_', ' ', '(']) && rest.contains(char::is_alphanumeric)
}

/// Why two texts say nothing about each other, whichever is listed and which is installed; `None`: nothing speaks against
/// their order.
#[must_use]
pub fn doubt(bound: &str, installed: &str) -> Option<String> {
    days::doubt(bound, installed)
        .or_else(|| releases::doubt(bound, installed))
        .or_else(|| place_doubt(bound, installed))
}

/// The part of [`doubt`] that every notation has: generations beside versions, and two that begin at different places.
pub(super) fn place_doubt(bound: &str, installed: &str) -> Option<String> {
    let is_end = |end: &str, whole: &str| shape::is_end_of(end, whole) || tail::may_be(end, whole);
    shape::generations(bound, installed).or_else(|| {
        (is_end(installed, bound) || is_end(bound, installed))
            .then(|| format!("`{installed}` and `{bound}` may begin at different places of a version"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_goes_on_where_the_listed_one_ends() {
        for (listed, installed) in [
            ("2.2.2", "2.2.2.1"),
            ("B.02", "B.02.14"),
            ("7.4", "07.04.01.03"),
            ("7.4", "V7.4.1"),
            ("V7.4", "7.4 SP1"),
            ("11", "11.0.9600.17000"),
            ("7.0", "7.0.3 build-19193900"),
            ("4.8", "4.8.03761"),
        ] {
            assert!(goes_on(listed, installed), "{listed} and {installed}");
        }
        for (listed, installed) in [
            ("2.2.2", "2.2.2"),
            ("2.2.2", "2.2.20"),
            ("2.2.2", "2.2.3.1"),
            ("2.2.2", "2.2"),
            ("2.2.2", "2.2.2."),
            ("1.0.2", "1.0.2k"),
            ("6.7 rc1", "6.7.3"),
            ("", "1.0"),
        ] {
            assert!(!goes_on(listed, installed), "{listed} and {installed}");
        }
    }
}
