//! Versions of which a CPE name asks for a service pack, and which an inventory may count in its numbers.
//!
//! NVD writes `7.4` with the update `sp1` where a device tells `7.4.1.9`. Whether the `1` is that service pack nobody says, so
//! such a version is neither meant nor excluded. The surprise: the doubt lies in the mark itself, behind a sign that no version
//! has, so that the same `7.4` without a service pack stays what it is.

use holdpoint_domain::intelligence::Subject;
use std::borrow::Cow;

/// Behind a mark of which a service pack is asked.
const ASKED: char = '\u{1e}';

/// The mark of one exact version: marked where a service pack is asked besides.
pub(super) fn mark<'v>(subject: &Subject, version: &'v str, update: &str) -> Cow<'v, str> {
    let named = match subject {
        Subject::Cpe(name) if update.is_empty() => name.split(':').nth(6).unwrap_or_default(),
        Subject::Cpe(_) | Subject::Package { .. } | Subject::Product { .. } => update,
    };
    if is_pack(named) && is_plain(version) {
        Cow::Owned(format!("{version}{ASKED}"))
    } else {
        Cow::Borrowed(version)
    }
}

/// A mark without the sign; `None`: it has none.
pub(super) fn without_sign(mark: &str) -> Option<&str> {
    mark.strip_suffix(ASKED)
}

/// Whether a version goes on where the mark ends, with numbers that may count a service pack.
pub(super) fn may_count(version: &str, mark: &str) -> bool {
    let version = version.trim().trim_start_matches(['v', 'V']);
    let rest = version.strip_prefix(mark).and_then(|rest| rest.strip_prefix('.'));
    rest.is_some_and(|rest| is_plain(rest) && rest.bytes().any(|byte| matches!(byte, b'1'..=b'9')))
}

fn is_pack(update: &str) -> bool {
    let lower = update.to_ascii_lowercase();
    let rest = ["sp", "service_pack", "servicepack"].iter().find_map(|word| lower.strip_prefix(word));
    rest.is_some_and(|rest| rest.trim_start_matches('_').starts_with(|first: char| first.is_ascii_digit()))
}

fn is_plain(version: &str) -> bool {
    version.split('.').all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
